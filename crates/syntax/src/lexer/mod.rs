//! Text to tokens: total (any text has tokens) and lossless (every byte lies in exactly one of them).

mod code;
mod strings;

pub(crate) use strings::unescape;

use crate::token::{Before, Kind, Token};
use formwork_diag::{Diagnostic, SourceId, Span};
use std::cell::Cell;

/// Strings and `${` inside each other, at most; the parser's own bound on nesting is lower.
const MODES_LIMIT: usize = 300;

/// What the lexer makes of a text.
#[derive(Debug)]
pub(crate) struct Lexed {
    /// The tokens in order; with trivia they have no gap.
    pub(crate) tokens: Vec<Token>,
    /// The `///` lines.
    pub(crate) docs: Vec<DocLine>,
    /// What is wrong with single tokens.
    pub(crate) findings: Vec<Diagnostic>,
    /// Lines with an unclosed string, in order: nothing else is said about them.
    pub(crate) spoiled: Vec<(u32, u32)>,
}

/// A `///` line.
#[derive(Debug)]
pub(crate) struct DocLine {
    /// The number of the token after it.
    pub(crate) next: usize,
    pub(crate) span: Span,
    pub(crate) own_line: bool,
    /// Whether a statement took it.
    pub(crate) taken: Cell<bool>,
}

/// Whether tokens that the parser passes over are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trivia {
    Kept,
    Dropped,
}

/// Splits a text into tokens.
pub(crate) fn lex(source: SourceId, text: &str, trivia: Trivia) -> Lexed {
    let mut lexer = Lexer::new(source, text, trivia);
    loop {
        while lexer.at < text.len() {
            match lexer.modes.last() {
                Some(Mode::Text { triple, .. }) => lexer.string_text(*triple),
                _ => lexer.code(),
            }
        }
        if lexer.modes.is_empty() {
            break;
        }
        lexer.text_ends_in_string();
    }
    lexer.finish()
}

/// Where the lexer stands inside a string.
#[derive(Debug, Clone, Copy)]
enum Mode {
    /// In the text of a string whose opening quote is the token of this number.
    Text { token: usize, triple: bool },
    /// In a `${` (the token of this number), with so many braces open in it.
    Hole {
        token: usize,
        braces: u32,
        closing: Closing,
    },
}

/// What ends a `${`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    /// A `}`, as it should.
    Brace,
    /// Its `}` is missing: the next `"` ends it and its string.
    Quote,
}

struct Lexer<'a> {
    source: SourceId,
    text: &'a str,
    /// The end of what is read.
    at: usize,
    /// The end of the last token.
    from: usize,
    before: Before,
    trivia: Trivia,
    tokens: Vec<Token>,
    docs: Vec<DocLine>,
    modes: Vec<Mode>,
    findings: Vec<Diagnostic>,
    unclosed: Vec<Diagnostic>,
    spoiled: Vec<(u32, u32)>,
    /// How often unclosed strings of the current line, and `"""` of the text, were read again.
    again: Again,
}

#[derive(Debug, Default)]
struct Again {
    line: usize,
    in_line: u32,
    triple: u32,
}

impl<'a> Lexer<'a> {
    fn new(source: SourceId, text: &'a str, trivia: Trivia) -> Self {
        Lexer {
            source,
            text,
            at: 0,
            from: 0,
            before: Before::LineStart,
            trivia,
            tokens: Vec::with_capacity(text.len() / 4),
            docs: Vec::new(),
            modes: Vec::new(),
            findings: Vec::new(),
            unclosed: Vec::new(),
            spoiled: Vec::new(),
            again: Again::default(),
        }
    }

    fn finish(mut self) -> Lexed {
        let spoiled = &self.spoiled;
        self.findings.retain(|finding| {
            finding
                .span()
                .is_none_or(|span| !lies_in(spoiled, span.start))
        });
        self.findings.append(&mut self.unclosed);
        Lexed {
            tokens: self.tokens,
            docs: self.docs,
            findings: self.findings,
            spoiled: self.spoiled,
        }
    }

    #[inline]
    fn byte(&self, ahead: usize) -> u8 {
        self.byte_at(self.at + ahead)
    }

    #[inline]
    fn byte_at(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start as u32, end as u32)
    }

    /// The span of the token that is being read.
    fn here(&self) -> Span {
        self.span(self.from, self.at)
    }

    /// Moves on while the byte holds; only for conditions that hold for whole characters.
    #[inline]
    fn skip_while(&mut self, holds: impl Fn(u8) -> bool) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !holds(*byte) {
                break;
            }
            self.at += 1;
        }
    }

    /// Ends the token that is being read.
    #[inline]
    fn push(&mut self, kind: Kind) {
        let token = Token {
            start: self.from as u32,
            end: self.at as u32,
            kind,
            before: self.before,
        };
        if kind == Kind::Doc {
            self.docs.push(DocLine {
                next: self.tokens.len(),
                span: self.here(),
                own_line: token.opens_line(),
                taken: Cell::new(false),
            });
        }
        if self.trivia == Trivia::Kept || !kind.is_trivia() {
            self.tokens.push(token);
        }
        self.before = match kind.is_trivia() {
            true => self.before.max(Before::Blank),
            false => Before::Nothing,
        };
        self.from = self.at;
    }

    /// Takes back all tokens after the one of this number.
    fn back_to(&mut self, token: usize) {
        self.tokens.truncate(token + 1);
        while self.docs.last().is_some_and(|doc| doc.next > token) {
            self.docs.pop();
        }
        let end = self.tokens.last().map_or(0, |token| token.end as usize);
        (self.at, self.from, self.before) = (end, end, Before::Nothing);
    }
}

/// Whether a byte lies in one of the ranges, which are in order.
pub(crate) fn lies_in(ranges: &[(u32, u32)], at: u32) -> bool {
    let next = ranges.partition_point(|(start, _)| *start <= at);
    next.checked_sub(1)
        .and_then(|last| ranges.get(last))
        .is_some_and(|(_, end)| at <= *end)
}
