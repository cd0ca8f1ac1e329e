//! Decides what a ranking says, in every format.

use std::io::{self, Write};

use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{
    Estimate, Omitted, OutputUnit, RankRow, Ranking, RowOrder, SampleType, Sampling, Shown,
};
use serde::Serialize;

use crate::formats::delimited::{
    SITE_FIELDS, estimate_fields, number, site_fields, write_remark, write_rows,
};
use crate::formats::error_text;
use crate::formats::format::Format;
use crate::formats::json::{self, Envelope, JsonEstimate, JsonSite};
use crate::formats::markdown;
use crate::formats::site_text::{LEAST_NAME, noun, singular, style};
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::{self, Layout};
use crate::views::input::{Input, Warning};
use crate::views::left_out::LeftOut;
use crate::views::origin::origin;
use crate::with::with;
use heapwise_analysis::units::{auto_label, narrow, percentage, scaled_label};

/// Which sites allocate most.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TopReport {
    /// The profiles ranked, bases included.
    pub inputs: Vec<Input>,
    /// How many profiles were added up; a base is not added.
    pub merged: usize,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// The profiles that were asked for and are not in it.
    pub left_out: Option<LeftOut>,
    /// What the sites are of.
    pub ranking: Ranking,
    /// The sample type shown.
    pub sample_index: usize,
    /// The sites to show, and what they leave out.
    pub shown: Shown<RankRow>,
    /// What they are ordered by.
    pub order: RowOrder,
    /// Of the intervals.
    pub confidence: Confidence,
    /// How values are shown.
    pub values: ValueStyle,
    /// The filters in force, as `name=value`.
    pub filters: Vec<String>,
}

impl TopReport {
    /// Of a ranking by this sample type, and the sites of it to show.
    #[must_use]
    pub fn new(ranking: Ranking, sample_index: usize, shown: Shown<RankRow>) -> Self {
        Self {
            inputs: Vec::new(),
            merged: 1,
            warnings: Vec::new(),
            left_out: None,
            ranking,
            sample_index,
            shown,
            order: RowOrder::Flat,
            confidence: Confidence::default(),
            values: ValueStyle::default(),
            filters: Vec::new(),
        }
    }

    with! {
        /// The profiles that it is of.
        with_inputs(inputs: Vec<Input>);
        /// How many profiles were added up.
        with_merged(merged: usize);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
        /// The profiles that were asked for and are not in it.
        with_left_out(left_out: Option<LeftOut>);
        /// What the sites are ordered by.
        with_order(order: RowOrder);
        /// Of the intervals.
        with_confidence(confidence: Confidence);
        /// How values are shown.
        with_values(values: ValueStyle);
        /// The filters in force, as `name=value`.
        with_filters(filters: Vec<String>);
    }
}

/// How values are shown.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ValueStyle {
    /// What they are divided by.
    pub divide_by: f64,
    /// Their unit: a name, or `auto` for each its own.
    pub unit: String,
    /// Whether they are means, which do not add up: there are no parts of a whole then.
    pub are_means: bool,
    /// The seconds that they are divided by besides, where they are rates.
    pub seconds: Option<f64>,
}

impl ValueStyle {
    /// All that values are divided by.
    fn divisor(&self) -> f64 {
        self.divide_by * self.seconds.unwrap_or(1.0)
    }
}

impl Default for ValueStyle {
    fn default() -> Self {
        ValueStyle {
            divide_by: 1.0,
            unit: "auto".to_owned(),
            are_means: false,
            seconds: None,
        }
    }
}

/// From this width on all sample types are shown side by side.
const WIDE: usize = 170;
/// The columns of a table that shows one sample type.
const MOST_COLUMNS: usize = 9;
/// Sites in one line.
const BRIEF: usize = 3;
/// Below this width the columns that can be done without are left out.
const NARROW: usize = 110;

