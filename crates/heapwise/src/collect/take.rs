//! Takes a bundle: each part fetched, read to its end, and written; what fails is tried once more.

use std::time::Duration;

use heapwise_decode::counted;

use super::check::{NotThePart, Told, check};
use super::fetch::{NoPage, Source, sentence};
use super::folder::Staged;
use crate::bundle::{Forced, Part, PartRecord, PartStatus};
use crate::fetch::{FetchErrorKind, Page};
use crate::today::nanos;

/// How long a server is left alone before a part is asked for again.
const PAUSE: Duration = Duration::from_millis(100);

/// What a bundle is to hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// Which parts, in the order of [`Part::ALL`].
    pub(crate) parts: &'static [Part],
    pub(crate) forced: Forced,
    pub(crate) most_goroutines: u64,
}

/// Takes bundles from a server.
pub(crate) struct Taker<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) wanted: Wanted,
}

/// What became of a bundle's parts.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(crate) parts: Vec<PartRecord>,
    pub(crate) told: Told,
    /// The first failure.
    pub(crate) error: Option<anyhow::Error>,
}

/// Why no bundle was taken.
#[derive(Debug)]
pub(crate) enum NoBundle {
    /// A signal came.
    Interrupted,
    /// It could not be written.
    Unwritten(anyhow::Error),
}

impl Taken {
    /// Whether anything is there.
    pub(crate) fn has_any(&self) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| part.status == PartStatus::Whole)
    }
}

impl Taker<'_> {
    /// Takes a bundle; `goroutines` is how many there were at the last count.
    pub(crate) fn take(&self, staged: &Staged, goroutines: Option<u64>) -> Result<Taken, NoBundle> {
        let mut taken = Taken::default();
        for &part in self.wanted.parts {
            if part == Part::Leaks && !self.wanted.forced.leaks {
                continue;
            }
            if part == Part::GoroutineTexts
                && let Some(why) = self.too_many(taken.told.goroutines.or(goroutines))
            {
                let record = PartRecord::new(part, PartStatus::LeftOut);
                taken.parts.push(record.with_reason(Some(why)));
                continue;
            }
            self.take_part(part, staged, &mut taken)?;
        }
        Ok(taken)
    }

    /// Why goroutines are not written one by one.
    fn too_many(&self, count: Option<u64>) -> Option<String> {
        match count {
            Some(count) if count <= self.wanted.most_goroutines => None,
            Some(count) => Some(format!(
                "{}, more than --max-goroutines",
                counted(count, "goroutine")
            )),
            None => Some("how many goroutines there are is not known".to_owned()),
        }
    }

    fn take_part(&self, part: Part, staged: &Staged, taken: &mut Taken) -> Result<(), NoBundle> {
        let mut first_reason = None;
        for tries in 1_u32.. {
            match self.fetch(part) {
                Ok((page, told)) => {
                    staged
                        .write(part.file(), &page.bytes)
                        .map_err(NoBundle::Unwritten)?;
                    taken.parts.push(PartRecord {
                        tries,
                        bytes: Some(page.bytes.len() as u64),
                        start_nanos: Some(nanos(page.started)),
                        end_nanos: Some(nanos(page.ended)),
                        ..PartRecord::new(part, PartStatus::Whole).with_reason(first_reason)
                    });
                    taken.told.absorb(told);
                    return Ok(());
                }
                Err(NoPage::Interrupted) => return Err(NoBundle::Interrupted),
                Err(why) if tries == 1 && may_pass(why.kind()) => {
                    if let NoPage::Failed(error) = &why {
                        first_reason = Some(sentence(error));
                    }
                    if self.source.interrupt.sleep(PAUSE) {
                        return Err(NoBundle::Interrupted);
                    }
                }
                Err(NoPage::Failed(error)) => {
                    let record = PartRecord::new(part, status(part, &error));
                    taken.parts.push(PartRecord {
                        tries,
                        ..record.with_reason(Some(sentence(&error)))
                    });
                    taken.error = taken.error.take().or(Some(error));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn fetch(&self, part: Part) -> Result<(Page, Told), NoPage> {
        let mut target = part.target(self.source.server);
        if part == Part::HeapText && self.wanted.forced.heap {
            target.set("gc", "1");
        }
        let page = self.source.page(&target)?;
        match check(part, &page.bytes, self.source.limits) {
            Ok(told) => Ok((page, told)),
            Err(why) => Err(NoPage::Failed(why.into())),
        }
    }
}

/// Whether it may be otherwise at once; a time-out has cost time enough.
fn may_pass(kind: Option<FetchErrorKind>) -> bool {
    matches!(
        kind,
        None | Some(
            FetchErrorKind::Unreachable
                | FetchErrorKind::Proxy
                | FetchErrorKind::Refused
                | FetchErrorKind::Cut
        )
    )
}

/// Many servers have no variables, and answer with anything.
fn status(part: Part, error: &anyhow::Error) -> PartStatus {
    use FetchErrorKind::{Empty, NotAProfile, NotServed};
    let is_elsewhere = matches!(
        NoPage::kind_of(error),
        Some(NotServed | NotAProfile | Empty)
    );
    let is_other = error.downcast_ref().is_some_and(NotThePart::is_other);
    match part.is_optional() && (is_elsewhere || is_other) {
        true => PartStatus::NotServed,
        false => PartStatus::Failed,
    }
}
