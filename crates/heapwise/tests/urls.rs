//! Profiles of running programs: a URL gives what the file of the same bytes gives, in every command, and
//! each fault of a server is told as what it is.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "runs the command against servers of its own"
)]

mod common;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::server::{Reply, Request, Server};
use common::{heapwise, workspace};

const HEAP: &str = "testdata/server/heap.pb.gz";
const LATER: &str = "testdata/server/go1.27/heap.later.pb.gz";
const TEXT: &str = "testdata/gc/heap-1.debug1.txt";
const TEXT_LATER: &str = "testdata/gc/heap-3.debug1.txt";
const DUMP: &str = "testdata/server/series/chanrecv/goroutine.13.debug2.txt";

/// Where the files are, as the pages of a server.
const PAGES: [(&str, &str); 6] = [
    ("/debug/pprof/heap", HEAP),
    ("/debug/pprof/heap?gc=1", LATER),
    ("/debug/pprof/heap?debug=1", TEXT),
    ("/later?debug=1", TEXT_LATER),
    ("/debug/pprof/goroutine?debug=2", DUMP),
    ("/debug/pprof/allocs?seconds=5", LATER),
];

fn file(path: &str) -> Vec<u8> {
    fs::read(workspace().join(path)).unwrap()
}

fn pages(request: &Request) -> Reply {
    match PAGES.iter().find(|(page, _)| *page == request.page) {
        Some((_, path)) => Reply::page(file(path)),
        None => Reply::refused(404, "Unknown profile"),
    }
}

fn run(args: &[&str]) -> Output {
    heapwise(&workspace()).args(args).output().unwrap()
}

/// What a command that succeeds prints; of bytes that are no text, their escapes.
#[track_caller]
fn out(args: &[&str]) -> String {
    let output = run(args);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {error}");
    match String::from_utf8(output.stdout) {
        Ok(text) => text,
        Err(error) => error.as_bytes().escape_ascii().to_string(),
    }
}

/// What a command that refuses says.
#[track_caller]
fn refused(args: &[&str]) -> String {
    let output = run(args);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
    assert!(output.stdout.is_empty(), "{args:?}");
    error
}

/// The commands, each with what it reads.
const QUESTIONS: [(&str, &str); 21] = [
    ("top -n3 {}", "heap"),
    ("top -f json {}", "heap"),
    ("top --pprof-compatible {}", "heap"),
    ("tree -n3 {}", "heap"),
    ("peek json {}", "heap"),
    ("traces -n2 {}", "heap"),
    ("tags {}", "heap"),
    ("list makeOrder {}", "heap"),
    ("raw {}", "heap"),
    ("comments {}", "heap"),
    ("info {}", "heap"),
    ("merge {} -o -", "heap"),
    ("convert --to=folded {}", "heap"),
    (
        "top --base={} testdata/server/go1.27/heap.later.pb.gz",
        "heap",
    ),
    ("diff {} testdata/server/go1.27/heap.later.pb.gz", "heap"),
    (
        "verify --require inuse_space_total_<=_1GB testdata/server/go1.27/heap.later.pb.gz {}",
        "heap",
    ),
    ("goroutines {}", "goroutine"),
    ("gc {}", "text"),
    ("convert --memory-space {}", "text"),
    ("tune {} LATER", "text"),
    ("{} -n3", "heap"),
];

