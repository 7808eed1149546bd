//! Which bracket closes which, found before parsing, so that the parser knows what is open and what is only torn.

use crate::token::{Kind, Token};

const NOBODY: u32 = u32::MAX;

/// How far ahead on its line a bracket's partner is looked for when brackets cross.
const LOOK_AHEAD: usize = 64;

/// The partner of every bracket and quote.
#[derive(Debug)]
pub(crate) struct Pairs {
    partner: Vec<u32>,
    last_stray_brace: usize,
}

impl Pairs {
    /// Pairs the brackets of all tokens. Where brackets cross, the inner one is the one that lacks its partner,
    /// unless that partner follows on the same line.
    pub(crate) fn of(tokens: &[Token]) -> Self {
        let mut pairing = Pairing {
            partner: vec![NOBODY; tokens.len()],
            open: Vec::new(),
            strings: Vec::new(),
            last_stray_brace: 0,
        };
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::StringStart => pairing.strings.push(at),
                Kind::StringEnd => {
                    if let Some(start) = pairing.strings.pop() {
                        pairing.join(start, at);
                    }
                }
                kind if kind.closer().is_some() => pairing.open.push((kind, at)),
                kind if kind.is_closer() => pairing.close(tokens, at, kind),
                _ => {}
            }
        }
        Pairs {
            partner: pairing.partner,
            last_stray_brace: pairing.last_stray_brace,
        }
    }

    /// The number of the token that closes the one of this number.
    pub(crate) fn closer(&self, opener: usize) -> Option<usize> {
        self.partner_of(opener).filter(|closer| *closer > opener)
    }

    /// Whether the closing bracket of this number has no partner.
    pub(crate) fn is_stray(&self, closer: usize) -> bool {
        self.partner_of(closer).is_none()
    }

    /// Whether a `}` without a partner stands after the token of this number: then a `{` may be missing here.
    pub(crate) fn lacks_brace(&self, at: usize) -> bool {
        self.last_stray_brace > at
    }

    fn partner_of(&self, at: usize) -> Option<usize> {
        self.partner
            .get(at)
            .filter(|partner| **partner != NOBODY)
            .map(|partner| *partner as usize)
    }
}

struct Pairing {
    partner: Vec<u32>,
    open: Vec<(Kind, usize)>,
    strings: Vec<usize>,
    last_stray_brace: usize,
}

impl Pairing {
    fn join(&mut self, opener: usize, closer: usize) {
        if let Some(partner) = self.partner.get_mut(opener) {
            *partner = closer as u32;
        }
        if let Some(partner) = self.partner.get_mut(closer) {
            *partner = opener as u32;
        }
    }

    fn close(&mut self, tokens: &[Token], at: usize, kind: Kind) {
        let fits = |open: &(Kind, usize)| open.0.closer() == Some(kind);
        let Some(depth) = self.open.iter().rev().take(LOOK_AHEAD * 4).position(fits) else {
            return self.stray(at, kind);
        };
        let top = self.open.last().copied();
        if depth > 0 && top.is_some_and(|(top, _)| closes_on_line(tokens, at + 1, top)) {
            return self.stray(at, kind);
        }
        self.open.truncate(self.open.len() - depth);
        if let Some((_, opener)) = self.open.pop() {
            self.join(opener, at);
        }
    }

    fn stray(&mut self, at: usize, kind: Kind) {
        if kind == Kind::BraceClose {
            self.last_stray_brace = at;
        }
    }
}

/// Whether the partner of `opener` follows on the same line.
fn closes_on_line(tokens: &[Token], from: usize, opener: Kind) -> bool {
    let mut depth = 0_u32;
    let line = tokens
        .iter()
        .skip(from)
        .take(LOOK_AHEAD)
        .take_while(|token| !token.opens_line());
    for token in line {
        if token.kind == opener {
            depth += 1;
        } else if Some(token.kind) == opener.closer() {
            if depth == 0 {
                return true;
            }
            depth -= 1;
        }
    }
    false
}
