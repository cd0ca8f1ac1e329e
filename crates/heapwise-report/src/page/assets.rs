//! What every page brings along: how it looks, and what it does.

use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};

/// How a page looks, in light and in dark, on a screen and on paper.
pub(super) const CSS: &str = include_str!("../../assets/page.css");

/// What every page does, one file for each concept; what comes later needs what came before.
const FIRST: [&str; 3] = [
    include_str!("../../assets/page/00-elements.js"),
    include_str!("../../assets/page/10-tables.js"),
    include_str!("../../assets/page/20-heat.js"),
];

/// What a flame graph does.
const FLAME: [&str; 19] = [
    include_str!("../../assets/flame/00-data.js"),
    include_str!("../../assets/flame/05-units.js"),
    include_str!("../../assets/flame/10-state.js"),
    include_str!("../../assets/flame/15-grow.js"),
    include_str!("../../assets/flame/17-trees.js"),
    include_str!("../../assets/flame/20-values.js"),
    include_str!("../../assets/flame/25-colours.js"),
    include_str!("../../assets/flame/30-layout.js"),
    include_str!("../../assets/flame/35-draw.js"),
    include_str!("../../assets/flame/40-search.js"),
    include_str!("../../assets/flame/45-facts.js"),
    include_str!("../../assets/flame/50-toolbar.js"),
    include_str!("../../assets/flame/52-moments.js"),
    include_str!("../../assets/flame/55-around.js"),
    include_str!("../../assets/flame/60-legend.js"),
    include_str!("../../assets/flame/65-pointer.js"),
    include_str!("../../assets/flame/70-keys.js"),
    include_str!("../../assets/flame/75-text.js"),
    include_str!("../../assets/flame/95-start.js"),
];

/// What can wait.
const LAST: &str = include_str!("../../assets/page/90-last.js");

/// What a page does, as one script.
pub(super) fn script(has_flame: bool) -> String {
    let flame: &[&str] = if has_flame { &FLAME } else { &[] };
    let parts = FIRST.iter().chain(flame).chain([&LAST]);
    let parts: Vec<&str> = parts.copied().collect();
    format!(
        "\n(function () {{\n\"use strict\";\n{}}})();\n",
        parts.concat()
    )
}

/// What a policy names a script or a style by, so that no other one runs
/// (<https://www.w3.org/TR/CSP3/#grammardef-hash-source>).
pub(super) fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::{CSS, hash, script};

    #[test]
    fn nothing_ends_the_element_that_it_stands_in() {
        assert!(!CSS.contains("</style"));
        let script = script(true);
        assert!(!script.contains("</script") && !script.contains("<!--"));
        // The browser reads ends of lines as this.
        assert!(!CSS.contains('\r') && !script.contains('\r'));
    }

    #[test]
    fn a_hash_is_that_of_the_text() {
        // printf 'abc' | openssl dgst -sha256 -binary | base64
        assert_eq!(
            hash("abc"),
            "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        );
    }
}
