//! From the lines of a log to those of a dump as Go writes it.

use super::escaped::{self, Name, Text};
use super::part::{self, Part};
use super::prefix::{Likeness, Prefix};
use crate::text::alone::{Quoted, tells_of_panic};
use crate::text::loss::Loss;
use crate::text::signs::{self, Sign};
use crate::text::stamp;

/// Puts goroutines together from the lines that are of them.
pub(super) struct Stacks {
    /// The dump so far, as Go writes it, to be taken away.
    pub(super) output: Vec<u8>,
    stream: Option<Stream>,
    open: Option<Open>,
    pub(super) told: Told,
    /// The time that was said last outside of goroutines.
    clock: Option<i64>,
    /// Whether there was a line of something else since the last goroutine.
    is_after_other: bool,
    /// The last of these, as far as it is kept.
    other: Vec<u8>,
    /// Those that may tell what became of the process, since the last goroutine.
    signs: Vec<Vec<u8>>,
    /// What stands before the message of a panic in which goroutines are told of.
    message: Option<Prefix>,
    /// Whether the text at hand is a message.
    of_text: Quoted,
}

/// Of a line of something else so much is kept.
const MOST_OF_OTHER: usize = 256;
/// Lines that may tell what became of the process that are kept.
const MOST_SIGNS: usize = 16;

/// What is to be known besides the goroutines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Lines within goroutines that were not understood.
    pub(crate) lines: u64,
    /// Goroutines with such lines among their frames, or instead of their header.
    pub(crate) partly: u64,
    /// What stands before each goroutine.
    pub(crate) before: Vec<Before>,
    /// The names of those who printed them, where several did.
    pub(crate) origins: Vec<String>,
}

impl Told {
    /// Adds what is to be known of the lines of one of several origins.
    pub(super) fn add(&mut self, of_one: Told, name: String) {
        self.lines += of_one.lines;
        self.partly += of_one.partly;
        let origin = Some(self.origins.len());
        self.origins.push(name);
        let before = of_one.before.into_iter();
        self.before
            .extend(before.map(|before| Before { origin, ..before }));
    }
}

/// What stands before a goroutine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Before {
    /// When it was written, where that is told.
    pub(crate) time_nanos: Option<i64>,
    /// Whether there is a line of something else between it and the goroutine before.
    pub(crate) is_other: bool,
    /// Who printed it, by its place among the [origins](Told::origins).
    pub(crate) origin: Option<usize>,
}

/// Where the lines of the goroutine at hand are.
struct Stream {
    /// The texts that hold them; `None` where they are the lines of the input.
    texts: Option<Name>,
    /// What stands before them.
    prefix: Prefix,
    /// How lines were found to be of it; `None` while none were.
    found: Option<Place>,
}

/// Where in a line the part of a stack is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// After the prefix.
    After(Likeness),
    /// Everywhere: only the header has the prefix.
    Whole,
    /// At the end, whatever the start is.
    End,
}

/// A goroutine on its way.
#[derive(Default)]
struct Open {
    id: u64,
    /// Its first line, until something of it is written.
    header: Vec<u8>,
    /// Whether a tab stands before the header, as in the text of a panic.
    is_indented: bool,
    quoted: Quoted,
    frames: u64,
    /// A call, or a creator, whose place is to come.
    pending: Option<Pending>,
    /// Lines that were not understood since the last that was; those that may be of a frame.
    others: u64,
    doubtful: u64,
    /// The last of the former, as far as it is kept.
    last_other: Vec<u8>,
    /// The same before the last that was: they were among the frames.
    other_lines: u64,
    lost: u64,
    is_created: bool,
    /// What follows is of other goroutines.
    is_over: bool,
    /// Whether blank lines are between all lines.
    is_spaced: bool,
}

struct Pending {
    text: Vec<u8>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Call,
    Bare,
    Creator,
}

