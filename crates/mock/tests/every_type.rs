//! Every resource type of the catalog can be created with what it requires, read back, and deleted again.

mod common;

use common::{map, owner, settle, target, with_id};
use formwork_catalog::{aws, example};
use formwork_mock::Cloud;
use formwork_provider::{Live, Reply, Request, Target};
use formwork_schema::ResourceType;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Puts the values of other resources in the place of `{"$ref": [label, property]}`.
fn resolve(json: &Json, made: &BTreeMap<String, Live>) -> Result<Json, String> {
    if let Some([Json::String(label), Json::String(property)]) =
        json.get("$ref").and_then(Json::as_array).map(Vec::as_slice)
    {
        let live = made.get(label).ok_or_else(|| format!("no {label}"))?;
        return match property.as_str() {
            "id" => Ok(Json::from(&*live.id)),
            property => live
                .properties
                .get(property)
                .cloned()
                .ok_or_else(|| format!("{label} has no {property}")),
        };
    }
    Ok(match json {
        Json::Array(items) => Json::Array(
            items
                .iter()
                .map(|item| resolve(item, made))
                .collect::<Result<_, _>>()?,
        ),
        Json::Object(map) => Json::Object(
            map.iter()
                .map(|(name, value)| Ok((name.clone(), resolve(value, made)?)))
                .collect::<Result<_, String>>()?,
        ),
        scalar => scalar.clone(),
    })
}

/// Creates, reads and deletes the example of a type; what went wrong otherwise.
fn lives(ty: &ResourceType) -> Result<(), String> {
    let mut cloud = Cloud::in_memory(Arc::new(aws()), "123456789012").map_err(|e| e.to_string())?;
    let mut made = BTreeMap::new();
    let mut order: Vec<Target> = Vec::new();
    for one in example::stack(ty) {
        let properties = resolve(&Json::Object(one.properties), &made)?;
        let mut target = target(&one.type_name, &one.label);
        target.region = "us-east-1".into();
        let request = Request::Create {
            target: target.clone(),
            properties: map(properties),
            token: one.label.as_str().into(),
            owner: owner(),
        };
        let live = match settle(&mut cloud, &request) {
            Ok(Reply::Done(live)) => live,
            other => return Err(format!("create of {}: {other:?}", one.type_name)),
        };
        // Long enough for anything to be seen.
        cloud.advance(120_000);
        target = with_id(&target, &live.id);
        match cloud.handle(&Request::Read(target.clone())) {
            Ok(Reply::Found(found)) => _ = made.insert(one.label, found),
            other => return Err(format!("read of {}: {other:?}", one.type_name)),
        }
        order.push(target);
    }
    for target in order.iter().rev() {
        let request = Request::Delete {
            target: target.clone(),
            force: true,
        };
        match settle(&mut cloud, &request) {
            Ok(Reply::Deleted) => {}
            other => return Err(format!("delete of {}: {other:?}", target.type_name)),
        }
    }
    match cloud.list(None).len() {
        0 => Ok(()),
        left => Err(format!("{left} objects are left")),
    }
}

#[test]
fn every_type_lives_and_dies() {
    let mut wrong = Vec::new();
    let mut types = 0;
    for name in aws().names() {
        let ty = aws().get(name).unwrap();
        types += 1;
        if let Err(message) = lives(&ty) {
            wrong.push(format!("{name}: {message}"));
        }
    }
    assert_eq!(types, 187);
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
