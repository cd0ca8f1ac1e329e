//! Texts as graphviz reads them.

use heapwise_analysis::graph::NodeInfo;
use heapwise_decode::base_name;

/// A text within quotes: line breaks become left-justified ones (graph/dotgraph.go: escapeForDot).
pub(super) fn escape(text: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            b'\\' => escaped.extend(br"\\"),
            b'"' => escaped.extend(br#"\""#),
            b'\n' => escaped.extend(br"\l"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// What a box says of its node, over several lines (graph/dotgraph.go: multilinePrintableName).
pub(super) fn box_name(info: &NodeInfo) -> Vec<u8> {
    let name = escape(&info.short_function());
    let name = replace(&name, b"::", br"\n");
    // Type arguments are left out by Go as `[...]`, which is not to be broken.
    let name = replace(&name, b"[...]", "[…]".as_bytes());
    let name = replace(&name, b".", br"\n");
    let file = match info.file.as_slice() {
        [] => Vec::new(),
        file => base_name(file).to_vec(),
    };
    let short = NodeInfo {
        function: name,
        file,
        ..info.clone()
    };
    let mut text = short.printed_parts().join(&br"\n"[..]);
    text.extend(br"\n");
    text
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        match rest.strip_prefix(from) {
            Some(after) => {
                replaced.extend(to);
                rest = after;
            }
            None => {
                replaced.push(first);
                rest = tail;
            }
        }
    }
    replaced
}
