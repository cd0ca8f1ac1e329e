//! Numbers over time, a row for each thing, as shades: a picture that needs no scripts, and what scripts steer by.

use std::fmt::Write;

use heapwise_analysis::units::auto_label;

use super::times::moment;
use crate::formats::xml::text;

/// Moments that are drawn at most: as many as can still be told apart, and pointed at.
const MOST_MOMENTS: usize = 240;

/// Rows that are drawn at most, without the one of what is not shown.
pub(crate) const MOST_ROWS: usize = 12;

/// The moments of a series that are drawn: all, or so many that are evenly spread, the first and the last of them.
pub(crate) fn kept(count: usize) -> Vec<usize> {
    if count <= MOST_MOMENTS {
        return (0..count).collect();
    }
    let last = (count - 1) as f64 / (MOST_MOMENTS - 1) as f64;
    (0..MOST_MOMENTS)
        .map(|at| (at as f64 * last).round() as usize)
        .collect()
}

/// Rows of shades.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heat {
    /// Of what the rows are, and by what.
    pub(crate) title: String,
    pub(crate) unit: String,
    /// When each moment was, in seconds since the first; else its number.
    pub(crate) times: Vec<f64>,
    pub(crate) is_timed: bool,
    /// The largest first.
    pub(crate) rows: Vec<HeatRow>,
}

/// What there is of one thing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HeatRow {
    pub(crate) name: String,
    /// A value for each moment.
    pub(crate) values: Vec<i128>,
}

const WIDTH: f64 = 900.0;
const LEFT: f64 = 250.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 30.0;
const ROW: f64 = 20.0;
const LETTERS: usize = 36;
/// Shades that are told apart.
const SHADES: usize = 16;
/// Moments of a table, which nobody reads more of.
const TABLE_MOMENTS: usize = 9;

impl Heat {
    /// The rows with the largest values, and the others as one; of the moments those that are [`kept`].
    pub(crate) fn shown(mut self) -> Heat {
        let kept = kept(self.times.len());
        let at = |values: &[i128]| -> Vec<i128> {
            let kept = kept.iter();
            kept.map(|&at| values.get(at).copied().unwrap_or(0))
                .collect()
        };
        for row in &mut self.rows {
            row.values = at(&row.values);
        }
        let times = kept.iter().filter_map(|&at| self.times.get(at).copied());
        self.times = times.collect();
        self.rows
            .retain(|row| row.values.iter().any(|&value| value != 0));
        let most = |row: &HeatRow| row.values.iter().copied().max().unwrap_or(0);
        self.rows
            .sort_by(|a, b| most(b).cmp(&most(a)).then_with(|| a.name.cmp(&b.name)));
        if self.rows.len() > MOST_ROWS + 1 {
            let others = self.rows.split_off(MOST_ROWS);
            let mut values = vec![0; self.times.len()];
            for row in &others {
                for (sum, value) in values.iter_mut().zip(&row.values) {
                    *sum += value;
                }
            }
            self.rows.push(HeatRow {
                name: format!("{} others", others.len()),
                values,
            });
        }
        self
    }

    /// Draws it, with the same as a table; `None` where there are fewer than two moments, or no rows.
    pub(crate) fn html(&self) -> Option<String> {
        if self.times.len() < 2 || self.rows.is_empty() {
            return None;
        }
        let height = TOP + ROW * self.rows.len() as f64 + 44.0;
        let title = text(&self.title);
        let mut out = format!(
            "<svg class=\"heat\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
             aria-label=\"{title}\" font-family=\"system-ui,sans-serif\" font-size=\"12\" fill=\"currentColor\" \
             data-edges=\"{}\" data-top=\"{TOP}\" data-row=\"{ROW}\" data-unit=\"{}\"><title>{title}</title>\
             <text x=\"0\" y=\"18\" font-weight=\"600\">{title}</text>",
            joined(self.edges().iter().map(|edge| format!("{edge:.1}"))),
            text(&self.unit),
        );
        let most = self.most();
        for (at, row) in self.rows.iter().enumerate() {
            self.row(at, row, most, &mut out);
        }
        self.axis(&mut out);
        self.key(most, &mut out);
        out.push_str("</svg>");
        self.table(&mut out);
        Some(out)
    }

    fn most(&self) -> i128 {
        let values = self.rows.iter().flat_map(|row| &row.values);
        values.copied().max().unwrap_or(0).max(1)
    }

