//! Which text the bytes of a fuzzer stand for: lines of one form, mostly in its own words and whole, with names and
//! numbers that are mostly such.

use arbitrary::{Result, Unstructured};

/// A form of text: how it begins, and the lines that may follow in any order. In both `$d` stands for a count, `$x` for
/// an address, `$n` for the name of a function, `$f` for a file, `$t` for a number with a fraction and `$w` for any word.
pub struct Form {
    /// What it begins with.
    pub head: &'static str,
    /// Its lines.
    pub lines: &'static [&'static str],
}

const FUNCTIONS: [&str; 16] = [
    "main.main",
    "main.main.func1",
    "main.(*T).run",
    "main.(*T[...]).run",
    "runtime.mallocgc",
    "runtime.goexit",
    "runtime.gopark",
    "net/http.(*conn).serve",
    "example.com/a%2eb/c.F",
    "main.init.0",
    "main.f\u{b7}1",
    "main.a b",
    "std::vec::Vec<int>::push",
    "_ZN4main3runEv",
    "unknown",
    "",
];
const FILES: [&str; 8] = [
    "/src/main.go",
    "main.go",
    "./app.go",
    "C:/x y/a.go",
    "/usr/local/go/src/runtime/proc.go",
    "/bin/app",
    "/lib/libc.so.6",
    "_cgo_gotypes.go",
];
/// What loggers write before lines.
const PREFIXES: [&str; 8] = [
    "app | ",
    "2026-01-01T00:00:00.0Z stderr F ",
    "[pod/web-1/app] ",
    "Jan  1 00:00:00 host app[12]: ",
    "\t",
    "> ",
    "\u{1b}[31m",
    "I0101 00:00:00.000000 1 a.go:1] ",
];

/// A text of one of `forms`, made of `bytes`.
///
/// # Errors
///
/// Where there are too few bytes.
pub fn made_text(forms: &[Form], bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let form = bytes.choose(forms)?;
    let ending = if bytes.ratio(1, 16)? { "\r\n" } else { "\n" };
    let prefix = match bytes.ratio(1, 6)? {
        true => *bytes.choose(&PREFIXES)?,
        false => "",
    };
    let mut out = Vec::new();
    fill(form.head, bytes, &mut out)?;
    for _ in 0..bytes.int_in_range(0..=16_u8)? {
        let from = match bytes.ratio(1, 24)? {
            true => bytes.choose(forms)?,
            false => form,
        };
        let Some(line) = pick(from.lines, bytes)? else {
            break;
        };
        let start = out.len();
        out.extend_from_slice(prefix.as_bytes());
        fill(line, bytes, &mut out)?;
        damage(&mut out, start, bytes)?;
        out.extend_from_slice(ending.as_bytes());
    }
    if bytes.ratio(1, 16)? {
        out.truncate(out.len().saturating_sub(ending.len()));
    }
    Ok(out)
}

fn pick(lines: &[&'static str], bytes: &mut Unstructured<'_>) -> Result<Option<&'static str>> {
    match lines {
        [] => Ok(None),
        lines => bytes.choose(lines).map(|line| Some(*line)),
    }
}

/// Writes a line with something in each of its places.
fn fill(line: &str, bytes: &mut Unstructured<'_>, out: &mut Vec<u8>) -> Result<()> {
    let mut parts = line.split('$');
    out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let mut rest = part.chars();
        match rest.next() {
            Some('d') => out.extend_from_slice(count(bytes)?.to_string().as_bytes()),
            Some('x') => out.extend_from_slice(format!("{:x}", address(bytes)?).as_bytes()),
            Some('n') => out.extend_from_slice(bytes.choose(&FUNCTIONS)?.as_bytes()),
            Some('f') => out.extend_from_slice(bytes.choose(&FILES)?.as_bytes()),
            Some('t') => fraction(bytes, out)?,
            _ => {
                let length = bytes.int_in_range(0..=8)?;
                out.extend_from_slice(bytes.bytes(length)?);
            }
        }
        out.extend_from_slice(rest.as_str().as_bytes());
    }
    Ok(())
}

/// Mostly one that profiles have.
fn count(bytes: &mut Unstructured<'_>) -> Result<i64> {
    Ok(match bytes.int_in_range(0..=31_u8)? {
        0 => bytes.arbitrary()?,
        1 => -i64::from(bytes.arbitrary::<u16>()?),
        2 => i64::from(bytes.arbitrary::<u32>()?),
        3..=8 => i64::from(bytes.arbitrary::<u16>()?),
        _ => i64::from(bytes.int_in_range(0..=12_u8)?),
    })
}

/// Mostly one of a few, so that they meet again.
fn address(bytes: &mut Unstructured<'_>) -> Result<u64> {
    Ok(match bytes.int_in_range(0..=15_u8)? {
        0 => bytes.arbitrary()?,
        _ => 0x40_0000 + 0x10 * u64::from(bytes.int_in_range(0..=40_u8)?),
    })
}

fn fraction(bytes: &mut Unstructured<'_>, out: &mut Vec<u8>) -> Result<()> {
    let text = match bytes.int_in_range(0..=15_u8)? {
        0 => format!("{:e}", bytes.arbitrary::<f64>()?),
        1 => "NaN".to_owned(),
        2 => "+Inf".to_owned(),
        _ => format!("{}.{}", count(bytes)?, bytes.int_in_range(0..=999_u16)?),
    };
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// Rarely cuts the line that starts at `start`, or changes a byte of it.
fn damage(out: &mut Vec<u8>, start: usize, bytes: &mut Unstructured<'_>) -> Result<()> {
    if !bytes.ratio(1, 24)? || out.len() == start {
        return Ok(());
    }
    let at = bytes.int_in_range(start..=out.len() - 1)?;
    match bytes.arbitrary::<u8>()? {
        0..=99 => out.truncate(at),
        byte => out[at] = byte,
    }
    Ok(())
}
