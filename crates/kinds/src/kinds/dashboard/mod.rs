//! `dashboard`: graphs, numbers, texts, alarms and log searches on one page of CloudWatch.

mod errors;
mod layout;
mod spec;
mod widgets;

use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::values::Read;
use formwork_schema::{Decl, KindSpec, Node};

/// The kind `dashboard`.
pub(crate) struct Dashboard;

impl Kind for Dashboard {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(vec![Charge::fixed("dashboard", "cloudwatch.dashboard", 1)])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let Some(body) = body(decl, out) else {
            return;
        };
        let props = Props::of(decl)
            .maybe("DashboardName", decl.fields.node("name"))
            .put("DashboardBody", body);
        out.emit(
            decl,
            Emit::main("AWS::CloudWatch::Dashboard", props.finish()),
        );
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "DashboardName"),
            ("widgets", "DashboardBody"),
            ("body", "DashboardBody"),
        ]
    }
}

/// The page: as the user wrote it, or put together of its widgets.
fn body(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let fields = &decl.fields;
    match (fields.get("body"), fields.get("widgets")) {
        (Some(body), None) => {
            if let Some((text, val)) = fields.text("body")
                && let Err(error) = serde_json::from_str::<serde_json::Value>(text)
            {
                out.report(errors::not_json(&error.to_string(), val.span));
            }
            nodes::node(body)
        }
        (Some(body), Some(widgets)) => {
            out.report(errors::two_bodies(body.span, widgets.span));
            None
        }
        (None, None) => {
            out.report(errors::no_body(decl.name_span));
            None
        }
        (None, Some(list)) => {
            let widgets = widgets::of(decl, out);
            let placed = layout::place(widgets);
            let page = Props::new(list.span)
                .maybe(
                    "start",
                    fields
                        .quantity("since")
                        .map(|since| ago(since, list.span))
                        // What CloudWatch does without it.
                        .filter(nodes::other_than("-PT3H")),
                )
                .put("widgets", Node::list(placed, list.span));
            Some(nodes::json(page.node()))
        }
    }
}

/// A time before now, in ISO 8601: `-PT3H`.
fn ago(since: formwork_schema::Quantity, span: formwork_diag::Span) -> Node {
    let text = match (since.whole("d"), since.whole("h"), since.whole("min")) {
        (Some(days), ..) => format!("-P{days}D"),
        (None, Some(hours), _) => format!("-PT{hours}H"),
        (None, None, minutes) => format!("-PT{}M", minutes.unwrap_or(1)),
    };
    nodes::text(&text, span)
}
