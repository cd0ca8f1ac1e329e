//! What a message of the compiler says.

/// A message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message<'a> {
    /// Something escapes; `is_explained`: how follows on the next lines.
    Escapes {
        subject: &'a str,
        is_explained: bool,
        /// In which function, where it says so.
        function: Option<&'a str>,
    },
    /// A variable of the program escapes.
    Moved(&'a str),
    /// Something does not escape.
    Stays(&'a str),
    /// A flow of what was said to escape: where it goes, and from what.
    Flow { to: &'a str, from: &'a str },
    /// A step of a flow, and which function is called there.
    Step {
        why: &'a str,
        callee: Option<&'a str>,
    },
    /// Something else is explained, to which flows and steps belong, and in which function, where it says so.
    Explained { function: Option<&'a str> },
    /// A call is inlined: what the function allocates is decided again, where the call is.
    Inlined,
    /// A function, and whether all are told: only -m=2 names those that cannot be inlined, and costs.
    Function { name: &'a str, are_all_told: bool },
    /// A conversion that copies nothing.
    ZeroCopy,
    /// A parameter leaks.
    Leaks(&'a str),
    /// Of no interest here.
    Known,
    /// Not in the catalogue.
    Unknown,
}

/// How messages begin that say nothing of allocations (cmd/compile/internal/{escape,inline,devirtualize,walk,ssa}).
const KNOWN: [&str; 22] = [
    "leaking param",
    "closure capturing",
    "mutates param",
    "calls param",
    "devirtualizing ",
    "partially devirtualizing ",
    "PGO devirtualizing ",
    "hot-node enabled",
    "hot-callsite ",
    "call to ",
    "should not PGO",
    "closure converted to global",
    "warning: truncated explanation",
    "marking ",
    "index bounds check elided",
    "slice bounds check elided",
    "stack object ",
    "assuming ",
    "live at ",
    "write barrier",
    "inlining with ",
    "rewriting ",
];

const ESCAPES: &str = " escapes to heap";

impl<'a> Message<'a> {
    pub(super) fn of(text: &'a str) -> Message<'a> {
        if let Some(rest) = text.strip_prefix("can inline ") {
            return Message::Function {
                // Names of types may have spaces.
                name: rest.split(" with cost ").next().unwrap_or(rest),
                are_all_told: text.contains(" with cost "),
            };
        }
        if let Some(rest) = text.strip_prefix("cannot inline ") {
            return Message::Function {
                name: rest.split(": ").next().unwrap_or(rest),
                are_all_told: true,
            };
        }
        if text.starts_with("inlining call to ") {
            return Message::Inlined;
        }
        if text.starts_with("zero-copy ") {
            return Message::ZeroCopy;
        }
        if let Some(name) = leaking(text) {
            return Message::Leaks(name);
        }
        let plain = text.trim_start();
        if KNOWN.iter().any(|start| plain.starts_with(start)) {
            return Message::Known;
        }
        if let Some(message) = explanation(text) {
            return message;
        }
        escapes(text)
            .or_else(|| stays(text))
            .unwrap_or_else(|| other(text))
    }
}

/// `leaking param: p`, `leaking param: p to result ~r0 level=0`, `leaking param content: p`.
fn leaking(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("leaking param")?;
    let rest = rest.strip_prefix(" content").unwrap_or(rest);
    rest.strip_prefix(": ")?.split(' ').next()
}

/// The name of a parameter of which JSON tells how it leaks: `parameter p leaks to {heap} with derefs=0`.
pub(super) fn leaked(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix("parameter ")?.split_once(" leaks to ")?;
    Some(name)
}

fn escapes(text: &str) -> Option<Message<'_>> {
    if let Some(variable) = text.strip_prefix("moved to heap: ") {
        return Some(Message::Moved(variable));
    }
    if let Some(subject) = text.strip_suffix(ESCAPES) {
        return Some(Message::Escapes {
            subject,
            is_explained: false,
            function: None,
        });
    }
    // `X escapes to heap:` up to Go 1.25, `X escapes to heap in F:` since.
    let head = text.strip_suffix(':')?;
    let at = head.rfind(ESCAPES)?;
    let rest = head.get(at + ESCAPES.len()..)?;
    let function = rest.strip_prefix(" in ");
    (rest.is_empty() || function.is_some()).then(|| Message::Escapes {
        subject: head.get(..at).unwrap_or_default(),
        is_explained: true,
        function,
    })
}

fn stays(text: &str) -> Option<Message<'_>> {
    const STAYS: &str = " does not escape";
    if let Some(subject) = text.strip_suffix(STAYS) {
        return Some(Message::Stays(subject));
    }
    // Of a parameter.
    let rest = text.get(text.rfind(STAYS)? + STAYS.len()..)?;
    rest.starts_with(',').then_some(Message::Known)
}

/// What follows the head of an explanation (cmd/compile/internal/escape/solve.go: explainPath, explainFlow).
fn explanation(text: &str) -> Option<Message<'_>> {
    if text.starts_with("parameter ") && text.contains(" leaks to ") {
        let function = text.rsplit_once(" with derefs=");
        let function = function.and_then(|(head, _)| Some(head.rsplit_once("} for ")?.1));
        return Some(Message::Explained { function });
    }
    let indented = text.strip_prefix("  ")?.trim_start();
    if let Some(flow) = indented.strip_prefix("flow: ") {
        let flow = flow.strip_suffix(':').unwrap_or(flow);
        // With an arrow since Go 1.26.
        let (to, from) = flow.split_once(" ← ").or_else(|| flow.split_once(" = "))?;
        return Some(Message::Flow { to, from });
    }
    let step = indented.strip_prefix("from ")?;
    let why = why(step)?;
    let callee = callee(step).filter(|_| why == "call parameter");
    Some(Message::Step { why, callee })
}

/// What is called: `fmt.Sprintf` of `fmt.Sprintf("%d", ... argument...)`, with its package or variable; a method of a type
/// is `(*T).M`, of which the first argument is what has it.
fn callee(step: &str) -> Option<&str> {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    if let Some(node) = step.strip_prefix("<node ") {
        return node.split('>').next();
    }
    let receiver = step.strip_prefix("(*").map_or(0, |rest| {
        let name = rest
            .find(')')
            .filter(|&end| rest.get(end..).is_some_and(|end| end.starts_with(").")));
        name.map_or(0, |end| end + "(*).".len())
    });
    let rest = step.get(receiver..)?;
    let name = rest.get(..rest.find('(')?)?;
    let is_name = !name.is_empty() && name.chars().all(is_of_name);
    is_name.then(|| step.get(..receiver + name.len()))?
}

/// The last words in brackets, before the position if there is one.
fn why(step: &str) -> Option<&str> {
    let head = match step.rfind(") at ") {
        Some(end) => step.get(..end),
        None => step.strip_suffix(')'),
    };
    let head = head?;
    head.get(head.rfind('(')? + 1..)
}

fn other(text: &str) -> Message<'_> {
    let is_known = text.contains(" ignoring self-assignment in ")
        || text.contains(" capturing by ")
        || text.starts_with("function ") && text.contains(" considered 'big'")
        || text.starts_with("imprecise ")
        || text.ends_with(" will be kept alive")
        || text.ends_with(" escapes to heap, not needed")
        || text.starts_with("Proved ")
        || text.starts_with("Disproved ");
    match is_known {
        true => Message::Known,
        false => Message::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_both_forms_of_an_explanation() {
        for (head, function) in [
            ("&T{...} escapes to heap:", None),
            ("&T{...} escapes to heap in (*S).f:", Some("(*S).f")),
        ] {
            let expected = Message::Escapes {
                subject: "&T{...}",
                is_explained: true,
                function,
            };
            assert_eq!(Message::of(head), expected);
        }
        for flow in ["  flow: ~r0 = &t:", "  flow: ~r0 ← &t:"] {
            let expected = Message::Flow {
                to: "~r0",
                from: "&t",
            };
            assert_eq!(Message::of(flow), expected);
        }
        for (step, why, callee) in [
            (
                "    from return &t (return) at esc.go:15:31",
                "return",
                None,
            ),
            (
                "    from f(x) (call parameter) at a at b.go:1:2",
                "call parameter",
                Some("f"),
            ),
            (
                "    from fmt.Sprintf(\"%d\", ... argument...) (call parameter) at a.go:1:2",
                "call parameter",
                Some("fmt.Sprintf"),
            ),
            (
                "    from (*T).f(x) (call parameter) at a.go:1:2",
                "call parameter",
                Some("(*T).f"),
            ),
            (
                "    from (*sync.Pool).Put(p.pool, b) (call parameter)",
                "call parameter",
                Some("(*sync.Pool).Put"),
            ),
            (
                "    from (*List[go.shape.int]).push(l, x) (call parameter)",
                "call parameter",
                Some("(*List[go.shape.int]).push"),
            ),
            (
                "    from <node unsafe.String> (call parameter) at a.go:1:2",
                "call parameter",
                Some("unsafe.String"),
            ),
            (
                "    from (*f(x)).y(z) (call parameter)",
                "call parameter",
                None,
            ),
            ("    from f(x)[0] (dot) at a.go:1:2", "dot", None),
            ("      from &t (address-of)", "address-of", None),
        ] {
            assert_eq!(Message::of(step), Message::Step { why, callee }, "{step}");
        }
    }

    #[test]
    fn tells_allocations_from_the_rest() {
        for (text, expected) in [
            ("moved to heap: x", Message::Moved("x")),
            ("a + b does not escape", Message::Stays("a + b")),
            ("p does not escape, mutate, or call", Message::Known),
            (
                "leaking param: p to result ~r0 level=0",
                Message::Leaks("p"),
            ),
            ("leaking param content: p", Message::Leaks("p")),
            (
                "parameter p leaks to {heap} with derefs=0:",
                Message::Explained { function: None },
            ),
            (
                "can inline f",
                Message::Function {
                    name: "f",
                    are_all_told: false,
                },
            ),
            (
                "can inline f[go.shape.interface {}].func1 with cost 9 as: func() { g() }",
                Message::Function {
                    name: "f[go.shape.interface {}].func1",
                    are_all_told: true,
                },
            ),
            ("undefined: x", Message::Unknown),
        ] {
            assert_eq!(Message::of(text), expected, "{text}");
        }
    }
}
