//! One constructor function per syntax diagnostic, so that code, words, help and fix stand in one place.

mod lexical;
mod shape;
mod words;

pub(crate) use lexical::*;
pub(crate) use shape::*;
pub(crate) use words::*;

use formwork_diag::Code;

/// The codes of all diagnostics of this crate; each has a page under docs/errors/syntax/.
pub const CODES: &[&str] = &[
    "syntax::chained",
    "syntax::character",
    "syntax::comment",
    "syntax::continued",
    "syntax::doc",
    "syntax::dot",
    "syntax::duplicate",
    "syntax::else",
    "syntax::equals",
    "syntax::escape",
    "syntax::format",
    "syntax::hole",
    "syntax::misplaced",
    "syntax::missing",
    "syntax::name",
    "syntax::nesting",
    "syntax::number",
    "syntax::operator",
    "syntax::positional",
    "syntax::quotes",
    "syntax::reserved",
    "syntax::separator",
    "syntax::too_large",
    "syntax::unclosed",
    "syntax::unexpected",
    "syntax::unit",
    "syntax::unopened",
    "syntax::value",
];

pub(crate) const CHAINED: Code = Code("syntax::chained");
pub(crate) const CHARACTER: Code = Code("syntax::character");
pub(crate) const COMMENT: Code = Code("syntax::comment");
pub(crate) const CONTINUED: Code = Code("syntax::continued");
pub(crate) const DOC: Code = Code("syntax::doc");
pub(crate) const DOT: Code = Code("syntax::dot");
pub(crate) const DUPLICATE: Code = Code("syntax::duplicate");
pub(crate) const ELSE: Code = Code("syntax::else");
pub(crate) const EQUALS: Code = Code("syntax::equals");
pub(crate) const ESCAPE: Code = Code("syntax::escape");
pub(crate) const FORMAT: Code = Code("syntax::format");
pub(crate) const HOLE: Code = Code("syntax::hole");
pub(crate) const MISPLACED: Code = Code("syntax::misplaced");
pub(crate) const MISSING: Code = Code("syntax::missing");
pub(crate) const NAME: Code = Code("syntax::name");
pub(crate) const NESTING: Code = Code("syntax::nesting");
pub(crate) const NUMBER: Code = Code("syntax::number");
pub(crate) const OPERATOR: Code = Code("syntax::operator");
pub(crate) const POSITIONAL: Code = Code("syntax::positional");
pub(crate) const QUOTES: Code = Code("syntax::quotes");
pub(crate) const RESERVED: Code = Code("syntax::reserved");
pub(crate) const SEPARATOR: Code = Code("syntax::separator");
pub(crate) const TOO_LARGE: Code = Code("syntax::too_large");
pub(crate) const UNCLOSED: Code = Code("syntax::unclosed");
pub(crate) const UNEXPECTED: Code = Code("syntax::unexpected");
pub(crate) const UNIT: Code = Code("syntax::unit");
pub(crate) const UNOPENED: Code = Code("syntax::unopened");
pub(crate) const VALUE: Code = Code("syntax::value");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_listed() {
        let constants = [
            CHAINED, CHARACTER, COMMENT, CONTINUED, DOC, DOT, DUPLICATE, ELSE, EQUALS, ESCAPE,
            FORMAT, HOLE, MISPLACED, MISSING, NAME, NESTING, NUMBER, OPERATOR, POSITIONAL, QUOTES,
            RESERVED, SEPARATOR, TOO_LARGE, UNCLOSED, UNEXPECTED, UNIT, UNOPENED, VALUE,
        ];
        assert_eq!(constants.map(|code| code.0).as_slice(), CODES);
    }
}
