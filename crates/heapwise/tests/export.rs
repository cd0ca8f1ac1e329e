//! Tables that `heapwise export` writes, read back: they add up to what `top` says, are whole or not there, and are
//! written over by nobody who did not ask.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::schema::violations;
use common::{heapwise, run, workspace};
use heapwise_gen::{Order, Shape, write_gzip};
use serde_json::Value;

const HEAP: &str = "testdata/server/heap.pb.gz";
const TEXT: &str = "testdata/gc/heap-1.debug1.txt";
const GOROUTINES: &str = "testdata/states/goroutine.pb.gz";

/// The files below a folder, by their paths from there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

fn export(folder: &Path, args: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder_name = folder.display().to_string();
    let answer = run(&[&["export", "-d", &folder_name][..], args].concat());
    assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.err);
    assert_eq!(answer.out, "");
    files(folder)
}

/// By function, a value of a profile as `top` has it.
fn top(profile: &str, sample_type: &str) -> BTreeMap<String, i64> {
    let index = format!("--sample-index={sample_type}");
    let answer = run(&["top", "-q", "-f", "json", &index, profile]);
    let document: Value = serde_json::from_str(&answer.out).unwrap();
    let rows = document["rows"].as_array().unwrap();
    let row = |row: &Value| {
        let function = row["site"]["function"].as_str()?.to_owned();
        Some((function, row["flat"]["value"].as_i64()?)).filter(|(_, flat)| *flat != 0)
    };
    rows.iter().filter_map(row).collect()
}