impl Stacks {
    pub(super) fn new() -> Self {
        Self {
            output: Vec::new(),
            stream: None,
            open: None,
            told: Told::default(),
            clock: None,
            is_after_other: false,
            other: Vec::new(),
            signs: Vec::new(),
            message: None,
            of_text: Quoted::No,
        }
    }

    /// Takes the next line of the input.
    pub(super) fn line(&mut self, line: &[u8]) {
        if part::header(line).is_none() && self.texts(line) {
            return;
        }
        for line in line.split(|&byte| byte == b'\n') {
            self.plain(line);
        }
    }

    /// Takes the last line of an input that ends without the end of a line: it may be cut, which
    /// is for the reader of the dump to judge.
    pub(super) fn unended_line(&mut self, line: &[u8]) {
        if part::header(line).is_none() && self.texts(line) {
            return;
        }
        if let Some(found) = part::header(line) {
            self.finish();
            return self.cut(line.get(found.at..).unwrap_or_default());
        }
        let Some((_, rest)) = self.part(line) else {
            return;
        };
        match Part::of(rest) {
            Part::Place(place) if place.contains(&b' ') => self.plain(line),
            Part::Place(place) => self.cut(&[b"\t", place].concat()),
            _ => self.cut(part::trim(rest)),
        }
    }

    fn cut(&mut self, rest: &[u8]) {
        if let Some(open) = &mut self.open {
            self.output.append(&mut open.header);
            if let Some(pending) = open.pending.take() {
                self.output.extend_from_slice(&pending.text);
                self.output.push(b'\n');
            }
        }
        self.output.extend_from_slice(rest);
    }

    /// Takes what is in quotes; `false` when nothing there is of a dump.
    fn texts(&mut self, line: &[u8]) -> bool {
        let stream = self.stream.as_ref();
        let is_of_texts = stream.is_some_and(|stream| stream.texts.is_some());
        let has_start = escaped::has_start(line);
        let may_go_on = is_of_texts && line.contains(&b'"');
        if !has_start && !may_go_on {
            return false;
        }
        let (mut is_taken, mut has_header) = (false, false);
        for text in escaped::texts(line) {
            is_taken |= self.text(text, line, &mut has_header);
        }
        is_taken
    }

    /// Takes one text of a line, which may have had a header before it.
    fn text(&mut self, text: Text, line: &[u8], has_header: &mut bool) -> bool {
        let inner = text.bytes.trim_ascii();
        let has_start = escaped::has_start(inner);
        if has_start && inner.contains(&b'\n') {
            if !inner.split(|&byte| byte == b'\n').any(is_header) {
                return false;
            }
            self.clock = stamp::find(line).or(self.clock);
            self.of_text = quoted_in(line, inner);
            if self.of_text == Quoted::Yes {
                self.sign(line);
            }
            self.block(&text);
            self.of_text = Quoted::No;
            return true;
        }
        let stream = self.stream.as_ref();
        let first = stream.and_then(|stream| stream.texts.as_ref());
        let follows = first.is_some_and(|first| text.name.follows(first, *has_header));
        // The time of the row, in a column behind that of the dump.
        if follows && *has_header && !Part::of(inner).is_known() && stamp::find(inner).is_some() {
            return true;
        }
        if has_start && is_header(inner) {
            self.clock = stamp::find(line).or(self.clock);
            self.header(inner);
            if let Some(stream) = &mut self.stream {
                stream.texts = Some(text.name);
            }
            *has_header = true;
            return true;
        }
        if follows {
            self.continued(text.bytes.trim_ascii_end());
        }
        follows
    }

