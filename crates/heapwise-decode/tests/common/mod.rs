//! Small profiles as bytes, written field by field so that a test can break any of them, and
//! decoded profiles as values, so that a test can compare what they mean.
#![allow(dead_code, reason = "every test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use heapwise_decode::{Error, LabelValue, Limits, Profile, Source, Tables};

/// A profile captured from a Go server.
pub(crate) const SERVER_HEAP: &[u8] = include_bytes!("../../../../testdata/server/heap.pb.gz");

pub(crate) fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// A field of wire type 0.
pub(crate) fn number(field: u64, value: i64) -> Vec<u8> {
    [varint(field << 3), varint(value as u64)].concat()
}

/// A field of wire type 2.
pub(crate) fn bytes(field: u64, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let length = varint(payload.len() as u64);
    [varint(field << 3 | 2), length, payload.to_vec()].concat()
}

/// A packed run of varints.
pub(crate) fn packed(field: u64, values: &[i64]) -> Vec<u8> {
    let run: Vec<u8> = values.iter().flat_map(|&v| varint(v as u64)).collect();
    bytes(field, run)
}

/// One field of wire type 0 for each value.
pub(crate) fn unpacked(field: u64, values: &[i64]) -> Vec<u8> {
    values.iter().flat_map(|&v| number(field, v)).collect()
}

pub(crate) fn sample_type(type_: i64, unit: i64) -> Vec<u8> {
    bytes(1, [number(1, type_), number(2, unit)].concat())
}

pub(crate) fn sample(locations: &[i64], values: &[i64], labels: &[Vec<u8>]) -> Vec<u8> {
    let fields = [packed(1, locations), packed(2, values), labels.concat()];
    bytes(2, fields.concat())
}

/// Key, text, number and unit; 0 is left out.
pub(crate) fn label(key: i64, text: i64, num: i64, unit: i64) -> Vec<u8> {
    let fields = [(1, key), (2, text), (3, num), (4, unit)];
    let set = fields.into_iter().filter(|&(_, value)| value != 0);
    bytes(3, set.flat_map(|(f, v)| number(f, v)).collect::<Vec<u8>>())
}

pub(crate) fn mapping(id: i64, file: i64) -> Vec<u8> {
    let range = [number(2, 0x40_0000), number(3, 0x50_0000)].concat();
    bytes(3, [number(1, id), range, number(5, file)].concat())
}

pub(crate) fn location(id: i64, mapping: i64, lines: &[(i64, i64)]) -> Vec<u8> {
    let line = |&(function, line)| bytes(4, [number(1, function), number(2, line)].concat());
    let lines: Vec<u8> = lines.iter().flat_map(line).collect();
    let address = number(3, 0x40_0000 + id);
    bytes(
        4,
        [number(1, id), number(2, mapping), address, lines].concat(),
    )
}

pub(crate) fn function(id: i64, name: i64, file: i64) -> Vec<u8> {
    let fields = [
        number(1, id),
        number(2, name),
        number(3, name),
        number(4, file),
    ];
    bytes(5, fields.concat())
}

pub(crate) fn strings(texts: &[&str]) -> Vec<u8> {
    texts.iter().flat_map(|text| bytes(6, text)).collect()
}

/// The fields of a profile in groups, each already encoded.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) types: Vec<u8>,
    pub(crate) samples: Vec<u8>,
    pub(crate) mappings: Vec<u8>,
    pub(crate) locations: Vec<u8>,
    pub(crate) functions: Vec<u8>,
    pub(crate) strings: Vec<u8>,
    pub(crate) header: Vec<u8>,
}

/// Number of strings of [`Parts::good`].
pub(crate) const STRINGS: usize = 12;

