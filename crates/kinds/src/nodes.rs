//! Making property nodes: from values, quantities and pieces of text.

use formwork_diag::Span;
use formwork_schema::{
    Address, Decl, Deferred, Dimension, Fields, Node, Op, Piece, Prop, Properties, Quantity, Val,
    Value,
};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Number;
use std::fmt::Write;
use std::sync::Arc;

/// Where CloudWatch has a metric.
#[derive(Debug, Clone)]
pub(crate) struct MetricSource {
    /// Its namespace: `AWS/Lambda`.
    pub(crate) namespace: &'static str,
    /// Its name: `Errors`.
    pub(crate) name: &'static str,
    /// Its dimensions.
    pub(crate) dimensions: Vec<(&'static str, Node)>,
    /// The statistic to watch: `Sum`, `p99`.
    pub(crate) statistic: &'static str,
    /// The metric of the same dimensions of which it is a share, when the limit is a percentage.
    pub(crate) share_of: Option<&'static str>,
    /// The unit CloudWatch counts it in, when its limit is a quantity: `ms`, `s`, `B`.
    pub(crate) unit: &'static str,
}

/// Properties being put together, all written at one place unless a node brings its own.
#[derive(Debug, Clone)]
pub(crate) struct Props {
    span: Span,
    map: Properties,
}

impl Props {
    /// None yet; what is added without a place of its own is said to stand at `span`.
    pub(crate) fn new(span: Span) -> Self {
        Props {
            span,
            map: Properties::default(),
        }
    }

    /// None yet, for what a declaration's kind adds.
    pub(crate) fn of(decl: &Decl) -> Self {
        Props::new(decl.name_span)
    }

    /// Sets a known value.
    #[must_use]
    pub(crate) fn set(mut self, name: &str, value: impl Into<Prop>) -> Self {
        let node = Node::new(value, self.span);
        self.map.insert(name.into(), node);
        self
    }

    /// Sets a node.
    #[must_use]
    pub(crate) fn put(mut self, name: &str, node: Node) -> Self {
        self.map.insert(name.into(), node);
        self
    }

    /// Sets a node if there is one.
    #[must_use]
    pub(crate) fn maybe(self, name: &str, node: Option<Node>) -> Self {
        match node {
            Some(node) => self.put(name, node),
            None => self,
        }
    }

    /// Sets what others set.
    #[must_use]
    pub(crate) fn with(mut self, others: Props) -> Self {
        self.map.extend(others.map);
        self
    }

    /// Takes a property out.
    #[must_use]
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.map.shift_remove(name);
        self
    }

    /// Whether nothing was set.
    pub(crate) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// The properties as a map node.
    pub(crate) fn node(self) -> Node {
        Node::new(Prop::Map(self.map), self.span)
    }

    /// The properties.
    pub(crate) fn finish(self) -> Properties {
        self.map
    }
}

/// A string node.
pub(crate) fn text(value: &str, span: Span) -> Node {
    Node::new(value, span)
}

/// A whole number.
pub(crate) fn int(value: i64, span: Span) -> Node {
    Node::new(value, span)
}

/// A list of strings.
pub(crate) fn texts<S: AsRef<str>>(values: impl IntoIterator<Item = S>, span: Span) -> Node {
    Node::list(
        values
            .into_iter()
            .map(|value| Node::new(value.as_ref(), span)),
        span,
    )
}

/// A string put together of nodes: known strings and deferred values; other nodes are left out.
pub(crate) fn concat(parts: impl IntoIterator<Item = Node>, span: Span) -> Node {
    let mut pieces: Vec<Piece> = Vec::new();
    let push_text = |pieces: &mut Vec<Piece>, more: &str| match pieces.last_mut() {
        Some(Piece::Text(before)) => *before = format!("{before}{more}").into(),
        _ => pieces.push(Piece::Text(more.into())),
    };
    for part in parts {
        match part.prop {
            Prop::String(known) => push_text(&mut pieces, &known),
            Prop::Number(number) => push_text(&mut pieces, &number.to_string()),
            Prop::Deferred(deferred) => match &*deferred {
                Deferred::Concat(inner) => {
                    for piece in inner {
                        match piece {
                            Piece::Text(known) => push_text(&mut pieces, known),
                            Piece::Value(_) => pieces.push(piece.clone()),
                        }
                    }
                }
                _ => pieces.push(Piece::Value(deferred)),
            },
            Prop::Bool(_) | Prop::List(_) | Prop::Map(_) | Prop::Artifact(_) => {}
        }
    }
    let prop = match pieces.as_slice() {
        [] => Prop::from(""),
        [Piece::Text(known)] => Prop::String(known.clone()),
        _ => Prop::Deferred(Arc::new(Deferred::Concat(pieces))),
    };
    Node { prop, span }
}

/// A node followed by known text: `${arn}/incoming/*`.
pub(crate) fn suffixed(node: Node, suffix: &str) -> Node {
    let span = node.span;
    concat([node, text(suffix, span)], span)
}

/// A description of what something freezes: a digest of it, by its values when they are known.
pub(crate) fn configuration(frozen: Node, span: Span) -> Node {
    let digest = Deferred::Apply {
        op: Op::Digest,
        on: Box::new(frozen),
        arguments: Vec::new(),
    };
    let digest = Node::new(Prop::Deferred(Arc::new(digest)), span);
    concat([text("configuration ", span), digest], span)
}

