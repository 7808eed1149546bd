//! Hand-written overlays, as they stand in `data/overlays/<service>.toml`.

use formwork_schema::{Attribute, Identity, Part, Path, Reference, ResourceType, ShapeKind};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The overlay of one type as written; what it leaves out stays as derived.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OverlayText {
    /// `name`, `upsert`, `marker`, or `token SECONDS`.
    identity: Option<String>,
    /// The property that tells an object apart, where CloudFormation has one that several objects share.
    identifier: Option<String>,
    /// How it is named; `none` if nothing that we choose names it.
    name: Option<NameText>,
    /// The property that names its parent.
    parent: Option<String>,
    /// Attributes known at plan.
    known: BTreeMap<String, String>,
    /// Attributes made by AWS; `none` takes a derived one away.
    made: BTreeMap<String, String>,
    /// `TYPE.PROPERTY`, then `checked`, `blocks` and `exclusive` where they hold; alternatives stand between ` | `;
    /// `none` takes a derived one away.
    references: BTreeMap<String, String>,
    resets: BTreeMap<String, Json>,
    defaults: BTreeMap<String, Json>,
    unordered: Vec<String>,
    /// Lists of the type, or of its definitions (`Container/Command`), that have an order, and may repeat, whatever the
    /// schema says.
    ordered: Vec<String>,
    json: Vec<String>,
    merge: Vec<String>,
    replace: BTreeMap<String, bool>,
    create_first: Option<bool>,
    parts: BTreeMap<String, Vec<String>>,
    /// Milliseconds of a create, an update and a delete.
    times: Option<(u32, u32, u32)>,
    window: Option<u32>,
    family: Option<String>,
    create_overwrites: bool,
    keeps: Vec<String>,
    data: bool,
    counted: bool,
    delete_blocked_by_content: bool,
    before_delete: BTreeMap<String, Json>,
}

