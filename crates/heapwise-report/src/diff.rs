use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use heapwise_analysis::stats::times_longer;
use heapwise_analysis::{Basis, Change, DiffRow, Difference, Match, Verdict};
use serde::Serialize;

use crate::delimited::{SITE_FIELDS, estimate_fields, float, number, site_fields, write_rows};
use crate::error_text;
use crate::format::Format;
use crate::input::{Input, Warning};
use crate::json::{self, Envelope, JsonChange, JsonOmitted, JsonSite};
use crate::markdown;
use crate::site_text::{noun, singular, style};
use crate::table::{Cell, Column, Table};
use crate::text::{self, Layout};
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
            Format::Text => {
                writeln!(out, "{}\n", text::printable(&self.headline()))?;
                text::write_table(&self.table(), layout, out)?;
                for line in self.footer() {
                    writeln!(out, "{}", text::printable(&line))?;
                }
                Ok(())
            }
            Format::Json => self.write_json(out),
            Format::Csv => self.write_csv(out),
            Format::Markdown => {
                writeln!(out, "**{}**\n", markdown::escape(&self.headline()))?;
                markdown::write_table(&self.table(), out)?;
                for line in self.footer() {
                    writeln!(out, "\n{}", markdown::escape(&line))?;
                }
                Ok(())
            }
            other => Err(other.unsupported()),
        }
    }

    fn unit(&self) -> &str {
        &self.difference.sample_type.unit
    }

    fn headline(&self) -> String {
        let total = &self.difference.total;
        format!(
            "{}{}: {} -> {}, {}{}",
            self.difference.sample_type.type_,
            if self.by_cum { ", cumulative" } else { "" },
            auto_label(total.before.value, self.unit()),
            auto_label(total.after.value, self.unit()),
            error_text::change(total),
            match self.verdict(total) {
                verdict if verdict.is_empty() => String::new(),
                verdict => format!(" ({verdict})"),
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

    fn table(&self) -> Table {
        let shown = self.shown_in_table();
        let mut lines: Vec<Vec<(Column, Cell)>> = shown
            .iter()
            .map(|row| {
                let mut line = self.change_cells(self.change_of(row), Some(row));
                line.push((self.name_column(), self.name_cell(row)));
                line
            })
            .collect();
        let omitted = self.omitted(&shown);
        // What callers and callees share is in several rows: cumulative values do not add up.
        if omitted.flat != 0 && !self.by_cum {
            let mut line = self.change_cells(&self.difference.total, None);
            for (at, (_, cell)) in line.iter_mut().enumerate() {
                cell.text = match at {
                    2 => signed_label(omitted.flat, self.unit()),
                    _ => String::new(),
                };
                cell.style = Style::new();
            }
            let name = format!("in {} more", omitted.rows);
            line.push((self.name_column(), Cell::plain(name)));
            lines.push(line);
        }
        let mut total = self.change_cells(&self.difference.total, None);
        let name = Cell::styled("total", Style::new().bold());
        total.push((self.name_column(), name));
        lines.push(total);
        Table::of_lines(lines)
    }

    fn name_column(&self) -> Column {
        Column::left(singular(self.difference.granularity))
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

    fn change_cells(&self, change: &Change, row: Option<&DiffRow>) -> Vec<(Column, Cell)> {
        let unit = self.unit();
        let color = direction(change);
        let label = |value| auto_label(value, unit);
        let side = |value| error_text::at_least(value, label);
        let mut cells = vec![
            (
                Column::right(self.before_name.clone()),
                Cell::plain(side(change.before)),
            ),
            (
                Column::right(self.after_name.clone()),
                Cell::plain(side(change.after)),
            ),
            (
                Column::right("delta"),
                Cell::styled(signed_label(change.delta.value, unit), color),
            ),
            (
                Column::right("change"),
                Cell::styled(self.change_text(change), color),
            ),
        ];
        if let Some((before, after)) = self.per_operation {
            cells.extend(self.per_operation_cells(change, before, after));
        }
        let mut verdict = self.verdict(change);
        if let Some(moved) = row.and_then(|row| row.moved.as_ref()) {
            let names: Vec<String> = moved.with.iter().map(|site| site.pprof_name()).collect();
            let way = if change.verdict.is_less() {
                "to"
            } else {
                "from"
            };
            verdict = format!("moved {way} {}", names.join(", "));
        }
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
    fn change_text(&self, change: &Change) -> String {
        match change.verdict {
            Verdict::NoChangeSeen if change.basis != Basis::Exact => "~".to_owned(),
            Verdict::Undecidable => "~".to_owned(),
            _ => error_text::change(change),
        }
    }

    /// The verdict in words: never faster, only less and more.
    fn verdict(&self, change: &Change) -> String {
        match change.verdict {
            Verdict::Decreased | Verdict::Gone => format!("less{}", self.certainty(change)),
            Verdict::Increased | Verdict::New => format!("more{}", self.certainty(change)),
            Verdict::NoChangeSeen if change.basis == Basis::Exact => "no change".to_owned(),
            Verdict::NoChangeSeen => could_have_shown(change),
            Verdict::Undecidable => {
                let samples = [change.before.sampled, change.after.sampled];
                let samples: i128 = samples.into_iter().flatten().sum();
                format!("too few samples: {samples}")
            }
            Verdict::NotJudged => String::new(),
        }
    }

    /// One profile a side speaks of its noise only; several speak of the program.
    fn certainty(&self, change: &Change) -> &'static str {
        const FEWEST: usize = 3;
        let (before, after) = self.difference.profiles;
        match change.basis {
            Basis::Exact => ", exact",
            Basis::Replicates if before.min(after) >= FEWEST => ", real",
            _ => "",
        }
    }

    /// What the verdicts mean, and what it would take to decide the rest.
    fn footer(&self) -> Vec<String> {
        let difference = &self.difference;
        let mut lines = Vec::new();
        let is_judged = difference.total.verdict != Verdict::NotJudged;
        if is_judged && matches!(difference.total.basis, Basis::Sampling | Basis::Replicates) {
            let undecided = difference
                .rows
                .iter()
                .filter(|row| row.flat.verdict == Verdict::Undecidable)
                .count();
            lines.push(format!(
                "~ not distinguishable from noise (adjusted for {} {}); {undecided} more have too \
                 few samples to say anything",
                difference.judged,
                noun(difference.granularity, difference.judged)
            ));
            lines.extend(self.what_it_takes());
        }
        if is_judged && difference.total.basis == Basis::Sampling {
            lines.push("less and more: beyond sampling noise".to_owned());
        }
        lines
    }

    /// How much longer to profile, or at which rate, to see 10 % at the largest undecided site.
    fn what_it_takes(&self) -> Option<String> {
        let undecided = |row: &&DiffRow| {
            matches!(
                row.flat.verdict,
                Verdict::NoChangeSeen | Verdict::Undecidable
            ) && row
                .flat
                .effective_samples
                .is_some_and(|samples| samples > 0.0)
        };
        let rows = self.difference.rows.iter().filter(undecided);
        let largest = rows.max_by_key(|row| row.flat.before.value)?;
        let times = times_longer(largest.flat.effective_samples?, -0.1)?;
        if times <= 1.0 {
            return None;
        }
        let rate = self.difference.before.period? as f64 / times;
        Some(format!(
            "to see 10% at {}: profile {} times longer, or set MemProfileRate to {}",
            largest.site.pprof_name(),
            times.ceil(),
            auto_label((rate.floor() as i128).max(1), "bytes")
        ))
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

/// What these profiles could have shown of a change that they did not show.
fn could_have_shown(change: &Change) -> String {
    let Some(detectable) = change.detectable else {
        return String::new();
    };
    let percent = |part: f64| error_text::percent_up(part);
    match (detectable.down, detectable.up) {
        (Some(down), Some(up)) if up <= 1.25 * down => {
            format!("could have shown ±{}", percent(up))
        }
        (Some(down), Some(up)) => {
            format!("could have shown -{} or +{}", percent(down), percent(up))
        }
        (None, Some(up)) => format!("could have shown +{}, not its end", percent(up)),
        _ => String::new(),
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
