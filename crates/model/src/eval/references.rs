//! Declarations as values: the reference, its attributes, what code may do with it.

use super::{Evaluator, Objects};
use crate::errors;
use formwork_diag::Span;
use formwork_schema::{Address, Deferred, Fields, Member, MemberKind, ResourceRef, Val, Value};
use formwork_syntax::ast::Name;
use std::sync::Arc;

impl Evaluator<'_> {
    /// A declared name by itself: the object, `none` where it does not exist, or all objects by key.
    pub(super) fn declared(&mut self, at: usize, span: Span) -> Val {
        if self.is_component(at) {
            return self.outputs_of(at, span);
        }
        let Some(reference) = self.references.get(at) else {
            return self.error(span);
        };
        let value = match self.objects.get(at) {
            Some(Objects::One(true)) => Value::Resource(reference.clone()),
            Some(Objects::One(false)) => Value::None,
            Some(Objects::Keyed(keys)) => {
                if !self.budget.grow(keys.len() as u64, span) {
                    return self.error(span);
                }
                let mut fields = Fields::default();
                for key in keys.keys() {
                    let object = Value::Resource(keyed(reference, key));
                    fields.insert(key.clone(), span, Val::new(object, span));
                }
                Value::Object(fields)
            }
            Some(Objects::Unknown) | None => Value::Error,
        };
        Val::new(value, span)
    }

    /// `q["a"]`: one object of a declaration with `for`.
    pub(super) fn declared_key(&mut self, at: usize, key: &str, key_span: Span, span: Span) -> Val {
        let (Some(reference), Some(Objects::Keyed(keys))) =
            (self.references.get(at), self.objects.get(at))
        else {
            return self.error(span);
        };
        if let Some((key, _)) = keys.get_key_value(key) {
            if self.is_component(at) {
                let key = key.clone();
                return self.outputs_of_key(at, &key, span);
            }
            return Val::new(Value::Resource(keyed(reference, key)), span);
        }
        let known: Vec<&str> = keys.keys().map(|key| &**key).collect();
        let error = errors::value::key(
            key,
            &format!("`{}`", reference.address.label),
            key_span,
            &known,
        );
        self.push(error);
        self.error(span)
    }

    /// A member of an object: an attribute is known later, the rest are members as written.
    pub(super) fn of_resource(
        &mut self,
        of: &ResourceRef,
        name: &Name,
        arguments: Fields,
    ) -> Value {
        if let Some(written) = self.written(of, &name.text) {
            return written;
        }
        if of.resource_type.is_some() {
            return attribute(of.address.clone(), name.text.clone());
        }
        let Some(spec) = self.world.vocabulary.kind(&of.address.kind) else {
            return Value::Error;
        };
        if let Some(attribute) = spec
            .attributes
            .iter()
            .find(|attribute| attribute.name == &*name.text)
        {
            let address = match attribute.part {
                Some(part) => of.address.part(part),
                None => of.address.clone(),
            };
            return self::attribute(address, attribute.property.into());
        }
        let verb = spec.verbs.iter().find(|verb| verb.name == &*name.text);
        let event = spec.events.iter().find(|event| event.name == &*name.text);
        let (kind, parameters) = match (verb, event) {
            (Some(verb), _) => (MemberKind::Verb, verb.parameters.as_slice()),
            (_, Some(event)) => (MemberKind::Event, event.parameters.as_slice()),
            _ if spec.metrics.iter().any(|metric| metric.name == &*name.text) => {
                (MemberKind::Metric, [].as_slice())
            }
            _ => return Value::Error,
        };
        let arguments = self.named_arguments(arguments, parameters);
        Value::Member(Arc::new(Member {
            of: of.clone(),
            kind,
            name: name.text.clone(),
            name_span: name.span,
            arguments,
        }))
    }
}

/// A property of a resource, known later.
pub(super) fn attribute(of: Address, property: Arc<str>) -> Value {
    Value::Deferred(Arc::new(Deferred::Attribute { of, property }))
}

/// A reference to one object of a declaration with `for`.
pub(super) fn keyed(reference: &ResourceRef, key: &Arc<str>) -> ResourceRef {
    ResourceRef {
        address: reference.address.clone().keyed(key.clone()),
        resource_type: reference.resource_type.clone(),
    }
}
