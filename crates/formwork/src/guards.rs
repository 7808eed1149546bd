//! What must be allowed before a plan is carried out: loss of data, many deletions, and being asked at all.

use crate::cli::{CarryingArgs, Yes};
use crate::failure::{Exit, Failure};
use crate::stack::catalog;
use crate::terminal::Terminal;
use crate::views::{access, plan as view, values};
use formwork_diag::{Code, Diagnostic, Diagnostics, Severity, Sources};
use formwork_plan::{Action, Change, Operation, Plan, Step};
use formwork_schema::Catalog;

/// Refuses what the flags do not allow; asks where nobody has said yes.
pub(crate) fn pass(
    plan: &Plan,
    sources: &Sources,
    carrying: &CarryingArgs,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    data_loss(plan, sources, &carrying.allow_data_loss)?;
    not_empty(plan, sources)?;
    max_destroy(plan, carrying.max_destroy)?;
    match carrying.yes {
        Some(Yes::All) => Ok(()),
        Some(Yes::Safe) => only_safe(plan),
        None => ask(plan, terminal),
    }
}

/// Objects that hold data are deleted or replaced only where that is said.
fn data_loss(plan: &Plan, sources: &Sources, allowed: &[String]) -> Result<(), Failure> {
    let may = |change: &Change| {
        let names = [
            change.address.to_string(),
            change.address.owner().to_string(),
        ];
        allowed
            .iter()
            .any(|allowed| allowed == "*" || names.contains(allowed))
    };
    let losing = plan
        .changes
        .iter()
        .filter(|change| change.loses_data && !may(change));
    let diagnostics: Vec<Diagnostic> = losing.map(loses).collect();
    if diagnostics.is_empty() {
        return Ok(());
    }
    Err(Failure {
        exit: Exit::Refused,
        sources: sources.clone(),
        diagnostics: Diagnostics(diagnostics),
    })
}

fn loses(change: &Change) -> Diagnostic {
    let done = if change.action == Action::Delete {
        "deleted"
    } else {
        "replaced"
    };
    let lost = match change.contents {
        Some(items) => format!("and {} lost with it", values::items(items)),
        None => "and what it holds is not known".to_owned(),
    };
    let message = format!("`{}` would be {done}, {lost}", change.address);
    let mut diagnostic =
        Diagnostic::new(Code("guard::data_loss"), Severity::Error, message).help(format!(
            "nothing was done; keep it with `retain = true`, or allow it: `--allow-data-loss={}`",
            change.address
        ));
    if let Some(span) = change.span {
        diagnostic = diagnostic.label(span, format!("{done} by this plan"));
    }
    diagnostic
}

/// What AWS deletes only when it is empty, and is not to be emptied, would stop the apply half-way.
fn not_empty(plan: &Plan, sources: &Sources) -> Result<(), Failure> {
    let blocked = |operation: &Operation| {
        let Step::Delete {
            type_name,
            force: false,
            ..
        } = &operation.step
        else {
            return None;
        };
        let change = plan.changes.get(operation.change)?;
        let items = change.contents.filter(|items| *items > 0)?;
        let ty = catalog().resource_type(type_name)?;
        let blocked = ty.overlay.delete_blocked_by_content;
        blocked.then(|| holds(change, items))
    };
    let diagnostics: Vec<Diagnostic> = plan.operations.iter().filter_map(blocked).collect();
    match diagnostics.is_empty() {
        true => Ok(()),
        false => Err(Failure {
            exit: Exit::Refused,
            sources: sources.clone(),
            diagnostics: Diagnostics(diagnostics),
        }),
    }
}

fn holds(change: &Change, items: u64) -> Diagnostic {
    let (address, items) = (&change.address, values::items(items));
    let message = format!("`{address}` holds {items}, and AWS deletes it only when it is empty");
    let diagnostic = Diagnostic::new(Code("guard::not_empty"), Severity::Error, message);
    let diagnostic = diagnostic.help(match change.span {
        Some(_) => {
            "nothing was done; empty it, or write `force = true` to have it emptied".to_owned()
        }
        None => format!(
            "nothing was done; empty it, or write it back with `force = true` and run \
             `formwork destroy --only {address}`"
        ),
    });
    match change.span {
        Some(span) => diagnostic.label(span, "it is not emptied"),
        None => diagnostic,
    }
}

fn max_destroy(plan: &Plan, limit: Option<usize>) -> Result<(), Failure> {
    let count = formwork_plan::summary(plan).destroy;
    match limit {
        Some(limit) if count > limit => Err(Failure::new(
            Exit::Refused,
            Code("guard::max_destroy"),
            format!("this plan destroys {count} resources, and `--max-destroy` allows {limit}"),
        )
        .help("nothing was done; look at the plan, then raise the limit")),
        _ => Ok(()),
    }
}

/// `--yes=safe`: nothing is deleted or replaced, and nobody may do more than before.
fn only_safe(plan: &Plan) -> Result<(), Failure> {
    let unsafe_action = |change: &&Change| {
        matches!(
            change.action,
            Action::Delete | Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst
        )
    };
    let refused = |what: String| {
        Failure::new(Exit::Refused, Code("guard::not_safe"), what)
            .help("nothing was done; look at the plan, then apply it with `--yes`")
    };
    if let Some(change) = plan.changes.iter().find(unsafe_action) {
        return Err(refused(format!(
            "`--yes=safe` stops here: `{}` is deleted or replaced",
            change.address
        )));
    }
    match access::broader(plan).keys().next() {
        Some(owner) => Err(refused(format!(
            "`--yes=safe` stops here: `{owner}` may do more than before"
        ))),
        None => Ok(()),
    }
}

fn ask(plan: &Plan, terminal: &mut Terminal) -> Result<(), Failure> {
    if !terminal.asks {
        return Err(Failure::new(
            Exit::Refused,
            Code("guard::not_asked"),
            "nobody is there to be asked whether this plan may be carried out",
        )
        .help("nothing was done; add `--yes`, or `--yes=safe` to stop at deletions, replacements and broader access"));
    }
    let question = format!("{} Carry it out?", view::summary(plan));
    match terminal.confirm(&question) {
        true => Ok(()),
        false => Err(declined()),
    }
}

fn declined() -> Failure {
    Failure::new(
        Exit::Refused,
        Code("guard::declined"),
        "not carried out; nothing was done",
    )
    .help("answer with the whole word `yes`, or run it with `--yes`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declining_is_refusing() {
        let failure = declined();
        assert_eq!(failure.exit, Exit::Refused);
        assert_eq!(failure.diagnostics.0[0].code.0, "guard::declined");
    }
}
