//! How an input is read: a whole file, a beginning and what the fuzzer put behind it, or bytes that something is made of.

use std::borrow::Cow;

use arbitrary::Unstructured;

use crate::made_profile::made_profile;
use crate::made_text::{Form, made_text};

/// The text that an input stands for: behind one of `heads` where its first byte is the number of one, and else all of
/// it. So what any program wrote is taken as it is, as long as it does not begin with a control character; a fuzzer
/// would be long in finding what the heads say.
pub fn with_head<'a>(heads: &[&[u8]], input: &'a [u8]) -> Cow<'a, [u8]> {
    match input {
        [form, rest @ ..] if usize::from(*form) < heads.len() => {
            Cow::Owned([heads[usize::from(*form)], rest].concat())
        }
        _ => Cow::Borrowed(input),
    }
}

/// The text that an input stands for: one that is made of its bytes in one of `forms`, or else as [`with_head`] says.
pub fn text_of_input<'a>(heads: &[&[u8]], forms: &[Form], input: &'a [u8]) -> Cow<'a, [u8]> {
    match to_make_of(input) {
        Some(bytes) => {
            Cow::Owned(made_text(forms, &mut Unstructured::new(bytes)).unwrap_or_default())
        }
        None => with_head(heads, input),
    }
}

/// The profile that an input stands for: one that is made of its bytes, or else all of it. `None` where the bytes are too few
/// to make one of.
pub fn profile_of_input(input: &[u8]) -> Option<Cow<'_, [u8]>> {
    match to_make_of(input) {
        Some(bytes) => made_profile(&mut Unstructured::new(bytes))
            .ok()
            .map(Cow::Owned),
        None => Some(Cow::Borrowed(input)),
    }
}

/// The bytes that something is made of, behind a first byte that no text and no profile begins with; `None` where the
/// input is a text or a profile itself.
pub fn to_make_of(input: &[u8]) -> Option<&[u8]> {
    match input {
        [0x80..=0xbf, rest @ ..] => Some(rest),
        _ => None,
    }
}

/// Whether what is said of an input is asked a second time, in another way where there is one: one time in four, for it
/// costs as much as the first.
pub fn is_asked_again(input: &[u8]) -> bool {
    number_of(input) / 8 % 4 == 0
}

/// A number that follows from the whole input and says nothing else of it: what to ask of a profile that is given whole.
pub fn number_of(input: &[u8]) -> usize {
    input.iter().fold(input.len(), |sum, &byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(byte))
    })
}
