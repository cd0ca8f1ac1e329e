//! What every page brings along: how it looks, and what it does.

/// How a page looks, in light and in dark, on a screen and on paper.
pub(super) const CSS: &str = include_str!("../../assets/page.css");

/// What a page does, one file for each concept; what comes later needs what came before.
pub(super) const SCRIPTS: [&str; 19] = [
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
    include_str!("../../assets/flame/55-around.js"),
    include_str!("../../assets/flame/60-legend.js"),
    include_str!("../../assets/flame/65-pointer.js"),
    include_str!("../../assets/flame/70-keys.js"),
    include_str!("../../assets/flame/75-text.js"),
    include_str!("../../assets/flame/80-tables.js"),
    include_str!("../../assets/flame/95-start.js"),
];

#[cfg(test)]
mod tests {
    use super::{CSS, SCRIPTS};

    #[test]
    fn nothing_ends_the_element_that_it_stands_in() {
        assert!(!CSS.contains("</style"));
        for script in SCRIPTS {
            assert!(!script.contains("</script") && !script.contains("<!--"));
        }
    }
}
