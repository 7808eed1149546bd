//! The reference pages of kinds equal what the kinds say of themselves; `UPDATE=1` writes them anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use formwork_kinds::{Kinds, reference};
use std::fs;
use std::path::Path;

/// Words that no kind may use for a field of its own: every declaration has them.
const COMMON: &[&str] = &[
    "protect",
    "retain",
    "tags",
    "depends_on",
    "region",
    "ignore_changes",
    "override",
    "usage",
];

/// Words that a bare word cannot be.
const RESERVED: &[&str] = &["true", "false", "none", "if", "then", "else", "for", "in"];

#[test]
fn pages_are_what_the_kinds_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/kinds");
    let update = std::env::var_os("UPDATE").is_some();
    let mut pages = Vec::new();
    for spec in Kinds::aws().specs() {
        let path = folder.join(format!("{}.md", spec.name));
        let page = reference(spec);
        if update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &page).unwrap();
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            written,
            page,
            "run with UPDATE=1 to write {}",
            path.display()
        );
        pages.push(path);
    }
    let mut found: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    pages.sort();
    assert_eq!(found, pages, "a page without its kind");
}

#[test]
fn no_kind_takes_a_common_name_or_a_reserved_word() {
    for spec in Kinds::aws().specs() {
        for field in &spec.fields {
            assert!(
                !COMMON.contains(&&*field.name),
                "{}.{}",
                spec.name,
                field.name
            );
            words(&field.ty, &mut |word| {
                assert!(
                    !RESERVED.contains(&word),
                    "{}.{}: {word}",
                    spec.name,
                    field.name
                );
            });
        }
    }
}

fn words(ty: &formwork_schema::Type, visit: &mut dyn FnMut(&str)) {
    use formwork_schema::Type;
    match ty {
        Type::Enum(of) => of.members.iter().for_each(|word| visit(word)),
        Type::List(item) | Type::Map(item) | Type::Optional(item) => words(item, visit),
        Type::OneOf(types) => types.iter().for_each(|ty| words(ty, visit)),
        Type::Object(object) => object.fields.iter().for_each(|f| words(&f.ty, visit)),
        Type::Call(call) => call.parameters.iter().for_each(|f| words(&f.ty, visit)),
        _ => {}
    }
}

#[test]
fn no_kind_has_a_field_twice() {
    use formwork_schema::Vocabulary;
    let kinds = Kinds::aws();
    for name in kinds.kind_names() {
        let spec = kinds.kind(name).unwrap();
        let mut names: Vec<&str> = spec.fields.iter().map(|field| &*field.name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(all, names.len(), "{name} has a field twice");
        assert!(spec.doc.ends_with('.'), "{name}");
    }
}
