//! Case folders of tests/cases/lower: a stack, and the resources and findings that must come of it.
//! `UPDATE=1` writes what came out; read it like code before it is kept.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

mod support;

use formwork_kinds::{Lowered, Mode, shown};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Folder, Resolved, finding, outcome};

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/lower");
    let mut all: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    all.sort();
    all
}

#[test]
fn every_case_gives_what_it_expects() {
    let mut wrong = Vec::new();
    let all = folders();
    assert!(all.len() > 20, "the cases are gone");
    for folder in all {
        let files = Folder::read(&folder);
        let text = &files.0["main.stack"];
        let outcome = outcome(text, &files, None, Mode::Plan);
        // Advice is what every small stack gets; it has a case of its own.
        let about = folder.file_name().unwrap().to_str().unwrap();
        let said = outcome
            .diagnostics
            .iter()
            .filter(|d| d.severity != formwork_diag::Severity::Advice || about.contains("advice"));
        let findings: Vec<Json> = said.map(|d| finding(d, &outcome.sources)).collect();
        let resources: Vec<Json> = outcome.lowered.resources.iter().map(shown).collect();
        let kept = if findings.iter().any(|f| f["severity"] == "error") {
            Vec::new()
        } else {
            resources
        };
        let got = json!({ "findings": findings, "resources": kept });
        let got = format!("{}\n", serde_json::to_string_pretty(&got).unwrap());
        let path = folder.join("expected.json");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &got).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if expected != got {
            wrong.push(format!("{about}:\n{got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What AWS's schema says of the types: every lowered property is one of its type, of its shape, in its range.
#[test]
fn everything_lowered_is_what_its_type_takes() {
    let mut wrong = Vec::new();
    let mut types = BTreeSet::new();
    for folder in folders() {
        let files = Folder::read(&folder);
        let outcome = outcome(&files.0["main.stack"], &files, None, Mode::Plan);
        if outcome.diagnostics.has_errors() {
            continue;
        }
        let resolved = Resolved::new(&outcome.lowered);
        for resource in outcome
            .lowered
            .resources
            .iter()
            .filter(|r| r.slice.is_none() && !r.claim.looks())
        {
            let mut properties = resolved.properties(resource);
            // Code is packed when it is applied; its place is taken by what AWS's schema has there.
            for name in ["Code", "Content"] {
                if properties[name].get("$artifact").is_some() {
                    properties[name] = json!({ "S3Bucket": "code", "S3Key": "code.zip" });
                }
            }
            let ty = formwork_catalog::aws().get(&resource.type_name).unwrap();
            let span = resource.span;
            let fields =
                formwork_catalog::raw::fields_of_json(properties.as_object().unwrap(), span);
            let checked = formwork_catalog::raw::check(&ty, &fields, span);
            types.insert(resource.type_name.to_string());
            for found in checked.diagnostics.iter() {
                wrong.push(format!(
                    "{}: {}: {}",
                    folder.display(),
                    resource.address,
                    found.message
                ));
            }
        }
    }
    assert!(types.len() > 15, "{types:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same bytes whatever order the declarations stand in.
#[test]
fn order_in_the_file_means_nothing() {
    for folder in folders() {
        let files = Folder::read(&folder);
        let text = &files.0["main.stack"];
        let forth = outcome(text, &files, None, Mode::Plan);
        let mut statements = vec![String::new()];
        for line in text.lines() {
            // Statements begin at the first column; what closes or continues one does not count.
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                statements.push(String::new());
            }
            let last = statements.last_mut().unwrap();
            last.push_str(line);
            last.push('\n');
        }
        statements.reverse();
        let back = outcome(&statements.concat(), &files, None, Mode::Plan);
        let shown = |lowered: &Lowered| lowered.resources.iter().map(shown).collect::<Vec<Json>>();
        assert_eq!(
            shown(&forth.lowered),
            shown(&back.lowered),
            "{}",
            folder.display()
        );
    }
}

/// A permit that nothing needs is found only where no environment needs it.
#[test]
fn unused_permits_are_those_no_environment_needs() {
    let text = "stack s { region = eu_west_1, default_env = dev }\n\
        env dev {}\nenv prod {}\n\
        log_group g {\n\
        \x20 retention = if env == prod then forever else 30d\n\
        \x20 allow lint::log_retention, \"audit\"\n\
        \x20 allow lint::public_url, \"never\"\n}\n";
    let of = |env| outcome(text, &Folder::default(), Some(env), Mode::Check);
    let (dev, prod) = (of("dev"), of("prod"));
    let unused = |outcome: &support::Outcome| outcome.lowered.unused_allows.len();
    assert_eq!((unused(&dev), unused(&prod)), (2, 1));
    let lists = [&dev, &prod].map(|outcome| outcome.lowered.unused_allows.as_slice());
    let found = formwork_kinds::unused_allows(lists);
    let codes: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, ["lint::unused_allow"]);
    let span = found.iter().next().unwrap().span().unwrap();
    assert!(prod.sources.slice(span).contains("public_url"));
}

/// Mistakes of names and types do not hide those of kinds, and cause none there.
#[test]
fn all_mistakes_are_said_at_once_and_only_once() {
    let text = "stack s { region = eu_west_1 }\n\
        function a {\n  cod = \"./f\"\n  handler = 3\n  runtime = nodejs22\n  timeout = 20min\n}\n\
        function b { runtime = nodejs16, memory = 1MB, code = \"./f\", handler = \"index\", on = [nothing.created] }\n\
        bucket c { versioning = 3, lifecycle = [{ archive_to = glacier }] }\n\
        queue d { visibility = 20d, deduplicate = true, dead_letters { queue = c } }\n\
        table e { partition_key { id = sting }, indexes { x { partition_key { y = string } } } }\n\
        alarm f { metric = a.errors, above = tru }\n\
        role g { trust = [account(\"1\"), servce(\"x\")] }\n\
        schedule h { at = every(1h), target = c }\n\
        log_group i { retention = 2d, class = standrd }\n\
        http_api j { routes { \"GET /\" = a }, auth = publc, throttle { rate = 1rps, burst = 1 } }\n\
        topic k { fifo = yes }\nparameter l { value = 3, tier = advance }\nlayer m { code = 3 }\n";
    let mut files = Folder::default();
    files.0.insert("f/index.js".into(), String::new());
    let outcome = outcome(text, &files, None, Mode::Check);
    let errors = outcome.diagnostics.iter().filter(|d| d.is_error());
    let mut got: Vec<String> = errors
        .map(|d| format!("{} {}", d.code, outcome.sources.slice(d.span().unwrap())))
        .collect();
    got.sort();
    // One for each of the 25 mistakes above.
    let expected = [
        "aws::account \"1\"",
        "aws::fifo deduplicate",
        "aws::lambda_timeout 20min",
        "aws::lifecycle archive_to",
        "aws::log_retention 2d",
        "aws::table_index x",
        "lambda::handler \"index\"",
        "lambda::runtime nodejs16",
        "name::unknown nothing",
        "name::unknown tru",
        "type::call servce",
        "type::field cod",
        "type::mismatch 3",
        "type::mismatch 3",
        "type::mismatch 3",
        "type::mismatch 3",
        "type::mismatch c",
        "type::mismatch c",
        "type::mismatch yes",
        "type::word advance",
        "type::word publc",
        "type::word standrd",
        "type::word sting",
        "value::range 1MB",
        "value::range 20d",
    ];
    assert_eq!(got, expected);
}
