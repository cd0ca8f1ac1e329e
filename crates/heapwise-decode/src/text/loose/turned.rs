//! Texts whose lines are the newest first, as stores of logs give them.

use std::io::{self, Read};

use super::escaped::Outer;
use crate::limits::Limits;

/// Of a text that something was made of all may be in memory, up to this: longer ones stay as they are.
pub(in crate::text) const MOST_IN_MEMORY: u64 = 64 << 20;

/// A line with so many quotes is the whole answer of a store, with a text for each line.
const QUOTES_OF_ANSWER: usize = 64;

/// All lines of a text, the last one first; `None` for what is too long. A line that holds many texts is taken apart.
pub(in crate::text) fn turned(input: impl Read, limits: &Limits) -> io::Result<Option<Vec<u8>>> {
    let most = limits.max_bytes.min(MOST_IN_MEMORY);
    let mut text = Vec::new();
    input.take(most + 1).read_to_end(&mut text)?;
    if text.len() as u64 > most {
        return Ok(None);
    }
    let mut out = Vec::with_capacity(text.len() + 1);
    for line in text
        .strip_suffix(b"\n")
        .unwrap_or(&text)
        .rsplit(|&byte| byte == b'\n')
    {
        put(line.strip_suffix(b"\r").unwrap_or(line), &mut out);
    }
    Ok(Some(out))
}

fn put(line: &[u8], out: &mut Vec<u8>) {
    if memchr::memchr_iter(b'"', line).count() < QUOTES_OF_ANSWER {
        return end(line, out);
    }
    let texts: Vec<Vec<u8>> = Outer::of(line).map(|text| text.bytes).collect();
    // Numbers are the times of lines.
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    for text in texts.iter().rev().filter(|text| !is_number(text)) {
        end(text.strip_suffix(b"\n").unwrap_or(text), out);
    }
}

fn end(line: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(line);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::turned;
    use crate::limits::Limits;

    fn check(text: &str, expected: &str) {
        let turned = turned(text.as_bytes(), &Limits::default())
            .unwrap()
            .unwrap();
        assert_eq!(String::from_utf8(turned).unwrap(), expected);
    }

    #[test]
    fn the_last_line_comes_first() {
        check("a\nb\r\n\nc\n", "c\n\nb\na\n");
        check("a\nb", "b\na\n");
        check("a,\"b\"\n", "a,\"b\"\n");
        check("", "\n");
    }

    #[test]
    fn the_texts_of_an_answer_are_lines() {
        let pairs: Vec<String> = (0..40)
            .map(|at| format!("[\"17{at}\",\"x{at}\\tb\\n\"]"))
            .collect();
        let expected: String = (0..40).rev().map(|at| format!("x{at}\tb\n")).collect();
        check(&format!("{{\"values\":[{}]}}", pairs.join(",")), &expected);
    }

    #[test]
    fn what_is_too_long_stays() {
        let limits = Limits::with_max_bytes(8);
        assert!(turned(&b"12345678"[..], &limits).unwrap().is_some());
        assert!(turned(&b"123456789"[..], &limits).unwrap().is_none());
    }
}
