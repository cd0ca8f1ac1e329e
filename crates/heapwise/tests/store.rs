//! Profiles from stores: what Pyroscope's server answered is what the file that was pushed says, over its API of today and
//! of yesterday, and Parca's likewise; each fault is told as what it is.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "runs the command against servers of its own"
)]

mod common;

use std::fs;
use std::io::Write;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::server::{Reply, Request, Server};
use common::{heapwise, workspace};
use serde_json::Value;

const HEAP: &str = "testdata/pyroscope/heap.pb.gz";
const TYPES: [&str; 4] = [
    "alloc_objects",
    "alloc_space",
    "inuse_objects",
    "inuse_space",
];

/// Before and after the profile that was recorded.
const RANGE: &str = "from=2026-11-29T07:00:00Z&until=2026-11-29T07:30:00Z";

fn file(name: &str) -> Vec<u8> {
    fs::read(workspace().join("testdata/pyroscope").join(name)).unwrap()
}

fn run(args: &[&str]) -> Output {
    heapwise(&workspace()).args(args).output().unwrap()
}

#[track_caller]
fn out(args: &[&str]) -> String {
    let output = run(args);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn refused(args: &[&str]) -> String {
    let output = run(args);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
    assert!(output.stdout.is_empty(), "{args:?}");
    error
}

#[track_caller]
fn json(args: &[&str]) -> Value {
    serde_json::from_str(&out(args)).unwrap()
}

/// The method of an API that is asked.
fn method(request: &Request) -> &str {
    let page = request.page.split('?').next().unwrap();
    page.rsplit('/').next().unwrap()
}

/// The type that is asked for, in the question's bytes or in the page.
fn asked_type(request: &Request) -> Option<&'static str> {
    let body = String::from_utf8_lossy(&request.body);
    TYPES.into_iter().find(|name| {
        body.contains(&format!("memory:{name}:"))
            || request.page.contains(&format!("memory%3A{name}%3A"))
    })
}

fn json_file(name: &str) -> Reply {
    Reply::with(200, "application/json", file(name))
}

/// A field of a message: its number, its bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length > 127 {
        out.push((length & 127) as u8 | 128);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(bytes);
    out
}

/// As the recorded server answers: what it is asked for today it does not know.
fn pyroscope(request: &Request) -> Reply {
    match (method(request), asked_type(request)) {
        ("SelectMergeStacktraces", Some(_)) => Reply::page(field(1, b"\n\x05total")),
        ("SelectMergeProfile", Some(name)) => Reply::page(file(&format!("{name}.pb"))),
        ("SelectMergeProfile", None) => Reply::page(b"\n\x002\x00Z\x00".to_vec()),
        ("SelectSeries", _) => json_file("SelectSeries.json"),
        ("ProfileTypes", _) => json_file("ProfileTypes.json"),
        ("LabelNames", _) => json_file("LabelNames.json"),
        ("Series", _) => json_file("Series.json"),
        _ => Reply::with(404, "text/plain", "404 page not found\n"),
    }
}

/// The same profile as a server of today has it, without a period.
fn pyroscope_now(request: &Request) -> Reply {
    match (method(request), asked_type(request)) {
        ("SelectMergeStacktraces", Some(name)) => {
            let profile = without_period(&file(&format!("{name}.pb")));
            Reply::page(field(5, &field(1, &profile)))
        }
        ("SelectMergeProfile", _) => Reply::with(404, "text/plain", "404 page not found\n"),
        _ => pyroscope(request),
    }
}

/// Without field 12 of a profile, which all others surround as they were.
fn without_period(profile: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    let varint = |at: &mut usize| {
        let (mut value, mut shift) = (0_usize, 0);
        loop {
            let byte = profile[*at];
            *at += 1;
            value |= usize::from(byte & 127) << shift;
            shift += 7;
            if byte < 128 {
                return value;
            }
        }
    };
    while at < profile.len() {
        let start = at;
        let key = varint(&mut at);
        let value = varint(&mut at);
        if key & 7 == 2 {
            at += value;
        }
        if key >> 3 != 12 {
            out.extend_from_slice(&profile[start..at]);
        }
    }
    out
}

fn source(server: &Server, more: &str) -> String {
    format!(
        "pyroscope+http://127.0.0.1:{}/?query={{service_name=\"svc\"}}&{RANGE}{more}",
        server.port
    )
}

