//! Every question gives a place the same name, whatever it is asked for and however it reads.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;

use heapwise_analysis::graph::{CallGraph, GraphKind, NodeErrors};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{
    Estimate, Granularity, ListOptions, Listing, RankOptions, SelectOptions, Selector, Traces,
    View, ViewOptions, fold, rank, rank_profile,
};
use heapwise_decode::{Limits, Profile};

/// A profile as bytes in which no text is shared.
#[derive(Default)]
struct Raw {
    out: Vec<u8>,
    texts: Vec<&'static str>,
    functions: u64,
    locations: u64,
    mappings: u64,
}

/// Name, file, line and column.
type Frame = (&'static str, &'static str, u64, u64);

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, value.len() as u64);
    out.extend(value);
}

impl Raw {
    fn new() -> Raw {
        let mut raw = Raw {
            texts: vec![""],
            ..Raw::default()
        };
        let mut message = Vec::new();
        number(&mut message, 1, raw.text("space"));
        number(&mut message, 2, raw.text("bytes"));
        bytes(&mut raw.out, 1, &message);
        raw
    }

    fn text(&mut self, text: &'static str) -> u64 {
        self.texts.push(text);
        self.texts.len() as u64 - 1
    }

    fn mapping(&mut self, file: &'static str, build_id: &'static str) -> u64 {
        self.mappings += 1;
        let mut message = Vec::new();
        number(&mut message, 1, self.mappings);
        number(&mut message, 5, self.text(file));
        if !build_id.is_empty() {
            number(&mut message, 6, self.text(build_id));
        }
        bytes(&mut self.out, 3, &message);
        self.mappings
    }

    /// A sample of one byte at a location of frames, the innermost first.
    fn sample(&mut self, mapping: u64, frames: &[Frame]) {
        let mut location = Vec::new();
        self.locations += 1;
        number(&mut location, 1, self.locations);
        number(&mut location, 2, mapping);
        number(&mut location, 3, 0x1000 + self.locations);
        for &(name, file, line, column) in frames {
            self.functions += 1;
            let mut function = Vec::new();
            number(&mut function, 1, self.functions);
            number(&mut function, 2, self.text(name));
            number(&mut function, 4, self.text(file));
            bytes(&mut self.out, 5, &function);
            let mut message = Vec::new();
            number(&mut message, 1, self.functions);
            number(&mut message, 2, line);
            number(&mut message, 3, column);
            bytes(&mut location, 4, &message);
        }
        bytes(&mut self.out, 4, &location);
        let mut sample = Vec::new();
        number(&mut sample, 1, self.locations);
        number(&mut sample, 2, 1);
        bytes(&mut self.out, 2, &sample);
    }

    fn finish(mut self) -> Vec<u8> {
        for text in &self.texts {
            bytes(&mut self.out, 6, text.as_bytes());
        }
        self.out
    }
}

fn view(raw: &[u8], options: ViewOptions) -> View {
    let limits = Limits::default();
    let selector = Selector::new(&SelectOptions::default()).unwrap();
    View::read(raw.to_vec(), &selector, options, &limits).unwrap()
}

fn options(granularity: Granularity) -> ViewOptions {
    let mut options = ViewOptions::default();
    options.granularity = Some(granularity);
    options
}

