//! What lines between goroutines tell of the process that printed them: Go ends a process with the dump of a signal, a panic or a
//! fatal error.

use super::alone::tells_of_panic;

/// What Go puts before the message of what ends a process.
pub(super) const MESSAGES: [&[u8]; 2] = [PANIC, FATAL];

const PANIC: &[u8] = b"panic: ";
const FATAL: &[u8] = b"fatal error: ";

/// What the lines before a goroutine tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Signs {
    /// The process ends with the dump that begins here.
    pub(super) dies: bool,
    /// The process that printed what is before has ended.
    pub(super) ended: bool,
    /// Another thread of a process that is ending already goes on (`GOTRACEBACK=crash`).
    goes_on: bool,
    /// It tells of the signal that reached it.
    pub(super) by_thread: bool,
    /// A panic, or a fatal error, is told of: Go then prints one goroutine alone, unless it is asked for others. Between that
    /// and the goroutine there may be the signal (`[signal SIGSEGV: …]`), other panics, and lines of the message.
    pub(super) panics: bool,
}

/// A line that tells something of its process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// runtime/signal_unix.go: sighandler; runtime/panic.go: printpanics, throw, fatal.
    Dies,
    /// What `go run`, `go test` and shells say of a process that has ended.
    Ended,
    /// runtime/signal_unix.go: sighandler, between the threads.
    GoesOn,
}

impl Sign {
    /// The sign that a line is, without what a logger puts before it.
    pub(super) fn of(line: &[u8]) -> Option<Sign> {
        if line == b"-----" {
            return Some(Sign::GoesOn);
        }
        if line.starts_with(b"exit status ") {
            return Some(Sign::Ended);
        }
        let dies = MESSAGES.iter().any(|start| line.starts_with(start)) || is_signal(line);
        dies.then_some(Sign::Dies)
    }
}

/// Whether Go prints one goroutine alone behind a line, unless it is asked for others: behind panics, and what the program did
/// wrong (runtime/panic.go: fatal, which maps and locks call). What is wrong with the runtime (throw), a deadlock, and a signal
/// that nobody takes print all.
fn prints_one(line: &[u8]) -> bool {
    const OF_PROGRAM: [&[u8]; 2] = [b"concurrent map ", b"sync: "];
    let fatal = line.strip_prefix(FATAL);
    line.starts_with(PANIC)
        || fatal.is_some_and(|message| OF_PROGRAM.iter().any(|start| message.starts_with(start)))
}

/// Whether a line may be a sign behind what a logger puts before it.
pub(super) fn may_have_one(line: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(line, word).is_some();
    let others: [&[u8]; 3] = [b"SIG", b"exit status ", b"-----"];
    MESSAGES.iter().chain(&others).any(|word| has(word))
}

/// `SIGQUIT: quit`.
fn is_signal(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"SIG") else {
        return false;
    };
    let name = rest.iter().take_while(|byte| byte.is_ascii_uppercase());
    let name = name.count();
    let after = rest.get(name..).unwrap_or_default();
    name > 1 && after.starts_with(b": ")
}

impl Signs {
    /// Takes the next line.
    pub(super) fn take(&mut self, line: &[u8]) {
        self.panics |= tells_of_panic(line);
        match Sign::of(line) {
            Some(Sign::Dies) if !self.goes_on => {
                self.dies = true;
                self.panics = prints_one(line);
            }
            Some(Sign::Ended) => {
                *self = Signs {
                    ended: true,
                    ..Signs::default()
                }
            }
            Some(Sign::Dies) => self.by_thread = is_signal(line),
            Some(Sign::GoesOn) => self.goes_on = true,
            _ => {}
        }
    }

    /// Whether a dump begins here for certain.
    pub(super) fn is_start(self) -> bool {
        self.dies || self.ended
    }
}

#[cfg(test)]
mod tests {
    use super::{Sign, Signs};

    #[test]
    fn a_line_of_the_runtime_ends_a_process_and_one_of_the_program_does_not() {
        for line in [
            "panic: boom",
            "panic: boom [recovered]",
            "fatal error: all goroutines are asleep - deadlock!",
            "SIGQUIT: quit",
            "SIGSEGV: segmentation violation",
        ] {
            assert_eq!(Sign::of(line.as_bytes()), Some(Sign::Dies), "{line}");
        }
        for line in [
            "http: panic serving 10.0.0.7:3: boom",
            "2026/11/30 10:00:00 panic: boom",
            "recovered from panic: boom",
            "SIGQUIT",
            "SIG: x",
            "SIGUSR1 received: dumping",
            "got SIGQUIT: dumping",
            "",
        ] {
            assert_eq!(Sign::of(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_panic_is_told_of_up_to_what_prints_all_goroutines() {
        let panics = |lines: &[&str]| {
            let mut signs = Signs::default();
            lines.iter().for_each(|line| signs.take(line.as_bytes()));
            signs.panics
        };
        let signal = "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x47f821]";
        for lines in [
            &[
                "panic: runtime error: invalid memory address or nil pointer dereference",
                signal,
            ][..],
            &["panic: first [recovered]", "\tpanic: second"],
            &["panic: a message", "of two lines"],
            &["2026/11/30 10:00:00 http: panic serving 10.0.0.7:3: boom"],
            &[
                "fatal error: x",
                "exit status 2",
                "panic: boom",
                "",
                "\t- 1",
            ],
        ] {
            assert!(panics(lines), "{lines:?}");
        }
        for lines in [
            &[
                "fatal error: unexpected signal during runtime execution",
                signal,
            ][..],
            &["panic: boom", "exit status 2"],
            &["recovered from panic: boom", "SIGQUIT: quit"],
            &["listening on :8080"],
        ] {
            assert!(!panics(lines), "{lines:?}");
        }
    }

    #[test]
    fn threads_of_one_process_are_one() {
        let of = |lines: &[&str]| {
            let mut signs = Signs::default();
            lines.iter().for_each(|line| signs.take(line.as_bytes()));
            (signs.dies, signs.ended)
        };
        assert_eq!(of(&["SIGQUIT: quit", "PC=0x1"]), (true, false));
        assert_eq!(of(&["-----", "", "SIGQUIT: quit"]), (false, false));
        assert_eq!(of(&["exit status 2", "panic: boom"]), (true, true));
        assert_eq!(
            of(&["-----", "exit status 2", "SIGQUIT: quit"]),
            (true, true)
        );
        assert_eq!(of(&["starting"]), (false, false));
    }
}
