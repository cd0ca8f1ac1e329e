//! Tables of rows on disk: where each file is, that it is there whole or not at all, and in which form.

mod data_set;
mod id;
mod parquet;
mod partition;
mod table_file;

pub(crate) use data_set::{DataSet, Exported, Place};
pub(crate) use id::{ExportId, profile_id};
pub(crate) use table_file::Form;
