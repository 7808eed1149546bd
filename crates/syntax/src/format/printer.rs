//! The printer's hand: takes the tokens one by one, with their comments, and writes steps.

use super::ops::Op;
use super::render::render;
use crate::ast::File;
use crate::token::{Kind, Token};
use crate::units;
use std::borrow::Cow;

pub(super) struct Printer<'a> {
    text: &'a str,
    /// All tokens, trivia among them.
    tokens: Vec<Token>,
    /// The next token.
    at: usize,
    ops: Vec<Op<'a>>,
    /// The groups that are open, by the number of their `Open`.
    open: Vec<usize>,
    /// Comments behind the last token, not written yet.
    suffixes: Vec<&'a str>,
    /// Comments on lines of their own before commas that are not printed.
    carried: Vec<Op<'a>>,
    /// A comment ended the line: the groups around the next token are broken.
    line_ended: bool,
    runs: u32,
    /// A token was not the one that the tree says: nothing is printed then.
    lost: bool,
}

impl<'a> Printer<'a> {
    pub(super) fn new(text: &'a str, tokens: Vec<Token>) -> Self {
        Printer {
            text,
            at: 0,
            ops: Vec::with_capacity(tokens.len() * 2),
            tokens,
            open: Vec::new(),
            suffixes: Vec::new(),
            carried: Vec::new(),
            line_ended: false,
            runs: 0,
            lost: false,
        }
    }

    /// The formatted text; `None` if tokens and tree do not agree.
    pub(super) fn print(mut self, file: &File) -> Option<String> {
        self.file(file);
        self.comments_before_next(false);
        let done = self.peek() == Kind::End && !self.lost;
        done.then(|| render(&self.ops))
    }

