use crate::error::{Error, Result};

/// What one run of `go test -bench -benchmem` measured: the exact truth that a profile of the same
/// run only samples.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BenchmarkRun {
    /// Iterations of all benchmarks together.
    pub operations: f64,
    /// Bytes allocated by them, from `B/op`; `None` without `-benchmem`.
    pub bytes: Option<f64>,
    /// Objects allocated by them, from `allocs/op`.
    pub objects: Option<f64>,
}

/// Reads the output of `go test -bench`, one or more runs after one another.
///
/// A line is `BenchmarkName-2   30000   5728 ns/op   800 B/op   60 allocs/op`: name, iterations, and
/// pairs of a value and its unit (golang.org/design/14313-benchmark-format). A run ends with `PASS`,
/// `FAIL` or `ok`.
///
/// # Errors
///
/// Text without any benchmark line.
pub fn benchmarks(text: &str) -> Result<Vec<BenchmarkRun>> {
    let mut runs = Vec::new();
    let mut run = BenchmarkRun::default();
    for line in text.lines() {
        match line.split_whitespace().next() {
            Some("PASS" | "FAIL" | "ok") => finish(&mut runs, &mut run),
            Some(name) if name.starts_with("Benchmark") => add(&mut run, line),
            _ => {}
        }
    }
    finish(&mut runs, &mut run);
    if runs.is_empty() {
        return Err(Error::structure(
            "benchmark output",
            "no line of a benchmark",
            "lines such as `BenchmarkName-2 30000 5728 ns/op 800 B/op 60 allocs/op`",
        ));
    }
    Ok(runs)
}

fn finish(runs: &mut Vec<BenchmarkRun>, run: &mut BenchmarkRun) {
    let finished = std::mem::take(run);
    if finished.operations > 0.0 {
        runs.push(finished);
    }
}

fn add(run: &mut BenchmarkRun, line: &str) {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let Some(count) = fields.get(1).and_then(|count| count.parse::<f64>().ok()) else {
        return;
    };
    if !(count.is_finite() && count > 0.0) {
        return;
    }
    run.operations += count;
    let value_of = |unit: &str| {
        let pairs = fields.get(2..).unwrap_or_default().chunks_exact(2);
        let value = pairs.into_iter().find(|pair| pair.get(1) == Some(&unit))?;
        value.first()?.parse::<f64>().ok()
    };
    for (sum, unit) in [(&mut run.bytes, "B/op"), (&mut run.objects, "allocs/op")] {
        if let Some(value) = value_of(unit) {
            *sum = Some(sum.unwrap_or(0.0) + value * count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BenchmarkRun, benchmarks};

    #[test]
    fn adds_up_each_run() {
        let text = "goos: linux\n\
            BenchmarkA-2   100   5 ns/op   8 B/op   2 allocs/op\n\
            BenchmarkB-2   50   5 ns/op\n\
            PASS\nok  \tx\t1s\n\
            BenchmarkA-2   10   5 ns/op   8 B/op   2 allocs/op\n";
        assert_eq!(
            benchmarks(text),
            Ok(vec![
                BenchmarkRun {
                    operations: 150.0,
                    bytes: Some(800.0),
                    objects: Some(200.0),
                },
                BenchmarkRun {
                    operations: 10.0,
                    bytes: Some(80.0),
                    objects: Some(20.0),
                },
            ])
        );
    }

    #[test]
    fn refuses_text_without_benchmarks() {
        assert!(benchmarks("PASS\nBenchmarkA\n").is_err());
    }
}
