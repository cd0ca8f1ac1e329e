//! What filters make of samples as they come: a frame that stays from one sample to the next is not
//! looked at again.

use heapwise_decode::{KeptLabels, LocationIndex, Sample, Tables};

use super::compiled::Compiled;
use super::frame_filter::{FrameFilter, Passed};
use super::label_filter::{FoundLabels, LabelFilter};
use super::label_units::LabelUnits;
use super::tag_frames::TagFrames;
use crate::profile::prune::Prune;

/// What happens to samples, in this order (driver/driver.go: generateRawReport;
/// driver/driver_focus.go: applyFocus).
#[derive(Debug)]
pub(super) struct Steps {
    pub(super) prune: Option<Prune>,
    pub(super) tag_frames: Option<TagFrames>,
    pub(super) frames: Option<FrameFilter>,
    pub(super) filters: Compiled,
    pub(super) label_units: LabelUnits,
}

impl Steps {
    /// Whether samples stay as they are.
    pub(super) fn are_none(&self) -> bool {
        self.prune.is_none()
            && self.tag_frames.is_none()
            && self.frames.is_none()
            && !self.filters.has_labels()
    }
}

/// The steps at work on the samples of one reading.
pub(super) struct Sieve<'a> {
    steps: &'a Steps,
    labels: Option<LabelFilter<'a>>,
    /// The sample's stack between its labels, and that of the sample before.
    surrounded: Vec<LocationIndex>,
    before: Vec<LocationIndex>,
    passage: Passage,
    kept_labels: KeptLabels,
    /// Frames, from the root, that no sample has changed since the last that was handed on.
    shared: usize,
    /// Frames of the last sample that was handed on.
    handed: usize,
}

/// The stack of the last sample on its way through the filters by name.
#[derive(Default)]
struct Passage {
    /// What was known after each of its frames.
    passed: Vec<Passed>,
    kept: Vec<LocationIndex>,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(steps: &'a Steps) -> Self {
        let has_labels = steps.filters.has_labels();
        Self {
            steps,
            labels: has_labels.then(|| LabelFilter::new(&steps.filters, &steps.label_units)),
            surrounded: Vec::new(),
            before: Vec::new(),
            passage: Passage::default(),
            kept_labels: KeptLabels::default(),
            shared: 0,
            handed: 0,
        }
    }

    /// Which filters of labels have matched something so far.
    pub(super) fn found_labels(self) -> FoundLabels {
        self.labels.map(|labels| labels.found).unwrap_or_default()
    }

    /// What is left of a sample.
    #[inline]
    pub(super) fn pass<'b>(
        &'b mut self,
        tables: &Tables,
        sample: &Sample<'b>,
    ) -> Option<Sample<'b>> {
        let mut stack = sample.stack();
        let mut shared = sample.shared_frames();
        if let Some(prune) = &self.steps.prune {
            stack = prune.cut(stack);
        }
        if let Some(frames) = &self.steps.tag_frames {
            let (before, now) = (&mut self.before, &mut self.surrounded);
            std::mem::swap(before, now);
            frames.surround(tables, sample.labels(), stack, now);
            stack = now;
            shared = before.iter().zip(stack).take_while(|(a, b)| a == b).count();
        }
        let left = match &self.steps.frames {
            None => Some(stack.len()),
            Some(filter) => {
                shared = self.passage.update(filter, stack, shared);
                stack = &self.passage.kept;
                filter.left(self.passage.last(filter))
            }
        };
        self.shared = self.shared.min(shared);
        let stack = stack.get(..left?).unwrap_or_default();
        let mut labels = sample.labels();
        if let Some(filter) = &mut self.labels {
            if !filter.keeps(tables, sample) {
                return None;
            }
            labels = filter.left(tables, labels, &mut self.kept_labels);
        }
        let shared = self.shared.min(self.handed).min(stack.len());
        (self.shared, self.handed) = (usize::MAX, stack.len());
        Some(sample.with_stack(stack, shared).with_labels(labels))
    }
}

impl Passage {
    /// Lets a stack pass of which `shared` frames are those of the one before, and tells how many of
    /// those that are left are.
    #[inline]
    fn update(&mut self, filter: &FrameFilter, stack: &[LocationIndex], shared: usize) -> usize {
        self.passed.truncate(shared.min(stack.len()));
        let mut passed = self.last(filter);
        self.kept.truncate(passed.kept);
        let shared = self.kept.len();
        for &location in stack.get(self.passed.len()..).unwrap_or_default() {
            filter.pass(&mut passed, location, &mut self.kept);
            self.passed.push(passed);
        }
        shared
    }

    #[inline]
    fn last(&self, filter: &FrameFilter) -> Passed {
        let last = self.passed.last().copied();
        last.unwrap_or_else(|| filter.start())
    }
}
