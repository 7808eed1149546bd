//! Every source file says why it exists and stays small.

use super::{files_below, shown};
use std::path::Path;

/// The most lines of a source file.
const LIMIT: usize = 600;

/// Looks at every Rust file of the crates and tests.
pub(super) fn check(root: &Path) -> Vec<String> {
    let mut findings = Vec::new();
    let mut files = files_below(&root.join("crates"), "rs");
    files.extend(files_below(&root.join("tests"), "rs"));
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let name = shown(root, &path);
        if !text.starts_with("//!") {
            findings.push(format!(
                "{name}: the first line does not say why the file exists (`//! …`)"
            ));
        }
        let lines = text.lines().count();
        if lines > LIMIT {
            findings.push(format!(
                "{name}: {lines} lines; split it by subject (at most {LIMIT})"
            ));
        }
        if text.contains(concat!("#[", "ignore")) {
            findings.push(format!("{name}: a test is ignored"));
        }
    }
    findings
}
