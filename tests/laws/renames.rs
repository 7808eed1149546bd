//! A rename by `was` changes nothing but addresses, for every kind and for what its parts are named after.

use super::{formwork, place};
use formwork_diag::SourceId;
use formwork_syntax::ast::StatementKind;
use formwork_syntax::{Kind, parse, tokens};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders with a `main.stack`: the examples, and what kinds are lowered to.
fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = Vec::new();
    for folder in ["examples", "tests/cases/lower"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let wrong = path
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("wrong_");
            if path.join("main.stack").exists() && !wrong {
                all.push(path);
            }
        }
    }
    all.sort();
    all
}

/// A text in which every declaration has another name, and says what it was.
fn renamed(text: &str) -> (String, usize) {
    let tree = parse(SourceId(0), text).file;
    let mut declared: BTreeMap<String, u32> = BTreeMap::new();
    let mut headers: BTreeMap<u32, u32> = BTreeMap::new();
    for statement in &tree.statements {
        let StatementKind::Decl(decl) = &statement.kind else {
            continue;
        };
        if decl.existing.is_some() {
            continue;
        }
        declared.insert(decl.name.text.to_string(), decl.name.span.start);
        let typed = decl.resource_type.as_ref().map(|path| path.span.end);
        headers.insert(decl.name.span.start, typed.unwrap_or(decl.name.span.end));
    }
    let all = tokens(text);
    let solid: Vec<_> = all
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Space | Kind::Comment | Kind::Doc))
        .collect();
    let mut out = text.to_owned();
    let mut edits: Vec<(u32, u32, String)> = Vec::new();
    for (at, token) in solid.iter().enumerate() {
        let word = &text[token.start as usize..token.end as usize];
        let Some(name) = declared.get(word).filter(|_| token.kind == Kind::Name) else {
            continue;
        };
        let after_dot = at > 0 && matches!(solid[at - 1].kind, Kind::Dot | Kind::QuestionDot);
        let next = solid.get(at + 1).map(|token| token.kind);
        let own = *name == token.start;
        let walked =
            at > 0 && &text[solid[at - 1].start as usize..solid[at - 1].end as usize] == "in";
        let field =
            matches!(next, Some(Kind::Assign | Kind::BraceOpen | Kind::Colon)) && !own && !walked;
        if !after_dot && !field {
            edits.push((token.start, token.end, format!("{word}_anew")));
        }
    }
    for (name, end) in &headers {
        let old = declared.iter().find(|(_, at)| *at == name).unwrap().0;
        edits.push((*end, *end, format!(" was {old}")));
    }
    edits.sort();
    for (start, end, new) in edits.into_iter().rev() {
        out.replace_range(start as usize..end as usize, &new);
    }
    (out, headers.len())
}

const MOCK: &[&str] = &["--provider", "mock"];

fn plan(dir: &Path) -> Value {
    let mut arguments = vec!["plan", "--refresh", "full", "--format", "json"];
    arguments.extend(MOCK);
    serde_json::from_str(&formwork(dir, &arguments, 0)).unwrap()
}

#[test]
fn a_rename_is_no_change() {
    let (mut stacks, mut resources) = (0, 0);
    let mut wrong = Vec::new();
    for folder in folders() {
        let dir = place();
        super::copy(&folder, dir.path());
        let main = dir.path().join("main.stack");
        let text = fs::read_to_string(&main).unwrap();
        let (new, count) = renamed(&text);
        if count == 0 {
            continue;
        }
        let mut apply = vec!["apply", "--yes"];
        apply.extend(MOCK);
        // Some name objects of other people, which are not there.
        if !super::run(dir.path(), &apply).status.success() {
            continue;
        }
        fs::write(&main, &new).unwrap();
        let found = plan(dir.path());
        let changes = found["changes"].as_array().unwrap();
        // A dashboard shows the names of what it watches.
        let shown =
            |c: &&Value| c["type"] == "AWS::CloudWatch::Dashboard" && c["action"] == "update";
        let changes: Vec<&Value> = changes.iter().filter(|c| !shown(c)).collect();
        let actions: BTreeSet<&str> = changes
            .iter()
            .map(|c| c["action"].as_str().unwrap())
            .collect();
        if actions != BTreeSet::from(["rename"]) {
            let odd: Vec<&&Value> = changes.iter().filter(|c| c["action"] != "rename").collect();
            wrong.push(format!("{}: {odd:#?}\n{new}", folder.display()));
            continue;
        }
        stacks += 1;
        resources += changes.len();
        formwork(dir.path(), &apply, 0);
        assert_eq!(
            plan(dir.path())["changes"],
            Value::Array(Vec::new()),
            "{new}"
        );
        let without = new.lines().map(|line| match line.split_once(" was ") {
            Some((before, after)) => {
                let rest = after.split_once(' ').map_or("", |(_, rest)| rest);
                format!("{before} {rest}\n")
            }
            None => format!("{line}\n"),
        });
        fs::write(&main, without.collect::<String>()).unwrap();
        assert_eq!(
            plan(dir.path())["changes"],
            Value::Array(Vec::new()),
            "{new}"
        );
    }
    println!("{resources} resources of {stacks} stacks renamed");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(stacks > 20, "only {stacks} stacks");
}
