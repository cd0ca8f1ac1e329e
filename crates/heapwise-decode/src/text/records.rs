//! What the debug=1 texts have in common: records of addresses, followed by `#` lines that name
//! them.

use std::collections::HashMap;

use super::memory_map::{Entry, Mappings};
use super::quoted;
use super::scan::{Scan, trim};
use super::symbols::{Place, SYMBOLS, Symbols, split_line};
use crate::assembler::ProfileMaker;
use crate::error::Result;
use crate::limits::Limits;
use crate::limits::TextReading;
use crate::made_label::MadeLabel;
use crate::note::Unread;
use crate::profile::Profile;
use crate::tables::{Line, LocationIndex, Mapping, MappingIndex, SymbolFlags};

/// The function that stands for frames without a `#` line before the first one that has one: the
/// writer hides those of package runtime there (runtime/pprof/pprof.go: printStackRecord).
const HIDDEN: &[u8] = b"runtime.<hidden>";
/// The only function that the writer hides at the root.
const GOEXIT: &[u8] = b"runtime.goexit";

/// Collects records and names their addresses.
pub(super) struct Records {
    pub(super) symbols: Symbols,
    by_address: HashMap<u64, u32>,
    locations: Vec<Named>,
    current: Option<Record>,
    stack: Vec<LocationIndex>,
    has_names: bool,
    /// How comments are read.
    pub(super) reading: TextReading,
    /// `#` lines of a frame that name nothing that could be read.
    unread_rows: u64,
}

/// An address with its lines, innermost first.
struct Named {
    address: u64,
    lines: Vec<Line>,
    /// What to call it when no `#` line names it.
    fallback: Option<&'static [u8]>,
}

/// The record whose `#` lines are being read.
struct Record {
    /// Places in `locations`, leaf first.
    stack: Vec<u32>,
    values: Vec<i64>,
    labels: Vec<MadeLabel>,
    /// Position of the frame after the one that the last `#` line named.
    next: usize,
    /// Frames before the first that a `#` line named.
    hidden: usize,
    names: Names,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// No `#` line fitted a frame yet.
    None,
    /// The frame before `next` takes further lines: frames inlined there.
    Open,
    /// The frame before `next` had its names before.
    Known,
    /// A `#` line fitted no frame: no more of them are looked for.
    Lost,
}

impl Records {
    pub(super) fn new(maker: ProfileMaker, limits: &Limits) -> Self {
        Self {
            symbols: Symbols::new(maker, limits),
            by_address: HashMap::new(),
            locations: Vec::new(),
            current: None,
            stack: Vec::new(),
            has_names: false,
            reading: limits.texts,
            unread_rows: 0,
        }
    }

    /// Starts a record. Addresses are those after the calls, as the runtime writes them; the
    /// profile has the addresses before (legacy_profile.go: parseGoCount).
    pub(super) fn start(&mut self, addresses: &[u64], values: &[i64], labels: &[MadeLabel]) {
        let before = addresses.iter().map(|address| address.wrapping_sub(1));
        self.start_at(before, values, labels);
    }

    /// Starts a record whose addresses are those of the profile.
    pub(super) fn start_at(
        &mut self,
        addresses: impl Iterator<Item = u64>,
        values: &[i64],
        labels: &[MadeLabel],
    ) {
        self.close();
        let stack = addresses.map(|address| self.location(address)).collect();
        self.current = Some(Record {
            stack,
            values: values.to_vec(),
            labels: labels.to_vec(),
            next: 0,
            hidden: 0,
            names: Names::None,
        });
    }

    fn location(&mut self, address: u64) -> u32 {
        let locations = &mut self.locations;
        *self.by_address.entry(address).or_insert_with(|| {
            let at = locations.len() as u32;
            locations.push(Named {
                address,
                lines: Vec::new(),
                fallback: None,
            });
            at
        })
    }

    /// The values of the current record, to be added to.
    pub(super) fn values(&mut self) -> Option<&mut [i64]> {
        self.current
            .as_mut()
            .map(|record| record.values.as_mut_slice())
    }

    /// Leaves the second frame of the current record out when it is the leaf again, moved by one:
    /// signal handlers write both (legacy_profile.go: cleanupDuplicateLocations).
    pub(super) fn drop_repeated_leaf(&mut self) {
        let Some(record) = &mut self.current else {
            return;
        };
        let address = |at: usize| {
            let index = record.stack.get(at).copied()? as usize;
            self.locations.get(index).map(|named| named.address)
        };
        if let (Some(leaf), Some(caller)) = (address(0), address(1))
            && leaf == caller.wrapping_add(1)
        {
            record.stack.remove(1);
        }
    }

    /// Whether some record has an address.
    pub(super) fn has(&self, address: u64) -> bool {
        self.by_address.contains_key(&address)
    }

    /// Names a frame of some record, in place of what it was called before; nothing when no record
    /// has it.
    pub(super) fn name(&mut self, address: u64, line: Line) {
        let at = self.by_address.get(&address);
        if let Some(named) = at.and_then(|&at| self.locations.get_mut(at as usize)) {
            named.lines = vec![line];
        }
    }

