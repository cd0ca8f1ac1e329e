use std::io::{self, Write};

use heapwise_analysis::{Estimate, Omitted, RankRow, Ranking, SampleType};
use serde::Serialize;

use crate::delimited::{SITE_FIELDS, site_fields, write_rows};
use crate::format::Format;
use crate::input::{Input, Warning};
use crate::json::{self, Envelope, JsonEstimate, JsonOmitted, JsonSite};
use crate::markdown;
use crate::pprof_text::base_name;
use crate::site_text::{noun, style};
use crate::table::{Cell, Column, Table};
use crate::text::{self, Layout};
use crate::time::utc;
use crate::units::{auto_label, narrow, percentage};

/// Which sites allocate most.
#[derive(Debug, Clone, PartialEq)]
pub struct TopReport {
    /// The profiles ranked.
    pub inputs: Vec<Input>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// All sites.
    pub ranking: Ranking,
    /// The sample type shown.
    pub sample_index: usize,
    /// Order by cumulative instead of flat values.
    pub by_cum: bool,
    /// Rows to show at most.
    pub limit: Option<usize>,
    /// Leave sites below this part of the total out.
    pub node_fraction: f64,
}

/// From this width on all sample types are shown side by side.
const WIDE: usize = 160;

impl TopReport {
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
                writeln!(out, "**{}**\n", markdown::escape(&self.headline()))?;
                markdown::write_table(&self.table(false), out)
            }
        }
    }

    fn write_text(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", text::printable(&self.origin()))?;
        writeln!(out, "{}\n", text::printable(&self.headline()))?;
        let is_wide = layout.width.is_some_and(|width| width >= WIDE);
        text::write_table(&self.table(is_wide), layout, out)
    }

    /// What was ranked: the binary, the kind, the time.
    fn origin(&self) -> String {
        let header = &self.ranking.header;
        let mut parts = vec![format!("{} profile", header.kind)];
        if let Some(binary) = &header.binary {
            parts.push(format!("of {}", base_name(binary)));
        }
        if self.inputs.len() > 1 {
            parts.push(format!("({} merged)", self.inputs.len()));
        }
        if let Some(time) = header.time_nanos {
            parts.push(format!("taken {}", utc(time)));
        }
        if let Some(duration) = header.duration_nanos {
            parts.push(format!(
                "over {}",
                auto_label(duration.into(), "nanoseconds")
            ));
        }
        parts.join(" ")
    }

    fn headline(&self) -> String {
        let (rows, omitted) = self.shown();
        let all = rows.len() + omitted.rows;
        let what = noun(self.ranking.granularity, all);
        let shown = if omitted.rows == 0 {
            format!("{all} {what}")
        } else {
            format!("{} of {all} {what}", rows.len())
        };
        format!(
            "{}: {} in {shown}, largest {} first",
            self.sample_type().type_,
            self.label(self.total()),
            if self.by_cum { "cum" } else { "flat" },
        )
    }

    fn sample_type(&self) -> SampleType {
        let types = &self.ranking.header.sample_types;
        types.get(self.sample_index).cloned().unwrap_or(SampleType {
            type_: "value".to_owned(),
            unit: String::new(),
        })
    }

    fn total(&self) -> i128 {
        self.ranking.total(self.sample_index).of_pprof()
    }

    fn label(&self, value: i128) -> String {
        auto_label(value, &self.sample_type().unit)
    }

    /// The rows shown and what they leave out.
    fn shown(&self) -> (Vec<&RankRow>, Omitted) {
        let index = self.sample_index;
        let mut rows = if self.by_cum {
            self.ranking.sorted_by_cum(index)
        } else {
            self.ranking.sorted_by_flat(index)
        };
        let cutoff = (self.total() as f64 * self.node_fraction).abs();
        rows.retain(|row| row.cum_of(index).unsigned_abs() as f64 >= cutoff);
        rows.truncate(self.limit.unwrap_or(usize::MAX));
        let omitted = self.ranking.omitted(index, &rows);
        (rows, omitted)
    }

    /// The other sample types, which a wide terminal has room for.
    fn others(&self, is_wide: bool) -> Vec<(usize, SampleType)> {
        if !is_wide {
            return Vec::new();
        }
        let types = self.ranking.header.sample_types.iter().cloned();
        types
            .enumerate()
            .filter(|&(at, _)| at != self.sample_index)
            .collect()
    }

    fn table(&self, is_wide: bool) -> Table {
        let others = self.others(is_wide);
        let mut columns: Vec<Column> = ["flat", "flat%", "sum%", "cum", "cum%"]
            .map(Column::right)
            .into();
        columns.extend(others.iter().map(|(_, other)| Column::right(&other.type_)));
        columns.push(Column::left(noun(self.ranking.granularity, 1)));
        let (rows, omitted) = self.shown();
        let mut sum = 0;
        let mut cells: Vec<Vec<Cell>> = rows
            .iter()
            .map(|row| {
                sum += row.flat_of(self.sample_index);
                self.cells(row, sum, &others)
            })
            .collect();
        if omitted.rows > 0 {
            cells.push(self.omitted_cells(omitted, columns.len()));
        }
        Table {
            columns,
            rows: cells,
        }
    }

    fn cells(&self, row: &RankRow, sum: i128, others: &[(usize, SampleType)]) -> Vec<Cell> {
        let (flat, cum) = (
            row.flat_of(self.sample_index),
            row.cum_of(self.sample_index),
        );
        let mut cells = vec![
            Cell::plain(self.label(flat)),
            Cell::plain(self.percent(flat)),
            Cell::plain(self.percent(sum)),
            Cell::plain(self.label(cum)),
            Cell::plain(self.percent(cum)),
        ];
        for (at, other) in others {
            cells.push(Cell::plain(auto_label(row.flat_of(*at), &other.unit)));
        }
        let name = format!("{}{}", row.site.pprof_name(), row.inlined.suffix());
        cells.push(Cell::styled(name, style(&row.site)));
        cells
    }

    fn omitted_cells(&self, omitted: Omitted, width: usize) -> Vec<Cell> {
        let mut cells = vec![Cell::empty(); width];
        let texts = [
            (0, self.label(omitted.flat)),
            (1, self.percent(omitted.flat)),
            (width - 1, format!("in {} more", omitted.rows)),
        ];
        for (at, text) in texts {
            if let Some(cell) = cells.get_mut(at) {
                cell.text = text;
            }
        }
        cells
    }

    fn percent(&self, value: i128) -> String {
        percentage(narrow(value), narrow(self.total()))
            .trim()
            .to_owned()
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut header = SITE_FIELDS.to_vec();
        header.extend(["inlined", "sample_type", "unit", "flat", "cum"]);
        let sample_type = self.sample_type();
        let (rows, _) = self.shown();
        let rows = rows.into_iter().map(|row| {
            let mut fields = site_fields(&row.site);
            fields.extend([
                row.inlined.name().to_owned(),
                sample_type.type_.clone(),
                sample_type.unit.clone(),
                row.flat_of(self.sample_index).to_string(),
                row.cum_of(self.sample_index).to_string(),
            ]);
            fields
        });
        write_rows(&header, rows, out)
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (rows, omitted) = self.shown();
        let sample_type = self.sample_type();
        let document = TopDocument {
            envelope: Envelope::new("heapwise.top/1", &self.inputs, &self.warnings),
            sample_type: &sample_type.type_,
            unit: &sample_type.unit,
            granularity: self.ranking.granularity.name(),
            total: Estimate::unknown(self.total()).into(),
            net: self.ranking.total(self.sample_index).net,
            rows: rows.into_iter().map(|row| self.json_row(row)).collect(),
            omitted: JsonOmitted {
                rows: omitted.rows,
                flat: omitted.flat,
            },
        };
        json::write(&document, out)
    }

    fn json_row<'a>(&self, row: &'a RankRow) -> TopRow<'a> {
        TopRow {
            site: JsonSite::new(&row.site, row.inlined, self.ranking.granularity),
            flat: Estimate::unknown(row.flat_of(self.sample_index)).into(),
            cum: Estimate::unknown(row.cum_of(self.sample_index)).into(),
        }
    }
}

#[derive(Serialize)]
struct TopDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    sample_type: &'a str,
    unit: &'a str,
    granularity: &'static str,
    total: JsonEstimate,
    net: i128,
    rows: Vec<TopRow<'a>>,
    omitted: JsonOmitted,
}

#[derive(Serialize)]
struct TopRow<'a> {
    site: JsonSite<'a>,
    flat: JsonEstimate,
    cum: JsonEstimate,
}
