//! Profiles as tables for other engines: which columns there are, what becomes of each row, and lines of JSON. Other
//! forms are written from the same [`Batch`]es.

mod batch;
mod fields;
mod ndjson;
mod row;

pub use batch::{Batch, Cells};
pub use fields::{ExportTable, Field, FieldType};
pub use row::ExportedProfile;
