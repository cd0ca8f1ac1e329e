//! What memory in use does, in words.

use crate::formats::text::printable;
use heapwise_analysis::stats::{LevelLabel, LevelRate};
use heapwise_analysis::units::auto_label;
use heapwise_analysis::{LevelValues, LevelVerdict, SiteGrowth};
use heapwise_decode::{agree, counted};

use super::GrowthReport;
use crate::formats::site_text::noun;
use crate::views::left_out::LeftOut;

/// Bars of a chart at most: of one on a line of its own, and of one in a table that is to fit 80 columns.
const MOST_BARS: usize = 24;
const BARS_OF_TABLE: usize = 8;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Sizes and callers that are told.
const SIZES: usize = 3;
const CALLERS: usize = 4;

/// The word for a label.
pub(crate) fn label(label: LevelLabel) -> &'static str {
    match label {
        LevelLabel::Growing => "growing",
        LevelLabel::Rose => "rose",
        LevelLabel::Stepped => "stepped",
        LevelLabel::WarmingUp => "warming up",
        LevelLabel::Fluctuating => "fluctuating",
        LevelLabel::Fell => "fell",
        LevelLabel::Shrinking => "shrinking",
        LevelLabel::Stable => "stable",
        _ => "unknown",
    }
}

/// The word in JSON and CSV.
pub(super) fn label_name(label: LevelLabel) -> &'static str {
    match label {
        LevelLabel::WarmingUp => "warming_up",
        other => self::label(other),
    }
}

/// `growing`, or `growing?` where it is a guess.
pub(super) fn verdict(verdict: LevelVerdict) -> String {
    let mark = if verdict.is_tentative { "?" } else { "" };
    format!("{}{mark}", label(verdict.label))
}

/// A rate with its sign and unit.
fn signed(value: f64, unit: &str, per: &str) -> String {
    let size = value.abs();
    let sign = match value {
        _ if size < 0.05 => "",
        ..0.0 => "-",
        _ => "+",
    };
    let text = match unit {
        "bytes" => auto_label(size.round() as i128, unit),
        _ if size < 10.0 => format!("{size:.1}"),
        _ => format!("{size:.0}"),
    };
    format!("{sign}{text}{per}")
}

/// A rate with both ends of its interval.
pub(crate) fn rate_text(rate: LevelRate, unit: &str, per: &str) -> String {
    let text = |value: f64| signed(value, unit, per);
    let value = text(rate.value);
    match (rate.low, rate.high) {
        (Some(low), Some(high)) if low == high => value,
        (Some(low), Some(high)) => format!("{value} ({}..{})", text(low), text(high)),
        (Some(low), None) => format!("{value} ({} or more)", text(low)),
        (None, Some(high)) => format!("{value} ({} or less)", text(high)),
        (None, None) => format!("{value} (no limits are known)"),
    }
}

/// `60ms`, `20s`, `3m`, `2h05m`.
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match seconds {
        ..1.0 => format!("{:.0}ms", seconds * 1e3),
        ..120.0 => format!("{seconds:.0}s"),
        ..7200.0 => format!("{}m{:02}s", whole / 60, whole % 60),
        _ => format!("{}h{:02}m", whole / 3600, whole / 60 % 60),
    }
}

/// The chart of a row.
pub(super) fn small_chart(values: &LevelValues) -> String {
    chart(&values.to_vec(), BARS_OF_TABLE)
}

/// A small chart of levels from 0 to the highest; of a long series evenly spaced points.
fn chart(values: &[i128], most: usize) -> String {
    let highest = values.iter().copied().max().unwrap_or(0).max(1);
    let bars = values.len().min(most);
    let bar = |at: usize| {
        let last = values.len().saturating_sub(1);
        let place = (at * last).checked_div(bars.saturating_sub(1)).unwrap_or(0);
        let value = values.get(place).copied().unwrap_or(0).max(0);
        let level = value.saturating_mul(7).saturating_add(highest / 2) / highest;
        BARS.get(usize::try_from(level).unwrap_or(0))
            .copied()
            .unwrap_or('█')
    };
    (0..bars).map(bar).collect()
}

