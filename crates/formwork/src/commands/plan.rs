//! `plan`: what apply would do. Writes nothing but the file asked for.

use crate::cli::{Format, PlanArgs};
use crate::failure::{Exit, Failure};
use crate::neighbours::in_use;
use crate::pipeline::{self, Purpose, Session};
use crate::saved;
use crate::terminal::Terminal;
use crate::views::graph::{Nodes, Picture, page};
use crate::views::plan as view;
use formwork_diag::Severity;
use formwork_plan::{Mode, encode};
use formwork_store::Access;

/// Plans, shows the plan, perhaps saves it.
pub(crate) fn run(arguments: &PlanArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let mode = if arguments.destroy {
        Mode::Destroy
    } else {
        Mode::Apply
    };
    let purpose = Purpose {
        mode,
        access: Access::Read,
    };
    let session = pipeline::session(
        &arguments.stack,
        &arguments.provider,
        &arguments.planning,
        &purpose,
        terminal,
    )?;
    terminal.diagnostics(&session.sources, &session.warnings);
    let plan = &session.plan;
    if plan.header.destroy {
        let warnings = in_use(&session.dependents, &plan.header.stack, Severity::Warning);
        terminal.diagnostics(&session.sources, &warnings);
    }
    match arguments.planning.format {
        Format::Text => terminal.print(&view::text(
            plan,
            session.cost.as_ref(),
            arguments.planning.detail,
            terminal.paint(),
        )),
        Format::Json => terminal.line(
            &serde_json::to_string_pretty(&view::json(plan, session.cost.as_ref()))
                .unwrap_or_default(),
        ),
    }
    if let Some(path) = &arguments.out {
        let text = encode(plan).map_err(|error| saved::unwritable(path, &error))?;
        std::fs::write(path, text).map_err(|error| Failure::file(path, &error))?;
        terminal.note(&format!(
            "\nSaved. Apply exactly this, once: formwork apply {}",
            path.display()
        ));
    }
    if let Some(path) = &arguments.html {
        let picture = Picture::of(
            format!("{} · {}", plan.header.stack, plan.header.env),
            view::summary(plan),
            &session.resources,
            Some(plan),
            &session.sources,
            Nodes::Declarations,
        );
        std::fs::write(path, page(&picture)).map_err(|error| Failure::file(path, &error))?;
        terminal.note(&format!("\nDrawn: {}", path.display()));
    }
    terminal.phase("showed the plan");
    let exit = match arguments.detailed_exitcode && !view::is_empty(plan) {
        true => Exit::Changes,
        false => Exit::Done,
    };
    let Session {
        loaded,
        plan,
        resources,
        ..
    } = session;
    pipeline::leave((loaded, plan, resources));
    Ok(exit)
}
