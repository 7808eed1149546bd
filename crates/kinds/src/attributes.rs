//! Values that read attributes which are no property of one resource: of those that nothing has, what needs one is left
//! out and `??` gives what stands for it; those put together of several take their value.

use formwork_schema::{Address, Deferred, Node, Op, Piece, Prop, Properties};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Attributes that are no property of their resource: what they are put together of, or `None` where nothing has them.
pub(crate) type Instead = BTreeMap<(Address, Arc<str>), Option<Node>>;

/// The value with what stands for its attributes; `None` if nothing of it is left.
pub(crate) fn settle(node: &Node, instead: &Instead) -> Option<Node> {
    if instead.is_empty() {
        return Some(node.clone());
    }
    let prop = match &node.prop {
        Prop::List(items) => Prop::List(
            items
                .iter()
                .filter_map(|item| settle(item, instead))
                .collect(),
        ),
        Prop::Map(map) => Prop::Map(
            map.iter()
                .filter_map(|(name, value)| Some((name.clone(), settle(value, instead)?)))
                .collect(),
        ),
        Prop::Deferred(deferred) => settled(deferred, instead)?,
        known => known.clone(),
    };
    Some(Node {
        prop,
        span: node.span,
    })
}

/// Puts into properties what stands for their attributes, and takes out those of which nothing is left.
pub(crate) fn settle_all(properties: &mut Properties, instead: &Instead) {
    properties.retain(|_, node| match settle(node, instead) {
        Some(kept) => {
            *node = kept;
            true
        }
        None => false,
    });
}

/// A value that is not known yet, with what stands for its attributes.
fn settled(deferred: &Arc<Deferred>, instead: &Instead) -> Option<Prop> {
    let mut found = false;
    deferred.attributes(&mut |of, property| {
        found |= instead.contains_key(&(of.clone(), property.clone()));
    });
    if !found {
        return Some(Prop::Deferred(deferred.clone()));
    }
    let settled = match &**deferred {
        Deferred::Attribute { of, property } => {
            let stands = instead.get(&(of.clone(), property.clone()))?.as_ref()?;
            return settle(stands, instead).map(|node| node.prop);
        }
        Deferred::Account | Deferred::Output { .. } => return None,
        Deferred::Apply {
            op: Op::Otherwise,
            on,
            arguments,
        } => {
            let either = std::iter::once(&**on).chain(arguments);
            let first = either
                .map(|node| settle(node, instead))
                .find_map(|node| node)?;
            return Some(first.prop);
        }
        Deferred::Apply { op, on, arguments } => Deferred::Apply {
            op: *op,
            on: Box::new(settle(on, instead)?),
            arguments: arguments
                .iter()
                .map(|argument| settle(argument, instead))
                .collect::<Option<_>>()?,
        },
        Deferred::Json(inner) => Deferred::Json(Box::new(settle(inner, instead)?)),
        Deferred::Concat(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => Some(Piece::Text(text.clone())),
                Piece::Value(value) => piece_of(settled(value, instead)?),
            });
            Deferred::Concat(pieces.collect::<Option<_>>()?)
        }
    };
    Some(known(settled))
}

/// A value as a piece of a string.
fn piece_of(prop: Prop) -> Option<Piece> {
    Some(match prop {
        Prop::Deferred(deferred) => Piece::Value(deferred),
        Prop::String(text) => Piece::Text(text),
        Prop::Bool(value) => Piece::Text(value.to_string().into()),
        Prop::Number(number) => Piece::Text(number.to_string().into()),
        Prop::List(_) | Prop::Map(_) | Prop::Artifact(_) => return None,
    })
}

/// A string of texts alone is known.
fn known(deferred: Deferred) -> Prop {
    if let Deferred::Concat(pieces) = &deferred {
        let texts: Option<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Some(&**text),
                Piece::Value(_) => None,
            })
            .collect();
        if let Some(text) = texts {
            return Prop::String(text.into());
        }
    }
    Prop::Deferred(Arc::new(deferred))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod tests {
    use super::*;
    use formwork_diag::{SourceId, Span};

    #[test]
    fn what_stands_for_an_absent_attribute_is_taken() {
        let span = Span::new(SourceId(0), 0, 0);
        let of = Address::new("function", "f").part("url");
        let url = Node::attribute(of.clone(), "FunctionUrl", span);
        let instead = Instead::from([((of, "FunctionUrl".into()), None)]);
        let none = Node::new("none", span);
        let either = Arc::new(Deferred::Apply {
            op: Op::Otherwise,
            on: Box::new(url.clone()),
            arguments: vec![none.clone()],
        });
        let node = |deferred: &Arc<Deferred>| Node {
            prop: Prop::Deferred(deferred.clone()),
            span,
        };
        assert_eq!(settle(&url, &instead), None);
        assert_eq!(settle(&node(&either), &instead), Some(none));
        assert_eq!(settle(&node(&either), &Instead::new()), Some(node(&either)));
        let text = Arc::new(Deferred::Concat(vec![
            Piece::Text("at ".into()),
            Piece::Value(either),
        ]));
        let settled = settle(&node(&text), &instead).unwrap();
        assert_eq!(settled.prop, Prop::from("at none"));
        let list = Node::list([url, Node::new("a", span)], span);
        let rest = Node::list([Node::new("a", span)], span);
        assert_eq!(settle(&list, &instead), Some(rest));
    }
}
