//! The provider: calls in flight together share a commit, waits move virtual time only, a crash gives no answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod common;

use common::*;
use formwork_mock::{Cloud, Fault, Faults, MockProvider, Settings};
use formwork_provider::{FailureClass, Provider, Reply, Request};
use serde_json::json;
use std::future::Future;
use std::sync::Arc;

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(future)
}

fn api(label: &str) -> Request {
    let api = target("AWS::ApiGateway::RestApi", label);
    create_request(&api, json!({ "Name": label }), "t")
}

fn providers() -> [MockProvider; 2] {
    [
        MockProvider::new(cloud()).unwrap(),
        MockProvider::inline(cloud()),
    ]
}

#[test]
fn a_call_is_durable_before_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.db");
    let cloud = Cloud::open(&path, catalog(), ACCOUNT).unwrap();
    let provider = MockProvider::new(cloud).unwrap();
    run(async {
        assert!(matches!(provider.call(api("a")).await, Ok(Reply::Done(_))));
        let witness = Cloud::open(&path, catalog(), ACCOUNT).unwrap();
        assert_eq!(witness.effects().unwrap().len(), 1);
        let identity = provider.identity().await.unwrap();
        assert_eq!((identity.provider, &*identity.account), ("mock", ACCOUNT));
    });
}

#[test]
fn calls_made_together_share_a_commit() {
    let provider = MockProvider::inline(cloud());
    run(async {
        let calls: Vec<_> = (0..20)
            .map(|number| provider.call(api(&number.to_string())))
            .collect();
        for call in calls {
            assert!(call.await.is_ok());
        }
    });
    let cloud = provider.close().unwrap();
    assert_eq!((cloud.commits(), cloud.effects().unwrap().len()), (1, 20));
}

#[test]
fn many_objects_are_read_at_once_in_order() {
    for provider in providers() {
        run(async {
            let names = ["a", "b", "c"];
            for name in names {
                let bucket = target("AWS::S3::Bucket", name);
                let request = create_request(&bucket, json!({ "BucketName": name }), "t");
                provider.call(request).await.unwrap();
            }
            let wanted = ["c", "none", "a"];
            let targets = wanted.map(|name| with_id(&target("AWS::S3::Bucket", name), name));
            let read = provider.read(targets.to_vec()).await;
            let ids: Vec<Option<Arc<str>>> = read
                .into_iter()
                .map(|answer| answer.unwrap().map(|live| live.id))
                .collect();
            assert_eq!(ids, [Some("c".into()), None, Some("a".into())]);
        });
    }
}

#[test]
fn waits_end_in_order_of_time() {
    for provider in providers() {
        let provider = Arc::new(provider);
        let order = run(async {
            let done = Arc::new(std::sync::Mutex::new(Vec::new()));
            let wait = async |milliseconds: u64| {
                provider.sleep(milliseconds).await;
                done.lock().unwrap().push((milliseconds, provider.now()));
            };
            tokio::join!(
                wait(30_000),
                wait(10),
                wait(86_400_000),
                wait(10),
                wait(2_000)
            );
            std::mem::take(&mut *done.lock().unwrap())
        });
        let wanted = [10, 10, 2_000, 30_000, 86_400_000].map(|time| (time, time));
        assert_eq!(order, wanted);
    }
}

#[test]
fn time_stands_still_while_a_call_is_in_flight() {
    for provider in providers() {
        run(async {
            let call = provider.call(api("a"));
            let wait = async {
                provider.sleep(60_000).await;
                provider.now()
            };
            let call = async {
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
                let before = provider.now();
                call.await.unwrap();
                before
            };
            let (after_wait, during_call) = tokio::join!(wait, call);
            assert_eq!((during_call, after_wait), (0, 60_000));
        });
    }
}

#[test]
fn a_wait_given_up_holds_nobody() {
    for provider in providers() {
        run(async {
            tokio::select! {
                () = provider.sleep(10) => {}
                () = provider.sleep(20) => panic!("the longer wait ended first"),
            }
            assert_eq!(provider.now(), 10);
            provider.sleep(5).await;
            assert_eq!(provider.now(), 15);
        });
    }
}

