//! Decides what the documents about one profile say: its calls, lines, traces, tags, tables and header.

pub(crate) mod calls;
pub(crate) mod comments;
pub(crate) mod filters;
pub(crate) mod folded_text;
pub(crate) mod info;
pub(crate) mod input;
pub(crate) mod left_out;
pub(crate) mod listing;
pub(crate) mod origin;
pub(crate) mod raw;
pub(crate) mod source_text;
pub(crate) mod sources;
pub(crate) mod tags;
pub(crate) mod traces;
pub(crate) mod view_report;
