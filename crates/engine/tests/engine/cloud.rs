//! A small cloud in memory, in virtual time, that fails when it is told to and keeps a log of what took effect.

use formwork_provider::{
    Answer, Failure, FailureClass, Identity, Live, OwnerTags, Provider, Reply, Request,
    TAG_ADDRESS, TAG_ENV, TAG_GENERATION, TAG_STACK, Target, Time,
};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// What happens to a call.
pub(crate) enum Fault {
    None,
    /// It fails without effect.
    Before(Failure),
    /// It takes effect and its answer is lost.
    After(Failure),
    /// It fails, and takes effect so many milliseconds later.
    Late(Failure, u64),
    /// The creation ends in failure after its id was given.
    Breaks,
}

pub(crate) type Faults = Box<dyn FnMut(&Request) -> Fault + Send>;

#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) type_name: String,
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) token: String,
    pub(crate) properties: Map<String, Json>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) contents: u64,
    made: u64,
    settled: u64,
    broken: bool,
}

/// Something that took effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Effect {
    pub(crate) verb: &'static str,
    pub(crate) id: String,
    pub(crate) at: u64,
}

#[derive(Default)]
struct World {
    objects: Vec<Object>,
    effects: Vec<Effect>,
    /// When each mutating call arrived.
    calls: Vec<u64>,
    late: Vec<(u64, Request)>,
    faults: Option<Faults>,
    now: u64,
    made: u64,
    lag: u64,
    slowness: u64,
    real: bool,
}

#[derive(Default)]
pub(crate) struct Cloud(Mutex<World>);

impl Cloud {
    pub(crate) fn new() -> Self {
        let cloud = Cloud::default();
        cloud.world().slowness = 3_000;
        cloud
    }

    pub(crate) fn failing(faults: impl FnMut(&Request) -> Fault + Send + 'static) -> Self {
        let cloud = Cloud::new();
        cloud.world().faults = Some(Box::new(faults));
        cloud
    }

    /// Creates are seen by reads and lists only after so many milliseconds.
    pub(crate) fn lagging(self, lag: u64) -> Self {
        self.world().lag = lag;
        self
    }

    /// Time passes as if it were real: waits end while calls are under way.
    pub(crate) fn realtime(self) -> Self {
        self.world().real = true;
        self
    }

    pub(crate) fn set_faults(&self, faults: Option<Faults>) {
        self.world().faults = faults;
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }

    pub(crate) fn objects(&self) -> Vec<Object> {
        self.world().objects.clone()
    }

    pub(crate) fn effects(&self) -> Vec<Effect> {
        self.world().effects.clone()
    }

    pub(crate) fn effects_of(&self, verb: &str) -> usize {
        self.world()
            .effects
            .iter()
            .filter(|effect| effect.verb == verb)
            .count()
    }

    pub(crate) fn calls(&self) -> Vec<u64> {
        self.world().calls.clone()
    }

    /// Puts an object there by other hands.
    pub(crate) fn put(&self, type_name: &str, name: &str, tags: &[(&str, &str)]) -> String {
        let mut world = self.world();
        world.made += 1;
        let id = format!("{name}-{}", world.made);
        let object = Object {
            type_name: type_name.to_owned(),
            id: id.clone(),
            name: Some(name.to_owned()),
            token: String::new(),
            properties: Map::new(),
            tags: tags
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            contents: 0,
            made: 0,
            settled: 0,
            broken: false,
        };
        world.objects.push(object);
        id
    }

    pub(crate) fn change(&self, id: &str, change: impl FnOnce(&mut Object)) {
        let mut world = self.world();
        change(
            world
                .objects
                .iter_mut()
                .find(|object| object.id == id)
                .unwrap(),
        );
    }

    pub(crate) fn remove(&self, id: &str) {
        self.world().objects.retain(|object| object.id != id);
    }
}

pub(crate) fn timeout() -> Failure {
    Failure::new(FailureClass::Timeout, "Timeout", "no answer")
}

pub(crate) fn failure(class: FailureClass) -> Failure {
    Failure::new(class, "Code", "the cloud says no")
}

