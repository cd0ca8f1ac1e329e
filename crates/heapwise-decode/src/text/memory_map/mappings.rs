//! From the entries of a memory map to the mappings of locations.

use memchr::memmem;

use super::cover::Cover;
use super::entries::Entry;
use crate::text::patterns::SHARED_LIBRARY;
use crate::text::scan::trim;

/// The mappings of a profile, and which of them holds which location.
pub(in crate::text) struct Mappings {
    pub(in crate::text) entries: Vec<Entry>,
    /// Of each address, in order; `None` of 0.
    pub(in crate::text) of_address: Vec<Option<u32>>,
}

impl Mappings {
    /// Sorts entries out and finds the one of each address (profile/profile.go: massageMappings,
    /// legacy_profile.go: remapMappingIDs).
    pub(in crate::text) fn new(entries: Vec<Entry>, addresses: &[u64]) -> Mappings {
        let mut entries = joined(entries);
        if let Some(main) = entries.iter().position(is_main) {
            entries.swap(0, main);
        }
        drop_huge_page(&mut entries);
        move_main(&mut entries);
        assign(entries, addresses)
    }
}

/// Entries that one mapping was split into become one again.
fn joined(entries: Vec<Entry>) -> Vec<Entry> {
    let mut joined: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        match joined.last_mut().filter(|last| are_adjacent(last, &entry)) {
            Some(last) => {
                last.limit = entry.limit;
                if !entry.file.is_empty() {
                    last.file = entry.file;
                }
                if !entry.build_id.is_empty() {
                    last.build_id = entry.build_id;
                }
            }
            None => joined.push(entry),
        }
    }
    joined
}

/// profile/profile.go: adjacent.
fn are_adjacent(first: &Entry, second: &Entry) -> bool {
    let agree = |a: &[u8], b: &[u8]| a.is_empty() || b.is_empty() || a == b;
    let follows = || {
        let size = first.limit.wrapping_sub(first.start);
        first.offset.wrapping_add(size) == second.offset
    };
    agree(&first.file, &second.file)
        && agree(&first.build_id, &second.build_id)
        && first.limit == second.start
        && (first.offset == 0 || second.offset == 0 || follows())
}

/// The guess at the program itself: the first file that is no shared library.
fn is_main(entry: &Entry) -> bool {
    let mut file = Vec::new();
    let mut rest = entry.file.as_slice();
    const DELETED: &[u8] = b"(deleted)";
    while let Some(at) = memmem::find(rest, DELETED) {
        file.extend_from_slice(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + DELETED.len()..).unwrap_or_default();
    }
    file.extend_from_slice(rest);
    let file = trim(&file);
    !file.is_empty() && !SHARED_LIBRARY.is_in(file) && !file.starts_with(b"[")
}

/// A first mapping of huge pages before the program is not the program.
fn drop_huge_page(entries: &mut Vec<Entry>) {
    if let [first, second, ..] = entries.as_slice()
        && first.file.starts_with(b"/anon_hugepage")
        && first.limit == second.start
    {
        entries.remove(0);
    }
}

/// The program starts at its usual address when its offset says so.
fn move_main(entries: &mut [Entry]) {
    const EXPECTED_START: u64 = 0x40_0000;
    if let Some(main) = entries.first_mut()
        && main.start.wrapping_sub(main.offset) == EXPECTED_START
    {
        main.start = EXPECTED_START;
        main.offset = 0;
    }
}

/// The first mapping that holds an address; or else the first whose missing start would, which
/// then has it; or else one made for all addresses.
fn assign(entries: Vec<Entry>, addresses: &[u64]) -> Mappings {
    let mut search = Search::new(entries, addresses);
    let of_address = addresses
        .iter()
        .map(|&address| (address != 0).then(|| search.find(address)))
        .collect();
    Mappings {
        entries: search.entries,
        of_address,
    }
}

struct Search {
    entries: Vec<Entry>,
    holding: Cover,
    /// What comes before each mapping that does not start with its file.
    missing: Cover,
    made: Option<u32>,
}

