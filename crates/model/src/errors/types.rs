//! Types: values that do not fit where they stand.

use super::{Origin, article, choice, from_origin, meant};
use crate::meant::Meant;
use formwork_diag::{Code, Diagnostic, Edit, Fix, Span, list_words, nearest};
use formwork_schema::Type;

const MISMATCH: Code = Code("type::mismatch");
const UNKNOWN: Code = Code("type::unknown");
const FIELD: Code = Code("type::field");
const MISSING: Code = Code("type::missing");
const DUPLICATE_FIELD: Code = Code("type::duplicate_field");
const SPREAD: Code = Code("type::spread");
const OPTIONAL: Code = Code("type::optional");
const OPERATOR: Code = Code("type::operator");
const MEMBER: Code = Code("type::member");
const ARGUMENT: Code = Code("type::argument");
const CALL: Code = Code("type::call");
const WORD: Code = Code("type::word");
const UNCHECKED: Code = Code("type::unchecked");

/// What to write instead: a sentence, and the text that mends it if there is one.
pub(crate) struct Teach {
    pub help: String,
    pub fix: Option<String>,
}

pub(crate) fn mismatch(
    found: &str,
    want: &str,
    span: Span,
    origin: Origin,
    teach: Teach,
) -> Diagnostic {
    let error = Diagnostic::error(
        MISMATCH,
        format!("{} is not {}", article(found), article(want)),
        span,
        format!("this is {}", article(found)),
    );
    let error = from_origin(error, origin).help(teach.help);
    match teach.fix {
        Some(text) => error.fix(format!("write `{text}`"), span, text),
        None => error,
    }
}

/// An output that holds declarations, permissions or events.
pub(crate) fn held(whole: &str, held: &str, text: &str, span: Span, ty: &Type) -> Diagnostic {
    let message = format!(
        "{} holds {}, which is no plain value",
        article(whole),
        article(held)
    );
    let error = Diagnostic::error(
        MISMATCH,
        message,
        span,
        format!("this is {}", article(whole)),
    );
    error.help(match ty {
        Type::Map(_) => format!("say what of each: `{{for key, one in {text}: key = one.…}}`, or of one: `{text}[\"…\"].…`"),
        Type::List(_) => format!("say what of each: `[for one in {text}: one.…]`"),
        Type::Object(object) => {
            let members = object.fields.iter();
            let members: Vec<String> = members.map(|field| format!("{text}.{}", field.name)).collect();
            let members: Vec<&str> = members.iter().map(String::as_str).collect();
            format!("say what of it: {}", choice(&members))
        }
        _ => "say what of it".to_owned(),
    })
}

pub(crate) fn unknown<'a>(
    name: &str,
    span: Span,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let error = Diagnostic::error(
        UNKNOWN,
        format!("there is no type `{name}`"),
        span,
        "not a type",
    );
    match nearest(name, known) {
        Some(near) => error
            .help(format!("did you mean `{near}`?"))
            .fix(format!("write `{near}`"), span, near),
        None => error.help(
            "types are string, bool, int, number, size, duration, percent, rate, list(T), map(T), { a: T }, an enum or a kind",
        ),
    }
}

pub(crate) fn type_argument(name: &str, span: Span, help: &str) -> Diagnostic {
    Diagnostic::error(
        UNKNOWN,
        format!("`{name}` is not a whole type"),
        span,
        "not a type",
    )
    .help(help)
}

pub(crate) fn field(
    owner: &str,
    name: &str,
    span: Span,
    known: &[&str],
    origin: Origin,
    found: Meant<'_>,
) -> Diagnostic {
    let error = Diagnostic::error(
        FIELD,
        format!("{} has no field `{name}`", article(owner)),
        span,
        "unknown field",
    );
    let error = from_origin(error, origin).help(instead(found, known, &article(owner)));
    match found.name() {
        Some(near) if origin.is_none() => error.fix(format!("write `{near}`"), span, near),
        _ => error,
    }
}

/// What to write instead of a name that is not known.
fn instead(found: Meant<'_>, known: &[&str], of: &str) -> String {
    match found {
        Meant::Near(near) => meant(Some(near), known, of),
        Meant::Elsewhere(name) => format!("here it is `{name}`"),
        Meant::Advice(advice) => advice.to_owned(),
        Meant::Nothing => meant(None, known, of),
    }
}

