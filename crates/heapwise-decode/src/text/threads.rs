//! Goroutines that run on a thread, which a process that ends with `GOTRACEBACK=crash` prints again: once among all, and once where the
//! signal reaches their thread (runtime/signal_unix.go: sighandler).

use std::collections::BTreeSet;

/// Go ends a process that has more threads (runtime/proc.go: sched.maxmcount).
const MOST: usize = 10_000;

/// The goroutines that were on a thread.
#[derive(Debug, Default)]
pub(super) struct OnThreads {
    ids: BTreeSet<u64>,
}

impl OnThreads {
    /// Takes a goroutine in a state; whether it was there before and is told of again by its thread.
    pub(super) fn is_again(&mut self, id: u64, state: &[u8], by_thread: bool) -> bool {
        let is_on_thread = state.starts_with(b"running") || state.starts_with(b"syscall");
        if by_thread {
            return self.ids.contains(&id);
        }
        if is_on_thread && self.ids.len() < MOST {
            self.ids.insert(id);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::OnThreads;

    #[test]
    fn what_a_thread_tells_of_is_there_once() {
        let mut threads = OnThreads::default();
        for (id, state) in [(1, "running"), (2, "syscall"), (3, "select")] {
            assert!(!threads.is_again(id, state.as_bytes(), false));
        }
        assert!(threads.is_again(1, b"running", true));
        assert!(threads.is_again(2, b"syscall", true));
        // It came to a thread, or is of another dump.
        assert!(!threads.is_again(3, b"running", true));
        assert!(!threads.is_again(4, b"running", true));
        assert!(!threads.is_again(1, b"running", false));
    }
}
