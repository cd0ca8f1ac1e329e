//! One comparison as text: its headline, its table, and what is to be said below it.

use anstyle::{AnsiColor, Style};
use heapwise_analysis::units::{auto_label, signed_label};
use heapwise_analysis::{
    Advice, Basis, Benchmark, Change, DiffRow, Difference, Match, Measure, PerWork, Shown, Verdict,
};
use heapwise_decode::agree;

use super::DiffReport;
use super::per_work::PerWorkText;
use crate::diff::verdict_text::{VerdictText, is_known_the_same};
use crate::formats::delimited::number;
use crate::formats::error_text;
use crate::formats::site_text::{cut, noun, shorten, singular, style};
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::{self, READABLE_NAME};
use crate::verify::advice_text::{self, RateSetting};

/// A comparison to be shown: the whole, or a benchmark.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) report: &'a DiffReport,
    pub(super) difference: &'a Difference,
    pub(super) benchmark: Option<&'a Benchmark>,
}

impl<'a> Page<'a> {
    /// The table with all that a width has room for beside the names.
    pub(super) fn fitting_table(&self, width: Option<usize>) -> (Room, Table) {
        for room in Room::ALL {
            let table = self.table(room);
            if width.is_none_or(|width| text::fits(&table, width, READABLE_NAME)) {
                return (room, table);
            }
        }
        (Room::BriefChange, self.table(Room::BriefChange))
    }

    fn unit(&self) -> &str {
        &self.difference.sample_type.unit
    }

    pub(super) fn headline(&self, room: Room) -> String {
        let total = &self.difference.total;
        let name = match self.benchmark {
            Some(benchmark) => benchmark.name.as_str(),
            None => self.difference.sample_type.type_.as_str(),
        };
        let value = |value: i128, per: fn(PerWork) -> f64| match total.per_work {
            Some(known) => PerWorkText::of(known, self.unit()).with_unit(per(known)),
            None => auto_label(value, self.unit()),
        };
        format!(
            "{name}{}: {} -> {}, {}{}",
            if self.report.by_cum {
                ", cumulative"
            } else {
                ""
            },
            value(total.before.value, |known| known.before),
            value(total.after.value, |known| known.after),
            match total.verdict == Verdict::NoChangeSeen && is_known_the_same(total) {
                true => error_text::plain_change(total),
                false => error_text::change(total),
            },
            match self.verdict(total, None) {
                verdict if verdict.is_empty() => String::new(),
                verdict => format!(" ({})", room.of_verdict(&verdict)),
            }
        )
    }

