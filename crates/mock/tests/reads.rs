//! Reads differ from what was written as AWS's do, and each of these forms can be switched off.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod common;

use common::*;
use formwork_mock::{Cloud, ReadForm, Settings};
use serde_json::{Value as Json, json};

const NOTE: &str = r#"{"b":1,"a":[2]}"#;

fn written() -> Json {
    json!({
        "Policy": { "Statement": [{ "Action": ["a:B"], "Resource": ["x", "y"] }] },
        "Layers": ["a", "b", "c"],
        "Rate": 100,
        "Empty": [],
        "Note": NOTE,
    })
}

/// What a read shows of a function, a role and a queue that were written with [`written`].
fn shown(settings: Settings) -> Json {
    let mut cloud = Cloud::in_memory(catalog(), ACCOUNT).unwrap();
    cloud.set_settings(settings);
    let written = written();
    let role = target("AWS::IAM::Role", "r");
    let properties = json!({ "RoleName": "r", "AssumeRolePolicyDocument": written["Policy"] });
    create(&mut cloud, &role, properties);
    let function = target("AWS::Lambda::Function", "f");
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }]);
    let properties = json!({
        "FunctionName": "f",
        "Role": "arn:aws:iam::111122223333:role/r",
        "Code": { "ZipFile": "x" },
        "Layers": written["Empty"],
        "Rate": written["Rate"],
        "Runtime": "nodejs22.x",
        "Tags": tags,
    });
    create(&mut cloud, &function, properties);
    let queue = target("AWS::SQS::Queue", "q");
    let url = create(
        &mut cloud,
        &queue,
        json!({ "QueueName": "q", "Note": written["Note"] }),
    )
    .id;
    let mut read =
        |target, id: &str| Json::Object(read(&mut cloud, target, id).unwrap().properties);
    json!([read(&role, "r"), read(&function, "f"), read(&queue, &url)])
}

#[test]
fn reads_are_what_aws_shows() {
    let shown = shown(Settings::default());
    assert_eq!(shown[0]["Path"], "/", "a default is shown");
    let statement = &shown[0]["AssumeRolePolicyDocument"]["Statement"][0];
    assert_eq!(statement["Action"], "a:B", "a list of one is its entry");
    assert_eq!(statement["Resource"], json!(["x", "y"]));
    assert_eq!(shown[1]["MemorySize"], 128);
    assert_eq!(
        shown[1]["Tags"][0]["Key"], "b",
        "a set comes back in another order"
    );
    assert_eq!(shown[1]["Rate"].to_string(), "100.0");
    assert_eq!(
        shown[1]["Runtime"], "NODEJS22.X",
        "a word in its other spelling"
    );
    assert_eq!(shown[1].get("Layers"), None, "an empty list is left out");
    assert_eq!(
        shown[1].get("Code"),
        None,
        "what is write-only is never shown"
    );
    assert_eq!(shown[2]["Arn"], "arn:aws:sqs:eu-central-1:111122223333:q");
    let note = shown[2]["Note"].as_str().unwrap();
    assert_ne!(note, NOTE);
    assert_eq!(
        serde_json::from_str::<Json>(note).unwrap(),
        json!({ "a": [2], "b": 1 })
    );
}

#[test]
fn every_form_changes_something_and_can_be_switched_off() {
    let all = shown(Settings::default());
    for form in ReadForm::ALL {
        assert_ne!(
            shown(Settings::default().without(form)).to_string(),
            all.to_string(),
            "{form:?}"
        );
    }
    let mut plain = Settings::default();
    plain.read_forms.clear();
    let plain = shown(plain);
    assert_eq!(
        plain[0],
        json!({ "RoleName": "r", "AssumeRolePolicyDocument": written()["Policy"] })
    );
    assert_eq!(plain[1]["Rate"].to_string(), "100");
    assert_eq!(plain[2], json!({ "QueueName": "q", "Note": NOTE }));
}

#[test]
fn reads_do_not_change_what_is_stored() {
    let mut cloud = cloud();
    let queue = target("AWS::SQS::Queue", "q");
    let id = create(
        &mut cloud,
        &queue,
        json!({ "QueueName": "q", "Note": NOTE }),
    )
    .id;
    let first = read(&mut cloud, &queue, &id);
    assert_eq!(first, read(&mut cloud, &queue, &id));
}
