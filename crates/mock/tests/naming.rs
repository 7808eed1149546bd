//! Names, tokens, markers and what AWS makes: who an object is, and that repeats are what they are on AWS.
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
use formwork_provider::{FailureClass, Reply};
use serde_json::json;

#[test]
fn a_name_is_unique_in_its_scope() {
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
    let function = target("AWS::Lambda::Function", "again");
    let taken = json!({ "FunctionName": "f", "Role": role, "Code": {} });
    let request = create_request(&function, taken.clone(), "t");
    assert_eq!(
        cloud.handle(&request).unwrap_err().class,
        FailureClass::AlreadyExists
    );
    let mut elsewhere = function.clone();
    elsewhere.region = "us-east-1".into();
    let request = create_request(&elsewhere, taken, "t");
    assert!(
        cloud.handle(&request).is_ok(),
        "another region has names of its own"
    );

    let mut second = target("AWS::IAM::Role", "second");
    second.region = "us-east-1".into();
    let taken = json!({ "RoleName": "runner", "AssumeRolePolicyDocument": {} });
    let failure = cloud
        .handle(&create_request(&second, taken, "t"))
        .unwrap_err();
    assert_eq!(
        failure.class,
        FailureClass::AlreadyExists,
        "roles are the account's"
    );

    for (label, function) in [("a", "f"), ("b", "g")] {
        let alias = target("AWS::Lambda::Alias", label);
        create(
            &mut cloud,
            &alias,
            json!({ "FunctionName": function, "Name": "live" }),
        );
    }
    let alias = target("AWS::Lambda::Alias", "c");
    let arn = "arn:aws:lambda:eu-central-1:111122223333:function:f";
    let taken = json!({ "FunctionName": arn, "Name": "live" });
    let failure = cloud
        .handle(&create_request(&alias, taken, "t"))
        .unwrap_err();
    assert_eq!(
        failure.class,
        FailureClass::AlreadyExists,
        "an alias is the function's"
    );
}

#[test]
fn a_name_of_another_account_cannot_be_had_or_read() {
    let mut cloud = cloud();
    cloud.reserve("AWS::S3::Bucket", REGION, "photos").unwrap();
    let bucket = target("AWS::S3::Bucket", "b");
    let request = create_request(&bucket, json!({ "BucketName": "photos" }), "t");
    assert_eq!(
        cloud.handle(&request).unwrap_err().class,
        FailureClass::AlreadyExists
    );
    let read = formwork_provider::Request::Read(with_id(&bucket, "photos"));
    assert_eq!(
        cloud.handle(&read).unwrap_err().class,
        FailureClass::AccessDenied(None)
    );
    let failure = delete(&mut cloud, &bucket, "photos").unwrap_err();
    assert_eq!(failure.class, FailureClass::AccessDenied(None));
    assert!(cloud.list(None).is_empty());
}

#[test]
fn some_creates_take_over_what_is_there() {
    let mut cloud = cloud();
    let foreign =
        json!({ "BucketName": "photos", "VersioningConfiguration": { "Status": "Enabled" } });
    cloud.put("AWS::S3::Bucket", REGION, &map(foreign)).unwrap();
    let bucket = target("AWS::S3::Bucket", "b");
    let live = create(
        &mut cloud,
        &bucket,
        json!({ "BucketName": "photos", "Tags": our_tags(&bucket) }),
    );
    assert_eq!(
        live.properties["VersioningConfiguration"]["Status"],
        "Enabled"
    );
    assert_eq!(cloud.list(None).len(), 1);
    let verbs: Vec<Verb> = cloud
        .effects()
        .unwrap()
        .iter()
        .map(|effect| effect.verb)
        .collect();
    assert_eq!(
        verbs,
        [Verb::OutsidePut, Verb::Overwrite],
        "the oracle sees it"
    );
    assert_eq!(
        find(&mut cloud, &bucket, json!({})).len(),
        1,
        "it carries our tags now"
    );
}

#[test]
fn the_same_token_makes_one_object_while_it_lives() {
    let mut cloud = cloud();
    let service = target("AWS::ECS::Service", "s");
    let properties = json!({ "ServiceName": "s", "DesiredCount": 1 });
    let request = create_request(&service, properties.clone(), "token");
    let first = settle(&mut cloud, &request).unwrap();
    assert_eq!(settle(&mut cloud, &request).unwrap(), first);
    assert_eq!(cloud.effects().unwrap().len(), 1);

    let other = create_request(
        &service,
        json!({ "ServiceName": "s", "DesiredCount": 2 }),
        "token",
    );
    assert_eq!(
        cloud.handle(&other).unwrap_err().class,
        FailureClass::InvalidInput(None)
    );
    cloud.advance(3_600_000);
    let class = cloud.handle(&request).unwrap_err().class;
    assert_eq!(
        class,
        FailureClass::AlreadyExists,
        "the token has expired, the name has not"
    );
}

