//! Profiles from stores: which question a source of the form `pyroscope+https://…` or `parca+https://…` asks, and what
//! profile comes of the answers.

mod api;
mod duration;
mod error;
mod fetch;
mod grpc_web;
mod labels;
mod listing;
mod messages;
mod parca;
mod pyroscope;
mod questions;
mod range;
mod selector;
mod source;
mod spread;
mod time;
mod types;

pub(crate) use fetch::fetch_all;
pub(crate) use listing::list;
pub(crate) use source::{StoreSource, is_store};
pub(crate) use spread::spread;
