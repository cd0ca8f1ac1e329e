//! Logs of several processes whose lines are mixed: the lines of each apart, told by what loggers put before or beside them.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use super::debug_header::header_at;
use super::part::{self, Part};
use super::physical::clean;
use super::prefix::{Likeness, Prefix};
use super::stack::Told;
use super::turned::MOST_IN_MEMORY;
use super::{Loose, escaped};
use crate::limits::Limits;
use crate::origin;

/// Origins that are told apart at most: more are no names of processes.
const MOST_ORIGINS: usize = 64;

/// The lines of one process, in their order.
pub(in crate::text) struct Origin {
    /// What stands before or beside its lines.
    name: String,
    text: Vec<u8>,
}

impl Origin {
    /// The name and the lines.
    pub(super) fn into_parts(self) -> (String, Vec<u8>) {
        (self.name, self.text)
    }
}

/// Takes the lines of a text apart by who printed them; `None` where they are of one process, where that cannot be told, and
/// for what is too long.
pub(in crate::text) fn parted(
    input: impl Read,
    limits: &Limits,
) -> io::Result<Option<Vec<Origin>>> {
    let most = limits.max_bytes.min(MOST_IN_MEMORY);
    let mut text = Vec::new();
    input.take(most + 1).read_to_end(&mut text)?;
    if text.len() as u64 > most {
        return Ok(None);
    }
    let lines = || text.split_inclusive(|&byte| byte == b'\n');
    let mut known = Known::default();
    for line in lines() {
        known.learn(line);
        if known.all.len() > MOST_ORIGINS {
            return Ok(None);
        }
    }
    if known.all.len() < 2 {
        return Ok(None);
    }
    let of_lines: Vec<Option<usize>> = lines().map(|line| known.of(line)).collect();
    if !known.are_processes() {
        return Ok(None);
    }
    Ok(Some(known.texts(lines().zip(of_lines))))
}

/// What may print dumps.
#[derive(Default)]
struct Known {
    all: Vec<Candidate>,
}

/// One of these.
struct Candidate {
    name: String,
    /// What stood before a header; `None` where fields tell the name.
    prefix: Option<Prefix>,
    /// The numbers of its goroutines; 0 of a profile with debug=1, which has none.
    ids: HashSet<u64>,
    /// Lines of it that are of a stack, or a record.
    frames: u64,
}

impl Known {
    /// Learns from the headers of a line.
    fn learn(&mut self, line: &[u8]) {
        let has = |word: &[u8]| memchr::memmem::find(line, word).is_some();
        if !has(b"oroutine ") && !has(b"profile:") && !has(b"--- ") {
            return;
        }
        let line = clean(line.trim_ascii_end());
        for line in line.split(|&byte| byte == b'\n') {
            if let Some((at, id)) = header(line) {
                let before = line.get(..at).unwrap_or_default();
                let mut name = String::new();
                origin::of_prefix(before, &mut name);
                self.add(name, Some(Prefix(before.to_vec())), id);
            } else if line.contains(&b'"') {
                self.learn_of_texts(line);
            }
        }
    }

    fn learn_of_texts(&mut self, line: &[u8]) {
        for text in escaped::texts(line) {
            for inner in text.bytes.split(|&byte| byte == b'\n') {
                if let Some((_, id)) = header(inner) {
                    let mut name = String::new();
                    origin::of_fields(line, &mut name);
                    self.add(name, None, id);
                }
            }
        }
    }

    fn add(&mut self, name: String, prefix: Option<Prefix>, id: u64) {
        let is_same =
            |one: &Candidate| one.name == name && one.prefix.is_some() == prefix.is_some();
        match self.all.iter_mut().find(|one| is_same(one)) {
            Some(known) => {
                known.ids.insert(id);
            }
            None => self.all.push(Candidate {
                name,
                prefix,
                ids: HashSet::from([id]),
                frames: 0,
            }),
        }
    }

    /// Who printed a line, as far as it tells.
    fn of(&mut self, line: &[u8]) -> Option<usize> {
        let line = clean(line.trim_ascii_end());
        let line = line.split(|&byte| byte == b'\n').next()?;
        if line.contains(&b'"')
            && let Some(at) = self.of_fields(line)
        {
            return Some(at);
        }
        let mut plain = None;
        for (at, one) in self.all.iter_mut().enumerate() {
            let Some(prefix) = &one.prefix else { continue };
            if one.name.is_empty() {
                plain = Some(at);
                continue;
            }
            if let Some(rest) = rest_of(&one.name, prefix, line) {
                one.frames += u64::from(is_of_stack(rest));
                return Some(at);
            }
        }
        let one = self.all.get_mut(plain?)?;
        one.frames += u64::from(is_of_stack(line));
        plain
    }

    fn of_fields(&mut self, line: &[u8]) -> Option<usize> {
        let mut name = String::new();
        origin::of_fields(line, &mut name);
        let is_it = |one: &Candidate| one.prefix.is_none() && one.name == name;
        let at = self.all.iter().position(is_it)?;
        let one = self.all.get_mut(at)?;
        let texts = escaped::texts(line);
        let mut lines = texts
            .iter()
            .flat_map(|text| text.bytes.split(|&byte| byte == b'\n'));
        one.frames += u64::from(lines.any(is_of_stack));
        Some(at)
    }

