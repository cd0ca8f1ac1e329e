//! Numbers over time as lines: a picture that needs no scripts.

use std::fmt::Write;

use heapwise_analysis::units::{auto_label, narrow};

use crate::formats::xml::text;

/// Lines over time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) unit: String,
    /// When each point was, in seconds since the first; else its number.
    pub(crate) times: Vec<f64>,
    pub(crate) is_timed: bool,
    pub(crate) lines: Vec<Line>,
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) name: String,
    /// A value for each point.
    pub(crate) values: Vec<f64>,
    pub(crate) band: Option<Band>,
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

impl Chart {
    /// Draws it; `None` where there are fewer than two points.
    pub(crate) fn svg(&self) -> Option<String> {
        if self.times.len() < 2 || self.lines.is_empty() {
            return None;
        }
        let scale = Scale::of(self);
        let height = HEIGHT + ROW * self.lines.len() as f64;
        let title = text(&self.title);
        let mut svg = format!(
            "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             role=\"img\" aria-label=\"{title}\" font-family=\"system-ui,sans-serif\" font-size=\"12\" \
             fill=\"currentColor\"><title>{title}</title>\
             <text x=\"{LEFT}\" y=\"18\" font-weight=\"600\">{title}</text>"
        );
        self.grid(&scale, &mut svg);
        for (at, line) in self.lines.iter().enumerate() {
            self.line(at, line, &scale, &mut svg);
        }
        svg.push_str("</svg>");
        Some(svg)
    }

    fn grid(&self, scale: &Scale, svg: &mut String) {
        for step in 0..=GRID {
            let value = scale.top * step as f64 / GRID as f64;
            let y = scale.y(value);
            let label = text(&auto_label(value.round() as i128, &self.unit));
            let _ = write!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"currentColor\" \
                 stroke-opacity=\"0.15\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                y + 4.0
            );
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

    fn line(&self, at: usize, line: &Line, scale: &Scale, svg: &mut String) {
        let colour = COLOURS.get(at % COLOURS.len()).copied().unwrap_or("#888");
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
        let path: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let _ = write!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
             stroke-linejoin=\"round\"/>",
            path.join(" ")
        );
        for (x, y) in &points {
            let _ = write!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\" fill=\"{colour}\"/>"
            );
        }
        let label = |value: Option<&f64>| {
            let value = value.copied().unwrap_or(0.0).round() as i128;
            auto_label(value, &self.unit)
        };
        let legend = format!(
            "{}: {} -> {}",
            line.name,
            label(line.values.first()),
            label(line.values.last())
        );
        let y = HEIGHT + ROW * at as f64;
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
        let start = chart.times.first().copied().unwrap_or(0.0);
        let end = chart.times.last().copied().unwrap_or(1.0);
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
            }],
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
    fn one_point_is_no_line() {
        assert_eq!(chart(vec![0.0]).svg(), None);
    }
}
