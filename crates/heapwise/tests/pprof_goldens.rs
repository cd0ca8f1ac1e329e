//! With `--pprof-compatible` heapwise prints what `go tool pprof` prints.
//!
//! `testdata/pprof/PROFILE/QUESTION.args` holds the arguments, one a line, for
//! `testdata/PROFILE.pb.gz`; `QUESTION.txt` is pprof's answer. `scripts/regenerate-goldens.sh`
//! makes the answers.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "goldens are files"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{comparable, files, in_parallel, pprof_compatible, workspace};

#[test]
fn prints_what_pprof_prints() {
    let goldens = workspace().join("testdata/pprof");
    let mut questions = files(&goldens);
    questions.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "args")
    });
    let differences = in_parallel(&questions, |question| difference(&goldens, question));
    let differences: Vec<String> = differences.into_iter().flatten().collect();
    println!("{} goldens, {} differ", questions.len(), differences.len());
    assert!(!questions.is_empty());
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

fn difference(goldens: &Path, question: &Path) -> Option<String> {
    let args = arguments(goldens, question);
    let by_file = args.iter().any(|arg| arg == "-files");
    let expected = fs::read(question.with_extension("txt")).unwrap();
    let found = pprof_compatible(&workspace(), &args);
    let is_equal = found.status.success()
        && comparable(&found.stdout, by_file) == comparable(&expected, by_file);
    (!is_equal).then(|| {
        format!(
            "go tool pprof {}\n--- pprof\n{}--- heapwise\n{}{}",
            args.join(" "),
            String::from_utf8_lossy(&expected),
            String::from_utf8_lossy(&found.stdout),
            String::from_utf8_lossy(&found.stderr),
        )
    })
}

fn arguments(goldens: &Path, question: &Path) -> Vec<String> {
    let lines = fs::read_to_string(question).unwrap();
    let folder = question.parent().and_then(|f| f.strip_prefix(goldens).ok());
    let profile = PathBuf::from("testdata").join(folder.unwrap());
    let profile = format!("{}.pb.gz", profile.display());
    lines.lines().map(str::to_owned).chain([profile]).collect()
}
