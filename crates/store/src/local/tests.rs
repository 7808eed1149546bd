//! Tests of the local store: what was acknowledged is there, whoever reads meanwhile, and every damage is refused.

use super::*;
use crate::local::writer::RUNS_KEPT;
use crate::{state_dir, unlock};
use formwork_state::{Intent, IntentAction, Metadata, Operation, Outcome};
use rusqlite::Connection;
use serde_json::{Map, json};
use std::collections::BTreeMap;
use std::fs;
use tempfile::TempDir;

mod damages;
mod disks;

fn binding() -> Binding {
    Binding {
        provider: "mock".into(),
        account: "000000000000".into(),
        stack: "shop".into(),
        env: "dev".into(),
    }
}

/// A folder for one test with a state's folder in it.
struct Bench {
    root: TempDir,
}

impl Bench {
    fn new() -> Self {
        Bench {
            root: tempfile::tempdir().unwrap(),
        }
    }

    fn dir(&self) -> PathBuf {
        state_dir(self.root.path(), &binding())
    }

    fn database(&self) -> PathBuf {
        self.dir().join(DATABASE)
    }

    fn witness(&self) -> PathBuf {
        self.root.path().join(".formwork/seen/mock/shop/dev")
    }

    fn open(&self, access: Access) -> Result<LocalStore, StoreError> {
        LocalStore::open(&self.dir(), &binding(), access)
    }

    fn writer(&self) -> LocalStore {
        self.open(write()).unwrap()
    }

    fn read(&self) -> Result<Loaded, StoreError> {
        self.open(Access::Read)?.load()
    }

    /// A state of `count` records, closed.
    fn filled(count: u32) -> Self {
        let bench = Bench::new();
        let mut store = bench.writer();
        store.append(0, &records(0, count)).unwrap();
        drop(store);
        bench
    }

    fn sql(&self, text: &str) {
        Connection::open(self.database())
            .unwrap()
            .execute_batch(text)
            .unwrap();
    }

    /// Every file beneath the root with its bytes.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.root.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.insert(path.clone(), fs::read(path).unwrap());
                }
            }
        }
        found
    }
}

fn write() -> Access {
    Access::Write {
        command: "apply".to_owned(),
        wait: Duration::ZERO,
    }
}

/// Intents and their outcomes, two records an object, then outputs if the count is odd.
fn records(from: u32, count: u32) -> Vec<Record> {
    (from..from + count)
        .map(|number| {
            let operation = Operation {
                run: 0,
                number: number / 2,
            };
            if number % 2 == 1 {
                let outcome = Outcome::Created {
                    id: format!("id-{number}").into(),
                    attributes: Map::new(),
                    stamp: None,
                };
                return Record::Outcome { operation, outcome };
            }
            Record::Intent(Box::new(Intent {
                operation,
                action: IntentAction::Create,
                address: format!("queue.q{}", number / 2).parse().unwrap(),
                generation: 0,
                type_name: "AWS::SQS::Queue".into(),
                slice: None,
                region: "eu-west-1".into(),
                id: None,
                name: None,
                token: "t".into(),
                properties: Map::from_iter([("Label".to_owned(), json!("x".repeat(40)))]),
                changed: Vec::new(),
                removed: Vec::new(),
                metadata: Metadata::default(),
                former: None,
            }))
        })
        .collect()
}

fn fold(records: &[Record]) -> State {
    let mut state = State {
        binding: Some(binding()),
        ..State::default()
    };
    records.iter().for_each(|record| state.apply(record));
    let lines = chained("", records).unwrap();
    state.head = lines.last().map_or("", |line| &line.hash).into();
    state
}

fn damage(found: Result<Loaded, StoreError>) -> String {
    match found {
        Err(StoreError::Damaged { reason, .. }) => reason,
        other => panic!("not refused as damaged: {other:?}"),
    }
}

#[test]
fn a_store_can_be_sent_to_the_thread_that_writes() {
    fn sendable<T: Send>(_: &T) {}
    sendable(&Bench::new().writer());
}

#[test]
fn what_was_appended_is_there_for_readers_and_after_reopening() {
    let bench = Bench::new();
    let all = records(0, 9);
    let mut store = bench.writer();
    assert_eq!(store.load().unwrap().state, fold(&[]));
    let head = store.append(0, &all[..4]).unwrap();
    assert_eq!(*head, *fold(&all[..4]).head);
    assert_eq!(store.append(4, &[]).unwrap(), head);
    store.append(4, &all[4..]).unwrap();
    for loaded in [store.load().unwrap(), bench.read().unwrap()] {
        assert_eq!((loaded.state, loaded.tail), (fold(&all), 9));
    }
    drop(store);
    assert_eq!(bench.read().unwrap().state, fold(&all));
    assert_eq!(bench.writer().load().unwrap().state, fold(&all));
}

