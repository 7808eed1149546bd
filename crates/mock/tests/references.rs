//! References are followed: what is not there is refused, what is held cannot be deleted, what lives inside goes too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod common;

use common::*;
use formwork_mock::{Settings, Verb};
use formwork_provider::{FailureClass, Reply, Request};
use serde_json::json;

#[test]
fn a_role_that_is_not_there_cannot_be_assumed() {
    let mut cloud = cloud();
    let function = target("AWS::Lambda::Function", "f");
    let role = "arn:aws:iam::111122223333:role/none";
    let request = create_request(&function, json!({ "Role": role, "Code": {} }), "t");
    let failure = cloud.handle(&request).unwrap_err();
    assert_eq!(failure.class, FailureClass::IamPropagation);
    assert!(failure.message.contains("cannot be assumed"), "{failure}");

    with_role(&mut cloud);
    let named = create_request(&function, json!({ "Role": "runner", "Code": {} }), "t");
    let class = cloud.handle(&named).unwrap_err().class;
    assert_eq!(
        class,
        FailureClass::IamPropagation,
        "a name where an ARN is wanted"
    );
    let foreign = json!({ "Role": "arn:aws:iam::999999999999:role/theirs", "Code": {} });
    assert!(
        cloud
            .handle(&create_request(&function, foreign, "t"))
            .is_ok()
    );
}

#[test]
fn a_parent_that_is_not_there_is_not_found() {
    let mut cloud = cloud();
    let alias = target("AWS::Lambda::Alias", "a");
    let request = create_request(&alias, json!({ "FunctionName": "f", "Name": "live" }), "t");
    assert_eq!(
        cloud.handle(&request).unwrap_err().class,
        FailureClass::NotFound
    );
}

#[test]
fn what_is_not_ready_cannot_be_referred_to() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    let function = target("AWS::Lambda::Function", "f");
    let properties = json!({ "FunctionName": "f", "Role": role, "Code": {} });
    cloud
        .handle(&create_request(&function, properties, "t"))
        .unwrap();
    let version = target("AWS::Lambda::Version", "v");
    let request = create_request(&version, json!({ "FunctionName": "f" }), "t");
    assert_eq!(
        cloud.handle(&request).unwrap_err().class,
        FailureClass::Conflict
    );
    cloud.advance(5_000);
    assert!(cloud.handle(&request).is_ok());
}

#[test]
fn what_is_used_cannot_be_deleted_and_the_user_is_named() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    let function = target("AWS::Lambda::Function", "f");
    create(
        &mut cloud,
        &function,
        json!({ "FunctionName": "f", "Role": role, "Code": {} }),
    );
    let role = target("AWS::IAM::Role", "role");
    let failure = delete(&mut cloud, &role, "runner").unwrap_err();
    assert_eq!(failure.class, FailureClass::InUse);
    assert!(
        failure.message.contains("AWS::Lambda::Function f"),
        "{failure}"
    );
    delete(&mut cloud, &function, "f").unwrap();
    assert_eq!(delete(&mut cloud, &role, "runner"), Ok(Reply::Deleted));
}

#[test]
fn a_change_of_reference_lets_go() {
    let mut cloud = cloud();
    let first = with_role(&mut cloud);
    let role = target("AWS::IAM::Role", "second");
    let properties = json!({ "RoleName": "second", "AssumeRolePolicyDocument": {} });
    let second = create(&mut cloud, &role, properties).properties["Arn"].clone();
    let function = target("AWS::Lambda::Function", "f");
    create(
        &mut cloud,
        &function,
        json!({ "FunctionName": "f", "Role": first, "Code": {} }),
    );
    let update = update_request(&function, "f", json!({ "Role": second }), &[]);
    settle(&mut cloud, &update).unwrap();
    assert!(delete(&mut cloud, &target("AWS::IAM::Role", "role"), "runner").is_ok());
    assert!(delete(&mut cloud, &role, "second").is_err());
}

