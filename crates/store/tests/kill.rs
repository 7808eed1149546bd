//! Kills a writing process without warning, again and again: every acknowledged record must be there afterwards, the
//! chain of hashes whole, and the next writer let in at once.

#[cfg(test)]
mod kill {
    use formwork_state::{
        Binding, Intent, IntentAction, Loaded, Metadata, Operation, Record, Store,
    };
    use formwork_store::{Access, LocalStore, Unlocked, holder, unlock};
    use std::collections::BTreeSet;
    use std::io::{BufRead, BufReader, Write};
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::time::Duration;

    /// Set for the process that writes: the folder of the state.
    const VARIABLE: &str = "FORMWORK_STORE_KILL_DIR";

    const ROUNDS: u64 = 12;

    fn binding() -> Binding {
        Binding {
            provider: "mock".into(),
            account: "000000000000".into(),
            stack: "shop".into(),
            env: "dev".into(),
        }
    }

    fn open(dir: &Path, access: Access) -> LocalStore {
        LocalStore::open(dir, &binding(), access).unwrap()
    }

    fn write() -> Access {
        Access::Write {
            command: "apply".to_owned(),
            wait: Duration::from_secs(5),
        }
    }

    /// The record that is written as the `serial`th, counted from 0.
    fn record(serial: u64) -> Record {
        Record::Intent(Box::new(Intent {
            operation: Operation {
                run: serial,
                number: 0,
            },
            action: IntentAction::Create,
            address: format!("queue.q{serial}").parse().unwrap(),
            generation: 0,
            type_name: "AWS::SQS::Queue".into(),
            slice: None,
            region: "eu-west-1".into(),
            id: None,
            name: None,
            token: format!("token {serial}").into(),
            properties: serde_json::Map::new(),
            changed: Vec::new(),
            removed: Vec::new(),
            metadata: Metadata::default(),
            former: None,
        }))
    }

    /// Writes for ever, and says after each durable group how far it is.
    fn write_until_killed(dir: &Path) {
        let mut store = open(dir, write());
        let mut state = store.load().unwrap().state;
        let mut out = std::io::stdout();
        for round in 0.. {
            let group: Vec<_> = (state.serial..=state.serial + round % 7)
                .map(record)
                .collect();
            let head = store.append(state.serial, &group).unwrap();
            group.iter().for_each(|record| state.apply(record));
            writeln!(out, "durable {} {head}", state.serial).unwrap();
            out.flush().unwrap();
            if round % 16 == 15 {
                store.snapshot(&state).unwrap();
            }
        }
    }

    /// Starts a writer and kills it after so many groups; gives what it had acknowledged by then.
    fn killed_after(dir: &Path, groups: usize) -> (u64, String) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "kill::acknowledged_records_survive_kill",
                "--nocapture",
            ])
            .env(VARIABLE, dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut last = None;
        let mut durable = 0;
        while durable < groups {
            let line = lines.next().unwrap().unwrap();
            if let Some((_, said)) = line.split_once("durable ") {
                last = Some(said.to_owned());
                durable += 1;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said before it died counts too.
        for line in lines.map_while(Result::ok) {
            if let Some(said) = line.strip_prefix("durable ") {
                last = Some(said.to_owned());
            }
        }
        let said = last.unwrap();
        let (serial, head) = said.split_once(' ').unwrap();
        (serial.parse().unwrap(), head.to_owned())
    }

    fn files(dir: &Path) -> BTreeSet<PathBuf> {
        let entries = std::fs::read_dir(dir).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    fn check(loaded: &Loaded, acknowledged: u64, head: &str) {
        let state = &loaded.state;
        assert!(
            state.serial >= acknowledged,
            "{} of {acknowledged}",
            state.serial
        );
        if state.serial == acknowledged {
            assert_eq!(&*state.head, head);
        }
        assert_eq!(state.open.len() as u64, state.serial);
        for (serial, intent) in (0..).zip(state.open.values()) {
            assert_eq!(Record::Intent(Box::new(intent.clone())), record(serial));
        }
    }

    #[test]
    fn acknowledged_records_survive_kill() {
        if let Some(dir) = std::env::var_os(VARIABLE) {
            return write_until_killed(Path::new(&dir));
        }
        let temporary = tempfile::tempdir().unwrap();
        let dir = temporary.path().join(".formwork/mock/shop/dev");
        let mut before = 0;
        for round in 0..ROUNDS {
            let (acknowledged, head) = killed_after(&dir, 1 + round as usize * 5);
            assert!(acknowledged > before);
            before = acknowledged;
            assert_eq!(holder(&dir).unwrap().command, "apply");

            let left = files(&dir);
            check(
                &open(&dir, Access::Read).load().unwrap(),
                acknowledged,
                &head,
            );
            assert_eq!(files(&dir), left, "a reader created or removed a file");
            if round % 3 == 0 {
                assert!(matches!(unlock(&dir).unwrap(), Unlocked::Cleared(_)));
                check(&open(&dir, write()).load().unwrap(), acknowledged, &head);
            }
        }
        assert!(before > 1000, "only {before} records in all");
    }
}