    /// Reads a line that starts with `#`; `number` is its place in the text.
    pub(super) fn comment(&mut self, line: &[u8], number: u64) -> Result<()> {
        if self.reading == TextReading::AsPprof {
            return Ok(());
        }
        if let Some(row) = row_of(line) {
            self.row(row);
        } else if let Some(text) = line.strip_prefix(b"# labels: ") {
            self.labels(text);
        }
        self.check(number)
    }

    /// Refuses more than the limits allow.
    pub(super) fn check(&self, number: u64) -> Result<()> {
        let size = std::mem::size_of::<Named>() + 32;
        self.symbols.check(size * self.locations.len(), number)
    }

    /// `# labels: {"k":"v"}`; labels that do not parse are no labels, as for pprof, which reads
    /// none.
    fn labels(&mut self, text: &[u8]) {
        let (Some(record), Some(pairs)) = (&mut self.current, quoted::labels(trim(text))) else {
            return;
        };
        let maker = &mut self.symbols.maker;
        for (key, value) in pairs {
            let label = MadeLabel::Text(maker.text(&key), maker.text(&value));
            record.labels.push(label);
        }
    }

    /// `0x81c94e\tmain.leak.func1+0x2e\t/src/main.go:126`, with tabs as wide as the columns need, or
    /// what became of them on the way.
    fn row(&mut self, row: &[u8]) {
        let Some(record) = &mut self.current else {
            return;
        };
        let Some((address, rest)) = record.address(row, &self.locations) else {
            return;
        };
        if !record.step(address, &self.locations) {
            return;
        }
        let Some((function, place)) = columns(rest) else {
            self.unread_rows += u64::from(!trim(rest).is_empty());
            return;
        };
        let (file, line) = split_line(place);
        let line = self.symbols.line(Place {
            function,
            file,
            line,
        });
        self.has_names = true;
        let at = record.stack.get(record.next.wrapping_sub(1));
        if let Some(named) = at.and_then(|&at| self.locations.get_mut(at as usize)) {
            named.lines.push(line);
        }
    }

    /// Adds the current record to the profile.
    pub(super) fn close(&mut self) {
        let Some(record) = self.current.take() else {
            return;
        };
        self.note_hidden(&record);
        self.stack.clear();
        let root_first = record.stack.iter().rev();
        self.stack.extend(root_first.map(|&at| LocationIndex(at)));
        self.symbols
            .maker
            .add_sample(&self.stack, &record.values, &record.labels);
    }

    /// Remembers which frames the writer hid.
    fn note_hidden(&mut self, record: &Record) {
        if record.names == Names::None || record.names == Names::Lost {
            return;
        }
        let mut hide = |at: &u32, name| {
            if let Some(named) = self.locations.get_mut(*at as usize) {
                named.fallback.get_or_insert(name);
            }
        };
        for at in record.stack.iter().take(record.hidden) {
            hide(at, HIDDEN);
        }
        if let Some([root]) = record.stack.get(record.next..) {
            hide(root, GOEXIT);
        }
    }

    /// The finished profile, whose locations are in the mappings made of these entries.
    pub(super) fn finish(mut self, entries: Vec<Entry>) -> Result<Profile> {
        self.close();
        self.symbols.maker.set_unread(Unread {
            lines: self.unread_rows,
            ..Unread::default()
        });
        let addresses: Vec<u64> = self.locations.iter().map(|named| named.address).collect();
        let (mappings, of_address) = self.add_mappings(entries, &addresses);
        let locations = std::mem::take(&mut self.locations);
        for (named, mapping) in locations.into_iter().zip(of_address) {
            let mut lines = named.lines;
            if lines.is_empty()
                && let Some(function) = named.fallback
            {
                lines.push(self.symbols.line(Place {
                    function,
                    file: b"",
                    line: 0,
                }));
            }
            let mapping = mapping.and_then(|at| mappings.get(at as usize).copied());
            let maker = &mut self.symbols.maker;
            maker.add_location(mapping, named.address, &lines, false);
        }
        self.symbols.maker.finish()
    }

    /// The finished profile, without addresses: those of Java are numbers of the text. A named
    /// location is in no mapping (legacy_java_profile.go: parseJavaLocations).
    pub(super) fn finish_without_addresses(mut self) -> Result<Profile> {
        self.close();
        let has_address = |named: &Named| named.lines.is_empty() && named.address != 0;
        let addresses: Vec<u64> = self
            .locations
            .iter()
            .map(|named| if has_address(named) { named.address } else { 0 })
            .collect();
        let (mappings, of_address) = self.add_mappings(Vec::new(), &addresses);
        let locations = std::mem::take(&mut self.locations);
        for (named, mapping) in locations.into_iter().zip(of_address) {
            let mapping = mapping.and_then(|at| mappings.get(at as usize).copied());
            let maker = &mut self.symbols.maker;
            maker.add_location(mapping, 0, &named.lines, false);
        }
        self.symbols.maker.finish()
    }

