//! Sites with their callers and callees.

use std::io::{self, Write};

use anstyle::Style;
use heapwise_analysis::graph::{CallGraph, GraphCall, GraphNode, NodeErrors};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::units::{narrow, percentage};
use heapwise_analysis::{Estimate, GoRegex, Granularity, Omitted, Origin, Site};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use crate::formats::delimited::{SITE_FIELDS, estimate_fields, site_fields, write_rows};
use crate::formats::error_text;
use crate::formats::format::Format;
use crate::formats::json::{self, Envelope, JsonEstimate, JsonSite};
use crate::formats::markdown;
use crate::formats::site_text::{noun, singular, style};
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::{self, Layout};
use crate::views::view_report::{JsonValue, ViewReport};
use crate::with::with;

/// Sites between those that call them and those that they call.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallsReport<'a> {
    /// What it is of.
    pub report: ViewReport<'a>,
    /// The calls.
    pub graph: CallGraph,
    /// The sampling errors; absent where values are not those of the samples, such as means.
    pub errors: Option<NodeErrors>,
    /// Only sites whose name matches (`peek`); all without it (`tree`).
    pub pattern: Option<GoRegex>,
    /// Of the intervals.
    pub confidence: Confidence,
}

impl<'a> CallsReport<'a> {
    /// Of the calls of a view, all sites.
    #[must_use]
    pub fn new(report: ViewReport<'a>, graph: CallGraph) -> Self {
        Self {
            report,
            graph,
            errors: None,
            pattern: None,
            confidence: Confidence::default(),
        }
    }

    with! {
        /// The sampling errors, where they can be told.
        with_errors(errors: Option<NodeErrors>);
        /// Only sites whose name matches.
        with_pattern(pattern: Option<GoRegex>);
        /// Of the intervals.
        with_confidence(confidence: Confidence);
    }
}

/// Below this width the columns that can be done without are left out.
const NARROW: usize = 110;

/// What a table has room for.
#[derive(Debug, Clone, Copy)]
struct Room {
    is_narrow: bool,
    /// Whether an empty line is between sites.
    is_airy: bool,
}

/// How a row stands to the site that it is shown for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Caller,
    Site,
    Callee,
}

impl Room {
    const FOR_MARKDOWN: Room = Room {
        is_narrow: false,
        is_airy: false,
    };
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Role::Caller => "caller",
            Role::Site => "site",
            Role::Callee => "callee",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Role::Caller => "  <- ",
            Role::Site => "",
            Role::Callee => "  -> ",
        }
    }
}

