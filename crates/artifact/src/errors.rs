//! The diagnostics of paths that hold no stack, one constructor for each.

use crate::ProjectError;
use formwork_diag::{Code, Diagnostic, Severity, SourceId, Sources, Span, list_words, nearest};

/// How many paths a help text names.
const SHOWN: usize = 5;

impl ProjectError {
    /// What is shown to people; a text with a wrong byte in it is added to the sources, so that its place is shown.
    pub fn diagnostic(&self, sources: &mut Sources) -> Diagnostic {
        match self {
            ProjectError::Missing { path, near } => missing(self, path, near),
            ProjectError::NoStackFiles { below, .. } => no_stack_files(self, below),
            ProjectError::NotAStackFile { .. } => not_a_stack_file(self),
            ProjectError::NotText {
                path,
                lossy,
                offset,
            } => {
                let source = sources.add(path.as_str(), lossy.clone());
                not_text(self, source, lossy, *offset)
            }
            ProjectError::TooLarge { .. } => too_large(self),
            ProjectError::OutsideRoot { root, .. } => outside_root(self, root),
            ProjectError::Unreadable { .. } => unreadable(self),
        }
    }
}

fn error(code: Code, error: &ProjectError) -> Diagnostic {
    Diagnostic::new(code, Severity::Error, error.to_string())
}

fn missing(found: &ProjectError, path: &str, near: &[String]) -> Diagnostic {
    let diagnostic = error(Code("project::missing"), found);
    let meant = nearest(last(path), near.iter().map(|path| last(path)));
    let meant = meant.and_then(|name| near.iter().find(|path| last(path) == name));
    match meant {
        Some(path) => diagnostic.help(format!("did you mean `{path}`?")),
        None if near.is_empty() => {
            diagnostic.help("give a stack file or a folder with stack files in it")
        }
        None => diagnostic.help(format!("there is {}", some_of(near))),
    }
}

/// The last name of a path: what people mistype.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The first few of many paths.
fn some_of(paths: &[String]) -> String {
    match paths.get(..SHOWN) {
        Some(first) if paths.len() > SHOWN => {
            let first = first.iter().map(|path| format!("`{path}`"));
            format!(
                "{} and {} more",
                first.collect::<Vec<_>>().join(", "),
                paths.len() - SHOWN
            )
        }
        _ => list_words(paths, "and"),
    }
}

fn no_stack_files(found: &ProjectError, below: &[String]) -> Diagnostic {
    let diagnostic = error(Code("project::no_stack_files"), found);
    if below.is_empty() {
        diagnostic.help("a stack file ends in `.stack`; `formwork init` starts one")
    } else {
        diagnostic.help(format!("give a folder that has some: {}", some_of(below)))
    }
}

fn not_a_stack_file(found: &ProjectError) -> Diagnostic {
    error(Code("project::not_a_stack_file"), found).help("a stack file ends in `.stack`")
}

fn not_text(found: &ProjectError, source: SourceId, text: &str, offset: u32) -> Diagnostic {
    let wrong = text
        .get(offset as usize..)
        .and_then(|rest| rest.chars().next());
    let width = wrong.map_or(0, char::len_utf8) as u32;
    error(Code("project::not_text"), found)
        .label(
            Span::new(source, offset, offset + width),
            "not UTF-8 text from here",
        )
        .help("such a file is text in UTF-8; save it so, or give another file")
}

fn too_large(found: &ProjectError) -> Diagnostic {
    error(Code("project::too_large"), found)
        .help("a stack file has at most 16 MiB; divide it into several in one folder")
}

fn outside_root(found: &ProjectError, root: &str) -> Diagnostic {
    error(Code("project::outside_root"), found).help(format!(
        "the root is {root}; copy the file into it, or put a file named `formwork.root` into the folder that is to be \
         the root"
    ))
}

fn unreadable(found: &ProjectError) -> Diagnostic {
    error(Code("project::unreadable"), found).help("see that you may read it")
}
