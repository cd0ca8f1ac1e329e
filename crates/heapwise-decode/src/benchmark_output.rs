//! What `go test -bench` prints.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::partial;
use crate::text::{MOST_LEVELS, clean, outer_texts, unescape_json};

/// One line of the output of `go test -bench`: what one benchmark measured in its last round.
///
/// Bytes and objects are exact: counted by the runtime over the timed part of the round
/// (`testing/benchmark.go`: `(*B).StopTimer`), and then rounded to whole numbers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BenchmarkLine {
    /// As printed: with the names of sub-benchmarks behind `/`, and `-8` for 8 processors.
    pub name: String,
    /// Iterations of the last round. What a profile of the same run covers are all rounds.
    pub operations: f64,
    /// `ns/op`, as precisely as it is printed.
    pub nanos_per_op: Option<f64>,
    /// `B/op`; `None` without `-benchmem`.
    pub bytes_per_op: Option<f64>,
    /// `allocs/op`.
    pub objects_per_op: Option<f64>,
}

impl BenchmarkLine {
    /// The function that the benchmark is: its name without those of sub-benchmarks and without
    /// the number of processors.
    pub fn function(&self) -> &str {
        let name = self.name.split('/').next().unwrap_or_default();
        // No Go identifier has a `-`.
        name.split('-').next().unwrap_or_default()
    }

    /// Whether it is a sub-benchmark.
    pub fn is_sub_benchmark(&self) -> bool {
        self.name.contains('/')
    }
}

/// What one run of a test binary measured, in the order printed; a benchmark has several lines
/// with `-count` or `-cpu`.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct BenchmarkRun {
    /// The package, where the text says it.
    pub package: Option<String>,
    /// Its benchmarks.
    pub lines: Vec<BenchmarkLine>,
    /// Benchmarks of which it is not certain what they measured, for something else was printed into their lines: the
    /// names that may be meant.
    pub unread: Vec<String>,
}

/// Reads the output of `go test -bench`, one or more runs after one another, in plain text, as `-json` writes it, or in
/// the texts of another log (JSON, logfmt).
///
/// A line is `BenchmarkName-2   30000   5728 ns/op   800 B/op   60 allocs/op`: name, iterations, and
/// pairs of a value and its unit (golang.org/design/14313-benchmark-format), behind whatever a log
/// puts before it. Where a benchmark prints something itself, its name is on an earlier line than
/// its numbers, or what it printed is before its name and its numbers, in one word with them where it ended no line. What
/// is not certain to be understood is counted ([`BenchmarkRun::unread`]). A run ends with `PASS`, `FAIL` or `ok`, or where
/// another package begins.
///
/// # Errors
///
/// Text without any benchmark line.
pub fn benchmarks(text: &str) -> Result<Vec<BenchmarkRun>> {
    let mut text = whole_lines(text);
    let mut unread = Vec::new();
    for _ in 0..MOST_LEVELS {
        let plain = of_test_json(&text);
        let runs = runs(plain.as_deref().unwrap_or(&text));
        if runs.iter().any(|run| !run.lines.is_empty()) {
            return Ok(runs);
        }
        if unread.is_empty() {
            unread = runs;
        }
        match within(&text) {
            Some(inner) => text = Cow::Owned(inner),
            None => break,
        }
    }
    if !unread.is_empty() {
        return Ok(unread);
    }
    Err(Error::structure(
        "benchmark output",
        "no line of a benchmark",
        "lines such as `BenchmarkName-2 30000 5728 ns/op 800 B/op 60 allocs/op`",
    ))
}

/// A text whose lines are not in parts, as the logs of containers hold them.
fn whole_lines(text: &str) -> Cow<'_, str> {
    if !partial::may_be_in(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let mut joined = Vec::with_capacity(text.len());
    partial::joined(text.as_bytes(), &mut joined);
    Cow::Owned(String::from_utf8_lossy(&joined).into_owned())
}

