//! The calls between sites that are kept (graph/graph.go: newGraph with kept nodes, AddToEdgeDiv).

use std::num::Wrapping;

use heapwise_decode::LocationIndex;

use super::build::Edge;
use super::sites::{SiteId, Sites};
use super::summed::Summed;
use crate::error::Result;
use crate::site::interner::Numbering;
use crate::sums::item_path::{ItemPath, Pushing};
use crate::sums::measured::{Measured, MeasuredStack, Sum};
use crate::view::View;

/// Finds the calls between sites in one reading of the samples.
pub(super) fn calls(
    view: &View,
    sites: &Sites,
    measured: Measured,
    wanted: Wanted<'_>,
) -> Result<Vec<Edge>> {
    match measured.divisor.is_none() && view.fits_64_bits(measured) {
        true => calls_in::<Wrapping<i64>>(view, sites, measured, wanted),
        false => calls_in::<Sum>(view, sites, measured, wanted),
    }
}

fn calls_in<V: Summed>(
    view: &View,
    sites: &Sites,
    measured: Measured,
    wanted: Wanted<'_>,
) -> Result<Vec<Edge>> {
    let mut calls = Calls::<V> {
        sites,
        wanted,
        ids: Numbering::new(),
        ends: Vec::new(),
        traits: Vec::new(),
        path: ItemPath::default(),
        by_location: vec![UNMET; view.tables().location_count()],
        inner: Vec::new(),
        steps: Vec::new(),
    };
    view.each_stack(measured, |MeasuredStack { stack, shared, sum }| {
        calls.truncate(shared);
        calls.push_frames(stack.get(calls.steps.len()..).unwrap_or_default());
        calls.path.add(V::of(sum));
    })?;
    let sums = calls.path.finish();
    let all = calls.ends.into_iter().zip(calls.traits).enumerate();
    let edges = all.map(|(at, ((caller, callee), traits))| Edge {
        caller,
        callee,
        weight: sums.get(at).copied().unwrap_or_default().whole(),
        is_residual: traits & RESIDUAL != 0,
        is_inlined: traits & CALLED == 0,
    });
    Ok(edges.collect())
}

/// Which calls are of interest, by site; absent is "all".
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The sites that are kept: calls go over the others.
    pub(super) kept: Option<&'a [bool]>,
    /// The sites whose callers matter.
    pub(super) callees: Option<&'a [bool]>,
}

struct Calls<'a, V> {
    sites: &'a Sites,
    wanted: Wanted<'a>,
    ids: Numbering<(SiteId, SiteId), RECENT>,
    /// Who calls whom, by call.
    ends: Vec<(SiteId, SiteId)>,
    /// What a call has been: [`CALLED`], [`RESIDUAL`].
    traits: Vec<u8>,
    /// The calls on the path.
    path: ItemPath<V>,
    /// What each location adds to the path.
    by_location: Vec<LocationCalls>,
    /// The calls within locations.
    inner: Vec<Call>,
    /// Where each frame on the path leads to.
    steps: Vec<Step>,
}

/// Calls that are found without hashing.
const RECENT: usize = 4096;

/// A call that was not inlined, once at least.
const CALLED: u8 = 2;
/// A call that went over sites that were left out.
const RESIDUAL: u8 = 1;

/// No site.
const NONE: SiteId = SiteId::MAX;
/// What no stack comes from, not even from no site.
const NOBODY: SiteId = NONE - 1;

/// Where a stack is after some of its frames.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The kept site nearest to the leaf.
    site: SiteId,
    /// Calls on the path, and below them the bit [`RESIDUAL`] where sites behind the kept one were left out.
    calls: u32,
}

impl Step {
    const START: Step = Step {
        site: NONE,
        calls: 0,
    };

    /// Calls on the path.
    #[inline]
    fn calls(self) -> usize {
        (self.calls >> 1) as usize
    }

    #[inline]
    fn residual(self) -> u8 {
        self.calls as u8 & RESIDUAL
    }
}

/// A call that a frame makes.
#[derive(Debug, Clone, Copy)]
struct Call {
    edge: u32,
    traits: u8,
}

/// Which calls a location makes that are of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Interest {
    /// Not known yet.
    Unknown,
    None,
    /// At most one, to its outermost kept site.
    Entered,
    /// Within it, and maybe one to it.
    Within,
}

/// The kept sites of a location, as far as calls are concerned.
#[derive(Debug, Clone, Copy)]
struct LocationCalls {
    interest: Interest,
    /// What a call to the outermost has been by that alone: [`CALLED`] where it is the function really
    /// called, else [`RESIDUAL`], as that one is left out.
    traits: u8,
    /// [`RESIDUAL`] where sites behind the innermost are left out, or all are.
    residual: u8,
    /// The innermost; none where none is kept.
    left: SiteId,
    /// The outermost, if calls to it are of interest.
    entered: SiteId,
    /// Who has called it last, and the number of that call: nearly always the same again, so that pairs are
    /// looked up for one frame of ten.
    caller: SiteId,
    edge: u32,
    /// Where the calls within the location are.
    inner: (u32, u32),
}

const UNMET: LocationCalls = LocationCalls {
    interest: Interest::Unknown,
    traits: 0,
    residual: 0,
    left: NONE,
    entered: NONE,
    caller: NOBODY,
    edge: 0,
    inner: (0, 0),
};

impl LocationCalls {
    /// Whether a call from a site to the outermost one is of interest.
    #[inline]
    fn is_entered_from(&self, caller: SiteId) -> bool {
        self.entered != NONE && caller != NONE && self.entered != caller
    }

    /// Whether it has to be looked up what a call from another site than last means.
    #[inline]
    fn is_unknown_from(&self, caller: SiteId) -> bool {
        self.interest == Interest::Unknown || self.is_entered_from(caller)
    }

