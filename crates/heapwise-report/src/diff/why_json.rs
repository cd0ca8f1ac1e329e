//! Why a row is allocated on the newer side, as JSON.

use heapwise_analysis::explain::ReasonPart;
use heapwise_analysis::{Granularity, Inlined, Site};
use serde::Serialize;

use super::why::Why;
use crate::explain::json::{JsonDecision, told_by};
use crate::explain::words;
use crate::formats::json::{JsonEstimate, JsonSite};

#[derive(Serialize)]
pub(super) struct JsonWhy<'a> {
    state: &'static str,
    value: Option<JsonEstimate>,
    not_own: i128,
    reasons: Vec<JsonPart<'a>>,
    fates: Option<Vec<JsonFate>>,
}

#[derive(Serialize)]
struct JsonPart<'a> {
    reason: &'static str,
    told_by: Option<&'static str>,
    value: JsonEstimate,
    at: JsonSite<'a>,
    #[serde(rename = "for")]
    from: Option<JsonSite<'a>>,
    compiler: Vec<JsonDecision<'a>>,
}

#[derive(Serialize)]
struct JsonFate {
    reason: &'static str,
    fate: &'static str,
}

impl<'a> JsonWhy<'a> {
    pub(super) fn new(why: Why<'a>) -> Self {
        let parts = why.after.map_or(&[][..], |after| after.parts.as_slice());
        let fates = why.fates.map(|fates| {
            let fates = fates.into_iter();
            let fates = fates.map(|(reason, fate)| JsonFate {
                reason: reason.name(),
                fate: fate.name(),
            });
            fates.collect()
        });
        Self {
            state: why.state.name(),
            value: why.after.map(|after| after.value.into()),
            not_own: why.after.map_or(0, |after| after.foreign),
            reasons: parts.iter().map(JsonPart::new).collect(),
            fates,
        }
    }
}

impl<'a> JsonPart<'a> {
    fn new(part: &'a ReasonPart) -> Self {
        Self {
            reason: words::reason_name(&part.cause),
            told_by: told_by(&part.cause),
            value: part.value.into(),
            at: site(&part.at, part.inlined),
            from: part.from.as_ref().map(|from| site(from, part.from_inlined)),
            compiler: JsonDecision::all(&part.cause),
        }
    }
}

fn site(site: &Site, inlined: Inlined) -> JsonSite<'_> {
    JsonSite::new(site, inlined, Granularity::Lines)
}
