//! Reads values of the package runtime/metrics in lines, as programs print them: `/gc/heap/live:bytes 34027920`.

use super::metrics::{Metrics, PAUSES, Value, known};
use super::number::Number;
use super::snapshot::{GcSnapshot, GcSource, Histogram};

/// Collects values line by line. A name that comes again starts another moment.
#[derive(Debug, Default)]
pub(super) struct RuntimeLines {
    metrics: Metrics,
    is_open: bool,
}

impl RuntimeLines {
    /// The next line, whatever it is; hands out the moment that it ends.
    pub(super) fn line(&mut self, line: &str, done: &mut Vec<GcSnapshot>) {
        let mut rest = line;
        while let Some((name, after)) = next_name(rest) {
            rest = after;
            if let Some(name) = known(name) {
                self.value(name, after, done);
            }
        }
    }

    fn value(&mut self, name: &'static str, after: &str, done: &mut Vec<GcSnapshot>) {
        if self.metrics.has(name) {
            done.extend(self.end());
        }
        self.is_open = true;
        let value = match PAUSES.contains(&name) {
            true => histogram(after),
            false => Number::parse(token(after)).map(Value::Number),
        };
        self.metrics.set(name, value);
    }

    /// What was collected; nothing where a text only speaks of metrics.
    pub(super) fn end(&mut self) -> Option<GcSnapshot> {
        if !std::mem::take(&mut self.is_open) {
            return None;
        }
        let metrics = std::mem::take(&mut self.metrics);
        if metrics.is_empty() {
            return None;
        }
        let mut snapshot = GcSnapshot::new(GcSource::RuntimeMetrics);
        metrics.fill(&mut snapshot);
        Some(snapshot)
    }
}

/// The first name of a metric in a line, and what follows it.
///
/// Names are `/path:unit` (runtime/metrics/description.go), and those of interest in small letters.
fn next_name(line: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let rest = line.get(from..)?;
        let start = from + memchr::memchr(b'/', rest.as_bytes())?;
        let tail = line.get(start..)?;
        from = start + 1;
        let is_start = !ends_in_word(line.get(..start)?);
        let is_known = ROOTS.iter().any(|root| tail.starts_with(root));
        if let Some(size) = (is_start && is_known).then(|| name_size(tail)).flatten() {
            return tail.split_at_checked(size);
        }
        if is_start {
            // What goes on as a path is none that starts within.
            from = start
                + tail
                    .find(|char| !is_path(char))
                    .unwrap_or(tail.len())
                    .max(1);
        }
    }
}

const ROOTS: [&str; 4] = ["/gc/", "/memory/", "/cpu/", "/sched/"];

fn is_path(char: char) -> bool {
    char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '/' | '-')
}

fn ends_in_word(before: &str) -> bool {
    let last = before.chars().next_back();
    last.is_some_and(|char| char.is_alphanumeric() || matches!(char, '/' | '_' | '.' | '-'))
}

fn name_size(text: &str) -> Option<usize> {
    let (path, rest) = text.split_once(':')?;
    let unit = rest
        .find(|char: char| !char.is_ascii_lowercase() && char != '-')
        .unwrap_or(rest.len());
    (unit > 0 && path.chars().all(is_path)).then_some(path.len() + 1 + unit)
}

/// The value behind `=`, `:`, tabs, or the quote that ends a name.
fn token(after: &str) -> &str {
    let value = after.trim_start_matches(|char: char| {
        char.is_whitespace() || matches!(char, '=' | ':' | '"' | '\'' | '\\')
    });
    let is_end = |char: char| {
        char.is_whitespace() || matches!(char, ',' | ';' | '}' | '"' | '\'' | '\\' | ']')
    };
    value.split(is_end).next().unwrap_or_default()
}

