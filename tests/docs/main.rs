//! Every block of stack code in the docs is checked by the tool itself, and docs/cli.md equals `--help`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic what is wrong"
)]

mod codes;
mod place;

use place::Place;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Hints that small examples may leave open.
const HINTS: &[&str] = &[
    "lint::no_versioning",
    "lint::no_deletion_protection",
    "lint::no_recovery",
    "lint::no_reserved_concurrency",
    "lint::tracing_off",
];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// The `stack` blocks of a page, each with the heading above it.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut heading = String::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        match &mut block {
            Some(code) if line == "```" => {
                blocks.push((heading.clone(), std::mem::take(code)));
                block = None;
            }
            Some(code) => {
                code.push_str(line);
                code.push('\n');
            }
            None if line == "```stack" => block = Some(String::new()),
            None => {
                if let Some(found) = line.strip_prefix("## ") {
                    heading = found.to_owned();
                }
            }
        }
    }
    blocks
}

/// The diagnostic codes that a stack gives.
fn codes(text: &str) -> Vec<String> {
    let place = Place::new();
    place.lay(text);
    let output = formwork(&["check", "--format", "json"], place.path());
    let report: serde_json::Value =
        serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}: {output}\n{text}"));
    let all = report["diagnostics"].as_array().unwrap();
    all.iter()
        .map(|found| found["code"].as_str().unwrap().to_owned())
        .collect()
}

fn formwork(arguments: &[&str], dir: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_formwork"))
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_language_page_is_right() {
    let text = fs::read_to_string(docs().join("language.md")).unwrap();
    let blocks = blocks(&text);
    assert!(
        blocks.len() >= 7,
        "only {} blocks are checked",
        blocks.len()
    );
    for (heading, block) in blocks {
        let found: Vec<String> = codes(&block)
            .into_iter()
            .filter(|code| !HINTS.contains(&code.as_str()))
            .collect();
        assert!(found.is_empty(), "{heading}: {found:?}\n{block}");
    }
}

#[test]
fn the_page_of_commands_is_what_help_says() {
    let commands = [
        "init",
        "check",
        "fmt",
        "plan",
        "apply",
        "destroy",
        "expand",
        "show",
        "output",
        "state",
        "state list",
        "state show",
        "state unlock",
        "test",
        "graph",
        "explain",
        "schema",
        "cost",
    ];
    let path = docs().join("cli.md");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let (head, _) = text.split_once("## Help").unwrap_or((&text, ""));
    let mut page = format!("{head}## Help\n");
    for command in commands {
        let mut arguments: Vec<&str> = command.split(' ').collect();
        arguments.push("--help");
        let help = formwork(&arguments, &docs());
        let help: String = help
            .lines()
            .map(|line| format!("{}\n", line.trim_end()))
            .collect();
        page.push_str(&format!("\n### formwork {command}\n\n```text\n{help}```\n"));
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        page,
        "UPDATE=1 rewrites docs/cli.md"
    );
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![dir.to_path_buf()];
    while let Some(dir) = pending.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => pending.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_lint_has_its_row() {
    let page = fs::read_to_string(docs().join("lints.md")).unwrap();
    let mut lints: Vec<String> = fs::read_dir(docs().join("errors/lint"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    lints.sort();
    let rows: Vec<&str> = page
        .lines()
        .filter_map(|line| line.split_once("](errors/lint/")?.1.split_once(')'))
        .map(|(file, _)| file)
        .collect();
    assert_eq!(
        rows, lints,
        "docs/lints.md lists the pages of docs/errors/lint, sorted"
    );
}
