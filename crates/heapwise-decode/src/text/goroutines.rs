//! Goroutines of a text: as one profile, with their numbers, or dump by dump.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::io::{Cursor, Read};
use std::rc::Rc;

use super::dump::{self, Alone, Dump, Ids, Standing, Wanted};
use super::lines::Lines;
use super::loose::{Before, Loose, PartedReader, Told, parted, width_of_console};
use super::signs::Signs;
use super::{Form, InOrder, count, stamp, turned};
use crate::container::open;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::note::Note;
use crate::profile::Profile;
use crate::source::Source;

/// The goroutines of a dump with their ids, to follow them from one dump to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Goroutines {
    profile: Profile,
    ids: Vec<Vec<u64>>,
    around: Surroundings,
}

/// What the lines around a dump tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Surroundings {
    /// When it was written, in nanoseconds since 1970-01-01; a time without a zone is taken as UTC. `None` where they say
    /// nothing, and for a whole file.
    pub time_nanos: Option<i64>,
    /// What stands before or beside its lines and tells its process from others whose lines are in the same text: a pod, a
    /// container, a host. `None` where the text has lines of one process only, or that cannot be told.
    pub origin: Option<String>,
    /// Whether its process ended with it, as one does with what Go prints of a signal, a panic or a fatal error: what follows it
    /// is of another process.
    pub ends_process: bool,
}

impl Goroutines {
    /// The dump as a profile, as [`Profile::read`] gives it.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The dump as a profile, without its ids.
    pub fn into_profile(self) -> Profile {
        self.profile
    }

    /// The ids of the goroutines that a sample counts, in the order of the dump. Ids are never
    /// used twice in the life of a process (runtime/proc.go: newproc1). Empty beyond the samples,
    /// and for texts that do not number goroutines.
    pub fn ids(&self, sample: usize) -> &[u64] {
        self.ids.get(sample).map_or(&[], Vec::as_slice)
    }

    /// When the lines around the dump say that it was written, see [`Surroundings::time_nanos`].
    pub fn time_nanos(&self) -> Option<i64> {
        self.around.time_nanos
    }

    /// The dump without its ids, and what the lines around it tell.
    pub fn into_parts(self) -> (Profile, Surroundings) {
        (self.profile, self.around)
    }
}

/// Reads a goroutine dump with the ids of its goroutines, in memory that grows with their number.
///
/// # Errors
///
/// Those of [`Profile::read`], and [`ErrorKind::NotAProfile`] for anything but a dump.
pub fn goroutine_ids(source: &(impl Source + ?Sized), limits: &Limits) -> Result<Goroutines> {
    let read = read::<Collected>(source, limits)?;
    let (profile, ids) = read.ok_or_else(no_dump)?;
    Ok(Goroutines {
        profile,
        ids: ids.0,
        around: Surroundings::default(),
    })
}

/// Hands out each of the dumps that a text holds, first to last: of a file that they were appended
/// to, or of a log. A goroutine that is there again starts the next dump.
///
/// # Errors
///
/// Those of [`goroutine_ids`].
pub fn goroutine_dumps(
    source: &(impl Source + ?Sized),
    limits: &Limits,
    take: &mut dyn FnMut(Goroutines),
) -> Result<()> {
    let Some(reading) = choose::<Marks>(source, limits)? else {
        return counts(source, limits, take);
    };
    let mut starts = reading.ids.starts(&reading.told);
    if let [start] = starts.as_mut_slice() {
        take(Goroutines {
            profile: reading.dump.profile,
            ids: reading.ids.ids.0,
            around: std::mem::take(&mut start.around),
        });
        return Ok(());
    }
    starts.push(Start {
        goroutine: u64::MAX,
        ..Start::default()
    });
    let plain = open(source, limits)?;
    let (reader, _) = reading.way.reader(plain.reader, limits)?;
    let mut lines = Lines::new(reader, limits);
    for pair in starts.windows(2) {
        let [start, next] = pair else { continue };
        let mut ids = Collected::default();
        let wanted = Wanted {
            most: next.goroutine - start.goroutine,
            alone: match reading.dump.is_all_alone {
                true => Alone::CountWhereAll,
                false => Alone::LeaveOut,
            },
        };
        let Some(dump) = dump::read_some(&mut lines, limits, wanted, &mut ids)? else {
            continue;
        };
        let mut profile = dump.profile;
        profile.set_encoding(plain.layers.clone());
        take(Goroutines {
            profile,
            ids: ids.0,
            around: start.around.clone(),
        });
    }
    Ok(())
}

