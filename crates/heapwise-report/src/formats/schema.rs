//! The published descriptions of the JSON documents, and of the budget file.

/// The name of each document and its JSON Schema.
const SCHEMAS: [(&str, &str); 22] = [
    ("top", include_str!("../../schemas/top.1.json")),
    ("diff", include_str!("../../schemas/diff.1.json")),
    ("verify", include_str!("../../schemas/verify.1.json")),
    ("bench", include_str!("../../schemas/bench.1.json")),
    ("budget", include_str!("../../schemas/budget.1.json")),
    (
        "goroutines",
        include_str!("../../schemas/goroutines.1.json"),
    ),
    ("growth", include_str!("../../schemas/growth.1.json")),
    ("explain", include_str!("../../schemas/explain.1.json")),
    ("tree", include_str!("../../schemas/tree.1.json")),
    ("peek", include_str!("../../schemas/peek.1.json")),
    ("traces", include_str!("../../schemas/traces.1.json")),
    ("tags", include_str!("../../schemas/tags.1.json")),
    ("list", include_str!("../../schemas/list.1.json")),
    ("raw", include_str!("../../schemas/raw.1.json")),
    ("comments", include_str!("../../schemas/comments.1.json")),
    ("gc", include_str!("../../schemas/gc.1.json")),
    ("tune", include_str!("../../schemas/tune.1.json")),
    ("collect", include_str!("../../schemas/collect.1.json")),
    ("bundle", include_str!("../../schemas/bundle.1.json")),
    ("sources", include_str!("../../schemas/sources.1.json")),
    ("export", include_str!("../../schemas/export.1.json")),
    ("info", include_str!("../../schemas/info.1.json")),
];

/// The documents that have a schema, by the command that prints them; `budget`, which one reads, and `bundle` and
/// `export`, of which one writes such into folders.
pub fn schema_names() -> Vec<&'static str> {
    SCHEMAS.iter().map(|&(name, _)| name).collect()
}

/// The JSON Schema (draft 2020-12) of the document that a command prints with `--format json`, or of
/// the budget file.
pub fn schema(name: &str) -> Option<&'static str> {
    let mut schemas = SCHEMAS.iter();
    schemas.find_map(|&(known, schema)| (known == name).then_some(schema))
}
