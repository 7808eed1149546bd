//! The diagnostics of what is looked up and what is taken over.

use crate::Live;
use crate::errors::{error, warning};
use formwork_diag::{Code, Diagnostic, Span, list_words, safe};
use formwork_schema::{Address, Claim, Node, Prop, Resource};

/// What is looked up or taken over is not there.
pub(crate) fn not_found(resource: &Resource, provider: &str) -> Diagnostic {
    let (code, named, span) = match &resource.claim {
        Claim::Adopt { id, span } => (Code("adopt::absent"), format!("`{}`", safe(id)), *span),
        _ => (
            Code("existing::absent"),
            sought(resource),
            sought_at(resource),
        ),
    };
    let message = format!(
        "there is no {} {named} in {}",
        resource.type_name, resource.region
    );
    let found = error(code, message, Some(span), "not found");
    let put = match &resource.claim {
        Claim::Adopt { id, .. } => safe(id).to_string(),
        _ => put_words(resource),
    };
    match provider {
        "mock" => found.help(format!(
            "put one into the simulated account: `formwork mock put {} {put}`",
            resource.type_name
        )),
        _ => found.help("check the name, the account and the region"),
    }
}

/// What a resource is looked up by, in words.
fn sought(resource: &Resource) -> String {
    let properties = resource.properties.iter();
    let properties = properties.map(|(name, node)| format!("{name} {}", written(node)));
    let tags = resource.tags.iter();
    let tags = tags.map(|(name, node)| format!("tag {} {}", safe(name), written(node)));
    let all: Vec<String> = properties.chain(tags).collect();
    format!("with {}", all.join(", "))
}

/// A value that something is looked up by.
fn written(node: &Node) -> String {
    match &node.prop {
        Prop::String(text) => format!("`{}`", safe(text)),
        Prop::Bool(value) => value.to_string(),
        Prop::Number(number) => number.to_string(),
        _ => "of a computed value".to_owned(),
    }
}

/// The same as arguments of `mock put`.
fn put_words(resource: &Resource) -> String {
    let properties = resource.properties.iter();
    let mut texts = properties.filter_map(|(name, node)| match &node.prop {
        Prop::String(text) => Some((name, safe(text))),
        _ => None,
    });
    match texts.next() {
        Some((name, text)) if name.ends_with("Name") => text.to_string(),
        Some((name, text)) => format!("NAME {name}={text}"),
        None => "NAME".to_owned(),
    }
}

/// Where what a resource is looked up by is written.
fn sought_at(resource: &Resource) -> Span {
    let properties = resource.properties.values();
    let tags = resource.tags.iter().map(|(_, node)| node);
    let first = properties.chain(tags).next();
    first.map_or(resource.span, |node| node.span)
}

/// More than one is there.
pub(crate) fn several_found(resource: &Resource, found: &[Live]) -> Diagnostic {
    let ids: Vec<String> = found
        .iter()
        .map(|live| safe(&live.id).to_string())
        .collect();
    let message = format!(
        "there are {} {} {}: {}",
        found.len(),
        resource.type_name,
        sought(resource),
        list_words(&ids, "and")
    );
    let span = Some(sought_at(resource));
    error(Code("existing::several"), message, span, "not the only one")
        .help("say more of it, its id or `tags`")
}

/// What is only read now was made by the stack.
pub(crate) fn made_here(address: &Address, id: &str, resource: &Resource) -> Diagnostic {
    let message = format!(
        "`{address}` is in the state: the stack made `{}`, and would only read it now",
        safe(id)
    );
    error(
        Code("existing::made_here"),
        message,
        Some(resource.span),
        "the stack's own",
    )
    .help(format!(
        "write `forget {}` beside it to leave it in the account, or give this another name",
        address.owner()
    ))
}

/// The state has another object at the address that takes one over.
pub(crate) fn adopts_another(resource: &Resource, held: &str) -> Diagnostic {
    let (id, span) = match &resource.claim {
        Claim::Adopt { id, span } => (safe(id).to_string(), *span),
        _ => (String::new(), resource.span),
    };
    let message = format!(
        "`{}` is `{}` already, and cannot become `{id}`",
        resource.address,
        safe(held)
    );
    error(
        Code("adopt::another"),
        message,
        Some(span),
        "another object",
    )
    .help("take the `adopt` out, or give the declaration that takes it over another name")
}

/// What would be taken over differs in what cannot be changed.
pub(crate) fn adopt_replaces(
    resource: &Resource,
    why: &[String],
    fields: &[(String, Span)],
) -> Diagnostic {
    let (id, span) = match &resource.claim {
        Claim::Adopt { id, span } => (safe(id).to_string(), *span),
        _ => (String::new(), resource.span),
    };
    let message = format!(
        "`{id}` cannot become what `{}` says without being replaced: {}",
        resource.address,
        why.join("; ")
    );
    let mut found = error(
        Code("adopt::replaces"),
        message,
        Some(span),
        "would be replaced",
    );
    for (path, at) in fields.iter().filter(|(_, at)| *at != resource.span) {
        found = found.label(*at, format!("{path} cannot be changed"));
    }
    found.help(format!(
        "write what it has; once it is adopted, `--replace {}` makes a new one in its place",
        resource.address
    ))
}

/// An attribute that the object which was found does not have.
pub(crate) fn no_value(of: &Address, property: &str, span: Span) -> Diagnostic {
    let message = format!("`{}` has no {property}", of.owner());
    error(Code("existing::no_value"), message, Some(span), "nothing to read")
        .help("the object that was found does not have it: write the value out, or have it set where the object is made")
}

/// An `adopt` that was done.
pub(crate) fn adopt_done(address: &Address, id: &str, span: Span) -> Diagnostic {
    let message = format!(
        "`{address}` is the stack's in this environment: `adopt \"{}\"` can go",
        safe(id)
    );
    warning(
        Code("adopt::applied"),
        message,
        Some(span),
        "adopted already",
    )
    .help("take the `adopt` out once every environment has been applied")
}
