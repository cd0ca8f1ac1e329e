//! The code at sites, and what of it was not found.

use std::collections::{BTreeMap, BTreeSet};

use heapwise_analysis::Site;
use heapwise_analysis::explain::Code;
use heapwise_decode::counted;

use super::ExplainReport;

/// The code at sites.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SiteCode(BTreeMap<Site, Code>);

impl FromIterator<(Site, Code)> for SiteCode {
    fn from_iter<T: IntoIterator<Item = (Site, Code)>>(all: T) -> Self {
        SiteCode(all.into_iter().collect())
    }
}

/// Files that are named as missing.
const MOST_NAMED: usize = 3;

impl ExplainReport {
    /// What is known of the code at a site, where that was looked for.
    pub(super) fn code(&self, site: &Site) -> Option<&Code> {
        self.code.as_ref()?.0.get(site)
    }

    /// The line of code at a site, if it was found, in one line.
    pub(super) fn code_line(&self, site: &Site) -> Option<String> {
        let line = self.code(site)?.line()?;
        Some(line.replace('\t', " "))
    }

    /// Of which sites there is no code, and why.
    pub(super) fn missing_code(&self) -> Option<String> {
        let all = &self.code.as_ref()?.0;
        let of = |wanted: &Code| -> BTreeSet<&str> {
            let all = all.iter().filter(|(_, code)| *code == wanted);
            all.filter_map(|(site, _)| site.file.as_deref()).collect()
        };
        let parts = [
            (of(&Code::NoFile), "not found"),
            (of(&Code::NoText), "not text"),
            (of(&Code::OtherSource), "of another source than the profile"),
        ];
        let parts = parts.iter().filter(|(files, _)| !files.is_empty());
        let parts: Vec<String> = parts
            .map(|(files, why)| {
                format!("{} {why} ({})", counted(files.len(), "file"), named(files))
            })
            .collect();
        (!parts.is_empty()).then(|| format!("code: {}", parts.join("; ")))
    }
}

/// The first of some files, and how many more there are.
fn named(files: &BTreeSet<&str>) -> String {
    let first: Vec<&str> = files.iter().take(MOST_NAMED).copied().collect();
    match files.len().saturating_sub(MOST_NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
