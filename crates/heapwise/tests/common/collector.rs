//! Snapshots of a collector that behaves as a test wants it to.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// A process, by what happens from one snapshot to the next.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    /// When its first cycle ended, in nanoseconds: no two processes share that.
    pub(crate) start: u64,
    /// Nanoseconds from cycle to cycle.
    pub(crate) period: u64,
    /// Bytes allocated in a cycle.
    pub(crate) bytes: u64,
    /// Nanoseconds of a pause.
    pub(crate) pause: u64,
    /// Cycles from one snapshot to the next.
    pub(crate) cycles: u64,
    /// By how much the goal of the heap rises from one to the next.
    pub(crate) growth: u64,
}

impl Process {
    /// A steady one; `start` tells it from others.
    pub(crate) fn steady(start: u64) -> Self {
        Self {
            start: 1_790_000_000_000_000_000 + start * 1_000_000_007,
            period: 200_000_000,
            bytes: 8 << 20,
            pause: 300_000,
            cycles: 10,
            growth: 0,
        }
    }

    /// What varies from cycle to cycle: from 0.9 to 1.1, the same for the same cycle.
    fn noise(&self, cycle: u64) -> f64 {
        let mixed = (cycle + self.start / 1_000).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40;
        0.9 + 0.2 * mixed as f64 / (1_u64 << 24) as f64
    }

    fn end(&self, cycle: u64) -> u64 {
        let all = (1..=cycle).map(|one| (self.period as f64 * self.noise(one)) as u64);
        self.start + all.sum::<u64>()
    }

    fn allocated(&self, cycle: u64) -> u64 {
        let all = (1..=cycle).map(|one| (self.bytes as f64 * self.noise(one + 7)) as u64);
        all.sum()
    }

    /// What `/debug/vars` shows in the `at`th snapshot.
    fn memstats(&self, at: u64) -> Value {
        let cycles = self.cycles * (at + 1);
        let (mut pauses, mut ends) = (vec![0_u64; 256], vec![0_u64; 256]);
        for cycle in cycles.saturating_sub(255).max(1)..=cycles {
            let place = ((cycle + 255) % 256) as usize;
            pauses[place] = (self.pause as f64 * self.noise(cycle + 3)) as u64;
            ends[place] = self.end(cycle);
        }
        let total = self.allocated(cycles);
        json!({ "memstats": {
            "Alloc": 4 << 20, "TotalAlloc": total, "Sys": 64 << 20, "Mallocs": total / 64,
            "Frees": total / 64, "HeapAlloc": 4 << 20, "HeapSys": 48 << 20,
            "NextGC": (32 << 20) + self.growth * at, "LastGC": self.end(cycles),
            "PauseTotalNs": self.pause * cycles, "PauseNs": pauses, "PauseEnd": ends,
            "NumGC": cycles, "NumForcedGC": 0, "GCCPUFraction": 0.01,
        }})
    }

    /// Writes so many snapshots into a folder, from the `from`th on; gives their paths.
    pub(crate) fn write(&self, folder: &Path, from: u64, count: u64) -> Vec<String> {
        let snapshots = from..from + count;
        let paths = snapshots.map(|at| {
            let mut name = String::new();
            write!(name, "vars-{}-{at:03}.json", self.start).unwrap();
            let path: PathBuf = folder.join(name);
            std::fs::write(&path, self.memstats(at).to_string()).unwrap();
            path.to_str().unwrap().to_owned()
        });
        paths.collect()
    }
}