    /// Where moments end and begin: in the middle between two, unless one would be too narrow to be pointed at.
    fn edges(&self) -> Vec<f64> {
        let count = self.times.len();
        let room = WIDTH - LEFT - RIGHT;
        let evenly = (0..=count).map(|at| LEFT + room * at as f64 / count as f64);
        let mut edges: Vec<f64> = Vec::with_capacity(count + 1);
        for pair in self.times.windows(2) {
            if let [one, next] = *pair {
                let half = (next - one) / 2.0;
                if edges.is_empty() {
                    edges.push(one - half);
                }
                edges.push(one + half);
            }
        }
        if let (Some(&last), Some(&edge)) = (self.times.last(), edges.last()) {
            edges.push(2.0 * last - edge);
        }
        let (start, end) = edges.first().zip(edges.last()).unwrap_or((&0.0, &1.0));
        let (start, span) = (*start, end - start);
        let scaled: Vec<f64> = edges
            .iter()
            .map(|edge| LEFT + room * (edge - start) / span)
            .collect();
        let least = scaled.windows(2).map(|pair| pair[1] - pair[0]);
        match least.fold(f64::INFINITY, f64::min) >= 2.0 {
            true => scaled,
            false => evenly.collect(),
        }
    }

    fn row(&self, at: usize, row: &HeatRow, most: i128, out: &mut String) {
        let y = TOP + ROW * at as f64;
        let label = |value: Option<&i128>| auto_label(value.copied().unwrap_or(0), &self.unit);
        let ends = match (row.values.first(), row.values.last()) {
            (first, last) if first == last => label(last),
            (first, last) => format!("{} -> {}", label(first), label(last)),
        };
        let _ = write!(
            out,
            "<g data-name=\"{0}\" data-values=\"{1}\"><title>{0}: {2}</title><text x=\"{3}\" y=\"{4}\" \
             text-anchor=\"end\">{5}</text><text x=\"{6}\" y=\"{4}\">{2}</text>",
            text(&row.name),
            joined(row.values.iter()),
            text(&ends),
            LEFT - 8.0,
            y + 14.0,
            text(&shortened(&row.name)),
            WIDTH - RIGHT + 8.0,
        );
        for (shade, path) in self.shades(row, y, most) {
            let _ = write!(
                out,
                "<path d=\"{path}\" fill=\"{COLOUR}\" fill-opacity=\"{:.3}\"/>",
                opacity(shade)
            );
        }
        out.push_str("</g>");
    }

    /// Cells of one shade are one path; those beside one another are one box.
    fn shades(&self, row: &HeatRow, y: f64, most: i128) -> Vec<(usize, String)> {
        let edges = self.edges();
        let mut paths: Vec<(usize, String)> = Vec::new();
        let shades: Vec<usize> = row.values.iter().map(|&value| shade(value, most)).collect();
        let mut start = 0;
        for same in shades.chunk_by(|a, b| a == b) {
            let end = start + same.len();
            let places = edges.get(start).zip(edges.get(end));
            start = end;
            let (Some((left, right)), Some(&shade)) = (places, same.first()) else {
                continue;
            };
            if shade == 0 {
                continue;
            }
            let at = match paths.binary_search_by_key(&shade, |(known, _)| *known) {
                Ok(at) => at,
                Err(at) => {
                    paths.insert(at, (shade, String::new()));
                    at
                }
            };
            if let Some((_, path)) = paths.get_mut(at) {
                let _ = write!(
                    path,
                    "M{left:.1} {y}H{right:.1}V{}H{left:.1}Z",
                    y + ROW - 2.0
                );
            }
        }
        paths
    }

    fn axis(&self, out: &mut String) {
        let y = TOP + ROW * self.rows.len() as f64 + 14.0;
        let ends = [
            (0, LEFT, "start"),
            (self.times.len() - 1, WIDTH - RIGHT, "end"),
        ];
        for (at, x, anchor) in ends {
            let _ = write!(
                out,
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>",
                text(&self.moment(at))
            );
        }
    }

    /// When a moment was, by what is known of it.
    fn moment(&self, at: usize) -> String {
        moment(at, self.times.get(at).copied().filter(|_| self.is_timed))
    }

