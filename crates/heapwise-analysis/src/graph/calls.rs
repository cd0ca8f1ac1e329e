//! The calls between sites that are kept (graph/graph.go: newGraph with kept nodes, AddToEdgeDiv).

use std::num::Wrapping;

use heapwise_decode::LocationIndex;

use super::build::Edge;
use super::measured_path::{MeasuredPath, Summed};
use super::sites::{SiteId, Sites};
use crate::error::Result;
use crate::site::interner::Numbering;
use crate::sums::measured::Measured;
use crate::view::View;

/// Finds the calls between sites in one reading of the samples.
pub(super) fn calls(
    view: &View,
    sites: &Sites,
    measured: Measured,
    wanted: Wanted<'_>,
) -> Result<Vec<Edge>> {
    match view.fits_64_bits(measured) {
        true => calls_in::<Wrapping<i64>>(view, sites, measured, wanted),
        false => calls_in::<i128>(view, sites, measured, wanted),
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
        path: MeasuredPath::new(measured),
        by_location: vec![UNMET; view.tables().location_count()],
        inner: Vec::new(),
        steps: Vec::new(),
    };
    view.each_measured(measured, |sample| {
        let Some((shared, sum)) = calls.path.enter(sample) else {
            return;
        };
        calls.steps.truncate(shared);
        for &location in sample.stack().get(shared..).unwrap_or_default() {
            calls.push_frame(location);
        }
        calls.path.add(sum);
    })?;
    let sums = calls.path.finish();
    let all = calls.ends.into_iter().zip(calls.traits).enumerate();
    let edges = all.map(|(at, ((caller, callee), traits))| Edge {
        caller,
        callee,
        weight: sums.get(at).copied().unwrap_or_default(),
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
    path: MeasuredPath<V>,
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
const CALLED: u8 = 1;
/// A call that went over sites that were left out.
const RESIDUAL: u8 = 2;

/// No site.
const NONE: SiteId = SiteId::MAX;

/// Where a stack is after some of its frames.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The kept site nearest to the leaf.
    site: SiteId,
    /// [`RESIDUAL`] where sites behind that were left out.
    residual: u8,
}

impl Step {
    const START: Step = Step {
        site: NONE,
        residual: 0,
    };
}

/// A call that a frame makes.
#[derive(Debug, Clone, Copy)]
struct Call {
    edge: u32,
    traits: u8,
}

/// The kept sites of a location, as far as calls are concerned.
#[derive(Debug, Clone, Copy)]
struct LocationCalls {
    is_met: bool,
    /// What a call to the outermost has been by that alone: [`CALLED`] where it is the function really
    /// called, else [`RESIDUAL`], as that one is left out.
    traits: u8,
    /// The outermost, if calls to it are of interest.
    entered: SiteId,
    /// Who has called it last, and the number of that call: nearly always the same again, so that pairs are
    /// looked up for one frame of ten.
    caller: SiteId,
    edge: u32,
    /// Where the calls within the location are.
    inner: (u32, u32),
    /// Where it leads to; without a site where none of its sites is kept.
    last: Step,
}

const UNMET: LocationCalls = LocationCalls {
    is_met: false,
    traits: 0,
    entered: NONE,
    caller: NONE,
    edge: 0,
    inner: (0, 0),
    last: Step::START,
};

impl<V: Summed> Calls<'_, V> {
    #[inline]
    fn push_frame(&mut self, location: LocationIndex) {
        let at = location.get();
        let calls = match self.by_location.get(at) {
            Some(known) if known.is_met => *known,
            _ => self.look_at(location),
        };
        let caller = self.steps.last().copied().unwrap_or(Step::START);
        self.steps.push(match calls.last.site {
            NONE => Step {
                residual: RESIDUAL,
                ..caller
            },
            _ => calls.last,
        });
        if calls.entered != NONE && caller.site != NONE && calls.entered != caller.site {
            let edge = match calls.caller == caller.site {
                true => calls.edge,
                false => self.enter(location, caller.site, calls.entered),
            };
            self.call(Call {
                edge,
                traits: calls.traits | caller.residual,
            });
        }
        let (start, end) = calls.inner;
        for at in start..end {
            if let Some(&call) = self.inner.get(at as usize) {
                self.call(call);
            }
        }
        self.path.end_frame();
    }

    /// The number of a call to a location's outermost kept site by another caller than last.
    fn enter(&mut self, location: LocationIndex, caller: SiteId, callee: SiteId) -> u32 {
        let edge = self.edge(caller, callee);
        if let Some(known) = self.by_location.get_mut(location.get()) {
            (known.caller, known.edge) = (caller, edge);
        }
        edge
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
        let calls = LocationCalls {
            is_met: true,
            traits: match entered {
                Some((0, _)) => CALLED,
                _ => RESIDUAL,
            },
            entered: entered.map_or(NONE, |&(_, site)| site),
            inner: (start, self.inner.len() as u32),
            last: kept.last().map_or(Step::START, |&(depth, site)| Step {
                site,
                residual: if depth + 1 < sites.len() { RESIDUAL } else { 0 },
            }),
            ..UNMET
        };
        if let Some(place) = self.by_location.get_mut(location.get()) {
            *place = calls;
        }
        calls
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

    /// A call is what it is at its first place on every path.
    #[inline]
    fn call(&mut self, call: Call) {
        if self.path.push_item(call.edge)
            && let Some(traits) = self.traits.get_mut(call.edge as usize)
        {
            *traits |= call.traits;
        }
    }
}

fn is_in(sites: Option<&[bool]>, site: SiteId) -> bool {
    sites.is_none_or(|sites| sites.get(site as usize) == Some(&true))
}
