//! Looks at the cloud before planning: the objects of the state, and what became of intents that are open. Reads only.

use crate::lists;
use crate::retry::Trouble;
use formwork_plan::{Finding, Live, Observed, Sight};
use formwork_provider::{Failure, FailureClass, OwnerTags, Provider, Reply, Request, Target};
use formwork_schema::{Address, Catalog};
use formwork_state::{Intent, IntentAction, Object, ObjectKey, ObjectStatus, State};
use std::collections::{BTreeMap, BTreeSet};

/// How much is read before planning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// Every object.
    Full,
    /// Every object that lists do not show as it was when it was last made or changed. What a plan touches is read
    /// as well, with [`observe_also`].
    Changed,
    /// Nothing but what open intents came to: the state is trusted.
    None,
}

/// Reads that failed. Nothing is taken as gone because of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(.failures))]
pub struct RefreshError {
    /// The objects that could not be read, in the order of their addresses.
    pub failures: Vec<(Address, Failure)>,
}

fn listed(failures: &[(Address, Failure)]) -> String {
    let each = failures.iter();
    let each = each.map(|(address, failure)| format!("{address} cannot be read: {failure}"));
    each.collect::<Vec<_>>().join("; ")
}

/// Reads what a plan is made from. What a first read does not show is read again after the consistency window of its
/// type, because a create may not be seen at once; only then it counts as gone.
///
/// # Errors
/// A read was denied, or failed until it was time to give up.
pub async fn observe(
    state: &State,
    owner: &OwnerTags,
    catalog: &dyn Catalog,
    provider: &dyn Provider,
    refresh: Refresh,
) -> Result<Observed, RefreshError> {
    let mut look = Look::new(owner, catalog, provider);
    let mut observed = Observed::default();
    if refresh != Refresh::None {
        let known = match refresh {
            Refresh::Changed => lists::unchanged(state, catalog, provider).await,
            Refresh::Full | Refresh::None => BTreeSet::new(),
        };
        let wanted = state.objects.keys().filter(|key| !known.contains(key));
        observed.objects = look.objects(state, wanted.cloned().collect()).await;
        let trusted = known.into_iter().map(|key| (key, Sight::NotRead));
        observed.objects.extend(trusted);
    }
    observed.intents = look.intents(state).await;
    look.end()?;
    Ok(observed)
}

/// Reads more of the objects of a state: those that a plan touches and that were not read.
///
/// # Errors
/// As [`observe`].
pub async fn observe_also(
    observed: &mut Observed,
    keys: BTreeSet<ObjectKey>,
    state: &State,
    owner: &OwnerTags,
    catalog: &dyn Catalog,
    provider: &dyn Provider,
) -> Result<(), RefreshError> {
    let mut look = Look::new(owner, catalog, provider);
    observed.objects.extend(look.objects(state, keys).await);
    look.end()
}

/// How often an object is looked at until the cloud has done with it.
const SETTLING_READS: usize = 120;

/// The time between two looks, in milliseconds.
const SETTLING_PAUSE: u64 = 1_000;

fn target(key: &ObjectKey, object: &Object) -> Target {
    Target {
        address: key.address.clone(),
        generation: key.generation,
        type_name: object.type_name.clone(),
        slice: object.slice.clone(),
        region: object.region.clone(),
        id: Some(object.id.clone()),
        name: object.name.clone(),
    }
}

struct Look<'a> {
    catalog: &'a dyn Catalog,
    provider: &'a dyn Provider,
    owner: &'a OwnerTags,
    failures: Vec<(Address, Failure)>,
}

/// A read, made again while that may help.
///
/// # Errors
/// It was denied, or failed until it was time to give up.
pub(crate) async fn call(provider: &dyn Provider, request: &Request) -> Result<Reply, Failure> {
    let mut trouble = Trouble::default();
    loop {
        let failure = match provider.call(request.clone()).await {
            Ok(reply) => return Ok(reply),
            Err(failure) if failure.class == FailureClass::NotFound => {
                return Ok(Reply::Absent);
            }
            Err(failure) => failure,
        };
        if !failure.class.repeatable() {
            return Err(failure);
        }
        match trouble.next(&failure, provider.now(), 0) {
            Some(wait) => provider.sleep(wait).await,
            None => return Err(failure),
        }
    }
}

/// Waits for the longest window of consistency among some types.
pub(crate) async fn wait_window<'t>(
    catalog: &dyn Catalog,
    provider: &dyn Provider,
    types: impl Iterator<Item = &'t str>,
) {
    let windows = types.filter_map(|name| catalog.resource_type(name));
    let longest = windows.map(|ty| ty.overlay.window).max().unwrap_or(0);
    if longest > 0 {
        provider.sleep(u64::from(longest)).await;
    }
}

