//! The call graph of made profiles, whose values are known.
#![allow(clippy::unwrap_used, reason = "a test")]

use heapwise_analysis::graph::{CallGraph, GraphKind, GraphNode, NodeErrors};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{
    Along, Granularity, Inlined, SelectOptions, Selector, Trim, View, ViewOptions,
};
use heapwise_decode::{
    Function, Limits, Line, LocationIndex, MadeLabel, NoSource, Profile, ProfileMaker,
    ProfileReader,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Makes profiles of one value, `space` in bytes, after a count.
struct Maker {
    maker: ProfileMaker,
}

impl Maker {
    fn new() -> Maker {
        let types: [(&[u8], &[u8]); 2] = [(b"objects", b"count"), (b"space", b"bytes")];
        Maker {
            maker: ProfileMaker::new(&Limits::default(), types),
        }
    }

    /// A location of functions, the innermost first: `f` or `inlined f`.
    fn location(&mut self, address: u64, names: &[&str]) -> LocationIndex {
        let lines: Vec<Line> = names
            .iter()
            .map(|name| {
                let name = self.maker.text(name.as_bytes());
                Line::new(self.maker.add_function(Function::new(name)), 0)
            })
            .collect();
        self.maker.add_location(None, address, &lines, false)
    }

    fn sample(&mut self, stack: &[LocationIndex], value: i64) {
        self.maker.add_sample(stack, &[1, value], &[]);
    }

    fn profile(self) -> Profile {
        self.maker.finish().unwrap()
    }
}

fn graph(profile: Profile, kind: GraphKind, change: impl FnOnce(&mut ViewOptions)) -> CallGraph {
    let mut options = ViewOptions::default();
    change(&mut options);
    let selector = Selector::new(&SelectOptions::default()).unwrap();
    let view = View::new(ProfileReader::<NoSource>::of(profile), &selector, options).unwrap();
    CallGraph::of(&view, kind).unwrap()
}

fn name(graph: &CallGraph, node: &GraphNode) -> String {
    String::from_utf8(graph.name(node)).unwrap()
}

/// Rows as name, flat and cumulative value.
fn rows(graph: &CallGraph) -> Vec<(String, i64, i64)> {
    let rows = graph.rows().iter();
    rows.map(|row| (name(graph, row), row.flat, row.cum))
        .collect()
}

/// Calls as texts.
fn calls(graph: &CallGraph) -> Vec<String> {
    let node = |at: usize| name(graph, &graph.nodes()[at]);
    let calls = graph.calls().iter();
    calls
        .map(|call| {
            format!(
                "{} -> {} {}{}{}",
                node(call.caller),
                node(call.callee),
                call.weight,
                if call.is_residual { " residual" } else { "" },
                if call.is_inlined { " inlined" } else { "" },
            )
        })
        .collect()
}

#[test]
fn counts_recursion_once_and_knows_what_was_inlined() {
    let mut maker = Maker::new();
    let root = maker.location(1, &["main"]);
    let both = maker.location(2, &["leaf", "work"]);
    let again = maker.location(3, &["work"]);
    maker.sample(&[root, both, again, both], 5);
    maker.sample(&[root, again], 3);
    let graph = graph(maker.profile(), GraphKind::Tree, |_| {});
    assert_eq!(
        rows(&graph),
        [
            ("leaf".to_owned(), 5, 5),
            ("work".to_owned(), 3, 8),
            ("main".to_owned(), 0, 8)
        ]
    );
    assert_eq!(
        calls(&graph),
        ["main -> work 8", "leaf -> work 5", "work -> leaf 5 inlined"]
    );
    assert_eq!(graph.inlined(&graph.rows()[0]), Inlined::All);
    assert_eq!(graph.inlined(&graph.rows()[1]), Inlined::No);
}

/// What is shown ends where 64 bits do; what it is made of does not wrap around.
#[test]
fn calls_beyond_64_bits_do_not_wrap_around() {
    let mut maker = Maker::new();
    let main = maker.location(1, &["main"]);
    let large = maker.location(2, &["large"]);
    let small = maker.location(3, &["small"]);
    for _ in 0..3 {
        maker.sample(&[main, large], i64::MAX);
    }
    maker.sample(&[main, small], i64::MAX / 2);
    let profile = ProfileReader::<NoSource>::of(maker.profile());
    let view = View::new(profile, &Selector::default(), ViewOptions::default()).unwrap();
    let graph = CallGraph::of(&view, GraphKind::Tree).unwrap();
    let (most, half) = (i64::MAX, i64::MAX / 2);
    let expected = [
        format!("main -> large {most}"),
        format!("main -> small {half}"),
    ];
    assert_eq!(calls(&graph), expected);
    let errors = NodeErrors::of(&view, &graph).unwrap();
    let (most, half) = (i128::from(most), i128::from(half));
    for row in graph.rows() {
        let expected = match name(&graph, row).as_str() {
            "large" => (3 * most, 3 * most),
            "small" => (half, half),
            _ => (0, 3 * most + half),
        };
        let (flat, cum) = errors.of_node(row, Confidence::default());
        assert_eq!((flat.value, cum.value), expected);
    }
}

/// Three functions in one place, and callers that alternate.
#[test]
fn calls_within_and_between_places_are_told_apart() {
    let mut maker = Maker::new();
    let main = maker.location(1, &["main"]);
    let other = maker.location(2, &["other"]);
    let three = maker.location(3, &["inner", "middle", "outer"]);
    let leaf = maker.location(4, &["leaf"]);
    for value in [1, 2, 4] {
        maker.sample(&[main, three, leaf], value);
        maker.sample(&[main, other, three], 8 * value);
        maker.sample(&[other, three, three], 64 * value);
        maker.sample(&[three], 512 * value);
    }
    let graph = graph(maker.profile(), GraphKind::Tree, |options| {
        options.trim = Trim::NONE;
    });
    let mut found = calls(&graph);
    found.sort();
    let expected = [
        "inner -> leaf 7",
        "inner -> outer 448",
        "main -> other 56",
        "main -> outer 7",
        "middle -> inner 4095 inlined",
        "other -> outer 504",
        "outer -> middle 4095 inlined",
    ];
    assert_eq!(found, expected);
}

#[test]
fn calls_over_what_is_left_out_are_residual() {
    let mut maker = Maker::new();
    let stack = ["a", "b", "c"].map(|name| maker.location(0, &[name]));
    let other = maker.location(0, &["other"]);
    maker.sample(&stack, 100);
    maker.sample(&[stack[0], other], 50);
    let graph = graph(maker.profile(), GraphKind::Tree, |options| {
        options.trim.node_count = Some(2);
        options.cum = true;
    });
    assert_eq!(
        rows(&graph),
        [("a".to_owned(), 0, 150), ("b".to_owned(), 0, 100)]
    );
    assert_eq!(graph.head().candidates, 4);
    let graph = self::graph(
        {
            let mut maker = Maker::new();
            let stack = ["a", "b", "c"].map(|name| maker.location(0, &[name]));
            maker.sample(&stack, 100);
            maker.sample(&stack[..1], 20);
            maker.profile()
        },
        GraphKind::Tree,
        |options| options.trim.node_count = Some(2),
    );
    assert_eq!(
        rows(&graph),
        [("c".to_owned(), 100, 100), ("a".to_owned(), 20, 120)]
    );
    assert_eq!(calls(&graph), ["a -> c 100 residual"]);
}

#[test]
fn a_call_tree_tells_ways_apart() {
    let make = || {
        let mut maker = Maker::new();
        let [a, b, leaf] = ["a", "b", "leaf"].map(|name| maker.location(0, &[name]));
        maker.sample(&[a, leaf], 6);
        maker.sample(&[b, leaf], 4);
        maker.profile()
    };
    let leaves = |graph: &CallGraph| {
        let rows = rows(graph);
        let leaves = rows.into_iter().filter(|(name, ..)| name == "leaf");
        leaves.map(|(_, flat, _)| flat).collect::<Vec<_>>()
    };
    let as_tree = |options: &mut ViewOptions| options.call_tree = true;
    assert_eq!(leaves(&graph(make(), GraphKind::Dot, |_| {})), [10]);
    assert_eq!(leaves(&graph(make(), GraphKind::Dot, as_tree)), [6, 4]);
    // Only pictures of graphs are drawn as trees.
    assert_eq!(leaves(&graph(make(), GraphKind::Tree, as_tree)), [10]);
}

#[test]
fn tags_add_up_per_node() {
    let mut maker = Maker::new();
    let [root, leaf] = ["root", "leaf"].map(|name| maker.location(0, &[name]));
    let [key, text, bytes] = [&b"key"[..], b"a", b"bytes"].map(|text| maker.maker.text(text));
    for (size, value) in [(16, 32), (16, 64), (48, 48)] {
        let labels = [
            MadeLabel::Text(key, text),
            MadeLabel::Number(bytes, size, bytes),
        ];
        maker.maker.add_sample(&[root, leaf], &[1, value], &labels);
    }
    let graph = graph(maker.profile(), GraphKind::Dot, |_| {});
    let root = graph.rows().iter().find(|row| name(&graph, row) == "root");
    let labels = graph.label_tags(root.unwrap());
    assert_eq!(labels.len(), 1);
    assert_eq!(
        (labels[0].name.as_slice(), labels[0].cum),
        (&b"key:a"[..], (144, 0))
    );
    let sizes = graph.size_tags(root.unwrap(), b"key:a");
    let sizes: Vec<_> = sizes
        .iter()
        .map(|tag| (tag.value, tag.flat.0, tag.cum.0))
        .collect();
    assert_eq!(sizes, [(16, 0, 96), (48, 0, 48)]);
}

#[test]
fn packages_are_nodes_too() {
    let mut maker = Maker::new();
    let stack = ["main.main", "net/http.Get", "net/http.(*Client).Do"];
    let stack = stack.map(|name| maker.location(0, &[name]));
    maker.sample(&stack, 7);
    let graph = graph(maker.profile(), GraphKind::Tree, |options| {
        options.granularity = Some(Granularity::Packages);
    });
    assert_eq!(
        rows(&graph),
        [("net/http".to_owned(), 7, 7), ("main".to_owned(), 0, 7)]
    );
    assert_eq!(
        graph.site(&graph.rows()[0]).package.as_deref(),
        Some("net/http")
    );
    assert_eq!(calls(&graph), ["main -> net/http 7"]);
}

#[test]
fn stacks_of_any_depth_are_no_danger() {
    let mut maker = Maker::new();
    let frames: Vec<LocationIndex> = (0..1000)
        .map(|at| maker.location(at, &[&format!("f{at:04}")]))
        .collect();
    let deep: Vec<LocationIndex> = frames.iter().copied().cycle().take(300_000).collect();
    maker.sample(&deep, 1);
    let profile = maker.profile();
    for kind in [GraphKind::Tree, GraphKind::Dot, GraphKind::Callgrind] {
        let graph = graph(profile.clone(), kind, |options| options.call_tree = true);
        assert!(graph.rows().iter().all(|row| row.cum == 1));
    }
}

/// What a report would show of a profile of testdata: along the first reading, or read once more.
fn read_graph(profile: &[u8], kind: GraphKind, along: Along, filters: &SelectOptions) -> String {
    let mut options = ViewOptions::default();
    options.along = along;
    options.sample_index = Some("alloc_space".to_owned());
    options.trim.node_fraction = 0.05;
    let selector = Selector::new(filters).unwrap();
    let view = View::read(profile.to_vec(), &selector, options, &Limits::default()).unwrap();
    let graph = CallGraph::of(&view, kind).unwrap();
    format!("{:?} {:?} {:?}", graph.head(), graph.nodes(), graph.calls())
}

#[test]
fn calls_are_the_same_whether_stacks_were_kept_or_read_again() {
    let mut everything = SelectOptions::default();
    everything.all_frames = true;
    let mut focus = SelectOptions::default();
    focus.focus = Some("net/http".to_owned());
    focus.hide = Some("bufio".to_owned());
    let read = |name: &str| {
        let path = format!(
            "{}/../../testdata/server/{name}",
            env!("CARGO_MANIFEST_DIR")
        );
        #[expect(clippy::disallowed_methods, reason = "a test reads profiles")]
        std::fs::read(path).unwrap()
    };
    let profiles = [read("heap.pb.gz"), read("go1.21/heap.pb.gz"), pruned()];
    for (number, profile) in profiles.iter().enumerate() {
        for kind in [GraphKind::Top, GraphKind::Tree, GraphKind::Dot] {
            for filters in [&SelectOptions::default(), &everything, &focus] {
                let read = |along| read_graph(profile, kind, along, filters);
                assert_eq!(read(Along::Sums), read(Along::Nothing), "{number} {kind:?}");
                assert_eq!(
                    read(Along::Errors),
                    read(Along::Nothing),
                    "{number} {kind:?}"
                );
            }
        }
    }
}

/// A profile that calls some of its frames uninteresting, in which calls lead to others without them.
fn pruned() -> Vec<u8> {
    let types: [(&[u8], &[u8]); 2] = [(b"alloc_objects", b"count"), (b"alloc_space", b"bytes")];
    let mut maker = Maker {
        maker: ProfileMaker::new(&Limits::default(), types),
    };
    maker.maker.set_frame_patterns(b"drop.*", b"");
    let root = maker.location(1, &["main"]);
    let gone = maker.location(2, &["inner", "drop.two", "outer"]);
    let leaf = maker.location(3, &["drop.leaf"]);
    let other = maker.location(4, &["inlined", "other"]);
    maker.sample(&[leaf, gone, root], 1000);
    maker.sample(&[leaf, other, gone, root], 200);
    maker.sample(&[other, root], 30);
    maker.sample(&[gone, other, root], 4);
    let mut bytes = Vec::new();
    heapwise_decode::encode(&maker.profile(), &mut bytes).unwrap();
    bytes
}

/// The marks of rows, by name.
fn marks(graph: &CallGraph) -> Vec<(String, Inlined)> {
    let rows = graph.rows().iter();
    let mut marks: Vec<_> = rows
        .map(|row| (name(graph, row), graph.inlined(row)))
        .collect();
    marks.sort_by(|a, b| a.0.cmp(&b.0));
    marks
}

#[test]
fn a_row_is_marked_as_inlined_by_the_calls_that_are_shown() {
    for (large, expected) in [(30, Inlined::No), (150, Inlined::All)] {
        let mut maker = Maker::new();
        let main = maker.location(1, &["main"]);
        for (at, caller) in ["a", "b", "c"].into_iter().enumerate() {
            let inlined = maker.location(2 + at as u64, &["tiny", caller]);
            maker.sample(&[main, inlined], if at == 0 { large } else { 30 });
        }
        maker.sample(&[main], 1000 - 60 - large);
        let graph = graph(maker.profile(), GraphKind::Top, |options| {
            options.trim.node_fraction = 0.01;
            options.trim.edge_fraction = 0.1;
        });
        let found = marks(&graph).into_iter().find(|(name, _)| name == "tiny");
        assert_eq!(found, Some(("tiny".to_owned(), expected)));
    }
}

/// Locations of up to three functions, and stacks of them with values.
type Made = (Vec<Vec<usize>>, Vec<(Vec<usize>, i64)>);

fn made() -> impl Strategy<Value = Made> {
    let locations = vec(vec(0_usize..6, 1..4), 1..7);
    let values = prop_oneof![4 => 0_i64..100, 1 => -20_i64..0];
    (locations, vec((vec(0_usize..7, 1..5), values), 1..12))
}

proptest! {
    /// Where calls are looked for only to mark rows, rows have the marks that all calls give them.
    #[test]
    fn marks_are_those_of_the_calls((locations, samples) in made(), node in 0..30, edge in 0..30) {
        let profile = || {
            let mut maker = Maker::new();
            let made: Vec<LocationIndex> = (1..)
                .zip(&locations)
                .map(|(address, functions)| {
                    let names = functions.iter().map(|&at| ["f", "g", "h", "i", "j", "k"][at]);
                    maker.location(address, &names.collect::<Vec<_>>())
                })
                .collect();
            for (stack, value) in &samples {
                let stack = stack.iter().filter_map(|&at| made.get(at).copied());
                maker.sample(&stack.collect::<Vec<_>>(), *value);
            }
            maker.profile()
        };
        let trimmed = |kind| {
            graph(profile(), kind, |options| {
                options.trim.node_count = Some(0);
                options.trim.node_fraction = f64::from(node) / 100.0;
                options.trim.edge_fraction = f64::from(edge) / 100.0;
            })
        };
        prop_assert_eq!(marks(&trimmed(GraphKind::Top)), marks(&trimmed(GraphKind::Tree)));
    }
}
