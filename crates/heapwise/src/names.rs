//! Which files a name stands for, where it is a pattern, and a list of names in a file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use glob::{MatchOptions, Pattern, glob_with};
use heapwise_decode::{counted, text_of};
use heapwise_report::Warning;

/// Names that a message tells of many.
const FEW: usize = 3;

/// Whether a name may be a pattern of names, which the shell has left as it was: in quotes, or on Windows.
pub(crate) fn is_glob(name: &str) -> bool {
    name.contains(['*', '?', '[']) && !Path::new(name).exists() && Pattern::new(name).is_ok()
}

/// The files and folders that a pattern matches, in the order of their names. As for a shell, `*` stands for no `/` and
/// for no dot at the start; `**` stands for folders in folders.
pub(crate) fn matching(pattern: &str) -> anyhow::Result<Vec<String>> {
    let options = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let found = glob_with(pattern, options).with_context(|| pattern.to_owned())?;
    let mut names = Vec::new();
    for path in found {
        let path = path.with_context(|| pattern.to_owned())?;
        names.push(name_of(path)?);
    }
    if names.is_empty() {
        bail!("{pattern}: found no file that matches, expected one or more");
    }
    Ok(names)
}

fn name_of(path: PathBuf) -> anyhow::Result<String> {
    match path.into_os_string().into_string() {
        Ok(name) => Ok(name),
        Err(name) => bail!(
            "{}: found a name that is not UTF-8, expected one that is",
            name.to_string_lossy()
        ),
    }
}

/// The names in a file, or `-` for stdin: one a line, or with a NUL after each as `find -print0` writes them.
pub(crate) fn from_list(path: &str) -> anyhow::Result<Vec<String>> {
    let bytes = match path {
        "-" => read_capped(std::io::stdin().lock(), path)?,
        path => read_capped(
            std::fs::File::open(path).with_context(|| path.to_owned())?,
            path,
        )?,
    };
    let names = names_in(&bytes).with_context(|| path.to_owned())?;
    if names.is_empty() {
        bail!("{path}: found no name in the list, expected one a line");
    }
    Ok(names)
}

/// A list of a million names of 256 bytes.
const MOST_BYTES: u64 = 256 << 20;

fn read_capped(from: impl Read, path: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut from = from.take(MOST_BYTES + 1);
    from.read_to_end(&mut bytes)
        .with_context(|| path.to_owned())?;
    if bytes.len() as u64 > MOST_BYTES {
        bail!("{path}: found a list of more than {MOST_BYTES} bytes, expected names of profiles");
    }
    Ok(bytes)
}

fn names_in(bytes: &[u8]) -> anyhow::Result<Vec<String>> {
    // PowerShell writes lists in UTF-16 behind a mark. Without one, every other byte may be a NUL behind a name of one letter.
    let text = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            Some(text_of(bytes)).filter(|text| !text.contains(char::REPLACEMENT_CHARACTER))
        }
        _ => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
    };
    let Some(text) = text else {
        bail!("found bytes that are neither UTF-8 nor UTF-16, expected a list of names");
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let separator = if text.contains('\0') { '\0' } else { '\n' };
    let names = text.split(separator).map(|name| match separator {
        '\n' => name.strip_suffix('\r').unwrap_or(name),
        _ => name,
    });
    Ok(names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect())
}

/// Says which files are named more than once: in a sum each counts as often.
pub(crate) fn named_twice<'a>(paths: impl Iterator<Item = &'a str>) -> Option<Warning> {
    let mut counts: BTreeMap<PathBuf, (&str, usize)> = BTreeMap::new();
    for path in paths {
        if let Ok(file) = std::fs::canonicalize(path) {
            counts.entry(file).or_insert((path, 0)).1 += 1;
        }
    }
    let twice = counts.into_values().filter(|(_, count)| *count > 1);
    let twice: Vec<&str> = twice.map(|(path, _)| path).collect();
    (!twice.is_empty()).then(|| {
        let message = match twice.as_slice() {
            [one] => format!("{one}: named more than once, and counts as often"),
            many => format!(
                "{}: {} are named more than once, and count as often",
                as_few(many),
                counted(many.len(), "file")
            ),
        };
        Warning::new("named_twice", message)
    })
}

/// Some names, and how many more there are.
pub(crate) fn as_few(names: &[&str]) -> String {
    match names.get(..FEW) {
        Some(few) if names.len() > FEW + 1 => {
            format!("{} and {} more", few.join(", "), names.len() - FEW)
        }
        _ => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::{as_few, names_in};

    #[test]
    fn a_list_has_a_name_a_line_or_a_nul_behind_each() {
        let names = |text: &str| names_in(text.as_bytes()).unwrap();
        assert_eq!(names("a\nb c\r\n\n/d/e\n"), ["a", "b c", "/d/e"]);
        assert_eq!(names("a\0b\nc\0"), ["a", "b\nc"]);
        assert_eq!(names("\u{feff}a"), ["a"]);
        assert!(names("\n\n").is_empty());
        let letters = "a\0b\0c\0d\0e\0f\0g\0h\0i\0";
        assert_eq!(names(letters).len(), 9);
        let wide = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>()
        };
        let listed = [&[0xff, 0xfe][..], &wide("a\u{e9}.pb.gz\r\nb c\r\n")].concat();
        assert_eq!(names_in(&listed).unwrap(), ["a\u{e9}.pb.gz", "b c"]);
        assert!(names_in(&[0xff]).is_err());
    }

    #[test]
    fn many_names_are_told_as_a_few() {
        assert_eq!(as_few(&["a"]), "a");
        assert_eq!(as_few(&["a", "b", "c", "d"]), "a, b, c, d");
        assert_eq!(as_few(&["a", "b", "c", "d", "e"]), "a, b, c and 2 more");
    }
}
