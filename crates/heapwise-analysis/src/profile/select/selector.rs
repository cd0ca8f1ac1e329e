use heapwise_decode::{Limits, Profile, ProfileEdit};

use super::compiled::Compiled;
use super::frame_filter::{Found, FrameFilter};
use super::label_filter::{FoundLabels, LabelFilter};
use super::label_units::LabelUnits;
use super::mappings::complete_mappings;
use super::options::SelectOptions;
use super::tag_filter::TagFilter;
use super::tag_frames::add_tag_frames;
use crate::error::Result;
use crate::profile::uninteresting::{with_all_frames, without_uninteresting};

/// Filters that have been understood, to be applied to profiles.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    options: SelectOptions,
    filters: Compiled,
}

/// A profile of which only what was asked for is left.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Selected {
    /// What is left.
    pub profile: Profile,
    /// What a user should know, such as a filter that matched nothing, in pprof's words
    /// (driver/driver_focus.go: warnNoMatches).
    pub notes: Vec<String>,
}

impl Selector {
    /// Understands filters.
    ///
    /// # Errors
    ///
    /// A pattern that is not one of Go's regular expressions, or that cannot be matched here.
    pub fn new(options: &SelectOptions) -> Result<Selector> {
        Ok(Selector {
            options: options.clone(),
            filters: Compiled::of(options)?,
        })
    }

    /// The filters as they were given.
    pub fn options(&self) -> &SelectOptions {
        &self.options
    }

    /// What happens before a report takes its total: frames that the profile itself calls
    /// uninteresting go (profile/prune.go: RemoveUninteresting), labels become frames
    /// (driver/tagroot.go: addLabelNodes). `unit` is the unit in which numbers are named.
    ///
    /// # Errors
    ///
    /// A result beyond the limits.
    pub fn prepare(&self, profile: Profile, unit: &str, limits: &Limits) -> Result<Selected> {
        let profile = if self.options.all_frames {
            with_all_frames(profile, limits)?
        } else {
            without_uninteresting(profile, limits)?
        };
        let mut edit = ProfileEdit::new(profile, limits);
        complete_mappings(&mut edit);
        let mut notes = LabelUnits::of(edit.profile()).notes();
        notes.extend(add_tag_frames(&self.options, unit, &mut edit)?);
        Ok(Selected {
            profile: edit.finish(),
            notes,
        })
    }

    /// The filters themselves, for a profile that has been prepared. A filter by name has matched
    /// something if it matches a location, be it one that no sample uses.
    ///
    /// # Errors
    ///
    /// A result beyond the limits.
    pub fn filter(&self, profile: Profile, limits: &Limits) -> Result<Selected> {
        let filters = &self.filters;
        if filters.is_empty() {
            return Ok(Selected {
                profile,
                notes: Vec::new(),
            });
        }
        let tags = [&filters.tag_focus, &filters.tag_ignore];
        let needs_units = tags.into_iter().flatten().any(TagFilter::needs_units);
        let units = if needs_units {
            LabelUnits::of(&profile)
        } else {
            LabelUnits::default()
        };
        let mut edit = ProfileEdit::new(profile, limits);
        let frames = FrameFilter::apply(filters, &mut edit);
        let mut labels = LabelFilter::new(filters, &units);
        edit.map_samples(|tables, sample, changed| {
            if !frames.cut(&mut changed.stack) || !labels.keeps(tables, sample) {
                return false;
            }
            labels.drop_labels(tables, changed);
            frames.prune_from(&mut changed.stack);
            true
        })?;
        Ok(Selected {
            profile: edit.finish(),
            notes: notes(filters, &frames.found, &labels.found),
        })
    }
}

/// How filters were understood, and which of them matched nothing (driver/driver_focus.go:
/// applyFocus).
fn notes(filters: &Compiled, frames: &Found, labels: &FoundLabels) -> Vec<String> {
    let tags = [&filters.tag_focus, &filters.tag_ignore];
    let understood = tags.into_iter().flatten();
    let mut notes: Vec<String> = understood.filter_map(|tag| tag.note.clone()).collect();
    let found = [
        ("Focus", filters.focus.is_some(), frames.focus),
        ("Ignore", filters.ignore.is_some(), frames.ignore),
        ("Hide", filters.hide.is_some(), frames.hide),
        ("Show", filters.show.is_some(), frames.show),
        ("ShowFrom", filters.show_from.is_some(), frames.show_from),
        ("TagFocus", filters.tag_focus.is_some(), labels.focus),
        ("TagIgnore", filters.tag_ignore.is_some(), labels.ignore),
        ("TagShow", filters.tag_show.is_some(), labels.show),
        ("TagHide", filters.tag_hide.is_some(), labels.hide),
    ];
    let missed = found
        .into_iter()
        .filter(|&(_, is_given, is_found)| is_given && !is_found);
    notes.extend(missed.map(|(name, ..)| format!("{name} expression matched no samples")));
    notes
}
