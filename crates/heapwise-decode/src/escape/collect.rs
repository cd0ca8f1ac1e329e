//! Collects distinct decisions, in memory that goes by how many there are.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::decision::{AllocationKind, Decision, EscapeOutcome, Position};
use super::doubled::{box_of, has_header, is_doubled, may_have_box};
use super::flow::Way;
use super::known::{Key, Known};
use super::log::EscapeLog;
use super::method_value::{MethodValues, may_be_method, methods};
use super::parameter::Parameters;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;

/// Messages that are not known are kept up to so many, and so many bytes of each.
const MOST_OTHER: usize = 100;
const LONGEST_OTHER: usize = 160;

/// Distinct decisions.
#[derive(Debug)]
pub(super) struct Collector {
    names: Names,
    packages: Names,
    decisions: HashMap<Key, Known>,
    functions: BTreeSet<(u32, u32)>,
    /// Those of them at which only literals start.
    literals: BTreeSet<(u32, u32)>,
    function_names: BTreeSet<(u32, u32, String)>,
    calls: HashSet<Position>,
    zero_copies: HashSet<Position>,
    method_values: MethodValues,
    parameters: BTreeSet<(u32, u32, String)>,
    /// The files with functions that have type arguments: what is said of them is said for each.
    generic: HashSet<u32>,
    /// How many compilations are read.
    parts: u64,
    bytes: usize,
    most_bytes: usize,
    log: EscapeLog,
    compilers: BTreeSet<String>,
}

/// What a text takes that is kept with its number.
fn size_of_text(text: &str) -> usize {
    2 * (text.len() + size_of::<String>()) + size_of::<u32>()
}

/// Texts with numbers.
#[derive(Debug, Default)]
struct Names {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Names {
    /// And whether it is a new one.
    fn number(&mut self, text: &str) -> (u32, bool) {
        if let Some(&number) = self.numbers.get(text) {
            return (number, false);
        }
        let number = self.texts.len() as u32;
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        (number, true)
    }
}

impl Collector {
    pub(super) fn new(limits: &Limits) -> Collector {
        Collector {
            names: Names::default(),
            packages: Names::default(),
            decisions: HashMap::new(),
            functions: BTreeSet::new(),
            literals: BTreeSet::new(),
            function_names: BTreeSet::new(),
            calls: HashSet::new(),
            zero_copies: HashSet::new(),
            method_values: MethodValues::default(),
            parameters: BTreeSet::new(),
            generic: HashSet::new(),
            parts: 0,
            bytes: 0,
            most_bytes: limits.max_table_bytes,
            log: EscapeLog::default(),
            compilers: BTreeSet::new(),
        }
    }

    pub(super) fn file(&mut self, name: &str) -> Result<u32> {
        let (number, is_new) = self.names.number(name);
        self.take(if is_new { size_of_text(name) } else { 0 })?;
        Ok(number)
    }

    pub(super) fn package(&mut self, name: &str) -> Result<u32> {
        let (number, is_new) = self.packages.number(name);
        self.take(if is_new { size_of_text(name) } else { 0 })?;
        Ok(number)
    }

    /// What comes now is of another compilation.
    pub(super) fn next_part(&mut self) {
        self.parts += 1;
    }

    pub(super) fn compiler(&mut self, version: &str) -> Result<()> {
        match self.compilers.insert(version.to_owned()) {
            true => self.take(size_of_text(version)),
            false => Ok(()),
        }
    }

    /// A conversion that is none: nothing is copied.
    pub(super) fn zero_copy(&mut self, at: Position) -> Result<()> {
        match self.zero_copies.insert(at) {
            true => self.take(size_of::<Position>() * 2),
            false => Ok(()),
        }
    }

    /// A message that was understood.
    pub(super) fn message(&mut self) {
        self.log.messages += 1;
    }

    /// A line that is no message.
    pub(super) fn unread(&mut self, count: u64) {
        self.log.unread += count;
    }

    pub(super) fn has_stack_decisions(&mut self) {
        self.log.has_stack_decisions = true;
    }

    /// The first line of a function.
    pub(super) fn function(
        &mut self,
        at: (u32, u32),
        is_literal: bool,
        are_all_told: bool,
    ) -> Result<()> {
        self.log.has_all_functions |= are_all_told;
        let is_new = self.functions.insert(at);
        match is_literal {
            true if is_new => {
                self.literals.insert(at);
            }
            true => {}
            false => {
                self.literals.remove(&at);
            }
        }
        self.take(size_of::<(u32, u32)>() * if is_new { 4 } else { 0 })
    }

    /// A file with a function that has type arguments.
    pub(super) fn generic(&mut self, file: u32) -> Result<()> {
        let is_new = self.generic.insert(file);
        self.take(if is_new { 2 * size_of::<u32>() } else { 0 })
    }