/// Hands out the profiles with debug=1 that a text holds.
fn counts(
    source: &(impl Source + ?Sized),
    limits: &Limits,
    take: &mut dyn FnMut(Goroutines),
) -> Result<()> {
    let InOrder {
        mut located,
        layers,
        is_turned,
    } = InOrder::of(source, limits)?;
    let mut is_any = false;
    while let Some(found) = located.next().map_err(|error| Error::from_io(error, 0))? {
        if found.form != Form::Count {
            continue;
        }
        let mut lines = Lines::new(Box::new(found.text.as_slice()), limits);
        let mut profile = count::read(&mut lines, limits)?;
        profile.set_encoding(layers.clone());
        found.tell(&mut profile);
        if is_turned {
            profile.tables_mut().notes.push(Note::newest_first());
        }
        is_any = true;
        take(Goroutines {
            profile,
            ids: Vec::new(),
            around: Surroundings {
                time_nanos: found.clock,
                origin: found.origin,
                ..Surroundings::default()
            },
        });
    }
    match is_any {
        true => Ok(()),
        false => Err(no_dump()),
    }
}

/// Reads the goroutines of a text as one profile; `None` when it has none.
pub(super) fn read<I: Ids + Default>(
    source: &(impl Source + ?Sized),
    limits: &Limits,
) -> Result<Option<(Profile, I)>> {
    let Some(reading) = choose::<I>(source, limits)? else {
        return Ok(None);
    };
    Ok(Some((reading.dump.profile, reading.ids)))
}

/// How the lines of a dump are found.
#[derive(Clone, Copy)]
enum Way {
    /// They are as Go writes them.
    Strict,
    /// Something was made of them; a console may have broken them at a width.
    Loose(Option<usize>),
    /// The same, and the newest is the first.
    Turned,
    /// The same, and lines of several processes are mixed.
    Parted,
}

/// The lines of a dump as Go writes them, and what is to be known of how they were found once all are read.
type Found<'a> = (Box<dyn Read + 'a>, Rc<RefCell<Told>>);

impl Way {
    fn reader<'a>(self, reader: Box<dyn Read + 'a>, limits: &Limits) -> Result<Found<'a>> {
        let (reader, console) = match self {
            Way::Strict => return Ok((reader, Rc::default())),
            Way::Loose(console) => (reader, console),
            Way::Turned => (Box::new(Cursor::new(turned(reader, limits)?)) as _, None),
            Way::Parted => return parts(reader, limits),
        };
        let loose = Loose::new(reader, limits, console);
        let told = loose.told();
        Ok((Box::new(loose), told))
    }
}

/// The lines of each process after those of another; nothing where there are not several.
fn parts<'a>(reader: Box<dyn Read + 'a>, limits: &Limits) -> Result<Found<'a>> {
    let parted = parted(reader, limits).map_err(|error| Error::from_io(error, 0))?;
    let reader = PartedReader::new(parted.unwrap_or_default(), limits);
    let told = reader.told();
    Ok((Box::new(reader), told))
}

/// A dump, and how it was read.
struct Chosen<I> {
    dump: Dump,
    ids: I,
    way: Way,
    told: Told,
}

