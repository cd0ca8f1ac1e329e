//! How far a log is known to be of the source of a profile's file.

/// What is known of a file in a log beside that of a profile; the worse ones behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Functions of the profile are where the log has them.
    Fits,
    /// Nothing.
    Untold,
    /// Some are, and others are not: only what is known to be there counts.
    InDoubt,
    /// It is another file.
    Other,
}
