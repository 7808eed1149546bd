//! The catalog holds all of AWS's schemas that it names, whole and usable.

use super::aws;
use crate::read::line;
use crate::services::{SERVICES, TYPES};
use formwork_schema::{Attribute, Catalog, Identity, Path, ResourceType, Shape, ShapeKind};
use serde_json::Value as Json;
use std::sync::Arc;

fn all() -> impl Iterator<Item = Arc<ResourceType>> {
    aws().names().map(|name| aws().get(name).unwrap())
}

/// Every shape of a type, those of definitions too.
fn shapes(ty: &ResourceType) -> Vec<(String, Arc<Shape>)> {
    let mut todo: Vec<(String, Arc<Shape>)> = Vec::new();
    let named = ty.properties.iter().chain(&ty.definitions);
    todo.extend(named.map(|(name, shape)| (name.to_string(), shape.clone())));
    let mut done = Vec::new();
    while let Some((name, shape)) = todo.pop() {
        match &shape.kind {
            ShapeKind::List(item) => todo.push((format!("{name}/*"), item.clone())),
            ShapeKind::Map { values, .. } => todo.push((format!("{name}/*"), values.clone())),
            ShapeKind::Object { properties, .. } => {
                todo.extend(
                    properties
                        .iter()
                        .map(|(key, s)| (format!("{name}/{key}"), s.clone())),
                );
            }
            ShapeKind::OneOf(all) => todo.extend(all.iter().map(|s| (name.clone(), s.clone()))),
            _ => {}
        }
        done.push((name, shape));
    }
    done
}

/// Whether a path of property names leads to a shape.
pub(crate) fn leads(ty: &ResourceType, path: &str) -> bool {
    fn within(ty: &ResourceType, shape: &Arc<Shape>, rest: &[&str]) -> bool {
        let Some((name, rest)) = rest.split_first() else {
            return true;
        };
        match &ty.resolve(shape).kind {
            ShapeKind::Object { properties, .. } => match *name {
                "*" => properties.values().any(|shape| within(ty, shape, rest)),
                name => properties
                    .get(name)
                    .is_some_and(|shape| within(ty, shape, rest)),
            },
            ShapeKind::List(item) => *name == "*" && within(ty, item, rest),
            ShapeKind::Map { values, .. } => within(ty, values, rest),
            ShapeKind::OneOf(all) => {
                let whole: Vec<&str> = std::iter::once(*name).chain(rest.iter().copied()).collect();
                all.iter().any(|one| within(ty, one, &whole))
            }
            ShapeKind::Any => true,
            _ => false,
        }
    }
    let names: Vec<&str> = path.split('/').collect();
    let root = ty.properties.get(names[0]);
    root.is_some_and(|shape| within(ty, shape, &names[1..]))
}

#[test]
fn all_types_are_there_with_all_their_properties() {
    assert_eq!(aws().names().count(), 187);
    assert!(TYPES.is_sorted());
    let mut properties = 0;
    for (name, service) in TYPES {
        let json: Json =
            serde_json::from_str(line(name, SERVICES[*service].types).unwrap()).unwrap();
        let ty = aws().get(name).unwrap();
        assert_eq!(json["count"], ty.properties.len(), "{name}");
        properties += ty.properties.len();
    }
    assert_eq!(properties, 2075);
    assert_eq!(all().map(|ty| ty.definitions.len()).sum::<usize>(), 1361);
    assert!(aws().get("AWS::S3::Bukket").is_none());
}

#[test]
fn data_files_are_json_that_names_its_source() {
    for service in SERVICES {
        for text in [service.types, service.handlers] {
            let json: Json = serde_json::from_str(text).unwrap();
            assert_eq!(json["source"], crate::SOURCE);
            assert_eq!(json["schema_date"], crate::SCHEMA_DATE);
        }
    }
}

#[test]
fn every_shape_reference_resolves() {
    for ty in all() {
        for (path, shape) in shapes(&ty) {
            if let ShapeKind::Ref(name) = &shape.kind {
                assert!(
                    ty.definitions.contains_key(name),
                    "{}/{path}: {name}",
                    ty.name
                );
            }
        }
    }
}

