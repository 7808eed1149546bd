//! What AWS refuses is refused, by the property; nothing is ignored or dropped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod common;

use common::*;
use formwork_provider::{FailureClass, Reply};
use serde_json::{Value as Json, json};

/// Creates a function with these properties besides the required ones; gives the path that was refused.
fn refused(change: Json) -> Option<String> {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    let before = cloud.effects().unwrap().len();
    let mut properties =
        map(json!({ "FunctionName": "f", "Role": role, "Code": { "ZipFile": "x" } }));
    for (name, value) in map(change) {
        match value.is_null() {
            true => properties.remove(&name),
            false => properties.insert(name, value),
        };
    }
    let function = target("AWS::Lambda::Function", "f");
    match cloud.handle(&create_request(&function, Json::Object(properties), "t")) {
        Ok(_) => None,
        Err(failure) => {
            assert_eq!(
                cloud.effects().unwrap().len(),
                before,
                "a refused call has an effect"
            );
            match failure.class {
                FailureClass::InvalidInput(path) => path,
                ref other => panic!("{other:?}: {failure}"),
            }
        }
    }
}

#[test]
fn every_rule_of_a_shape_is_kept() {
    let path = |text: &str| Some(text.to_owned());
    assert_eq!(refused(json!({})), None);
    assert_eq!(refused(json!({ "Memory": 1 })), path("Memory"), "unknown");
    assert_eq!(refused(json!({ "Arn": "x" })), path("Arn"), "read-only");
    assert_eq!(refused(json!({ "Role": null })), path("Role"), "required");
    assert_eq!(
        refused(json!({ "MemorySize": "128" })),
        path("MemorySize"),
        "type"
    );
    assert_eq!(
        refused(json!({ "MemorySize": 128.5 })),
        path("MemorySize"),
        "whole number"
    );
    assert_eq!(refused(json!({ "MemorySize": 128.0 })), None);
    assert_eq!(
        refused(json!({ "MemorySize": 127 })),
        path("MemorySize"),
        "least"
    );
    assert_eq!(
        refused(json!({ "MemorySize": 10_241 })),
        path("MemorySize"),
        "most"
    );
    assert_eq!(
        refused(json!({ "Runtime": "python2.7" })),
        path("Runtime"),
        "allowed"
    );
    assert_eq!(
        refused(json!({ "FunctionName": "a b" })),
        path("FunctionName"),
        "pattern"
    );
    assert_eq!(
        refused(json!({ "FunctionName": "" })),
        path("FunctionName"),
        "length"
    );
    assert_eq!(
        refused(json!({ "Code": { "Zip": "x" } })),
        path("Code/Zip"),
        "nested"
    );
    assert_eq!(
        refused(json!({ "Layers": ["a", 1] })),
        path("Layers/1"),
        "item"
    );
    let variables = |name: &str| json!({ "Environment": { "Variables": { name: "v" } } });
    assert_eq!(refused(variables("A_1")), None);
    assert_eq!(
        refused(variables("1")),
        path("Environment/Variables/1"),
        "name of an entry"
    );
    assert_eq!(
        refused(json!({ "Tags": [{ "Key": "k" }] })),
        path("Tags/0/Value"),
        "required below"
    );
}

#[test]
fn rules_between_properties_are_kept() {
    let path = |text: &str| Some(text.to_owned());
    assert_eq!(
        refused(json!({ "Timeout": 901 })),
        path(""),
        "a rule of the whole"
    );
    assert_eq!(refused(json!({ "Timeout": 901, "MemorySize": 256 })), None);
    let both = json!({ "Code": { "ZipFile": "x", "ImageUri": "y" } });
    assert_eq!(refused(both), path("Code"), "a rule of a shape");
}

#[test]
fn code_known_by_its_digest_stands_for_any_form_of_code() {
    let code = json!({ "Code": { "$artifact": { "path": "src", "digest": "d" } } });
    assert_eq!(refused(code), None);
}

#[test]
fn what_is_set_at_creation_cannot_change() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    let function = target("AWS::Lambda::Function", "f");
    create(
        &mut cloud,
        &function,
        json!({ "FunctionName": "f", "Role": role, "Code": {} }),
    );
    let renamed = update_request(&function, "f", json!({ "FunctionName": "g" }), &[]);
    let failure = cloud.handle(&renamed).unwrap_err();
    assert_eq!(
        failure.class,
        FailureClass::InvalidInput(Some("FunctionName".to_owned()))
    );
    let same = update_request(
        &function,
        "f",
        json!({ "FunctionName": "f", "Timeout": 4 }),
        &[],
    );
    assert!(matches!(settle(&mut cloud, &same), Ok(Reply::Done(_))));
}

#[test]
fn an_immutable_type_takes_no_update() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    let function = target("AWS::Lambda::Function", "f");
    create(
        &mut cloud,
        &function,
        json!({ "FunctionName": "f", "Role": role, "Code": {} }),
    );
    let version = target("AWS::Lambda::Version", "v");
    let live = create(&mut cloud, &version, json!({ "FunctionName": "f" }));
    let update = update_request(&version, &live.id, json!({ "FunctionName": "g" }), &[]);
    let class = cloud.handle(&update).unwrap_err().class;
    assert_eq!(
        class,
        FailureClass::InvalidInput(Some("FunctionName".to_owned()))
    );
}

#[test]
fn taking_out_removes_or_is_refused_where_only_a_reset_works() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    let function = target("AWS::Lambda::Function", "f");
    let properties = json!({
        "FunctionName": "f", "Role": role, "Code": {}, "Runtime": "nodejs22.x", "MemorySize": 256,
    });
    create(&mut cloud, &function, properties);
    let mut path_refused = |removed: &str| {
        let update = update_request(&function, "f", json!({}), &[removed]);
        match settle(&mut cloud, &update).map_err(|failure| failure.class) {
            Err(FailureClass::InvalidInput(path)) => path,
            other => panic!("{removed}: {other:?}"),
        }
    };
    for removed in ["MemorySize", "Role", "Arn", "FunctionName", "Nothing"] {
        assert_eq!(path_refused(removed), Some(removed.to_owned()));
    }
    let update = update_request(&function, "f", json!({ "MemorySize": 128 }), &["Runtime"]);
    let Ok(Reply::Done(live)) = settle(&mut cloud, &update) else {
        panic!("not updated");
    };
    assert_eq!(live.properties.get("Runtime"), None);
    assert_eq!(live.properties["MemorySize"], 128);
}

#[test]
fn unknown_types_and_slices_are_refused() {
    let mut cloud = cloud();
    let unknown = target("AWS::No::Such", "x");
    let failure = cloud
        .handle(&create_request(&unknown, json!({}), "t"))
        .unwrap_err();
    assert_eq!(failure.class, FailureClass::InvalidInput(None));
    let mut slice = with_id(&target("AWS::S3::Bucket", "b"), "b");
    slice.slice = Some("nothing".into());
    let failure = cloud
        .handle(&create_request(&slice, json!({}), "t"))
        .unwrap_err();
    assert_eq!(failure.class, FailureClass::Bug);
}
