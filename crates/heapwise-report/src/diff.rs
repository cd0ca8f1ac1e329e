use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use heapwise_analysis::stats::times_longer;
use heapwise_analysis::{Advice, Basis, Change, DiffRow, Difference, Match, Measure, Verdict};
use heapwise_decode::agree;
use serde::Serialize;

use crate::advice_text::{self, RateSetting};
use crate::delimited::{SITE_FIELDS, estimate_fields, float, number, site_fields, write_rows};
use crate::error_text;
use crate::format::Format;
use crate::input::{Input, Warning};
use crate::json::{self, Envelope, JsonChange, JsonOmitted, JsonSite};
use crate::markdown;
use crate::site_text::{cut, noun, shorten, singular, style};
use crate::table::{Cell, Column, Table};
use crate::text::{self, Layout, READABLE_NAME};
use crate::verdict_text::VerdictText;
use heapwise_analysis::units::{auto_label, signed_label};

/// What changed between two sides.
#[derive(Debug, Clone, PartialEq)]
pub struct DiffReport {
    /// The profiles compared, the older side first.
    pub inputs: Vec<Input>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// All sites that changed or did not.
    pub difference: Difference,
    /// What to call the older side.
    pub before_name: String,
    /// What to call the newer side.
    pub after_name: String,
    /// Rows to show at most.
    pub limit: Option<usize>,
    /// Show cumulative instead of flat values in tables.
    pub by_cum: bool,
    /// The exact bytes or objects per operation of both sides, where a benchmark told them.
    pub per_operation: Option<(f64, f64)>,
    /// Also show p, q, samples and intervals.
    pub verbose: bool,
}

