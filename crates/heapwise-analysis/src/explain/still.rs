//! What the rows of a comparison allocate on one side, and why: the reasons that are left.

use std::collections::BTreeMap;

use heapwise_stats::Confidence;

use super::answer::{Asked, Evidences};
use super::gather::Gatherer;
use super::join::{Cause, Unmatched};
use super::place::Place;
use super::reason::Reason;
use super::row::RowShape;
use crate::error::Result;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::sums::blocks::Blocks;
use crate::sums::estimate::Estimate;
use crate::view::View;

/// What each row of a comparison allocates on one side for own code, and why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SideReasons {
    rows: BTreeMap<Site, RowReasons>,
}

/// What a row allocates, and why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RowReasons {
    /// What is allocated in it by own code, or on behalf of it.
    pub value: Estimate,
    /// What no own code led to.
    pub foreign: i128,
    /// Of the value: by line and reason, most first.
    pub parts: Vec<ReasonPart>,
}

/// What is allocated at a line for a reason.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReasonPart {
    /// Where it is allocated.
    pub at: Site,
    /// Whether the frames there were inlined.
    pub inlined: Inlined,
    /// The own line that led there, where that is another one.
    pub from: Option<Site>,
    /// Whether the frames of that were inlined.
    pub from_inlined: Inlined,
    /// Why, as that of most of it says.
    pub cause: Cause,
    /// What is allocated so.
    pub value: Estimate,
}

impl SideReasons {
    /// Of a row; `None` where nothing is allocated there for own code.
    pub fn of(&self, row: &Site) -> Option<&RowReasons> {
        self.rows.get(row)
    }
}

impl RowReasons {
    /// The reasons that are known, most first.
    pub fn reasons(&self) -> Vec<Reason> {
        let mut found = Vec::new();
        for reason in self.parts.iter().filter_map(|part| part.cause.reason()) {
            if !found.contains(&reason) {
                found.push(reason);
            }
        }
        found
    }

    /// Whether all of it has a reason, each of its own: then what is not among them is not there.
    pub fn is_explained(&self) -> bool {
        let mut reasons = self.parts.iter().map(|part| part.cause.reason());
        reasons.all(|reason| reason.is_some_and(|reason| reason != Reason::Several))
    }
}

/// Tells why the rows of a comparison allocate what a view shows.
///
/// # Errors
///
/// As [`heapwise_decode::visit`].
pub fn reasons_of_rows(
    view: &View,
    evidence: Evidences<'_>,
    rows: RowShape,
    confidence: Confidence,
) -> Result<SideReasons> {
    let mut gatherer = Gatherer::new(Some(rows), &|_, _| None);
    view.visit(&mut gatherer)?;
    let gathered = gatherer.finish(view.tables());
    let known = (evidence.log, evidence.lines);
    let asked = Asked::of(&gathered, known, view.sample_index(), confidence);
    let mut drafts: BTreeMap<&Site, Draft<'_>> = BTreeMap::new();
    for (place, cause, blocks, sums) in asked.each() {
        let Some(row) = &place.row else { continue };
        let draft = drafts.entry(row).or_default();
        match &place.own {
            Some(own) => draft.add((place, own), cause, (sums.value, blocks)),
            None => draft.foreign += sums.value,
        }
    }
    let drafts = drafts.into_iter();
    let rows = drafts.filter_map(|(row, draft)| Some((row.clone(), draft.finish(&asked)?)));
    Ok(SideReasons {
        rows: rows.collect(),
    })
}

/// What tells parts of a row apart: where, for which own line, why or why not.
type PartKey<'a> = (
    Option<&'a Site>,
    &'a Site,
    Option<Reason>,
    Option<Unmatched>,
);

/// A row while it is added up.
#[derive(Default)]
struct Draft<'a> {
    foreign: i128,
    parts: BTreeMap<PartKey<'a>, PartDraft<'a>>,
}

/// A part while it is added up: a place of it, the cause of the most, how much that is, and all.
struct PartDraft<'a> {
    place: &'a Place,
    cause: &'a Cause,
    most: i128,
    value: i128,
    counts: Vec<&'a Blocks>,
}

impl<'a> Draft<'a> {
    fn add(
        &mut self,
        (place, own): (&'a Place, &'a Site),
        cause: &'a Cause,
        (value, blocks): (i128, &'a Blocks),
    ) {
        let unmatched = match cause {
            Cause::Unmatched(why) => Some(*why),
            _ => None,
        };
        let key = (place.site(), own, cause.reason(), unmatched);
        let part = self.parts.entry(key).or_insert_with(|| PartDraft {
            place,
            cause,
            most: value,
            value: 0,
            counts: Vec::new(),
        });
        if value > part.most {
            (part.cause, part.most) = (cause, value);
        }
        part.value += value;
        part.counts.push(blocks);
    }

    fn finish(self, asked: &Asked<'_>) -> Option<RowReasons> {
        let estimate = |value, all: &[&Blocks]| {
            let counts = all.iter().flat_map(|blocks| blocks.counts());
            asked.estimate(value, &Blocks::of(counts.copied()))
        };
        let value = self.parts.values().map(|part| part.value).sum();
        let all = self.parts.values().flat_map(|part| &part.counts);
        let all: Vec<&Blocks> = all.copied().collect();
        let parts = self.parts.into_iter().filter(|(_, part)| part.value != 0);
        let parts = parts.map(|((at, own, _, _), part)| ReasonPart {
            at: at.cloned().unwrap_or_default(),
            inlined: at.and_then(|at| part.place.inlined(at)).unwrap_or_default(),
            from: Some(own).filter(|own| at != Some(*own)).cloned(),
            from_inlined: part.place.own_inlined,
            cause: part.cause.clone(),
            value: estimate(part.value, &part.counts),
        });
        let mut parts: Vec<ReasonPart> = parts.collect();
        parts.sort_by_key(|part| -part.value.value);
        (!parts.is_empty()).then(|| RowReasons {
            value: estimate(value, &all),
            foreign: self.foreign,
            parts,
        })
    }
}