/// The sites of a profile with their values; generic names as a store shortens them.
fn sites(name: &str, sample_type: &str) -> Vec<(String, i64)> {
    let index = format!("-sample_index={sample_type}");
    let document = json(&[
        "top",
        "-f",
        "json",
        "-lines",
        "-nodecount=9999",
        "-nodefraction=0",
        &index,
        name,
    ]);
    let mut all: Vec<(String, i64)> = document["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let site = &row["site"];
            let function = site["function"].as_str().unwrap_or_default();
            let short = match function.split_once('[').zip(function.rsplit_once(']')) {
                Some(((start, _), (_, end))) => format!("{start}[...]{end}"),
                None => function.to_owned(),
            };
            let place = format!("{short} {} {}", site["file"], site["line"]);
            (place, row["flat"]["value"].as_i64().unwrap())
        })
        .filter(|(_, value)| *value != 0)
        .collect();
    all.sort();
    all
}

#[test]
fn what_was_pushed_comes_back() {
    for answer in [pyroscope as fn(&Request) -> Reply, pyroscope_now] {
        let server = Server::start(answer);
        for sample_type in TYPES {
            let (stored, pushed) = (
                sites(&source(&server, ""), sample_type),
                sites(HEAP, sample_type),
            );
            assert_eq!(stored, pushed, "{sample_type}");
            assert!(pushed.len() > 2, "{sample_type}");
        }
    }
}

#[test]
fn errors_are_called_approximate_in_every_format() {
    let server = Server::start(pyroscope);
    let name = source(&server, "");
    let document = json(&["top", "-f", "json", &name]);
    assert_eq!(document["inputs"][0]["sampling_error"], "approximate");
    assert_eq!(document["inputs"][0]["kind"], "heap");
    let (stored, pushed) = (
        &document["total"],
        &json(&["top", "-f", "json", HEAP])["total"],
    );
    let se = |total: &Value| total["se"].as_f64().unwrap();
    let ratio = se(stored) / se(pushed);
    assert!((0.9..1.1).contains(&ratio), "{ratio}");
    for format in ["text", "csv", "md", "tsv", "html"] {
        let output = run(&["top", "-f", format, &name]);
        if output.status.code() == Some(2) {
            continue;
        }
        let both = [output.stdout, output.stderr].concat();
        assert!(
            String::from_utf8_lossy(&both).contains("approximate"),
            "{format}"
        );
    }
    let page = out(&["flame", "-f", "html", "-o", "-", &name]);
    assert!(page.contains("approximate"));
}

#[test]
fn a_rate_that_is_not_told_is_assumed_and_said() {
    let server = Server::start(pyroscope_now);
    let name = source(&server, "");
    let output = run(&["info", &name]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("524288 is assumed"), "{error}");
    let known = json(&["info", "-f", "json", &format!("{name}&rate=4096")]);
    assert_eq!(known["inputs"][0]["period"], 4096);
    let output = run(&["info", &format!("{name}&rate=4096")]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!error.contains("assumed"), "{error}");
}

