//! Reads the memory statistics that end heap texts with debug=1 (runtime/pprof/pprof.go:
//! writeHeapInternal), as loggers, terminals and issues hand them on.

use super::memstats::counter;
use super::snapshot::{GcSnapshot, GcSource, PauseRing};

/// The line that the statistics start with.
pub(super) const START: &str = "# runtime.MemStats";

/// Collects statistics line by line; a text may have several, one after another.
#[derive(Debug, Default)]
pub(super) struct Footers {
    done: Vec<GcSnapshot>,
    current: Option<Footer>,
}

#[derive(Debug)]
struct Footer {
    snapshot: GcSnapshot,
    nanos: Option<Vec<u64>>,
    ends: Option<Vec<u64>>,
}

impl Footers {
    /// The next line, whatever it is.
    pub(super) fn line(&mut self, line: &str) {
        // Within the string of a JSON line or of logfmt all lines are one.
        for line in line.split("\\n") {
            self.one(line);
        }
    }

    fn one(&mut self, line: &str) {
        if line.contains(START) {
            self.end();
            self.current = Some(Footer::new());
            return;
        }
        let Some((key, value)) = field(line) else {
            return;
        };
        if let Some(footer) = &mut self.current {
            footer.set(key, value);
        }
    }

    /// Whether the next line may be one of statistics that have started.
    pub(super) fn is_within(&self) -> bool {
        self.current.is_some()
    }

    /// What another form said.
    pub(super) fn add(&mut self, snapshot: GcSnapshot) {
        self.end();
        self.done.push(snapshot);
    }

    /// All statistics.
    pub(super) fn finish(mut self) -> Vec<GcSnapshot> {
        self.end();
        self.done
    }

    fn end(&mut self) {
        self.done.extend(self.current.take().map(Footer::finish));
    }
}

/// `# Alloc = 1`, with whatever a logger wrote before it.
fn field(line: &str) -> Option<(&str, &str)> {
    let (before, value) = line.split_once(" = ")?;
    let (_, key) = before.rsplit_once("# ")?;
    let is_name = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphabetic());
    let value = value.trim_end_matches(['"', '}', ',']).trim();
    is_name.then_some((key, value))
}

impl Footer {
    fn new() -> Self {
        Self {
            snapshot: GcSnapshot::new(GcSource::HeapText),
            nanos: None,
            ends: None,
        }
    }

    fn set(&mut self, key: &str, value: &str) {
        let is_read = match key {
            "PauseNs" => set(&mut self.nanos, ring(value)),
            "PauseEnd" => set(&mut self.ends, ring(value)),
            "GCCPUFraction" => set(&mut self.snapshot.cpu.gc_fraction, share(value)),
            "Stack" | "MSpan" | "MCache" => self.set_pair(key, value),
            // Constants since Go 1.1 and 1.10, in texts of all versions.
            "DebugGC" | "EnableGC" | "Lookups" => true,
            _ => match counter(&mut self.snapshot, key) {
                Some(counter) => set(counter, value.parse().ok()),
                None => false,
            },
        };
        if !is_read {
            self.snapshot.unread.add(&format!("{key} = {value}"));
        }
    }

    /// `491520 / 524288`.
    fn set_pair(&mut self, key: &str, value: &str) -> bool {
        let system = &mut self.snapshot.system;
        let (in_use, sys) = match key {
            "Stack" => (&mut system.stack_inuse, &mut system.stack_sys),
            "MSpan" => (&mut system.mspan_inuse, &mut system.mspan_sys),
            _ => (&mut system.mcache_inuse, &mut system.mcache_sys),
        };
        let Some((first, second)) = value.split_once('/') else {
            return false;
        };
        set(in_use, first.trim().parse().ok()) & set(sys, second.trim().parse().ok())
    }

    fn finish(mut self) -> GcSnapshot {
        let rings = self.nanos.zip(self.ends);
        self.snapshot.pauses = rings.and_then(|(nanos, ends)| PauseRing::new(nanos, ends));
        self.snapshot
    }
}

