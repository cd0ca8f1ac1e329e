//! Frames that only say how a goroutine waits, told from those that say where.

/// What a frame's function is to a goroutine that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// Of the runtime or made by the compiler, which a dump with debug=2 does not show
    /// (runtime/traceback.go: showframe).
    Runtime,
    /// Waits on behalf of its caller: a lock, a read, a sleep.
    Wait,
    /// Anything else: a line that matters.
    Code,
}

/// Functions outside of the runtime that do nothing but wait.
const WAITS: [&str; 9] = [
    "sync.(*Mutex).Lock",
    "sync.(*Mutex).lockSlow",
    "sync.(*RWMutex).Lock",
    "sync.(*RWMutex).RLock",
    "sync.(*RWMutex).rLockSlow",
    "sync.(*WaitGroup).Wait",
    "sync.(*Cond).Wait",
    "time.Sleep",
    "non-Go function",
];

/// Packages whose frames at the leaf are about waiting: what called them matters.
const WAITING_PACKAGES: [&str; 5] = [
    "internal/poll.",
    "internal/sync.",
    "internal/syscall/",
    "internal/synctest.",
    "syscall.",
];

impl Frame {
    /// Tells by the function's name.
    pub(super) fn of(function: &str) -> Frame {
        if function.starts_with("runtime.")
            || function.starts_with("internal/runtime/")
            || function == "panic"
            || is_wrapper(function)
        {
            return Frame::Runtime;
        }
        let base = function.rsplit('/').next().unwrap_or(function);
        // The runtime's functions under the names that other packages link them by.
        let is_linked = base
            .split_once('.')
            .is_some_and(|(_, name)| name.starts_with("runtime_"));
        let is_wait = is_linked
            || WAITS.contains(&function)
            || WAITING_PACKAGES
                .iter()
                .any(|package| function.starts_with(package));
        if is_wait { Frame::Wait } else { Frame::Code }
    }
}

/// Whether the compiler made a function to start or defer another with its arguments
/// (cmd/compile: wrapCall), which most dumps leave out (runtime/traceback.go: elideWrapperCalling).
fn is_wrapper(function: &str) -> bool {
    let name = function.rsplit('.').next().unwrap_or(function);
    let number = name.strip_prefix("gowrap");
    let number = number.or_else(|| name.strip_prefix("deferwrap"));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::Frame;

    #[test]
    fn tells_waiting_from_code() {
        for (function, frame) in [
            ("runtime.gopark", Frame::Runtime),
            ("runtime.<hidden>", Frame::Runtime),
            ("internal/runtime/syscall.Syscall6", Frame::Runtime),
            ("internal/poll.runtime_pollWait", Frame::Wait),
            ("internal/poll.(*FD).Read", Frame::Wait),
            ("sync.runtime_SemacquireWaitGroup", Frame::Wait),
            ("sync.(*Mutex).Lock", Frame::Wait),
            ("sync.(*Once).Do", Frame::Code),
            ("runtime/pprof.writeGoroutine", Frame::Code),
            ("net.(*conn).Read", Frame::Code),
            ("main.runtime_", Frame::Wait),
            ("main.main", Frame::Code),
            ("main.serve.gowrap1", Frame::Runtime),
            ("main.gowrapper", Frame::Code),
        ] {
            assert_eq!(Frame::of(function), frame, "{function}");
        }
    }
}
