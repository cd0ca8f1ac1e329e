//! The messages of profile.proto as they are on the wire: ids and string indexes unresolved.

use super::cursor::{Fields, Payload, split_short};
use crate::error::{Error, ErrorKind, Result, Stage};

/// ValueType.
#[derive(Clone, Copy, Default)]
pub(crate) struct ValueTypeRecord {
    pub(crate) type_: u64,
    pub(crate) unit: u64,
}

impl ValueTypeRecord {
    pub(crate) fn read(bytes: &[u8], base: u64) -> Result<Self> {
        let mut record = Self::default();
        let mut fields = Fields::new(bytes, base, "value type");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => record.type_ = fields.number(&field)?,
                2 => record.unit = fields.number(&field)?,
                _ => {}
            }
        }
        Ok(record)
    }
}

/// Mapping.
#[derive(Clone, Copy, Default)]
pub(crate) struct MappingRecord {
    pub(crate) id: u64,
    pub(crate) start: u64,
    pub(crate) limit: u64,
    pub(crate) offset: u64,
    pub(crate) file: u64,
    pub(crate) build_id: u64,
    pub(crate) has_functions: bool,
    pub(crate) has_filenames: bool,
    pub(crate) has_line_numbers: bool,
    pub(crate) has_inline_frames: bool,
}

impl MappingRecord {
    pub(crate) fn read(bytes: &[u8], base: u64) -> Result<Self> {
        let mut record = Self::default();
        let mut fields = Fields::new(bytes, base, "mapping");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => record.id = fields.number(&field)?,
                2 => record.start = fields.number(&field)?,
                3 => record.limit = fields.number(&field)?,
                4 => record.offset = fields.number(&field)?,
                5 => record.file = fields.number(&field)?,
                6 => record.build_id = fields.number(&field)?,
                7 => record.has_functions = fields.number(&field)? != 0,
                8 => record.has_filenames = fields.number(&field)? != 0,
                9 => record.has_line_numbers = fields.number(&field)? != 0,
                10 => record.has_inline_frames = fields.number(&field)? != 0,
                _ => {}
            }
        }
        Ok(record)
    }
}

/// Line.
#[derive(Clone, Copy, Default)]
pub(crate) struct LineRecord {
    pub(crate) function: u64,
    pub(crate) line: i64,
    pub(crate) column: i64,
}

impl LineRecord {
    fn read(bytes: &[u8], base: u64) -> Result<Self> {
        let mut record = Self::default();
        let mut fields = Fields::new(bytes, base, "line");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => record.function = fields.number(&field)?,
                2 => record.line = fields.number(&field)? as i64,
                3 => record.column = fields.number(&field)? as i64,
                _ => {}
            }
        }
        Ok(record)
    }
}

/// Location. Reused from one to the next: `read` overwrites it.
#[derive(Default)]
pub(crate) struct LocationRecord {
    pub(crate) id: u64,
    pub(crate) mapping: u64,
    pub(crate) address: u64,
    pub(crate) is_folded: bool,
    pub(crate) lines: Vec<LineRecord>,
}

impl LocationRecord {
    pub(crate) fn read(&mut self, bytes: &[u8], base: u64) -> Result<()> {
        (self.id, self.mapping, self.address, self.is_folded) = (0, 0, 0, false);
        self.lines.clear();
        let mut fields = Fields::new(bytes, base, "location");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => self.id = fields.number(&field)?,
                2 => self.mapping = fields.number(&field)?,
                3 => self.address = fields.number(&field)?,
                4 => {
                    let (bytes, base) = fields.nested(&field)?;
                    self.lines.push(LineRecord::read(bytes, base)?);
                }
                5 => self.is_folded = fields.number(&field)? != 0,
                _ => {}
            }
        }
        Ok(())
    }
}

/// Function.
#[derive(Clone, Copy, Default)]
pub(crate) struct FunctionRecord {
    pub(crate) id: u64,
    pub(crate) name: u64,
    pub(crate) system_name: u64,
    pub(crate) filename: u64,
    pub(crate) start_line: i64,
}

