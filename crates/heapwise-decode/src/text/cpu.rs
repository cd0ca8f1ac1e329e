//! CPU profiles in the binary form of gperftools, of C++ and Java programs.

use crate::words::counted;
use std::collections::HashMap;
use std::io::Read;

use super::java;
use super::lines::Lines;
use super::memory_map::read_map;
use super::prune::PROFILER;
use super::records::Records;
use crate::assembler::ProfileMaker;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::note::{Note, NoteKind};
use crate::profile::Profile;

const TYPES: [(&[u8], &[u8]); 2] = [(b"samples", b"count"), (b"cpu", b"nanoseconds")];

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    Little32,
    Big32,
    Little64,
    Big64,
}

impl Words {
    const ALL: [Words; 4] = [Words::Little32, Words::Big32, Words::Little64, Words::Big64];

    /// The number at the front, and the rest.
    fn next<'a>(self, bytes: &mut &'a [u8]) -> Option<u64> {
        let (value, rest): (u64, &'a [u8]) = match self {
            Words::Little32 | Words::Big32 => {
                let (word, rest) = bytes.split_first_chunk::<4>()?;
                let value = match self {
                    Words::Little32 => u32::from_le_bytes(*word),
                    _ => u32::from_be_bytes(*word),
                };
                (u64::from(value), rest)
            }
            Words::Little64 | Words::Big64 => {
                let (word, rest) = bytes.split_first_chunk::<8>()?;
                let value = match self {
                    Words::Little64 => u64::from_le_bytes(*word),
                    _ => u64::from_be_bytes(*word),
                };
                (value, rest)
            }
        };
        *bytes = rest;
        Some(value)
    }
}

/// The five words at the start: 0, 3, 0 for C++ or 1 for Java, the period in microseconds, 0
/// (legacy_profile.go: parseCPU).
struct Header {
    words: Words,
    is_java: bool,
    period_micros: u64,
    size: usize,
}

impl Header {
    fn parse(bytes: &[u8]) -> Option<Header> {
        Words::ALL.into_iter().find_map(|words| {
            let mut rest = bytes;
            let mut next = || words.next(&mut rest);
            let [zero, three, java, period_micros, padding] =
                [next()?, next()?, next()?, next()?, next()?];
            let is_one = zero == 0 && three == 3 && java <= 1 && period_micros > 0 && padding == 0;
            is_one.then_some(Header {
                words,
                is_java: java == 1,
                period_micros,
                size: bytes.len() - rest.len(),
            })
        })
    }
}

/// Whether bytes start such a profile.
pub(super) fn is_header(head: &[u8]) -> bool {
    Header::parse(head).is_some()
}

/// Reads a CPU profile by the rules of legacy_profile.go: parseCPU. After the samples comes a
/// memory map in text or, from Java, the names of what samples have for addresses.
pub(super) fn read<'a>(reader: Box<dyn Read + 'a>, limits: &Limits) -> Result<Profile> {
    let bytes = read_all(reader, limits)?;
    let header = Header::parse(&bytes).ok_or_else(|| refuse(0, "other words", "a header"))?;
    let period = i64::try_from(header.period_micros).ok();
    let period = period.and_then(|micros| micros.checked_mul(1_000));
    let period = period.ok_or_else(|| {
        let found = format!(
            "a period of {}",
            counted(header.period_micros, "microsecond")
        );
        refuse(header.size, &found, "one of at most 292 years")
    })?;
    let mut samples = Samples::parse(&bytes, &header, limits)?;
    let mut maker = ProfileMaker::new(limits, TYPES);
    maker.set_period(b"cpu", b"nanoseconds", period);
    PROFILER.set(&mut maker);
    if samples.is_cut {
        let message = "the profile ends within a stack: the addresses that are missing count as 0";
        maker.add_note(Note::new(NoteKind::Truncated, message));
    }
    let mut records = Records::new(maker, limits);
    let rest = bytes.get(samples.end..).unwrap_or_default();
    let mut lines = Lines::new(Box::new(rest), limits);
    if header.is_java {
        samples.add_to(&mut records, period)?;
        java::read_locations(&mut lines, &mut records)?;
        return records.finish_without_addresses();
    }
    samples.point_into_calls();
    samples.drop_handler();
    samples.drop_handler();
    samples.add_to(&mut records, period)?;
    records.finish(read_map(&mut lines, limits)?)
}

fn read_all<'a>(reader: Box<dyn Read + 'a>, limits: &Limits) -> Result<Vec<u8>> {
    let most = limits.max_column_bytes;
    let mut bytes = Vec::new();
    let mut capped = reader.take(most as u64 + 1);
    let read = capped.read_to_end(&mut bytes);
    read.map_err(|error| Error::from_io(error, bytes.len() as u64))?;
    if bytes.len() > most {
        return Err(Error::new(
            ErrorKind::TooLarge,
            Stage::Cpu,
            format!("byte {most}"),
            format!("a profile of more than {}", counted(most, "byte")),
            "samples within the limit",
        ));
    }
    Ok(bytes)
}

