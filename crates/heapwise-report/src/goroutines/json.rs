//! Groups of goroutines as JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use heapwise_analysis::{
    Cause, CreatorNode, GoroutineGroup, Granularity, GroupTrend, Inlined, LabelCounts, Lasting,
    Order, SeriesPoint, SitePlace, Sureness, Unread,
};
use serde::{Serialize, Serializer};

use super::{GoroutinesReport, StackSize, words};
use crate::formats::json::{self, Envelope, JsonSite};

/// `heapwise.goroutines/1`.
pub(super) fn write(report: &GoroutinesReport, out: &mut dyn Write) -> io::Result<()> {
    let answer = &report.answer;
    let (rows, count) = report.omitted();
    let series = report.is_series().then(|| answer.series.iter());
    let document = Document {
        envelope: Envelope::new("heapwise.goroutines/1", &report.inputs, &report.warnings),
        total: answer.total(),
        leaked: answer.leaked(),
        leaked_new: answer.newly_leaked(),
        leaked_allowed: answer.leaked_and_allowed(),
        not_leaked: JsonPhantoms {
            without_stack: answer.phantoms.without_stack,
            main: answer.phantoms.main,
        },
        group_by: answer.group_by.to_string(),
        series: series.map(|series| series.map(JsonPoint::new).collect()),
        order: report.is_series().then_some(match answer.order {
            Order::Time => "time",
            Order::Given => "given",
            Order::Numbers => "numbers",
        }),
        processes: (answer.processes > 1).then_some(answer.processes),
        trend: answer.trend.map(|trend| words::label(trend.label)),
        tentative: answer.trend.map(|trend| trend.tentative),
        per_hour: answer.trend.and_then(|trend| trend.per_hour),
        survivors: answer.survivors.map(|survivors| JsonSurvivors {
            first: survivors.first,
            still: survivors.still,
        }),
        unread: JsonUnread::new(answer.unread()),
        stack_bytes: JsonStackBytes {
            per_goroutine: report.stack.bytes(),
            basis: match report.stack {
                StackSize::Floor => "floor",
                StackSize::Measured(_) => "memstats",
            },
        },
        groups: Groups(report),
        omitted: JsonOmitted {
            groups: rows,
            count,
        },
        creators: report
            .tree
            .then(|| answer.creators.iter().map(JsonCreator::new).collect()),
    };
    json::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    total: i64,
    leaked: i64,
    leaked_new: Option<i64>,
    leaked_allowed: i64,
    not_leaked: JsonPhantoms,
    group_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<Vec<JsonPoint>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    processes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trend: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tentative: Option<bool>,
    per_hour: Option<f64>,
    survivors: Option<JsonSurvivors>,
    unread: JsonUnread,
    stack_bytes: JsonStackBytes,
    groups: Groups<'a>,
    omitted: JsonOmitted,
    #[serde(skip_serializing_if = "Option::is_none")]
    creators: Option<Vec<JsonCreator<'a>>>,
}

#[derive(Serialize)]
struct JsonPhantoms {
    without_stack: i64,
    main: i64,
}

#[derive(Serialize)]
struct JsonPoint {
    time_nanos: Option<i64>,
    total: i64,
    input: usize,
}

impl JsonPoint {
    fn new(point: &SeriesPoint) -> Self {
        Self {
            time_nanos: point.time_nanos,
            total: point.total,
            input: point.dump,
        }
    }
}

#[derive(Serialize)]
struct JsonUnread {
    without_frames: i64,
    partly: i64,
    unavailable: i64,
    lines: i64,
}

impl JsonUnread {
    fn new(unread: Unread) -> Self {
        Self {
            without_frames: unread.without_frames,
            partly: unread.partly,
            unavailable: unread.unavailable,
            lines: unread.lines,
        }
    }
}

#[derive(Serialize)]
struct JsonSurvivors {
    first: usize,
    still: usize,
}

#[derive(Serialize)]
struct JsonStackBytes {
    per_goroutine: i64,
    basis: &'static str,
}

#[derive(Serialize)]
struct JsonOmitted {
    groups: usize,
    count: i64,
}

/// The groups, made one by one while they are written: there may be as many as stacks.
struct Groups<'a>(&'a GoroutinesReport);

impl Serialize for Groups<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups = self.0.shown().iter();
        serializer.collect_seq(groups.map(|group| JsonGroup::new(self.0, group)))
    }
}

#[derive(Serialize)]
struct JsonGroup<'a> {
    name: Option<&'a str>,
    count: i64,
    state: &'a str,
    states: BTreeMap<&'a str, i64>,
    wait_minutes: Option<JsonWait>,
    created_by: Option<JsonSite<'a>>,
    stack: Vec<JsonSite<'a>>,
    parked_in: Vec<JsonSite<'a>>,
    stacks: usize,
    labels: BTreeMap<&'a str, BTreeMap<&'a str, i64>>,
    leaked: i64,
    leaked_over_time: Option<JsonLeaked<'a>>,
    piling_up: Option<JsonLasting>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turned_over: Option<i64>,
    allowed: Option<JsonAllowance<'a>>,
    verdict: Option<&'static str>,
    causes: Vec<JsonCause<'a>>,
    #[serde(flatten)]
    over_time: Option<JsonOverTime<'a>>,
}

