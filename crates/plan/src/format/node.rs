//! Property values in a saved plan: plain JSON, with what is not known yet as `{"$attribute": …}` and the like, and
//! the spans of all nodes beside it.

use super::PlanFormatError;
use formwork_diag::{SourceId, Span};
use formwork_schema::{Artifact, Deferred, Node, Op, Piece, Prop, Properties};
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// The spans of a plan, each written once.
#[derive(Debug, Default)]
pub(super) struct SpanTable(IndexSet<Span>);

impl SpanTable {
    /// The number of a span.
    pub(super) fn number(&mut self, span: Span) -> u32 {
        self.0.insert_full(span).0 as u32
    }

    /// All spans as source, start, end.
    pub(super) fn triples(&self) -> Vec<(u32, u32, u32)> {
        let triple = |span: &Span| (span.source.0, span.start, span.end);
        self.0.iter().map(triple).collect()
    }
}

/// The span of a number.
pub(super) fn span(table: &[(u32, u32, u32)], number: u32) -> Result<Span, PlanFormatError> {
    table
        .get(number as usize)
        .map(|(source, start, end)| Span::new(SourceId(*source), *start, *end))
        .ok_or(PlanFormatError::Broken("a place that is not in its table"))
}

/// Writes nodes; their spans in the order of the walk, map entries by name.
pub(super) struct Writer<'t> {
    pub(super) table: &'t mut SpanTable,
    pub(super) spans: Vec<u32>,
}

impl Writer<'_> {
    pub(super) fn properties(&mut self, properties: &Properties) -> Map<String, Json> {
        let mut sorted: Vec<(&Arc<str>, &Node)> = properties.iter().collect();
        sorted.sort_by_key(|(name, _)| *name);
        let mut out = Map::new();
        for (name, node) in sorted {
            let name = match name.starts_with('$') {
                true => format!("${name}"),
                false => name.to_string(),
            };
            out.insert(name, self.node(node));
        }
        out
    }

    pub(super) fn node(&mut self, node: &Node) -> Json {
        let number = self.table.number(node.span);
        self.spans.push(number);
        match &node.prop {
            Prop::Bool(value) => Json::Bool(*value),
            Prop::Number(number) => Json::Number(number.clone()),
            Prop::String(text) => Json::from(&**text),
            Prop::List(items) => Json::Array(items.iter().map(|item| self.node(item)).collect()),
            Prop::Map(map) => Json::Object(self.properties(map)),
            Prop::Artifact(artifact) => marked(
                "$artifact",
                serde_json::to_value(&**artifact).unwrap_or_default(),
            ),
            Prop::Deferred(deferred) => self.deferred(deferred),
        }
    }

    fn deferred(&mut self, deferred: &Deferred) -> Json {
        match deferred {
            Deferred::Attribute { of, property } => {
                let pair = vec![Json::from(of.to_string()), Json::from(&**property)];
                marked("$attribute", Json::Array(pair))
            }
            Deferred::Account => marked("$account", Json::Bool(true)),
            Deferred::Output { stack, output } => {
                let pair = vec![Json::from(&**stack), Json::from(&**output)];
                marked("$output", Json::Array(pair))
            }
            Deferred::Concat(pieces) => {
                let piece = |piece: &Piece| match piece {
                    Piece::Text(text) => Json::from(&**text),
                    Piece::Value(value) => self.deferred(value),
                };
                marked("$concat", Json::Array(pieces.iter().map(piece).collect()))
            }
            Deferred::Apply { op, on, arguments } => {
                let on = self.node(on);
                let arguments = arguments.iter().map(|node| self.node(node)).collect();
                let parts = vec![Json::from(op.name()), on, Json::Array(arguments)];
                marked("$apply", Json::Array(parts))
            }
            Deferred::Json(node) => {
                let node = self.node(node);
                marked("$json", node)
            }
        }
    }
}

fn marked(mark: &str, value: Json) -> Json {
    let mut map = Map::new();
    map.insert(mark.to_owned(), value);
    Json::Object(map)
}

/// Reads nodes in the same walk.
pub(super) struct Reader<'t> {
    pub(super) table: &'t [(u32, u32, u32)],
    pub(super) spans: std::vec::IntoIter<u32>,
}

