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