#[test]
fn every_command_gives_of_a_url_what_it_gives_of_the_file() {
    let server = Server::start(pages);
    let address = format!("127.0.0.1:{}", server.port);
    let later = server.url("/later?debug=1");
    for (question, what) in QUESTIONS {
        let (path, page) = match what {
            "heap" => (HEAP, "/debug/pprof/heap"),
            "text" => (TEXT, "/debug/pprof/heap?debug=1"),
            _ => (DUMP, "/debug/pprof/goroutine?debug=2"),
        };
        let ask = |name: &str, later: &str| {
            let words = question.split(' ').map(|word| match word.contains("_<=_") {
                true => word
                    .replace("_<=_", " <= ")
                    .replace("space_total", "space total"),
                false => word.replace("{}", name).replace("LATER", later),
            });
            let words: Vec<String> = words.collect();
            out(&words.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let expected = ask(path, TEXT_LATER);
        // The whole URL, and the server alone.
        for name in [&server.url(page), &address] {
            let found = ask(name, &later);
            let shown = server.url(page);
            let found = found.replace(&shown, path).replace(&later, TEXT_LATER);
            // Columns are as wide as the names in them.
            let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(squeezed(&found), squeezed(&expected), "{question} {name}");
        }
    }
}

#[test]
fn parameters_are_handed_on() {
    let server = Server::start(pages);
    let later = out(&["top", "-f", "csv", LATER]);
    assert_eq!(
        later,
        out(&["top", "-f", "csv", &server.url("/debug/pprof/heap?gc=1")])
    );
    assert_eq!(
        later,
        out(&[
            "top",
            "-f",
            "csv",
            &format!("127.0.0.1:{}?gc=1", server.port)
        ])
    );
    let watched = server.url("/debug/pprof/allocs");
    assert_eq!(later, out(&["top", "-f", "csv", "-seconds=5", &watched]));
    assert_eq!(
        later,
        out(&[
            "top",
            "-f",
            "csv",
            "-seconds",
            "5",
            &format!("{watched}?seconds=9")
        ])
    );
}

#[test]
fn several_are_fetched_side_by_side() {
    let asked = Arc::new(Mutex::new(0));
    let server = Server::start(move |request| {
        // The first waits for the second.
        *asked.lock().unwrap() += 1;
        for _ in 0..1000 {
            if *asked.lock().unwrap() > 1 {
                return pages(request);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Reply::refused(500, "asked one after another")
    });
    let url = server.url("/debug/pprof/heap");
    out(&["top", "-n1", &url, &url]);
}

#[test]
fn labels_name_columns() {
    let server = Server::start(pages);
    let named = |page: &str, label: &str| format!("{label}={}", server.url(page));
    let text = out(&[
        "diff",
        "-q",
        &named("/debug/pprof/heap", "old"),
        &named("/debug/pprof/heap?gc=1", "new"),
    ]);
    assert!(text.contains("  old") && text.contains("  new"), "{text}");
}

#[test]
fn what_is_fetched_is_kept_where_asked() {
    let server = Server::start(pages);
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let save = format!("--save={}", kept.display());
    for page in [
        "/debug/pprof/heap",
        "/debug/pprof/heap?gc=1",
        "/debug/pprof/heap?debug=1",
    ] {
        let output = run(&["info", &save, &server.url(page)]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.starts_with("heapwise: saved to "), "{error}");
        let path = error.trim().strip_prefix("heapwise: saved to ").unwrap();
        let name = Path::new(path)
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let (start, end) = match page.split_once('?') {
            None => ("heap-127.0.0.1-", ".pb.gz"),
            Some((_, "gc=1")) => ("heap.gc1-127.0.0.1-", ".pb.gz"),
            Some(_) => ("heap-127.0.0.1-", ".txt"),
        };
        assert!(name.starts_with(start) && name.ends_with(end), "{name}");
        let expected = PAGES.iter().find(|(known, _)| *known == page).unwrap().1;
        assert_eq!(fs::read(path).unwrap(), file(expected));
    }
    // Nothing half-written stays, and nothing is written over.
    assert_eq!(fs::read_dir(&kept).unwrap().count(), 3);
    let url = server.url("/debug/pprof/heap");
    out(&["top", "-q", &save, &url, &url, &url]);
    assert_eq!(fs::read_dir(&kept).unwrap().count(), 6);
}

/// A server that tells what it was asked with, and what it was asked.
fn recording() -> (Server, Arc<Mutex<Vec<Request>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let server = Server::start(move |request| {
        seen.lock().unwrap().push(request.clone());
        pages(request)
    });
    (server, asked)
}

#[test]
fn says_who_asks() {
    let (server, asked) = recording();
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    fs::write(&token, "s3cret\n").unwrap();
    let headers = folder.path().join("headers");
    fs::write(&headers, "X-One: 1\n\nX-Two: two words\n").unwrap();
    let url = server.url("/debug/pprof/heap");
    let sent = |args: &[&str]| {
        out(args);
        asked.lock().unwrap().pop().unwrap()
    };
    let plain = sent(&["info", &url]);
    assert_eq!(plain.header("authorization"), None);
    assert!(plain.header("user-agent").unwrap().starts_with("heapwise/"));
    assert_eq!(plain.header("accept-encoding"), None);

    let bearer = format!("--bearer-file={}", token.display());
    assert_eq!(
        sent(&["info", &bearer, &url]).header("authorization"),
        Some("Bearer s3cret")
    );
    let basic = url.replace("http://", "http://joe:p%40ss@");
    let basic = sent(&["info", &basic]);
    assert_eq!(basic.header("authorization"), Some("Basic am9lOnBAc3M="));
    let from_file = format!("--header=@{}", headers.display());
    let both = sent(&["info", "--header", "X-Three:3", &from_file, &url]);
    for (name, value) in [("x-one", "1"), ("x-two", "two words"), ("x-three", "3")] {
        assert_eq!(both.header(name), Some(value));
    }
    let mut command = heapwise(&workspace());
    command
        .args(["info", &url])
        .env("HEAPWISE_BEARER_TOKEN", "t0ken");
    assert!(command.output().unwrap().status.success());
    let request = asked.lock().unwrap().pop().unwrap();
    assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
}

#[test]
fn refuses_what_cannot_be_sent() {
    for (args, words) in [
        (
            &["--header=no colon"][..],
            "--header: found what is no header, expected 'Name: value'",
        ),
        (&["--header=a b: c"], "found what is no header"),
        (&["--header=@/nonexistent"], "/nonexistent: No such file"),
        (
            &["--bearer-file=/nonexistent"],
            "/nonexistent: No such file",
        ),
        (&["--bearer-file=testdata/README.md"], "found no token"),
        (&["--timeout=0"], "expected a number above 0"),
        (&["--tls-key=x"], "--tls-cert"),
    ] {
        let args: Vec<&str> = ["info"]
            .into_iter()
            .chain(args.iter().copied())
            .chain([":1"])
            .collect();
        let error = refused(&args);
        assert!(error.contains(words), "{args:?}: {error}");
    }
    let error = refused(&["top", "--timeout=5", HEAP]);
    assert_eq!(
        error,
        "heapwise: --timeout: found no URL, expected one to fetch\n"
    );
}

#[test]
fn another_scheme_is_refused_with_those_of_servers_and_of_stores() {
    for url in [
        "ftp://host/heap",
        "pyroscope://host/",
        "grpc://host:1",
        "parka+https://host/?x=y",
    ] {
        let error = refused(&["top", url]);
        let (scheme, _) = url.split_once("://").unwrap();
        assert!(
            error.contains(&format!("found scheme \"{scheme}\"")),
            "{error}"
        );
        assert!(error.contains("pyroscope+https or parca+https"), "{error}");
    }
}

#[test]
fn secrets_are_in_no_answer_and_no_error() {
    // Whatever is asked by, and whoever asks.
    let server = Server::start(|request| {
        let page = request.page.split('?').next().unwrap_or_default();
        let all = [
            "/",
            "/debug/pprof/heap",
            "/proxy/http://joe:s3cret@h/debug/pprof/heap",
        ];
        match all.contains(&page) {
            true => Reply::page(file(HEAP)),
            false => Reply::refused(404, "Unknown profile"),
        }
    });
    let at = format!("127.0.0.1:{}", server.port);
    let folder = tempfile::tempdir().unwrap();
    let into = format!("--out={}", folder.path().display());
    for name in [
        format!("http://joe:s3cret@{at}/debug/pprof/heap"),
        format!("joe:s3cret@{at}/debug/pprof/heap"),
        format!("http://joe:s3cret@{at}"),
        format!("before=joe:s3cret@{at}"),
        format!("http://joe:s3cret@{at}/debug/pprof/nosuch"),
        format!("http://{at}/debug/pprof/heap?token=s3cret"),
        "http://joe:s3cret@127.0.0.1:1/".to_owned(),
        "http://joe:s3cret@127.0.0.1:123456/".to_owned(),
        "gopher://joe:s3cret@host/".to_owned(),
        "http://joe:s3/cret@host:1/".to_owned(),
        "https://joe:s3cret@127.0.0.1:1/".to_owned(),
        "http://joe:s3cret@nosuch.invalid/".to_owned(),
        "http://joe:s3cret @127.0.0.1:1/".to_owned(),
        format!("http:/joe:s3cret@{at}/ok"),
        "joe:s3cret@host/debug/pprof/heap".to_owned(),
        "https://joe:s3cret@".to_owned(),
        "joe:s3cret@".to_owned(),
        "before=joe:s3cret@host/x".to_owned(),
        "joe:x=s3cret@host/x".to_owned(),
        "http//joe:s3cret@host/x".to_owned(),
        "pyroscope+http:/1:s3cret@host/?query={a=\"b\"}".to_owned(),
        "host/debug/pprof/heap?jwt=s3cret".to_owned(),
        format!("http://{at}/debug/pprof/heap?jwt=s3cret&pass=s3cret&s3cret"),
        format!("http://{at}/proxy/http://joe:s3cret@h/debug/pprof/heap"),
    ] {
        for args in [
            &["top", "-f", "json"][..],
            &["info"],
            &["diff", HEAP],
            &["goroutines"],
            &["growth"],
            &["tune"],
            &["gc"],
            &["merge", "--keep-going", "-o", "-", HEAP],
            &["report", "-o", "-"],
            &["flame", "-f", "html", "-o", "-"],
            &["flame", "-f", "svg", "-o", "-", HEAP],
            &["diff", "-f", "html", HEAP],
            &["verify", "--require", "inuse_space total <= 1kB"],
            &["explain"],
            &["raw"],
            &["peek", "main"],
            &["tree"],
            &["export", "-f", "csv", "-o", "-"],
            &["convert", "--to=otlp", "-o", "-"],
            &["collect", "--count=1", &into],
            &["--no-such-option", "top"],
            &[],
        ] {
            let args: Vec<&str> = args.iter().copied().chain([name.as_str()]).collect();
            let output = run(&args);
            for said in [output.stdout, output.stderr] {
                let said = String::from_utf8_lossy(&said);
                assert!(
                    !said.contains("s3cret") && !said.contains("cret@"),
                    "{args:?}: {said}"
                );
            }
        }
    }
    let bundles = fs::read_dir(folder.path()).unwrap();
    let bundles = bundles.map(|entry| entry.unwrap().path().join("bundle.json"));
    let records: Vec<_> = bundles
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    assert!(!records.is_empty() && !records.concat().contains("s3cret"));
}

#[test]
fn what_is_nearly_a_url_is_refused_as_one() {
    for (name, words) in [
        (
            "http:/h/x",
            "http:/h/x: found http:/, expected two slashes: http://",
        ),
        (
            "https:/joe:s3cret@h/x",
            "https:/***@h/x: found https:/, expected two slashes: https://",
        ),
        (
            "parca+http:/h/?query={}",
            "found parca+http:/, expected two slashes: parca+http://",
        ),
        (
            "joe:s3cret@h/x",
            "***@h/x: found what looks like user:password@ and neither a file nor a URL",
        ),
    ] {
        for args in [&["top", name][..], &["collect", name, "--out=x"], &[name]] {
            let error = refused(args);
            assert!(error.contains(words), "{args:?}: {error}");
        }
    }
}

/// A fault of a server, and words of what is said of it.
fn faults() -> Vec<(&'static str, Reply, &'static str)> {
    let heap = file(HEAP);
    let half = heap.len() / 2;
    let head = |length: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    let raw = |head: String, body: &[u8]| Reply::Raw([head.as_bytes(), body].concat());
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    // A field that pprof does not know, again and again.
    bomb.write_all(&[0x78, 0].repeat(32 << 20)).unwrap();
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned();
    let first = b"HTTP/1.1 200 OK\r\n\r\n\x1f\x8b".to_vec();
    vec![
        (
            "slow",
            Reply::Stalled(Vec::new(), Duration::from_secs(5)),
            "found no whole answer within 1 s",
        ),
        (
            "slow head",
            Reply::Stalled(b"HTTP/1.1 200 OK\r\nCont".to_vec(), Duration::from_secs(5)),
            "within 1 s",
        ),
        (
            "slow body",
            Reply::Stalled(head(900).into_bytes(), Duration::from_secs(5)),
            "within 1 s",
        ),
        (
            "cut",
            raw(head(heap.len()), &heap[..half]),
            "the connection ended before the answer did",
        ),
        (
            "cut chunks",
            raw(chunked.clone(), b"ff\r\nshort"),
            "the connection ended before the answer did",
        ),
        (
            "bad chunks",
            raw(chunked, b"zz\r\nshort\r\n"),
            "the connection ended before the answer did",
        ),
        (
            "cut without a length",
            raw("HTTP/1.0 200 OK\r\n\r\n".into(), &heap[..half]),
            "gzip",
        ),
        (
            "nothing",
            Reply::Raw(Vec::new()),
            "the connection ended before the answer did",
        ),
        (
            "no HTTP",
            Reply::Raw(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()),
            "found what is no answer of HTTP",
        ),
        (
            "404",
            Reply::with(404, "text/plain", "404 page not found"),
            "the server says 404 Not Found\n",
        ),
        (
            "404 of Go",
            Reply::refused(404, "Unknown profile"),
            "404 Not Found: Unknown profile",
        ),
        (
            "400 of Go",
            Reply::refused(400, "seconds and debug params are incompatible"),
            "seconds and debug params are incompatible",
        ),
        (
            "500",
            Reply::with(500, "text/html", "<html>secret stack"),
            "the server says 500 Internal Server Error\n",
        ),
        (
            "500 of Go",
            Reply::refused(500, "Could not enable \u{1b}[31mprofiling"),
            "Could not enable [31mprofiling",
        ),
        ("401", Reply::with(401, "text/plain", ""), "--bearer-file"),
        ("403", Reply::with(403, "text/plain", ""), "403 Forbidden"),
        (
            "429",
            Reply::with(429, "text/plain", ""),
            "429 Too Many Requests",
        ),
        (
            "204",
            Reply::with(204, "text/plain", ""),
            "the server says 204 No Content",
        ),
        (
            "HTML",
            Reply::with(
                200,
                "text/html; charset=utf-8",
                "<html><title>Sign in</title>",
            ),
            "found a page in HTML called \"Sign in\", expected a profile",
        ),
        (
            "a text that is called HTML",
            Reply::with(200, "text/html", "Please sign in first\n"),
            "found a page in HTML, expected a profile",
        ),
        (
            "an empty page",
            Reply::with(200, "text/html", ""),
            "found an empty answer, expected a profile\n",
        ),
        (
            "half a profile that is called HTML",
            Reply::with(200, "text/html", &heap[..half]),
            "gzip",
        ),
        (
            "HTML by another name",
            Reply::page("\n <!DOCTYPE html><p>"),
            "found a page in HTML, expected a profile",
        ),
        (
            "JSON",
            Reply::with(200, "application/json", "{\"error\":\"x\"}"),
            "expected",
        ),
        (
            "empty",
            Reply::page(""),
            "found an empty answer, expected a profile\n",
        ),
        (
            "text",
            Reply::with(200, "text/plain", "hello\n"),
            "expected",
        ),
        (
            "redirect to another host",
            Reply::redirect("http://other.example/heap"),
            "redirects to http://other.example/heap, another host",
        ),
        (
            "redirect with a secret",
            Reply::redirect("http://a:pw@other.example/?token=q"),
            "redirects to http://***@other.example/?token=***, another host",
        ),
        (
            "redirect to nowhere",
            Reply::redirect(""),
            "the server says 302 Found",
        ),
        (
            "packed in another way",
            Reply::Page {
                status: 200,
                headers: vec![("Content-Encoding", "br".to_owned())],
                body: vec![1, 2, 3],
            },
            "found an answer packed as \"br\", which was not asked for",
        ),
        (
            "redirect to a file",
            Reply::redirect("file:///etc/passwd"),
            "redirects to file:///etc/passwd, which is no page of http or https\n",
        ),
        (
            "redirect to a socket",
            Reply::redirect("unix:///run/x.sock"),
            "redirects to unix:///run/x.sock, which is no page of http or https\n",
        ),
        (
            "circle",
            Reply::redirect("/debug/pprof/heap"),
            "found more than 10 redirects",
        ),
        ("bomb", Reply::page(bomb.finish().unwrap()), "--max-bytes"),
        (
            "endless body",
            Reply::Endless(first, vec![7; 1 << 16]),
            "--max-bytes",
        ),
        (
            "endless head",
            Reply::Endless(b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'a'; 1 << 16]),
            "headers",
        ),
        (
            "too long",
            raw(head(1 << 40), b""),
            "found more than 1048576 bytes, expected at most that",
        ),
    ]
}

#[test]
fn each_fault_has_its_words() {
    for (name, reply, words) in faults() {
        let server = Server::start(move |_| reply.clone());
        let url = server.url("/debug/pprof/heap");
        let error = refused(&["top", "--timeout=1", "--max-bytes=1MB", &url]);
        assert!(
            error.starts_with(&format!("heapwise: {url}: ")),
            "{name}: {error}"
        );
        assert!(error.contains(words), "{name}: {error}");
        assert!(
            error.lines().count() <= 2 && !error.contains('\u{1b}'),
            "{name}: {error}"
        );
    }
}

/// What a server calls a page is not asked where the page is a profile.
#[test]
fn profiles_are_profiles_whatever_they_are_called() {
    let called = |request: &Request| match pages(request) {
        Reply::Page { body, .. } => Reply::with(200, "text/html; charset=utf-8", body),
        other => other,
    };
    let server = Server::start(called);
    for (args, path, page) in [
        (&["top", "-q", "-f", "csv"][..], HEAP, "/debug/pprof/heap"),
        (
            &["top", "-q", "-f", "csv"],
            TEXT,
            "/debug/pprof/heap?debug=1",
        ),
        (
            &["gc", "-q", "-f", "csv"],
            TEXT,
            "/debug/pprof/heap?debug=1",
        ),
        (
            &["goroutines", "-q", "-f", "csv"],
            DUMP,
            "/debug/pprof/goroutine?debug=2",
        ),
    ] {
        let of = |name: &str| {
            out(&args.iter().copied().chain([name]).collect::<Vec<_>>()).replace(name, "NAME")
        };
        assert_eq!(of(&server.url(page)), of(path), "{args:?}");
    }
}

/// A page that no option reaches is no reason to name one.
#[test]
fn redirects_to_no_page_are_never_followed() {
    for to in [
        "file:///etc/passwd",
        "unix:///run/x.sock",
        "ftp://h/x",
        "http://",
    ] {
        let server = Server::start(move |_| Reply::redirect(to));
        for more in [&[][..], &["--follow-redirects"]] {
            let url = server.url("/x");
            let args: Vec<&str> = ["top", &url]
                .into_iter()
                .chain(more.iter().copied())
                .collect();
            let error = refused(&args);
            assert!(
                error.contains("which is no page of http or https"),
                "{error}"
            );
            assert!(!error.contains("--follow-redirects"), "{error}");
        }
    }
}

#[test]
fn nobody_there_is_told() {
    let port = Server::start(pages).port;
    let error = refused(&["top", &format!(":{port}")]);
    let first = error.lines().next().unwrap();
    assert_eq!(
        first,
        format!("heapwise: http://localhost:{port}/debug/pprof/heap: connection refused")
    );
    assert!(error.contains("kubectl port-forward"), "{error}");
    let error = refused(&["top", "http://nosuch.invalid/"]);
    assert!(error.contains("found no host nosuch.invalid"), "{error}");
    let error = refused(&["goroutines", "unix:///nonexistent.sock"]);
    assert!(
        error.contains("unix:///nonexistent.sock:/debug/pprof/goroutine?debug=2: no such file"),
        "{error}"
    );
}

#[test]
fn redirects_stay_where_they_are_safe() {
    let (other, asked) = recording();
    let to = other
        .url("/debug/pprof/heap")
        .replace("127.0.0.1", "localhost");
    let server = Server::start(move |request| match request.page.as_str() {
        "/same" => Reply::redirect("/debug/pprof/heap"),
        "/beside" => Reply::redirect("debug/pprof/heap"),
        "/debug/pprof/heap" => Reply::redirect("?gc=0"),
        "/debug/pprof/heap?gc=0" => Reply::page(file(HEAP)),
        "/other" => Reply::redirect(&to),
        _ => pages(request),
    });
    let expected = out(&["top", "-f", "csv", HEAP]);
    for page in ["/same", "/beside"] {
        assert_eq!(out(&["top", "-f", "csv", &server.url(page)]), expected);
    }
    let url = server
        .url("/other")
        .replace("http://", "http://joe:s3cret@");
    let error = refused(&["top", &url]);
    assert!(
        error.contains("another host") && error.contains("--follow-redirects"),
        "{error}"
    );
    assert!(asked.lock().unwrap().is_empty());
    let args = [
        "top",
        "-f",
        "csv",
        "--follow-redirects",
        "--header=X-Key: s3cret",
        &url,
    ];
    assert_eq!(out(&args), expected);
    let request = asked.lock().unwrap().pop().unwrap();
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("x-key"), None);
}

#[test]
fn another_port_of_the_host_gets_no_secrets() {
    let (other, asked) = recording();
    let to = other.url("/debug/pprof/heap");
    let server = Server::start(move |_| Reply::redirect(&to));
    let url = server.url("/x").replace("http://", "http://joe:s3cret@");
    out(&["top", "--header=X-Key: s3cret", &url]);
    let request = asked.lock().unwrap().pop().unwrap();
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("x-key"), None);
}

#[test]
fn proxies_are_those_of_the_environment() {
    let (proxy, asked) = recording();
    let ask = |variables: &[(&str, &str)]| {
        let mut command = heapwise(&workspace());
        command.args(["info", "http://app.example/debug/pprof/heap"]);
        command.envs(variables.iter().copied()).output().unwrap()
    };
    let url = format!("http://joe:s3cret@127.0.0.1:{}", proxy.port);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let output = ask(&[(name, &url)]);
        let request = asked.lock().unwrap().pop();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(request.is_some(), "{name}: {said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
    let output = ask(&[("HTTP_PROXY", &url), ("NO_PROXY", "example")]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("found no host app.example"));
    let output = ask(&[("HTTP_PROXY", "s3cret not a url")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("HTTP_PROXY: found no URL of a proxy") && !said.contains("s3cret"),
        "{said}"
    );
    // A program on this machine is asked itself.
    let server = Server::start(pages);
    let mut command = heapwise(&workspace());
    command
        .args(["info", &server.url("/debug/pprof/heap")])
        .env("HTTP_PROXY", "http://127.0.0.1:1");
    assert!(command.output().unwrap().status.success());
}

/// What is wrong with the way to a server is the proxy's, not the server's.
#[test]
fn a_proxy_that_lets_nobody_through_is_named_with_its_variable() {
    let ask = |variable: &str, url: &str, page: &str| {
        let mut command = heapwise(&workspace());
        command.args(["top", page, "--timeout=10"]);
        let output = command.env(variable, url).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{url}: {said}");
        assert!(
            !said.contains("s3cret") && !said.contains("is the program running"),
            "{said}"
        );
        said
    };
    let wants_login = Server::start(|_| Reply::refused(407, "who?"));
    let at = format!("127.0.0.1:{}", wants_login.port);
    let pages = [
        ("HTTP_PROXY", "http://app.example/debug/pprof/heap"),
        #[cfg(feature = "tls")]
        ("https_proxy", "https://app.example/debug/pprof/heap"),
        ("ALL_PROXY", "http://app.example:6060"),
        (
            "http_proxy",
            "pyroscope+http://app.example/?query={service_name=\"x\"}",
        ),
    ];
    for (variable, page) in pages {
        for (url, words) in [
            (
                "http://joe:s3cret@127.0.0.1:1",
                format!("the proxy 127.0.0.1:1 ({variable}): connection refused"),
            ),
            (
                "nobody.invalid:3128",
                format!(
                    "the proxy nobody.invalid:3128 ({variable}): found no host nobody.invalid:3128"
                ),
            ),
            (
                "gopher://joe:s3cret@h",
                format!("{variable}: found a proxy of scheme \"gopher\", expected http"),
            ),
            ("http://", format!("{variable}: found no URL of a proxy")),
            (
                &format!("http://joe:s3cret@{at}"),
                format!("the proxy {at} ({variable}) says 407 Proxy Authentication Required"),
            ),
        ] {
            let said = ask(variable, url, page);
            assert!(said.contains(&words), "{url} {page}: {said}, not {words}");
        }
    }
}

/// A SOCKS proxy (RFC 1928) that lets one client ask: tells what it is to be connected with, and as whom, and answers with this page.
fn socks_proxy(page: &'static [u8]) -> (u16, std::thread::JoinHandle<(String, String)>) {
    use std::io::Read;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut read = |count: usize| {
            let mut bytes = vec![0; count];
            stream.read_exact(&mut bytes).unwrap();
            bytes
        };
        let methods = usize::from(read(2)[1]);
        let methods = read(methods);
        let has_password = methods.contains(&2);
        let mut writer = stream.try_clone().unwrap();
        writer
            .write_all(&[5, if has_password { 2 } else { 0 }])
            .unwrap();
        let mut read = |count: usize| {
            let mut bytes = vec![0; count];
            stream.read_exact(&mut bytes).unwrap();
            bytes
        };
        let mut who = String::new();
        if has_password {
            let user = usize::from(read(2)[1]);
            who = String::from_utf8(read(user)).unwrap();
            let password = usize::from(read(1)[0]);
            who = format!("{who}:{}", String::from_utf8(read(password)).unwrap());
            writer.write_all(&[1, 0]).unwrap();
        }
        // Version, connect, nothing, a name.
        assert_eq!(read(4), [5, 1, 0, 3]);
        let length = usize::from(read(1)[0]);
        let host = String::from_utf8(read(length)).unwrap();
        read(2);
        writer.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 1]).unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            asked.extend(read(1));
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", page.len());
        writer.write_all(head.as_bytes()).unwrap();
        writer.write_all(page).unwrap();
        (host, who)
    });
    (port, thread)
}

