//! Every type of the catalog lives and dies here with its smallest valid properties.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod common;

use common::{ACCOUNT, create_request, delete, map, read, settle, target, update_request};
use formwork_catalog::example::{self, Example};
use formwork_catalog::{Aws, aws};
use formwork_mock::{Cloud, Settings, Throttling, Verb};
use formwork_provider::{FailureClass, Live, Reply, Target};
use formwork_schema::{Identity, ResourceType};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn cloud() -> Cloud {
    Cloud::in_memory(Arc::new(Aws::new()), ACCOUNT).unwrap()
}

/// The properties with every reference replaced by what it refers to.
fn resolved(value: &Json, made: &BTreeMap<String, Live>) -> Json {
    match value {
        Json::Object(object) => match object.get("$ref").and_then(Json::as_array) {
            Some(reference) => {
                let (label, property) = (
                    reference[0].as_str().unwrap(),
                    reference[1].as_str().unwrap(),
                );
                let live = &made[label];
                let path = property.replace('.', "/");
                let value = path.split('/').try_fold(&Json::Null, |at, name| match at {
                    Json::Null => live.properties.get(name),
                    below => below.get(name),
                });
                value
                    .cloned()
                    .unwrap_or_else(|| Json::String(live.id.to_string()))
            }
            None => {
                let each = object.iter();
                each.map(|(name, value)| (name.clone(), resolved(value, made)))
                    .collect::<Map<String, Json>>()
                    .into()
            }
        },
        Json::Array(items) => items.iter().map(|item| resolved(item, made)).collect(),
        other => other.clone(),
    }
}

/// Creates a stack in order; gives targets and what was made.
fn create_all(cloud: &mut Cloud, stack: &[Example]) -> Result<Vec<(Target, Live)>, String> {
    let (mut made, mut all) = (BTreeMap::new(), Vec::new());
    for each in stack {
        let target = target(&each.type_name, &each.label);
        let properties = resolved(&Json::Object(each.properties.clone()), &made);
        let request = create_request(&target, properties.clone(), &each.label);
        match settle(cloud, &request) {
            Ok(Reply::Done(live)) => {
                made.insert(each.label.clone(), live.clone());
                all.push((target, live));
            }
            other => return Err(format!("{} {properties}: {other:?}", each.type_name)),
        }
    }
    Ok(all)
}

fn lives_and_dies(ty: &ResourceType) -> Result<(), String> {
    let mut cloud = cloud();
    let all = create_all(&mut cloud, &example::stack(ty))?;
    for (target, live) in &all {
        if live.id.is_empty() {
            return Err(format!("{}: no id", target.type_name));
        }
        let shown = read(&mut cloud, target, &live.id);
        if shown.as_ref() != Some(live) {
            return Err(format!("{}: a read shows {shown:?}", target.type_name));
        }
    }
    for (target, live) in all.iter().rev() {
        prepare(&mut cloud, target, live)?;
        match delete(&mut cloud, target, &live.id) {
            Ok(Reply::Deleted) => {}
            other => return Err(format!("{}: delete: {other:?}", target.type_name)),
        }
        if read(&mut cloud, target, &live.id).is_some() {
            return Err(format!("{}: deleted and still there", target.type_name));
        }
    }
    match cloud.list(None).as_slice() {
        [] => Ok(()),
        left => Err(format!("left over: {left:?}")),
    }
}

/// What AWS wants of an object before it takes a delete, which is refused until then.
fn prepare(cloud: &mut Cloud, target: &Target, live: &Live) -> Result<(), String> {
    let ty = aws().get(&target.type_name).unwrap();
    let before = &ty.overlay.before_delete;
    if before.is_empty() {
        return Ok(());
    }
    let early = delete(cloud, target, &live.id).map_err(|failure| failure.class);
    if !matches!(&early, Err(FailureClass::InvalidInput(Some(_)))) {
        return Err(format!("{}: deleted as it is: {early:?}", target.type_name));
    }
    let change: Map<String, Json> = before
        .iter()
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect();
    let update = update_request(target, &live.id, Json::Object(change), &[]);
    match settle(cloud, &update) {
        Ok(Reply::Done(_)) => Ok(()),
        other => Err(format!("{}: not made ready: {other:?}", target.type_name)),
    }
}

