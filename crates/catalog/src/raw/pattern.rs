//! Patterns of AWS's schemas: ECMA syntax, compiled once when first needed.

use fancy_regex::Regex;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The compiled form of a pattern; `None` if it cannot be compiled (no pattern of the catalog is such).
pub fn pattern(text: &str) -> Option<Arc<Regex>> {
    static COMPILED: Mutex<BTreeMap<String, Option<Arc<Regex>>>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = compiled.get(text) {
        return known.clone();
    }
    let regex = Regex::new(&from_ecma(text)).ok().map(Arc::new);
    compiled.insert(text.to_owned(), regex.clone());
    regex
}

/// The pattern in this crate's syntax: within a class, ECMA takes `[`, `&` and `~` as they stand.
fn from_ecma(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut within_class = false;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                out.push('\\');
                out.extend(letters.next());
                continue;
            }
            '[' if !within_class => within_class = true,
            ']' => within_class = false,
            '[' | '&' | '~' if within_class => out.push('\\'),
            _ => {}
        }
        out.push(letter);
    }
    out
}
