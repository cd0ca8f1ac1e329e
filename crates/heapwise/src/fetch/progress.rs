//! What a person sees on a terminal while a page is fetched: from one second on, and nothing behind it.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Shorter waits are not worth a line.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(200);

/// There is one line: of several fetches side by side it tells of the first.
static IS_DRAWN: AtomicBool = AtomicBool::new(false);

/// A line that tells how far it is, until dropped.
pub(crate) struct Progress {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    bytes: AtomicU64,
    is_done: AtomicBool,
}

impl Progress {
    /// Starts, where a person looks: `what` takes the seconds since then and the bytes that came.
    pub(crate) fn start(what: impl Fn(Duration, u64) -> String + Send + 'static) -> Progress {
        let shared = Arc::new(Shared::default());
        let is_seen = io::stderr().is_terminal() && !IS_DRAWN.swap(true, Ordering::Relaxed);
        let thread = is_seen.then(|| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || draw(&shared, &what))
        });
        Progress { shared, thread }
    }

    /// Counts bytes.
    pub(crate) fn add(&self, bytes: usize) {
        self.shared.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.shared.is_done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
            IS_DRAWN.store(false, Ordering::Relaxed);
        }
    }
}

fn draw(shared: &Shared, what: &dyn Fn(Duration, u64) -> String) {
    let start = Instant::now();
    let mut is_drawn = false;
    while !shared.is_done.load(Ordering::Relaxed) {
        if start.elapsed() >= PATIENCE {
            let line = what(start.elapsed(), shared.bytes.load(Ordering::Relaxed));
            let line: String = line.chars().filter(|c| !c.is_control()).take(100).collect();
            let _ = write!(io::stderr().lock(), "\r\u{1b}[2K{line}");
            is_drawn = true;
        }
        thread::park_timeout(TICK);
    }
    if is_drawn {
        let _ = write!(io::stderr().lock(), "\r\u{1b}[2K");
    }
}
