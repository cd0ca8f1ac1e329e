//! A program as its pages show it, for tests that collect: its heap goes on, its goroutines grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::server::{Reply, Request, Server};
use super::workspace;

/// Heap texts of one process, each of another collection.
pub(crate) const TEXTS: [&str; 6] = ["000", "004", "008", "012", "016", "020"];

/// What a program does to requests besides answering them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// It answers.
    Well,
    /// One request in five fails: the next one works.
    Flaky,
    /// One request in five fails, and the next one fails with it.
    FlakyTwice,
}

/// A program that runs until it is dropped.
pub(crate) struct Pod {
    pub(crate) server: Server,
    /// Heap texts that were asked for.
    pub(crate) texts: Arc<AtomicUsize>,
}

impl Pod {
    /// A program whose heap text is another one after so many answers.
    pub(crate) fn start(mood: Mood, texts_for_each: usize) -> Pod {
        let (all, texts) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&texts);
        let server = Server::start(move |request| {
            let number = all.fetch_add(1, Ordering::SeqCst);
            match (mood, number % 5, number % 10) {
                (Mood::Flaky, 3, _) | (Mood::FlakyTwice, _, 3 | 4) => fault(number),
                _ => page(request, &counted, texts_for_each),
            }
        });
        Pod { server, texts }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url("")
    }
}

/// A fault, each time another one.
fn fault(number: usize) -> Reply {
    match number / 5 % 4 {
        0 => Reply::refused(500, "out of luck"),
        1 => Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nheap".to_vec()),
        2 => Reply::Raw(Vec::new()),
        // Whole as HTTP has it, and no profile.
        _ => Reply::page(&b"heap profile: 1: 2"[..]),
    }
}

fn page(request: &Request, texts: &AtomicUsize, texts_for_each: usize) -> Reply {
    let (_, page) = request.page.split_once("/debug/").unwrap_or_default();
    let last = |count: usize| (count / texts_for_each.max(1)).min(TEXTS.len() - 1);
    let path = match page {
        "pprof/heap?debug=1" | "pprof/heap?debug=1&gc=1" => {
            let count = texts.fetch_add(1, Ordering::SeqCst);
            format!("testdata/gc/steady/{}.txt", TEXTS[last(count)])
        }
        "pprof/heap" => "testdata/server/heap.pb.gz".to_owned(),
        "vars" => "testdata/gc/vars.json".to_owned(),
        "pprof/goroutine" => "testdata/server/series/chanrecv/goroutine.13.pb.gz".to_owned(),
        "pprof/goroutine?debug=2" => {
            "testdata/server/series/chanrecv/goroutine.13.debug2.txt".to_owned()
        }
        "pprof/goroutine?debug=1" => {
            let count = texts.fetch_add(1, Ordering::SeqCst);
            let total = [10, 120, 130, 90, 150, 10][count.min(5)];
            return Reply::page(format!("goroutine profile: total {total}\n"));
        }
        "pprof/goroutineleak" => "testdata/server/series/chanrecv/goroutineleak.pb.gz".to_owned(),
        _ => return Reply::refused(404, "Unknown profile"),
    };
    Reply::page(std::fs::read(workspace().join(path)).unwrap())
}
