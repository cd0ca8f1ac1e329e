//! Which rows of a dictionary a profile uses: a dictionary serves all profiles of a request.

use super::dictionary::Dictionary;

/// The rows in use, by position.
pub(super) struct Used {
    pub(super) mappings: Vec<bool>,
    pub(super) functions: Vec<bool>,
    pub(super) locations: Vec<bool>,
    stacks: Vec<bool>,
}

impl Used {
    /// None yet.
    pub(super) fn new(dictionary: &Dictionary<'_>) -> Self {
        Self {
            mappings: vec![false; dictionary.mappings.len()],
            functions: vec![false; dictionary.functions.len()],
            locations: vec![false; dictionary.locations.len()],
            stacks: vec![false; dictionary.stacks.len()],
        }
    }

    /// Whether a stack is seen for the first time.
    pub(super) fn add_stack(&mut self, stack: u32) -> bool {
        match self.stacks.get_mut(stack as usize) {
            Some(used) => !std::mem::replace(used, true),
            None => true,
        }
    }

    /// A location, and what it names.
    pub(super) fn add_location(&mut self, location: u32, dictionary: &Dictionary<'_>) {
        let at = location as usize;
        let (Some(used), Some(row)) = (self.locations.get_mut(at), dictionary.locations.get(at))
        else {
            return;
        };
        if std::mem::replace(used, true) {
            return;
        }
        mark(&mut self.mappings, row.mapping);
        for line in dictionary.lines_of(row) {
            mark(&mut self.functions, line.function);
        }
    }
}

fn mark(rows: &mut [bool], at: u32) {
    if let Some(row) = rows.get_mut(at as usize) {
        *row = true;
    }
}