/// Reads a text as Go writes it and, where that leaves doubts, as what loggers and terminals make
/// of it; the reading that understands more goroutines is taken.
fn choose<I: Ids + Default>(
    source: &(impl Source + ?Sized),
    limits: &Limits,
) -> Result<Option<Chosen<I>>> {
    let strict = attempt::<I>(source, limits, Way::Strict)?;
    let is_sure = |dump: &Dump| !dump.is_doubtful && !dump.is_among_doubtful;
    if strict.as_ref().is_some_and(|strict| is_sure(&strict.dump)) {
        return Ok(strict);
    }
    let plain = open(source, limits)?;
    let console = width_of_console(plain.reader, limits);
    let console = console.map_err(|error| Error::from_io(error, 0))?;
    let loose = attempt::<I>(source, limits, Way::Loose(console))?;
    let chosen = match (strict, loose) {
        (Some(mut strict), Some(loose)) if !is_better(&loose.dump, &strict.dump) => {
            strict.dump.set_unread(loose.told.partly, loose.told.lines);
            Some(strict)
        }
        (strict, loose) => loose.or(strict),
    };
    let Some(known) = chosen else { return Ok(None) };
    // Lines of several processes are no better understood where they are not mixed, but told apart.
    let parted = attempt::<I>(source, limits, Way::Parted)?;
    let parted = parted.filter(|parted| is_no_worse(parted, &known));
    let known = parted.unwrap_or(known);
    if !may_be_turned(&known.dump) {
        return Ok(Some(known));
    }
    // What cannot be read so is not turned.
    let turned = attempt::<I>(source, limits, Way::Turned).ok().flatten();
    let turned = turned.filter(|turned| turned.dump.readable > 2 * known.dump.readable);
    Ok(Some(turned.unwrap_or(known)))
}

/// Whether what follows the header of a goroutine was nearly always none of its frames.
fn may_be_turned(dump: &Dump) -> bool {
    dump.profile.tables().unread().goroutines > dump.readable
}

/// Whether a reading understands all that another does.
fn is_no_worse<I>(one: &Chosen<I>, other: &Chosen<I>) -> bool {
    let of = |chosen: &Chosen<I>| {
        let unread = chosen.dump.profile.tables().unread();
        (unread.goroutines, unread.partly, unread.lines)
    };
    one.dump.readable >= other.dump.readable && of(one) <= of(other)
}

/// Whether the loose reading understands more, or at least what the strict one had doubts in.
fn is_better(loose: &Dump, strict: &Dump) -> bool {
    let missed = |dump: &Dump| dump.profile.tables().unread().goroutines;
    match loose.readable.cmp(&strict.readable) {
        Ordering::Greater => true,
        Ordering::Less => false,
        Ordering::Equal => strict.is_doubtful && missed(loose) <= missed(strict),
    }
}

fn attempt<I: Ids + Default>(
    source: &(impl Source + ?Sized),
    limits: &Limits,
    way: Way,
) -> Result<Option<Chosen<I>>> {
    let plain = open(source, limits)?;
    let (reader, told) = way.reader(plain.reader, limits)?;
    let mut ids = I::default();
    let mut lines = Lines::new(reader, limits);
    let Some(mut dump) = dump::read(&mut lines, limits, &mut ids)? else {
        return Ok(None);
    };
    let told = told.take();
    dump.set_unread(told.partly, told.lines);
    let tables = dump.profile.tables_mut();
    tables.encoding = plain.layers;
    tables.notes.extend(plain.left_out.note());
    if matches!(way, Way::Turned) {
        tables.notes.push(Note::newest_first());
    }
    Ok(Some(Chosen {
        dump,
        ids,
        way,
        told,
    }))
}

/// The refusal of a text without goroutines.
pub(crate) fn no_dump() -> Error {
    Error::new(
        ErrorKind::NotAProfile,
        Stage::Format,
        "byte 0",
        "no goroutine",
        "a goroutine dump, such as /debug/pprof/goroutine?debug=2 serves",
    )
}

#[derive(Default)]
struct Collected(Vec<Vec<u64>>);

impl Ids for Collected {
    fn add(&mut self, sample: usize, id: u64) {
        match self.0.get_mut(sample) {
            Some(ids) => ids.push(id),
            None => self.0.push(vec![id]),
        }
    }
}

/// How the goroutines of a text stand in it, to tell its dumps apart.
#[derive(Default)]
struct Marks {
    marks: Vec<Mark>,
    ids: Collected,
}