impl<'a> Look<'a> {
    fn new(owner: &'a OwnerTags, catalog: &'a dyn Catalog, provider: &'a dyn Provider) -> Self {
        Look {
            catalog,
            provider,
            owner,
            failures: Vec::new(),
        }
    }

    fn end(mut self) -> Result<(), RefreshError> {
        self.failures.sort_by(|one, other| one.0.cmp(&other.0));
        match self.failures.is_empty() {
            true => Ok(()),
            false => Err(RefreshError {
                failures: self.failures,
            }),
        }
    }

    async fn objects(
        &mut self,
        state: &State,
        keys: BTreeSet<ObjectKey>,
    ) -> BTreeMap<ObjectKey, Sight> {
        let known = keys.into_iter().filter_map(|key| {
            let target = target(&key, state.objects.get(&key)?);
            Some((key, target))
        });
        let wanted: Vec<(ObjectKey, Target)> = known.collect();
        let mut sights = BTreeMap::new();
        let absent = self.read(wanted, &mut sights).await;
        if !absent.is_empty() {
            let types = absent.iter().map(|(_, target)| &*target.type_name);
            self.wait_window(types).await;
            for (key, _) in self.read(absent, &mut sights).await {
                sights.insert(key, Sight::Absent);
            }
        }
        self.settle(state, &mut sights).await;
        sights
    }

    /// Waits for objects on which the cloud still works although no intent of ours is open: one that is being deleted
    /// must not be taken for one that stays.
    async fn settle(&mut self, state: &State, sights: &mut BTreeMap<ObjectKey, Sight>) {
        let intents = state.open.values();
        let open: BTreeSet<(&Address, u32)> = intents
            .map(|intent| (&intent.address, intent.generation))
            .collect();
        for _ in 0..SETTLING_READS {
            let unsettled = state.objects.iter().filter(|(key, object)| {
                object.status == ObjectStatus::Ready
                    && !open.contains(&(&key.address, key.generation))
                    && matches!(sights.get(*key), Some(Sight::Live(live)) if live.pending)
            });
            let unsettled: Vec<_> = unsettled
                .map(|(key, object)| (key.clone(), target(key, object)))
                .collect();
            if unsettled.is_empty() {
                return;
            }
            self.provider.sleep(SETTLING_PAUSE).await;
            for (key, _) in self.read(unsettled, sights).await {
                sights.insert(key, Sight::Absent);
            }
        }
    }

    /// Reads many, again where that may help; gives back what was not there.
    async fn read(
        &mut self,
        mut wanted: Vec<(ObjectKey, Target)>,
        sights: &mut BTreeMap<ObjectKey, Sight>,
    ) -> Vec<(ObjectKey, Target)> {
        let mut absent = Vec::new();
        let mut trouble = Trouble::default();
        while !wanted.is_empty() {
            let targets = wanted.iter().map(|(_, target)| target.clone());
            let answers = self.provider.read(targets.collect()).await;
            let mut answers = answers.into_iter();
            let mut failed = Vec::new();
            for (key, target) in std::mem::take(&mut wanted) {
                match answers.next().unwrap_or_else(|| Err(unanswered())) {
                    Ok(Some(live)) => {
                        sights.insert(key, Sight::Live(seen(live)));
                    }
                    Ok(None) => absent.push((key, target)),
                    Err(failure) => failed.push((key, target, failure)),
                }
            }
            wanted = self.again(failed, &mut trouble).await;
        }
        absent
    }

    /// Waits before failed reads are made again, or notes them as failed for good.
    async fn again(
        &mut self,
        failed: Vec<(ObjectKey, Target, Failure)>,
        trouble: &mut Trouble,
    ) -> Vec<(ObjectKey, Target)> {
        let (again, lost): (Vec<_>, Vec<_>) = failed
            .into_iter()
            .partition(|(_, _, failure)| failure.class.repeatable());
        for (key, _, failure) in lost {
            self.failures.push((key.address, failure));
        }
        let Some((_, _, failure)) = again.first() else {
            return Vec::new();
        };
        match trouble.next(failure, self.provider.now(), 0) {
            Some(wait) => {
                self.provider.sleep(wait).await;
                again
                    .into_iter()
                    .map(|(key, target, _)| (key, target))
                    .collect()
            }
            None => {
                for (key, _, failure) in again {
                    self.failures.push((key.address, failure));
                }
                Vec::new()
            }
        }
    }

