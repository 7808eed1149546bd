//! Other stacks: where they are, that none uses itself, and what their state must hold.

use super::choice;
use crate::neighbours::Step;
use formwork_diag::{Code, Diagnostic, Span, list_words};

const PATH: Code = Code("use::path");
const RING: Code = Code("use::ring");
const BROKEN: Code = Code("use::broken");
const ENV: Code = Code("use::env");
const NOT_APPLIED: Code = Code("use::not_applied");
const OUTPUT: Code = Code("use::output");

const PATH_HELP: &str = "write the folder of the other stack, or its file, relative to this one";

pub(crate) fn path(path: &str, span: Span, why: &str) -> Diagnostic {
    let help = match why.contains("root") {
        true => {
            "a stack uses what lies beneath its root only: an empty file `formwork.root` in a folder above both makes that the root"
        }
        false => PATH_HELP,
    };
    let message = format!("the stack in `{path}` cannot be used: {why}");
    Diagnostic::error(PATH, message, span, "cannot be read").help(help)
}

pub(crate) fn missing(path: &str, span: Span, near: Option<&str>) -> Diagnostic {
    let message = format!("there is no stack in `{path}`");
    let error = Diagnostic::error(PATH, message, span, "nothing is there");
    let Some(near) = near else {
        return error.help(PATH_HELP);
    };
    let folder = path.rfind('/').and_then(|at| path.get(..=at));
    let whole = format!("\"{}{near}\"", folder.unwrap_or("./"));
    error
        .help(format!("did you mean {whole}?"))
        .fix(format!("write {whole}"), span, whole)
}

pub(crate) fn empty(path: &str, span: Span) -> Diagnostic {
    let message = format!("there is no stack in `{path}`");
    Diagnostic::error(PATH, message, span, "a folder without stack files").help(PATH_HELP)
}

pub(crate) fn components(path: &str, span: Span) -> Diagnostic {
    let message = format!("`{path}` is no stack");
    Diagnostic::error(PATH, message, span, "has no `stack` statement").help(format!(
        "components are brought in by name: `use {{ NAME }} from \"{path}\"`"
    ))
}

pub(crate) fn ring(first: Span, steps: &[Step]) -> Diagnostic {
    let mut way: Vec<&str> = steps.iter().map(|(from, ..)| &**from).collect();
    let start = way.first().copied().unwrap_or("");
    way.push(start);
    let message = match steps.len() {
        1 => format!("the stack `{start}` uses itself"),
        _ => format!("these stacks use each other: {}", way.join(" -> ")),
    };
    let mut error = Diagnostic::error(RING, message, first, "none of them could be the first");
    for (from, to, span) in steps.iter().filter(|(.., span)| *span != first) {
        error = error.label(*span, format!("`{from}` uses `{to}`"));
    }
    error.help("one of them must be applied before the others: move what both need into a stack of its own")
}

pub(crate) fn broken(stack: &str, path: &str, span: Span, count: usize) -> Diagnostic {
    let errors = match count {
        1 => "an error".to_owned(),
        count => format!("{count} errors"),
    };
    let message = format!("the stack `{stack}` has {errors}, so nobody knows what its outputs are");
    Diagnostic::error(BROKEN, message, span, "is not valid").help(format!(
        "`formwork check` of \"{path}\" shows what is wrong there"
    ))
}

pub(crate) fn environment(stack: &str, env: &str, span: Span, known: &[&str]) -> Diagnostic {
    let message = format!("the stack `{stack}` has no environment `{env}`");
    let has = match known {
        ["default"] => "it has no `env` statement".to_owned(),
        known => format!("it has {}", list_words(known, "and")),
    };
    let error = Diagnostic::error(ENV, message, span, "not in every environment of this stack");
    match env {
        "default" => error.help(format!(
            "outputs are read from the same environment, and {has}: add {} here",
            choice(known)
        )),
        env => error.help(format!(
            "outputs are read from the same environment, and {has}: add `env {env} {{}}` there"
        )),
    }
}

pub(crate) fn not_applied(stack: &str, env: &str, span: Span, apply: &str) -> Diagnostic {
    let message = format!("the stack `{stack}` is not applied in `{env}`");
    Diagnostic::error(NOT_APPLIED, message, span, "is read from its state")
        .help(format!("apply it first: `{apply}`"))
}

pub(crate) fn is_not_applied(of: &Diagnostic) -> bool {
    of.code == NOT_APPLIED
}

pub(crate) fn no_output(
    output: &str,
    stack: &str,
    env: &str,
    span: Span,
    apply: &str,
) -> Diagnostic {
    let message = format!("the state of `{stack}` in `{env}` has no output `{output}` yet");
    Diagnostic::error(OUTPUT, message, span, "written after its last apply")
        .help(format!("apply it again: `{apply}`"))
}

pub(crate) fn other_type(
    output: &str,
    stack: &str,
    ty: &str,
    span: Span,
    apply: &str,
) -> Diagnostic {
    let message = format!("the state of `{stack}` holds an `{output}` that is no {ty}");
    Diagnostic::error(OUTPUT, message, span, "changed after its last apply")
        .help(format!("apply it again: `{apply}`"))
}