#[test]
fn what_is_in_use_is_a_mean_and_what_was_allocated_a_sum() {
    let points = r#"{"timestamp":"1795936964999","value":1}"#;
    let body =
        format!(r#"{{"series":[{{"points":[{points},{points}]}},{{"points":[{points}]}}]}}"#);
    let server = Server::start(move |request| match method(request) {
        "SelectSeries" => Reply::with(200, "application/json", body.clone()),
        _ => pyroscope(request),
    });
    let name = source(&server, "");
    assert_eq!(sites(&name, "alloc_space"), sites(HEAP, "alloc_space"));
    let third = |(place, value): (String, i64)| (place, (value + 1) / 3);
    let thirds: Vec<_> = sites(HEAP, "inuse_objects")
        .into_iter()
        .map(third)
        .collect();
    assert_eq!(sites(&name, "inuse_objects"), thirds);
    let output = run(&["top", &name]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("the mean of 3 profiles of 2 series, what was allocated their sum"),
        "{error}"
    );
    // Without a number of profiles a sum is not shown as if it were a state.
    let server = Server::start(|request| match method(request) {
        "SelectSeries" => Reply::with(200, "application/json", "{}"),
        _ => pyroscope(request),
    });
    let error = refused(&["top", &source(&server, "")]);
    assert!(error.contains("no number of profiles"), "{error}");
}

#[test]
fn one_profile_a_side_has_no_verdict_and_decides_no_gate() {
    let server = Server::start(pyroscope);
    let name = source(&server, "");
    let output = run(&["diff", &name, &name]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("no verdicts: only the mean size"), "{error}");
    let output = run(&["verify", &name, "--require", "inuse_space total <= 10GB"]);
    assert_eq!(output.status.code(), Some(3));
    // Two pods a side, which are the same here.
    let pods = source(&server, "&each=pod");
    let before = ["diff", "--before", &pods, "--after", &pods];
    let output = run(&before);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{error}");
    assert!(!error.contains("no verdicts"), "{error}");
}

#[test]
fn long_ranges_are_divided_at_the_limit_of_the_server() {
    let asked: Arc<Mutex<Vec<(i64, i64)>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let server = Server::start(move |request| {
        let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
            return pyroscope(request);
        };
        let (start, end) = (
            body["start"].as_i64().unwrap(),
            body["end"].as_i64().unwrap(),
        );
        if end - start > 86_400_000 {
            let words = "the query time range exceeds the limit (max_query_length, actual: 72h0m0s, limit: 1d)";
            let body = format!(r#"{{"code":"invalid_argument","message":"{words}"}}"#);
            return Reply::with(400, "application/json", body);
        }
        if method(request) == "ProfileTypes" {
            seen.lock().unwrap().push((start, end));
        }
        pyroscope(request)
    });
    let name = format!(
        "pyroscope+http://127.0.0.1:{}/?from=2026-11-26T00:00:00Z&until=2026-11-28T12:00:00Z",
        server.port
    );
    // Each part has the same samples and one profile of its own.
    assert_eq!(sites(&name, "inuse_space"), sites(HEAP, "inuse_space"));
    let threefold: Vec<_> = sites(HEAP, "alloc_objects");
    let threefold: Vec<_> = threefold
        .into_iter()
        .map(|(place, value)| (place, 3 * value))
        .collect();
    assert_eq!(sites(&name, "alloc_objects"), threefold);
    let mut asked = asked.lock().unwrap().clone();
    asked.sort_unstable();
    asked.dedup();
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert!(
        asked.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0),
        "{asked:?}"
    );
    assert!(out(&["comments", &name]).contains("asked for in 3 parts"));
}

#[test]
fn steps_are_followed_but_never_added_up() {
    let server = Server::start(pyroscope);
    let steps = source(&server, "&step=10m");
    let error = refused(&["top", &steps]);
    assert!(
        error.contains("step=") && error.contains("has no sum"),
        "{error}"
    );
    // The profile that was recorded is in one of three steps.
    let error = refused(&["growth", &steps]);
    assert!(
        error.contains("1 snapshot") || error.contains("one snapshot"),
        "{error}"
    );
    let error = refused(&["growth", &source(&server, "&step=10ms")]);
    assert!(error.contains("a second or more"), "{error}");
}

#[test]
fn who_asks_is_told_to_the_server_alone() {
    let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
    let all = Arc::clone(&seen);
    let server = Server::start(move |request| {
        all.lock().unwrap().push(request.clone());
        pyroscope(request)
    });
    let name = format!(
        "pyroscope+http://joe:s3cret@127.0.0.1:{}/?tenant=team&query={{}}&{RANGE}",
        server.port
    );
    let output = run(&["top", "-f", "json", &name]);
    let both = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!both.contains("s3cret") && !both.contains("joe"), "{both}");
    for request in &*seen.lock().unwrap() {
        assert_eq!(
            request.header("x-scope-orgid"),
            Some("team"),
            "{}",
            request.page
        );
        assert_eq!(
            request.header("authorization"),
            Some("Basic am9lOnMzY3JldA==")
        );
    }
    assert!(seen.lock().unwrap().len() > 6);
}

