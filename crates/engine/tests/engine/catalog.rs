//! A catalog of a few made-up types, one for each way in which the engine treats them.

use formwork_schema::{
    ApiFamily, Catalog, Identity, Overlay, Path, Reference, ResourceType, TagField, TagShape,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Milliseconds for which a create of any of the types may not be seen.
pub(crate) const WINDOW: u32 = 5_000;

const PROPERTIES: [&str; 9] = [
    "Arn", "Fixed", "Key", "Name", "Of", "Parent", "Size", "Tags", "Uses",
];

pub(crate) struct TestCatalog;

pub(crate) fn catalog() -> Arc<dyn Catalog> {
    Arc::new(TestCatalog)
}

impl Catalog for TestCatalog {
    fn resource_type(&self, name: &str) -> Option<Arc<ResourceType>> {
        let (identity, taggable) = match name {
            "T::Name" | "T::Slow" | "T::Overwrites" => (Identity::Name, true),
            "T::Marker" => (Identity::Marker, true),
            "T::Token" => (Identity::Token(3_600), true),
            "T::Child" => (Identity::Name, false),
            "T::Upsert" => (Identity::Upsert, false),
            _ => return None,
        };
        let mut ty = plain(name, identity);
        ty.overlay.create_overwrites = name == "T::Overwrites";
        ty.overlay.parent = (name == "T::Child").then(|| Path("Parent".into()));
        let named = !matches!(name, "T::Marker" | "T::Child" | "T::Upsert");
        ty.overlay.name = named.then(|| Path("Name".into()));
        ty.tags = taggable.then(|| TagField {
            property: "Tags".into(),
            shape: TagShape::List,
            updatable: true,
        });
        Some(Arc::new(ty))
    }

    fn resource_type_names(&self) -> Vec<&str> {
        vec![
            "T::Child",
            "T::Marker",
            "T::Name",
            "T::Overwrites",
            "T::Slow",
            "T::Token",
            "T::Upsert",
        ]
    }

    fn api_family(&self, name: &str) -> Option<ApiFamily> {
        let (burst, per_second) = match name {
            "fast" => (1_000.0, 1_000.0),
            "slow" => (2.0, 2.0),
            _ => return None,
        };
        Some(ApiFamily {
            name: name.into(),
            burst,
            per_second,
        })
    }
}

fn plain(name: &str, identity: Identity) -> ResourceType {
    ResourceType {
        name: name.into(),
        properties: PROPERTIES
            .map(|name| (Arc::from(name), Arc::default()))
            .into_iter()
            .collect(),
        definitions: BTreeMap::new(),
        required: Vec::new(),
        create_only: vec![Path("Fixed".into())],
        conditional_create_only: vec![Path("Fixed".into())],
        read_only: vec![Path("Arn".into())],
        write_only: Vec::new(),
        deprecated: Vec::new(),
        primary_identifier: vec![Path("Id".into())],
        mutable: true,
        tags: None,
        checks: Vec::new(),
        overlay: Overlay {
            written: true,
            identity,
            name: None,
            name_length: 64,
            name_alphabet: "a-zA-Z0-9_-".into(),
            name_scope: "account-region".into(),
            parent: None,
            attributes: BTreeMap::new(),
            references: vec![Reference {
                path: Path("Uses".into()),
                target: "T::Name".into(),
                property: "id".into(),
                checked: true,
                blocks_delete: true,
                exclusive: false,
            }],
            resets: BTreeMap::new(),
            defaults: BTreeMap::new(),
            unordered: Vec::new(),
            json: Vec::new(),
            merge: Vec::new(),
            replace: BTreeMap::new(),
            create_first: true,
            parts: BTreeMap::new(),
            times: (1_000, 1_000, 1_000),
            window: WINDOW,
            family: "fast".into(),
            create_overwrites: false,
            keeps: Vec::new(),
            data: false,
            counted: false,
            delete_blocked_by_content: false,
            before_delete: BTreeMap::new(),
        },
    }
}
