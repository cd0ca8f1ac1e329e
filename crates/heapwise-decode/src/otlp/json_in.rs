//! Reads OTLP/JSON by writing it as protobuf, so that there is one reader of what it means (OTLP: JSON Protobuf
//! Encoding; protobuf: ProtoJSON Format). Names that are not known are passed over, as both say.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint};
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::layout::{self, Layout};
use super::schema::{FieldRule, Kind, Message, is_same_name, root};
use crate::error::{Error, ErrorKind, Result, Stage};

/// The requests of a text, one after the other, in protobuf.
pub(super) fn requests(text: &[u8]) -> impl Iterator<Item = Result<(Layout, Vec<u8>)>> {
    let mut at = 0;
    let mut failed = false;
    std::iter::from_fn(move || {
        let rest = text.get(at..).unwrap_or_default();
        let blank = rest.len() - rest.trim_ascii_start().len();
        at += blank;
        let rest = rest.get(blank..).unwrap_or_default();
        if failed || rest.is_empty() {
            return None;
        }
        let read = request(rest, at as u64);
        failed = read.is_err();
        Some(read.map(|(layout, bytes, size)| {
            at += size;
            (layout, bytes)
        }))
    })
}

/// The first request of a text, and how long it is.
fn request(text: &[u8], base: u64) -> Result<(Layout, Vec<u8>, usize)> {
    let mut names = Names::default();
    let mut json = serde_json::Deserializer::from_slice(text);
    let seen = NamesSeed(&mut names).deserialize(&mut json);
    seen.map_err(|error| refusal(text, base, &error))?;
    let layout = names.layout(base)?;
    let size = json.into_iter::<IgnoredAny>().byte_offset();
    let mut bytes = Vec::new();
    let mut json = serde_json::Deserializer::from_slice(text);
    let seed = MessageSeed {
        message: root(layout),
        out: &mut bytes,
    };
    seed.deserialize(&mut json)
        .map_err(|error| refusal(text, base, &error))?;
    Ok((layout, bytes, size))
}

/// What serde_json says, with the place in bytes from the start of the input.
fn refusal(text: &[u8], base: u64, error: &serde_json::Error) -> Error {
    let before = text
        .split_inclusive(|&byte| byte == b'\n')
        .take(error.line().saturating_sub(1));
    let at = before.map(<[u8]>::len).sum::<usize>() + error.column();
    let message = error.to_string();
    let said = message.split(" at line ").next().unwrap_or_default();
    let kind = if error.is_eof() {
        ErrorKind::Truncated
    } else {
        ErrorKind::Wire
    };
    let place = format!("byte {} of the JSON", base + at.min(text.len()) as u64);
    Error::new(kind, Stage::Otlp, place, said, "OTLP profiles in JSON")
}

/// Names that only some layouts have.
#[derive(Default)]
struct Names {
    of_ranges: Option<&'static str>,
    before_lists: Option<&'static str>,
    of_stacks: Option<&'static str>,
    of_lists: Option<&'static str>,
    has_dictionary: bool,
    has_profiles: bool,
}

/// 1.7.0.
const OF_RANGES: [&str; 6] = [
    "locationsStartIndex",
    "locationsLength",
    "timeNanos",
    "durationNanos",
    "attributeUnits",
    "defaultSampleTypeIndex",
];
/// 1.7.0 and 1.8.0.
const BEFORE_LISTS: [&str; 2] = ["sample", "commentStrindices"];
/// 1.8.0 and later.
const OF_STACKS: [&str; 4] = ["stackIndex", "stackTable", "timeUnixNano", "durationNano"];
/// 1.9.0 and later.
const OF_LISTS: [&str; 2] = ["samples", "lines"];

impl Names {
    fn add(&mut self, name: &str) {
        let known = |names: &[&'static str]| {
            let mut names = names.iter().copied();
            names.find(|camel| is_same_name(camel, name))
        };
        self.of_ranges = self.of_ranges.or_else(|| known(&OF_RANGES));
        self.before_lists = self.before_lists.or_else(|| known(&BEFORE_LISTS));
        self.of_stacks = self.of_stacks.or_else(|| known(&OF_STACKS));
        self.of_lists = self.of_lists.or_else(|| known(&OF_LISTS));
        self.has_dictionary |= name == "dictionary";
        self.has_profiles |= name == "profiles";
    }

    /// 1.9.0 and later have the same names, so that the numbers of their fields need not be told apart.
    fn layout(&self, base: u64) -> Result<Layout> {
        if self.has_profiles && !self.has_dictionary {
            let found = "profiles without a dictionary, as before 1.7.0";
            return Err(layout::unknown(base, found));
        }
        let both = |old: &str, new: &str| {
            let found = format!("both {old:?} and {new:?}, which no release has together");
            Err(layout::unknown(base, found))
        };
        match (
            self.of_ranges,
            self.before_lists,
            self.of_stacks,
            self.of_lists,
        ) {
            (Some(old), _, Some(new), _) | (Some(old), _, _, Some(new)) => both(old, new),
            (_, Some(old), _, Some(new)) => both(old, new),
            (Some(_), ..) | (None, Some(_), None, _) => Ok(Layout::Ranges),
            (None, Some(_), Some(_), None) => Ok(Layout::Early),
            (None, None, ..) => Ok(Layout::Present),
        }
    }
}

