use heapwise_decode::{LocationIndex, Sample};

use crate::profile::labels::LabelGroups;
use crate::rank::objects_of;
use crate::view::{Frame, View, ViewFrames};

/// Every sample of a view with its stack and labels: what `go tool pprof -traces` prints
/// (report/report.go: printTraces).
///
/// Nothing is copied: stacks are told while they are walked.
#[derive(Debug)]
pub struct Traces<'a> {
    view: &'a View,
    frames: ViewFrames,
    /// The sample type by which means are taken.
    objects: usize,
}

/// A sample of [`Traces`].
#[derive(Debug, Clone, Copy)]
pub struct Trace<'a> {
    traces: &'a Traces<'a>,
    sample: Sample<'a>,
    value: i64,
}

impl<'a> Traces<'a> {
    /// The traces of a view. Means are per object: of what was allocated by those allocated, of
    /// what is in use by those in use.
    pub fn of(view: &'a View) -> Traces<'a> {
        Traces {
            view,
            frames: ViewFrames::of(view),
            objects: objects_of(view.header(), view.sample_index()),
        }
    }

    /// The traces of a view with the means of pprof, which divides by the first sample type
    /// whatever is shown (driver/driver.go: sampleFormat).
    pub fn of_pprof(view: &'a View) -> Traces<'a> {
        Traces {
            objects: 0,
            ..Traces::of(view)
        }
    }

    /// The view.
    pub fn view(&self) -> &'a View {
        self.view
    }

    /// All samples that have a stack, in the profile's order.
    pub fn iter(&self) -> impl Iterator<Item = Trace<'_>> {
        let samples = self.view.profile().samples();
        let traced = samples.filter(|sample| !sample.stack().is_empty());
        traced.map(|sample| Trace {
            traces: self,
            value: self.value(&sample),
            sample,
        })
    }

    /// [`Traces::iter`] with the largest first; the order of the profile decides among equals.
    pub fn sorted(&self) -> Vec<Trace<'_>> {
        let mut all: Vec<Trace<'_>> = self.iter().collect();
        all.sort_by_key(|trace| std::cmp::Reverse(trace.value.unsigned_abs()));
        all
    }

    /// The frames of a place, the innermost first.
    pub fn frames_of(&self, location: LocationIndex) -> impl Iterator<Item = Frame<'_>> {
        self.frames.of_location(location)
    }

    fn value(&self, sample: &Sample<'_>) -> i64 {
        let at = |index: usize| sample.values().get(index).copied().unwrap_or(0);
        let value = at(self.view.sample_index());
        match at(self.objects) {
            divisor if self.view.options().mean && divisor != 0 => value.wrapping_div(divisor),
            _ => value,
        }
    }
}

impl<'a> Trace<'a> {
    /// Its value: of the type that is shown, and where means are shown, per object.
    pub fn value(&self) -> i64 {
        self.value
    }

    /// Its labels.
    pub fn labels(&self) -> LabelGroups<'a> {
        LabelGroups::of(self.traces.view.profile().tables(), &self.sample)
    }

    /// The places of its stack, the innermost first.
    pub fn locations(&self) -> impl Iterator<Item = LocationIndex> + use<'a> {
        self.sample.stack().iter().rev().copied()
    }

    /// Its stack, the innermost frame first.
    pub fn frames(&self) -> impl Iterator<Item = Frame<'a>> + use<'a> {
        let frames = &self.traces.frames;
        let stack = self.sample.stack().iter().rev();
        stack.flat_map(|&location| frames.of_location(location))
    }
}