impl DiffReport {
    /// The formats that it has; [`write_benchfmt`](crate::write_benchfmt) writes the last.
    pub const FORMATS: &[Format] = &[
        Format::Text,
        Format::Json,
        Format::Csv,
        Format::Markdown,
        Format::Benchfmt,
    ];

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Only those of `out`.
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(layout, out),
            Format::Json => self.write_json(out),
            Format::Csv => self.write_csv(out),
            Format::Markdown => {
                for line in self.cautions() {
                    writeln!(out, "{}\n", markdown::escape(line))?;
                }
                writeln!(
                    out,
                    "**{}**\n",
                    markdown::escape(&self.headline(Room::Full))
                )?;
                markdown::write_table(&self.table(Room::Full), out)?;
                for line in self.footer(None) {
                    writeln!(out, "\n{}", markdown::escape(&line))?;
                }
                Ok(())
            }
            other => Err(other.unsupported()),
        }
    }

    fn write_text(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        let (room, table) = self.fitting_table(layout.width);
        for line in self.cautions() {
            text::write_sentence(line, layout, out)?;
        }
        text::write_sentence(&self.headline(room), layout, out)?;
        writeln!(out)?;
        text::write_table(&table, layout, out)?;
        for line in self.footer(layout.width) {
            text::write_sentence(&line, layout, out)?;
        }
        Ok(())
    }

    /// Warnings without which the verdicts would be misread: they belong to the answer.
    fn cautions(&self) -> impl Iterator<Item = &str> {
        let cautions = self
            .warnings
            .iter()
            .filter(|warning| Self::is_caution(warning));
        cautions.map(|warning| warning.message.as_str())
    }

    /// Whether texts have a warning above their verdicts, so that it need not be said twice.
    pub fn is_caution(warning: &Warning) -> bool {
        warning.code == "different_program"
    }

    /// The table with all that a width has room for beside the names.
    fn fitting_table(&self, width: Option<usize>) -> (Room, Table) {
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

    fn headline(&self, room: Room) -> String {
        let total = &self.difference.total;
        format!(
            "{}{}: {} -> {}, {}{}",
            self.difference.sample_type.type_,
            if self.by_cum { ", cumulative" } else { "" },
            auto_label(total.before.value, self.unit()),
            auto_label(total.after.value, self.unit()),
            error_text::change(total),
            match self.verdict(total, None) {
                verdict if verdict.is_empty() => String::new(),
                verdict => format!(" ({})", room.of_verdict(&verdict)),
            }
        )
    }

    /// The rows that differ in value, as many as the limit allows.
    fn shown(&self) -> Vec<&DiffRow> {
        let differs = |row: &&DiffRow| row.flat.delta.value != 0 || row.cum.delta.value != 0;
        let rows = self.difference.rows.iter().filter(differs);
        rows.take(self.limit.unwrap_or(usize::MAX)).collect()
    }

    /// Of these, the rows that a table can tell something about: it has no column for callers that
    /// allocate nothing themselves.
    fn shown_in_table(&self) -> Vec<&DiffRow> {
        let differs = |row: &&DiffRow| row.flat.delta.value != 0 || row.cum.delta.value != 0;
        let has_value = |row: &&DiffRow| {
            let change = self.change_of(row);
            change.before.value != 0 || change.after.value != 0
        };
        let rows = self.difference.rows.iter().filter(differs);
        let rows = rows.filter(has_value);
        rows.take(self.limit.unwrap_or(usize::MAX)).collect()
    }

    /// What the rows shown leave of the total.
    fn omitted(&self, shown: &[&DiffRow]) -> JsonOmitted {
        let shown_delta: i128 = shown.iter().map(|row| row.flat.delta.value).sum();
        JsonOmitted {
            rows: self.difference.rows.len().saturating_sub(shown.len()),
            flat: self.difference.total.delta.value - shown_delta,
        }
    }

    fn change_of<'a>(&self, row: &'a DiffRow) -> &'a Change {
        if self.by_cum { &row.cum } else { &row.flat }
    }

    fn table(&self, room: Room) -> Table {
        let shown = self.shown_in_table();
        let mut lines: Vec<Vec<(Column, Cell)>> = shown
            .iter()
            .map(|row| {
                let mut line = self.change_cells(self.change_of(row), Some(row), room);
                line.push((self.name_column(), self.name_cell(row)));
                line
            })
            .collect();
        let omitted = self.omitted(&shown);
        // What callers and callees share is in several rows: cumulative values do not add up.
        if omitted.flat != 0 && !self.by_cum {
            let mut line = self.change_cells(&self.difference.total, None, room);
            for (at, (column, cell)) in line.iter_mut().enumerate() {
                // A side may have been given that name.
                let is_delta = at == DELTA_PLACE && column.title == DELTA;
                *cell = Cell::plain(match is_delta {
                    true => signed_label(omitted.flat, self.unit()),
                    false => String::new(),
                });
            }
            let name = format!("in {} more", omitted.rows);
            line.push((self.name_column(), Cell::plain(name)));
            lines.push(line);
        }
        let mut total = self.change_cells(&self.difference.total, None, room);
        let name = Cell::styled("total", Style::new().bold());
        total.push((self.name_column(), name));
        lines.push(total);
        Table::of_lines(lines)
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
        let unit = self.unit();
        let color = direction(change);
        let side = |name: &str, value: i128| {
            let cell = Cell::plain(auto_label(value, unit));
            let longest = match room {
                Room::Full | Room::BriefVerdict => usize::MAX,
                _ => LONGEST_TITLE,
            };
            (Column::right(cut(name, longest).into_owned()), cell)
        };
        let mut cells = vec![
            side(&self.before_name, change.before.value),
            side(&self.after_name, change.after.value),
        ];
        if room < Room::NoDelta {
            let delta = signed_label(change.delta.value, unit);
            cells.push((Column::right(DELTA), Cell::styled(delta, color)));
        }
        let text = Self::change_text(change, room);
        cells.push((Column::right("change"), Cell::styled(text, color)));
        if let Some((before, after)) = self.per_operation {
            cells.extend(self.per_operation_cells(change, before, after));
        }
        let verdict = room.of_verdict(&self.verdict(change, row));
        cells.push((Column::left("verdict"), Cell::plain(verdict)));
        if self.verbose {
            cells.extend(self.detail_cells(change));
        }
        cells
    }

    /// The exact total per operation, shared out as the samples are.
    fn per_operation_cells(&self, change: &Change, before: f64, after: f64) -> [(Column, Cell); 2] {
        let total = &self.difference.total;
        let share = |part: i128, whole: i128, exact: f64| {
            if whole == 0 {
                return "0".to_owned();
            }
            let value = part as f64 / whole as f64 * exact;
            if value < 100.0 {
                format!("{value:.1}")
            } else {
                format!("{value:.0}")
            }
        };
        let title = match self.unit() {
            "bytes" => "B/op",
            _ => "allocs/op",
        };
        [
            (
                Column::right(format!("{title} {}", self.before_name)),
                Cell::plain(share(change.before.value, total.before.value, before)),
            ),
            (
                Column::right(format!("{title} {}", self.after_name)),
                Cell::plain(share(change.after.value, total.after.value, after)),
            ),
        ]
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
        } else if room >= Room::BriefChange {
            error_text::brief_change(change)
        } else {
            error_text::change(change)
        }
    }

    /// Whether there is more to say of a change than that noise may explain it.
    fn shows_ratio(change: &Change) -> bool {
        match change.verdict {
            Verdict::NoChangeSeen => change.basis == Basis::Exact,
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
    fn footer(&self, width: Option<usize>) -> Vec<String> {
        let difference = &self.difference;
        if difference.total.verdict == Verdict::NotJudged {
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
        if is_estimate && self.verbose && difference.judged > 1 {
            lines.push(format!(
                "q: verdicts are adjusted for {} {}",
                difference.judged,
                noun(difference.granularity, difference.judged)
            ));
        }
        lines.push("heapwise help verdicts explains the verdicts".to_owned());
        lines
    }

    /// Whether an interval that is shown has no upper end.
    fn lacks_upper_limit(&self) -> bool {
        let shown = self.shown_in_table();
        let rows = shown.iter().map(|row| self.change_of(row));
        let changes = rows.chain([&self.difference.total]);
        let is_open = |change: &Change| {
            let ratio = change.ratio.filter(|_| Self::shows_ratio(change));
            ratio.is_some_and(|ratio| ratio.low.is_some() && ratio.high.is_none())
                || self.verbose
                    && [change.before, change.after]
                        .into_iter()
                        .any(error_text::lacks_upper_limit)
        };
        changes.into_iter().any(is_open)
    }

    /// How many sites nothing can be said of.
    fn too_few_samples(&self) -> Option<String> {
        let rows = &self.difference.rows;
        let is_open = |row: &&DiffRow| self.change_of(row).verdict == Verdict::Undecidable;
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
            matches!(change.verdict, Verdict::NoChangeSeen | Verdict::Undecidable)
                && change
                    .effective_samples
                    .is_some_and(|samples| samples > 0.0)
        };
        let size = |row: &&DiffRow| {
            let change = self.change_of(row);
            change.before.value.max(change.after.value)
        };
        let rows = self.difference.rows.iter().filter(undecided);
        let largest = rows.max_by_key(size)?;
        let samples = self.change_of(largest).effective_samples?;
        let sides = [&self.difference.before, &self.difference.after];
        let period = sides.iter().filter_map(|side| side.period).min();
        let measure = Measure::of(&self.difference.sample_type);
        let advice = Advice::new(times_longer(samples, -0.1), period, measure);
        let ways = advice_text::ways(advice, self.rate_setting())?;
        let name = largest.site.pprof_name();
        let name = shorten(&name, width.map_or(usize::MAX, |width| width - width / 4));
        Some(format!("to see 10% at {name}: {ways}"))
    }

    /// Profiles of benchmarks have the frames of `testing` in them.
    fn rate_setting(&self) -> RateSetting {
        let functions = self.difference.rows.iter().map(|row| &row.site.function);
        let mut names = functions.flatten();
        match names.any(|name| name.starts_with("testing.")) {
            true => RateSetting::GoTest,
            false => RateSetting::Environment,
        }
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut header = SITE_FIELDS.to_vec();
        header.extend(["inlined", "sample_type", "unit"]);
        header.extend(["before", "before_se", "before_low", "before_high"]);
        header.extend(["after", "after_se", "after_low", "after_high"]);
        header.extend(["delta", "ratio", "ratio_low", "ratio_high", "p", "q"]);
        header.extend(["verdict", "cum_before", "cum_after", "cum_verdict"]);
        let sample_type = &self.difference.sample_type;
        let rows = self.shown().into_iter().map(|row| {
            let mut fields = site_fields(&row.site);
            fields.extend([
                row.inlined.name().to_owned(),
                sample_type.type_.clone(),
                sample_type.unit.clone(),
            ]);
            fields.extend(estimate_fields(row.flat.before));
            fields.extend(estimate_fields(row.flat.after));
            fields.push(row.flat.delta.value.to_string());
            let ratio = row.flat.ratio;
            fields.push(float(ratio.map(|ratio| ratio.value)));
            fields.push(float(ratio.and_then(|ratio| ratio.low)));
            fields.push(float(ratio.and_then(|ratio| ratio.high)));
            fields.push(float(row.flat.p));
            fields.push(float(row.flat.q));
            fields.push(row.flat.verdict.name().to_owned());
            fields.push(row.cum.before.value.to_string());
            fields.push(row.cum.after.value.to_string());
            fields.push(row.cum.verdict.name().to_owned());
            fields
        });
        write_rows(&header, rows, out)
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let difference = &self.difference;
        let shown = self.shown();
        let omitted = self.omitted(&shown);
        let document = DiffDocument {
            envelope: Envelope::new("heapwise.diff/1", &self.inputs, &self.warnings),
            sample_type: &difference.sample_type.type_,
            unit: &difference.sample_type.unit,
            granularity: difference.granularity.name(),
            profiles: [difference.profiles.0, difference.profiles.1],
            exposures: difference.exposures.map(|(before, after)| [before, after]),
            judged: difference.judged,
            total: (&difference.total).into(),
            rows: shown.into_iter().map(|row| self.json_row(row)).collect(),
            omitted,
        };
        json::write(&document, out)
    }

    fn json_row<'a>(&self, row: &'a DiffRow) -> JsonDiffRow<'a> {
        let granularity = self.difference.granularity;
        let sites = row.moved.as_ref().map(|moved| {
            let sites = moved.with.iter();
            sites
                .map(|site| JsonSite::new(site, row.inlined, granularity))
                .collect()
        });
        JsonDiffRow {
            site: JsonSite::new(&row.site, row.inlined, granularity),
            matched: row.matched.name(),
            moved: sites,
            flat: (&row.flat).into(),
            cum: (&row.cum).into(),
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
enum Room {
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

#[derive(Serialize)]
struct DiffDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    sample_type: &'a str,
    unit: &'a str,
    granularity: &'static str,
    profiles: [usize; 2],
    exposures: Option<[f64; 2]>,
    judged: usize,
    total: JsonChange,
    rows: Vec<JsonDiffRow<'a>>,
    omitted: JsonOmitted,
}

#[derive(Serialize)]
struct JsonDiffRow<'a> {
    site: JsonSite<'a>,
    matched: &'static str,
    moved: Option<Vec<JsonSite<'a>>>,
    flat: JsonChange,
    cum: JsonChange,
}
