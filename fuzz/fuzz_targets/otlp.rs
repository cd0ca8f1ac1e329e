//! OTLP profiles are decoded or refused, and what is decoded is the same after it is written as OTLP and read again.
#![no_main]

use heapwise_decode::{Limits, OtlpFile, OtlpForm, Profile, encode_otlp};
use heapwise_fuzz::forms::text_of_input;
use heapwise_fuzz::made_text::Form;
use libfuzzer_sys::fuzz_target;

/// What forms begin with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 4] = [
    b"",
    b"\x12\x02\x3a\x00",
    b"\x00\x00\x01\x00\x12\x02\x3a\x00",
    b"{\"resourceProfiles\":[{\"scopeProfiles\":[{\"profiles\":[{\"sampleType\":",
];

/// What OTLP in JSON is made of, as far as one line goes.
const FORMS: &[Form] = &[Form {
    head: "{\"resourceProfiles\":[{\"scopeProfiles\":[{\"profiles\":[{\"sampleType\":{\"typeStrindex\":1,\"unitStrindex\":2},\"samples\":[{\"stackIndex\":1,\"values\":[\"$d\",$d]},{\"stackIndex\":$d,\"values\":[$d],\"attributeIndices\":[$d]}]}]}]}],\"dictionary\":{\"stringTable\":[\"\",\"alloc_space\",\"bytes\",\"$n\",\"$w\"],\"functionTable\":[{},{\"nameStrindex\":$d},{\"nameStrindex\":4,\"filenameStrindex\":$d}],\"locationTable\":[{},{\"address\":\"$d\",\"lines\":[{\"functionIndex\":$d,\"line\":$d}]},{\"mappingIndex\":$d,\"lines\":[{\"functionIndex\":1},{\"functionIndex\":2}]}],\"stackTable\":[{},{\"locationIndices\":[1,$d]},{\"locationIndices\":[2]}],\"mappingTable\":[{},{\"memoryStart\":\"$d\",\"filenameStrindex\":3}],\"attributeTable\":[{},{\"keyStrindex\":4,\"value\":{\"intValue\":\"$d\"}}]}}",
    lines: &[],
}];

fuzz_target!(|input: &[u8]| {
    let input = text_of_input(&HEADS, FORMS, input);
    let mut limits = Limits::with_max_bytes(16 << 20);
    limits.max_table_bytes = 16 << 20;
    limits.max_column_bytes = 16 << 20;
    let Ok(Some(file)) = OtlpFile::open(&input[..], &limits) else {
        return;
    };
    for at in 0..file.profiles().len().min(4) {
        let Ok(profile) = file.profile(at, &limits) else {
            continue;
        };
        for form in [OtlpForm::Protobuf, OtlpForm::Json] {
            let mut out = Vec::new();
            encode_otlp(&profile, form, &mut out).expect("writing to memory succeeds");
            let Ok(again) = Profile::read(&out[..], &limits) else {
                continue;
            };
            assert!(
                profile
                    .samples()
                    .zip(again.samples())
                    .all(|(a, b)| a.values() == b.values())
            );
        }
    }
});
