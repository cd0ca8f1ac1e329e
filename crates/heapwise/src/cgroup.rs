//! How much memory the control group allows that the command runs in.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The smallest limit of the group and of those that it is in, in bytes, with the file that has it.
pub(crate) fn memory_limit() -> anyhow::Result<(u64, String)> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").context("/proc/self/cgroup")?;
    match smallest(&groups) {
        Some(found) => Ok(found),
        None => bail!("found no memory limit of this control group, expected a size in its place"),
    }
}

/// The same of another process on this machine; `None` where nothing limits it.
pub(crate) fn memory_limit_of(pid: u32) -> Option<(u64, String)> {
    let groups = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    smallest(&groups)
}

fn smallest(groups: &str) -> Option<(u64, String)> {
    let found = files(groups).into_iter().filter_map(|file| {
        let text = std::fs::read_to_string(&file).ok()?;
        Some((limit(&text)?, file.display().to_string()))
    });
    found.min_by_key(|found| found.0)
}

/// Where limits may be: version 2 has `memory.max`, version 1 `memory.limit_in_bytes`. In a container the group's own
/// folder is often mounted as the root of all.
fn files(groups: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else {
            continue;
        };
        let (root, name) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            _ if controllers.split(',').any(|one| one == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => continue,
        };
        let inside = Path::new(path.trim_start_matches('/'));
        let is_safe = !path.contains("..");
        for folder in inside.ancestors().filter(|_| is_safe) {
            files.push(Path::new(root).join(folder).join(name));
        }
        files.push(Path::new(root).join(name));
    }
    files.dedup();
    files
}

/// The limit in a file: `max`, and in version 1 a number near the largest there is, are none.
fn limit(text: &str) -> Option<u64> {
    const NONE: u64 = 1 << 60;
    text.trim().parse().ok().filter(|&bytes| bytes < NONE)
}

#[cfg(test)]
mod tests {
    use super::{files, limit};

    #[test]
    fn limits_are_looked_for_up_to_the_root() {
        let names = |groups: &str| -> Vec<String> {
            let files = files(groups).into_iter();
            files.map(|file| file.display().to_string()).collect()
        };
        assert_eq!(
            names("0::/a/b\n"),
            [
                "/sys/fs/cgroup/a/b/memory.max",
                "/sys/fs/cgroup/a/memory.max",
                "/sys/fs/cgroup/memory.max"
            ]
        );
        assert_eq!(
            names("5:cpu,memory:/x\n4:pids:/x\n"),
            [
                "/sys/fs/cgroup/memory/x/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes"
            ]
        );
        assert_eq!(names("0::/../x\n"), ["/sys/fs/cgroup/memory.max"]);
        assert!(names("nonsense\n").is_empty());
    }

    #[test]
    fn no_limit_is_told_apart() {
        assert_eq!(limit("max\n"), None);
        assert_eq!(limit("9223372036854771712\n"), None);
        assert_eq!(limit("536870912\n"), Some(536_870_912));
    }
}
