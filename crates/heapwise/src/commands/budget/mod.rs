//! The budget file: claims that a project keeps, and what it lets off for a time.

mod example;
mod fields;
mod source;

use heapwise_analysis::{Claim, Date, Growth, SitePattern, Suppression};
use heapwise_decode::text_of;
use heapwise_report::Place;
use toml::de::{DeTable, DeValue};

pub(crate) use example::EXAMPLE;
use fields::Fields;
use source::Source;

use crate::small_file;

/// What a budget file asks for.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    pub(crate) claims: Vec<BudgetClaim>,
    pub(crate) growth: Option<(Growth, Place)>,
    pub(crate) suppressions: Vec<(Suppression, Place)>,
}

/// A claim and where it came from.
#[derive(Debug)]
pub(crate) struct BudgetClaim {
    pub(crate) claim: Claim,
    pub(crate) purpose: Option<String>,
    pub(crate) place: Option<Place>,
}

impl Budget {
    /// What is let off today, and what was until a day that is past.
    pub(crate) fn suppressions_on(&self, today: Date) -> (Vec<Suppression>, Vec<Suppression>) {
        let all = self.suppressions.iter();
        let all = all.map(|(suppression, _)| suppression.clone());
        all.partition(|suppression| suppression.expired(today).is_none())
    }

    /// Reads a budget file.
    pub(crate) fn read(path: &str) -> anyhow::Result<Budget> {
        let bytes = small_file::read(path, "a budget")?;
        let text = text_of(&bytes);
        parse(path, &text)
    }
}

/// What stands in a file, section by section.
const SECTIONS: &str = "[[claim]], [growth] or [[suppress]]";

/// Reads the text of a budget; `path` is what messages call it.
pub(crate) fn parse(path: &str, text: &str) -> anyhow::Result<Budget> {
    let source = Source { path, text };
    let file = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        source.error(offset, &error.message().trim().replace('\n', ", "))
    })?;
    let mut budget = Budget::default();
    for (name, value) in file.get_ref() {
        match (&**name.get_ref(), value.get_ref()) {
            ("claim", DeValue::Array(entries)) => {
                for entry in entries.iter() {
                    let fields = Fields::of_entry(&source, "[[claim]]", entry)?;
                    budget.claims.push(claim(&fields)?);
                }
            }
            ("suppress", DeValue::Array(entries)) => {
                for entry in entries.iter() {
                    let fields = Fields::of_entry(&source, "[[suppress]]", entry)?;
                    budget.suppressions.push(suppression(&fields)?);
                }
            }
            ("growth", DeValue::Table(_)) => {
                let fields = Fields::of_entry(&source, "[growth]", value)?;
                budget.growth = Some(growth(&fields)?);
            }
            (known @ ("claim" | "suppress" | "growth"), _) => {
                let expected = if known == "growth" {
                    "[growth]".to_owned()
                } else {
                    format!("[[{known}]]")
                };
                let message = format!("found another form of {known}, expected {expected}");
                return Err(source.error(name.span().start, &message));
            }
            (other, _) => {
                let message = format!("found {other:?}, expected {SECTIONS}");
                return Err(source.error(name.span().start, &message));
            }
        }
    }
    if file.get_ref().is_empty() {
        return Err(source.error(0, &format!("found nothing, expected {SECTIONS}")));
    }
    Ok(budget)
}

fn claim(fields: &Fields<'_>) -> anyhow::Result<BudgetClaim> {
    fields.expect_only(&["require", "reason", "optional"])?;
    let require = fields.text("require", "\"inuse_space total <= 64MB\"")?;
    let claim = Claim::parse(require.value).map_err(|error| {
        fields
            .source
            .error_in(&require, error.offset().unwrap_or(0), &error)
    })?;
    let claim = match fields.flag("optional")? {
        true => claim.into_optional().ok_or_else(|| {
            let message =
                "found optional = true, expected it with a site: the total is always there";
            fields.source.error(require.span.start, message)
        })?,
        false => claim,
    };
    Ok(BudgetClaim {
        claim,
        purpose: fields
            .some_text("reason")?
            .map(|text| text.value.to_owned()),
        place: Some(fields.source.place(require.span.start)),
    })
}

fn growth(fields: &Fields<'_>) -> anyhow::Result<(Growth, Place)> {
    fields.expect_only(&["forbid", "strict", "allow_moved"])?;
    let forbid = fields.text("forbid", "\"5%\"")?;
    let growth =
        Growth::parse(forbid.value).map_err(|error| fields.source.error_in(&forbid, 0, &error))?;
    let is_strict = fields.flag("strict")?;
    Ok((
        growth
            .strict(is_strict)
            .allow_moved(fields.flag("allow_moved")?),
        fields.source.place(forbid.span.start),
    ))
}

