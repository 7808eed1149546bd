//! What others do in the account: foreign objects, drift, removal, and the lists that show it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod common;

use common::*;
use formwork_mock::Verb;
use formwork_provider::FailureClass;
use serde_json::json;

#[test]
fn a_foreign_object_is_listed_without_owner() {
    let mut cloud = cloud();
    let live = cloud
        .put_named("AWS::Lambda::Function", REGION, "theirs")
        .unwrap();
    assert_eq!(live.properties["FunctionName"], "theirs");
    let bucket = target("AWS::S3::Bucket", "b");
    create(
        &mut cloud,
        &bucket,
        json!({ "BucketName": "ours", "Tags": our_tags(&bucket) }),
    );
    let all = cloud.list(None);
    assert_eq!(all.len(), 2);
    assert_eq!(
        (all[0].name.as_deref(), all[0].address.as_deref()),
        (Some("theirs"), None)
    );
    assert_eq!(all[1].address.as_deref(), Some("resource.b"));
    assert_eq!(all[1].stack.as_deref(), Some("shop"));
    assert_eq!(cloud.list(Some("AWS::S3::Bucket")).len(), 1);
    let effects = cloud.effects().unwrap();
    assert_eq!(
        (effects[0].verb, effects[0].address.as_deref()),
        (Verb::OutsidePut, None)
    );
}

#[test]
fn drift_is_seen_and_checked() {
    let mut cloud = cloud();
    let queue = target("AWS::SQS::Queue", "q");
    let id = create(
        &mut cloud,
        &queue,
        json!({ "QueueName": "q", "DelaySeconds": 1, "Note": "n" }),
    )
    .id;
    let change = |cloud: &mut formwork_mock::Cloud, changes| {
        cloud.change("AWS::SQS::Queue", REGION, &id, &map(changes))
    };
    change(&mut cloud, json!({ "DelaySeconds": 7, "Note": null })).unwrap();
    let live = read(&mut cloud, &queue, &id).unwrap();
    assert_eq!(live.properties["DelaySeconds"], 7);
    assert_eq!(live.properties.get("Note"), None);
    let class = change(&mut cloud, json!({ "Delay": 7 })).unwrap_err().class;
    assert_eq!(class, FailureClass::InvalidInput(Some("Delay".to_owned())));
    assert_eq!(cloud.effects().unwrap().len(), 2);
}

#[test]
fn removal_from_outside_asks_nobody() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    let function = target("AWS::Lambda::Function", "f");
    create(
        &mut cloud,
        &function,
        json!({ "FunctionName": "f", "Role": role, "Code": {} }),
    );
    cloud.remove("AWS::IAM::Role", REGION, "runner").unwrap();
    assert_eq!(
        read(&mut cloud, &target("AWS::IAM::Role", "role"), "runner"),
        None
    );
    assert_eq!(
        cloud.effects().unwrap().last().unwrap().verb,
        Verb::OutsideRemove
    );
    let failure = cloud
        .remove("AWS::IAM::Role", REGION, "runner")
        .unwrap_err();
    assert_eq!(failure.class, FailureClass::NotFound);
    assert!(cloud.get("AWS::Lambda::Function", REGION, "f").is_ok());
    assert!(cloud.describe().contains("AWS::Lambda::Function f"));
}

#[test]
fn an_id_is_not_given_twice() {
    let mut cloud = cloud();
    let api = target("AWS::ApiGateway::RestApi", "api");
    let first = create(&mut cloud, &api, json!({ "Name": "api" })).id;
    cloud
        .remove("AWS::ApiGateway::RestApi", REGION, &first)
        .unwrap();
    let second = create(&mut cloud, &api, json!({ "Name": "api" })).id;
    assert_ne!(first, second);
}
