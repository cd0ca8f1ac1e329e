//! What `heapwise watch` shows of a running program: a line a look in a pipe, of all looks so far, and nothing stays.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command against servers of its own"
)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use common::server::{Reply, Request, Server};
use common::{heapwise, workspace};
use flate2::read::MultiGzDecoder;
use serde_json::Value;

const TEXTS: [&str; 3] = [
    "testdata/gc/steady/000.txt",
    "testdata/gc/steady/008.txt",
    "testdata/gc/steady/020.txt",
];

fn file(path: &str) -> Vec<u8> {
    fs::read(workspace().join(path)).unwrap()
}

/// A server whose heap goes on whenever it is asked for.
fn server() -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |request| page(request, &asked))
}

fn page(request: &Request, asked: &AtomicUsize) -> Reply {
    let at = || asked.fetch_add(1, Ordering::SeqCst);
    match request.page.as_str() {
        "/debug/pprof/heap?debug=1" => {
            let text = TEXTS.iter().cycle().nth(at().min(2)).unwrap();
            Reply::with(200, "text/plain", file(text))
        }
        "/debug/pprof/heap" => Reply::page(file("testdata/server/heap.pb.gz")),
        "/debug/pprof/goroutine" => {
            let dump = ["00", "13", "13"][asked.load(Ordering::SeqCst).min(2)];
            Reply::page(file(&format!(
                "testdata/server/series/chanrecv/goroutine.{dump}.pb.gz"
            )))
        }
        "/debug/pprof/goroutine?debug=2" => {
            let dump = ["00", "13", "13"][at().min(2)];
            let dump = format!("testdata/server/series/chanrecv/goroutine.{dump}.debug2.txt");
            Reply::with(200, "text/plain", file(&dump))
        }
        _ => Reply::refused(404, "Unknown profile"),
    }
}

/// Runs in a folder of its own for temporary files.
fn watch(temporary: &Path, server: &Server, args: &[&str]) -> Output {
    let target = format!("127.0.0.1:{}", server.port);
    let mut command = heapwise(&workspace());
    command.env("TMPDIR", temporary).args(["watch", &target]);
    command.args(args).output().unwrap()
}

#[track_caller]
fn lines(server: &Server, args: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let args = [&["--every=10ms", "--count=3"], args].concat();
    let output = watch(folder.path(), server, &args);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {error}");
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing stays"
    );
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        !text.contains(&folder.path().display().to_string()),
        "{text}"
    );
    text.lines().map(str::to_owned).collect()
}

#[test]
fn sites_are_one_line_a_look() {
    let lines = lines(&server(), &[]);
    assert_eq!(lines.len(), 3, "{lines:?}");
    for line in &lines {
        let (time, rest) = line.split_once("  ").unwrap();
        assert!(time.ends_with(" UTC"), "{line}");
        assert!(
            rest.starts_with("inuse_space ") && rest.contains("main."),
            "{line}"
        );
    }
}

#[test]
fn options_of_the_command_go_behind_dashes() {
    let options = ["top", "--", "-alloc_space", "--cum", "-n1"];
    let lines = lines(&server(), &options);
    assert!(
        lines.iter().all(|line| line.contains("  alloc_space ")),
        "{lines:?}"
    );
    assert!(
        lines.iter().all(|line| line.matches("MB ").count() == 1),
        "{lines:?}"
    );
}

#[test]
fn growth_and_goroutines_are_told_of_all_looks() {
    let growing = lines(&server(), &["growth"]);
    assert!(
        growing[0].contains("nothing: ") && growing[0].contains("found one snapshot"),
        "{growing:?}"
    );
    assert!(growing[2].contains("over 3 snapshots"), "{growing:?}");
    let goroutines = lines(&server(), &["goroutines"]);
    assert!(
        goroutines[2].contains("goroutines over 3 dumps"),
        "{goroutines:?}"
    );
}