impl Reader<'_> {
    pub(super) fn properties(
        &mut self,
        map: Map<String, Json>,
    ) -> Result<Properties, PlanFormatError> {
        let mut sorted: Vec<(Arc<str>, Json)> = Vec::with_capacity(map.len());
        for (name, json) in map {
            let plain = match name.strip_prefix('$') {
                Some(rest) if rest.starts_with('$') => rest.into(),
                Some(_) => return Err(PlanFormatError::Broken("an unknown mark in a property")),
                None => name.into(),
            };
            sorted.push((plain, json));
        }
        sorted.sort_by(|one, other| one.0.cmp(&other.0));
        let mut out = Properties::with_capacity_and_hasher(sorted.len(), FxBuildHasher);
        for (name, json) in sorted {
            out.insert(name, self.node(json)?);
        }
        Ok(out)
    }

    pub(super) fn node(&mut self, json: Json) -> Result<Node, PlanFormatError> {
        let missing = PlanFormatError::Broken("a value without a place");
        let number = self.spans.next().ok_or(missing)?;
        let span = span(self.table, number)?;
        let prop = match json {
            Json::Null => return Err(PlanFormatError::Broken("a null in a property")),
            Json::Bool(value) => Prop::Bool(value),
            Json::Number(number) => Prop::Number(number),
            Json::String(text) => Prop::String(text.into()),
            Json::Array(items) => Prop::List(self.nodes(items)?),
            Json::Object(map) => match mark(&map) {
                Some("$artifact") => {
                    let value = map.into_iter().next().map(|(_, value)| value);
                    let artifact: Artifact = serde_json::from_value(value.unwrap_or_default())?;
                    Prop::Artifact(Arc::new(artifact))
                }
                Some(_) => Prop::Deferred(Arc::new(self.deferred(map)?)),
                None => Prop::Map(self.properties(map)?),
            },
        };
        Ok(Node { prop, span })
    }

    fn nodes(&mut self, items: Vec<Json>) -> Result<Vec<Node>, PlanFormatError> {
        items.into_iter().map(|item| self.node(item)).collect()
    }

    fn deferred(&mut self, map: Map<String, Json>) -> Result<Deferred, PlanFormatError> {
        let broken = || PlanFormatError::Broken("a mark with a value that does not fit it");
        let (mark, value) = map.into_iter().next().ok_or_else(broken)?;
        match (mark.as_str(), value) {
            ("$attribute", Json::Array(pair)) => match pair.as_slice() {
                [Json::String(of), Json::String(property)] => Ok(Deferred::Attribute {
                    of: of.parse().map_err(|_| broken())?,
                    property: property.as_str().into(),
                }),
                _ => Err(broken()),
            },
            ("$account", Json::Bool(true)) => Ok(Deferred::Account),
            ("$output", Json::Array(pair)) => match pair.as_slice() {
                [Json::String(stack), Json::String(output)] => Ok(Deferred::Output {
                    stack: stack.as_str().into(),
                    output: output.as_str().into(),
                }),
                _ => Err(broken()),
            },
            ("$concat", Json::Array(pieces)) => {
                let mut out = Vec::with_capacity(pieces.len());
                for piece in pieces {
                    out.push(match piece {
                        Json::String(text) => Piece::Text(text.into()),
                        Json::Object(map) => Piece::Value(Arc::new(self.deferred(map)?)),
                        _ => return Err(broken()),
                    });
                }
                Ok(Deferred::Concat(out))
            }
            ("$apply", Json::Array(parts)) => {
                let parts: [Json; 3] = parts.try_into().map_err(|_| broken())?;
                let [Json::String(op), on, Json::Array(arguments)] = parts else {
                    return Err(broken());
                };
                Ok(Deferred::Apply {
                    op: Op::named(&op)
                        .or((op == Op::Get.name()).then_some(Op::Get))
                        .ok_or_else(broken)?,
                    on: Box::new(self.node(on)?),
                    arguments: self.nodes(arguments)?,
                })
            }
            ("$json", value) => Ok(Deferred::Json(Box::new(self.node(value)?))),
            _ => Err(broken()),
        }
    }
}

/// The mark of a map that stands for something else.
fn mark(map: &Map<String, Json>) -> Option<&str> {
    let mut names = map.keys();
    let first = names.next()?.as_str();
    let known = [
        "$artifact",
        "$attribute",
        "$account",
        "$output",
        "$concat",
        "$apply",
        "$json",
    ];
    (names.next().is_none() && known.contains(&first)).then_some(first)
}
