//! The words and numbers for settings, and for what they do.

use heapwise_analysis::gc::tune::{
    Bracket, Caution, Fit, Measurement, Origin, Prediction, Proposal, Quantity, Setting, Unsure,
};
use heapwise_analysis::units::auto_label;
use heapwise_decode::counted;

/// A setting as environment variables: `GOGC=off GOMEMLIMIT=380MiB`.
#[must_use]
pub fn go_setting(setting: Setting) -> String {
    let gogc = format!("GOGC={}", gogc(setting));
    match setting.memory_limit {
        Some(limit) => format!("{gogc} GOMEMLIMIT={}", go_bytes(limit)),
        None => gogc,
    }
}

pub(super) fn gogc(setting: Setting) -> String {
    setting
        .gogc
        .map_or("off".to_owned(), |gogc| gogc.to_string())
}

pub(super) fn limit(setting: Setting) -> String {
    setting.memory_limit.map_or("off".to_owned(), go_bytes)
}

/// Bytes as GOMEMLIMIT takes them, in the largest unit that needs no fraction.
fn go_bytes(bytes: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let fits = |(shift, _): &(u32, &str)| bytes > 0 && bytes.trailing_zeros() >= *shift;
    match units.into_iter().find(fits) {
        Some((shift, unit)) => format!("{}{unit}", bytes >> shift),
        None => format!("{bytes}B"),
    }
}

pub(super) fn bytes(bytes: u64) -> String {
    auto_label(bytes.into(), "bytes")
}

fn float_bytes(value: f64) -> String {
    bytes(value as u64)
}

/// Two or three digits that matter.
fn number(value: f64) -> String {
    match value {
        value if value >= 9.95 => format!("{value:.0}"),
        value if value >= 0.995 => format!("{value:.1}"),
        value if value >= 0.0995 => format!("{value:.2}"),
        value => format!("{value:.3}"),
    }
}

fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    match percent {
        percent if percent >= 9.95 => format!("{percent:.0}%"),
        percent if percent >= 0.095 => {
            let digits = format!("{percent:.1}");
            format!("{}%", digits.strip_suffix(".0").unwrap_or(&digits))
        }
        percent => format!("{percent:.2}%"),
    }
}

/// `1.2 to 1.5`, or one number where both ends look the same.
fn range(bracket: Bracket, label: impl Fn(f64) -> String) -> String {
    let (low, high) = (label(bracket.low), label(bracket.high));
    match low == high {
        true => low,
        false => format!("{low} to {high}"),
    }
}

/// What stands where nothing is known.
const UNKNOWN: &str = "?";

pub(super) fn goal(prediction: &Prediction) -> String {
    let goal = prediction.heap_goal.map(bytes);
    goal.unwrap_or_else(|| "none".to_owned())
}

/// `40MB`, and `>40MB` where the heap may pass its goal by any amount.
pub(super) fn peak(prediction: &Prediction) -> String {
    let more = match prediction.unsure.iter().any(is_unbounded) {
        true => ">",
        false => "",
    };
    let peak = prediction.peak.map(|peak| float_bytes(peak.high));
    peak.map_or_else(|| "no end".to_owned(), |peak| format!("{more}{peak}"))
}

/// The same as part of a sentence.
pub(super) fn memory(prediction: &Prediction) -> String {
    let peak = peak(prediction);
    match peak.strip_prefix('>') {
        Some(peak) => format!("memory grows past {peak}"),
        None => format!("memory up to {peak}"),
    }
}

fn is_unbounded(reason: &Unsure) -> bool {
    matches!(
        reason,
        Unsure::NearLimit { .. } | Unsure::Limiter { .. } | Unsure::Outrun { .. }
    )
}

pub(super) fn rate(prediction: &Prediction) -> String {
    match prediction.gc_per_second {
        Some(rate) => range(rate, number),
        None if prediction.heap_goal.is_none() => "none".to_owned(),
        None => UNKNOWN.to_owned(),
    }
}

pub(super) fn cpu(prediction: &Prediction) -> String {
    match prediction.gc_cpu {
        Some(share) => range(share, percent),
        None if prediction.heap_goal.is_none() => "none".to_owned(),
        None => UNKNOWN.to_owned(),
    }
}

pub(super) fn effective(prediction: &Prediction) -> String {
    let effective = prediction.effective_gogc.map(|gogc| format!("{gogc:.0}"));
    effective.unwrap_or_else(|| "off".to_owned())
}

/// The reasons not to rely on a prediction, in short.
pub(super) fn notes(prediction: &Prediction) -> String {
    let notes: Vec<&str> = prediction.unsure.iter().map(note).collect();
    notes.join(", ")
}

fn note(reason: &Unsure) -> &'static str {
    match reason {
        Unsure::NearLimit { .. } => "near limit",
        Unsure::Limiter { .. } => "limiter",
        Unsure::LiveSwings { .. } => "live swings",
        Unsure::Outrun { .. } => "outrun",
        Unsure::SmallRoom { .. } => "small room",
        _ => "unsure",
    }
}

