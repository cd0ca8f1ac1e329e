//! The README is short; that its commands run and print what it shows is told by `docs.rs`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads the README"
)]

mod common;

use std::fs;

use common::workspace;

#[test]
fn the_readme_is_short() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    assert!(readme.lines().count() < 150);
}
