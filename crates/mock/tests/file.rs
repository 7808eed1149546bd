//! The file: it keeps everything, loses nothing, is private, and says what is wrong with it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod common;

use common::*;
use formwork_mock::{Cloud, CloudError, Fault, Faults};
use formwork_provider::{FailureClass, Reply, Request};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("below").join("cloud.db");
    (folder, path)
}

fn open(path: &Path) -> Cloud {
    Cloud::open(path, catalog(), ACCOUNT).unwrap()
}

fn failure(path: &Path) -> CloudError {
    match Cloud::open(path, catalog(), ACCOUNT) {
        Ok(_) => panic!("it opens"),
        Err(error) => error,
    }
}

#[test]
fn everything_is_there_after_reopening() {
    let (_folder, path) = place();
    let mut cloud = open(&path);
    let role = with_role(&mut cloud);
    let function = target("AWS::Lambda::Function", "f");
    let properties = json!({
        "FunctionName": "f", "Role": role, "Code": {}, "Tags": our_tags(&function),
    });
    let request = create_request(&function, properties, "t");
    assert!(matches!(cloud.handle(&request), Ok(Reply::Pending { .. })));
    let service = target("AWS::ECS::Service", "s");
    let token = create_request(&service, json!({ "ServiceName": "s" }), "token");
    let made = cloud.handle(&token).unwrap();
    cloud.commit().unwrap();
    let (effects, list, now) = (cloud.effects().unwrap(), cloud.list(None), cloud.now());
    drop(cloud);

    let mut cloud = open(&path);
    assert_eq!(cloud.effects().unwrap(), effects);
    assert_eq!(cloud.list(None), list);
    assert_eq!(cloud.now(), now);
    assert!(
        read(&mut cloud, &function, "f").unwrap().pending,
        "it is still being created"
    );
    assert_eq!(
        cloud.handle(&token).unwrap(),
        made,
        "the token is still known"
    );
    cloud.advance(5_000);
    assert_eq!(find(&mut cloud, &function, json!({})).len(), 1);
    let in_use = delete(&mut cloud, &target("AWS::IAM::Role", "role"), "runner").unwrap_err();
    assert_eq!(in_use.class, FailureClass::InUse);
    cloud.handle(&request).unwrap_err();
    cloud.commit().unwrap();
    assert_eq!(
        cloud.effects().unwrap(),
        effects,
        "numbers go on, nothing is repeated"
    );
}

#[test]
fn what_has_ended_has_ended_for_the_next_who_opens_it() {
    let (_folder, path) = place();
    let mut cloud = open(&path);
    let role = with_role(&mut cloud);
    let function = target("AWS::Lambda::Function", "f");
    create(
        &mut cloud,
        &function,
        json!({ "FunctionName": "f", "Role": role, "Code": {} }),
    );
    let queue = target("AWS::SQS::Queue", "q");
    let id = create(&mut cloud, &queue, json!({ "QueueName": "q" })).id;
    assert_eq!(
        delete(&mut cloud, &queue, &id),
        Ok(Reply::Deleted),
        "polled to its end"
    );
    drop(cloud);
    let mut cloud = open(&path);
    assert!(!read(&mut cloud, &function, "f").unwrap().pending);
    assert_eq!(read(&mut cloud, &queue, &id), None);
    assert_eq!(cloud.list(Some("AWS::SQS::Queue")), []);
}

#[test]
fn what_is_not_committed_is_lost() {
    let (_folder, path) = place();
    let mut cloud = open(&path);
    cloud.put_named("AWS::S3::Bucket", REGION, "kept").unwrap();
    cloud.commit().unwrap();
    cloud.put_named("AWS::S3::Bucket", REGION, "lost").unwrap();
    drop(cloud);
    let cloud = open(&path);
    assert_eq!(cloud.list(None).len(), 1);
    assert_eq!(cloud.effects().unwrap().len(), 1);
}

struct FullDisk;

impl Faults for FullDisk {
    fn before(&mut self, _: u64, _: &Request) -> Fault {
        Fault::None
    }

    fn refuses_commit(&mut self, commit: u64) -> bool {
        commit == 2
    }
}

#[test]
fn a_failed_commit_leaves_no_effect() {
    let (_folder, path) = place();
    let mut cloud = open(&path);
    cloud.set_faults(Some(Box::new(FullDisk)));
    let api = target("AWS::ApiGateway::RestApi", "api");
    let request = create_request(&api, json!({ "Name": "api" }), "t");
    cloud.handle(&request).unwrap();
    cloud.commit().unwrap();
    let lost = cloud.handle(&request).unwrap();
    assert!(matches!(cloud.commit(), Err(CloudError::DiskFull { .. })));
    assert_eq!(cloud.effects().unwrap().len(), 1);
    assert_eq!(cloud.list(None).len(), 1);
    assert_eq!(
        cloud.handle(&request).unwrap(),
        lost,
        "the id was never given"
    );
    cloud.commit().unwrap();
    assert_eq!(cloud.effects().unwrap().len(), 2);
    assert_eq!(cloud.fault_counts()["refused-commit"], 1);
}

