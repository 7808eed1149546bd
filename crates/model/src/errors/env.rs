//! Environments: which there are, what they set.

use super::choice;
use formwork_diag::{Code, Diagnostic, Span, nearest};

const UNKNOWN: Code = Code("env::unknown");
const FIELD: Code = Code("env::field");
const ACCOUNT: Code = Code("env::account");
const REGION: Code = Code("env::region");
const ONLY_THEN: Code = Code("env::only_then");
const PATTERN: Code = Code("env::pattern");
const PARAM: Code = Code("env::param");

pub(crate) fn unknown(name: &str, span: Span, known: &[&str]) -> Diagnostic {
    let error = Diagnostic::error(
        UNKNOWN,
        format!("there is no environment `{name}`"),
        span,
        "no `env` statement has this name",
    );
    match nearest(name, known.iter().copied()) {
        Some(near) => {
            error
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None => error.help(format!("this stack has {}", choice(known))),
    }
}

pub(crate) fn pattern(pattern: &str, span: Span) -> Diagnostic {
    let error = Diagnostic::error(
        PATTERN,
        format!("`{pattern}` is not a pattern of names"),
        span,
        "cannot be used",
    );
    match pattern.contains('*') {
        true => error.help(
            "write letters, digits, `-`, `_` and `.`, and a single `*` for what may stand there: \"pr-*\"",
        ),
        false => error.help("write `*` for what may differ, such as \"pr-*\"; an environment with one name needs no pattern"),
    }
}

pub(crate) fn default_pattern(name: &str, pattern: &str, span: Span, plain: &[&str]) -> Diagnostic {
    let error = Diagnostic::error(
        PATTERN,
        format!("`{name}` stands for every environment named like \"{pattern}\""),
        span,
        "not one environment",
    );
    match plain {
        [] => error.help("add an environment with one name, such as `env dev {}`"),
        plain => error.help(format!("write {}", choice(plain))),
    }
}

pub(crate) fn field(name: &str, span: Span, known: &[&str]) -> Diagnostic {
    let error = Diagnostic::error(
        FIELD,
        format!("`{name}` is neither a param nor a setting of an environment"),
        span,
        "not known here",
    );
    match nearest(name, known.iter().copied()) {
        Some(near) => {
            error
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None => error.help(format!(
            "an environment sets {}, or declare it: `param {name}: string`",
            choice(known)
        )),
    }
}

pub(crate) fn spread(span: Span) -> Diagnostic {
    Diagnostic::error(FIELD, "an environment takes no spread", span, "not here")
        .help("write each param with its value")
}

pub(crate) fn account(span: Span) -> Diagnostic {
    Diagnostic::error(
        ACCOUNT,
        "an AWS account has 12 digits",
        span,
        "not an account",
    )
    .help("write it in quotes, such as \"123456789012\"")
}

pub(crate) fn region(env: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        REGION,
        format!("environment `{env}` has no region"),
        span,
        "neither the stack nor the environment says it",
    )
    .help("write `region = eu_west_1` in the `stack` block, or in the environment's")
}

pub(crate) fn only_then(
    name: &str,
    condition: &str,
    span: Span,
    declared: Span,
    member: Option<&str>,
) -> Diagnostic {
    let help = match member {
        Some(member) => {
            format!("write `{name}?.{member} ?? …`, or use it under the same condition")
        }
        None => format!("write `if {condition} then {name} … else …`, or give it the same `when`"),
    };
    Diagnostic::error(
        ONLY_THEN,
        format!("`{name}` exists only when `{condition}`; otherwise this would be nothing"),
        span,
        "may be nothing",
    )
    .label(declared, "its condition is here")
    .help(help)
}

pub(crate) fn param(name: &str, env: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        PARAM,
        format!("`{name}` has no value in environment `{env}`"),
        span,
        "no default, and the environment does not set it",
    )
    .help(format!(
        "write `{name} = …` in `env {env}`, give it a default, or pass `--set {name}=…`"
    ))
}

pub(crate) fn set(name: &str, span: Span, known: &[&str]) -> Diagnostic {
    let error = Diagnostic::error(
        PARAM,
        format!("this stack has no param `{name}`"),
        span,
        "set here",
    );
    match nearest(name, known.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => error.help("this stack has no params"),
        None => error.help(format!("its params are {}", super::choice(known))),
    }
}
