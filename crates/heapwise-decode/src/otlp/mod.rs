//! OpenTelemetry's profiles (OTLP): read from protobuf, JSON and what a collector writes to files, and written.
//!
//! The signal is in development and its messages carry no version. Which release of opentelemetry-proto a message
//! follows is told by the fields that are present; what cannot be told is refused.

mod build;
mod dictionary;
mod file;
mod group;
mod json_in;
mod json_out;
mod layout;
mod lists;
mod part;
mod profile;
mod requests;
mod room;
mod schema;
mod table;
mod value;
mod write;

pub use file::OtlpFile;
pub use part::OtlpProfile;
pub(crate) use requests::{Form, recognise};
pub use write::{OtlpForm, encode_otlp};

use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::profile::Profile;
use crate::source::Source;

/// Reads the only profile of an input.
///
/// # Errors
///
/// Also where there is none, or more than one: those are not to be added up unasked.
pub(crate) fn read(
    form: Form,
    source: &(impl Source + ?Sized),
    limits: &Limits,
) -> Result<Profile> {
    let file = OtlpFile::read(form, source, limits)?;
    match file.profiles() {
        [_] => file.profile(0, limits),
        [] => Err(Error::new(
            ErrorKind::Empty,
            Stage::Otlp,
            "resource profiles",
            "no profile",
            "a profile",
        )),
        several => Err(file.several(several)),
    }
}

fn out_of_range(message: &'static str, field: u64, count: usize) -> Error {
    Error::structure(
        format!("{message}, field {field}"),
        "an index beyond the table of strings",
        format!("one below {count}"),
    )
}
