//! What pprof takes, heapwise takes, and `top` says the same of it, byte for byte.
#![no_main]

use std::cell::RefCell;
use std::collections::BTreeSet;

use arbitrary::Unstructured;
use heapwise_analysis::graph::{CallGraph, GraphKind};
use heapwise_analysis::{Along, Granularity, SelectOptions, Selector, View, ViewOptions};
use heapwise_decode::{Limits, TextReading};
use heapwise_fuzz::forms::{number_of, to_make_of};
use heapwise_fuzz::made_profile::made_profile;
use heapwise_fuzz::made_text::made_text;
use heapwise_fuzz::pprof::{Answer, Pprof};
use heapwise_fuzz::text_forms::FORMS;
use heapwise_report::write_pprof_top;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static PPROF: RefCell<Pprof> = RefCell::new(Pprof::start().expect("starts"));
}

const GRANULARITIES: [(&str, Granularity); 5] = [
    ("functions", Granularity::Functions),
    ("filefunctions", Granularity::FileFunctions),
    ("files", Granularity::Files),
    ("lines", Granularity::Lines),
    ("addresses", Granularity::Addresses),
];

fuzz_target!(|input: &[u8]| match to_make_of(input) {
    // Texts of pprof's own forms, or profiles.
    Some(bytes) if input.first().is_some_and(|first| *first >= 0xa0) => {
        if let Ok(text) = made_text(FORMS, &mut Unstructured::new(bytes)) {
            whole(&text);
        }
    }
    Some(bytes) => {
        let _ = made(&mut Unstructured::new(bytes));
    }
    None => whole(input),
});

fn whole(input: &[u8]) {
    let number = number_of(input);
    differ(
        number % 5,
        number / 5 % 2 == 1,
        number / 10 % 2 == 1,
        input,
        true,
    );
}

fn made(bytes: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let granularity = bytes.choose_index(GRANULARITIES.len())?;
    let (cum, no_inlines) = (bytes.arbitrary()?, bytes.arbitrary()?);
    let profile = made_profile(bytes)?;
    differ(granularity, cum, no_inlines, &profile, false);
    Ok(())
}

/// Compares what is said of `profile`; one that is given whole and not made may be text that heapwise reads and pprof
/// does not.
fn differ(granularity: usize, cum: bool, no_inlines: bool, profile: &[u8], is_whole: bool) {
    let digits = is_whole.then(|| most_digits(profile)).unwrap_or_default();
    let is_apart = is_unwritten(profile) || is_marked(profile);
    if is_apart || digits >= DIGITS_THAT_WRAP {
        return;
    }
    let (name, granularity) = GRANULARITIES[granularity];
    // Both are named: pprof keeps what was asked for before (driver/config.go: currentConfig).
    let order = if cum { "cum" } else { "flat" };
    let asked =
        format!("-top -{name} -{order} -noinlines={no_inlines} -symbolize=none -nodefraction=0");
    if let Some(path) = std::env::var_os("HEAPWISE_FUZZ_KEEP") {
        // What an input stands for, to look at with other programs.
        std::fs::write(path, profile).expect("can be written");
    }
    let ask = || PPROF.with_borrow_mut(|pprof| pprof.ask(&asked, profile).expect("answers"));
    let mut options = ViewOptions::default();
    options.granularity = Some(granularity);
    options.cum = cum;
    options.no_inlines = no_inlines;
    match (ask(), ours(profile, options)) {
        (Answer::Report(theirs), Ok(ours)) => assert!(
            same(&text(&theirs), &text(&ours)),
            "{asked}: pprof says\n{}\nand not\n{}",
            text(&theirs),
            text(&ours)
        ),
        (Answer::Report(_), Err(_)) if digits >= DIGITS_THAT_SCALE => {}
        (Answer::Report(theirs), Err(error)) => {
            panic!("{asked}: refused: {error}, pprof says\n{}", text(&theirs))
        }
        (Answer::Refused(reason), Ok(ours)) if !is_whole => {
            panic!("{asked}: pprof refuses: {reason}\n{}", text(&ours))
        }
        _ => {}
    }
}

/// Whether heapwise takes it for a file whose data was never written. To pprof these are fields that it passes over.
fn is_unwritten(profile: &[u8]) -> bool {
    profile.iter().take_while(|byte| **byte == 0).count() >= 64
}

/// Whether it has the mark of UTF-8, which heapwise takes off. To pprof it is part of the first word: a profile of goroutines
/// is one of something else.
fn is_marked(profile: &[u8]) -> bool {
    profile.starts_with(b"\xef\xbb\xbf")
}

/// Numbers of so many digits may add up to more than 64 bits hold, where pprof begins again at the other end.
const DIGITS_THAT_WRAP: usize = 15;
/// Numbers of so many may stand for as much, with the size that a sample is scaled by: refused here, and what a float that
/// is too large becomes in pprof.
const DIGITS_THAT_SCALE: usize = 7;

/// Of the longest number in a text.
fn most_digits(text: &[u8]) -> usize {
    let numbers = text.split(|byte| !byte.is_ascii_digit());
    numbers.map(<[u8]>::len).max().unwrap_or_default()
}

/// Whether two reports say the same. Rows of one name stand in the order of a map of Go, which
/// changes from run to run (graph/graph.go: comparePrintableName).
fn same(theirs: &str, ours: &str) -> bool {
    theirs == ours || {
        let (theirs, ours) = (rows(theirs), rows(ours));
        let names: BTreeSet<&str> = ours.iter().map(|row| name(row)).collect();
        names.len() < ours.len() && theirs == ours
    }
}

/// Its lines in an order of their own, without the running sum of the rows.
fn rows(report: &str) -> Vec<String> {
    let mut is_row = false;
    let mut rows: Vec<String> = report
        .lines()
        .map(|line| {
            let mut words: Vec<&str> = line.split_whitespace().collect();
            if is_row && words.len() > 2 {
                words.remove(2);
            }
            is_row |= line.trim_start().starts_with("flat  flat%");
            words.join(" ")
        })
        .collect();
    rows.sort();
    rows
}

/// The name of a row without what says whether it was inlined.
fn name(row: &str) -> &str {
    let name = row.splitn(5, ' ').last().unwrap_or(row);
    name.trim_end_matches(" (inline)")
        .trim_end_matches(" (partial-inline)")
}

/// What is not UTF-8 in the names of files is U+FFFD in the lines above the table, and printed as it is by pprof.
fn text(report: &[u8]) -> String {
    String::from_utf8_lossy(report).into_owned()
}

/// What `heapwise top --pprof-compatible` prints.
fn ours(profile: &[u8], mut options: ViewOptions) -> Result<Vec<u8>, String> {
    let mut limits = Limits::with_max_bytes(1 << 30);
    limits.texts = TextReading::AsPprof;
    options.along = Along::Sums;
    options.trim.node_fraction = 0.0;
    let say = |error: heapwise_analysis::Error| format!("{error:#}");
    let view = View::read(
        profile.to_vec(),
        &Selector::new(&SelectOptions::default()).map_err(say)?,
        options,
        &limits,
    )
    .map_err(say)?;
    let graph = CallGraph::of(&view, GraphKind::Top).map_err(say)?;
    let mut out = Vec::new();
    write_pprof_top(&graph, &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}
