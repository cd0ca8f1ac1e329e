//! gRPC-Web: a question and its answer as messages with their lengths before them, and how it went behind the answer, in
//! the body as well (grpc/grpc, doc/PROTOCOL-WEB.md).

use percent_encoding::percent_decode_str;
use prost::Message;

use super::api::Api;
use super::error::{Refusal, is_unknown};
use crate::fetch::{FetchError, FetchErrorKind, Question, Reply, Target};

const KIND: &str = "application/grpc-web+proto";

/// Of the byte before a length: what follows is how it went, or is compressed.
const TRAILERS: u8 = 0x80;
const COMPRESSED: u8 = 0x01;

/// Asks one question, of which one answer comes.
pub(super) fn called<A: Message + Default>(
    api: &Api<'_>,
    page: &str,
    request: &impl Message,
) -> Result<A, Refusal> {
    let target = api.source.page(page);
    let question = Question {
        body: Some((KIND, framed(&request.encode_to_vec()))),
        headers: vec![("X-Grpc-Web", "1".to_owned()), ("Accept", KIND.to_owned())],
    };
    let reply = api.reply(&target, question)?;
    let message = message(&reply, &target)?;
    A::decode(message.as_slice()).map_err(|error| {
        let message = format!("found no answer of {page}: {error}");
        Refusal::Other(api.error(message))
    })
}

fn framed(message: &[u8]) -> Vec<u8> {
    // No question is as long as that.
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    [&[0], &length.to_be_bytes()[..], message].concat()
}

/// The message of an answer that went well.
fn message(reply: &Reply, target: &Target) -> Result<Vec<u8>, Refusal> {
    let is_kind = |kind: String| kind.starts_with("application/grpc");
    if !reply.header("content-type").is_some_and(is_kind) {
        if reply.status != 200 && !is_unknown(reply.status) {
            return Err(Refusal::of(reply, target));
        }
        let message = "found no answer of gRPC-Web";
        let kind = FetchErrorKind::NotServed;
        return Err(Refusal::Unknown(
            FetchError::new(kind, target, message).into(),
        ));
    }
    let frames = Frames::of(&reply.bytes).map_err(|found| cut(target, found))?;
    // What has no message tells how it went in its header.
    let status = frames.trailer("grpc-status");
    let status = status.or_else(|| reply.header("grpc-status"));
    let words = frames.trailer("grpc-message");
    let words = words.or_else(|| reply.header("grpc-message"));
    match (status.as_deref(), frames.message) {
        (Some("0"), message) => Ok(message.unwrap_or_default().to_vec()),
        (Some(status), _) => {
            let words = words.unwrap_or_default();
            let words = percent_decode_str(&words).decode_utf8_lossy();
            Err(Refusal::of_status(status, &words, target))
        }
        (None, _) => Err(cut(target, "an answer that does not say how it went")),
    }
}

fn cut(target: &Target, found: &str) -> Refusal {
    let message = format!("found {found}, expected messages with their lengths");
    Refusal::Other(FetchError::new(FetchErrorKind::Cut, target, message).into())
}

/// The parts of an answer.
#[derive(Debug, Default)]
struct Frames<'a> {
    message: Option<&'a [u8]>,
    /// Lines as those of a header.
    trailers: &'a [u8],
}

impl<'a> Frames<'a> {
    fn of(mut bytes: &'a [u8]) -> Result<Frames<'a>, &'static str> {
        let mut frames = Frames::default();
        while let Some((&[kind, a, b, c, d], rest)) = bytes.split_first_chunk() {
            let length = u32::from_be_bytes([a, b, c, d]) as usize;
            let Some((part, rest)) = rest.split_at_checked(length) else {
                return Err("an answer that ends within a message");
            };
            match kind {
                0 if frames.message.is_none() => frames.message = Some(part),
                0 => return Err("two answers"),
                TRAILERS => frames.trailers = part,
                kind if kind & COMPRESSED != 0 => return Err("a compressed message"),
                _ => return Err("a message of an unknown kind"),
            }
            bytes = rest;
        }
        match bytes {
            [] => Ok(frames),
            _ => Err("an answer that ends within a length"),
        }
    }

    fn trailer(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(self.trailers);
        let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
        let found = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{Frames, framed};

    #[test]
    fn answers_are_taken_apart() {
        let end = b"grpc-status:5\r\nGrpc-Message: could%20not find it\r\n";
        let trailers = [&[0x80, 0, 0, 0, end.len() as u8], &end[..]].concat();
        let bytes = [framed(b"one"), trailers.clone()].concat();
        let frames = Frames::of(&bytes).unwrap();
        assert_eq!(frames.message, Some(&b"one"[..]));
        assert_eq!(frames.trailer("grpc-status").as_deref(), Some("5"));
        assert_eq!(
            frames.trailer("grpc-message").as_deref(),
            Some("could%20not find it")
        );
        assert_eq!(Frames::of(&trailers).unwrap().message, None);
        for cut in 1..bytes.len() {
            let whole_message = 8;
            assert_eq!(
                Frames::of(&bytes[..cut]).is_ok(),
                cut == whole_message,
                "{cut}"
            );
        }
        let two = [framed(b"one"), framed(b"two")].concat();
        assert_eq!(Frames::of(&two).unwrap_err(), "two answers");
        let kinds = [
            (1, "a compressed message"),
            (4, "a message of an unknown kind"),
        ];
        for (kind, expected) in kinds {
            assert_eq!(Frames::of(&[kind, 0, 0, 0, 0]).unwrap_err(), expected);
        }
    }
}
