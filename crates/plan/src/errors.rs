//! The diagnostics of the planner: situations in which no plan can be made.

use formwork_diag::{Code, Diagnostic, Severity, Span, list_words, nearest};
use formwork_schema::{Address, MemberError};

/// One step of a cycle: who needs whom, and where that is written.
pub(crate) struct Needing<'a> {
    pub(crate) from: &'a Address,
    pub(crate) to: &'a Address,
    pub(crate) span: Span,
}

pub(crate) fn error(code: Code, message: String, span: Option<Span>, label: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(code, Severity::Error, message);
    match span {
        Some(span) => diagnostic.label(span, label),
        None => diagnostic,
    }
}

pub(crate) fn warning(code: Code, message: String, span: Option<Span>, label: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(code, Severity::Warning, message);
    match span {
        Some(span) => diagnostic.label(span, label),
        None => diagnostic,
    }
}

/// A `was` that the state has followed.
pub(crate) fn was_applied(address: &Address, old: &Address, span: Option<Span>) -> Diagnostic {
    let message = format!(
        "`{address}` has its new name in this environment: `was {}` can go",
        old.label
    );
    warning(Code("was::applied"), message, span, "renamed already")
        .help("take the `was` out once every environment has been applied")
}

/// A `was` of which the state knows nothing, while something is left that may be meant.
pub(crate) fn was_unknown(old: &Address, near: Option<&str>, span: Option<Span>) -> Diagnostic {
    let message = format!("nothing in the state is called `{old}`: this is made anew");
    let found = warning(Code("was::unknown"), message, span, "was something else");
    match near {
        Some(near) => found.help(format!(
            "did you mean `was {near}`? It would be deleted otherwise"
        )),
        None => found.help("take the `was` out"),
    }
}

/// A `forget` that was done.
pub(crate) fn forget_done(address: &Address, span: Option<Span>) -> Diagnostic {
    let message =
        format!("`{address}` is no longer in the state of this environment: the `forget` can go");
    warning(Code("forget::done"), message, span, "forgotten already")
        .help("take it out once every environment has been applied")
}

/// A `forget` of which the state knows nothing, while something is left that may be meant.
pub(crate) fn forget_unknown(
    address: &Address,
    near: Option<&str>,
    span: Option<Span>,
) -> Diagnostic {
    let message = format!("nothing in the state is called `{address}`");
    let found = warning(Code("forget::unknown"), message, span, "nothing to forget");
    match near {
        Some(near) => found.help(format!(
            "did you mean `forget {near}`? It would be deleted otherwise"
        )),
        None => found.help("`formwork state list` shows what there is"),
    }
}

/// Resources need one another in a ring.
pub(crate) fn cycle(ring: &[Needing<'_>]) -> Diagnostic {
    let mut way: Vec<String> = ring.iter().map(|step| format!("`{}`", step.from)).collect();
    way.extend(way.first().cloned());
    let message = format!("resources need one another in a ring: {}", way.join(" → "));
    let mut diagnostic = Diagnostic::new(Code("plan::cycle"), Severity::Error, message);
    for step in ring {
        let label = format!("`{}` needs `{}` here", step.from, step.to);
        diagnostic = diagnostic.label(step.span, label);
    }
    diagnostic.help("take one of these references out, or write the value as text: a name that you choose needs no other resource")
}

/// The order of deletes and updates has no solution.
pub(crate) fn order(addresses: &[&Address], span: Option<Span>) -> Diagnostic {
    let names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let message = format!(
        "the replacements of {} wait for one another",
        list_words(&names, "and")
    );
    error(Code("plan::order"), message, span, "one of them")
        .help("apply the changes of one of them first, with `--only`")
}

/// `protect` stands against a deletion.
pub(crate) fn protected(
    address: &Address,
    what: &str,
    why: &str,
    span: Option<Span>,
) -> Diagnostic {
    let help = match span {
        Some(_) => "undo the change, or write `protect = false` and apply that first".to_owned(),
        None => format!(
            "put `{}` back, write `protect = false`, apply, then take it out",
            address.owner()
        ),
    };
    let message = format!("`{address}` is protected and would be {what}: {why}");
    error(Code("plan::protected"), message, span, "protected").help(help)
}

/// Somebody else's object has our name.
pub(crate) fn foreign_name(
    address: &Address,
    id: &str,
    owner: &str,
    span: Option<Span>,
) -> Diagnostic {
    let id = formwork_diag::safe(id);
    let owner = formwork_diag::safe(owner);
    let message = format!("the object `{id}` belongs to {owner}, not to `{address}`");
    error(
        Code("plan::foreign_name"),
        message,
        span,
        "this resource has its name",
    )
    .help("give this resource another name; nothing was touched")
}

/// A value is read from a resource that is not there.
pub(crate) fn unknown_reference<'a>(
    missing: &Address,
    span: Span,
    known: impl Iterator<Item = &'a Address>,
) -> Diagnostic {
    let text = missing.to_string();
    let known: Vec<String> = known.map(ToString::to_string).collect();
    let near = nearest(&text, known.iter().map(String::as_str));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write a resource of this stack".to_owned(),
    };
    let message = format!("there is no resource `{missing}`");
    error(
        Code("plan::unknown_reference"),
        message,
        Some(span),
        "needed here",
    )
    .help(help)
}

