use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use heapwise_analysis::{Change, DiffRow, Difference, Estimate};
use serde::Serialize;

use crate::delimited::{SITE_FIELDS, site_fields, write_rows};
use crate::format::Format;
use crate::input::{Input, Warning};
use crate::json::{self, Envelope, JsonEstimate, JsonOmitted, JsonSite};
use crate::markdown;
use crate::site_text::{noun, style};
use crate::table::{Cell, Column, Table};
use crate::text::{self, Layout};
use crate::units::{auto_label, signed_label};

/// What changed between two profiles.
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
}

impl DiffReport {
    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Only those of `out`.
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => {
                writeln!(out, "{}\n", text::printable(&self.headline()))?;
                text::write_table(&self.table(), layout, out)
            }
            Format::Json => self.write_json(out),
            Format::Csv => self.write_csv(out),
            Format::Markdown => {
                writeln!(out, "**{}**\n", markdown::escape(&self.headline()))?;
                markdown::write_table(&self.table(), out)
            }
        }
    }

    fn unit(&self) -> &str {
        &self.difference.sample_type.unit
    }

    fn headline(&self) -> String {
        let total = self.difference.total;
        format!(
            "{}: {} -> {}, {} ({})",
            self.difference.sample_type.type_,
            auto_label(total.before, self.unit()),
            auto_label(total.after, self.unit()),
            signed_label(total.delta(), self.unit()),
            percent(total)
        )
    }

    /// The rows that changed, as many as the limit allows.
    fn shown(&self) -> Vec<&DiffRow> {
        let changed = |row: &&DiffRow| row.flat.delta() != 0 || row.cum.delta() != 0;
        let rows = self.difference.rows.iter().filter(changed);
        rows.take(self.limit.unwrap_or(usize::MAX)).collect()
    }

    fn table(&self) -> Table {
        let mut columns = vec![
            Column::right(&self.before_name),
            Column::right(&self.after_name),
        ];
        columns.extend(["change", "change%", "cum change"].map(Column::right));
        columns.push(Column::left(noun(self.difference.granularity, 1)));
        let shown = self.shown();
        let mut rows: Vec<Vec<Cell>> = shown.iter().map(|row| self.cells(row)).collect();
        let omitted = self.difference.omitted(shown.len());
        if omitted.rows > 0 {
            let mut cells = vec![Cell::empty(); columns.len()];
            if let [_, _, change, _, _, name] = cells.as_mut_slice() {
                change.text = signed_label(omitted.flat, self.unit());
                name.text = format!("in {} more", omitted.rows);
            }
            rows.push(cells);
        }
        rows.push(self.total_cells());
        Table { columns, rows }
    }

    fn cells(&self, row: &DiffRow) -> Vec<Cell> {
        let mut cells = self.change_cells(row.flat);
        cells.push(Cell::plain(signed_label(row.cum.delta(), self.unit())));
        cells.push(Cell::styled(row.site.pprof_name(), style(&row.site)));
        cells
    }

    fn total_cells(&self) -> Vec<Cell> {
        let mut cells = self.change_cells(self.difference.total);
        cells.push(Cell::empty());
        cells.push(Cell::styled("total", Style::new().bold()));
        cells
    }

    fn change_cells(&self, change: Change) -> Vec<Cell> {
        let unit = self.unit();
        let color = direction(change.delta());
        vec![
            Cell::plain(auto_label(change.before, unit)),
            Cell::plain(auto_label(change.after, unit)),
            Cell::styled(signed_label(change.delta(), unit), color),
            Cell::styled(percent(change), color),
        ]
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut header = SITE_FIELDS.to_vec();
        header.extend(["inlined", "sample_type", "unit"]);
        header.extend(["flat_before", "flat_after", "cum_before", "cum_after"]);
        let sample_type = &self.difference.sample_type;
        let rows = self.shown().into_iter().map(|row| {
            let mut fields = site_fields(&row.site);
            fields.extend([
                row.inlined.name().to_owned(),
                sample_type.type_.clone(),
                sample_type.unit.clone(),
                row.flat.before.to_string(),
                row.flat.after.to_string(),
                row.cum.before.to_string(),
                row.cum.after.to_string(),
            ]);
            fields
        });
        write_rows(&header, rows, out)
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let difference = &self.difference;
        let shown = self.shown();
        let omitted = difference.omitted(shown.len());
        let document = DiffDocument {
            envelope: Envelope::new("heapwise.diff/1", &self.inputs, &self.warnings),
            sample_type: &difference.sample_type.type_,
            unit: &difference.sample_type.unit,
            granularity: difference.granularity.name(),
            total: difference.total.into(),
            rows: shown.into_iter().map(|row| self.json_row(row)).collect(),
            omitted: JsonOmitted {
                rows: omitted.rows,
                flat: omitted.flat,
            },
        };
        json::write(&document, out)
    }

    fn json_row<'a>(&self, row: &'a DiffRow) -> JsonDiffRow<'a> {
        JsonDiffRow {
            site: JsonSite::new(&row.site, row.inlined, self.difference.granularity),
            flat: row.flat.into(),
            cum: row.cum.into(),
        }
    }
}

/// A change in percent of the older value, with its sign; `new` and `gone` where there is only one
/// side.
fn percent(change: Change) -> String {
    match change.ratio() {
        None if change.after == 0 => "0%".to_owned(),
        None => "new".to_owned(),
        Some(_) if change.after == 0 => "gone".to_owned(),
        Some(ratio) => format!("{:+.1}%", (ratio - 1.0) * 100.0),
    }
}

/// Red grew, green shrank; always beside the sign.
fn direction(delta: i128) -> Style {
    match delta.signum() {
        1 => Style::new().fg_color(Some(AnsiColor::Red.into())),
        -1 => Style::new().fg_color(Some(AnsiColor::Green.into())),
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
    total: JsonChange,
    rows: Vec<JsonDiffRow<'a>>,
    omitted: JsonOmitted,
}

#[derive(Serialize)]
struct JsonDiffRow<'a> {
    site: JsonSite<'a>,
    flat: JsonChange,
    cum: JsonChange,
}

#[derive(Serialize)]
struct JsonChange {
    before: JsonEstimate,
    after: JsonEstimate,
    delta: JsonDelta,
    ratio: Option<JsonRatio>,
    p: Option<f64>,
    q: Option<f64>,
    verdict: &'static str,
    basis: &'static str,
    detectable: Option<JsonDetectable>,
}

#[derive(Serialize)]
struct JsonDelta {
    value: i128,
    low: Option<i128>,
    high: Option<i128>,
}

#[derive(Serialize)]
struct JsonRatio {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Serialize)]
struct JsonDetectable {
    down: Option<f64>,
    up: Option<f64>,
}

impl From<Change> for JsonChange {
    fn from(change: Change) -> Self {
        Self {
            before: Estimate::unknown(change.before).into(),
            after: Estimate::unknown(change.after).into(),
            delta: JsonDelta {
                value: change.delta(),
                low: None,
                high: None,
            },
            ratio: change.ratio().map(|value| JsonRatio {
                value,
                low: None,
                high: None,
            }),
            p: None,
            q: None,
            verdict: "not_judged",
            basis: "none",
            detectable: None,
        }
    }
}
