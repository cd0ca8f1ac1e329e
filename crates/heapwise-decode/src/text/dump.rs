//! Goroutine dumps: debug=2, panics, SIGQUIT, runtime.Stack, alone or inside a log.

use super::alone::{self, Quoted};
use super::frames::{EMPTY, Frame, Frames, Node, without_details};
use super::groups::{CreatorIndex, Groups, HeaderIndex, NO_CREATOR};
use super::header;
use super::lines::{Lines, Span};
use super::missing::Missing;
use super::signs::Signs;
use super::symbols::Symbols;
use super::threads::OnThreads;
use crate::assembler::ProfileMaker;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::note::{Note, NoteKind, Unread};
use crate::profile::Profile;
use crate::words::{agree, counted, plural};

/// Where Go stops a dump (runtime/pprof/pprof.go: writeGoroutineStacks).
const GO_LIMIT: u64 = 64 << 20;
/// Bytes of a line before a goroutine that are kept: enough for a time.
const MOST_OF_OTHER: usize = 512;
/// Stands for the frames that Go left out of a deep stack, however many.
const ELIDED: &[u8] = b"...frames elided...";

/// Takes the number of each goroutine as it is read: the sample it is counted in, and its id.
pub(super) trait Ids {
    fn add(&mut self, sample: usize, id: u64);

    /// Takes how a goroutine stands in the text, before its number.
    fn stands(&mut self, _: Standing<'_>) {}

    /// Takes that the last one is of no dump.
    fn stands_alone(&mut self) {}
}

/// How a goroutine stands in a text.
pub(super) struct Standing<'a> {
    /// Whether it was running, as the one that writes a dump is.
    pub(super) is_running: bool,
    /// The last line before it that is of no goroutine.
    pub(super) after: Option<&'a [u8]>,
    /// What the lines before it tell of the process.
    pub(super) signs: Signs,
}

/// Forgets ids.
impl Ids for () {
    fn add(&mut self, _: usize, _: u64) {}
}

/// A dump as it was read.
pub(super) struct Dump {
    pub(super) profile: Profile,
    /// Goroutines with a frame, or without one because Go had none to show.
    pub(super) readable: u64,
    /// Whether something in it may be a part that was not understood.
    pub(super) is_doubtful: bool,
    /// Whether something beside it may be one.
    pub(super) is_among_doubtful: bool,
    /// Whether stacks that stand alone are all that it has.
    pub(super) is_all_alone: bool,
}

/// Reads all goroutines of a text; `None` when it has none.
///
/// Goroutines that are equal but for their ids, arguments and addresses are one sample.
pub(super) fn read(
    lines: &mut Lines<'_>,
    limits: &Limits,
    ids: &mut impl Ids,
) -> Result<Option<Dump>> {
    let all = Wanted {
        most: u64::MAX,
        alone: Alone::CountWhereAll,
    };
    read_some(lines, limits, all, ids)
}

/// What to read of a text.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// The next goroutines at most.
    pub(super) most: u64,
    pub(super) alone: Alone,
}

/// What becomes of goroutines that stand alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alone {
    /// They count where nothing else is read.
    CountWhereAll,
    /// There are others elsewhere.
    LeaveOut,
}

/// Reads some goroutines of a text; `None` when it has none there.
pub(super) fn read_some(
    lines: &mut Lines<'_>,
    limits: &Limits,
    wanted: Wanted,
    ids: &mut impl Ids,
) -> Result<Option<Dump>> {
    let mut maker = ProfileMaker::new(limits, [(b"goroutine".as_slice(), b"count".as_slice())]);
    maker.set_period(b"goroutine", b"count", 1);
    let mut dump = Reading {
        lines,
        wanted,
        symbols: Symbols::new(maker, limits),
        frames: Frames::new(),
        groups: Groups::default(),
        read: 0,
        goroutines: 0,
        schedulers: 0,
        on_threads: OnThreads::default(),
        again: 0,
        waiting: None,
        alone: Vec::new(),
        alone_count: 0,
        is_all_alone: false,
        missing: Missing::default(),
        elided: 0,
        first: Repeated::default(),
        unread: Unread::default(),
        highest: 0,
        other: Vec::new(),
        signs: Signs::default(),
        quoted: Quoted::No,
        is_doubtful: false,
        is_among_doubtful: false,
        is_of_bubble: false,
    };
    let cut = dump.read_all(ids)?;
    dump.settle_last(ids)?;
    if dump.goroutines == 0 {
        return cut.map_or(Ok(None), |_| Err(no_goroutine_is_whole(&dump)));
    }
    dump.note(cut);
    dump.groups.add_samples(&dump.frames, &mut dump.symbols);
    Ok(Some(Dump {
        readable: dump.goroutines - dump.unread.goroutines,
        is_doubtful: dump.is_doubtful || dump.unread.goroutines > 0,
        is_among_doubtful: dump.is_among_doubtful,
        is_all_alone: dump.is_all_alone,
        profile: dump.symbols.maker.finish()?,
    }))
}

