//! What verdicts rest on, in a line or two.

use heapwise_analysis::{Benchmark, CommonFactor, Difference, Work};
use heapwise_decode::agree;

use super::sub_benchmarks;
use crate::hints::Hints;
use crate::verify::advice_text::RateSetting;

/// The work of a comparison in words; `None` where it does not matter.
pub(super) fn says(difference: &Difference) -> Option<String> {
    let doubt = difference.work.why_not_settled();
    Some(match difference.work {
        Work::Operations(before, after) => {
            format!("work: {before} operations before, {after} after, as given")
        }
        Work::Published(before, after) => format!(
            "work: {before:.1}s before, {after:.1}s after, between the ends of the collections that published it"
        ),
        Work::Seconds(before, after) => format!(
            "work: {before:.1}s before, {after:.1}s after, each end off by up to one GC period"
        ),
        Work::Benchmark(..) => "work: known by the exact numbers of go test".to_owned(),
        Work::Asserted => "work: the same on both sides, as you said".to_owned(),
        Work::Shares => "work: not needed, shares of the total are compared".to_owned(),
        Work::Unknown => {
            "work: unknown, so verdicts hold only if both sides did the same work".to_owned()
        }
        Work::UnsureSeconds(_) | Work::UnsureBenchmark(_) => {
            format!("work: unknown: {}", doubt.unwrap_or_default())
        }
        _ => return None,
    })
}

/// What most sites have in common where the work is not known, and what to do.
pub(super) fn of_unknown(
    difference: &Difference,
    setting: RateSetting,
    hints: Hints,
) -> Vec<String> {
    if difference.work != Work::Unknown {
        return Vec::new();
    }
    let mut lines = Vec::new();
    lines.extend(match difference.common_factor {
        Some(factor) => Some(common_factor(factor, setting)),
        None => of_total(difference, setting),
    });
    let hint = match setting {
        RateSetting::GoTest => hints.work_of_benchmarks,
        RateSetting::Environment => hints.work_of_services,
    };
    lines.push(format!("to judge: {hint}"));
    lines
}

/// What more or less of could be meant: of iterations, or of each.
fn work_of(setting: RateSetting) -> (&'static str, &'static str) {
    match setting {
        RateSetting::GoTest => ("iterations", "allocation per iteration"),
        RateSetting::Environment => ("work", "allocation for each piece of it"),
    }
}

/// Too few sites to tell by them: the total may have changed for either reason.
fn of_total(difference: &Difference, setting: RateSetting) -> Option<String> {
    let total = &difference.total;
    let is_change = total
        .if_same_work
        .is_some_and(|verdict| verdict.is_change());
    let ratio = total.ratio.filter(|_| is_change)?;
    let (way, what) = if ratio.value > 1.0 {
        ("grew", "more")
    } else {
        ("shrank", "less")
    };
    let (work, each) = work_of(setting);
    let what_work = if what == "less" && work == "iterations" {
        "fewer"
    } else {
        what
    };
    Some(format!(
        "the total {way} by about {:.2}: it may be {what_work} {work} as well as {what} {each}",
        ratio.value
    ))
}

fn common_factor(factor: CommonFactor, setting: RateSetting) -> String {
    let CommonFactor {
        value,
        low,
        high,
        sites,
        of,
    } = factor;
    let (work, each) = work_of(setting);
    let (way, more, not) = match (value > 1.0, work) {
        (true, _) => ("grew", "more", "more"),
        (false, "iterations") => ("shrank", "fewer", "less"),
        (false, _) => ("shrank", "less", "less"),
    };
    format!(
        "{sites} of {of} sites {way} by about {value:.2} ({low:.2}..{high:.2}): probably {more} \
         {work}, not {not} {each}"
    )
}

/// What is known of a benchmark beside its numbers.
pub(super) fn of_benchmark(benchmark: &Benchmark, unit: &str) -> Vec<String> {
    let mut lines = sub_benchmarks::lines(benchmark, unit);
    if let Some(why) = benchmark.uncovered() {
        lines.push(format!("sites are not judged: {}", why.reason()));
    } else if benchmark.may_include_set_up() {
        lines.push("rows may include set-up".to_owned());
    }
    let set_up = benchmark.before.set_up() + benchmark.after.set_up();
    if set_up > 0 {
        let label = |bytes| heapwise_analysis::units::auto_label(bytes, "bytes");
        lines.push(format!(
            "set-up kept apart: {} before, {} after",
            label(benchmark.before.set_up()),
            label(benchmark.after.set_up())
        ));
    }
    lines
}

/// How many benchmarks there are, and what they come to.
pub(super) fn summary(differences: &[&Difference]) -> String {
    let count = |is: fn(&Difference) -> bool| differences.iter().filter(|d| is(d)).count();
    let less = count(|d| d.total.verdict.is_less());
    let changed = count(|d| d.total.verdict.is_change());
    let all = differences.len();
    format!(
        "{all} {}: {less} {} less, {} more, {} not beyond noise",
        agree(&all, "benchmark", "benchmarks"),
        agree(&less, "allocates", "allocate"),
        changed - less,
        all - changed
    )
}