#[test]
fn every_pattern_compiles() {
    let (mut patterns, mut bad) = (0, Vec::new());
    for ty in all() {
        for (path, shape) in shapes(&ty) {
            let keys = match &shape.kind {
                ShapeKind::Map { keys, .. } => keys.clone(),
                _ => None,
            };
            for pattern in shape.pattern.iter().chain(&keys) {
                patterns += 1;
                if crate::raw::pattern(pattern).is_none() {
                    bad.push(format!("{}/{path}: {pattern}", ty.name));
                }
            }
        }
    }
    assert_eq!(bad, Vec::<String>::new());
    assert!(patterns > 500, "{patterns}");
}

#[test]
fn paths_of_the_schemas_lead_to_properties() {
    let mut astray = Vec::new();
    for ty in all() {
        let required = ty.required.iter().map(|name| Path(name.clone()));
        let lists = [
            &ty.create_only,
            &ty.primary_identifier,
            &ty.conditional_create_only,
        ];
        for path in lists.into_iter().flatten().cloned().chain(required) {
            if !leads(&ty, &path.0) {
                astray.push(format!("{}/{}", ty.name, path.0));
            }
        }
    }
    assert_eq!(astray, Vec::<String>::new());
}

#[test]
fn overlays_speak_of_properties_and_types_that_exist() {
    let mut astray = Vec::new();
    for ty in all() {
        let overlay = &ty.overlay;
        let mut paths: Vec<&Path> = overlay.name.iter().chain(&overlay.parent).collect();
        paths.extend(overlay.references.iter().map(|reference| &reference.path));
        paths.extend(
            overlay
                .resets
                .keys()
                .chain(overlay.defaults.keys())
                .chain(overlay.replace.keys()),
        );
        paths.extend(
            overlay
                .unordered
                .iter()
                .chain(&overlay.json)
                .chain(&overlay.merge),
        );
        for path in paths.into_iter().filter(|path| !leads(&ty, &path.0)) {
            astray.push(format!("{}: {}", ty.name, path.0));
        }
        for part in overlay.parts.values() {
            let unknown = part
                .properties
                .iter()
                .filter(|name| !ty.properties.contains_key(*name));
            astray.extend(unknown.map(|name| format!("{}: part property {name}", ty.name)));
        }
        for reference in &overlay.references {
            let target = aws().get(&reference.target);
            let known = target.is_some_and(|target| leads(&target, &reference.property));
            if !known {
                astray.push(format!(
                    "{}: {}.{}",
                    ty.name, reference.target, reference.property
                ));
            }
        }
    }
    assert_eq!(astray, Vec::<String>::new());
}

#[test]
fn overlay_tables_are_of_types_that_exist() {
    let mut written = 0;
    for (at, service) in SERVICES.iter().enumerate() {
        for short in crate::overlay::overlays(service.overlays).unwrap().keys() {
            let of = TYPES.iter().filter(|(_, service)| *service == at);
            let known = of
                .map(|(name, _)| *name)
                .any(|name| name.ends_with(&format!("::{short}")));
            assert!(known, "{short}");
            written += 1;
        }
    }
    assert_eq!(aws().without_overlay().len(), 187 - written);
}

#[test]
fn every_type_has_a_rate_bucket_and_an_identifier() {
    for ty in all() {
        assert!(
            aws().api_family(&ty.overlay.family).is_some(),
            "{}",
            ty.name
        );
        assert!(!ty.primary_identifier.is_empty(), "{}", ty.name);
    }
}

#[test]
fn every_part_of_an_identifier_comes_from_somewhere() {
    let mut astray = Vec::new();
    for ty in all() {
        for path in &ty.primary_identifier {
            let settable = !ResourceType::covers(&ty.read_only, &path.0);
            if !settable && !ty.overlay.attributes.contains_key(&path.0) {
                astray.push(format!("{}: {}", ty.name, path.0));
            }
        }
    }
    assert_eq!(astray, Vec::<String>::new());
}

