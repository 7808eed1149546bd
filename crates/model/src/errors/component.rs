//! Components: where they come from, what they may hold, and that none contains itself.

use super::choice;
use formwork_diag::{Code, Diagnostic, Span, nearest};

const PATH: Code = Code("component::path");
const UNKNOWN: Code = Code("component::unknown");
const PLACE: Code = Code("component::place");
const NAME: Code = Code("component::name");
const RECURSION: Code = Code("component::recursion");
const DEPTH: Code = Code("component::depth");
const CLAUSE: Code = Code("component::clause");

pub(crate) fn path(path: &str, span: Span, why: &str) -> Diagnostic {
    let help = match why.contains("root") {
        true => {
            "a stack uses files beneath its root only: an empty file `formwork.root` in a folder above both makes that the root"
        }
        false => "write the path of a stack file, relative to this one",
    };
    Diagnostic::error(
        PATH,
        format!("`{path}` cannot be used: {why}"),
        span,
        "cannot be read",
    )
    .help(help)
}

pub(crate) fn missing(path: &str, span: Span, near: Option<&str>) -> Diagnostic {
    let error = Diagnostic::error(
        PATH,
        format!("there is no file `{path}`"),
        span,
        "nothing is there",
    );
    match near {
        Some(near) => {
            let folder = path.rfind('/').and_then(|at| path.get(..=at));
            let whole = format!("{}{near}", folder.unwrap_or("./"));
            error.help(format!("did you mean \"{whole}\"?")).fix(
                format!("write \"{whole}\""),
                span,
                format!("\"{whole}\""),
            )
        }
        None => error.help("write the path of a stack file, relative to this one"),
    }
}

pub(crate) fn stack(path: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        PATH,
        format!("`{path}` is a stack of its own, not a file of components"),
        span,
        "holds a `stack` statement",
    )
    .help(format!(
        "its outputs are read by `use NAME from \"{path}\"`; a component that both should have goes into a file of its own"
    ))
}

pub(crate) fn not_exported(name: &str, span: Span, path: &str, known: &[&str]) -> Diagnostic {
    let error = Diagnostic::error(
        UNKNOWN,
        format!("`{path}` has no component `{name}`"),
        span,
        "not in that file",
    );
    match nearest(name, known.iter().copied()) {
        Some(near) => {
            error
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None if known.is_empty() => {
            error.help("a component is written `component NAME { … }` in that file")
        }
        None => error.help(format!("it has {}", choice(known))),
    }
}

/// A `use` of a component that the stack has already: as written beside it, or of the same name.
pub(crate) fn own(name: &str, span: Span, written: Span) -> Diagnostic {
    Diagnostic::error(
        NAME,
        format!("the stack has a component `{name}` already"),
        span,
        "brought in once more",
    )
    .label(written, "written here")
    .help("all stack files of a folder are one stack: take it out of the `use`, or move the file into a folder below")
}

pub(crate) fn outside(word: &str, span: Span) -> Diagnostic {
    let help = match word {
        "stack" | "env" | "test" | "forget" => {
            format!("a file of components has no `{word}`: it belongs into the stack that uses it")
        }
        "use" => "a component takes what it needs by params; a file of components may use components only: `use { name } from \"…\"`".to_owned(),
        _ => format!("put it inside a component: `component NAME {{ {word} … }}`"),
    };
    Diagnostic::error(
        PLACE,
        format!("`{word}` stands outside of every component"),
        span,
        "not here",
    )
    .help(help)
}

pub(crate) fn declaration(kind: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        PLACE,
        "this declaration stands outside of every component",
        span,
        "not here",
    )
    .help(format!(
        "put it inside a component: `component NAME {{ {kind} … }}`"
    ))
}

pub(crate) fn kind(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        NAME,
        format!("`{name}` is a kind already"),
        span,
        "a component needs a name of its own",
    )
    .help(format!("choose another name, such as `my_{name}`"))
}

pub(crate) fn param_name(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        NAME,
        format!("every declaration has `{name}`, so a component cannot have a param of that name"),
        span,
        "has a meaning of its own",
    )
    .help(format!("choose another name, such as `{name}_of`"))
}

/// Steps of the way round: a component, what it contains, and where that is written.
pub(crate) fn recursion(first: Span, steps: &[(String, String, Span)]) -> Diagnostic {
    let way: Vec<&str> = steps.iter().map(|(from, _, _)| from.as_str()).collect();
    let start = way.first().copied().unwrap_or("");
    let message = match steps.len() {
        1 => format!("the component `{start}` contains itself"),
        _ => format!(
            "the component `{start}` contains itself on the way round {} -> {start}",
            way.join(" -> ")
        ),
    };
    let mut error = Diagnostic::error(RECURSION, message, first, "would never end");
    for (from, to, span) in steps {
        error = error.label(*span, format!("`{from}` contains `{to}`"));
    }
    error.help("a component is made of kinds and of other components only; take one of these out")
}

pub(crate) fn depth(name: &str, span: Span, most: usize) -> Diagnostic {
    Diagnostic::error(
        DEPTH,
        format!("`{name}` is nested deeper than {most} components"),
        span,
        "too deep",
    )
    .help("make it of fewer layers of components")
}

pub(crate) fn clause(word: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        CLAUSE,
        format!("`{word}` is for one object, and `{name}` is a component"),
        span,
        "not for a component",
    )
    .help(format!(
        "write `{word}` at the declarations inside the component"
    ))
}
