//! What the tests of the command share.
#![allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test binary uses some of this; tests may touch files"
)]

#[path = "../../../heapwise-decode/tests/common/beside.rs"]
pub(crate) mod beside;
pub(crate) mod collector;
pub(crate) mod pod;
pub(crate) mod recorded;
pub(crate) mod schema;
pub(crate) mod server;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder that holds the workspace, where the command runs, so that paths print as
/// `testdata/...`.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The command in a clean environment, where times are told in UTC.
pub(crate) fn heapwise(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heapwise"));
    command.env_clear().env("TZ", "UTC").current_dir(folder);
    command
}

/// What a command said.
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the command in the workspace.
pub(crate) fn run(args: &[&str]) -> Answer {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    Answer {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// What heapwise answers to arguments of `go tool pprof`; `-top` where they name no report.
pub(crate) fn pprof_compatible(folder: &Path, args: &[String]) -> Output {
    heapwise(folder).args(translated(args)).output().unwrap()
}

/// pprof's reports that are commands of heapwise.
const REPORTS: [&str; 6] = ["top", "tree", "traces", "tags", "raw", "comments"];

/// heapwise's arguments for those of pprof.
fn translated(args: &[String]) -> Vec<String> {
    let mut command = vec!["top".to_owned()];
    let mut rest = vec!["--pprof-compatible".to_owned()];
    for arg in args {
        let (name, value) = arg.split_once('=').unwrap_or((arg, ""));
        match name.trim_start_matches('-') {
            "symbolize" => {}
            _ if !arg.starts_with('-') => rest.push(arg.clone()),
            "text" => command = vec!["top".to_owned()],
            report @ ("peek" | "list") => {
                command = vec![report.to_owned()];
                rest.insert(1, value.to_owned());
            }
            form @ ("dot" | "callgrind" | "proto" | "topproto") => {
                command = vec!["convert".to_owned(), "--to".to_owned(), form.to_owned()];
            }
            report if REPORTS.contains(&report) => command = vec![report.to_owned()],
            _ => rest.push(arg.clone()),
        }
    }
    command.extend(rest);
    command
}

/// What two answers must have in common: every byte. With `-files` pprof's own order of rows with
/// the same name is random: there the rows count as a multiset, without the running sum.
pub(crate) fn comparable(answer: &[u8], by_file: bool) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = answer.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
    let title = |line: &Vec<u8>| line.trim_ascii_start().starts_with(b"flat  flat%");
    if by_file && let Some(at) = lines.iter().position(title) {
        for row in lines.iter_mut().skip(at + 1) {
            let sum = 17.min(row.len())..24.min(row.len());
            row.drain(sum);
        }
        lines[at + 1..].sort();
    }
    order_opposite_calls(&mut lines);
    lines
}

/// Orders calls of a tree that weigh the same but for their sign: pprof's own order of those is
/// random (graph/graph.go: edgeList.Less finds neither less than the other).
fn order_opposite_calls(lines: &mut [Vec<u8>]) {
    let weight = |line: &[u8]| -> Option<Vec<u8>> {
        let (weight, _) = line.split_at_checked(50)?;
        let is_call = weight.starts_with(b"                    ");
        let digits = weight.trim_ascii();
        is_call.then(|| digits.strip_prefix(b"-").unwrap_or(digits).to_vec())
    };
    let same = |a: &Vec<u8>, b: &Vec<u8>| weight(a).is_some_and(|own| Some(own) == weight(b));
    let is_negative = |line: &Vec<u8>| line.trim_ascii_start().starts_with(b"-");
    for group in lines.chunk_by_mut(same) {
        if group.iter().any(is_negative) && !group.iter().all(is_negative) {
            group.sort();
        }
    }
}

/// All files below a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let below = |path: PathBuf| match path.is_dir() {
        true => files(&path),
        false => vec![path],
    };
    paths.into_iter().flat_map(below).collect()
}

/// Runs `work` on every item, on as many threads as there are cores; answers in the items' order.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else {
                return done;
            };
            done.push((at, work(item)));
        }
    };
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let mut all: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().map(|worker| worker.join().unwrap());
        joined.flatten().collect()
    });
    all.sort_by_key(|&(at, _)| at);
    all.into_iter().map(|(_, answer)| answer).collect()
}
