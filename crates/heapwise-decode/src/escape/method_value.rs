//! Methods with what they are called on, as functions: `f := x.Close`. The compiler says of them what it says of a field that is put into
//! an interface; but what the method is called on goes into them by a variable of its own, `{temp}`, where it has pointers.

use std::collections::{BTreeMap, BTreeSet};

use super::decision::Decision;
use super::flow::storage;
use super::message::Message;

/// Those that flows tell.
#[derive(Debug, Default)]
pub(super) struct MethodValues {
    /// By file and words the functions that they are in, as far as the log names these.
    known: BTreeMap<(u32, String), BTreeSet<Option<String>>>,
}

impl MethodValues {
    /// One, in a file; whether it is new.
    pub(super) fn add(&mut self, file: u32, function: Option<&str>, subject: &str) -> bool {
        let functions = self.known.entry((file, subject.to_owned())).or_default();
        functions.insert(function.map(str::to_owned))
    }

    /// Whether a decision is of one.
    pub(super) fn has(&self, one: &Decision) -> bool {
        let functions = self.known.get(&(one.at.file, one.subject.clone()));
        functions.is_some_and(|functions| match one.function {
            Some(_) => functions.contains(&one.function) || functions.contains(&None),
            None => true,
        })
    }
}

/// The names of methods by those of functions, and whether one is of a type itself, and not of a pointer to it.
pub(super) fn methods<'a>(functions: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, bool> {
    let mut found = BTreeMap::new();
    for (of, name) in functions.filter_map(|function| function.rsplit_once('.')) {
        *found.entry(name).or_default() |= !of.starts_with('(');
    }
    found
}

/// Whether it is not told if a field is put into an interface or a method is kept as a function: without flows, or where what it is called
/// on may have no pointers. What is printed is no function.
pub(super) fn may_be_method(one: &Decision, methods: &BTreeMap<&str, bool>) -> bool {
    let name = one.subject.rsplit_once('.').map(|(_, name)| name);
    let of_type = name.and_then(|name| methods.get(name).copied());
    let callees = one.steps.iter().filter_map(|step| step.callee.as_deref());
    let mut printed =
        callees.filter(|callee| callee.starts_with("fmt.") || callee.starts_with("log."));
    let is_told = !one.steps.is_empty() && of_type == Some(false);
    of_type.is_some() && !is_told && printed.next().is_none()
}

/// The words of a method's value that a flow goes into.
pub(super) fn of_flow<'a>(message: &Message<'a>) -> Option<&'a str> {
    match message {
        Message::Flow { to, from: "{temp}" } => storage(to).filter(|words| words.contains('.')),
        _ => None,
    }
}
