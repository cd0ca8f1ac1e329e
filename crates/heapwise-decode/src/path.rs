//! Paths as Go takes them apart, whatever system wrote them.

/// The last element of a path (Go's filepath.Base).
///
/// ```
/// assert_eq!(heapwise_decode::base_name(b"/bin/app/"), b"app");
/// ```
pub fn base_name(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let end = path.iter().rposition(|&byte| byte != b'/');
    let Some(path) = end.and_then(|end| path.get(..=end)) else {
        return b"/";
    };
    match memchr::memrchr(b'/', path) {
        Some(at) => path.get(at + 1..).unwrap_or_default(),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::base_name;

    #[test]
    fn finds_the_last_element() {
        for (path, base) in [
            ("/a/b", "b"),
            ("b", "b"),
            ("/a/", "a"),
            ("a//", "a"),
            ("//", "/"),
            ("", "."),
        ] {
            assert_eq!(base_name(path.as_bytes()), base.as_bytes(), "{path}");
        }
        assert_eq!(base_name(b"/a/\xff/"), b"\xff");
    }
}
