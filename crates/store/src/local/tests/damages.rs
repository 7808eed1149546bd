//! Tests of damage: every kind of it is refused with what is wrong and what to do, and nothing is written.

use super::*;
use formwork_state::{FormatError, chain};

/// Opens for reading and for writing, which both must refuse and change nothing.
fn refused(bench: &Bench) -> String {
    let before = bench.files();
    let reason = damage(bench.read());
    assert_eq!(
        damage(bench.open(write()).and_then(|mut store| store.load())),
        reason
    );
    assert_eq!(bench.files(), before);
    assert!(
        reason.ends_with("put back the newest copy of this file (docs/state.md)"),
        "{reason}"
    );
    reason
}

#[test]
fn garbage() {
    let bench = Bench::filled(4);
    fs::write(bench.database(), "no database\n".repeat(2000)).unwrap();
    assert!(refused(&bench).starts_with("file is not a database"));
}

#[test]
fn another_programs_database() {
    let bench = Bench::filled(4);
    fs::remove_file(bench.database()).unwrap();
    bench.sql("CREATE TABLE meta (x)");
    assert!(refused(&bench).starts_with("a database of something else"));
}

#[test]
fn a_cut_file() {
    let bench = Bench::filled(200);
    let whole = fs::read(bench.database()).unwrap();
    assert!(whole.len() > 10 * 4096);
    for length in (1..whole.len()).step_by(1531) {
        fs::write(bench.database(), &whole[..length]).unwrap();
        refused(&bench);
    }
    // Nothing at all is what a new file looks like; only the witness tells them apart.
    fs::write(bench.database(), "").unwrap();
    assert!(matches!(
        bench.read(),
        Err(StoreError::Older {
            found: 0,
            seen: 200,
            ..
        })
    ));
}

#[test]
fn a_changed_byte_is_refused_or_means_nothing() {
    let bench = Bench::filled(60);
    let expected = fold(&records(0, 60));
    let whole = fs::read(bench.database()).unwrap();
    let mut found = 0;
    for at in (0..whole.len()).step_by(37) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x24;
        fs::write(bench.database(), bytes).unwrap();
        match bench.open(Access::Read).and_then(|mut store| store.load()) {
            Ok(loaded) => assert_eq!(loaded.state, expected, "byte {at}"),
            Err(
                StoreError::Damaged { .. }
                | StoreError::Older { .. }
                | StoreError::Binding { .. }
                | StoreError::Io { .. }
                | StoreError::Format(FormatError::Newer { .. }),
            ) => found += 1,
            Err(other) => panic!("byte {at}: {other}"),
        }
    }
    assert!(found > 300, "only {found} changes were noticed");
}

#[test]
fn a_missing_record() {
    for (gone, said) in [(1, 1), (30, 30), (60, 60)] {
        let bench = Bench::filled(60);
        bench.sql(&format!("DELETE FROM journal WHERE serial = {gone}"));
        assert!(refused(&bench).starts_with(&format!("record {said} is missing")));
    }
}

#[test]
fn a_changed_record() {
    for change in [
        "text = replace(text, 'x', 'y')",
        "text = text || ' '",
        "hash = replace(hash, substr(hash, 1, 1), 'g')",
        "text = (SELECT text FROM journal WHERE serial = 19)",
    ] {
        let bench = Bench::filled(60);
        bench.sql(&format!("UPDATE journal SET {change} WHERE serial = 17"));
        assert!(
            refused(&bench).starts_with("record 17 does not match its hash"),
            "{change}"
        );
    }
}

#[test]
fn a_record_that_is_not_text() {
    let bench = Bench::filled(60);
    bench.sql("UPDATE journal SET text = CAST(x'ff00fe' AS TEXT) WHERE serial = 17");
    assert!(refused(&bench).starts_with("record 17 cannot be read"));
}

#[test]
fn records_that_were_never_written() {
    let bench = Bench::filled(60);
    bench.sql("UPDATE meta SET serial = 59");
    assert!(refused(&bench).starts_with("record 60 is not the one written last (of 59)"));
    let bench = Bench::filled(60);
    bench.sql("UPDATE meta SET head = 'x'");
    assert!(refused(&bench).starts_with("record 60 is not the one written last (of 60)"));
}