/// `&{[0 3] [-Inf 1e-09 +Inf]}`, as fmt prints a Float64Histogram. Whatever else stands there is a summary: the
/// example of the package prints the median.
fn histogram(after: &str) -> Option<Value> {
    let after =
        after.trim_start_matches(|char: char| char.is_whitespace() || matches!(char, '=' | ':'));
    if !after.starts_with("&{") && !after.starts_with('{') {
        return (!token(after).is_empty()).then_some(Value::Summary);
    }
    let (_, counts) = after.split_once('[')?;
    let (counts, rest) = counts.split_once(']')?;
    let (_, bounds) = rest.split_once('[')?;
    let (bounds, _) = bounds.split_once(']')?;
    let counts: Result<Vec<u64>, _> = counts.split_whitespace().map(str::parse).collect();
    let bounds: Result<Vec<f64>, _> = bounds.split_whitespace().map(str::parse).collect();
    ordered(bounds.ok()?, counts.ok()?).map(Value::Histogram)
}

/// A histogram whose bounds grow.
pub(super) fn ordered(bounds: Vec<f64>, counts: Vec<u64>) -> Option<Histogram> {
    let are_ordered = bounds
        .windows(2)
        .all(|pair| matches!(pair, [one, next] if one < next));
    (are_ordered && !counts.is_empty()).then(|| Histogram::new(bounds, counts))?
}

#[cfg(test)]
mod tests {
    use super::RuntimeLines;
    use crate::gc::snapshot::GcSnapshot;

    fn read(text: &str) -> Vec<GcSnapshot> {
        let (mut lines, mut done) = (RuntimeLines::default(), Vec::new());
        text.lines().for_each(|line| lines.line(line, &mut done));
        done.extend(lines.end());
        done
    }

    #[test]
    fn reads_what_programs_print() {
        for text in [
            "/gc/heap/live:bytes 12\n/gc/heap/goal:bytes 34",
            "/gc/heap/live:bytes\t12\n/gc/heap/goal:bytes\t34",
            "/gc/heap/live:bytes: 12\n/gc/heap/goal:bytes: 34.000000",
            "t=1 /gc/heap/live:bytes=12 /gc/heap/goal:bytes=34 x=/gc/no.go:7",
            "2026/11/28 14:02:07 app | '/gc/heap/live:bytes': 12, \"/gc/heap/goal:bytes\": \"34\"",
            "{\\\"/gc/heap/live:bytes\\\":12,\\\"/gc/heap/goal:bytes\\\":34}",
        ] {
            let snapshots = read(text);
            let [snapshot] = snapshots.as_slice() else {
                panic!("{text}: {}", snapshots.len());
            };
            assert_eq!(snapshot.heap.live, Some(12), "{text}");
            assert_eq!(snapshot.heap.goal, Some(34), "{text}");
            assert_eq!(snapshot.unread.count, 0, "{text}");
        }
    }

    #[test]
    fn reads_histograms_as_fmt_prints_them() {
        let text = "/sched/pauses/total/gc:seconds &{[0 3] [-Inf 1e-09 +Inf]}\n";
        let histogram = read(text)[0].pause_histogram.clone().unwrap();
        assert_eq!(histogram.counts, [0, 3]);
        assert_eq!(histogram.bounds[2], f64::INFINITY);
        let counted = read("/gc/pauses:seconds &{[0 3] [1 0 2]}\n/gc/heap/live:bytes 1");
        assert_eq!(
            (counted[0].unread.count, &counted[0].pause_histogram),
            (1, &None)
        );
    }

    #[test]
    fn a_name_that_comes_again_is_another_moment() {
        let text = "/gc/heap/live:bytes 1\n/gc/heap/goal:bytes 2\n";
        assert_eq!(read(&format!("{text}{text}")).len(), 2);
        assert!(read("see /gc/heap/live:bytes and /gc/heap/goal:bytes.\n").is_empty());
        assert!(read("/usr/gc/heap/live:bytes 1 a/gc/heap/goal:bytes 2").is_empty());
    }

    #[test]
    fn names_have_a_path_and_a_unit() {
        use super::name_size;
        for (text, size) in [
            ("/gc/heap/live:bytes 12", Some(19)),
            ("/gc/heap/live:bytes", Some(19)),
            ("/gc/x:cpu-seconds=1", Some(17)),
            ("/gc/x: 12", None),
            ("/gc/x 12", None),
            ("/gc/X:bytes 12", None),
            ("/gc/x y:bytes 12", None),
        ] {
            assert_eq!(name_size(text), size, "{text}");
        }
    }
}
