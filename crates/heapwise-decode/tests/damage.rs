//! Damaged inputs: a good profile, one change, and the exact refusal.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{
    Parts, STRINGS, bytes, function, gzip, label, location, mapping, number, packed, read, sample,
    sample_type, strings, varint, zstd,
};
use heapwise_decode::{Encoding, Error, ErrorKind, Limits, Profile, Stage, goroutine_dumps};

/// Checks kind, stage and text of a refusal under the default limits.
#[track_caller]
fn check(input: &[u8], kind: ErrorKind, stage: Stage, message: &str) {
    check_error(read(input).unwrap_err(), kind, stage, message);
}

#[track_caller]
fn check_error(error: Error, kind: ErrorKind, stage: Stage, message: &str) {
    assert_eq!(error.to_string(), message);
    assert_eq!((error.kind(), error.stage()), (kind, stage));
}

/// Checks that a broken table is refused with this text.
#[track_caller]
fn check_structure(change: impl FnOnce(&mut Parts), message: &str) {
    check(
        &Parts::with(change),
        ErrorKind::Structure,
        Stage::Structure,
        message,
    );
}

/// Checks that broken protobuf is refused with this text.
#[track_caller]
fn check_wire(change: impl FnOnce(&mut Parts), message: &str) {
    check(
        &Parts::with(change),
        ErrorKind::Wire,
        Stage::Protobuf,
        message,
    );
}

fn good() -> Vec<u8> {
    Parts::good().tables_first()
}

#[test]
fn the_good_profile_is_good() {
    for input in Parts::good().orders() {
        let profile = read(&input).unwrap();
        assert_eq!(profile.sample_count(), 3);
        assert_eq!(profile.tables().string_count(), STRINGS);
    }
}

#[test]
fn nothing_at_all() {
    let message = "format: byte 0: found no bytes, expected a profile";
    check(&[], ErrorKind::Empty, Stage::Format, message);
    check(&gzip(&[]), ErrorKind::Empty, Stage::Format, message);
    check(&zstd(&[]), ErrorKind::Empty, Stage::Format, message);
}

mod containers {
    use super::*;

    const NO_MEMBER: &str = "expected the header of a gzip member, or the end of the input";

    #[test]
    fn gzip_cut_short() {
        let rest = "found the end of the input, expected";
        check(
            &[0x1f, 0x8b],
            ErrorKind::Truncated,
            Stage::Gzip,
            &format!("gzip: byte 2: {rest} the rest of a gzip header or trailer"),
        );
        let whole = gzip(&good());
        let body = whole.len() - 20;
        check(
            &whole[..body],
            ErrorKind::Truncated,
            Stage::Gzip,
            &format!("gzip: byte {body}: {rest} more deflated bytes"),
        );
        let trailer = whole.len() - 3;
        check(
            &whole[..trailer],
            ErrorKind::Truncated,
            Stage::Gzip,
            &format!("gzip: byte {trailer}: {rest} the rest of a gzip header or trailer"),
        );
    }

