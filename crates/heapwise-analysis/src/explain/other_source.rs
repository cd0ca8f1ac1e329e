//! Whether a log is of the source of a profile's files, by the functions and the lines of both: every program has a `main.go`.

use std::collections::{BTreeMap, BTreeSet};

use super::index::{EscapeIndex, Start};
use super::join::{Cause, Lines, Unmatched};
use super::named::{declared_name, is_generic};
use super::place::Place;
use super::reason::Reason;
use super::spoken::is_whole;
use super::standing::Standing;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;

/// A file of a profile of which the log has another of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherSource {
    /// The file, as the profile names it.
    pub file: String,
    /// What tells.
    pub sign: OtherSign,
}

/// By what a log is known to be of another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtherSign {
    /// So many functions of the profile are not in it, of so many that are looked for.
    Functions(usize, usize),
    /// Nothing that fits is decided on so many lines that allocate, of so many.
    Lines(usize, usize),
}

/// Fewer lines without a decision may be what the compiler is silent about.
const LEAST_LINES: usize = 3;

type FileKey<'a> = (&'a str, Option<&'a str>);

/// What is known of each file of a profile.
#[derive(Debug, Default)]
pub(super) struct Standings<'a> {
    files: BTreeMap<FileKey<'a>, Functions<'a>>,
    /// Those that lines tell to be others.
    by_lines: BTreeMap<FileKey<'a>, OtherSign>,
}

/// The functions of a file, by where a log has them.
#[derive(Debug, Default)]
struct Functions<'a> {
    there: BTreeSet<&'a str>,
    elsewhere: BTreeSet<&'a str>,
    absent: BTreeSet<&'a str>,
}

/// A function of a profile, as it is looked for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    site: &'a Site,
    start: Option<i64>,
    inlined: Inlined,
}