#[test]
fn proxies_may_speak_socks() {
    let ask = |variable: &str, url: &str| {
        let mut command = heapwise(&workspace());
        command.args(["top", "http://app.example/debug/pprof/heap", "--timeout=10"]);
        let output = command.env(variable, url).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), said)
    };
    let page: &[u8] = file(HEAP).leak();
    for (variable, scheme, who) in [
        ("http_proxy", "socks5h", ""),
        ("HTTP_PROXY", "socks5", ""),
        ("ALL_PROXY", "socks5", "joe:s3cret"),
    ] {
        let (port, proxy) = socks_proxy(page);
        let at = if who.is_empty() { "" } else { "@" };
        let found = ask(variable, &format!("{scheme}://{who}{at}127.0.0.1:{port}"));
        assert_eq!(found.0, Some(0), "{scheme}: {}", found.1);
        assert_eq!(
            proxy.join().unwrap(),
            ("app.example".to_owned(), who.to_owned())
        );
    }
    // What is no SOCKS proxy, what is none at all, and what is not spoken.
    let server = Server::start(pages);
    for (url, words) in [
        (
            format!("socks5://127.0.0.1:{}", server.port),
            "http://app.example/debug/pprof/heap: ",
        ),
        (
            "socks5://joe:s3cret@127.0.0.1:1".to_owned(),
            "the proxy 127.0.0.1:1 (http_proxy): connection refused",
        ),
        (
            "socks4://joe:s3cret@127.0.0.1:1".to_owned(),
            "http_proxy: found a proxy of scheme \"socks4\", expected http",
        ),
        ("ftp://127.0.0.1:1".to_owned(), "of scheme \"ftp\""),
    ] {
        let (code, said) = ask("http_proxy", &url);
        assert_eq!(code, Some(2), "{url}: {said}");
        assert!(said.contains(words), "{url}: {said}");
        assert!(!said.contains("s3cret") && !said.contains("TLS"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn sockets_are_read() {
    use common::server::serve;
    use std::os::unix::net::UnixListener;
    use std::sync::atomic::AtomicBool;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let answer = |request: &Request| match request.page.as_str() {
        "/elsewhere" => Reply::redirect("unix:///run/other.sock:/debug/pprof/heap"),
        _ => pages(request),
    };
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            serve(&mut stream.unwrap(), &answer, &AtomicBool::new(false));
        }
    });
    let expected = out(&["top", "-f", "csv", HEAP]);
    let path = path.display().to_string();
    let encoded = path.replace('/', "%2F");
    for name in [
        format!("unix://{path}"),
        format!("unix:{path}"),
        format!("unix://{path}:/debug/pprof/heap"),
        format!("unix://{path}/debug/pprof/heap"),
        format!("http+unix://{encoded}/debug/pprof/heap"),
        format!("http+unix://{encoded}"),
    ] {
        assert_eq!(out(&["top", "-f", "csv", &name]), expected, "{name}");
    }
    let error = refused(&["top", &format!("unix://{path}:/debug/pprof/nosuch")]);
    assert!(error.contains("Unknown profile"), "{error}");
    let error = refused(&["top", &format!("unix://{path}:/elsewhere")]);
    assert!(
        error.contains("which is no page of http or https"),
        "{error}"
    );
    out(&["goroutines", &format!("unix://{path}")]);
}