/// A property that the type of the resource does not have.
pub(crate) fn unknown_attribute<'a>(
    of: &Address,
    type_name: &str,
    property: &str,
    span: Span,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let help = match nearest(property, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("see `formwork schema {type_name}` for what it has"),
    };
    let message = format!("`{of}` ({type_name}) has no `{property}`");
    error(
        Code("plan::unknown_attribute"),
        message,
        Some(span),
        "read here",
    )
    .help(help)
}

/// Two resources have one address.
pub(crate) fn duplicate_address(address: &Address, first: Span, second: Span) -> Diagnostic {
    error(
        Code("plan::duplicate_address"),
        format!("two resources have the address `{address}`"),
        Some(second),
        "the second",
    )
    .label(first, "the first")
    .help("give one of them another name")
}

/// A type that the catalog does not have.
pub(crate) fn unknown_type<'a>(
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let help = match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`formwork schema` lists the types".to_owned(),
    };
    let message = format!("there is no resource type `{name}`");
    error(
        Code("plan::unknown_type"),
        message,
        Some(span),
        "of this type",
    )
    .help(help)
}

/// A physical name that is known only after apply.
pub(crate) fn unknown_name(address: &Address, property: &str, span: Span) -> Diagnostic {
    let message = format!("the name of `{address}` is known only after apply");
    error(
        Code("plan::unknown_name"),
        message,
        Some(span),
        "must be known at plan",
    )
    .help(format!(
        "write `{property}` as text, or leave it out: a name is then chosen"
    ))
}

/// Two resources would have one physical name.
pub(crate) fn same_name(
    name: &str,
    first: (&Address, Span),
    second: (&Address, Span),
) -> Diagnostic {
    let message = format!("`{}` and `{}` are both named \"{name}\"", first.0, second.0);
    error(
        Code("plan::same_name"),
        message,
        Some(second.1),
        "the second",
    )
    .label(first.1, "the first")
    .help("give one of them another name, or leave the name out: one is then chosen")
}

/// A member of the language does not fit the value it got at plan.
pub(crate) fn member(error_text: &MemberError, span: Span) -> Diagnostic {
    error(
        Code("plan::member"),
        error_text.to_string(),
        Some(span),
        "this value",
    )
    .help("give the member a value that it fits")
}

/// A resource was filtered out although another needs it.
pub(crate) fn excluded(
    excluded: &Address,
    by: &Address,
    why: &str,
    span: Option<Span>,
) -> Diagnostic {
    let message = format!("`{excluded}` is left out of this plan, but `{by}` {why}");
    error(Code("plan::excluded"), message, span, "left out").help("plan both, or leave both out")
}

/// A filter that fits nothing.
pub(crate) fn unknown_target<'a>(
    target: &Address,
    known: impl Iterator<Item = &'a Address>,
) -> Diagnostic {
    let known: Vec<String> = known.map(ToString::to_string).collect();
    let near = nearest(&target.to_string(), known.iter().map(String::as_str));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`formwork expand` lists the addresses of the stack".to_owned(),
    };
    let message = format!("neither the stack nor its state has `{target}`");
    error(Code("plan::unknown_target"), message, None, "").help(help)
}

/// An open intent that nobody looked up.
pub(crate) fn unresolved(address: &Address, span: Option<Span>) -> Diagnostic {
    let message = format!("an interrupted operation on `{address}` could not be looked up");
    error(Code("plan::unresolved"), message, span, "of this resource")
        .help("plan again when the account can be read; nothing is changed before it is known")
}

/// The cloud knows a later generation than the state.
pub(crate) fn older_state(
    address: &Address,
    live: u32,
    state: u32,
    span: Option<Span>,
) -> Diagnostic {
    let message = format!(
        "the state is older than the cloud: `{address}` is generation {live} there and {state} here"
    );
    error(Code("plan::older_state"), message, span, "this resource")
        .help("put the newest state back, or rebuild it from the tags with `formwork recover`")
}

/// The state belongs to something else.
pub(crate) fn wrong_state(what: &str, here: &str, state: &str) -> Diagnostic {
    let message =
        format!("the state belongs to the {what} `{state}`, and this plan is for `{here}`");
    error(Code("plan::wrong_state"), message, None, "")
        .help("use the state of this stack, environment and account; nothing was read or changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_an_odd_cloud_can_cause_has_its_code_too() {
        let table = Address::new("table", "t");
        assert_eq!(order(&[&table], None).code.0, "plan::order");
        let wrong = MemberError::Missing { op: "first" };
        let span = Span::new(formwork_diag::SourceId(0), 0, 1);
        assert_eq!(member(&wrong, span).code.0, "plan::member");
    }
}
