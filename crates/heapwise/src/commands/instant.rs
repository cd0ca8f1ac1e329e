//! What the name of a file tells of the instant that it is of.

/// A path without what only tells the form of a dump: `goroutine.07.debug2.txt` and
/// `goroutine.07.pb.gz` are of one instant.
pub(super) fn instant(path: &str) -> &str {
    const FORMS: [&str; 12] = [
        ".gz", ".zst", ".txt", ".pb", ".pprof", ".prof", ".log", ".out", ".debug0", ".debug1",
        ".debug2", ".dump",
    ];
    let mut stem = path;
    while let Some(shorter) = FORMS.iter().find_map(|form| stem.strip_suffix(form)) {
        if shorter.is_empty() || shorter.ends_with('/') {
            break;
        }
        stem = shorter;
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn tells_instants_apart_but_not_forms() {
        assert_eq!(instant("a/goroutine.07.debug2.txt"), "a/goroutine.07");
        assert_eq!(instant("a/goroutine.07.pb.gz"), "a/goroutine.07");
        assert_eq!(instant("a/goroutine.08.pb.gz"), "a/goroutine.08");
        assert_eq!(instant("a/.txt"), "a/.txt");
        assert_eq!(instant("-"), "-");
    }
}