/// The names of the sites that each question has rows for, each with the question.
fn rows(raw: &[u8], options: &ViewOptions) -> Vec<(&'static str, Vec<String>)> {
    let limits = Limits::default();
    let view = view(raw, options.clone());
    let graph = CallGraph::of(&view, GraphKind::Peek).unwrap();
    let mut by = RankOptions::new(options.granularity.unwrap_or_default());
    by.frames.no_inlines = options.no_inlines;
    by.frames.show_columns = options.show_columns;
    let streamed = rank(raw, &by, &limits).unwrap();
    let kept = rank_profile(&view.to_profile(&limits).unwrap(), &by);
    let names = |ranking: &heapwise_analysis::Ranking| {
        let names = ranking.rows.iter().map(|row| row.site.pprof_name());
        sorted(names)
    };
    let nodes = graph.rows().iter();
    vec![
        ("rank as read", names(&streamed)),
        ("rank", names(&kept)),
        (
            "graph",
            sorted(nodes.map(|node| graph.site(node).pprof_name())),
        ),
    ]
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The names in traces.
fn traced(raw: &[u8], options: &ViewOptions) -> BTreeSet<String> {
    let view = view(raw, options.clone());
    let traces = Traces::of(&view);
    let mut names = BTreeSet::new();
    let told = traces.each(|trace| {
        names.extend(trace.frames().map(|frame| frame.site().pprof_name()));
    });
    told.unwrap();
    names
}

#[track_caller]
fn check(raw: &[u8], options: &ViewOptions, expected: &[&str]) {
    for (question, names) in rows(raw, options) {
        assert_eq!(names, expected, "{question} by {:?}", options.granularity);
    }
}

#[test]
fn numbers_that_mean_one_text_are_one_site() {
    let mut raw = Raw::new();
    let (one, other) = (raw.mapping("/bin/app", ""), raw.mapping("/bin/app", ""));
    for mapping in [one, other] {
        raw.sample(mapping, &[("main.f", "/a.go", 1, 0)]);
        raw.sample(mapping, &[("", "/a.go", 2, 0)]);
        raw.sample(mapping, &[]);
    }
    let raw = raw.finish();
    let by = |granularity| options(granularity);
    check(&raw, &by(Granularity::Functions), &["[app]", "main.f"]);
    check(
        &raw,
        &by(Granularity::FileFunctions),
        &["/a.go", "[app]", "main.f /a.go"],
    );
    let lines = ["/a.go:2", "[app]", "main.f /a.go:1"];
    check(&raw, &by(Granularity::Lines), &lines);
}

#[test]
fn paths_are_cut_and_cleaned_alike() {
    let mut raw = Raw::new();
    let mapping = raw.mapping("/bin/app", "");
    for path in [
        "/proc/self/cwd/b.go",
        "b.go",
        "./x/..//b.go",
        "/proc/self/cwd/./b.go",
    ] {
        raw.sample(mapping, &[("main.f", path, 3, 0)]);
    }
    let raw = raw.finish();
    check(&raw, &options(Granularity::Files), &["b.go"]);
    check(&raw, &options(Granularity::Lines), &["main.f b.go:3"]);
    let view = view(&raw, options(Granularity::Lines));
    let listing = Listing::of(&view, &ListOptions::new(&|_| true)).unwrap();
    let files = listing.routines.iter().flat_map(|routine| &routine.files);
    let paths: Vec<&[u8]> = files.map(|file| &*file.path).collect();
    assert_eq!(paths, [b"b.go"]);
    // As in pprof.
    let traced = traced(&raw, &options(Granularity::Files));
    assert_eq!(
        traced,
        ["/proc/self/cwd/b.go", "b.go"].map(str::to_owned).into()
    );
}

#[test]
fn an_address_that_a_profile_was_fetched_from_names_no_binary() {
    let url = "http://localhost:6060/debug/pprof/heap";
    let mut raw = Raw::new();
    let (fetched, built) = (raw.mapping(url, ""), raw.mapping(url, "1234"));
    raw.sample(fetched, &[]);
    raw.sample(built, &[]);
    let raw = raw.finish();
    let names = ["<unknown>", "[heap]"];
    check(&raw, &options(Granularity::Functions), &names);
    assert_eq!(
        traced(&raw, &ViewOptions::default()),
        names.map(str::to_owned).into()
    );
    let profile = Profile::read(&raw[..], &Limits::default()).unwrap();
    let folded = fold(&profile, 0);
    let stacks: Vec<&[u8]> = folded.rows().iter().map(|row| &*row.stack).collect();
    assert_eq!(
        stacks,
        [
            &b"0000000000001001 <unknown>"[..],
            b"0000000000001002 [heap]"
        ]
    );
}

/// driver/driver.go: aggregate leaves a profile alone only with its inlined frames.
#[test]
fn columns_go_with_inlined_frames() {
    let mut raw = Raw::new();
    let mapping = raw.mapping("/bin/app", "");
    let frames = [("main.inl", "/a.go", 7, 9), ("main.f", "/a.go", 3, 5)];
    raw.sample(mapping, &frames);
    let raw = raw.finish();
    let mut by = options(Granularity::Addresses);
    let both = [
        "0000000000001001 main.f /a.go:3:5",
        "0000000000001001 main.inl /a.go:7:9",
    ];
    check(&raw, &by, &both);
    by.no_inlines = true;
    check(&raw, &by, &["0000000000001001 main.f /a.go:3"]);
    assert_eq!(
        traced(&raw, &by),
        ["0000000000001001 main.f /a.go:3".to_owned()].into()
    );
    by.show_columns = true;
    check(&raw, &by, &both[..1]);
}

#[test]
fn what_is_in_no_package_is_unknown_everywhere() {
    let mut raw = Raw::new();
    let mapping = raw.mapping("/bin/app", "");
    raw.sample(mapping, &[]);
    raw.sample(mapping, &[("net/http.(*conn).serve", "/a.go", 3, 0)]);
    raw.sample(mapping, &[("malloc", "/a.c", 3, 0)]);
    let raw = raw.finish();
    let names = ["<unknown>", "malloc", "net/http"];
    check(&raw, &options(Granularity::Packages), &names);
    assert_eq!(
        traced(&raw, &options(Granularity::Packages)),
        names.map(str::to_owned).into()
    );
}

#[test]
fn nodes_keep_their_errors_however_paths_are_cut() {
    let raw = include_bytes!("../../../testdata/server/heap.pb.gz");
    let mut by = options(Granularity::Lines);
    by.trim_path = "/".to_owned();
    let view = view(raw, by);
    let graph = CallGraph::of(&view, GraphKind::Tree).unwrap();
    assert!(!graph.rows().is_empty());
    let errors = NodeErrors::of(&view, &graph).unwrap();
    for node in graph.rows() {
        let (flat, cum) = errors.of_node(node, Confidence::default());
        assert_eq!((flat.value, cum.value), (node.flat.into(), node.cum.into()));
        assert_ne!(
            cum,
            Estimate::unknown(cum.value),
            "{}",
            graph.site(node).pprof_name()
        );
    }
}