#[test]
fn a_missing_account_of_whose_it_is() {
    let bench = Bench::filled(6);
    bench.sql("DELETE FROM meta");
    assert!(refused(&bench).starts_with("whose state it is has been removed"));
    // A creation that was cut short after the tables is no damage.
    let bench = Bench::new();
    drop(bench.writer());
    bench.sql("DELETE FROM meta");
    assert_eq!(bench.read().unwrap().state, fold(&[]));
    let mut store = bench.writer();
    store.append(0, &records(0, 2)).unwrap();
    drop(store);
    assert_eq!(bench.read().unwrap().state, fold(&records(0, 2)));
}

#[test]
fn a_changed_snapshot() {
    for (change, said) in [
        ("text = replace(text, 'x', 'y')", "does not match its hash"),
        ("head = 'x'", "does not match its hash"),
        ("serial = 9", "cannot be read (it folds 10 records)"),
    ] {
        let bench = Bench::filled(10);
        let mut store = bench.writer();
        let state = store.load().unwrap().state;
        store.snapshot(&state).unwrap();
        store.append(10, &records(10, 2)).unwrap();
        drop(store);
        bench.sql(&format!("UPDATE snapshots SET {change}"));
        let reason = refused(&bench);
        assert!(
            reason.starts_with("the snapshot at record ") && reason.contains(said),
            "{reason}"
        );
    }
}

#[test]
fn a_newer_form_is_refused_with_advice_to_upgrade() {
    let tables = Bench::filled(3);
    tables.sql("PRAGMA user_version = 2");
    let record = Bench::filled(3);
    let text = r#"{"v":2,"record":"began"}"#;
    let before = fold(&records(0, 3)).head;
    let hash = chain(&before, text);
    record.sql(&format!(
        "INSERT INTO journal VALUES (4, '{text}', '{hash}');
         UPDATE meta SET serial = 4, head = '{hash}'"
    ));
    for bench in [tables, record] {
        let before = bench.files();
        for access in [Access::Read, write()] {
            let Err(error) = bench.open(access).and_then(|mut store| store.load()) else {
                panic!("read what it cannot know");
            };
            assert!(error.to_string().ends_with("upgrade formwork"), "{error}");
        }
        assert_eq!(bench.files(), before);
    }
}

#[test]
fn an_older_copy_put_back() {
    let bench = Bench::filled(4);
    let old = fs::read(bench.database()).unwrap();
    let mut store = bench.writer();
    store.append(4, &records(4, 2)).unwrap();
    drop(store);
    let newest = fs::read(bench.database()).unwrap();
    fs::write(bench.database(), &old).unwrap();
    let before = bench.files();
    for access in [Access::Read, write()] {
        let found = bench.open(access).and_then(|mut store| store.load());
        let Err(
            error @ StoreError::Older {
                found: 4, seen: 6, ..
            },
        ) = found
        else {
            panic!("{found:?}");
        };
        assert!(error.to_string().contains("remove "), "{error}");
    }
    assert_eq!(bench.files(), before);
    fs::write(bench.database(), newest).unwrap();
    assert_eq!(bench.read().unwrap().state.serial, 6);

    // To go on from the older copy takes a deliberate act.
    fs::write(bench.database(), old).unwrap();
    fs::remove_file(bench.witness()).unwrap();
    assert_eq!(bench.writer().load().unwrap().state, fold(&records(0, 4)));
}

#[test]
fn another_history_put_in_place() {
    for other_count in [6, 8] {
        let bench = Bench::filled(6);
        let other = Bench::new();
        let mut store = other.writer();
        store.append(0, &records(2, other_count)).unwrap();
        drop(store);
        fs::copy(other.database(), bench.database()).unwrap();
        assert!(
            matches!(bench.read(), Err(StoreError::Older { seen: 6, .. })),
            "{other_count}"
        );
    }
}

#[test]
fn a_removed_file() {
    let bench = Bench::filled(6);
    fs::remove_file(bench.database()).unwrap();
    assert!(matches!(
        bench.read(),
        Err(StoreError::Older {
            found: 0,
            seen: 6,
            ..
        })
    ));
    assert!(matches!(
        bench.open(write()),
        Err(StoreError::Older {
            found: 0,
            seen: 6,
            ..
        })
    ));
    assert!(!bench.database().exists());
}