impl<'a> Standings<'a> {
    /// By the functions of places.
    pub(super) fn of(places: &'a [Place], log: &EscapeIndex) -> Standings<'a> {
        let mut standings = Standings::default();
        for one in places.iter().flat_map(functions) {
            standings.add(one, log);
        }
        standings
    }

    fn add(&mut self, asked: Asked<'a>, log: &EscapeIndex) {
        let site = asked.site;
        let name = site.function.as_deref().and_then(declared_name);
        let (Some(key), Some(name), Some(start)) = (key(site), name, asked.start) else {
            return;
        };
        let functions = self.files.entry(key).or_default();
        let kind = match log.start(site, start) {
            // Every program has it, and many on the same line.
            Start::Named | Start::There if name == "main" => return,
            Start::Named | Start::There => &mut functions.there,
            Start::Elsewhere if log.has_names() => &mut functions.elsewhere,
            Start::Elsewhere | Start::Absent => &mut functions.absent,
            Start::Untold if asked.inlined != Inlined::No && log.tells_inlined(site) => {
                &mut functions.absent
            }
            Start::NotCompiled | Start::Untold => return,
        };
        kind.insert(name);
    }

    /// What is known of the files of a place.
    pub(super) fn of_place(&self, place: &Place) -> Standing {
        let keys = place.frames.iter().filter_map(key);
        let standings = keys.map(|key| match self.by_lines.contains_key(&key) {
            true => Standing::Other,
            false => self
                .files
                .get(&key)
                .map_or(Standing::Untold, Functions::standing),
        });
        standings.max().unwrap_or(Standing::Untold)
    }

    /// Files of which nothing is told by functions are others where nothing fits on most lines that allocate. Whether there are any.
    pub(super) fn add_lines(
        &mut self,
        places: &'a [Place],
        causes: &[Cause],
        (log, lines): (&EscapeIndex, &Lines<'_>),
    ) -> bool {
        let mut files: BTreeMap<FileKey<'a>, Signs> = BTreeMap::new();
        for (place, cause) in places.iter().zip(causes) {
            // Of what was inlined another file may tell.
            let [site] = place.frames.as_slice() else {
                continue;
            };
            let Some(key) = key(site).filter(|_| log.has_package(site)) else {
                continue;
            };
            let signs = files.entry(key).or_default();
            let lines = match cause {
                Cause::Decided(_, _) => &mut signs.decided,
                Cause::Unmatched(Unmatched::NoDecision) => &mut signs.silent,
                Cause::Unmatched(Unmatched::Changed) => &mut signs.against,
                Cause::Source(Reason::SliceGrowth) if is_silent(site, log, lines) => {
                    &mut signs.against
                }
                _ => continue,
            };
            lines.extend(site.line);
        }
        for (key, signs) in files {
            let is_untold = self.files.get(&key).is_none_or(Functions::tell_nothing);
            if let Some(sign) = signs.sign().filter(|_| is_untold) {
                self.by_lines.insert(key, sign);
            }
        }
        !self.by_lines.is_empty()
    }

    /// The files that are others, in order.
    pub(super) fn others(&self) -> Vec<OtherSource> {
        let by_functions = self.files.iter().filter_map(|(key, functions)| {
            let is_other = functions.standing() == Standing::Other;
            is_other.then(|| (*key, functions.sign()))
        });
        let by_lines = self.by_lines.iter().map(|(key, sign)| (*key, *sign));
        let all: BTreeMap<FileKey<'_>, OtherSign> = by_lines.chain(by_functions).collect();
        let all = all.into_iter().map(|((file, _), sign)| OtherSource {
            file: file.to_owned(),
            sign,
        });
        all.collect()
    }
}

/// The lines of a file that allocate, by what a log has there.
#[derive(Debug, Default)]
struct Signs {
    decided: BTreeSet<i64>,
    silent: BTreeSet<i64>,
    /// The source has something else there.
    against: BTreeSet<i64>,
}

impl Signs {
    /// Whether most tell that it is another source.
    fn sign(&self) -> Option<OtherSign> {
        let unfit = self.silent.union(&self.against);
        let count = unfit.filter(|line| !self.decided.contains(line)).count();
        let decided = self.decided.len();
        let is_other = count > decided && (count >= LEAST_LINES || !self.against.is_empty());
        is_other.then_some(OtherSign::Lines(count, count + decided))
    }
}

/// The functions of a place.
fn functions(place: &Place) -> impl Iterator<Item = Asked<'_>> {
    let own = place.own.iter().map(|site| Asked {
        site,
        start: place.own_start,
        inlined: place.own_inlined,
    });
    let rest = place.starts.iter().zip(&place.inlined);
    let frames = place.frames.iter().zip(rest);
    let frames = frames.map(|(site, (start, inlined))| Asked {
        site,
        start: *start,
        inlined: *inlined,
    });
    frames.chain(own)
}

/// Whether a slice grows on a line by the source, of which a log that tells that says nothing.
fn is_silent(site: &Site, log: &EscapeIndex, lines: &Lines<'_>) -> bool {
    let function = site.function.as_deref().unwrap_or_default();
    let place = site.file.as_deref().zip(site.line);
    let text = place.and_then(|(file, line)| lines(file, line));
    let has_append = text.is_some_and(|text| is_whole(&text) && text.contains("append("));
    has_append && log.tells_growth() && !is_generic(function)
}

impl Functions<'_> {
    fn standing(&self) -> Standing {
        let missing = self.absent.len();
        match (self.there.len(), self.elsewhere.len() + missing) {
            (0, 0) => Standing::Untold,
            (_, 0) => Standing::Fits,
            (there, _) if missing > there => Standing::Other,
            _ => Standing::InDoubt,
        }
    }

    fn tell_nothing(&self) -> bool {
        self.standing() == Standing::Untold
    }

    fn sign(&self) -> OtherSign {
        let missing = self.absent.len();
        OtherSign::Functions(missing, missing + self.elsewhere.len() + self.there.len())
    }
}

