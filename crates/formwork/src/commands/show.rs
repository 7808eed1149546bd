//! `show`: a saved plan, or what the state knows of the stack.

use crate::cli::{Detail, Format, ShowArgs};
use crate::failure::{Exit, Failure};
use crate::pipeline;
use crate::saved;
use crate::terminal::Terminal;
use crate::views::{outputs, plan as view};
use serde_json::json;

/// Shows a plan file as it was shown when it was made, or the stack's objects and outputs.
pub(crate) fn run(arguments: &ShowArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    if saved::is_plan(&arguments.stack.path) {
        let plan = saved::read(&arguments.stack.path)?;
        match arguments.format {
            Format::Text => {
                terminal.print(&view::text(&plan, None, Detail::Full, terminal.paint()))
            }
            Format::Json => terminal
                .line(&serde_json::to_string_pretty(&view::json(&plan, None)).unwrap_or_default()),
        }
        return Ok(Exit::Done);
    }
    let known = pipeline::known_state(&arguments.stack, arguments.provider.provider)?;
    let state = &known.state;
    if arguments.format == Format::Json {
        let objects: Vec<_> = state
            .objects
            .keys()
            .map(|key| key.address.to_string())
            .collect();
        let all = json!({ "serial": state.serial, "objects": objects, "outputs": state.outputs });
        terminal.line(&serde_json::to_string_pretty(&all).unwrap_or_default());
        return Ok(Exit::Done);
    }
    let binding = &known.binding;
    let name = format!("{} · {} · {}", binding.stack, binding.env, binding.account);
    terminal.line(&format!(
        "{name}   {} resources, state serial {}",
        state.objects.len(),
        state.serial
    ));
    if !state.open.is_empty() {
        terminal.line(&format!(
            "{} operations were interrupted; the next apply goes on with them",
            state.open.len()
        ));
    }
    if !state.outputs.is_empty() {
        terminal.line("");
        terminal.print(&outputs::text(&state.outputs));
    }
    Ok(Exit::Done)
}
