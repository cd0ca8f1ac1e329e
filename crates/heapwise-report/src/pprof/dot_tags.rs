//! The boxes of tags beside the box of their node (graph/dotgraph.go: addNodelets).

use std::cmp::Reverse;
use std::io::{self, Write};

use heapwise_analysis::graph::{CallGraph, GraphNode, GraphTag};
use heapwise_analysis::units::{scale, scaled_label};

/// Boxes of one kind beside a node, at most.
const MAX_TAGS: usize = 4;

/// Which values of tags are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    /// Of nodes that call others.
    Flat,
    /// Of leaves: with what they called and is left out.
    Cum,
}

/// Writes the boxes of a node's tags and tells whether there are any.
pub(super) fn write_tags(
    graph: &CallGraph,
    node: &GraphNode,
    id: usize,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let values = if node.callees.is_empty() {
        Values::Cum
    } else {
        Values::Flat
    };
    let unit = &graph.head().unit;
    let mut any = false;
    let mut labels = graph.label_tags(node);
    sort(&mut labels, values);
    for (at, tag) in labels.iter().take(MAX_TAGS).enumerate() {
        let value = match values {
            Values::Flat => tag.flat_mean(),
            Values::Cum => tag.cum_mean(),
        };
        if value == 0 {
            continue;
        }
        any = true;
        let weight = unit.label(value);
        write!(out, "N{id}_{at} [label = \"")?;
        out.write_all(&tag.name)?;
        writeln!(
            out,
            "\" id=\"N{id}_{at}\" fontsize=8 shape=box3d tooltip=\"{weight}\"]"
        )?;
        writeln!(
            out,
            "N{id} -> N{id}_{at} [label=\" {weight}\" weight=100 tooltip=\"{weight}\" \
             labeltooltip=\"{weight}\"]"
        )?;
        let sizes = graph.size_tags(node, &tag.name);
        write_sizes(graph, sizes, values, &format!("N{id}_{at}"), out)?;
    }
    let sizes = graph.size_tags(node, b"");
    Ok(write_sizes(graph, sizes, values, &format!("N{id}"), out)? || any)
}

/// Writes boxes of sizes, in few groups (graph/dotgraph.go: numericNodelets).
fn write_sizes(
    graph: &CallGraph,
    sizes: Vec<GraphTag>,
    values: Values,
    source: &str,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let mut any = false;
    for (at, tag) in grouped(sizes, values).iter().enumerate() {
        let (flat, cum) = (tag.flat_mean(), tag.cum_mean());
        let (value, style) = if values == Values::Flat || flat == cum {
            (flat, "")
        } else {
            (cum, " style=\"dotted\"")
        };
        if value == 0 {
            continue;
        }
        any = true;
        let weight = graph.head().unit.label(value);
        write!(out, "N{source}_{at} [label = \"")?;
        out.write_all(&tag.name)?;
        writeln!(
            out,
            "\" id=\"N{source}_{at}\" fontsize=8 shape=box3d tooltip=\"{weight}\"]"
        )?;
        writeln!(
            out,
            "{source} -> N{source}_{at} [label=\" {weight}\" weight=100 tooltip=\"{weight}\" \
             labeltooltip=\"{weight}\"{style}]"
        )?;
    }
    Ok(any)
}

/// Largest first, equal ones by name (graph/graph.go: SortTags).
fn sort(tags: &mut [GraphTag], values: Values) {
    tags.sort_by_cached_key(|tag| {
        let cum = match values {
            Values::Flat => 0,
            Values::Cum => tag.cum.0.unsigned_abs(),
        };
        (
            Reverse(cum),
            Reverse(tag.flat.0.unsigned_abs()),
            tag.name.clone(),
        )
    });
}

/// The largest sizes, each with those that are nearest to it (graph/dotgraph.go: collapsedTags).
fn grouped(mut sizes: Vec<GraphTag>, values: Values) -> Vec<GraphTag> {
    sort(&mut sizes, values);
    if sizes.len() <= MAX_TAGS {
        return sizes;
    }
    let rest = sizes.split_off(MAX_TAGS);
    let mut groups: Vec<Vec<GraphTag>> = sizes.into_iter().map(|tag| vec![tag]).collect();
    for tag in rest {
        let near = |group: &[GraphTag]| group.first().map_or(f64::INFINITY, |t| distance(&tag, t));
        let mut nearest: Option<(usize, f64)> = None;
        for (at, group) in groups.iter().enumerate() {
            let distance = near(group);
            if nearest.is_none_or(|(_, least)| distance < least) {
                nearest = Some((at, distance));
            }
        }
        if let Some((at, _)) = nearest
            && let Some(group) = groups.get_mut(at)
        {
            group.push(tag);
        }
    }
    let mut joined: Vec<GraphTag> = groups.iter().filter_map(|group| join(group)).collect();
    sort(&mut joined, values);
    joined
}

/// How far apart two sizes are (graph/dotgraph.go: tagDistance).
fn distance(tag: &GraphTag, other: &GraphTag) -> f64 {
    let value = scale(other.value, &other.unit, &tag.unit).0;
    (value - tag.value as f64).abs()
}

/// A group of sizes as one, named by its least and its greatest (graph/dotgraph.go:
/// tagGroupLabel).
fn join(group: &[GraphTag]) -> Option<GraphTag> {
    let (first, rest) = group.split_first()?;
    let name = |tag: &GraphTag| scaled_label(tag.value, &tag.unit, "auto");
    let (mut least, mut greatest) = (first, first);
    let (mut flat, mut cum) = (first.flat, first.cum);
    for tag in rest {
        if tag.value < least.value {
            least = tag;
        }
        if tag.value > greatest.value {
            greatest = tag;
        }
        flat = sum(flat, tag.flat);
        cum = sum(cum, tag.cum);
    }
    let name = if rest.is_empty() {
        name(first)
    } else {
        format!("{}..{}", name(least), name(greatest))
    };
    let mean = |(value, divisor): (i64, i64)| (value.checked_div(divisor).unwrap_or(value), 0);
    Some(GraphTag {
        name: name.into_bytes(),
        flat: mean(flat),
        cum: mean(cum),
        ..GraphTag::default()
    })
}

fn sum(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    (a.0.saturating_add(b.0), a.1.saturating_add(b.1))
}