impl Dump {
    /// Adds what was not understood on the way to the lines that were read here.
    pub(super) fn set_unread(&mut self, partly: u64, lines: u64) {
        let tables = self.profile.tables_mut();
        let unread = Unread {
            partly,
            lines,
            ..tables.unread
        };
        tables.set_unread(unread);
    }
}

fn no_goroutine_is_whole(dump: &Reading<'_, '_>) -> Error {
    Error::new(
        ErrorKind::Truncated,
        Stage::Text,
        format!("line {}", dump.lines.number()),
        "the end of the input within the first goroutine",
        "a goroutine that is whole",
    )
}

struct Reading<'a, 'b> {
    lines: &'a mut Lines<'b>,
    wanted: Wanted,
    symbols: Symbols,
    frames: Frames,
    groups: Groups,
    /// Headers.
    read: u64,
    /// Goroutines that count.
    goroutines: u64,
    /// Stacks of threads that run no goroutine, which have the number 0.
    schedulers: u64,
    on_threads: OnThreads,
    /// Goroutines that a thread tells of again.
    again: u64,
    /// One that may stand alone, until what follows it is known.
    waiting: Option<Goroutine>,
    /// Those that stand alone: what is printed of one goroutine, such as of a panic that was recovered. They count where
    /// there is nothing else.
    alone: Vec<Goroutine>,
    alone_count: u64,
    /// Whether they were counted, as there is nothing else.
    is_all_alone: bool,
    missing: Missing,
    /// Goroutines with frames left out.
    elided: u64,
    first: Repeated,
    unread: Unread,
    highest: u64,
    /// The last line that is of no goroutine, since the goroutine before.
    other: Vec<u8>,
    signs: Signs,
    /// Whether the next goroutine is told of in a message.
    quoted: Quoted,
    is_doubtful: bool,
    is_among_doubtful: bool,
    /// Whether it is of the goroutines of one bubble.
    is_of_bubble: bool,
}

/// The first goroutine, and how often it or `main.main` was there. The first may be the one that
/// wrote the dump, which is another each time; 1 is `main.main` of all programs, which is there
/// until their end. All threads have a goroutine 0.
#[derive(Default)]
struct Repeated {
    first: u64,
    times_of_first: u64,
    times_of_main: u64,
}

impl Repeated {
    #[inline]
    fn add(&mut self, id: u64) {
        if self.first == 0 {
            self.first = id;
        }
        self.times_of_first += u64::from(id != 0 && id == self.first);
        self.times_of_main += u64::from(id == 1);
    }

    /// A goroutine that was there more than once, and how often.
    fn again(&self) -> Option<(u64, u64)> {
        [(self.first, self.times_of_first), (1, self.times_of_main)]
            .into_iter()
            .find(|&(_, times)| times > 1)
    }
}

/// A goroutine on its way.
struct Goroutine {
    id: u64,
    header: HeaderIndex,
    stack: Node,
    creator: CreatorIndex,
    is_elided: bool,
    is_unavailable: bool,
    /// Whether it may be printed for itself: it was running, behind a line of something else.
    may_be_alone: bool,
    /// Whether a panic or `debug.Stack` is told of there.
    is_of_panic: bool,
    /// Whether a thread of a process that ends tells of it.
    by_thread: bool,
    quoted: Quoted,
    /// What the next line may be.
    part: Part,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Frames,
    /// After the creator: nothing of the goroutine but its ancestors.
    Created,
    /// Stacks of the goroutines that created it, which are not its own.
    Ancestors,
}