/// How a type is named.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum NameText {
    /// `none`: by nothing that we choose.
    None(NoName),
    /// By a property.
    Property {
        property: String,
        length: Option<usize>,
        alphabet: Option<String>,
        scope: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum NoName {
    None,
}

/// The overlays of a service by the short names of its types.
///
/// # Errors
/// The text is not TOML of this form.
pub(crate) fn overlays(text: &str) -> Result<BTreeMap<String, OverlayText>, toml::de::Error> {
    toml::from_str(text)
}

impl OverlayText {
    /// Whether it says what names may hold, or that there is no name.
    pub(crate) fn names_it(&self) -> bool {
        match &self.name {
            Some(NameText::None(NoName::None)) => true,
            Some(NameText::Property { alphabet, .. }) => alphabet.is_some(),
            None => false,
        }
    }

    /// Puts what is written over what was derived.
    pub(crate) fn apply(&self, ty: &mut ResourceType) {
        let overlay = &mut ty.overlay;
        overlay.written = true;
        if let Some(identity) = self.identity.as_deref().and_then(identity) {
            overlay.identity = identity;
        }
        match &self.name {
            Some(NameText::None(NoName::None)) => overlay.name = None,
            Some(NameText::Property {
                property,
                length,
                alphabet,
                scope,
            }) => {
                overlay.name = Some(Path(property.as_str().into()));
                overlay.name_length = length.unwrap_or(overlay.name_length);
                set(&mut overlay.name_alphabet, alphabet.as_deref());
                set(&mut overlay.name_scope, scope.as_deref());
            }
            None => {}
        }
        if let Some(parent) = &self.parent {
            overlay.parent = (parent != "none").then(|| Path(parent.as_str().into()));
        }
        set(&mut overlay.family, self.family.as_deref());
        overlay.create_first = self.create_first.unwrap_or(overlay.create_first);
        overlay.times = self.times.unwrap_or(overlay.times);
        overlay.window = self.window.unwrap_or(overlay.window);
        overlay.create_overwrites |= self.create_overwrites;
        overlay.data |= self.data;
        overlay.counted |= self.counted;
        overlay.delete_blocked_by_content |= self.delete_blocked_by_content;
        let before = self.before_delete.iter();
        overlay.before_delete = before
            .map(|(name, value)| (Arc::from(name.as_str()), value.clone()))
            .collect();
        if let Some(identifier) = &self.identifier {
            ty.primary_identifier = vec![Path(identifier.as_str().into())];
        }
        for path in &self.ordered {
            order(ty, path);
        }
        self.apply_attributes(ty);
        self.apply_references(ty);
        self.apply_paths(ty);
    }

    fn apply_attributes(&self, ty: &mut ResourceType) {
        let attributes = &mut ty.overlay.attributes;
        for (name, template) in &self.made {
            if template == "none" {
                attributes.remove(name.as_str());
                continue;
            }
            attributes.insert(
                name.as_str().into(),
                Attribute::Made(template.as_str().into()),
            );
        }
        for (name, template) in &self.known {
            attributes.insert(
                name.as_str().into(),
                Attribute::Template(template.as_str().into()),
            );
        }
    }

    fn apply_references(&self, ty: &mut ResourceType) {
        let references = &mut ty.overlay.references;
        for (path, text) in &self.references {
            references.retain(|known| &*known.path.0 != path);
            references.extend(text.split(" | ").filter_map(|text| reference(path, text)));
        }
        references.sort_by(|a, b| a.path.cmp(&b.path));
    }

    fn apply_paths(&self, ty: &mut ResourceType) {
        let overlay = &mut ty.overlay;
        let values = |map: &BTreeMap<String, Json>| -> BTreeMap<Path, Json> {
            map.iter()
                .map(|(path, value)| (Path(path.as_str().into()), value.clone()))
                .collect()
        };
        overlay.resets = values(&self.resets);
        overlay.defaults = values(&self.defaults);
        let replace = self.replace.iter();
        overlay.replace = replace
            .map(|(path, replaces)| (Path(path.as_str().into()), *replaces))
            .collect();
        for (written, known) in [
            (&self.unordered, &mut overlay.unordered),
            (&self.json, &mut overlay.json),
            (&self.merge, &mut overlay.merge),
            (&self.keeps, &mut overlay.keeps),
        ] {
            known.extend(written.iter().map(|path| Path(path.as_str().into())));
            known.sort();
            known.dedup();
        }
        let parts = self.parts.iter().map(|(name, properties)| {
            let properties = properties
                .iter()
                .map(|name| Arc::from(name.as_str()))
                .collect();
            (Arc::from(name.as_str()), Part { properties })
        });
        overlay.parts = parts.collect();
    }
}

/// Gives a list its order: a property of the type, or of one of its definitions.
fn order(ty: &mut ResourceType, path: &str) {
    let list = match path.split_once('/') {
        None => ty.properties.get_mut(path),
        Some((definition, property)) => {
            let Some(shape) = ty.definitions.get_mut(definition) else {
                return;
            };
            match &mut Arc::make_mut(shape).kind {
                ShapeKind::Object { properties, .. } => properties.get_mut(property),
                _ => None,
            }
        }
    };
    if let Some(list) = list {
        let list = Arc::make_mut(list);
        list.unordered = false;
        list.unique = false;
    }
}

fn set(place: &mut Arc<str>, text: Option<&str>) {
    if let Some(text) = text {
        *place = text.into();
    }
}

fn identity(text: &str) -> Option<Identity> {
    match text {
        "name" => Some(Identity::Name),
        "upsert" => Some(Identity::Upsert),
        "marker" => Some(Identity::Marker),
        _ => text
            .strip_prefix("token ")?
            .parse()
            .ok()
            .map(Identity::Token),
    }
}

fn reference(path: &str, text: &str) -> Option<Reference> {
    let mut words = text.split(' ');
    let (target, property) = words.next()?.rsplit_once('.')?;
    let flags: Vec<&str> = words.collect();
    Some(Reference {
        path: Path(path.into()),
        target: target.into(),
        property: property.into(),
        checked: flags.contains(&"checked"),
        blocks_delete: flags.contains(&"blocks"),
        exclusive: flags.contains(&"exclusive"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::SERVICES;

    #[test]
    fn every_overlay_file_can_be_read() {
        for service in SERVICES {
            let read = overlays(service.overlays);
            assert!(read.is_ok(), "{}", read.unwrap_err());
            for (name, text) in read.unwrap() {
                let known = text
                    .identity
                    .as_deref()
                    .is_none_or(|text| identity(text).is_some());
                assert!(known, "{name}: identity {:?}", text.identity);
                for path in &text.ordered {
                    assert!(path.split('/').count() <= 2, "{name}: {path}");
                }
                for (path, all) in &text.references {
                    for to in all.split(" | ").filter(|_| all != "none") {
                        assert!(reference(path, to).is_some(), "{name}: {to}");
                        let mut flags = to.split(' ').skip(1);
                        assert!(
                            flags.all(|flag| ["checked", "blocks", "exclusive"].contains(&flag)),
                            "{to}"
                        );
                    }
                }
            }
        }
    }
}
