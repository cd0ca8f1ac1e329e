//! What a terminal is shown while runs go on: what is being done, and how long the rest will take.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// One line that is written over again; nothing where stderr is no terminal.
#[derive(Debug)]
pub(super) struct Progress {
    is_shown: bool,
    started: Option<Instant>,
    /// What all runs together were thought to take, and what those behind us were.
    expected: Duration,
    done: Duration,
}

impl Progress {
    pub(super) fn new(is_quiet: bool) -> Progress {
        Progress {
            is_shown: !is_quiet && io::stderr().is_terminal(),
            started: None,
            expected: Duration::ZERO,
            done: Duration::ZERO,
        }
    }

    /// Says what is being done.
    pub(super) fn say(&self, what: &str) {
        if self.is_shown {
            let what: String = what.chars().filter(|c| !c.is_control()).take(70).collect();
            let mut err = io::stderr().lock();
            let _ = write!(err, "\r\x1b[K{what}").and_then(|()| err.flush());
        }
    }

    /// From here on runs are counted that together take about so long.
    pub(super) fn expect(&mut self, all: Duration) {
        self.started = Some(Instant::now());
        self.expected = all;
    }

    /// A run that was thought to take so long begins.
    pub(super) fn begin(&mut self, what: &str, takes: Duration) {
        self.say(&format!("{what}{}", self.left()));
        self.done += takes;
    }

    fn left(&self) -> String {
        let Some(started) = self.started else {
            return String::new();
        };
        let left = left(started.elapsed(), self.done, self.expected);
        format!(", {} left", in_words(left))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            let mut err = io::stderr().lock();
            let _ = write!(err, "\r\x1b[K").and_then(|()| err.flush());
        }
    }
}

/// The rest, by how much longer or shorter than expected the runs behind us took.
fn left(elapsed: Duration, done: Duration, expected: Duration) -> Duration {
    let rest = expected.saturating_sub(done).as_secs_f64();
    let factor = match done.is_zero() {
        true => 1.0,
        false => elapsed.as_secs_f64() / done.as_secs_f64(),
    };
    Duration::try_from_secs_f64(rest * factor).unwrap_or(rest_of_a_day())
}

fn rest_of_a_day() -> Duration {
    Duration::from_secs(86_400)
}

fn in_words(time: Duration) -> String {
    match time.as_secs_f64().ceil() as u64 {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds => format!("{}m{:02}s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_follows_what_was_seen() {
        let seconds = Duration::from_secs;
        assert_eq!(left(seconds(0), seconds(0), seconds(90)), seconds(90));
        assert_eq!(left(seconds(20), seconds(10), seconds(90)), seconds(160));
        assert_eq!(left(seconds(90), seconds(91), seconds(90)), seconds(0));
        assert_eq!(in_words(seconds(59)), "59s");
        assert_eq!(in_words(seconds(61)), "1m01s");
    }
}
