//! Known ways to leak goroutines, each named only with what shows it in the dump.

use super::pattern::LeakPattern;
use super::series::GroupTrend;
use super::sites::SitePlace;
use super::state::BLOCKED;
use crate::site::identity::Site;
use crate::site::origin::Origin;
use heapwise_decode::{agree, counted};
use heapwise_stats::TrendLabel;

/// What explains a group.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    /// The pattern.
    pub pattern: LeakPattern,
    /// What in the dumps shows it.
    pub evidence: String,
    /// Where to look; `None` when no frame is the program's own.
    pub look_at: Option<SitePlace>,
}

/// A group as patterns look at it.
pub(super) struct Suspect<'a> {
    pub(super) count: i64,
    pub(super) leaked: i64,
    pub(super) state: &'a str,
    /// All frames, innermost first.
    pub(super) frames: Vec<(SitePlace, &'a Site)>,
    pub(super) created_by: Option<(SitePlace, &'a Site)>,
    pub(super) is_growing: bool,
}

/// What is known besides of all groups.
pub(super) struct Scene<'a> {
    pub(super) suspects: &'a [Suspect<'a>],
    /// Whether a dump marks leaked goroutines.
    pub(super) has_proof: bool,
}

impl<'a> Suspect<'a> {
    fn has(&self, function: &str) -> bool {
        self.frame(function).is_some()
    }

    fn frame(&self, function: &str) -> Option<&'a Site> {
        let mut frames = self.frames.iter();
        let found = frames.find(|(_, site)| site.function.as_deref() == Some(function));
        found.map(|&(_, site)| site)
    }

    /// The first frame of the program's own, of a module where there is none, or the creator.
    fn look_at(&self) -> Option<(SitePlace, &'a Site)> {
        let of = |wanted: Origin| {
            let mut all = self.frames.iter().chain(&self.created_by);
            all.find(|(_, site)| Origin::of(site) == wanted).copied()
        };
        of(Origin::Own).or_else(|| of(Origin::Module))
    }

    /// `148 goroutines in "select" at main.f main.go:12`.
    fn at(&self, site: Option<&Site>) -> String {
        let at = site.map(|site| format!(" at {}", place(site)));
        let count = self.count.max(self.leaked);
        let at = at.unwrap_or_default();
        format!("{} in {:?}{at}", counted(count, "goroutine"), self.state)
    }
}

/// A function with the last part of its file and the line.
fn place(site: &Site) -> String {
    let function = site.function.as_deref().unwrap_or("an unknown function");
    match (&site.file, site.line) {
        (Some(file), Some(line)) => {
            let base = file.rsplit('/').next().unwrap_or(file);
            format!("{function} {base}:{line}")
        }
        _ => function.to_owned(),
    }
}

/// The causes of a group that is leaked or growing.
pub(super) fn causes(suspect: &Suspect<'_>, scene: &Scene<'_>) -> Vec<Cause> {
    let named = by_frames(suspect, scene).or_else(|| by_state(suspect, scene));
    let cause = |(pattern, evidence)| Cause {
        pattern,
        evidence,
        look_at: suspect.look_at().map(|(place, _)| place),
    };
    named.map(cause).into_iter().collect()
}

/// Goroutines of a package that say by their functions what they are for.
fn by_frames(suspect: &Suspect<'_>, scene: &Scene<'_>) -> Option<(LeakPattern, String)> {
    const SQL: [(&str, LeakPattern); 4] = [
        ("database/sql.(*Rows).awaitDone", LeakPattern::SqlRows),
        ("database/sql.(*Tx).awaitDone", LeakPattern::SqlTransaction),
        ("database/sql.(*DB).connectionOpener", LeakPattern::SqlOpen),
        ("database/sql.(*DB).conn", LeakPattern::SqlConnections),
    ];
    const CONTEXT: [&str; 3] = [
        "context.(*cancelCtx).propagateCancel.func2",
        "context.propagateCancel.func2",
        "context.propagateCancel.func1",
    ];
    if let Some(found) = http(suspect, scene) {
        return Some(found);
    }
    let of = |function: &str| suspect.at(suspect.frame(function));
    if suspect.has(SERVE) && suspect.state == "IO wait" {
        return Some((LeakPattern::HttpServer, of(SERVE)));
    }
    let sql = SQL.iter().find(|(function, _)| suspect.has(function));
    if let Some(&(function, pattern)) = sql {
        return Some((pattern, of(function)));
    }
    let context = CONTEXT.iter().find(|function| suspect.has(function))?;
    Some((LeakPattern::Context, of(context)))
}

