//! A budget to start from.

/// A budget file to start from; `heapwise schema budget` describes every field.
pub(crate) const EXAMPLE: &str = r#"# heapwise.toml: claims about the profiles of a program, checked in CI by
#
#     heapwise verify --budget heapwise.toml BEFORE AFTER
#
# Exit code 0: all hold. 1: one does not. 2: one could not be asked, for it names a site or a
# sample type that the profiles do not have. 3: one could not be decided.

# A claim: SAMPLE_TYPE SITE OP BOUND.
# SITE is total, a function as `heapwise top` prints it, or /a regular expression/, of which
# every site has to fit; behind cum: what it calls counts, too.
# BOUND is a change (+5%, -30%), a value (64MB, 1200, 1.5s) or a value for each operation (4kB/op).
[[claim]]
require = "inuse_space total <= 64MB"
# Shown with the result.
reason = "the container has 128MB"

# Changes of alloc_space need to know that both sides did the same work, or how much each did.
[[claim]]
require = "inuse_space cum:/^encoding[.]json[.]/ <= +20%"
# Holds also where no site is called so; without this a name that nothing has is an error.
optional = true

# A site that is to be gone has to have been in the older profile:
# [[claim]]
# require = "inuse_space main.cacheEverything <= 0"

# Goroutines, with `--goroutines DUMP...`:
# [[claim]]
# require = "goroutines main.worker growth none"
# [[claim]]
# require = "goroutines leaked = 0"

# Neither the total nor any site without a claim of its own may grow by more.
[growth]
forbid = "10%"
# true: undecided, not passed, where such a growth of the total could have gone unseen.
strict = false
# true: sites are let off that gained about what another one lost, which may be chance.
allow_moved = false

# What is let off for a time: of growth, and of claims that mean this site. What it grew by is let
# off the total, too; the site total lets off nothing but the total. After its last day it is a
# failure itself.
[[suppress]]
site = '/^main[.]warmUp/'
reason = "fills the cache on purpose until the new cache is in"
expires = "2099-12-31"
"#;

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::EXAMPLE;

    #[test]
    fn can_be_read_also_with_what_is_commented_out() {
        let budget = parse("heapwise.toml", EXAMPLE).expect("the example");
        assert_eq!(budget.claims.len(), 2);
        assert_eq!(budget.suppressions.len(), 1);
        let is_toml = |line: &&str| line.starts_with("# [[") || line.starts_with("# require");
        let hidden = EXAMPLE.lines().filter(is_toml);
        let hidden: String = hidden.map(|line| format!("{}\n", &line[2..])).collect();
        let hidden = parse("heapwise.toml", &hidden).expect("what is commented out");
        assert_eq!(hidden.claims.len(), 3);
    }
}
