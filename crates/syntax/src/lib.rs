//! Text to tree and back: lexer, parser with recovery, formatter.
//!
//! In: the text of one stack file. Out: its tree ([`ast::File`]), the tokens and the syntax diagnostics; or the
//! same text in its canonical form. Pure: reads no file, clock or environment.

pub mod ast;
mod dump;
mod errors;
mod format;
mod lexer;
mod parser;
mod token;
mod units;

pub use dump::dump;
pub use errors::CODES;
pub use format::format;
pub use token::{Before, Kind, RESERVED_WORDS, STATEMENT_WORDS, Token};
pub use units::UNITS;

use formwork_diag::{Diagnostics, SourceId, Span};
use lexer::Trivia;

/// The largest text that is read, in bytes.
const SIZE_LIMIT: usize = 1 << 30;

/// A parsed file.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The tree; whole even where the text is broken.
    pub file: ast::File,
    /// What is wrong with the text, in order.
    pub diagnostics: Diagnostics,
}

/// Parses a text. Never fails: mistakes are diagnostics, and the tree covers the rest.
///
/// The tree is at most 128 nodes deep, and the time is linear in the length of the text.
pub fn parse(source: SourceId, text: &str) -> Parsed {
    if text.len() > SIZE_LIMIT {
        let finding = errors::too_large(Span::new(source, 0, 0), SIZE_LIMIT);
        return Parsed {
            file: ast::File::default(),
            diagnostics: Diagnostics(vec![finding]),
        };
    }
    let (file, diagnostics) =
        parser::parse(source, text, lexer::lex(source, text, Trivia::Dropped));
    Parsed { file, diagnostics }
}

/// The tokens of a text, trivia among them: every byte lies in exactly one, in order.
pub fn tokens(text: &str) -> Vec<Token> {
    lexer::lex(SourceId(0), text, Trivia::Kept).tokens
}
