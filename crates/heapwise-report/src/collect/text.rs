//! What was collected, as text for people.

use std::io::{self, Write};

use super::{CollectReport, words};
use crate::formats::text::{self, Layout};

pub(super) fn write(report: &CollectReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for sentence in words::sentences(report) {
        text::write_sentence(&sentence, layout, out)?;
    }
    Ok(())
}
