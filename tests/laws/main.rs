//! Laws that hold for any stack: any order of files gives the same plan; after an apply the plan is empty, for every
//! resource type of the catalog.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic what is wrong"
)]

mod renames;

use formwork_catalog::example;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_formwork"))
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("CI", "true")
        .output()
        .unwrap()
}

fn formwork(dir: &Path, arguments: &[&str], exit: i32) -> String {
    let output = run(dir, arguments);
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(exit),
        "formwork {}\n{out}\n{err}",
        arguments.join(" ")
    );
    out
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn place() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("formwork.root"), "").unwrap();
    dir
}

#[test]
fn the_second_plan_is_empty_for_every_resource_type() {
    let dir = place();
    let examples = example::all();
    let types: BTreeSet<&str> = examples
        .iter()
        .map(|example| example.type_name.as_str())
        .collect();
    assert_eq!(types.len(), 187);
    let stack = format!(
        "stack all_types {{ region = us_east_1 }}\n\
         allow lint::permission_source, \"each says the least there can be\"\n{}",
        example::text(&examples)
    );
    fs::write(dir.path().join("main.stack"), stack).unwrap();
    formwork(dir.path(), &["apply", "--provider", "mock", "--yes"], 0);
    let second = formwork(
        dir.path(),
        &[
            "plan",
            "--provider",
            "mock",
            "--refresh",
            "full",
            "--detail",
            "full",
        ],
        0,
    );
    assert!(second.contains("Nothing to do"), "{second}");
    formwork(
        dir.path(),
        &[
            "destroy",
            "--provider",
            "mock",
            "--yes",
            "--allow-data-loss",
        ],
        0,
    );
    assert_eq!(
        formwork(dir.path(), &["state", "list", "--provider", "mock"], 0),
        ""
    );
}

#[test]
fn any_order_of_files_gives_the_same_plan() {
    let parts = [
        "stack parted { region = eu_west_1 }\nlet days = 7d\n",
        "bucket a { expire_after = days }\nqueue q for name in names { keep_messages = days }\n",
        "param names: list(string) = [\"x\", \"y\"]\nparameter p { value = \"${a.arn} ${q[\"x\"].arn}\" }\n",
    ];
    let mut plans = Vec::new();
    for names in [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]] {
        let dir = place();
        for (name, text) in names.iter().zip(parts) {
            fs::write(dir.path().join(format!("{name}.stack")), text).unwrap();
        }
        let plan = formwork(
            dir.path(),
            &["plan", "--provider", "mock", "--format", "json"],
            0,
        );
        let mut plan: Value = serde_json::from_str(&plan).unwrap();
        plan["header"] = Value::Null;
        plans.push(without_places(&plan).to_string());
    }
    assert_eq!(plans[0], plans[1]);
    assert_eq!(plans[0], plans[2]);
}

/// A plan without where its parts were written.
fn without_places(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map
                .iter()
                .filter(|(name, _)| *name != "span" && *name != "at");
            Value::Object(
                kept.map(|(name, value)| (name.clone(), without_places(value)))
                    .collect(),
            )
        }
        Value::Array(items) => items.iter().map(without_places).collect(),
        other => other.clone(),
    }
}
