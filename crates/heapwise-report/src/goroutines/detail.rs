//! One group in full.

use heapwise_analysis::{GoroutineGroup, LabelCounts, LeakVerdict, Origin, Site, Sureness};
use heapwise_decode::{agree, counted};

use super::{GoroutinesReport, words};

/// Frames of a stack that are shown.
const MOST_FRAMES: usize = 6;
/// Values of a label that are shown.
const MOST_VALUES: usize = 4;

/// Whether a group is the first of those that one cause explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    First,
    /// What explains it was said of the group before.
    Further,
}

/// A line under a group: its name and what it says.
pub(super) type Line = (&'static str, String);

impl GoroutinesReport {
    /// `LEAKED FOR CERTAIN: 190 goroutines wait for channel receive`.
    pub(super) fn title(&self, group: &GoroutineGroup) -> String {
        let verdict = match group.verdict {
            Some(LeakVerdict::Growing) if self.is_order_in_doubt() => {
                "GROWING, IF THE DUMPS ARE IN THIS ORDER"
            }
            Some(LeakVerdict::Growing)
                if group
                    .trend
                    .is_some_and(|trend| trend.tentative && trend.open.is_none()) =>
            {
                "GROWING, AS FAR AS SO FEW DUMPS CAN TELL"
            }
            Some(LeakVerdict::Leaked) => "LEAKED FOR CERTAIN",
            Some(LeakVerdict::Growing) => "GROWING",
            Some(LeakVerdict::LargeButStable) => "LARGE BUT STABLE",
            _ => "WAITS FOR EVER",
        };
        let count = match (group.leaked, group.count) {
            (0, count) => words::goroutines(count),
            (leaked, count) if leaked >= count => words::goroutines(leaked),
            (leaked, count) => format!("{leaked} of {}", words::goroutines(count)),
        };
        let state = words::state(&group.state);
        let name = match &group.name {
            Some(_) => format!("  {}", self.place_name(group)),
            None => String::new(),
        };
        let new = match words::newness(group) {
            new if new.is_empty() => new,
            new => format!("  ({new})"),
        };
        format!("{verdict}  {count}{name}, {state}{new}")
    }

    /// What to say of a group, the most important first, in lines of a width, if there is one.
    pub(super) fn details(
        &self,
        group: &GoroutineGroup,
        part: Part,
        width: Option<usize>,
    ) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let place = |site: &Site| words::long_place(site, width);
        if let Some(site) = self.telling(group) {
            lines.push(("at", place(site)));
        }
        let creator = group.created_by.and_then(|at| self.answer.site(at));
        lines.extend(creator.map(|site| ("created by", place(site))));
        if part == Part::Further {
            lines.push(("why", "part of the above".to_owned()));
            lines.extend(self.over_time(group));
            return lines;
        }
        if let Some(lasting) = group.lasting.filter(|l| l.sureness == Sureness::Sure) {
            lines.push(("evidence", words::piling_up(lasting)));
            lines.push(("", words::grown_old(lasting)));
        }
        for cause in &group.causes {
            lines.push(("why", cause.pattern.explanation().to_owned()));
            lines.push(("evidence", cause.evidence.clone()));
            lines.push(("try", cause.pattern.advice().to_owned()));
        }
        lines.extend(self.over_time(group));
        lines.extend(self.leaked_over_time(group));
        if group.leaked > 0 {
            lines.push(("stacks", self.held(group.leaked)));
        }
        if group.wait_minutes.is_some() {
            lines.push(("waiting", words::wait(group)));
        }
        lines.extend(self.stack(group, width));
        lines.extend(group.labels.iter().map(|label| ("label", values(label))));
        lines
    }

    /// What each leak profile says, where the counts are of something else.
    fn leaked_over_time(&self, group: &GoroutineGroup) -> Option<Line> {
        let counts = &group.leaked_over_time.as_ref()?.counts;
        let (first, last) = (counts.first()?, counts.last()?);
        let is_told = *counts == group.counts || group.leaked == 0;
        let line = format!("{first} -> {last}  {}", words::chart(counts));
        (!is_told).then_some(("leaked", line))
    }

    fn over_time(&self, group: &GoroutineGroup) -> Option<Line> {
        let trend = group.trend?;
        let first = group.counts.first()?;
        let mut line = format!(
            "{} -> {}  {}  {}",
            first,
            group.count,
            words::chart(&group.counts),
            words::trend(trend)
        );
        let rate = words::per_hour(trend);
        if !rate.is_empty() {
            line.push_str(&format!(" {rate}"));
        }
        if let (Some(survivors), true) = (group.survivors, *first > 0) {
            line.push_str(&format!(
                "; {survivors} of the first {} still there",
                agree(&survivors, "is", "are")
            ));
        }
        Some(("counts", line))
    }

    /// The stack from the innermost frame, where it is more than one; the middle of a long one is
    /// left out, but not the program's own code.
    fn stack(&self, group: &GoroutineGroup, width: Option<usize>) -> Vec<Line> {
        let sites: Vec<&Site> = self.answer.sites_of(&group.stack).collect();
        if sites.len() < 2 {
            return Vec::new();
        }
        let is_shown = |at: usize, site: &Site| {
            sites.len() <= MOST_FRAMES
                || at < 2
                || at + 2 >= sites.len()
                || Origin::of(site) == Origin::Own && at < 3 * MOST_FRAMES
        };
        let mut lines = Vec::new();
        let mut left_out = 0;
        let mut name = "stack";
        for (at, site) in sites.iter().enumerate() {
            if !is_shown(at, site) {
                left_out += 1;
                continue;
            }
            if left_out > 0 {
                lines.push(("", format!("... {}", counted(left_out, "frame"))));
                left_out = 0;
            }
            lines.push((name, words::long_place(site, width)));
            name = "";
        }
        lines
    }
}

/// `tenant: acme 7, globex 5`.
fn values(label: &LabelCounts) -> String {
    let shown = label.values.iter().take(MOST_VALUES);
    let shown: Vec<String> = shown
        .map(|(value, count)| format!("{value} {count}"))
        .collect();
    let more = match label.distinct.saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}: {}{more}", label.name, shown.join(", "))
}
