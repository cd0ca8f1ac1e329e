//! What is decoded is the same after it is written and read again, as far as the format can hold it.
#![no_main]

use arbitrary::Unstructured;
use heapwise_decode::{Label, LabelValue, Limits, Profile, Sample, StringIndex, encode};
use heapwise_fuzz::forms::to_make_of;
use heapwise_fuzz::made_profile::made_profile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| match to_make_of(input) {
    Some(bytes) => {
        if let Ok(made) = made_profile(&mut Unstructured::new(bytes)) {
            is_held(&made);
        }
    }
    None => is_held(input),
});

fn is_held(input: &[u8]) {
    let limits = Limits::with_max_bytes(16 << 20);
    let Ok(profile) = Profile::read(input, &limits) else {
        return;
    };
    let write = |profile: &Profile| {
        let mut out = Vec::new();
        encode(profile, &mut out).expect("writing to memory succeeds");
        out
    };
    let first = write(&profile);
    let again = Profile::read(&first, &limits).expect("what was written can be read");
    assert_eq!(again.sample_count(), profile.sample_count());
    assert!(profile.samples().zip(again.samples()).all(|(a, b)| {
        a.stack() == b.stack() && a.values() == b.values() && held(&a).eq(held(&b))
    }));
    assert_eq!(write(&again), first);
}

/// The labels that a file can hold. A text heap gives each sample the size of its blocks, which is 0 where it counts no
/// block; pprof drops such a label where it writes (profile/encode.go: a number without a unit is only told from none by
/// not being 0).
fn held<'a>(sample: &Sample<'a>) -> impl Iterator<Item = Label> + 'a {
    sample.labels().iter().filter(|label| {
        label.value
            != LabelValue::Number {
                value: 0,
                unit: StringIndex::EMPTY,
            }
    })
}