    /// The name of a function that has one, and its first line.
    pub(super) fn function_name(&mut self, (file, line): (u32, u32), name: &str) -> Result<()> {
        let is_new = self.function_names.insert((file, line, name.to_owned()));
        self.take(if is_new { size_of_text(name) } else { 0 })
    }

    /// A parameter that leaks, by its line.
    pub(super) fn parameter(&mut self, file: u32, line: u32, name: &str) -> Result<()> {
        let is_new = self.parameters.insert((file, line, name.to_owned()));
        self.take(if is_new { size_of_text(name) } else { 0 })
    }

    /// What a method is called on goes into a value of it.
    pub(super) fn method_value(
        &mut self,
        file: u32,
        function: Option<&str>,
        subject: &str,
    ) -> Result<()> {
        let is_new = self.method_values.add(file, function, subject);
        let size = size_of_text(subject) + function.map_or(0, str::len);
        self.take(if is_new { size } else { 0 })
    }

    /// A call that is inlined.
    pub(super) fn call(&mut self, at: Position) -> Result<()> {
        match self.calls.insert(at) {
            true => self.take(size_of::<Position>() * 2),
            false => Ok(()),
        }
    }

    /// A message that is not in the catalogue.
    pub(super) fn unknown(&mut self, message: &str) {
        self.log.messages += 1;
        let end = message.char_indices().nth(LONGEST_OTHER);
        let kept = message.get(..end.map_or(message.len(), |(at, _)| at));
        let is_full = self.log.other.len() >= MOST_OTHER;
        let kept = kept.filter(|kept| !is_full || self.log.other.contains_key(*kept));
        *self
            .log
            .other
            .entry(kept.unwrap_or("others").to_owned())
            .or_default() += 1;
    }

    /// Whether something was decided.
    pub(super) fn is_empty(&self) -> bool {
        self.log.messages == 0
    }

    /// A decision, which may have been said before.
    pub(super) fn decide(&mut self, key: &Key, is_variable: bool) -> Result<()> {
        let line = self.log.messages + self.parts;
        if let Some(known) = self.decisions.get_mut(key) {
            known.is_variable |= is_variable;
            known.said.again(line);
            return Ok(());
        }
        self.take(size_of::<(Key, Known)>() * 2 + key.subject.len() + key.inlined.len() * 12)?;
        let mut known = Known {
            is_variable,
            ..Known::default()
        };
        known.said.again(line);
        self.decisions.insert(key.clone(), known);
        Ok(())
    }

    /// In which function something is decided; the first that is told counts.
    pub(super) fn in_function(&mut self, key: &Key, function: &str) -> Result<()> {
        let known = self.decisions.get_mut(key);
        let Some(known) = known.filter(|known| known.function.is_none()) else {
            return Ok(());
        };
        known.function = Some(function.to_owned());
        self.take(function.len())
    }

    /// How something comes to the heap; the first way that is told counts.
    pub(super) fn explain(&mut self, key: &Key, way: Way) -> Result<()> {
        if has_header(&key.subject) && way.ends_in_box_of(&key.subject) {
            if let Some(known) = self.decisions.get_mut(key) {
                known.is_boxed_value = true;
            }
            return Ok(());
        }
        let ends = way.end.as_ref().map_or(0, String::len);
        let size = ends
            + way
                .steps
                .iter()
                .map(|step| step.why.len() + step.callee.as_ref().map_or(0, String::len) + 56)
                .sum::<usize>();
        let known = self.decisions.get_mut(key);
        let Some(known) = known.filter(|known| known.way.is_empty() && !way.is_empty()) else {
            return Ok(());
        };
        let is_name = key
            .subject
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '~' | '#'));
        known.is_variable |= way.destination.is_some() && !way.is_of_storage && is_name;
        known.way = way;
        self.take(size)
    }

    fn take(&mut self, bytes: usize) -> Result<()> {
        self.bytes += bytes;
        if self.bytes <= self.most_bytes {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::TooLarge,
            Stage::Text,
            format!("after {} decisions", self.decisions.len()),
            format!("more than {} bytes of decisions", self.most_bytes),
            "a log of escape analysis whose distinct decisions fit",
        ))
    }

    pub(super) fn finish(mut self) -> EscapeLog {
        let said = self.decisions.keys().flat_map(|key| {
            let words = briefly(&key.subject).iter();
            words.map(|words| (key.at, *words, key.outcome))
        });
        let said: BTreeSet<(Position, &str, EscapeOutcome)> = said.collect();
        let files = std::mem::take(&mut self.names.texts);
        let told = std::mem::take(&mut self.decisions).into_iter();
        let told =
            told.filter(|(key, _)| !said.contains(&(key.at, key.subject.as_str(), key.outcome)));
        let (calls, zero_copies) = (&self.calls, &self.zero_copies);
        let told = told.filter(|(key, _)| {
            let is_copied = key.outcome == EscapeOutcome::Heap || !zero_copies.contains(&key.at);
            // Of a line without columns it is not known which conversion that was.
            is_copied || key.at.column == 0 && !AllocationKind::of(&key.subject).may_need_no_copy()
        });
        // Without a column there may be a call beside it. What is done with the result of a call is done at its place.
        let is_call =
            |key: &Key| key.at.column > 0 && calls.contains(&key.at) && !is_result(&key.subject);
        let is_repeated = |key: &Key| is_call(key) || self.generic.contains(&key.at.file);
        let told = with_boxes(told.collect(), is_repeated);
        let names = self.function_names.iter().map(|(_, _, name)| name.as_str());
        let methods = methods(names);
        let told = told.into_iter().map(|(key, known, is_box)| {
            let is_inlined = !key.inlined.is_empty() || is_call(&key);
            let one = decision(key, known, is_box);
            let kind = match one.kind {
                AllocationKind::Boxed if self.method_values.has(&one) => AllocationKind::Method,
                // A field that is put into an interface, or a method as a function.
                AllocationKind::Boxed if may_be_method(&one, &methods) => AllocationKind::Other,
                kind => kind,
            };
            Decision {
                is_inlined,
                kind,
                ..one
            }
        });
        let mut decisions: Vec<Decision> = told.collect();
        Parameters {
            functions: &self.functions,
            literals: &self.literals,
            leaking: &self.parameters,
        }
        .mark(&mut decisions);
        let name = |one: &Decision| files.get(one.at.file as usize);
        decisions.sort_by(|one, other| {
            let rest = |one: &Decision| (one.at.line, one.at.column, one.inlined.clone());
            name(one)
                .cmp(&name(other))
                .then_with(|| rest(one).cmp(&rest(other)))
                .then_with(|| one.subject.cmp(&other.subject))
                .then_with(|| (one.package, one.outcome).cmp(&(other.package, other.outcome)))
                .then_with(|| one.kind.cmp(&other.kind))
        });
        EscapeLog {
            decisions,
            files,
            packages: self.packages.texts,
            compilers: self.compilers.into_iter().collect(),
            function_lines: self.functions.into_iter().collect(),
            function_names: self.function_names.into_iter().collect(),
            ..self.log
        }
    }
}

