//! The sites that profiles have, by name: what claims and suppressions can mean.

use std::collections::BTreeMap;

use super::claim::{Kind, SitePattern};
use super::near::near_names;
use crate::compare::diff::DiffSide;
use crate::goroutines::GoroutineGroups;
use crate::growth::GrowthAnswer;

/// At most this many are offered where nothing is near.
const MOST: usize = 3;

/// The names of all sites, whatever they have of the value in question.
#[derive(Debug, Clone, Default)]
pub struct KnownNames {
    /// With what they have, which is only to tell large ones from small ones.
    names: BTreeMap<String, i128>,
}

impl KnownNames {
    /// Those of one side of a comparison.
    pub fn of_side(side: &DiffSide<'_>) -> KnownNames {
        let mut known = KnownNames::default();
        side.visit_rows(&mut |site, flat, _| known.add(site.pprof_name(), flat));
        known
    }

    /// The functions that goroutines have on their stacks, or were created by.
    pub fn of_goroutines(groups: &GoroutineGroups) -> KnownNames {
        let mut known = KnownNames::default();
        for group in &groups.groups {
            let count = group.counts.iter().copied().map(i128::from).sum();
            let sites = groups.sites_of(&group.stack);
            let creator = group.created_by.and_then(|place| groups.site(place));
            for site in sites
                .chain(groups.sites_of(&group.parked_in))
                .chain(creator)
            {
                if let Some(function) = &site.function {
                    known.add(function.clone(), count);
                }
            }
        }
        known
    }

    /// The sites of a series of snapshots.
    pub fn of_growth(growth: &GrowthAnswer) -> KnownNames {
        let mut known = KnownNames::default();
        for one in growth.sites.iter().chain(&growth.idle) {
            if let Some(site) = &one.site {
                known.add(site.pprof_name(), one.last());
            }
        }
        known
    }

    /// Adds the names of another side.
    pub fn absorb(&mut self, other: KnownNames) {
        for (name, value) in other.names {
            self.add(name, value);
        }
    }

    fn add(&mut self, name: String, value: i128) {
        let sum = self.names.entry(name).or_default();
        *sum = sum.saturating_add(value.abs());
    }

    /// Whether a pattern means any of them; the total always exists.
    pub fn has(&self, site: &SitePattern) -> bool {
        match &site.0 {
            Kind::Total | Kind::Leaked | Kind::Collector(_) | Kind::Escape(_) | Kind::Advice => {
                true
            }
            Kind::Named(name) => self.names.contains_key(name),
            Kind::Matching(regexp) => self.names.keys().any(|name| regexp.is_match(name)),
        }
    }

    /// Names that were perhaps meant, else the largest sites, so that there is something to choose
    /// from.
    pub fn near(&self, site: &SitePattern) -> Vec<String> {
        let wanted = match &site.0 {
            Kind::Matching(regexp) => longest_literal(regexp.as_str()),
            _ => site.label(),
        };
        let near = near_names(&wanted, self.names.keys());
        if near.is_empty() {
            self.largest()
        } else {
            near
        }
    }

    fn largest(&self) -> Vec<String> {
        let mut all: Vec<(&String, i128)> = self.names.iter().map(|(n, &v)| (n, v)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all.into_iter()
            .take(MOST)
            .map(|(name, _)| name.clone())
            .collect()
    }
}

/// The longest part of a regular expression that is text: `/^main\.(parse|f)/` has `main.`, `parse`.
fn longest_literal(regexp: &str) -> String {
    // How people write a point that is one, beside `\.`.
    let regexp = regexp.replace("[.]", r"\.");
    let mut parts = vec![String::new()];
    let mut letters = regexp.chars();
    while let Some(letter) = letters.next() {
        let is_escape = letter == '\\';
        let meant = if is_escape {
            letters.next()
        } else {
            Some(letter)
        };
        let is_text = match meant {
            // `\w` and the like are no text, `\.` is.
            Some(c) if is_escape => !c.is_alphanumeric(),
            Some(c) => !"^$[](){}|*+?".contains(c),
            None => false,
        };
        match (meant, parts.last_mut()) {
            (Some(c), Some(part)) if is_text => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts
        .into_iter()
        .reduce(|a, b| if b.len() > a.len() { b } else { a })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::longest_literal;

    #[test]
    fn finds_the_text_in_a_regular_expression() {
        for (regexp, text) in [
            (r"^main\.parse$", "main.parse"),
            ("^main[.]prase", "main.prase"),
            (r"json\.\(\*decodeState\)", "json.(*decodeState)"),
            (r"\w+|a", "a"),
            ("", ""),
        ] {
            assert_eq!(longest_literal(regexp), text, "{regexp}");
        }
    }
}
