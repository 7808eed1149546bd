//! Prints what encoding, folding and decoding cost for a state of a given number of objects.
//!
//! `cargo run --release -p formwork-state --example speed -- 10000`

use formwork_schema::Address;
use formwork_state::{
    FormatError, Intent, IntentAction, Metadata, Operation, Outcome, Record, State, chain,
    decode_record, decode_snapshot, encode_record, encode_snapshot,
};
use serde_json::{Map, Value as Json, json};
use std::time::Instant;

fn main() -> Result<(), FormatError> {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let records: Vec<_> = (0..count.unwrap_or(10_000)).flat_map(parameter).collect();

    let lines = timed("encode records", || {
        let lines = records.iter().map(encode_record);
        lines.collect::<Result<Vec<_>, _>>()
    })?;
    let bytes: usize = lines.iter().map(String::len).sum();
    timed("chain their hashes", || {
        let next = |head: String, text: &String| chain(&head, text);
        lines.iter().fold(String::new(), next)
    });
    let decoded = timed("decode records", || {
        let records = lines.iter().map(|line| decode_record(line));
        records.collect::<Result<Vec<_>, _>>()
    })?;
    let state = timed("fold records", || {
        let mut state = State::default();
        decoded.into_iter().for_each(|record| state.fold(record));
        state
    });
    let snapshot = timed("encode snapshot", || encode_snapshot(&state))?;
    let back = timed("decode snapshot", || decode_snapshot(&snapshot))?;
    timed("clone state", || back.clone());
    println!(
        "{} records, {bytes} bytes; {} objects, {} bytes; equal: {}",
        lines.len(),
        state.objects.len(),
        snapshot.len(),
        back == state
    );
    Ok(())
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!(
        "{what:<20} {:>8.1} ms",
        start.elapsed().as_secs_f64() * 1000.0
    );
    done
}

/// The two records of a parameter with two references.
fn parameter(number: u32) -> [Record; 2] {
    let operation = Operation { run: 0, number };
    let name = format!("/bench/dev/p{number}");
    let other = |by: u32| Address::new("resource", format!("p{}", number.saturating_sub(by)));
    let properties = object([
        ("Name", json!(name)),
        ("Type", json!("String")),
        (
            "Value",
            json!(format!("value {number} of a parameter with {name}")),
        ),
        (
            "Tags",
            json!({"formwork:stack": "bench", "formwork:env": "dev"}),
        ),
    ]);
    let intent = Intent {
        operation,
        action: IntentAction::Create,
        address: Address::new("resource", format!("p{number}")),
        generation: 0,
        type_name: "AWS::SSM::Parameter".into(),
        slice: None,
        region: "eu-west-1".into(),
        id: None,
        name: Some(name.as_str().into()),
        token: format!("bench-dev-p{number}-0").into(),
        properties: properties.clone(),
        changed: Vec::new(),
        removed: Vec::new(),
        metadata: Metadata {
            needs: vec![other(1), other(7)],
            ..Metadata::default()
        },
        former: None,
    };
    let outcome = Outcome::Created {
        id: name.into(),
        attributes: properties,
        stamp: None,
    };
    [
        Record::Intent(Box::new(intent)),
        Record::Outcome { operation, outcome },
    ]
}

fn object<const N: usize>(fields: [(&str, Json); N]) -> Map<String, Json> {
    let named = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    named.collect()
}