/// What a short reason means, with the numbers of the setting where it is worst.
pub(super) fn meanings(cells: &[Prediction]) -> Vec<String> {
    let mut reasons: Vec<(&'static str, f64, String)> = Vec::new();
    for reason in cells.iter().flat_map(|cell| &cell.unsure) {
        let (name, badness) = (note(reason), badness(reason));
        match reasons.iter_mut().find(|known| known.0 == name) {
            Some(known) if known.1 >= badness => {}
            Some(known) => *known = (name, badness, meaning(reason)),
            None => reasons.push((name, badness, meaning(reason))),
        }
    }
    reasons.sort_by_key(|reason| reason.0);
    let sentence = |(name, _, text): (&str, f64, String)| format!("{name}: {text}");
    reasons.into_iter().map(sentence).collect()
}

fn badness(reason: &Unsure) -> f64 {
    match *reason {
        Unsure::NearLimit { effective_gogc } => -effective_gogc,
        Unsure::Limiter { after_seconds } => -after_seconds,
        Unsure::LiveSwings { room, .. }
        | Unsure::Outrun { room, .. }
        | Unsure::SmallRoom { room } => -(room as f64),
        _ => 0.0,
    }
}

fn meaning(reason: &Unsure) -> String {
    match *reason {
        Unsure::NearLimit { effective_gogc } => format!(
            "the limit leaves the heap as much room as GOGC={effective_gogc:.0} would, at worst: the collector runs \
             nearly all the time, and a little more that is live makes it run all the time (a death spiral; under \
             10 is dangerous). It is stopped from taking more than half of the CPU time, and memory then grows past \
             the limit"
        ),
        Unsure::Limiter { after_seconds } => format!(
            "the collector would take more than half of the CPU time: within {} s at worst the runtime stops the \
             program from helping it, and memory grows past the limit",
            number(after_seconds)
        ),
        Unsure::LiveSwings { swing, room } => format!(
            "the live heap swings by {}, and the limit leaves {} at its largest",
            bytes(swing),
            bytes(room)
        ),
        Unsure::Outrun { marking, room } => format!(
            "about {} are allocated while a collection marks, more than a room of {} leaves for that: the heap \
             passes its goal",
            bytes(marking),
            bytes(room)
        ),
        Unsure::SmallRoom { room } => format!(
            "only {} are allocated between two collections, at worst, so that single spans count",
            bytes(room)
        ),
        _ => "this prediction is not to be relied on".to_owned(),
    }
}

/// Name, value and origin of all that is known of a program.
pub(super) fn facts(measurement: &Measurement) -> Vec<(&'static str, String, &'static str)> {
    let fact = |quantity: Quantity| {
        let from = measurement.origin(quantity);
        (title(quantity), value(measurement, quantity), origin(from))
    };
    Quantity::ALL.into_iter().map(fact).collect()
}

fn title(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Live => "live heap",
        Quantity::AllocationRate => "allocates",
        Quantity::GcRate => "collections",
        Quantity::NonHeap => "besides the heap",
        Quantity::Roots => "stacks, globals",
        Quantity::Gogc => "ran with GOGC",
        Quantity::MemoryLimit => "ran with GOMEMLIMIT",
        Quantity::Processors => "GOMAXPROCS",
        Quantity::CpuPerCycle => "CPU per collection",
        Quantity::NonGo => "not Go's",
        _ => "other",
    }
}

fn value(measurement: &Measurement, quantity: Quantity) -> String {
    let program = &measurement.program;
    let per_second = |text: String| format!("{text}/s");
    let known = match quantity {
        Quantity::Live => Some(live(measurement)),
        Quantity::AllocationRate => program
            .allocation_rate()
            .map(|rate| per_second(range(rate, float_bytes))),
        Quantity::GcRate => program.gc_per_second().map(|rate| per_second(number(rate))),
        Quantity::NonHeap => Some(bytes(program.non_heap())),
        Quantity::Roots => Some(bytes(program.roots())),
        Quantity::Gogc => Some(gogc(program.setting())),
        Quantity::MemoryLimit => Some(limit(program.setting())),
        Quantity::Processors => program.processors().map(|count| count.to_string()),
        Quantity::CpuPerCycle => {
            let on_all = program.share_per_cycle();
            let on_all = on_all.map(|seconds| format!("{} × GOMAXPROCS", cycle(seconds)));
            program.cpu_per_cycle().map(cycle).or(on_all)
        }
        Quantity::NonGo => Some(bytes(program.non_go())),
        _ => None,
    };
    known.unwrap_or_else(|| UNKNOWN.to_owned())
}

fn cycle(seconds: f64) -> String {
    format!("{}ms", number(1e3 * seconds))
}

fn live(measurement: &Measurement) -> String {
    let program = &measurement.program;
    let mean = bytes(program.live());
    match program.live_range() {
        Some(seen) => format!("{mean}, {}", range(seen, float_bytes)),
        None => mean,
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Given => "given",
        Origin::Snapshot => "from the snapshots",
        Origin::Interval => "between the snapshots",
        Origin::HeapGoal => "from the heap goal and GOGC",
        Origin::StacksInUse => "all stacks in use",
        Origin::SinceStart => "mean since the start",
        Origin::Assumed => "assumed: nobody says",
        _ => "not known",
    }
}

