//! What Ctrl-C and SIGTERM do to a command that takes its time: they are noticed, and it ends in order.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// How long a wait goes on before it looks whether it was interrupted.
const LOOK: Duration = Duration::from_millis(20);

/// Whether one of these signals came since [`Interrupt::install`].
#[derive(Debug, Clone)]
pub(crate) struct Interrupt {
    /// The number of the last one; 0 is none.
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// From now on these signals no longer end the process: whoever asks for this has to look at it.
    pub(crate) fn install() -> io::Result<Interrupt> {
        let signal = Arc::new(AtomicUsize::new(0));
        for number in [SIGINT, SIGTERM] {
            let value = usize::try_from(number).unwrap_or(1);
            flag::register_usize(number, Arc::clone(&signal), value)?;
        }
        Ok(Interrupt { signal })
    }

    /// For tests: no signal is looked for.
    #[cfg(test)]
    pub(crate) fn never() -> Interrupt {
        Interrupt {
            signal: Arc::new(AtomicUsize::new(0)),
        }
    }

    /// For tests: as if Ctrl-C came.
    #[cfg(test)]
    pub(crate) fn pretend(&self) {
        self.signal.store(2, Ordering::Relaxed);
    }

    /// Whether one came.
    pub(crate) fn is_set(&self) -> bool {
        self.signal.load(Ordering::Relaxed) != 0
    }

    /// The error to end with, if one came.
    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        match self.signal.load(Ordering::Relaxed) {
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
    /// As shells have it: 130 after Ctrl-C, 143 after SIGTERM.
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
