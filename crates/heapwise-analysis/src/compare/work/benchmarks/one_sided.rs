//! Names that one side alone has.

/// Names of benchmarks that one side alone has, and that are not compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct OneSided {
    /// What only the older side has.
    pub older: Vec<String>,
    /// What only the newer side has.
    pub newer: Vec<String>,
}

impl OneSided {
    /// Of the names of both sides.
    pub(super) fn of<'a, Names>(older: Names, newer: Names) -> OneSided
    where
        Names: Iterator<Item = &'a String> + Clone,
    {
        let only = |these: Names, others: Names| -> Vec<String> {
            let only = these.filter(|name| !others.clone().any(|other| other == *name));
            only.cloned().collect()
        };
        OneSided {
            older: only(older.clone(), newer.clone()),
            newer: only(newer, older),
        }
    }

    /// Whether both sides have all.
    pub fn is_empty(&self) -> bool {
        self.older.is_empty() && self.newer.is_empty()
    }

    pub(super) fn append(&mut self, mut other: OneSided) {
        self.older.append(&mut other.older);
        self.newer.append(&mut other.newer);
    }
}
