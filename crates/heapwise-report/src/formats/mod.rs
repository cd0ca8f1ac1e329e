//! Decides how values are written, whatever the document: as cells, texts, JSON, CSV, Markdown.

pub(crate) mod annotation;
pub(crate) mod delimited;
pub(crate) mod error_text;
pub(crate) mod format;
pub(crate) mod go_text;
pub(crate) mod json;
pub(crate) mod json_labels;
pub(crate) mod markdown;
pub(crate) mod schema;
pub(crate) mod site_text;
pub(crate) mod table;
pub(crate) mod tabwriter;
pub(crate) mod text;
pub(crate) mod xml;
