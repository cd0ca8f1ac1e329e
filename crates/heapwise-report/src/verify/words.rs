//! Decisions about claims in words.

use std::num::NonZeroU32;

use heapwise_analysis::stats::{OpenRise, TrendLabel};
use heapwise_analysis::{
    Advice, Allowance, CountedBy, Covers, Estimate, Finding, GrowthCounts, Measured, Observed,
    Outcome, Reason, Unseen,
};
use heapwise_decode::counted;

use crate::formats::error_text;
use crate::goroutines;
use crate::growth;
use crate::hints::Hints;
use crate::verify::advice_text::{RateSetting, ways};
use crate::verify::{collector, trimmed};
use heapwise_analysis::units::auto_label;

/// The words for one claim.
pub(crate) struct Words<'a>(pub(crate) &'a Outcome, pub(crate) Hints);

impl Words<'_> {
    /// Whether it was decided on one site or the total.
    pub(crate) fn is_single(&self) -> bool {
        !matches!(self.0.reason, Reason::Sites { .. } | Reason::Growth(_))
    }

    /// What the claim was decided on.
    pub(crate) fn observed(&self) -> String {
        match self.0.findings.first() {
            Some(finding) if self.is_single() => self.observed_of(finding),
            _ => String::new(),
        }
    }

    /// Why it was decided so.
    pub(crate) fn reason(&self) -> String {
        self.reason_of(&self.0.reason)
    }

    /// What a site showed.
    pub(crate) fn observed_of(&self, finding: &Finding) -> String {
        if let Reason::Collector {
            measured: Some(measured),
            ..
        } = &finding.reason
        {
            return collector::observed(measured, &self.0.unit);
        }
        if let Reason::Counted { measured, .. } = &finding.reason {
            return self.counted(measured);
        }
        let Some(observed) = &finding.observed else {
            return String::new();
        };
        if let Some(exact) = observed.per_operation {
            return format!("{}/op", self.amount(exact));
        }
        match (&observed.before, observed.operations) {
            (Some(before), _) => format!(
                "{} -> {}{}",
                self.label(before.value),
                self.label(observed.after.value),
                change(observed)
            ),
            (None, Some(operations)) => self.level(observed.after, &|value| {
                format!("{}/op", self.amount(value as f64 / operations))
            }),
            (None, None) => self.level(observed.after, &|value| self.label(value)),
        }
    }

    /// What `go test` counted for each operation.
    fn counted(&self, measured: &Measured) -> String {
        let label = |value: f64| format!("{}/op", self.amount(value));
        match measured.before {
            None => label(measured.value),
            Some(before) => format!(
                "{} -> {}{}",
                label(before),
                label(measured.value),
                collector::change(measured)
            ),
        }
    }

    /// A value with the ends of its interval.
    fn level(&self, estimate: Estimate, label: &dyn Fn(i128) -> String) -> String {
        let value = label(estimate.value);
        match (estimate.low, estimate.high) {
            _ if estimate.is_exact() => value,
            (Some(low), Some(high)) => format!("{value} ({}..{})", label(low), label(high)),
            (Some(low), None) => format!("{value} ({} or more)", label(low)),
            _ => value,
        }
    }

    fn label(&self, value: i128) -> String {
        auto_label(value, &self.0.unit)
    }

    /// A value that is not a whole number.
    fn amount(&self, value: f64) -> String {
        if value.abs() < 1000.0 {
            let unit = if self.0.unit == "bytes" && value != 0.0 {
                "B"
            } else {
                ""
            };
            format!("{}{unit}", trimmed((value * 100.0).round() / 100.0))
        } else {
            self.label(value.round() as i128)
        }
    }

    /// What is in use is measured in servers, what was allocated mostly in benchmarks.
    fn too_few(&self, advice: Advice, look: Option<NonZeroU32>) -> String {
        let setting = match advice.longer {
            Some(_) => RateSetting::GoTest,
            None => RateSetting::Environment,
        };
        let ways = ways(advice, setting).map(|ways| match self.1.samples {
            "" => ways,
            samples => samples.to_owned(),
        });
        match ways {
            None => HIDDEN_BY_NOISE.to_owned(),
            Some(ways) => format!("too few samples: {ways}; {}", self.ask_again(look)),
        }
    }

    /// What is asked again until it passes has as many chances to.
    fn ask_again(&self, look: Option<NonZeroU32>) -> String {
        let name = self.1.look;
        match look {
            None => format!("to ask again until it is decided, count from {name} 1"),
            Some(look) => format!("that is {name} {} then", look.saturating_add(1)),
        }
    }

    /// A reason in words.
    pub(crate) fn reason_of(&self, reason: &Reason) -> String {
        match reason {
            Reason::Exact => "exact".to_owned(),
            Reason::Test { p } => format!("p = {}", p_value(*p)),
            Reason::Counted { by, .. } => match by {
                CountedBy::Number => "exact".to_owned(),
                CountedBy::Test { p } => format!("p = {}", p_value(*p)),
                _ => HIDDEN_BY_NOISE.to_owned(),
            },
            Reason::Limit => "by the end of the interval".to_owned(),
            Reason::TooFewSamples { advice, look } => self.too_few(*advice, *look),
            Reason::NoUpperLimit => {
                "no upper limit, it may be more: objects too small to have been sampled may be many"
                    .to_owned()
            }
            Reason::NotFound { near } if near.is_empty() => {
                format!("site not found{OR_OPTIONAL}")
            }
            Reason::NotFound { near } => {
                format!("site not found; there is {}{OR_OPTIONAL}", near.join(", "))
            }
            Reason::Absent => "optional: not in the profiles".to_owned(),
            Reason::NoSuchType { types } => {
                format!("no such sample type; there is {}", types.join(", "))
            }
            Reason::OtherUnit { unit } => {
                format!("the bound is in another unit than the profile, which has {unit}")
            }
            Reason::AsRecorded => "as recorded: such profiles tell no sampling error".to_owned(),
            Reason::Gone { unseen: Some(most) } => format!(
                "gone: no sample is left; up to {} would have gone unseen",
                self.label(*most)
            ),
            Reason::Gone { unseen: None } => {
                "gone: no sample is left; any number too small to be sampled would have gone unseen"
                    .to_owned()
            }
            Reason::NotJudged(why) => why.clone(),
            Reason::NoBefore => "a change needs an older side to compare with".to_owned(),
            Reason::NoOperations => {
                format!(
                    "the number of operations is not known: {}",
                    self.1.operations
                )
            }
            Reason::Trend {
                counts,
                label,
                tentative,
                open,
            } => trend(counts, *label, (*tentative, *open)),
            Reason::Level {
                verdict,
                rate,
                snapshots,
                has_times,
                open,
            } => {
                let mark = if verdict.is_tentative { "?" } else { "" };
                let per = if *has_times { "/h" } else { " a snapshot" };
                let open = open.iter().map(|why| format!("; {why}"));
                format!(
                    "{}{mark} over {}, {}{}",
                    growth::label(verdict.label),
                    counted(*snapshots, "snapshot"),
                    growth::rate_text(*rate, &self.0.unit, per),
                    open.collect::<String>()
                )
            }
            Reason::Lasting {
                lasting,
                counts,
                label,
            } => format!(
                "{}; {} by counts",
                goroutines::piling_up(*lasting),
                trend(counts, *label, (false, None))
            ),
            Reason::Leaked { phantoms, allowed } => leaked(*phantoms, allowed),
            Reason::Covers(covers, why) => format!("{}; {}", self.reason_of(why), covered(*covers)),
            Reason::Collector {
                p: Some(p), why, ..
            } => format!("p = {}, {why}", p_value(*p)),
            Reason::Collector { why, .. } | Reason::Explained(why) => why.clone(),
            Reason::Suppressed { until, reason } => format!("suppressed until {until}: {reason}"),
            Reason::Expired { on, reason } => format!("suppression expired on {on}: {reason}"),
            Reason::Sites {
                pass,
                fail,
                inconclusive,
                suppressed,
            } => counts(&[
                (*pass, "hold"),
                (*fail, "do not"),
                (*inconclusive, "could not be decided"),
                (*suppressed, "suppressed"),
            ]),
            Reason::Growth(growth) => growth_words(growth, self.1),
            _ => String::new(),
        }
    }
}

