//! Every diagnostic of names, types, environments and evaluation: one constructor function each, by namespace.

pub(crate) mod access;
pub(crate) mod component;
pub(crate) mod env;
pub(crate) mod existing;
pub(crate) mod language;
pub(crate) mod limits;
pub(crate) mod name;
pub(crate) mod rename;
pub(crate) mod secret;
pub(crate) mod stack;
pub(crate) mod stacks;
pub(crate) mod tests;
pub(crate) mod types;
pub(crate) mod value;

use formwork_diag::{Span, list_words};

/// The codes this crate reports, sorted; each has a page under docs/errors.
pub const CODES: &[&str] = &[
    "access::verb",
    "component::clause",
    "component::depth",
    "component::name",
    "component::path",
    "component::place",
    "component::recursion",
    "component::unknown",
    "env::account",
    "env::field",
    "env::only_then",
    "env::param",
    "env::pattern",
    "env::region",
    "env::unknown",
    "existing::clause",
    "existing::field",
    "existing::kind",
    "existing::which",
    "forget::address",
    "forget::declared",
    "forget::twice",
    "language::later",
    "limits::depth",
    "limits::size",
    "limits::steps",
    "name::cycle",
    "name::duplicate",
    "name::kind",
    "name::reserved",
    "name::resource_type",
    "name::shadow",
    "name::unknown",
    "name::unused",
    "name::word",
    "secret::text",
    "stack::field",
    "stack::literal",
    "stack::missing",
    "stack::several",
    "test::empty",
    "test::env",
    "test::failed",
    "test::field",
    "test::not_known",
    "test::stack",
    "test::value",
    "type::argument",
    "type::call",
    "type::duplicate_field",
    "type::field",
    "type::member",
    "type::mismatch",
    "type::missing",
    "type::operator",
    "type::optional",
    "type::spread",
    "type::unchecked",
    "type::unknown",
    "type::word",
    "use::broken",
    "use::env",
    "use::not_applied",
    "use::output",
    "use::path",
    "use::ring",
    "value::assert",
    "value::assert_later",
    "value::divide",
    "value::duplicate_key",
    "value::file",
    "value::index",
    "value::items",
    "value::key",
    "value::length",
    "value::missing_path",
    "value::not_known",
    "value::number",
    "value::path",
    "value::pattern",
    "value::range",
    "value::tag",
    "was::address",
    "was::declared",
    "was::twice",
];

/// `did you mean …?` where a near name exists, else what there is.
fn meant(near: Option<&str>, offered: &[&str], of: &str) -> String {
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if offered.is_empty() => format!("{of} offers nothing here"),
        None => {
            let shown: Vec<&str> = offered.iter().copied().take(24).collect();
            let more = if offered.len() > shown.len() {
                ", …"
            } else {
                ""
            };
            format!("{of} offers: {}{more}", shown.join(", "))
        }
    }
}

/// A name with its article: `a bucket`, `an alarm`.
pub(crate) fn article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    // Its `h` is spoken as the letter.
    let vowel = vowel || name.starts_with("http");
    format!("{} {name}", if vowel { "an" } else { "a" })
}

/// Words to choose from: `a`, `b` or `c`; long lists are cut.
fn choice(words: &[&str]) -> String {
    match words.get(..24) {
        Some(shown) if words.len() > shown.len() => {
            let shown: Vec<String> = shown.iter().map(|word| format!("`{word}`")).collect();
            format!("{}, …", shown.join(", "))
        }
        _ => list_words(words, "or"),
    }
}

/// A place where something was written, for a second label.
pub(crate) type Origin = Option<Span>;

/// Adds the place a value came from.
fn from_origin(diagnostic: formwork_diag::Diagnostic, origin: Origin) -> formwork_diag::Diagnostic {
    match origin {
        Some(origin) if diagnostic.span() != Some(origin) => {
            diagnostic.label(origin, "written here")
        }
        _ => diagnostic,
    }
}
