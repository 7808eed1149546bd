//! `expand`: the AWS resources that the declarations become.

use crate::cli::{ExpandArgs, Format};
use crate::failure::{Exit, Failure};
use crate::stack;
use crate::terminal::Terminal;
use crate::views::resources;
use formwork_kinds::Mode;
use formwork_schema::Resource;

/// Prints the lowered resources.
pub(crate) fn run(arguments: &ExpandArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let opened = stack::open(&arguments.stack.path)?;
    let lowered = opened.lowered_for(&arguments.stack, Mode::Plan)?;
    terminal.diagnostics(&lowered.sources, &lowered.diagnostics);
    let only = |resource: &&Resource| {
        let names = [
            resource.address.to_string(),
            resource.address.owner().to_string(),
        ];
        arguments.only.is_empty() || arguments.only.iter().any(|wanted| names.contains(wanted))
    };
    let shown: Vec<&Resource> = lowered.lowered.resources.iter().filter(only).collect();
    match arguments.format {
        Format::Text => terminal.print(&resources::text(&shown)),
        Format::Json => terminal.line(&resources::json(&shown)),
    }
    Ok(Exit::Done)
}
