//! Values that read attributes which nothing has: what needs one is left out, `??` gives what stands for it.

use formwork_schema::{Address, Deferred, Node, Op, Piece, Prop};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Attributes that nothing has: resource and property.
pub(crate) type Absent = BTreeSet<(Address, Arc<str>)>;

/// The value without what needs an absent attribute; `None` if that is all of it.
pub(crate) fn without(node: &Node, absent: &Absent) -> Option<Node> {
    if absent.is_empty() {
        return Some(node.clone());
    }
    let prop = match &node.prop {
        Prop::List(items) => Prop::List(
            items
                .iter()
                .filter_map(|item| without(item, absent))
                .collect(),
        ),
        Prop::Map(map) => Prop::Map(
            map.iter()
                .filter_map(|(name, value)| Some((name.clone(), without(value, absent)?)))
                .collect(),
        ),
        Prop::Deferred(deferred) => settled(deferred, absent)?,
        known => known.clone(),
    };
    Some(Node {
        prop,
        span: node.span,
    })
}

/// A value that is not known yet, without what needs an absent attribute.
fn settled(deferred: &Arc<Deferred>, absent: &Absent) -> Option<Prop> {
    let mut found = false;
    deferred.attributes(&mut |of, property| {
        found |= absent.contains(&(of.clone(), property.clone()));
    });
    if !found {
        return Some(Prop::Deferred(deferred.clone()));
    }
    let settled = match &**deferred {
        Deferred::Attribute { .. } | Deferred::Account => return None,
        Deferred::Apply {
            op: Op::Otherwise,
            on,
            arguments,
        } => {
            let either = std::iter::once(&**on).chain(arguments);
            let first = either
                .map(|node| without(node, absent))
                .find_map(|node| node)?;
            return Some(first.prop);
        }
        Deferred::Apply { op, on, arguments } => Deferred::Apply {
            op: *op,
            on: Box::new(without(on, absent)?),
            arguments: arguments
                .iter()
                .map(|argument| without(argument, absent))
                .collect::<Option<_>>()?,
        },
        Deferred::Json(inner) => Deferred::Json(Box::new(without(inner, absent)?)),
        Deferred::Concat(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => Some(Piece::Text(text.clone())),
                Piece::Value(value) => piece_of(settled(value, absent)?),
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
        let absent = Absent::from([(of, "FunctionUrl".into())]);
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
        assert_eq!(without(&url, &absent), None);
        assert_eq!(without(&node(&either), &absent), Some(none));
        assert_eq!(without(&node(&either), &Absent::new()), Some(node(&either)));
        let text = Arc::new(Deferred::Concat(vec![
            Piece::Text("at ".into()),
            Piece::Value(either),
        ]));
        let settled = without(&node(&text), &absent).unwrap();
        assert_eq!(settled.prop, Prop::from("at none"));
        let list = Node::list([url, Node::new("a", span)], span);
        let rest = Node::list([Node::new("a", span)], span);
        assert_eq!(without(&list, &absent), Some(rest));
    }
}