/// A connection of a server, which waits for its client while it is in a read.
const SERVE: &str = "net/http.(*conn).serve";
const ROUND_TRIP: &str = "net/http.(*persistConn).roundTrip";
const READ_LOOP: &str = "net/http.(*persistConn).readLoop";
const WRITE_LOOP: &str = "net/http.(*persistConn).writeLoop";

/// A connection of a client has two goroutines, readLoop and writeLoop (net/http/transport.go:
/// dialConn), and a third, its caller, while a request waits for its answer in roundTrip.
/// readLoop waits in a read while the connection is idle or its answer has not come, and in a
/// select while the body of the answer is read.
fn http(suspect: &Suspect<'_>, scene: &Scene<'_>) -> Option<(LeakPattern, String)> {
    let is_http = [ROUND_TRIP, READ_LOOP, WRITE_LOOP]
        .iter()
        .any(|function| suspect.has(function));
    if !is_http {
        return None;
    }
    let sum = |is: &dyn Fn(&Suspect<'_>) -> bool| -> i64 {
        let growing = scene.suspects.iter().filter(|other| other.is_growing);
        growing
            .filter(|other| is(other))
            .map(|other| other.count)
            .fold(0, i64::saturating_add)
    };
    let waiting = sum(&|other| other.has(ROUND_TRIP));
    let reading = sum(&|other| other.has(READ_LOOP));
    let body = sum(&|other| other.has(READ_LOOP) && other.state == "select");
    let writing = sum(&|other| other.has(WRITE_LOOP));
    let pair = format!("{reading} in persistConn.readLoop and {writing} in writeLoop");
    if waiting > 0 {
        let evidence = format!(
            "{} {} in persistConn.roundTrip, {pair}, all growing",
            counted(waiting, "goroutine"),
            agree(&waiting, "waits", "wait")
        );
        return Some((LeakPattern::HttpTimeout, evidence));
    }
    if reading == 0 || writing == 0 {
        return None;
    }
    if body * 2 > reading {
        let evidence = format!(
            "{pair} grow in pairs; {body} of readLoop {} in a select for the body",
            agree(&body, "waits", "wait")
        );
        return Some((LeakPattern::HttpBody, evidence));
    }
    let evidence = format!("{pair} grow in pairs; no request is waiting in roundTrip");
    Some((LeakPattern::HttpIdle, evidence))
}

fn by_state(suspect: &Suspect<'_>, scene: &Scene<'_>) -> Option<(LeakPattern, String)> {
    let state = suspect.state.strip_suffix(" (durable)");
    let state = state.unwrap_or(suspect.state);
    let in_loop = loop_evidence(suspect);
    let pattern = match state {
        "chan receive (nil chan)" | "chan send (nil chan)" => LeakPattern::NilChannel,
        "select (no cases)" => LeakPattern::EmptySelect,
        // The runtime looked and found the channel reachable.
        "chan receive" if scene.has_proof && suspect.leaked == 0 => LeakPattern::Ticker,
        "chan receive" if in_loop.is_some() => LeakPattern::Worker,
        "chan receive" => LeakPattern::Receive,
        "chan send" => LeakPattern::Send,
        "chan receive or send" => LeakPattern::ReceiveOrSend,
        "select" => LeakPattern::Select,
        BLOCKED => LeakPattern::Blocked,
        "sync.Mutex.Lock" | "sync.RWMutex.Lock" | "sync.RWMutex.RLock" => LeakPattern::Lock,
        "sync.WaitGroup.Wait" => LeakPattern::WaitGroup,
        "sync.Cond.Wait" => LeakPattern::Condition,
        _ => return None,
    };
    let at = suspect.look_at().or(suspect.frames.first().copied());
    let mut evidence = suspect.at(at.map(|(_, site)| site));
    match pattern {
        LeakPattern::Ticker => {
            evidence.push_str(", growing, and not among the leaked: the runtime can reach it");
        }
        LeakPattern::Worker => evidence.push_str(in_loop.unwrap_or_default()),
        _ => {}
    }
    Some((pattern, evidence))
}