#[test]
fn every_type_lives_and_dies() {
    let types: Vec<Arc<ResourceType>> = aws().names().filter_map(|name| aws().get(name)).collect();
    assert_eq!(types.len(), 187);
    let failed: Vec<String> = types
        .iter()
        .filter_map(|ty| lives_and_dies(ty).err())
        .collect();
    assert!(
        failed.is_empty(),
        "{} of 187:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn every_required_property_is_missed_and_no_unknown_one_is_dropped() {
    for ty in aws().names().filter_map(|name| aws().get(name)) {
        let mut stack = example::stack(&ty);
        let last = stack.pop().unwrap();
        let mut cloud = cloud();
        let made = create_all(&mut cloud, &stack).unwrap();
        let made = stack
            .iter()
            .zip(made)
            .map(|(example, (_, live))| (example.label.clone(), live));
        let properties = map(resolved(&Json::Object(last.properties), &made.collect()));
        let target = target(&last.type_name, &last.label);
        let mut refused = |properties: Map<String, Json>| {
            let request = create_request(&target, Json::Object(properties), "t");
            match cloud.handle(&request).map_err(|failure| failure.class) {
                Err(FailureClass::InvalidInput(path)) => path,
                other => panic!("{}: {other:?}", ty.name),
            }
        };
        for name in &ty.required {
            let mut fewer = properties.clone();
            fewer.remove(&**name);
            assert_eq!(refused(fewer), Some(name.to_string()), "{}", ty.name);
        }
        let mut more = properties.clone();
        more.insert("NoSuchProperty".to_owned(), Json::from(1));
        assert_eq!(
            refused(more),
            Some("NoSuchProperty".to_owned()),
            "{}",
            ty.name
        );
    }
}

#[test]
fn every_reset_is_taken_and_shown() {
    let mut failed = Vec::new();
    for ty in aws().names().filter_map(|name| aws().get(name)) {
        let mut cloud = cloud();
        let mut all = create_all(&mut cloud, &example::stack(&ty)).unwrap();
        let (target, live) = all.pop().unwrap();
        for (path, value) in &ty.overlay.resets {
            if path.0.contains('/') {
                continue;
            }
            let change = Json::Object(map(serde_json::json!({ &*path.0: value })));
            let update = update_request(&target, &live.id, change, &[]);
            if let Err(failure) = settle(&mut cloud, &update) {
                failed.push(format!("{}.{} = {value}: {failure}", ty.name, path.0));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_part_of_a_parent_is_written_over_when_it_is_written_again() {
    let parts = aws().names().filter_map(|name| aws().get(name));
    let parts: Vec<_> = parts
        .filter(|ty| ty.overlay.identity == Identity::Upsert)
        .collect();
    assert!(!parts.is_empty(), "no type is a part of a parent");
    for ty in parts {
        let mut cloud = cloud();
        let stack = example::stack(&ty);
        let all = create_all(&mut cloud, &stack).unwrap();
        let made = stack.iter().zip(&all);
        let made = made
            .map(|(example, (_, live))| (example.label.clone(), live.clone()))
            .collect();
        let (target, first) = all.last().unwrap();
        let last = Json::Object(stack.last().unwrap().properties.clone());
        let mut properties = resolved(&last, &made);
        let name = ty.overlay.name.iter().chain(&ty.primary_identifier);
        for path in name.filter(|path| !ty.read_only.contains(path)) {
            if let Some(value) = first.properties.get(path.root()) {
                properties[path.root()] = value.clone();
            }
        }
        let again = settle(&mut cloud, &create_request(target, properties, "again"));
        let Ok(Reply::Done(second)) = again else {
            panic!("{}: {again:?}", ty.name);
        };
        assert_eq!(first.id, second.id, "{}", ty.name);
        assert_eq!(cloud.list(None).len(), stack.len(), "{}", ty.name);
        assert_eq!(
            cloud.effects().unwrap().last().unwrap().verb,
            Verb::Overwrite
        );
    }
}

#[test]
fn every_rate_bucket_refuses_what_is_above_it() {
    for ty in aws().names().filter_map(|name| aws().get(name)) {
        let mut cloud = cloud();
        cloud.set_settings(Settings {
            throttling: Throttling::Refuse,
            ..Settings::default()
        });
        let target = target(&ty.name, "x");
        let refused = (0..600).any(|_| {
            let answer = cloud.handle(&create_request(
                &target,
                serde_json::json!({ "No": 1 }),
                "t",
            ));
            answer.unwrap_err().retry_after.is_some()
        });
        assert!(refused, "{} has no rate bucket", ty.name);
    }
}

/// What the catalog says only one object may have is refused to a second until the first lets go.
#[test]
fn a_disk_is_attached_to_one_server() {
    let mut cloud = cloud();
    let disk = serde_json::json!({ "DiskName": "data", "SizeInGb": 8 });
    let made = create_request(&target("AWS::Lightsail::Disk", "d"), disk, "d");
    settle(&mut cloud, &made).unwrap();
    let slice = |label: &str| {
        let server = target("AWS::Lightsail::Instance", label);
        Target {
            slice: Some("disks".into()),
            id: Some(label.into()),
            ..server
        }
    };
    for label in ["one", "two"] {
        let server = target("AWS::Lightsail::Instance", label);
        let properties = serde_json::json!({
            "InstanceName": label, "BlueprintId": "nginx", "BundleId": "nano_3_0"
        });
        settle(&mut cloud, &create_request(&server, properties, label)).unwrap();
    }
    let disks = serde_json::json!({ "Hardware": { "Disks": [{ "DiskName": "data", "Path": "/dev/xvdf" }] } });
    let attach = |label: &str| create_request(&slice(label), disks.clone(), "a");
    settle(&mut cloud, &attach("one")).unwrap();
    let refused = cloud.handle(&attach("two")).unwrap_err();
    assert_eq!(refused.class, FailureClass::InUse);
    assert!(
        refused.message.contains("AWS::Lightsail::Instance one"),
        "{refused}"
    );
    settle(&mut cloud, &attach("one")).unwrap();
    delete(&mut cloud, &slice("one"), "one").unwrap();
    settle(&mut cloud, &attach("two")).unwrap();
}

/// Each definition of a job is a revision with an id of its own; new tags make none.
#[test]
fn a_definition_is_the_next_revision_of_its_name() {
    let mut cloud = cloud();
    let define = |cloud: &mut Cloud, label: &str, image: &str| {
        let properties = serde_json::json!({
            "JobDefinitionName": "j", "Type": "container", "ContainerProperties": { "Image": image },
        });
        let job = target("AWS::Batch::JobDefinition", label);
        common::create(cloud, &job, properties).id
    };
    let first = define(&mut cloud, "one", "a:1");
    assert!(first.ends_with("job-definition/j:1"), "{first}");
    let second = define(&mut cloud, "two", "a:2");
    assert!(second.ends_with("job-definition/j:2"), "{second}");
    let job = target("AWS::Batch::JobDefinition", "two");
    let tags = serde_json::json!({ "Tags": { "team": "media" } });
    settle(&mut cloud, &update_request(&job, &second, tags, &[])).unwrap();
    assert_eq!(read(&mut cloud, &job, &second).unwrap().id, second);
}