impl FunctionRecord {
    pub(crate) fn read(bytes: &[u8], base: u64) -> Result<Self> {
        let mut record = Self::default();
        let mut fields = Fields::new(bytes, base, "function");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => record.id = fields.number(&field)?,
                2 => record.name = fields.number(&field)?,
                3 => record.system_name = fields.number(&field)?,
                4 => record.filename = fields.number(&field)?,
                5 => record.start_line = fields.number(&field)? as i64,
                _ => {}
            }
        }
        Ok(record)
    }
}

/// Label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LabelRecord {
    pub(crate) key: u64,
    pub(crate) str: u64,
    pub(crate) num: i64,
    pub(crate) unit: u64,
}

impl LabelRecord {
    /// The unit of a number that is a label even if it is 0: beyond the indexes that a profile can
    /// have, and that of the empty text once it is cut to their width. Texts have such labels;
    /// protobuf cannot say them (profile/encode.go: postDecode).
    pub(crate) const BARE_NUMBER: u64 = 1 << 32;

    /// A label that is a key and a number, as the Go runtime writes the size of blocks
    /// (runtime/pprof/protomem.go: writeHeapProto). `None` for others.
    #[inline]
    fn read_size(bytes: &[u8]) -> Option<Self> {
        const KEY: u8 = 1 << 3;
        const NUMBER: u8 = 3 << 3;
        let &[KEY, key @ ..0x80, NUMBER, ref number @ ..] = bytes else {
            return None;
        };
        let mut at = 0;
        let num = super::read_varint(number, &mut at)? as i64;
        (at == number.len()).then_some(Self {
            key: key.into(),
            num,
            ..Self::default()
        })
    }

    fn read(bytes: &[u8], base: u64) -> Result<Self> {
        let mut record = Self::default();
        let mut fields = Fields::new(bytes, base, "label");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => record.key = fields.number(&field)?,
                2 => record.str = fields.number(&field)?,
                3 => record.num = fields.number(&field)? as i64,
                4 => record.unit = fields.number(&field)?,
                _ => {}
            }
        }
        Ok(record)
    }
}

/// Sample, with the location ids still packed. Reused from one to the next.
///
/// The ids stay packed because most frames of a sample are those of the sample before it: the
/// reader of stacks compares bytes and decodes only what differs.
#[derive(Default)]
pub(crate) struct SampleRecord {
    /// Packed ids put together from several fields; used when there is not exactly one.
    joined: Vec<u8>,
    pub(crate) values: Vec<i64>,
    pub(crate) labels: Vec<LabelRecord>,
}

impl SampleRecord {
    /// Reads a sample.
    #[inline]
    pub(crate) fn read<'a>(&'a mut self, bytes: &'a [u8], base: u64) -> Result<RawSample<'a>> {
        let single = match self.read_usual(bytes) {
            Some(ids) => Some(ids),
            None => self.read_any(bytes, base)?,
        };
        Ok(RawSample {
            ids: single.unwrap_or(&self.joined),
            values: &self.values,
        })
    }

    /// Reads a sample that is as nearly all are: its ids are packed in one field, and nothing in it
    /// is unknown, wrong or needlessly long. `None` for others.
    #[inline]
    fn read_usual<'a>(&mut self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        const IDS: u8 = 1 << 3 | 2;
        const VALUES: u8 = 2 << 3 | 2;
        const LABEL: u8 = 3 << 3 | 2;
        self.values.clear();
        self.labels.clear();
        let mut ids = None;
        let mut rest = bytes;
        while let [key, after @ ..] = rest {
            let (payload, behind) = split_short(after)?;
            match *key {
                VALUES => {
                    let mut at = 0;
                    while at < payload.len() {
                        self.values
                            .push(super::read_varint(payload, &mut at)? as i64);
                    }
                }
                IDS if ids.is_none() && payload.last().is_some_and(|&last| last < 0x80) => {
                    ids = Some(payload);
                }
                LABEL => self.labels.push(LabelRecord::read_size(payload)?),
                _ => return None,
            }
            rest = behind;
        }
        ids
    }

    /// Reads any sample. `None` where the ids were put together from several fields.
    fn read_any<'a>(&mut self, bytes: &'a [u8], base: u64) -> Result<Option<&'a [u8]>> {
        self.joined.clear();
        self.values.clear();
        self.labels.clear();
        let mut single: Option<&'a [u8]> = None;
        let mut fields = Fields::new(bytes, base, "sample");
        while let Some(field) = fields.next()? {
            match (field.number, &field.payload) {
                (1, &Payload::Bytes(ids)) => {
                    check_packed(ids, fields.offset())?;
                    if let Some(before) = single.take() {
                        self.joined.extend_from_slice(before);
                    }
                    if self.joined.is_empty() {
                        single = Some(ids);
                    } else {
                        self.joined.extend_from_slice(ids);
                    }
                }
                (1, _) => {
                    if let Some(before) = single.take() {
                        self.joined.extend_from_slice(before);
                    }
                    push_varint(&mut self.joined, fields.number(&field)?);
                }
                (2, &Payload::Bytes(packed)) => read_values(packed, &mut self.values, &fields)?,
                (2, _) => self.values.push(fields.number(&field)? as i64),
                (3, _) => {
                    let (bytes, base) = fields.nested(&field)?;
                    self.labels.push(LabelRecord::read(bytes, base)?);
                }
                _ => {}
            }
        }
        Ok(single)
    }
}

