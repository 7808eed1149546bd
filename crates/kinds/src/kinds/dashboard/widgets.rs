//! The widgets of a dashboard, each in CloudWatch's form but for its place.

use super::layout::Widget;
use crate::kinds::alarm;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Call, Decl, Node, Prop, Val};

/// What is searched for when nothing is said.
const QUERY: &str = "fields @timestamp, @message | sort @timestamp desc | limit 100";

/// The widgets, in their order.
pub(super) fn of(decl: &Decl, out: &mut Lowering<'_>) -> Vec<Widget> {
    let mut all = Vec::new();
    for val in decl.fields.items("widgets") {
        let Some(call) = values::call(val) else {
            continue;
        };
        let (sort, sizes, props) = match &*call.name {
            "text" => ("text", (24, 2), text(call, val.span)),
            "alarms" => ("alarm", (24, 3), alarms(call, val.span)),
            "logs" => ("log", (24, 6), logs(decl, call, val.span, out)),
            "number" => ("metric", (6, 3), metrics(decl, call, val.span, out)),
            _ => ("metric", (12, 6), metrics(decl, call, val.span, out)),
        };
        let size = |name: &str, usual: i64| call.arguments.int(name).unwrap_or(usual);
        all.push(Widget {
            sort,
            width: size("width", sizes.0),
            height: size("height", sizes.1),
            properties: props.node(),
            span: val.span,
        });
    }
    all
}

fn text(call: &Call, span: Span) -> Props {
    Props::new(span).maybe("markdown", call.arguments.node("markdown"))
}

fn alarms(call: &Call, span: Span) -> Props {
    let arns = references(call, "alarms").map(|(val, of)| nodes::attribute(&of, "Arn", val.span));
    Props::new(span)
        .put("alarms", Node::list(arns, span))
        .maybe("title", call.arguments.node("title"))
}

fn references<'c>(
    call: &'c Call,
    name: &str,
) -> impl Iterator<Item = (&'c Val, formwork_schema::Address)> {
    let items = call.arguments.items(name).iter();
    items.filter_map(|val| Some((val, values::resource(val)?.address.clone())))
}

/// `SOURCE 'a' | SOURCE 'b' | fields …`.
fn logs(decl: &Decl, call: &Call, span: Span, out: &Lowering<'_>) -> Props {
    let mut parts = Vec::new();
    for (val, group) in references(call, "groups") {
        parts.push(nodes::text("SOURCE '", val.span));
        parts.push(nodes::attribute(&group, "LogGroupName", val.span));
        parts.push(nodes::text("' | ", val.span));
    }
    let query = call.arguments.node("query");
    parts.push(query.unwrap_or_else(|| nodes::text(QUERY, span)));
    Props::new(span)
        .put("query", nodes::concat(parts, span))
        .put("region", nodes::text(&out.region(decl), span))
        .set("view", "table")
        .maybe("title", call.arguments.node("title"))
}

fn metrics(decl: &Decl, call: &Call, span: Span, out: &mut Lowering<'_>) -> Props {
    let arguments = &call.arguments;
    let mut rows = Vec::new();
    for val in arguments.items("metrics") {
        let Some(metric) = values::member(val) else {
            continue;
        };
        let source = alarm::source(metric, val, out);
        let (Some(source), Some(of)) = (source, out.decl(&metric.of.address)) else {
            continue;
        };
        let mut row = vec![
            nodes::text(source.namespace, val.span),
            nodes::text(source.name, val.span),
        ];
        for (name, value) in source.dimensions {
            row.push(nodes::text(name, val.span));
            row.push(value);
        }
        let label = format!(
            "{} {}",
            crate::triggers::label(&metric.of.address),
            metric.name
        );
        let shown = Props::new(val.span)
            .put("label", nodes::text(&label.replace('_', " "), val.span))
            .put("stat", nodes::text(source.statistic, val.span))
            .put("region", nodes::text(&out.region(of), val.span));
        row.push(shown.node());
        rows.push(Node::list(row, val.span));
    }
    let period = arguments.amount("during", "s");
    let stacked = Prop::Bool(arguments.flag("stacked") == Some(true));
    let view = match &*call.name {
        "number" => "singleValue",
        _ => "timeSeries",
    };
    let props = Props::new(span)
        .put("metrics", Node::list(rows, span))
        .put("period", period.unwrap_or_else(|| nodes::int(300, span)))
        .put("region", nodes::text(&out.region(decl), span))
        .set("view", view)
        .maybe("title", arguments.node("title"));
    match &*call.name {
        "graph" => props.put(
            "stacked",
            Node {
                prop: stacked,
                span,
            },
        ),
        _ => props,
    }
}