impl CallsReport<'_> {
    /// The formats that it has.
    pub const FORMATS: &'static [Format] =
        &[Format::Text, Format::Json, Format::Csv, Format::Markdown];

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
                let headline = self.report.headline(&self.headline());
                writeln!(out, "**{}**\n", markdown::escape(&headline))?;
                markdown::write_table(&self.table(Room::FOR_MARKDOWN), out)?;
                match self.footer() {
                    Some(line) => writeln!(out, "\n{}", markdown::escape(line)),
                    None => Ok(()),
                }
            }
            other => Err(other.unsupported()),
        }
    }

    /// How many sites it shows.
    pub fn site_count(&self) -> usize {
        self.sites().len()
    }

    fn sites(&self) -> Vec<&GraphNode> {
        let matches = |row: &&GraphNode| {
            let name = self.graph.name(row);
            self.pattern.as_ref().is_none_or(|p| p.is_match(&name))
        };
        self.graph.rows().iter().filter(matches).collect()
    }

    /// The sites that are not shown, because they are small, too many, or do not match.
    pub fn omitted(&self) -> Omitted {
        let rows = self.graph.rows();
        let sites = self.sites();
        let sum = |nodes: &mut dyn Iterator<Item = &GraphNode>| -> i128 {
            nodes.map(|node| i128::from(node.flat)).sum()
        };
        let mut omitted = self.graph.omitted();
        omitted.rows += rows.len() - sites.len();
        omitted.flat += sum(&mut rows.iter()) - sum(&mut sites.into_iter());
        omitted
    }

    /// The flat and the cumulative value of a site.
    fn estimates(&self, node: &GraphNode) -> (Estimate, Estimate) {
        let divisor = self.report.view.options().divide_by;
        let (flat, cum) = match &self.errors {
            Some(errors) => errors.of_node(node, self.confidence),
            None => (
                Estimate::unknown(node.flat.into()),
                Estimate::unknown(node.cum.into()),
            ),
        };
        (flat.divided_by(divisor), cum.divided_by(divisor))
    }

    fn granularity(&self) -> Granularity {
        self.report.view.options().granularity.unwrap_or_default()
    }

    fn headline(&self) -> String {
        let shown = self.sites().len();
        let all = shown + self.omitted().rows;
        let what = noun(self.granularity(), all);
        match &self.pattern {
            Some(_) => format!("{shown} of {all} {what} match"),
            None if shown == all => format!("{all} {what}"),
            None => format!("{shown} of {all} {what}"),
        }
    }

    fn write_text(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        self.report.write_head(&self.headline(), out)?;
        let room = Room {
            is_narrow: layout.width.is_some_and(|width| width < NARROW),
            is_airy: true,
        };
        text::write_table(&self.table(room), layout, out)?;
        match self.footer() {
            Some(line) if !room.is_narrow => text::write_sentence(line, layout, out),
            _ => Ok(()),
        }
    }

    /// What errors without an upper limit mean, where one is shown.
    fn footer(&self) -> Option<&'static str> {
        let is_open = |node: &&GraphNode| {
            let (flat, cum) = self.estimates(node);
            [flat, cum].into_iter().any(error_text::lacks_upper_limit)
        };
        let is_shown = self.sites().iter().any(is_open);
        is_shown.then_some(error_text::NO_UPPER_LIMIT)
    }

    fn table(&self, room: Room) -> Table {
        let mut lines = Vec::new();
        for node in self.sites() {
            if room.is_airy && !lines.is_empty() {
                let texts = [const { String::new() }; COLUMNS];
                lines.push(self.cells(texts, Cell::plain(""), room));
            }
            for (caller, call) in self.graph.callers_of(node) {
                lines.push(self.call_line(Role::Caller, node, caller, call, room));
            }
            lines.push(self.site_line(node, room));
            for (callee, call) in self.graph.callees_of(node) {
                lines.push(self.call_line(Role::Callee, node, callee, call, room));
            }
        }
        let omitted = self.omitted();
        if self.pattern.is_none() && (omitted.rows > 0 || lines.is_empty()) {
            lines.push(self.rest_line(omitted, room));
        }
        Table::of_lines(lines)
    }

    fn site_line(&self, node: &GraphNode, room: Room) -> Vec<(Column, Cell)> {
        let (flat, cum) = self.estimates(node);
        let texts = [
            self.report.label(node.flat),
            error_text::relative(flat),
            self.report.share(node.flat),
            self.report.label(node.cum),
            error_text::relative(cum),
            self.report.share(node.cum),
            String::new(),
            String::new(),
        ];
        let site = self.graph.site(node);
        let name = Cell::styled(site.pprof_name(), style(&site).bold());
        self.cells(texts, name, room)
    }

    /// What is left out; means do not add up.
    fn rest_line(&self, omitted: Omitted, room: Room) -> Vec<(Column, Cell)> {
        let mut texts = [const { String::new() }; COLUMNS];
        if !self.report.view.options().mean {
            let [flat, _, share, ..] = &mut texts;
            *flat = self.report.label(narrow(omitted.flat));
            *share = self.report.share(narrow(omitted.flat));
        }
        let name = format!("in {} more", omitted.rows);
        self.cells(texts, Cell::plain(name), room)
    }

    /// A call, with its part of the site's cumulative value.
    fn call_line(
        &self,
        role: Role,
        node: &GraphNode,
        other: &GraphNode,
        call: &GraphCall,
        room: Room,
    ) -> Vec<(Column, Cell)> {
        let weight = call.mean();
        let mut texts = [const { String::new() }; COLUMNS];
        let [.., value, part] = &mut texts;
        *value = self.report.label(weight);
        if !self.report.view.options().mean {
            part.push_str(percentage(weight, node.cum).trim());
        }
        let site = self.graph.site(other);
        let inlined = if call.is_inlined { " (inline)" } else { "" };
        let name = format!("{}{}{inlined}", role.mark(), site.pprof_name());
        let look = if site_is_dim(&site) {
            Style::new().dimmed()
        } else {
            Style::new()
        };
        self.cells(texts, Cell::styled(name, look), room)
    }

    fn cells(&self, texts: [String; COLUMNS], name: Cell, room: Room) -> Vec<(Column, Cell)> {
        let has_errors = self.errors.is_some();
        let titles = TITLES.iter().zip(texts);
        let kept = titles.filter(|(title, _)| match **title {
            "±" => has_errors && !room.is_narrow,
            _ => true,
        });
        let mut line: Vec<_> = kept
            .map(|(title, text)| (Column::right(*title), Cell::plain(text)))
            .collect();
        line.push((Column::sites(singular(self.granularity())), name));
        line
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut header = vec!["of", "role"];
        header.extend(SITE_FIELDS);
        header.extend(["flat", "flat_se", "flat_low", "flat_high"]);
        header.extend(["cum", "cum_se", "cum_low", "cum_high", "call", "inlined"]);
        let mut rows = Vec::new();
        for node in self.sites() {
            let of = self.graph.site(node).pprof_name();
            let mut call_row = |role: Role, other: &GraphNode, call: &GraphCall| {
                let mut row = vec![of.clone(), role.name().to_owned()];
                row.extend(site_fields(&self.graph.site(other)));
                row.extend([const { String::new() }; 8]);
                row.extend([
                    self.divided(call.mean()).to_string(),
                    call.is_inlined.to_string(),
                ]);
                rows.push(row);
            };
            for (caller, call) in self.graph.callers_of(node) {
                call_row(Role::Caller, caller, call);
            }
            for (callee, call) in self.graph.callees_of(node) {
                call_row(Role::Callee, callee, call);
            }
            let (flat, cum) = self.estimates(node);
            let mut row = vec![of, Role::Site.name().to_owned()];
            row.extend(site_fields(&self.graph.site(node)));
            row.extend(estimate_fields(flat));
            row.extend(estimate_fields(cum));
            row.extend([const { String::new() }; 2]);
            rows.push(row);
        }
        write_rows(&header, rows.into_iter(), out)
    }

    fn divided(&self, value: i64) -> i128 {
        let divisor = self.report.view.options().divide_by;
        Estimate::unknown(value.into()).divided_by(divisor).value
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = self.graph.head();
        let omitted = self.omitted();
        let schema = match self.pattern {
            None => "heapwise.tree/1",
            Some(_) => "heapwise.peek/1",
        };
        let document = CallsDocument {
            envelope: Envelope::new(schema, &self.report.inputs, &self.report.warnings),
            value: self.report.json_value(),
            granularity: self.granularity().name(),
            filters: self.report.view.filters(),
            omitted: JsonOmittedSites {
                rows: omitted.rows,
                flat: (!self.report.view.options().mean)
                    .then(|| self.divided(narrow(omitted.flat))),
                calls: head.dropped_edges,
            },
            rows: JsonRows { report: self },
        };
        json::write(&document, out)
    }
}

