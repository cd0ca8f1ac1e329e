//! Pieces of advice that one change follows are one.

use super::rule::{Evidence, Rule};
use super::{Advice, Beside, Saving};
use crate::explain::reason::Reason;

/// Of one line, what is boxed for a call that is to go away goes with it; of one function, the variables of a closure go with
/// that.
///
/// `change` names what is changed within the function: arguments of one call are mended together, and so is a slice to which
/// several lines add.
pub(super) fn merged(all: Vec<Advice>, change: impl Fn(&Advice) -> Option<String>) -> Vec<Advice> {
    let all = taken_up(all, is_argument, |boxed, format| {
        let (one, other) = (&boxed.subject.at, &format.subject.at);
        let is_beside = one.function == other.function && change(boxed).is_some();
        format.rule == Rule::Format
            && (one == other || is_beside && change(boxed) == change(format))
    });
    let all = taken_up(all, is_captured, |captured, closure| {
        closure.rule == Rule::Closure
            && !is_captured(closure)
            && closure.subject.at.function == captured.subject.at.function
    });
    let mut kept: Vec<Advice> = Vec::new();
    for one in all {
        let changed = change(&one);
        let is_same = |other: &&mut Advice| {
            other.rule == one.rule
                && other.subject.at.function == one.subject.at.function
                && change(other) == changed
        };
        let mut others = kept.iter_mut();
        match others.find(is_same).filter(|_| changed.is_some()) {
            Some(whole) => add(whole, &one),
            None => kept.push(one),
        }
    }
    kept
}

fn is_argument(one: &Advice) -> bool {
    one.rule == Rule::Boxing
}

fn is_captured(one: &Advice) -> bool {
    one.rule == Rule::Closure && one.subject.reason() == Some(Reason::Captured)
}

/// What is a part of another is added to it; the rest stays.
fn taken_up(
    all: Vec<Advice>,
    is_part: impl Fn(&Advice) -> bool,
    belongs: impl Fn(&Advice, &Advice) -> bool,
) -> Vec<Advice> {
    let (parts, mut kept): (Vec<Advice>, Vec<Advice>) = all.into_iter().partition(&is_part);
    let mut alone = Vec::new();
    for part in parts {
        match kept.iter_mut().find(|whole| belongs(&part, whole)) {
            Some(whole) => add(whole, &part),
            None => alone.push(part),
        }
    }
    kept.append(&mut alone);
    kept
}

fn add(whole: &mut Advice, part: &Advice) {
    let Some(more) = part.saving else {
        return;
    };
    let at = (part.subject.at.line, &part.subject.entry);
    let is_it = |one: &&Beside| (one.line, &one.entry) == at;
    // What goes with it as it is said to is more than what it saves by itself.
    let known: i128 = { whole.beside.iter() }
        .filter(is_it)
        .map(|one| one.high)
        .sum();
    let own = more.high - part.beside.iter().map(|one| one.high).sum::<i128>();
    whole.saving = whole.saving.map(|saving| Saving {
        low: saving.low + more.low,
        high: saving.high + (own - known).max(0),
        ..saving
    });
    if known == 0 {
        whole.beside.push(Beside {
            line: part.subject.at.line,
            entry: part.subject.entry.clone(),
            reason: part.subject.reason(),
            high: own,
        });
    }
    let more = match part.rule {
        Rule::Boxing => Evidence::Arguments,
        Rule::SliceCapacity | Rule::BuilderSize => Evidence::AddedTo(part.subject.at.line),
        _ => Evidence::Captured(part.subject.at.line),
    };
    if !whole.evidence.contains(&more) {
        whole.evidence.push(more);
    }
}