/// A server whose process is another one after three looks: its counters begin anew.
fn restarting_server() -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |request| {
        let look = asked.load(Ordering::SeqCst) / 2;
        match request.page.as_str() {
            "/debug/pprof/heap?debug=1" => {
                let text = TEXTS[look % 3];
                asked.fetch_add(1, Ordering::SeqCst);
                Reply::with(200, "text/plain", file(text))
            }
            "/debug/pprof/goroutine" => {
                Reply::page(file("testdata/server/series/chanrecv/goroutine.00.pb.gz"))
            }
            "/debug/pprof/goroutine?debug=2" => {
                asked.fetch_add(1, Ordering::SeqCst);
                let dump = "testdata/server/series/chanrecv/goroutine.00.debug2.txt";
                Reply::with(200, "text/plain", file(dump))
            }
            _ => Reply::refused(404, "Unknown profile"),
        }
    })
}

#[test]
fn another_process_is_another_series_and_is_said() {
    let lines = lines(&restarting_server(), &["goroutines", "--count=5"]);
    let told = |line: &String| {
        (
            line.contains("another process: "),
            line.contains("over 2 dumps"),
        )
    };
    let told: Vec<(bool, bool)> = lines.iter().map(told).collect();
    let expected = [
        (false, false),
        (false, true),
        (false, false),
        (true, false),
        (false, true),
    ];
    assert_eq!(told, expected, "{lines:?}");
    assert!(lines[2].contains("over 3 dumps"), "{lines:?}");
}

/// A server of heaps alone, of which another process has the third: what was allocated is less there.
fn server_of_two() -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |request| match request.page.as_str() {
        "/debug/pprof/heap" => {
            let at = asked.fetch_add(1, Ordering::SeqCst).min(3);
            let heap = ["a-0004", "a-0005", "b-0005", "b-0006"][at];
            Reply::page(file(&format!("testdata/instances/pod-{heap}.pb.gz")))
        }
        _ => Reply::refused(404, "Unknown profile"),
    })
}

#[test]
fn another_process_is_said_by_what_was_allocated_where_nothing_else_is_asked_for() {
    let lines = lines(&server_of_two(), &["top", "--count=4"]);
    let told = lines
        .iter()
        .map(|line| line.contains("  another process: inuse_space "));
    let told: Vec<bool> = told.collect();
    assert_eq!(told, [false, false, true, false], "{lines:?}");
    let folder = tempfile::tempdir().unwrap();
    let args = ["top", "-f", "json", "--every=10ms", "--count=4"];
    let output = watch(folder.path(), &server_of_two(), &args);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said.matches("heapwise: another process: ").count(),
        1,
        "{said}"
    );
    assert_eq!(
        output.stdout.iter().filter(|&&byte| byte == b'\n').count(),
        4
    );
}

/// A server whose process is another one after five looks.
fn server_of_growth() -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |request| match request.page.as_str() {
        "/debug/pprof/heap?debug=1" => {
            let (series, at) = match asked.fetch_add(1, Ordering::SeqCst) {
                at @ 0..5 => ("leak", at),
                at => ("steady", (at - 5).min(9)),
            };
            let packed = file(&format!("testdata/growth/{series}/{at:02}.txt.gz"));
            let mut text = Vec::new();
            MultiGzDecoder::new(&packed[..])
                .read_to_end(&mut text)
                .unwrap();
            Reply::with(200, "text/plain", text)
        }
        _ => Reply::refused(404, "Unknown profile"),
    })
}