/// What a proposal says before its settings.
pub(super) fn container(
    proposal: &Proposal,
    source: Option<&str>,
    measurement: &Measurement,
) -> String {
    let request = &proposal.request;
    let non_go = measurement.program.non_go();
    let source = source.map_or_else(String::new, |source| format!(" (from {source})"));
    let others = match measurement.origin(Quantity::NonGo) {
        Origin::Assumed => ", what is not Go's is not known and not counted".to_owned(),
        _ => format!(", {} are not Go's", bytes(non_go)),
    };
    format!(
        "A container of {}{source}: {} of it stay free{others}, {} are left for GOMEMLIMIT.",
        bytes(request.container),
        bytes(request.margin),
        bytes(proposal.memory_limit)
    )
}

/// Whether there is room, and what is needed.
pub(super) fn fit(proposal: &Proposal) -> Vec<String> {
    let budget = percent(proposal.request.cpu_budget);
    let mut sentences = Vec::new();
    if let Some((least, container)) = proposal.least_limit.zip(proposal.least_container) {
        sentences.push(format!(
            "To keep the collector within {budget} of CPU time takes a limit of {} at least, and a container of {}.",
            bytes(least),
            bytes(container)
        ));
    }
    sentences.push(match proposal.fit {
        Fit::TooSmall => "TOO SMALL: the limit is near or under what is live, or the collector would take half of \
                          the CPU time: a death spiral. Make the container larger, or less live."
            .to_owned(),
        Fit::Tight => format!(
            "TIGHT: under this limit the collector takes more than {budget} of CPU time."
        ),
        _ if proposal.least_limit.is_none() => format!(
            "There is room. Whether the collector keeps to {budget} of CPU time is not known: that takes the CPU time \
             of a collection."
        ),
        _ => keeps(proposal, &budget),
    });
    if proposal.fit != Fit::TooSmall {
        sentences.push(format!(
            "The live heap may grow by {} before the limit leaves less room than GOGC=10 would.",
            bytes(proposal.live_left)
        ));
    }
    sentences
}

/// Whether the collector surely keeps to its budget under the setting that is to be taken first.
fn keeps(proposal: &Proposal, budget: &str) -> String {
    let share = proposal.settings.first().and_then(|first| first.gc_cpu);
    match share.filter(|share| share.high > proposal.request.cpu_budget) {
        Some(share) => format!(
            "There is room; the collector may take more than {budget} of CPU time all the same: {}.",
            range(share, percent)
        ),
        None => format!("There is room, and the collector keeps to {budget} of CPU time."),
    }
}

/// Why GOGC=off, or why not.
pub(super) fn why(proposal: &Proposal) -> Vec<String> {
    if proposal.cautions.is_empty() {
        return vec![
            "GOGC=off with a limit collects only when memory is needed: the fewest collections that the container \
             allows. It suits a container that is the program's alone and a live heap that stays as it was measured; \
             where either may change take the other, in which GOGC decides and the limit is a backstop."
                .to_owned(),
        ];
    }
    let mut sentences: Vec<String> = proposal.cautions.iter().map(caution).collect();
    sentences.push(
        "So GOGC is to stay on, and the limit is a backstop for peaks: with GOGC=off every byte that is live more \
         comes out of the room, and nothing but the limit is aimed at."
            .to_owned(),
    );
    sentences
}

fn caution(caution: &Caution) -> String {
    match *caution {
        Caution::LiveVaries { least, most } => format!(
            "The live heap was between {} and {}: it swings or grows.",
            bytes(least),
            bytes(most)
        ),
        Caution::LiveSeldomSeen { times } => format!(
            "The live heap was seen {}: with less than five nobody knows whether it swings or grows.",
            counted(times, "time")
        ),
        Caution::LittleRoom { effective_gogc } => format!(
            "Under this limit alone there is as much room as GOGC={effective_gogc:.0} would give."
        ),
        _ => "Something speaks against GOGC=off.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{go_setting, number, percent};
    use heapwise_analysis::gc::tune::Setting;

    #[test]
    fn settings_are_what_go_takes() {
        let setting = |gogc, limit| go_setting(Setting::new(gogc, limit));
        assert_eq!(setting(Some(100), None), "GOGC=100");
        assert_eq!(setting(None, Some(380 << 20)), "GOGC=off GOMEMLIMIT=380MiB");
        assert_eq!(setting(Some(50), Some(4 << 30)), "GOGC=50 GOMEMLIMIT=4GiB");
        assert_eq!(setting(Some(50), Some(1025)), "GOGC=50 GOMEMLIMIT=1025B");
        assert_eq!(setting(Some(50), Some(0)), "GOGC=50 GOMEMLIMIT=0B");
    }

    #[test]
    fn numbers_have_the_digits_that_matter() {
        let shown = [12.34, 9.96, 1.234, 0.1234, 0.00833].map(number);
        assert_eq!(shown, ["12", "10", "1.2", "0.12", "0.008"]);
        assert_eq!(
            [0.123, 0.0123, 0.0001].map(percent),
            ["12%", "1.2%", "0.01%"]
        );
    }
}
