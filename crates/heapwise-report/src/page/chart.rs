//! Numbers over time as lines: a picture that needs no scripts.

use std::fmt::Write;

use heapwise_analysis::units::{auto_label, narrow};

use crate::formats::xml::text;

/// Lines over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) unit: String,
    /// When each point was, in seconds since the first; else its number.
    pub(crate) times: Vec<f64>,
    pub(crate) is_timed: bool,
    pub(crate) lines: Vec<Line>,
    /// What parts of the time are called, where they do not follow one another.
    pub(crate) spans: Vec<Span>,
}

/// A part of the time, in seconds as the times of its chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    pub(crate) label: String,
    pub(crate) from: f64,
    pub(crate) to: f64,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Line {
    pub(crate) name: String,
    /// A value for each point; none where it is no number.
    pub(crate) values: Vec<f64>,
    pub(crate) band: Option<Band>,
    /// Which colour; else that of its place.
    pub(crate) colour: Option<usize>,
    pub(crate) is_dashed: bool,
}

/// Where a value may have gone to since a point, at the least and at the most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Band {
    pub(crate) since: usize,
    /// At the last point.
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// More lines cannot be told apart.
pub(crate) const MOST_LINES: usize = 6;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 34.0;
const ROW: f64 = 16.0;
const GRID: usize = 4;
/// Points of which each is seen.
const MOST_DOTS: usize = 60;

impl Chart {
    /// Draws it; `None` where there are fewer than two points.
    pub(crate) fn svg(&self) -> Option<String> {
        if self.times.len() < 2 || self.lines.is_empty() {
            return None;
        }
        let scale = Scale::of(self);
        let named = self.lines.iter().filter(|line| !line.name.is_empty());
        let height = HEIGHT + ROW * named.count() as f64;
        let title = text(&self.title);
        let mut svg = format!(
            "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             role=\"img\" aria-label=\"{title}\" font-family=\"system-ui,sans-serif\" font-size=\"12\" \
             fill=\"currentColor\"><title>{title}</title>\
             <text x=\"{LEFT}\" y=\"18\" font-weight=\"600\">{title}</text>"
        );
        self.spans(&scale, &mut svg);
        self.grid(&scale, &mut svg);
        let mut row = 0;
        for (at, line) in self.lines.iter().enumerate() {
            self.line(at, line, &scale, &mut svg);
            if !line.name.is_empty() {
                self.legend(row, at, line, &mut svg);
                row += 1;
            }
        }
        svg.push_str("</svg>");
        Some(svg)
    }

    fn grid(&self, scale: &Scale, svg: &mut String) {
        for step in 0..=GRID {
            let value = scale.top * step as f64 / GRID as f64;
            let y = scale.y(value);
            let label = text(&self.label(value));
            let _ = write!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"currentColor\" \
                 stroke-opacity=\"0.15\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                y + 4.0
            );
        }
        if !self.spans.is_empty() {
            return;
        }
        let ends = [(0, "start"), (self.times.len() - 1, "end")];
        for (at, anchor) in ends {
            let time = self.times.get(at).copied().unwrap_or(0.0);
            let label = match self.is_timed {
                true => auto_label(narrow((time * 1e9) as i128).into(), "nanoseconds"),
                false => format!("snapshot {}", at + 1),
            };
            let _ = write!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
                scale.x(time),
                HEIGHT - BOTTOM + 18.0,
                text(&label)
            );
        }
    }

    /// Shades the parts of the time, and says what they are.
    fn spans(&self, scale: &Scale, svg: &mut String) {
        for span in &self.spans {
            let (from, to) = (scale.x(span.from), scale.x(span.to));
            let _ = write!(
                svg,
                "<rect x=\"{from:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{}\" fill=\"currentColor\" \
                 fill-opacity=\"0.05\"/><text x=\"{from:.1}\" y=\"{}\">{}</text>",
                to - from,
                HEIGHT - TOP - BOTTOM,
                HEIGHT - BOTTOM + 18.0,
                text(&span.label)
            );
        }
    }

    /// How a value is written.
    fn label(&self, value: f64) -> String {
        match self.unit.as_str() {
            "%" | "/s" => {
                let digits = if value.abs() < 10.0 { 2 } else { 1 };
                let number = format!("{value:.digits$}");
                let number = number.trim_end_matches('0').trim_end_matches('.');
                format!("{number}{}", self.unit)
            }
            unit => auto_label(value.round() as i128, unit),
        }
    }

    fn line(&self, at: usize, line: &Line, scale: &Scale, svg: &mut String) {
        let colour = line.colour(at);
        let points = self.times.iter().zip(&line.values);
        let points: Vec<(f64, f64)> = points
            .map(|(&time, &value)| (scale.x(time), scale.y(value)))
            .collect();
        if let Some(band) = line.band
            && let Some(start) = points.get(band.since)
            && let Some(last) = points.last()
        {
            let _ = write!(
                svg,
                "<path d=\"M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z\" fill=\"{colour}\" fill-opacity=\"0.15\"/>",
                start.0,
                start.1,
                last.0,
                scale.y(band.low.max(0.0)),
                last.0,
                scale.y(band.high)
            );
        }
        let dashes = match line.is_dashed {
            true => " stroke-dasharray=\"6 3\"",
            false => "",
        };
        // Where there is no value the line ends, and begins anew.
        let is_there = |point: &(f64, f64)| point.1.is_finite();
        for part in points.chunk_by(|one, next| is_there(one) == is_there(next)) {
            if !part.iter().all(is_there) {
                continue;
            }
            let path: Vec<String> = part.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            let _ = write!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
                 stroke-linejoin=\"round\"{dashes}/>",
                path.join(" ")
            );
            // Among many points only one by itself would not be seen.
            if points.len() <= MOST_DOTS || part.len() == 1 {
                for (x, y) in part {
                    let _ = write!(
                        svg,
                        "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\" fill=\"{colour}\"/>"
                    );
                }
            }
        }
    }

    /// What a line is, and where it begins and ends.
    fn legend(&self, row: usize, at: usize, line: &Line, svg: &mut String) {
        let colour = line.colour(at);
        let mut known = line.values.iter().filter(|value| value.is_finite());
        let first = known.next().copied().unwrap_or(0.0);
        let last = known.next_back().copied().unwrap_or(first);
        let legend = format!(
            "{}: {} -> {}",
            line.name,
            self.label(first),
            self.label(last)
        );
        let y = HEIGHT + ROW * row as f64;
        let _ = write!(
            svg,
            "<rect x=\"{LEFT}\" y=\"{:.1}\" width=\"10\" height=\"10\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{y:.1}\">{}</text>",
            y - 9.0,
            LEFT + 16.0,
            text(&legend)
        );
    }
}

