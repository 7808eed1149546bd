//! What a property of a lowered resource is called in the stack file: a plan speaks of the fields that were written.

use crate::registry::{Kinds, kind};
use formwork_catalog::raw::unit;
use formwork_schema::{Address, Type, Vocabulary};

/// A field as it is written, and what its number counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The field, with what lies below it: `memory`, `env.TABLE`.
    pub field: String,
    /// The unit of its number, where the field takes a quantity: `MB`.
    pub unit: Option<&'static str>,
}

impl Kinds {
    /// The field that a property of a declaration's main resource comes from; `path` is a plan's, as
    /// `Environment/Variables/TABLE`. `None` for a raw resource, a resource below the main one, and a property that no
    /// single field stands for.
    pub fn written(&self, address: &Address, path: &str) -> Option<Written> {
        if address.part.is_some() {
            return None;
        }
        let properties = kind(&address.kind)?.properties();
        let under = |property: &str| {
            let rest = path.strip_prefix(&*property.replace('.', "/"))?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
        };
        // Of a property and a part of it, the part says more.
        let mut found: Vec<(usize, &str, String)> = properties
            .iter()
            .filter_map(|(field, property)| Some((property.len(), *field, under(property)?)))
            .collect();
        found.sort_unstable();
        let (length, field, rest) = found.pop()?;
        if found.last().is_some_and(|(other, ..)| *other == length) {
            return None;
        }
        let spec = self.kind(&address.kind)?;
        let ty = &spec.fields.iter().find(|spec| &*spec.name == field)?.ty;
        Some(match dimension(ty) {
            Some(dimension) => Written {
                field: field.to_owned(),
                unit: unit(dimension, path),
            },
            None => Written {
                field: format!("{field}{}", rest.replace('/', ".")),
                unit: None,
            },
        })
    }
}

fn dimension(ty: &Type) -> Option<formwork_schema::Dimension> {
    match ty {
        Type::Quantity(dimension) => Some(*dimension),
        Type::Optional(inner) => dimension(inner),
        _ => None,
    }
}
