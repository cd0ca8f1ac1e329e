//! What filters leave is what `go tool pprof -raw` prints with the same filters.
//!
//! `testdata/select/PROFILE/QUESTION.args` holds the options, one a line, for
//! `testdata/PROFILE.pb.gz`; `QUESTION.txt` is what pprof says of them and its answer.
//! `scripts/regenerate-goldens.sh` makes the answers.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "goldens are files"
)]

mod common;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use common::{files, workspace};
use heapwise_analysis::{SelectOptions, Selector};
use heapwise_decode::Limits;
use heapwise_report::write_raw;

#[test]
fn leaves_what_pprof_leaves() {
    let goldens = workspace().join("testdata/select");
    let mut questions = files(&goldens);
    questions.retain(|path| path.extension().is_some_and(|it| it == "args"));
    assert!(questions.len() > 20);
    let differences: Vec<String> = questions
        .iter()
        .filter_map(|question| difference(&goldens, question))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

fn difference(goldens: &Path, question: &Path) -> Option<String> {
    let expected = fs::read(question.with_extension("txt")).unwrap();
    let args = fs::read_to_string(question).unwrap();
    let folder = question
        .parent()
        .and_then(|it| it.strip_prefix(goldens).ok());
    let profile = PathBuf::from("testdata").join(folder.unwrap());
    let profile = format!("{}.pb.gz", profile.display());
    let found = selected(&fs::read(workspace().join(profile)).unwrap(), &args);
    (found != expected).then(|| {
        format!(
            "{}\n--- pprof\n{}--- heapwise\n{}",
            question.display(),
            String::from_utf8_lossy(&expected),
            String::from_utf8_lossy(&found),
        )
    })
}

fn selected(bytes: &[u8], args: &str) -> Vec<u8> {
    let (options, unit) = parse(args);
    let limits = Limits::default();
    let selector = Selector::new(&options).unwrap();
    let selected = selector.read(bytes, &unit, &limits).unwrap();
    let mut out = Vec::new();
    for note in selected.notes() {
        writeln!(out, "{note}").unwrap();
    }
    write_raw(&selected.to_profile(&limits).unwrap(), &mut out).unwrap();
    out
}

fn parse(args: &str) -> (SelectOptions, String) {
    let mut options = SelectOptions::default();
    let mut unit = "minimum".to_owned();
    for arg in args.lines() {
        let (name, value) = arg.split_once('=').expect("an option with a value");
        let value = value.to_owned();
        let slot = match name {
            "-focus" => &mut options.focus,
            "-ignore" => &mut options.ignore,
            "-hide" => &mut options.hide,
            "-show" => &mut options.show,
            "-show_from" => &mut options.show_from,
            "-prune_from" => &mut options.prune_from,
            "-tagfocus" => &mut options.tag_focus,
            "-tagignore" => &mut options.tag_ignore,
            "-tagshow" => &mut options.tag_show,
            "-taghide" => &mut options.tag_hide,
            "-tagroot" => &mut options.tag_root,
            "-tagleaf" => &mut options.tag_leaf,
            "-unit" => {
                unit = value;
                continue;
            }
            other => panic!("unknown option {other}"),
        };
        *slot = Some(value);
    }
    (options, unit)
}
