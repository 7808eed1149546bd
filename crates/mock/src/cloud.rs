//! The synchronous core: opens the file, takes requests, commits what they did.

use crate::card::Card;
use crate::create::Creation;
use crate::effects::{Effect, Verb};
use crate::failures;
use crate::faults::{Fault, FaultBook, Faults};
use crate::file::CloudFile;
use crate::make;
use crate::object::{Number, Object};
use crate::pattern::Patterns;
use crate::rates::Buckets;
use crate::world::World;
use crate::{CloudError, Settings, Throttling, clock::Clock};
use formwork_provider::{Failure, Reply, Request, Target};
use formwork_schema::Catalog;
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A simulated account in all its regions.
///
/// Calls change memory; [`Cloud::commit`] makes them durable, many at once. Without it they are lost, as is all that
/// a failed commit held.
pub struct Cloud {
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) account: Arc<str>,
    pub(crate) seed: Arc<str>,
    pub(crate) file: CloudFile,
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    pub(crate) patterns: Patterns,
    pub(crate) faults: FaultBook,
    buckets: Buckets,
    pub(crate) cards: FxHashMap<Arc<str>, Option<Arc<Card>>>,
    late: Vec<(u64, Request)>,
    commits: u64,
}

/// What a delivered request came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// An answer.
    Answer(Result<Reply, Failure>),
    /// The caller is to die here, without an answer.
    Crash,
}

impl Cloud {
    /// Opens the cloud of a file, which is made if it is not there.
    ///
    /// # Errors
    /// The file is damaged, newer, of another account, locked, or cannot be made.
    pub fn open(path: &Path, catalog: Arc<dyn Catalog>, account: &str) -> Result<Self, CloudError> {
        Self::with_file(CloudFile::open(path, account)?, catalog)
    }

    /// A cloud that ends with the process.
    ///
    /// # Errors
    /// The database cannot be made: no memory.
    pub fn in_memory(catalog: Arc<dyn Catalog>, account: &str) -> Result<Self, CloudError> {
        Self::with_file(CloudFile::in_memory(account)?, catalog)
    }

    fn with_file(file: CloudFile, catalog: Arc<dyn Catalog>) -> Result<Self, CloudError> {
        let mut cloud = Cloud {
            catalog,
            account: file.account(),
            seed: file.seed(),
            file,
            world: World::default(),
            clock: Clock::default(),
            settings: Settings::default(),
            patterns: Patterns::default(),
            faults: FaultBook::default(),
            buckets: Buckets::default(),
            cards: FxHashMap::default(),
            late: Vec::new(),
            commits: 0,
        };
        cloud.reload()?;
        Ok(cloud)
    }

    /// The account, 12 digits.
    pub fn account(&self) -> Arc<str> {
        Arc::clone(&self.account)
    }

    /// Virtual milliseconds since the cloud was made.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Moves the virtual clock.
    pub fn advance(&mut self, milliseconds: u64) {
        let time = self.now().saturating_add(milliseconds);
        self.clock.reach(time);
    }

    /// How it behaves.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Changes how it behaves.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Injects faults from now on; `None` ends it. Counts are kept.
    pub fn set_faults(&mut self, faults: Option<Box<dyn Faults>>) {
        self.faults.set(faults);
    }

    /// How long it waits for another process that writes to the same file; 5 seconds unless told.
    ///
    /// # Errors
    /// The database refuses.
    pub fn wait_for_lock(&mut self, patience: Duration) -> Result<(), CloudError> {
        self.file.wait_for_lock(patience)
    }

    /// How many requests were delivered since it was opened.
    pub fn calls(&self) -> u64 {
        self.faults.calls()
    }

    /// How many commits were made since it was opened.
    pub fn commits(&self) -> u64 {
        self.commits
    }

    /// Takes a request, without faults. What it does is durable after [`Cloud::commit`].
    ///
    /// # Errors
    /// What AWS would say; nothing took effect then.
    pub fn handle(&mut self, request: &Request) -> Result<Reply, Failure> {
        self.prepare(request.mutates())?;
        self.dispatch(request)
    }