impl Line {
    fn colour(&self, at: usize) -> &'static str {
        let colour = COLOURS.get(self.colour.unwrap_or(at) % COLOURS.len());
        colour.copied().unwrap_or("#888")
    }
}

/// Told apart by those who do not see red and green, too, on white and on black (Okabe and Ito).
const COLOURS: [&str; MOST_LINES] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
];

/// From values to places.
struct Scale {
    start: f64,
    span: f64,
    top: f64,
}

impl Scale {
    fn of(chart: &Chart) -> Scale {
        let spans = chart.spans.iter().flat_map(|span| [span.from, span.to]);
        let times = chart.times.iter().copied().chain(spans);
        let start = times.clone().fold(f64::INFINITY, f64::min);
        let end = times.fold(f64::NEG_INFINITY, f64::max);
        let values = chart.lines.iter().flat_map(|line| {
            let band = line.band.map(|band| band.high);
            line.values.iter().copied().chain(band)
        });
        let top = values.fold(0.0, f64::max);
        Scale {
            start,
            span: if end > start { end - start } else { 1.0 },
            top: GRID as f64 * nice_step(top / GRID as f64, &chart.unit),
        }
    }

    fn x(&self, time: f64) -> f64 {
        LEFT + (time - self.start) / self.span * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let part = (value / self.top).clamp(0.0, 1.0);
        HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)
    }
}

/// The next larger step that people count in: of bytes a power of two, else 1, 2, 2.5 or 5 of a power
/// of ten.
fn nice_step(step: f64, unit: &str) -> f64 {
    if step <= 0.0 {
        return 1.0;
    }
    // A step that is one already stays, whatever the logarithm makes of it.
    let least = step * (1.0 - 1e-9);
    if unit == "bytes" {
        return 2_f64.powf(least.log2().ceil()).max(1.0);
    }
    let power = 10_f64.powf(step.log10().floor());
    let mut steps = [1.0, 2.0, 2.5, 5.0].iter().map(|part| part * power);
    let nice = steps.find(|nice| *nice >= least).unwrap_or(10.0 * power);
    // Counts have no parts.
    if unit == "count" { nice.ceil() } else { nice }
}

#[cfg(test)]
mod tests {
    use super::{Band, Chart, Line};

    fn chart(times: Vec<f64>) -> Chart {
        Chart {
            title: "<in use>".to_owned(),
            unit: "bytes".to_owned(),
            times,
            is_timed: true,
            lines: vec![Line {
                name: "a & b".to_owned(),
                values: vec![0.0, 1024.0],
                band: Some(Band {
                    since: 0,
                    low: 512.0,
                    high: 2048.0,
                }),
                ..Line::default()
            }],
            spans: Vec::new(),
        }
    }

    #[test]
    fn draws_lines_bands_and_no_markup_of_others() {
        let svg = chart(vec![0.0, 60.0]).svg().expect("two points");
        assert!(svg.contains("&lt;in use&gt;") && svg.contains("a &amp; b: 0 -&gt; 1kB"));
        // The band reaches the top, the line half of it.
        assert!(
            svg.contains("880.0,130.0") && svg.contains("L880.0 34.0Z"),
            "{svg}"
        );
    }

    #[test]
    fn where_there_is_no_value_there_is_no_line() {
        let mut chart = chart(vec![0.0, 60.0, 120.0]);
        chart.unit = "%".to_owned();
        chart.lines[0].values = vec![0.5, f64::NAN, 12.25];
        chart.lines[0].band = None;
        let svg = chart.svg().expect("three points");
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert!(
            !svg.contains("NaN") && svg.contains("0.5% -&gt; 12.2%"),
            "{svg}"
        );
    }

    #[test]
    fn one_point_is_no_line() {
        assert_eq!(chart(vec![0.0]).svg(), None);
    }
}