    async fn intents(&mut self, state: &State) -> BTreeMap<formwork_state::Operation, Finding> {
        let mut findings = BTreeMap::new();
        let mut absent = Vec::new();
        for (operation, intent) in &state.open {
            match self.intent(intent).await {
                Ok(Finding::Absent) => absent.push((operation, intent)),
                Ok(finding) => {
                    findings.insert(*operation, finding);
                }
                Err(failure) => self.failures.push((intent.address.clone(), failure)),
            }
        }
        if !absent.is_empty() {
            let types = absent.iter().map(|(_, intent)| &*intent.type_name);
            self.wait_window(types).await;
        }
        for (operation, intent) in absent {
            match self.intent(intent).await {
                Ok(finding) => {
                    findings.insert(*operation, finding);
                }
                Err(failure) => self.failures.push((intent.address.clone(), failure)),
            }
        }
        findings
    }

    /// What an intent came to, by one look.
    async fn intent(&self, intent: &Intent) -> Result<Finding, Failure> {
        // A renamed object may still be known by the tags it had.
        let former = intent.former.as_ref();
        let (address, generation) = match former {
            Some(former) => (&former.address, former.generation),
            None => (&intent.address, intent.generation),
        };
        let target = Target {
            address: address.clone(),
            generation,
            type_name: intent.type_name.clone(),
            slice: intent.slice.clone(),
            region: intent.region.clone(),
            id: intent.id.clone(),
            name: intent.name.clone(),
        };
        let creates = intent.action == IntentAction::Create && intent.slice.is_none();
        if creates && intent.id.is_some() {
            return self.poll(target).await;
        }
        if creates && !self.is_named(&target) {
            let request = Request::Find {
                target: target.clone(),
                owner: self.owner.clone(),
                properties: intent.properties.clone(),
            };
            let mut found = match self.call(&request).await? {
                Reply::Candidates(all) => all,
                Reply::Found(live) => vec![live],
                _ => Vec::new(),
            };
            return match (found.pop(), found.is_empty()) {
                (None, _) => Ok(Finding::Absent),
                (Some(only), true) => self.settled(target, only).await,
                (Some(last), false) => {
                    found.push(last);
                    Ok(Finding::Found(found.into_iter().map(seen).collect()))
                }
            };
        }
        match self.call(&Request::Read(target.clone())).await? {
            Reply::Found(live) if creates => self.settled(target, live).await,
            Reply::Found(live) => Ok(Finding::Found(vec![seen(live)])),
            _ => Ok(Finding::Absent),
        }
    }

    /// How far the creation of an object is that was found: a read alone does not show that it failed.
    async fn settled(
        &self,
        target: Target,
        live: formwork_provider::Live,
    ) -> Result<Finding, Failure> {
        let target = Target {
            id: Some(live.id.clone()),
            ..target
        };
        let request = Request::Poll {
            target,
            deleting: false,
        };
        let mut live = live;
        match self.call(&request).await {
            Err(failure) if failure.class == FailureClass::CreationFailed => Ok(Finding::Broken {
                live: seen(live),
                reason: failure.to_string(),
            }),
            Err(failure) => Err(failure),
            Ok(reply) => {
                live.pending = matches!(reply, Reply::Pending { .. });
                Ok(Finding::Found(vec![seen(live)]))
            }
        }
    }

    /// How far a creation is of which the id is known.
    async fn poll(&self, target: Target) -> Result<Finding, Failure> {
        let read = Request::Read(target.clone());
        let request = Request::Poll {
            target: target.clone(),
            deleting: false,
        };
        match self.call(&request).await {
            Ok(Reply::Done(live) | Reply::Found(live)) => Ok(Finding::Found(vec![seen(live)])),
            Ok(Reply::Pending { id, .. }) => Ok(Finding::Found(vec![Live {
                id,
                pending: true,
                ..Live::default()
            }])),
            Ok(_) => Ok(Finding::Absent),
            Err(failure) if failure.class == FailureClass::CreationFailed => {
                match self.call(&read).await? {
                    Reply::Found(live) => Ok(Finding::Broken {
                        live: seen(live),
                        reason: failure.to_string(),
                    }),
                    _ => Ok(Finding::Absent),
                }
            }
            Err(failure) => Err(failure),
        }
    }

    /// Whether the chosen name tells the object from all others.
    fn is_named(&self, target: &Target) -> bool {
        let ty = self.catalog.resource_type(&target.type_name);
        target.name.is_some() && ty.is_some_and(|ty| ty.known_by_name())
    }

    async fn call(&self, request: &Request) -> Result<Reply, Failure> {
        call(self.provider, request).await
    }

    async fn wait_window<'t>(&self, types: impl Iterator<Item = &'t str>) {
        wait_window(self.catalog, self.provider, types).await;
    }
}

fn unanswered() -> Failure {
    let message = "a read of many gave fewer answers than asked";
    Failure::new(FailureClass::Bug, "MissingAnswer", message)
}

/// An object as the planner takes it.
pub(crate) fn seen(live: formwork_provider::Live) -> Live {
    Live {
        id: live.id,
        properties: live.properties,
        tags: live.tags,
        pending: live.pending,
        contents: live.contents,
        stamp: live.stamp,
    }
}
