//! The cloud's own SQLite file: objects, counters and the log of effects; durable when a commit returns.
//!
//! Several processes may have it open, as several people use one account: a batch that writes takes the write lock
//! first, and memory is loaded again when somebody else has written.

use crate::effects::Effect;
use crate::object::{Head, Object};
use crate::world::World;
use crate::{CloudError, make};
use rusqlite::{Connection, OpenFlags, Row, params};
use std::cell::Cell;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The format of the file.
const FORMAT: i64 = 1;

/// `Fmwk`, so that another program's database is not taken for ours.
const APPLICATION: i64 = 0x466d_776b;

/// How long another process may write before we give up.
const PATIENCE: Duration = Duration::from_secs(5);

const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE counters (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE objects (number INTEGER PRIMARY KEY, type TEXT NOT NULL, region TEXT NOT NULL, head TEXT NOT NULL,
  body TEXT NOT NULL) STRICT;
CREATE TABLE effects (sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, verb TEXT NOT NULL, type TEXT NOT NULL,
  region TEXT NOT NULL, slice TEXT, address TEXT, generation INTEGER NOT NULL, id TEXT NOT NULL, token TEXT,
  digest TEXT NOT NULL) STRICT;
";

/// An open file.
pub(crate) struct CloudFile {
    connection: Connection,
    path: PathBuf,
    account: Arc<str>,
    seed: Arc<str>,
    version: Cell<i64>,
}

impl CloudFile {
    /// Opens the file at `path` for an account; makes it, readable by its owner only, if it is not there.
    pub(crate) fn open(path: &Path, account: &str) -> Result<Self, CloudError> {
        make_private(path).map_err(|error| CloudError::Io {
            path: path.to_owned(),
            message: error.to_string(),
        })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)
            .map_err(|error| CloudError::database(path, &error))?;
        Self::with(connection, path.to_owned(), account)
    }

    /// A file in memory.
    pub(crate) fn in_memory(account: &str) -> Result<Self, CloudError> {
        let path = PathBuf::from(":memory:");
        let connection =
            Connection::open_in_memory().map_err(|error| CloudError::database(&path, &error))?;
        Self::with(connection, path, account)
    }

    fn with(connection: Connection, path: PathBuf, account: &str) -> Result<Self, CloudError> {
        let mut file = CloudFile {
            connection,
            path,
            account: account.into(),
            seed: account.into(),
            version: Cell::new(-1),
        };
        file.configure().map_err(|error| file.fault(&error))?;
        file.make_or_check(account)?;
        Ok(file)
    }

    fn configure(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(PATIENCE)?;
        self.connection.set_prepared_statement_cache_capacity(32);
        let mode = "PRAGMA journal_mode = WAL";
        self.connection.query_row(mode, [], |_| Ok(()))?;
        self.connection.pragma_update(None, "synchronous", "FULL")
    }

    fn make_or_check(&mut self, account: &str) -> Result<(), CloudError> {
        let tables = self.number("SELECT count(*) FROM sqlite_schema")?;
        if tables == 0 {
            self.begin()?;
            if self.number("SELECT count(*) FROM sqlite_schema")? == 0 {
                self.make(account).map_err(|error| self.fault(&error))?;
            }
            self.execute("COMMIT")?;
        }
        if self.number("PRAGMA application_id")? != APPLICATION {
            let reason = "it is the database of another program";
            return Err(CloudError::damaged(&self.path, reason));
        }
        let found = self.number("PRAGMA user_version")?;
        if found > FORMAT {
            return Err(CloudError::Newer {
                path: self.path.clone(),
                found,
                known: FORMAT,
            });
        }
        let bound = self.meta("account")?;
        if bound != account {
            return Err(CloudError::Account {
                path: self.path.clone(),
                wanted: account.to_owned(),
                found: bound,
            });
        }
        self.seed = self.meta("seed")?.into();
        Ok(())
    }

    fn make(&self, account: &str) -> rusqlite::Result<()> {
        self.connection.execute_batch(TABLES)?;
        self.connection
            .pragma_update(None, "application_id", APPLICATION)?;
        self.connection
            .pragma_update(None, "user_version", FORMAT)?;
        let mut statement = self
            .connection
            .prepare("INSERT INTO meta VALUES (?1, ?2)")?;
        let seed = make::digest(account.as_bytes());
        for (key, value) in [
            ("account", account),
            ("seed", &seed),
            ("now", "0"),
            ("next_object", "1"),
            ("next_effect", "1"),
        ] {
            statement.execute([key, value])?;
        }
        Ok(())
    }

    /// The account it simulates.
    pub(crate) fn account(&self) -> Arc<str> {
        Arc::clone(&self.account)
    }

    /// What its ids are made from.
    pub(crate) fn seed(&self) -> Arc<str> {
        Arc::clone(&self.seed)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How long another process may write before we give up.
    pub(crate) fn wait_for_lock(&self, patience: Duration) -> Result<(), CloudError> {
        let set = self.connection.busy_timeout(patience);
        set.map_err(|error| self.fault(&error))
    }

    /// Whether a transaction is open.
    pub(crate) fn is_writing(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// Takes the write lock.
    pub(crate) fn begin(&self) -> Result<(), CloudError> {
        self.execute("BEGIN IMMEDIATE")
    }

    /// Ends the transaction without effect.
    pub(crate) fn roll_back(&self) {
        if self.is_writing() {
            let _the_file_keeps_what_it_had = self.connection.execute_batch("ROLLBACK");
        }
    }

    /// Whether another process has written since the last load or commit here.
    pub(crate) fn has_moved(&self) -> Result<bool, CloudError> {
        let version = self.number("PRAGMA data_version")?;
        Ok(self.version.replace(version) != version)
    }

    /// Everything but the log of effects, and the virtual time.
    pub(crate) fn load(&self) -> Result<(World, u64), CloudError> {
        self.has_moved()?;
        let next_object = self.meta_number("next_object")?;
        let mut world = World::starting(next_object, self.meta_number("next_effect")?);
        self.load_objects(&mut world)?;
        self.load_counters(&mut world)?;
        Ok((world, self.meta_number("now")?))
    }

    fn load_objects(&self, world: &mut World) -> Result<(), CloudError> {
        let fault = |error: rusqlite::Error| self.fault(&error);
        let query = "SELECT number, type, region, head, body FROM objects ORDER BY number";
        let mut statement = self.connection.prepare(query).map_err(fault)?;
        let mut rows = statement.query([]).map_err(fault)?;
        let mut names = Vec::<Arc<str>>::new();
        while let Some(row) = rows.next().map_err(fault)? {
            let number: i64 = row.get(0).map_err(fault)?;
            let head = row.get_ref(3).map_err(fault)?;
            let head: Head = head
                .as_str()
                .map_err(|error| error.to_string())
                .and_then(|text| serde_json::from_str(text).map_err(|error| error.to_string()))
                .map_err(|error| {
                    CloudError::damaged(&self.path, format!("object {number}: {error}"))
                })?;
            world.load(Object {
                number: number.unsigned_abs(),
                type_name: shared(&mut names, row, 1).map_err(fault)?,
                region: shared(&mut names, row, 2).map_err(fault)?,
                head,
                body: row.get(4).map_err(fault)?,
            });
        }
        Ok(())
    }

    fn load_counters(&self, world: &mut World) -> Result<(), CloudError> {
        let query = "SELECT key, value FROM counters";
        self.each(query, |row| {
            let value: i64 = row.get(1)?;
            world.counters.insert(row.get(0)?, value.unsigned_abs());
            Ok(())
        })
    }

    /// The log of effects.
    pub(crate) fn effects(&self) -> Result<Vec<Effect>, CloudError> {
        let query = "SELECT sequence, at, verb, type, region, slice, address, generation, id, token, digest \
                     FROM effects ORDER BY sequence";
        let mut effects = Vec::new();
        self.each(query, |row| {
            let verb: String = row.get(2)?;
            let (sequence, at): (i64, i64) = (row.get(0)?, row.get(1)?);
            effects.push(Effect {
                sequence: sequence.unsigned_abs(),
                at: at.unsigned_abs(),
                verb: verb.parse().map_err(|()| rusqlite::Error::InvalidQuery)?,
                type_name: row.get(3)?,
                region: row.get(4)?,
                slice: row.get(5)?,
                address: row.get(6)?,
                generation: row.get(7)?,
                id: row.get(8)?,
                token: row.get(9)?,
                digest: row.get(10)?,
            });
            Ok(())
        })?;
        Ok(effects)
    }

    /// Writes what is unsaved and ends the transaction.
    pub(crate) fn commit(&self, world: &mut World, now: u64) -> Result<(), CloudError> {
        self.write(world, now).map_err(|error| self.fault(&error))?;
        self.execute("COMMIT")?;
        world.unsaved = crate::world::Unsaved::default();
        Ok(())
    }

    fn write(&self, world: &World, now: u64) -> rusqlite::Result<()> {
        let connection = &self.connection;
        let mut put = connection
            .prepare_cached("INSERT OR REPLACE INTO objects VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let mut remove = connection.prepare_cached("DELETE FROM objects WHERE number = ?1")?;
        for number in &world.unsaved.objects {
            let key = signed(*number);
            match world.get(*number) {
                Some(object) => {
                    let head = serde_json::to_string(&object.head)
                        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
                    let (type_name, region) = (&*object.type_name, &*object.region);
                    put.execute(params![key, type_name, region, head, object.body])?;
                }
                None => {
                    remove.execute([key])?;
                }
            }
        }
        let mut count =
            connection.prepare_cached("INSERT OR REPLACE INTO counters VALUES (?1, ?2)")?;
        for counter in &world.unsaved.counters {
            let value = world.counters.get(counter).copied().unwrap_or(0);
            count.execute(params![counter, signed(value)])?;
        }
        self.write_effects(&world.unsaved.effects)?;
        let mut meta = connection.prepare_cached("UPDATE meta SET value = ?2 WHERE key = ?1")?;
        for (key, value) in [
            ("now", now),
            ("next_object", world.next_object),
            ("next_effect", world.next_effect),
        ] {
            meta.execute(params![key, value.to_string()])?;
        }
        Ok(())
    }

    fn write_effects(&self, effects: &[Effect]) -> rusqlite::Result<()> {
        let insert = "INSERT INTO effects VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let mut log = self.connection.prepare_cached(insert)?;
        for effect in effects {
            log.execute(params![
                signed(effect.sequence),
                signed(effect.at),
                effect.verb.as_str(),
                &*effect.type_name,
                &*effect.region,
                effect.slice.as_deref(),
                effect.address.as_deref(),
                effect.generation,
                &*effect.id,
                effect.token.as_deref(),
                &*effect.digest,
            ])?;
        }
        Ok(())
    }

    fn execute(&self, text: &str) -> Result<(), CloudError> {
        let done = self.connection.prepare_cached(text);
        done.and_then(|mut statement| statement.execute([]))
            .map(|_| ())
            .map_err(|error| self.fault(&error))
    }

    fn number(&self, query: &str) -> Result<i64, CloudError> {
        let statement = self.connection.prepare_cached(query);
        statement
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(|error| self.fault(&error))
    }

    fn meta(&self, key: &str) -> Result<String, CloudError> {
        let query = "SELECT value FROM meta WHERE key = ?1";
        let value = self.connection.query_row(query, [key], |row| row.get(0));
        value.map_err(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => {
                CloudError::damaged(&self.path, format!("it has no {key}"))
            }
            other => self.fault(&other),
        })
    }

    fn meta_number(&self, key: &str) -> Result<u64, CloudError> {
        let text = self.meta(key)?;
        text.parse()
            .map_err(|_| CloudError::damaged(&self.path, format!("its {key} is {text:?}")))
    }

    fn each(
        &self,
        query: &str,
        mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), CloudError> {
        let fault = |error: rusqlite::Error| self.fault(&error);
        let mut statement = self.connection.prepare(query).map_err(fault)?;
        let mut rows = statement.query([]).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            take(row).map_err(fault)?;
        }
        Ok(())
    }

    fn fault(&self, error: &rusqlite::Error) -> CloudError {
        CloudError::database(&self.path, error)
    }
}

/// Makes an empty file that only its owner can read, unless there is one.
fn make_private(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// One copy of each type name and region in memory.
fn shared(names: &mut Vec<Arc<str>>, row: &Row<'_>, column: usize) -> rusqlite::Result<Arc<str>> {
    let text = row.get_ref(column)?.as_str()?;
    if let Some(known) = names.iter().rev().find(|name| &***name == text) {
        return Ok(Arc::clone(known));
    }
    let name: Arc<str> = text.into();
    names.push(Arc::clone(&name));
    Ok(name)
}

/// SQLite's integers are signed; none of ours comes near the limit but `never`, which is cut to it.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
