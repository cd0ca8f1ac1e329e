//! Whether what a line uses or makes is used again already: it was taken from a pool, or is given another to work on with Reset.

use super::callee::{Function, called, functions};
use super::code::{is_of_name, last_name, without_comment};
use super::line::Line;

/// Variables that one is put into behind another are not followed further.
const MOST_DEEP: usize = 3;

/// Whether it is, as far as the source is at hand. What is written to is the line's when `maker` is one of its methods.
pub(super) fn is_pooled(line: &Line<'_>, maker: &str) -> bool {
    let Some(code) = line.code() else {
        return false;
    };
    let above: Vec<String> = line.above().collect();
    match maker.contains("(*Writer)") {
        true => {
            let source: Vec<String> = line.package().collect();
            let around = Around {
                above: &above,
                functions: &functions(source.iter().map(String::as_str)),
            };
            written(without_comment(&code)).is_some_and(|of| around.is_used_again(of, MOST_DEEP))
        }
        // It is made where the pool had none.
        false => above.iter().any(|text| takes(without_comment(text))),
    }
}

/// What is written to or closed on a line: `z` of `_, err := z.Write(p)`, `x.z` of `x.z.Close()`.
fn written(code: &str) -> Option<&str> {
    let methods = [".Write(", ".WriteString(", ".Close(", ".Flush("];
    let mut before = methods.iter().filter_map(|method| {
        let (before, _) = code.split_once(method)?;
        let end = before.trim_end_matches(|c: char| is_of_name(c) || c == '.');
        before.get(end.len()..)
    });
    before.find(|of| !of.is_empty())
}

/// Whether a line takes something out of a pool: `p.Get().(*T)`, `pool.Get()`.
fn takes(code: &str) -> bool {
    code.match_indices(".Get(").any(|(at, get)| {
        let of = code.get(..at).map(last_name).unwrap_or_default();
        let after = code.get(at + get.len()..).unwrap_or_default();
        after.starts_with(").(") || of.to_lowercase().contains("pool")
    })
}

/// What is above a line, and what its package has.
struct Around<'a> {
    above: &'a [String],
    functions: &'a [Function<'a>],
}

impl Around<'_> {
    /// Whether what an expression names is taken from a pool, or gets another to work on, and is not made there.
    fn is_used_again(&self, of: &str, deep: usize) -> bool {
        let codes = self.above.iter().map(|text| without_comment(text).trim());
        let mut values = codes.clone().filter_map(|code| value_of(code, of));
        if let Some(value) = values.next() {
            return self.is_taken(value, deep);
        }
        let reset = format!("{of}.Reset(");
        { codes }.any(|code| code.starts_with(&reset)) || {
            let base = of.rsplit_once('.').filter(|_| deep > 0);
            base.is_some_and(|(base, _)| self.is_used_again(base, deep - 1))
        }
    }

    /// Whether a value is of a pool: taken there, or by what it calls, or a part of what was.
    fn is_taken(&self, value: &str, deep: usize) -> bool {
        let is_helper = |name: &str| {
            let mut helpers = self.functions.iter();
            helpers.any(|one| {
                let mut body = one.body.iter();
                one.name() == Some(name) && body.any(|text| takes(without_comment(text)))
            })
        };
        let base = value.split(".(").next().unwrap_or(value);
        let is_name = base.chars().all(|c| is_of_name(c) || c == '.');
        // What a helper is given to begin with is no helper itself.
        let outer = value.split('(').next().unwrap_or_default();
        takes(value)
            || value.ends_with(".Get()")
            || called(&format!("{outer}(")).any(is_helper)
            || is_name && !base.is_empty() && deep > 0 && self.is_used_again(base, deep - 1)
    }
}

/// What a line gives to a variable or field: `v := x`, `v, ok := x`, `if v, err := x; err != nil {`, `var v = x`.
fn value_of<'a>(code: &'a str, variable: &str) -> Option<&'a str> {
    let (left, value) = code.split_once('=')?;
    let left = left.trim_end_matches(':').trim();
    let begins = ["if ", "} else if ", "switch ", "var "];
    let left = { begins.iter() }.find_map(|begin| left.strip_prefix(begin));
    let left = left.unwrap_or(code.split_once('=')?.0.trim_end_matches(':').trim());
    let mut names = left.split(',').map(str::trim);
    let is_it = |name: &str| name.split(' ').next() == Some(variable);
    names.any(is_it).then(|| value.trim())
}

#[cfg(test)]
mod tests {
    use super::{Around, MOST_DEEP, functions, takes, written};

    const PACKAGE: &str = "
func writer(to io.Writer) *gzip.Writer {
	z := writers.Get().(*gzip.Writer)
	z.Reset(to)
	return z
}

func made(to io.Writer) *gzip.Writer {
	return gzip.NewWriter(to)
}
";

    fn is_used_again(above: &[&str], of: &str) -> bool {
        let above: Vec<String> = above.iter().rev().map(|&text| text.to_owned()).collect();
        let around = Around {
            above: &above,
            functions: &functions(PACKAGE.lines()),
        };
        around.is_used_again(of, MOST_DEEP)
    }

    #[test]
    fn what_is_taken_from_a_pool_is_told() {
        for (above, of) in [
            (
                &["\tz := c.writers.Get().(*gzip.Writer)", "\tz.Reset(w)"][..],
                "z",
            ),
            (&["\tz, ok := writers.Get().(*gzip.Writer)"], "z"),
            (&["\tz := gzipPool.Get()", "\tdefer gzipPool.Put(z)"], "z"),
            (&["\tz := c.levelPool.Get(level)"], "z"),
            (
                &[
                    "\tv := writers.Get()",
                    "\tz := v.(*gzip.Writer)",
                    "\tz.Reset(w)",
                ],
                "z",
            ),
            (&["\tz := writer(to)"], "z"),
            (&["\tx := states.Get().(*state)", "\tx.z.Reset(to)"], "x.z"),
            (&["\tx := states.Get().(*state)", "\tz := x.z"], "z"),
            (&["\tc.z.Reset(to)"], "c.z"),
        ] {
            assert!(is_used_again(above, of), "{above:?}");
        }
        for (above, of) in [
            (&["\tz := gzip.NewWriter(to)"][..], "z"),
            (
                &["\tz, _ := zlib.NewWriterLevel(to, 9)", "\tz.Reset(to)"],
                "z",
            ),
            (&["\tz := made(to)"], "z"),
            (&["\tz := made(writer(to))"], "z"),
            (
                &[
                    "\ty := writers.Get().(*gzip.Writer)",
                    "\tz := gzip.NewWriter(y)",
                ],
                "z",
            ),
            (&["\tname := header.Get(key)"], "z"),
            (&[], "z"),
        ] {
            assert!(!is_used_again(above, of), "{above:?}");
        }
    }

    #[test]
    fn what_is_written_to_is_told() {
        for (code, of) in [
            ("\tif _, err := z.Write(p); err != nil {", Some("z")),
            ("\treturn x.z.Close()", Some("x.z")),
            ("\tz := gzip.NewWriter(to)", None),
        ] {
            assert_eq!(written(code), of, "{code}");
        }
        assert!(takes("\tif v := readers.Get().(*bufio.Reader); v != nil {"));
        assert!(takes("\tif v := readerPool.Get(); v != nil {"));
        assert!(!takes("\tv := header.Get(name)"));
        assert!(!takes("\tv := list.Get()"));
    }
}