#[test]
fn what_lives_inside_goes_with_its_parent() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    let function = target("AWS::Lambda::Function", "f");
    create(
        &mut cloud,
        &function,
        json!({ "FunctionName": "f", "Role": role, "Code": {} }),
    );
    let alias = target("AWS::Lambda::Alias", "a");
    let live = create(
        &mut cloud,
        &alias,
        json!({ "FunctionName": "f", "Name": "live" }),
    );
    delete(&mut cloud, &function, "f").unwrap();
    assert_eq!(read(&mut cloud, &alias, &live.id), None);
    assert_eq!(cloud.effects().unwrap().last().unwrap().verb, Verb::Cascade);
}

#[test]
fn a_version_is_one_of_the_same_function() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    for name in ["f", "g"] {
        let function = target("AWS::Lambda::Function", name);
        create(
            &mut cloud,
            &function,
            json!({ "FunctionName": name, "Role": role, "Code": {} }),
        );
    }
    let version = target("AWS::Lambda::Version", "v");
    let live = create(&mut cloud, &version, json!({ "FunctionName": "f" }));
    let alias = |function: &str| {
        let alias = target("AWS::Lambda::Alias", function);
        let properties =
            json!({ "FunctionName": function, "Name": "live", "FunctionVersion": "1" });
        create_request(&alias, properties, "t")
    };
    assert_eq!(
        cloud.handle(&alias("g")).unwrap_err().class,
        FailureClass::NotFound
    );
    assert!(cloud.handle(&alias("f")).is_ok());
    let failure = delete(&mut cloud, &version, &live.id).unwrap_err();
    assert_eq!(failure.class, FailureClass::InUse, "the alias points to it");
}

#[test]
fn of_several_types_one_must_be_there() {
    let mut cloud = cloud();
    let queue = create(
        &mut cloud,
        &target("AWS::SQS::Queue", "q"),
        json!({ "QueueName": "q" }),
    );
    let topic = target("AWS::SNS::Subscription", "t");
    create(
        &mut cloud,
        &topic,
        json!({ "Endpoint": queue.properties["Arn"] }),
    );
    create(
        &mut cloud,
        &topic,
        json!({ "Endpoint": "someone@example.com" }),
    );
    let gone = json!({ "Endpoint": "arn:aws:sqs:eu-central-1:111122223333:none" });
    let failure = cloud
        .handle(&create_request(&topic, gone, "t"))
        .unwrap_err();
    assert_eq!(failure.class, FailureClass::NotFound);
}

#[test]
fn data_keeps_a_bucket_unless_it_is_emptied() {
    let mut cloud = cloud();
    let bucket = target("AWS::S3::Bucket", "b");
    create(&mut cloud, &bucket, json!({ "BucketName": "photos" }));
    cloud
        .put_content("AWS::S3::Bucket", REGION, "photos", 3)
        .unwrap();
    let failure = delete(&mut cloud, &bucket, "photos").unwrap_err();
    assert_eq!(failure.class, FailureClass::HoldsData);
    let force = Request::Delete {
        target: with_id(&bucket, "photos"),
        force: true,
    };
    assert_eq!(settle(&mut cloud, &force), Ok(Reply::Deleted));
}

#[test]
fn with_lag_a_new_object_is_not_seen_for_its_window() {
    let mut cloud = cloud();
    cloud.set_settings(Settings::default().lagging());
    let role = with_role(&mut cloud);
    let found = target("AWS::IAM::Role", "role");
    assert_eq!(read(&mut cloud, &found, "runner"), None);
    let function = target("AWS::Lambda::Function", "f");
    let request = create_request(&function, json!({ "Role": role, "Code": {} }), "t");
    assert_eq!(
        cloud.handle(&request).unwrap_err().class,
        FailureClass::IamPropagation
    );
    cloud.advance(10_000);
    assert!(read(&mut cloud, &found, "runner").is_some());
    assert!(cloud.handle(&request).is_ok());
}
