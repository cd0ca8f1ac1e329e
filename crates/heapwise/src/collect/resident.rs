//! What the system says of a process on this machine: its resident bytes, and how many it may have.

use anyhow::{Context, bail};

use crate::cgroup;

/// A process on this machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resident {
    pid: u32,
}

impl Resident {
    /// A process that is there now.
    pub(crate) fn of(pid: u32) -> anyhow::Result<Resident> {
        let process = Resident { pid };
        process.bytes().context("--pid")?;
        Ok(process)
    }

    pub(crate) fn pid(self) -> u32 {
        self.pid
    }

    /// Its resident bytes (proc_pid_status(5): VmRSS).
    pub(crate) fn bytes(self) -> anyhow::Result<u64> {
        let path = format!("/proc/{}/status", self.pid);
        let text = std::fs::read_to_string(&path).with_context(|| path.clone())?;
        match kibibytes(&text, "VmRSS:") {
            Some(bytes) => Ok(bytes),
            None => bail!("{path}: found no VmRSS, expected one: has the process ended?"),
        }
    }

    /// The most it may have: what its control group allows, or else the memory of the machine.
    pub(crate) fn most(self) -> anyhow::Result<u64> {
        let of_machine = || {
            let path = "/proc/meminfo";
            let text = std::fs::read_to_string(path).context(path)?;
            kibibytes(&text, "MemTotal:").context("/proc/meminfo: found no MemTotal, expected one")
        };
        match cgroup::memory_limit_of(self.pid) {
            Some((bytes, _)) => Ok(bytes.min(of_machine().unwrap_or(u64::MAX))),
            None => of_machine(),
        }
    }
}

/// A field in kB, which are 1024 bytes.
fn kibibytes(text: &str, field: &str) -> Option<u64> {
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix(field))?;
    let number = line.trim().strip_suffix("kB")?.trim();
    number.parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::kibibytes;

    #[test]
    fn reads_fields_of_proc() {
        let text = "Name:\tsrv\nVmHWM:\t  9000 kB\nVmRSS:\t   10056 kB\n";
        assert_eq!(kibibytes(text, "VmRSS:"), Some(10056 * 1024));
        assert_eq!(kibibytes(text, "MemTotal:"), None);
        assert_eq!(kibibytes("VmRSS:\t10 MB\n", "VmRSS:"), None);
    }
}