const COLUMNS: usize = 8;
const TITLES: [&str; COLUMNS] = ["flat", "±", "flat%", "cum", "±", "cum%", "calls", "calls%"];

fn site_is_dim(site: &Site) -> bool {
    matches!(Origin::of(site), Origin::Runtime)
}

#[derive(Serialize)]
struct CallsDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    #[serde(flatten)]
    value: JsonValue,
    granularity: &'static str,
    filters: &'a [String],
    rows: JsonRows<'a>,
    omitted: JsonOmittedSites,
}

/// Made one by one while they are written.
struct JsonRows<'a> {
    report: &'a CallsReport<'a>,
}

impl Serialize for JsonRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let CallsReport { graph, .. } = self.report;
        let mut rows = serializer.serialize_seq(None)?;
        for node in self.report.sites() {
            let (flat, cum) = self.report.estimates(node);
            let site = graph.site(node);
            let calls = |calls| JsonCalls {
                report: self.report,
                calls,
            };
            rows.serialize_element(&CallsRow {
                site: JsonSite::new(&site, graph.inlined(node), self.report.granularity()),
                flat: flat.into(),
                cum: cum.into(),
                callers: calls(graph.callers_of(node).collect()),
                callees: calls(graph.callees_of(node).collect()),
            })?;
        }
        rows.end()
    }
}

/// The calls to or from a site, each with its other end.
struct JsonCalls<'a> {
    report: &'a CallsReport<'a>,
    calls: Vec<(&'a GraphNode, &'a GraphCall)>,
}

impl Serialize for JsonCalls<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let CallsReport { graph, .. } = self.report;
        let mut calls = serializer.serialize_seq(Some(self.calls.len()))?;
        for (other, call) in &self.calls {
            let site = graph.site(other);
            calls.serialize_element(&JsonCall {
                site: JsonSite::new(&site, graph.inlined(other), self.report.granularity()),
                value: self.report.divided(call.mean()),
                inlined: call.is_inlined,
                over_omitted: call.is_residual,
            })?;
        }
        calls.end()
    }
}

#[derive(Serialize)]
struct JsonOmittedSites {
    rows: usize,
    flat: Option<i128>,
    calls: usize,
}

#[derive(Serialize)]
struct CallsRow<'a> {
    site: JsonSite<'a>,
    flat: JsonEstimate,
    cum: JsonEstimate,
    callers: JsonCalls<'a>,
    callees: JsonCalls<'a>,
}

/// A call: its other end and what was sampled below it.
#[derive(Serialize)]
struct JsonCall<'a> {
    site: JsonSite<'a>,
    value: i128,
    inlined: bool,
    over_omitted: bool,
}
