//! The calls between sites that are kept (graph/graph.go: newGraph with kept nodes, AddToEdgeDiv).

use heapwise_decode::LocationIndex;

use super::build::Edge;
use super::measured_path::MeasuredPath;
use super::sites::{SiteId, Sites};
use crate::error::Result;
use crate::site::interner::Numbering;
use crate::sums::measured::{Measured, Sum};
use crate::view::View;

/// Finds the calls between sites in one reading of the samples.
pub(super) fn calls(
    view: &View,
    sites: &Sites,
    measured: Measured,
    wanted: Wanted<'_>,
) -> Result<Vec<Edge>> {
    let mut calls = Calls {
        sites,
        wanted,
        ids: Numbering::new(),
        edges: Vec::new(),
        path: MeasuredPath::new(measured),
        by_location: vec![None; view.tables().location_count()],
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
    let sums = calls.path.finish().into_iter();
    for (edge, sum) in calls.edges.iter_mut().zip(sums) {
        edge.weight = sum;
    }
    Ok(calls.edges)
}

/// Which calls are of interest, by site; absent is "all".
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The sites that are kept: calls go over the others.
    pub(super) kept: Option<&'a [bool]>,
    /// The sites whose callers matter.
    pub(super) callees: Option<&'a [bool]>,
}

struct Calls<'a> {
    sites: &'a Sites,
    wanted: Wanted<'a>,
    ids: Numbering<(SiteId, SiteId), RECENT>,
    edges: Vec<Edge>,
    path: MeasuredPath,
    /// What each location adds to the path.
    by_location: Vec<Option<LocationCalls>>,
    /// The calls within locations.
    inner: Vec<Call>,
    /// Where each frame on the path leads to.
    steps: Vec<Step>,
}

/// Calls that are found without hashing.
const RECENT: usize = 4096;

/// Where a stack is after some of its frames.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    /// The kept site nearest to the leaf.
    site: Option<SiteId>,
    /// Whether sites behind that were left out.
    is_residual: bool,
}

/// A call that a frame makes.
#[derive(Debug, Clone, Copy)]
struct Call {
    edge: u32,
    is_inlined: bool,
    /// Whether it goes over sites that were left out.
    is_residual: bool,
}

/// The kept sites of a location, as far as calls are concerned.
#[derive(Debug, Clone, Copy)]
struct LocationCalls {
    /// The outermost.
    entered: Option<Entered>,
    /// Where the calls within the location are.
    inner: (usize, usize),
    /// Where it leads to, if any of its sites is kept.
    last: Option<Step>,
}

/// The outermost kept site of a location.
#[derive(Debug, Clone, Copy)]
struct Entered {
    site: SiteId,
    /// Whether it is not the function really called.
    is_inlined: bool,
}

impl Calls<'_> {
    #[inline]
    fn push_frame(&mut self, location: LocationIndex) {
        let at = location.get();
        let calls = match self.by_location.get(at) {
            Some(Some(known)) => *known,
            _ => self.look_at(location),
        };
        let caller = self.steps.last().copied().unwrap_or_default();
        self.steps.push(calls.last.unwrap_or(Step {
            is_residual: true,
            ..caller
        }));
        if let (Some(entered), Some(site)) = (calls.entered, caller.site)
            && entered.site != site
        {
            let call = Call {
                edge: self.edge(site, entered.site),
                is_inlined: entered.is_inlined,
                // The function really called is left out where what it inlined is entered.
                is_residual: caller.is_residual || entered.is_inlined,
            };
            self.call(call);
        }
        for at in calls.inner.0..calls.inner.1 {
            if let Some(&call) = self.inner.get(at) {
                self.call(call);
            }
        }
        self.path.end_frame();
    }

    /// Finds out what the sites of a location mean for calls.
    #[cold]
    fn look_at(&mut self, location: LocationIndex) -> LocationCalls {
        let sites = self.sites.of_location(location);
        let Wanted { kept, callees } = self.wanted;
        let all = sites.iter().copied().enumerate();
        let kept: Vec<(usize, SiteId)> = all.filter(|&(_, site)| is_in(kept, site)).collect();
        let start = self.inner.len();
        for pair in kept.windows(2) {
            if let [(above, caller), (below, callee)] = *pair
                && caller != callee
                && is_in(callees, callee)
            {
                let edge = self.edge(caller, callee);
                self.inner.push(Call {
                    edge,
                    is_inlined: true,
                    is_residual: below - above > 1,
                });
            }
        }
        let calls = LocationCalls {
            entered: kept.first().filter(|&&(_, site)| is_in(callees, site)).map(
                |&(depth, site)| Entered {
                    site,
                    is_inlined: depth > 0,
                },
            ),
            inner: (start, self.inner.len()),
            last: kept.last().map(|&(depth, site)| Step {
                site: Some(site),
                is_residual: depth + 1 < sites.len(),
            }),
        };
        if let Some(place) = self.by_location.get_mut(location.get()) {
            *place = Some(calls);
        }
        calls
    }

    /// The number of a call.
    #[inline]
    fn edge(&mut self, caller: SiteId, callee: SiteId) -> u32 {
        let spread = caller.wrapping_mul(0x9e37_79b1) >> 16 ^ callee;
        let (edge, is_new) = self.ids.of((caller, callee), spread.into());
        if is_new {
            self.edges.push(Edge {
                caller,
                callee,
                weight: Sum::default(),
                is_residual: false,
                is_inlined: true,
            });
        }
        edge
    }

    /// A call is what it is at its first place on every path.
    #[inline]
    fn call(&mut self, call: Call) {
        if self.path.push_item(call.edge)
            && let Some(known) = self.edges.get_mut(call.edge as usize)
        {
            known.is_inlined &= call.is_inlined;
            known.is_residual |= call.is_residual;
        }
    }
}

fn is_in(sites: Option<&[bool]>, site: SiteId) -> bool {
    sites.is_none_or(|sites| sites.get(site as usize) == Some(&true))
}