#[test]
fn each_fault_has_its_message() {
    let limited = |_: &Request| Reply::Page {
        status: 429,
        headers: vec![("Retry-After", "7".to_owned())],
        body: br#"{"code":"resource_exhausted","message":"too many outstanding requests"}"#
            .to_vec(),
    };
    let faults: [(&str, Server, &[&str]); 9] = [
        (
            "limited",
            Server::start(limited),
            &["429", "too many outstanding requests", "7 s of waiting"],
        ),
        (
            "unknown",
            Server::start(|_| Reply::with(401, "text/plain", "no org id")),
            &["401", "no org id", "tenant=NAME"],
        ),
        (
            "forbidden",
            Server::start(|_| Reply::with(403, "text/plain", "no")),
            &["403", "--bearer-file"],
        ),
        (
            "failing",
            Server::start(|_| Reply::with(503, "text/plain", "no store")),
            &["503", "no store"],
        ),
        (
            "elsewhere",
            Server::start(|_| Reply::with(404, "text/plain", "404 page not found")),
            &["404", "prefix"],
        ),
        (
            "login",
            Server::start(|_| Reply::with(200, "text/html", "<html><title>Sign in</title></html>")),
            &["HTML called \"Sign in\""],
        ),
        (
            "redirect",
            Server::start(|_| Reply::redirect("https://login.example.com/?a=b")),
            &["redirects to https://login.example.com", "log in"],
        ),
        (
            "slow",
            Server::start(|_| Reply::Stalled(Vec::new(), Duration::from_secs(3))),
            &["found no whole answer within 0.3 s", "a shorter range"],
        ),
        (
            "other",
            Server::start(|_| Reply::with(200, "application/json", "7")),
            &["found no answer of Pyroscope's API"],
        ),
    ];
    for (name, server, words) in &faults {
        let timeout = if *name == "slow" { "0.3" } else { "10" };
        let error = refused(&["top", "--timeout", timeout, &source(server, "")]);
        assert!(
            words.iter().all(|word| error.contains(word)),
            "{name}: {error}"
        );
        assert!(
            error.contains("pyroscope+http://127.0.0.1"),
            "{name}: {error}"
        );
    }
    let port = Server::start(pyroscope).port;
    let error = refused(&[
        "top",
        &format!("pyroscope+http://127.0.0.1:{port}/?query={{}}"),
    ]);
    assert!(
        error.contains("connection refused") && error.contains("is the store running"),
        "{error}"
    );
}

/// The older question is asked where the newer one is unknown, and nowhere else.
#[test]
fn the_first_refusal_is_told_where_it_is_one() {
    for (status, words) in [
        (401, "401 Unauthorized: first"),
        (429, "429 Too Many Requests: first"),
        (500, "500 Internal Server Error: first"),
        (404, "500 Internal Server Error: second"),
        (405, "500 Internal Server Error: second"),
        (415, "500 Internal Server Error: second"),
        (501, "500 Internal Server Error: second"),
    ] {
        let server = Server::start(move |request| match method(request) {
            "SelectMergeStacktraces" => Reply::with(status, "text/plain", "first"),
            "SelectMergeProfile" => Reply::with(500, "text/plain", "second"),
            _ => pyroscope(request),
        });
        let error = refused(&["top", &source(&server, "")]);
        assert!(error.contains(words), "{status}: {error}");
    }
}

#[test]
fn what_is_not_there_is_no_empty_answer() {
    let server = Server::start(pyroscope);
    let error = refused(&["top", &source(&server, "&type=nope")]);
    assert!(
        error.contains("\"nope\"") && error.contains("memory:inuse_space:bytes:space:bytes"),
        "{error}"
    );
    let empty = Server::start(|request| match method(request) {
        "SelectMergeProfile" | "SelectMergeStacktraces" => {
            Reply::page(b"\n\x002\x00Z\x00".to_vec())
        }
        _ => pyroscope(request),
    });
    let error = refused(&["top", &source(&empty, "")]);
    assert!(
        error.contains("found no samples of {service_name=\"svc\"} from 2026-11-29T07:00:00Z"),
        "{error}"
    );
    let garbage = Server::start(|request| match method(request) {
        "SelectMergeStacktraces" => Reply::page(vec![0xff; 64]),
        _ => pyroscope(request),
    });
    let error = refused(&["top", &source(&garbage, "")]);
    assert!(
        error.contains("found no answer of SelectMergeStacktraces"),
        "{error}"
    );
    for (more, words) in [
        (
            "&each=zone",
            "found no values of label \"zone\", expected one of the labels",
        ),
        ("&rate=x", "expected MemProfileRate"),
        ("&frm=now", "found parameter \"frm\""),
        ("&from=yesterday", "found from=yesterday"),
        ("&from=now-1h&until=now-2h", "ends before it begins"),
    ] {
        let error = refused(&["diff", "--before", &source(&server, more), "--after", HEAP]);
        assert!(error.contains(words), "{more}: {error}");
    }
    let error = refused(&["top", "--seconds", "5", &source(&server, "")]);
    assert!(error.contains("from= and until="), "{error}");
}

