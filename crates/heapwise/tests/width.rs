//! What is shown on a terminal fits it.
#![allow(clippy::unwrap_used, reason = "tests on profiles of this repository")]
#![allow(
    clippy::disallowed_methods,
    reason = "reads profiles of this repository"
)]

mod common;

use std::fs;

use common::workspace;
use heapwise_analysis::explain::{Evidences, RowShape, reasons_of_rows};
use heapwise_analysis::gc::tune::{Given, Request, Setting, measure, predict, propose};
use heapwise_analysis::gc::{AllocationCosts, GcMoment, SiteBytes, gc_answer};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{
    DiffOptions, DiffSide, Estimate, Granularity, Outcome, RankOptions, RankRow, Ranking, RowOrder,
    SelectOptions, Selector, Trim, View, ViewOptions, common_sample_index, diff, rank,
};
use heapwise_decode::{Limits, gc_snapshots};
use heapwise_report::{
    DiffReasons, DiffReport, Format, GcInput, GcReport, JudgedClaim, Layout, TopReport, TuneReport,
    VerifyReport,
};
use unicode_width::UnicodeWidthStr;

const PAIRS: [[&str; 2]; 6] = [
    [
        "beforeafter/buffer-vs-pool/before.merged.pb.gz",
        "beforeafter/buffer-vs-pool/after.merged.pb.gz",
    ],
    [
        "beforeafter/sprintf-vs-strconv/before/heap.01.pb.gz",
        "beforeafter/sprintf-vs-strconv/after/heap.02.pb.gz",
    ],
    ["server/heap.pb.gz", "server/go1.27/heap.later.pb.gz"],
    ["server/go1.27/heap.later.pb.gz", "server/heap.pb.gz"],
    [
        "gotool/prog/fmt_std.heap.pb.gz",
        "gotool/prog/fmt_std.allocs.pb.gz",
    ],
    [
        "gotool/bench/json.default.pb.gz",
        "gotool/compile/strings.default.pb.gz",
    ],
];
const TYPES: [Option<&str>; 3] = [None, Some("alloc_objects"), Some("inuse_space")];
const GRANULARITIES: [Granularity; 3] = [
    Granularity::Functions,
    Granularity::Lines,
    Granularity::Packages,
];

#[test]
fn a_comparison_fits_eighty_columns() {
    for pair in PAIRS {
        for granularity in GRANULARITIES {
            for by_cum in [false, true] {
                for sample_type in TYPES {
                    let report = comparison(pair, granularity, sample_type, by_cum);
                    let at_80 = printed(|out| report.write(Format::Text, layout(80), out));
                    expect_fits(&at_80, 80);
                    assert!(at_80.contains("verdict"), "{at_80}");
                    expect_fits(
                        &printed(|out| report.write(Format::Text, layout(100), out)),
                        100,
                    );
                }
            }
        }
    }
}

#[test]
fn claims_fit_eighty_columns() {
    let long = "alloc_space github.com/example/a/very/long/path/of/packages.(*Type).EncodeLargeDocuments.func1 <= -20%";
    let claim = |text: &str, why: &str| JudgedClaim::new(Outcome::open(text, why.to_owned()));
    let reason = "too few samples: profile 20 times longer, or with -memprofilerate=53; to ask again, count from --look 1";
    let report = VerifyReport::new(
        vec![
            claim(long, reason),
            claim("alloc_space total <= +5%", reason),
        ],
        0.95,
    );
    for width in [80, 60] {
        let text = printed(|out| report.write(Format::Text, layout(width), out));
        expect_fits(&text, width);
        let words: Vec<&str> = text.split_whitespace().collect();
        assert!(
            words
                .join(" ")
                .contains("inconclusive alloc_space total <= +5% too few samples: profile"),
            "{text}"
        );
    }
    let wide = printed(|out| report.write(Format::Text, layout(300), out));
    assert!(wide.contains("result        claim"), "{wide}");
}

