//! The orders of replacements that matter, as they are planned: what is made, moved and deleted, each after what.
//!
//! `orders/NAME.stack` is applied; then the value before each `// then: VALUE` becomes that value. The operations of that
//! plan are in `orders/NAME.expect` (`UPDATE=1` rewrites it), and it is carried out in several orders that they allow.

use crate::world::{World, lowered};
use formwork_plan::{Mode, Operation, Plan, Step, Verb};
use std::fs;
use std::path::{Path, PathBuf};

/// In how many ways a plan is carried out.
const WAYS: u64 = 6;

/// The stacks, by name.
pub(crate) fn all() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lifecycle/orders");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let stacks = files.filter(|path| path.extension().is_some_and(|end| end == "stack"));
    let named = stacks.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (format!("order::{name}"), path)
    });
    let mut all: Vec<_> = named.collect();
    all.sort();
    all
}

pub(crate) fn holds(path: &Path) -> Result<(), String> {
    let before = fs::read_to_string(path).unwrap();
    let first = lowered(&before)?;
    let then = lowered(&changed(&before))?;
    let mut told = None;
    for way in 0..WAYS {
        let mut world = World::new();
        world.seed(way);
        let plan = world.plan(&first, Mode::Apply)?;
        world.apply(plan)?;
        let plan = world.plan(&then, Mode::Apply)?;
        told.get_or_insert_with(|| order(&plan));
        world.apply(plan)?;
        let again = world.plan(&then, Mode::Apply)?;
        if !again.operations.is_empty() {
            return Err(format!("the second plan is not empty: {:?}", again.changes));
        }
    }
    let told = told.unwrap_or_default();
    let file = path.with_extension("expect");
    if std::env::var_os("UPDATE").is_some() {
        return fs::write(file, told).map_err(|error| error.to_string());
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    match told == expected {
        true => Ok(()),
        false => Err(format!(
            "{} is otherwise (UPDATE=1 rewrites it):\n{told}",
            file.display()
        )),
    }
}

/// The text with the values that come then.
fn changed(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| match line.split_once(" // then: ") {
            Some((now, then)) => {
                let (name, _) = now
                    .split_once(" = ")
                    .unwrap_or_else(|| panic!("no value: {line}"));
                format!("{name} = {then}\n")
            }
            None => format!("{line}\n"),
        });
    lines.collect()
}

/// The operations in their order, each with what it waits for.
fn order(plan: &Plan) -> String {
    let calls = |operation: &Operation| !matches!(operation.step, Step::Record(_));
    let name = |operation: &Operation| {
        let sign = match operation.step.verb() {
            Verb::Create => "+",
            Verb::Update => "~",
            Verb::Delete => "-",
            Verb::Settle | Verb::Recover => "recover",
            Verb::Record => "record",
            Verb::Forget => "goes along",
            Verb::Adopt => "adopt",
        };
        format!("{sign} {}#{}", operation.address, operation.generation)
    };
    let lines = plan
        .operations
        .iter()
        .filter(|operation| calls(operation))
        .map(|operation| {
            let needs = operation.needs.iter().map(|at| &plan.operations[*at]);
            let needs: Vec<String> = needs.filter(|need| calls(need)).map(name).collect();
            match needs.is_empty() {
                true => format!("{}\n", name(operation)),
                false => format!("{}\n    after {}\n", name(operation), needs.join(", ")),
            }
        });
    lines.collect()
}
