//! Places widgets on a page of 24 columns: from left to right, and below when the row is full.

use crate::nodes::{self, Props};
use formwork_diag::Span;
use formwork_schema::Node;

/// The columns of a page: CloudWatch user guide, "Dashboard body structure and syntax".
const COLUMNS: i64 = 24;

/// A widget without its place.
pub(super) struct Widget {
    /// What CloudWatch calls its sort: `metric`, `text`.
    pub(super) sort: &'static str,
    /// Its columns.
    pub(super) width: i64,
    /// Its rows.
    pub(super) height: i64,
    /// What it shows.
    pub(super) properties: Node,
    /// Where it is written.
    pub(super) span: Span,
}

/// The widgets with their places.
pub(super) fn place(widgets: Vec<Widget>) -> Vec<Node> {
    let (mut x, mut y, mut row) = (0, 0, 0);
    let mut placed = Vec::new();
    for widget in widgets {
        if x + widget.width > COLUMNS {
            (x, y, row) = (0, y + row, 0);
        }
        let at = |number: i64| nodes::int(number, widget.span);
        let props = Props::new(widget.span)
            .put("type", nodes::text(widget.sort, widget.span))
            .put("x", at(x))
            .put("y", at(y))
            .put("width", at(widget.width))
            .put("height", at(widget.height))
            .put("properties", widget.properties);
        placed.push(props.node());
        x += widget.width;
        row = row.max(widget.height);
    }
    placed
}