#[test]
fn reasons_fit_eighty_columns() {
    for pair in PAIRS {
        for granularity in GRANULARITIES {
            let report = comparison(pair, granularity, Some("alloc_space"), false);
            let bytes = fs::read(workspace().join("testdata").join(pair[1])).unwrap();
            let mut options = ViewOptions::default();
            options.sample_index = Some("alloc_space".to_owned());
            let selector = Selector::new(&SelectOptions::default()).unwrap();
            let view = View::read(bytes, &selector, options, &Limits::default()).unwrap();
            let rows = RowShape {
                granularity,
                is_cumulative: false,
            };
            let confidence = Confidence::new(0.95).unwrap();
            let after = reasons_of_rows(&view, Evidences::default(), rows, confidence).unwrap();
            let report = report.with_reasons(Some(DiffReasons::new(after, 1)));
            let text = printed(|out| report.write(Format::Text, layout(80), out));
            expect_fits(&text, 80);
            assert!(text.contains("no escape log at"), "{text}");
        }
    }
}

#[test]
fn what_is_wide_enough_has_the_verdicts_in_full() {
    let [pair, ..] = PAIRS;
    let report = comparison(pair, Granularity::Functions, None, false);
    let at = |width| printed(|out| report.write(Format::Text, Layout::new(width, false), out));
    let detail = "unclear: only a change above +61% or below -47% would show";
    assert!(at(None).contains(detail));
    assert!(at(Some(160)).contains(detail));
    for width in [80, 100, 120] {
        let text = at(Some(width));
        assert!(
            text.contains("unclear ") && !text.contains(detail),
            "{text}"
        );
    }
    // The verdict's detail goes first, then the difference, then the second arm of the interval.
    assert!(at(Some(120)).contains("gone (at least -99.0%)") && at(Some(120)).contains("delta"));
    assert!(!at(Some(80)).contains("delta") && at(Some(80)).contains("-85.0% ±4.3%"));
}

#[test]
fn long_names_of_sides_do_not_take_the_room() {
    let [pair, ..] = PAIRS;
    let mut report = comparison(pair, Granularity::Functions, None, false);
    report.before_name = "release-2026.11-without-the-pool".to_owned();
    report.after_name = "delta".to_owned();
    let text = printed(|out| report.write(Format::Text, layout(80), out));
    expect_fits(&text, 80);
    report.trim.node_count = Some(2);
    let more = printed(|out| report.write(Format::Text, Layout::default(), out));
    let more = more.lines().find(|line| line.contains(" more")).unwrap();
    assert_eq!(more.split_whitespace().next(), Some("-1.50MB"), "{more}");
}

#[test]
fn settings_fit_eighty_columns() {
    let mut given = Given::default();
    given.live = Some((290 << 20, 330 << 20));
    given.non_heap = Some(30 << 20);
    given.allocation_rate = Some(2e9);
    given.processors = Some(16);
    given.cpu_per_cycle = Some(0.2);
    let measurement = measure(&[], &given).unwrap();
    for container in [1 << 30, 400 << 20, 300 << 20] {
        let proposal = propose(
            &measurement.program,
            Request::new(container, 20 << 20, 0.05),
        );
        let limits = [None, Some(proposal.memory_limit)];
        let settings = limits.map(|limit| Setting::new(Some(100), limit));
        let cells = settings.map(|setting| predict(&measurement.program, setting));
        let now = predict(&measurement.program, Setting::DEFAULT);
        let report = TuneReport::new(measurement.clone(), now)
            .with_cells(cells.into())
            .with_proposal(Some(proposal));
        let text = printed(|out| report.write(Format::Text, layout(80), out));
        expect_fits(&text, 80);
        let wide = printed(|out| report.write(Format::Text, Layout::default(), out));
        assert!(wide.contains("acts as"), "{wide}");
    }
}

