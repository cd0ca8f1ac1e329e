//! What a server of Parca 0.21 has answered about a profile by gRPC-Web is what the file says.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command against servers of its own"
)]

mod common;

use std::fs;

use common::server::{Reply, Request, Server};
use common::{heapwise, workspace};
use serde_json::Value;

const TYPES: [&str; 4] = [
    "alloc_objects",
    "alloc_space",
    "inuse_objects",
    "inuse_space",
];

/// Before and after the profiles that were recorded.
const RANGE: &str = "from=2026-11-30T09:00:00Z&until=2026-11-30T09:59:00Z";

const GRPC_WEB: &str = "application/grpc-web+proto";

fn file(name: &str) -> Vec<u8> {
    fs::read(workspace().join("testdata").join(name)).unwrap()
}

/// The exit code, stdout and what was told.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn json(args: &[&str]) -> Value {
    let (code, out, said) = run(args);
    assert_eq!(code, Some(0), "{args:?}: {said}");
    serde_json::from_str(&out).unwrap()
}

/// The sites of a profile with their values; what stands for types in names is left out, as some stores do.
fn sites(name: &str, sample_type: &str) -> Vec<(String, i64)> {
    let index = format!("-sample_index={sample_type}");
    let all = ["-nodecount=9999", "-nodefraction=0", &index, name];
    let document = json(&[&["top", "-f", "json", "-lines"], &all[..]].concat());
    let rows = document["rows"].as_array().unwrap().iter();
    let named = rows.map(|row| {
        let site = &row["site"];
        let function = site["function"].as_str().unwrap_or_default();
        let short = match function.split_once('[').zip(function.rsplit_once(']')) {
            Some(((start, _), (_, end))) => format!("{start}{end}"),
            None => function.to_owned(),
        };
        let place = format!("{short} {} {}", site["file"], site["line"]);
        (place, row["flat"]["value"].as_i64().unwrap())
    });
    let mut all: Vec<(String, i64)> = named.filter(|(_, value)| *value != 0).collect();
    all.sort();
    all
}

fn method(request: &Request) -> &str {
    request.page.rsplit('/').next().unwrap()
}

fn asked_type(request: &Request) -> Option<&'static str> {
    let body = String::from_utf8_lossy(&request.body);
    TYPES
        .into_iter()
        .find(|name| body.contains(&format!("memory:{name}:")))
}

fn not_found() -> Reply {
    Reply::with(404, "text/plain", "404 page not found\n")
}

fn parca(request: &Request) -> Reply {
    if !request
        .page
        .starts_with("/api/parca.query.v1alpha1.QueryService/")
    {
        return not_found();
    }
    let body = String::from_utf8_lossy(&request.body);
    let recorded = |name: String| Reply::with(200, GRPC_WEB, file(&format!("parca/{name}.bin")));
    match (method(request), asked_type(request)) {
        // What it refuses has no body: how it went is in the header.
        ("Query", Some(_)) if body.contains("{a=}") => Reply::Page {
            status: 200,
            headers: vec![
                ("Content-Type", GRPC_WEB.to_owned()),
                ("Grpc-Status", "3".to_owned()),
                (
                    "Grpc-Message",
                    "failed to parse query:%20unexpected".to_owned(),
                ),
            ],
            body: Vec::new(),
        },
        ("Query", Some(_)) if body.contains("none") => recorded("nothing".to_owned()),
        ("Query", Some(name)) => recorded(name.to_owned()),
        ("QueryRange", Some(name)) => recorded(format!("{name}.range")),
        (method @ ("ProfileTypes" | "Labels" | "Values"), None) => recorded(method.to_owned()),
        _ => not_found(),
    }
}

fn of_parca(server: &Server, query: &str) -> String {
    format!(
        "parca+http://127.0.0.1:{}/?query={query}&{RANGE}",
        server.port
    )
}

#[test]
fn parca_is_asked_as_its_pages_ask() {
    let server = Server::start(parca);
    let name = of_parca(&server, "{version=\"v2\",pod=\"7\"}");
    for sample_type in TYPES {
        let known = sites("testdata/parca/heap.pb.gz", sample_type);
        assert!(!known.is_empty());
        assert_eq!(sites(&name, sample_type), known, "{sample_type}");
    }
    let document = json(&["sources", "-f", "json", &of_parca(&server, "{}")]);
    assert_eq!(document["types"].as_array().unwrap().len(), 5, "{document}");
    let labels = document["labels"].to_string();
    assert!(
        labels.contains("\"pod\"") && labels.contains("\"7\""),
        "{labels}"
    );
}