/// Shows the field that was meant with a value.
pub(crate) fn with_example(error: Diagnostic, name: &str, example: &str) -> Diagnostic {
    error.help(format!("here it is `{name}`: `{name} = {example}`"))
}

/// Says of an unknown field which kinds have it.
pub(crate) fn field_of_others(error: Diagnostic, name: &str, kinds: &[&str]) -> Diagnostic {
    let offered = error.help.clone().unwrap_or_default();
    error.help(format!(
        "`{name}` is a field of {}; {offered}",
        list_words(kinds, "and")
    ))
}

/// Missing fields, with the text that would add them and where.
pub(crate) fn missing(
    owner: &str,
    fields: &[(String, String)],
    span: Span,
    insert: Option<(Span, String)>,
) -> Diagnostic {
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    let noun = if fields.len() == 1 { "its" } else { "their" };
    let message = format!("{} needs {}", article(owner), list_words(&names, "and"));
    let examples: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    let error = Diagnostic::error(MISSING, message, span, "not complete")
        .help(format!("add {noun} values: `{}`", examples.join(", ")));
    match insert {
        Some((at, text)) => Diagnostic {
            fix: Some(Fix {
                title: "insert the missing fields".to_owned(),
                edits: vec![Edit { span: at, text }],
            }),
            ..error
        },
        None => error,
    }
}

pub(crate) fn duplicate_field(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        DUPLICATE_FIELD,
        format!("`{name}` is given twice"),
        span,
        "again here",
    )
    .label(first, "first here")
    .help("keep one of them")
}

pub(crate) fn spread_twice(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        SPREAD,
        format!("two spreads give `{name}`"),
        span,
        "again from here",
    )
    .label(first, "first from here")
    .help(format!("say which: write `{name} = …` itself"))
}

pub(crate) fn spread(found: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        SPREAD,
        format!("{} cannot be spread", article(found)),
        span,
        "not an object",
    )
    .help("spread an object: `...defaults` where `let defaults = { … }`")
}

pub(crate) fn optional(text: &str, of: &str, span: Span, member: Option<&str>) -> Diagnostic {
    let help = match member {
        Some(member) => {
            format!("write `{text}?.{member}`, or give it a value first: `({text} ?? …).{member}`")
        }
        None => format!("say what holds then: `{text} ?? …`, or `if {text} != none then … else …`"),
    };
    Diagnostic::error(
        OPTIONAL,
        format!("`{text}` may be `none`, and {} is needed", article(of)),
        span,
        "may be none",
    )
    .help(help)
}

pub(crate) fn operator(
    sign: &str,
    left: &str,
    right: &str,
    span: Span,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error(
        OPERATOR,
        format!(
            "`{sign}` does not work on {} and {}",
            article(left),
            article(right)
        ),
        span,
        format!("{left} {sign} {right}"),
    )
    .help(help)
}

pub(crate) fn operand(sign: &str, found: &str, span: Span, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(
        OPERATOR,
        format!("`{sign}` does not work on {}", article(found)),
        span,
        format!("this is {}", article(found)),
    )
    .help(help)
}

pub(crate) fn coalesce_known(span: Span) -> Diagnostic {
    Diagnostic::warning(
        OPERATOR,
        "the left side of this `??` is never `none`",
        span,
        "always has a value",
    )
    .help("take `?? …` out")
}

pub(crate) fn member(of: &str, name: &str, span: Span, offered: &[&str]) -> Diagnostic {
    let near = nearest(name, offered.iter().copied());
    let error = Diagnostic::error(
        MEMBER,
        format!("{} has no `{name}`", article(of)),
        span,
        "no such member",
    )
    .help(meant(near, offered, &article(of)));
    match near {
        Some(near) => error.fix(format!("write `{near}`"), span, near),
        None => error,
    }
}

pub(crate) fn join(item: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        MEMBER,
        "`join` works on a list of strings",
        span,
        format!("each item is {}", article(item)),
    )
    .help("make strings first: `[for x in …: \"${x}\"].join(\",\")`")
}