/// What sites cost gives way with the interval of the share, which the error tells as well, before names cannot be read.
#[test]
fn what_allocation_costs_fits_eighty_columns() {
    for bytes in [9_999_i128, 21_970_000, 999_990_000, 123_450_000_000] {
        for error in [0, 2, 100] {
            let estimate = |value: i128| {
                let mut estimate = Estimate::unknown(value);
                estimate.se = Some(value as f64 / 10.0);
                estimate.low = Some(value - value * error / 101);
                estimate.high = Some(value + value * error / 10);
                estimate
            };
            let text = costs_at(estimate(bytes), estimate(bytes * 700), Some(80));
            expect_fits(&text, 80);
            let wide = costs_at(estimate(bytes), estimate(bytes * 700), None);
            assert!(wide.contains("between") && wide.contains(" to "), "{wide}");
        }
    }
    // Where there is room, all of it is told.
    let text = costs_at(Estimate::exact(512), Estimate::exact(512), Some(80));
    expect_fits(&text, 80);
    assert!(text.contains("between"), "{text}");
}

/// What the largest sites of a profile cost, as if each allocated so much of a total.
fn costs_at(bytes: Estimate, total: Estimate, width: Option<usize>) -> String {
    let texts = ["gc/heap-1.debug1.txt", "gc/heap-3.debug1.txt"];
    let moments = texts.iter().enumerate().map(|(input, path)| {
        let text = fs::read(workspace().join("testdata").join(path)).unwrap();
        let snapshot = gc_snapshots(text.as_slice(), &Limits::default()).unwrap();
        GcMoment::new(snapshot.into_iter().next().unwrap(), input)
    });
    let mut answer = gc_answer(moments.collect(), None);
    let ranking = ranking("server/heap.pb.gz", Granularity::Functions);
    let shown = ranking.shown(1, &Trim::NONE, RowOrder::Flat);
    let sites = shown.rows.into_iter().take(10);
    let sites = sites.map(|row| SiteBytes::new(row.site.clone(), row.inlined, bytes));
    answer.processes[0].costs = Some(AllocationCosts::new(sites.collect(), total, true));
    let mut report = GcReport::new(answer);
    report.inputs = texts
        .map(|path| GcInput::new(path.to_owned(), "heap text"))
        .into();
    printed(|out| report.write(Format::Text, Layout::new(width, false), out))
}

#[test]
fn a_ranking_fits_eighty_columns() {
    for path in PAIRS.iter().flatten() {
        for granularity in GRANULARITIES {
            let ranking = ranking(path, granularity);
            let types = ranking.header.sample_types.len();
            for sample_index in 0..types {
                let trim = Trim {
                    node_count: Some(20),
                    ..Trim::NONE
                };
                let shown = ranking.shown(sample_index, &trim, RowOrder::Flat);
                let report =
                    TopReport::new(ranking.clone(), sample_index, shown.map(RankRow::clone));
                let text = printed(|out| report.write(Format::Text, layout(80), out));
                expect_fits(&text, 80);
            }
        }
    }
}

fn layout(width: usize) -> Layout {
    Layout::new(Some(width), false)
}

fn printed(write: impl Fn(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn expect_fits(text: &str, width: usize) {
    for line in text.lines() {
        assert!(
            line.width() <= width,
            "{} cells: {line}\n{text}",
            line.width()
        );
    }
}

fn ranking(path: &str, granularity: Granularity) -> Ranking {
    let bytes = fs::read(workspace().join("testdata").join(path)).unwrap();
    let options = RankOptions::new(granularity);
    rank(bytes.as_slice(), &options, &Limits::default()).unwrap()
}

fn comparison(
    pair: [&str; 2],
    granularity: Granularity,
    sample_type: Option<&str>,
    by_cum: bool,
) -> DiffReport {
    let [before, after] = pair.map(|path| [ranking(path, granularity)]);
    let headers = [&before[0].header, &after[0].header];
    let index = common_sample_index(&headers, sample_type).unwrap();
    let mut options = DiffOptions::default();
    options.work = heapwise_analysis::GivenWork::Same;
    options.by_cum = by_cum;
    let sides = [
        DiffSide::new(&before, &index[..1]),
        DiffSide::new(&after, &index[1..]),
    ];
    let difference = diff(&sides[0], &sides[1], &options).unwrap();
    DiffReport::new(difference)
        .with_trim(Trim {
            node_count: Some(25),
            ..Trim::NONE
        })
        .with_by_cum(by_cum)
}
