//! Does the same work on many items by several threads, and takes the results in the order of the items: what is made
//! of them does not depend on the number of threads.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Works on all items, and takes what comes of each in their order, on the thread that calls. Ends with the first error
/// of taking: that of the first item that has one, whichever thread was faster.
pub(super) fn in_order<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    work: impl Fn(usize, &T) -> R + Sync,
    mut take: impl FnMut(usize, R) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let jobs = jobs.min(items.len());
    if jobs <= 1 {
        let mut items = items.iter().enumerate();
        return items.try_for_each(|(at, item)| take(at, work(at, item)));
    }
    let queue = Queue::new(items.len(), jobs);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                let _end = EndOfThread(&queue);
                while let Some(at) = queue.next() {
                    if let Some(item) = items.get(at) {
                        queue.put(at, work(at, item));
                    }
                }
            });
        }
        let _stop = Stop(&queue);
        (0..items.len()).try_for_each(|at| match queue.take(at) {
            Some(result) => take(at, result),
            // A thread has panicked, which the scope hands on.
            None => Ok(()),
        })
    })
}

/// Which item is next, and what came of those that are not taken yet.
struct Queue<R> {
    state: Mutex<State<R>>,
    changed: Condvar,
    count: usize,
    /// How far threads may be ahead of what was taken.
    ahead: usize,
}

struct State<R> {
    next: usize,
    taken: usize,
    ready: BTreeMap<usize, R>,
    is_stopped: bool,
}

impl<R> Queue<R> {
    fn new(count: usize, jobs: usize) -> Queue<R> {
        Queue {
            state: Mutex::new(State {
                next: 0,
                taken: 0,
                ready: BTreeMap::new(),
                is_stopped: false,
            }),
            changed: Condvar::new(),
            count,
            ahead: 2 * jobs,
        }
    }

    fn state(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next item for a thread, as soon as there is room for what comes of it.
    fn next(&self) -> Option<usize> {
        let mut state = self.state();
        while !state.is_stopped && state.next < self.count && state.next >= state.taken + self.ahead
        {
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let at = state.next;
        (!state.is_stopped && at < self.count).then(|| {
            state.next += 1;
            at
        })
    }

    fn put(&self, at: usize, result: R) {
        self.state().ready.insert(at, result);
        self.changed.notify_all();
    }

    /// What came of an item; `None` where it never will.
    fn take(&self, at: usize) -> Option<R> {
        let mut state = self.state();
        loop {
            if let Some(result) = state.ready.remove(&at) {
                state.taken = at + 1;
                drop(state);
                self.changed.notify_all();
                return Some(result);
            }
            if state.is_stopped {
                return None;
            }
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn stop(&self) {
        self.state().is_stopped = true;
        self.changed.notify_all();
    }
}

/// Ends all threads once nothing is taken any more.
struct Stop<'a, R>(&'a Queue<R>);

impl<R> Drop for Stop<'_, R> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Ends all if a thread panics: what it was working on never comes.
struct EndOfThread<'a, R>(&'a Queue<R>);

impl<R> Drop for EndOfThread<'_, R> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::in_order;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_come_in_the_order_of_the_items_from_any_number_of_threads() {
        let items: Vec<u64> = (0..500).collect();
        for jobs in [0, 1, 2, 7, 1000] {
            let mut all = Vec::new();
            let done = in_order(
                &items,
                jobs,
                |at, item| {
                    // Some take longer, so that others overtake them.
                    (0..(item * 7919) % 3000).for_each(|_| std::hint::spin_loop());
                    (at, item * 2)
                },
                |at, result| {
                    all.push((at, result));
                    Ok(())
                },
            );
            assert!(done.is_ok());
            let expected = items.iter().map(|item| (*item as usize, item * 2));
            let expected = expected.map(|(at, twice)| (at, (at, twice)));
            assert_eq!(all, expected.collect::<Vec<_>>(), "{jobs}");
        }
    }

    #[test]
    fn the_first_error_in_order_ends_all_and_threads_are_never_far_ahead() {
        let items: Vec<usize> = (0..10_000).collect();
        let started = AtomicUsize::new(0);
        let mut taken = 0;
        let result = in_order(
            &items,
            4,
            |_, item| {
                started.fetch_add(1, Ordering::Relaxed);
                *item
            },
            |at, item| {
                taken += 1;
                anyhow::ensure!(item < 100, "item {at}");
                Ok(())
            },
        );
        assert_eq!(result.unwrap_err().to_string(), "item 100");
        assert_eq!(taken, 101);
        assert!(started.into_inner() <= 101 + 8 + 4);
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_handed_on() {
        let items = [1, 2, 3, 4];
        let _ = in_order(&items, 2, |_, item| assert!(*item != 2), |_, ()| Ok(()));
    }
}