/// How reading a line went on.
enum Step {
    Proceed,
    /// The goroutine is whole; the next line is not a part of it.
    End,
    /// The input ends within the goroutine.
    Cut,
}

/// What was left out at the end: its size in bytes.
struct Cut(u64);

impl Reading<'_, '_> {
    fn read_all(&mut self, ids: &mut impl Ids) -> Result<Option<Cut>> {
        while self.read < self.wanted.most
            && let Some(span) = self.lines.line_at(0)?
        {
            let start = self.lines.position();
            let text = self.lines.text(0, span);
            let groups = &mut self.groups;
            let split = header::split(text)
                .and_then(|(id, how)| groups.header(how).map(|header| (id, header)));
            let is_cut_header = self.read > 0 && is_start_of_header(text);
            if !span.is_ended && (split.is_some() || is_cut_header) {
                return Ok(Some(self.cut(start)));
            }
            let Some((id, header)) = split else {
                self.other_line(span, ids);
                self.lines.consume(span.size, 1);
                continue;
            };
            let is_running = is_running(self.lines.text(0, span));
            let waiting = self.waiting.as_ref();
            let is_quoted = waiting.is_some_and(|one| one.quoted == Quoted::Maybe && is_running);
            self.settle(is_quoted, ids);
            let standing = self.standing(span);
            let may_be_alone = standing.is_running && standing.after.is_some();
            // Where a log was made a dump again, what stands before is a remark, which has the line that tells.
            let is_of_panic = standing.after.is_some_and(|after| {
                alone::tells_of_panic(after) || standing.signs.panics && !after.starts_with(b"# ")
            });
            let by_thread = standing.signs.by_thread;
            ids.stands(standing);
            self.other.clear();
            self.signs = Signs::default();
            self.lines.consume(span.size, 1);
            let goroutine = Goroutine {
                may_be_alone,
                is_of_panic,
                by_thread,
                quoted: std::mem::take(&mut self.quoted),
                ..Goroutine::new(id, header)
            };
            if !self.goroutine(goroutine, ids)? {
                return Ok(Some(self.cut(start)));
            }
        }
        Ok(None)
    }

    /// Settles whether the last goroutine stands alone: behind it is text of something else, or nothing.
    fn settle(&mut self, is_alone: bool, ids: &mut impl Ids) {
        let Some(goroutine) = self.waiting.take() else {
            return;
        };
        match is_alone {
            true => self.leave_alone(goroutine, ids),
            false => self.count(goroutine, ids),
        }
    }

    fn leave_alone(&mut self, goroutine: Goroutine, ids: &mut impl Ids) {
        ids.stands_alone();
        self.alone_count += 1;
        if self.alone.len() < alone::MOST {
            self.alone.push(goroutine);
        }
    }

    /// The same at the end of what is read, behind which more may come; what stands alone counts where nothing else is.
    fn settle_last(&mut self, ids: &mut impl Ids) -> Result<()> {
        while self.waiting.is_some()
            && let Some(span) = self.lines.line_at(0)?
        {
            let text = self.lines.text(0, span);
            match text.trim_ascii().is_empty() {
                true => self.lines.consume(span.size, 1),
                false => {
                    let is_header = header::split(text).is_some();
                    self.settle(!is_header, ids);
                }
            }
        }
        self.settle(true, ids);
        if self.goroutines == 0 && self.wanted.alone == Alone::CountWhereAll {
            self.is_all_alone = self.alone_count > 0;
            for goroutine in std::mem::take(&mut self.alone) {
                self.count(goroutine, ids);
            }
        }
        Ok(())
    }

