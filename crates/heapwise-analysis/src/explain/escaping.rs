//! What a log says of a function, whatever the profile has of it.

use std::collections::BTreeSet;

use heapwise_decode::{Decision, EscapeOutcome};

use super::index::{EscapeIndex, Start};
use super::named::{is_named, outside};
use super::paths::FilePath;
use crate::site::identity::Site;

/// What a log says of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Escaping {
    /// That something in it is on the heap: what, and where.
    Something(String),
    /// That something is, in it or in another function of its file.
    Perhaps(String),
    /// That nothing is.
    Nothing,
    /// It starts on another line there.
    OtherSource,
    /// The log has nothing of its file.
    Untold,
}

impl EscapeIndex {
    /// Of a function of a profile, which starts on the line of the site; no other function that the profile has in the file does
    /// before the line `next`.
    pub(crate) fn escaping_in(&self, function: &Site, next: Option<i64>) -> Escaping {
        let (Some(file), Some(name)) = (&function.file, &function.function) else {
            return Escaping::Untold;
        };
        let path = FilePath::of(file);
        if !self.has_file(&path, function.package.as_deref()) {
            return Escaping::Untold;
        }
        if let Some(line) = function.line
            && matches!(self.start(function, line), Start::Elsewhere | Start::Absent)
        {
            return Escaping::OtherSource;
        }
        let mut perhaps = None;
        for decision in self.decided_in(&path, function.package.as_deref()) {
            if decision.outcome != EscapeOutcome::Heap {
                continue;
            }
            let is_its = match self.function_of(decision) {
                Some(told) => Some(is_or_holds(name, told)),
                None => self.is_between(decision, function.line, next),
            };
            match is_its {
                Some(true) => return Escaping::Something(self.said(decision)),
                Some(false) => {}
                None => perhaps = perhaps.or_else(|| Some(self.said(decision))),
            }
        }
        perhaps.map_or(Escaping::Nothing, Escaping::Perhaps)
    }

    /// Of functions that the log names with their packages, of which something holds; `None` where it names none of them.
    pub(crate) fn escaping_where(&self, is_meant: &dyn Fn(&str) -> bool) -> Option<Escaping> {
        let log = self.log();
        let mut names: BTreeSet<(u32, &str)> = BTreeSet::new();
        let packages = |file: u32| self.packages_of(file);
        for (file, _, name) in &log.function_names {
            let whole = packages(*file).into_iter();
            if whole
                .map(|package| format!("{package}.{name}"))
                .any(|whole| is_meant(&whole))
            {
                names.insert((*file, name));
            }
        }
        if names.is_empty() || !log.has_all_functions {
            return None;
        }
        let mut perhaps = None;
        let heap = log.decisions.iter();
        for decision in heap.filter(|one| one.outcome == EscapeOutcome::Heap) {
            let is_one = |told: &str| {
                let mut of_file = names.iter().filter(|(file, _)| *file == decision.at.file);
                of_file.any(|(_, name)| is_or_is_in(told, name))
            };
            match (self.function_of(decision), self.last_named(decision)) {
                (Some(told), _) if is_one(told) => {
                    return Some(Escaping::Something(self.said(decision)));
                }
                // In a literal of it, or in a function with type arguments behind it.
                (None, Some((_, last))) if is_one(last) => {
                    perhaps = perhaps.or_else(|| Some(self.said(decision)));
                }
                _ => {}
            }
        }
        Some(perhaps.map_or(Escaping::Nothing, Escaping::Perhaps))
    }

    /// The function that a decision is in, where the log tells.
    fn function_of<'a>(&'a self, decision: &'a Decision) -> Option<&'a str> {
        let log = self.log();
        if decision.function.is_some() || !log.has_all_functions {
            return decision.function.as_deref();
        }
        let at = (decision.at.file, decision.at.line);
        let (line, name) = self.last_named(decision)?;
        // A literal without a name may be between.
        let next = log.function_lines.partition_point(|&start| start <= at);
        let start = log.function_lines.get(next.checked_sub(1)?)?;
        (start.1 == line).then_some(name)
    }

    /// The last function with a name that starts before a decision, in its file.
    fn last_named(&self, decision: &Decision) -> Option<(u32, &str)> {
        let names = &self.log().function_names;
        let at = (decision.at.file, decision.at.line);
        let before = names.partition_point(|(file, line, _)| (*file, *line) <= at);
        let (file, line, name) = names.get(before.checked_sub(1)?)?;
        (*file == decision.at.file).then_some((*line, name.as_str()))
    }

    /// Whether a decision is between the start of a function and that of the next; `None` where it may be.
    fn is_between(
        &self,
        decision: &Decision,
        start: Option<i64>,
        next: Option<i64>,
    ) -> Option<bool> {
        let line = i64::from(decision.at.line);
        let start = start.filter(|&start| start > 0)?;
        if line < start || next.is_some_and(|next| line >= next) {
            return Some(false);
        }
        let log = self.log();
        let starts = log.function_lines.iter();
        let starts = starts.filter(|(file, _)| *file == decision.at.file);
        let mut after = starts
            .map(|&(_, line)| i64::from(line))
            .filter(|&line| line > start);
        match after.next() {
            Some(next) if line >= next => match log.has_all_functions {
                // A literal is a part of it.
                true => None,
                false => Some(false),
            },
            _ if log.has_all_functions => Some(true),
            _ => None,
        }
    }

    fn said(&self, decision: &Decision) -> String {
        let file = self.log().files.get(decision.at.file as usize);
        let file = file.map_or("", String::as_str);
        format!("{} at {file}:{}", decision.words(), decision.at.line)
    }
}

/// Whether a function of a profile is one that the compiler names, or is around a literal that it names.
fn is_or_holds(whole: &str, told: &str) -> bool {
    is_named(whole, told) || outside(told).is_some_and(|around| is_or_holds(whole, around))
}

/// The same of two names without a package.
fn is_or_is_in(told: &str, name: &str) -> bool {
    told == name || outside(told).is_some_and(|around| is_or_is_in(around, name))
}
