//! The patterns of AWS's schemas, compiled once.

use fancy_regex::Regex;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Compiled patterns by their text; `None` for one that this engine cannot read.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    compiled: FxHashMap<Arc<str>, Option<Regex>>,
}

impl Patterns {
    /// Whether a text matches somewhere, as JSON schema has it; a pattern that cannot be read matches everything.
    pub(crate) fn matches(&mut self, pattern: &str, text: &str) -> bool {
        if !self.compiled.contains_key(pattern) {
            let compiled = Regex::new(pattern).ok();
            self.compiled.insert(pattern.into(), compiled);
        }
        match self.compiled.get(pattern) {
            Some(Some(regex)) => regex.is_match(text).unwrap_or(true),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Patterns;

    #[test]
    fn look_ahead_is_understood() {
        let mut patterns = Patterns::default();
        let alias = "^(?!^[0-9]+$)([a-zA-Z0-9-_]+)$";
        assert!(patterns.matches(alias, "live"));
        assert!(!patterns.matches(alias, "12"));
    }
}
