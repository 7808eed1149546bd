//! Every diagnostic code has its page and appears in a test; every page has its code.

use super::{files_below, shown};
use std::collections::BTreeMap;
use std::path::Path;

/// Compares the codes in the crates with docs/errors and with the tests.
pub(super) fn check(root: &Path) -> Vec<String> {
    let codes = codes(root);
    let tested = tested(root);
    let mut findings = Vec::new();
    for (code, file) in &codes {
        let page = root.join(format!("docs/errors/{}.md", code.replace("::", "/")));
        let text = std::fs::read_to_string(&page);
        let shown_wrong = text.as_ref().is_ok_and(|text| has_wrong_example(text));
        match &text {
            Ok(text) if text.starts_with(&format!("# {code}")) => {}
            Ok(_) => findings.push(format!(
                "{}: does not begin with `# {code}`",
                shown(root, &page)
            )),
            Err(_) => findings.push(format!(
                "{file}: the code `{code}` has no page {}",
                shown(root, &page)
            )),
        }
        let by_system = code.starts_with("system::");
        if !shown_wrong && !by_system && !tested.contains(code.as_str()) {
            findings.push(format!("{file}: no test mentions the code `{code}`"));
        }
    }
    for page in files_below(&root.join("docs/errors"), "md") {
        let name = shown(&root.join("docs/errors"), &page);
        let code = name.trim_end_matches(".md").replace('/', "::");
        if code.contains("::") && !codes.contains_key(&code) {
            findings.push(format!(
                "docs/errors/{name}: no crate has the code `{code}`"
            ));
        }
    }
    findings
}

/// Whether a page shows a stack or commands that give its code; a test runs them.
fn has_wrong_example(page: &str) -> bool {
    let wrong = page
        .split("## Wrong")
        .nth(1)
        .and_then(|rest| rest.split("## Right").next());
    wrong.is_some_and(|wrong| wrong.contains("```stack") || wrong.contains("```console"))
}

/// The codes written as `Code("…")` in the crates, each with the first file that has it.
fn codes(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for path in files_below(&root.join("crates"), "rs") {
        if path
            .components()
            .any(|part| part.as_os_str() == "tests" || part.as_os_str() == "xtask")
        {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let program = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for part in program.split("Code(\"").skip(1) {
            if let Some((code, _)) = part.split_once('"') {
                found
                    .entry(code.to_owned())
                    .or_insert_with(|| shown(root, &path));
            }
        }
    }
    found
}

/// All text in which a test may mention a code: case folders and test sources.
fn tested(root: &Path) -> String {
    let mut text = String::new();
    for extension in ["txt", "stack", "json", "md"] {
        for path in files_below(&root.join("tests"), extension) {
            text.push_str(&std::fs::read_to_string(path).unwrap_or_default());
        }
    }
    for path in files_below(&root.join("tests"), "rs") {
        text.push_str(&std::fs::read_to_string(path).unwrap_or_default());
    }
    for path in files_below(&root.join("crates"), "rs") {
        let source = std::fs::read_to_string(&path).unwrap_or_default();
        if path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs") {
            text.push_str(&source);
        } else if let Some((_, tests)) = source.split_once("#[cfg(test)]\nmod ") {
            text.push_str(tests);
        }
    }
    text
}
