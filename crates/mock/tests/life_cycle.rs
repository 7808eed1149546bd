//! Objects are created, read, changed, polled, found and deleted as AWS does it.
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
use formwork_provider::{FailureClass, Reply, Request};
use serde_json::json;

#[test]
fn a_function_lives_and_dies() {
    let mut cloud = cloud();
    let role = with_role(&mut cloud);
    assert_eq!(role, "arn:aws:iam::111122223333:role/runner");
    let function = target("AWS::Lambda::Function", "f");
    let properties = json!({
        "FunctionName": "f", "Role": role, "Code": { "ZipFile": "x" }, "Tags": our_tags(&function),
    });
    let request = create_request(&function, properties, "t");
    let reply = cloud.handle(&request).unwrap();
    let Reply::Pending {
        id,
        poll_after,
        waiting,
    } = reply
    else {
        panic!("{reply:?}");
    };
    assert_eq!((&*id, poll_after, &*waiting), ("f", 5_000, "creating"));
    let reading = read(&mut cloud, &function, "f").unwrap();
    assert!(reading.pending);
    let update = update_request(&function, "f", json!({ "Timeout": 9 }), &[]);
    let early = cloud.handle(&update).unwrap_err();
    assert_eq!(early.class, FailureClass::Conflict);

    cloud.advance(5_000);
    let reading = read(&mut cloud, &function, "f").unwrap();
    assert!(!reading.pending);
    assert_eq!(
        reading.properties["Arn"],
        "arn:aws:lambda:eu-central-1:111122223333:function:f"
    );
    assert_eq!(reading.tags["formwork:stack"], "shop");

    assert!(matches!(settle(&mut cloud, &update), Ok(Reply::Done(_))));
    let reading = read(&mut cloud, &function, "f").unwrap();
    assert_eq!(reading.properties["Timeout"], 9);
    assert_eq!(find(&mut cloud, &function, json!({})).len(), 1);

    assert_eq!(delete(&mut cloud, &function, "f"), Ok(Reply::Deleted));
    assert_eq!(read(&mut cloud, &function, "f"), None);
    assert_eq!(delete(&mut cloud, &function, "f"), Ok(Reply::Deleted));
    let verbs: Vec<Verb> = cloud
        .effects()
        .unwrap()
        .iter()
        .map(|effect| effect.verb)
        .collect();
    assert_eq!(
        verbs,
        [Verb::Create, Verb::Create, Verb::Update, Verb::Delete]
    );
}

#[test]
fn a_delete_that_takes_time_is_polled() {
    let mut cloud = cloud();
    let queue = target("AWS::SQS::Queue", "q");
    let live = create(&mut cloud, &queue, json!({ "QueueName": "q" }));
    assert_eq!(
        &*live.id,
        "https://sqs.eu-central-1.amazonaws.com/111122223333/q"
    );
    let request = Request::Delete {
        target: with_id(&queue, &live.id),
        force: false,
    };
    let Ok(Reply::Pending { poll_after, .. }) = cloud.handle(&request) else {
        panic!("a queue is gone at once");
    };
    assert_eq!(poll_after, 30_000);
    assert!(
        matches!(cloud.handle(&request), Ok(Reply::Pending { .. })),
        "a delete repeats"
    );
    let again = create_request(&queue, json!({ "QueueName": "q" }), "t");
    assert_eq!(
        cloud.handle(&again).unwrap_err().class,
        FailureClass::Conflict
    );
    cloud.advance(60_000);
    let poll = Request::Poll {
        target: with_id(&queue, &live.id),
        deleting: true,
    };
    assert_eq!(cloud.handle(&poll), Ok(Reply::Deleted));
    assert!(cloud.handle(&again).is_ok());
}

#[test]
fn an_object_is_read_by_its_name() {
    let mut cloud = cloud();
    with_role(&mut cloud);
    let mut role = target("AWS::IAM::Role", "role");
    role.name = Some("runner".into());
    role.region = "us-east-1".into();
    let reply = cloud.handle(&Request::Read(role.clone()));
    assert!(
        matches!(reply, Ok(Reply::Found(_))),
        "roles are known in every region"
    );
    role.name = Some("other".into());
    assert_eq!(
        cloud.handle(&Request::Read(role.clone())),
        Ok(Reply::Absent)
    );
    role.name = None;
    assert_eq!(
        cloud.handle(&Request::Read(role)).unwrap_err().class,
        FailureClass::Bug
    );
}
