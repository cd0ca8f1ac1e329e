//! The server that a series is of.

use anyhow::bail;

use crate::fetch::{Endpoint, Fetcher, Target};

/// The server that a name stands for: with none of its pages, since several are fetched.
pub(crate) fn server(name: &str, fetcher: &Fetcher) -> anyhow::Result<Target> {
    let Some(target) = fetcher.target(name, Endpoint::Heap)? else {
        bail!(
            "{name}: found no URL, expected a server such as http://localhost:6060, :6060 or unix:///run/app.sock"
        );
    };
    let page = target.path_and_query();
    if page.contains('?') || !page.contains("/debug/pprof") {
        bail!(
            "{}: found a page, expected the server, or where it has /debug/pprof/: several pages are fetched",
            target.shown()
        );
    }
    Ok(target.page("", ""))
}
