//! "Did you mean": the nearest of a set of names, and lists of names for help texts.

/// The candidate nearest to `word`, if it is near enough to be a slip of the pen.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    let distance =
        |name: &str| strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase());
    let scored = candidates.into_iter().map(|name| (distance(name), name));
    let best = scored.min_by_key(|(distance, name)| (*distance, name.len(), name.to_string()));
    best.filter(|(distance, _)| *distance <= limit)
        .map(|(_, name)| name)
}

/// Names as a sentence part: `a`, `b` and `c`.
pub fn list_words<S: AsRef<str>>(names: &[S], last: &str) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        assert_eq!(nearest("memroy", ["memory", "timeout"]), Some("memory"));
        assert_eq!(nearest("zzz", ["memory", "timeout"]), None);
        assert_eq!(nearest("Runtime", ["runtime"]), Some("runtime"));
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list_words(&["a"], "and"), "`a`");
        assert_eq!(list_words(&["a", "b", "c"], "or"), "`a`, `b` or `c`");
    }
}
