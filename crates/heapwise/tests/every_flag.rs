//! No option is accepted and ignored: each flag that a command's help lists changes what it
//! answers, and each is tried here.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;
#[path = "../../heapwise-analysis/tests/common/heap.rs"]
mod heap;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use common::{heapwise, workspace};
use heapwise_decode::{Function, Limits, Line, ProfileMaker, encode};

/// A flag, what it is tried with, and how it is given; arguments are separated by spaces.
type Case = (&'static str, &'static str, &'static str);

const HEAP: &str = "testdata/server/heap.pb.gz";
const PAIR: &str = "testdata/server/heap.pb.gz testdata/server/go1.27/heap.later.pb.gz";
const DUMP: &str = "testdata/server/series/chanrecv/goroutine.13.debug2.txt";

/// A budget whose suppression ends.
const BUDGET: &str = r#"
[growth]
forbid = "5%"

[[suppress]]
site = "main.makeOrder"
reason = "warm-up"
expires = "2027-01-31"

[[suppress]]
site = "main.main.func3"
reason = "waits on purpose"
expires = 2027-01-31
"#;

/// How URLs are fetched: without one to fetch, each is refused, and `urls.rs` tells what each does.
const FETCHING: [Case; 9] = [
    ("seconds", "", "--seconds=5"),
    ("timeout", "", "--timeout=5"),
    ("tls-ca", "", "--tls-ca=testdata/README.md"),
    ("tls-cert", "", "--tls-cert=testdata/README.md"),
    ("tls-key", "", "--tls-cert=a --tls-key=testdata/README.md"),
    ("header", "", "--header=a:b"),
    ("bearer-file", "", "--bearer-file=testdata/README.md"),
    ("follow-redirects", "", "--follow-redirects"),
    ("save", "", "--save=NEW"),
];

/// What filters do to every report.
const FILTERS: [Case; 12] = [
    ("focus", "", "--focus=json"),
    ("ignore", "", "--ignore=json"),
    ("show", "", "--show=json"),
    ("hide", "", "--hide=json"),
    ("show-from", "", "--show-from=ServeHTTP"),
    ("prune-from", "", "--prune-from=ServeHTTP"),
    ("tagfocus", "", "--tagfocus=1kb:"),
    ("tagignore", "", "--tagignore=1kb:"),
    ("tagshow", "", "--tagshow=nothing-is-called-so"),
    ("taghide", "", "--taghide=nothing-is-called-so"),
    ("tagroot", "", "--tagroot=bytes"),
    ("tagleaf", "", "--tagleaf=bytes"),
];

/// What sources and values do to every report.
const VALUES: [Case; 34] = [
    ("total-delay", "", "-total_delay"),
    ("mean-delay", "", "-mean_delay"),
    ("contentions", "", "-contentions"),
    ("inuse-space", "-alloc_space", "-inuse_space"),
    ("inuse-objects", "", "-inuse_objects"),
    ("alloc-space", "", "-alloc_space"),
    ("alloc-objects", "", "-alloc_objects"),
    ("base", "", "--base=LATER"),
    ("diff-base", "", "--diff-base=LATER"),
    ("normalize", "--base=LATER", "--normalize"),
    ("all-frames", "MADE", "--all-frames"),
    ("add-comment", "--pprof-compatible", "--add-comment=release"),
    ("sample-index", "", "--sample-index=alloc_space"),
    ("granularity", "", "--granularity=files"),
    ("functions", "--lines", "--functions"),
    ("filefunctions", "", "--filefunctions"),
    ("files", "", "--files"),
    ("lines", "", "--lines"),
    ("addresses", "", "--addresses"),
    ("packages", "", "--packages"),
    ("cum", "", "--cum"),
    ("flat", "--cum", "--flat"),
    ("nodecount", "", "-n3"),
    ("nodefraction", "", "--nodefraction=0.4"),
    ("mean", "", "--mean"),
    ("divide-by", "", "--divide-by=10"),
    (
        "per",
        "ALONE -alloc_space --base=testdata/gc/steady/000.txt testdata/gc/steady/020.txt",
        "--per=seconds",
    ),
    ("unit", "", "--unit=kB"),
    ("noinlines", "", "--noinlines"),
    ("showcolumns", "MADE --lines", "--showcolumns"),
    ("drop-negative", "--base=LATER", "--drop-negative"),
    (
        "relative-percentages",
        "--focus=json",
        "--relative-percentages",
    ),
    ("trim", "-n3", "--trim=false"),
    ("pprof-compatible", "", "--pprof-compatible"),
];

/// What only graphs and sources have, with what makes them matter.
const GRAPH: [Case; 17] = [
    (
        "source-path",
        "--trim-path=/src/corpus/server/src",
        "--source-path=testdata/src",
    ),
    (
        "trim-path",
        "--source-path=testdata/src",
        "--trim-path=/src/corpus/server/src",
    ),
    ("pprof-compatible", "--cum", "--pprof-compatible"),
    ("showcolumns", "MADE --noinlines", "--showcolumns"),
    ("add-comment", "", "--add-comment=release"),
    ("all-frames", "", "--all-frames"),
    ("showcolumns", "", "--showcolumns"),
    ("compact-labels", "", "--compact-labels"),
    ("trim-path", "", "--trim-path=/src/corpus"),
    ("source-path", "", "--source-path=/x/net"),
    ("edgefraction", "", "--edgefraction=0.9"),
    ("trim", "", "--trim=false"),
    (
        "edgefraction",
        "--pprof-compatible -alloc_space -n9",
        "--edgefraction=0.9",
    ),
    ("call-tree", "", "--call-tree"),
    ("compact-labels", "--pprof-compatible", "--compact-labels"),
    (
        "trim-path",
        "--pprof-compatible --files",
        "--trim-path=/src/corpus",
    ),
    (
        "source-path",
        "--pprof-compatible --files",
        "--source-path=/x/net",
    ),
];

/// Where answers go; and what differs where there is little to see.
const OUTPUT: [Case; 12] = [
    ("open", "-f html", "--open"),
    ("base", "MADE", "--base=LATER"),
    ("diff-base", "MADE", "--diff-base=LATER"),
    ("normalize", "", "--normalize"),
    ("output", "MADE", "-o NEW"),
    (
        "quiet",
        "--pprof-compatible --focus=nothing-is-called-so",
        "-q",
    ),
    ("format", "", "-f json"),
    ("output", "", "-o NEW"),
    ("max-bytes", "", "--max-bytes=1kB"),
    ("quiet", "--focus=nothing-is-called-so", "-q"),
    ("color", "", "--color=always"),
    ("confidence", "", "--confidence=0.5"),
];

/// How many profiles are read. Threads change nothing but the time: a number that is none is refused.
const MANY: [Case; 10] = [
    ("files-from", "", "--files-from=LISTED"),
    ("keep-going", "no-such.pb.gz", "--keep-going"),
    (
        "keep-going",
        "ALONE --before testdata/server/heap.pb.gz no-such.pb.gz --after LATER",
        "--keep-going",
    ),
    ("jobs", "", "--jobs=0"),
    ("max-memory", "", "--max-memory=1kB"),
    (
        "max-memory",
        "testdata/server/go1.27/heap.later.pb.gz",
        "--max-memory=1kB",
    ),
    (
        "before-files-from",
        "ALONE --after LATER",
        "--before-files-from=LISTED",
    ),
    (
        "before-files-from",
        "ALONE --before LATER --after LATER",
        "--before-files-from=LISTED",
    ),
    (
        "after-files-from",
        "ALONE --before LATER",
        "--after-files-from=LISTED",
    ),
    (
        "after-files-from",
        "ALONE --before LATER --after LATER",
        "--after-files-from=LISTED",
    ),
];

/// What only writing has, and what differs there.
const WRITING: [Case; 13] = [
    ("to", "", "--to=folded"),
    ("all-frames", "MADE --to=folded", "--all-frames"),
    ("trim-path", "--to=dot --files", "--trim-path=/src/corpus"),
    ("source-path", "--to=dot --files", "--source-path=/x/net"),
    (
        "edgefraction",
        "--to=dot -alloc_space",
        "--edgefraction=0.9",
    ),
    ("call-tree", "--to=dot", "--call-tree"),
    ("compact-labels", "--to=dot", "--compact-labels"),
    ("pprof-compatible", "--cum", "--pprof-compatible"),
    ("showcolumns", "MADE --lines --to=dot", "--showcolumns"),
    ("sample-index", "--to=folded", "--sample-index=alloc_space"),
    ("unit", "--to=dot", "--unit=kB"),
    ("flat", "--cum --to=dot", "--flat"),
    ("trim", "--to=dot -alloc_space", "--trim=false"),
];

/// What comparing has; ALONE goes without the usual pair.
const COMPARING: [Case; 20] = [
    ("explain", "", "--explain"),
    (
        "escapes",
        "ALONE SLICES SLICES --explain",
        "--escapes=testdata/advice/slice-capacity/before.m2.txt",
    ),
    (
        "before-escapes",
        "ALONE SLICES SLICES -e testdata/advice/slice-capacity/before.m2.txt",
        "--before-escapes=testdata/advice/slice-capacity/before.m2.txt",
    ),
    ("build", "", "--build=./no-such-package"),
    (
        "source",
        "ALONE MAPS MAPS -alloc_space -e testdata/advice/map-hint/before.m2.txt",
        "--source=examples/go/advice/map-hint/before",
    ),
    ("before", "ALONE --after RUNS/after", "--before RUNS/before"),
    ("after", "ALONE --before RUNS/before", "--after RUNS/after"),
    (
        "min-change",
        "ALONE --same-work --before RUNS/before --after RUNS/after",
        "--min-change=99%",
    ),
    ("run-cv", "--same-work -alloc_space", "--run-cv=50%"),
    (
        "test",
        "ALONE --before RUNS/before --after RUNS/after",
        "--test=mannwhitney",
    ),
    ("same-process", "", "--same-process"),
    ("same-work", "-alloc_space", "--same-work"),
    ("per", "-alloc_space", "--per=total"),
    (
        "before-ops",
        "-alloc_space --after-ops=10",
        "--before-ops=10",
    ),
    (
        "after-ops",
        "-alloc_space --before-ops=10",
        "--after-ops=10",
    ),
    (
        "before-seconds",
        "-alloc_space --after-seconds=10",
        "--before-seconds=10",
    ),
    (
        "after-seconds",
        "-alloc_space --before-seconds=10",
        "--after-seconds=10",
    ),
    (
        "before-bench",
        "-alloc_space --after-bench=BENCH",
        "--before-bench=BENCH",
    ),
    (
        "after-bench",
        "-alloc_space --before-bench=BENCH",
        "--after-bench=BENCH",
    ),
    ("verbose", "", "-v"),
];

/// What deciding has; `_` stands for a space. An option of comparing matters where a claim needs
/// what it changes.
const DECIDING: [Case; 34] = [
    (
        "escapes",
        "ALONE --require=advice_none_above_5% testdata/advice/pool-buffer/before.pb.gz",
        "--escapes=testdata/advice/pool-buffer/before.m2.txt",
    ),
    (
        "source",
        "ALONE --require=advice_none_above_5% --escapes testdata/advice/slice-capacity/before.m2.txt testdata/advice/slice-capacity/before.pb.gz",
        "--source=examples/go/advice/slice-capacity/before",
    ),
    (
        "gc",
        "--require=gc_rate_<=_9/s",
        "--gc=testdata/gc/go1.27.3.steady.log",
    ),
    (
        "before-gc",
        "--gc=testdata/gc/go1.27.3.steady.log --require=gc_rate_<=_+90%",
        "--before-gc=testdata/gc/go1.27.3.steady.log",
    ),
    ("inuse-objects", "--forbid-growth=1%", "-inuse_objects"),
    ("alloc-space", "--forbid-growth=1%", "-alloc_space"),
    ("alloc-objects", "--forbid-growth=1%", "-alloc_objects"),
    (
        "before",
        "ALONE --after RUNS/after CHANGE",
        "--before RUNS/before",
    ),
    (
        "after",
        "ALONE --before RUNS/before CHANGE",
        "--after RUNS/after",
    ),
    (
        "sample-index",
        "--forbid-growth=1%",
        "--sample-index=alloc_objects",
    ),
    ("granularity", "--forbid-growth=1%", "--granularity=files"),
    ("functions", "--lines", "--functions"),
    ("filefunctions", "--forbid-growth=1%", "--filefunctions"),
    ("files", "--forbid-growth=1%", "--files"),
    ("lines", "--forbid-growth=1%", "--lines"),
    ("addresses", "--forbid-growth=1%", "--addresses"),
    ("packages", "--forbid-growth=1%", "--packages"),
    ("cum", "--forbid-growth=1%", "--cum"),
    ("confidence", "CHANGE --same-work", "--confidence=0.5"),
    ("run-cv", "--same-work CHANGE", "--run-cv=50%"),
    ("same-work", "CHANGE", "--same-work"),
    ("same-process", "CHANGE --same-work", "--same-process"),
    ("per", "CHANGE", "--per=total"),
    ("require", "", "--require=inuse_space_total_<=_1kB"),
    ("forbid-growth", "", "--forbid-growth=1%"),
    (
        "strict",
        "ALONE testdata/renamed/before1.pb.gz testdata/renamed/before2.pb.gz -alloc_space --same-work --forbid-growth=1%",
        "--strict",
    ),
    (
        "allow-moved",
        "ALONE OLDNAME OTHERNAME --same-work --forbid-growth=5%",
        "--allow-moved",
    ),
    ("look", "CHANGE --same-work", "--look=2"),
    ("budget", "", "--budget=BUDGET"),
    ("example-budget", "", "--example-budget"),
    (
        "inconclusive",
        "--require=alloc_space_total_<=_+7%",
        "--inconclusive=fail",
    ),
    ("today", "--budget=BUDGET", "--today=2099-01-01"),
    (
        "silent-when-ok",
        "--require=inuse_space_total_<=_9GB",
        "--silent-when-ok",
    ),
    (
        "goroutines",
        "--require=goroutines_total_<=_500",
        "--goroutines=testdata/states/goroutine.pb.gz",
    ),
];

#[test]
fn each_flag_of_comparing_changes_what_it_answers() {
    let cases = [
        &FILTERS[..],
        &VALUES[..],
        &OUTPUT[..],
        &MANY[..],
        &COMPARING[..],
    ]
    .concat();
    check_on("diff", "", PAIR, &cases);
}

#[test]
fn each_flag_of_deciding_changes_what_it_answers() {
    let cases = [
        &FILTERS[..],
        &VALUES[..],
        &OUTPUT[..],
        &COMPARING[..],
        &DECIDING[..],
    ]
    .concat();
    let claims = "--require=alloc_space_total_<=_9GB --require=alloc_space_cum:/json/_<=_9GB \
                  --require=alloc_space_/newFastEnc/_<=_9GB --require=alloc_space_cum:/^[0-9]+$/_<=_9GB_optional";
    check_on("verify", claims, PAIR, &cases);
}

#[test]
fn each_flag_of_the_other_commands_changes_what_they_answer() {
    check_on(
        "info",
        "",
        HEAP,
        &[&OUTPUT[..], &[("quiet", "CUT ALONE", "-q")]].concat(),
    );
    let goroutines = [
        ("group-by", "", "--group-by=state"),
        ("tree", "", "--tree"),
        ("focus", "", "--focus=select"),
        ("ignore", "", "--ignore=main"),
        ("show", "", "--show=main"),
        ("hide", "", "--hide=main"),
        ("show-from", "", "--show-from=main"),
        ("prune-from", "", "--prune-from=main"),
        ("tagfocus", "", "--tagfocus=name"),
        ("tagignore", "", "--tagignore=state"),
        ("quiet", "CUT ALONE", "-q"),
        ("budget", "", "--budget=BUDGET"),
        ("today", "--budget=BUDGET", "--today=2099-01-01"),
    ];
    let cases = [&FILTERS[..], &VALUES[..], &OUTPUT[..], &goroutines[..]].concat();
    check_on("goroutines", "", "testdata/states/goroutine.pb.gz", &cases);
    let gc = [
        (
            "before",
            "ALONE",
            "--before=testdata/gc/go1.27.3.steady.log --after=testdata/gc/go1.27.3.steady.log",
        ),
        (
            "after",
            "--before=testdata/gc/go1.27.3.steady.log ALONE",
            "--after=testdata/gc/go1.27.3.steady.log",
        ),
        ("interval", "", "--interval=3"),
        ("rss", "", "--rss=90MB"),
        ("cgroup", "", "--cgroup=testdata/gc/cgroup"),
        ("confidence", "", "--confidence=0.5"),
        ("quiet", "testdata/gc/heap-1.debug1.txt", "-q"),
    ];
    let cases = [&OUTPUT[..], &gc[..]].concat();
    let pair = "testdata/gc/heap-1.debug1.txt testdata/gc/heap-3.debug1.txt";
    check_on("gc", "", pair, &cases);
}

/// What becomes of the snapshots of a leak.
const GROWING: [Case; 10] = [
    ("focus", "", "--focus=forget"),
    ("ignore", "", "--ignore=forget"),
    ("show", "", "--show=forget"),
    ("hide", "", "--hide=forget"),
    ("show-from", "", "--show-from=leak"),
    ("prune-from", "", "--prune-from=leak"),
    ("tagfocus", "", "--tagfocus=10kb:"),
    ("tagignore", "", "--tagignore=10kb:"),
    ("nodecount", "", "-n1"),
    ("quiet", "testdata/server/heap.pb.gz", "-q"),
];

#[test]
fn each_flag_of_growth_changes_what_it_answers() {
    let cases = [
        &FILTERS[..],
        &VALUES[..],
        &OUTPUT[..],
        &MANY[..],
        &GROWING[..],
    ]
    .concat();
    check_on("growth", "", "testdata/growth/leak", &cases);
}

/// What explaining has.
const EXPLAINING: [Case; 12] = [
    ("ops", "", "--ops=10"),
    (
        "bench",
        "ALONE testdata/advice/slice-capacity/before.pb.gz",
        "--bench=testdata/advice/slice-capacity/before.txt",
    ),
    (
        "source",
        "ALONE testdata/advice/map-hint/before.pb.gz -e testdata/advice/map-hint/before.m2.txt",
        "--source=examples/go/advice/map-hint/before",
    ),
    (
        "compare",
        "-e testdata/escape/go1.27.3/m2.txt",
        "--compare=testdata/escape/go1.24.11/m2.txt",
    ),
    ("alloc-space", "-inuse_space", "-alloc_space"),
    ("sample-index", "", "--sample-index=inuse_space"),
    ("escapes", "", "-e testdata/explain/append-cap/m2.txt"),
    ("build", "", "--build=./no-such-package"),
    ("focus", "", "--focus=fillCache"),
    ("nodecount", "", "-n1"),
    ("taghide", "", "--taghide=bytes"),
    ("quiet", "", "-q"),
];

#[test]
fn each_flag_of_explaining_changes_what_it_answers() {
    let cases = [&FILTERS[..], &VALUES[..], &OUTPUT[..], &EXPLAINING[..]].concat();
    check_on("explain", "", HEAP, &cases);
}

/// What tables have.
const EXPORTING: [Case; 6] = [
    ("service", "", "--service=checkout"),
    ("instance", "", "--instance=pod-1"),
    ("format", "", "-f ndjson"),
    ("dir", "ALONE testdata/server/heap.pb.gz", "--dir=TABLES"),
    (
        "overwrite",
        "ALONE --dir=DONE testdata/server/heap.pb.gz",
        "--overwrite",
    ),
    ("quiet", "", "-q"),
];

#[test]
fn each_flag_of_export_changes_what_is_written() {
    let cases = [&OUTPUT[..], &MANY[..], &EXPORTING[..]].concat();
    check_on("export", "", &format!("--dir=TABLES {HEAP}"), &cases);
}

/// What predicting has.
const TUNING: [Case; 17] = [
    ("memory-limit", "", "--memory-limit=1GB"),
    ("margin", "--memory-limit=1GB", "--margin=20%"),
    ("cpu-budget", "--memory-limit=1GB", "--cpu-budget=1%"),
    ("gogc", "", "--gogc=75"),
    ("gomemlimit", "", "--gomemlimit=90MB"),
    ("live", "", "--live=30MB-33MB"),
    ("alloc-rate", "", "--alloc-rate=1GB"),
    ("non-heap", "", "--non-heap=50MB"),
    ("non-go", "", "--non-go=50MB"),
    ("gomaxprocs", "", "--gomaxprocs=3"),
    ("gc-rate", "", "--gc-rate=1.5"),
    ("gc-cpu", "--gomaxprocs=3", "--gc-cpu=20"),
    ("ran-gogc", "", "--ran-gogc=50"),
    ("ran-gomemlimit", "--live=30MB", "--ran-gomemlimit=50MB"),
    ("interval", "", "--interval=100"),
    ("quiet", "", "-q"),
    (
        "max-bytes",
        "ALONE PACKED --alloc-rate=1MB",
        "--max-bytes=1kB",
    ),
];

#[test]
fn each_flag_of_tuning_changes_what_it_answers() {
    let snapshots = "testdata/gc/heap-1.debug1.txt testdata/gc/heap-3.debug1.txt";
    check_on("tune", "", snapshots, &[&OUTPUT[..], &TUNING[..]].concat());
}

#[test]
fn each_flag_of_a_report_changes_what_it_answers() {
    for (command, before) in [
        ("top", ""),
        ("tree", ""),
        ("peek", "alloc|Read|json|main|net/"),
        ("traces", ""),
        ("tags", ""),
        ("raw", ""),
        ("comments", ""),
        ("list", "json|main|alloc|New"),
    ] {
        check(
            command,
            before,
            &[
                &FILTERS[..],
                &VALUES[..],
                &GRAPH[..],
                &OUTPUT[..],
                &MANY[..],
            ]
            .concat(),
        );
    }
}

#[test]
fn each_flag_of_a_picture_changes_what_is_drawn() {
    let drawing = [("format", "", "-f svg")];
    for command in ["flame", "report"] {
        let cases = [&FILTERS[..], &VALUES[..], &OUTPUT[..], &drawing[..]].concat();
        check(command, "", &cases);
    }
}

#[test]
fn each_flag_of_writing_changes_what_is_written() {
    let space = (
        "memory-space",
        "ALONE testdata/gc/heap-1.debug1.txt",
        "--memory-space",
    );
    for command in ["convert", "merge"] {
        check(
            command,
            "",
            &[
                &FILTERS[..],
                &VALUES[..],
                &GRAPH[..],
                &OUTPUT[..],
                &WRITING[..],
                &MANY[..],
                &[space],
            ]
            .concat(),
        );
    }
}

fn check(command: &str, before: &str, cases: &[Case]) {
    check_on(command, before, HEAP, cases);
}

/// Tries each flag in the help of a command, on `subject` where a case brings no profile of its own.
fn check_on(command: &str, before: &str, subject: &str, cases: &[Case]) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("made"), made()).unwrap();
    std::fs::write(folder.path().join("budget"), BUDGET).unwrap();
    for (file, site) in [("named", "main.old"), ("renamed", "main.new")] {
        let sites = [(site, 1024, 200), (site, 64, 90), ("main.b", 96, 900)];
        std::fs::write(folder.path().join(file), heap::heap(524_288, &sites)).unwrap();
    }
    let snapshot = std::fs::read(workspace().join("testdata/gc/heap-1.debug1.txt")).unwrap();
    std::fs::write(folder.path().join("packed"), packed(&snapshot)).unwrap();
    std::fs::write(folder.path().join("listed"), HEAP).unwrap();
    let dump = std::fs::read(workspace().join(DUMP)).unwrap();
    std::fs::write(folder.path().join("cut"), &dump[..dump.len() - 100]).unwrap();
    let done = format!(
        "export -q --dir={} {HEAP}",
        folder.path().join("done").display()
    );
    answer(folder.path(), &done);
    let mut silent = Vec::new();
    // That flag is for all commands, and not all have something to colour.
    let is_coloured = matches!(command, "top" | "tree" | "peek" | "diff");
    let listed = flags(command);
    for flag in listed.iter().filter(|flag| is_coloured || *flag != "color") {
        let cases = cases.iter().chain(&FETCHING);
        let found: Vec<&Case> = cases.filter(|case| case.0 == flag).collect();
        let is_seen = found.iter().any(|(_, with, given)| {
            let is_alone = with.contains("MADE") || with.contains("ALONE");
            let profile = if is_alone { "" } else { subject };
            let args = |extra: &str| format!("{command} {before} {with} {extra} {profile}");
            answer(folder.path(), &args("")) != answer(folder.path(), &args(given))
        });
        if !is_seen {
            silent.push(flag.clone());
        }
    }
    assert!(
        silent.is_empty(),
        "{command}: {silent:?} change nothing, or are not tried"
    );
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// What a command answers, in full.
fn answer(folder: &Path, args: &str) -> (Option<i32>, Vec<u8>, Vec<u8>) {
    let new = folder.join("new");
    let _ = std::fs::remove_file(&new);
    let tables = folder.join("tables");
    let _ = std::fs::remove_dir_all(&tables);
    let words = args.split_whitespace().filter(|word| *word != "ALONE");
    let args = words.map(|word| {
        let word = match word.starts_with("--require") || word.starts_with("CHANGE") {
            true => word
                .replace("CHANGE", "--require=alloc_space_total_<=_-50%")
                .replace('_', " "),
            false => word.to_owned(),
        };
        let word = word
            .replace("alloc space", "alloc_space")
            .replace("inuse space", "inuse_space");
        word.replace("SLICES", "testdata/advice/slice-capacity/before.pb.gz")
            .replace("MAPS", "testdata/advice/map-hint/before.pb.gz")
            .replace("LATER", "testdata/server/go1.27/heap.later.pb.gz")
            .replace("RUNS", "testdata/beforeafter/sprintf-vs-strconv")
            .replace(
                "BENCH",
                "testdata/beforeafter/sprintf-vs-strconv/before.bench.txt",
            )
            .replace("OLDNAME", &folder.join("named").display().to_string())
            .replace("OTHERNAME", &folder.join("renamed").display().to_string())
            .replace("BUDGET", &folder.join("budget").display().to_string())
            .replace("PACKED", &folder.join("packed").display().to_string())
            .replace("CUT", &folder.join("cut").display().to_string())
            .replace("LISTED", &folder.join("listed").display().to_string())
            .replace("MADE", &folder.join("made").display().to_string())
            .replace("NEW", &new.display().to_string())
            .replace("DONE", &folder.join("done").display().to_string())
            .replace("TABLES", &tables.display().to_string())
    });
    let output = heapwise(&workspace()).args(args).output().unwrap();
    let mut out = output.stdout;
    add_files(&tables, &mut out);
    (output.status.code(), out, output.stderr)
}

