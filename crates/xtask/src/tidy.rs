//! `cargo xtask tidy`: checks of the tree itself, each with what is wrong and where.

mod codes;
mod dependencies;
mod files;
mod overlays;
mod purity;

use std::path::{Path, PathBuf};

/// Runs all checks and reports every finding.
///
/// # Errors
/// The number of findings, after they were printed.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let mut findings = Vec::new();
    findings.extend(dependencies::check(root));
    findings.extend(files::check(root));
    findings.extend(purity::check(root));
    findings.extend(codes::check(root));
    findings.extend(overlays::check(root));
    let (types, missing) = overlays::missing(root);
    println!(
        "tidy: {} of {types} resource types have a written overlay; derived for {}",
        types - missing.len(),
        missing.join(", ")
    );
    for finding in &findings {
        eprintln!("tidy: {finding}");
    }
    match findings.len() {
        0 => {
            println!("tidy: dependency table, files and codes are in order");
            Ok(())
        }
        count => Err(format!("tidy has {count} findings")),
    }
}

/// All files below `dir` whose name ends in `extension`, sorted.
fn files_below(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![dir.to_path_buf()];
    while let Some(dir) = pending.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path as shown: relative to the root.
fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}
