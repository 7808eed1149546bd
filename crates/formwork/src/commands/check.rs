//! `check`: every mistake, in every environment, without touching anything.

use crate::cli::{CheckArgs, Format};
use crate::failure::{Exit, Failure};
use crate::fixes;
use crate::pipeline::leave;
use crate::stack::{self, Opened, catalog};
use crate::terminal::Terminal;
use formwork_diag::{Code, Diagnostic, Diagnostics, Severity, Span, report};
use formwork_kinds::{Mode, lower, unused_allows};
use std::collections::HashMap;
use std::sync::Arc;

/// Checks a stack; `--fix` applies the fixes first.
pub(crate) fn run(arguments: &CheckArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let (mut opened, mut diagnostics) = checked(arguments, terminal)?;
    if arguments.fix {
        let fixed = fixes::apply(&opened, &diagnostics)?;
        if fixed > 0 {
            terminal.note(&format!("{fixed} fixes applied"));
            (opened, diagnostics) = checked(arguments, terminal)?;
        }
    }
    let errors = diagnostics.has_errors();
    match arguments.format {
        Format::Json => {
            let text =
                serde_json::to_string(&report(&opened.sources, &diagnostics)).unwrap_or_default();
            terminal.line(&text);
        }
        Format::Text => {
            terminal.diagnostics(&opened.sources, &diagnostics);
            terminal.line(&summary(&opened, &diagnostics));
        }
    }
    leave(opened);
    Ok(if errors { Exit::Invalid } else { Exit::Done })
}

fn checked(
    arguments: &CheckArgs,
    terminal: &mut Terminal,
) -> Result<(Opened, Diagnostics), Failure> {
    let mut opened = stack::open(&arguments.stack.path)?;
    terminal.phase("read the stack");
    let inputs = opened.inputs(&arguments.stack)?;
    let mut diagnostics = opened.diagnostics.clone();
    let asked = arguments.stack.env.as_deref();
    let wanted = asked.map(|env| opened.environment(Some(env))).transpose()?;
    let all = opened.program.environments().into_iter();
    let names: Vec<Arc<str>> = match wanted {
        Some(wanted) => vec![wanted.into()],
        None => all.map(|env| env.name).collect(),
    };
    let mut found = Vec::new();
    let mut unused = Vec::new();
    let mut last = None;
    for name in &names {
        let (stack, mut all) = opened.program.check_env(name, &inputs);
        if let Some(stack) = stack {
            let (mut lowered, more) = lower(&stack, catalog(), opened.jail, Mode::Check);
            all.extend(more);
            unused.push(std::mem::take(&mut lowered.unused_allows));
            last = Some((stack, lowered));
        }
        found.push(all);
    }
    leave(last);
    diagnostics.extend(merged(&names, found));
    diagnostics.extend(unused_allows(unused.iter().map(Vec::as_slice)));
    diagnostics.sort();
    terminal.phase("checked it");
    Ok((opened, diagnostics))
}

/// The findings of several environments, each once; one of only some environments names them: `[env prod]`.
fn merged(names: &[Arc<str>], found: Vec<Diagnostics>) -> Diagnostics {
    let mut merged: Vec<(Diagnostic, Vec<&str>)> = Vec::new();
    let mut places: HashMap<(Option<Span>, Code, String), usize> = HashMap::new();
    for (name, diagnostics) in names.iter().zip(found) {
        for diagnostic in diagnostics {
            let key = (
                diagnostic.span(),
                diagnostic.code,
                diagnostic.message.clone(),
            );
            let at = *places.entry(key).or_insert(merged.len());
            if at == merged.len() {
                merged.push((diagnostic, Vec::new()));
            }
            if let Some((_, of)) = merged.get_mut(at)
                && of.last() != Some(&&**name)
            {
                of.push(name);
            }
        }
    }
    let named = merged.into_iter().map(|(mut diagnostic, of)| {
        if of.len() < names.len() {
            diagnostic
                .message
                .push_str(&format!(" [env {}]", of.join(", ")));
        }
        diagnostic
    });
    Diagnostics(named.collect())
}

fn summary(opened: &Opened, diagnostics: &Diagnostics) -> String {
    let count = |severity: Severity| {
        diagnostics
            .iter()
            .filter(|found| found.severity == severity)
            .count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let plural =
        |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let environments = plural(opened.program.environments().len(), "environment");
    match errors + warnings {
        0 => format!(
            "{} is valid in {environments}.",
            opened.program.stack_name()
        ),
        _ => format!(
            "{} and {} in {environments}.",
            plural(errors, "error"),
            plural(warnings, "warning")
        ),
    }
}
