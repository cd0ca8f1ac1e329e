//! Frames of several profiles in one graph.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use heapwise_analysis::flame::{FlameDifference, FlameGraph, FlameKind, FlameOptions};
use heapwise_analysis::{
    DiffOptions, Error, GivenWork, RunSites, SelectOptions, Selector, View, ViewOptions,
};
use heapwise_decode::Limits;
use proptest::prelude::*;

fn view(folded: &str) -> View {
    let selector = Selector::new(&SelectOptions::default()).unwrap();
    let bytes = folded.as_bytes().to_vec();
    View::read(bytes, &selector, ViewOptions::default(), &Limits::default()).unwrap()
}

fn graph(profiles: &[&str], fraction: f64) -> FlameGraph {
    let views: Vec<View> = profiles.iter().map(|folded| view(folded)).collect();
    let views: Vec<&View> = views.iter().collect();
    let mut options = FlameOptions::default();
    options.fraction = fraction;
    FlameGraph::of(&views, &options).unwrap()
}

/// The nodes as paths, with what each profile has in and below them.
fn paths(graph: &FlameGraph) -> Vec<(String, Vec<i128>)> {
    let mut path: Vec<String> = Vec::new();
    let nodes = graph.nodes.iter().enumerate();
    nodes
        .map(|(at, node)| {
            path.truncate(node.depth as usize);
            path.push(match node.kind {
                FlameKind::Root => "all".to_owned(),
                FlameKind::Frame(frame) => graph.frames[frame as usize].name(),
                FlameKind::LeftOut(count) => format!("+{count}"),
            });
            let values = graph
                .rankings()
                .iter()
                .map(|known| known.rows[at].cum_of(0));
            (path.join(";"), values.collect())
        })
        .collect()
}

#[test]
fn a_frame_that_is_large_in_one_profile_is_there_for_all() {
    let before = "main;a 9000\nmain;b;x 1\nmain;c 1\n";
    let after = "main;a 1\nmain;b;x 9000\nmain;d 2\n";
    let found = paths(&graph(&[before, after], 0.01));
    let expected = [
        ("all", [9002, 9003]),
        ("all;main", [9002, 9003]),
        ("all;main;a", [9000, 1]),
        ("all;main;b", [1, 9000]),
        ("all;main;b;x", [1, 9000]),
        ("all;main;+1", [1, 2]),
    ];
    let expected = expected.map(|(path, values)| (path.to_owned(), values.to_vec()));
    assert_eq!(found, expected);
}

#[test]
fn what_is_not_sampled_is_judged_exactly() {
    let profiles = ["main;a 10\nmain;b 5\n", "main;a 10\nmain;c 7\n"];
    let mut drawn = FlameOptions::default();
    drawn.fraction = 0.0;
    drawn.sample_index = vec![0, 0];
    drawn.before = 1;
    let mut options = DiffOptions::default();
    options.work = GivenWork::Same;
    let open = |at: usize| Ok::<View, Error>(view(profiles[at]));
    let sites = <[RunSites; 2]>::default();
    let difference = FlameDifference::of(open, &drawn, &[], &options, sites).unwrap();
    let names = paths(&graph(&profiles, 0.0));
    let changes = names.iter().zip(&difference.changes);
    let changes: Vec<_> = changes
        .map(|((name, _), change)| {
            (
                name.as_str(),
                change.cum.before.value,
                change.cum.after.value,
            )
        })
        .collect();
    assert_eq!(
        changes,
        [
            ("all", 15, 17),
            ("all;main", 15, 17),
            ("all;main;a", 10, 10),
            ("all;main;c", 0, 7),
            ("all;main;b", 5, 0),
        ]
    );
}

proptest! {
    /// Whatever is left out, every node has what is in its children and its own, and nothing is lost.
    #[test]
    fn graphs_add_up(
        stacks in prop::collection::vec((prop::collection::vec(0..4u8, 1..6), 1..1000u32), 2..40),
        fraction in 0.0..0.2f64,
        most in 1..30usize,
    ) {
        let line = |(stack, value): &(Vec<u8>, u32)| {
            let names: Vec<String> = stack.iter().map(|name| format!("p.f{name}")).collect();
            format!("root;{} {value}\n", names.join(";"))
        };
        let folded: String = stacks.iter().map(line).collect();
        let total: i128 = stacks.iter().map(|(_, value)| i128::from(*value)).sum();
        let view = view(&folded);
        let mut options = FlameOptions::default();
        options.fraction = fraction;
        options.most = most;
        let graph = FlameGraph::of(&[&view], &options).unwrap();
        let rows = &graph.rankings()[0].rows;
        prop_assert_eq!(rows[0].cum_of(0), total);
        let mut sums: Vec<i128> = rows.iter().map(|row| row.flat_of(0)).collect();
        for (at, node) in graph.nodes.iter().enumerate().skip(1).rev() {
            prop_assert!((node.parent as usize) < at);
            let sum = sums[at];
            sums[node.parent as usize] += sum;
        }
        for (sum, row) in sums.iter().zip(rows) {
            prop_assert_eq!(*sum, row.cum_of(0));
        }
        let shown = graph.nodes.iter().filter(|node| !matches!(node.kind, FlameKind::LeftOut(_)));
        prop_assert!(shown.count() <= most + 1, "the root is none of them");
    }
}
