use serde_json::Value;

/// A verdict and where it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) place: String,
    pub(crate) name: String,
}

impl Verdict {
    /// Whether it says that something changed.
    pub(crate) fn is_change(&self) -> bool {
        self.is_less() || self.is_more()
    }

    pub(crate) fn is_less(&self) -> bool {
        matches!(self.name.as_str(), "decreased" | "gone")
    }

    pub(crate) fn is_more(&self) -> bool {
        matches!(self.name.as_str(), "increased" | "new")
    }
}

/// All verdicts of a comparison: of the total, of the benchmarks, of the rows.
pub(crate) fn verdicts(diff: &Value) -> Vec<Verdict> {
    let mut found = Vec::new();
    collect(&diff["total"], "total", &mut found);
    for benchmark in items(&diff["work"]["benchmarks"]) {
        let name = benchmark["name"].as_str().unwrap_or_default();
        collect(benchmark, name, &mut found);
    }
    for row in items(&diff["rows"]) {
        collect(&row["flat"], &format!("{} flat", place(row)), &mut found);
        collect(&row["cum"], &format!("{} cum", place(row)), &mut found);
    }
    found
}

fn collect(change: &Value, place: &str, found: &mut Vec<Verdict>) {
    if let Some(name) = change["verdict"].as_str() {
        found.push(Verdict {
            place: place.to_owned(),
            name: name.to_owned(),
        });
    }
}

/// The verdicts that say that something changed, in words; nothing when there are none.
pub(crate) fn changes(verdicts: &[Verdict]) -> Option<String> {
    let changes = verdicts.iter().filter(|verdict| verdict.is_change());
    let said: Vec<String> = changes
        .map(|v| format!("{} at {}", v.name, v.place))
        .collect();
    let more = said.len().saturating_sub(3);
    let shown = said.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    match more {
        _ if said.is_empty() => None,
        0 => Some(shown),
        _ => Some(format!("{shown}, and {more} more")),
    }
}

/// The elements of an array; none of anything else.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The site of a row, with its benchmark where the row is of one.
fn place(row: &Value) -> String {
    let site = row["site"]["function"].as_str().unwrap_or_default();
    match row["benchmark"].as_str() {
        Some(benchmark) => format!("{site} of {benchmark}"),
        None => site.to_owned(),
    }
}
