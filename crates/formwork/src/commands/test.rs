//! `test`: plans the stack as each of its tests wants it, on the simulated cloud, and checks what the test expects.

mod account;

use crate::cli::{Format, TestArgs};
use crate::failure::{Exit, Failure};
use crate::pipeline::MOCK_ACCOUNT;
use crate::stack::{self, Opened, catalog};
use crate::terminal::Terminal;
use crate::views::tests as view;
use formwork_diag::{Code, Diagnostics, nearest};
use formwork_kinds::{Mode as Lowering, lower};
use formwork_model::{Inputs as Given, Planned, TestInfo, TestRun};
use formwork_plan::{Filters, Inputs, Mode, Observed, PlannedOutput, plan};
use formwork_schema::{Address, Node, Output, ResolveError, Resolver, Stack, Val, Value};
use formwork_state::State;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A property that an expectation reads.
type Read = (Address, Arc<str>);

/// Runs the tests; 1 if one of them fails, 3 if the stack is not valid.
pub(crate) fn run(arguments: &TestArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let mut opened = stack::open(&arguments.path)?;
    opened.diagnostics.sort();
    if opened.diagnostics.has_errors() {
        return Err(Failure::invalid(opened.sources, opened.diagnostics));
    }
    let all = opened.program.tests();
    let chosen = chosen(&all, &arguments.only)?;
    let ran: Vec<view::Ran> = chosen
        .into_iter()
        .map(|(at, info)| one(&opened, at, info))
        .collect();
    let failed = ran.iter().any(|ran| !ran.passed());
    match arguments.format {
        Format::Json => terminal.line(&view::json(&opened.sources, &ran)),
        Format::Text => {
            for ran in &ran {
                if !(terminal.quiet && ran.passed()) {
                    terminal.line(&view::line(ran, terminal.paint()));
                    terminal.diagnostics(&opened.sources, &ran.found);
                }
            }
            if !terminal.quiet || failed {
                terminal.line(&view::summary(&ran));
            }
        }
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// The tests of the names asked for, in which `*` is any characters; all of them if none is asked for.
fn chosen<'t>(all: &'t [TestInfo], only: &[String]) -> Result<Vec<(usize, &'t TestInfo)>, Failure> {
    for pattern in only {
        if !all.iter().any(|test| matches(pattern, &test.name)) {
            let failure = Failure::new(
                Exit::Usage,
                Code("usage::test"),
                format!("there is no test `{pattern}`"),
            );
            let names = all.iter().map(|test| &*test.name);
            return Err(match nearest(pattern, names.clone()) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None if all.is_empty() => failure.help("the stack has no `test` statement"),
                None => {
                    let names: Vec<&str> = names.collect();
                    failure.help(format!(
                        "it has {}",
                        formwork_diag::list_words(&names, "and")
                    ))
                }
            });
        }
    }
    let wanted =
        |test: &TestInfo| only.is_empty() || only.iter().any(|one| matches(one, &test.name));
    Ok(all
        .iter()
        .enumerate()
        .filter(|(_, test)| wanted(test))
        .collect())
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((first, rest)) => name.strip_prefix(first).is_some_and(|left| {
            let ends = left.char_indices().map(|(at, _)| at).chain([left.len()]);
            ends.into_iter()
                .any(|at| left.get(at..).is_some_and(|left| matches(rest, left)))
        }),
    }
}

/// Runs a test: until every property that it reads is one that the plan was asked for.
fn one(opened: &Opened, at: usize, info: &TestInfo) -> view::Ran {
    let inputs = Given {
        account: Some(MOCK_ACCOUNT.into()),
        ..Given::default()
    };
    let mut ran = view::Ran {
        name: info.name.clone(),
        env: "".into(),
        expectations: info.expectations,
        failed: info.expectations,
        found: Diagnostics::new(),
    };
    let mut planned = Planned::new();
    let mut asked: Option<BTreeSet<Read>> = None;
    loop {
        let Some(run) = opened.program.run_test(at, &inputs, &planned) else {
            return ran;
        };
        ran.env = run.env.clone();
        let errors = |found: Diagnostics| {
            let errors = found.into_iter().filter(|found| found.is_error());
            Diagnostics(errors.collect())
        };
        let TestRun {
            stack: Some(stack),
            expectations,
            reads,
            ..
        } = run
        else {
            ran.found = errors(run.diagnostics);
            return ran;
        };
        if asked
            .as_ref()
            .is_some_and(|asked| asked.is_superset(&reads))
        {
            ran.failed = expectations.iter().filter(|found| found.is_error()).count();
            ran.found = expectations;
            return ran;
        }
        let asked = asked.get_or_insert_default();
        asked.extend(reads);
        match known(stack, opened, asked) {
            Ok(known) => planned = known,
            Err(found) => {
                ran.found = errors(found);
                return ran;
            }
        }
    }
}

/// Plans the first apply of a stack; gives of the asked properties those that the plan knows.
fn known(
    mut stack: Stack,
    opened: &Opened,
    asked: &BTreeSet<Read>,
) -> Result<Planned, Diagnostics> {
    let place = stack.name_span;
    let first = stack.outputs.len();
    // The plan says of outputs what it knows: so each property is one.
    stack
        .outputs
        .extend(asked.iter().map(|(of, property)| Output {
            name: "".into(),
            name_span: place,
            doc: None,
            value: Val::new(
                Value::Deferred(Arc::new(formwork_schema::Deferred::Attribute {
                    of: of.clone(),
                    property: property.clone(),
                })),
                place,
            ),
        }));
    let (lowered, found) = lower(&stack, catalog(), opened.jail, Lowering::Plan);
    if found.has_errors() {
        return Err(found);
    }
    let values = lowered
        .outputs
        .into_iter()
        .skip(first)
        .map(|output| output.value);
    let mut out = Planned::new();
    let mut outputs = Vec::new();
    let mut reads = Vec::new();
    for (read, value) in asked.iter().zip(values) {
        match value {
            None => _ = out.insert(read.clone(), None),
            Some(value) => {
                outputs.push(PlannedOutput {
                    name: "".into(),
                    value,
                });
                reads.push(read);
            }
        }
    }
    // What exists elsewhere is supposed to be there, as the stack looks for it.
    let observed = Observed {
        found: account::supposed(&lowered.resources),
        ..Observed::default()
    };
    let planned = plan(&Inputs {
        stack: stack.name.clone(),
        env: stack.env.clone(),
        provider: "mock".into(),
        account: stack.account.clone().unwrap_or_else(|| MOCK_ACCOUNT.into()),
        region: stack.region.clone(),
        resources: &lowered.resources,
        forgets: &stack.forgets,
        outputs: &outputs,
        state: &State::default(),
        observed: &observed,
        catalog: catalog(),
        mode: Mode::Apply,
        extras: Default::default(),
        filters: Filters::default(),
    })?;
    for (read, output) in reads.into_iter().zip(planned.outputs) {
        if let Ok(json) = known_json(&output.value) {
            out.insert(read.clone(), Some(json));
        }
    }
    Ok(out)
}

fn known_json(node: &Node) -> Result<serde_json::Value, ResolveError> {
    struct Nothing;
    impl Resolver for Nothing {
        fn attribute(&self, _: &Address, _: &str) -> Option<serde_json::Value> {
            None
        }
        fn account(&self) -> Option<Arc<str>> {
            None
        }
    }
    node.to_json(&Nothing)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_characters() {
        for (pattern, name, fits) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "a", true),
            ("*b", "ab", true),
            ("a*c*", "abcd", true),
            ("*x*", "abc", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }
}
