//! The words for what a series of counts does.

/// What a series of counts does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrendLabel {
    /// Rises, and still did in the last half: what a leak looks like.
    Growing,
    /// Went from one level to another and stayed there.
    Stepped,
    /// Stays within what the load explains.
    Stable,
    /// Swings widely without a direction.
    Fluctuating,
    /// Falls, and still did in the last half.
    Shrinking,
    /// Higher in the end, and it cannot be told whether by a leak or by a step: two snapshots, or counts that
    /// a step explains nearly as well.
    Rose,
    /// Lower in the end, likewise.
    Fell,
}
