//! Overlays of resource types: every line names its source, and types without one are listed.

use super::{files_below, shown};
use std::collections::BTreeSet;
use std::path::Path;

/// Lines of overlays that do not say where they come from.
pub(super) fn check(root: &Path) -> Vec<String> {
    let mut findings = Vec::new();
    for path in files_below(&root.join("crates/catalog/data/overlays"), "toml") {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let mut table_has_source = false;
        for (at, line) in text.lines().enumerate() {
            let sourced = line.contains("# source: ");
            if line.starts_with('[') {
                table_has_source = sourced;
            } else if line.contains(" = ") && !sourced && !table_has_source {
                findings.push(format!(
                    "{}:{}: this line names no source",
                    shown(root, &path),
                    at + 1
                ));
            }
        }
    }
    findings
}

/// The types of the catalog, and those of them without an overlay.
pub(super) fn missing(root: &Path) -> (usize, Vec<String>) {
    let data = root.join("crates/catalog/data");
    let mut types = 0;
    let mut missing = Vec::new();
    for path in files_below(&data.join("types"), "json") {
        let name = path.file_stem().unwrap_or_default();
        let overlay = data.join("overlays").join(name).with_extension("toml");
        let overlay = std::fs::read_to_string(overlay).unwrap_or_default();
        let tables = overlay.lines().filter_map(|line| line.strip_prefix('['));
        let written: BTreeSet<&str> = tables
            .filter_map(|line| line.split([']', '.']).next())
            .collect();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.strip_prefix("\"AWS::"));
        for name in lines.filter_map(|line| line.split('"').next()) {
            types += 1;
            let short = name.rsplit("::").next().unwrap_or(name);
            if !written.contains(short) {
                missing.push(format!("AWS::{name}"));
            }
        }
    }
    (types, missing)
}
