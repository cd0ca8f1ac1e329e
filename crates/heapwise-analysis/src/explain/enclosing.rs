//! What the compiler put on the heap in the functions that an allocation was inlined into: it is of each of them, too.

use heapwise_decode::{Decision, EscapeOutcome};

use super::join::Cause;
use super::named::is_named_for_some;
use super::place::Place;
use super::reason::Reason;
use crate::site::identity::Site;

/// Something that was inlined, and is on the heap by a decision in a function around it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Enclosed {
    /// The functions that it was inlined into, up to that in which it was decided.
    pub(crate) functions: Vec<String>,
    /// What it is, as the compiler writes it.
    pub(crate) what: String,
    /// Why.
    pub(crate) reason: Reason,
    /// What is asked about.
    pub(crate) value: i128,
}

/// What is so of some places, with the value of each.
pub(super) fn enclosed(places: &[(&Place, &Cause, i128)]) -> Vec<Enclosed> {
    let places = places.iter().filter(|(_, _, value)| *value != 0);
    places
        .filter_map(|(place, cause, value)| of_place(place, cause, *value))
        .collect()
}

fn of_place(place: &Place, cause: &Cause, value: i128) -> Option<Enclosed> {
    let Cause::Decided(reason, decisions) = cause else {
        return None;
    };
    let decided = decisions.iter().filter_map(|one| {
        let at = decided_in(one, &place.frames)?;
        (one.outcome == EscapeOutcome::Heap && at > 0).then_some((one, at))
    });
    let (decision, at) = { decided }.max_by_key(|(_, at)| *at)?;
    let around = place.frames.iter().take(at + 1).skip(1);
    Some(Enclosed {
        functions: around.filter_map(|site| site.function.clone()).collect(),
        what: decision.subject.clone(),
        reason: *reason,
        value,
    })
}

/// The number of the frame in whose function it was decided; a copy of which the log does not tell is of the outermost.
fn decided_in(decision: &Decision, frames: &[Site]) -> Option<usize> {
    let Some(name) = decision.function.as_deref() else {
        return decision.is_inlined.then_some(frames.len().checked_sub(1)?);
    };
    let is_its = |site: &Site| {
        let whole = site.function.as_deref();
        whole.is_some_and(|whole| is_named_for_some(whole, name))
    };
    frames.iter().rposition(is_its)
}