#[test]
fn closing_leaves_one_file_and_the_lock() {
    let bench = Bench::filled(3);
    let names: Vec<_> = bench.files().into_keys().collect();
    let dir = bench.dir();
    assert_eq!(
        names,
        [
            dir.join("state.db"),
            dir.join("state.lock"),
            bench.witness()
        ]
    );
    assert!(bench.files()[&dir.join("state.lock")].is_empty());
    assert!(LocalStore::exists(&dir).unwrap());
    assert!(!LocalStore::exists(bench.root.path()).unwrap());
}

#[test]
fn readers_create_no_file_and_change_none() {
    let empty = Bench::new();
    assert_eq!(empty.read().unwrap().state, fold(&[]));
    assert_eq!(empty.files(), BTreeMap::new());
    assert!(!empty.dir().exists());

    let bench = Bench::filled(5);
    let before = bench.files();
    for _ in 0..3 {
        bench.read().unwrap();
    }
    assert_eq!(bench.files(), before);
}

#[test]
fn readers_cannot_write() {
    let bench = Bench::filled(2);
    let mut reader = bench.open(Access::Read).unwrap();
    for refused in [
        reader.append(2, &records(2, 1)).map(drop),
        reader.snapshot(&State::default()),
    ] {
        let Err(StoreError::Io { message, .. }) = refused else {
            panic!("written by a reader");
        };
        assert_eq!(message, "the state was opened for reading only");
    }
    assert!(!reader.snapshot_due());
}

#[test]
fn readers_see_whole_groups_while_a_writer_writes_and_comes_and_goes() {
    let bench = Bench::new();
    let (dir, done) = (bench.dir(), std::sync::atomic::AtomicBool::new(false));
    let finished = || done.load(std::sync::atomic::Ordering::Relaxed);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let (mut newest, mut reads) = (0, 0);
                    while !finished() || reads == 0 {
                        let mut store = LocalStore::open(&dir, &binding(), Access::Read).unwrap();
                        let serial = store.load().unwrap().state.serial;
                        assert!(serial >= newest && serial.is_multiple_of(10), "{serial}");
                        (newest, reads) = (serial, reads + 1);
                    }
                    newest
                })
            })
            .collect();
        let mut serial = 0;
        for _ in 0..12 {
            let mut store = bench.writer();
            for _ in 0..5 {
                store.append(serial, &records(serial as u32, 10)).unwrap();
                serial += 10;
            }
            let state = store.load().unwrap().state;
            store.snapshot(&state).unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        for reader in readers {
            assert!(reader.join().unwrap() <= serial);
        }
    });
    assert_eq!(bench.read().unwrap().state.serial, 600);
}

#[test]
fn a_second_writer_is_refused_and_may_wait() {
    let bench = Bench::new();
    let first = bench.writer();
    let Err(StoreError::Locked(Some(holder))) = bench.open(write()) else {
        panic!("not locked");
    };
    assert_eq!(
        (holder.pid, holder.command.as_str()),
        (std::process::id(), "apply")
    );
    assert!(matches!(
        unlock(&bench.dir()),
        Ok(crate::Unlocked::Held(Some(_)))
    ));
    drop(first);
    bench.writer();
}

#[test]
fn a_wrong_serial_is_refused() {
    let bench = Bench::filled(4);
    let mut store = bench.writer();
    for serial in [0, 3, 5] {
        let found = store.append(serial, &records(serial as u32, 1));
        let Err(StoreError::Moved { expected, found: 4 }) = found else {
            panic!("{found:?}");
        };
        assert_eq!(expected, serial);
    }
    let refused = store.snapshot(&fold(&records(0, 2)));
    assert!(matches!(
        refused,
        Err(StoreError::Moved {
            expected: 2,
            found: 4
        })
    ));
    assert_eq!(bench.read().unwrap().state, fold(&records(0, 4)));
}

#[test]
fn a_writer_that_lost_its_lock_can_write_no_more() {
    let bench = Bench::filled(4);
    let mut first = bench.writer();
    fs::remove_file(bench.dir().join("state.lock")).unwrap();
    let mut second = bench.writer();
    assert!(matches!(
        first.append(4, &records(4, 1)),
        Err(StoreError::Locked(Some(_)))
    ));
    second.append(4, &records(4, 2)).unwrap();
    let found = first.append(4, &records(4, 1));
    assert!(matches!(
        found,
        Err(StoreError::Moved {
            expected: 4,
            found: 6
        })
    ));
    drop((first, second));
    assert_eq!(bench.read().unwrap().state, fold(&records(0, 6)));
}