/// The rows of a table in lines of JSON.
fn rows(files: &BTreeMap<String, Vec<u8>>, table: &str) -> Vec<Value> {
    let files = files.iter().filter(|(name, _)| name.starts_with(table));
    let lines = files.flat_map(|(_, bytes)| std::str::from_utf8(bytes).unwrap().lines());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// By function, what the samples of a profile add up to.
fn sums(files: &BTreeMap<String, Vec<u8>>, profile: &str, column: &str) -> BTreeMap<String, i64> {
    let profiles = rows(files, "profiles");
    let id = profiles
        .iter()
        .find(|row| row["source"] == profile)
        .unwrap()["profile_id"]
        .clone();
    let leaves = rows(files, "frames");
    let leaves = leaves.iter().filter(|row| row["depth"] == 0);
    let leaves: BTreeMap<i64, String> = leaves
        .map(|row| {
            let function = row["function"].as_str().unwrap_or_default();
            (row["stack_id"].as_i64().unwrap(), function.to_owned())
        })
        .collect();
    let mut sums = BTreeMap::new();
    for row in rows(files, "samples") {
        if row["profile_id"] == id && row[column] != 0 {
            // A sample without a stack has no frames, and is of no function.
            let Some(function) = leaves.get(&row["stack_id"].as_i64().unwrap()) else {
                assert_eq!(row["stack_id"], 0);
                continue;
            };
            *sums.entry(function.clone()).or_insert(0) += row[column].as_i64().unwrap();
        }
    }
    sums
}

#[test]
fn lines_add_up_to_what_top_says_and_are_what_the_schema_describes() {
    let folder = tempfile::tempdir().unwrap();
    let files = export(
        folder.path(),
        &["-q", "-f", "ndjson", HEAP, TEXT, GOROUTINES],
    );
    for (profile, column) in [
        (HEAP, "alloc_space"),
        (HEAP, "inuse_objects"),
        (TEXT, "alloc_objects"),
        (TEXT, "inuse_space"),
        (GOROUTINES, "goroutine"),
    ] {
        assert_eq!(
            sums(&files, profile, column),
            top(profile, column),
            "{profile}: {column}"
        );
    }
    let schema = run(&["schema", "export"]).out;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    for table in ["samples", "frames", "profiles"] {
        let rows = rows(&files, table);
        assert!(!rows.is_empty());
        for row in rows {
            let of_table = &schema["$defs"][table];
            let found = violations(of_table, &row);
            assert!(found.is_empty(), "{table}: {found:?}");
            let fields = of_table["properties"].as_object().unwrap();
            assert_eq!(fields.len(), row.as_object().unwrap().len(), "{table}");
        }
    }
    let profiles = rows(&files, "profiles");
    let text = profiles.iter().find(|row| row["source"] == TEXT).unwrap();
    assert!(text["published_until"].is_string(), "{text}");
    assert!(
        rows(&files, "samples")
            .iter()
            .any(|row| row["k_alloc"].as_i64() > Some(0))
    );
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_adds_up_to_what_top_says() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::{Field, Row};

    let folder = tempfile::tempdir().unwrap();
    let files = export(folder.path(), &["-q", HEAP, GOROUTINES]);
    let read = |table: &str| -> Vec<BTreeMap<String, Field>> {
        let names = files.keys().filter(|name| name.starts_with(table));
        let open = |name: &String| fs::File::open(folder.path().join(name)).unwrap();
        let readers = names.map(|name| SerializedFileReader::new(open(name)).unwrap());
        let rows = readers.flat_map(|reader| {
            let facts = reader
                .metadata()
                .file_metadata()
                .key_value_metadata()
                .unwrap();
            let schema = format!("heapwise.export.{table}/1");
            assert_eq!(facts[0].value.as_deref(), Some(schema.as_str()));
            let rows = reader.get_row_iter(None).unwrap();
            rows.map(|row: Result<Row, _>| row.unwrap())
                .collect::<Vec<_>>()
        });
        rows.map(|row| row.into_columns().into_iter().collect())
            .collect()
    };
    let long = |field: &Field| match field {
        Field::Long(value) => Some(*value),
        _ => None,
    };
    let leaves = read("frames")
        .into_iter()
        .filter(|row| long(&row["depth"]) == Some(0));
    let leaves: BTreeMap<i64, String> = leaves
        .map(|row| {
            let Field::Str(function) = &row["function"] else {
                return (0, String::new());
            };
            (long(&row["stack_id"]).unwrap(), function.clone())
        })
        .collect();
    let mut sums: BTreeMap<(String, &str), i64> = BTreeMap::new();
    let columns = ["alloc_objects", "alloc_space", "inuse_space", "goroutine"];
    for row in read("samples") {
        let id = long(&row["stack_id"]).unwrap();
        let Some(function) = leaves.get(&id) else {
            assert_eq!(id, 0);
            continue;
        };
        for column in columns {
            let value = long(&row[column]).unwrap_or(0);
            *sums.entry((function.clone(), column)).or_default() += value;
        }
    }
    for column in columns {
        let profile = if column == "goroutine" {
            GOROUTINES
        } else {
            HEAP
        };
        let sums = sums
            .iter()
            .filter(|((_, of), sum)| *of == column && **sum != 0);
        let sums: BTreeMap<String, i64> =
            sums.map(|((name, _), sum)| (name.clone(), *sum)).collect();
        assert_eq!(sums, top(profile, column), "{column}");
    }
}

#[test]
fn an_export_is_the_same_again_and_not_written_over_unasked() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let args = ["-f", "ndjson", "--service", "../a*b", HEAP, TEXT];
    let first = export(one.path(), &args);
    assert_eq!(first, export(two.path(), &args));
    let is_safe = |name: &String| name.starts_with("samples/service=..%2Fa%2Ab/");
    assert!(first.keys().any(is_safe), "{:?}", first.keys());
    let name = one.path().display().to_string();
    let again = run(&[&["export", "-d", &name][..], &args].concat());
    assert_eq!(again.code, Some(2), "{}", again.err);
    assert!(
        again.err.contains("expected none (--overwrite"),
        "{}",
        again.err
    );
    let over = export(one.path(), &[&args[..], &["--overwrite"]].concat());
    assert_eq!(first, over);
    let more = export(one.path(), &["-f", "ndjson", GOROUTINES]);
    assert!(
        first
            .iter()
            .all(|(name, bytes)| more.get(name) == Some(bytes))
    );
}

#[test]
fn nothing_is_left_of_an_export_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().display().to_string();
    let cut = folder.path().join("cut.pb.gz");
    let whole = fs::read(workspace().join(HEAP)).unwrap();
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let out: PathBuf = folder.path().join("out");
    let (cut, out_name) = (cut.display().to_string(), out.display().to_string());
    let answer = run(&["export", "-f", "ndjson", "-d", &out_name, HEAP, &cut]);
    assert_eq!(answer.code, Some(2), "{name}: {}", answer.err);
    assert!(!out.exists() || files(&out).is_empty());
}

#[test]
fn a_profile_given_twice_is_exported_once() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().display().to_string();
    let answer = run(&["export", "-f", "ndjson", "-d", &name, HEAP, HEAP]);
    assert!(
        answer.err.contains("passed over: the same bytes as"),
        "{}",
        answer.err
    );
    assert_eq!(rows(&files(folder.path()), "profiles").len(), 1);
}