fn runs(text: &str) -> Vec<BenchmarkRun> {
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(line);
    }
    reader.finish();
    reader.runs
}

/// The output within what `go test -json` writes, or `None` of other text.
///
/// ```text
/// {"Action":"output","Package":"x","Output":"BenchmarkA-2 \t"}
/// {"Action":"output","Package":"x","Output":"  100\t  5 ns/op\n"}
/// ```
fn of_test_json(text: &str) -> Option<String> {
    let mut plain = Vec::new();
    let mut is_json = false;
    for line in text
        .lines()
        .filter(|line| line.trim_start().starts_with('{'))
    {
        if let Some(output) = output(line) {
            is_json |= line.contains("\"Action\"");
            unescape_json(before_quote(output.as_bytes()), &mut plain);
        }
    }
    is_json.then(|| String::from_utf8_lossy(&plain).into_owned())
}

/// What follows the quote that opens the text of this name; others than Go write spaces between.
fn output(line: &str) -> Option<&str> {
    let (_, after) = line.split_once("\"Output\"")?;
    after
        .trim_start()
        .strip_prefix(':')?
        .trim_start()
        .strip_prefix('"')
}

/// The texts in quotes of all lines, each a line or more; `None` where there are none.
fn within(text: &str) -> Option<String> {
    let mut inner = String::new();
    for line in text.lines() {
        for text in outer_texts(line.as_bytes()) {
            inner.push_str(&String::from_utf8_lossy(&text));
            inner.push('\n');
        }
    }
    (!inner.is_empty()).then_some(inner)
}