/// Adds the names of all files below a folder, and what is in them.
fn add_files(folder: &Path, all: &mut Vec<u8>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        all.extend(path.display().to_string().into_bytes());
        match path.is_dir() {
            true => add_files(&path, all),
            false => all.extend(std::fs::read(&path).unwrap()),
        }
    }
}

/// A profile that asks to drop frames and tells columns.
fn made() -> Vec<u8> {
    let mut maker = ProfileMaker::new(&Limits::default(), [(&b"objects"[..], &b"count"[..])]);
    maker.set_frame_patterns(br"runtime\..*", b"");
    maker.add_comment(b"made");
    let file = maker.text(b"/src/main.go");
    let stacks: Vec<_> = [("main.main", 5), ("main.f", 7), ("runtime.mallocgc", 9)]
        .map(|(name, column)| {
            let name = maker.text(name.as_bytes());
            let function = maker.add_function(
                Function::new(name)
                    .with_system_name(name)
                    .with_filename(file)
                    .with_start_line(1),
            );
            let line = Line::new(function, 3).with_column(column);
            maker.add_location(None, 0, &[line], false)
        })
        .into();
    maker.add_sample(&stacks, &[7], &[]);
    let mut bytes = Vec::new();
    encode(&maker.finish().unwrap(), &mut bytes).unwrap();
    bytes
}

