//! Whether a loop may end before its last turn with what it has gathered, as a search does: how often it turns is then not known.

use super::code::{has_word, indentation, without_comment};

/// Whether that is so of a loop, whose lines are given with its head, for what is gathered in a variable. Where it ends by an error,
/// or throws away what it has, it is an exception.
pub(super) fn ends_early(body: &[String], target: &str, is_named_result: bool) -> bool {
    let mut heads: Vec<(usize, &str)> = Vec::new();
    body.iter().skip(1).any(|text| {
        let depth = indentation(text);
        let code = without_comment(text).trim();
        if code.is_empty() {
            return false;
        }
        heads.retain(|(head, _)| *head < depth);
        let is_end = leaves(code, &heads)
            || jumps_out(code, body) && !is_of_literal(&heads)
            || returns(code, &heads, (target, is_named_result));
        if code.ends_with(['{', ':']) {
            heads.push((depth, code));
        }
        is_end
    })
}

/// Whether a line leaves the loop, or goes on with one around it from within another.
fn leaves(code: &str, heads: &[(usize, &str)]) -> bool {
    let takes_break = ["for ", "for {", "case ", "default:"];
    let is_inner = heads
        .iter()
        .any(|(_, head)| takes_break.iter().any(|begin| head.starts_with(begin)));
    let is_left = code == "break" && !is_inner;
    (is_left || code.starts_with("break ") || code.starts_with("continue "))
        && !is_of_literal(heads)
}

/// Whether a line goes to what is not in the loop, and no error.
fn jumps_out(code: &str, body: &[String]) -> bool {
    let label = code.strip_prefix("goto ").map(str::trim);
    let is_error = |label: &str| {
        let label = label.to_lowercase();
        label.contains("err") || label.contains("fail")
    };
    label.is_some_and(|label| {
        let mut lines = body.iter().map(|text| without_comment(text).trim());
        !is_error(label) && !lines.any(|line| line.strip_suffix(':') == Some(label))
    })
}

/// Whether a line returns what has been gathered, and no error.
fn returns(code: &str, heads: &[(usize, &str)], (target, is_named_result): (&str, bool)) -> bool {
    let is_return = code == "return" || code.starts_with("return ");
    let is_given = match code == "return" {
        true => is_named_result,
        false => has_word(code, target),
    };
    is_return
        && (is_given || target.contains('.'))
        && !code.to_lowercase().contains("err")
        && !is_of_literal(heads)
}

fn is_of_literal(heads: &[(usize, &str)]) -> bool {
    heads.iter().any(|(_, head)| head.contains("func("))
}

#[cfg(test)]
mod tests {
    use super::ends_early;

    fn body(code: &str) -> Vec<String> {
        let text = format!("\tfor _, x := range xs {{\n{code}");
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_loop_that_ends_with_what_it_has_is_told() {
        for code in [
            "\t\tall = append(all, x)\n\t\tif x > 5 {\n\t\t\treturn all, true\n\t\t}",
            "\t\tif len(all) == n {\n\t\t\tbreak\n\t\t}\n\t\tall = append(all, x)",
            "\t\tfor _, y := range x {\n\t\t\tif y == 0 {\n\t\t\t\tcontinue next\n\t\t\t}\n\t\t}",
            "\t\tif x == last {\n\t\t\treturn all, nil // of them\n\t\t}",
            "\t\tall = append(all, x)\n\t\tif len(all) == limit {\n\t\t\tgoto RETURN\n\t\t}",
        ] {
            assert!(ends_early(&body(code), "all", false), "{code}");
        }
        for code in [
            "\t\tif err != nil {\n\t\t\treturn nil, err\n\t\t}\n\t\tall = append(all, x)",
            "\t\tif x < 0 {\n\t\t\treturn all, errors.New(\"negative\")\n\t\t}",
            "\t\tif x < 0 {\n\t\t\treturn nil\n\t\t}\n\t\tall = append(all, x)",
            "\t\tswitch x {\n\t\tcase 3:\n\t\t\tbreak\n\t\t}\n\t\tall = append(all, x)",
            "\t\tfor _, y := range x {\n\t\t\tif y == 0 {\n\t\t\t\tbreak\n\t\t\t}\n\t\t}",
            "\t\tall = append(all, func() int {\n\t\t\treturn len(all)\n\t\t})",
            "\t\tall = append(all, x)",
            "\t\tif x < 0 {\n\t\t\tgoto fail\n\t\t}\n\t\tall = append(all, x)",
            "\tagain:\n\t\tx--\n\t\tif x > 0 {\n\t\t\tgoto again\n\t\t}\n\t\tall = append(all, x)",
        ] {
            assert!(!ends_early(&body(code), "all", false), "{code}");
        }
        let bare = body("\t\tif x == 3 {\n\t\t\treturn\n\t\t}");
        assert!(ends_early(&bare, "all", true) && !ends_early(&bare, "all", false));
        assert!(ends_early(
            &body("\t\tif x == 3 {\n\t\t\treturn true\n\t\t}"),
            "t.all",
            false
        ));
    }
}
