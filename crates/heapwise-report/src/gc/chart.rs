//! What collectors do over time, as pictures: one process beside its goal, or the older side before the newer one.

use heapwise_analysis::gc::{Bucket, GcProcess, GcTrace, TraceProcess};
use heapwise_analysis::units::{auto_label, narrow};

use super::GcReport;
use super::steps::{Step, steps};
use crate::page::chart::{Chart, Line, MOST_LINES, Span};
use crate::page::last_part;

/// Steps of a log that are drawn.
const STEPS: usize = 120;
/// So many are drawn whatever is in them.
const FEWEST_STEPS: usize = 8;
/// Processes that have pictures of their own.
const MOST_PROCESSES: usize = 3;
/// What is free between two sides, as a part of one.
const GAP: f64 = 0.08;

/// A process over time.
struct Track {
    /// Which one; empty where there is only one.
    name: String,
    /// Of two sides the newer one.
    is_after: bool,
    /// Seconds since its start.
    times: Vec<f64>,
    is_timed: bool,
    numbers: Numbers,
}

/// By time; what is not known of a time is no number.
#[derive(Default)]
struct Numbers {
    live: Vec<f64>,
    goal: Vec<f64>,
    stop: Vec<f64>,
    cpu: Vec<f64>,
    cycles: Vec<f64>,
}

