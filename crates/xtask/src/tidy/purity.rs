//! The pure crates reach for no file, clock, environment or thread.

use super::{files_below, shown};
use std::path::Path;

/// The crates before the engine, and the records of the state.
const PURE: &[&str] = &[
    "diag", "schema", "syntax", "model", "catalog", "kinds", "state", "plan",
];

/// What none of them may name.
const REACHES: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
];

/// Looks at the sources of the pure crates, without their tests.
pub(super) fn check(root: &Path) -> Vec<String> {
    let mut findings = Vec::new();
    for name in PURE {
        for path in files_below(&root.join("crates").join(name).join("src"), "rs") {
            if path.components().any(|part| part.as_os_str() == "tests")
                || path.ends_with("tests.rs")
            {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let program = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            let code = program
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            let reached = REACHES
                .iter()
                .find(|reach| code.clone().any(|line| line.contains(**reach)));
            if let Some(reach) = reached {
                findings.push(format!(
                    "{}: a pure crate names `{reach}`",
                    shown(root, &path)
                ));
            }
        }
    }
    findings
}
