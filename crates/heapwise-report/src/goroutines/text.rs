//! Groups of goroutines as text.

use std::io::{self, Write};

use anstyle::Style;
use heapwise_analysis::{Cause, CreatorNode, GoroutineGroup};

use super::detail::Part;
use super::{GoroutinesReport, is_alarming, table};
use crate::formats::site_text::{LEAST_NAME, shorten};
use crate::formats::text::{self, Layout, printable, wrapped, write_details};

/// The names of lines under a group take this much.
const INDENT: usize = 2;
const NAME: usize = 12;
/// The numbers before the names of a tree take this much.
const NODE: usize = 27;

/// For people: what is leaked or growing first, in full, then a table of the rest.
pub(super) fn write(
    report: &GoroutinesReport,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    for line in report.headline() {
        for line in wrapped(&line, layout.width) {
            writeln!(out, "{line}")?;
        }
    }
    if report.tree {
        writeln!(out)?;
        return write_tree(&report.answer.creators, layout, out);
    }
    let (alarming, others): (Vec<&GoroutineGroup>, Vec<&GoroutineGroup>) =
        report.shown().iter().partition(|group| is_alarming(group));
    let mut before: &[Cause] = &[];
    for group in alarming {
        let is_same = !group.causes.is_empty() && is_same_cause(&group.causes, before);
        let part = if is_same { Part::Further } else { Part::First };
        write_group(report, group, part, layout, out)?;
        before = &group.causes;
    }
    let others: Vec<&GoroutineGroup> = others
        .into_iter()
        .filter(|group| group.counts.iter().any(|&count| count != 0))
        .collect();
    if !others.is_empty() {
        writeln!(out)?;
        text::write_table(&report.table(&others, layout.width), layout, out)?;
    }
    let footer = report.footer();
    if !footer.is_empty() {
        writeln!(out)?;
    }
    for line in footer {
        for line in wrapped(&line, layout.width) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// Whether groups are parts of one thing, such as the goroutines of a connection.
fn is_same_cause(causes: &[Cause], before: &[Cause]) -> bool {
    let pair = |cause: &Cause| (cause.pattern, cause.evidence.clone());
    causes.iter().map(pair).eq(before.iter().map(pair))
}

fn write_group(
    report: &GoroutinesReport,
    group: &GoroutineGroup,
    part: Part,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = report.title(group);
    let title = printable(&title);
    writeln!(out, "\n{}", styled(&title, table::red().bold(), layout))?;
    let room = layout
        .width
        .map(|width| width.saturating_sub(INDENT + NAME).max(LEAST_NAME));
    let details = report.details(group, part, room);
    write_details(details, (INDENT, NAME), room, out)
}

fn styled(text: &str, style: Style, layout: Layout) -> String {
    match layout.color {
        true => format!("{}{text}{}", style.render(), style.render_reset()),
        false => text.to_owned(),
    }
}

fn write_tree(nodes: &[CreatorNode], layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "goroutines  of them here  started in, below what started it"
    )?;
    for node in nodes {
        write_node(node, 0, layout, out)?;
    }
    Ok(())
}

fn write_node(
    node: &CreatorNode,
    depth: usize,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = match node.function.as_str() {
        "" => "(no frames)",
        name => name,
    };
    let indent = 2 * depth;
    let name = match layout.width {
        Some(width) => shorten(name, width.saturating_sub(NODE + indent).max(LEAST_NAME)),
        None => name.into(),
    };
    let name = printable(&name);
    writeln!(
        out,
        "{:>10}  {:>12}  {:indent$}{name}",
        node.total(),
        node.count,
        ""
    )?;
    for child in &node.children {
        write_node(child, depth + 1, layout, out)?;
    }
    Ok(())
}
