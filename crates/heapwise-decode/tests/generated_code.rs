//! The checked-in code of profile.proto is what the generator makes of it today.
//!
//! `HEAPWISE_REGENERATE=1 cargo test -p heapwise-decode --test generated_code` rewrites it.
#![allow(
    clippy::disallowed_methods,
    reason = "compares files of the repository"
)]

use std::path::Path;

#[test]
fn generated_code_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let proto = root.join("../../proto");
    let checked_in = root.join("src/generated/perftools.profiles.rs");
    let out = tempfile::tempdir().unwrap();
    let mut set = protox::compile([proto.join("profile.proto")], [&proto]).unwrap();
    // The format does not promise UTF-8. On the wire strings and bytes are the same.
    set.file
        .iter_mut()
        .flat_map(|file| &mut file.message_type)
        .filter(|message| message.name() == "Profile")
        .flat_map(|message| &mut message.field)
        .filter(|field| field.name() == "string_table")
        .for_each(|field| field.set_type(prost_types::field_descriptor_proto::Type::Bytes));
    prost_build::Config::new()
        .out_dir(out.path())
        .compile_fds(set)
        .unwrap();
    let fresh = std::fs::read_to_string(out.path().join("perftools.profiles.rs")).unwrap();
    if std::env::var_os("HEAPWISE_REGENERATE").is_some() {
        std::fs::write(&checked_in, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&checked_in).unwrap();
    assert!(
        kept == fresh,
        "src/generated is out of date: run this test with HEAPWISE_REGENERATE=1"
    );
}
