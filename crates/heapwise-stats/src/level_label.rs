//! The words for what a level does.

/// What a level does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LevelLabel {
    /// Rises, and still did in the last half: what a leak looks like.
    Growing,
    /// Higher in the end, and it cannot be told whether by a leak or otherwise.
    Rose,
    /// Went from one level to another at once, and stayed there.
    Stepped,
    /// Rose by degrees and reached a level.
    WarmingUp,
    /// Swings widely without a direction.
    Fluctuating,
    /// Lower in the end.
    Fell,
    /// Falls, and still did in the last half.
    Shrinking,
    /// Changes by no more than chance explains, or by next to nothing.
    Stable,
}

impl LevelLabel {
    /// Whether it went to another level: what it does since then is to be looked at by itself.
    #[must_use]
    pub fn is_of_another_level(self) -> bool {
        matches!(
            self,
            LevelLabel::Stepped | LevelLabel::WarmingUp | LevelLabel::Fell
        )
    }
}
