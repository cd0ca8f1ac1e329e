//! A log of a source whose lines moved, with the lines of another log of it.

use std::collections::BTreeMap;

use heapwise_decode::{EscapeLog, Position};

use super::paired::Pairs;

/// Which line of another log a line of a file is.
#[derive(Debug)]
pub(super) struct Moves {
    lines: BTreeMap<String, BTreeMap<u32, u32>>,
    /// The names of the files.
    files: Vec<String>,
    /// Where each decision is that the other log has.
    paired: BTreeMap<usize, u32>,
}

impl Moves {
    /// Of the older log, to the lines of the newer one.
    pub(super) fn of_older(pairs: &Pairs, newer: &EscapeLog) -> Moves {
        let paired = pairs.newer.iter();
        let paired =
            paired.filter_map(|(old, new)| Some((*old, newer.decisions.get(*new)?.at.line)));
        let [files, _] = &pairs.files;
        Moves {
            files: files.clone(),
            lines: pairs.lines.clone(),
            paired: paired.collect(),
        }
    }

    /// Of the newer log, to the lines of the older one.
    pub(super) fn of_newer(pairs: &Pairs, older: &EscapeLog) -> Moves {
        let paired = pairs.newer.iter();
        let paired =
            paired.filter_map(|(old, new)| Some((*new, older.decisions.get(*old)?.at.line)));
        let lines = pairs.lines.iter().map(|(file, lines)| {
            let back = lines.iter().map(|(old, new)| (*new, *old));
            (file.clone(), back.collect())
        });
        let [_, files] = &pairs.files;
        Moves {
            files: files.clone(),
            lines: lines.collect(),
            paired: paired.collect(),
        }
    }

    /// A log with those lines. What is on a line of which it is not known which one that is in the other log is left out.
    pub(super) fn apply(&self, mut log: EscapeLog) -> EscapeLog {
        let line = |file: u32, line: u32| self.line(self.files.get(file as usize)?, line);
        let decisions = std::mem::take(&mut log.decisions).into_iter().enumerate();
        let decisions = decisions.filter_map(|(number, mut one)| {
            let at = |place: &mut Position, known: Option<u32>| -> Option<()> {
                place.line = known.or_else(|| line(place.file, place.line))?;
                Some(())
            };
            at(&mut one.at, self.paired.get(&number).copied())?;
            one.inlined
                .iter_mut()
                .try_for_each(|place| at(place, None))?;
            Some(one)
        });
        log.decisions = decisions.collect();
        let lines = log.function_lines.iter();
        let lines = lines.filter_map(|&(file, start)| Some((file, line(file, start)?)));
        log.function_lines = lines.collect();
        log.function_lines.sort_unstable();
        let names = std::mem::take(&mut log.function_names).into_iter();
        let names = names.filter_map(|(file, start, name)| Some((file, line(file, start)?, name)));
        log.function_names = names.collect();
        log.function_names.sort_unstable();
        log
    }

    /// The line of a file that one is: that of a pair, or between pairs as far as these.
    fn line(&self, file: &str, line: u32) -> Option<u32> {
        let Some(lines) = self.lines.get(file) else {
            // A file of which the other log has nothing.
            return Some(line);
        };
        let shift = |(old, new): (&u32, &u32)| i64::from(*new) - i64::from(*old);
        let above = lines.range(..=line).next_back();
        let below = lines.range(line..).next();
        let shift = match (above.map(shift), below.map(shift)) {
            (Some(above), Some(below)) => (above == below).then_some(above),
            (one, other) => one.or(other),
        };
        u32::try_from(i64::from(line) + shift?).ok()
    }
}

#[cfg(test)]
mod tests {
    use heapwise_decode::{EscapeLog, EscapeReader, Limits};

    use super::Moves;
    use crate::explain::paired::pairs;

    fn log(text: &str) -> EscapeLog {
        let mut reader = EscapeReader::new(&Limits::default());
        reader.read(text.as_bytes()).unwrap();
        reader.finish()
    }

    const OLD: &str = "# example.com/app
./app.go:3:6: cannot inline fill: recursive
./app.go:9:6: cannot inline (*Tree).add: recursive
./app.go:4:13: make([]int, n) escapes to heap
./app.go:5:13: make([]int, n) escapes to heap
./app.go:6:9: &Item{...} escapes to heap
./app.go:10:9: &Tree{...} escapes to heap
./app.go:11:2: moved to heap: x
";

    /// Lines were added at the start of the file and in `fill`, where one of the things made stays on the stack; `x` is said no more.
    const NEW: &str = "# example.com/app
./app.go:5:6: cannot inline fill: recursive
./app.go:12:6: cannot inline (*Tree).add: recursive
./app.go:6:13: make([]int, n) escapes to heap
./app.go:7:13: []int{...} escapes to heap
./app.go:8:13: make([]int, n) does not escape
./app.go:9:9: &Item{...} escapes to heap
./app.go:13:9: &Tree{...} escapes to heap
";

    fn lines(log: &EscapeLog) -> Vec<(u32, &str)> {
        let all = log.decisions.iter();
        all.map(|one| (one.at.line, one.subject.as_str())).collect()
    }

    #[test]
    fn decisions_are_one_by_function_words_and_order() {
        let (old, new) = (log(OLD), log(NEW));
        let pairs = pairs(&old, &new);
        let found: Vec<(u32, u32)> = pairs
            .newer
            .iter()
            .map(|(one, other)| (old.decisions[*one].at.line, new.decisions[*other].at.line))
            .collect();
        assert_eq!(found, [(4, 6), (5, 8), (6, 9), (10, 13)]);
        let moved = Moves::of_older(&pairs, &new).apply(old.clone());
        let expected = [
            (6, "make([]int, n)"),
            (8, "make([]int, n)"),
            (9, "&Item{...}"),
            (13, "&Tree{...}"),
            // As far from what is before it as it was.
            (14, "x"),
        ];
        assert_eq!(lines(&moved), expected);
        assert_eq!(moved.function_lines, [(0, 5), (0, 12)]);
        let back = Moves::of_newer(&pairs, &old).apply(new.clone());
        let expected = [
            (4, "make([]int, n)"),
            (5, "make([]int, n)"),
            (6, "&Item{...}"),
            (10, "&Tree{...}"),
        ];
        // Between lines that moved by one less and one more nobody knows.
        assert_eq!(lines(&back), expected);
        assert_eq!(back.function_lines, [(0, 3), (0, 9)]);
    }

    #[test]
    fn a_log_of_the_same_lines_stays_as_it_is() {
        for text in [OLD, NEW] {
            let all = log(text);
            let pairs = pairs(&all, &all);
            assert_eq!(pairs.newer.len(), all.decisions.len());
            assert_eq!(Moves::of_older(&pairs, &all).apply(all.clone()), all);
        }
    }

    #[test]
    fn files_of_another_folder_are_the_same_ones() {
        let [one, other] =
            ["/src/one/", "/build/two/"].map(|folder| log(&OLD.replace("./", folder)));
        assert_eq!(pairs(&one, &other).newer.len(), one.decisions.len());
        // Which of two is meant is not known.
        let two = format!("{}{}", OLD.replace("./", "/a/"), OLD.replace("./", "/b/"));
        assert_eq!(pairs(&one, &log(&two)).newer.len(), 0);
    }

    #[test]
    fn functions_of_other_names_have_no_pairs() {
        let renamed = log(&OLD.replace("fill", "grow"));
        let old = log(OLD);
        let found = pairs(&old, &renamed);
        assert_eq!(found.newer.keys().copied().collect::<Vec<usize>>(), [3, 4]);
    }
}