    /// A whole dump in one text.
    fn block(&mut self, text: &Text) {
        self.stream = None;
        let mut lines = text.bytes.split(|&byte| byte == b'\n').peekable();
        while let Some(line) = lines.next() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            match lines.peek() {
                None if !text.is_ended => self.unended_line(line),
                _ => self.plain(line),
            }
        }
        if text.is_ended {
            self.finish();
        }
        self.stream = None;
    }

    fn plain(&mut self, line: &[u8]) {
        if is_header(line) {
            return self.header(line);
        }
        if part::is_damaged_header(line) {
            self.finish();
            self.told.lines += 1;
            self.told.partly += 1;
            return;
        }
        let stream = self.stream.as_ref();
        if stream.is_some_and(|stream| stream.texts.is_some()) {
            return self.foreign(line);
        }
        self.continued(line);
    }

    /// Takes a line of the stream, or one of something else.
    fn continued(&mut self, line: &[u8]) {
        let Some((place, rest)) = self.part(line) else {
            return self.foreign(line);
        };
        let part = match place {
            Place::End => part::at_end(rest),
            _ => Part::of(rest),
        };
        if let (Part::Call(call), Some(open)) = (part, &mut self.open)
            && open.quoted == Quoted::Maybe
            && is_behind_tab(line, call)
        {
            open.quoted = Quoted::Yes;
        }
        if part.is_known()
            && let Some(stream) = &mut self.stream
        {
            stream.found.get_or_insert(place);
        }
        let is_of_none = matches!(part, Part::Other(_)) || Loss::of(rest).is_some();
        if is_of_none && self.open.as_ref().is_some_and(Open::is_whole) {
            return self.foreign(line);
        }
        self.take(part);
    }

    /// A line that is not of the goroutine at hand.
    fn foreign(&mut self, line: &[u8]) {
        self.sign(line);
        if self.open.as_ref().is_none_or(Open::is_whole) {
            if let Some((loss, text)) = self.loss(line) {
                return self.left_out(loss, text);
            }
            if !line.trim_ascii().is_empty() {
                self.is_after_other = true;
                // Nothing but a prefix may stand between that and the stack.
                if !tells_of_panic(&self.other) {
                    start_of(line).clone_into(&mut self.other);
                }
            }
            self.clock = stamp::find(line).or(self.clock);
        }
    }

    /// What a line between goroutines tells of loss, and the text that does.
    fn loss<'a>(&self, line: &'a [u8]) -> Option<(Loss, &'a [u8])> {
        let of = |text: &'a [u8]| Loss::of(text).map(|loss| (loss, text));
        let stripped = || {
            let Stream { prefix, .. } = self.stream.as_ref()?;
            let mut rests = Likeness::ALL
                .iter()
                .filter_map(|way| prefix.strip(line, *way));
            rests.find_map(of)
        };
        of(line).or_else(stripped)
    }

    /// Hands on that something was left out: of the goroutines before, or of those that follow.
    fn left_out(&mut self, loss: Loss, text: &[u8]) {
        if loss == Loss::Told || !self.is_after_other {
            self.finish();
            self.output_other(start_of(text.trim_ascii()));
        } else {
            start_of(text.trim_ascii()).clone_into(&mut self.other);
        }
    }

    /// Keeps a line that may tell what became of the process, or the text of it that does.
    fn sign(&mut self, line: &[u8]) {
        if self.signs.len() >= MOST_SIGNS || !signs::may_have_one(line) {
            return;
        }
        let mut texts = escaped::texts(line).into_iter().map(|text| text.bytes);
        let is_sign = |text: &Vec<u8>| Sign::of(text.trim_ascii_end()).is_some();
        let text = texts.find(is_sign);
        let text = text.as_deref().unwrap_or(line).trim_ascii_end();
        self.signs.push(start_of(text).to_vec());
    }

    /// Hands on the lines that tell what became of the process: those that stand behind what is before a header, too.
    fn output_signs(&mut self, before: &[u8]) {
        let prefix = Prefix(before.to_vec());
        for line in std::mem::take(&mut self.signs) {
            let stripped = || {
                let mut rests = Likeness::ALL
                    .iter()
                    .filter_map(|way| prefix.strip(&line, *way));
                rests.find(|rest| Sign::of(rest).is_some())
            };
            let sign = match Sign::of(&line) {
                Some(_) => Some(&line[..]),
                None if before.is_empty() => None,
                None => stripped(),
            };
            // Of a text of several lines the first.
            let first = sign.and_then(|sign| sign.split(|&byte| byte == b'\n').next());
            if let Some(sign) = first {
                self.output.extend_from_slice(sign);
                self.output.push(b'\n');
            }
        }
    }

    /// The part of a line that is of the goroutine at hand, and where that was found.
    fn part<'a>(&self, line: &'a [u8]) -> Option<(Place, &'a [u8])> {
        self.open.as_ref()?;
        let Stream { prefix, found, .. } = self.stream.as_ref()?;
        if prefix.is_empty() {
            return Some((Place::Whole, line));
        }
        let known = *found;
        let places = [
            Place::After(Likeness::Digits),
            Place::After(Likeness::Words),
            Place::Whole,
            Place::After(Likeness::Fields),
            Place::End,
        ];
        let mut usual = None;
        for place in known.into_iter().chain(places) {
            let Some(rest) = rest_at(prefix, line, place) else {
                continue;
            };
            let part = match place {
                Place::End => part::at_end(rest),
                _ => Part::of(rest),
            };
            if part.is_known() && fits(place, line, part) {
                return Some((place, rest));
            }
            if known == Some(place) {
                usual = Some((place, rest));
            }
        }
        usual
    }

    fn header(&mut self, line: &[u8]) {
        self.finish();
        let (at, id, how) = match (part::header(line), part::goleak_header(line)) {
            (Some(found), _) => (found.at, found.id, found.how.to_vec()),
            (None, Some((at, id, state))) => (at, id, [b"[", state, b"]:"].concat()),
            (None, None) => return,
        };
        let start = format!("goroutine {id} ").into_bytes();
        let before = line.get(..at).unwrap_or_default();
        self.clock = stamp::find(before).or(self.clock);
        let is_other = std::mem::take(&mut self.is_after_other);
        self.told.before.push(Before {
            time_nanos: self.clock,
            is_other,
            origin: None,
        });
        let quoted = self.quoted(before);
        match quoted {
            Quoted::No => self.output_signs(before),
            _ => self.sign(line),
        }
        let other = std::mem::take(&mut self.other);
        if !other.is_empty() {
            self.output_other(&other);
        }
        self.set_prefix(before);
        self.open = Some(Open {
            id,
            header: [start, how, b"\n".to_vec()].concat(),
            is_indented: before.ends_with(b"\t"),
            quoted,
            ..Open::default()
        });
    }

    /// Whether a header with this before it is told of in a message: in the line of a panic, or behind one and indented, as Go
    /// does with its lines (runtime/panic.go: printindented).
    fn quoted(&mut self, before: &[u8]) -> Quoted {
        if self.of_text != Quoted::No {
            return self.of_text;
        }
        if let Some(at) = start_of_message(before) {
            self.message = Some(Prefix(before.get(..at).unwrap_or_default().to_vec()));
            return Quoted::Maybe;
        }
        let is_indented = before.ends_with(b"\t");
        let tabs = before
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'\t')
            .count();
        let base = before.get(..before.len() - tabs).unwrap_or_default();
        let is_alike = |known: &Prefix| {
            known
                .strip(base, Likeness::Digits)
                .is_some_and(<[u8]>::is_empty)
        };
        let prefix = Prefix(base.to_vec());
        let dies = |line: &Vec<u8>| {
            let rest = match base.is_empty() {
                true => Some(line.as_slice()),
                false => prefix.strip(line, Likeness::Digits),
            };
            rest.and_then(Sign::of) == Some(Sign::Dies)
        };
        let is_behind = self.message.as_ref().is_some_and(is_alike) || self.signs.iter().any(dies);
        match is_indented && is_behind {
            true => {
                self.message = Some(prefix);
                Quoted::Yes
            }
            false => {
                self.message = None;
                Quoted::No
            }
        }
    }

    /// A stream that goes on keeps what is known of it.
    fn set_prefix(&mut self, before: &[u8]) {
        let new = Prefix(before.to_vec());
        let found = match &self.stream {
            Some(Stream { prefix, found, .. }) => match (found, prefix.is_empty()) {
                (Some(Place::After(likeness)), _) => {
                    let rest = prefix.strip(before, *likeness);
                    found.filter(|_| rest.is_some_and(<[u8]>::is_empty))
                }
                (found, is_empty) => found.filter(|_| is_empty == new.is_empty()),
            },
            _ => None,
        };
        self.stream = Some(Stream {
            texts: None,
            prefix: new,
            found,
        });
    }

    fn take(&mut self, part: Part<'_>) {
        if let Part::Other(text) = part {
            self.sign(text);
        }
        let Some(open) = &mut self.open else {
            return;
        };
        if open.is_over || open.is_whole() {
            return;
        }
        match part {
            Part::Blank => self.blank(),
            Part::Call(text) => open.start(text, Kind::Call),
            Part::Bare(text) if open.pending.is_none() => open.start(text, Kind::Bare),
            Part::Created(text) => open.start(text, Kind::Creator),
            Part::Place(text) => self.place(text),
            Part::Elided(text) | Part::Foreign(text) => {
                open.known(&mut self.output);
                self.output.extend_from_slice(text);
                self.output.push(b'\n');
            }
            Part::Unavailable => {
                open.known(&mut self.output);
                self.output
                    .extend_from_slice(b"\tgoroutine running on other thread; stack unavailable\n");
            }
            Part::Ancestor => open.is_over = true,
            // After blank lines, a text of something else ends a stack that never began.
            Part::Other(_) if open.is_spaced && open.is_bare() => self.finish(),
            Part::Bare(text) | Part::Other(text) => open.doubt(text),
            Part::Noise => {}
        }
    }

    fn blank(&mut self) {
        let Some(open) = &mut self.open else { return };
        if open.is_bare() && open.doubtful == 0 && open.others == 0 {
            open.is_spaced = true;
        }
        if !open.is_spaced {
            self.finish();
        }
    }

    fn place(&mut self, text: &[u8]) {
        let Some(open) = &mut self.open else { return };
        let Some(pending) = open.pending.take() else {
            open.doubtful += 1;
            return;
        };
        if pending.kind == Kind::Bare && !part::has_counter(text) {
            open.doubtful += 1;
            return;
        }
        open.known(&mut self.output);
        match pending.kind {
            Kind::Creator => open.is_created = true,
            Kind::Call | Kind::Bare => open.frames += 1,
        }
        self.output.extend_from_slice(&pending.text);
        self.output.extend_from_slice(b"\n\t");
        self.output.extend_from_slice(text);
        self.output.push(b'\n');
    }

    /// Ends the goroutine at hand. What was not understood at its end is of it unless that was
    /// whole: all goroutines but the first name their creator last.
    pub(super) fn finish(&mut self) {
        let Some(mut open) = self.open.take() else {
            return;
        };
        let pending = open.pending.take();
        if pending
            .as_ref()
            .is_some_and(|pending| pending.kind != Kind::Bare)
        {
            open.lost += 1;
        }
        if !open.is_created && !open.is_over && open.id != 1 {
            open.lost += open.doubtful;
        }
        let is_of_a_panic = open.is_indented && !open.header.is_empty() && open.doubtful == 0;
        if is_of_a_panic && pending.is_none() {
            self.told.before.pop();
            return;
        }
        self.output.append(&mut open.header);
        self.told.lines += open.other_lines + open.lost;
        self.told.partly += u64::from(open.lost > 0 && open.frames > 0);
        if open.others > 0 && !open.is_over {
            self.is_after_other = true;
            self.output_other(&open.last_other);
        }
        self.output.push(b'\n');
    }

    /// Hands on that a line of something else was there: what goroutines stand beside tells whether they stand alone, and
    /// whether the last is whole.
    fn output_other(&mut self, line: &[u8]) {
        self.output.extend_from_slice(b"# ");
        self.output.extend_from_slice(line);
        self.output.push(b'\n');
    }
}

