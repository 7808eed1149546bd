//! The dependency graph as text: Mermaid for pages, dot for Graphviz.

use formwork_schema::{Address, Resource};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Nodes with what each needs, in order of address.
pub(crate) struct Graph {
    nodes: BTreeMap<Address, BTreeSet<Address>>,
}

/// The graph of resources, or of their declarations.
pub(crate) fn graph(resources: &[Resource], of: Nodes) -> Graph {
    let name = |address: &Address| of.name(address);
    let mut nodes: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    for resource in resources {
        let from = name(&resource.address);
        let needs = nodes.entry(from.clone()).or_default();
        let mut need = |to: &Address| {
            let to = name(to);
            if to != from {
                needs.insert(to);
            }
        };
        for node in resource.properties.values() {
            node.attributes(&mut |to, _| need(to));
        }
        resource
            .after
            .iter()
            .chain(&resource.parent)
            .for_each(&mut need);
    }
    Graph { nodes }
}

/// What the nodes of a graph are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nodes {
    /// Every lowered resource.
    Resources,
    /// Declarations, with the needs of all their resources.
    Declarations,
}

impl Nodes {
    /// The node that a resource belongs to.
    pub(crate) fn name(self, address: &Address) -> Address {
        match self {
            Nodes::Resources => address.clone(),
            Nodes::Declarations => address.owner(),
        }
    }
}

impl Graph {
    /// A flowchart for Mermaid: an arrow points at what is needed.
    pub(crate) fn mermaid(&self) -> String {
        let ids: BTreeMap<&Address, usize> = self.addresses().into_iter().zip(0..).collect();
        let mut out = String::from("flowchart LR\n");
        for (address, id) in &ids {
            let _ = writeln!(out, "  n{id}[\"{}\"]", escaped(address, "#quot;"));
        }
        for (from, to) in self.edges() {
            if let (Some(from), Some(to)) = (ids.get(from), ids.get(to)) {
                let _ = writeln!(out, "  n{from} --> n{to}");
            }
        }
        out
    }

    /// A digraph for Graphviz: an arrow points at what is needed.
    pub(crate) fn dot(&self) -> String {
        let mut out = String::from(
            "digraph stack {\n  rankdir = LR\n  node [shape = box, fontname = \"sans-serif\"]\n",
        );
        for address in self.addresses() {
            let _ = writeln!(out, "  \"{}\"", escaped(address, "\\\""));
        }
        for (from, to) in self.edges() {
            let _ = writeln!(
                out,
                "  \"{}\" -> \"{}\"",
                escaped(from, "\\\""),
                escaped(to, "\\\"")
            );
        }
        out.push_str("}\n");
        out
    }

    fn addresses(&self) -> BTreeSet<&Address> {
        self.nodes
            .keys()
            .chain(self.nodes.values().flatten())
            .collect()
    }

    /// `(user, needed)`, in order.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (&Address, &Address)> {
        self.nodes
            .iter()
            .flat_map(|(from, needs)| needs.iter().map(move |to| (from, to)))
    }
}

fn escaped(address: &Address, quote: &str) -> String {
    formwork_diag::safe(&address.to_string())
        .replace('\\', "\\\\")
        .replace('"', quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_keys_are_escaped() {
        let queue = Address::new("queue", "q").keyed("a");
        let graph = Graph {
            nodes: [(Address::new("function", "f"), [queue].into())].into(),
        };
        assert!(
            graph
                .dot()
                .contains("\"function.f\" -> \"queue.q[\\\"a\\\"]\"")
        );
        assert!(graph.mermaid().contains("[\"queue.q[#quot;a#quot;]\"]"));
    }
}
