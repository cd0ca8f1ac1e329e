//! `go tool pprof -callgrind`, byte for byte: a profile for KCachegrind (report/report.go:
//! printCallgrind).

use std::collections::HashMap;
use std::io::{self, Write};

use heapwise_analysis::graph::{CallGraph, GraphNode, NodeInfo};
use heapwise_analysis::units::scale;

/// Writes the graph in the format of callgrind.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_callgrind(graph: &CallGraph, out: &mut dyn Write) -> io::Result<()> {
    let head = graph.head();
    writeln!(out, "positions: instr line")?;
    writeln!(out, "events: {}({})", head.sample_type, head.unit.to)?;
    let mut writer = Writer {
        graph,
        functions: Functions::of(graph),
        objects: Names::default(),
        files: Names::default(),
        names: Names::default(),
        before: None,
        out,
    };
    for row in graph.rows() {
        writer.row(row)?;
    }
    Ok(())
}

struct Writer<'a> {
    graph: &'a CallGraph,
    functions: Functions,
    objects: Names,
    files: Names,
    names: Names,
    /// The row written last: rows of one function need not say so again, and addresses are
    /// relative to its.
    before: Option<NodeInfo>,
    out: &'a mut dyn Write,
}

impl Writer<'_> {
    fn row(&mut self, row: &GraphNode) -> io::Result<()> {
        let graph = self.graph;
        let info = graph.info(row);
        let is_same = self.before.as_ref().is_some_and(|before| {
            before.object == info.object
                && before.file == info.file
                && before.function == info.function
        });
        if !is_same {
            writeln!(self.out)?;
            line(self.out, "ob=", &self.objects.compress(&info.object))?;
            line(self.out, "fl=", &self.files.compress(&info.file))?;
            line(self.out, "fn=", &self.names.compress(&info.function))?;
        }
        let address = self.address(info.address);
        writeln!(self.out, "{address} {} {}", info.line, self.value(row.flat))?;
        for (callee, call) in graph.callees_of(row) {
            let callee_info = graph.info(callee);
            let name = self.functions.name(graph, callee, &callee_info);
            line(self.out, "cfl=", &self.files.compress(&callee_info.file))?;
            line(self.out, "cfn=", &self.names.compress(&name))?;
            let address = self.address(callee_info.address);
            writeln!(self.out, "calls=0 {address} {}", callee_info.line)?;
            writeln!(self.out, "* * {}", self.value(call.weight))?;
        }
        self.before = Some(info);
        Ok(())
    }

    fn value(&self, value: i64) -> i64 {
        let unit = &self.graph.head().unit;
        scale(value, &unit.from, &unit.to).0 as i64
    }

    /// An address, relative to the last where that is shorter (report/report.go:
    /// callgrindAddress).
    fn address(&self, address: u64) -> String {
        let absolute = format!("{address:#x}");
        let Some(before) = &self.before else {
            return absolute;
        };
        if before.address == address {
            return "*".to_owned();
        }
        let relative = format!("{:+}", address.wrapping_sub(before.address) as i64);
        if relative.len() < absolute.len() {
            relative
        } else {
            absolute
        }
    }
}

fn line(out: &mut dyn Write, start: &str, text: &[u8]) -> io::Result<()> {
    out.write_all(start.as_bytes())?;
    out.write_all(text)?;
    out.write_all(b"\n")
}

/// Texts that have been written, which get by with their number the next time (report/report.go:
/// callgrindName).
#[derive(Default)]
struct Names {
    numbers: HashMap<Vec<u8>, usize>,
}

impl Names {
    fn compress(&mut self, name: &[u8]) -> Vec<u8> {
        if name.is_empty() {
            return Vec::new();
        }
        if let Some(number) = self.numbers.get(name) {
            return format!("({number})").into_bytes();
        }
        let number = self.numbers.len() + 1;
        self.numbers.insert(name.to_vec(), number);
        let mut text = format!("({number}) ").into_bytes();
        text.extend(name);
        text
    }
}

/// The functions that share a file and a name, which callgrind would take for one
/// (report/report.go: getDisambiguatedNames).
struct Functions {
    /// By file and name, the numbers of functions in order of appearance.
    same: HashMap<FileAndName, HashMap<Option<u32>, usize>>,
}

type FileAndName = (Vec<u8>, Vec<u8>);

impl Functions {
    fn of(graph: &CallGraph) -> Functions {
        let mut same: HashMap<_, HashMap<Option<u32>, usize>> = HashMap::new();
        for row in graph.rows() {
            let info = graph.info(row);
            let functions = same.entry((info.file, info.function)).or_default();
            let next = functions.len();
            let function = graph.function_number(row);
            functions.entry(function).or_insert(next);
        }
        Functions { same }
    }

    /// A callee's name, with a number where others share it; none for what is no row.
    fn name(&self, graph: &CallGraph, node: &GraphNode, info: &NodeInfo) -> Vec<u8> {
        if !node.is_row {
            return Vec::new();
        }
        let key = (info.file.clone(), info.function.clone());
        let mut name = info.function.clone();
        if let Some(functions) = self.same.get(&key)
            && functions.len() > 1
            && let Some(at) = functions.get(&graph.function_number(node))
        {
            name.extend(format!(" [{}/{}]", at + 1, functions.len()).as_bytes());
        }
        name
    }
}
