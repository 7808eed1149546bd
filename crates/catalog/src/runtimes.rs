//! Lambda's runtimes: names, words, what follows a retired one.

use serde::Deserialize;
use std::sync::OnceLock;

/// A runtime of Lambda.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runtime {
    /// Its AWS name: `python3.13`.
    pub name: String,
    /// Its word in the language: `python313`.
    pub word: String,
    /// Its language: `node`, `python`, `java`, `dotnet`, `ruby`, `go`, `custom`.
    pub language: String,
    /// Other words that mean it: `python` for the newest Python.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The day AWS stops supporting it, `YYYY-MM-DD`; `None` if not announced.
    pub deprecated: Option<String>,
    /// Whether that day had come at the date of the list.
    #[serde(default)]
    pub retired: bool,
    /// The AWS name of the runtime to use instead.
    pub successor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "date")]
    _date: String,
    runtime: Vec<Runtime>,
}

/// All runtimes, retired ones too, by language from old to new.
pub fn runtimes() -> &'static [Runtime] {
    static RUNTIMES: OnceLock<Vec<Runtime>> = OnceLock::new();
    RUNTIMES.get_or_init(|| {
        let file = toml::from_str::<File>(include_str!("../data/runtimes.toml"));
        file.map(|file| file.runtime).unwrap_or_default()
    })
}

/// A runtime by its word, an alias of it, or its AWS name.
pub fn runtime(name: &str) -> Option<&'static Runtime> {
    let alias = |runtime: &&Runtime| runtime.aliases.iter().any(|alias| alias == name);
    let own = |runtime: &&Runtime| runtime.word == name || runtime.name == name;
    runtimes()
        .iter()
        .find(own)
        .or_else(|| runtimes().iter().find(alias))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_holds_exactly_the_runtimes_of_the_schema() {
        let function = aws().get("AWS::Lambda::Function").unwrap();
        let schema: BTreeSet<&str> = function.properties["Runtime"]
            .allowed
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        let listed: BTreeSet<&str> = runtimes()
            .iter()
            .map(|runtime| runtime.name.as_str())
            .collect();
        assert_eq!(listed, schema);
    }

    #[test]
    fn words_are_unique_and_retired_runtimes_have_a_living_successor() {
        let words: Vec<&str> = runtimes()
            .iter()
            .flat_map(|r| {
                r.aliases
                    .iter()
                    .map(String::as_str)
                    .chain([r.word.as_str()])
            })
            .collect();
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
        for old in runtimes().iter().filter(|runtime| runtime.retired) {
            let next = runtime(old.successor.as_deref().unwrap()).unwrap();
            assert!(!next.retired, "{}", old.name);
        }
        assert_eq!(runtime("go").unwrap().name, "provided.al2023");
        assert_eq!(runtime("python313").unwrap().name, "python3.13");
    }
}
