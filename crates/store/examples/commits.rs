//! Prints what durable appends cost in groups of several sizes, and what opening and loading cost afterwards.
//!
//! `cargo run --release -p formwork-store --example commits -- FOLDER`

use formwork_state::{
    Binding, Intent, IntentAction, Metadata, Operation, Outcome, Record, Store, StoreError,
};
use formwork_store::{Access, LocalStore, state_dir};
use serde_json::{Map, Value as Json};
use std::path::PathBuf;
use std::time::{Duration, Instant};

const RECORDS: usize = 20_000;

fn main() -> Result<(), StoreError> {
    let folder = std::env::args().nth(1);
    let folder = folder.map_or_else(std::env::temp_dir, PathBuf::from);
    let records: Vec<_> = (0..RECORDS as u32 / 2).flat_map(parameter).collect();
    for group in [1, 8, 64, 512] {
        let binding = Binding {
            provider: "mock".into(),
            account: "000000000000".into(),
            stack: format!("commits{}", std::process::id()).into(),
            env: group.to_string().into(),
        };
        let dir = state_dir(&folder, &binding);
        let open = |access| LocalStore::open(&dir, &binding, access);
        let write = || Access::Write {
            command: "measure".to_owned(),
            wait: Duration::ZERO,
        };
        println!("groups of {group}");
        let mut store = timed("open", || open(write()))?;
        timed("append", || append(&mut store, &records, group))?;
        let state = timed("load 20,000 records", || store.load())?.state;
        timed("snapshot", || store.snapshot(&state))?;
        timed("close", || drop(store));
        timed("load a snapshot", || open(Access::Read)?.load())?;
    }
    Ok(())
}

fn append(store: &mut LocalStore, records: &[Record], group: usize) -> Result<(), StoreError> {
    let mut serial = store.load()?.state.serial;
    for records in records.chunks(group) {
        store.append(serial, records)?;
        serial += records.len() as u64;
    }
    Ok(())
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!(
        "  {what:<20} {:>9.1} ms",
        start.elapsed().as_secs_f64() * 1000.0
    );
    done
}

/// The two records of a parameter.
fn parameter(number: u32) -> [Record; 2] {
    let operation = Operation { run: 0, number };
    let name = format!("/bench/dev/p{number}");
    let value = format!("value {number} of a parameter with the name {name}");
    let properties: Map<String, Json> = [
        ("Name", name.clone()),
        ("Type", "String".to_owned()),
        ("Value", value),
    ]
    .map(|(name, value)| (name.to_owned(), Json::String(value)))
    .into_iter()
    .collect();
    let intent = Intent {
        operation,
        action: IntentAction::Create,
        address: formwork_schema::Address::new("resource", format!("p{number}")),
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
        metadata: Metadata::default(),
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