/// What is before the quote that ends a text.
fn before_quote(text: &[u8]) -> &[u8] {
    let mut is_escaped = false;
    let end = text.iter().position(|&byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

#[derive(Default)]
struct Reader {
    runs: Vec<BenchmarkRun>,
    run: BenchmarkRun,
    /// Names whose numbers have not come yet.
    names: Vec<Name>,
}

/// A name, and whether a tab is behind it, as where a benchmark begins and hardly in what it prints.
#[derive(Clone, PartialEq, Eq)]
struct Name {
    text: String,
    has_tab: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let is_marked = line.contains(['\x1b', '#', '^']) || line.starts_with("_bk;");
        let clean = is_marked.then(|| clean(line.as_bytes()));
        let clean = clean.as_deref().map(String::from_utf8_lossy);
        let line = clean.as_deref().unwrap_or(line);
        let fields: Vec<&str> = line.split_whitespace().collect();
        match Border::of(&fields) {
            Some(Border::End) => return self.finish(),
            Some(Border::Package(package)) => {
                self.finish();
                self.run.package = Some(package.to_owned());
                return;
            }
            // It has no numbers, or had them.
            Some(Border::Benchmark) => return self.names.clear(),
            None => {}
        }
        let mut named = fields.iter().enumerate();
        let named = named.find_map(|(at, word)| Some((at, name_within(word)?)));
        let numbers = fields.get(named.map_or(0, |(at, _)| at + 1)..);
        match (named, numbers_in(numbers.unwrap_or_default())) {
            (Some((_, name)), Numbers::One(line)) => self.add(name.to_owned(), line),
            (Some((_, name)), Numbers::Unclear) => {
                self.names.clear();
                self.unread(name.to_owned());
            }
            (Some((_, name)), Numbers::None) if fields.contains(&"ns/op") => {
                self.names.clear();
                self.unread(name.to_owned());
            }
            (Some((_, name)), Numbers::None) => self.expect(Name {
                text: name.to_owned(),
                has_tab: line.split_once(name).is_some_and(|(_, rest)| {
                    let blanks = rest.trim_start_matches(' ');
                    blanks.starts_with('\t')
                }),
            }),
            (None, Numbers::None) => {}
            (None, numbers) => self.add_to_name(numbers),
        }
    }

    fn expect(&mut self, name: Name) {
        if !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    /// Numbers whose name was on an earlier line: there must be no doubt which.
    fn add_to_name(&mut self, numbers: Numbers) {
        let names = std::mem::take(&mut self.names);
        let with_tab: Vec<&Name> = names.iter().filter(|name| name.has_tab).collect();
        let name = match (with_tab.as_slice(), names.as_slice()) {
            ([one], _) => Some(*one),
            ([], [one]) => Some(one),
            _ => None,
        };
        match (name, numbers) {
            (Some(name), Numbers::One(line)) => self.add(name.text.clone(), line),
            (Some(name), _) => self.unread(name.text.clone()),
            (None, _) => {
                let names: Vec<String> = names.into_iter().map(|name| name.text).collect();
                self.unread(match names.as_slice() {
                    [] => "a benchmark without a name".to_owned(),
                    names => names.join(" or "),
                });
            }
        }
    }

    fn add(&mut self, name: String, line: BenchmarkLine) {
        self.names.clear();
        self.run.lines.push(BenchmarkLine { name, ..line });
    }

    fn unread(&mut self, name: String) {
        self.run.unread.push(name);
    }

    fn finish(&mut self) {
        self.names.clear();
        let finished = std::mem::take(&mut self.run);
        if !finished.lines.is_empty() || !finished.unread.is_empty() {
            self.runs.push(finished);
        }
    }
}

/// What separates runs, behind whatever a log puts before it.
enum Border<'a> {
    /// `PASS`, `FAIL`, or `ok` with the package and how long it took.
    End,
    /// `pkg: example.com/app`.
    Package(&'a str),
    /// `--- BENCH: BenchmarkA-2`, or `FAIL` or `SKIP`: behind a benchmark (`testing/benchmark.go`: `processBench`).
    Benchmark,
}

impl<'a> Border<'a> {
    fn of(words: &[&'a str]) -> Option<Border<'a>> {
        match words {
            ["PASS" | "FAIL" | "ok", ..] => Some(Border::End),
            [word] if is_end_behind(word) => Some(Border::End),
            [.., dashes, "BENCH:" | "FAIL:" | "SKIP:", name]
                if dashes.ends_with("---") && is_benchmark_name(name) =>
            {
                Some(Border::Benchmark)
            }
            [prefix @ .., "PASS" | "FAIL"] if is_of_log(prefix) => Some(Border::End),
            [.., "ok" | "FAIL", _, took] if is_duration(took) => Some(Border::End),
            [.., "pkg:", package] => Some(Border::Package(package)),
            _ => None,
        }
    }
}

/// Whether words may be what a log puts before a line, with a time or a number, and not what a benchmark printed.
fn is_of_log(words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| word.contains(|c: char| c.is_ascii_digit()))
}

/// As `go test` says how long a package took: `1.234s`.
fn is_duration(word: &str) -> bool {
    let seconds = word.strip_suffix('s');
    seconds.is_some_and(|seconds| seconds.parse::<f64>().is_ok())
}

/// `PASS` or `FAIL` behind something that ended no line: `...PASS`.
fn is_end_behind(word: &str) -> bool {
    let before = word
        .strip_suffix("PASS")
        .or_else(|| word.strip_suffix("FAIL"));
    before.is_some_and(|before| before.ends_with(|c: char| c.is_ascii_punctuation()))
}

/// What the names of all benchmarks begin with.
const BENCHMARK: &str = "Benchmark";

/// `Benchmark`, and then no lower-case letter (`testing/benchmark.go`, by the rule of `go test`).
fn is_benchmark_name(word: &str) -> bool {
    word.strip_prefix(BENCHMARK)
        .is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}

/// The name in a word that may begin with what was printed before it: `.BenchmarkA-2`.
fn name_within(word: &str) -> Option<&str> {
    let places = word.match_indices(BENCHMARK);
    let mut names = places.filter_map(|(at, _)| word.get(at..));
    names.find(|name| is_benchmark_name(name))
}

/// The numbers that words hold.
enum Numbers {
    None,
    /// The name is left empty.
    One(BenchmarkLine),
    /// There are some, but which ones were measured is not certain.
    Unclear,
}

/// Finds iterations and pairs of value and unit, one of which is for each operation, behind whatever was printed before
/// them. No number is a unit, so that iterations which are only printed have no pairs behind them.
fn numbers_in(words: &[&str]) -> Numbers {
    let mut found = words.iter().enumerate().filter_map(|(at, word)| {
        let pairs = pairs(words.get(at + 1..)?);
        let iterations = iterations(word)?;
        let is_measured = pairs.iter().any(|(_, unit)| unit.ends_with("/op"));
        is_measured.then_some((iterations, pairs))
    });
    match (found.next(), found.next()) {
        (Some((Some(operations), pairs)), None) if operations > 0 => {
            Numbers::One(measured(operations as f64, &pairs))
        }
        (Some(_), _) => Numbers::Unclear,
        (None, _) => Numbers::None,
    }
}

/// Iterations at the end of a word; `Some(None)` where what was printed before them may be a part of them.
fn iterations(word: &str) -> Option<Option<u64>> {
    /// Fewer digits have blanks before them (`testing/benchmark.go`: `(BenchmarkResult).String`).
    const UNPADDED: usize = 8;
    if let Ok(operations) = word.parse() {
        return Some(Some(operations));
    }
    let before = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word
        .get(before.len()..)
        .filter(|digits| !digits.is_empty())?;
    Some(digits.parse().ok().filter(|_| digits.len() == UNPADDED))
}

/// Values with their units, as long as one follows the other.
fn pairs<'a>(words: &[&'a str]) -> Vec<(f64, &'a str)> {
    let pair = |pair: &[&'a str]| match pair {
        [value, unit] if unit.parse::<f64>().is_err() => Some((value.parse().ok()?, *unit)),
        _ => None,
    };
    words.chunks(2).map_while(pair).collect()
}

/// What pairs of a line say; the name is left empty.
fn measured(operations: f64, pairs: &[(f64, &str)]) -> BenchmarkLine {
    let value_of = |unit: &str| {
        let values = pairs.iter().filter(|pair| pair.1 == unit);
        values
            .map(|pair| pair.0)
            .find(|value| value.is_finite() && *value >= 0.0)
    };
    BenchmarkLine {
        name: String::new(),
        operations,
        nanos_per_op: value_of("ns/op"),
        bytes_per_op: value_of("B/op"),
        objects_per_op: value_of("allocs/op"),
    }
}

#[cfg(test)]
mod tests {
    use super::{BenchmarkLine, benchmarks};

    fn line(
        name: &str,
        operations: f64,
        bytes: Option<f64>,
        objects: Option<f64>,
    ) -> BenchmarkLine {
        BenchmarkLine {
            name: name.to_owned(),
            operations,
            nanos_per_op: Some(5.0),
            bytes_per_op: bytes,
            objects_per_op: objects,
        }
    }

    #[test]
    fn reads_runs_and_lines() {
        let text = "goos: linux\npkg: example.com/x\n\
            BenchmarkA-2   100   5 ns/op   8 B/op   2 allocs/op\n\
            BenchmarkB/size-10-2   50   5 ns/op   7.5 MB/s\n\
            PASS\nok  \tx\t1s\n\
            BenchmarkA-2   10   5 ns/op   8 B/op   2 allocs/op\n";
        let runs = benchmarks(text).unwrap();
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].package.as_deref(), Some("example.com/x"));
        assert_eq!(
            runs[0].lines,
            [
                line("BenchmarkA-2", 100.0, Some(8.0), Some(2.0)),
                line("BenchmarkB/size-10-2", 50.0, None, None),
            ]
        );
        assert_eq!(runs[0].lines[1].function(), "BenchmarkB");
        assert!(runs[0].lines[1].is_sub_benchmark());
        assert_eq!(runs[1].lines.len(), 1);
    }

    #[test]
    fn reads_behind_prefixes_and_across_lines() {
        let split = "BenchmarkA-2   \thello\nworld\n   100   5 ns/op   8 B/op   2 allocs/op\n";
        let logged = "2026-11-28T08:00:00Z run | BenchmarkA-2 100 5 ns/op 8 B/op 2 allocs/op\r\n";
        let json = r#"{"Time":"x","Action":"output","Package":"p","Output":"BenchmarkA-2   \t"}
{"Time":"x","Action":"output","Package":"p","Output":"     100\t  5 ns/op\t  8 B/op\t  2 allocs/op\n"}
"#;
        let parts = "2026-11-30T01:02:03.1Z stdout P BenchmarkA-2 100 5 ns/op 8 B\n\
                     2026-11-30T01:02:03.1Z stdout F /op 2 allocs/op\n";
        for text in [split, logged, json, parts] {
            let runs = benchmarks(text).unwrap();
            let expected = [line("BenchmarkA-2", 100.0, Some(8.0), Some(2.0))];
            assert_eq!(runs[0].lines, expected, "{text}");
        }
    }

    #[test]
    fn reads_runs_out_of_other_logs() {
        let text = "pkg: example.com/a\nBenchmarkA-2 \t 100\t 5 ns/op\t 8 B/op\t 2 allocs/op\nPASS\n\
                    ok  \texample.com/a\t1.234s\npkg: example.com/b\n\
                    BenchmarkB/x#01-2 \t 10\t 5 ns/op\t 8 B/op\t 2 allocs/op\nPASS\n\
                    BenchmarkB/x#01-2 \t 20\t 5 ns/op\t 8 B/op\t 2 allocs/op\nFAIL\n";
        let expected = benchmarks(text).unwrap();
        assert_eq!(expected.len(), 3);
        assert_eq!(expected[1].package.as_deref(), Some("example.com/b"));
        let escape = |line: &str| line.replace('\t', "\\t");
        type Wrap<'a> = &'a dyn Fn(&str) -> String;
        let wraps: [Wrap<'_>; 10] = [
            &|line| format!("2026-11-30T01:02:03.1234567Z {line}"),
            &|line| format!("\x1b[36mbuild-1  |\x1b[0m {line}\r"),
            &|line| format!("\x1b_bk;t=1700000000000\x07{line}\r"),
            &|line| format!("_bk;t=1700000000000\x07{line}"),
            &|line| format!("Nov 30 01:02:03 host go[1]: {}", line.replace('\t', "#011")),
            &|line| format!("{{\"log\":\"{}\\n\",\"stream\":\"stdout\"}}", escape(line)),
            &|line| {
                format!(
                    "{{\"insertId\": \"1\", \"textPayload\": \"{}\"}}",
                    escape(line)
                )
            },
            &|line| format!("time=1 level=INFO msg=\"{}\"", escape(line)),
            &|line| {
                let output = format!("\"Output\": \"{}\\n\"", escape(line));
                format!("{{\"Action\": \"output\", \"Test\": \"BenchmarkA\", {output}}}")
            },
            &|line| {
                let inner = format!("{{\"msg\":\"{}\"}}", escape(line));
                let inner = inner.replace('\\', "\\\\").replace('"', "\\\"");
                format!("{{\"log\":\"{inner}\\n\"}}")
            },
        ];
        for wrap in wraps {
            let wrapped: String = text.lines().map(|line| wrap(line) + "\n").collect();
            assert_eq!(benchmarks(&wrapped).unwrap(), expected, "{wrapped}");
        }
        let printed = text.replace("allocs/op\n", "allocs/op\nall of them PASS\n");
        assert_eq!(benchmarks(&printed).unwrap(), expected);
        let whole = format!("{{\"output\":\"{}\"}}", escape(text).replace('\n', "\\n"));
        assert_eq!(benchmarks(&whole).unwrap(), expected);
    }

    #[test]
    fn reads_what_benchmarks_print_into_their_lines() {
        let numbers = "    1000\t         5 ns/op\t       8 B/op\t       2 allocs/op\n";
        let expected = [line("BenchmarkA-2", 1000.0, Some(8.0), Some(2.0))];
        for text in [
            format!(".BenchmarkA-2   \t{numbers}"),
            format!(".BenchmarkA-2   \t.{numbers}"),
            format!("BenchmarkA-2   \t..{numbers}"),
            format!("done: 7BenchmarkA-2   \t7{numbers}"),
            format!("BenchmarkA-2   \t9 3 items in 4 ms{numbers}"),
            format!("benchmarking BenchmarksBenchmarkA-2   \tBenchmarkB{numbers}"),
            format!("BenchmarkA-2   \t2026/11/30 20:14:11 hello\n{numbers}"),
            format!("BenchmarkA-2   \t2026/11/30 20:14:11 now BenchmarkB runs\n.{numbers}"),
            format!("BenchmarkZ-2   \t--- SKIP: BenchmarkZ-2\nBenchmarkA-2   \thello\n{numbers}"),
            format!(
                "BenchmarkA-2   \t{numbers}--- BENCH: BenchmarkA-2\n    a_test.go:5: 3 of it\n...PASS\n"
            ),
            format!(
                "2026-11-30T01:02:03Z .BenchmarkA-2 .{}",
                numbers.replace('\t', " ")
            ),
            format!("2026-11-30T01:02:03Z BenchmarkA-2 hi\n2026-11-30T01:02:03Z {numbers}"),
        ] {
            let runs = benchmarks(&text).unwrap();
            assert_eq!(runs.len(), 1, "{text}");
            assert_eq!(runs[0].lines, expected, "{text}");
            assert!(runs[0].unread.is_empty(), "{text}: {:?}", runs[0].unread);
        }
        let fast = "BenchmarkA-2   \t.12345678\t         5 ns/op\n";
        assert_eq!(
            benchmarks(fast).unwrap()[0].lines,
            [line("BenchmarkA-2", 12_345_678.0, None, None)]
        );
    }

    #[test]
    fn counts_what_is_not_certain() {
        let numbers = "1000\t 5 ns/op\t 8 B/op\t 2 allocs/op\n";
        for (text, unread) in [
            (
                "BenchmarkA-2 \t.112345678\t 5 ns/op\n".to_owned(),
                "BenchmarkA-2",
            ),
            (
                format!("BenchmarkA-2 \t1 2 ns/op {numbers}"),
                "BenchmarkA-2",
            ),
            (
                "BenchmarkA-2 \tx1000\t 5 ns/op\n".to_owned(),
                "BenchmarkA-2",
            ),
            (
                format!("BenchmarkA-2 \t\nBenchmarkB-2 \t\n{numbers}"),
                "BenchmarkA-2 or BenchmarkB-2",
            ),
            (
                format!("BenchmarkA-2 hi\nBenchmarkB-2 there\n{numbers}"),
                "BenchmarkA-2 or BenchmarkB-2",
            ),
            (numbers.to_owned(), "a benchmark without a name"),
            (
                "BenchmarkA-2 \t1000\t so many ns/op\n".to_owned(),
                "BenchmarkA-2",
            ),
        ] {
            let runs = benchmarks(&text).unwrap();
            assert!(runs[0].lines.is_empty(), "{text}: {:?}", runs[0].lines);
            assert_eq!(runs[0].unread, [unread], "{text}");
        }
    }

    #[test]
    fn refuses_text_without_benchmarks() {
        for text in [
            "PASS\nBenchmarkA\n",
            "",
            "Benchmarking 100 ns/op is 5",
            "{}",
        ] {
            assert!(benchmarks(text).is_err(), "{text}");
        }
    }
}
