//! The memory statistics at the end of heap texts.

/// The counters of Go's allocator and collector, as a heap text with debug=1 ends with them
/// (runtime/pprof/pprof.go: writeHeapInternal; meanings in runtime/mstats.go: MemStats).
///
/// Bytes and counts. A counter that the text does not have is 0, as are all that Go adds later.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct MemStats {
    /// Bytes of heap objects.
    pub alloc: u64,
    /// Bytes allocated for heap objects since the start.
    pub total_alloc: u64,
    /// Bytes obtained from the system.
    pub sys: u64,
    /// Pointer lookups by the runtime.
    pub lookups: u64,
    /// Heap objects allocated since the start.
    pub mallocs: u64,
    /// Heap objects freed since the start.
    pub frees: u64,
    /// Bytes of heap objects.
    pub heap_alloc: u64,
    /// Bytes of heap obtained from the system.
    pub heap_sys: u64,
    /// Bytes in spans that hold nothing.
    pub heap_idle: u64,
    /// Bytes in spans that hold something.
    pub heap_inuse: u64,
    /// Bytes returned to the system.
    pub heap_released: u64,
    /// Heap objects.
    pub heap_objects: u64,
    /// Bytes of stacks: in use, obtained from the system.
    pub stack: (u64, u64),
    /// Bytes of mspan structures: in use, obtained from the system.
    pub mspan: (u64, u64),
    /// Bytes of mcache structures: in use, obtained from the system.
    pub mcache: (u64, u64),
    /// Bytes of the profiler's hash tables.
    pub buck_hash_sys: u64,
    /// Bytes of the collector's metadata.
    pub gc_sys: u64,
    /// Bytes of everything else of the runtime.
    pub other_sys: u64,
    /// Heap size at which the next collection ends.
    pub next_gc: u64,
    /// End of the last collection, in nanoseconds since 1970-01-01 UTC.
    pub last_gc: u64,
    /// Nanoseconds of the last 256 pauses, as a ring: the last one is at (NumGC + 255) % 256.
    pub pause_ns: Vec<u64>,
    /// Ends of these pauses, in nanoseconds since 1970-01-01 UTC.
    pub pause_end: Vec<u64>,
    /// Collections finished.
    pub num_gc: u64,
    /// Collections that the program asked for.
    pub num_forced_gc: u64,
    /// Share of CPU time that the collector took since the start.
    pub gc_cpu_fraction: f64,
    /// Largest resident set, in bytes; not on every system.
    pub max_rss: Option<u64>,
}

/// The memory statistics in a text; `None` when it has none.
pub fn memstats(text: &str) -> Option<MemStats> {
    let mut lines = text.lines();
    lines.find(|line| line.trim_end() == "# runtime.MemStats")?;
    let mut stats = MemStats::default();
    for line in lines {
        if let Some((key, value)) = line.strip_prefix("# ").and_then(|l| l.split_once(" = ")) {
            stats.set(key, value.trim_end());
        }
    }
    Some(stats)
}

impl MemStats {
    fn set(&mut self, key: &str, value: &str) {
        let counter = match key {
            "Stack" => return set_pair(&mut self.stack, value),
            "MSpan" => return set_pair(&mut self.mspan, value),
            "MCache" => return set_pair(&mut self.mcache, value),
            "PauseNs" => return self.pause_ns = ring(value),
            "PauseEnd" => return self.pause_end = ring(value),
            "GCCPUFraction" => return self.gc_cpu_fraction = value.parse().unwrap_or(0.0),
            "MaxRSS" => return self.max_rss = value.parse().ok(),
            _ => self.counter(key),
        };
        if let (Some(counter), Ok(value)) = (counter, value.parse()) {
            *counter = value;
        }
    }

    fn counter(&mut self, key: &str) -> Option<&mut u64> {
        Some(match key {
            "Alloc" => &mut self.alloc,
            "TotalAlloc" => &mut self.total_alloc,
            "Sys" => &mut self.sys,
            "Lookups" => &mut self.lookups,
            "Mallocs" => &mut self.mallocs,
            "Frees" => &mut self.frees,
            "HeapAlloc" => &mut self.heap_alloc,
            "HeapSys" => &mut self.heap_sys,
            "HeapIdle" => &mut self.heap_idle,
            "HeapInuse" => &mut self.heap_inuse,
            "HeapReleased" => &mut self.heap_released,
            "HeapObjects" => &mut self.heap_objects,
            "BuckHashSys" => &mut self.buck_hash_sys,
            "GCSys" => &mut self.gc_sys,
            "OtherSys" => &mut self.other_sys,
            "NextGC" => &mut self.next_gc,
            "LastGC" => &mut self.last_gc,
            "NumGC" => &mut self.num_gc,
            "NumForcedGC" => &mut self.num_forced_gc,
            _ => return None,
        })
    }
}

/// `491520 / 524288`.
fn set_pair(pair: &mut (u64, u64), value: &str) {
    if let Some((in_use, sys)) = value.split_once(" / ")
        && let (Ok(in_use), Ok(sys)) = (in_use.parse(), sys.parse())
    {
        *pair = (in_use, sys);
    }
}

/// `[107177 1249223 0]`.
fn ring(value: &str) -> Vec<u64> {
    let numbers = value.trim_start_matches('[').trim_end_matches(']');
    numbers.split(' ').map_while(|n| n.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::memstats;

    #[test]
    fn reads_the_footer() {
        let text = "heap profile: 0: 0 [0: 1] @ heap/1048576\n\n# runtime.MemStats\n\
            # Alloc = 2030656\n# Stack = 491520 / 524288\n# PauseNs = [107177 1249223 0]\n\
            # NumGC = 16\n# GCCPUFraction = 0.0017\n# DebugGC = false\n# MaxRSS = 21581824\n";
        let stats = memstats(text).expect("has statistics");
        assert_eq!((stats.alloc, stats.num_gc), (2_030_656, 16));
        assert_eq!(stats.stack, (491_520, 524_288));
        assert_eq!(stats.pause_ns, [107_177, 1_249_223, 0]);
        assert_eq!(stats.gc_cpu_fraction, 0.0017);
        assert_eq!(stats.max_rss, Some(21_581_824));
    }

    #[test]
    fn finds_nothing_in_other_texts() {
        assert_eq!(memstats("# Alloc = 1\n"), None);
    }
}
