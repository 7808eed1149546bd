//! The names of other tools: what a newcomer writes who comes from Terraform, CloudFormation, SAM, serverless.yml or the
//! console, and what it is here. "Did you mean" asks here before it looks for a slip of the pen.

mod advice;
mod fields;
mod kinds;
mod nested;
mod servers;
mod words;

use formwork_schema::Foreign;

/// A field, or an argument, of another tool.
///
/// `has` says whether the owner has a field of that name; rows of all kinds count only where it does.
pub(crate) fn field(owner: &str, name: &str, has: impl Fn(&str) -> bool) -> Option<Foreign> {
    let name = plain(name);
    let row = |of: &str| {
        let all = [fields::FIELDS, servers::FIELDS, nested::FIELDS];
        let mut rows = all.into_iter().flatten().filter(|(owner, ..)| *owner == of);
        let found = rows.find(|(_, field, names)| has(field) && among(&name, field, names))?;
        Some(Foreign::Name(found.1))
    };
    let advice = |of: &str| {
        let mut rows = advice::ADVICE.iter().filter(|(owner, ..)| *owner == of);
        let found = rows.find(|(_, _, names)| listed(&name, names))?;
        Some(Foreign::Advice(found.1))
    };
    row(owner)
        .or_else(|| advice(owner))
        .or_else(|| row("*"))
        .or_else(|| advice("*"))
}

/// The word or call among `members` that another tool's word stands for.
pub(crate) fn word<'m>(word: &str, members: &[&'m str]) -> Option<&'m str> {
    let word = plain(word);
    let same = members.iter().find(|member| plain(member) == word);
    let known = || {
        let rows = words::WORDS
            .iter()
            .filter(|(_, names)| listed(&word, names));
        let mut meant = rows.map(|(meant, _)| *meant);
        meant.find_map(|meant| members.iter().find(|member| **member == meant))
    };
    // `nano_3_0` and `python3.12.x`: a member, and a version after it.
    let versioned = || {
        let mut starts: Vec<&&str> = members
            .iter()
            .filter(|member| rest_is_version(&word, &plain(member)))
            .collect();
        starts.sort_by_key(|member| std::cmp::Reverse(member.len()));
        starts.first().copied()
    };
    same.or_else(known).or_else(versioned).copied()
}

fn rest_is_version(word: &str, member: &str) -> bool {
    let rest = word.strip_prefix(member);
    rest.is_some_and(|rest| {
        member.len() > 2 && rest.chars().all(|c| c.is_ascii_digit() || c == 'x')
    })
}

/// `true` or `false`, where another tool has a word for it.
pub(crate) fn truth(word: &str) -> Option<bool> {
    let word = plain(word);
    let (meant, _) = words::TRUTHS
        .iter()
        .find(|(meant, names)| *meant == word || listed(&word, names))?;
    Some(*meant == "true")
}

/// A kind or statement of another tool.
pub(crate) fn kind(name: &str, has: impl Fn(&str) -> bool) -> Option<Foreign> {
    let name = plain(name);
    let bare = name.strip_prefix("aws").unwrap_or(&name);
    let mut rows = kinds::KINDS.iter().filter(|(kind, _)| has(kind));
    let found = rows.find(|(kind, names)| plain(kind) == bare || listed(bare, names));
    let advice = || {
        let mut rows = kinds::STATEMENTS.iter();
        let found = rows.find(|(_, names)| listed(&name, names))?;
        Some(Foreign::Advice(found.0))
    };
    found.map(|(kind, _)| Foreign::Name(kind)).or_else(advice)
}

/// Whether the field itself was written in another case, or a row lists the name.
fn among(name: &str, field: &str, names: &str) -> bool {
    plain(field) == name || listed(name, names)
}

fn listed(name: &str, names: &str) -> bool {
    names.split(' ').any(|known| known == name)
}

/// A name in small letters, without signs.
fn plain(name: &str) -> String {
    let kept = name.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}
