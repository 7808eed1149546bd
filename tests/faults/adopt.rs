//! Objects that are taken over, cut off before each thing that happens: each becomes the stack's, none is made anew, none
//! is deleted, and what others have put on it stays.

use crate::thumbnails::{Engine, How, Stack, World, crash_all, stack_at};
use formwork_mock::Verb;
use formwork_plan::Mode;
use serde_json::{Map, Value, json};
use std::fs;

const REGION: &str = "eu-west-1";

const TEXT: &str = r#"stack thumbnails { region = eu_west_1 }

env dev {}

queue jobs adopt "legacy-jobs" { keep_messages = 7d, dead_letters { queue = failed, after = 3 } }
queue failed adopt "legacy-failed" {}
bucket archive adopt "legacy-archive" { versioning = true }
topic done {}

function count {
  image  = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/count@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  access = [archive.read, done.publish]
  on     = [jobs.received()]
}
"#;

fn taken(mode: Mode, text: &str) -> Stack {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("formwork.root"), "").unwrap();
    fs::write(folder.path().join("main.stack"), text).unwrap();
    stack_at(folder.path(), mode, &[])
}

fn properties(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

/// An account in which somebody has made what the stack takes over.
fn account() -> World {
    let world = World::new();
    let put = world.cloud.visit(|cloud| {
        let tags = json!([{ "Key": "team", "Value": "mail" }]);
        let queue = |name: &str| properties(json!({ "QueueName": name, "Tags": tags }));
        let bucket = properties(json!({ "BucketName": "legacy-archive", "Tags": tags }));
        cloud.put("AWS::SQS::Queue", REGION, &queue("legacy-jobs"))?;
        cloud.put("AWS::SQS::Queue", REGION, &queue("legacy-failed"))?;
        cloud.put("AWS::S3::Bucket", REGION, &bucket)
    });
    put.unwrap().unwrap();
    world
}

/// How often calls made or deleted one of the objects that were there.
fn made_anew(world: &World) -> usize {
    let effects = world.cloud.visit(|cloud| cloud.effects()).unwrap().unwrap();
    let theirs = ["queue.jobs", "queue.failed", "bucket.archive"];
    let anew = |effect: &&formwork_mock::Effect| {
        matches!(effect.verb, Verb::Create | Verb::Delete | Verb::Overwrite)
            && effect
                .address
                .as_deref()
                .is_some_and(|address| theirs.contains(&address))
    };
    effects.iter().filter(anew).count()
}

#[test]
fn what_is_taken_over_survives_a_crash_anywhere() {
    let stack = taken(Mode::Apply, TEXT);
    let crashes = crash_all(&account, &stack, Engine::Real).unwrap_or_else(|why| panic!("{why}"));
    assert!(crashes > 20, "only {crashes} crashes");
}

#[test]
fn it_is_neither_made_nor_deleted_and_keeps_what_others_put_there() {
    let stack = taken(Mode::Apply, TEXT);
    let how = How {
        crash: None,
        seed: 0,
        engine: Engine::Real,
    };
    let mut world = account();
    assert_eq!(world.run(&stack, how), Ok(true));
    world.audit(&stack).unwrap();
    assert_eq!(made_anew(&world), 0);
    let bucket = world
        .cloud
        .visit(|cloud| cloud.get("AWS::S3::Bucket", REGION, "legacy-archive"));
    let tags = bucket.unwrap().unwrap().tags;
    assert_eq!(tags["team"], "mail");
    assert_eq!(tags["formwork:address"], "bucket.archive");
    // The clause can go, and what was taken over is destroyed as all else.
    let plain = TEXT
        .replace(" adopt \"legacy-jobs\"", "")
        .replace(" adopt \"legacy-failed\"", "");
    let plain = plain.replace(" adopt \"legacy-archive\"", "");
    world.audit(&taken(Mode::Apply, &plain)).unwrap();
    let gone = taken(Mode::Destroy, &plain);
    assert_eq!(world.run(&gone, how), Ok(true));
    assert_eq!(world.audit(&gone), Ok(0));
}
