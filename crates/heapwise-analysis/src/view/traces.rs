//! Every sample of a view with its stack and labels: what `go tool pprof -traces` prints
//! (report/report.go: printTraces).

use std::cmp::Reverse;

use heapwise_decode::{Error, LocationIndex, ProfileBuilder, Sample};

use crate::profile::labels::LabelGroups;
use crate::profile::units::narrow;
use crate::rank::objects_of;
use crate::view::{Frame, View, ViewFrames};

/// The samples of a view that have a stack.
///
/// They are told while they are read; only of the largest some are kept at a time.
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

/// Which traces are the largest, in that order; the order of the profile decides among equals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LargestTraces {
    places: Vec<Place>,
    /// How many smaller ones there are.
    pub omitted: usize,
    /// What those add up to.
    pub omitted_value: i64,
}

/// Where a trace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    value: i64,
    sample: u64,
    frames: usize,
}

impl LargestTraces {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// Frames that are kept at a time.
const KEPT_FRAMES: usize = 2 << 20;

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

    /// Tells all samples that have a stack, in the profile's order.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn each(&self, mut tell: impl FnMut(&Trace<'_>)) -> Result<(), Error> {
        self.view.each(|sample| {
            if !sample.stack().is_empty() {
                tell(&self.trace(*sample));
            }
        })
    }

    /// Finds the largest, as many as the view shows.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn largest(&self) -> Result<LargestTraces, Error> {
        let trim = &self.view.options().trim;
        let limit = trim.limit();
        let (mut count, mut sum) = (0, 0_i128);
        let mut places: Vec<Place> = Vec::new();
        self.each(|trace| {
            if trim.drop_negative && trace.value < 0 {
                return;
            }
            count += 1;
            sum += i128::from(trace.value);
            places.push(Place {
                value: trace.value,
                sample: trace.sample.number(),
                frames: trace.sample.stack().len(),
            });
            if places.len() / 2 > limit {
                keep_largest(&mut places, limit);
            }
        })?;
        keep_largest(&mut places, limit);
        let shown: i128 = places.iter().map(|place| i128::from(place.value)).sum();
        Ok(LargestTraces {
            omitted: count - places.len(),
            omitted_value: narrow(sum - shown),
            places,
        })
    }

    /// Tells the largest, in as many readings as it takes to keep only some of them at a time.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn each_of(
        &self,
        largest: &LargestTraces,
        mut tell: impl FnMut(&Trace<'_>),
    ) -> Result<(), Error> {
        let mut rest = largest.places.as_slice();
        while !rest.is_empty() {
            let mut frames = 0;
            let fits = |place: &&Place| {
                frames += place.frames;
                frames <= KEPT_FRAMES
            };
            let count = rest.iter().take_while(fits).count().max(1);
            let (window, behind) = rest.split_at(count);
            self.tell_window(window, &mut tell)?;
            rest = behind;
        }
        Ok(())
    }

    fn tell_window(
        &self,
        window: &[Place],
        tell: &mut impl FnMut(&Trace<'_>),
    ) -> Result<(), Error> {
        let mut in_order: Vec<(u64, usize)> =
            window.iter().map(|place| place.sample).zip(0..).collect();
        in_order.sort_unstable();
        let mut wanted = in_order.iter().peekable();
        let mut kept = ProfileBuilder::default();
        let mut places = vec![0; window.len()];
        self.view.each(|sample| {
            if let Some(&(_, rank)) = wanted.next_if(|(number, _)| *number == sample.number()) {
                if let Some(place) = places.get_mut(rank) {
                    *place = kept.sample_count();
                }
                kept.keep(sample);
            }
        })?;
        for place in places {
            if let Some(sample) = kept.sample(place) {
                tell(&self.trace(sample));
            }
        }
        Ok(())
    }

    fn trace<'t>(&'t self, sample: Sample<'t>) -> Trace<'t> {
        Trace {
            traces: self,
            value: self.value(&sample),
            sample,
        }
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

/// The largest first, and only so many.
fn keep_largest(places: &mut Vec<Place>, limit: usize) {
    places.sort_unstable_by_key(|place| (Reverse(place.value.unsigned_abs()), place.sample));
    places.truncate(limit);
}

impl<'a> Trace<'a> {
    /// Its value: of the type that is shown, and where means are shown, per object.
    pub fn value(&self) -> i64 {
        self.value
    }

    /// Its labels.
    pub fn labels(&self) -> LabelGroups<'a> {
        LabelGroups::of(self.traces.view.tables(), &self.sample)
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