/// Growth across a restart is none: of the process that runs now it is told from its first look on.
#[test]
fn growth_is_that_of_the_process_that_runs_now() {
    let lines = lines(&server_of_growth(), &["growth", "--count=10"]);
    let told = |line: &String| line.contains("another process (5 looks before left out): ");
    let told: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| told(line))
        .map(|(at, _)| at)
        .collect();
    assert_eq!(told, [5], "{lines:?}");
    assert!(lines[5].contains("found one snapshot"), "{lines:?}");
    for (at, line) in lines.iter().enumerate().skip(6) {
        let count = format!(" over {} snapshots ", at - 4);
        assert!(line.contains(&count), "{lines:?}");
        assert!(!line.contains("snapshots of 2 processes"), "{lines:?}");
    }
    let is_stable = |at: usize| lines[at].contains(": stable, ");
    assert!(!is_stable(8) && is_stable(9), "{lines:?}");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("kept").display().to_string();
    let args = [
        "growth",
        "-f",
        "json",
        "--every=10ms",
        "--count=8",
        "--out",
        &out,
    ];
    let server = server_of_growth();
    let output = watch(folder.path(), &server, &args);
    let documents = String::from_utf8(output.stdout).unwrap();
    let last: Value = serde_json::from_str(documents.lines().last().unwrap()).unwrap();
    assert_eq!(last["snapshots"].as_array().unwrap().len(), 3, "{last}");
    let mut warnings = last["warnings"].as_array().unwrap().iter();
    let warning = warnings.find(|warning| warning["code"] == "other_process");
    let message = warning.unwrap()["message"].as_str().unwrap();
    assert!(message.starts_with("5 looks"), "{last}");
    // A later run knows it from what it finds.
    let output = watch(
        folder.path(),
        &server,
        &[&args[..4], &["--count=1", "--out", &out]].concat(),
    );
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        document["snapshots"].as_array().unwrap().len(),
        4,
        "{document}"
    );
}

#[test]
fn looks_without_a_collection_between_them_say_so() {
    let server = Server::start(|request| match request.page.as_str() {
        "/debug/pprof/heap?debug=1" => Reply::with(200, "text/plain", file(TEXTS[0])),
        _ => Reply::refused(404, "Unknown profile"),
    });
    let lines = lines(&server, &["growth", "--count=4"]);
    assert!(lines[0].contains("found one snapshot"), "{lines:?}");
    for (line, looks) in lines.iter().skip(1).zip(2..) {
        let expected =
            format!("nothing: {looks} looks and no collection ended in between (same GC)");
        assert!(line.contains(&expected), "{lines:?}");
    }
}

/// A server that answers so many requests well, and then so.
fn server_until(well: usize, then: fn() -> Reply) -> Server {
    let (asked, pages) = (AtomicUsize::new(0), AtomicUsize::new(0));
    Server::start(move |request| match asked.fetch_add(1, Ordering::SeqCst) {
        at if at < well => page(request, &pages),
        _ => then(),
    })
}

const FAILURES: [fn() -> Reply; 6] = [
    || Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc".to_vec()),
    || Reply::with(204, "text/plain", ""),
    || {
        Reply::with(
            200,
            "text/plain",
            &file("testdata/server/heap.pb.gz")[..400],
        )
    },
    || Reply::with(401, "text/plain", "who are you"),
    || Reply::with(200, "text/html", "<html><title>Log in</title></html>"),
    || Reply::with(500, "text/plain", "x"),
];