    /// Keeps a line that is of no goroutine, if it is not blank.
    fn other_line(&mut self, span: Span, ids: &mut impl Ids) {
        if self.lines.text(0, span).trim_ascii().is_empty() {
            return;
        }
        self.settle(true, ids);
        let text = self.lines.text(0, span);
        if let Some(quoted) = Quoted::of_line(text) {
            self.quoted = quoted;
            return;
        }
        self.missing.other_line(text, self.read == 0);
        self.signs.take(text);
        self.is_of_bubble |= alone::tells_of_bubble(text);
        self.is_among_doubtful |= memchr::memmem::find(text, b"oroutine ").is_some_and(|at| {
            let rest = text.get(at + b"oroutine ".len()..).unwrap_or_default();
            rest.first().is_some_and(u8::is_ascii_digit)
        });
        self.other.clear();
        let start = text.get(..MOST_OF_OTHER).unwrap_or(text);
        self.other.extend_from_slice(start);
    }

    fn standing(&self, header: Span) -> Standing<'_> {
        let text = self.lines.text(0, header);
        Standing {
            is_running: is_running(text),
            after: (!self.other.is_empty()).then_some(self.other.as_slice()),
            signs: self.signs,
        }
    }

    fn cut(&self, start: u64) -> Cut {
        Cut(self.lines.position() + self.lines.unread().len() as u64 - start)
    }

    /// Reads what follows a header and counts the goroutine; `false` when it is cut.
    fn goroutine(&mut self, mut goroutine: Goroutine, ids: &mut impl Ids) -> Result<bool> {
        self.missing.goes_on();
        loop {
            // Of what may stand alone the names of the frames are looked at.
            if goroutine.part == Part::Frames && !goroutine.may_be_alone {
                self.expected_frames(&mut goroutine);
            }
            match self.step(&mut goroutine)? {
                Step::Proceed => {}
                Step::End => break,
                Step::Cut => return Ok(false),
            }
        }
        self.read += 1;
        let state = self.groups.state(goroutine.header);
        let threads = &mut self.on_threads;
        if goroutine.id == 0 {
            self.schedulers += 1;
        } else if threads.is_again(goroutine.id, state, goroutine.by_thread) {
            ids.stands_alone();
            self.again += 1;
        } else if goroutine.quoted == Quoted::Yes {
            self.leave_alone(goroutine, ids);
        } else if goroutine.quoted == Quoted::Maybe
            || (goroutine.may_be_alone && goroutine.is_of_panic)
        {
            self.waiting = Some(goroutine);
        } else {
            self.count(goroutine, ids);
        }
        Ok(true)
    }

    fn count(&mut self, goroutine: Goroutine, ids: &mut impl Ids) {
        self.goroutines += 1;
        self.first.add(goroutine.id);
        self.highest = self.highest.max(goroutine.id);
        if goroutine.stack == EMPTY {
            match goroutine.is_unavailable {
                true => self.unread.unavailable += 1,
                false => self.unread.goroutines += 1,
            }
        }
        self.elided += u64::from(goroutine.is_elided);
        let group = self
            .groups
            .count(goroutine.stack, goroutine.header, goroutine.creator);
        ids.add(group, goroutine.id);
    }

    /// Follows the trie as long as the text does what it did before.
    #[inline]
    fn expected_frames(&mut self, goroutine: &mut Goroutine) {
        while let Some((stack, size)) = self.frames.expected(goroutine.stack, self.lines.unread()) {
            goroutine.stack = stack;
            self.lines.consume(size, 2);
        }
    }

    /// Reads one line, or the two of a frame or a creator.
    fn step(&mut self, goroutine: &mut Goroutine) -> Result<Step> {
        let Some(span) = self.lines.line_at(0)? else {
            return Ok(self.at_end(goroutine));
        };
        let text = self.lines.text(0, span);
        if text.is_empty() {
            self.lines.consume(span.size, 1);
            return Ok(Step::End);
        }
        if text.starts_with(b"goroutine ") && header::split(text).is_some() {
            return Ok(Step::End);
        }
        if text.starts_with(b"[originating from goroutine ") {
            goroutine.part = Part::Ancestors;
        }
        match goroutine.part {
            Part::Frames => self.frame(goroutine, span),
            Part::Created => {
                self.is_doubtful = true;
                Ok(Step::End)
            }
            Part::Ancestors => {
                self.lines.consume(span.size, 1);
                Ok(Step::Proceed)
            }
        }
    }

    /// The input ends after whole lines. That may still be too early: behind a header, or where Go
    /// cuts a dump, because all goroutines but few end with their creator.
    fn at_end(&self, goroutine: &Goroutine) -> Step {
        let is_limit = self.lines.position() == GO_LIMIT;
        let is_bare = goroutine.stack == EMPTY && !goroutine.is_unavailable;
        if goroutine.part == Part::Frames && (is_limit || is_bare) {
            Step::Cut
        } else {
            Step::End
        }
    }

    fn frame(&mut self, goroutine: &mut Goroutine, span: Span) -> Result<Step> {
        let text = self.lines.text(0, span);
        if !span.is_ended {
            let step = if may_be_frame(text) {
                Step::Cut
            } else {
                Step::End
            };
            return Ok(step);
        }
        if text.starts_with(b"\t") {
            // `goroutine running on other thread; stack unavailable`.
            match text.ends_with(b"; stack unavailable") {
                true => goroutine.is_unavailable = true,
                false => self.is_doubtful = true,
            }
            self.lines.consume(span.size, 1);
            return Ok(Step::Proceed);
        }
        if is_elided(text) {
            goroutine.is_elided = true;
            return self.push_bare(goroutine, ELIDED, span);
        }
        if text.starts_with(b"non-Go function at pc=") {
            return self.push_bare(goroutine, b"non-Go function", span);
        }
        self.two_lines(goroutine, span)
    }

    fn push_bare(&mut self, goroutine: &mut Goroutine, name: &[u8], span: Span) -> Result<Step> {
        let frame = Frame::bare(name);
        goroutine.stack = self.frames.push(goroutine.stack, frame, &mut self.symbols);
        self.lines.consume(span.size, 1);
        self.check()?;
        Ok(Step::Proceed)
    }

    /// A frame or a creator with the line of its place.
    fn two_lines(&mut self, goroutine: &mut Goroutine, first: Span) -> Result<Step> {
        let second = self.lines.line_at(first.size)?;
        let first_text = self.lines.text(0, first);
        let created = first_text.strip_prefix(b"created by ");
        let Some(second) = second else {
            let is_frame = created.is_some() || first_text.ends_with(b")");
            if !is_frame && goroutine.has_no_end() {
                self.missing.ends_before(first_text);
            }
            return Ok(if is_frame { Step::Cut } else { Step::End });
        };
        let second_text = self.lines.text(first.size, second);
        if !second_text.starts_with(b"\t") {
            self.is_doubtful = true;
            if goroutine.has_no_end() {
                self.missing.ends_before(first_text);
            }
            return Ok(Step::End);
        }
        goroutine.is_of_panic |= goroutine.may_be_alone && alone::is_called_by_panic(first_text);
        // The creator is the last that is printed, and hardly anyone leaves it out.
        let may_go_on = created.is_none() && goroutine.has_no_end();
        if !second.is_ended && (may_go_on || !is_whole_place(second_text)) {
            return Ok(Step::Cut);
        }
        match created {
            Some(created) => {
                let place = without_details(second_text);
                goroutine.creator = self.groups.creator(without_parent(created), place);
                goroutine.part = Part::Created;
            }
            None => {
                let frame = Frame::parse(first_text, second_text);
                goroutine.stack = self.frames.push(goroutine.stack, frame, &mut self.symbols);
            }
        }
        self.lines.consume(first.size + second.size, 2);
        self.check()?;
        Ok(Step::Proceed)
    }

    fn check(&self) -> Result<()> {
        let size = self.frames.size() + self.groups.size();
        self.symbols.check(size, self.lines.number())
    }

    fn note(&mut self, cut: Option<Cut>) {
        let maker = &mut self.symbols.maker;
        maker.set_highest_goroutine(self.highest);
        maker.set_unread(self.unread);
        let size = self.lines.position() + self.lines.unread().len() as u64;
        if let Some(Cut(bytes)) = cut {
            let message = format!(
                "the text ends within a goroutine: the last {} {} left out, {} {} whole",
                counted(bytes, "byte"),
                agree(&bytes, "was", "were"),
                counted(self.goroutines, "goroutine"),
                agree(&self.goroutines, "is", "are")
            );
            maker.add_note(Note::new(NoteKind::Truncated, message));
        }
        for note in self.missing.notes(cut.is_some()) {
            maker.add_note(note);
        }
        if self.schedulers > 0 {
            let message = format!(
                "{} (goroutine 0) left out: no {}",
                counted(self.schedulers, "scheduler stack"),
                plural(&self.schedulers, "goroutine")
            );
            maker.add_note(Note::new(NoteKind::SchedulerStacks, message));
        }
        if self.again > 0 {
            let message = format!(
                "{} told of once more by {} counted once",
                counted(self.again, "goroutine"),
                agree(&self.again, "its thread is", "their threads are")
            );
            maker.add_note(Note::new(NoteKind::ThreadStacks, message));
        }
        if self.is_of_bubble && !self.is_all_alone {
            maker.add_note(alone::note_of_bubble());
        }
        if self.alone_count > 0 {
            maker.add_note(alone::note(self.alone_count, self.is_all_alone));
        }
        if size == GO_LIMIT {
            let message = "the dump has exactly 64 MiB, where Go cuts dumps off: there were more \
                 goroutines than it shows";
            maker.add_note(Note::new(NoteKind::DumpLimit, message));
        }
        if let Some((id, times)) = self.first.again() {
            let message = format!(
                "goroutine {id} is there {}: the text holds several dumps, and all of them count",
                counted(times, "time")
            );
            maker.add_note(Note::new(NoteKind::SeveralDumps, message));
        }
        if self.elided > 0 {
            let message = format!(
                "Go left out frames in the middle of the {} of {}",
                plural(&self.elided, "stack"),
                counted(self.elided, "goroutine")
            );
            maker.add_note(Note::new(NoteKind::FramesElided, message));
        }
    }
}