#[test]
fn sources_tells_what_there_is() {
    let server = Server::start(pyroscope);
    let store = format!("pyroscope+http://127.0.0.1:{}/?{RANGE}", server.port);
    let text = out(&["sources", &store]);
    assert!(
        text.contains("memory:inuse_space:bytes:space:bytes") && text.contains("  pod"),
        "{text}"
    );
    let document = json(&["sources", "-f", "json", &store]);
    let schema: Value = serde_json::from_str(&out(&["schema", "sources"])).unwrap();
    assert_eq!(
        common::schema::violations(&schema, &document),
        Vec::<String>::new()
    );
    assert_eq!(document["kind"], "Pyroscope");
    assert_eq!(document["types"].as_array().unwrap().len(), 5);
    let error = refused(&["sources", "--save", "x", &store]);
    assert!(error.contains("--save"), "{error}");
    let error = refused(&["sources", "http://127.0.0.1:1/"]);
    assert!(error.contains("expected pyroscope+https://HOST"), "{error}");
}

/// As Parca's gateway answers, by its definition (proto/parca/query/v1alpha1/query.proto): no server was found that serves
/// it (`store_parca.rs` has what one answers by gRPC-Web). Whatever else is asked is not found there.
fn parca(request: &Request) -> Reply {
    let page = request.page.split('?').next().unwrap();
    let body = match (page, asked_type(request)) {
        ("/base/api/profiles/types", _) => {
            let one = |name: &str| {
                let unit = if name.ends_with("objects") { "count" } else { "bytes" };
                format!(
                    r#"{{"name":"memory","sampleType":"{name}","sampleUnit":"{unit}","periodType":"space","periodUnit":"bytes","delta":false}}"#
                )
            };
            format!(r#"{{"types":[{}]}}"#, TYPES.map(one).join(","))
        }
        ("/base/api/profiles/query", Some(name)) if request.page.contains("mode=MODE_MERGE") => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(&file(&format!("{name}.pb"))).unwrap();
            format!(r#"{{"total":"1","filtered":"0","pprof":"{}"}}"#, STANDARD.encode(packed.finish().unwrap()))
        }
        ("/base/api/profiles/query_range", Some(_)) => {
            r#"{"series":[{"labelset":{"labels":[]},"samples":[{"timestamp":"2026-11-29T07:22:44Z","value":"5"}]}]}"#.to_owned()
        }
        ("/base/api/profiles/labels", _) => r#"{"labelNames":["job"],"warnings":[]}"#.to_owned(),
        ("/base/api/profiles/labels/job/values", _) => r#"{"labelValues":["svc"]}"#.to_owned(),
        _ => {
            let body = r#"{"code":5,"message":"could not find profile at requested time and selectors","details":[]}"#;
            return Reply::with(404, "application/json", body);
        }
    };
    Reply::with(200, "application/json", body)
}

#[test]
fn parca_is_asked_through_its_gateway() {
    let server = Server::start(parca);
    let name = |type_: &str| {
        format!(
            "parca+http://127.0.0.1:{}/base/?query={type_}{{job=\"svc\"}}&{RANGE}",
            server.port
        )
    };
    for sample_type in TYPES {
        let stored = sites(&name("memory:alloc_space:bytes:space:bytes"), sample_type);
        assert_eq!(stored, sites(HEAP, sample_type), "{sample_type}");
    }
    let document = json(&[
        "info",
        "-f",
        "json",
        &name("memory:alloc_space:bytes:space:bytes"),
    ]);
    assert_eq!(document["inputs"][0]["kind"], "allocs");
    let text = out(&["sources", &name("")]);
    assert!(text.contains("job") && text.contains("svc"), "{text}");
    let error = refused(&["top", &name("memory:other:bytes:space:bytes")]);
    assert!(
        error.contains("expected one of memory:alloc_objects"),
        "{error}"
    );
    let empty = Server::start(|request| match method(request) {
        "query" => parca(&Request {
            page: "/none".to_owned(),
            ..request.clone()
        }),
        _ => parca(request),
    });
    let error = refused(&[
        "top",
        &format!("parca+http://127.0.0.1:{}/base/?{RANGE}", empty.port),
    ]);
    assert!(error.contains("found no samples of {}"), "{error}");
}
