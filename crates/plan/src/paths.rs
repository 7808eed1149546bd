//! Paths into properties while they are walked, and how they match the catalog's.

use formwork_schema::Path;
use std::fmt::Write as _;

/// A step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// A property or a key.
    Name(&'a str),
    /// An item of a list.
    Index(usize),
}

impl Step<'_> {
    fn is(self, known: &str) -> bool {
        match self {
            _ if known == "*" => true,
            Step::Name(name) => name == known,
            Step::Index(_) => false,
        }
    }
}

/// The path as it is shown: `Environment/Variables/THUMBS`, `Layers/0`.
pub(crate) fn text(path: &[Step<'_>]) -> String {
    let mut out = String::new();
    for (at, step) in path.iter().enumerate() {
        if at > 0 {
            out.push('/');
        }
        match step {
            Step::Name(name) => out.push_str(name),
            Step::Index(index) => {
                let _ = write!(out, "{index}");
            }
        }
    }
    out
}

/// Whether one of the known paths is exactly this one.
pub(crate) fn exact<'p>(mut known: impl Iterator<Item = &'p Path>, path: &[Step<'_>]) -> bool {
    known.any(|known| is_exact(known, path))
}

/// Whether a known path is exactly this one.
pub(crate) fn is_exact(known: &Path, path: &[Step<'_>]) -> bool {
    known.segments().count() == path.len() && leads_to(known, path)
}

/// Whether a known path is this one or lies above it.
pub(crate) fn leads_to(known: &Path, path: &[Step<'_>]) -> bool {
    let mut steps = path.iter();
    known
        .segments()
        .all(|name| steps.next().is_some_and(|step| step.is(name)))
}

/// The rest of a known path that lies below this one.
pub(crate) fn below<'k>(known: &'k Path, path: &[Step<'_>]) -> Option<Vec<&'k str>> {
    let mut names = known.segments();
    let above = path
        .iter()
        .all(|step| names.next().is_some_and(|name| step.is(name)));
    let rest: Vec<&str> = names.collect();
    (above && !rest.is_empty()).then_some(rest)
}

/// Splits a path as people write it, by dots or slashes.
pub(crate) fn split(path: &str) -> Vec<Step<'_>> {
    path.split(['/', '.'])
        .map(|name| match name.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Name(name),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_paths_match_walked_ones() {
        let path = [Step::Name("Rules"), Step::Index(3), Step::Name("Prefix")];
        let known = |text: &str| Path(text.into());
        assert!(is_exact(&known("Rules/*/Prefix"), &path));
        assert!(!is_exact(&known("Rules/*"), &path));
        assert!(leads_to(&known("Rules"), &path));
        assert!(!leads_to(&known("Rules/*/Prefix/x"), &path));
        assert_eq!(
            below(&known("Rules/*/Prefix"), &path[..1]),
            Some(vec!["*", "Prefix"])
        );
        assert_eq!(text(&path), "Rules/3/Prefix");
        assert_eq!(split("Rules.3.Prefix"), path);
    }
}
