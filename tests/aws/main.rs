//! The provider of real AWS, against AWS servers that nobody here wrote: examples are applied, read back by boto3,
//! planned again, changed, drifted and destroyed.
#![cfg(feature = "aws")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic what is wrong"
)]

#[allow(dead_code, reason = "shared with the tests of examples")]
#[path = "../examples/place.rs"]
mod place;
mod servers;

use place::Place;
use servers::Server;
use std::collections::BTreeMap;

/// The life of an example on a server: everything that must hold, in order.
fn lives(example: &str, server: &Server) {
    let place = Place::of(example).on("aws", server.environment());
    let region = region(&place);
    place.expect(&["apply", "--yes"], 0);
    server.compare(example, &server.inventory(&region));
    place.nothing_to_do();
    place.expect(&["destroy", "--yes", "--allow-data-loss"], 0);
    let mut left = names(&server.inventory(&region));
    left.retain(|name| !kept(example).contains(&&**name));
    assert!(left.is_empty(), "{example}: {left:?} is left");
    let again = place.expect(&["destroy", "--yes"], 0);
    assert!(again.contains("Nothing to do"), "{example}: {again}");
}

/// What stays on purpose: the role by which all APIs of the account write logs.
fn kept(example: &str) -> &'static [&'static str] {
    match example {
        "websocket-chat" => &["websocket_chat-dev-chat-account_role"],
        _ => &[],
    }
}

/// The names of what is in an inventory.
fn names(inventory: &str) -> Vec<String> {
    let kinds: BTreeMap<String, BTreeMap<String, serde_json::Value>> =
        serde_json::from_str(inventory).unwrap();
    kinds.into_values().flat_map(BTreeMap::into_keys).collect()
}

/// The region of an example by its AWS name, as its stack says it.
fn region(place: &Place) -> String {
    let text = std::fs::read_to_string(place.path().join("main.stack")).unwrap();
    let (_, after) = text.split_once("region").unwrap();
    let word = after.trim_start_matches([' ', '=']);
    let end = word
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap();
    word[..end].replace('_', "-")
}

#[test]
fn hello_world_on_moto() {
    lives("hello-world", &Server::moto());
}

#[test]
fn hello_world_on_ministack() {
    lives("hello-world", &Server::ministack());
}

// moto answers GetBucketVersioning, GetBucketAccelerateConfiguration and GetBucketNotificationConfiguration with root
// elements that S3 does not know, which the SDK refuses: examples with buckets live on ministack. CloudWatch is
// spoken to in CBOR, which moto does not know and ministack only with `cbor2`: examples with alarms live there too.
#[test]
fn thumbnails_on_ministack() {
    lives("thumbnails", &Server::ministack());
}

#[test]
fn cron_on_ministack() {
    lives("cron", &Server::ministack());
}

#[test]
fn serverless_api_on_ministack() {
    lives("serverless-api", &Server::ministack());
}

#[test]
fn websocket_chat_on_ministack() {
    lives("websocket-chat", &Server::ministack());
}

/// Nothing is asked of an account that is not the environment's, nor without credentials.
#[test]
fn another_account_and_no_account_stop_before_anything_is_read() {
    let server = Server::moto();
    let place = Place::of("hello-world").on("aws", server.environment());
    place.replace(
        "main.stack",
        "param greeting",
        "env prod { account = \"111111111111\" }\n\nparam greeting",
    );
    let (_, error) = place.outcome(&["plan", "--provider", "aws"], 8);
    assert!(error.contains("account::other"), "{error}");
    assert!(error.contains("111111111111"), "{error}");
    let place = Place::of("hello-world").on(
        "aws",
        vec![("AWS_EC2_METADATA_DISABLED", "true".to_owned())],
    );
    let (_, error) = place.outcome(&["apply", "--yes", "--provider", "aws"], 8);
    assert!(error.contains("account::signed_out"), "{error}");
    assert!(!place.path().join(".formwork").exists());
}
