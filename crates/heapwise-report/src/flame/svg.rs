//! A picture that does not move: for READMEs and pull requests, without scripts.

use std::io::{self, Write};

use heapwise_analysis::flame::{FlameDifference, FlameGraph};
use heapwise_analysis::units::{auto_label, narrow, percentage, signed_label};
use heapwise_decode::{agree, counted};

use super::picture::{Rect, layout, name_of};
use super::sizes::{Negative, Sizes};
use super::{FlameReport, Judged, colour};
use crate::formats::error_text;
use crate::formats::xml::text;
use crate::views::filters::left_by;

/// Of the picture, in pixels.
const WIDTH: f64 = 1200.0;
const ROW: u32 = 17;
const MARGIN: u32 = 10;
const HEAD: u32 = 30;
/// Of a letter, about.
const LETTER: f64 = 6.6;
/// Fewer letters of a name say nothing.
const LEAST_LETTERS: usize = 3;

/// A frame as it is drawn.
struct Drawn {
    colour: String,
    name: String,
    title: String,
}

/// Writes the sample type that is shown.
pub(super) fn write(report: &FlameReport, out: &mut dyn Write) -> io::Result<()> {
    let graph = &report.graph;
    let index = report.sample_index;
    let profile = graph.rankings().len().saturating_sub(1);
    let row = |node: usize| {
        graph
            .rankings()
            .last()
            .and_then(|ranking| ranking.rows.get(node))
    };
    let value = |node: usize| row(node).map_or(0, |row| row.cum_of(index));
    let known = graph
        .header()
        .and_then(|header| header.sample_types.get(index));
    let unit = known.map_or("", |known| known.unit.as_str());
    let total = value(0);
    let sizes = Sizes::of(graph, value);
    let whole = report.whole(index);
    let drawn = |node: usize| {
        let cum = graph.cum(profile, node, index, report.confidence);
        let error = error_text::relative(cum);
        let share = percentage(narrow(cum.value), narrow(whole));
        Drawn {
            colour: match graph.frame(node) {
                Some(_) if cum.value < 0 => colour::below_zero(),
                Some(frame) => colour::of_frame(frame),
                None => colour::PLAIN.to_owned(),
            },
            name: name_of(graph, node),
            title: format!(
                "{}: {}{}{}, {}",
                name_of(graph, node),
                auto_label(cum.value, unit),
                if error.is_empty() { "" } else { " " },
                error,
                share.trim()
            ),
        }
    };
    let type_ = known.map_or("", |known| known.type_.as_str());
    let label = |value| auto_label(value, unit);
    let head = format!("{}: {type_} {}", report.title, label(total));
    let head = match left_by(&report.filters) {
        Some(filters) => format!("{head} of {}, {filters}", label(whole)),
        None => head,
    };
    let feet = [left_out(graph), below_zero(sizes.negative, unit)];
    write_picture(&head, &feet, &layout(graph, WIDTH, &sizes), drawn, out)
}

/// What is said of frames that are below zero.
fn below_zero(negative: Option<Negative>, unit: &str) -> Option<String> {
    let Negative { frames, sum } = negative?;
    Some(format!(
        "{} of {} below zero: frames are as wide as what they add up to without signs",
        auto_label(sum, unit),
        counted(frames, "frame")
    ))
}

