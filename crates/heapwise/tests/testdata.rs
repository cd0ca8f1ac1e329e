//! Every captured profile has a recipe and known totals in `testdata/README.md`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "walks over files"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;

use common::{files, heapwise, in_parallel, workspace};
use serde_json::Value;

#[test]
fn every_profile_has_a_recipe_and_the_totals_it_says() {
    let folder = workspace().join("testdata");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let recipes: BTreeMap<String, String> = readme.lines().filter_map(row).collect();
    let found: BTreeMap<String, String> = {
        let mut paths = files(&folder);
        paths.retain(|path| path.to_string_lossy().ends_with(".pb.gz"));
        let name = |path: &std::path::PathBuf| {
            let name = path.strip_prefix(&folder).unwrap().display().to_string();
            let totals = totals(&name);
            (name, totals)
        };
        in_parallel(&paths, name).into_iter().collect()
    };
    assert_eq!(found, recipes);
}

/// The file and the totals of a row.
fn row(line: &str) -> Option<(String, String)> {
    let cells: Vec<&str> = line.split(" | ").collect();
    let name = cells.first()?.strip_prefix("| `")?.strip_suffix('`')?;
    let totals = cells.last()?.strip_suffix(" |")?;
    Some((name.to_owned(), totals.to_owned()))
}

/// What `heapwise info` says.
fn totals(name: &str) -> String {
    let mut info = heapwise(&workspace());
    info.args(["info", "-f", "json", &format!("testdata/{name}")]);
    let answer: Value = serde_json::from_slice(&info.output().unwrap().stdout).unwrap();
    let total = |total: &Value| format!("{} {}", total["type"].as_str().unwrap(), total["value"]);
    let totals = answer["totals"].as_array().unwrap().iter();
    totals.map(total).collect::<Vec<_>>().join(", ")
}
