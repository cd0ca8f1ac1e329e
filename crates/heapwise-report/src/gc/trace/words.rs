//! The sentences around the numbers of a log.

use heapwise_analysis::gc::{GcTrace, Sign, TraceProcess, trace_health};
use heapwise_analysis::units::auto_label;
use heapwise_decode::{GcTraceNotes, agree, counted};

/// What there is, and what to look at.
pub(super) fn headline(trace: &GcTrace) -> Vec<String> {
    let cycles: u64 = trace.processes.iter().map(TraceProcess::cycles).sum();
    let restarts = trace
        .processes
        .iter()
        .filter(|process| process.is_restart());
    let restarts = match restarts.count() as u64 {
        0 => String::new(),
        count => format!(", {} among them", counted(count, "restart")),
    };
    let mut lines = vec![match trace.processes.len() as u64 {
        0 => "no cycle of the collector in this log: is GODEBUG=gctrace=1 set?".to_owned(),
        count => format!(
            "{} of {}{restarts}",
            counted(cycles, "cycle"),
            counted(count, "process")
        ),
    }];
    let unread = trace.notes.not_understood;
    if unread > 0 {
        let verb = agree(&unread, "looks", "look");
        let what = agree(&unread, "a trace", "traces");
        let verb_2 = agree(&unread, "was", "were");
        lines.push(format!(
            "{} {verb} like {what} of the collector and {verb_2} not understood: cut, or torn by another writer",
            counted(unread, "line")
        ));
        lines.extend(
            trace
                .notes
                .examples
                .iter()
                .map(|example| format!("  {example}")),
        );
    }
    lines
}

/// The process, its time, and what in it to look at.
pub(super) fn title(process: &TraceProcess, at: usize, count: usize) -> String {
    let name = match (process.origin(), count) {
        ("", 1) => String::new(),
        ("", _) => format!("process {}: ", at + 1),
        (origin, _) => format!("{origin}: "),
    };
    let span = auto_label(i128::from(process.span_nanos()), "nanoseconds");
    let cycles = counted(process.cycles(), "cycle");
    let restart = if process.is_restart() {
        ", after a restart"
    } else {
        ""
    };
    let looks: Vec<&str> = trace_health(process)
        .iter()
        .filter(|finding| finding.sign == Sign::Look)
        .map(|finding| finding.health.name())
        .collect();
    let looks = match looks.is_empty() {
        true => String::new(),
        false => format!("; look at: {}", looks.join(", ")),
    };
    format!("{name}{cycles} in {span}{restart}{looks}")
}

/// What to know of the numbers of a process.
pub(super) fn remarks(process: &TraceProcess) -> Vec<String> {
    let mut lines = Vec::new();
    if process.is_mixed() {
        lines.push(
            "numbers go back and forth: more than one process writes here, and nothing tells them apart, so there \
             are no rates"
                .to_owned(),
        );
    }
    let missing = process.missing();
    if missing > 0 && !process.is_mixed() {
        let verb = agree(&missing, "is", "are");
        lines.push(format!(
            "{} {verb} missing in between, and taken to be like the others",
            counted(missing, "cycle")
        ));
    }
    let (least, most) = process.procs();
    if least < most && !process.is_mixed() {
        lines.push(format!(
            "GOMAXPROCS changed while it ran, from {} to {} in the end: shares of the CPU are of what there was at each time",
            process.first().procs,
            process.last().procs
        ));
    }
    match process.first().number {
        1 => lines
            .push("from the start of the process on: its first cycles are its start-up".to_owned()),
        number => lines.push(format!(
            "from cycle {number} on, {} after the start of the process",
            auto_label(i128::from(process.first().at_nanos), "nanoseconds")
        )),
    }
    lines
}

/// What to know of all numbers, and what else the log holds.
pub(super) fn footer(trace: &GcTrace) -> Vec<String> {
    if trace.processes.is_empty() {
        return others(&trace.notes).into_iter().collect();
    }
    let mut lines = vec![
        "The runtime cuts times to two digits, so quantiles are of such values; pauses are both stops of each cycle \
         by themselves, with the time that it took to stop."
            .to_owned(),
    ];
    let told = [
        (
            trace.unplaced,
            "cycle",
            "of which it is not known whose they are",
        ),
        (
            trace.not_followed,
            "cycle",
            "of further processes, which were not followed",
        ),
        (trace.repeated, "cycle", "that the log has more than once"),
        (trace.notes.too_long, "line", "too long to be looked at"),
        (
            trace.notes.too_old,
            "trace",
            "of Go 1.4 or older, which are not read",
        ),
    ];
    for (count, noun, what) in told {
        if count > 0 {
            lines.push(format!("{} {what}", counted(count, noun)));
        }
    }
    let notes = trace.notes.newest_first.iter().chain(&trace.notes.left_out);
    lines.extend(notes.map(ToString::to_string));
    lines.extend(others(&trace.notes));
    lines
}

fn others(notes: &GcTraceNotes) -> Option<String> {
    let told = [
        (notes.scavenger, "of the scavenger"),
        (notes.pacer, "of the pacer"),
        (notes.scan, "on what was scanned"),
        (notes.finalizers, "on finalizers"),
        (notes.scheduler, "of the scheduler"),
        (notes.periodic, "on cycles after two minutes without one"),
        (notes.other, "of something else"),
    ];
    let told = told.into_iter().filter(|&(count, _)| count > 0);
    let parts: Vec<String> = told
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    (!parts.is_empty()).then(|| format!("Other lines: {}.", parts.join(", ")))
}