    /// Whether two of those with stacks have a goroutine of one number: a process has each once, and what differs from line to
    /// line or from goroutine to goroutine of one process is no name of it.
    fn are_processes(&self) -> bool {
        let mut seen: HashSet<u64> = HashSet::new();
        let with_stacks = self.all.iter().filter(|one| one.frames > 0);
        with_stacks.into_iter().any(|one| {
            let is_shared = one.ids.iter().any(|id| seen.contains(id));
            seen.extend(&one.ids);
            is_shared
        })
    }

    /// The lines of each with stacks; what tells nothing goes with the line before.
    fn texts<'a>(self, lines: impl Iterator<Item = (&'a [u8], Option<usize>)>) -> Vec<Origin> {
        let mut places: HashMap<usize, usize> = HashMap::new();
        let mut origins: Vec<Origin> = Vec::new();
        for (at, one) in self
            .all
            .into_iter()
            .enumerate()
            .filter(|(_, one)| one.frames > 0)
        {
            places.insert(at, origins.len());
            origins.push(Origin {
                name: one.name,
                text: Vec::new(),
            });
        }
        let mut last = 0;
        for (line, of) in lines {
            last = of.and_then(|of| places.get(&of).copied()).unwrap_or(last);
            if let Some(origin) = origins.get_mut(last) {
                origin.text.extend_from_slice(line);
            }
        }
        origins
    }
}

/// Where the header of a goroutine, or of a profile with debug=1, is in a line; and its number.
fn header(line: &[u8]) -> Option<(usize, u64)> {
    let goroutine = part::header(line).map(|found| (found.at, found.id));
    goroutine.or_else(|| header_at(line).map(|(before, ..)| (before.len(), 0)))
}

/// Whether a line, without what stands before it, is of a stack or a record.
fn is_of_stack(line: &[u8]) -> bool {
    let is_record = || memchr::memmem::find(line, b" @ 0x").is_some();
    header(line).is_none() && (Part::of(line).is_known() || is_record())
}

/// The line without what stands before it, if that is of this name.
fn rest_of<'a>(name: &str, prefix: &Prefix, line: &'a [u8]) -> Option<&'a [u8]> {
    [Likeness::Digits, Likeness::Words]
        .into_iter()
        .find_map(|likeness| {
            let rest = prefix.strip(line, likeness)?;
            let before = line.get(..line.len().checked_sub(rest.len())?)?;
            let mut found = String::new();
            origin::of_prefix(before, &mut found);
            (found == name).then_some(rest)
        })
}

/// Yields the goroutines of one origin after the other, as [`Loose`] does.
pub(in crate::text) struct PartedReader {
    origins: VecDeque<Origin>,
    limits: Limits,
    current: Option<(Loose<'static>, String)>,
    told: Rc<RefCell<Told>>,
}

impl PartedReader {
    pub(in crate::text) fn new(origins: Vec<Origin>, limits: &Limits) -> Self {
        Self {
            origins: origins.into(),
            limits: *limits,
            current: None,
            told: Rc::default(),
        }
    }

    /// What is to be known besides, once all is read.
    pub(in crate::text) fn told(&self) -> Rc<RefCell<Told>> {
        Rc::clone(&self.told)
    }
}

impl Read for PartedReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.current.is_none() {
                let Some(Origin { name, text }) = self.origins.pop_front() else {
                    return Ok(0);
                };
                let loose = Loose::new(Box::new(Cursor::new(text)), &self.limits, None);
                self.current = Some((loose, name));
            }
            let Some((loose, name)) = &mut self.current else {
                return Ok(0);
            };
            let size = loose.read(out)?;
            if size > 0 || out.is_empty() {
                return Ok(size);
            }
            let of_one = loose.told().take();
            self.told.borrow_mut().add(of_one, std::mem::take(name));
            self.current = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parted;
    use crate::limits::Limits;

    fn names(text: &str) -> Option<Vec<String>> {
        let parted = parted(text.as_bytes(), &Limits::default()).unwrap()?;
        Some(parted.into_iter().map(|origin| origin.name).collect())
    }

    fn stack(prefix: &str, id: u64) -> String {
        let lines = [
            &format!("goroutine {id} [select]:"),
            "main.f()",
            "\t/src/a.go:3 +0x1",
            "",
        ];
        lines.map(|line| format!("{prefix}{line}\n")).concat()
    }

    #[test]
    fn lines_are_parted_where_names_before_them_are_of_processes() {
        let of = |parts: &[(&str, u64)]| {
            let text: String = parts
                .iter()
                .map(|&(prefix, id)| stack(prefix, id))
                .collect();
            names(&text)
        };
        let both = |a: &str, b: &str| Some(vec![a.to_owned(), b.to_owned()]);
        assert_eq!(
            of(&[("web-1  | ", 1), ("web-2  | ", 1)]),
            both("web-1", "web-2")
        );
        assert_eq!(of(&[("[pod/a/app] ", 1), ("", 1)]), both("pod/a/app", ""));
        assert_eq!(of(&[("07:01 ", 1), ("07:02 ", 1)]), None);
        // No number is there twice: it may be one process.
        assert_eq!(of(&[("request a: ", 1), ("request b: ", 2)]), None);
        // Only a header has it.
        let text = stack("", 1) + &stack("", 2).replace("goroutine", "stack: goroutine");
        assert_eq!(
            names(&(text.clone() + &text.replace("goroutine 2", "goroutine 1"))),
            None
        );
    }
}
