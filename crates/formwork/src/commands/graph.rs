//! `graph`: who needs whom.

use crate::cli::{GraphArgs, GraphFormat};
use crate::failure::{Exit, Failure};
use crate::stack::{self, Evaluated};
use crate::terminal::Terminal;
use crate::views::graph::{Nodes, Picture, graph, page, svg};
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
    let resources = &lowered.lowered.resources;
    terminal.print(&match arguments.format {
        GraphFormat::Mermaid => graph(resources, nodes).mermaid(),
        GraphFormat::Dot => graph(resources, nodes).dot(),
        GraphFormat::Svg => svg(&picture(&lowered, nodes)),
        GraphFormat::Html => page(&picture(&lowered, nodes)),
    });
    Ok(Exit::Done)
}

fn picture(lowered: &Evaluated, nodes: Nodes) -> Picture {
    let resources = &lowered.lowered.resources;
    Picture::of(
        format!("{} · {}", lowered.stack.name, lowered.stack.env),
        format!("{} resources", resources.len()),
        resources,
        None,
        &lowered.sources,
        nodes,
    )
}