/// Profiles of which every third is large enough to be read by itself, and the sixth is damaged behind its middle.
fn some_of_all_sizes(at: &Path) -> Vec<String> {
    let small = Shape {
        samples: 300,
        locations: 120,
        functions: 60,
        depth: 4,
    };
    let large = Shape {
        samples: 8_000,
        locations: 3_000,
        functions: 900,
        depth: 20,
    };
    let mut names = Vec::new();
    for seed in 0..8_u64 {
        let mut profile = Vec::new();
        let (shape, level) = match seed % 3 {
            2 => (&large, 0),
            _ => (&small, 1),
        };
        write_gzip(shape, Order::Go, level, seed, &mut profile).unwrap();
        assert_eq!(level == 0, profile.len() > 512 << 10, "{}", profile.len());
        if seed == 5 {
            let damaged = profile.len() / 2;
            profile.truncate(damaged);
        }
        let path = at.join(format!("{seed}.pb.gz"));
        fs::write(&path, profile).unwrap();
        names.push(path.display().to_string());
    }
    names
}

#[test]
fn any_number_of_threads_writes_the_same_files_without_those_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let names = some_of_all_sizes(folder.path());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let good = [&names[..5], &names[6..]].concat();
    let of_good = export(&folder.path().join("good"), &[&["-q"][..], &good].concat());
    // Refused as a whole unless asked otherwise.
    let all = folder.path().join("all");
    let all_name = all.display().to_string();
    let refused = run(&[&["export", "-d", &all_name][..], &names].concat());
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("5.pb.gz: gzip: "), "{}", refused.err);
    assert!(!all.exists() || files(&all).is_empty());
    for jobs in ["1", "2", "7"] {
        let out = folder.path().join(jobs);
        let out_name = out.display().to_string();
        let args = ["export", "-d", &out_name, "--keep-going", "--jobs", jobs];
        let answer = run(&[&args[..], &["no-such.pb.gz"], &names].concat());
        assert_eq!(answer.code, Some(3), "{}", answer.err);
        let said = "heapwise: 7 of 9 profiles; 2 left out: no-such.pb.gz, ";
        assert!(answer.err.contains(said), "{}", answer.err);
        // And the name is of what is in it, so that it is known again.
        assert!(files(&out) == of_good, "{jobs}");
        let again = run(&[&["export", "-d", &out_name][..], &good].concat());
        assert_eq!(again.code, Some(2), "{}", again.err);
    }
    let out_name = folder.path().join("none").display().to_string();
    let none = run(&["export", "-d", &out_name, "--keep-going", names[5]]);
    assert_eq!(none.code, Some(2));
    let said = "5.pb.gz: found no profile that can be read";
    assert!(none.err.contains(said), "{}", none.err);
}

#[test]
fn stacks_beyond_the_cap_are_refused_with_the_option_that_raises_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let later = "testdata/server/go1.27/heap.later.pb.gz";
    let answer = run(&["export", "-d", &out, "--max-memory=1kB", HEAP, later]);
    assert_eq!(answer.code, Some(2));
    assert!(answer.err.contains("stacks of more than 512 bytes"));
    assert!(answer.err.contains("--max-memory"), "{}", answer.err);
    assert!(files(folder.path()).is_empty());
}

/// A signal that ends an export leaves nothing of it; what a kill leaves is in nobody's way.
#[cfg(unix)]
#[test]
fn a_signal_leaves_nothing_and_what_a_kill_leaves_is_passed_over() {
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let large = Shape {
        samples: 14_000,
        locations: 3_000,
        functions: 900,
        depth: 20,
    };
    let mut profile = Vec::new();
    write_gzip(&large, Order::Go, 0, 1, &mut profile).unwrap();
    let path = folder.path().join("large.pb.gz");
    fs::write(&path, profile).unwrap();
    let path = path.display().to_string();
    let parts = |at: &Path| -> Vec<String> {
        let names = match at.exists() {
            true => files(at).into_keys().collect(),
            false => Vec::new(),
        };
        names
            .into_iter()
            .filter(|name: &String| name.ends_with(".part"))
            .collect()
    };
    for (signal, code) in [("-TERM", Some(143)), ("-INT", Some(130)), ("-KILL", None)] {
        let out = folder.path().join(signal);
        let mut child = heapwise(&workspace())
            .args(["export", "-q", "-d", &out.display().to_string(), &path])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while parts(&out).is_empty() {
            assert!(child.try_wait().unwrap().is_none(), "{signal}: too fast");
            std::thread::yield_now();
        }
        let pid = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        let ended = child.wait_with_output().unwrap();
        let err = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), code, "{signal}: {err}");
        match code {
            Some(_) => assert!(files(&out).is_empty(), "{signal}: {:?}", files(&out).keys()),
            None => {
                let left = parts(&out);
                let is_hidden = |name: &String| name.rsplit('/').next().unwrap().starts_with('.');
                assert!(!left.is_empty() && left.iter().all(is_hidden), "{left:?}");
                // The next one writes all there is to write.
                let whole = export(&folder.path().join("whole"), &["-q", &path]);
                let mut next = export(&out, &["-q", &path]);
                next.retain(|name, _| !left.contains(name));
                assert!(next == whole);
            }
        }
    }
}