#[test]
fn templates_name_known_words_and_properties() {
    const WORDS: &[&str] = &["account", "region", "partition", "suffix", "uuid", "serial"];
    const MADE: &[&str] = &["hex:", "alnum:", "upper:", "digits:"];
    let mut astray = Vec::new();
    for ty in all() {
        for (name, attribute) in &ty.overlay.attributes {
            let (template, made) = match attribute {
                Attribute::Template(template) => (template, false),
                Attribute::Made(template) => (template, true),
            };
            for hole in Attribute::holes(template).map(|hole| hole.name) {
                let word = WORDS.contains(&hole) && (made || !["uuid", "serial"].contains(&hole));
                let random = made && MADE.iter().any(|made| hole.starts_with(made));
                let property = leads(&ty, hole) || ty.overlay.attributes.contains_key(hole);
                if !(word || random || property) {
                    astray.push(format!("{}.{name}: {{{hole}}}", ty.name));
                }
            }
        }
    }
    assert_eq!(astray, Vec::<String>::new());
}

#[test]
fn one_service_is_read_alone() {
    let fresh = super::Aws::new();
    assert!(fresh.get("AWS::Lambda::Function").is_some());
    let parsed = fresh
        .types
        .iter()
        .filter(|cell| cell.get().is_some())
        .count();
    let overlays = fresh
        .overlays
        .iter()
        .filter(|cell| cell.get().is_some())
        .count();
    assert_eq!((parsed, overlays), (1, 1));
}

#[test]
fn handlers_are_read_apart() {
    let handlers = crate::handlers("AWS::Lambda::Function");
    assert!(
        handlers["create"]
            .permissions
            .iter()
            .any(|action| action == "lambda:CreateFunction")
    );
    assert_eq!(handlers["update"].minutes, Some(180));
    assert!(crate::handlers("AWS::No::Type").is_empty());
}

/// Names that must begin with a certain word; they are always given by the user.
const GIVEN: &[&str] = &["AWS::KMS::Alias"];

#[test]
fn names_of_the_alphabet_are_names_that_aws_takes() {
    let mut wrong = Vec::new();
    for ty in all().filter(|ty| !GIVEN.contains(&&*ty.name)) {
        let Some(name) = &ty.overlay.name else {
            continue;
        };
        let shape = ty.resolve(&ty.properties[name.root()]);
        let class = crate::raw::pattern(&format!("[{}]", ty.overlay.name_alphabet)).unwrap();
        let letters = (' '..='~').filter(|c| class.is_match(&c.to_string()).unwrap());
        for letter in letters {
            let text = format!("ab{letter}cd1");
            let taken = shape.pattern.as_deref().and_then(crate::raw::pattern);
            if taken.is_some_and(|regex| !regex.is_match(&text).unwrap()) {
                wrong.push(format!("{}: {text}", ty.name));
            }
        }
        if shape
            .length
            .1
            .is_some_and(|most| most < ty.overlay.name_length as u64)
        {
            wrong.push(format!(
                "{}: {} > {:?}",
                ty.name, ty.overlay.name_length, shape.length
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn own_types_are_given_with_their_overlay() {
    let image = aws().get("Formwork::ECR::Image").unwrap();
    assert!(image.overlay.written);
    assert_eq!(image.overlay.identity, Identity::Upsert);
    assert!(ResourceType::covers(&image.create_only, "Source"));
    assert!(aws().names().all(|name| name.starts_with("AWS::")));
}

/// AWS's schema calls a command line a set; the overlay knows better.
#[test]
fn a_command_line_has_an_order() {
    let service = aws().get("AWS::Lightsail::Container").unwrap();
    let ShapeKind::Object { properties, .. } = &service.definitions["Container"].kind else {
        panic!("not an object");
    };
    assert!(!properties["Command"].unordered && !properties["Command"].unique);
    assert!(properties["Ports"].unordered);
}
