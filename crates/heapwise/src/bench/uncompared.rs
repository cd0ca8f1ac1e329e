//! Benchmarks that one side alone has.

/// What is not compared, a sentence each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uncompared {
    /// What only the older side has: no claim holds without it, for it may have another name.
    pub(crate) gone: Vec<String>,
    /// What only the newer side has.
    pub(crate) new: Vec<String>,
}

impl Uncompared {
    pub(crate) fn all(&self) -> impl Iterator<Item = &String> {
        self.gone.iter().chain(&self.new)
    }

    pub(crate) fn append(&mut self, mut other: Uncompared) {
        self.gone.append(&mut other.gone);
        self.new.append(&mut other.new);
    }
}