impl Goroutine {
    fn new(id: u64, header: HeaderIndex) -> Goroutine {
        Goroutine {
            id,
            header,
            stack: EMPTY,
            creator: NO_CREATOR,
            is_elided: false,
            is_unavailable: false,
            may_be_alone: false,
            is_of_panic: false,
            by_thread: false,
            quoted: Quoted::No,
            part: Part::Frames,
        }
    }

    /// Whether its creator is to come, which all have but `main.main` and what C calls.
    fn has_no_end(&self) -> bool {
        self.creator == NO_CREATOR && self.id > 1
    }
}

fn is_running(header: &[u8]) -> bool {
    memchr::memmem::find(header, b"[running").is_some()
}

/// `main.f in goroutine 7` without the number of the creator (since Go 1.21;
/// runtime/traceback.go: printcreatedby1).
fn without_parent(created: &[u8]) -> &[u8] {
    match memchr::memmem::rfind(created, b" in goroutine ") {
        Some(at) => created.get(..at).unwrap_or_default(),
        None => created,
    }
}

/// `...51 frames elided...`, `...additional frames elided...`.
fn is_elided(line: &[u8]) -> bool {
    line.starts_with(b"...") && line.ends_with(b" frames elided...")
}

/// Whether a line that the input ends in can be the start of a frame, a creator or another line
/// of a goroutine, rather than the end of a log.
fn may_be_frame(text: &[u8]) -> bool {
    const CREATED: &[u8] = b"created by ";
    text.starts_with(b"\t")
        || text.starts_with(b"...")
        || text.contains(&b'(')
        || !text.contains(&b' ')
        || text.starts_with(CREATED)
        || CREATED.starts_with(text)
}

/// Whether the line of a place may be whole although the input ends without a line end: it has what Go writes behind the
/// number of the line, with a digit at least. Behind one that is cut others are missing.
fn is_whole_place(text: &[u8]) -> bool {
    let place = without_details(text);
    let after = text.get(place.len() + 1..).unwrap_or_default();
    let offset = after.strip_prefix(b" +0x");
    place.last().is_some_and(u8::is_ascii_digit)
        && offset.is_some_and(|offset| offset.first().is_some_and(u8::is_ascii_hexdigit))
}

/// Whether a line that the input ends in is the start of a header.
fn is_start_of_header(text: &[u8]) -> bool {
    match text.strip_prefix(b"goroutine ") {
        Some(rest) => rest.first().is_none_or(u8::is_ascii_digit),
        None => !text.is_empty() && b"goroutine ".starts_with(text),
    }
}
