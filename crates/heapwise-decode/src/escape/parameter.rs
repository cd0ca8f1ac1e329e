//! Whether what grows is a parameter: the slice of a caller.

use std::collections::BTreeSet;

use super::decision::{AllocationKind, Decision, Position};

/// What a log tells of functions and their parameters.
#[derive(Debug)]
pub(super) struct Parameters<'a> {
    /// The lines of files at which functions start.
    pub(super) functions: &'a BTreeSet<(u32, u32)>,
    /// Those of them at which literals start, which are in other functions.
    pub(super) literals: &'a BTreeSet<(u32, u32)>,
    /// Parameters that leak, by their lines.
    pub(super) leaking: &'a BTreeSet<(u32, u32, String)>,
}

impl Parameters<'_> {
    /// Marks what grows and is a parameter; copies of what was inlined are as what they are copies of.
    pub(super) fn mark(&self, decisions: &mut [Decision]) {
        let moved = decisions.iter().filter(|one| {
            // A variable on the line at which a function starts is a parameter or a result.
            let start = (one.at.file, one.at.line);
            one.kind == AllocationKind::Variable
                && !one.is_inlined
                && self.functions.contains(&start)
        });
        let moved: BTreeSet<(u32, u32, String)> = moved
            .map(|one| (one.at.file, one.at.line, one.subject.clone()))
            .collect();
        for one in decisions.iter_mut() {
            let name = one
                .destination
                .as_deref()
                .filter(|_| one.kind == AllocationKind::Append);
            let at = match (one.is_inlined, one.inlined.last()) {
                (false, _) => Some(one.at),
                (true, inner) => inner.copied(),
            };
            one.is_of_parameter = name
                .zip(at)
                .is_some_and(|(name, at)| self.is_one(name, at, &moved));
        }
        let of = |is_one: bool| {
            let known = decisions.iter().filter(move |one| {
                let is_append = one.kind == AllocationKind::Append && one.destination.is_some();
                is_append && !one.is_inlined && one.is_of_parameter == is_one
            });
            let known = known.map(|one| (one.subject.clone(), one.destination.clone()));
            known.collect::<BTreeSet<(String, Option<String>)>>()
        };
        let (parameters, others) = (of(true), of(false));
        for one in decisions.iter_mut() {
            if one.is_inlined && one.inlined.is_empty() && one.kind == AllocationKind::Append {
                let words = (one.subject.clone(), one.destination.clone());
                one.is_of_parameter = parameters.contains(&words) && !others.contains(&words);
            }
        }
    }

    /// Whether a name at a position is that of a parameter of its function, or of one that its function is a literal in.
    fn is_one(&self, name: &str, at: Position, moved: &BTreeSet<(u32, u32, String)>) -> bool {
        let starts = self.functions.range((at.file, 0)..=(at.file, at.line));
        let mut end = at.line + 1;
        for &(file, start) in starts.rev() {
            let range = (file, start, String::new())..(file, end, String::new());
            let mut leaking = self.leaking.range(range);
            if leaking.any(|(_, _, parameter)| parameter == name)
                || moved.contains(&(file, start, name.to_owned()))
            {
                return true;
            }
            if !self.literals.contains(&(file, start)) {
                return false;
            }
            end = start;
        }
        false
    }
}
