//! Tests of disks that are full or cannot be written: nothing is lost, and the store says which it is.

use super::*;
use crate::database::suffixed;
use std::process::Command;

#[test]
fn a_full_database_loses_nothing_and_goes_on_when_there_is_room() {
    let bench = Bench::filled(20);
    let mut store = bench.writer();
    let limit = |store: &LocalStore, more: u64| {
        let connection = &store.writer.as_ref().unwrap().connection;
        let pages: u64 = connection
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .unwrap();
        let set = format!("PRAGMA max_page_count = {}", pages + more);
        connection
            .query_row(&set, [], |row| row.get::<_, u64>(0))
            .unwrap();
    };
    limit(&store, 2);
    let many = records(20, 200);
    let found = store.append(20, &many);
    assert!(
        matches!(&found, Err(StoreError::DiskFull { path }) if *path == bench.database()),
        "{found:?}"
    );
    let state = store.load().unwrap().state;
    assert_eq!(state, fold(&records(0, 20)));
    assert_eq!(bench.read().unwrap().state, state);
    store.append(20, &many[..1]).unwrap();
    limit(&store, 1000);
    store.append(21, &many[1..]).unwrap();
    limit(&store, 2);
    let state = store.load().unwrap().state;
    assert!(matches!(
        store.snapshot(&state),
        Err(StoreError::DiskFull { .. })
    ));
    drop(store);
    let loaded = bench.read().unwrap();
    assert_eq!((loaded.state, loaded.tail), (fold(&records(0, 220)), 220));
}

/// A small disk of its own, where this process may mount one.
struct Mount {
    dir: TempDir,
}

impl Mount {
    fn new(options: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", options, "none"])
            .arg(dir.path());
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then_some(Mount { dir })
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.dir.path()).status();
        assert!(std::thread::panicking() || unmounted.is_ok_and(|status| status.success()));
    }
}

#[test]
fn a_disk_that_fills_up_loses_nothing() {
    let Some(mount) = Mount::new("size=400k") else {
        eprintln!("no disk could be mounted; the same is shown with a limit on pages");
        return;
    };
    let dir = mount.dir.path().join("state");
    let open = |access| LocalStore::open(&dir, &binding(), access);
    let mut store = open(write()).unwrap();
    let mut written = 0;
    let full = loop {
        match store.append(u64::from(written), &records(written, 20)) {
            Ok(_) => written += 20,
            Err(error) => break error,
        }
    };
    assert!(matches!(full, StoreError::DiskFull { .. }), "{full}");
    assert!(written > 20);
    let read = || {
        open(Access::Read)
            .and_then(|mut store| store.load())
            .unwrap()
    };
    assert_eq!(read().state, fold(&records(0, written)));
    drop(store);
    assert_eq!(read().state, fold(&records(0, written)));
}

#[test]
fn a_disk_that_is_full_at_the_start_is_said_to_be_full() {
    let Some(mount) = Mount::new("size=64k") else {
        eprintln!("no disk could be mounted; the same is shown with a limit on pages");
        return;
    };
    let fill = fs::write(mount.dir.path().join("fill"), vec![1; 1 << 20]);
    assert!(fill.is_err());
    let opened = LocalStore::open(&mount.dir.path().join("state"), &binding(), write());
    assert!(
        matches!(opened, Err(StoreError::DiskFull { .. })),
        "{opened:?}"
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    let bench = Bench::new();
    fs::write(bench.root.path().join(".formwork"), "in the way").unwrap();
    assert!(matches!(bench.open(write()), Err(StoreError::Io { .. })));

    let Some(mount) = Mount::new("size=1m") else {
        eprintln!("no disk could be mounted; a file in the way of the folder shows the same");
        return;
    };
    let dir = mount.dir.path().join("state");
    let mut store = LocalStore::open(&dir, &binding(), write()).unwrap();
    store.append(0, &records(0, 4)).unwrap();
    drop(store);
    let mut remount = Command::new("mount");
    remount.args(["-o", "remount,ro"]).arg(mount.dir.path());
    assert!(remount.status().unwrap().success());
    assert!(matches!(
        LocalStore::open(&dir, &binding(), write()),
        Err(StoreError::Io { .. })
    ));
    let mut reader = LocalStore::open(&dir, &binding(), Access::Read).unwrap();
    assert_eq!(reader.load().unwrap().state, fold(&records(0, 4)));
    assert!(!suffixed(reader.path(), "-shm").exists());
}
