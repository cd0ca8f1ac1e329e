//! What a store is asked about a source, in the words of its own API.

use super::api::{Api, Profiles};
use super::source::StoreKind;
use super::types::{Chosen, ProfileType, choose};
use super::{parca, pyroscope};

impl Api<'_> {
    /// The types that there are, each once.
    pub(super) fn types(&self) -> anyhow::Result<Vec<ProfileType>> {
        let ids = self.over(|range| match self.source.kind {
            StoreKind::Pyroscope => pyroscope::types(self, range),
            StoreKind::Parca => parca::types(self),
        })?;
        let ids = sorted(ids.into_iter().flatten());
        Ok(ids.iter().filter_map(|id| ProfileType::parse(id)).collect())
    }

    /// Those of them that are asked for.
    pub(super) fn chosen(&self, known: &[ProfileType]) -> anyhow::Result<Chosen> {
        choose(self.source.type_.as_deref(), self.source.endpoint, known)
            .map_err(|found| self.error(format!("found {found}")))
    }

    /// The sum of the profiles of a type, in pprof's encoding; one for each part of the range.
    pub(super) fn merged(&self, type_: &ProfileType) -> anyhow::Result<Vec<Vec<u8>>> {
        self.over(|range| match self.source.kind {
            StoreKind::Pyroscope => pyroscope::merged(self, type_, range),
            StoreKind::Parca => parca::merged(self, type_, range),
        })
    }

    /// Which profiles of a type there are.
    pub(super) fn profiles(&self, type_: &ProfileType) -> anyhow::Result<Profiles> {
        let labels = match self.source.kind {
            StoreKind::Pyroscope => self.labels()?,
            StoreKind::Parca => Vec::new(),
        };
        let parts = self.over(|range| match self.source.kind {
            StoreKind::Pyroscope => pyroscope::profiles(self, type_, &labels, range),
            StoreKind::Parca => parca::profiles(self, type_, range),
        })?;
        let mut all = Profiles::default();
        for part in parts {
            all.times.extend(part.times);
            all.series = all.series.max(part.series);
            all.labels.extend(part.labels);
        }
        Ok(all)
    }

    /// The labels that series have, but for those that are the store's own.
    pub(super) fn labels(&self) -> anyhow::Result<Vec<String>> {
        let names = self.over(|range| match self.source.kind {
            StoreKind::Pyroscope => pyroscope::labels(self, range),
            StoreKind::Parca => parca::labels(self, range),
        })?;
        let names = names.into_iter().flatten();
        Ok(sorted(names.filter(|name| !name.starts_with("__"))))
    }

    /// The values that a label has among the selected series.
    pub(super) fn values(&self, label: &str) -> anyhow::Result<Vec<String>> {
        let values = self.over(|range| match self.source.kind {
            StoreKind::Pyroscope => pyroscope::values(self, label, range),
            StoreKind::Parca => parca::values(self, label, range),
        })?;
        Ok(sorted(values.into_iter().flatten()))
    }
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts.dedup();
    texts
}
