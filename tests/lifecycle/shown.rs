//! Changes in words: short ones for what is expected of a field, long ones for what went wrong.

use formwork_plan::{Action, Change, Reason};
use formwork_schema::Address;

/// Changes in a few words: `~ . Environment`, `-/+ role RoleName cannot change`.
pub(crate) fn shown(changes: &[Change]) -> String {
    let changes = changes.iter();
    let told: Vec<String> = changes
        .filter(|change| change.action != Action::Nothing)
        .map(one)
        .collect();
    match told.is_empty() {
        true => "nothing".to_owned(),
        false => told.join("; "),
    }
}

fn one(change: &Change) -> String {
    let sign = match change.action {
        Action::Create => "+",
        Action::Update => "~",
        Action::ReplaceDeleteFirst => "-/+",
        Action::ReplaceCreateFirst => "+/-",
        Action::Delete => "-",
        Action::Read => "<=",
        Action::Recover => "recover",
        Action::Rename => "->",
        Action::Adopt => "adopt",
        Action::Forget => "forget",
        Action::Record => "record",
        Action::Nothing => "nothing",
    };
    let reasons = change.reasons.iter().filter_map(|reason| match reason {
        Reason::Changed(path) | Reason::Drifted(path) | Reason::TakenOut(path) => {
            Some(path.to_string())
        }
        Reason::CannotChange(path) => Some(format!("{path} cannot change")),
        Reason::Follows(of) => Some(format!("follows {}", short(of))),
        _ => None,
    });
    let mut reasons: Vec<String> = reasons.collect();
    reasons.sort();
    reasons.dedup();
    let mut words = vec![sign.to_owned(), short(&change.address)];
    words.extend((!reasons.is_empty()).then(|| reasons.join(", ")));
    words.join(" ")
}

/// An address below the subject by its part alone.
pub(crate) fn short(address: &Address) -> String {
    match (&*address.label, &address.part) {
        ("subject", None) => ".".to_owned(),
        ("subject", Some(part)) => part.to_string(),
        _ => address.to_string(),
    }
}

/// Changes with every field.
pub(crate) fn full(changes: &[Change]) -> String {
    let each = changes.iter().map(|change| {
        let fields = change.fields.iter().map(|field| {
            let before = field.before.clone().unwrap_or_default();
            format!("\n    {}: {before} -> {:?}", field.path, field.after)
        });
        let fields = fields.collect::<String>();
        let (action, address, reasons) = (change.action, &change.address, &change.reasons);
        format!("\n  {action:?} {address} {reasons:?}{fields}")
    });
    each.collect()
}
