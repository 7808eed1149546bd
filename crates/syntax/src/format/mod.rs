//! A text in its one canonical form: two blanks an indent, one statement or field a line, `=` aligned.
//!
//! The printer walks the tree and passes over the tokens beside it, so that every token and every comment is printed
//! where it stood. Before a text is given back it is parsed again: if the tree changed, it is refused.

mod exprs;
mod ops;
mod printer;
mod render;
mod statements;

use crate::ast::File;
use crate::lexer::Trivia;
use crate::{dump, errors, lexer, parser};
use formwork_diag::{Diagnostics, SourceId, Span};

/// Formats a text.
///
/// # Errors
/// The diagnostics of a text with syntax errors; `syntax::format` if the formatted text would mean something else.
pub fn format(source: SourceId, text: &str) -> Result<String, Diagnostics> {
    let lexed = lexer::lex(source, text, Trivia::Dropped);
    let tokens = lexer::lex(source, text, Trivia::Kept).tokens;
    let (file, diagnostics) = parser::parse(source, text, lexed);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let formatted = printer::Printer::new(text, tokens).print(&file);
    match formatted.filter(|formatted| means_the_same(source, &file, formatted)) {
        Some(formatted) => Ok(formatted),
        None => Err(Diagnostics(vec![errors::format_changed(Span::new(
            source, 0, 0,
        ))])),
    }
}

fn means_the_same(source: SourceId, file: &File, formatted: &str) -> bool {
    let (again, diagnostics) = parser::parse(
        source,
        formatted,
        lexer::lex(source, formatted, Trivia::Dropped),
    );
    !diagnostics.has_errors() && dump(&again) == dump(file)
}