#[test]
fn looks_that_fail_are_looks() {
    for (at, failure) in FAILURES.into_iter().enumerate() {
        let lines = lines(&server_until(1, failure), &[]);
        assert_eq!(lines.len(), 3, "{at}: {lines:?}");
        assert!(lines[2].contains("nothing: "), "{at}: {lines:?}");
        let folder = tempfile::tempdir().unwrap();
        let args = ["--every=10ms", "--count=3"];
        let output = watch(folder.path(), &server_until(0, failure), &args);
        assert_eq!(output.status.code(), Some(2), "{at}: {output:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        // What may be well a moment later is asked for again.
        let looks = if at == 5 { 3 } else { 0 };
        assert_eq!(said.lines().count(), looks, "{at}: {said}");
    }
}

#[test]
fn json_is_a_document_a_line() {
    for (what, schema) in [
        ("top", "heapwise.top/1"),
        ("goroutines", "heapwise.goroutines/1"),
    ] {
        for line in lines(&server(), &[what, "-f", "json"]) {
            let value: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(value["schema"], schema);
            let path = value["inputs"][0]["path"].as_str().unwrap();
            assert!(path.starts_with("http://127.0.0.1:"), "{path}");
        }
    }
}

#[test]
fn what_is_fetched_is_kept_where_asked() {
    let (server, folder) = (server(), tempfile::tempdir().unwrap());
    let out = folder.path().join("kept").display().to_string();
    lines(&server, &["--out", &out]);
    lines(&server, &["--out", &out, "goroutines"]);
    let bundles = fs::read_dir(&out).unwrap().filter(|entry| {
        let path = entry.as_ref().unwrap().path();
        path.join("bundle.json").is_file() && path.join("goroutine.debug2.txt").is_file()
    });
    assert_eq!(bundles.count(), 6);
    let mut command = heapwise(&workspace());
    assert!(
        command
            .args(["top", &out])
            .output()
            .unwrap()
            .status
            .success()
    );
}

#[test]
fn a_look_that_fails_costs_only_itself() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |request| match asked.fetch_add(1, Ordering::SeqCst) {
        // Twice, since what fails is asked for once more.
        1 | 2 => Reply::with(500, "text/plain", "x"),
        _ => page(request, &AtomicUsize::new(0)),
    });
    let lines = lines(&server, &[]);
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(
        lines[1].contains("nothing: ") && lines[1].contains("500"),
        "{lines:?}"
    );
    assert!(lines[2].contains("inuse_space"), "{lines:?}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (server, folder) = (server(), tempfile::tempdir().unwrap());
    for (args, words) in [
        (
            &["top", "--", "--nosuch"][..],
            "--: unexpected argument '--nosuch' found, expected options of heapwise top",
        ),
        (
            &["top", "--", "x.pb.gz"],
            "--: found \"x.pb.gz\", expected options alone",
        ),
        (&["top", "--", "-o", "x"], "--: found --output"),
        (
            &["top", "--", "--pprof-compatible"],
            "--: found --pprof-compatible",
        ),
        (&["nosuch"], "[possible values: top, goroutines, growth]"),
        (&["--seconds=5"], "--seconds: found with watch"),
        (&["--save=x"], "--save: found with watch"),
        (&["--every=0s"], "--every"),
        (&["--max-bytes=1kB"], "found more than 1024 bytes"),
        (&["--timeout=0"], "--timeout"),
        (&["-f", "csv"], "[possible values: text, json]"),
    ] {
        let output = watch(folder.path(), &server, args);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(error.contains(words), "{args:?}: {error}");
    }
    for target in [
        "testdata/server/heap.pb.gz",
        "nosuch",
        "127.0.0.1:1",
        "127.0.0.1:1/other",
    ] {
        let output = heapwise(&workspace())
            .args(["watch", target])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{target}");
        assert!(output.stdout.is_empty(), "{target}");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_and_nothing_stays() {
    let (server, folder) = (server(), tempfile::tempdir().unwrap());
    for signal in ["-INT", "-TERM"] {
        let target = format!("127.0.0.1:{}", server.port);
        let mut command = heapwise(&workspace());
        command.env("TMPDIR", folder.path());
        command
            .args(["watch", &target, "--every=1h"])
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        assert!(line.contains("inuse_space"), "{line}");
        let mut kill = std::process::Command::new("kill");
        assert!(
            kill.args([signal, &child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{signal}");
    }
}

#[test]
fn a_closed_pipe_ends_it() {
    let server = server();
    let target = format!("127.0.0.1:{}", server.port);
    let mut command = heapwise(&workspace());
    command
        .args(["watch", &target, "--every=10ms"])
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    drop(out);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