impl World {
    fn call(&mut self, request: Request) -> Result<Reply, Failure> {
        if request.mutates() {
            self.calls.push(self.now);
        }
        let fault = match &mut self.faults {
            Some(faults) => faults(&request),
            None => Fault::None,
        };
        match fault {
            Fault::None => self.serve(request),
            Fault::Before(failure) => Err(failure),
            Fault::After(failure) => {
                let _ = self.serve(request);
                Err(failure)
            }
            Fault::Late(failure, after) => {
                self.late.push((self.now + after, request));
                Err(failure)
            }
            Fault::Breaks => {
                let reply = self.serve(request)?;
                let last = self.objects.last_mut().unwrap();
                last.broken = true;
                last.settled = self.now + 1_000;
                match reply {
                    Reply::Done(live) => Ok(pending(&live.id)),
                    other => Ok(other),
                }
            }
        }
    }

    fn serve(&mut self, request: Request) -> Result<Reply, Failure> {
        match request {
            Request::Read(target) => Ok(match self.find(&target) {
                Some(object) if self.seen(object) => Reply::Found(self.live(object)),
                _ => Reply::Absent,
            }),
            Request::Find {
                target,
                owner,
                properties,
            } => Ok(Reply::Candidates(self.candidates(
                &target,
                &owner,
                &properties,
            ))),
            // Nothing here was made by others.
            Request::Search { .. } => Ok(Reply::Candidates(Vec::new())),
            Request::Create {
                target,
                properties,
                token,
                owner,
            } => self.create(&target, properties, &token, &owner),
            Request::Update {
                target,
                changed,
                removed,
                ..
            } => {
                let now = self.now;
                let id = self.find(&target).map(|object| object.id.clone());
                let object = self
                    .objects
                    .iter_mut()
                    .find(|object| Some(&object.id) == id.as_ref());
                let Some(object) = object else {
                    return Err(failure(FailureClass::NotFound));
                };
                if let Some(Json::Array(tags)) = changed.get("Tags") {
                    let text = |tag: &Json, name: &str| tag[name].as_str().unwrap().to_owned();
                    let tags = tags
                        .iter()
                        .map(|tag| (text(tag, "Key"), text(tag, "Value")));
                    object.tags = tags.collect();
                }
                object.properties.extend(changed);
                for name in removed {
                    object.properties.remove(&*name);
                }
                let object = object.clone();
                self.effects.push(Effect {
                    verb: "update",
                    id: object.id.clone(),
                    at: now,
                });
                Ok(Reply::Done(self.live(&object)))
            }
            Request::Delete { target, .. } => self.delete(&target),
            Request::Poll { target, deleting } => match self.find(&target) {
                None if deleting => Ok(Reply::Deleted),
                None => Ok(Reply::Absent),
                Some(object) if object.settled > self.now => Ok(pending(&object.id)),
                Some(object) if object.broken => Err(failure(FailureClass::CreationFailed)),
                Some(object) => Ok(Reply::Done(self.live(object))),
            },
        }
    }

    fn find(&self, target: &Target) -> Option<&Object> {
        self.objects.iter().find(|object| {
            let same = match (&target.id, &target.name) {
                (Some(id), _) => object.id == **id,
                (None, Some(name)) => object.name.as_deref() == Some(name),
                (None, None) => false,
            };
            same && object.type_name == *target.type_name
        })
    }

    fn seen(&self, object: &Object) -> bool {
        self.now >= object.made + self.lag || object.made == 0
    }

    fn live(&self, object: &Object) -> Live {
        Live {
            id: object.id.as_str().into(),
            properties: object.properties.clone(),
            tags: object.tags.clone(),
            pending: object.settled > self.now,
            contents: Some(object.contents),
            stamp: None,
        }
    }

    fn candidates(
        &self,
        target: &Target,
        owner: &OwnerTags,
        properties: &Map<String, Json>,
    ) -> Vec<Live> {
        let wanted = tags(target, owner);
        let like = |object: &&Object| {
            let same = match tagged(&target.type_name) {
                true => object.tags == wanted,
                false => object.properties.get("Key") == properties.get("Key"),
            };
            same && object.type_name == *target.type_name && self.seen(object)
        };
        self.objects
            .iter()
            .filter(like)
            .map(|object| self.live(object))
            .collect()
    }

