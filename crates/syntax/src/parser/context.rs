//! What all parsers of one text share: the tokens, the diagnostics so far, and what keeps them few.

use crate::errors;
use crate::lexer::{DocLine, Lexed, lies_in};
use crate::parser::brackets::Pairs;
use crate::parser::input::In;
use crate::token::{Before, Kind, Token};
use formwork_diag::{Diagnostic, SourceId, Span};
use rustc_hash::FxHashSet;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// A text's tokens and the diagnostics found so far.
pub(crate) struct Context<'a> {
    pub(super) source: SourceId,
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
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
    /// One copy of each name and short text.
    letters: RefCell<FxHashSet<Arc<str>>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(source: SourceId, text: &'a str, lexed: Lexed) -> Self {
        let mut tokens = lexed.tokens;
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
            docs: lexed.docs,
            spoiled: lexed.spoiled,
            findings: RefCell::new(lexed.findings),
            quiet_to: Cell::new(0),
            last_place: Cell::new(None),
            depth: Cell::new(0),
            reach: Cell::new(0),
            letters: RefCell::default(),
        }
    }

    pub(crate) fn input(&'a self) -> In<'a> {
        In::new(self, self.tokens.len())
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

    /// The letters of a name or text, shared with the ones before it that are the same.
    pub(super) fn shared(&self, text: &str) -> Arc<str> {
        let mut letters = self.letters.borrow_mut();
        if let Some(known) = letters.get(text) {
            return known.clone();
        }
        let new: Arc<str> = text.into();
        letters.insert(new.clone());
        new
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
