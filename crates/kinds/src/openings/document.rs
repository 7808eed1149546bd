//! Reading policy documents as they are written: IAM user guide, "IAM JSON policy elements reference".

use formwork_diag::Span;
use formwork_schema::{Node, Prop, Properties};

/// A statement that allows something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement<'n>(&'n Properties);

/// The statements of a document that allow something.
pub(super) fn statements(document: &Node) -> Vec<Statement<'_>> {
    let Prop::Map(document) = &document.prop else {
        return Vec::new();
    };
    let all = document.get("Statement").into_iter().flat_map(each);
    let allows =
        |properties: &&Properties| properties.get("Effect").and_then(text) == Some("Allow");
    all.filter_map(|node| match &node.prop {
        Prop::Map(properties) => Some(properties),
        _ => None,
    })
    .filter(allows)
    .map(Statement)
    .collect()
}

impl<'n> Statement<'n> {
    /// Where it says that anybody may, without a condition.
    pub(super) fn anybody(self) -> Option<Span> {
        if self.0.contains_key("Condition") {
            return None;
        }
        let principal = self.0.get("Principal")?;
        let named = match &principal.prop {
            Prop::Map(named) => named.get("AWS")?,
            _ => principal,
        };
        let mut all = each(named).into_iter();
        all.find(|node| text(node) == Some("*"))
            .map(|node| node.span)
    }

    /// Its actions.
    pub(super) fn actions(self) -> Vec<(&'n str, Span)> {
        let all = self.0.get("Action").into_iter().flat_map(each);
        all.filter_map(|node| Some((text(node)?, node.span)))
            .collect()
    }
}

/// The items of a list; a value that is none stands for a list of itself.
pub(super) fn each(node: &Node) -> Vec<&Node> {
    match &node.prop {
        Prop::List(items) => items.iter().collect(),
        _ => vec![node],
    }
}

/// A known string.
pub(super) fn text(node: &Node) -> Option<&str> {
    match &node.prop {
        Prop::String(text) => Some(text),
        _ => None,
    }
}

/// A known whole number.
pub(super) fn number(node: &Node) -> Option<i64> {
    match &node.prop {
        Prop::Number(number) => number.as_i64(),
        _ => None,
    }
}
