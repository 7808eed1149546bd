//! Slices and shared properties: only our entries are ours, what others put there stays.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod common;

use common::*;
use formwork_mock::{Cloud, Verb};
use formwork_provider::{FailureClass, Reply, Request, Target};
use serde_json::{Value as Json, json};

fn entry(function: &str) -> Json {
    json!({ "Event": "s3:ObjectCreated:*", "Function": function })
}

fn notifications(entries: &[Json]) -> Json {
    json!({ "NotificationConfiguration": { "LambdaConfigurations": entries } })
}

fn bucket_with_slice(cloud: &mut Cloud) -> Target {
    let bucket = target("AWS::S3::Bucket", "b");
    create(cloud, &bucket, json!({ "BucketName": "photos" }));
    Target {
        address: bucket.address.part("notifications"),
        slice: Some("notifications".into()),
        ..with_id(&bucket, "photos")
    }
}

fn functions(cloud: &mut Cloud, slice: &Target) -> Vec<String> {
    let live = read(cloud, slice, "photos").unwrap();
    let entries = &live.properties["NotificationConfiguration"]["LambdaConfigurations"];
    let mut names: Vec<String> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["Function"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_slice_has_a_life_of_its_own() {
    let mut cloud = cloud();
    let slice = bucket_with_slice(&mut cloud);
    assert_eq!(
        read(&mut cloud, &slice, "photos"),
        None,
        "nothing of it is there yet"
    );
    let live = create(&mut cloud, &slice, notifications(&[entry("f")]));
    assert_eq!(&*live.id, "photos");
    assert_eq!(live.properties.len(), 1, "only its own properties");
    let again = create(&mut cloud, &slice, notifications(&[entry("f")]));
    assert_eq!(live, again, "a slice can be written again");

    let update = update_request(&slice, "photos", notifications(&[entry("g")]), &[]);
    settle(&mut cloud, &update).unwrap();
    assert_eq!(functions(&mut cloud, &slice), ["g"]);
    assert_eq!(delete(&mut cloud, &slice, "photos"), Ok(Reply::Deleted));
    assert_eq!(read(&mut cloud, &slice, "photos"), None);
    assert_eq!(delete(&mut cloud, &slice, "photos"), Ok(Reply::Deleted));
    let bucket = target("AWS::S3::Bucket", "b");
    assert!(
        read(&mut cloud, &bucket, "photos").is_some(),
        "its bucket stays"
    );

    let effects = cloud.effects().unwrap();
    let last = effects.last().unwrap();
    assert_eq!(
        (last.verb, last.slice.as_deref()),
        (Verb::Delete, Some("notifications"))
    );
    assert_eq!(last.address.as_deref(), Some("resource.b/notifications"));
    assert_eq!(effects.len(), 5, "taking out nothing is no effect");
}

#[test]
fn a_slice_takes_only_its_own_properties_and_needs_its_object() {
    let mut cloud = cloud();
    let slice = bucket_with_slice(&mut cloud);
    let other = json!({ "VersioningConfiguration": { "Status": "Enabled" } });
    let failure = cloud
        .handle(&create_request(&slice, other, "t"))
        .unwrap_err();
    let path = Some("VersioningConfiguration".to_owned());
    assert_eq!(failure.class, FailureClass::InvalidInput(path));
    let orphan = with_id(&slice, "none");
    let failure = cloud
        .handle(&create_request(&orphan, notifications(&[]), "t"))
        .unwrap_err();
    assert_eq!(failure.class, FailureClass::NotFound);
    assert_eq!(delete(&mut cloud, &slice, "none"), Ok(Reply::Deleted));
}

#[test]
fn entries_of_others_stay() {
    let mut cloud = cloud();
    let slice = bucket_with_slice(&mut cloud);
    create(&mut cloud, &slice, notifications(&[entry("ours")]));
    let theirs = notifications(&[entry("ours"), entry("theirs")]);
    cloud
        .change("AWS::S3::Bucket", REGION, "photos", &map(theirs))
        .unwrap();
    let update = update_request(&slice, "photos", notifications(&[entry("new")]), &[]);
    settle(&mut cloud, &update).unwrap();
    assert_eq!(functions(&mut cloud, &slice), ["new", "theirs"]);
    delete(&mut cloud, &slice, "photos").unwrap();
    assert_eq!(functions(&mut cloud, &slice), ["theirs"]);
}

#[test]
fn tags_of_others_stay() {
    let mut cloud = cloud();
    let role = target("AWS::IAM::Role", "r");
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    let properties = json!({
        "RoleName": "r", "AssumeRolePolicyDocument": {}, "Tags": [tag("a", "1"), tag("b", "1")],
    });
    create(&mut cloud, &role, properties);
    let drift = json!({ "Tags": [tag("a", "2"), tag("b", "1"), tag("team", "x")] });
    cloud
        .change("AWS::IAM::Role", REGION, "r", &map(drift))
        .unwrap();
    let tags = |cloud: &mut Cloud| {
        let live = read(cloud, &target("AWS::IAM::Role", "r"), "r").unwrap();
        let each = live.tags.into_iter();
        each.map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(tags(&mut cloud), "a=2 b=1 team=x");
    let update = update_request(&role, "r", json!({ "Tags": [tag("a", "1")] }), &[]);
    settle(&mut cloud, &update).unwrap();
    assert_eq!(tags(&mut cloud), "a=1 team=x", "b was ours and is gone");
    let Reply::Done(live) = settle(
        &mut cloud,
        &update_request(&role, "r", json!({}), &["Tags"]),
    )
    .unwrap() else {
        panic!("not done");
    };
    assert_eq!(live.tags.len(), 1);
}

#[test]
fn a_find_of_a_slice_gives_what_is_there() {
    let mut cloud = cloud();
    let slice = bucket_with_slice(&mut cloud);
    assert!(find(&mut cloud, &slice, notifications(&[])).is_empty());
    create(&mut cloud, &slice, notifications(&[entry("f")]));
    assert_eq!(find(&mut cloud, &slice, notifications(&[])).len(), 1);
    let poll = Request::Poll {
        target: slice,
        deleting: false,
    };
    assert!(matches!(cloud.handle(&poll), Ok(Reply::Done(_))));
}