/// Whether it is the result of a call that was inlined: `~r0`.
fn is_result(subject: &str) -> bool {
    let number = subject.strip_prefix("~r");
    number.is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
}

/// In which words a decision may be said a second time: JSON says without any what it has explained, text says `append` of
/// what it has explained as `append(s, x)`.
fn briefly(subject: &str) -> &'static [&'static str] {
    match subject {
        "" | "append" => &[],
        _ if subject.starts_with("append(") => &["", "append"],
        _ => &[""],
    }
}

/// What was decided, each with whether it is what another one is boxed in, which is told in the same words.
fn with_boxes(
    told: Vec<(Key, Known)>,
    is_repeated: impl Fn(&Key) -> bool,
) -> Vec<(Key, Known, bool)> {
    let mut alike: HashMap<Words<'_>, Vec<(usize, &Key, &Known)>> = HashMap::new();
    let values = || {
        told.iter()
            .enumerate()
            .filter(|(_, (key, _))| may_have_box(key))
    };
    for (number, (key, known)) in values() {
        alike
            .entry(words(key))
            .or_default()
            .push((number, key, known));
    }
    let pairs = values().filter_map(|(number, (key, known))| {
        let others = alike.get(&words(key))?;
        Some((number, box_of((key, known), others, &is_repeated)?))
    });
    let boxes: BTreeMap<usize, usize> = pairs.map(|(value, outer)| (outer, value)).collect();
    let values: BTreeMap<usize, Way> = boxes
        .iter()
        .filter_map(|(outer, value)| Some((*value, told.get(*outer)?.1.way.clone())))
        .collect();
    let mut found = Vec::with_capacity(told.len());
    for (number, (key, mut known)) in told.into_iter().enumerate() {
        if may_have_box(&key) && is_doubled(&key, &known, is_repeated(&key)) {
            found.push((key.clone(), known.clone(), true));
        }
        // A value goes the way of its box.
        if let Some(way) = values.get(&number) {
            known.way = way.clone();
        }
        found.push((key, known, boxes.contains_key(&number)));
    }
    found
}

/// What is alike of decisions that may be a value and its box.
type Words<'a> = (u32, u32, Option<u32>, &'a str);

fn words(key: &Key) -> Words<'_> {
    (key.at.file, key.at.line, key.package, &key.subject)
}

fn decision(key: Key, known: Known, is_box: bool) -> Decision {
    let kind = match (known.is_variable, is_box) {
        (true, _) => AllocationKind::Variable,
        (false, true) => AllocationKind::Boxed,
        (false, false) => AllocationKind::of(&key.subject),
    };
    Decision {
        at: key.at,
        inlined: key.inlined,
        is_inlined: false,
        package: key.package,
        function: known.function,
        kind,
        outcome: key.outcome,
        steps: known.way.steps,
        destination: known.way.destination,
        end: known.way.end,
        is_of_parameter: false,
        subject: key.subject,
    }
}
