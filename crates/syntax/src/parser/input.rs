//! What the parsers read: the tokens that are no trivia, as an input of nom, and what all of them share.

use crate::ast::Name;
use crate::errors;
use crate::lexer::{Lexed, lies_in};
use crate::parser::brackets::Pairs;
use crate::token::{Before, Kind, STATEMENT_WORDS, Token};
use formwork_diag::{Diagnostic, SourceId, Span};
use nom::error::{ErrorKind, ParseError};
use nom::{IResult, Needed};
use std::cell::{Cell, RefCell};
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

/// A text's tokens and the diagnostics found so far.
pub(crate) struct Context<'a> {
    source: SourceId,
    text: &'a str,
    tokens: Vec<Token>,
    pub(crate) pairs: Pairs,
    docs: Vec<DocLine>,
    spoiled: Vec<(u32, u32)>,
    findings: RefCell<Vec<Diagnostic>>,
    /// Before this byte everything wrong is a consequence of something already told.
    quiet_to: Cell<u32>,
    last_place: Cell<Option<u32>>,
    depth: Cell<u32>,
    /// The depth of the deepest node read since the innermost chain of operators began.
    reach: Cell<u32>,
    names: RefCell<Vec<Option<Arc<str>>>>,
}

/// A `///` line: the number of the token after it, and whether a statement took it.
struct DocLine {
    next: usize,
    span: Span,
    own_line: bool,
    taken: Cell<bool>,
}

const NAME_SLOTS: usize = 1024;

impl<'a> Context<'a> {
    pub(crate) fn new(source: SourceId, text: &'a str, lexed: Lexed) -> Self {
        let mut tokens = Vec::with_capacity(lexed.tokens.len() / 2 + 1);
        let mut docs = Vec::new();
        for token in &lexed.tokens {
            if token.kind == Kind::Doc {
                docs.push(DocLine {
                    next: tokens.len(),
                    span: Span::new(source, token.start, token.end),
                    own_line: token.opens_line(),
                    taken: Cell::new(false),
                });
            } else if !token.kind.is_trivia() {
                tokens.push(*token);
            }
        }
        let end = text.len() as u32;
        tokens.push(Token {
            start: end,
            end,
            kind: Kind::End,
            before: Before::LineStart,
        });
        let pairs = Pairs::of(&tokens);
        Context {
            source,
            text,
            tokens,
            pairs,
            docs,
            spoiled: lexed.spoiled,
            findings: RefCell::new(lexed.findings),
            quiet_to: Cell::new(0),
            last_place: Cell::new(None),
            depth: Cell::new(0),
            reach: Cell::new(0),
            names: RefCell::new(vec![None; NAME_SLOTS]),
        }
    }

    pub(crate) fn input(&'a self) -> In<'a> {
        In {
            cx: self,
            at: 0,
            end: self.tokens.len(),
        }
    }

    /// Ends the parsing: everything found, in no order.
    pub(crate) fn into_findings(self) -> Vec<Diagnostic> {
        let mut findings = self.findings.into_inner();
        for doc in self.docs.iter().filter(|doc| !doc.taken.get()) {
            let slashes = Span::new(doc.span.source, doc.span.start, doc.span.start + 3);
            findings.push(errors::lone_doc(doc.span, slashes));
        }
        findings
    }

    /// Tells what is wrong, unless it follows from what was told before.
    pub(crate) fn report(&self, finding: Diagnostic) {
        let place = finding.span().map(|span| span.start);
        let hidden = place.is_some_and(|at| self.is_quiet(at) || lies_in(&self.spoiled, at));
        if !hidden && (place != self.last_place.get() || !finding.is_error()) {
            if finding.is_error() {
                self.last_place.set(place);
            }
            self.findings.borrow_mut().push(finding);
        }
    }

    /// Tells what is wrong; the parser is out of step until the line ends, so the rest of it is not judged.
    pub(crate) fn report_break(&self, finding: Diagnostic) {
        let at = finding.span().map_or(0, |span| span.start);
        self.report(finding);
        self.quiet_until(at);
    }

    /// Holds back everything up to the end of the line of this byte.
    pub(crate) fn quiet_until(&self, at: u32) {
        if !self.is_quiet(at) {
            let rest = self.text.get(at as usize..).unwrap_or("");
            let line = rest.find('\n').unwrap_or(rest.len()) as u32;
            self.quiet_to.set(at + line + 1);
        }
    }

    /// Whether what is wrong at this byte is held back.
    pub(crate) fn is_quiet(&self, at: u32) -> bool {
        at < self.quiet_to.get()
    }

    /// Shares the letters of a name with the ones before it that are the same.
    fn shared(&self, text: &str) -> Arc<str> {
        let hash = text.bytes().fold(text.len(), |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(byte as usize)
        });
        let mut names = self.names.borrow_mut();
        let Some(slot) = names.get_mut(hash % NAME_SLOTS) else {
            return Arc::from(text);
        };
        match slot {
            Some(known) if &**known == text => known.clone(),
            _ => slot.insert(Arc::from(text)).clone(),
        }
    }

    /// The documentation above the token of this number.
    pub(crate) fn docs_before(&self, token: usize) -> impl Iterator<Item = (Span, &'a str)> {
        let first = self.docs.partition_point(|doc| doc.next < token);
        let above = self
            .docs
            .iter()
            .skip(first)
            .take_while(move |doc| doc.next == token);
        above.filter(|doc| doc.own_line).map(|doc| {
            doc.taken.set(true);
            (
                doc.span,
                self.text
                    .get(doc.span.start as usize..doc.span.end as usize)
                    .unwrap_or(""),
            )
        })
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth.get()
    }

    pub(crate) fn set_depth(&self, depth: u32) {
        self.depth.set(depth);
        self.reach.set(self.reach.get().max(depth));
    }

    pub(crate) fn reach(&self) -> u32 {
        self.reach.get()
    }

    pub(crate) fn set_reach(&self, reach: u32) {
        self.reach.set(reach);
    }
}

/// The tokens from one place on.
#[derive(Clone, Copy)]
pub(crate) struct In<'a> {
    pub(crate) cx: &'a Context<'a>,
    at: usize,
    end: usize,
}

impl<'a> In<'a> {
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
