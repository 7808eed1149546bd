//! The dependency table of docs/architecture.md equals the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Compares each row's "depends on" with the crate's `[dependencies]`.
pub(super) fn check(root: &Path) -> Vec<String> {
    let document = std::fs::read_to_string(root.join("docs/architecture.md")).unwrap_or_default();
    let table = table(&document);
    let mut findings = Vec::new();
    for (name, manifest) in manifests(root) {
        let Some(documented) = table.get(&name) else {
            findings.push(format!(
                "docs/architecture.md: no row for the crate `{name}`"
            ));
            continue;
        };
        if documented.contains("all") {
            continue;
        }
        let actual = ours(&manifest);
        if &actual != documented {
            findings.push(format!(
                "docs/architecture.md: the row of `{name}` says {documented:?}, its manifest {actual:?}"
            ));
        }
    }
    findings
}

fn table(document: &str) -> BTreeMap<String, BTreeSet<String>> {
    let rows = document
        .lines()
        .filter(|line| line.starts_with("| ") && !line.contains("in one sentence"));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let named = cells.filter_map(|cells| {
        let names = cells
            .get(3)?
            .split(',')
            .map(str::trim)
            .filter(|name| *name != "–");
        Some((
            cells.get(1)?.to_string(),
            names.map(str::to_owned).collect(),
        ))
    });
    named.collect()
}

fn manifests(root: &Path) -> BTreeMap<String, toml::Table> {
    let Ok(entries) = std::fs::read_dir(root.join("crates")) else {
        return BTreeMap::new();
    };
    let folders = entries.flatten().map(|entry| entry.path());
    let read = folders.filter_map(|folder| {
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        let name = folder.file_name()?.to_string_lossy().into_owned();
        Some((name, text.parse::<toml::Table>().ok()?))
    });
    read.collect()
}

fn ours(manifest: &toml::Table) -> BTreeSet<String> {
    let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
    let names = dependencies.into_iter().flat_map(|table| table.keys());
    names
        .filter_map(|name| name.strip_prefix("formwork-"))
        .map(str::to_owned)
        .collect()
}
