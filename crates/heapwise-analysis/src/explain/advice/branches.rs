//! What a line in one of several branches, `else` or `case`, is under: conditions of the others, unless each adds to the same.

use super::code::{has_word, indentation, is_case, without_comment};
use super::filters::{leaves_most_out, picks};

/// What is known of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Branch {
    /// How many conditions there are.
    pub(super) conditions: usize,
    /// Whether it is for what is looked for.
    pub(super) is_picked: bool,
}

/// Of a branch that begins with `} else {` or `} else if c {`: `above` are the lines above that, the nearest first.
pub(super) fn of_else(head: &str, above: &[String], target: &str) -> Branch {
    let depth = indentation(head);
    let code = without_comment(head).trim();
    let mut branch = Branch::default();
    if let Some(condition) = code
        .strip_prefix("} else ")
        .filter(|own| own.starts_with("if "))
    {
        branch.conditions += 1;
        branch.is_picked |= picks(condition);
    }
    let mut is_added = false;
    for text in above {
        let code = without_comment(text).trim();
        if code.is_empty() || indentation(text) > depth {
            is_added |= has_word(code, target);
            continue;
        }
        let condition = code.strip_prefix("} else ").unwrap_or(code);
        // Where that adds, too, it is no condition.
        if !is_added && condition.starts_with("if ") {
            branch.conditions += 1;
            branch.is_picked |= leaves_most_out(condition);
        }
        is_added = false;
        if !code.starts_with("} else ") {
            break;
        }
    }
    branch
}

/// Of a branch that begins with `case` or `default`, in a block of which the lines are given from its head to its end.
pub(super) fn of_case(block: &[String], target: &str) -> Branch {
    let depth = block.first().map_or(0, |head| indentation(head));
    let is_waiting = block
        .first()
        .is_some_and(|head| head.trim().ends_with("select {"));
    let mut cases: Vec<bool> = Vec::new();
    for text in block.iter().skip(1) {
        let code = without_comment(text).trim();
        match indentation(text) == depth && is_case(code) {
            true => cases.push(has_word(
                code.split_once(": ").unwrap_or_default().1,
                target,
            )),
            false => cases
                .iter_mut()
                .rev()
                .take(1)
                .for_each(|adds| *adds |= has_word(code, target)),
        }
    }
    let is_each = !is_waiting && cases.iter().all(|&adds| adds);
    let head = block.first().map_or("", String::as_str);
    let has_default = { block.iter() }
        .any(|text| indentation(text) == depth && text.trim_start().starts_with("default:"));
    // Of other types there may be none, where a condition picks.
    Branch {
        conditions: usize::from(!(is_each && has_default)),
        is_picked: !(is_each && (has_default || head.contains(".(type)"))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Branch, of_case, of_else};

    const PICKED: Branch = Branch {
        conditions: 1,
        is_picked: true,
    };

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn what_is_added_otherwise_is_told() {
        let of = |text: &str| {
            let mut above = lines(text);
            let head = above.pop().unwrap();
            above.reverse();
            of_else(&head, &above, "all")
        };
        assert_eq!(of("\t\tif !x.on {\n\t\t\tn++\n\t\t} else {"), PICKED);
        assert_eq!(of("\t\tif x.at < 3 {\n\t\t\tn++\n\t\t} else {"), PICKED);
        let otherwise = of("\t\tif err != nil {\n\t\t\tn++\n\t\t} else {");
        assert_eq!((otherwise.conditions, otherwise.is_picked), (1, false));
        let each = "\t\tif !x.on {\n\t\t\tall = append(all, 0)\n\t\t} else {";
        assert_eq!(of(each), Branch::default());
        let picked = "\t\tif x == nil {\n\t\t\tn++\n\t\t} else if x.on {";
        assert_eq!(of(picked).conditions, 2);
    }

    #[test]
    fn what_is_added_in_one_case_is_told() {
        let one = "\t\tswitch {\n\t\tcase x > 9:\n\t\t\tall = append(all, x)\n\t\tdefault:\n\t\t\tn++\n\t\t}";
        let waits = "\t\tselect {\n\t\tcase x := <-from:\n\t\t\tall = append(all, x)\n\t\t}";
        let each = "\t\tswitch x := x.(type) {\n\t\tcase A:\n\t\t\tall = append(all, x)\n\t\tcase B:\n\t\t\tall = append(all, x.of)\n\t\t}";
        assert_eq!(of_case(&lines(one), "all"), PICKED);
        assert_eq!(of_case(&lines(waits), "all"), PICKED);
        let typed = of_case(&lines(each), "all");
        assert_eq!((typed.conditions, typed.is_picked), (1, false));
        let all = each.replace("case B", "default");
        assert_eq!(of_case(&lines(&all), "all"), Branch::default());
        let alone = "\t\tswitch {\n\t\tcase x > 9:\n\t\t\tall = append(all, x)\n\t\t}";
        assert_eq!(of_case(&lines(alone), "all"), PICKED);
    }
}
