//! What is decoded is the same after it is written and read again, as far as the format can hold it.
#![no_main]

use heapwise_decode::{Label, LabelValue, Limits, Profile, Sample, StringIndex, encode};
use heapwise_fuzz::forms::profile_of_input;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let limits = Limits::with_max_bytes(16 << 20);
    let Some(input) = profile_of_input(input) else {
        return;
    };
    let Ok(profile) = Profile::read(&*input, &limits) else {
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
});

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