impl Open {
    /// Whether it has its creator, which is the last of it.
    fn is_whole(&self) -> bool {
        self.is_created && self.pending.is_none()
    }

    /// Whether nothing of its stack was there yet.
    fn is_bare(&self) -> bool {
        self.frames == 0 && self.pending.is_none()
    }

    fn start(&mut self, text: &[u8], kind: Kind) {
        let before = self.pending.replace(Pending {
            text: text.to_vec(),
            kind,
        });
        match before.map(|before| before.kind) {
            None => {}
            Some(Kind::Bare) => self.others += 1,
            Some(_) => self.doubtful += 1,
        }
    }

    /// What was in doubt before a line that is understood was among the frames.
    fn known(&mut self, output: &mut Vec<u8>) {
        if !self.header.is_empty() {
            output.extend_from_slice(self.quoted.line());
        }
        output.append(&mut self.header);
        self.other_lines += std::mem::take(&mut self.others);
        self.lost += std::mem::take(&mut self.doubtful);
    }

    fn doubt(&mut self, text: &[u8]) {
        match part::may_be_frame(text) {
            true => self.doubtful += 1,
            false => {
                self.others += 1;
                start_of(text).clone_into(&mut self.last_other);
            }
        }
    }
}

/// Where the message of a panic or of a fatal error starts in what stands before a header.
fn start_of_message(before: &[u8]) -> Option<usize> {
    let mut found = signs::MESSAGES
        .iter()
        .filter_map(|start| memchr::memmem::find(before, start));
    found.next()
}