fn suppression(fields: &Fields<'_>) -> anyhow::Result<(Suppression, Place)> {
    fields.expect_only(&["site", "reason", "expires"])?;
    let source = fields.source;
    let site = fields.text("site", "\"main.parse\", '/^main[.]/' or \"total\"")?;
    let pattern = SitePattern::parse(site.value)
        .map_err(|error| source.error_in(&site, error.offset().unwrap_or(0), &error))?;
    let reason = fields.text("reason", "\"why it may be so\"")?;
    if reason.value.trim().is_empty() {
        return Err(source.error_in(&reason, 0, &"found no reason, expected why"));
    }
    let expires = fields.text("expires", "\"2027-01-31\"")?;
    let date = Date::parse(expires.value).ok_or_else(|| {
        let found = expires.value;
        let message = format!("found {found:?}, expected a date such as \"2027-01-31\"");
        source.error_in(&expires, 0, &message)
    })?;
    let suppression = Suppression::new(site.value, pattern, reason.value, date);
    Ok((suppression, source.place(site.span.start)))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = parse("heapwise.toml", text).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn reads_claims_growth_and_suppressions() {
        let text = r#"
[[claim]]
require = "inuse_space total <= 64MB"
reason = "the container has 128MB"

[growth]
forbid = "5%"

[[suppress]]
site = '/^main\.warm/'
reason = "caches are warmed up on purpose"
expires = "2027-01-31"
"#;
        let budget = parse("heapwise.toml", text).expect("a budget");
        assert_eq!(
            budget.claims[0].place.as_ref().map(|place| place.line),
            Some(3)
        );
        assert!(budget.growth.is_some());
        assert_eq!(budget.suppressions[0].0.expires().to_string(), "2027-01-31");
    }

    #[test]
    fn says_the_line_and_column_of_what_is_wrong() {
        check(
            "[[claim]]\nrequire = \"inuse_space total ~ 64MB\"\n",
            "heapwise.toml: 2:30: found \"~\", expected an operator: <=, <, >= or >",
        );
        check(
            "[growth]\nforbid = \"five\"\n",
            "heapwise.toml: 2:11: found \"five\", expected a growth to allow, such as 5% or 0%",
        );
        check(
            "[[suppress]]\nsite = \"main.f\"\nreason = \"x\"\nexpires = \"soon\"\n",
            "heapwise.toml: 4:12: found \"soon\", expected a date such as \"2027-01-31\"",
        );
        check(
            "[[suppress]]\nsite = \"main.f\"\nreason = \" \"\nexpires = \"2027-01-31\"\n",
            "heapwise.toml: 3:11: found no reason, expected why",
        );
        check(
            "[[suppress]]\nsite = \"main.f\"\nreason = \"x\"\n",
            "heapwise.toml: 1:1: [[suppress]] has no expires, expected expires = \"2027-01-31\"",
        );
        check(
            "[[claim]]\nrequire = \"goroutines total <= 5\"\nwhy = \"x\"\n",
            "heapwise.toml: 3:1: found \"why\" in [[claim]], expected require, reason, optional",
        );
        for (text, expected) in [
            (
                "",
                "1:1: found nothing, expected [[claim]], [growth] or [[suppress]]",
            ),
            (
                "# only words\n",
                "1:1: found nothing, expected [[claim]], [growth] or [[suppress]]",
            ),
            (
                "\n[grwth]\nforbid = \"5%\"\n",
                "2:2: found \"grwth\", expected [[claim]], [growth] or [[suppress]]",
            ),
            (
                "require = \"inuse_space total <= 5\"\n",
                "1:1: found \"require\", expected [[claim]], [growth] or [[suppress]]",
            ),
            (
                "[claim]\nrequire = \"x\"\n",
                "1:2: found another form of claim, expected [[claim]]",
            ),
            (
                "[[growth]]\nforbid = \"5%\"\n",
                "1:3: found another form of growth, expected [growth]",
            ),
            (
                "growth = \"5%\"\n",
                "1:1: found another form of growth, expected [growth]",
            ),
            (
                "claim = [\"inuse_space total <= 5\"]\n",
                "1:10: found \"inuse_space total <= 5\", expected [[claim]]",
            ),
            (
                "[[claim]]\nrequire = 5\n",
                "2:11: require: found the number 5, expected text in quotes",
            ),
            (
                "[growth]\nforbid = 5\n",
                "2:10: forbid: found the number 5, expected text in quotes",
            ),
            (
                "[growth]\nforbid = \"5%\"\nstrict = \"yes\"\n",
                "3:10: strict: found \"yes\", expected true or false",
            ),
            (
                "[growth]\nstrict = true\n",
                "1:1: [growth] has no forbid, expected forbid = \"5%\"",
            ),
            (
                "[[claim]]\nreason = \"x\"\n",
                "1:1: [[claim]] has no require, expected require = \"inuse_space total <= 64MB\"",
            ),
            (
                "[[claim]]\nrequire = \"\"\n",
                "2:11: found the end, expected a sample type such as alloc_space, inuse_objects, cpu or goroutines",
            ),
            (
                "[[claim]]\nrequire = \"inuse_space total <= 5\"\noptional = true\n",
                "2:11: found optional = true, expected it with a site: the total is always there",
            ),
        ] {
            check(text, &format!("heapwise.toml: {expected}"));
        }
        // What the TOML parser says is left to it.
        let broken = parse("heapwise.toml", "[[claim]\n").expect_err("no TOML");
        assert!(
            broken.to_string().starts_with("heapwise.toml: 1:"),
            "{broken}"
        );
    }

    #[test]
    fn takes_what_is_said_of_claims_and_growth() {
        let text = "[[claim]]\nrequire = \"inuse_space main.f <= 5\"\noptional = true\n\
                    [[suppress]]\nsite = \"total\"\nreason = \"x\"\nexpires = 2027-01-31\n";
        let budget = parse("heapwise.toml", text).expect("a budget");
        assert!(budget.claims[0].claim.optional);
        assert_eq!(budget.suppressions[0].0.expires().to_string(), "2027-01-31");
    }
}