#[test]
fn a_marker_type_makes_another_object_each_time() {
    let mut cloud = cloud();
    let api = target("AWS::ApiGateway::RestApi", "api");
    let properties = json!({ "Name": "api", "Tags": our_tags(&api) });
    let request = create_request(&api, properties, "t");
    let first = settle(&mut cloud, &request).unwrap();
    let second = settle(&mut cloud, &request).unwrap();
    assert_ne!(first, second);
    let found = find(&mut cloud, &api, json!({}));
    let ids: Vec<&str> = found.iter().map(|live| &*live.id).collect();
    let Reply::Done(oldest) = first else {
        panic!("{first:?}");
    };
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], &*oldest.id, "oldest first");
    let mut later = api.clone();
    later.generation = 1;
    assert!(
        find(&mut cloud, &later, json!({})).is_empty(),
        "another generation"
    );
}

#[test]
fn objects_without_tags_are_found_by_parent_and_name() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    for name in ["f", "g"] {
        let function = target("AWS::Lambda::Function", name);
        create(
            &mut cloud,
            &function,
            json!({ "FunctionName": name, "Role": role, "Code": {} }),
        );
        let alias = target("AWS::Lambda::Alias", name);
        create(
            &mut cloud,
            &alias,
            json!({ "FunctionName": name, "Name": "live" }),
        );
    }
    let mut alias = target("AWS::Lambda::Alias", "f");
    alias.name = Some("live".into());
    let found = find(
        &mut cloud,
        &alias,
        json!({ "FunctionName": "g", "Name": "live" }),
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].properties["FunctionName"], "g");
    let none = find(
        &mut cloud,
        &alias,
        json!({ "FunctionName": "h", "Name": "live" }),
    );
    assert!(none.is_empty());
}

#[test]
fn a_name_within_a_parent_names_nothing_alone() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    let function = target("AWS::Lambda::Function", "f");
    create(
        &mut cloud,
        &function,
        json!({ "FunctionName": "f", "Role": role, "Code": {} }),
    );
    let mut alias = target("AWS::Lambda::Alias", "a");
    create(
        &mut cloud,
        &alias,
        json!({ "FunctionName": "f", "Name": "live" }),
    );
    alias.name = Some("live".into());
    let failure = cloud
        .handle(&formwork_provider::Request::Read(alias))
        .unwrap_err();
    assert_eq!(
        failure.class,
        FailureClass::Bug,
        "it might be another function's"
    );
}

#[test]
fn versions_count_within_their_function() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    let mut versions = Vec::new();
    for (function, label) in [("f", "1"), ("f", "2"), ("g", "3")] {
        if versions.is_empty() || function == "g" {
            let made = target("AWS::Lambda::Function", function);
            let properties = json!({ "FunctionName": function, "Role": role, "Code": {} });
            create(&mut cloud, &made, properties);
        }
        let version = target("AWS::Lambda::Version", label);
        let live = create(&mut cloud, &version, json!({ "FunctionName": function }));
        assert!(
            live.id
                .ends_with(live.properties["Version"].as_str().unwrap())
        );
        versions.push(live.properties["Version"].clone());
    }
    assert_eq!(versions, ["1", "2", "1"]);
}

#[test]
fn a_name_is_made_if_none_is_given() {
    let mut cloud = cloud();
    let live = create(&mut cloud, &target("AWS::SQS::Queue", "q"), json!({}));
    let name = live.properties["QueueName"].as_str().unwrap();
    assert!(name.starts_with("queue-") && name.len() == 18, "{name}");
    assert!(live.id.ends_with(name));
    let other = create(&mut cloud, &target("AWS::SQS::Queue", "r"), json!({}));
    assert_ne!(live.id, other.id);
}

#[test]
fn ids_are_made_where_the_catalog_has_no_template() {
    let mut cloud = cloud();
    let instance = target("AWS::Lightsail::Instance", "i");
    let live = create(&mut cloud, &instance, json!({ "InstanceName": "i" }));
    assert!(
        live.id
            .starts_with("arn:aws:lightsail:eu-central-1:111122223333:instance/"),
        "{}",
        live.id
    );
    assert!(read(&mut cloud, &instance, &live.id).is_some());
}

#[test]
fn runs_repeat_whatever_the_order_of_calls() {
    let run = |labels: [&str; 3]| {
        let mut cloud = Cloud::in_memory(catalog(), ACCOUNT).unwrap();
        let mut ids: Vec<String> = labels
            .iter()
            .map(|label| {
                let api = target("AWS::ApiGateway::RestApi", label);
                create(&mut cloud, &api, json!({ "Name": "api" }))
                    .id
                    .to_string()
            })
            .collect();
        ids.sort();
        ids
    };
    let ids = run(["a", "b", "c"]);
    assert_eq!(ids, run(["c", "a", "b"]));
    assert_eq!(
        ids.iter().collect::<std::collections::BTreeSet<_>>().len(),
        3
    );
}