/// The last two elements of a path.
fn last_two(path: &str) -> &str {
    let mut slashes = path.rmatch_indices('/').map(|(at, _)| at + 1);
    let _ = slashes.next();
    slashes.next().and_then(|at| path.get(at..)).unwrap_or(path)
}

/// The same, and at which snapshot a step was.
pub(super) fn verdict_and_place(site: &SiteGrowth) -> String {
    let verdict = verdict(site.verdict);
    match site.verdict.label {
        LevelLabel::Stepped if site.trend.since > 0 => {
            format!("{verdict} at {}", site.trend.since + 1)
        }
        _ => verdict,
    }
}

impl GrowthReport {
    /// The unit of what is in use.
    pub(super) fn unit(&self) -> &str {
        &self.answer.sample_type.unit
    }

    /// What rates are for.
    pub(super) fn per(&self) -> &'static str {
        match self.answer.has_times() {
            true => "/h",
            false => " a snapshot",
        }
    }

    pub(super) fn level(&self, value: i128) -> String {
        auto_label(value, self.unit())
    }

    pub(super) fn rate(&self, rate: LevelRate) -> String {
        rate_text(rate, self.unit(), self.per())
    }

    /// Only the value of a rate.
    pub(super) fn rate_value(&self, rate: LevelRate) -> String {
        signed(rate.value, self.unit(), self.per())
    }

    /// The longer arm of the interval of a rate.
    pub(super) fn rate_error(&self, rate: LevelRate) -> String {
        match (rate.low, rate.high) {
            (Some(low), Some(high)) => {
                let arm = (rate.value - low).max(high - rate.value);
                let text = signed(arm, self.unit(), "");
                format!("±{}", text.trim_start_matches('+'))
            }
            (Some(low), None) => format!(">{}", signed(low, self.unit(), "")),
            _ => "±?".to_owned(),
        }
    }

    /// The answer in a sentence or two.
    pub(super) fn headline(&self) -> Vec<String> {
        let answer = &self.answer;
        let total = &answer.total;
        let first = total.values.first();
        let span = answer.seconds().filter(|_| answer.has_times());
        let span = span.map_or(String::new(), |seconds| {
            format!(" in {}", duration(seconds))
        });
        let mut lines = vec![format!(
            "{}: {} -> {} over {}{span}: {}, {}",
            answer.sample_type.type_,
            self.level(first),
            self.level(total.last()),
            counted(answer.points.len(), "snapshot"),
            verdict(total.verdict),
            self.rate(total.trend.rate)
        )];
        lines.extend(self.left_out.iter().map(LeftOut::line));
        lines.extend(self.of_processes());
        lines.push(match self.is_mixed {
            true => "unclear: snapshots of several instances that were taken in turn are no series"
                .to_owned(),
            false => self.count_of_growing(),
        });
        lines
    }

    /// The answer in one line, for a log: what is said first, and what grows.
    pub fn brief(&self) -> String {
        let mut line = self.headline().join("; ");
        let (growing, _) = self.changing();
        let name = |site: &SiteGrowth| {
            let name = site.site.as_ref().map(|site| site.pprof_name());
            let name = name.unwrap_or_else(|| "total".into());
            format!("{name} {}", self.rate(site.trend.rate))
        };
        let names: Vec<String> = growing.iter().take(3).map(|site| name(site)).collect();
        if !names.is_empty() {
            line = format!("{line}: {}", names.join(", "));
        }
        printable(&line).into_owned()
    }

    pub(super) fn noun(&self, count: usize) -> String {
        noun(self.answer.granularity, count)
    }

    fn count_of_growing(&self) -> String {
        let sites = &self.answer.sites;
        let sure = sites.iter().filter(|site| site.is_growing()).count();
        let maybe = sites.iter().filter(|site| site.may_grow()).count() - sure;
        let and_maybe = match maybe {
            0 => String::new(),
            maybe => format!("; {maybe} may"),
        };
        match sure {
            0 if maybe == 0 => format!("no {} is seen to grow", self.noun(1)),
            0 => format!("no {} surely grows{and_maybe}", self.noun(1)),
            sure => {
                let verb = agree(&sure, "grows", "grow");
                format!("{sure} {} {verb}{and_maybe}", self.noun(sure))
            }
        }
    }

    /// Which processes there are, and which of them this is about.
    fn of_processes(&self) -> Option<String> {
        let all = &self.answer.processes;
        if all.len() < 2 {
            return None;
        }
        let path = |at: Option<&usize>| {
            let input = at.and_then(|&at| self.inputs.get(at));
            input.map_or("", |input| last_two(&input.path))
        };
        let each = all.iter().enumerate().map(|(at, process)| {
            let (first, last) = (process.inputs.first(), process.inputs.last());
            let names = match first == last {
                true => path(first).to_owned(),
                false => format!("{} to {}", path(first), path(last)),
            };
            let mark = if at == self.answer.chosen {
                ", told here"
            } else {
                ""
            };
            format!(
                "{names} ({}{mark})",
                counted(process.inputs.len(), "snapshot")
            )
        });
        let each: Vec<String> = each.collect();
        let are = match self.answer.beside() {
            0 => ", or of one that was started anew",
            _ => " that ran side by side (give each its own series)",
        };
        Some(format!(
            "snapshots of {}{are}: {}",
            counted(all.len(), "process"),
            each.join(", ")
        ))
    }

    /// What is known of a site that grows, by name.
    pub(super) fn details(&self, site: &SiteGrowth) -> Vec<(&'static str, String)> {
        let mut lines = vec![(
            "in use",
            format!(
                "{} -> {} {}",
                self.level(site.values.first()),
                self.level(site.last()),
                chart(&site.values.to_vec(), MOST_BARS)
            ),
        )];
        lines.push(("since", self.since(site)));
        if let Some(sizes) = self.sizes(site) {
            lines.push(("blocks", sizes));
        }
        // Every goroutine begins there.
        let callers = site.callers.iter().map(String::as_str);
        let callers: Vec<&str> = callers.filter(|name| *name != "runtime.goexit").collect();
        if !callers.is_empty() {
            let more = if callers.len() > CALLERS {
                " < ..."
            } else {
                ""
            };
            let nearest: Vec<&str> = callers.iter().take(CALLERS).copied().collect();
            lines.push(("called by", format!("{}{more}", nearest.join(" < "))));
        }
        lines
    }

    /// From which snapshot on it does what it does.
    fn since(&self, site: &SiteGrowth) -> String {
        let points = &self.answer.points;
        let nanos = |at: usize| points.get(at).and_then(|point| point.nanos);
        let since = site.trend.since;
        let after = nanos(0)
            .zip(nanos(since))
            .filter(|_| self.answer.has_times());
        let after = after.map(|(first, then)| then.saturating_sub(first) as f64 / 1e9);
        match (since, after) {
            (0, _) => "the first snapshot, or before".to_owned(),
            (since, Some(seconds)) => format!(
                "snapshot {} of {}, {} after the first",
                since + 1,
                points.len(),
                duration(seconds)
            ),
            (since, None) => format!("snapshot {} of {}", since + 1, points.len()),
        }
    }

    fn sizes(&self, site: &SiteGrowth) -> Option<String> {
        let label = |size: u64| auto_label(i128::from(size), "bytes");
        let parts: Vec<String> = match site.sizes.as_slice() {
            [] => return None,
            [single] => vec![label(single.size)],
            several => {
                let first = several.iter().take(SIZES);
                first
                    .map(|one| format!("{} ({:.0}%)", label(one.size), 100.0 * one.part))
                    .collect()
            }
        };
        let more = site.sizes.len().saturating_sub(SIZES);
        let more = match more {
            0 => String::new(),
            more => format!(" and {more} more sizes"),
        };
        Some(format!("of {}{more}", parts.join(", ")))
    }
}
