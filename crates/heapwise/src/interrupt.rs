//! What Ctrl-C, SIGTERM and SIGHUP do to a command that takes its time: they are noticed, and it ends in order.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::SigId;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

/// How long a wait goes on before it looks whether it was interrupted.
const LOOK: Duration = Duration::from_millis(20);

/// Those that end a command; that of a terminal which is closed only where it does, and not below `nohup`.
fn signals() -> impl Iterator<Item = i32> {
    [SIGINT, SIGTERM].into_iter().chain(hang_up())
}

#[cfg(target_os = "linux")]
fn hang_up() -> Option<i32> {
    use signal_hook::consts::SIGHUP;
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    (!is_ignored(&status, SIGHUP)).then_some(SIGHUP)
}

/// Elsewhere nobody tells whether it is ignored.
#[cfg(not(target_os = "linux"))]
fn hang_up() -> Option<i32> {
    None
}

/// Whether the status of a process (proc(5)) says that it ignores a signal, or says nothing of it.
#[cfg(target_os = "linux")]
fn is_ignored(status: &str, signal: i32) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_none_or(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Whether one of these signals came since [`Interrupt::install`]. Once the last one of these is gone, the signals end
/// the process again.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt {
    noticed: Arc<Noticed>,
}

/// What came while somebody looks.
#[derive(Debug)]
struct Noticed {
    /// The number of the last one; 0 is none.
    signal: Arc<AtomicUsize>,
    /// Whether somebody has seen it.
    is_seen: AtomicBool,
    /// What notices them; nothing in tests that pretend.
    handlers: Vec<SigId>,
}

/// How many look for signals.
static LOOKING: Mutex<usize> = Mutex::new(0);

/// Whether that is nobody, so that a signal does what it does by default.
static IS_DEFAULT: AtomicBool = AtomicBool::new(true);

/// Once a signal has a handler, it does by itself nothing any more, whatever becomes of the handler.
fn keep_default() -> io::Result<()> {
    static KEPT: OnceLock<()> = OnceLock::new();
    if KEPT.get().is_none() {
        for number in signals() {
            flag::register_conditional_default(number, &IS_DEFAULT)?;
        }
        let _ = KEPT.set(());
    }
    Ok(())
}

/// One more who looks, or one less; says whether that leaves anybody.
fn count(change: impl FnOnce(usize) -> usize) -> bool {
    let mut looking = LOOKING.lock().unwrap_or_else(PoisonError::into_inner);
    *looking = change(*looking);
    IS_DEFAULT.store(*looking == 0, Ordering::SeqCst);
    *looking > 0
}

impl Noticed {
    fn new(handlers: Vec<SigId>, signal: Arc<AtomicUsize>) -> Noticed {
        count(|looking| looking + 1);
        Noticed {
            signal,
            is_seen: AtomicBool::new(false),
            handlers,
        }
    }
}

impl Drop for Noticed {
    fn drop(&mut self) {
        for &handler in &self.handlers {
            low_level::unregister(handler);
        }
        let is_looked_for = count(|looking| looking.saturating_sub(1));
        let signal = self.signal.load(Ordering::SeqCst);
        // What came after the last look would be lost.
        if signal != 0 && !self.handlers.is_empty() && !self.is_seen.load(Ordering::SeqCst) {
            let number = i32::try_from(signal).unwrap_or(SIGTERM);
            if !is_looked_for {
                let _ = low_level::emulate_default_handler(number);
            }
        }
    }
}

impl Interrupt {
    /// From now on, as long as this is there, these signals do not end the process: whoever asks for this has to
    /// look at it.
    pub(crate) fn install() -> io::Result<Interrupt> {
        let signal = Arc::new(AtomicUsize::new(0));
        keep_default()?;
        let handlers = signals().map(|number| {
            let value = usize::try_from(number).unwrap_or(1);
            flag::register_usize(number, Arc::clone(&signal), value)
        });
        let handlers = handlers.collect::<io::Result<Vec<SigId>>>()?;
        Ok(Interrupt {
            noticed: Arc::new(Noticed::new(handlers, signal)),
        })
    }

    /// For tests: no signal is looked for.
    #[cfg(test)]
    pub(crate) fn never() -> Interrupt {
        Interrupt {
            noticed: Arc::new(Noticed::new(Vec::new(), Arc::default())),
        }
    }

    /// For tests: as if Ctrl-C came.
    #[cfg(test)]
    pub(crate) fn pretend(&self) {
        self.noticed.signal.store(2, Ordering::SeqCst);
    }

    /// The number of the one that came; 0 is none.
    fn signal(&self) -> usize {
        let signal = self.noticed.signal.load(Ordering::SeqCst);
        if signal != 0 {
            self.noticed.is_seen.store(true, Ordering::SeqCst);
        }
        signal
    }

    /// Whether one came.
    pub(crate) fn is_set(&self) -> bool {
        self.signal() != 0
    }

    /// The error to end with, if one came.
    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        match self.signal() {
            0 => Ok(()),
            signal => Err(Interrupted { signal }),
        }
    }

    /// Waits so long, or until one comes; says whether one came.
    pub(crate) fn sleep(&self, time: Duration) -> bool {
        let started = Instant::now();
        while !self.is_set() {
            match time.checked_sub(started.elapsed()) {
                Some(left) if !left.is_zero() => thread::sleep(left.min(LOOK)),
                _ => return false,
            }
        }
        true
    }
}

/// The command was interrupted, and has put everything in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interrupted {
    signal: usize,
}

impl Interrupted {
    /// As shells have it: 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP.
    pub(crate) fn exit_code(self) -> u8 {
        u8::try_from(self.signal.saturating_add(128)).unwrap_or(u8::MAX)
    }
}

impl Error for Interrupted {}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use signal_hook::consts::SIGTERM;
    use signal_hook::low_level::raise;

    use super::Interrupt;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_signal_that_is_ignored_stays_so() {
        use super::is_ignored;
        let status = |mask: &str| {
            format!("Name:\tx\nSigBlk:\tffffffffffffffff\nSigIgn:\t{mask}\nSigCgt:\t0\n")
        };
        assert!(is_ignored(&status("0000000000001001"), 1));
        assert!(!is_ignored(&status("0000000000001000"), 1));
        assert!(is_ignored(&status("0000000000004000"), 15) && is_ignored("", 1));
    }

    #[test]
    fn notices_a_signal_and_ends_a_wait() {
        let interrupt = Interrupt::install().unwrap();
        assert!(!interrupt.is_set());
        assert!(!interrupt.sleep(Duration::from_millis(1)));
        raise(SIGTERM).unwrap();
        assert!(interrupt.sleep(Duration::from_secs(3600)));
        let ended = interrupt.check().unwrap_err();
        assert_eq!(
            (ended.exit_code(), ended.to_string().as_str()),
            (143, "interrupted")
        );
    }
}
