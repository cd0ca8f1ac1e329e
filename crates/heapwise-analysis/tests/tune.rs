//! What is predicted from one run of a program, beside what was measured under 29 settings each
//! (`testdata/tune`, made by `scripts/measure-tune.py`).
//!
//! The question is the user's: everything is predicted from the baseline run alone, its allocation rate too, and
//! nothing is taken from the cell that it is compared with. `TUNE_TABLE=overwrite` writes the table anew.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "reads its own data, and prints what it found"
)]

#[path = "../../heapwise-decode/tests/common/beside.rs"]
mod beside;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use heapwise_analysis::gc::tune::{Bracket, Prediction, Program, Setting, predict};
use serde_json::Value;

const MIB: f64 = 1048576.0;

/// The last was looked at when all was done.
const PROGRAMS: [&str; 7] = [
    "steady", "bursty", "growing", "buffers", "fast", "small", "late",
];

#[test]
fn predictions_hold_on_real_runs() {
    let mut all = Score::default();
    let mut text = String::new();
    for name in PROGRAMS {
        let cells = cells(name);
        let score = Score::of(&cells);
        writeln!(text, "### {name}\n\n{}\n\n{}", score.line(), table(&cells)).unwrap();
        println!("{name}: {}", score.line());
        score.expect(0.85);
        all.add(&score);
    }
    println!("all: {}", all.line());
    all.expect(0.9);
    assert!(median(&all.widths) < 1.5, "the rate says little");
    assert!(all.unsure * 3 < all.cells, "unsure: {}", all.line());
    let text = format!("All {}: {}\n\n{text}", PROGRAMS.len(), all.line());
    check_page(text.trim_end());
}

/// Under any of the settings, not only under GOGC=100: each cell is the baseline of all others.
#[test]
fn most_predictions_hold_whichever_run_they_are_made_from() {
    let mut all = Score::default();
    for name in PROGRAMS {
        let rows = rows(name);
        let mut score = Score::default();
        for base in &rows[1..] {
            score.add(&Score::of(&cells_by(base, &rows[1..])));
        }
        println!("{name}: {} too low; {}", score.under, score.line());
        all.add(&score);
    }
    println!("all: {} too low; {}", all.under, all.line());
    assert!(all.goal * 100 >= all.cells * 85);
    assert!(all.rate_of_as_much * 100 >= all.cells * 90);
    assert!(all.under * 100 <= all.cells * 3);
}

#[test]
fn predictions_hold_on_the_runs_of_the_prototype() {
    // 1.5 seconds a cell, of which at GOGC=400 two collections: the goal only.
    let Some(path) = beside::shared("samples/grid-rows.json") else {
        return;
    };
    let rows: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let of = |row: &Value, part: &str, key: &str| row[part][key].as_f64().unwrap();
    let base = rows
        .iter()
        .find(|row| row["GOGC"] == "100" && row["lim"].is_null());
    let base = base.unwrap();
    let after = |key: &str| of(base, "after", key) as u64;
    let class = |name: &str| after(&format!("/memory/classes/{name}:bytes"));
    let heap = class("heap/released") + class("heap/free") + class("heap/objects");
    let program = Program::new(after("/gc/heap/live:bytes"), class("total") - heap).with_roots(
        after("/gc/scan/stack:bytes"),
        after("/gc/scan/globals:bytes"),
    );
    let mut within = 0;
    for row in &rows {
        let gogc = row["GOGC"].as_str().and_then(|text| text.parse().ok());
        let limit = row["lim"].as_str().map(|text| text.trim_end_matches("MiB"));
        let limit = limit.map(|text| text.parse::<u64>().unwrap() << 20);
        let goal = predict(&program, Setting::new(gogc, limit))
            .heap_goal
            .unwrap() as f64;
        within += usize::from((goal / of(row, "after", "/gc/heap/goal:bytes") - 1.0).abs() <= 0.05);
    }
    println!("prototype: goal within 5 % in {within} of {}", rows.len());
    assert!(within * 100 >= rows.len() * 85);
}

/// A setting, with what was predicted and what was measured.
struct Cell {
    row: Value,
    /// Allocation rate, as a part of that of the baseline.
    allocated: f64,
    prediction: Prediction,
}

fn cells(name: &str) -> Vec<Cell> {
    let rows = rows(name);
    cells_by(&rows[0], &rows[1..])
}

fn rows(name: &str) -> Vec<Value> {
    let path = workspace().join(format!("testdata/tune/{name}.json"));
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    file["rows"].as_array().unwrap().clone()
}