/// What a finding is about: a site that is called `total` is told from the total.
pub(crate) fn name_of(finding: &Finding) -> String {
    match finding.site {
        Some(_) if finding.name == "total" => "site total".to_owned(),
        _ => finding.name.clone(),
    }
}

fn leaked(phantoms: i64, allowed: &[(i64, Allowance)]) -> String {
    let mut parts = vec!["exact".to_owned()];
    for (count, allowance) in allowed {
        let Allowance { until, reason, .. } = allowance;
        parts.push(format!("{count} more suppressed until {until}: {reason}"));
    }
    if phantoms > 0 {
        parts.push(format!("{phantoms} listed that is no leak"));
    }
    parts.join("; ")
}

/// Which of the two ways to belong to a function goroutines do.
fn covered(covers: Covers) -> String {
    match (covers.is_ever_on_stack, covers.has_ever_created) {
        (true, true) => format!(
            "{} with it on the stack, {} created by it",
            covers.on_stack, covers.created
        ),
        (false, true) => "created by it".to_owned(),
        _ => "with it on the stack".to_owned(),
    }
}

/// Why a claim is open that no samples more would decide.
const HIDDEN_BY_NOISE: &str =
    "noise and variation between runs hide on which side of the bound it is";

/// What may be done about a site that does not exist, beside mending its name.
const OR_OPTIONAL: &str = " (a claim that may miss its site ends with the word optional)";