/// Collects the names of all objects: in OTLP these are names of fields and nothing else.
struct NamesSeed<'a>(&'a mut Names);

impl<'de> DeserializeSeed<'de> for NamesSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> std::result::Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NamesSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            self.0.add(&name);
            map.next_value_seed(NamesSeed(self.0))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<(), A::Error> {
        while items.next_element_seed(NamesSeed(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> std::result::Result<(), E> {
        Ok(())
    }
}

/// Writes an object as a message.
struct MessageSeed<'a> {
    message: &'static Message,
    out: &'a mut Vec<u8>,
}

impl<'de> DeserializeSeed<'de> for MessageSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> std::result::Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MessageSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of {}", self.message.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match self.message.by_name(&name) {
                Some(rule) => map.next_value_seed(FieldSeed {
                    rule,
                    out: self.out,
                })?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Writes what a name stands for as a field; null is no field.
struct FieldSeed<'a> {
    rule: &'static FieldRule,
    out: &'a mut Vec<u8>,
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> std::result::Result<(), D::Error> {
        match (self.rule.is_repeated, self.rule.kind) {
            (true, Kind::Nested(_) | Kind::Text) => json.deserialize_any(ListSeed(self)),
            (true, _) => {
                let FieldSeed { rule, out } = self;
                let start = begin(rule.number, out);
                let read = json.deserialize_any(ListSeed(FieldSeed { rule, out }));
                end(start, out);
                read
            }
            (false, _) => ItemSeed { field: self }.deserialize(json),
        }
    }
}

/// A list of what a field may have more than once.
struct ListSeed<'a>(FieldSeed<'a>);

impl<'de> Visitor<'de> for ListSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list for {:?}", self.0.rule.name)
    }

    fn visit_unit<E>(self) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<(), A::Error> {
        let FieldSeed { rule, out } = self.0;
        loop {
            let field = FieldSeed { rule, out };
            if items.next_element_seed(ItemSeed { field })?.is_none() {
                return Ok(());
            }
        }
    }
}

/// One value of a field.
struct ItemSeed<'a> {
    field: FieldSeed<'a>,
}

impl<'de> DeserializeSeed<'de> for ItemSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> std::result::Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl ItemSeed<'_> {
    fn wrong<T, E: serde::de::Error>(&self, found: &str) -> std::result::Result<T, E> {
        let name = self.field.rule.name;
        Err(E::custom(format_args!("{found} for {name:?}")))
    }

    /// The key of a value, but for those that stand in a list without any.
    fn key(&mut self, wire: WireType) {
        let rule = self.field.rule;
        let is_packed = rule.is_repeated && wire != WireType::LengthDelimited;
        if !is_packed {
            encode_key(rule.number, wire, self.field.out);
        }
    }

    fn number<E: serde::de::Error>(mut self, value: i128) -> std::result::Result<(), E> {
        let bits = match self.field.rule.kind {
            Kind::Int32 => i32::try_from(value)
                .ok()
                .map(|value| i64::from(value) as u64),
            Kind::Int64 => i64::try_from(value).ok().map(|value| value as u64),
            Kind::Uint64 | Kind::Fixed64 => u64::try_from(value).ok(),
            Kind::Constant => return Ok(()),
            Kind::Double => return self.double(value as f64),
            Kind::Bool | Kind::Text | Kind::Bytes | Kind::Id | Kind::Nested(_) => {
                return self.wrong("a number");
            }
        };
        let Some(bits) = bits else {
            return self.wrong(&format!("{value}, which is out of range,"));
        };
        if matches!(self.field.rule.kind, Kind::Fixed64) {
            self.key(WireType::SixtyFourBit);
            self.field.out.extend_from_slice(&bits.to_le_bytes());
        } else {
            self.key(WireType::Varint);
            encode_varint(bits, self.field.out);
        }
        Ok(())
    }

    fn double<E>(mut self, value: f64) -> std::result::Result<(), E> {
        self.key(WireType::SixtyFourBit);
        self.field.out.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn bytes(mut self, bytes: &[u8]) {
        self.key(WireType::LengthDelimited);
        encode_varint(bytes.len() as u64, self.field.out);
        self.field.out.extend_from_slice(bytes);
    }
}