    /// Adds mappings to the profile, and tells which of them holds each address.
    fn add_mappings(
        &mut self,
        entries: Vec<Entry>,
        addresses: &[u64],
    ) -> (Vec<MappingIndex>, Vec<Option<u32>>) {
        let found = Mappings::new(entries, addresses);
        let symbols = match self.has_names {
            true => SYMBOLS,
            false => SymbolFlags::default(),
        };
        let maker = &mut self.symbols.maker;
        let rows = found.entries.iter().map(|entry| {
            let mapping = Mapping {
                start: entry.start,
                limit: entry.limit,
                offset: entry.offset,
                file: maker.text(&entry.file),
                build_id: maker.text(&entry.build_id),
                symbols,
            };
            maker.add_mapping(mapping)
        });
        (rows.collect(), found.of_address)
    }
}

impl Record {
    /// The address that a row starts with, and what follows it. Where nothing stands between them,
    /// a name may start with what could be digits: then the address is one of the record's.
    fn address<'a>(&self, row: &'a [u8], locations: &[Named]) -> Option<(u64, &'a [u8])> {
        let mut scan = Scan::new(row);
        let address = scan.hex();
        if let Some(address) = address
            && scan.rest.first().is_none_or(u8::is_ascii_whitespace)
        {
            return Some((address, scan.rest));
        }
        let digits = row.strip_prefix(b"0x")?;
        let of = |at: &u32| locations.get(*at as usize).map(|named| named.address);
        self.stack.iter().filter_map(of).find_map(|address| {
            let rest = digits.strip_prefix(format!("{address:x}").as_bytes())?;
            Some((address, rest))
        })
    }

    /// Steps to the frame of a `#` line; `true` when it takes the names of the line.
    ///
    /// Lines are in the order of the frames, but for frames that the writer hides. Several lines
    /// with one address are frames inlined there, unless the stack has the address as often.
    fn step(&mut self, address: u64, locations: &[Named]) -> bool {
        let of = |at: &u32| locations.get(*at as usize);
        let is_here = |at: &u32| of(at).is_some_and(|named| named.address == address);
        let rest = self.stack.get(self.next..).unwrap_or_default();
        let before = self.next.checked_sub(1).and_then(|at| self.stack.get(at));
        let skipped = match self.names {
            Names::Lost => return false,
            _ if rest.first().is_some_and(is_here) => 0,
            Names::Open if before.is_some_and(is_here) => return true,
            Names::Known if before.is_some_and(is_here) => return false,
            _ => match rest.iter().position(is_here) {
                Some(skipped) => skipped,
                None => {
                    self.names = Names::Lost;
                    return false;
                }
            },
        };
        if self.names == Names::None {
            self.hidden = skipped;
        }
        self.next += skipped + 1;
        let named = self.stack.get(self.next - 1).and_then(of);
        let is_new = named.is_some_and(|named| named.lines.is_empty());
        self.names = if is_new { Names::Open } else { Names::Known };
        is_new
    }
}

/// What follows the `#` of a line that names an address: after a tab, or after what is left of it.
fn row_of(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"#")?;
    let row = rest.trim_ascii_start();
    row.starts_with(b"0x").then_some(row)
}

/// A function without its offset, and a place. The offset ends the name, which may have spaces; one
/// without an offset ends at a tab.
fn columns(row: &[u8]) -> Option<(&[u8], &[u8])> {
    let row = trim(row);
    let Some(at) = memchr::memmem::find(row, b"+0x") else {
        let tab = memchr::memchr(b'\t', row)?;
        let (function, place) = row.split_at_checked(tab)?;
        return Some((trim(function), trim(place)));
    };
    let (function, offset) = row.split_at_checked(at)?;
    let offset = offset.get(3..)?;
    let digits = offset.iter().take_while(|byte| byte.is_ascii_hexdigit());
    let place = trim(offset.get(digits.count()..)?);
    (!place.is_empty()).then_some((function, place))
}

#[cfg(test)]
mod tests {
    use super::{columns, row_of};

    #[test]
    fn reads_rows_whatever_became_of_their_tabs() {
        for row in [
            "#\t0x1\tmain.f+0x2e\t\t/my dir/a.go:3",
            "#       0x1     main.f+0x2e             /my dir/a.go:3",
            "# 0x1 main.f+0x2e /my dir/a.go:3",
            "#0x1 main.f+0x2e/my dir/a.go:3",
            "#\t0x1\tmain.f\t/my dir/a.go:3",
        ] {
            let row = row_of(row.as_bytes())
                .unwrap()
                .strip_prefix(b"0x1")
                .unwrap();
            let expected = (&b"main.f"[..], &b"/my dir/a.go:3"[..]);
            assert_eq!(columns(row), Some(expected));
        }
        for other in ["# labels: {}", "# Alloc = 3", "#", "# x0x1"] {
            assert_eq!(row_of(other.as_bytes()), None);
        }
    }
}
