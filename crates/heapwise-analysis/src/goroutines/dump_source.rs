//! Which dumps of goroutines a source holds: one, several in one text, or none.

use heapwise_decode::{Goroutines, Limits, NoteKind, Profile, Source, goroutine_dumps};

use super::gather::Gatherer;
use crate::error::Result;

/// What a source holds.
#[derive(Debug)]
#[non_exhaustive]
pub enum DumpSource {
    /// One dump.
    One(Profile),
    /// The dumps of one text, first to last.
    Several(Vec<Goroutines>),
    /// A profile of something else.
    Other(Profile),
}

impl DumpSource {
    /// Reads a source, one of several in a series if `is_series`: then the lines around a dump may
    /// tell its time.
    ///
    /// # Errors
    ///
    /// What is no profile.
    pub fn read(
        source: &(impl Source + ?Sized),
        is_series: bool,
        limits: &Limits,
    ) -> Result<DumpSource> {
        let profile = match Profile::read(source, limits) {
            Ok(profile) => profile,
            Err(error) => match parts(source, limits) {
                Ok(parts) => return Ok(DumpSource::Several(parts)),
                Err(_) => return Err(error.into()),
            },
        };
        if !Gatherer::takes(&profile) {
            return Ok(DumpSource::Other(profile));
        }
        let mut notes = profile.tables().notes().iter();
        let has_several = notes.any(|note| note.kind() == NoteKind::SeveralDumps);
        let is_dump = profile.tables().highest_goroutine().is_some();
        if has_several || (is_series && is_dump) {
            return Ok(DumpSource::Several(parts(source, limits)?));
        }
        Ok(DumpSource::One(profile))
    }
}

fn parts(
    source: &(impl Source + ?Sized),
    limits: &Limits,
) -> heapwise_decode::Result<Vec<Goroutines>> {
    let mut parts = Vec::new();
    goroutine_dumps(source, limits, &mut |part| parts.push(part))?;
    Ok(parts)
}

impl Gatherer {
    /// Takes the numbers of goroutines from those of the dumps that can be
    /// followed, reading each source once. `read` has the source of every dump in
    /// the order of addition, and the dump's place in it.
    ///
    /// # Errors
    ///
    /// The number of a source, and why it cannot be read again.
    pub fn follow_all(
        &mut self,
        sources: &[&dyn Source],
        read: &[(usize, usize)],
        instants: &[String],
        limits: &Limits,
    ) -> std::result::Result<(), (usize, heapwise_decode::Error)> {
        let followed = self.numbered(instants);
        for (number, source) in sources.iter().enumerate() {
            let of_source = |&at: &usize| read.get(at).is_some_and(|&(of, _)| of == number);
            let wanted: Vec<usize> = followed.iter().copied().filter(of_source).collect();
            if wanted.is_empty() {
                continue;
            }
            let mut place = 0;
            let take = &mut |goroutines: Goroutines| {
                let here = |&&at: &&usize| read.get(at).is_some_and(|&(_, part)| part == place);
                if let Some(&at) = wanted.iter().find(here) {
                    self.follow(at, &goroutines);
                }
                place += 1;
            };
            goroutine_dumps(*source, limits, take).map_err(|error| (number, error))?;
        }
        Ok(())
    }
}