/// The server tells the values of all series, whatever is selected: those of others are no profiles.
#[test]
fn each_value_of_parca_is_one_of_the_selected_series() {
    let server = Server::start(parca);
    let name = of_parca(&server, "{version=\"v2\",pod=\"7\"}") + "&each=pod";
    let known = sites("testdata/parca/heap.pb.gz", "inuse_space");
    assert_eq!(sites(&name, "inuse_space"), known);
}

#[test]
fn what_parca_refuses_is_told_in_its_words() {
    let server = Server::start(parca);
    let refusals = [
        ("{job=\"none\"}", "found no samples of"),
        (
            "{a=}",
            "INVALID_ARGUMENT: failed to parse query: unexpected",
        ),
        ("memory:other:bytes:space:bytes{}", "expected one of"),
    ];
    for (query, expected) in refusals {
        let (code, out, said) = run(&["top", &of_parca(&server, query)]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{said}");
        assert!(said.contains(expected), "{query}: {said}");
    }
    let cut = Server::start(|request| match method(request) {
        "Query" => {
            let mut bytes = file("parca/inuse_space.bin");
            bytes.truncate(400);
            Reply::with(200, GRPC_WEB, bytes)
        }
        _ => parca(request),
    });
    let (code, _, said) = run(&["top", &of_parca(&cut, "{pod=\"7\"}")]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("ends within a message"), "{said}");
}

/// Where what answers knows the question and refuses it, there is no other way: what the gateway says, which is not there, is
/// about nothing.
#[test]
fn the_first_refusal_is_told_where_it_is_one() {
    let page = "<html><head><title>Sign in</title></head></html>";
    let limited = Reply::Page {
        status: 429,
        headers: vec![("Retry-After", "7".to_owned())],
        body: b"slow down".to_vec(),
    };
    let refusals = [
        (
            Reply::with(401, "text/plain", "who are you"),
            "401 Unauthorized: who are you",
        ),
        (
            Reply::with(401, "text/html", page),
            "401 Unauthorized: Sign in",
        ),
        (Reply::with(403, "text/plain", ""), "403 Forbidden"),
        (
            limited,
            "429 Too Many Requests: slow down: asked too often, it wants 7 s of waiting",
        ),
        (
            Reply::with(500, "text/plain", "broken"),
            "500 Internal Server Error: broken",
        ),
        (
            Reply::with(502, "text/html", page),
            "502 Bad Gateway: Sign in",
        ),
        (
            Reply::with(400, "text/plain", "bad"),
            "400 Bad Request: bad",
        ),
        (
            Reply::with(200, "text/html", page),
            "found a page in HTML called \"Sign in\"",
        ),
        (
            Reply::with(404, "text/plain", "nope"),
            "404 Not Found: 404 page not found",
        ),
    ];
    for (reply, words) in refusals {
        let server = Server::start(move |request| match request.page.contains("QueryService") {
            true => reply.clone(),
            false => not_found(),
        });
        let name = of_parca(&server, "memory:inuse_space:bytes:space:bytes{}");
        for args in [&["top", &name][..], &["sources", &name]] {
            let (code, _, said) = run(args);
            assert_eq!(code, Some(2), "{said}");
            assert!(said.contains(words), "{words}: {said}");
        }
    }
}

/// When profiles were taken is asked for with the ends of the range outside: one at its first or last moment counts.
#[test]
fn profiles_at_the_ends_of_a_range_are_counted() {
    // 999 milliseconds, in nanoseconds: one before a whole second.
    const BEFORE: [u8; 6] = [0x10, 0xc0, 0x8f, 0xae, 0xdc, 0x03];
    let has = |body: &[u8]| body.windows(BEFORE.len()).any(|part| part == BEFORE);
    let server = Server::start(move |request| match method(request) {
        "QueryRange" if !has(&request.body) => Reply::with(200, GRPC_WEB, Vec::new()),
        _ => parca(request),
    });
    let name = of_parca(&server, "{version=\"v2\",pod=\"7\"}");
    let known = sites("testdata/parca/heap.pb.gz", "inuse_space");
    assert_eq!(sites(&name, "inuse_space"), known);
}