#[test]
fn a_function_is_polled_without_the_wall_clock() {
    for provider in providers() {
        run(async {
            let role = target("AWS::IAM::Role", "r");
            let properties = json!({ "RoleName": "r", "AssumeRolePolicyDocument": {} });
            provider
                .call(create_request(&role, properties, "t"))
                .await
                .unwrap();
            let function = target("AWS::Lambda::Function", "f");
            let arn = "arn:aws:iam::111122223333:role/r";
            let properties = json!({ "FunctionName": "f", "Role": arn, "Code": {} });
            let mut reply = provider
                .call(create_request(&function, properties, "t"))
                .await
                .unwrap();
            let mut polls = 0;
            while let Reply::Pending { id, poll_after, .. } = reply {
                provider.sleep(poll_after).await;
                let poll = Request::Poll {
                    target: with_id(&function, &id),
                    deleting: false,
                };
                reply = provider.call(poll).await.unwrap();
                polls += 1;
            }
            assert!(matches!(reply, Reply::Done(_)));
            assert_eq!((polls, provider.now()), (1, 5_000));
        });
    }
}

#[test]
fn rate_buckets_move_the_clock_or_refuse() {
    let queue = |number: u32| {
        let queue = target("AWS::SQS::Queue", &number.to_string());
        create_request(&queue, json!({}), "t")
    };
    let mut cloud = cloud();
    for number in 0..5 {
        cloud.handle(&queue(number)).unwrap();
    }
    assert_eq!(cloud.now(), 3_000, "two at once, then one a second");
    cloud.set_settings(Settings::default().refusing());
    let failure = cloud.handle(&queue(5)).unwrap_err();
    assert_eq!(failure.class, FailureClass::Throttle);
    cloud.advance(failure.retry_after.unwrap());
    assert!(cloud.handle(&queue(5)).is_ok());
}

struct CrashAt(u64, Fault);

impl Faults for CrashAt {
    fn before(&mut self, call: u64, _: &Request) -> Fault {
        if call == self.0 {
            self.1.clone()
        } else {
            Fault::None
        }
    }
}

#[test]
fn a_crash_gives_no_answer_and_stops_everything_after_it() {
    for (fault, effects) in [(Fault::CrashBefore, 1), (Fault::CrashAfter, 2)] {
        for mut make in [
            MockProvider::new(cloud()).unwrap(),
            MockProvider::inline(cloud()),
        ] {
            let crash = CrashAt(2, fault.clone());
            make.visit(move |cloud| cloud.set_faults(Some(Box::new(crash))))
                .unwrap();
            let provider = &mut make;
            run(async {
                assert!(provider.call(api("a")).await.is_ok());
                let engine = async {
                    let _ = provider.call(api("b")).await;
                    panic!("a dead caller was answered");
                };
                tokio::select! {
                    () = provider.crashed() => {}
                    () = engine => {}
                }
                assert!(provider.has_crashed());
                let dead = provider.call(api("c"));
                tokio::select! {
                    biased;
                    _ = dead => panic!("a dead caller was answered"),
                    () = std::future::ready(()) => {}
                }
            });
            make.revive();
            run(async { assert!(make.call(api("d")).await.is_ok()) });
            let cloud = make.close().unwrap();
            assert_eq!(cloud.effects().unwrap().len(), effects + 1);
        }
    }
}

struct NoCommit;

impl Faults for NoCommit {
    fn before(&mut self, _: u64, _: &Request) -> Fault {
        Fault::None
    }

    fn refuses_commit(&mut self, _: u64) -> bool {
        true
    }
}

#[test]
fn a_failed_commit_fails_its_calls() {
    for provider in providers() {
        provider
            .visit(|cloud| cloud.set_faults(Some(Box::new(NoCommit))))
            .unwrap();
        run(async {
            let failure = provider.call(api("a")).await.unwrap_err();
            assert_eq!(failure.class, FailureClass::Transient);
            assert!(failure.message.contains("no space is left"), "{failure}");
        });
        provider.visit(|cloud| cloud.set_faults(None)).unwrap();
        assert_eq!(provider.visit(|cloud| cloud.list(None).len()), Some(0));
        run(async { assert!(provider.call(api("a")).await.is_ok()) });
        assert_eq!(provider.close().unwrap().effects().unwrap().len(), 1);
    }
}
