//! What of a benchmark is measured: what it does before, and while its timer stands still, is no part of what an operation costs.

use heapwise_decode::BenchmarkRun;

use super::join::Lines;
use super::words::{code, indentation};
use crate::site::identity::Site;

/// A function is not followed further than this many lines.
const MOST_LINES: i64 = 2_000;

/// The most bytes that what benchmarks measured may have allocated, by what they printed. `None` where one printed no `B/op`.
///
/// That is rounded down, and the iterations are those of the last round: the rounds before have fewer together (testing/benchmark.go:
/// predictN asks for a fifth more than was enough, and for a hundred times as many at most).
pub fn most_measured(runs: &[BenchmarkRun]) -> Option<f64> {
    let lines = runs.iter().flat_map(|run| &run.lines);
    let each = lines.map(|line| Some(2.0 * (line.bytes_per_op? + 1.0) * line.operations));
    each.sum()
}

/// A part of a benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What it does before, or while its timer stands still.
    SetUp,
    /// What it measures.
    Measured,
}

/// The part that a line of a test is of, as far as its source is at hand.
pub(super) fn part_of(site: &Site, lines: &Lines<'_>) -> Option<Part> {
    let (file, line) = site.file.as_deref().zip(site.line)?;
    let is_test = file.ends_with("_test.go");
    is_test.then(|| part(line, |at| lines(file, at))).flatten()
}

/// The part of its function that a line is of; none where that has no loop of a benchmark.
fn part(line: i64, text: impl Fn(i64) -> Option<String>) -> Option<Part> {
    let own = text(line)?;
    let first = line.saturating_sub(MOST_LINES).max(1);
    let mut depth = indentation(&own);
    let mut is_in_loop = false;
    let mut timer = None;
    for at in (first..line).rev() {
        let above = text(at)?;
        timer = timer.or_else(|| Timer::of(&above));
        if above.trim().is_empty() || indentation(&above) >= depth {
            continue;
        }
        depth = indentation(&above);
        is_in_loop |= is_loop(&above);
        if above.starts_with("func ") || above.contains("func(") {
            if above.contains(".RunParallel(") {
                is_in_loop = true;
            }
            break;
        }
    }
    match (is_in_loop, timer) {
        (_, Some(Timer::Stopped)) => Some(Part::SetUp),
        (true, _) => Some(Part::Measured),
        (false, _) if own.contains(".Run(") => None,
        (false, _) => begins_below(line, depth, text).then_some(Part::SetUp),
    }
}

/// Whether what is measured begins below a line, in the function of which the first line has this indentation.
fn begins_below(line: i64, depth: usize, text: impl Fn(i64) -> Option<String>) -> bool {
    let below = (line + 1..line.saturating_add(MOST_LINES)).map_while(text);
    let mut below = below.take_while(|text| text.trim().is_empty() || indentation(text) > depth);
    below.any(|text| is_loop(&text) || Timer::of(&text) == Some(Timer::Started))
}

/// What a line does with the timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timer {
    Started,
    Stopped,
}

impl Timer {
    fn of(text: &str) -> Option<Timer> {
        let code = code(text);
        let is = |call: &str| code.ends_with(call) && !code.starts_with("defer ");
        match (
            is(".StartTimer()") || is(".ResetTimer()"),
            is(".StopTimer()"),
        ) {
            (true, _) => Some(Timer::Started),
            (_, true) => Some(Timer::Stopped),
            _ => None,
        }
    }
}

/// Whether a line begins the loop of a benchmark: `for b.Loop() {`, `for i := 0; i < b.N; i++ {`, `for range b.N {`, `for pb.Next() {`.
fn is_loop(text: &str) -> bool {
    let code = text.trim_start();
    let is_counted = || {
        let mut parts = code.match_indices(".N");
        parts.any(|(at, _)| {
            !code
                .get(at + 2..)
                .unwrap_or_default()
                .starts_with(char::is_alphanumeric)
        })
    };
    code.starts_with("for ")
        && (code.contains(".Loop()") || code.contains("pb.Next()") || is_counted())
}

#[cfg(test)]
mod tests {
    use super::{Part, part};

    const SOURCE: &str = "package a

func BenchmarkReset(b *testing.B) {
	all := load() // before
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		find(all) // measured
		b.StopTimer()
		all = load() // before
		b.StartTimer()
		find(all) // measured
	}
	report(all) // none
}

func BenchmarkLoop(b *testing.B) {
	all := load() // before
	for b.Loop() {
		find(all) // measured
	}
}

func BenchmarkEach(b *testing.B) {
	for _, name := range names {
		one := load(name) // before
		b.Run(name, func(b *testing.B) {
			all := more(one) // before
			for range b.N {
				find(all) // measured
			}
		})
	}
}

func BenchmarkStopped(b *testing.B) {
	b.StopTimer()
	all := load() // before
	b.StartTimer()
	find(all, b.N) // none
}

func BenchmarkAll(b *testing.B) {
	all := load() // before
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		one := all.one() // measured
		for pb.Next() {
			find(one) // measured
		}
	})
}

func BenchmarkSmall(b *testing.B) {
	benchmark(b, 3) // none
}

func benchmark(b *testing.B, n int) {
	all := make([]int, n) // before
	b.ResetTimer()
	for i := range b.N {
		find(all, i) // measured
	}
}

func load() []int {
	return read(names) // none
}
";

    #[test]
    fn what_comes_before_is_told_from_what_is_measured() {
        let lines: Vec<&str> = SOURCE.lines().collect();
        let text = |at: i64| {
            let at = usize::try_from(at).ok()?.checked_sub(1)?;
            lines.get(at).map(|&line| line.to_owned())
        };
        for (line, at) in lines.iter().zip(1..) {
            let expected = match line.rsplit_once("// ") {
                Some((_, "before")) => Some(Part::SetUp),
                Some((_, "measured")) => Some(Part::Measured),
                Some(_) => None,
                None => continue,
            };
            assert_eq!(part(at, text), expected, "{line}");
        }
    }
}