impl Parts {
    /// Three samples of two values, three locations, two functions, one mapping.
    pub(crate) fn good() -> Parts {
        Parts {
            types: [sample_type(1, 2), sample_type(3, 4)].concat(),
            samples: [
                sample(
                    &[2, 1],
                    &[3, 300],
                    &[label(9, 10, 0, 0), label(4, 0, 100, 4)],
                ),
                sample(&[3, 2, 1], &[-1, 1 << 40], &[]),
                sample(&[], &[0, 7], &[label(9, 0, 5, 0)]),
            ]
            .concat(),
            mappings: mapping(1, 8),
            locations: [
                location(1, 1, &[(1, 10)]),
                location(2, 1, &[(2, 20), (1, 11)]),
                location(3, 0, &[]),
            ]
            .concat(),
            functions: [function(1, 5, 6), function(2, 7, 6)].concat(),
            strings: strings(&[
                "",
                "objects",
                "count",
                "space",
                "bytes",
                "main.main",
                "main.go",
                "main.work",
                "/bin/app",
                "key",
                "value",
                "note",
            ]),
            header: [
                number(9, 1_700_000_000_000_000_000),
                bytes(11, [number(1, 3), number(2, 4)].concat()),
                number(12, 524_288),
                packed(13, &[11]),
                number(14, 3),
            ]
            .concat(),
        }
    }

    /// The good profile after one change.
    pub(crate) fn with(change: impl FnOnce(&mut Parts)) -> Vec<u8> {
        let mut parts = Parts::good();
        change(&mut parts);
        parts.tables_first()
    }

    /// As the Go runtime orders them, samples after the locations they name.
    pub(crate) fn tables_first(&self) -> Vec<u8> {
        [
            &*self.types,
            &*self.header,
            &*self.mappings,
            &*self.functions,
            &*self.locations,
            &*self.samples,
            &*self.strings,
        ]
        .concat()
    }

    /// As `go tool pprof -proto` orders them, by field number.
    pub(crate) fn samples_first(&self) -> Vec<u8> {
        [
            &*self.types,
            &*self.samples,
            &*self.mappings,
            &*self.locations,
            &*self.functions,
            &*self.strings,
            &*self.header,
        ]
        .concat()
    }

    pub(crate) fn functions_last(&self) -> Vec<u8> {
        [
            &*self.types,
            &*self.header,
            &*self.strings,
            &*self.mappings,
            &*self.locations,
            &*self.samples,
            &*self.functions,
        ]
        .concat()
    }

    pub(crate) fn types_last(&self) -> Vec<u8> {
        [
            &*self.strings,
            &*self.functions,
            &*self.mappings,
            &*self.locations,
            &*self.samples,
            &*self.header,
            &*self.types,
        ]
        .concat()
    }

    pub(crate) fn orders(&self) -> [Vec<u8>; 4] {
        [
            self.tables_first(),
            self.samples_first(),
            self.functions_last(),
            self.types_last(),
        ]
    }
}

pub(crate) fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(plain).unwrap();
    out.finish().unwrap()
}

pub(crate) fn zstd(plain: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(plain, ruzstd::encoding::CompressionLevel::Fastest)
}

/// The bytes inside one gzip member.
pub(crate) fn gunzip(packed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(packed);
    reader.read_to_end(&mut plain).unwrap();
    plain
}

pub(crate) fn read(input: &[u8]) -> Result<Profile, Error> {
    Profile::read(input, &Limits::default())
}

pub(crate) fn encode(profile: &Profile) -> Vec<u8> {
    let mut out = Vec::new();
    heapwise_decode::encode(profile, &mut out).unwrap();
    out
}

/// What a profile says, without ids, positions and the way it was packed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Content {
    pub(crate) types: Vec<[Vec<u8>; 2]>,
    pub(crate) samples: Vec<ContentSample>,
    pub(crate) header: Vec<String>,
    pub(crate) functions: Vec<String>,
    pub(crate) mappings: Vec<String>,
    pub(crate) locations: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ContentSample {
    pub(crate) stack: Vec<String>,
    pub(crate) values: Vec<i64>,
    pub(crate) labels: Vec<String>,
}

