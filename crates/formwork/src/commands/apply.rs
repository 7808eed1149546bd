//! `apply`: carries out a plan, fresh or saved.

use crate::cli::{ApplyArgs, CarryingArgs, Format, PlanningArgs};
use crate::failure::{Exit, Failure};
use crate::pipeline::{self, Purpose, Session};
use crate::progress::{Reporter, Shown};
use crate::terminal::Terminal;
use crate::views::{outcome, plan as view};
use crate::{guards, interrupts, neighbours, saved};
use formwork_engine::{Applied, Job, Options, Report, Stop};
use formwork_plan::{Mode, to_json};
use serde_json::json;
use std::sync::Arc;

/// Plans and carries out; or carries out a saved plan.
pub(crate) fn run(arguments: &ApplyArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let access = pipeline::writing("apply", &arguments.carrying)?;
    let session = match saved::is_plan(&arguments.stack.path) {
        true => pipeline::saved_session(&arguments.stack.path, &arguments.provider, access)?,
        false => {
            let purpose = Purpose {
                mode: Mode::Apply,
                access,
            };
            pipeline::session(
                &arguments.stack,
                &arguments.provider,
                &arguments.planning,
                &purpose,
                terminal,
            )?
        }
    };
    carry_out(session, &arguments.planning, &arguments.carrying, terminal)
}

/// Shows a session's plan, passes the guards, applies it, and says what it came to.
pub(crate) fn carry_out(
    session: Session,
    planning: &PlanningArgs,
    carrying: &CarryingArgs,
    terminal: &mut Terminal,
) -> Result<Exit, Failure> {
    terminal.diagnostics(&session.sources, &session.warnings);
    let plan = &session.plan;
    let json = planning.format == Format::Json;
    if !json {
        if session.rest_of.is_some() {
            terminal.line("This plan was cut short. What is left of it:\n");
        }
        terminal.print(&view::text(
            plan,
            session.cost.as_ref(),
            planning.detail,
            terminal.paint(),
        ));
        terminal.flush();
    }
    let nothing = session.rest_of.is_none()
        && plan.operations.is_empty()
        && session.loaded.state.outputs == pipeline::known_outputs(plan)
        && session.loaded.state.uses == plan.header.uses;
    if nothing {
        if json {
            terminal.line(&serde_json::to_string_pretty(&to_json(plan)).unwrap_or_default());
        }
        return Ok(Exit::Done);
    }
    if !view::is_empty(plan) {
        if plan.header.destroy {
            neighbours::guard(&session.dependents, &plan.header.stack)?;
        }
        guards::pass(plan, &session.sources, carrying, terminal)?;
    }
    let shown = match (terminal.quiet || json, terminal.interactive) {
        (true, _) => Shown::Silent,
        (false, true) => Shown::Live,
        (false, false) => Shown::Lines,
    };
    let total = plan.operations.len();
    let mut reporter = Reporter::new(
        shown,
        total,
        carrying.events.as_deref(),
        terminal.paint_error(),
    )?;
    let counts = formwork_plan::summary(plan);
    let summary = json!({ "add": counts.add, "change": counts.change, "destroy": counts.destroy });
    reporter.event("change_summary", summary);
    let plan = Arc::new(session.plan);
    let job = Job {
        plan: plan.clone(),
        digest: match session.rest_of {
            Some(whole) => whole,
            None => saved::id(&plan)?,
        },
        state: session.loaded.state,
        catalog: Arc::new(crate::stack::catalog()),
        options: options(carrying),
    };
    let runtime = pipeline::runtime()?;
    let running = formwork_engine::apply(
        job,
        Box::new(session.store),
        session.provider.as_ref(),
        |progress| reporter.report(&progress),
        interrupts::listen()?,
    );
    let applied = runtime
        .block_on(running)
        .map_err(|error| saved::stale(&error.to_string()))?;
    terminal.phase("applied it");
    reporter.event("outputs", json!({ "outputs": applied.report.outputs }));
    reporter.finish();
    say(&applied, &plan, &session.sources, json, terminal)
}

fn options(carrying: &CarryingArgs) -> Options {
    let mut options = Options {
        tool: env!("CARGO_PKG_VERSION").into(),
        ..Options::default()
    };
    if let Some(parallel) = carrying.parallel {
        options.parallel = usize::from(parallel);
    }
    options
}

fn say(
    applied: &Applied,
    plan: &formwork_plan::Plan,
    sources: &formwork_diag::Sources,
    json: bool,
    terminal: &mut Terminal,
) -> Result<Exit, Failure> {
    let report = &applied.report;
    if view::is_empty(plan) && report.complete() && !json {
        return Ok(Exit::Done);
    }
    if json {
        terminal.line(&outcome::json(plan, report));
    } else {
        terminal.print(&outcome::text(plan, report, terminal.paint()));
    }
    if let Some(error) = &applied.store_error {
        return Err(pipeline::store_failure(error));
    }
    terminal.diagnostics(sources, &outcome::failures(report));
    Ok(exit(report))
}

/// How a run ended, as an exit code.
fn exit(report: &Report) -> Exit {
    match &report.stopped {
        Some(Stop::Interrupted(_)) => Exit::Interrupted,
        Some(Stop::Standstill) => Exit::Bug,
        Some(Stop::Store(_) | Stop::LeaseLost) => Exit::Partial,
        None if report.complete() => Exit::Done,
        None if report.done.is_empty() => Exit::Failed,
        None => Exit::Partial,
    }
}
