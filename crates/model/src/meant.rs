//! What somebody meant by a name that is not known: first the names of other tools, then a slip of the pen.

use formwork_diag::nearest;
use formwork_schema::{Foreign, Vocabulary};

/// What an unknown name was meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant<'k> {
    /// A known name, mistyped.
    Near(&'k str),
    /// A known name, as another tool calls it.
    Elsewhere(&'k str),
    /// Nothing with a name here; this is what to do instead.
    Advice(&'static str),
    /// Nobody can say.
    Nothing,
}

impl<'k> Meant<'k> {
    /// The known name that was meant.
    pub(crate) fn name(self) -> Option<&'k str> {
        match self {
            Meant::Near(name) | Meant::Elsewhere(name) => Some(name),
            Meant::Advice(_) | Meant::Nothing => None,
        }
    }

    /// A field or argument of `owner`.
    pub(crate) fn field(
        vocabulary: &dyn Vocabulary,
        owner: &str,
        name: &str,
        known: &[&'k str],
    ) -> Self {
        let near = nearest(name, known.iter().copied());
        match vocabulary.foreign_field(owner, name, known) {
            Some(Foreign::Name(meant)) if near != Some(meant) => {
                let found = known.iter().find(|known| **known == meant);
                found.map_or(Meant::Nothing, |found| Meant::Elsewhere(found))
            }
            Some(Foreign::Advice(advice)) => Meant::Advice(advice),
            _ => near.map_or(Meant::Nothing, Meant::Near),
        }
    }

    /// A word or call among those that fit.
    pub(crate) fn word(vocabulary: &dyn Vocabulary, word: &str, members: &[&'k str]) -> Self {
        if let Some(found) = vocabulary.foreign_word(word, members) {
            return Meant::Elsewhere(found);
        }
        nearest_first(word, members).map_or(Meant::Nothing, Meant::Near)
    }
}

/// The first of the words that is as near as the nearest: lists begin with what is offered first.
fn nearest_first<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    let distance =
        |other: &str| strsim::damerau_levenshtein(&word.to_lowercase(), &other.to_lowercase());
    let least = distance(nearest(word, words.iter().copied())?);
    words.iter().copied().find(|other| distance(other) == least)
}