    /// Takes a request through the injected faults.
    pub fn deliver(&mut self, request: &Request) -> Delivery {
        match self.faults.before(request) {
            Fault::None => Delivery::Answer(self.handle(request)),
            Fault::FailBefore(failure) => Delivery::Answer(Err(failure)),
            Fault::FailAfter(failure) => {
                let answer = self.handle(request);
                Delivery::Answer(answer.and(Err(failure)))
            }
            Fault::FailThenApply { failure, after } => {
                let due = self.now().saturating_add(after);
                self.late.push((due, request.clone()));
                Delivery::Answer(Err(failure))
            }
            Fault::AnswerInstead(reply) => {
                let answer = self.handle(request);
                Delivery::Answer(answer.and(Ok(reply)))
            }
            Fault::Twice => {
                let first = self.handle(request);
                Delivery::Answer(match self.handle(request) {
                    Ok(reply) => Ok(reply),
                    Err(failure) => first.and(Err(failure)),
                })
            }
            Fault::CreationFails(why) => {
                let answer = self.handle(request);
                Delivery::Answer(self.doom(request, answer, Some(why)))
            }
            Fault::Stuck => {
                let answer = self.handle(request);
                Delivery::Answer(self.doom(request, answer, None))
            }
            Fault::CrashBefore => Delivery::Crash,
            Fault::CrashAfter => {
                let _lost = self.handle(request);
                Delivery::Crash
            }
        }
    }

    /// Makes durable all that took effect since the last commit, in one transaction.
    ///
    /// # Errors
    /// It could not be written: nothing of it took effect, and memory is again what the file holds.
    pub fn commit(&mut self) -> Result<(), CloudError> {
        self.settle();
        if !self.file.is_writing() {
            if self.world.is_saved() {
                return Ok(());
            }
            self.begin(true)?;
            self.settle();
        }
        let now = self.now();
        let result = match self.faults.refuses_commit(&self.file) {
            Some(error) => Err(error),
            None => self.file.commit(&mut self.world, now),
        };
        match result {
            Ok(()) => {
                self.commits += 1;
                Ok(())
            }
            Err(error) => {
                self.file.roll_back();
                self.reload()?;
                Err(error)
            }
        }
    }

    /// The log of what took effect, oldest first, what is not committed included.
    ///
    /// # Errors
    /// The file cannot be read or is damaged.
    pub fn effects(&self) -> Result<Vec<Effect>, CloudError> {
        let mut effects = self.file.effects()?;
        effects.extend(self.world.unsaved.effects.iter().cloned());
        Ok(effects)
    }

    /// What there is, in words: for people who debug.
    pub fn describe(&self) -> String {
        let mut text = format!(
            "account {}, {} object(s), {} effect(s), virtual time {} ms\n",
            self.account,
            self.world.len(),
            self.world.next_effect.saturating_sub(1),
            self.now()
        );
        for (type_name, count) in self.world.census() {
            text.push_str(&format!("{count:>7} {type_name}\n"));
        }
        for object in self.world.oldest_first().into_iter().take(200) {
            let owner = match &object.head.owner {
                Some(owner) => format!("{}/{} {}", owner.stack, owner.env, owner.address),
                None => "-".to_owned(),
            };
            text.push_str(&format!(
                "{} {} [{}] {owner} {:?}\n",
                object.type_name, object.head.id, object.region, object.head.phase
            ));
        }
        text
    }

    /// Makes memory what the file holds.
    fn reload(&mut self) -> Result<(), CloudError> {
        let (world, now) = self.file.load()?;
        self.world = world;
        self.clock.reach(now);
        Ok(())
    }

    /// Sees what other processes wrote, begins to write if need be, and lets happen what is due.
    pub(crate) fn prepare(&mut self, mutates: bool) -> Result<(), Failure> {
        let due = self.late.iter().any(|(due, _)| *due <= self.now());
        self.begin(mutates || due)
            .map_err(|error| failures::unwritable(&error))?;
        self.settle();
        if due {
            let now = self.now();
            let (ripe, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.late)
                .into_iter()
                .partition(|(due, _)| *due <= now);
            self.late = later;
            for (_, request) in ripe {
                let _nobody_waits_for_it = self.dispatch(&request);
            }
        }
        Ok(())
    }