/// Whether the goroutines of a text are told of in a message: the line is that of a panic, or the text is of one goroutine that
/// runs and says something before it.
fn quoted_in(line: &[u8], text: &[u8]) -> Quoted {
    let before = line.split(|&byte| byte == b'"').next().unwrap_or_default();
    if start_of_message(before).is_some() {
        return Quoted::Yes;
    }
    let mut headers = text.split(|&byte| byte == b'\n').filter_map(part::header);
    let (Some(only), None) = (headers.next(), headers.next()) else {
        return Quoted::No;
    };
    let is_running = only.how.starts_with(b"[running");
    match is_running && !text.starts_with(b"goroutine ") {
        true => Quoted::Yes,
        false => Quoted::No,
    }
}

/// Whether a tab stands before the last words of a line.
fn is_behind_tab(line: &[u8], words: &[u8]) -> bool {
    let end = line.trim_ascii_end().len();
    let before = end.checked_sub(words.len() + 1);
    before.and_then(|at| line.get(at)) == Some(&b'\t')
}

fn start_of(line: &[u8]) -> &[u8] {
    line.get(..MOST_OF_OTHER).unwrap_or(line)
}

fn is_header(line: &[u8]) -> bool {
    part::header(line).is_some() || part::goleak_header(line).is_some()
}

fn rest_at<'a>(prefix: &Prefix, line: &'a [u8], place: Place) -> Option<&'a [u8]> {
    match place {
        Place::After(likeness) => prefix.strip(line, likeness),
        Place::Whole | Place::End => Some(line),
    }
}

/// A whole line is no place with a prefix of other lines before it.
fn fits(place: Place, line: &[u8], part: Part<'_>) -> bool {
    let Part::Place(text) = part else {
        return true;
    };
    let file_has_space = text
        .split(|&byte| byte == b':')
        .next()
        .is_some_and(|file| file.contains(&b' '));
    let is_indented = line.first().is_some_and(u8::is_ascii_whitespace);
    place != Place::Whole || !file_has_space || (is_indented && text.starts_with(b"/"))
}
