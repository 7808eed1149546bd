//! `existing`: objects that are looked up and never changed. What says which is meant, the resources that are read of
//! them, and what they would have to be changed for.

use crate::lowering::{Emit, LoweredOutput, Lowering, TITLE};
use crate::nodes::Props;
use crate::registry::{Kind, kind};
use crate::triggers::Contribution;
use crate::values::Read;
use crate::{errors, raw, registry};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, KindSpec, Node, Resource, Type};
use std::collections::BTreeSet;

/// How an object of a kind is found that is not the stack's.
pub(crate) struct Lookup {
    /// The CloudFormation type of its main resource.
    pub(crate) type_name: &'static str,
    /// What may say which it is.
    pub(crate) keys: Vec<Key>,
}

/// A field that may say which object is meant.
pub(crate) struct Key {
    /// The field.
    pub(crate) field: FieldSpec,
    /// The property it is; `None` if the kind makes something else of it.
    pub(crate) property: Option<&'static str>,
}

impl Lookup {
    /// Found by one of several strings: field, property, and what it is.
    pub(crate) fn by(
        type_name: &'static str,
        keys: &[(&'static str, &'static str, &'static str)],
    ) -> Self {
        let key = |(name, property, doc): &(&str, &'static str, &str)| Key {
            field: FieldSpec::new(name, Type::String, doc),
            property: Some(property),
        };
        Lookup {
            type_name,
            keys: keys.iter().map(key).collect(),
        }
    }

    /// Found by its name.
    pub(crate) fn named(type_name: &'static str, property: &'static str) -> Self {
        Lookup::by(type_name, &[("name", property, "Its name.")])
    }

    /// Adds a field of which the kind makes something itself.
    #[must_use]
    pub(crate) fn with(mut self, field: FieldSpec) -> Self {
        let property = None;
        self.keys.push(Key { field, property });
        self
    }
}

/// What users can write and say of an existing object of a kind; `None` if it cannot be looked up.
pub(crate) fn spec(kind: &dyn Kind) -> Option<KindSpec> {
    let whole = kind.spec();
    let keys = kind.lookup()?.keys;
    let field = |key: Key| {
        // What AWS allows of it is the same whether it is chosen or looked up.
        let own = whole.fields.iter();
        let mut own = own.filter(|own| own.name == key.field.name && own.ty == key.field.ty);
        FieldSpec {
            // Tags can say it as well.
            required: false,
            constraint: own.next().and_then(|own| own.constraint.clone()),
            ..key.field
        }
    };
    Some(KindSpec {
        fields: keys.into_iter().map(field).collect(),
        usage: None,
        ..whole
    })
}

/// Emits what is read of an existing declaration.
pub(crate) fn lower(decl: &Decl, out: &mut Lowering<'_>) {
    match (&decl.resource_type, kind(&decl.address.kind)) {
        (Some(type_name), _) => {
            raw::look(decl, type_name, out);
        }
        (None, Some(kind)) => kind.look(decl, out),
        (None, None) => {}
    }
}

/// Emits the main resource of an existing declaration, found by the fields that are its properties.
pub(crate) fn look(decl: &Decl, lookup: &Lookup, out: &mut Lowering<'_>) {
    let mut props = Props::of(decl);
    for key in &lookup.keys {
        if let Some(property) = key.property {
            props = props.maybe(property, decl.fields.node(&key.field.name));
        }
    }
    let main = Emit::main(lookup.type_name, props.finish());
    out.emit(decl, main.looks());
}

/// Asks that the object has this tag `Name`.
pub(crate) fn titled(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(name) = decl.fields.node("name") else {
        return;
    };
    if let Some(resource) = out.resource_mut(&decl.address) {
        resource.tags.push((TITLE.into(), name));
    }
}

/// Reports what existing objects would have to be changed for, and what cannot be read of them; takes out orders after
/// parts that they do not have.
pub(crate) fn settle(out: &mut Lowering<'_>) {
    let decls = &out.stack.decls;
    let looked: Vec<&Decl> = decls.iter().filter(|d| d.existing.is_some()).collect();
    if looked.is_empty() {
        return;
    }
    for decl in &looked {
        for contribution in out.contributed(&decl.address) {
            if let Some((what, span)) = changes(&contribution) {
                out.lint(decl, errors::existing_wiring(&decl.address, what, span));
            }
        }
    }
    let looked: BTreeSet<Address> = looked.iter().map(|decl| decl.address.clone()).collect();
    let known: BTreeSet<Address> = out.resources().map(|r| r.address.clone()).collect();
    let unshown = |address: &Address, property: &str| {
        let decl = out.decl(address).filter(|decl| decl.existing.is_some());
        let kind = decl.and_then(|decl| kind(&decl.address.kind));
        let resource = out.resource(address);
        let ty = resource.and_then(|resource| out.catalog.resource_type(&resource.type_name));
        let root = property.split(['.', '/']).next().unwrap_or(property);
        let known = ty.is_none_or(|ty| {
            ty.properties.contains_key(root) || ty.overlay.attributes.contains_key(property)
        });
        let composed = || {
            let (kind, decl) = kind.zip(decl)?;
            kind.composed(decl, property, out)
        };
        kind.is_some() && property != "id" && !known && composed().is_none()
    };
    let absent = |address: &Address| {
        address.part.is_some() && looked.contains(&address.owner()) && !known.contains(address)
    };
    let mut unread = Vec::new();
    for resource in out.resources() {
        let lacks = |of: &Address, property: &str| absent(of) || unshown(of, property);
        not_read(resource, &lacks, &mut unread);
    }
    for resource in out.resources_mut() {
        resource.after.retain(|address| !absent(address));
    }
    for (address, property, span) in unread {
        if !optional(&address, &property) {
            let name = address.part.as_deref().unwrap_or(&property);
            out.report(errors::existing_part(&address, name, span));
        }
    }
    unknown_keys(out);
}

/// What a contribution would change of the object itself.
fn changes(contribution: &Contribution) -> Option<(&'static str, Span)> {
    match contribution {
        Contribution::Role(statement) => Some(("a permission of its role", statement.span())),
        Contribution::Policy(statement) => Some(("its policy", statement.span())),
        Contribution::Peer(group) => Some(("its security group", group.span)),
        Contribution::Notification(_)
        | Contribution::Bridge
        | Contribution::Stream
        | Contribution::Attached { .. } => None,
    }
}

/// Notes attributes of parts that an existing object does not show.
fn not_read(
    resource: &Resource,
    lacks: &dyn Fn(&Address, &str) -> bool,
    found: &mut Vec<(Address, String, Span)>,
) {
    let tags = resource.tags.iter().map(|(_, node)| node);
    for node in resource.properties.values().chain(tags) {
        node.attributes(&mut |of, property| {
            if lacks(of, property) {
                found.push((of.clone(), property.to_string(), node.span));
            }
        });
    }
}

/// Whether an attribute of a part is one that may not be there: then it is nothing.
fn optional(address: &Address, property: &str) -> bool {
    let spec = registry::kind(&address.kind).map(|kind| kind.spec());
    let of = |attribute: &formwork_schema::AttributeSpec| {
        attribute.part == address.part.as_deref()
            && attribute.property == property
            && matches!(attribute.ty, Type::Optional(_))
    };
    spec.is_some_and(|spec| spec.attributes.iter().any(of))
}

/// Takes out parts of existing objects that nothing reads.
pub(crate) fn prune(resources: &mut Vec<Resource>, outputs: &[LoweredOutput]) {
    let part = |resource: &Resource| resource.claim.looks() && resource.address.part.is_some();
    if !resources.iter().any(part) {
        return;
    }
    let mut read: BTreeSet<Address> = BTreeSet::new();
    let mut note = |of: &Address, _: &std::sync::Arc<str>| _ = read.insert(of.clone());
    for resource in resources.iter() {
        let nodes = resource.properties.values();
        nodes.for_each(|node| node.attributes(&mut note));
    }
    for output in outputs {
        output
            .value
            .iter()
            .for_each(|node| node.attributes(&mut note));
    }
    resources.retain(|resource| !part(resource) || read.contains(&resource.address));
}

/// What is looked up must be known when a plan is made: it may name what else is looked up, and nothing that is made.
fn unknown_keys(out: &mut Lowering<'_>) {
    let looks: BTreeSet<Address> = out
        .resources()
        .filter(|resource| resource.claim.looks())
        .map(|resource| resource.address.clone())
        .collect();
    let mut found: Vec<(Address, Address, Span)> = Vec::new();
    for resource in out.resources().filter(|r| r.claim.looks()) {
        let tags = resource.tags.iter().map(|(_, node)| node);
        let nodes: Vec<&Node> = resource.properties.values().chain(tags).collect();
        for node in nodes {
            node.attributes(&mut |of, _| {
                if !looks.contains(of) {
                    found.push((resource.address.clone(), of.clone(), node.span));
                }
            });
        }
    }
    for (address, of, span) in found {
        out.report(errors::existing_unknown(&address, &of, span));
    }
}
