//! What a goroutine waits for, told from the functions at its leaf where nothing else tells.

use super::park::Frame;

/// A frame as far as it tells a state; the innermost comes first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf<'a> {
    pub(super) function: &'a str,
    /// Lines from the start of the function; `None` when it is not known.
    pub(super) offset: Option<i64>,
    pub(super) address: u64,
}

/// The name that the decoder gives to frames of the runtime that debug=1 leaves out.
pub(super) const HIDDEN: &str = "runtime.<hidden>";

/// A goroutine of a leak profile whose frames do not tell how it waits: leaked is what is blocked
/// for ever, never what could run.
pub(super) const BLOCKED: &str = "blocked";

/// Where a dump with debug=1 does not tell a receive from a send.
const RECEIVE_OR_SEND: &str = "chan receive or send";

/// `gopark` on a nil channel stands right at the start of chanrecv and chansend, that on others
/// at the end (runtime/chan.go).
const NIL_WITHIN: i64 = 40;

/// The state in the words of Go's own wait reasons (runtime/runtime2.go: waitReasonStrings), so
/// that all forms of a dump say the same. `gopark` is the address that parks, in a dump whose
/// frames of the runtime have no names.
pub(super) fn of_leaf(frames: &[Leaf<'_>], gopark: Option<u64>) -> &'static str {
    let waiting = frames
        .iter()
        .take_while(|frame| Frame::of(frame.function) != Frame::Code);
    let mut is_parked = false;
    for (at, frame) in waiting.clone().enumerate() {
        let callers = frames.get(at + 1..).unwrap_or_default();
        if let Some(state) = of_frame(frame, callers) {
            return state;
        }
        is_parked |= frame.function == "runtime.gopark";
    }
    if is_profiling(frames) {
        return "running";
    }
    let hidden = hidden_frames(frames);
    if hidden > 0 {
        return of_hidden(frames, hidden, gopark);
    }
    if is_parked { "waiting" } else { "runnable" }
}

/// The state of a goroutine of a leak profile that tells none. The runtime's frames that debug=1
/// hides could be counted, but whether they are those of a channel or of a select is a guess.
pub(super) fn of_leaked_leaf(frames: &[Leaf<'_>]) -> &'static str {
    match of_leaf(frames, None) {
        "runnable" | "waiting" | "running" => BLOCKED,
        state => state,
    }
}

/// Frames of the runtime at the leaf that have no names.
pub(super) fn hidden_frames(frames: &[Leaf<'_>]) -> usize {
    let hidden = frames.iter().take_while(|frame| frame.function == HIDDEN);
    hidden.count()
}

/// What debug=1 leaves out: a channel takes gopark, chanrecv and chanrecv1, a select gopark and
/// selectgo.
fn of_hidden(frames: &[Leaf<'_>], hidden: usize, gopark: Option<u64>) -> &'static str {
    let leaf = frames.first().map(|frame| frame.address);
    if gopark.is_none() || leaf != gopark {
        return "runnable";
    }
    match hidden {
        2 => "select",
        3 => RECEIVE_OR_SEND,
        _ => "waiting",
    }
}

/// Whether the frame after those of the runtime shows that the leaf is `gopark`.
pub(super) fn shows_gopark(frames: &[Leaf<'_>]) -> Option<u64> {
    let leaf = frames.first()?;
    let named = frames.iter().find(|frame| frame.function != HIDDEN)?;
    let name = named.function;
    let parks = name.ends_with("runtime_pollWait")
        || name.contains("runtime_Semacquire")
        || name == "sync.runtime_notifyListWait"
        || name == "time.Sleep";
    (leaf.function == HIDDEN && parks).then_some(leaf.address)
}

/// The goroutine that takes the profile.
fn is_profiling(frames: &[Leaf<'_>]) -> bool {
    let code = frames
        .iter()
        .find(|frame| Frame::of(frame.function) == Frame::Code);
    code.is_some_and(|frame| {
        frame.function.starts_with("runtime/pprof.write")
            || frame.function.starts_with("runtime/pprof.(*Profile)")
            || frame.function == "runtime/debug.Stack"
    })
}

fn of_frame(frame: &Leaf<'_>, callers: &[Leaf<'_>]) -> Option<&'static str> {
    let name = frame.function;
    let of_linked = match name.rsplit('.').next().unwrap_or(name) {
        "runtime_pollWait" => Some("IO wait"),
        "runtime_SemacquireMutex" => Some(of_mutex(callers)),
        "runtime_SemacquireRWMutexR" => Some("sync.RWMutex.RLock"),
        "runtime_SemacquireRWMutex" => Some("sync.RWMutex.Lock"),
        "runtime_SemacquireWaitGroup" => Some("sync.WaitGroup.Wait"),
        "runtime_Semacquire" => Some(of_semaphore(callers)),
        "runtime_notifyListWait" => Some("sync.Cond.Wait"),
        _ => None,
    };
    if of_linked.is_some() {
        return of_linked;
    }
    let is_nil = frame.offset.is_some_and(|offset| offset < NIL_WITHIN);
    Some(match name {
        "runtime.chanrecv" if is_nil => "chan receive (nil chan)",
        "runtime.chansend" if is_nil => "chan send (nil chan)",
        "runtime.chanrecv" | "runtime.chanrecv1" | "runtime.chanrecv2" => "chan receive",
        "runtime.chansend" | "runtime.chansend1" => "chan send",
        "runtime.selectgo" => "select",
        "runtime.block" => "select (no cases)",
        "time.Sleep" | "runtime.timeSleep" => "sleep",
        "runtime.netpollblock" => "IO wait",
        "runtime.coroswitch" | "runtime.corostart" => "coroutine",
        "runtime.gcBgMarkWorker" => "GC worker (idle)",
        "runtime.bgsweep" => "GC sweep wait",
        "runtime.bgscavenge" => "GC scavenge wait",
        "runtime.forcegchelper" => "force gc (idle)",
        "runtime.runfinq" | "runtime.runFinalizers" => "finalizer wait",
        "runtime.runCleanups" => "cleanup wait",
        "runtime.gcAssistAlloc" => "GC assist wait",
        "runtime.goroutineProfileWithLabels" | "runtime.Stack" => "running",
        "runtime.asyncPreempt" | "runtime.asyncPreempt2" | "runtime.Gosched" => "runnable",
        "runtime.notetsleepg" | "runtime.cgocall" | "runtime.entersyscall" => "syscall",
        "sync.(*WaitGroup).Wait" => "sync.WaitGroup.Wait",
        "sync.(*Cond).Wait" => "sync.Cond.Wait",
        _ if name.starts_with("syscall.") || name.starts_with("internal/runtime/syscall") => {
            "syscall"
        }
        _ => return None,
    })
}

/// Until Go 1.19 read-write locks wait as mutexes do.
fn of_mutex(callers: &[Leaf<'_>]) -> &'static str {
    match callers.first().map(|frame| frame.function) {
        Some("sync.(*RWMutex).RLock" | "sync.(*RWMutex).rLockSlow") => "sync.RWMutex.RLock",
        Some("sync.(*RWMutex).Lock") => "sync.RWMutex.Lock",
        _ => "sync.Mutex.Lock",
    }
}

fn of_semaphore(callers: &[Leaf<'_>]) -> &'static str {
    match callers.first().map(|frame| frame.function) {
        Some("sync.(*WaitGroup).Wait") => "sync.WaitGroup.Wait",
        Some("sync.(*RWMutex).Lock") => "sync.RWMutex.Lock",
        Some("sync.(*RWMutex).RLock") => "sync.RWMutex.RLock",
        _ => "semacquire",
    }
}

/// Whether the functions at the leaf may tell more than this word of a dump: `semacquire` was all
/// that Go before 1.25 said of a WaitGroup, and before 1.20 of a mutex.
pub(super) fn is_vague(state: &str) -> bool {
    state == "semacquire"
}

/// What a state waits for, in words of people.
pub(super) fn in_words(state: &str) -> Option<&'static str> {
    let plain = state.strip_suffix(" (durable)").unwrap_or(state);
    Some(match plain {
        "chan receive" => "channel receive",
        "chan send" => "channel send",
        RECEIVE_OR_SEND => "channel receive or send",
        "chan receive (nil chan)" => "nil channel receive, for ever",
        "chan send (nil chan)" => "nil channel send, for ever",
        "select (no cases)" => "select {}, for ever",
        "sync.Mutex.Lock" => "mutex",
        "sync.RWMutex.RLock" => "read lock",
        "sync.RWMutex.Lock" => "write lock",
        "sync.WaitGroup.Wait" => "WaitGroup",
        "sync.Cond.Wait" => "condition",
        "semacquire" => "semaphore",
        "IO wait" => "IO",
        "coroutine" => "iterator",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{HIDDEN, Leaf, in_words, of_leaf, of_leaked_leaf, shows_gopark};

    fn leaves<'a>(functions: &[&'a str]) -> Vec<Leaf<'a>> {
        let leaf = |&function| Leaf {
            function,
            offset: Some(100),
            address: 7,
        };
        functions.iter().map(leaf).collect()
    }

    #[test]
    fn says_what_go_says() {
        for (functions, state) in [
            (
                &["runtime.gopark", "runtime.chanrecv", "main.f"][..],
                "chan receive",
            ),
            (
                &["runtime.gopark", "runtime.chansend", "main.f"],
                "chan send",
            ),
            (&["runtime.gopark", "runtime.selectgo", "main.f"], "select"),
            (&["runtime.gopark", "runtime.block"], "select (no cases)"),
            (&["runtime.gopark", "time.Sleep", "main.f"], "sleep"),
            (
                &[
                    "runtime.gopark",
                    "runtime.semacquire1",
                    "internal/sync.runtime_SemacquireMutex",
                ],
                "sync.Mutex.Lock",
            ),
            (
                &["sync.runtime_SemacquireMutex", "sync.(*RWMutex).RLock"],
                "sync.RWMutex.RLock",
            ),
            (
                &["sync.runtime_Semacquire", "sync.(*WaitGroup).Wait"],
                "sync.WaitGroup.Wait",
            ),
            (&["sync.runtime_Semacquire", "main.f"], "semacquire"),
            (
                &["internal/runtime/syscall.Syscall6", "syscall.Syscall"],
                "syscall",
            ),
            (&["runtime.gopark", "main.f"], "waiting"),
            (&["main.f"], "runnable"),
            (&[], "runnable"),
        ] {
            assert_eq!(of_leaf(&leaves(functions), None), state, "{functions:?}");
        }
    }

    #[test]
    fn tells_a_nil_channel_by_the_line() {
        let mut frames = leaves(&["runtime.gopark", "runtime.chanrecv", "main.f"]);
        frames[1].offset = Some(12);
        assert_eq!(of_leaf(&frames, None), "chan receive (nil chan)");
    }

    #[test]
    fn counts_what_debug_1_leaves_out() {
        let frames = leaves(&[HIDDEN, HIDDEN, "main.f"]);
        assert_eq!(of_leaf(&frames, Some(7)), "select");
        assert_eq!(of_leaf(&frames, Some(8)), "runnable");
        let frames = leaves(&[HIDDEN, HIDDEN, HIDDEN, "main.f"]);
        assert_eq!(of_leaf(&frames, Some(7)), "chan receive or send");
        let frames = leaves(&[HIDDEN, HIDDEN, "internal/poll.runtime_pollWait", "main.f"]);
        assert_eq!(of_leaf(&frames, None), "IO wait");
    }

    #[test]
    fn every_function_that_tells_a_state_tells_its_own() {
        for (told, functions) in [
            (
                "chan receive",
                "runtime.chanrecv runtime.chanrecv1 runtime.chanrecv2",
            ),
            ("chan send", "runtime.chansend runtime.chansend1"),
            ("select", "runtime.selectgo"),
            ("select (no cases)", "runtime.block"),
            ("sleep", "time.Sleep runtime.timeSleep"),
            (
                "IO wait",
                "runtime.netpollblock internal/poll.runtime_pollWait",
            ),
            ("coroutine", "runtime.coroswitch runtime.corostart"),
            ("GC worker (idle)", "runtime.gcBgMarkWorker"),
            ("GC sweep wait", "runtime.bgsweep"),
            ("GC scavenge wait", "runtime.bgscavenge"),
            ("force gc (idle)", "runtime.forcegchelper"),
            ("finalizer wait", "runtime.runfinq runtime.runFinalizers"),
            ("cleanup wait", "runtime.runCleanups"),
            ("GC assist wait", "runtime.gcAssistAlloc"),
            (
                "running",
                "runtime.goroutineProfileWithLabels runtime.Stack",
            ),
            (
                "running",
                "runtime/pprof.writeGoroutineStacks runtime/debug.Stack",
            ),
            ("running", "runtime/pprof.(*Profile).WriteTo"),
            (
                "runnable",
                "runtime.asyncPreempt runtime.asyncPreempt2 runtime.Gosched",
            ),
            (
                "syscall",
                "runtime.notetsleepg runtime.cgocall runtime.entersyscall",
            ),
            ("syscall", "syscall.Read internal/runtime/syscall.Syscall6"),
            (
                "sync.WaitGroup.Wait",
                "sync.(*WaitGroup).Wait sync.runtime_SemacquireWaitGroup",
            ),
            (
                "sync.Cond.Wait",
                "sync.(*Cond).Wait sync.runtime_notifyListWait",
            ),
            ("sync.Mutex.Lock", "sync.runtime_SemacquireMutex"),
            ("sync.RWMutex.RLock", "sync.runtime_SemacquireRWMutexR"),
            ("sync.RWMutex.Lock", "sync.runtime_SemacquireRWMutex"),
            ("semacquire", "sync.runtime_Semacquire"),
        ] {
            for function in functions.split(' ') {
                let parked = ["runtime.gopark", function, "main.f"];
                let state = of_leaf(&leaves(&parked), None);
                assert_eq!(state, told, "{function}");
            }
        }
    }

    #[test]
    fn a_lock_is_told_by_what_calls_the_semaphore() {
        for (function, caller, told) in [
            (
                "sync.runtime_SemacquireMutex",
                "sync.(*RWMutex).RLock",
                "sync.RWMutex.RLock",
            ),
            (
                "sync.runtime_SemacquireMutex",
                "sync.(*RWMutex).rLockSlow",
                "sync.RWMutex.RLock",
            ),
            (
                "sync.runtime_SemacquireMutex",
                "sync.(*RWMutex).Lock",
                "sync.RWMutex.Lock",
            ),
            (
                "sync.runtime_SemacquireMutex",
                "sync.(*Mutex).lockSlow",
                "sync.Mutex.Lock",
            ),
            (
                "sync.runtime_Semacquire",
                "sync.(*RWMutex).RLock",
                "sync.RWMutex.RLock",
            ),
            (
                "sync.runtime_Semacquire",
                "sync.(*RWMutex).Lock",
                "sync.RWMutex.Lock",
            ),
            (
                "sync.runtime_Semacquire",
                "sync.(*WaitGroup).Wait",
                "sync.WaitGroup.Wait",
            ),
        ] {
            assert_eq!(
                of_leaf(&leaves(&[function, caller]), None),
                told,
                "{caller}"
            );
        }
    }

    #[test]
    fn a_channel_is_nil_before_the_line_at_which_others_park() {
        for (function, offset, told) in [
            ("runtime.chanrecv", Some(39), "chan receive (nil chan)"),
            ("runtime.chanrecv", Some(40), "chan receive"),
            ("runtime.chanrecv", None, "chan receive"),
            ("runtime.chansend", Some(39), "chan send (nil chan)"),
            ("runtime.chansend", Some(40), "chan send"),
        ] {
            let mut frames = leaves(&["runtime.gopark", function, "main.f"]);
            frames[1].offset = offset;
            assert_eq!(of_leaf(&frames, None), told, "{function} {offset:?}");
        }
    }

    #[test]
    fn what_parks_is_shown_by_the_first_frame_with_a_name() {
        for (functions, shown) in [
            (&[HIDDEN, "internal/poll.runtime_pollWait"][..], Some(7)),
            (&[HIDDEN, HIDDEN, "sync.runtime_SemacquireMutex"], Some(7)),
            (&[HIDDEN, "sync.runtime_notifyListWait"], Some(7)),
            (&[HIDDEN, "time.Sleep"], Some(7)),
            (&[HIDDEN, "main.f", "time.Sleep"], None),
            (&["time.Sleep"], None),
            (&[HIDDEN], None),
            (&[], None),
        ] {
            assert_eq!(shows_gopark(&leaves(functions)), shown, "{functions:?}");
        }
    }

    #[test]
    fn what_leaked_never_could_run() {
        for (functions, told) in [
            (&["main.f"][..], "blocked"),
            (&["runtime.gopark", "main.f"], "blocked"),
            (&["runtime.Gosched", "main.f"], "blocked"),
            (&[HIDDEN, HIDDEN, "main.f"], "blocked"),
            (&["runtime.gopark", "runtime.selectgo", "main.f"], "select"),
        ] {
            assert_eq!(of_leaked_leaf(&leaves(functions)), told, "{functions:?}");
        }
    }

    #[test]
    fn what_a_state_waits_for_is_said_in_words() {
        for (state, words) in [
            ("chan receive", "channel receive"),
            ("chan send", "channel send"),
            ("chan receive or send", "channel receive or send"),
            ("chan receive (nil chan)", "nil channel receive, for ever"),
            ("chan send (nil chan)", "nil channel send, for ever"),
            ("select (no cases)", "select {}, for ever"),
            ("select (no cases) (durable)", "select {}, for ever"),
            ("sync.Mutex.Lock", "mutex"),
            ("sync.RWMutex.RLock", "read lock"),
            ("sync.RWMutex.Lock", "write lock"),
            ("sync.WaitGroup.Wait", "WaitGroup"),
            ("sync.WaitGroup.Wait (durable)", "WaitGroup"),
            ("sync.Cond.Wait", "condition"),
            ("semacquire", "semaphore"),
            ("IO wait", "IO"),
            ("coroutine", "iterator"),
        ] {
            assert_eq!(in_words(state), Some(words), "{state}");
        }
        for speaks_for_itself in ["select", "sleep", "running", "runnable", ""] {
            assert_eq!(in_words(speaks_for_itself), None);
        }
    }
}
