use super::Form;
use super::dump::Ids;
use crate::container::unpack;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::profile::Profile;
use crate::source::Source;

/// The goroutines of a dump with their ids, to follow them from one dump to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Goroutines {
    profile: Profile,
    ids: Vec<Vec<u64>>,
}

impl Goroutines {
    /// The dump as a profile, as [`Profile::read`] gives it.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The ids of the goroutines that a sample counts, in the order of the dump. Ids are never
    /// used twice in the life of a process (runtime/proc.go: newproc1). Empty beyond the samples.
    pub fn ids(&self, sample: usize) -> &[u64] {
        self.ids.get(sample).map_or(&[], Vec::as_slice)
    }
}

/// Reads a goroutine dump with the ids of its goroutines, in memory that grows with their number.
///
/// # Errors
///
/// Those of [`Profile::read`], and [`ErrorKind::NotAProfile`] for anything but a dump.
pub fn goroutine_ids(source: &(impl Source + ?Sized), limits: &Limits) -> Result<Goroutines> {
    for form in [Form::Dump, Form::LoggedDump] {
        if let Some(goroutines) = read(form, source, limits)? {
            return Ok(goroutines);
        }
    }
    Err(no_dump())
}

fn read(
    form: Form,
    source: &(impl Source + ?Sized),
    limits: &Limits,
) -> Result<Option<Goroutines>> {
    let reader = source.open().map_err(|error| Error::from_io(error, 0))?;
    let plain = unpack(reader, limits)?;
    let mut ids = Collected::default();
    let profile = super::read_dump(form, plain.reader, limits, &mut ids)?;
    Ok(profile.map(|mut profile| {
        profile.set_encoding(plain.layers);
        Goroutines {
            profile,
            ids: ids.0,
        }
    }))
}

/// The refusal of a text without goroutines.
pub(crate) fn no_dump() -> Error {
    Error::new(
        ErrorKind::NotAProfile,
        Stage::Format,
        "byte 0",
        "no goroutine",
        "a goroutine dump, such as /debug/pprof/goroutine?debug=2 serves",
    )
}

#[derive(Default)]
struct Collected(Vec<Vec<u64>>);

impl Ids for Collected {
    fn add(&mut self, sample: usize, id: u64) {
        match self.0.get_mut(sample) {
            Some(ids) => ids.push(id),
            None => self.0.push(vec![id]),
        }
    }
}
