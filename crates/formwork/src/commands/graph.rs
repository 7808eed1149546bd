//! `graph`: who needs whom.

use crate::cli::{GraphArgs, GraphFormat};
use crate::failure::{Exit, Failure};
use crate::stack;
use crate::terminal::Terminal;
use crate::views::graph::{Nodes, graph};
use formwork_kinds::Mode;

/// Prints the dependency graph.
pub(crate) fn run(arguments: &GraphArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let opened = stack::open(&arguments.stack.path)?;
    let lowered = opened.lowered_for(&arguments.stack, Mode::Check)?;
    let nodes = if arguments.resources {
        Nodes::Resources
    } else {
        Nodes::Declarations
    };
    let graph = graph(&lowered.lowered.resources, nodes);
    terminal.print(&match arguments.format {
        GraphFormat::Mermaid => graph.mermaid(),
        GraphFormat::Dot => graph.dot(),
    });
    Ok(Exit::Done)
}