impl Search {
    fn new(entries: Vec<Entry>, addresses: &[u64]) -> Search {
        let mut holding = Cover::new(addresses.to_vec());
        let mut missing = Cover::new(addresses.to_vec());
        for (at, entry) in (0..).zip(&entries) {
            holding.add(entry.start, entry.limit, at);
            if let Some(start) = entry.start.checked_sub(entry.offset) {
                missing.add(start, entry.start, at);
            }
        }
        Search {
            entries,
            holding,
            missing,
            made: None,
        }
    }

    fn find(&mut self, address: u64) -> u32 {
        if let Some(at) = self.holding.first(address, |_| true).or(self.made) {
            return at;
        }
        let entries = &mut self.entries;
        let has_offset = |at: u32| entries.get(at as usize).is_some_and(|e| e.offset != 0);
        let missing = self.missing.first(address, has_offset);
        if let Some(at) = missing
            && let Some(entry) = entries.get_mut(at as usize)
        {
            let start = entry.start.saturating_sub(entry.offset);
            // What is said to end before it starts holds no more than up to there.
            self.holding.add(start, entry.start.min(entry.limit), at);
            (entry.start, entry.offset) = (start, 0);
            return at;
        }
        *self.made.insert(made_for_all(entries))
    }
}

/// Adds the mapping of addresses that no other holds.
fn made_for_all(entries: &mut Vec<Entry>) -> u32 {
    entries.push(Entry {
        limit: u64::MAX,
        ..Entry::default()
    });
    entries.len() as u32 - 1
}

#[cfg(test)]
mod tests {
    use super::Mappings;
    use crate::text::memory_map::Entry;

    fn entry(start: u64, limit: u64, offset: u64, file: &str) -> Entry {
        Entry {
            start,
            limit,
            offset,
            file: file.as_bytes().to_vec(),
            build_id: Vec::new(),
        }
    }

    #[test]
    fn joins_parts_and_puts_the_program_first() {
        let entries = vec![
            entry(0x1000, 0x2000, 0, "/lib/libc.so.6"),
            entry(0x2000, 0x3000, 0x1000, "/lib/libc.so.6"),
            entry(0x40_1000, 0x40_2000, 0x1000, "/bin/app (deleted)"),
        ];
        let found = Mappings::new(entries, &[0x40_0001, 0x2fff, 0, 5]);
        let main = entry(0x40_0000, 0x40_2000, 0, "/bin/app (deleted)");
        let library = entry(0x1000, 0x3000, 0, "/lib/libc.so.6");
        let made = entry(0, u64::MAX, 0, "");
        assert_eq!(found.entries, [main, library, made]);
        assert_eq!(found.of_address, [Some(0), Some(1), None, Some(2)]);
    }

    #[test]
    fn gives_a_mapping_its_missing_start_once() {
        let entries = vec![
            entry(0x5000, 0x6000, 0x1000, "/a"),
            entry(0x9000, 0xa000, 0x1000, "/b"),
        ];
        let found = Mappings::new(entries, &[0x8000, 0x8fff, 0x7fff, 0x4000]);
        assert_eq!(found.of_address, [Some(1), Some(1), Some(2), Some(2)]);
        assert_eq!(found.entries[1], entry(0x8000, 0xa000, 0, "/b"));
        assert_eq!(found.entries[0].start, 0x5000);
    }

    #[test]
    fn a_mapping_that_ends_before_it_starts_ends_there() {
        let entries = vec![entry(0x9000, 0x8500, 0x1000, "/a")];
        let found = Mappings::new(entries, &[0x8600, 0x8100, 0x84ff, 0x8500, 0x9000]);
        assert_eq!(
            found.of_address,
            [Some(0), Some(0), Some(0), Some(1), Some(1)]
        );
        assert_eq!(found.entries[0], entry(0x8000, 0x8500, 0, "/a"));
    }

    #[test]
    fn passes_over_huge_pages() {
        let entries = vec![
            entry(0x1000, 0x2000, 0, "/anon_hugepage (deleted)"),
            entry(0x2000, 0x3000, 0, "/bin/app"),
        ];
        let found = Mappings::new(entries, &[0x1800]);
        assert_eq!(found.of_address, [Some(1)]);
    }
}
