//! Heap profiles as a store of profiles gives them back: type by type, without the sizes of blocks.

use heapwise_analysis::{JoinPart, Joined, SampleType, join};
use heapwise_decode::{Limits, Profile, encode};

/// The types of a heap profile, and their units.
pub(crate) const TYPES: [(&str, &str); 4] = [
    ("alloc_objects", "count"),
    ("alloc_space", "bytes"),
    ("inuse_objects", "count"),
    ("inuse_space", "bytes"),
];

/// What comes of a profile whose types are asked for one by one.
pub(crate) fn joined(bytes: &[u8]) -> Vec<u8> {
    let limits = Limits::default();
    let profile = Profile::read(bytes, &limits).unwrap();
    let part = |column| JoinPart {
        profile: &profile,
        value: column,
        column,
    };
    let parts: Vec<JoinPart<'_>> = (0..4).map(part).collect();
    let mut joined = Joined::default();
    let types = TYPES
        .iter()
        .map(|(name, unit)| (SampleType::new(name, unit), 1));
    joined.sample_types = types.collect();
    joined.default_type = "inuse_space".to_owned();
    joined.period = profile
        .tables()
        .period()
        .map(|rate| (SampleType::new("space", "bytes"), rate));
    let mut out = Vec::new();
    encode(&join(&parts, &joined, &limits).unwrap(), &mut out).unwrap();
    out
}
