//! Profiles without the frames that they themselves call uninteresting.

use heapwise_decode::{Limits, LocationIndex, Profile, ProfileEdit};

use crate::error::Result;
use crate::profile::prune::Prune;

/// The profile without the frames that its `drop_frames` asks to remove, as every question of
/// pprof starts (internal/driver/fetch.go: fetchProfiles; profile/prune.go: RemoveUninteresting).
///
/// Samples stay apart although their stacks may have become equal.
///
/// # Errors
///
/// A result beyond the limits.
pub fn without_uninteresting(profile: Profile, limits: &Limits) -> Result<Profile> {
    let Some(prune) = Prune::of(profile.tables()) else {
        return Ok(profile);
    };
    let mut edit = ProfileEdit::new(profile, limits);
    for (at, outer) in prune.shortened() {
        if let Some(location) = edit.tables().location_index(at) {
            keep_outer_lines(&mut edit, location, outer);
        }
    }
    edit.map_samples(|_, sample, changed| {
        changed.stack.truncate(prune.cut(sample.stack()).len());
        true
    })?;
    Ok(edit.finish())
}

/// The profile without its wish to have frames removed, as pprof's `-all_frames` makes it
/// (internal/driver/fetch.go: fetchProfiles).
///
/// # Errors
///
/// A result beyond the limits.
pub fn with_all_frames(profile: Profile, limits: &Limits) -> Result<Profile> {
    let mut edit = ProfileEdit::new(profile, limits);
    edit.clear_frame_patterns();
    Ok(edit.finish())
}

/// Keeps the last lines of a location, which are the outermost.
fn keep_outer_lines(edit: &mut ProfileEdit, location: LocationIndex, outer: usize) {
    let lines = edit.tables().location(location).lines.len();
    let mut inner = lines.saturating_sub(outer);
    edit.retain_lines(location, |_| {
        let is_outer = inner == 0;
        inner = inner.saturating_sub(1);
        is_outer
    });
}