    /// Where a stack leads to through the location, with so many calls on the path.
    #[inline]
    fn step(&self, before: Step, calls: usize) -> Step {
        Step {
            site: match self.left {
                NONE => before.site,
                left => left,
            },
            calls: (calls as u32) << 1 | u32::from(self.residual),
        }
    }
}

impl<V: Summed> Calls<'_, V> {
    /// Goes back to where a stack was after `depth` frames.
    #[inline]
    fn truncate(&mut self, depth: usize) {
        self.steps.truncate(depth);
        let last = self.steps.last().copied().unwrap_or(Step::START);
        self.path.truncate(last.calls());
    }

    /// Puts frames at the leaf side.
    #[inline]
    fn push_frames(&mut self, mut new: &[LocationIndex]) {
        loop {
            let count = self.push_known(new);
            new = new.get(count..).unwrap_or_default();
            let Some(&location) = new.first() else {
                return;
            };
            self.learn(location);
        }
    }

    /// Puts frames at the leaf side while what they mean for calls is known, and tells how many those were.
    #[inline]
    fn push_known(&mut self, new: &[LocationIndex]) -> usize {
        let depth = self.steps.len();
        let mut before = self.steps.last().copied().unwrap_or(Step::START);
        self.steps.resize(depth + new.len(), Step::START);
        let steps = self.steps.get_mut(depth..).unwrap_or_default();
        let mut calling = Calling {
            path: self.path.pushing(self.ends.len()),
            traits: &mut self.traits,
            inner: &self.inner,
        };
        let mut count = 0;
        for (location, step) in new.iter().zip(steps) {
            let Some(calls) = self.by_location.get(location.get()) else {
                break;
            };
            if calls.interest != Interest::None {
                if calls.caller == before.site {
                    calling.call(calls.edge, calls.traits | before.residual());
                } else if calls.is_unknown_from(before.site) {
                    break;
                }
                calling.inner(calls);
            }
            before = calls.step(before, calling.path.used());
            *step = before;
            count += 1;
        }
        self.steps.truncate(depth + count);
        count
    }

    /// Finds out what a location means for calls, or who calls it from where the stack is.
    fn learn(&mut self, location: LocationIndex) {
        let known = self.by_location.get(location.get());
        let known = known.filter(|calls| calls.interest != Interest::Unknown);
        let mut calls = known.copied().unwrap_or_else(|| self.look_at(location));
        let caller = self.steps.last().map_or(NONE, |step| step.site);
        if calls.is_entered_from(caller) && calls.caller != caller {
            calls.edge = self.edge(caller, calls.entered);
            calls.caller = caller;
        }
        let at = location.get();
        if self.by_location.len() <= at {
            self.by_location.resize(at + 1, UNMET);
        }
        if let Some(place) = self.by_location.get_mut(at) {
            *place = calls;
        }
    }

    /// Finds out what the sites of a location mean for calls.
    #[cold]
    fn look_at(&mut self, location: LocationIndex) -> LocationCalls {
        let sites = self.sites.of_location(location);
        let Wanted { kept, callees } = self.wanted;
        let all = sites.iter().copied().enumerate();
        let kept: Vec<(usize, SiteId)> = all.filter(|&(_, site)| is_in(kept, site)).collect();
        let start = self.inner.len() as u32;
        for pair in kept.windows(2) {
            if let [(above, caller), (below, callee)] = *pair
                && caller != callee
                && is_in(callees, callee)
            {
                let edge = self.edge(caller, callee);
                let traits = if below - above > 1 { RESIDUAL } else { 0 };
                self.inner.push(Call { edge, traits });
            }
        }
        let entered = kept.first().filter(|&&(_, site)| is_in(callees, site));
        let end = self.inner.len() as u32;
        let interest = match entered {
            _ if start < end => Interest::Within,
            Some(_) => Interest::Entered,
            None => Interest::None,
        };
        let last = kept.last();
        let ends_here = last.is_some_and(|&(depth, _)| depth + 1 == sites.len());
        LocationCalls {
            interest,
            traits: match entered {
                Some((0, _)) => CALLED,
                _ => RESIDUAL,
            },
            residual: if ends_here { 0 } else { RESIDUAL },
            left: last.map_or(NONE, |&(_, site)| site),
            entered: entered.map_or(NONE, |&(_, site)| site),
            inner: (start, end),
            ..UNMET
        }
    }

    /// The number of a call.
    #[inline]
    fn edge(&mut self, caller: SiteId, callee: SiteId) -> u32 {
        let spread = caller.wrapping_mul(0x9e37_79b1) >> 16 ^ callee;
        let (edge, is_new) = self.ids.of((caller, callee), spread.into());
        if is_new {
            self.ends.push((caller, callee));
            self.traits.push(0);
        }
        edge
    }
}

/// Calls while frames come.
struct Calling<'a> {
    path: Pushing<'a>,
    traits: &'a mut [u8],
    inner: &'a [Call],
}

impl Calling<'_> {
    /// The calls within a location.
    #[inline]
    fn inner(&mut self, calls: &LocationCalls) {
        if calls.interest == Interest::Within {
            let (start, end) = calls.inner;
            let inner = self.inner.get(start as usize..end as usize);
            for call in inner.unwrap_or_default() {
                self.call(call.edge, call.traits);
            }
        }
    }

    /// A call is what it is at its first place on every path.
    #[inline]
    fn call(&mut self, edge: u32, traits: u8) {
        if self.path.push(edge)
            && let Some(all) = self.traits.get_mut(edge as usize)
        {
            *all |= traits;
        }
    }
}

fn is_in(sites: Option<&[bool]>, site: SiteId) -> bool {
    sites.is_none_or(|sites| sites.get(site as usize) == Some(&true))
}
