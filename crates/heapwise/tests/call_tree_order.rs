//! Nodes of a call tree that are alike stand in pprof's order.
//!
//! Goldens named `dot-call-tree-…` say so of profiles of the repository (see `pprof_goldens.rs`);
//! this is a published one, which lies beside the workspace because it may not be copied.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "shared helpers walk over files and run the command"
)]

mod common;

use common::beside::shared;
use common::{pprof_compatible, workspace};

/// What pprof prints of nodes that have the same function, line, score and flat value, and differ
/// in what they call.
const ALIKE: [(&str, &str); 4] = [
    ("N38", r"encode.go:323\n0 of 34.51MB (5.26%)"),
    ("N39", r"encode.go:323\n0 of 30.01MB (4.58%)"),
    ("N55", r"json.go:62\n0 of 24MB (3.66%)"),
    ("N56", r"json.go:62\n0 of 26MB (3.97%)"),
];

#[test]
fn nodes_that_are_alike_stand_as_pprof_has_them() {
    let name = "cases/published-texts/Azure__eno-ff88616-heap.pprof";
    let Some(profile) = shared(name) else { return };
    let options = "-dot -sample_index=alloc_space -lines -nodefraction=0 -call_tree";
    let mut question: Vec<String> = options.split(' ').map(str::to_owned).collect();
    question.push(profile.display().to_string());
    let answer = pprof_compatible(&workspace(), &question);
    let picture = String::from_utf8_lossy(&answer.stdout);
    for (number, label) in ALIKE {
        let start = format!("{number} [label=");
        let node = picture.lines().find(|line| line.starts_with(&start));
        let is_there = node.is_some_and(|node| node.contains(label));
        assert!(is_there, "{number}: expected {label}, found {node:?}");
    }
}
