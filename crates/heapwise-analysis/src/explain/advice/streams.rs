//! Whether what has a method is used by one goroutine at a time, as its package tells: a method changes it, or what a field of it has
//! is read or written bit by bit. Of others, as a cipher or a handler, several may use one at once.

use super::callee::Function;
use super::code::{is_of_name, without_comment};

/// Whether it is of a method that a declaration begins, whose field has this name.
pub(super) fn is_of_one_goroutine<'a>(
    declaration: &str,
    field: &str,
    functions: &[Function<'_>],
    source: impl Iterator<Item = &'a str>,
) -> bool {
    let Some((_, of_type)) = receiver(declaration) else {
        return false;
    };
    is_stream(field_type(of_type, field, source).unwrap_or_default())
        || functions.iter().any(|one| {
            let has = receiver(&one.declaration);
            has.is_some_and(|(name, other)| {
                let mut body = one.body.iter().map(|text| without_comment(text));
                other == of_type && body.any(|code| changes(code, name))
            })
        })
}

/// The variable that has a method, and the name of its type, where that is a pointer: `func (w *Writer[T]) f(`.
pub(super) fn receiver(function: &str) -> Option<(&str, &str)> {
    let (name, of_type) = function.strip_prefix("func (")?.split_once(' ')?;
    let of_type = of_type.strip_prefix('*')?;
    Some((name, of_type.split(|c| !is_of_name(c)).next()?))
}

/// Whether a line changes a field of a variable: `x.at = 3`, `x.n++`, `x.all[i] += 2`, `copy(x.buffer[:], p)`.
fn changes(code: &str, variable: &str) -> bool {
    let code = code.trim();
    let code = ["if ", "} else if ", "for ", "case "]
        .iter()
        .find_map(|begin| code.strip_prefix(begin))
        .unwrap_or(code);
    let field = format!("{variable}.");
    let copied = code.strip_prefix("copy(").or(code.strip_prefix("clear("));
    if copied.is_some_and(|rest| rest.starts_with(&field)) {
        return true;
    }
    let is_counted = code.ends_with("++") || code.ends_with("--");
    let left = match code.split_once('=') {
        Some((left, right)) => {
            let is_other = left.ends_with(['!', '<', '>', ':'])
                && !left.ends_with("<<")
                && !left.ends_with(">>");
            Some(left).filter(|_| !is_other && !right.starts_with('='))
        }
        None => Some(code).filter(|_| is_counted),
    };
    // What a call gets is no left side.
    let names = left.filter(|left| !left.contains('(')).unwrap_or_default();
    let mut names = names.split(',').map(str::trim);
    names.any(|name| name.starts_with(&field))
}

/// The type of a field of a struct, as far as it stands in the source.
fn field_type<'a>(
    of_type: &str,
    field: &str,
    source: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let is_begin = |text: &&str| {
        let rest = text
            .trim_start()
            .strip_prefix("type ")
            .unwrap_or(text.trim_start());
        let rest = rest.strip_prefix(of_type);
        text.ends_with("struct {") && rest.is_some_and(|rest| !rest.starts_with(is_of_name))
    };
    let within = source.skip_while(|text| !is_begin(text)).skip(1);
    let mut within = within.take_while(|text| !text.trim_start().starts_with('}'));
    within.find_map(|text| {
        let code = without_comment(text).trim();
        let (names, of_type) = code.rsplit_once(' ').unwrap_or(("", code));
        let mut names = names.split(',').map(str::trim);
        // What is embedded has the name of its type.
        let is_embedded = of_type == code && of_type.rsplit('.').next() == Some(field);
        (is_embedded || names.any(|name| name == field)).then_some(of_type)
    })
}

/// Whether a type is read or written bit by bit. What is read or written at a place several may use.
fn is_stream(of_type: &str) -> bool {
    const STREAMS: [&str; 7] = [
        "io.",
        "bufio.",
        "bytes.Buffer",
        "strings.Builder",
        "hash.Hash",
        "net.Conn",
        "os.File",
    ];
    let of_type = of_type.trim_start_matches('*');
    STREAMS.iter().any(|stream| of_type.starts_with(stream)) && !of_type.ends_with("At")
}

#[cfg(test)]
mod tests {
    use super::{changes, is_of_one_goroutine, receiver};
    use crate::explain::advice::callee::functions;

    const SOURCE: &str = "
type Sealer struct {
	block cipher.Block
	size  int
}

func (s *Sealer) Seal(to, text []byte) []byte {
	var mask [16]byte
	s.block.Encrypt(mask[:], mask[:])
	size := s.size
	return to
}

type (
	Frames struct {
		from, to io.ReadWriter // as it comes
		at       io.ReaderAt
		*bufio.Reader
	}

	Counter[T any] struct {
		block  cipher.Block
		before int
	}
)

func (f *Frames) Next() error {
	var head [8]byte
	_, err := f.to.Read(head[:])
	return err
}

func (c *Counter[T]) Next(text []byte) {
	c.block.Encrypt(text, text)
}

func (c *Counter[T]) Add(text []byte) {
	c.before += len(text)
}
";

    #[test]
    fn what_one_goroutine_uses_is_told_from_what_several_may() {
        for (declaration, field, is_of_one) in [
            (
                "func (s *Sealer) Seal(to, text []byte) []byte {",
                "block",
                false,
            ),
            ("func (f *Frames) Next() error {", "to", true),
            ("func (f *Frames) Next() error {", "from", true),
            ("func (f *Frames) Next() error {", "Reader", true),
            ("func (f *Frames) Next() error {", "at", false),
            ("func (c *Counter[T]) Next(text []byte) {", "block", true),
            ("func (o *Other) Next(text []byte) {", "block", false),
            ("func (c Counter) Next(text []byte) {", "block", false),
        ] {
            let functions = functions(SOURCE.lines());
            let told = is_of_one_goroutine(declaration, field, &functions, SOURCE.lines());
            assert_eq!(told, is_of_one, "{declaration} {field}");
        }
    }

    #[test]
    fn lines_that_change_a_field_are_told() {
        for code in [
            "\tx.at = 3",
            "\tx.all[i] += f",
            "\tx.n++",
            "\tx.n, err = f(y)",
            "\tif x.n, err = f(y); err != nil {",
            "\tx.part.at <<= 1",
            "\tcopy(x.buffer[:], p)",
        ] {
            assert!(changes(code, "x"), "{code}");
        }
        for code in [
            "\tat := x.at",
            "\tif x.at == 3 {",
            "\tif x.at != 3 {",
            "\tif x.at <= 3 {",
            "\tn := x.f(y)",
            "\ty.x.at = 3",
            "\tax.at = 3",
            "\tf(x.at, g == h)",
        ] {
            assert!(!changes(code, "x"), "{code}");
        }
    }

    #[test]
    fn what_has_a_method_is_told_where_it_is_a_pointer() {
        assert_eq!(
            receiver("func (w *Writer) Write(p []byte) {"),
            Some(("w", "Writer"))
        );
        for function in [
            "func (w Writer) f() {",
            "func f(w *Writer) {",
            "func (*Writer) f() {",
        ] {
            assert_eq!(receiver(function), None, "{function}");
        }
    }
}
