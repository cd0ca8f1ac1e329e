//! Goroutines in words.

use super::is_alarming;
use crate::formats::text::printable;
use heapwise_analysis::stats::{OpenRise, TrendLabel};
use heapwise_analysis::{
    Contradiction, GoroutineGroup, GroupBy, GroupTrend, Lasting, LeakVerdict, Order, Role, Site,
    Sureness, state_in_words,
};
use heapwise_decode::{agree, counted, plural};

use super::{GoroutinesReport, StackSize};
use crate::formats::site_text::shorten;
use heapwise_analysis::units::auto_label;

/// The classifier's word.
pub(crate) fn label(label: TrendLabel) -> &'static str {
    match label {
        TrendLabel::Growing => "growing",
        TrendLabel::Stepped => "stepped",
        TrendLabel::Stable => "stable",
        TrendLabel::Fluctuating => "fluctuating",
        TrendLabel::Shrinking => "shrinking",
        TrendLabel::Rose => "rose",
        TrendLabel::Fell => "fell",
        _ => "unknown",
    }
}

/// What a rise that is open looks like, and what tells more.
pub(crate) fn open_rise(open: OpenRise) -> String {
    match open {
        OpenRise::AtTheEnd(1) => {
            "higher in the last dump than ever before: more dumps tell a leak that begins from a burst"
                .to_owned()
        }
        OpenRise::AtTheEnd(dumps) => format!(
            "higher in the last {dumps} dumps than ever before: more dumps tell a leak that begins from a step"
        ),
        _ => "rising more regularly than chance makes counts rise, by little: more dumps tell"
            .to_owned(),
    }
}

/// `growing`, or `growing?` where it is a guess.
pub(super) fn trend(trend: GroupTrend) -> String {
    let mark = if trend.tentative { "?" } else { "" };
    format!("{}{mark}", label(trend.label))
}

/// `+1200/h`; empty without times.
pub(super) fn per_hour(trend: GroupTrend) -> String {
    match trend.per_hour {
        None => String::new(),
        Some(rate) if rate.abs() < 0.05 => "0/h".to_owned(),
        Some(rate) if rate.abs() < 10.0 => format!("{rate:+.1}/h"),
        Some(rate) => format!("{rate:+.0}/h"),
    }
}

/// From this many dumps on a trend is no guess by their number alone.
const FULL_SERIES: usize = 5;
/// A part of all goroutines that matters is more than one of so many.
const LARGEST_PARTS: i64 = 20;

/// Bars of a chart at most.
const MOST_BARS: usize = 24;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A small chart of a series from 0 to its highest; of a long one evenly spaced points.
pub(super) fn chart(counts: &[i64]) -> String {
    let highest = counts.iter().copied().max().unwrap_or(0).max(1);
    let bars = counts.len().min(MOST_BARS);
    let bar = |at: usize| {
        let last = counts.len().saturating_sub(1);
        let place = (at * last).checked_div(bars.saturating_sub(1)).unwrap_or(0);
        let count = counts.get(place).copied().unwrap_or(0).max(0);
        let level = (i128::from(count) * 7 + i128::from(highest) / 2) / i128::from(highest);
        BARS.get(level as usize).copied().unwrap_or('█')
    };
    (0..bars).map(bar).collect()
}

/// What a state waits for.
pub(super) fn state(state: &str) -> String {
    match state_in_words(state) {
        Some(words) => words.to_owned(),
        None => state.to_owned(),
    }
}

/// `11m`, or `2-11m`.
pub(super) fn wait(group: &GoroutineGroup) -> String {
    match group.wait_minutes {
        None => String::new(),
        Some((least, most)) if least == most => format!("{most}m"),
        Some((0, most)) => format!("<{most}m"),
        Some((least, most)) => format!("{least}-{most}m"),
    }
}