#[derive(Serialize)]
struct JsonLeaked<'a> {
    counts: &'a [i64],
    new: i64,
    known: i64,
}

#[derive(Serialize)]
struct JsonLasting {
    is_sure: bool,
    still: i64,
    dumps: usize,
    age: usize,
    aged: i64,
    ended: i64,
}

impl JsonLasting {
    fn new(lasting: Lasting) -> Self {
        Self {
            is_sure: lasting.sureness == Sureness::Sure,
            still: lasting.still,
            dumps: lasting.dumps,
            age: lasting.age,
            aged: lasting.aged,
            ended: lasting.ended,
        }
    }
}

#[derive(Serialize)]
struct JsonAllowance<'a> {
    until: String,
    reason: &'a str,
}

#[derive(Serialize)]
struct JsonWait {
    min: i64,
    max: i64,
}

#[derive(Serialize)]
struct JsonOverTime<'a> {
    counts: &'a [i64],
    trend: &'static str,
    tentative: bool,
    per_hour: Option<f64>,
    survivors: Option<i64>,
}

#[derive(Serialize)]
struct JsonCause<'a> {
    pattern: &'static str,
    explanation: &'static str,
    evidence: &'a str,
    advice: &'static str,
    look_at: Option<JsonSite<'a>>,
}

impl<'a> JsonGroup<'a> {
    fn new(report: &'a GoroutinesReport, group: &'a GoroutineGroup) -> Self {
        let sites = |places: &'a [SitePlace]| {
            let sites = places.iter().filter_map(|&place| site(report, place));
            sites.collect()
        };
        Self {
            name: group.name.as_deref(),
            count: group.count,
            state: &group.state,
            states: group.states.iter().map(|(s, n)| (s.as_str(), *n)).collect(),
            wait_minutes: group.wait_minutes.map(|(min, max)| JsonWait { min, max }),
            created_by: group.created_by.and_then(|place| site(report, place)),
            stack: sites(&group.stack),
            parked_in: sites(&group.parked_in),
            stacks: group.stacks,
            labels: group.labels.iter().map(label).collect(),
            leaked: group.leaked,
            leaked_over_time: group.leaked_over_time.as_ref().map(|leaked| JsonLeaked {
                counts: &leaked.counts,
                new: leaked.new,
                known: leaked.known,
            }),
            piling_up: group.lasting.map(JsonLasting::new),
            turned_over: group.turned_over,
            allowed: group.allowed.as_ref().map(|allowed| JsonAllowance {
                until: allowed.until.to_string(),
                reason: &allowed.reason,
            }),
            verdict: group.verdict.map(|verdict| verdict.name()),
            causes: group
                .causes
                .iter()
                .map(|c| JsonCause::new(report, c))
                .collect(),
            over_time: group.trend.map(|trend| over_time(group, trend)),
        }
    }
}

fn label(label: &LabelCounts) -> (&str, BTreeMap<&str, i64>) {
    let values = label.values.iter();
    let values = values.map(|(value, count)| (value.as_str(), *count));
    (&label.name, values.collect())
}

fn over_time(group: &GoroutineGroup, trend: GroupTrend) -> JsonOverTime<'_> {
    JsonOverTime {
        counts: &group.counts,
        trend: words::label(trend.label),
        tentative: trend.tentative,
        per_hour: trend.per_hour,
        survivors: group.survivors,
    }
}

fn site(report: &GoroutinesReport, place: SitePlace) -> Option<JsonSite<'_>> {
    let (site, inlined): &(_, Inlined) = report.answer.sites.get(place as usize)?;
    Some(JsonSite::new(site, *inlined, Granularity::Lines))
}

impl<'a> JsonCause<'a> {
    fn new(report: &'a GoroutinesReport, cause: &'a Cause) -> Self {
        Self {
            pattern: cause.pattern.name(),
            explanation: cause.pattern.explanation(),
            evidence: &cause.evidence,
            advice: cause.pattern.advice(),
            look_at: cause.look_at.and_then(|place| site(report, place)),
        }
    }
}

#[derive(Serialize)]
struct JsonCreator<'a> {
    function: &'a str,
    count: i64,
    total: i64,
    children: Vec<JsonCreator<'a>>,
}

impl<'a> JsonCreator<'a> {
    fn new(node: &'a CreatorNode) -> Self {
        Self {
            function: &node.function,
            count: node.count,
            total: node.total(),
            children: node.children.iter().map(JsonCreator::new).collect(),
        }
    }
}