impl TopReport {
    /// The formats that it has.
    pub const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Csv, Format::Markdown];

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
                if let Some(left_out) = &self.left_out {
                    writeln!(out, "{}\n", markdown::escape(&left_out.line()))?;
                }
                if let Some(line) = self.filter_line() {
                    writeln!(out, "{}\n", markdown::escape(&line))?;
                }
                let estimates = self.estimates();
                markdown::write_table(&self.table(Room::Full, &estimates), out)?;
                match self.footer(&estimates) {
                    Some(line) => writeln!(out, "\n{}", markdown::escape(line)),
                    None => Ok(()),
                }
            }
            other => Err(other.unsupported()),
        }
    }

    fn write_text(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{}",
            text::printable(&origin(&self.ranking.header, self.merged))
        )?;
        writeln!(out, "{}", text::printable(&self.headline()))?;
        if let Some(left_out) = &self.left_out {
            text::write_sentence(&left_out.line(), layout, out)?;
        }
        if let Some(line) = self.filter_line() {
            writeln!(out, "{}", text::printable(&line))?;
        }
        writeln!(out, "{}\n", self.sampling_line())?;
        let room = match layout.width {
            _ if Self::shows_all_types(layout) => Room::AllTypes,
            Some(width) if width < NARROW => Room::Narrow,
            _ => Room::Full,
        };
        let estimates = self.estimates();
        let mut table = self.table(room, &estimates);
        let is_too_wide = |width| !text::fits(&table, width, LEAST_NAME);
        if layout.width.is_some_and(is_too_wide) {
            table = self.table(Room::Least, &estimates);
        }
        text::write_table(&table, layout, out)?;
        self.footer(&estimates)
            .map_or(Ok(()), |line| text::write_sentence(line, layout, out))
    }

    /// What errors without an upper limit mean, where one is shown.
    fn footer(&self, estimates: &[RowEstimates]) -> Option<&'static str> {
        let is_open = |row: &RowEstimates| {
            error_text::lacks_upper_limit(row.flat) || error_text::lacks_upper_limit(row.cum)
        };
        let any_is_open = estimates.iter().any(is_open);
        any_is_open.then_some(error_text::NO_UPPER_LIMIT)
    }

    /// What is shown of each row: limits are searched for, so once and not for each use.
    fn estimates(&self) -> Vec<RowEstimates> {
        let rows = self.shown.rows.iter();
        rows.map(|row| RowEstimates {
            flat: self.flat(row),
            cum: self.cum(row),
        })
        .collect()
    }

    /// Whether a layout has room for all sample types side by side.
    pub fn shows_all_types(layout: Layout) -> bool {
        layout.width.is_some_and(|width| width >= WIDE)
    }

    /// What filters leave; `None` without filters.
    fn filter_line(&self) -> Option<String> {
        self.ranking.whole.as_ref()?;
        let left = self.ranking.total(self.sample_index).of_pprof();
        Some(format!(
            "{} left by {}",
            self.label(left),
            match self.filters.as_slice() {
                [] => "filters".to_owned(),
                filters => filters.join(" "),
            }
        ))
    }

    /// What the ± mean, or why there are none.
    fn sampling_line(&self) -> String {
        let sampling = self.ranking.sampling_of(self.sample_index);
        error_text::sampling(sampling, self.confidence)
    }

    fn has_errors(&self) -> bool {
        let sampling = self.ranking.sampling_of(self.sample_index);
        matches!(sampling, Sampling::Known(_) | Sampling::Approximate(_))
            && self.ranking.measure(self.sample_index).is_some()
    }

    /// The answer in one line, for a log: the total and the largest sites.
    pub fn brief(&self) -> String {
        let value = |row: &RankRow| match self.order {
            RowOrder::Cum => row.cum_of(self.sample_index),
            _ => row.flat_of(self.sample_index),
        };
        let rows = self.shown.rows.iter().filter(|row| value(row) != 0);
        let rows = rows.map(|row| format!("{} {}", self.label(value(row)), row.site.pprof_name()));
        let rows: Vec<String> = rows.take(BRIEF).collect();
        let total = self.label(self.total());
        let line = format!("{} {total}: {}", self.sample_type().type_, rows.join(", "));
        text::printable(&line).into_owned()
    }

    fn headline(&self) -> String {
        let all = self.shown.count();
        let what = noun(self.ranking.granularity, all);
        let shown = match self.shown.omitted.rows {
            0 => format!("{all} {what}"),
            _ => format!("{} of {all} {what}", self.shown.rows.len()),
        };
        format!(
            "{}: {}{} in {shown}, largest {}{} first",
            self.sample_type().type_,
            self.label(self.total()),
            match self.values.seconds {
                Some(seconds) => format!("/s over {seconds:.1}s"),
                None => String::new(),
            },
            match self.order {
                RowOrder::Cum => "cum",
                _ => "flat",
            },
            if self.values.are_means { " sum" } else { "" },
        )
    }

    fn sample_type(&self) -> SampleType {
        let types = &self.ranking.header.sample_types;
        let known = types.get(self.sample_index).cloned();
        known.unwrap_or_else(|| SampleType::new("value", ""))
    }

    fn unit(&self) -> &str {
        let types = &self.ranking.header.sample_types;
        types.get(self.sample_index).map_or("", |known| &known.unit)
    }

    fn total(&self) -> i128 {
        self.ranking.reference_total(self.sample_index)
    }

    fn label(&self, value: i128) -> String {
        self.label_of(self.divided(value))
    }

    /// What is left out, with its unit; means do not add up.
    pub fn omitted_label(&self) -> Option<String> {
        let flat = self.shown.omitted.flat;
        (!self.values.are_means).then(|| self.label(flat))
    }

    fn divided(&self, value: i128) -> i128 {
        let value = Estimate::unknown(value);
        value.divided_by(self.values.divisor()).value
    }

    /// A value that has been divided.
    fn label_of(&self, value: i128) -> String {
        scaled_label(narrow(value), self.unit(), &self.values.unit)
    }

    /// The unit that fits the values shown, which is what the unit `minimum` means.
    pub fn least_unit(&self) -> String {
        let index = self.sample_index;
        let rows = self.shown.rows.iter();
        let rows = rows.map(|row| (narrow(row.flat_of(index)), narrow(row.cum_of(index))));
        let unit = OutputUnit::new(self.unit(), "minimum", self.values.divisor());
        unit.fit(rows, narrow(self.total()), false).to
    }

    fn flat(&self, row: &RankRow) -> Estimate {
        let flat = self
            .ranking
            .flat_estimate(row, self.sample_index, self.confidence);
        flat.divided_by(self.values.divisor())
    }

    fn cum(&self, row: &RankRow) -> Estimate {
        let cum = self
            .ranking
            .cum_estimate(row, self.sample_index, self.confidence);
        cum.divided_by(self.values.divisor())
    }

    /// The other sample types, which a wide terminal has room for.
    fn others(&self, room: Room) -> Vec<(usize, SampleType)> {
        if room != Room::AllTypes {
            return Vec::new();
        }
        let types = self.ranking.header.sample_types.iter().cloned();
        types
            .enumerate()
            .filter(|&(at, _)| at != self.sample_index)
            .collect()
    }

    fn table(&self, room: Room, estimates: &[RowEstimates]) -> Table {
        let Shown { rows, omitted, .. } = &self.shown;
        let mut sum = 0;
        let has_rest = omitted.rows > 0 || rows.is_empty();
        let rest = has_rest.then(|| self.line(None, *omitted, room));
        let lines = rows.iter().zip(estimates).map(|(row, &estimates)| {
            sum += row.flat_of(self.sample_index);
            let line = Line {
                row,
                sum,
                estimates,
            };
            self.line(Some(line), *omitted, room)
        });
        Table::of_lines(lines.chain(rest))
    }

    /// A row with the columns it is in; without a row, the line of what is left out.
    fn line(&self, line: Option<Line<'_>>, omitted: Omitted, room: Room) -> Vec<(Column, Cell)> {
        let index = self.sample_index;
        let row = line.map(|line| line.row);
        let estimates = line.map(|line| line.estimates);
        let value = row.map_or(omitted.flat, |row| row.flat_of(index));
        let cum = |text: &dyn Fn(i128) -> String| {
            row.map_or_else(String::new, |row| text(row.cum_of(index)))
        };
        let label = |value| self.label_of(value);
        let flat = estimates.map_or_else(
            || self.omitted_label().unwrap_or_default(),
            |known| label(known.flat.value),
        );
        let sum = line.map(|line| line.sum);
        let mut line = Vec::with_capacity(MOST_COLUMNS);
        line.push((Column::right("flat"), Cell::plain(flat)));
        if self.has_errors() {
            let error =
                estimates.map_or_else(String::new, |known| error_text::relative(known.flat));
            line.push((Column::right("±"), Cell::plain(error)));
            if room != Room::Least {
                let sampled = estimates.and_then(|known| known.flat.sampled);
                let sampled = sampled.map_or_else(String::new, |sampled| sampled.to_string());
                line.push((Column::right("samples"), Cell::plain(sampled)));
            }
        }
        let has_parts = !self.values.are_means;
        if has_parts {
            line.push((Column::right("flat%"), Cell::plain(self.percent(value))));
        }
        if has_parts && room > Room::Narrow {
            let sum = sum.map_or_else(String::new, |sum| self.percent(sum));
            line.push((Column::right("sum%"), Cell::plain(sum)));
        }
        let cum_text = match estimates {
            Some(known) => label(known.cum.value),
            None => String::new(),
        };
        line.push((Column::right("cum"), Cell::plain(cum_text)));
        if self.has_errors() && room > Room::Narrow {
            let error = estimates.map_or_else(String::new, |known| error_text::relative(known.cum));
            line.push((Column::right("±"), Cell::plain(error)));
        }
        if has_parts {
            let percent = cum(&|value| self.percent(value));
            line.push((Column::right("cum%"), Cell::plain(percent)));
        }
        for (at, other) in self.others(room) {
            let text = row.map(|row| auto_label(self.divided(row.flat_of(at)), &other.unit));
            line.push((
                Column::right(other.type_),
                Cell::plain(text.unwrap_or_default()),
            ));
        }
        let name = match row {
            None => Cell::plain(format!("in {} more", omitted.rows)),
            Some(row) => {
                let name = format!("{}{}", row.site.pprof_name(), row.inlined.suffix());
                Cell::styled(name, style(&row.site))
            }
        };
        line.push((Column::sites(singular(self.ranking.granularity)), name));
        line
    }

    fn percent(&self, value: i128) -> String {
        percentage(narrow(value), narrow(self.total()))
            .trim()
            .to_owned()
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut header = SITE_FIELDS.to_vec();
        header.extend(["inlined", "sample_type", "unit", "flat"]);
        header.extend(["flat_se", "flat_low", "flat_high", "sampled"]);
        header.extend(["cum", "cum_se", "cum_low", "cum_high"]);
        let sample_type = self.sample_type();
        let rows = self.shown.rows.iter().map(|row| {
            let (flat, cum) = (self.flat(row), self.cum(row));
            let mut fields = site_fields(&row.site);
            fields.extend([
                row.inlined.name().to_owned(),
                sample_type.type_.clone(),
                sample_type.unit.clone(),
            ]);
            fields.extend(estimate_fields(flat));
            fields.push(number(flat.sampled));
            fields.extend(estimate_fields(cum));
            fields
        });
        write_remark(self.left_out.as_ref(), out)?;
        write_rows(&header, rows, out)
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let sample_type = self.sample_type();
        let document = TopDocument {
            envelope: Envelope::new("heapwise.top/1", &self.inputs, &self.warnings)
                .with_left_out(self.left_out.as_ref()),
            sample_type: &sample_type.type_,
            unit: &sample_type.unit,
            granularity: self.ranking.granularity.name(),
            total: self
                .ranking
                .total_estimate(self.sample_index, self.confidence)
                .divided_by(self.values.divisor())
                .into(),
            seconds: self.values.seconds,
            net: self.divided(self.ranking.total(self.sample_index).net),
            selected: self.ranking.whole.as_ref().map(|_| JsonSelected {
                filters: &self.filters,
                total: self.divided(self.ranking.total(self.sample_index).of_pprof()),
            }),
            rows: self
                .shown
                .rows
                .iter()
                .map(|row| self.json_row(row))
                .collect(),
            omitted: TopOmitted {
                rows: self.shown.omitted.rows,
                flat: (!self.values.are_means).then(|| self.divided(self.shown.omitted.flat)),
            },
        };
        json::write(&document, out)
    }

    fn json_row<'a>(&self, row: &'a RankRow) -> TopRow<'a> {
        TopRow {
            site: JsonSite::new(&row.site, row.inlined, self.ranking.granularity),
            flat: self.flat(row).into(),
            cum: self.cum(row).into(),
        }
    }
}