/// Writes what changed: as wide as what there is after, coloured where it is no noise.
pub(crate) fn write_difference(
    title: &str,
    flame: &FlameDifference,
    judged: Option<Judged>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let graph = &flame.graph;
    let unit = flame.difference.sample_type.unit.as_str();
    let change = |node: usize| flame.changes.get(node).map(|change| &change.cum);
    let after = |node: usize| change(node).map_or(0, |change| change.after.value);
    let drawn = |node: usize| {
        let name = name_of(graph, node);
        let Some(change) = change(node) else {
            return Drawn {
                colour: colour::PLAIN.to_owned(),
                title: name.clone(),
                name,
            };
        };
        let most = change.before.value.max(change.after.value).max(1);
        let share = change.delta.value as f64 / most as f64;
        Drawn {
            colour: colour::of_change(change.verdict, share),
            title: format!(
                "{name}: {} -> {}, {} ({})",
                auto_label(change.before.value, unit),
                auto_label(change.after.value, unit),
                signed_label(change.delta.value, unit),
                change.verdict.name().replace('_', " "),
            ),
            name,
        }
    };
    let total = &flame.difference.total;
    let head = format!(
        "{title}: {} {} -> {}; red is more, blue is less, grey is noise",
        flame.difference.sample_type.type_,
        auto_label(total.before.value, unit),
        auto_label(total.after.value, unit),
    );
    let sizes = Sizes::of(graph, after);
    let judged = judged.map(|Judged { frames, sites }| {
        format!("each is judged among {frames} frames, and in the table of diff among {sites}")
    });
    let feet = [left_out(graph), below_zero(sizes.negative, unit), judged];
    write_picture(&head, &feet, &layout(graph, WIDTH, &sizes), drawn, out)
}

fn left_out(graph: &FlameGraph) -> Option<String> {
    let left = graph.left_out?;
    // Parts of a percent, without what binary fractions add.
    let below = (left.below * 1e8).round() / 1e6;
    let frames = counted(left.frames, "frame");
    let are = agree(&left.frames, "is", "are");
    Some(match left.most {
        Some(most) => format!("{frames} {are} drawn together: only the {most} largest are shown"),
        None => format!("{frames} below {below}% of the total {are} drawn together"),
    })
}

fn write_picture(
    head: &str,
    feet: &[Option<String>],
    rects: &[Rect],
    drawn: impl Fn(usize) -> Drawn,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rows = rects.iter().map(|rect| rect.row + 1).max().unwrap_or(0);
    let feet: Vec<&String> = feet.iter().flatten().collect();
    let foot_height = match feet.len() as u32 {
        0 => 0,
        lines => lines * ROW + MARGIN,
    };
    let height = HEAD + rows * ROW + MARGIN + foot_height;
    let width = WIDTH + 2.0 * f64::from(MARGIN);
    let head = text(head);
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"{head}\" \
         font-family=\"ui-monospace,Menlo,Consolas,monospace\" font-size=\"11\">"
    )?;
    writeln!(out, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>")?;
    writeln!(
        out,
        "<text x=\"{MARGIN}\" y=\"19\" font-size=\"13\">{head}</text>"
    )?;
    for rect in rects {
        write_frame(rect, &drawn(rect.node), out)?;
    }
    for (lines, foot) in feet.iter().rev().enumerate() {
        let y = height - MARGIN - lines as u32 * ROW;
        writeln!(
            out,
            "<text x=\"{MARGIN}\" y=\"{y}\" fill=\"#555\">{}</text>",
            text(foot)
        )?;
    }
    writeln!(out, "</svg>")
}

fn write_frame(rect: &Rect, drawn: &Drawn, out: &mut dyn Write) -> io::Result<()> {
    let x = f64::from(MARGIN) + rect.x;
    let y = HEAD + rect.row * ROW;
    // A line of white is left between frames that are wide enough for it.
    let width = if rect.width > 2.0 {
        rect.width - 0.5
    } else {
        rect.width
    };
    write!(
        out,
        "<g><title>{}</title><rect x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"{}\" \
         fill=\"{}\" rx=\"1\"/>",
        text(&drawn.title),
        ROW - 1,
        drawn.colour
    )?;
    let room = (width - 6.0).max(0.0) / LETTER;
    if let Some(name) = clipped(&drawn.name, room as usize) {
        write!(
            out,
            "<text x=\"{:.1}\" y=\"{}\">{}</text>",
            x + 3.0,
            y + 12,
            text(&name)
        )?;
    }
    writeln!(out, "</g>")
}

/// As much of a name as there is room for.
fn clipped(name: &str, room: usize) -> Option<String> {
    if name.chars().count() <= room {
        return Some(name.to_owned());
    }
    (room >= LEAST_LETTERS).then(|| {
        let start: String = name.chars().take(room - 1).collect();
        format!("{start}…")
    })
}
