//! Tables of rows on disk: where each file is, that it is there whole or not at all, and in which form.

mod data_set;
mod direct;
mod exported;
mod id;
mod kept;
mod parquet;
mod partition;
mod stacks;
mod table_file;

pub(crate) use data_set::{DataSet, Place};
pub(crate) use direct::Direct;
pub(crate) use exported::Exported;
pub(crate) use id::{ExportId, profile_id};
pub(crate) use kept::{Keeping, Kept, Nothing};
pub(crate) use stacks::Stacks;
pub(crate) use table_file::Form;