/// What a sample says, but for its labels.
#[derive(Clone, Copy)]
pub(crate) struct RawSample<'a> {
    /// The packed ids of its locations, leaf first.
    pub(crate) ids: &'a [u8],
    pub(crate) values: &'a [i64],
}

fn read_values(packed: &[u8], values: &mut Vec<i64>, fields: &Fields<'_>) -> Result<()> {
    let mut at = 0;
    while at < packed.len() {
        match super::read_varint(packed, &mut at) {
            Some(value) => values.push(value as i64),
            None => return Err(bad_packed(fields.offset())),
        }
    }
    Ok(())
}

/// Packed ids must end with a whole varint; the varints before it are checked when decoded.
fn check_packed(ids: &[u8], end: u64) -> Result<()> {
    match ids.last() {
        Some(&last) if last >= 0x80 => Err(bad_packed(end)),
        _ => Ok(()),
    }
}

fn bad_packed(end: u64) -> Error {
    Error::new(
        ErrorKind::Wire,
        Stage::Protobuf,
        format!("sample before byte {end}"),
        "a varint that does not end",
        "a packed run of whole varints",
    )
}

/// Writes a varint.
pub(crate) fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::{LabelRecord, SampleRecord};

    type Read = (Vec<u8>, Vec<i64>, Vec<LabelRecord>);

    fn usual(bytes: &[u8]) -> Option<Read> {
        let mut record = SampleRecord::default();
        let ids = record.read_usual(bytes)?.to_vec();
        Some((ids, record.values, record.labels))
    }

    fn any(bytes: &[u8]) -> Option<Read> {
        let mut record = SampleRecord::default();
        let single = record.read_any(bytes, 0).ok()?.map(<[u8]>::to_vec);
        let ids = single.unwrap_or(record.joined);
        Some((ids, record.values, record.labels))
    }

    const GO: [u8; 22] = [
        0x12, 5, 1, 0x80, 0x80, 1, 0, // values
        0x0a, 5, 1, 0x82, 1, 0x83, 1, // locations
        0x1a, 6, 8, 5, 24, 0x80, 0x80, 1, // size
    ];

    #[test]
    fn the_usual_way_reads_what_go_writes() {
        let size = LabelRecord {
            key: 5,
            num: 1 << 14,
            ..LabelRecord::default()
        };
        let read = (GO[9..14].to_vec(), vec![1, 1 << 14, 0], vec![size]);
        assert_eq!(usual(&GO), Some(read));
    }

    #[test]
    fn the_usual_way_reads_nothing_differently() {
        for at in 0..GO.len() {
            for byte in 0..=u8::MAX {
                let mut bytes = GO;
                bytes[at] = byte;
                let read = usual(&bytes);
                assert!(read.is_none() || read == any(&bytes), "byte {byte} at {at}");
            }
            let read = usual(&GO[..at]);
            assert!(read.is_none() || read == any(&GO[..at]), "{at} bytes");
        }
    }
}