#[derive(Clone, Copy, Default)]
struct Mark {
    id: u64,
    is_running: bool,
    is_after_other: bool,
    signs: Signs,
    time_nanos: Option<i64>,
}

/// Where a dump starts, and what the lines around it tell.
#[derive(Debug, Clone, PartialEq, Default)]
struct Start {
    /// Goroutines before it.
    goroutine: u64,
    around: Surroundings,
}

impl Ids for Marks {
    fn add(&mut self, sample: usize, id: u64) {
        if let Some(last) = self.marks.last_mut() {
            last.id = id;
        }
        self.ids.add(sample, id);
    }

    fn stands(&mut self, standing: Standing<'_>) {
        self.marks.push(Mark {
            id: 0,
            is_running: standing.is_running,
            is_after_other: standing.after.is_some(),
            signs: standing.signs,
            time_nanos: standing.after.and_then(stamp::find),
        });
    }

    fn stands_alone(&mut self) {
        // It tells of no start.
        if let Some(last) = self.marks.last_mut() {
            *last = Mark::default();
        }
    }
}

impl Marks {
    /// The dumps of a text.
    fn starts(&self, told: &Told) -> Vec<Start> {
        let starts = self.places(&told.before);
        let ends = starts.iter().skip(1).copied().chain([self.marks.len()]);
        let mut all: Vec<Start> = Vec::new();
        for (&at, end) in starts.iter().zip(ends) {
            let before = told.before.get(at);
            let marks = self.marks.get(at..end).unwrap_or_default();
            let time_nanos = marks.first().and_then(|mark| mark.time_nanos);
            let origin = before.and_then(|before| told.origins.get(before.origin?));
            let has_ended = marks.iter().any(|mark| mark.signs.ended);
            if let Some(last) = all.last_mut() {
                last.around.ends_process |= has_ended;
            }
            all.push(Start {
                goroutine: at as u64,
                around: Surroundings {
                    time_nanos: time_nanos.or_else(|| before?.time_nanos),
                    origin: origin.cloned(),
                    ends_process: marks.iter().any(|mark| mark.signs.dies),
                },
            });
        }
        all
    }

    /// Where they start: at what tells of the end of a process, and where others begin to print. A goroutine that is in the dump
    /// already is in the next one, too, which started at the last that was running, because it wrote it, else after the last
    /// line of something else, else there.
    fn places(&self, before: &[Before]) -> Vec<usize> {
        let mut starts = vec![0];
        let mut seen = HashSet::new();
        for (at, mark) in self.marks.iter().enumerate() {
            let first = starts.last().map_or(0, |start| start + 1);
            if at >= first && self.is_start(at, before) {
                starts.push(at);
                seen = HashSet::from([mark.id]);
                continue;
            }
            if mark.id == 0 || seen.insert(mark.id) {
                continue;
            }
            let start = self.start_of_next(first, at, before);
            starts.push(start);
            let of_next = self.marks.get(start..=at).unwrap_or_default();
            seen = of_next.iter().map(|mark| mark.id).collect();
        }
        starts
    }

    fn is_start(&self, at: usize, before: &[Before]) -> bool {
        let origin = |at: usize| before.get(at).and_then(|before| before.origin);
        let last = at.checked_sub(1).and_then(origin);
        let is_another = last.is_some() && last != origin(at);
        is_another || self.marks.get(at).is_some_and(|mark| mark.signs.is_start())
    }

    fn start_of_next(&self, first: usize, at: usize, before: &[Before]) -> usize {
        let since = self.marks.get(first..=at).unwrap_or_default();
        let is_after_other = |place: usize| {
            let is_other = before
                .get(first + place)
                .is_some_and(|before| before.is_other);
            is_other || since.get(place).is_some_and(|mark| mark.is_after_other)
        };
        let mut places = 0..since.len();
        let running = since.iter().rposition(|mark| mark.is_running);
        let place = running.or_else(|| places.rfind(|&place| is_after_other(place)));
        place.map_or(at, |place| first + place)
    }
}