    fn create(
        &mut self,
        target: &Target,
        mut properties: Map<String, Json>,
        token: &str,
        owner: &OwnerTags,
    ) -> Result<Reply, Failure> {
        let there = |object: &&mut Object| {
            object.type_name == *target.type_name
                && match &*target.type_name {
                    "T::Marker" => false,
                    "T::Token" => object.token == token,
                    "T::Child" | "T::Upsert" => {
                        object.properties.get("Key") == properties.get("Key")
                    }
                    _ => object.name.as_deref() == target.name.as_deref(),
                }
        };
        if let Some(object) = self.objects.iter_mut().find(there) {
            match &*target.type_name {
                "T::Token" | "T::Upsert" => {}
                // Takes over whatever bears the name.
                "T::Overwrites" => object.tags = tags(target, owner),
                _ => return Err(failure(FailureClass::AlreadyExists)),
            }
            let object = object.clone();
            return Ok(Reply::Done(self.live(&object)));
        }
        self.made += 1;
        let id = format!("{}-{}", target.name.as_deref().unwrap_or("x"), self.made);
        properties.insert("Arn".into(), Json::String(format!("arn:{id}")));
        let slow = &*target.type_name == "T::Slow";
        let object = Object {
            type_name: target.type_name.to_string(),
            id: id.clone(),
            name: target.name.as_ref().map(ToString::to_string),
            token: token.to_owned(),
            properties,
            tags: match tagged(&target.type_name) {
                true => tags(target, owner),
                false => BTreeMap::new(),
            },
            contents: 0,
            made: self.now,
            settled: self.now + if slow { self.slowness } else { 0 },
            broken: false,
        };
        self.effects.push(Effect {
            verb: "create",
            id: id.clone(),
            at: self.now,
        });
        let reply = match slow {
            true => pending(&id),
            false => Reply::Done(self.live(&object)),
        };
        self.objects.push(object);
        Ok(reply)
    }

    fn delete(&mut self, target: &Target) -> Result<Reply, Failure> {
        let Some(object) = self.find(target).cloned() else {
            return Ok(Reply::Deleted);
        };
        let uses = |other: &Object| {
            let used = other.properties.get("Uses").and_then(Json::as_str);
            used.is_some_and(|used| used == object.id)
        };
        if self.objects.iter().any(uses) {
            return Err(failure(FailureClass::InUse));
        }
        self.objects.retain(|other| other.id != object.id);
        self.effects.push(Effect {
            verb: "delete",
            id: object.id,
            at: self.now,
        });
        Ok(Reply::Deleted)
    }

    fn sleep(&mut self, milliseconds: u64) {
        let until = self.now + milliseconds;
        self.late.sort_by_key(|(due, _)| *due);
        while self.late.first().is_some_and(|(due, _)| *due <= until) {
            let (due, request) = self.late.remove(0);
            self.now = self.now.max(due);
            let _ = self.serve(request);
        }
        self.now = until;
    }
}

fn tagged(type_name: &str) -> bool {
    !matches!(type_name, "T::Child" | "T::Upsert")
}

fn tags(target: &Target, owner: &OwnerTags) -> BTreeMap<String, String> {
    BTreeMap::from([
        (TAG_STACK.to_owned(), owner.stack.to_string()),
        (TAG_ENV.to_owned(), owner.env.to_string()),
        (TAG_ADDRESS.to_owned(), target.address.tag()),
        (TAG_GENERATION.to_owned(), target.generation.to_string()),
    ])
}

fn pending(id: &str) -> Reply {
    Reply::Pending {
        id: id.into(),
        poll_after: 500,
        waiting: "creating".to_owned(),
    }
}

impl Provider for Cloud {
    fn identity(&self) -> Answer<'_, Result<Identity, Failure>> {
        Box::pin(async {
            Ok(Identity {
                provider: "double",
                account: "000000000000".into(),
                caller: "test".into(),
            })
        })
    }

    fn read(&self, targets: Vec<Target>) -> Answer<'_, Vec<Result<Option<Live>, Failure>>> {
        Box::pin(async move {
            let mut world = self.world();
            let answers =
                targets
                    .into_iter()
                    .map(|target| match world.call(Request::Read(target)) {
                        Ok(Reply::Found(live)) => Ok(Some(live)),
                        Ok(_) => Ok(None),
                        Err(failure) => Err(failure),
                    });
            answers.collect()
        })
    }

    fn call(&self, request: Request) -> Answer<'_, Result<Reply, Failure>> {
        Box::pin(async move { self.world().call(request) })
    }

    fn sleep(&self, milliseconds: u64) -> Answer<'_, ()> {
        Box::pin(async move { self.world().sleep(milliseconds) })
    }

    fn now(&self) -> u64 {
        self.world().now
    }

    fn time(&self) -> Time {
        match self.world().real {
            true => Time::Real,
            false => Time::Virtual,
        }
    }
}
