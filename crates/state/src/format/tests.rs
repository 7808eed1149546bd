//! Tests of the form on disk: what is written is read back, a newer form is refused, the chain shows every change.

use super::*;
use crate::samples::{begin, created, end, intent, records};
use crate::{IntentAction, Record};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn records_have_their_written_form() {
    let mut create = intent(0, IntentAction::Create, "queue.orders");
    create.metadata.protect = true;
    let lines = [
        encode_record(&begin(create)).unwrap(),
        encode_record(&end(0, created("url", json!({"Arn": "a"})))).unwrap(),
        encode_record(&Record::Ended {
            run: 7,
            complete: true,
        })
        .unwrap(),
    ];
    assert_eq!(
        lines,
        [
            concat!(
                r#"{"v":1,"record":"intent","operation":{"run":7,"number":0},"action":"create","#,
                r#""address":"queue.orders","generation":0,"type_name":"AWS::SQS::Queue","#,
                r#""region":"eu-west-1","name":"shop-dev-orders","token":"token-1","#,
                r#""properties":{"VisibilityTimeout":30},"metadata":{"protect":true}}"#
            ),
            concat!(
                r#"{"v":1,"record":"outcome","operation":{"run":7,"number":0},"#,
                r#""outcome":{"outcome":"created","id":"url","attributes":{"Arn":"a"}}}"#
            ),
            r#"{"v":1,"record":"ended","run":7,"complete":true}"#,
        ]
    );
}

#[test]
fn a_newer_form_is_refused_with_advice() {
    for text in [
        r#"{"v":2,"record":"ended","run":7,"complete":true}"#,
        r#"{"v":2,"shape":"unknown"}"#,
        r#"{"v":2}"#,
    ] {
        let error = decode_record(text).unwrap_err();
        assert!(matches!(error, FormatError::Newer { found: 2 }), "{text}");
        assert_eq!(
            error.to_string(),
            "written in format 2; this version reads up to 1: upgrade formwork"
        );
        assert!(matches!(
            decode_snapshot(text),
            Err(FormatError::Newer { found: 2 })
        ));
    }
}

#[test]
fn what_is_no_record_is_refused() {
    for text in [
        "",
        "null",
        "[]",
        r#"{"record":"ended","run":7,"complete":true}"#,
        r#"{"v":0,"record":"ended","run":7,"complete":true}"#,
        r#"{"v":"1","record":"ended","run":7,"complete":true}"#,
        r#"{"v":99999999999,"record":"ended","run":7,"complete":true}"#,
    ] {
        let found = decode_record(text);
        assert!(matches!(found, Err(FormatError::Unversioned)), "{text}");
    }
    for text in [
        r#"{"v":1}"#,
        r#"{"v":1,"record":"unheard_of"}"#,
        r#"{"v":1,"record":"ended","run":7,"complete":true"#,
        r#"{"v":1,"record":"ended","run":7,"complete":true} x"#,
        r#"{"v":1,"record":"ended","run":-7,"complete":true}"#,
    ] {
        let found = decode_record(text);
        assert!(matches!(found, Err(FormatError::Syntax(_))), "{text}");
    }
}

#[test]
fn nesting_in_a_record_is_bounded() {
    let deep = format!(
        r#"{{"v":1,"record":"outputs","values":{{"x":{}1{}}}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(matches!(decode_record(&deep), Err(FormatError::Syntax(_))));
}

/// The hashes of a journal, each over the one before.
fn hashes(texts: &[String]) -> Vec<String> {
    let mut head = String::new();
    let next = |text: &String| {
        head = chain(&head, text);
        head.clone()
    };
    texts.iter().map(next).collect()
}

#[test]
fn the_chain_is_sha256_of_the_previous_hash_and_the_text() {
    // printf '\0abc' | sha256sum; then printf '<that>\0abc' | sha256sum
    let first = chain("", "abc");
    assert_eq!(
        first,
        "609f6e36d2405585188d5cfd761f407c7cc46a7d3f314c88270469dde315fcd1"
    );
    assert_eq!(
        chain(&first, "abc"),
        "dbba2a7682ab5fd4cbd49e6b2a68516317b658c5eee90c6009bed0d3c1d8f043"
    );
    assert_ne!(chain("a", "bc"), chain("ab", "c"));
}

proptest! {
    #[test]
    fn records_survive_text(record in records()) {
        let text = encode_record(&record).unwrap();
        prop_assert!(!text.contains('\n'));
        prop_assert_eq!(decode_record(&text).unwrap(), record);
    }

    #[test]
    fn states_survive_text(records in prop::collection::vec(records(), 0..40)) {
        let mut state = State { head: chain("", "x").into(), ..State::default() };
        for record in &records {
            state.apply(record);
        }
        let text = encode_snapshot(&state).unwrap();
        prop_assert_eq!(decode_snapshot(&text).unwrap(), state);
    }

    #[test]
    fn decoding_never_panics(text in "\\{\"v\":1,.{0,60}|.{0,60}") {
        let _ = decode_record(&text);
        let _ = decode_snapshot(&text);
    }

    #[test]
    fn every_change_of_a_journal_breaks_its_chain(
        texts in prop::collection::vec(".{0,8}", 2..12),
        at in any::<prop::sample::Index>(),
        change in 0..4_u8,
    ) {
        let whole = hashes(&texts);
        let at = at.index(texts.len());
        let mut other = texts.clone();
        match change {
            0 => other[at].push('x'),
            1 => drop(other.remove(at)),
            2 => other.insert(at, "x".to_owned()),
            _ => other.swap(at, (at + 1) % texts.len()),
        }
        prop_assume!(other != texts);
        prop_assert_ne!(hashes(&other).pop(), whole.last().cloned());
    }
}