    #[test]
    fn gzip_cut_anywhere_is_a_truncation_at_its_end() {
        let whole = gzip(&good());
        for length in 2..whole.len() {
            let error = read(&whole[..length]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
            assert_eq!(error.place(), format!("byte {length}"));
        }
    }

    #[test]
    fn gzip_with_a_wrong_checksum_or_length() {
        let whole = gzip(&good());
        let (crc_at, size_at) = (whole.len() - 8, whole.len() - 4);
        let crc = u32::from_le_bytes(whole[crc_at..size_at].try_into().unwrap());
        let mut input = whole.clone();
        input[crc_at] ^= 1;
        check(
            &input,
            ErrorKind::Container,
            Stage::Gzip,
            &format!(
                "gzip: byte {crc_at}: found checksum {:08x}, expected {crc:08x}, \
                 the checksum of the bytes before it",
                crc ^ 1
            ),
        );
        let size = good().len();
        let mut input = whole;
        input[size_at..].copy_from_slice(&(size as u32 + 256).to_le_bytes());
        check(
            &input,
            ErrorKind::Container,
            Stage::Gzip,
            &format!(
                "gzip: byte {size_at}: found length {}, expected {size}, \
                 the number of bytes inflated",
                size + 256
            ),
        );
    }

    #[test]
    fn gzip_with_half_a_member_behind_the_last_one() {
        let whole = gzip(&good());
        let end = whole.len();
        check(
            &[&whole[..], &[0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0]].concat(),
            ErrorKind::Container,
            Stage::Gzip,
            &format!("gzip: byte {end}: found bytes 1f 8b 07 00, {NO_MEMBER}"),
        );
    }

    /// A file system that lost its end, or a file that was longer before: the member is whole.
    #[test]
    fn bytes_behind_a_whole_member_are_left_out_and_said() {
        let whole = gzip(&good());
        let plain = read(&whole).unwrap();
        for (tail, what) in [
            (&b"\0"[..], "1 byte after it left out (zeros)"),
            (&[0; 4096], "4096 bytes after it left out (zeros)"),
            (b"\r\n", "2 bytes after it left out (bytes that are no gzip"),
            (b"old", "3 bytes after it left out (bytes that are no gzip"),
            (&[0x93; 70_000], "70000 bytes after it left out"),
        ] {
            let profile = read(&[&whole[..], tail].concat()).unwrap();
            assert_eq!(profile.sample_count(), plain.sample_count());
            let [note] = profile.tables().notes() else {
                panic!("{:?}", profile.tables().notes());
            };
            assert_eq!(note.kind(), heapwise_decode::NoteKind::TailLeftOut);
            assert!(note.message().contains(what), "{note}");
        }
    }

    #[test]
    fn gzip_that_was_taken_for_text_is_named() {
        let whole = gzip(
            &vec![7; 1 << 16]
                .iter()
                .chain(&good())
                .copied()
                .collect::<Vec<u8>>(),
        );
        let noise: Vec<u8> = (0..40_000u32)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let noisy = gzip(&noise);
        let crlf: Vec<u8> = noisy
            .iter()
            .flat_map(|&byte| match byte {
                b'\n' => vec![b'\r', b'\n'],
                byte => vec![byte],
            })
            .collect();
        let lossy = String::from_utf8_lossy(&whole).into_owned().into_bytes();
        let seven: Vec<u8> = whole.iter().map(|byte| byte & 0x7f).collect();
        let latin: String = whole.iter().map(|&byte| char::from(byte)).collect();
        let wide: Vec<u8> = [0xfeff]
            .into_iter()
            .chain(latin.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        for (input, word) in [
            (crlf, "text mode"),
            (lossy, "U+FFFD"),
            (seven, "high bit"),
            (latin.into_bytes(), "Latin-1"),
            (wide, "Latin-1"),
        ] {
            let error = read(&input).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Container, "{error}");
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn gzip_with_a_block_of_the_reserved_type() {
        let mut input = gzip(&good());
        input[10] |= 6;
        check(
            &input,
            ErrorKind::Container,
            Stage::Gzip,
            "gzip: byte 10: found a deflate block that makes no sense, expected deflated bytes",
        );
    }

    #[test]
    fn a_profile_split_over_two_members() {
        let plain = good();
        let whole = read(&gzip(&plain)).unwrap();
        for cut in [0, 1, plain.len() / 2, plain.len()] {
            let (a, b) = plain.split_at(cut);
            assert_eq!(read(&[gzip(a), gzip(b)].concat()).unwrap(), whole);
        }
    }

    #[test]
    fn layers_of_compression() {
        let plain = good();
        let encoding = |input: &[u8]| read(input).unwrap().tables().encoding().to_vec();
        assert_eq!(encoding(&plain), []);
        assert_eq!(encoding(&gzip(&gzip(&plain))), [Encoding::Gzip; 2]);
        assert_eq!(encoding(&zstd(&plain)), [Encoding::Zstd]);
        let two_frames = [zstd(&plain[..50]), zstd(&plain[50..])].concat();
        assert_eq!(encoding(&two_frames), [Encoding::Zstd]);
        assert_eq!(
            encoding(&gzip(&zstd(&plain))),
            [Encoding::Gzip, Encoding::Zstd]
        );
        let four = gzip(&gzip(&zstd(&gzip(&plain))));
        assert_eq!(encoding(&four).len(), 4);
        check(
            &gzip(&four),
            ErrorKind::Container,
            Stage::Format,
            "format: layer 5: found gzip again, expected a profile within 4 layers of compression",
        );
    }

    #[test]
    fn zstd_cut_short() {
        let whole = zstd(&good());
        for length in 4..whole.len() {
            let error = read(&whole[..length]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
            assert_eq!(error.stage(), Stage::Zstd);
            assert_eq!(error.place(), format!("byte {length}"));
        }
    }

    #[test]
    fn zstd_with_a_wrong_checksum() {
        let mut input = zstd(&good());
        let at = input.len() - 4;
        let stored = u32::from_le_bytes(input[at..].try_into().unwrap());
        input[at] ^= 1;
        check(
            &input,
            ErrorKind::Container,
            Stage::Zstd,
            &format!(
                "zstd: byte {at}: found checksum {:08x}, expected {stored:08x}, \
                 the checksum of the bytes before it",
                stored ^ 1
            ),
        );
    }

    #[test]
    fn zstd_with_bytes_behind_the_last_frame() {
        let whole = zstd(&good());
        let error = read(&[&whole[..], b"garbage"].concat()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Container);
        assert_eq!(error.place(), format!("byte {}", whole.len()));
    }

    #[test]
    fn the_damage_of_an_outer_layer_is_not_blamed_on_the_inner_one() {
        let mut input = gzip(&zstd(&good()));
        let crc_at = input.len() - 8;
        input[crc_at] ^= 1;
        let error = read(&input).unwrap_err();
        assert_eq!(error.stage(), Stage::Gzip, "{error}");
        assert_eq!(error.place(), format!("byte {crc_at}"));
    }
}

mod wire {
    use super::*;

    #[test]
    fn cut_short() {
        let mut plain = good();
        plain.truncate(plain.len() - 2);
        let end = plain.len();
        // The last field is the string "note".
        let start = end - 4;
        check(
            &plain,
            ErrorKind::Truncated,
            Stage::Protobuf,
            &format!(
                "protobuf: byte {end}: found the end of the input, expected the rest of \
                 the field of 4 bytes that starts at byte {start}"
            ),
        );
        check(
            &[&good()[..], &[0x48, 0x80]].concat(),
            ErrorKind::Truncated,
            Stage::Protobuf,
            &format!(
                "protobuf: byte {}: found the end of the input, expected the rest of \
                 the field that starts at byte {}",
                good().len() + 2,
                good().len()
            ),
        );
        check(
            &[good(), bytes(99, [1; 40])[..20].to_vec()].concat(),
            ErrorKind::Truncated,
            Stage::Protobuf,
            &format!(
                "protobuf: byte {}: found the end of the input, expected the rest of \
                 the field of 40 bytes that starts at byte {}",
                good().len() + 20,
                good().len()
            ),
        );
        check(
            &[&good()[..], &[0xa1, 0x06, 1, 2, 3]].concat(),
            ErrorKind::Truncated,
            Stage::Protobuf,
            &format!(
                "protobuf: byte {}: found the end of the input, expected the rest of \
                 the field of 8 bytes that starts at byte {}",
                good().len() + 5,
                good().len()
            ),
        );
    }

    #[test]
    fn a_varint_that_never_ends() {
        for length in [10, 11, 19, 30] {
            check(
                &[good(), vec![0xff; length]].concat(),
                ErrorKind::Wire,
                Stage::Protobuf,
                &format!(
                    "protobuf: profile at byte {}: found a varint that does not end, \
                     expected a varint of at most 10 bytes",
                    good().len()
                ),
            );
        }
        let endless = [vec![0x10], vec![0xff; 10]].concat();
        check_wire(
            |parts| parts.types = bytes(1, &endless),
            "protobuf: value type at byte 2: found a varint that does not end, \
             expected a varint of at most 10 bytes",
        );
        let fields = [packed(2, &[1, 2]), bytes(1, [0x80])].concat();
        check_wire(
            |parts| parts.header = bytes(2, &fields),
            "protobuf: sample before byte 21: found a varint that does not end, \
             expected a packed run of whole varints",
        );
        check_wire(
            |parts| parts.header = bytes(13, [1, 0x80]),
            "protobuf: comments at byte 14: found a varint that does not end, \
             expected a packed run of whole varints",
        );
    }

    #[test]
    fn a_field_of_another_wire_type() {
        check_wire(
            |parts| parts.header = number(4, 1),
            "protobuf: profile at byte 12: found a varint in field 4, \
             expected the wire type of that field",
        );
        check_wire(
            |parts| parts.header = bytes(9, b"noon"),
            "protobuf: profile at byte 14: found length-delimited bytes in field 9, \
             expected the wire type of that field",
        );
        check_wire(
            |parts| parts.header = vec![9 << 3 | 1, 0, 0, 0, 0, 0, 0, 0, 0],
            "protobuf: profile at byte 12: found a fixed-width number in field 9, \
             expected the wire type of that field",
        );
        check_wire(
            |parts| parts.types = bytes(1, bytes(1, b"x")),
            "protobuf: value type at byte 5: found length-delimited bytes in field 1, \
             expected a varint",
        );
        check_wire(
            |parts| parts.header = bytes(4, [number(1, 9), number(4, 1)].concat()),
            "protobuf: location at byte 18: found a varint in field 4, expected a message",
        );
    }

    #[test]
    fn groups() {
        for wire_type in [3, 4, 6, 7] {
            check_wire(
                |parts| parts.header = vec![99 << 3 & 0x7f | wire_type],
                &format!(
                    "protobuf: profile at byte 12: found wire type {wire_type}, \
                     expected wire type 0, 1, 2 or 5"
                ),
            );
            check_wire(
                |parts| parts.types = bytes(1, [8 << 3 | wire_type]),
                &format!(
                    "protobuf: value type at byte 2: found wire type {wire_type}, \
                     expected wire type 0, 1, 2 or 5"
                ),
            );
        }
    }

    #[test]
    fn a_field_longer_than_its_message() {
        check_wire(
            |parts| parts.locations = bytes(4, [4 << 3 | 2, 9, 8, 1]),
            "protobuf: location at byte 75: found a field of 9 bytes, \
             expected at most the 2 bytes left in the message",
        );
        check_wire(
            |parts| parts.types = bytes(1, [varint(9 << 3 | 2), varint(u64::MAX)].concat()),
            "protobuf: value type at byte 2: found a field of 18446744073709551615 bytes, \
             expected at most the 0 bytes left in the message",
        );
    }

    #[test]
    fn unknown_fields_are_passed_over() {
        let whole = read(&good()).unwrap();
        for extra in [
            number(16, 1),
            number(0, 1),
            bytes(99, [0xff; 300_000]),
            vec![0xa5, 0x06, 1, 2, 3, 4],
            vec![0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8],
        ] {
            assert_eq!(read(&[extra, good()].concat()).unwrap(), whole);
        }
    }
}

mod glued {
    use super::*;

    const BY_TIME: &str = "structure: time_nanos: found a second time, \
        so a second profile glued to the first, expected one profile per input";
    const BY_TYPES: &str = "structure: sample types: found sample types again after other tables, \
        so a second profile glued to the first, expected one profile per input";

    #[test]
    fn raw_and_gzip() {
        let one = good();
        let both = [one.clone(), one.clone()].concat();
        let members = [gzip(&one), gzip(&one)].concat();
        for input in [both, members] {
            check(&input, ErrorKind::Concatenated, Stage::Structure, BY_TIME);
        }
        let one = Parts::good().samples_first();
        let both = [one.clone(), one].concat();
        check(&both, ErrorKind::Concatenated, Stage::Structure, BY_TYPES);
        assert_eq!(
            read(&both).unwrap_err().advice(),
            Some("give the profiles as separate files: they are merged")
        );
    }

    #[test]
    fn as_the_go_runtime_writes_them() {
        let both = [common::SERVER_HEAP, common::SERVER_HEAP].concat();
        check(&both, ErrorKind::Concatenated, Stage::Structure, BY_TYPES);
    }
}

mod tables {
    use super::*;

    #[test]
    fn ids_that_come_twice_or_are_reserved() {
        check_structure(
            |parts| parts.mappings = [mapping(7, 8), mapping(7, 8)].concat(),
            "structure: mapping, row 1: found id 7 again, expected ids that differ",
        );
        check_structure(
            |parts| parts.locations.extend(location(2, 1, &[])),
            "structure: location, row 3: found id 2 again, expected ids that differ",
        );
        check_structure(
            |parts| parts.functions.extend(function(1, 5, 6)),
            "structure: function, row 2: found id 1 again, expected ids that differ",
        );
        for (change, table) in [
            (
                (|parts: &mut Parts| parts.mappings = mapping(0, 8)) as fn(&mut Parts),
                "mapping",
            ),
            (|parts| parts.locations = location(0, 1, &[]), "location"),
            (|parts| parts.functions = function(0, 5, 6), "function"),
        ] {
            check_structure(
                change,
                &format!(
                    "structure: {table}, row 0: found the reserved id 0, expected an id above 0"
                ),
            );
        }
    }

    #[test]
    fn ids_that_name_nothing() {
        check_structure(
            |parts| parts.locations.extend(location(77, 1, &[(1, 1), (9, 1)])),
            "structure: location, row 3 (id 77): found function id 9, \
             expected the id of a function in the table",
        );
        check_structure(
            |parts| parts.locations.extend(location(77, 1, &[(0, 1)])),
            "structure: location, row 3 (id 77): found function id 0, \
             expected the id of a function in the table",
        );
        for id in [4, 0, i64::MAX] {
            check_structure(
                |parts| parts.samples.extend(sample(&[1, id], &[1, 2], &[])),
                &format!(
                    "structure: sample, row 3: found location id {id}, \
                     expected the id of a location in the table"
                ),
            );
        }
    }

    #[test]
    fn a_mapping_id_that_names_nothing_is_none() {
        let input = Parts::with(|parts| parts.locations.extend(location(4, 9, &[])));
        let profile = read(&input).unwrap();
        assert_eq!(profile.tables().locations().last().unwrap().mapping, None);
    }

    /// The message for a string index that is one too high, or negative.
    #[track_caller]
    fn check_index(place: &str, change: impl Fn(&mut Parts, i64)) {
        check_structure(
            |parts| change(parts, STRINGS as i64),
            &format!(
                "structure: {place}: found string index {STRINGS}, \
                 expected an index below {STRINGS}, the number of strings"
            ),
        );
        for index in [-1, i64::MIN, 1 << 32] {
            check_structure(
                |parts| change(parts, index),
                &format!(
                    "structure: {place}: found string index {index}, \
                     expected the index of a string"
                ),
            );
        }
    }

    #[test]
    fn string_indexes() {
        check_index("sample type, row 2", |parts, index| {
            parts.types.extend(sample_type(1, index));
        });
        check_index("sample type, row 0", |parts, index| {
            parts.types = [sample_type(index, 2), sample_type(3, 4)].concat();
        });
        check_index("mapping, row 1", |parts, index| {
            parts.mappings.extend(mapping(2, index));
        });
        check_index("function, row 2", |parts, index| {
            parts.functions.extend(function(3, 5, index));
        });
        check_index("function, row 2", |parts, index| {
            parts.functions.extend(function(3, index, 6));
        });
        check_index("period type, row 0", |parts, index| {
            parts.header = bytes(11, number(1, index));
        });
        check_index("comment, row 1", |parts, index| {
            parts.header.extend(packed(13, &[index]));
        });
        check_index("comment, row 1", |parts, index| {
            parts.header.extend(number(13, index));
        });
        for (field, name) in [
            (7, "drop_frames"),
            (8, "keep_frames"),
            (14, "default_sample_type"),
            (15, "doc_url"),
        ] {
            check_index(&format!("{name}, row 0"), |parts, index| {
                parts.header.extend(number(field, index));
            });
        }
    }

    #[test]
    fn of_fields_that_stand_twice_the_last_counts() {
        for field in [7, 8, 14, 15] {
            let input = Parts::with(|parts| {
                parts.header.extend(number(field, 99));
                parts.header.extend(number(field, 1));
            });
            assert_eq!(read(&input).unwrap().sample_count(), 3, "field {field}");
        }
        let input = Parts::with(|parts| {
            parts.header.extend(bytes(11, number(1, 99)));
            parts.header.extend(bytes(11, number(1, 1)));
        });
        assert_eq!(read(&input).unwrap().sample_count(), 3);
    }

    #[test]
    fn string_indexes_of_labels() {
        type Made = fn(i64) -> Vec<u8>;
        let made: [Made; 3] = [
            |index| label(index, 10, 0, 0),
            |index| label(9, index, 0, 0),
            |index| label(9, 0, 5, index),
        ];
        for label in made {
            check_index("label of sample, row 3", |parts, index| {
                let labels = [label(index)];
                parts.samples.extend(sample(&[1], &[1, 2], &labels));
            });
        }
        // Beside a text the unit means nothing, and pprof does not look at it either.
        let input = Parts::with(|parts| {
            let labels = [label(9, 10, 5, 99)];
            parts.samples.extend(sample(&[1], &[1, 2], &labels));
        });
        assert_eq!(read(&input).unwrap().sample_count(), 4);
    }

    #[test]
    fn value_counts() {
        for (values, count) in [
            (&[1][..], "1 value"),
            (&[1, 2, 3], "3 values"),
            (&[], "0 values"),
        ] {
            check_structure(
                |parts| parts.samples.extend(sample(&[1], values, &[])),
                &format!(
                    "structure: sample, row 3: found {count}, \
                     expected 2, one for each sample type"
                ),
            );
        }
    }

    #[test]
    fn samples_without_sample_types() {
        let message = "structure: sample types: found none for 3 samples, \
                       expected at least one sample type";
        check_structure(|parts| parts.types.clear(), message);
        check_structure(
            |parts| {
                parts.types.clear();
                parts.samples = sample(&[], &[], &[]).repeat(3);
            },
            message,
        );
        let empty = Parts::with(|parts| {
            parts.types.clear();
            parts.samples.clear();
        });
        assert_eq!(read(&empty).unwrap().sample_count(), 0);
    }

    #[test]
    fn string_tables() {
        check_structure(
            |parts| parts.strings = strings(&["x\n", ""]),
            r#"structure: string table, row 0: found "x\n", expected the empty string"#,
        );
        check_structure(
            |parts| parts.strings.clear(),
            "structure: string table: found no strings, expected at least the empty string",
        );
    }

    #[test]
    fn texts_that_are_not_utf_8() {
        let input = Parts::with(|parts| {
            parts.strings.extend(bytes(6, b"caf\xe9 \0\xff"));
            parts.functions.extend(function(3, STRINGS as i64, 6));
            let labels = [label(STRINGS as i64, STRINGS as i64, 0, 0)];
            parts.samples.extend(sample(&[1], &[1, 2], &labels));
        });
        let profile = read(&input).unwrap();
        let name = profile.tables().functions().last().unwrap().name;
        assert_eq!(profile.tables().text(name), "caf\u{fffd} \0\u{fffd}");
        assert_eq!(profile.tables().text_bytes(name), b"caf\xe9 \0\xff");
        assert_eq!(
            common::Content::of(&read(&common::encode(&profile)).unwrap()),
            common::Content::of(&profile)
        );
    }

    #[test]
    fn a_name_of_ten_megabytes() {
        let long = vec![b'x'; 10_000_000];
        let input = Parts::with(|parts| {
            parts.strings.extend(bytes(6, &long));
            parts.functions.extend(function(3, STRINGS as i64, 6));
        });
        let profile = read(&gzip(&input)).unwrap();
        let name = profile.tables().functions().last().unwrap().name;
        assert_eq!(profile.tables().text_bytes(name), long);
    }
}

mod limits {
    use super::*;

    #[track_caller]
    fn too_large(input: &[u8], limits: Limits, stage: Stage, message: &str) -> Error {
        let error = Profile::read(input, &limits).unwrap_err();
        check_error(error.clone(), ErrorKind::TooLarge, stage, message);
        error
    }

    /// Limits with one changed.
    fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    }

    #[test]
    fn bytes_after_inflation() {
        let message =
            "read: byte 1000000: found more bytes after inflation, expected at most 1000000 bytes";
        let zeros = vec![0; 8_000_000];
        let bomb = [good(), bytes(99, &zeros)].concat();
        for input in [gzip(&bomb), zstd(&bomb), gzip(&gzip(&bomb)), bomb] {
            let limits = Limits::with_max_bytes(1_000_000);
            let error = too_large(&input, limits, Stage::Read, message);
            assert_eq!(
                error.advice(),
                Some("raise the cap if the profile is really that large")
            );
        }
    }

    #[test]
    fn bytes_of_a_message() {
        check_error(
            read(&[good(), bytes(6, vec![0; (16 << 20) + 1])].concat()).unwrap_err(),
            ErrorKind::TooLarge,
            Stage::Protobuf,
            &format!(
                "protobuf: profile at byte {}: found a field of 16777217 bytes, \
                 expected at most 16777216 bytes",
                good().len()
            ),
        );
        // The length may lie: nothing is allocated for it.
        let lie = [varint(6 << 3 | 2), varint(u64::MAX)].concat();
        too_large(
            &[good(), lie].concat(),
            limits(|limits| limits.max_message_bytes = usize::MAX >> 1),
            Stage::Protobuf,
            &format!(
                "protobuf: profile at byte {}: found a field of 18446744073709551615 bytes, \
                 expected at most {} bytes",
                good().len(),
                usize::MAX >> 1
            ),
        );
    }

    #[test]
    fn bytes_of_tables() {
        for (part, table) in [
            (strings(&["a text of some length"]), "strings"),
            (bytes(1, []), "sample types"),
            (packed(13, &[1]), "comments"),
        ] {
            let input = [strings(&[""]), part.repeat(2_000)].concat();
            too_large(
                &input,
                limits(|limits| limits.max_table_bytes = 10_000),
                Stage::Structure,
                &format!(
                    "structure: {table}: found tables of more than 10000 bytes, \
                     expected tables within the limit"
                ),
            );
        }
        type Made = fn(i64) -> Vec<u8>;
        let made: [(Made, &str); 3] = [
            (|id| mapping(id, 0), "mappings"),
            (|id| location(id, 0, &[]), "locations"),
            (|id| function(id, 0, 0), "functions"),
        ];
        for (made, table) in made {
            let rows: Vec<u8> = (1..2_000).flat_map(made).collect();
            too_large(
                &[strings(&[""]), rows].concat(),
                limits(|limits| limits.max_table_bytes = 10_000),
                Stage::Structure,
                &format!(
                    "structure: {table}: found tables of more than 10000 bytes, \
                     expected tables within the limit"
                ),
            );
        }
    }

    #[test]
    fn bytes_of_the_lines_of_a_location() {
        // Forty bytes a line, beside one function and one location.
        let of = |lines: usize| {
            let lines = location(1, 0, &vec![(1, 7); lines]);
            [strings(&["", "main.f"]), function(1, 1, 0), lines].concat()
        };
        let read = |lines| {
            let limits = limits(|limits| limits.max_table_bytes = 10_000);
            Profile::read(&of(lines)[..], &limits)
        };
        assert!(read(240).is_ok());
        assert_eq!(read(250).unwrap_err().kind(), ErrorKind::TooLarge);
    }

    #[test]
    fn bytes_of_columns() {
        too_large(
            &good(),
            limits(|limits| limits.max_column_bytes = 100),
            Stage::Structure,
            "structure: sample, row 1: found samples of more than 100 bytes in memory, \
             expected samples within the limit",
        );
    }
}

mod other_formats {
    use super::*;

    const PACKED: &str = "a pprof profile, plain or compressed with gzip or zstd";
    const UNPACKED: &str = "what is in it: unpack it, and give the folder";
    const PROTO: &str =
        "a profile as /debug/pprof/ serves it, in protobuf or text, from its first byte";

    #[track_caller]
    fn check_named(input: &[u8], found: &str, expected: &str) {
        for input in [input, &gzip(input)] {
            check(
                input,
                ErrorKind::NotAProfile,
                Stage::Format,
                &format!("format: byte 0: found {found}, expected {expected}"),
            );
        }
    }

    #[test]
    fn compressed_otherwise() {
        let tail = [
            0x5a, 0x68, 0x39, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0,
        ];
        for (magic, name) in [
            (&b"BZh91AY&SY"[..], "bzip2 data"),
            (b"\xfd7zXZ\0\0\x04", "xz data"),
            (b"\x04\x22\x4d\x18\x64\x40\xa7", "lz4 data"),
            (b"\x78\x01\x4b", "zlib data"),
            (b"\x78\x5e\x4b", "zlib data"),
            (b"\x78\x9c\x4b", "zlib data"),
            (b"\x78\xda\x4b", "zlib data"),
            (b"\xef\xbb\xbfheap profile: 1", "a UTF-8 byte order mark"),
            (b"\x7fELF\x02\x01\x01\0", "an ELF binary"),
            (b"PK\x03\x04\x14\0", "a zip archive"),
            (b"7z\xbc\xaf\x27\x1c\0\x04", "a 7z archive"),
            (b"PERFILE2\x68\0\0\0\0\0\0\0", "a profile of perf"),
            (
                b"go 1.23 trace\0\0\0\x01\0\x01\x8e\xd6",
                "an execution trace of Go, which go tool trace reads",
            ),
            (
                b"\0\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\x27",
                "a CPU profile of gperftools with a damaged header",
            ),
            (
                b"\0\0\0\0\x03\0\0\0\0\0\0\0\x10\x27",
                "a CPU profile of gperftools with a damaged header",
            ),
        ] {
            let expected = match name.contains("archive") {
                true => UNPACKED,
                false => PACKED,
            };
            check_named(&[magic, &tail[..]].concat(), name, expected);
        }
        let marked = [b"\xef\xbb\xbf", &good()[..]].concat();
        check_named(&marked, "a UTF-8 byte order mark", PACKED);
        // As `tar -cz heap.pb.gz` writes it: a name of 100 bytes, and the mark behind 257.
        let mut tar = vec![0; 1024];
        tar[..10].copy_from_slice(b"heap.pb.gz");
        tar[257..265].copy_from_slice(b"ustar  \0");
        tar.extend(good());
        check_named(&tar, "a tar archive", UNPACKED);
        check_named(&gzip(&tar), "a tar archive", UNPACKED);
        // Dumps in it are no series: files are in any order.
        let dump = b"goroutine 1 [running]:\nmain.main()\n\t/src/main.go:9 +0x1d\n\n";
        for name in [
            "a.txt",
            "leak/",
            "a-folder-whose-name-is-longer-than-the-first-bytes-that-are-looked-at/a",
        ] {
            tar.truncate(512);
            tar[..name.len()].copy_from_slice(name.as_bytes());
            tar.extend([&dump[..], &dump[..]].concat());
            let refused = goroutine_dumps(&tar[..], &Limits::default(), &mut |_| ());
            let refused = refused.expect_err("an archive").to_string();
            assert!(refused.contains(UNPACKED), "{refused}");
        }
    }

    #[test]
    fn text() {
        for (text, name) in [
            (
                "\nheap profile: 1: 2 [3: 4] @ heap/1048576\n",
                "the text form of a heap profile (debug=1)",
            ),
            (
                "goroutine 1 [running]\nmain.main()\n",
                "a goroutine dump in text (debug=2)",
            ),
            (
                "goroutine profile: total three\n",
                "the text form of a count profile (debug=1)",
            ),
            (
                "\n--- mutex:\ncycles/second=1\n",
                "the text form of a contention profile (debug=1)",
            ),
            (
                "\n <!DOCTYPE html><html>",
                "HTML or XML, perhaps the page of a login or an error",
            ),
            ("{\"error\": \"no such profile\"}", "JSON"),
            ("HTTP/1.1 200 OK\r\n\r\n", "the headers of an HTTP answer"),
            (" \r\n\t", "blank text"),
            (
                "404 page not found\n",
                "text that starts with \"404 page not found\"",
            ),
            ("Ünïcödé wörds\n", "text that starts with \"Ünïcödé wörds\""),
        ] {
            check_named(text.as_bytes(), name, PROTO);
        }
    }
}
