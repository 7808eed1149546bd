//! Names: what they stand for, and where they clash.

use super::{article, choice};
use formwork_diag::{Code, Diagnostic, Span, nearest};
use formwork_schema::Foreign;

const UNKNOWN: Code = Code("name::unknown");
const DUPLICATE: Code = Code("name::duplicate");
const SHADOW: Code = Code("name::shadow");
const WORD: Code = Code("name::word");
const RESERVED: Code = Code("name::reserved");
const UNUSED: Code = Code("name::unused");
const CYCLE: Code = Code("name::cycle");
const KIND: Code = Code("name::kind");
const RESOURCE_TYPE: Code = Code("name::resource_type");

pub(crate) fn unknown(name: &str, span: Span, near: Option<&str>) -> Diagnostic {
    let error = Diagnostic::error(
        UNKNOWN,
        format!("nothing here is named `{name}`"),
        span,
        "not known",
    );
    match near {
        Some(near) => error
            .help(format!("did you mean `{near}`?"))
            .fix(format!("write `{near}`"), span, near),
        None => error.help(format!(
            "declare it (`let {name} = …`, `param {name}: string`), or write \"{name}\" if it is a text"
        )),
    }
}

/// Says of a name with a word of another tool before it that it stands alone.
pub(crate) fn stands_alone(error: Diagnostic, name: &str, span: Span) -> Diagnostic {
    error
        .help(format!("names stand alone: write `{name}`"))
        .fix(format!("write `{name}`"), span, name)
}

pub(crate) fn unplaced(name: &str, span: Span, near: Option<&str>) -> Diagnostic {
    let error = Diagnostic::error(
        UNKNOWN,
        format!("nothing here is named `{name}`"),
        span,
        "as a bare word it reaches no field that takes words",
    );
    match near {
        Some(near) => {
            error
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None => error.help(format!("write \"{name}\" if it is a text")),
    }
}

pub(crate) fn duplicate(what: &str, name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        DUPLICATE,
        format!("the {what} `{name}` is given twice"),
        span,
        "again here",
    )
    .label(first, "first here")
    .help("rename one of them, or take it out")
}

pub(crate) fn shadow(name: &str, span: Span, outer: Option<Span>) -> Diagnostic {
    let error = Diagnostic::error(
        SHADOW,
        format!("`{name}` already names something outside this `for`"),
        span,
        "would hide it",
    );
    let error = match outer {
        Some(outer) => error.label(outer, "named here"),
        None => error,
    };
    error.help("choose another name for the element")
}

pub(crate) fn word(word: &str, span: Span, of: &str, named: Option<Span>) -> Diagnostic {
    let error = Diagnostic::error(
        WORD,
        format!("`{word}` is a word of `{of}` and also the name of something in this stack"),
        span,
        "which is meant?",
    );
    let error = match named {
        Some(named) => error.label(named, "named here"),
        None => error,
    };
    error.help(format!(
        "rename the one in this stack, so that `{word}` can only be the word"
    ))
}

pub(crate) fn reserved(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        RESERVED,
        format!("`{name}` has a meaning of its own"),
        span,
        "cannot be used as a name",
    )
    .help(format!("choose another name, such as `{name}_name`"))
}

pub(crate) fn unused(what: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(
        UNUSED,
        format!("the {what} `{name}` is never used"),
        span,
        "unused",
    )
    .help("use it, or take it out")
}

/// Steps of a way round: a name, and where it needs the next one.
pub(crate) fn cycle(first: Span, steps: &[(String, String, Span)]) -> Diagnostic {
    let way: Vec<&str> = steps.iter().map(|(from, _, _)| from.as_str()).collect();
    let start = way.first().copied().unwrap_or("");
    let round = format!("{} -> {start}", way.join(" -> "));
    let message = match steps.len() {
        1 => format!("`{start}` needs itself"),
        _ => format!("`{start}` needs itself on the way round {round}"),
    };
    let mut error = Diagnostic::error(CYCLE, message, first, "this value can never be known");
    for (from, to, span) in steps {
        error = error.label(*span, format!("`{from}` needs `{to}`"));
    }
    error.help("break the circle: write one of these values without the next")
}

pub(crate) fn kind<'a>(
    name: &str,
    span: Span,
    known: impl IntoIterator<Item = &'a str>,
    elsewhere: Option<Foreign>,
) -> Diagnostic {
    let error = Diagnostic::error(
        KIND,
        format!("there is no kind `{name}`"),
        span,
        "not a kind",
    );
    match elsewhere {
        Some(Foreign::Name(kind)) => {
            return error
                .help(format!("here it is `{kind}`: `{kind} NAME {{ … }}`"))
                .fix(format!("write `{kind}`"), span, kind);
        }
        Some(Foreign::Advice(advice)) => return error.help(advice),
        None => {}
    }
    match nearest(name, known) {
        Some(near) => error
            .help(format!("did you mean `{near}`?"))
            .fix(format!("write `{near}`"), span, near),
        None => error.help(
            "`formwork schema` lists the kinds; any AWS resource can be written as `resource NAME: AWS.Service.Type { … }`",
        ),
    }
}

pub(crate) fn needs_type(span: Span) -> Diagnostic {
    Diagnostic::error(
        RESOURCE_TYPE,
        "a `resource` needs its CloudFormation type",
        span,
        "of which type?",
    )
    .help("write it after the name: `resource board: AWS.CloudWatch.Dashboard { … }`")
}

pub(crate) fn has_type(kind: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        RESOURCE_TYPE,
        format!("{} has no type of its own to choose", article(kind)),
        span,
        "not here",
    )
    .help("take the type out, or write `resource` instead of the kind")
}

pub(crate) fn resource_type(name: &str, span: Span, near: Option<&str>) -> Diagnostic {
    let error = Diagnostic::error(
        RESOURCE_TYPE,
        format!("there is no resource type `{name}`"),
        span,
        "not a type",
    );
    match near {
        Some(near) => {
            error
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None => error.help("write it as CloudFormation names it, with dots: `AWS.SSM.Parameter`"),
    }
}

pub(crate) fn ambiguous_env(name: &str, span: Span, named: Option<Span>) -> Diagnostic {
    word(name, span, "env", named)
}

pub(crate) fn not_a_value(name: &str, span: Span, words: &[&str]) -> Diagnostic {
    Diagnostic::error(
        UNKNOWN,
        format!("`{name}` is an enum, not a value"),
        span,
        "not a value",
    )
    .help(format!("write one of its words: {}", choice(words)))
}
