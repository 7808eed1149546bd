//! Faults fire where they are asked to, leave what they say, and are counted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod common;

use common::*;
use formwork_mock::{Cloud, Delivery, Fault, Faults};
use formwork_provider::{Failure, FailureClass, Reply, Request};
use serde_json::json;

/// One fault at one call.
struct At(u64, Fault);

impl Faults for At {
    fn before(&mut self, call: u64, _: &Request) -> Fault {
        if call == self.0 {
            self.1.clone()
        } else {
            Fault::None
        }
    }
}

fn timeout() -> Failure {
    Failure::new(FailureClass::Timeout, "RequestTimeout", "no answer")
}

fn request() -> Request {
    let queue = target("AWS::ApiGateway::RestApi", "api");
    let tags = our_tags(&queue);
    create_request(&queue, json!({ "Name": "api", "Tags": tags }), "t")
}

fn with(fault: Fault) -> (Cloud, Delivery) {
    let mut cloud = cloud();
    cloud.set_faults(Some(Box::new(At(1, fault))));
    let delivery = cloud.deliver(&request());
    cloud.commit().unwrap();
    (cloud, delivery)
}

#[test]
fn a_failed_call_has_its_effect_or_not_as_asked() {
    let (cloud, delivery) = with(Fault::FailBefore(timeout()));
    assert_eq!(delivery, Delivery::Answer(Err(timeout())));
    assert_eq!(cloud.effects().unwrap().len(), 0);
    assert_eq!(cloud.fault_counts()["fail-before"], 1);

    let (mut cloud, delivery) = with(Fault::FailAfter(timeout()));
    assert_eq!(delivery, Delivery::Answer(Err(timeout())));
    assert_eq!(cloud.effects().unwrap().len(), 1);
    assert!(matches!(
        cloud.deliver(&request()),
        Delivery::Answer(Ok(Reply::Done(_)))
    ));
    assert_eq!(
        cloud.fault_counts()["fail-after"],
        1,
        "the second call was left alone"
    );
}

#[test]
fn a_late_effect_comes_late() {
    let fault = Fault::FailThenApply {
        failure: timeout(),
        after: 5_000,
    };
    let (mut cloud, delivery) = with(fault);
    assert_eq!(delivery, Delivery::Answer(Err(timeout())));
    let api = target("AWS::ApiGateway::RestApi", "api");
    cloud.advance(4_999);
    assert!(find(&mut cloud, &api, json!({})).is_empty());
    cloud.advance(1);
    assert_eq!(find(&mut cloud, &api, json!({})).len(), 1);
    cloud.commit().unwrap();
    assert_eq!(cloud.effects().unwrap().len(), 1);
}

#[test]
fn another_answer_can_be_given() {
    let (cloud, delivery) = with(Fault::AnswerInstead(Reply::Absent));
    assert_eq!(delivery, Delivery::Answer(Ok(Reply::Absent)));
    assert_eq!(cloud.effects().unwrap().len(), 1);
}

#[test]
fn a_call_delivered_twice_has_two_effects_if_its_type_has_no_guard() {
    let (cloud, _) = with(Fault::Twice);
    assert_eq!(cloud.effects().unwrap().len(), 2);
}

#[test]
fn a_creation_can_fail_after_its_id_or_never_end() {
    let (mut cloud, delivery) = with(Fault::CreationFails("no capacity".to_owned()));
    let Delivery::Answer(Ok(Reply::Pending { id, poll_after, .. })) = delivery else {
        panic!("{delivery:?}");
    };
    cloud.advance(poll_after);
    let api = with_id(&target("AWS::ApiGateway::RestApi", "api"), &id);
    let poll = Request::Poll {
        target: api.clone(),
        deleting: false,
    };
    let failure = cloud.handle(&poll).unwrap_err();
    assert_eq!(failure.class, FailureClass::CreationFailed);
    assert!(failure.message.contains("no capacity"));
    assert_eq!(
        delete(&mut cloud, &api, &id),
        Ok(Reply::Deleted),
        "what failed can be deleted"
    );

    let (mut cloud, delivery) = with(Fault::Stuck);
    assert!(matches!(
        delivery,
        Delivery::Answer(Ok(Reply::Pending { .. }))
    ));
    cloud.advance(86_400_000);
    assert!(matches!(cloud.handle(&poll), Ok(Reply::Pending { .. })));
}

#[test]
fn a_crash_comes_before_or_after_the_effect() {
    let (cloud, delivery) = with(Fault::CrashBefore);
    assert_eq!(
        (delivery, cloud.effects().unwrap().len()),
        (Delivery::Crash, 0)
    );
    let (cloud, delivery) = with(Fault::CrashAfter);
    assert_eq!(
        (delivery, cloud.effects().unwrap().len()),
        (Delivery::Crash, 1)
    );
    assert_eq!(cloud.fault_counts()["crash-after"], 1);
    assert_eq!(cloud.calls(), 1);
}