/// Whether there was a value to set.
fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let is_read = value.is_some();
    *place = value;
    is_read
}

fn share(value: &str) -> Option<f64> {
    let share: f64 = value.parse().ok()?;
    share.is_finite().then_some(share)
}

/// `[107177 1249223 0]`; `None` where it is cut or damaged: a ring has all its places or none.
fn ring(value: &str) -> Option<Vec<u64>> {
    let inner = value.strip_prefix('[')?.strip_suffix(']')?;
    let numbers: Result<Vec<u64>, _> = inner.split_whitespace().map(str::parse).collect();
    numbers.ok().filter(|numbers| numbers.len() == RING)
}

/// Places of the rings (runtime/mstats.go: MemStats).
const RING: usize = 256;

#[cfg(test)]
mod tests {
    use super::{Footers, RING};

    fn ring(first: &[u64]) -> String {
        let mut numbers: Vec<String> = first.iter().map(u64::to_string).collect();
        numbers.resize(RING, "0".to_owned());
        format!("[{}]", numbers.join(" "))
    }

    fn text() -> String {
        format!(
            "# runtime.MemStats\n# Alloc = 2030656\n# Stack = 491520 / 524288\n# PauseNs = {}\n\
             # PauseEnd = {}\n# NumGC = 2\n# GCCPUFraction = 0.0017\n# DebugGC = false\n\
             # MaxRSS = 21581824\n",
            ring(&[107_177, 1_249_223]),
            ring(&[1_000, 2_000])
        )
    }

    fn read(text: &str) -> Vec<super::GcSnapshot> {
        let mut footers = Footers::default();
        text.lines().for_each(|line| footers.line(line));
        footers.finish()
    }

    #[test]
    fn reads_all_fields() {
        let snapshots = read(&text());
        let [snapshot] = snapshots.as_slice() else {
            panic!("expected one, found {}", snapshots.len());
        };
        assert_eq!(snapshot.heap.alloc, Some(2_030_656));
        assert_eq!(snapshot.system.stack_inuse, Some(491_520));
        assert_eq!(snapshot.system.stack_sys, Some(524_288));
        assert_eq!(snapshot.cycle_pause(1), Some(107_177));
        assert_eq!(snapshot.cycle_end(2), Some(2_000));
        assert_eq!(snapshot.cycle_end(3), None);
        assert_eq!(snapshot.cpu.gc_fraction, Some(0.0017));
        assert_eq!(snapshot.resident.max_rss, Some(21_581_824));
        assert_eq!(snapshot.unread.count, 0);
        assert_eq!(snapshot.counters.total_alloc, None);
    }

    #[test]
    fn reads_what_loggers_make_of_it() {
        let plain = read(&text());
        let prefixed: String = text()
            .lines()
            .map(|line| format!("2026-11-25T14:26:07.81Z stderr F {line}\r\n"))
            .collect();
        let as_json = format!("{{\"msg\":\"{}\"}}", text().replace('\n', "\\n"));
        for handed_on in [prefixed, as_json, text().replace("# ", "> # ")] {
            assert_eq!(read(&handed_on), plain, "{handed_on}");
        }
    }

    #[test]
    fn counts_what_is_damaged() {
        let damaged = text()
            .replace("# Alloc = 2030656", "# Alloc = 20x")
            .replace("0]", "0");
        let snapshot = &read(&damaged)[0];
        assert_eq!(snapshot.heap.alloc, None);
        assert_eq!(snapshot.pauses, None);
        assert_eq!(snapshot.unread.count, 3);
        assert_eq!(snapshot.unread.first[0], "Alloc = 20x");
    }

    #[test]
    fn several_are_a_series() {
        assert_eq!(read(&format!("{0}\n{0}", text())).len(), 2);
        assert!(read("# Alloc = 1\n").is_empty());
    }
}