impl Content {
    pub(crate) fn of(profile: &Profile) -> Content {
        let tables = profile.tables();
        let text = |index| tables.text_bytes(index).escape_ascii().to_string();
        let functions = tables.functions().iter();
        Content {
            types: tables
                .sample_types()
                .iter()
                .map(|t| [t.type_, t.unit].map(|index| tables.text_bytes(index).to_vec()))
                .collect(),
            samples: profile
                .samples()
                .map(|sample| content_sample(tables, &sample))
                .collect(),
            header: header(tables),
            functions: functions
                .map(|f| {
                    [f.name, f.system_name, f.filename].map(text).join(" ")
                        + &format!(" {}", f.start_line)
                })
                .collect(),
            mappings: (0..tables.mappings().len())
                .map(|at| mapping_text(tables, &tables.mappings()[at]))
                .collect(),
            locations: tables.location_count(),
        }
    }
}

fn mapping_text(tables: &Tables, mapping: &heapwise_decode::Mapping) -> String {
    let text = |index| tables.text_bytes(index).escape_ascii();
    format!(
        "{:x}-{:x}@{:x} {} {} {:?}",
        mapping.start,
        mapping.limit,
        mapping.offset,
        text(mapping.file),
        text(mapping.build_id),
        mapping.symbols
    )
}

/// A sample with everything it names spelled out.
pub(crate) fn content_sample(
    tables: &Tables,
    sample: &heapwise_decode::Sample<'_>,
) -> ContentSample {
    let text = |index| tables.text_bytes(index).escape_ascii().to_string();
    let frame = |&at| {
        let location = tables.location(at);
        let lines: Vec<String> = location
            .lines
            .iter()
            .map(|line| {
                let function = tables.function(line.function);
                format!(
                    "{} {}:{}:{}",
                    text(function.name),
                    text(function.filename),
                    line.line,
                    line.column
                )
            })
            .collect();
        let mapping = location.mapping.and_then(|at| tables.mapping(at));
        let mapping = mapping.map(|mapping| mapping_text(tables, mapping));
        format!(
            "{:x} {mapping:?} {lines:?} {}",
            location.address, location.is_folded
        )
    };
    ContentSample {
        stack: sample.stack().iter().map(frame).collect(),
        values: sample.values().to_vec(),
        labels: sample
            .labels()
            .iter()
            .map(|label| match label.value {
                LabelValue::Text(value) => format!("{}={}", text(label.key), text(value)),
                LabelValue::Number { value, unit } => {
                    format!("{}={value}{}", text(label.key), text(unit))
                }
            })
            .collect(),
    }
}

fn header(tables: &Tables) -> Vec<String> {
    let period_type = tables
        .period_type()
        .map(|t| [t.type_, t.unit].map(|index| tables.text(index).into_owned()));
    let mut out = vec![
        format!("{period_type:?} {:?}", tables.period()),
        format!("{:?} {:?}", tables.time_nanos(), tables.duration_nanos()),
        format!("{} {}", tables.drop_frames(), tables.keep_frames()),
        format!("{} {}", tables.default_sample_type(), tables.doc_url()),
    ];
    out.extend(tables.comments().map(|comment| comment.into_owned()));
    out
}

/// A source whose reader returns pieces of the sizes given, over and over.
pub(crate) struct Pieces<'a> {
    pub(crate) input: &'a [u8],
    pub(crate) sizes: Vec<usize>,
}

impl Source for Pieces<'_> {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(PieceReader {
            rest: self.input,
            sizes: self.sizes.iter().cycle(),
        }))
    }
}

struct PieceReader<'a> {
    rest: &'a [u8],
    sizes: std::iter::Cycle<std::slice::Iter<'a, usize>>,
}

impl Read for PieceReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes.next().copied().unwrap_or(1);
        let count = size.min(out.len()).min(self.rest.len());
        let (piece, rest) = self.rest.split_at(count);
        out[..count].copy_from_slice(piece);
        self.rest = rest;
        Ok(count)
    }
}
