//! What the system says of the memory of a control group.

use std::collections::HashMap;

/// The memory of a control group, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupMemory {
    /// All that counts for the group.
    pub current: u64,
    /// Pages of files, which the system takes back when it needs them.
    pub file_pages: Option<u64>,
    /// Memory of the kernel for the group.
    pub kernel: Option<u64>,
}

impl GroupMemory {
    /// Reads the text of `memory.current`, or of version 1's `memory.usage_in_bytes`, and that of `memory.stat`
    /// (Linux, Documentation/admin-guide/cgroup-v2.rst). `None` where the first is no number.
    pub fn read(current: &str, stat: &str) -> Option<GroupMemory> {
        let lines = stat.lines().filter_map(|line| line.trim().split_once(' '));
        let fields: HashMap<&str, u64> = lines
            .filter_map(|(name, value)| Some((name, value.trim().parse().ok()?)))
            .collect();
        let field = |name| fields.get(name).copied();
        // Before Linux 5.18 there is no sum of the kernel's.
        let parts = ["slab", "kernel_stack", "pagetables", "sock"];
        let sum: u64 = parts
            .into_iter()
            .filter_map(field)
            .fold(0, u64::saturating_add);
        Some(GroupMemory {
            current: current.trim().parse().ok()?,
            file_pages: field("file").or(field("total_cache")).or(field("cache")),
            kernel: field("kernel").or((sum > 0).then_some(sum)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::GroupMemory;

    #[test]
    fn reads_both_versions() {
        let new = GroupMemory::read(
            "104857600\n",
            "anon 90000000\nfile 8192000\nkernel 1048576\n",
        );
        let new = new.expect("is a number");
        assert_eq!(
            (new.current, new.file_pages, new.kernel),
            (104_857_600, Some(8_192_000), Some(1_048_576))
        );
        let old = GroupMemory::read("5000", "cache 100\nrss 4000\ntotal_cache 200\n")
            .expect("is a number");
        assert_eq!((old.file_pages, old.kernel), (Some(200), None));
        assert_eq!(GroupMemory::read("max", ""), None);
    }
}
