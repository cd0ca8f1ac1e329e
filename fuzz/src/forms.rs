//! How an input is read: a whole file, a beginning and what the fuzzer put behind it, or bytes that something is made of.

use std::borrow::Cow;

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

/// The bytes that a profile is made of, behind a first byte that no text and no profile begins with; `None` where the
/// input is a profile itself.
pub fn to_make_of(input: &[u8]) -> Option<&[u8]> {
    match input {
        [0x80..=0xff, rest @ ..] => Some(rest),
        _ => None,
    }
}

/// A number that follows from the whole input and says nothing else of it: what to ask of a profile that is given whole.
pub fn number_of(input: &[u8]) -> usize {
    input.iter().fold(input.len(), |sum, &byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(byte))
    })
}
