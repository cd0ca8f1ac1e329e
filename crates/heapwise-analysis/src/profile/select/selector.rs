//! Understands filters and applies them to profiles.

use heapwise_decode::{Limits, NoSource, Profile, ProfileReader, Source};

use super::compiled::Compiled;
use super::frame_filter::{Found, FrameFilter};
use super::label_filter::FoundLabels;
use super::mappings::complete_mappings;
use super::options::SelectOptions;
use super::selected::Selected;
use super::sieve::Steps;
use super::survey::{Along, Survey, Totalling};
use crate::error::Result;
use crate::profile::prune::Prune;

/// Filters that have been understood, to be applied to profiles.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    options: SelectOptions,
    filters: Compiled,
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

    /// What filters leave of a profile, which is read for the first time. `unit` is the unit in which
    /// numbers of labels are named.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn read<S: Source>(&self, source: S, unit: &str, limits: &Limits) -> Result<Selected<S>> {
        let mut survey = Survey::new(&self.options, unit);
        let reader = ProfileReader::open(source, limits, &mut survey)?;
        self.select(reader, survey)
    }

    /// [`Selector::read`], with the samples that are left handed to a visitor: in the same reading,
    /// where everything is left.
    pub(crate) fn read_along<S: Source>(
        &self,
        source: S,
        unit: &str,
        limits: &Limits,
        along: &mut impl Totalling,
    ) -> Result<Selected<S>> {
        if !self.leaves_everything() {
            let selected = self.read(source, unit, limits)?;
            selected.visit(along)?;
            return Ok(selected);
        }
        let mut survey = Survey::new(&self.options, unit);
        let mut both = Along {
            survey: &mut survey,
            along,
        };
        let reader = ProfileReader::open(source, limits, &mut both)?;
        both.finish();
        self.select(reader, survey)
    }

    /// Whether there is nothing but what a profile itself calls uninteresting to leave out.
    pub(crate) fn leaves_everything(&self) -> bool {
        self.options.is_empty()
    }

    /// What filters leave of a profile that is in memory.
    ///
    /// # Errors
    ///
    /// A result beyond the limits of tables.
    pub fn of(&self, profile: Profile, unit: &str) -> Result<Selected<NoSource>> {
        self.of_reader(ProfileReader::of(profile), unit)
    }

    /// What filters leave of a profile whose tables have been read.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn of_reader<S: Source>(
        &self,
        reader: ProfileReader<S>,
        unit: &str,
    ) -> Result<Selected<S>> {
        let mut survey = Survey::new(&self.options, unit);
        reader.visit(&mut survey)?;
        self.select(reader, survey)
    }

    /// Before a report takes its total, frames that the profile itself calls uninteresting go
    /// (profile/prune.go: RemoveUninteresting) and labels become frames (driver/tagroot.go:
    /// addLabelNodes); then the filters are applied. A filter by name has matched something if it
    /// matches a location, be it one that no sample uses.
    fn select<S: Source>(
        &self,
        mut reader: ProfileReader<S>,
        survey: Survey,
    ) -> Result<Selected<S>> {
        let label_units = survey.units(reader.tables());
        let mut notes = label_units.notes();
        let mut edit = reader.edit();
        let prune = match self.options.all_frames {
            true => {
                edit.clear_frame_patterns();
                None
            }
            false => Prune::apply(&mut edit),
        };
        complete_mappings(&mut edit);
        let Survey { totals, tags, .. } = survey;
        notes.extend(tags.notes());
        let tag_frames = match tags.are_needed() {
            true => Some(tags.add(&mut edit)?),
            false => None,
        };
        let frames = self
            .filters
            .has_frames()
            .then(|| FrameFilter::apply(&self.filters, &mut edit));
        let found = frames.as_ref().map(|frames| frames.found);
        let mut selected = Selected {
            reader,
            steps: Steps {
                prune,
                tag_frames,
                frames,
                filters: self.filters.clone(),
                label_units,
            },
            totals,
            notes,
        };
        let labels = match self.filters.has_labels() {
            true => selected.found_labels()?,
            false => FoundLabels::default(),
        };
        let found = found.unwrap_or_default();
        selected
            .notes
            .extend(self::notes(&self.filters, &found, &labels));
        Ok(selected)
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