pub(crate) fn member_needs_call(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        MEMBER,
        format!("`{name}` is called"),
        span,
        "without parentheses it is no value",
    )
    .help(format!("write `{name}(…)`"))
    .fix(format!("write `{name}()`"), span, format!("{name}()"))
}

pub(crate) fn index(found: &str, span: Span) -> Diagnostic {
    Diagnostic::error(MEMBER, format!("{} has no items", article(found)), span, "cannot be indexed")
        .help("an index works on a list (`xs[0]`), a map (`m[\"key\"]`) and a declaration with `for` (`q[\"a\"]`)")
}

pub(crate) fn argument_unknown(
    of: &str,
    name: &str,
    span: Span,
    known: &[&str],
    found: Meant<'_>,
) -> Diagnostic {
    let error = Diagnostic::error(
        ARGUMENT,
        format!("`{of}` takes no `{name}`"),
        span,
        "unknown argument",
    )
    .help(instead(found, known, &format!("`{of}`")));
    match found.name() {
        Some(near) => error.fix(format!("write `{near}`"), span, near),
        None => error,
    }
}

pub(crate) fn argument_twice(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        ARGUMENT,
        format!("`{name}` is given twice"),
        span,
        "again here",
    )
    .label(first, "first here")
    .help("keep one of them")
}

pub(crate) fn argument_position(
    of: &str,
    span: Span,
    positional: usize,
    known: &[&str],
) -> Diagnostic {
    let named: Vec<&str> = known.iter().copied().skip(positional).collect();
    let help = match (positional, named.as_slice()) {
        (0, []) => format!("write `{of}()`"),
        (1, []) => format!("`{of}` takes one argument"),
        (_, []) => format!("`{of}` takes {positional} arguments"),
        (_, named) => format!("write its name: {}", choice(named)),
    };
    Diagnostic::error(
        ARGUMENT,
        format!("`{of}` takes no further argument without a name"),
        span,
        "one too many",
    )
    .help(help)
}

pub(crate) fn arguments_missing(of: &str, names: &[&str], span: Span) -> Diagnostic {
    let examples: Vec<String> = names.iter().map(|name| format!("{name} = …")).collect();
    Diagnostic::error(
        ARGUMENT,
        format!("`{of}` needs {}", list_words(names, "and")),
        span,
        "not complete",
    )
    .help(format!("write `{of}({})`", examples.join(", ")))
}

pub(crate) fn call(name: &str, span: Span, known: &[&str], found: Meant<'_>) -> Diagnostic {
    let error = Diagnostic::error(
        CALL,
        format!("`{name}` cannot be called here"),
        span,
        "not a call that fits here",
    );
    match found.name() {
        Some(near) => error.help(format!("did you mean `{near}(…)`?")).fix(
            format!("write `{near}`"),
            span,
            near,
        ),
        None if known.is_empty() => error.help(
            "functions are every, cron, file, json and range; members are called as `x.upper()`",
        ),
        None => error.help(format!("what fits here: {}", choice(known))),
    }
}

pub(crate) fn word(
    word: &str,
    of: &str,
    span: Span,
    members: &[&str],
    origin: Origin,
    found: Meant<'_>,
) -> Diagnostic {
    let error = Diagnostic::error(
        WORD,
        format!("`{word}` is not one of the words of `{of}`"),
        span,
        "not a choice here",
    );
    let error = from_origin(error, origin);
    match found.name() {
        Some(near) => {
            let error = error.help(match found {
                Meant::Elsewhere(_) => {
                    format!("here it is `{near}`; the words are {}", choice(members))
                }
                _ => format!("did you mean `{near}`?  The words are {}", choice(members)),
            });
            match origin {
                None => error.fix(format!("write `{near}`"), span, near),
                Some(_) => error,
            }
        }
        None => error.help(format!("write {}", choice(members))),
    }
}

pub(crate) fn unchecked(name: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(
        UNCHECKED,
        format!("`{name}` is not in the catalog, so its properties are not checked here"),
        span,
        "unchecked",
    )
    .help("a plan reads its schema from AWS; the simulated cloud refuses it")
}
