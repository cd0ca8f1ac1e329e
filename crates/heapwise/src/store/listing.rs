//! What there is in a store: services, labels with their values, and types.

use super::api::Api;
use super::source::StoreSource;
use super::types::ProfileType;
use crate::fetch::Fetcher;

/// What a store has in a range.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    /// The label that names services, and its values.
    pub(crate) services: Vec<String>,
    pub(crate) labels: Vec<(String, Vec<String>)>,
    pub(crate) types: Vec<ProfileType>,
    /// Milliseconds since 1970-01-01 UTC.
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) store: &'static str,
}

/// Labels that name a service, the first that is there.
const SERVICE: [&str; 4] = ["service_name", "service", "job", "app"];

/// Labels beyond these are named without their values.
const MOST_LABELS: usize = 50;

/// Asks what there is.
pub(crate) fn list(source: &StoreSource, fetcher: &Fetcher) -> anyhow::Result<Listing> {
    fetcher.count_store()?;
    let progress = fetcher.progress(&source.page(""));
    let came = |bytes| progress.add(bytes);
    let api = Api::new(source, fetcher, &came);
    let types = api.types()?;
    if types.is_empty() {
        let range = super::fetch::said(source.range);
        return Err(api.error(format!("found no profiles at all {range}")));
    }
    let names = api.labels()?;
    let mut labels = Vec::with_capacity(names.len());
    for (at, name) in names.into_iter().enumerate() {
        let values = match at < MOST_LABELS {
            true => api.values(&name)?,
            false => Vec::new(),
        };
        labels.push((name, values));
    }
    let service = SERVICE
        .iter()
        .find_map(|name| labels.iter().find(|(known, _)| known == name));
    Ok(Listing {
        services: service
            .map(|(_, values)| values.clone())
            .unwrap_or_default(),
        labels,
        types,
        from: source.range.from,
        until: source.range.until,
        store: source.kind.name(),
    })
}