/// What one run predicts of others.
fn cells_by(baseline: &Value, rows: &[Value]) -> Vec<Cell> {
    let program = program(baseline);
    let rate = |row: &Value| number(row, "alloc") / number(row, "seconds");
    let cell = |row: &Value| Cell {
        allocated: rate(row) / rate(baseline),
        row: row.clone(),
        prediction: predict(&program, setting(row)),
    };
    rows.iter().map(cell).collect()
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The least, the mean, or the most of what was seen.
fn seen(row: &Value, key: &str, which: usize) -> u64 {
    row[key][which].as_u64().unwrap()
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap()
}

fn setting(row: &Value) -> Setting {
    let gogc = row["gogc"]
        .as_u64()
        .map(|gogc| u32::try_from(gogc).unwrap());
    Setting::new(gogc, row["limit"].as_u64())
}

fn program(row: &Value) -> Program {
    let (cycles, seconds) = (number(row, "cycles"), number(row, "seconds"));
    let idle = number(row, "idle_mark");
    let own = number(row, "all_cpu") - number(row, "idle_cpu") - number(row, "gc_cpu");
    Program::new(seen(row, "live", 1), seen(row, "non_heap", 1))
        .with_live_range(seen(row, "live", 0), seen(row, "live", 2))
        .with_least_non_heap(seen(row, "non_heap", 0))
        .with_roots(number(row, "stack") as u64, number(row, "globals") as u64)
        .with_setting(setting(row))
        .with_allocation_rate(number(row, "alloc") / seconds)
        .with_processors(number(row, "procs") as u32)
        .with_gc_per_second(cycles / seconds)
        .with_cpu_per_cycle((number(row, "gc_cpu") - idle) / cycles, Some(idle / cycles))
        .with_busy(own / seconds)
        .with_peak(number(row, "peak") as u64)
}

impl Cell {
    fn goal_error(&self) -> f64 {
        self.prediction.heap_goal.unwrap() as f64 / seen(&self.row, "goal", 1) as f64 - 1.0
    }

    fn rate(&self) -> (f64, Bracket) {
        let measured = number(&self.row, "cycles") / number(&self.row, "seconds");
        (measured, self.prediction.gc_per_second.unwrap())
    }

    /// The same, as if the program had allocated as fast as at the baseline.
    fn rate_of_as_much(&self) -> f64 {
        self.rate().0 / self.allocated
    }

    fn cpu(&self) -> (f64, Bracket) {
        let cpu = number(&self.row, "gc_cpu") - number(&self.row, "idle_mark");
        let all = number(&self.row, "seconds") * number(&self.row, "procs");
        (cpu / all, self.prediction.gc_cpu.unwrap())
    }

    /// By how much the measured peak is above the prediction, as a part of what was measured.
    fn under(&self) -> f64 {
        1.0 - self.prediction.peak.unwrap().high / number(&self.row, "peak")
    }

    fn is_sure(&self) -> bool {
        self.prediction.unsure.is_empty()
    }
}

/// How well predictions did.
#[derive(Default)]
struct Score {
    cells: usize,
    goal: usize,
    rate: usize,
    rate_of_as_much: usize,
    slowed: usize,
    cpu: usize,
    widths: Vec<f64>,
    cpu_widths: Vec<f64>,
    unsure: usize,
    under: usize,
    worst: f64,
    worst_unsure: f64,
    above: Vec<f64>,
    least_cycles: f64,
}

impl Score {
    fn of(cells: &[Cell]) -> Score {
        let mut score = Score {
            least_cycles: f64::INFINITY,
            ..Score::default()
        };
        for cell in cells {
            let ((rate, rates), (cpu, cpus)) = (cell.rate(), cell.cpu());
            score.cells += 1;
            score.least_cycles = score.least_cycles.min(number(&cell.row, "cycles"));
            score.goal += usize::from(cell.goal_error().abs() <= 0.05);
            score.rate += usize::from(rates.contains(rate));
            score.rate_of_as_much += usize::from(rates.contains(cell.rate_of_as_much()));
            score.slowed += usize::from(cell.allocated < 0.95);
            score.cpu += usize::from(cpus.contains(cpu));
            score.widths.push(rates.high / rates.low);
            score.cpu_widths.push(cpus.high / cpus.low);
            score.above.push(-cell.under());
            let worst = match cell.is_sure() {
                true => &mut score.worst,
                false => &mut score.worst_unsure,
            };
            *worst = worst.max(cell.under());
            score.unsure += usize::from(!cell.is_sure());
            score.under += usize::from(cell.is_sure() && cell.under() > 0.05);
        }
        score
    }

    fn add(&mut self, other: &Score) {
        self.least_cycles = match self.cells {
            0 => other.least_cycles,
            _ => self.least_cycles.min(other.least_cycles),
        };
        self.cells += other.cells;
        self.goal += other.goal;
        self.rate += other.rate;
        self.rate_of_as_much += other.rate_of_as_much;
        self.slowed += other.slowed;
        self.cpu += other.cpu;
        self.widths.extend(&other.widths);
        self.cpu_widths.extend(&other.cpu_widths);
        self.above.extend(&other.above);
        self.unsure += other.unsure;
        self.under += other.under;
        self.worst = self.worst.max(other.worst);
        self.worst_unsure = self.worst_unsure.max(other.worst_unsure);
    }

    fn expect(&self, part: f64) {
        let enough = |count: usize| count as f64 >= part * self.cells as f64;
        assert!(self.cells >= 28 && self.least_cycles >= 20.0, "too few");
        assert!(enough(self.goal), "heap goals: {}", self.line());
        // Where other programs, or the collector itself, kept a program from allocating as much as before, what was
        // predicted is what it does per byte.
        assert!(enough(self.rate_of_as_much), "collections: {}", self.line());
        assert_eq!(self.under, 0, "peaks that are too low: {}", self.line());
    }

    fn line(&self) -> String {
        format!(
            "{} cells of at least {} collections. Heap goal within 5 % in {}. Collections per second inside their \
             bracket in {} (in {} per byte allocated: {} cells were slower than the baseline by more than 5 %), whose ends are {:.2} times apart (median). GC CPU inside in {}, {:.1} times apart. \
             Measured peak above the predicted one by {:.1} % at most where sure, {:.1} % in the {} cells marked \
             unsure; prediction above the measured peak by {:.0} % (median).",
            self.cells,
            self.least_cycles,
            self.goal,
            self.rate,
            self.rate_of_as_much,
            self.slowed,
            median(&self.widths),
            self.cpu,
            median(&self.cpu_widths),
            100.0 * self.worst,
            100.0 * self.worst_unsure,
            self.unsure,
            100.0 * median(&self.above),
        )
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn table(cells: &[Cell]) -> String {
    let mut text = "| GOGC | limit | goal: predicted, measured | GC/s: predicted, measured | GC CPU: predicted, \
                    measured | peak: up to, measured | |\n|---:|---:|---:|---:|---:|---:|:---|\n"
        .to_owned();
    for cell in cells {
        let (setting, row) = (cell.prediction.setting, &cell.row);
        let gogc = setting
            .gogc
            .map_or("off".to_owned(), |gogc| gogc.to_string());
        let limit = setting
            .memory_limit
            .map(|bytes| format!("{:.0}", bytes as f64 / MIB));
        let ((rate, rates), (cpu, cpus)) = (cell.rate(), cell.cpu());
        let mut notes: Vec<&str> = cell
            .prediction
            .unsure
            .iter()
            .map(|why| why.name())
            .collect();
        notes.extend((cell.goal_error().abs() > 0.05).then_some("*goal*"));
        notes.extend((!rates.contains(rate)).then_some("*GC/s*"));
        notes.extend((!cpus.contains(cpu)).then_some("*CPU*"));
        writeln!(
            text,
            "| {gogc} | {} | {:.1}, {:.1} | {:.1} to {:.1}, {rate:.1} | {:.1} to {:.1} %, {:.1} % | {:.0}, {:.0} | {} |",
            limit.unwrap_or_default(),
            cell.prediction.heap_goal.unwrap() as f64 / MIB,
            seen(row, "goal", 1) as f64 / MIB,
            rates.low,
            rates.high,
            100.0 * cpus.low,
            100.0 * cpus.high,
            100.0 * cpu,
            cell.prediction.peak.unwrap().high / MIB,
            number(row, "peak") / MIB,
            notes.join(", "),
        )
        .unwrap();
    }
    text
}

/// The page shows these numbers behind this mark.
const MARK: &str = "<!-- made by crates/heapwise-analysis/tests/tune.rs -->\n\n";

fn check_page(text: &str) {
    let path = workspace().join("testdata/tune/README.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, shown) = page.split_once(MARK).unwrap();
    if std::env::var_os("TUNE_TABLE").is_some_and(|value| value == "overwrite") {
        std::fs::write(&path, format!("{head}{MARK}{text}\n")).unwrap();
        return;
    }
    assert_eq!(shown.trim_end(), text, "{}", path.display());
}