/// Numbers that a double holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl<'de> Visitor<'de> for ItemSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value for {:?}", self.field.rule.name)
    }

    fn visit_unit<E>(self) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(mut self, value: bool) -> std::result::Result<(), E> {
        if !matches!(self.field.rule.kind, Kind::Bool) {
            return self.wrong("true or false");
        }
        self.key(WireType::Varint);
        self.field.out.push(value.into());
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> std::result::Result<(), E> {
        self.number(value.into())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> std::result::Result<(), E> {
        self.number(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> std::result::Result<(), E> {
        match self.field.rule.kind {
            Kind::Double => self.double(value),
            _ if value.fract() == 0.0 && value.abs() <= EXACT => self.number(value as i128),
            _ => self.wrong("a number with a fraction"),
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<(), E> {
        match self.field.rule.kind {
            Kind::Text => self.bytes(text.as_bytes()),
            Kind::Bytes => match base64(text) {
                Some(bytes) => self.bytes(&bytes),
                None => return self.wrong("a text that is no base64"),
            },
            Kind::Id => match hexadecimal(text) {
                Some(bytes) => self.bytes(&bytes),
                None => return self.wrong("a text of other than hexadecimal digits"),
            },
            Kind::Constant => {}
            Kind::Double => match text.parse() {
                Ok(value) => return self.double(value),
                Err(_) => return self.wrong("a text that is no number"),
            },
            Kind::Int32 | Kind::Int64 | Kind::Uint64 | Kind::Fixed64 => {
                match text.parse::<i128>() {
                    Ok(value) => return self.number(value),
                    Err(_) => return self.wrong("a text that is no integer"),
                }
            }
            Kind::Bool | Kind::Nested(_) => return self.wrong("a text"),
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<(), A::Error> {
        let Kind::Nested(message) = self.field.rule.kind else {
            return Err(A::Error::custom(format_args!(
                "an object for {:?}",
                self.field.rule.name
            )));
        };
        let out = self.field.out;
        let start = begin(self.field.rule.number, out);
        MessageSeed { message, out }.visit_map(map)?;
        end(start, out);
        Ok(())
    }
}

/// Starts bytes of a length that is not known yet.
fn begin(number: u32, out: &mut Vec<u8>) -> usize {
    encode_key(number, WireType::LengthDelimited, out);
    out.len()
}

/// Puts the length of what came since before it.
fn end(start: usize, out: &mut Vec<u8>) {
    let length = (out.len() - start) as u64;
    let size = encoded_len_varint(length);
    out.splice(start..start, std::iter::repeat_n(0, size));
    if let Some(mut place) = out.get_mut(start..start + size) {
        encode_varint(length, &mut place);
    }
}

/// base64 in either alphabet, with or without its end (protobuf: ProtoJSON Format).
fn base64(text: &str) -> Option<Vec<u8>> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let is_url = text.contains(['-', '_']);
    let alphabet = if is_url {
        &alphabet::URL_SAFE
    } else {
        &alphabet::STANDARD
    };
    GeneralPurpose::new(alphabet, config).decode(text).ok()
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let pair = |&[high, low]: &[u8; 2]| Some(digit(high)? << 4 | digit(low)?);
    rest.is_empty().then(|| pairs.iter().map(pair).collect())?
}

#[cfg(test)]
mod tests {
    use super::{base64, hexadecimal, requests};

    #[test]
    fn bytes_of_texts() {
        assert_eq!(hexadecimal("00fFa9"), Some(vec![0, 0xff, 0xa9]));
        assert_eq!(hexadecimal("0"), None);
        assert_eq!(hexadecimal("0g"), None);
        for text in ["+/8=", "-_8=", "+/8", "-_8"] {
            assert_eq!(base64(text), Some(vec![0xfb, 0xff]), "{text}");
        }
    }

    #[test]
    fn numbers_may_be_texts_and_lists_are_packed() {
        let text = br#"{"resourceProfiles":[{"scopeProfiles":[{"profiles":[{"samples":
            [{"stackIndex":1,"values":["7",-1,3.0],"unknown":{"a":[1]}}]}]}]}],"dictionary":null}"#;
        let (_, bytes) = requests(text).next().expect("one").expect("readable");
        let sample = [
            8, 1, 0x22, 12, 7, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 3,
        ];
        let found = bytes.windows(sample.len()).any(|window| window == sample);
        assert!(found, "{bytes:?}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, word) in [
            (
                r#"{"dictionary":{"stringTable":[1]}}"#,
                "a number for \"stringTable\"",
            ),
            (
                r#"{"dictionary":{"stackTable":[{"locationIndices":[3000000000]}]}}"#,
                "out of range",
            ),
            (
                r#"{"dictionary":{"linkTable":[{"traceId":"xx"}]}}"#,
                "hexadecimal",
            ),
            (r#"{"dictionary":{"linkTable":[{"traceId"#, "EOF"),
            (
                r#"{"dictionary":{"stackTable":[]},"samples":[],"timeNanos":1}"#,
                "no release has together",
            ),
            (r#"{"resourceProfiles":[{"profiles":[]}]}"#, "before 1.7.0"),
        ] {
            let error = requests(text.as_bytes())
                .next()
                .expect("one")
                .expect_err(text)
                .to_string();
            assert!(
                error.starts_with("otlp: ") && error.contains(word),
                "{error}"
            );
        }
    }
}