/// The long flags that the help of a command lists.
fn flags(command: &str) -> BTreeSet<String> {
    let output = heapwise(&workspace())
        .args([command, "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let lines = help
        .lines()
        .filter(|line| line.trim_start().starts_with('-'));
    let long = lines
        .filter_map(|line| line.split_once("--"))
        .map(|(_, rest)| {
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect::<String>()
        });
    long.filter(|flag| flag != "help" && flag != "version")
        .collect()
}

/// What pprof does not ignore, or does not have, is not ignored either.
#[test]
fn only_what_pprof_ignores_is_ignored() {
    let base = "--base=testdata/server/heap.pb.gz";
    for command in ["report", "flame"] {
        for option in ["--keep-going", "--jobs=1", "--divide_by=2", "--mean", base] {
            for compatible in [&[][..], &["--pprof-compatible"]] {
                let args = [&[command, HEAP, option], compatible].concat();
                let answer = common::run(&args);
                assert_eq!(answer.code, Some(2), "{args:?}");
                assert!(
                    !answer.err.contains("pprof takes"),
                    "{args:?}: {}",
                    answer.err
                );
            }
        }
    }
    for command in ["tree", "traces", "raw"] {
        for option in ["--keep-going", "--jobs=1"] {
            let answer = common::run(&[command, HEAP, option, "--pprof-compatible"]);
            assert_eq!(answer.code, Some(2), "{command} {option}");
            assert!(!answer.err.contains("pprof takes"), "{}", answer.err);
        }
    }
    let answer = common::run(&["traces", HEAP, "--edgefraction=0.1"]);
    assert!(
        answer.err.contains("pprof takes and ignores it"),
        "{}",
        answer.err
    );
    let answer = common::run(&["traces", HEAP, "--edgefraction=0.1", "--pprof-compatible"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
}