fn growth_words(growth: &GrowthCounts, hints: Hints) -> String {
    let sites = counted(growth.judged, "site");
    let found = match growth.grew {
        0 => format!("{}; {sites} judged", unseen_words(growth.unseen)),
        grew => format!("{grew} grew, {sites} judged"),
    };
    let may_have_moved = format!("that may have moved ({})", hints.moved);
    let rest = counts(&[
        (growth.undecidable, "with too few samples"),
        (growth.doubtful, "that may be set-up or share small blocks"),
        (growth.suppressed, "suppressed"),
        (growth.moved, "let off: they may have moved"),
        (growth.may_have_moved, &may_have_moved),
    ]);
    match rest.is_empty() {
        true => found,
        false => format!("{found}; {rest}"),
    }
}

/// What a claim about growth could have seen where it saw none.
fn unseen_words(unseen: Unseen) -> String {
    match unseen {
        Unseen::Nothing => "no growth: the numbers are exact".to_owned(),
        Unseen::UpTo(part) if part <= 0.0 => "no growth seen; the total fell".to_owned(),
        Unseen::UpTo(part) => format!(
            "no growth seen; up to {} at the total would have gone unseen",
            percent(part)
        ),
        Unseen::Anything => {
            "no growth seen; any growth of the total would have gone unseen".to_owned()
        }
    }
}

/// A part in percent, rounded up: what is unseen is not made less.
fn percent(part: f64) -> String {
    let percent = part * 100.0;
    let digits = if percent < 10.0 { 10.0 } else { 1.0 };
    format!("{}%", trimmed((percent * digits).ceil() / digits))
}

fn trend(counts: &[i64], label: TrendLabel, (tentative, open): (bool, Option<OpenRise>)) -> String {
    let word = goroutines::label(label);
    let dumps = counted(counts.len(), "dump");
    match (tentative, open) {
        (_, Some(open)) => format!("{word} over {dumps}, but {}", goroutines::open_rise(open)),
        (false, None) => format!("{word} over {dumps}"),
        (true, None) => format!("{word} over {dumps}, which is a guess: five or more tell"),
    }
}

fn change(observed: &Observed) -> String {
    match observed.ratio {
        None if observed.after.value == 0 => String::new(),
        // Exact counts need no ratio beside them.
        None if observed.before.is_some_and(|before| before.value != 0) => String::new(),
        None => ", new".to_owned(),
        Some(ratio) => format!(", {}", error_text::ratio(ratio)),
    }
}

/// Two digits; below a millionth only that.
pub(crate) fn p_value(p: f64) -> String {
    if p < 1e-6 {
        "0.000001 or less".to_owned()
    } else {
        let digits = (1.0 - p.log10().floor()).clamp(2.0, 7.0) as usize;
        format!("{p:.digits$}")
    }
}

fn counts(parts: &[(usize, &str)]) -> String {
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    parts.join(", ")
}