#[test]
fn two_processes_share_one_account() {
    let (_folder, path) = place();
    let (mut one, mut other) = (open(&path), open(&path));
    one.put_named("AWS::S3::Bucket", REGION, "b").unwrap();
    one.commit().unwrap();
    let bucket = target("AWS::S3::Bucket", "b");
    assert!(read(&mut other, &bucket, "b").is_some());
    let api = target("AWS::ApiGateway::RestApi", "api");
    let request = create_request(&api, json!({ "Name": "api" }), "t");
    let first = other.handle(&request).unwrap();
    other.commit().unwrap();
    let second = one.handle(&request).unwrap();
    one.commit().unwrap();
    assert_ne!(first, second);
    let sequence: Vec<u64> = one
        .effects()
        .unwrap()
        .iter()
        .map(|effect| effect.sequence)
        .collect();
    assert_eq!(sequence, [1, 2, 3]);
}

#[test]
fn one_commit_holds_many_calls() {
    let mut cloud = cloud();
    for number in 0..50 {
        let name = format!("b{number}");
        cloud.put_named("AWS::S3::Bucket", REGION, &name).unwrap();
    }
    cloud.commit().unwrap();
    assert_eq!(cloud.commits(), 1);
    cloud.commit().unwrap();
    assert_eq!(cloud.commits(), 1, "nothing to commit is no commit");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = place();
    let mut cloud = open(&path);
    cloud.put_named("AWS::S3::Bucket", REGION, "b").unwrap();
    cloud.commit().unwrap();
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.path());
    }
}

#[test]
fn another_account_is_refused() {
    let (_folder, path) = place();
    drop(open(&path));
    let error = match Cloud::open(&path, catalog(), "999999999999") {
        Ok(_) => panic!("it opens"),
        Err(error) => error,
    };
    assert!(
        matches!(&error, CloudError::Account { found, .. } if found == ACCOUNT),
        "{error}"
    );
}

#[test]
fn a_damaged_file_is_named_and_left_alone() {
    let (folder, path) = place();
    let other = folder.path().join("other.db");
    fs::write(
        &other,
        "this is not a database, it is a text of some length",
    )
    .unwrap();
    assert!(matches!(failure(&other), CloudError::Damaged { .. }));
    assert!(
        fs::read_to_string(&other)
            .unwrap()
            .starts_with("this is not")
    );

    let mut cloud = open(&path);
    for number in 0..200 {
        let name = format!("bucket-{number}");
        cloud.put_named("AWS::S3::Bucket", REGION, &name).unwrap();
    }
    cloud.commit().unwrap();
    drop(cloud);
    let mut bytes = fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0xff);
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(failure(&path), CloudError::Damaged { .. }));
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_database_of_another_program_and_a_newer_one_are_refused() {
    let (folder, path) = place();
    let other = folder.path().join("other.db");
    let foreign = rusqlite::Connection::open(&other).unwrap();
    foreign.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(foreign);
    assert!(matches!(failure(&other), CloudError::Damaged { .. }));

    drop(open(&path));
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    assert!(matches!(
        failure(&path),
        CloudError::Newer { found: 99, .. }
    ));
}

#[test]
fn an_object_that_is_no_json_is_named() {
    let (_folder, path) = place();
    let mut cloud = open(&path);
    cloud.put_named("AWS::S3::Bucket", REGION, "b").unwrap();
    cloud.commit().unwrap();
    drop(cloud);
    let spoil = |column: &str| {
        let file = rusqlite::Connection::open(&path).unwrap();
        let update = format!("UPDATE objects SET {column} = 'x'");
        file.execute_batch(&update).unwrap();
    };
    spoil("body");
    let mut cloud = open(&path);
    let bucket = with_id(&target("AWS::S3::Bucket", "b"), "b");
    let failed = cloud.handle(&Request::Read(bucket)).unwrap_err();
    assert_eq!(
        (failed.class, &*failed.code),
        (FailureClass::Bug, "DamagedCloudFile")
    );
    drop(cloud);
    spoil("head");
    let error = failure(&path).to_string();
    assert!(error.contains("object 1"), "{error}");
}

#[test]
fn a_file_that_is_locked_for_long_says_so() {
    let (_folder, path) = place();
    drop(open(&path));
    let holder = rusqlite::Connection::open(&path).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut cloud = open(&path);
    cloud.wait_for_lock(std::time::Duration::ZERO).unwrap();
    let api = target("AWS::ApiGateway::RestApi", "api");
    let request = create_request(&api, json!({ "Name": "api" }), "t");
    let failed = cloud.handle(&request).unwrap_err();
    assert_eq!(failed.class, FailureClass::Transient);
    assert!(
        failed.message.contains("another process is writing"),
        "{failed}"
    );
    holder.execute_batch("ROLLBACK").unwrap();
    assert!(cloud.handle(&request).is_ok());
}

#[test]
fn a_folder_that_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = failure(&file.join("cloud.db"));
    assert!(matches!(error, CloudError::Io { .. }), "{error}");
}