/// A function with the last part of its file and the line.
pub(super) fn short_place(site: &Site) -> String {
    let function = site.function.as_deref().unwrap_or("<unknown>");
    match (&site.file, site.line) {
        (Some(file), Some(line)) => {
            let base = file.rsplit('/').next().unwrap_or(file);
            format!("{function} {base}:{line}")
        }
        _ => function.to_owned(),
    }
}

/// A function with its file and line, the file shortened first when it does not fit.
pub(super) fn long_place(site: &Site, width: Option<usize>) -> String {
    let full = site.pprof_name();
    match width {
        Some(width) => shorten(&full, width).into_owned(),
        None => full,
    }
}

/// `60ms`, `20s`, `3m`, `2h05m`.
pub(super) fn duration(nanos: i64) -> String {
    let seconds = nanos / 1_000_000_000;
    match seconds {
        ..1 => format!("{}ms", nanos / 1_000_000),
        1..120 => format!("{seconds}s"),
        120..7200 => format!("{}m", seconds / 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

pub(super) fn goroutines(count: i64) -> String {
    counted(count, "goroutine")
}

/// What the numbers of goroutines show, whatever the counts do.
pub(crate) fn piling_up(lasting: Lasting) -> String {
    let still = format!(
        "{} born in {} earlier dumps {} still there",
        goroutines(lasting.still),
        lasting.dumps,
        agree(&lasting.still, "is", "are")
    );
    match lasting.sureness {
        Sureness::Sure => still,
        _ => format!("{still}, too few to tell a leak from chance: take more dumps"),
    }
}

/// Whether they grow in number and none of them stays.
pub(super) fn is_more_at_once(group: &GoroutineGroup) -> bool {
    let label = group.trend.map(|trend| trend.label);
    let rises = matches!(label, Some(TrendLabel::Growing | TrendLabel::Rose));
    rises && group.verdict.is_none() && group.turned_over.is_some()
}

/// How that is told: what grew old beside what ended.
pub(super) fn grown_old(lasting: Lasting) -> String {
    let dumps = plural(&lasting.age, "dump");
    format!(
        "{} reached the age of {} {dumps}, and {} beyond it ended",
        lasting.aged, lasting.age, lasting.ended
    )
}

/// `new`, `known`, or how many of each; empty for less than two leak profiles.
pub(super) fn newness(group: &GoroutineGroup) -> String {
    match &group.leaked_over_time {
        Some(leaked) if group.leaked > 0 => match (leaked.new, leaked.known) {
            (0, 0) => String::new(),
            (_, 0) => "new".to_owned(),
            (0, _) => "known".to_owned(),
            (new, known) => format!("{new} new, {known} known"),
        },
        _ => String::new(),
    }
}

impl GoroutinesReport {
    /// The answer in a sentence or two, the most important first.
    pub(super) fn headline(&self) -> Vec<String> {
        let answer = &self.answer;
        let mut lines = vec![self.first_line()];
        lines.extend(self.of_others());
        lines.extend(self.without_creators());
        lines.extend(self.doubts());
        let leaked = answer.leaked();
        if leaked > 0 {
            lines.push(format!(
                "{leaked} leaked for certain, {} of stacks{}",
                self.held(leaked),
                self.new_and_allowed()
            ));
        } else if answer.has_proof && !self.is_series() {
            lines.push("no goroutine is leaked for certain".to_owned());
        }
        let count = |wanted: LeakVerdict| {
            let groups = answer.groups.iter();
            let wanted = groups.filter(|g| g.verdict == Some(wanted) && g.allowed.is_none());
            wanted.count()
        };
        let growing = count(LeakVerdict::Growing);
        if growing > 0 {
            let doubt = match self.is_order_in_doubt() {
                true => ", if the dumps are in this order",
                false => "",
            };
            lines.push(format!(
                "{} {} growing{doubt}",
                counted(growing, "group"),
                agree(&growing, "is", "are")
            ));
        }
        if self.is_series() && leaked == 0 && growing == 0 {
            lines.push(self.nothing_found());
        }
        lines
    }

    /// The answer in one line, for a log: what is said first, and what is leaked or growing.
    pub fn brief(&self) -> String {
        let mut line = self.headline().join("; ");
        let alarming = self.answer.groups.iter().filter(|group| is_alarming(group));
        let titles: Vec<String> = alarming.take(3).map(|group| self.title(group)).collect();
        if !titles.is_empty() {
            line = format!("{line}: {}", titles.join(", "));
        }
        printable(&line).into_owned()
    }

    /// Of the leaked, what is not as alarming, or more so.
    fn new_and_allowed(&self) -> String {
        let mut parts = Vec::new();
        if let Some(new) = self.answer.newly_leaked() {
            parts.push(format!("{new} new since the first leak profile"));
        }
        let allowed = self.answer.leaked_and_allowed();
        if allowed > 0 {
            parts.push(format!("{allowed} let off"));
        }
        parts.iter().map(|part| format!("; {part}")).collect()
    }

    /// What is listed as leaked and is none, and what is let off or only suspected.
    fn asides(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let phantoms = self.answer.phantoms;
        if phantoms.without_stack > 0 {
            let records = if phantoms.without_stack == 1 {
                "1 record has no stack and is".to_owned()
            } else {
                format!("{} records have no stack and are", phantoms.without_stack)
            };
            lines.push(format!(
                "{records} not counted as leaked: Go 1.27 writes one where main waits in select {{}}"
            ));
        }
        if phantoms.main > 0 {
            lines.push("main in select {} is listed, but not counted as leaked".to_owned());
        }
        let groups = self.answer.groups.iter();
        for (group, allowed) in groups.filter_map(|g| Some((g, g.allowed.as_ref()?))) {
            if group.verdict == Some(LeakVerdict::Growing)
                || !group.causes.is_empty()
                || group.leaked > 0
            {
                lines.push(format!(
                    "let off until {}: {} {}: {}",
                    allowed.until,
                    goroutines(group.count.max(group.leaked)),
                    self.where_it_is(group),
                    allowed.reason
                ));
            }
        }
        for group in self.shown().iter().filter(|group| is_more_at_once(group)) {
            let seen = group.turned_over.unwrap_or(0);
            lines.push(format!(
                "{}: turned over: none of the {} of earlier dumps is still there in a later one",
                self.where_it_is(group),
                goroutines(seen)
            ));
        }
        for group in self.shown() {
            let lasting = group.lasting.filter(|l| l.sureness == Sureness::Suspected);
            if let Some(lasting) = lasting.filter(|_| group.verdict.is_none()) {
                lines.push(format!(
                    "{}: {}",
                    self.where_it_is(group),
                    piling_up(lasting)
                ));
            }
        }
        lines
    }

    fn where_it_is(&self, group: &GoroutineGroup) -> String {
        match (&group.name, self.telling(group)) {
            (Some(_), _) => self.place_name(group),
            (None, Some(site)) => format!("at {}", short_place(site)),
            (None, None) => "without frames".to_owned(),
        }
    }

    /// That dumps of other processes are left out.
    fn of_others(&self) -> Option<String> {
        let answer = &self.answer;
        let name = answer.process.as_ref();
        let name = name.map_or_else(String::new, |name| format!(" ({name})"));
        // Dumps of others that are among these are no part of the series.
        let is_last = answer.roles.contains(&Role::OtherProcess);
        (answer.processes > 1).then(|| match is_last {
            true => format!(
                "this is the last one{name} of {} processes, which are no series: no claim holds by it alone",
                answer.processes
            ),
            false => format!(
                "this is one{name} of {} processes, which are a series each",
                answer.processes
            ),
        })
    }

    /// That creators were asked for, and the form of the dumps has none.
    fn without_creators(&self) -> Option<String> {
        let answer = &self.answer;
        let groups = answer.groups.iter();
        let is_named =
            |group: &GoroutineGroup| group.name.as_ref().is_some_and(|name| !name.is_empty());
        let are_all_unnamed = !answer.groups.is_empty() && !groups.clone().any(is_named);
        let is_any_more_than_main = answer.total() > 1;
        (answer.group_by == GroupBy::Creator && are_all_unnamed && is_any_more_than_main).then(|| {
            "what created goroutines is not told: profiles with debug=0 and debug=1 do not have it, dumps with debug=2 do"
                .to_owned()
        })
    }

    /// Why the numbers may be other ones; they are said wherever the numbers are.
    pub(super) fn doubts(&self) -> impl Iterator<Item = String> {
        let is_cut = self.answer.unread().is_cut;
        let cut =
            "there were more goroutines: this is a part of the dump, or one goroutine of many";
        let cut = is_cut.then(|| cut.to_owned());
        let order = self.order_in_doubt().map(str::to_owned);
        let all = [cut, order, self.not_understood()];
        all.into_iter().flatten()
    }

    /// Whether what is said of the series holds in this order alone.
    pub(super) fn is_order_in_doubt(&self) -> bool {
        self.answer
            .contradiction
            .is_some_and(Contradiction::is_of_order)
    }

    fn order_in_doubt(&self) -> Option<&'static str> {
        match self.answer.contradiction? {
            Contradiction::NumbersAgainstGiven => Some(
                "the order of the dumps is in doubt: names, or the order given, tell another one than the numbers of goroutines",
            ),
            Contradiction::RestartOrOrder => Some(
                "the order of the dumps is in doubt, or the process was started anew: the numbers of goroutines go down",
            ),
            _ => None,
        }
    }

    /// What of the last dump could not be read; nothing else rests on it.
    fn not_understood(&self) -> Option<String> {
        let unread = self.answer.unread();
        let mut parts = Vec::new();
        if unread.without_frames > 0 {
            parts.push(format!(
                "{} without a frame that could be read",
                goroutines(unread.without_frames)
            ));
        }
        if unread.partly > 0 {
            parts.push(format!("{} read in part", goroutines(unread.partly)));
        }
        if unread.lines > 0 {
            let lines = counted(unread.lines, "line");
            parts.push(format!("{lines} within stacks not understood"));
        }
        let doubt = match unread.damaged() {
            0 => "",
            _ => ": claims on goroutines stay undecided",
        };
        (!parts.is_empty()).then(|| format!("not understood: {}{doubt}", parts.join(", ")))
    }

    /// Groups that may have begun to grow, as far as they are a part of all goroutines that matters: of many groups some
    /// rise by chance.
    fn open_rises(&self) -> impl Iterator<Item = &GoroutineGroup> {
        let total = self.answer.total();
        let groups = self.answer.groups.iter();
        groups.filter(move |group| {
            let is_open = group.trend.is_some_and(|trend| trend.open.is_some());
            is_open && group.count.saturating_mul(LARGEST_PARTS) >= total && !is_more_at_once(group)
        })
    }

    fn nothing_found(&self) -> String {
        if self.answer.trend.is_none() {
            return "whether a group is growing is not judged".to_owned();
        }
        let rose = self.answer.groups.iter().filter(|group| {
            let label = group.trend.map(|trend| trend.label);
            label == Some(TrendLabel::Rose) && !is_more_at_once(group)
        });
        let groups = self.answer.groups.iter();
        let more = groups.filter(|group| is_more_at_once(group)).count();
        match rose.count() {
            0 if more > 0 => format!(
                "no group is leaked; {} {} with none staying: more at once, not a leak",
                counted(more, "group"),
                agree(&more, "grows", "grow")
            ),
            0 => match self.open_rises().count() {
                0 => "no group is leaked or growing".to_owned(),
                open => format!(
                    "no group is leaked or surely growing; {} may: more dumps tell",
                    counted(open, "group")
                ),
            },
            rose => format!(
                "{} rose: more dumps tell a leak from a step",
                counted(rose, "group")
            ),
        }
    }

    fn first_line(&self) -> String {
        let answer = &self.answer;
        let total = goroutines(answer.total());
        let groups = answer.groups.iter().filter(|group| group.count != 0);
        let groups = groups.count();
        let groups = counted(groups, "group");
        let Some(first) = answer.series.first().filter(|_| self.is_series()) else {
            return format!("{total} in {groups} by {}", answer.group_by);
        };
        let totals: Vec<i64> = answer.series.iter().map(|point| point.total).collect();
        let mut line = format!(
            "{} -> {total} over {}",
            first.total,
            counted(totals.len(), "dump")
        );
        let last = answer.series.last();
        if let (Order::Time, Some(from), Some(to)) = (
            answer.order,
            first.time_nanos,
            last.and_then(|point| point.time_nanos),
        ) {
            line.push_str(&format!(" in {}", duration(to.saturating_sub(from))));
        }
        if let Some(of_all) = answer.trend {
            line.push_str(&format!(": {}", trend(of_all)));
            let rate = per_hour(of_all);
            if !rate.is_empty() {
                line.push_str(&format!(" {rate}"));
            }
        }
        line.push_str(&format!("  {}", chart(&totals)));
        line
    }

    /// `holding at least 380kB`.
    pub(super) fn held(&self, goroutines: i64) -> String {
        let bytes = auto_label(self.holds(goroutines).into(), "bytes");
        match self.stack {
            StackSize::Floor => format!("holding at least {bytes}"),
            StackSize::Measured(_) => format!("holding about {bytes}"),
        }
    }

    /// What the reader has to know to read the rest.
    pub(super) fn footer(&self) -> Vec<String> {
        let answer = &self.answer;
        let mut lines = Vec::new();
        let (groups, count) = self.omitted();
        if groups > 0 {
            let noun = plural(&groups, "group");
            lines.push(format!("{groups} more {noun} with {}", goroutines(count)));
        }
        lines.extend(self.asides());
        if let Some(survivors) = answer.survivors {
            lines.push(format!(
                "{} of the first dump's {} {} still in the last",
                survivors.still,
                goroutines(i64::try_from(survivors.first).unwrap_or(i64::MAX)),
                agree(&survivors.still, "is", "are")
            ));
        }
        if self.is_series() && answer.order == Order::Given {
            lines.push(
                "the dumps do not all say when they were taken: in the order given, in a directory of \
                 their names, without rates"
                    .to_owned(),
            );
        }
        if self.is_series() && answer.order == Order::Numbers {
            lines.push(
                "the dumps do not say when they were taken: in the order of their goroutines' \
                 numbers, which only go up, without rates"
                    .to_owned(),
            );
        }
        let is_tentative = answer.trend.is_some_and(|trend| trend.tentative);
        if is_tentative && answer.series.len() < FULL_SERIES {
            lines.push(
                "? fewer than five dumps cannot tell a leak from a step: take more".to_owned(),
            );
        } else if self.open_rises().next().is_some() {
            lines.push(
                "? a rise that came with the last dumps, or that is hardly more than chance, may be the beginning of a leak: take more"
                    .to_owned(),
            );
        }
        if answer.has_proof {
            lines.push(
                "not among the leaked is not healthy: what globals, timers or open connections \
                 can reach is never found leaked (tickers, HTTP without timeout, locks)"
                    .to_owned(),
            );
        }
        if answer.leaked() > 0 {
            lines.push(match self.stack {
                StackSize::Floor => "stacks: 2 KiB a goroutine, the least there is; a heap \
                     profile with debug=1 among the dumps tells what they really take"
                    .to_owned(),
                StackSize::Measured(bytes) => format!(
                    "stacks: {} a goroutine, by the memory statistics among the dumps",
                    auto_label(bytes.into(), "bytes")
                ),
            });
        }
        if !self.is_series() && !answer.has_proof {
            lines.push(
                "one dump cannot tell a leak: give several in the order they were taken, or \
                 /debug/pprof/goroutineleak (Go 1.27)"
                    .to_owned(),
            );
        }
        lines
    }
}