/// A text in base 64, of its value when that is known.
pub(crate) fn base64(text: Node) -> Node {
    let span = text.span;
    if let Prop::String(known) = &text.prop
        && let Ok(serde_json::Value::String(coded)) = Op::Base64.apply(&known.as_ref().into(), &[])
    {
        return Node::new(coded.as_str(), span);
    }
    let coded = Deferred::Apply {
        op: Op::Base64,
        on: Box::new(text),
        arguments: Vec::new(),
    };
    Node::new(Prop::Deferred(Arc::new(coded)), span)
}

/// Whether a value says more than what holds without it, so that to write a default is to write nothing.
pub(crate) fn other_than(default: impl Into<Prop>) -> impl Fn(&Node) -> bool {
    let default = default.into();
    move |node| node.prop != default
}

/// An account: the known one, or the one known at plan.
pub(crate) fn account(known: Option<&Arc<str>>, span: Span) -> Node {
    match known {
        Some(known) => text(known, span),
        None => Node::new(Prop::Deferred(Arc::new(Deferred::Account)), span),
    }
}

/// A value as the text of JSON that it is at last.
pub(crate) fn json(node: Node) -> Node {
    let span = node.span;
    let json = Deferred::Json(Box::new(node));
    Node::new(Prop::Deferred(Arc::new(json)), span)
}

/// A value as a property; `None` for `none`, for what is no property (a permission) and for what failed earlier.
///
/// A quantity becomes a number of base units (bytes, milliseconds, percent, requests a minute); a whole declaration
/// its identifier.
pub(crate) fn node(val: &Val) -> Option<Node> {
    let prop = match &val.value {
        Value::None | Value::Error | Value::Env | Value::Call(_) | Value::Member(_) => return None,
        Value::Bool(value) => Prop::Bool(*value),
        Value::Number(number) => Prop::Number(number_of(*number)),
        Value::Quantity(quantity) => Prop::Number(number_of(quantity.amount)),
        Value::String(known) | Value::Word(known) | Value::Path(known) => {
            Prop::String(known.clone())
        }
        Value::List(items) => Prop::List(items.iter().filter_map(node).collect()),
        Value::Object(fields) => Prop::Map(properties(fields)),
        Value::Resource(of) => {
            return Some(Node::attribute(of.address.clone(), "id", val.span));
        }
        Value::Deferred(deferred) => Prop::Deferred(deferred.clone()),
    };
    Some(Node {
        prop,
        span: val.span,
    })
}

/// Fields as properties, under their own names.
pub(crate) fn properties(fields: &Fields) -> Properties {
    fields
        .iter()
        .filter_map(|(name, val)| Some((name.clone(), node(val)?)))
        .collect()
}

/// A decimal as a JSON number: whole if it is.
pub(crate) fn number_of(number: Decimal) -> Number {
    let normal = number.normalize();
    if normal.scale() == 0
        && let Some(whole) = normal.to_i64()
    {
        return whole.into();
    }
    let float = normal.to_f64().and_then(Number::from_f64);
    float.unwrap_or_else(|| 0.into())
}

/// A reference to a property of a lowered resource, written where `decl` is.
pub(crate) fn attribute(of: &Address, property: &str, span: Span) -> Node {
    Node::attribute(of.clone(), property, span)
}

/// A text that is equal for nodes that mean the same wherever they were written, and orders them.
pub(crate) fn meaning(node: &Node) -> String {
    let mut out = String::new();
    write_meaning(node, &mut out);
    out
}

fn write_meaning(node: &Node, out: &mut String) {
    match &node.prop {
        Prop::Bool(value) => _ = write!(out, "{value}"),
        Prop::Number(number) => _ = write!(out, "{number}"),
        Prop::String(known) => _ = write!(out, "{known:?}"),
        Prop::List(items) => {
            out.push('[');
            for item in items {
                write_meaning(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Prop::Map(map) => {
            out.push('{');
            for (name, value) in map {
                _ = write!(out, "{name:?}:");
                write_meaning(value, out);
                out.push(',');
            }
            out.push('}');
        }
        Prop::Artifact(artifact) => _ = write!(out, "${}", artifact.digest),
        Prop::Deferred(deferred) => deferred_meaning(deferred, out),
    }
}

fn deferred_meaning(deferred: &Deferred, out: &mut String) {
    match deferred {
        Deferred::Attribute { of, property } => _ = write!(out, "${{{of}.{property}}}"),
        Deferred::Account => out.push_str("${account}"),
        Deferred::Output { stack, output } => _ = write!(out, "${{{stack}/{output}}}"),
        Deferred::Concat(pieces) => {
            for piece in pieces {
                match piece {
                    Piece::Text(known) => _ = write!(out, "{known:?}"),
                    Piece::Value(value) => deferred_meaning(value, out),
                }
            }
        }
        Deferred::Apply { op, on, arguments } => {
            write_meaning(on, out);
            _ = write!(out, ".{}(", op.name());
            for argument in arguments {
                write_meaning(argument, out);
                out.push(',');
            }
            out.push(')');
        }
        Deferred::Json(inner) => {
            out.push_str("json(");
            write_meaning(inner, out);
            out.push(')');
        }
    }
}

/// So many megabytes (of 1024 KB).
pub(crate) fn megabytes(number: i64) -> Quantity {
    quantity(Dimension::Size, number << 20)
}

/// So many seconds.
pub(crate) fn seconds(number: i64) -> Quantity {
    quantity(Dimension::Duration, number * 1_000)
}

/// So many minutes.
pub(crate) fn minutes(number: i64) -> Quantity {
    seconds(number * 60)
}

/// So many days.
pub(crate) fn days(number: i64) -> Quantity {
    minutes(number * 24 * 60)
}

fn quantity(dimension: Dimension, amount: i64) -> Quantity {
    Quantity {
        dimension,
        amount: Decimal::from(amount),
    }
}