/// What a row's values are, with their errors.
#[derive(Debug, Clone, Copy)]
struct RowEstimates {
    flat: Estimate,
    cum: Estimate,
}

/// A row as a line: with the flat values of all rows down to it.
#[derive(Clone, Copy)]
struct Line<'a> {
    row: &'a RankRow,
    sum: i128,
    estimates: RowEstimates,
}

/// How much fits beside the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Room {
    Least,
    Narrow,
    Full,
    AllTypes,
}

#[derive(Serialize)]
struct TopDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    sample_type: &'a str,
    unit: &'a str,
    granularity: &'static str,
    total: JsonEstimate,
    seconds: Option<f64>,
    net: i128,
    #[serde(skip_serializing_if = "Option::is_none")]
    selected: Option<JsonSelected<'a>>,
    rows: Vec<TopRow<'a>>,
    omitted: TopOmitted,
}

/// What is left out; means do not add up.
#[derive(Serialize)]
struct TopOmitted {
    rows: usize,
    flat: Option<i128>,
}

/// What filters leave.
#[derive(Serialize)]
struct JsonSelected<'a> {
    filters: &'a [String],
    total: i128,
}

#[derive(Serialize)]
struct TopRow<'a> {
    site: JsonSite<'a>,
    flat: JsonEstimate,
    cum: JsonEstimate,
}
