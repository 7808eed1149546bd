//! Tests of the store in memory: it keeps the store's promises, and breaks them exactly as told.

use super::*;
use serde_json::json;

fn binding() -> Binding {
    Binding {
        provider: "mock".into(),
        account: "000000000000".into(),
        stack: "shop".into(),
        env: "dev".into(),
    }
}

fn record(number: u64) -> Record {
    Record::Outputs {
        values: BTreeMap::from([("n".to_owned(), json!(number))]),
    }
}

fn group(from: u64, count: u64) -> Vec<Record> {
    (from..from + count).map(record).collect()
}

fn durable(disk: &MemoryDisk) -> u64 {
    let loaded = disk.open().load().unwrap();
    assert_eq!(disk.records().unwrap(), group(0, loaded.state.serial));
    loaded.state.serial
}

#[test]
fn what_was_appended_outlives_the_store() {
    let disk = MemoryDisk::new(binding());
    let mut store = disk.open();
    let head = store.append(0, &group(0, 3)).unwrap();
    let state = store.load().unwrap().state;
    assert_eq!(
        (*state.head == *head, state.binding.as_ref()),
        (true, Some(&binding()))
    );
    store.snapshot(&state).unwrap();
    store.append(3, &group(3, 2)).unwrap();
    drop(store);
    let loaded = disk.open().load().unwrap();
    assert_eq!(
        (loaded.state.serial, loaded.tail, disk.snapshots()),
        (5, 2, 1)
    );
    assert_eq!(loaded.state.head.as_ref(), disk.lines()[4].hash);
    assert_eq!(disk.writes(), 3);
}

#[test]
fn faults_leave_what_they_say() {
    for (fault, kept) in [
        (Fault::BeforeDurable, 2),
        (Fault::DiskFull, 2),
        (Fault::Torn { kept: 1 }, 3),
        (Fault::Torn { kept: 9 }, 5),
        (Fault::AfterDurable, 5),
    ] {
        let disk = MemoryDisk::new(binding());
        disk.fail_write(1, fault);
        let mut store = disk.open();
        store.append(0, &group(0, 2)).unwrap();
        assert!(store.append(2, &group(2, 3)).is_err(), "{fault:?}");
        assert_eq!(disk.fired(), 1);
        // A writer that goes on as if nothing had been written is stopped if something was.
        let again = store.append(2, &group(2, 3));
        assert_eq!(
            matches!(again, Err(StoreError::Moved { expected: 2, .. })),
            kept > 2,
            "{fault:?}"
        );
        assert_eq!(durable(&disk), kept.max(if kept == 2 { 5 } else { kept }));
    }
}

#[test]
fn a_lost_snapshot_loses_no_record() {
    let disk = MemoryDisk::new(binding());
    let mut store = disk.open();
    store.append(0, &group(0, 2)).unwrap();
    let state = store.load().unwrap().state;
    disk.fail_write(1, Fault::BeforeDurable);
    assert!(store.snapshot(&state).is_err());
    assert_eq!((durable(&disk), disk.snapshots()), (2, 0));
}

#[test]
fn an_older_writer_is_shut_out() {
    let disk = MemoryDisk::new(binding());
    let mut first = disk.open();
    let mut second = disk.open();
    assert!(matches!(
        first.append(0, &group(0, 1)),
        Err(StoreError::Locked(None))
    ));
    second.append(0, &group(0, 1)).unwrap();
    let late = first.append(0, &group(0, 1));
    assert!(matches!(
        late,
        Err(StoreError::Moved {
            expected: 0,
            found: 1
        })
    ));
}

#[test]
fn a_changed_line_is_noticed() {
    let disk = MemoryDisk::new(binding());
    let mut store = disk.open();
    store.append(0, &group(0, 3)).unwrap();
    disk.disk().lines[1].text.push(' ');
    assert!(matches!(store.load(), Err(StoreError::Damaged { .. })));
}