#[test]
fn a_profile_alone_is_ranked() {
    let expected = out(&["top", HEAP]);
    assert_eq!(out(&[HEAP]), expected);
    assert_eq!(out(&["-top", HEAP]), expected);
    assert_eq!(
        out(&["-alloc_space", HEAP]),
        out(&["top", "-alloc_space", HEAP])
    );
    assert_eq!(
        out(&["-list=makeOrder", HEAP]),
        out(&["list", "makeOrder", HEAP])
    );
    assert_eq!(out(&["-peek", "json", HEAP]), out(&["peek", "json", HEAP]));
    for (option, instead) in [
        ("-http=:0", "heapwise report --open"),
        ("-svg", "dot -Tsvg"),
        ("-web", "dot -Tsvg"),
    ] {
        let error = refused(&[option, HEAP]);
        assert!(
            error.contains("only pprof does") && error.contains(instead),
            "{error}"
        );
    }
    let error = refused(&["nosuch.pb.gz"]);
    assert!(error.contains("nosuch.pb.gz: No such file"), "{error}");
    let error = refused(&["tpo", HEAP]);
    assert!(error.contains("unrecognized subcommand 'tpo'"), "{error}");
}

#[test]
fn endings_that_cannot_be_written_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let name = |ending: &str| {
        folder
            .path()
            .join(format!("x.{ending}"))
            .display()
            .to_string()
    };
    let dump = DUMP;
    for (command, profile) in [
        ("top", HEAP),
        ("tree", HEAP),
        ("traces", HEAP),
        ("tags", HEAP),
        ("raw", HEAP),
        ("comments", HEAP),
        ("info", HEAP),
        ("goroutines", dump),
        ("gc", TEXT),
    ] {
        let has_pages = matches!(command, "goroutines" | "gc");
        for ending in ["svg", "png", "html", "pb.gz"] {
            if has_pages && ending == "html" {
                continue;
            }
            let error = refused(&[command, profile, "-o", &name(ending)]);
            assert!(
                error.contains("found the ending ."),
                "{command} {ending}: {error}"
            );
        }
    }
    for command in ["convert", "merge"] {
        for ending in ["svg", "pdf", "json", "txt"] {
            let error = refused(&[command, HEAP, "-o", &name(ending)]);
            assert!(
                error.contains("found the ending ."),
                "{command} {ending}: {error}"
            );
        }
    }
    let error = refused(&["top", HEAP, "-o", &name("svg")]);
    assert!(error.contains("heapwise flame writes that"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    out(&["top", HEAP, "-f", "text", "-o", &name("svg")]);
    out(&["convert", HEAP, "--to=folded", "-o", &name("txt")]);
}

#[test]
fn help_tells_of_urls() {
    let help = out(&["help", "urls"]);
    assert!(
        help.lines().all(|line| line.chars().count() <= 80),
        "{help}"
    );
    let all = out(&["top", "--help"]);
    let (_, options) = all.split_once("\nURLs:\n").unwrap();
    let options = options
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--"));
    for option in options.filter_map(|option| option.split(' ').next()) {
        assert!(help.contains(&format!("--{option}")), "{option}");
    }
}

/// One address is no name of one moment: a collection may lie between two answers.
#[test]
fn a_page_that_is_asked_for_twice_is_of_two_moments() {
    let leak = ["01", "19"].map(|at| file(&format!("testdata/server/leak/heap.{at}.pb.gz")));
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let at = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Reply::page(leak[at % 2].clone())
    });
    let url = server.url("/debug/pprof/heap");
    let output = run(&["growth", "-f", "json", &url, &url]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect(&said);
    assert_eq!(document["inputs"].as_array().unwrap().len(), 2, "{said}");
}
