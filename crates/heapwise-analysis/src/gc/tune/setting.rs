//! What a program can be told about its collector.

/// GOGC and GOMEMLIMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Setting {
    /// GOGC in percent; `None` is off.
    pub gogc: Option<u32>,
    /// GOMEMLIMIT in bytes; `None` is no limit.
    pub memory_limit: Option<u64>,
}

impl Setting {
    /// What a program has that sets neither: GOGC=100, no limit.
    pub const DEFAULT: Setting = Setting {
        gogc: Some(100),
        memory_limit: None,
    };

    /// A setting.
    #[must_use]
    pub fn new(gogc: Option<u32>, memory_limit: Option<u64>) -> Self {
        Self { gogc, memory_limit }
    }
}