    /// What a shade stands for.
    fn key(&self, most: i128, out: &mut String) {
        let y = TOP + ROW * self.rows.len() as f64 + 34.0;
        let steps = [SHADES / 4, SHADES / 2, SHADES * 3 / 4, SHADES];
        for (at, shade) in steps.into_iter().enumerate() {
            let x = LEFT + 120.0 * at as f64;
            let part = shade as f64 / SHADES as f64;
            let value = (most as f64 * part * part) as i128;
            let _ = write!(
                out,
                "<rect x=\"{x}\" y=\"{:.1}\" width=\"14\" height=\"10\" fill=\"{COLOUR}\" fill-opacity=\"{:.3}\"/>\
                 <text x=\"{:.1}\" y=\"{y}\">{}</text>",
                y - 9.0,
                opacity(shade),
                x + 20.0,
                text(&auto_label(value, &self.unit))
            );
        }
    }

    fn table(&self, out: &mut String) {
        let count = self.times.len();
        let columns: Vec<usize> = match count <= TABLE_MOMENTS {
            true => (0..count).collect(),
            false => (0..TABLE_MOMENTS)
                .map(|at| at * (count - 1) / (TABLE_MOMENTS - 1))
                .collect(),
        };
        out.push_str("<details><summary>The same as a table</summary><div class=\"scroll\"><table class=\"data\"><thead><tr>");
        for &at in &columns {
            let _ = write!(
                out,
                "<th scope=\"col\" data-type=\"number\">{}</th>",
                text(&self.moment(at))
            );
        }
        out.push_str("<th scope=\"col\">name</th></tr></thead><tbody>");
        for row in &self.rows {
            out.push_str("<tr>");
            for &at in &columns {
                let value = row.values.get(at).copied().unwrap_or(0);
                let label = auto_label(value, &self.unit);
                let _ = write!(
                    out,
                    "<td class=\"number\" data-value=\"{value}\">{}</td>",
                    text(&label)
                );
            }
            let _ = write!(out, "<td>{}</td></tr>", text(&row.name));
        }
        out.push_str("</tbody></table></div></details>");
    }
}

/// Seen on white and on black.
const COLOUR: &str = "#d9480f";

fn opacity(shade: usize) -> f64 {
    shade as f64 / SHADES as f64
}

/// By the square root of its part of the largest, so that what is small is seen beside it; 0 is nothing.
fn shade(value: i128, most: i128) -> usize {
    if value <= 0 {
        return 0;
    }
    let part = (value as f64 / most as f64).sqrt();
    ((part * SHADES as f64).round() as usize).clamp(1, SHADES)
}

/// The end of a name tells more than its start.
fn shortened(name: &str) -> String {
    let count = name.chars().count();
    match count <= LETTERS {
        true => name.to_owned(),
        false => {
            let end: String = name.chars().skip(count + 1 - LETTERS).collect();
            format!("…{end}")
        }
    }
}

fn joined(parts: impl Iterator<Item = impl ToString>) -> String {
    let parts: Vec<String> = parts.map(|part| part.to_string()).collect();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::{Heat, HeatRow, MOST_MOMENTS, MOST_ROWS, kept};

    fn heat(rows: usize, moments: usize) -> Heat {
        let row = |at: usize| HeatRow {
            name: format!("<{at}>"),
            values: (0..moments).map(|moment| (at * moment) as i128).collect(),
        };
        Heat {
            title: "a & b".to_owned(),
            unit: "bytes".to_owned(),
            times: (0..moments).map(|at| at as f64 * 60.0).collect(),
            is_timed: true,
            rows: (0..rows).map(row).collect(),
        }
    }

    #[test]
    fn what_is_not_shown_is_a_row_of_its_own() {
        let all = heat(40, 5);
        let shown = all.clone().shown();
        assert_eq!(shown.rows.len(), MOST_ROWS + 1);
        let sum = |heat: &Heat, at: usize| heat.rows.iter().map(|row| row.values[at]).sum::<i128>();
        assert_eq!(sum(&shown, 4), sum(&all, 4));
        // The one of zeros is none.
        assert_eq!(shown.rows[MOST_ROWS].name, "27 others");
    }

    #[test]
    fn long_series_keep_their_ends() {
        let moments = kept(1000);
        assert_eq!((moments.len(), moments[0]), (MOST_MOMENTS, 0));
        assert_eq!(moments.last(), Some(&999));
        assert!(moments.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(kept(3), [0, 1, 2]);
    }

    #[test]
    fn names_are_no_markup_and_one_moment_is_no_picture() {
        let html = heat(3, 4).shown().html().unwrap();
        assert!(html.contains("&lt;2&gt;") && !html.contains("<2>") && html.contains("a &amp; b"));
        assert_eq!(heat(3, 1).shown().html(), None);
    }
}