fn key(site: &Site) -> Option<FileKey<'_>> {
    Some((site.file.as_deref()?, site.package.as_deref()))
}

#[cfg(test)]
mod tests {
    use heapwise_decode::{EscapeReader, Limits};

    use super::{Cause, EscapeIndex, OtherSign, Place, Standing, Standings, Unmatched};
    use crate::explain::place::Frame;

    const FILE: &str = "/src/alpha/main.go";

    fn index(log: &str) -> EscapeIndex {
        let mut reader = EscapeReader::new(&Limits::default());
        reader.read(log.as_bytes()).unwrap();
        EscapeIndex::new(reader.finish())
    }

    fn places(frames: &[&[Frame<'_>]]) -> Vec<Place> {
        frames
            .iter()
            .map(|frames| Place::of_frames(frames))
            .collect()
    }

    fn frame(name: &'static str, line: i64, start: i64) -> Frame<'static> {
        ("main", name, FILE, line, start)
    }

    /// Of a program with `fill` at line 5, `(*Tree).add` at 12, and `main` at 20.
    const ALPHA: &str = "# example.com/alpha
./main.go:5:6: can inline fill with cost 25 as: func(int) []int { return make([]int, n) }
./main.go:12:6: cannot inline (*Tree).add: recursive
./main.go:20:6: cannot inline main: function too complex: cost 202 exceeds budget 80
./main.go:6:13: make([]int, n) escapes to heap
./main.go:13:9: &Tree{...} escapes to heap
./main.go:22:10: append escapes to heap
";

    #[test]
    fn the_main_file_of_another_program_is_told_by_its_functions() {
        let index = index(ALPHA);
        for (frames, expected) in [
            (
                &[("fill", 6, 5), ("(*Tree).add", 13, 12), ("main", 22, 20)][..],
                Standing::Fits,
            ),
            // A line was added above the second.
            (
                &[("fill", 6, 5), ("(*Tree).add", 12, 11)],
                Standing::InDoubt,
            ),
            // Other functions, one of which starts on the same line.
            (
                &[("build", 6, 5), ("join", 13, 11), ("main", 22, 20)],
                Standing::Other,
            ),
            (
                &[("fill", 6, 5), ("build", 13, 12), ("join", 30, 29)],
                Standing::Other,
            ),
            // Every program has it.
            (&[("main", 22, 20)], Standing::Untold),
            (&[("main.func1", 22, 21)], Standing::Untold),
        ] {
            let frames = frames
                .iter()
                .map(|(name, line, start)| [frame(name, *line, *start)]);
            let frames: Vec<[Frame<'_>; 1]> = frames.collect();
            let frames: Vec<&[Frame<'_>]> = frames.iter().map(|one| &one[..]).collect();
            let places = places(&frames);
            let standings = Standings::of(&places, &index);
            let found = places.iter().map(|place| standings.of_place(place)).max();
            assert_eq!(found, Some(expected), "{frames:?}");
        }
    }

    /// `-m` names only what can be inlined.
    const SHORT: &str = "# example.com/beta
./main.go:5:6: can inline grow
./main.go:6:13: make([]int, n) escapes to heap
./main.go:22:10: append escapes to heap
";

    #[test]
    fn what_was_inlined_can_be_inlined_in_its_log() {
        let index = index(SHORT);
        let main = frame("main", 22, 20);
        for (inlined, expected) in [
            (frame("grow", 6, 5), Standing::Fits),
            (frame("grow", 9, 8), Standing::InDoubt),
            (frame("fill", 9, 8), Standing::Other),
            (frame("fill", 6, 5), Standing::Other),
            (frame("main.func1", 9, 8), Standing::Untold),
        ] {
            let places = places(&[&[inlined, main]]);
            let found = Standings::of(&places, &index).of_place(&places[0]);
            assert_eq!(found, expected, "{inlined:?}");
        }
        // Where it was called it may be one that cannot.
        let places = places(&[&[frame("fill", 9, 8)], &[main]]);
        assert_eq!(
            Standings::of(&places, &index).of_place(&places[0]),
            Standing::Untold
        );
    }

    fn lines_of(lines: &[i64], source: &[(i64, &str)]) -> Option<OtherSign> {
        let index = index(SHORT);
        let frames: Vec<[Frame<'_>; 1]> =
            lines.iter().map(|line| [frame("main", *line, 4)]).collect();
        let frames: Vec<&[Frame<'_>]> = frames.iter().map(|one| &one[..]).collect();
        let places = places(&frames);
        let lines = |_: &str, line: i64| {
            let text = source.iter().find(|(number, _)| *number == line);
            text.map(|(_, text)| (*text).to_owned())
        };
        let mut standings = Standings::of(&places, &index);
        let causes = places
            .iter()
            .map(|place| Cause::of(place, Some(&index), &lines, standings.of_place(place)));
        let causes: Vec<Cause> = causes.collect();
        standings.add_lines(&places, &causes, (&index, &lines));
        let is_other = standings.of_place(&places[0]) == Standing::Other;
        let sign = standings.others().first().map(|one| one.sign);
        assert_eq!(is_other, sign.is_some());
        sign
    }

    #[test]
    fn a_log_that_fits_few_lines_is_of_another_source() {
        assert_eq!(lines_of(&[6, 22, 30, 31], &[]), None);
        // What the compiler is silent about may be a map that grows.
        assert_eq!(lines_of(&[6, 30, 31], &[]), None);
        assert_eq!(
            lines_of(&[6, 30, 31, 32], &[]),
            Some(OtherSign::Lines(3, 4))
        );
        // By the source something else is on the lines, or a slice grows of which nothing is said.
        assert_eq!(
            lines_of(&[6], &[(6, "\ttext += name")]),
            Some(OtherSign::Lines(1, 1))
        );
        assert_eq!(
            lines_of(
                &[6, 30, 31],
                &[(30, "\ta = append(a, x)"), (31, "\tb = append(b, x)")]
            ),
            Some(OtherSign::Lines(2, 3))
        );
        assert_eq!(
            lines_of(
                &[6, 22],
                &[(6, "\tb := make([]int, n)"), (22, "\ta = append(a, x)")]
            ),
            None
        );
        assert_eq!(lines_of(&[6, 30], &[(30, "\tm[k] = x")]), None);
    }

    #[test]
    fn lines_of_a_package_that_is_not_in_the_log_tell_nothing() {
        let index = index(&SHORT.replace("./main.go:6", "/go/src/regexp/regexp.go:6"));
        let frame = |line| ("regexp", "compile", "/go/src/regexp/regexp.go", line, 4);
        let places = places(&[
            &[frame(6)],
            &[frame(30)],
            &[frame(31)],
            &[frame(32)],
            &[frame(33)],
        ]);
        let mut standings = Standings::of(&places, &index);
        let causes = places
            .iter()
            .map(|place| Cause::of(place, Some(&index), &|_, _| None, standings.of_place(place)));
        let causes: Vec<Cause> = causes.collect();
        assert_eq!(causes[1], Cause::Unmatched(Unmatched::NotInLog));
        standings.add_lines(&places, &causes, (&index, &|_, _| None));
        assert_eq!(standings.others(), []);
    }

    #[test]
    fn nothing_is_explained_by_a_log_of_another_file() {
        let index = index(ALPHA);
        let places = places(&[&[frame("main", 22, 20)]]);
        for (standing, expected) in [
            (Standing::Other, Some(Unmatched::OtherSource)),
            (Standing::InDoubt, None),
            (Standing::Untold, None),
        ] {
            let found = Cause::of(&places[0], Some(&index), &|_, _| None, standing);
            let expected = expected.map(Cause::Unmatched);
            assert_eq!(expected.is_some(), found.reason().is_none());
            assert!(
                expected.is_none_or(|expected| expected == found),
                "{found:?}"
            );
        }
    }
}