/// Which number of a process, and what it is called.
type Quantity = (&'static str, fn(&Numbers) -> &Vec<f64>);

/// A picture: its title, its unit, and the numbers in it.
const PICTURES: [(&str, &str, &[Quantity]); 4] = [
    (
        "heap",
        "bytes",
        &[("live", |all| &all.live), ("goal", |all| &all.goal)],
    ),
    (
        "longest stop of the world",
        "nanoseconds",
        &[("longest stop", |all| &all.stop)],
    ),
    (
        "CPU share of the collector",
        "%",
        &[("GC CPU", |all| &all.cpu)],
    ),
    ("cycles a second", "/s", &[("cycles", |all| &all.cycles)]),
];

/// The pictures of a report.
pub(super) fn charts(report: &GcReport) -> Vec<String> {
    let (older_processes, older_logs) = report.older.unwrap_or_default();
    let processes = report.answer.processes.iter().enumerate();
    let processes = processes.map(|(at, process)| {
        let name = report.paths_of(process);
        let name = name.first().map_or("", |path| last_part(path)).to_owned();
        of_snapshots(name, at >= older_processes, process)
    });
    let logs = report.traces.iter().enumerate();
    let logs = logs.flat_map(|(at, log)| of_log(log.path.as_deref(), &log.trace, at >= older_logs));
    if report.comparison.is_some() {
        // Their numbers do not mean the same.
        let both = [processes.collect(), logs.collect()];
        return both.into_iter().flat_map(of_sides).collect();
    }
    each(processes.chain(logs).collect())
}

/// The pictures of a log.
pub(super) fn of_trace(path: Option<&str>, trace: &GcTrace) -> Vec<String> {
    each(of_log(path, trace, true))
}

/// Each process by itself.
fn each(tracks: Vec<Track>) -> Vec<String> {
    let is_alone = tracks.len() == 1;
    let known = tracks.into_iter().filter(|track| track.times.len() > 1);
    let known: Vec<Track> = known.collect();
    let sides = [(known.len(), "")];
    let shown = known.into_iter().take(MOST_PROCESSES).flat_map(|track| {
        let of = match is_alone || track.name.is_empty() {
            true => String::new(),
            false => format!(" of {}", track.name),
        };
        let chart = |&(title, unit, quantities): &(&str, &str, &[Quantity])| Chart {
            title: format!("{title}{of}"),
            unit: unit.to_owned(),
            times: track.times.clone(),
            is_timed: track.is_timed,
            lines: quantities
                .iter()
                .map(|(name, of)| Line {
                    name: (*name).to_owned(),
                    values: of(&track.numbers).clone(),
                    ..Line::default()
                })
                .collect(),
            spans: Vec::new(),
        };
        let charts: Vec<String> = PICTURES.iter().map(chart).filter_map(drawn).collect();
        charts
    });
    with_left_out(shown.collect(), &sides)
}

/// Says below pictures of how many processes of each side they are, where that is not all.
fn with_left_out(mut charts: Vec<String>, sides: &[(usize, &str)]) -> Vec<String> {
    let short = sides.iter().filter(|(count, _)| *count > MOST_PROCESSES);
    let short =
        short.map(|(count, side)| format!("the first {MOST_PROCESSES} of {count} processes{side}"));
    let short: Vec<String> = short.collect();
    if let Some(last) = charts.last_mut().filter(|_| !short.is_empty()) {
        last.push_str("<figcaption class=\"notes\">Drawn are ");
        last.push_str(&short.join(" and "));
        last.push_str("; the tables have all.</figcaption>");
    }
    charts
}

/// The older side before the newer one, to one scale of values, each over its own time; processes of a side above one another.
fn of_sides(tracks: Vec<Track>) -> Vec<String> {
    let side = |is_after: bool| {
        tracks
            .iter()
            .filter(move |track| track.is_after == is_after)
    };
    let long = |is_after: bool| {
        let ends = side(is_after).filter_map(|track| track.times.last());
        ends.copied().fold(0.0, f64::max)
    };
    if [false, true]
        .iter()
        .any(|&is_after| side(is_after).next().is_none())
    {
        return Vec::new();
    }
    let is_timed = tracks.iter().all(|track| track.is_timed);
    let spans = [("before", false), ("after", true)].map(|(label, is_after)| Span {
        label: match is_timed {
            true => format!("{label}, {}", duration(long(is_after))),
            false => label.to_owned(),
        },
        from: place(is_after, 0.0),
        to: place(is_after, 1.0),
    });
    let spans = spans.to_vec();
    let shown: Vec<&Track> = [false, true]
        .into_iter()
        .flat_map(|is_after| side(is_after).take(MOST_PROCESSES))
        .collect();
    let times = shown.iter().flat_map(|track| {
        let whole = long(track.is_after);
        let part = move |time: &f64| if whole > 0.0 { time / whole } else { 0.0 };
        let times = track.times.iter();
        times.map(move |time| place(track.is_after, part(time)))
    });
    let times: Vec<f64> = times.collect();
    let chart = |&(title, unit, quantities): &(&str, &str, &[Quantity])| Chart {
        title: title.to_owned(),
        unit: unit.to_owned(),
        times: times.clone(),
        is_timed,
        lines: quantities
            .iter()
            .enumerate()
            .flat_map(|(at, quantity)| lines_of_sides(quantity, at, &shown, times.len()))
            .collect(),
        spans: spans.clone(),
    };
    let sides = [(false, " before"), (true, " after")];
    let sides = sides.map(|(is_after, name)| (side(is_after).count(), name));
    let charts = PICTURES.iter().map(chart).filter_map(drawn).collect();
    with_left_out(charts, &sides)
}

/// Where a part of a side's time is: each side has as much room, however long it is.
fn place(is_after: bool, part: f64) -> f64 {
    part + if is_after { 1.0 + GAP } else { 0.0 }
}

fn duration(seconds: f64) -> String {
    auto_label(narrow((seconds * 1e9) as i128).into(), "nanoseconds")
}

/// A line for each process, in the colour of its side.
fn lines_of_sides(
    (name, of): &Quantity,
    number: usize,
    tracks: &[&Track],
    count: usize,
) -> Vec<Line> {
    let mut from = 0;
    let mut told = [false, false];
    let mut lines = Vec::new();
    for track in tracks {
        let mut values = vec![f64::NAN; count];
        let own = values.iter_mut().skip(from);
        for (slot, value) in own.zip(of(&track.numbers)) {
            *slot = *value;
        }
        from += track.times.len();
        let side = usize::from(track.is_after);
        let is_told = told
            .get_mut(side)
            .is_some_and(|told| std::mem::replace(told, true));
        let word = if track.is_after { "after" } else { "before" };
        lines.push(Line {
            name: match is_told {
                true => String::new(),
                false => format!("{word}: {name}"),
            },
            values,
            colour: Some((side + 2 * number) % MOST_LINES),
            is_dashed: number > 0,
            ..Line::default()
        });
    }
    lines
}

/// Draws a picture that has something to show.
fn drawn(mut chart: Chart) -> Option<String> {
    let is_known = |line: &Line| line.values.iter().any(|value| value.is_finite());
    chart.lines.retain(is_known);
    chart.svg()
}

fn of_snapshots(name: String, is_after: bool, process: &GcProcess) -> Track {
    let known: Option<Vec<f64>> = process
        .steps
        .iter()
        .map(|step| step.span.map(|span| span.seconds))
        .collect();
    let is_timed = known.is_some();
    let steps = known.unwrap_or_else(|| vec![1.0; process.steps.len()]);
    let times = steps.iter().scan(0.0, |now, step| {
        *now += step;
        Some(*now)
    });
    let heap = process.moments.iter().map(|one| &one.snapshot.heap);
    let number = |value: Option<u64>| value.map_or(f64::NAN, |value| value as f64);
    let step = |of: &dyn Fn(usize) -> Option<f64>| {
        let values = (0..process.steps.len()).map(|at| of(at).unwrap_or(f64::NAN));
        std::iter::once(f64::NAN).chain(values).collect()
    };
    let at = |at: usize| process.steps.get(at);
    Track {
        name,
        is_after,
        times: std::iter::once(0.0).chain(times).collect(),
        is_timed,
        numbers: Numbers {
            live: heap
                .clone()
                .map(|heap| number(heap.live.or(heap.alloc)))
                .collect(),
            goal: heap.map(|heap| number(heap.goal)).collect(),
            stop: step(&|step| Some(at(step)?.pauses.as_ref()?.max as f64)),
            cpu: step(&|step| Some(at(step)?.cpu.as_ref()?.share * 100.0)),
            cycles: step(&|step| at(step)?.cycles_per_second),
        },
    }
}

fn of_log(path: Option<&str>, trace: &GcTrace, is_after: bool) -> Vec<Track> {
    let path = path.map_or("", last_part);
    let tracks = trace.processes.iter().map(|process| {
        let name = match process.origin() {
            "" => path.to_owned(),
            origin => format!("{path} {origin}"),
        };
        of_process(name, is_after, process)
    });
    tracks.collect()
}

fn of_process(name: String, is_after: bool, process: &TraceProcess) -> Track {
    let (steps, nanos) = steps_of(process);
    let seconds = nanos as f64 / 1e9;
    // What a step without a cycle has, and what it has of the cycle before.
    let told = |empty: f64, of: &dyn Fn(&Bucket) -> f64| -> Vec<f64> {
        let values = steps.iter().map(|step| step.as_ref().map_or(empty, of));
        values.collect()
    };
    let mib = |mib: u64| mib as f64 * 1_048_576.0;
    let cpu = |bucket: &Bucket| {
        let time = nanos as f64 * f64::from(bucket.procs);
        if time > 0.0 {
            100.0 * bucket.cpu as f64 / time
        } else {
            f64::NAN
        }
    };
    Track {
        name,
        is_after,
        times: (0..steps.len()).map(|at| at as f64 * seconds).collect(),
        is_timed: true,
        numbers: Numbers {
            live: held(told(f64::NAN, &|bucket| mib(bucket.live_mib))),
            goal: held(told(f64::NAN, &|bucket| mib(bucket.goal_mib))),
            stop: told(f64::NAN, &|bucket| bucket.longest_stop as f64),
            cpu: told(0.0, &cpu),
            cycles: told(0.0, &|bucket| bucket.cycles as f64 / seconds.max(1e-9)),
        },
    }
}

/// Steps that are longer than cycles: what a cycle takes counts where it began, and no step has more than all of its
/// time.
fn steps_of(process: &TraceProcess) -> (Vec<Step>, u64) {
    let mut most = STEPS;
    loop {
        let (steps, nanos) = steps(process, most);
        let is_more = |bucket: &Bucket| bucket.cpu > nanos.saturating_mul(bucket.procs.into());
        if most <= FEWEST_STEPS || !steps.iter().flatten().any(is_more) {
            return (steps, nanos);
        }
        most /= 2;
    }
}

/// A size stays what it is until the next cycle.
fn held(mut values: Vec<f64>) -> Vec<f64> {
    let mut last = f64::NAN;
    for value in &mut values {
        if value.is_finite() {
            last = *value;
        } else {
            *value = last;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::with_left_out;

    #[test]
    fn processes_that_are_not_drawn_are_told_of() {
        let charts = || vec!["<svg/>".to_owned(), "<svg/>".to_owned()];
        assert_eq!(with_left_out(charts(), &[(3, "")]), charts());
        let told = with_left_out(charts(), &[(3, " before"), (7, " after")]);
        let [first, last] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(first, "<svg/>");
        assert!(last.contains("Drawn are the first 3 of 7 processes after;"));
    }
}