    fn slice(&self, token: Token) -> &'a str {
        self.text
            .get(token.start as usize..token.end as usize)
            .unwrap_or("")
    }

    /// The next token that is no trivia.
    fn next_token(&self) -> Option<Token> {
        self.tokens
            .iter()
            .skip(self.at)
            .find(|token| !token.kind.is_trivia())
            .copied()
    }

    pub(super) fn peek(&self) -> Kind {
        self.next_token().map_or(Kind::End, |token| token.kind)
    }

    pub(super) fn peek_text(&self) -> &'a str {
        self.next_token().map_or("", |token| self.slice(token))
    }

    /// Whether a line ends between the last token and the next thing, a comment or a token.
    pub(super) fn line_ends_here(&self) -> bool {
        let next = self
            .tokens
            .iter()
            .skip(self.at)
            .find(|token| token.kind != Kind::Space);
        next.is_some_and(|next| next.opens_line())
    }

    /// Whether an empty line stands before the next thing that opens a line.
    pub(super) fn blank_here(&self) -> bool {
        for token in self.tokens.iter().skip(self.at) {
            match token.kind {
                Kind::Space if is_blank_line(self.slice(*token)) => return true,
                Kind::Space => {}
                Kind::Comment | Kind::Doc if !token.opens_line() => {}
                _ => return false,
            }
        }
        false
    }

    /// Writes a step; comments behind the last token come first unless the step is a part of it.
    pub(super) fn put(&mut self, op: Op<'a>) {
        if !matches!(
            op,
            Op::IfBroken(_) | Op::IfFlat(_) | Op::Close | Op::Dedent | Op::MarkEnd
        ) {
            self.ops.extend(self.suffixes.drain(..).map(Op::Suffix));
        }
        self.ops.push(op);
    }

    pub(super) fn space(&mut self) {
        self.put(Op::Space);
    }

    /// A comma behind the last token: before the comments behind it.
    pub(super) fn comma(&mut self) {
        self.ops.push(Op::Text(Cow::Borrowed(",")));
    }

    /// Opens a group; `broken` says that its lines end where they may.
    pub(super) fn open(&mut self, broken: bool) {
        self.open.push(self.ops.len() + self.suffixes.len());
        self.put(Op::Open {
            end: 0,
            broken: false,
        });
        if broken {
            self.break_groups();
        }
    }

    pub(super) fn close(&mut self) {
        self.put(Op::Close);
        let last = self.ops.len() - 1;
        if let Some(Op::Open { end, .. }) = self.open.pop().and_then(|at| self.ops.get_mut(at)) {
            *end = last;
        }
    }

    /// Breaks all groups that are open.
    pub(super) fn break_groups(&mut self) {
        for at in &self.open {
            if let Some(Op::Open { broken, .. }) = self.ops.get_mut(*at) {
                *broken = true;
            }
        }
    }

    /// A number for a run of fields whose `=` are aligned.
    pub(super) fn new_run(&mut self, count: u32) -> u32 {
        self.runs += count;
        self.runs - count
    }

    /// Prints the next token, which must be of this kind.
    pub(super) fn token(&mut self, kind: Kind) {
        self.lost |= self.peek() != kind;
        self.any_token();
    }

    /// Prints the next token.
    pub(super) fn any_token(&mut self) {
        let Some(token) = self.take() else {
            self.lost = true;
            return;
        };
        let text = self.slice(token);
        let text = match token.kind {
            Kind::Number => number(text),
            _ => Cow::Borrowed(text),
        };
        self.put(Op::Text(text));
        self.comments_behind();
    }

    /// Passes over the next token that is no trivia, writing the comments before it.
    fn take(&mut self) -> Option<Token> {
        self.comments_before_next(true);
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        if std::mem::take(&mut self.line_ended) {
            self.break_groups();
        }
        token
    }

    /// Passes over a comma, keeping its comments; the commas that stand are written by the tree.
    pub(super) fn drop_comma(&mut self) {
        if self.peek() != Kind::Comma {
            return;
        }
        while let Some(token) = self.tokens.get(self.at).copied() {
            self.at += 1;
            match token.kind {
                Kind::Comma => break,
                Kind::Comment | Kind::Doc => {
                    let text = self.slice(token).trim_end();
                    self.carried.push(Op::Comment { text, blank: false });
                }
                _ => {}
            }
        }
        self.comments_behind();
    }

    /// Writes the comments that stand before the next token on lines of their own.
    ///
    /// `token_follows` says that the token is written next: an empty line between the two is kept.
    pub(super) fn comments_before_next(&mut self, token_follows: bool) {
        let carried = std::mem::take(&mut self.carried);
        let mut any = !carried.is_empty();
        carried.into_iter().for_each(|comment| self.put(comment));
        while let Some(token) = self
            .tokens
            .get(self.at)
            .copied()
            .filter(|t| t.kind.is_trivia())
        {
            self.at += 1;
            if matches!(token.kind, Kind::Comment | Kind::Doc) {
                let more = self
                    .tokens
                    .iter()
                    .skip(self.at)
                    .find(|token| token.kind != Kind::Space);
                let follows = more.is_some_and(|more| more.kind.is_trivia()) || token_follows;
                let space = self
                    .tokens
                    .get(self.at)
                    .copied()
                    .filter(|t| t.kind == Kind::Space);
                let blank = follows && space.is_some_and(|space| is_blank_line(self.slice(space)));
                let text = self.slice(token).trim_end();
                self.put(Op::Comment { text, blank });
                any = true;
            }
        }
        if any {
            self.break_groups();
        }
    }

    /// Whether comments stand before the next token.
    pub(super) fn comments_ahead(&self) -> bool {
        let trivia = self
            .tokens
            .iter()
            .skip(self.at)
            .take_while(|token| token.kind.is_trivia());
        !self.carried.is_empty()
            || trivia
                .clone()
                .any(|token| matches!(token.kind, Kind::Comment | Kind::Doc))
    }

    /// Takes the comment behind the last token on its line.
    fn comments_behind(&mut self) {
        let mut at = self.at;
        while let Some(token) = self.tokens.get(at).copied() {
            at += 1;
            match token.kind {
                Kind::Space if !self.slice(token).contains('\n') => {}
                Kind::Comment | Kind::Doc => {
                    let text = self.slice(token).trim_end();
                    match self.suffixes.is_empty() {
                        true => self.suffixes.push(text),
                        // A line has one comment behind it; the next has a line of its own.
                        false => self.carried.push(Op::Comment { text, blank: false }),
                    }
                    self.line_ended = true;
                    self.at = at;
                }
                _ => return,
            }
        }
    }

    /// Prints a string as it is written, but with the one form of each unit in its `${}`.
    pub(super) fn string(&mut self) {
        self.lost |= self.peek() != Kind::StringStart;
        let Some(first) = self.take() else { return };
        let mut depth = 1_u32;
        let mut last = first;
        let mut text = Cow::Borrowed("");
        let mut from = first.start;
        while depth > 0 {
            let Some(token) = self.tokens.get(self.at).copied() else {
                self.lost = true;
                return;
            };
            self.at += 1;
            match token.kind {
                Kind::StringStart => depth += 1,
                Kind::StringEnd => depth -= 1,
                Kind::Number => {
                    if let Cow::Owned(number) = number(self.slice(token)) {
                        let before = self.text.get(from as usize..token.start as usize);
                        text.to_mut().push_str(before.unwrap_or(""));
                        text.to_mut().push_str(&number);
                        from = token.end;
                    }
                }
                _ => {}
            }
            last = token;
        }
        let rest = self
            .text
            .get(from as usize..last.end as usize)
            .unwrap_or("");
        match text.is_empty() {
            true => text = Cow::Borrowed(rest),
            false => text.to_mut().push_str(rest),
        }
        self.put(Op::Text(text));
        self.comments_behind();
    }
}

fn is_blank_line(space: &str) -> bool {
    space.bytes().filter(|byte| *byte == b'\n').count() > 1
}

/// A number with the one form of its unit: `512MB` for `512MiB`.
fn number(text: &str) -> Cow<'_, str> {
    let unit_at = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(unit_at);
    let right = units::canonical(unit);
    if right == unit {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{digits}{right}"))
    }
}