    fn begin(&mut self, mutates: bool) -> Result<(), CloudError> {
        if self.file.is_writing() {
            return Ok(());
        }
        if mutates {
            self.file.begin()?;
        }
        if self.file.has_moved()? {
            self.reload()?;
        }
        Ok(())
    }

    fn dispatch(&mut self, request: &Request) -> Result<Reply, Failure> {
        let card = self.card(&request.target().type_name)?;
        if request.mutates() {
            self.take_room(&card)?;
        }
        if let Some(slice) = &request.target().slice {
            return self.slice_call(&card, slice, request);
        }
        match request {
            Request::Read(target) => Ok(self.read(target)?.map_or(Reply::Absent, Reply::Found)),
            Request::Search {
                target,
                properties,
                tags,
            } => self.search(&card, target, properties, tags),
            Request::Find {
                target,
                owner,
                properties,
            } => self.find(&card, target, owner, properties),
            Request::Create {
                target,
                properties,
                token,
                ..
            } => self.create(&card, &Creation::called(target, properties, token)),
            Request::Update {
                target,
                changed,
                removed,
                token,
                ..
            } => self.update(&card, target, changed, removed, token),
            Request::Delete { target, force } => self.delete(&card, target, *force),
            Request::Poll { target, deleting } => self.poll(target, *deleting),
        }
    }

    /// Draws from the rate bucket of a type's mutating calls.
    fn take_room(&mut self, card: &Card) -> Result<(), Failure> {
        let Some(family) = self.catalog.api_family(&card.resource.overlay.family) else {
            return Ok(());
        };
        let wait = self.buckets.wait(&family, self.now());
        if wait > 0 {
            if self.settings.throttling == Throttling::Refuse {
                return Err(failures::throttled(&family.name, wait));
            }
            self.advance(wait);
        }
        let now = self.now();
        self.buckets.take(&family, now);
        Ok(())
    }

    /// Writes a line of the log.
    pub(crate) fn log(&mut self, verb: Verb, object: &Object, call: Call<'_>) {
        let sequence = self.world.next_effect;
        self.world.next_effect += 1;
        self.world.unsaved.effects.push(Effect {
            sequence,
            at: self.now(),
            verb,
            type_name: Arc::clone(&object.type_name),
            region: Arc::clone(&object.region),
            slice: call.target.and_then(|target| target.slice.clone()),
            address: call.target.map(|target| target.address.to_string().into()),
            generation: call.target.map_or(0, |target| target.generation),
            id: Arc::clone(&object.head.id),
            token: call.token.cloned(),
            digest: make::digest(call.sent.as_bytes()).into(),
        });
    }

    /// Ends what has been done for long enough, so that it has ended for whoever opens the file next, too.
    fn settle(&mut self) {
        while let Some(number) = self.world.due_by(self.now()) {
            let Some(mut object) = self.world.get(number).cloned() else {
                return;
            };
            match std::mem::take(&mut object.head.phase).ended() {
                Some(phase) => {
                    object.head.phase = phase;
                    self.world.put(object);
                }
                None => self.vanish(number),
            }
        }
    }

    /// Takes away an object and all that lives in it.
    pub(crate) fn vanish(&mut self, number: Number) {
        let children: Vec<Object> = self.world.children(number).into_iter().cloned().collect();
        self.world.remove(number);
        for child in children {
            self.log(Verb::Cascade, &child, Call::default());
            self.vanish(child.number);
        }
    }
}

/// What the log says of the call that had an effect.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Call<'a> {
    /// The object it was about; none for what happened outside.
    pub(crate) target: Option<&'a Target>,
    /// Its client token.
    pub(crate) token: Option<&'a Arc<str>>,
    /// What it sent, as JSON without write-only properties.
    pub(crate) sent: &'a str,
}
