//! What a name stands for that is a question to a store: which store, which profiles of it, over which time.

use anyhow::bail;

use super::duration::parse_duration;
use super::range::Range;
use super::selector::Selector;
use super::time::parse_time;
use crate::fetch::{Endpoint, Target, decoded, redacted};

/// Whose API is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreKind {
    Pyroscope,
    Parca,
}

impl StoreKind {
    fn scheme(self) -> &'static str {
        match self {
            StoreKind::Pyroscope => "pyroscope",
            StoreKind::Parca => "parca",
        }
    }

    /// As people write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            StoreKind::Pyroscope => "Pyroscope",
            StoreKind::Parca => "Parca",
        }
    }
}

/// Profiles of a store.
#[derive(Debug, Clone)]
pub(crate) struct StoreSource {
    pub(crate) kind: StoreKind,
    /// The name as the user wrote it, without secrets.
    pub(crate) shown: String,
    /// Where the API is.
    pub(super) base: Target,
    /// The URL up to its parameters, as written.
    address: String,
    pub(super) selector: Selector,
    /// The profile type asked for; none is the heap, or goroutines.
    pub(super) type_: Option<String>,
    pub(super) range: Range,
    /// The rate at which the heap was sampled, as the user knows it.
    pub(super) rate: Option<i64>,
    pub(super) tenant: Option<String>,
    /// The label whose values are fetched apart.
    pub(super) each: Option<String>,
    /// The length of parts that are fetched apart, in milliseconds.
    pub(super) step: Option<i64>,
    /// What a command asks for that names no type.
    pub(super) endpoint: Endpoint,
}

/// Where a tenant may be told.
const TENANT: &str = "HEAPWISE_TENANT";

const KINDS: [StoreKind; 2] = [StoreKind::Pyroscope, StoreKind::Parca];

/// Whether a name is a question to a store.
pub(crate) fn is_store(name: &str) -> bool {
    split(name).is_some()
}

/// The store that a name is of, and the URL of its API.
fn split(name: &str) -> Option<(StoreKind, &str)> {
    let (scheme, rest) = name.split_once('+')?;
    let mut kinds = KINDS.into_iter();
    let kind = kinds.find(|kind| scheme.eq_ignore_ascii_case(kind.scheme()))?;
    rest.contains("://").then_some((kind, rest))
}

impl StoreSource {
    /// The source that a name stands for; `None` where it is none of a store. `now` is in milliseconds.
    pub(crate) fn parse(
        name: &str,
        endpoint: Endpoint,
        now: i64,
    ) -> anyhow::Result<Option<StoreSource>> {
        let Some((kind, url)) = split(name) else {
            return Ok(None);
        };
        let shown = redacted(name).into_owned();
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        // A path of its own keeps what is fetched of programs from being put there.
        let with_path = format!("{}/-", address.trim_end_matches('/'));
        let Some(base) = Target::parse(&with_path, Endpoint::Heap)? else {
            bail!("{shown}: found no URL behind {}+", kind.scheme());
        };
        let mut source = StoreSource {
            kind,
            shown,
            base: base.parent(),
            address: format!("{}+{address}", kind.scheme()),
            selector: Selector::default(),
            type_: None,
            range: Range::default(),
            rate: None,
            tenant: std::env::var(TENANT)
                .ok()
                .filter(|tenant| !tenant.is_empty()),
            each: None,
            step: None,
            endpoint,
        };
        let (mut from, mut until) = (None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decoded(value);
            match key {
                "from" => from = Some(value),
                "until" | "to" => until = Some(value),
                _ => source.set(key, value)?,
            }
        }
        let time = |text: &str| parse_time(text, now);
        let times = [
            from.as_deref().unwrap_or("now-1h"),
            until.as_deref().unwrap_or("now"),
        ];
        let [from, until] = times.map(time);
        source.range = match (from, until) {
            (Some(from), Some(until)) if from < until => Range::of_seconds(from, until),
            (Some(_), Some(_)) => bail!(
                "{}: found a range that ends before it begins, expected from= before until=",
                source.shown
            ),
            _ => bail!(
                "{}: found from={} and until={}, expected now, now-1h, a time as 2006-01-02T15:04:05Z or unix seconds",
                source.shown,
                times[0],
                times[1]
            ),
        };
        Ok(Some(source))
    }

    fn set(&mut self, key: &str, value: String) -> anyhow::Result<()> {
        let refuse = |expected: &str| {
            anyhow::anyhow!("{}: found {key}={value:?}, expected {expected}", self.shown)
        };
        match key {
            "query" => match Selector::parse(&value) {
                Some((type_, selector)) => {
                    self.selector = selector;
                    self.type_ = type_.or(self.type_.take());
                }
                None => return Err(refuse("{label=\"value\"}")),
            },
            "type" if !value.is_empty() => self.type_ = Some(value),
            "rate" => match value.parse() {
                Ok(rate) if rate > 0 => self.rate = Some(rate),
                _ => return Err(refuse("MemProfileRate, in bytes")),
            },
            "tenant" if !value.is_empty() && !value.contains(char::is_control) => {
                self.tenant = Some(value);
            }
            "each" | "by" if Selector::is_label(&value) => self.each = Some(value),
            "step" => match parse_duration(&value).filter(|step| *step >= 1000) {
                Some(step) => self.step = Some(step),
                None => return Err(refuse("a time of a second or more: 30s, 5m, 1h")),
            },
            "type" | "tenant" | "each" | "by" => return Err(refuse("a name")),
            _ => bail!(
                "{}: found parameter {key:?}, expected query, type, from, until, step, each, rate or tenant",
                self.shown
            ),
        }
        Ok(())
    }

    /// Whether it stands for several profiles.
    pub(crate) fn has_parts(&self) -> bool {
        self.each.is_some() || self.step.is_some()
    }

    /// Whether they are of several times.
    pub(crate) fn has_steps(&self) -> bool {
        self.step.is_some()
    }

    /// The name of a part of the source, itself one.
    pub(super) fn name_of(&self, selector: &Selector, range: Range) -> String {
        let mut pairs = vec![("query", selector.to_string())];
        pairs.extend(self.type_.clone().map(|type_| ("type", type_)));
        pairs.push(("from", range.from.to_string()));
        pairs.push(("until", range.until.to_string()));
        pairs.extend(self.rate.map(|rate| ("rate", rate.to_string())));
        pairs.extend(self.tenant.clone().map(|tenant| ("tenant", tenant)));
        let pairs = pairs.into_iter().map(|(key, value)| {
            let value = value
                .replace('%', "%25")
                .replace('&', "%26")
                .replace('#', "%23");
            format!("{key}={value}")
        });
        let pairs: Vec<String> = pairs.collect();
        format!("{}?{}", self.address, pairs.join("&"))
    }

    /// The page of the API with this path.
    pub(super) fn page(&self, page: &str) -> Target {
        self.base.below(page, &self.shown)
    }
}