fn refuse(byte: usize, found: &str, expected: &str) -> Error {
    Error::new(
        ErrorKind::Cpu,
        Stage::Cpu,
        format!("byte {byte}"),
        found,
        expected,
    )
}

/// Stacks, leaf first, and how often each was met.
struct Samples {
    counts: Vec<u64>,
    stacks: Vec<Vec<u64>>,
    /// Where the text after them starts.
    end: usize,
    /// Whether the last stack is not whole.
    is_cut: bool,
    is_java: bool,
}

impl Samples {
    /// Reads count, size and addresses again and again, up to the stack of a single 0 that was met
    /// 0 times, or the end of the input (legacy_profile.go: parseCPUSamples).
    ///
    /// pprof holds sizes against a quarter of the bytes that are left, whatever the size of a word,
    /// and takes addresses that are missing then as 0.
    fn parse(bytes: &[u8], header: &Header, limits: &Limits) -> Result<Samples> {
        const EXPECTED: &str = "a count, the size of a stack, and as many addresses";
        let words = header.words;
        let mut rest = bytes.get(header.size..).unwrap_or_default();
        let mut samples = Samples {
            counts: Vec::new(),
            stacks: Vec::new(),
            end: bytes.len(),
            is_cut: false,
            is_java: header.is_java,
        };
        let mut size = 0;
        while !rest.is_empty() {
            let at = bytes.len() - rest.len();
            let pair = (words.next(&mut rest), words.next(&mut rest));
            let (Some(count), Some(depth)) = pair else {
                return Err(refuse(at, "the end of the input", EXPECTED));
            };
            let depth = usize::try_from(depth).unwrap_or(usize::MAX);
            if depth > rest.len() / 4 {
                let found = format!(
                    "a stack of {} in {}",
                    counted(depth, "address"),
                    counted(rest.len(), "byte")
                );
                return Err(refuse(at, &found, EXPECTED));
            }
            let mut stack: Vec<u64> = (0..depth).map_while(|_| words.next(&mut rest)).collect();
            let is_cut = stack.len() < depth;
            if is_cut {
                stack.resize(depth, 0);
                rest = &[];
            }
            samples.end = bytes.len() - rest.len();
            if (count, stack.as_slice()) == (0, &[0]) {
                break;
            }
            samples.is_cut |= is_cut;
            size += 64 + 8 * depth;
            if size > limits.max_column_bytes {
                return Err(too_many(at, limits));
            }
            samples.counts.push(count);
            samples.stacks.push(stack);
        }
        Ok(samples)
    }

    /// Addresses but the leaf's are those after calls.
    fn point_into_calls(&mut self) {
        for stack in &mut self.stacks {
            for address in stack.iter_mut().skip(1) {
                *address = address.wrapping_sub(1);
            }
        }
    }

    /// Leaves the frame above the leaf out where nearly all stacks have the same there: it is the
    /// signal handler (legacy_profile.go: cpuProfile).
    fn drop_handler(&mut self) {
        let second = |stack: &Vec<u64>| stack.get(1).copied();
        let mut counts: HashMap<u64, usize> = HashMap::new();
        for address in self.stacks.iter().filter_map(second) {
            *counts.entry(address).or_default() += 1;
        }
        let least = self.stacks.len() - self.stacks.len() / 32;
        // Not two addresses can be in so many stacks.
        let mut seconds = self.stacks.iter().filter_map(second);
        let handler =
            seconds.find(|address| counts.get(address).is_some_and(|&count| count >= least));
        for stack in &mut self.stacks {
            if handler.is_some() && second(stack) == handler {
                stack.remove(1);
            }
        }
    }

    fn add_to(&self, records: &mut Records, period: i64) -> Result<()> {
        for (&count, stack) in self.counts.iter().zip(&self.stacks) {
            let values = i64::try_from(count).ok();
            let values = values.and_then(|count| Some([count, count.checked_mul(period)?]));
            let values = values.ok_or_else(|| {
                let found = format!(
                    "a stack met {} in periods of {period} ns",
                    counted(count, "time")
                );
                refuse(0, &found, "a time that fits 64 bits")
            })?;
            records.start_at(stack.iter().copied(), &values, &[]);
            if !self.is_java {
                records.drop_repeated_leaf();
            }
            records.check(1)?;
        }
        Ok(())
    }
}

fn too_many(at: usize, limits: &Limits) -> Error {
    Error::new(
        ErrorKind::TooLarge,
        Stage::Cpu,
        format!("byte {at}"),
        format!(
            "samples of more than {}",
            counted(limits.max_column_bytes, "byte")
        ),
        "samples within the limit",
    )
}