/// `for range ch` and `v, ok := <-ch` receive by another function than `<-ch` (cmd/compile:
/// walkRange, walkRecv). Dumps that leave out the runtime tell only by the name of the function.
fn loop_evidence(suspect: &Suspect<'_>) -> Option<&'static str> {
    if suspect.has("runtime.chanrecv2") {
        return Some(", which receives in a loop (runtime.chanrecv2)");
    }
    let is_told = suspect.frames.iter().any(|(_, site)| {
        let function = site.function.as_deref();
        function.is_some_and(|function| function.starts_with("runtime.chanrecv"))
    });
    let (_, started_in) = suspect.frames.last()?;
    let name = started_in.function.as_deref()?.rsplit('.').next()?;
    let name = name.to_ascii_lowercase();
    let is_named = ["run", "loop", "work", "consume"]
        .iter()
        .any(|word| name.contains(word));
    (is_named && !is_told).then_some(", started in a function that is named as workers are")
}

/// Whether a trend is one to look into.
pub(super) fn is_growing(trend: Option<GroupTrend>) -> bool {
    trend.is_some_and(|trend| trend.label == TrendLabel::Growing)
}

#[cfg(test)]
mod tests {
    use super::{LeakPattern, Scene, Suspect, causes};
    use crate::site::identity::{Site, package_of};

    fn sites(functions: &[&str]) -> Vec<Site> {
        let site = |name: &&str| Site {
            package: package_of(name),
            ..Site::of_function((*name).to_owned())
        };
        functions.iter().map(site).collect()
    }

    fn suspect<'a>(count: i64, state: &'a str, sites: &'a [Site]) -> Suspect<'a> {
        Suspect {
            count,
            leaked: 0,
            state,
            frames: (0..).zip(sites).collect(),
            created_by: None,
            is_growing: true,
        }
    }

    /// The pattern of the first suspect, and what shows it.
    fn of(suspects: &[Suspect<'_>], has_proof: bool) -> Option<(LeakPattern, String)> {
        let scene = Scene {
            suspects,
            has_proof,
        };
        let cause = causes(&suspects[0], &scene).pop()?;
        Some((cause.pattern, cause.evidence))
    }

    fn pattern(state: &str, functions: &[&str]) -> Option<LeakPattern> {
        let sites = sites(functions);
        Some(of(&[suspect(3, state, &sites)], false)?.0)
    }

    #[test]
    fn a_state_alone_names_what_it_waits_for() {
        for (state, expected) in [
            ("chan receive (nil chan)", LeakPattern::NilChannel),
            ("chan send (nil chan)", LeakPattern::NilChannel),
            ("select (no cases)", LeakPattern::EmptySelect),
            ("chan receive", LeakPattern::Receive),
            ("chan receive (durable)", LeakPattern::Receive),
            ("chan send", LeakPattern::Send),
            ("chan receive or send", LeakPattern::ReceiveOrSend),
            ("select", LeakPattern::Select),
            ("blocked", LeakPattern::Blocked),
            ("sync.Mutex.Lock", LeakPattern::Lock),
            ("sync.RWMutex.Lock", LeakPattern::Lock),
            ("sync.RWMutex.RLock", LeakPattern::Lock),
            ("sync.WaitGroup.Wait", LeakPattern::WaitGroup),
            ("sync.Cond.Wait", LeakPattern::Condition),
        ] {
            assert_eq!(pattern(state, &["main.f"]), Some(expected), "{state}");
        }
        for unknown in ["running", "runnable", "sleep", "IO wait", "syscall"] {
            assert_eq!(pattern(unknown, &["main.f"]), None, "{unknown}");
        }
    }

    #[test]
    fn functions_of_a_package_say_more_than_the_state() {
        for (function, expected) in [
            ("database/sql.(*Rows).awaitDone", LeakPattern::SqlRows),
            ("database/sql.(*Tx).awaitDone", LeakPattern::SqlTransaction),
            ("database/sql.(*DB).connectionOpener", LeakPattern::SqlOpen),
            ("database/sql.(*DB).conn", LeakPattern::SqlConnections),
            (
                "context.(*cancelCtx).propagateCancel.func2",
                LeakPattern::Context,
            ),
            ("context.propagateCancel.func2", LeakPattern::Context),
            ("context.propagateCancel.func1", LeakPattern::Context),
        ] {
            assert_eq!(pattern("select", &[function]), Some(expected), "{function}");
        }
        let serve = "net/http.(*conn).serve";
        assert_eq!(pattern("IO wait", &[serve]), Some(LeakPattern::HttpServer));
        assert_eq!(
            pattern("select", &["main.f", serve]),
            Some(LeakPattern::Select)
        );
    }

    #[test]
    fn a_worker_receives_in_a_loop_or_is_named_as_one() {
        for (functions, expected) in [
            (&["runtime.chanrecv2", "main.f"][..], LeakPattern::Worker),
            (&["main.get", "main.(*Pool).runAll"], LeakPattern::Worker),
            (&["main.eventLoop"], LeakPattern::Worker),
            (&["main.worker"], LeakPattern::Worker),
            (&["main.consumeAll"], LeakPattern::Worker),
            // Here the runtime is shown, and it is not that of a loop.
            (&["runtime.chanrecv1", "main.worker"], LeakPattern::Receive),
            (&["main.worker", "main.f"], LeakPattern::Receive),
        ] {
            assert_eq!(
                pattern("chan receive", functions),
                Some(expected),
                "{functions:?}"
            );
        }
    }

    #[test]
    fn a_channel_that_the_runtime_can_reach_is_a_ticker() {
        let frames = sites(&["main.worker"]);
        let mut one = suspect(3, "chan receive", &frames);
        let (found, evidence) = of(std::slice::from_ref(&one), true).expect("a cause");
        assert_eq!(found, LeakPattern::Ticker);
        assert_eq!(
            evidence,
            "3 goroutines in \"chan receive\" at main.worker, growing, and not among the leaked: \
             the runtime can reach it"
        );
        one.leaked = 5;
        let (found, evidence) = of(&[one], true).expect("a cause");
        assert_eq!(found, LeakPattern::Worker);
        // As many as there are or are leaked, whichever is more.
        assert!(evidence.starts_with("5 goroutines in "), "{evidence}");
    }

    #[test]
    fn http_is_told_by_what_its_goroutines_do_together() {
        let trip = sites(&["net/http.(*persistConn).roundTrip", "main.f"]);
        let read = sites(&["net/http.(*persistConn).readLoop"]);
        let write = sites(&["net/http.(*persistConn).writeLoop"]);
        let scene = |waiting, idle, body| {
            let mut all = vec![
                suspect(idle, "IO wait", &read),
                suspect(body, "select", &read),
                suspect(idle + body, "select", &write),
            ];
            if waiting > 0 {
                all.push(suspect(waiting, "select", &trip));
            }
            of(&all, false).expect("a cause")
        };
        let (found, evidence) = scene(1, 4, 0);
        assert_eq!(found, LeakPattern::HttpTimeout);
        assert_eq!(
            evidence,
            "1 goroutine waits in persistConn.roundTrip, 4 in persistConn.readLoop and 4 in \
             writeLoop, all growing"
        );
        let (found, evidence) = scene(0, 2, 3);
        assert_eq!(found, LeakPattern::HttpBody);
        assert_eq!(
            evidence,
            "5 in persistConn.readLoop and 5 in writeLoop grow in pairs; 3 of readLoop wait in a \
             select for the body"
        );
        // Half of them is not most of them.
        let (found, evidence) = scene(0, 3, 3);
        assert_eq!(found, LeakPattern::HttpIdle);
        assert_eq!(
            evidence,
            "6 in persistConn.readLoop and 6 in writeLoop grow in pairs; no request is waiting in \
             roundTrip"
        );
        // One goroutine of a connection without the other tells nothing.
        assert_eq!(of(&[suspect(3, "IO wait", &read)], false), None);
        assert_eq!(
            of(&[suspect(3, "select", &write)], false).map(|found| found.0),
            Some(LeakPattern::Select)
        );
        // What does not grow counts for nothing.
        let still = Suspect {
            is_growing: false,
            ..suspect(9, "select", &trip)
        };
        let all = [
            suspect(2, "IO wait", &read),
            suspect(2, "select", &write),
            still,
        ];
        assert_eq!(
            of(&all, false).map(|found| found.0),
            Some(LeakPattern::HttpIdle)
        );
    }

    #[test]
    fn the_place_is_that_of_the_program_s_own_code() {
        let mut frames = sites(&["os.ReadFile", "example.com/mod.F", "main.f"]);
        frames[1].file = Some("/go/pkg/mod/example.com/mod@v1.2.3/f.go".to_owned());
        frames[1].line = Some(3);
        let (_, evidence) = of(&[suspect(1, "select", &frames[..2])], false).expect("a cause");
        assert_eq!(
            evidence,
            "1 goroutine in \"select\" at example.com/mod.F f.go:3"
        );
        frames[2].file = Some("/src/cmd/main.go".to_owned());
        frames[2].line = Some(12);
        let (_, evidence) = of(&[suspect(1, "select", &frames)], false).expect("a cause");
        assert_eq!(evidence, "1 goroutine in \"select\" at main.f main.go:12");
    }
}