    /// The rows that are shown: also of sites that are the same on both sides.
    pub(super) fn shown(&self) -> Shown<&'a DiffRow> {
        self.difference.shown(&self.report.trim, |_| true)
    }

    /// Of these, the rows that differ and that a table can tell something about: it has no column for callers that
    /// allocate nothing themselves.
    fn shown_in_table(&self) -> Shown<&'a DiffRow> {
        let differs = |row: &DiffRow| row.flat.delta.value != 0 || row.cum.delta.value != 0;
        let has_value = |row: &DiffRow| {
            let change = self.change_of(row);
            change.before.value != 0 || change.after.value != 0
        };
        let is_row = |row: &DiffRow| differs(row) && has_value(row);
        self.difference.shown(&self.report.trim, is_row)
    }

    /// The change that tables show.
    pub(super) fn change_of<'r>(&self, row: &'r DiffRow) -> &'r Change {
        if self.report.by_cum {
            &row.cum
        } else {
            &row.flat
        }
    }

    pub(super) fn table(&self, room: Room) -> Table {
        let shown = self.shown_in_table();
        let mut lines: Vec<Vec<(Column, Cell)>> = shown
            .rows
            .iter()
            .map(|row| {
                let mut line = self.change_cells(self.change_of(row), Some(row), room);
                line.push((self.name_column(), self.name_cell(row)));
                line
            })
            .collect();
        lines.extend(self.rest_line(&shown, room));
        if self.is_uncovered() {
            return Table::of_lines(lines);
        }
        let mut total = self.change_cells(&self.difference.total, None, room);
        let name = Cell::styled("total", Style::new().bold());
        total.push((self.name_column(), name));
        lines.push(total);
        Table::of_lines(lines)
    }

    /// The line of what is left out: sites that differ, or that add up to a difference.
    fn rest_line(&self, shown: &Shown<&DiffRow>, room: Room) -> Option<Vec<(Column, Cell)>> {
        let has_sum = !self.report.by_cum && !self.is_uncovered();
        // What callers and callees share is in several rows: cumulative values do not add up.
        let left = has_sum.then(|| self.omitted_label(shown));
        let left = left.filter(|left| left != "0" || shown.omitted.rows > 0);
        if left.is_none() && shown.omitted.rows == 0 {
            return None;
        }
        let mut line = self.change_cells(&self.difference.total, None, room);
        for (at, (column, cell)) in line.iter_mut().enumerate() {
            // A side may have been given that name.
            let is_delta = at == DELTA_PLACE && column.title.starts_with(DELTA);
            let text = left.clone().filter(|_| is_delta);
            *cell = Cell::plain(text.unwrap_or_default());
        }
        // Sites that are the same on both sides are among them.
        let count = self.difference.rows.len() - shown.rows.len();
        line.push((self.name_column(), Cell::plain(format!("in {count} more"))));
        Some(line)
    }

    /// The difference that is left out, as those of rows are written.
    fn omitted_label(&self, shown: &Shown<&DiffRow>) -> String {
        let Some(total) = self.difference.total.per_work else {
            return signed_label(shown.omitted.flat, self.unit());
        };
        let delta = |known: PerWork| known.after - known.before;
        let rows = shown.rows.iter().filter_map(|row| row.flat.per_work);
        let left = delta(total) - rows.map(delta).sum::<f64>();
        PerWorkText::of(total, self.unit()).signed(left)
    }

    /// Whether rows are not for each operation, as the exact total is.
    fn is_uncovered(&self) -> bool {
        self.benchmark
            .is_some_and(|benchmark| benchmark.uncovered().is_some())
    }

    /// Whether there is more to show than the headline says.
    pub(super) fn has_rows(&self) -> bool {
        self.benchmark.is_none() || !self.shown_in_table().rows.is_empty()
    }

    fn name_column(&self) -> Column {
        Column::sites(singular(self.difference.granularity))
    }

    fn name_cell(&self, row: &DiffRow) -> Cell {
        let mut name = row.site.pprof_name();
        match row.matched {
            Match::RelativeLine => name.push_str(" (moved lines)"),
            Match::SimilarName => name.push_str(" (similar name)"),
            Match::Same | Match::OneSided => {}
        }
        Cell::styled(name, style(&row.site))
    }

    fn change_cells(
        &self,
        change: &Change,
        row: Option<&DiffRow>,
        room: Room,
    ) -> Vec<(Column, Cell)> {
        let color = direction(change);
        let mut cells = self.value_cells(change, room);
        if room >= Room::NoDelta {
            cells.pop();
        }
        let text = Self::change_text(change, room);
        cells.push((Column::right("change"), Cell::styled(text, color)));
        let verdict = room.of_verdict(&self.verdict(change, row));
        cells.push((Column::left("verdict"), Cell::plain(verdict)));
        if self.report.verbose {
            cells.extend(self.detail_cells(change));
        }
        cells
    }

    /// Both sides and their difference; for each operation or second where the work is known.
    fn value_cells(&self, change: &Change, room: Room) -> Vec<(Column, Cell)> {
        let unit = self.unit();
        let longest = match room {
            Room::Full | Room::BriefVerdict => usize::MAX,
            _ => LONGEST_TITLE,
        };
        let names = [&self.report.before_name, &self.report.after_name];
        let names = names.map(|name| cut(name, longest).into_owned());
        let (titles, texts) = match change.per_work {
            Some(known) => {
                let text = PerWorkText::of(known, unit);
                let [before, after] = names.map(|name| format!("{name} {}", text.unit()));
                let delta = text.signed(known.after - known.before);
                (
                    [before, after, format!("{DELTA} {}", text.unit())],
                    [text.plain(known.before), text.plain(known.after), delta],
                )
            }
            None => {
                let [before, after] = names;
                let label = |value| auto_label(value, unit);
                (
                    [before, after, DELTA.to_owned()],
                    [
                        label(change.before.value),
                        label(change.after.value),
                        signed_label(change.delta.value, unit),
                    ],
                )
            }
        };
        let color = |at: usize| {
            if at == 2 {
                direction(change)
            } else {
                Style::new()
            }
        };
        let cells = titles.into_iter().zip(texts).enumerate();
        cells
            .map(|(at, (title, text))| (Column::right(title), Cell::styled(text, color(at))))
            .collect()
    }

    fn detail_cells(&self, change: &Change) -> Vec<(Column, Cell)> {
        let p = |value: Option<f64>| value.map_or_else(String::new, |p| format!("{p:.2e}"));
        let samples = [change.before.sampled, change.after.sampled].map(number);
        let label = |value| signed_label(value, self.unit());
        vec![
            (Column::right("p"), Cell::plain(p(change.p))),
            (Column::right("q"), Cell::plain(p(change.q))),
            (Column::right("samples"), Cell::plain(samples.join(":"))),
            (
                Column::right("delta interval"),
                Cell::plain(error_text::delta_interval(change.delta, label)),
            ),
            (
                Column::right("±before"),
                Cell::plain(error_text::relative(change.before)),
            ),
            (
                Column::right("±after"),
                Cell::plain(error_text::relative(change.after)),
            ),
        ]
    }

    /// `~` for what noise may explain.
    fn change_text(change: &Change, room: Room) -> String {
        if !Self::shows_ratio(change) {
            "~".to_owned()
        } else if change.judged() == Verdict::NoChangeSeen {
            error_text::plain_change(change)
        } else if room >= Room::BriefChange {
            error_text::brief_change(change)
        } else {
            error_text::change(change)
        }
    }

    /// Whether there is more to say of a change than that noise may explain it.
    fn shows_ratio(change: &Change) -> bool {
        match change.judged() {
            Verdict::NoChangeSeen => is_known_the_same(change),
            verdict => verdict != Verdict::Undecidable,
        }
    }

    /// The verdict in words, of the total where there is no row.
    fn verdict(&self, change: &Change, row: Option<&DiffRow>) -> VerdictText {
        match row.and_then(|row| row.moved.as_ref()) {
            Some(moved) => VerdictText::moved(moved, change),
            None => VerdictText::of(change),
        }
    }

    /// What the table leaves open, what it would take to see more, and where the words are
    /// explained; nothing where there is nothing to say.
    pub(super) fn footer(&self, width: Option<usize>) -> Vec<String> {
        let difference = self.difference;
        if difference.total.judged() == Verdict::NotJudged {
            return Vec::new();
        }
        let is_estimate = matches!(difference.total.basis, Basis::Sampling | Basis::Replicates);
        let mut lines = Vec::new();
        if is_estimate {
            lines.extend(self.too_few_samples());
            lines.extend(self.what_it_takes(width));
        }
        if self.lacks_upper_limit() {
            lines.push(error_text::NO_UPPER_LIMIT.to_owned());
        }
        if is_estimate && self.report.verbose && difference.judged > 1 {
            lines.push(format!(
                "q: verdicts are adjusted for {} {}",
                difference.judged,
                noun(difference.granularity, difference.judged)
            ));
        }
        if self.benchmark.is_none() {
            lines.push("heapwise help verdicts explains the verdicts".to_owned());
        }
        lines
    }

    /// Whether an interval that is shown has no upper end.
    fn lacks_upper_limit(&self) -> bool {
        let shown = self.shown_in_table();
        let rows = shown.rows.iter().map(|row| self.change_of(row));
        let changes = rows.chain([&self.difference.total]);
        let is_open = |change: &Change| {
            let ratio = change.ratio.filter(|_| Self::shows_ratio(change));
            ratio.is_some_and(|ratio| ratio.low.is_some() && ratio.high.is_none())
                || self.report.verbose
                    && [change.before, change.after]
                        .into_iter()
                        .any(error_text::lacks_upper_limit)
        };
        changes.into_iter().any(is_open)
    }

    /// How many sites nothing can be said of.
    fn too_few_samples(&self) -> Option<String> {
        let rows = &self.difference.rows;
        let is_open = |row: &&DiffRow| self.change_of(row).judged() == Verdict::Undecidable;
        let open = rows.iter().filter(is_open).count();
        let all = noun(self.difference.granularity, rows.len());
        (open > 0).then(|| {
            format!(
                "{open} of {} {all} {} too few samples to say anything",
                rows.len(),
                agree(&open, "has", "have")
            )
        })
    }

    /// How much longer to profile, or at which rate, to see 10 % at the largest undecided site.
    fn what_it_takes(&self, width: Option<usize>) -> Option<String> {
        let undecided = |row: &&DiffRow| {
            let change = self.change_of(row);
            matches!(
                change.judged(),
                Verdict::NoChangeSeen | Verdict::Undecidable
            ) && change
                .effective_samples
                .is_some_and(|samples| samples > 0.0)
        };
        let size = |row: &&DiffRow| {
            let change = self.change_of(row);
            change.before.value.max(change.after.value)
        };
        let rows = self.difference.rows.iter().filter(undecided);
        let largest = rows.max_by_key(size)?;
        let times = self.change_of(largest).times_longer(-0.1);
        let sides = [&self.difference.before, &self.difference.after];
        let period = sides.iter().filter_map(|side| side.period).min();
        let measure = Measure::of(&self.difference.sample_type);
        let advice = Advice::new(times, period, measure);
        let ways = advice_text::ways(advice, self.rate_setting())?;
        let ways = match self.report.hints.samples {
            "" => ways,
            samples => samples.to_owned(),
        };
        let name = largest.site.pprof_name();
        let name = shorten(&name, width.map_or(usize::MAX, |width| width - width / 4));
        Some(format!("to see 10% at {name}: {ways}"))
    }

    /// Profiles of benchmarks have the frames of `testing` in them.
    pub(super) fn rate_setting(&self) -> RateSetting {
        let functions = self.difference.rows.iter().map(|row| &row.site.function);
        let mut names = functions.flatten();
        match names.any(|name| name.starts_with("testing.")) {
            true => RateSetting::GoTest,
            false => RateSetting::Environment,
        }
    }
}

/// The title of the column of differences, and its place where it is shown.
const DELTA: &str = "delta";
const DELTA_PLACE: usize = 2;
/// Names of sides are no wider than this where there is little room.
const LONGEST_TITLE: usize = 12;

/// What a table has room for beside the names; what comes later has less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Room {
    /// For all.
    Full,
    /// For verdicts of a word.
    BriefVerdict,
    /// And not for the difference, which the reader can take.
    NoDelta,
    /// And for intervals of one arm.
    BriefChange,
}

impl Room {
    const ALL: [Room; 4] = [
        Room::Full,
        Room::BriefVerdict,
        Room::NoDelta,
        Room::BriefChange,
    ];

    fn of_verdict(self, verdict: &VerdictText) -> String {
        match self {
            Room::Full => verdict.full(),
            _ => verdict.brief(),
        }
    }
}

/// Red grew, green shrank, beyond doubt; always beside the sign.
fn direction(change: &Change) -> Style {
    match change.verdict {
        Verdict::Increased | Verdict::New => Style::new().fg_color(Some(AnsiColor::Red.into())),
        Verdict::Decreased | Verdict::Gone => Style::new().fg_color(Some(AnsiColor::Green.into())),
        _ => Style::new(),
    }
}