#[test]
fn a_state_belongs_to_one_account_stack_and_environment() {
    let bench = Bench::filled(2);
    let wrong = [
        Binding {
            provider: "aws".into(),
            ..binding()
        },
        Binding {
            account: "123456789012".into(),
            ..binding()
        },
        Binding {
            stack: "other".into(),
            ..binding()
        },
        Binding {
            env: "prod".into(),
            ..binding()
        },
    ];
    let before = bench.files();
    for other in wrong {
        for access in [Access::Read, write()] {
            let opened = LocalStore::open(&bench.dir(), &other, access);
            let Err(error) = opened.and_then(|mut store| store.load()) else {
                panic!("{other:?} was let in");
            };
            assert!(matches!(error, StoreError::Binding { .. }), "{error}");
            let said = error.to_string();
            assert!(said.contains("mock/000000000000/shop/dev"), "{said}");
            assert!(said.contains(&named_for_test(&other)), "{said}");
        }
    }
    assert_eq!(bench.files(), before);
}

fn named_for_test(binding: &Binding) -> String {
    [
        &binding.provider,
        &binding.account,
        &binding.stack,
        &binding.env,
    ]
    .map(AsRef::as_ref)
    .join("/")
}

#[test]
fn a_state_without_records_is_bound_to_nobody() {
    let bench = Bench::new();
    drop(bench.writer());
    let other = Binding {
        account: "123456789012".into(),
        ..binding()
    };
    let mut store = LocalStore::open(&bench.dir(), &other, write()).unwrap();
    assert_eq!(store.load().unwrap().state.binding, Some(other.clone()));
    store.append(0, &records(0, 1)).unwrap();
    drop(store);
    assert!(matches!(bench.read(), Err(StoreError::Binding { .. })));
}

#[test]
fn a_snapshot_stands_for_the_records_beneath_it() {
    let bench = Bench::new();
    let all = records(0, 12);
    let mut store = bench.writer();
    store.append(0, &all[..8]).unwrap();
    // The store knows the head better than a writer that never took it over.
    let state = State {
        head: "".into(),
        ..fold(&all[..8])
    };
    store.snapshot(&state).unwrap();
    store.snapshot(&state).unwrap();
    store.append(8, &all[8..]).unwrap();
    for loaded in [store.load().unwrap(), bench.read().unwrap()] {
        assert_eq!((loaded.state, loaded.tail), (fold(&all), 4));
    }
    // The records beneath are not needed any more; one above is.
    drop(store);
    bench.sql("DELETE FROM journal WHERE serial <= 8");
    assert_eq!(bench.read().unwrap().state, fold(&all));
    assert_eq!(bench.writer().load().unwrap().tail, 4);
}

#[test]
fn pruning_keeps_the_last_runs() {
    let bench = Bench::new();
    let mut store = bench.writer();
    let mut state = store.load().unwrap().state;
    for run in 0..15_u64 {
        let began = Record::Began {
            run: state.serial,
            plan: format!("{run}").into(),
            tool: "t".into(),
            losses: Vec::new(),
            uses: Vec::new(),
        };
        let ended = Record::Ended {
            run: state.serial,
            complete: true,
        };
        let group = [began, ended];
        store.append(state.serial, &group).unwrap();
        group.iter().for_each(|record| state.apply(record));
        store.snapshot(&state).unwrap();
    }
    drop(store);
    let connection = Connection::open(bench.database()).unwrap();
    let count = |query: &str| {
        connection
            .query_row(query, [], |row| row.get::<_, u64>(0))
            .unwrap()
    };
    assert_eq!(count("SELECT count(*) FROM runs"), RUNS_KEPT);
    assert_eq!(count("SELECT count(*) FROM journal"), 2 * RUNS_KEPT);
    assert_eq!(
        count("SELECT min(serial) FROM journal"),
        2 * (15 - RUNS_KEPT) + 1
    );
    assert_eq!(count("SELECT count(*) FROM snapshots"), 1);
    assert!(count("SELECT min(at) FROM runs") > 1_600_000_000);
    assert_eq!(bench.read().unwrap().state.plans.len(), 15);
}

#[test]
fn a_snapshot_is_due_when_the_tail_outweighs_it() {
    let bench = Bench::new();
    let mut store = bench.writer();
    let mut state = store.load().unwrap().state;
    let mut append = |store: &mut LocalStore, count: u32| {
        let group = records(state.serial as u32, count);
        store.append(state.serial, &group).unwrap();
        group.iter().for_each(|record| state.apply(record));
        state.clone()
    };
    append(&mut store, 1999);
    assert!(!store.snapshot_due());
    append(&mut store, 1);
    assert!(store.snapshot_due());
    drop(store);
    let mut store = bench.writer();
    assert!(store.snapshot_due());
    let state = append(&mut store, 6000);
    store.snapshot(&state).unwrap();
    assert!(!store.snapshot_due());
    append(&mut store, 3998);
    assert!(
        !store.snapshot_due(),
        "4,000 objects are read as fast as 4,000 records"
    );
    append(&mut store, 2);
    assert!(store.snapshot_due());
}
