//! What the parsers read: the tokens that are no trivia, as an input of nom.

use crate::ast::Name;
use crate::parser::context::Context;
use crate::token::{Before, Kind, STATEMENT_WORDS, Token};
use formwork_diag::Span;
use nom::error::{ErrorKind, ParseError};
use nom::{IResult, Needed};
use std::sync::Arc;

/// How deep a tree may be; every later stage may recurse as deep as it.
pub(crate) const NESTING_LIMIT: u32 = 128;

/// "This production does not begin here": says nothing and writes no diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Miss;

impl<'a> ParseError<In<'a>> for Miss {
    fn from_error_kind(_: In<'a>, _: ErrorKind) -> Self {
        Miss
    }

    fn append(_: In<'a>, _: ErrorKind, other: Self) -> Self {
        other
    }
}

/// What a parser returns. An error only says that the production does not begin here.
pub(crate) type Res<'a, T> = IResult<In<'a>, T, Miss>;

/// The error of a production that does not begin here.
pub(crate) const fn miss<T>() -> Result<T, nom::Err<Miss>> {
    Err(nom::Err::Error(Miss))
}

/// The tokens from one place on.
#[derive(Clone, Copy)]
pub(crate) struct In<'a> {
    pub(crate) cx: &'a Context<'a>,
    at: usize,
    end: usize,
}

impl<'a> In<'a> {
    /// All tokens of a text.
    pub(super) fn new(cx: &'a Context<'a>, end: usize) -> Self {
        In { cx, at: 0, end }
    }

    /// The number of the next token.
    pub(crate) fn index(self) -> usize {
        self.at
    }

    pub(crate) fn token(self) -> Token {
        self.token_at(0)
    }

    pub(crate) fn token_at(self, ahead: usize) -> Token {
        let end = self.cx.text.len() as u32;
        let none = Token {
            start: end,
            end,
            kind: Kind::End,
            before: Before::LineStart,
        };
        self.cx.tokens.get(self.at + ahead).copied().unwrap_or(none)
    }

    pub(crate) fn kind(self) -> Kind {
        self.kind_at(0)
    }

    pub(crate) fn kind_at(self, ahead: usize) -> Kind {
        self.cx
            .tokens
            .get(self.at + ahead)
            .map_or(Kind::End, |token| token.kind)
    }

    /// Passes over so many tokens, but never over the end.
    pub(crate) fn skip(self, count: usize) -> Self {
        In {
            at: (self.at + count).min(self.end.saturating_sub(1)),
            ..self
        }
    }

    /// Goes to the token of this number, if it lies ahead.
    pub(crate) fn forward_to(self, token: usize) -> Self {
        self.skip(token.saturating_sub(self.at))
    }

    /// The letters of the next token.
    pub(crate) fn text(self) -> &'a str {
        self.text_at(0)
    }

    pub(crate) fn text_at(self, ahead: usize) -> &'a str {
        self.slice(self.token_at(ahead))
    }

    pub(crate) fn slice(self, token: Token) -> &'a str {
        self.cx
            .text
            .get(token.start as usize..token.end as usize)
            .unwrap_or("")
    }

    pub(crate) fn span(self) -> Span {
        self.span_of(self.token())
    }

    pub(crate) fn span_of(self, token: Token) -> Span {
        Span::new(self.cx.source, token.start, token.end)
    }

    /// The text under a span of this source.
    pub(crate) fn words(self, span: Span) -> &'a str {
        self.cx
            .text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    fn last(self) -> Option<Token> {
        self.at
            .checked_sub(1)
            .and_then(|last| self.cx.tokens.get(last))
            .copied()
    }

    /// The end of the token before: where something is missing.
    pub(crate) fn gap(self) -> Span {
        let end = self.last().map_or(0, |token| token.end);
        Span::new(self.cx.source, end, end)
    }

    /// From the next token of `self` to the last token before `end`.
    pub(crate) fn span_to(self, end: In<'a>) -> Span {
        let start = self.token().start;
        if end.at <= self.at {
            return self.gap();
        }
        Span::new(
            self.cx.source,
            start,
            end.last().map_or(start, |token| token.end),
        )
    }

    pub(crate) fn name(self) -> Name {
        Name {
            text: self.cx.shared(self.text()),
            span: self.span(),
        }
    }

    pub(crate) fn letters(self, text: &str) -> Arc<str> {
        self.cx.shared(text)
    }

    /// Whether a line begins here, in column 1, as only a statement does. For recovery only.
    pub(crate) fn statement_ahead(self) -> bool {
        let token = self.token();
        token.kind == Kind::End
            || (token.before == Before::LineStart
                && token.kind == Kind::Name
                && (self.kind_at(1) == Kind::Name || STATEMENT_WORDS.contains(&self.text())))
    }

    /// Whether `name =`, `name {`, `"name" =` or `...` stands here: a field or a spread, and never a value.
    pub(crate) fn field_ahead(self) -> bool {
        let after = match self.kind() {
            Kind::Spread => return true,
            Kind::StringStart => match self.cx.pairs.closer(self.at) {
                Some(close) => self.forward_to(close + 1).kind(),
                None => return false,
            },
            Kind::Name => self.kind_at(1),
            kind if kind.is_reserved() => {
                return self.kind_at(1) == Kind::Assign;
            }
            _ => return false,
        };
        matches!(after, Kind::Assign | Kind::BraceOpen)
    }

    /// Whether `name =` stands here, which is never an operand. (`name {` may be one: `when env == prod {`.)
    pub(crate) fn assign_ahead(self) -> bool {
        self.kind() == Kind::Name && self.kind_at(1) == Kind::Assign
    }

    /// The blanks at the beginning of the line on which the token stands, in bytes.
    pub(crate) fn indent_of(self, token: Token) -> usize {
        let before = self.cx.text.get(..token.start as usize).unwrap_or("");
        let line = before
            .rfind('\n')
            .map_or(before, |end| before.get(end + 1..).unwrap_or(""));
        let blanks = line.find(|c| c != ' ' && c != '\t');
        blanks.unwrap_or(line.len())
    }

    pub(crate) fn tokens(self) -> &'a [Token] {
        self.cx.tokens.get(self.at..self.end).unwrap_or(&[])
    }
}

impl<'a> nom::Input for In<'a> {
    type Item = Token;
    type Iter = std::iter::Copied<std::slice::Iter<'a, Token>>;
    type IterIndices = std::iter::Enumerate<Self::Iter>;

    fn input_len(&self) -> usize {
        self.end.saturating_sub(self.at)
    }

    fn take(&self, index: usize) -> Self {
        In {
            end: (self.at + index).min(self.end),
            ..*self
        }
    }

    fn take_from(&self, index: usize) -> Self {
        In {
            at: (self.at + index).min(self.end),
            ..*self
        }
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        (self.take_from(index), self.take(index))
    }

    fn position<P: Fn(Token) -> bool>(&self, predicate: P) -> Option<usize> {
        self.tokens().iter().position(|token| predicate(*token))
    }

    fn iter_elements(&self) -> Self::Iter {
        self.tokens().iter().copied()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.iter_elements().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        match self.input_len().checked_sub(count) {
            Some(_) => Ok(count),
            None => Err(Needed::new(count - self.input_len())),
        }
    }
}
