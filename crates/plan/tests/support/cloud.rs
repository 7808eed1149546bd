//! A cloud in memory and an applier: does what a plan says, keeps the journal, and reads back as AWS would.

use super::catalog::{TestCatalog, catalog};
use formwork_plan::{
    Extras, Filters, Finding, Goal, Inputs, Live, Mode, Observed, Plan, PlannedOutput, Sight, Step,
    check_plan, plan,
};
use formwork_schema::{Address, Attribute, Catalog, Resolver, Resource, ResourceType};
use formwork_state::{
    Intent, IntentAction, Metadata, Object, ObjectKey, Operation, Outcome, Record, State,
};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A live object.
#[derive(Debug, Clone)]
pub struct Thing {
    pub type_name: Arc<str>,
    pub properties: Map<String, Json>,
    pub tags: BTreeMap<String, String>,
    /// How many items of data it holds.
    pub contents: u64,
}

/// Live objects by type and id.
#[derive(Debug, Clone, Default)]
pub struct Cloud {
    pub things: BTreeMap<(Arc<str>, Arc<str>), Thing>,
    pub made: u32,
}

/// A stack with its state and its cloud.
pub struct World {
    pub catalog: TestCatalog,
    pub state: State,
    pub cloud: Cloud,
    pub resources: Vec<Resource>,
    pub outputs: Vec<PlannedOutput>,
    pub filters: Filters,
    pub mode: Mode,
    /// Findings of open intents; what is not given is looked up in the cloud.
    pub findings: BTreeMap<Operation, Finding>,
    /// Objects are read unless this is set.
    pub blind: bool,
}

struct Known<'a>(&'a State);

impl Resolver for Known<'_> {
    fn attribute(&self, of: &Address, property: &str) -> Option<Json> {
        let (_, object) = self.0.newest(of)?;
        match property {
            "id" => Some(Json::from(&*object.id)),
            name => object
                .attributes
                .get(name)
                .or_else(|| object.authored.get(name))
                .cloned(),
        }
    }

    fn account(&self) -> Option<Arc<str>> {
        Some("123456789012".into())
    }
}

impl World {
    pub fn new(resources: Vec<Resource>) -> Self {
        World {
            catalog: catalog(),
            state: State::default(),
            cloud: Cloud::default(),
            resources,
            outputs: Vec::new(),
            filters: Filters::default(),
            mode: Mode::Apply,
            findings: BTreeMap::new(),
            blind: false,
        }
    }

    /// What a refresh would see.
    pub fn observed(&self) -> Observed {
        let mut observed = Observed {
            intents: self.findings.clone(),
            ..Observed::default()
        };
        for (key, object) in &self.state.objects {
            let sight = match self.blind {
                true => Sight::NotRead,
                false => match self.cloud.read(object, &self.catalog) {
                    Some(live) => Sight::Live(live),
                    None => Sight::Absent,
                },
            };
            observed.objects.insert(key.clone(), sight);
        }
        observed
    }

    pub fn with_inputs<T>(&self, observed: &Observed, run: impl FnOnce(&Inputs<'_>) -> T) -> T {
        run(&Inputs {
            stack: "shop".into(),
            env: "dev".into(),
            provider: "mock".into(),
            account: "123456789012".into(),
            region: "eu-west-1".into(),
            resources: &self.resources,
            forgets: &[],
            outputs: &self.outputs,
            state: &self.state,
            observed,
            catalog: &self.catalog,
            mode: self.mode,
            extras: Extras::default(),
            filters: self.filters.clone(),
        })
    }

    /// Plans and checks the plan.
    pub fn plan(&self) -> Plan {
        match self.try_plan() {
            Ok(plan) => plan,
            Err(found) => panic!("no plan: {found:#?}"),
        }
    }

    pub fn try_plan(&self) -> Result<Plan, formwork_diag::Diagnostics> {
        let observed = self.observed();
        self.with_inputs(&observed, |inputs| {
            let made = plan(inputs)?;
            let broken = check_plan(&made, inputs);
            assert!(broken.is_empty(), "{broken:#?}\n{made:#?}");
            let saved = formwork_plan::encode(&made).expect("a saved plan");
            let read = formwork_plan::decode(&saved).expect("the plan again");
            assert_eq!(read, made);
            Ok(made)
        })
    }

    /// The codes of the diagnostics of a plan that cannot be made.
    pub fn codes(&self) -> Vec<&'static str> {
        match self.try_plan() {
            Ok(plan) => panic!("a plan: {plan:#?}"),
            Err(found) => found.iter().map(|diagnostic| diagnostic.code.0).collect(),
        }
    }

    /// Plans, applies, and plans again, which must be empty.
    pub fn apply(&mut self) -> Plan {
        let plan = self.plan();
        self.run(&plan, usize::MAX);
        self.findings.clear();
        let again = self.plan();
        assert!(again.operations.is_empty(), "second plan: {again:#?}");
        assert!(again.changes.is_empty(), "second plan: {again:#?}");
        plan
    }

    /// Does the first operations of a plan.
    pub fn run(&mut self, plan: &Plan, most: usize) {
        let run = self.state.serial;
        for (number, operation) in plan.operations.iter().enumerate().take(most) {
            let id = Operation {
                run,
                number: number as u32,
            };
            let step = &operation.step;
            let (address, generation) = (&operation.address, operation.generation);
            if let Some(intent) = self.intent(id, address, generation, step) {
                self.state.apply(&Record::Intent(Box::new(intent.clone())));
                let outcome = self.cloud.act(&intent, &self.catalog, step);
                self.state.apply(&Record::Outcome {
                    operation: id,
                    outcome,
                });
                continue;
            }
            match step {
                Step::Recover(recovery) => self.state.apply(&Record::Outcome {
                    operation: recovery.intent,
                    outcome: recovery.outcome.clone(),
                }),
                Step::Settle { intent, id, .. } => {
                    let type_name = self.state.open[intent].type_name.clone();
                    let thing = &self.cloud.things[&(type_name, id.clone())];
                    self.state.apply(&Record::Outcome {
                        operation: *intent,
                        outcome: Outcome::Created {
                            id: id.clone(),
                            attributes: thing.properties.clone(),
                            stamp: None,
                        },
                    });
                }
                Step::Record(metadata) => self.state.apply(&Record::Metadata {
                    address: address.clone(),
                    generation,
                    metadata: metadata.clone(),
                }),
                Step::Forget => self.state.apply(&Record::Forgotten {
                    address: address.clone(),
                    generation,
                }),
                _ => unreachable!(),
            }
        }
    }

    /// What the tags of an updated object still say it was, unless they are sent anew.
    fn former(
        &self,
        address: &Address,
        generation: u32,
        changed: &[Arc<str>],
    ) -> Option<ObjectKey> {
        let key = ObjectKey {
            address: address.clone(),
            generation,
        };
        let former = self.state.objects.get(&key)?.former.clone();
        former.filter(|_| !changed.iter().any(|name| &**name == "Tags"))
    }

    /// The intent of a step that calls.
    pub fn intent(
        &self,
        operation: Operation,
        address: &Address,
        generation: u32,
        step: &Step,
    ) -> Option<Intent> {
        let base = |type_name: &Arc<str>, slice: &Option<Arc<str>>, region: &Arc<str>| Intent {
            operation,
            action: IntentAction::Create,
            address: address.clone(),
            generation,
            type_name: type_name.clone(),
            slice: slice.clone(),
            region: region.clone(),
            id: None,
            name: None,
            token: "".into(),
            properties: Map::new(),
            changed: Vec::new(),
            removed: Vec::new(),
            metadata: Metadata::default(),
            former: None,
        };
        let of_goal = |goal: &Goal| {
            let known = Known(&self.state);
            let all = goal.resolve(&known).expect("all known");
            Intent {
                name: goal.name.clone(),
                token: goal.token.clone(),
                properties: goal.authored(&all),
                metadata: goal.metadata.clone(),
                ..base(&goal.type_name, &goal.slice, &goal.region)
            }
        };
        Some(match step {
            Step::Create(goal) => {
                let parent = goal
                    .metadata
                    .parent
                    .as_ref()
                    .filter(|_| goal.slice.is_some());
                let parent = parent.map(|parent| self.state.newest(parent).expect("parent").1);
                Intent {
                    id: parent.map(|parent| parent.id.clone()),
                    ..of_goal(goal)
                }
            }
            Step::Update {
                goal,
                id,
                changed,
                removed,
                ..
            } => Intent {
                former: self.former(address, generation, changed),
                action: IntentAction::Update,
                id: Some(id.clone()),
                changed: changed.clone(),
                removed: removed.clone(),
                ..of_goal(goal)
            },
            Step::Delete {
                type_name,
                slice,
                region,
                id,
                name,
                ..
            } => Intent {
                action: IntentAction::Delete,
                id: Some(id.clone()),
                name: name.clone(),
                ..base(type_name, slice, region)
            },
            _ => return None,
        })
    }
}

impl Cloud {
    /// Does a call. What it sends is the intent, with the resets and foreign entries of its goal.
    pub fn act(&mut self, intent: &Intent, catalog: &TestCatalog, step: &Step) -> Outcome {
        let ty = catalog.resource_type(&intent.type_name).expect("a type");
        match intent.action {
            IntentAction::Create => self.create(intent, &ty),
            IntentAction::Update => {
                let goal = match step {
                    Step::Update { goal, .. } => goal,
                    _ => unreachable!(),
                };
                let key = (intent.type_name.clone(), intent.id.clone().expect("an id"));
                let thing = self.things.get_mut(&key).expect("there to update");
                for name in &intent.changed {
                    let value = intent.properties.get(&**name).cloned();
                    let reset = goal.properties.get(name).filter(|_| value.is_none());
                    let reset = reset.map(|node| node.to_json(&Known(&State::default())).unwrap());
                    let mut map = Map::new();
                    map.insert(name.to_string(), value.or(reset).expect("a value to send"));
                    let sent = goal.sent(&map).remove(&**name).expect("sent");
                    thing.properties.insert(name.to_string(), sent);
                }
                for name in &intent.removed {
                    thing.properties.remove(&**name);
                }
                if ty.properties.contains_key("Version") {
                    let version = thing.properties.get("Version").and_then(Json::as_u64);
                    let next = version.map_or(1, |version| version + 1);
                    thing.properties.insert("Version".into(), Json::from(next));
                }
                thing.retag(&ty);
                let attributes = thing.properties.clone();
                Outcome::Updated {
                    attributes,
                    stamp: None,
                }
            }
            IntentAction::Delete => {
                let key = (intent.type_name.clone(), intent.id.clone().expect("an id"));
                match &intent.slice {
                    None => {
                        for (name, value) in &ty.overlay.before_delete {
                            let thing = self.things.get(&key);
                            let shown = thing.map(|thing| thing.properties.get(&**name));
                            assert!(
                                shown.is_none_or(|shown| shown == Some(value)),
                                "{key:?} is not ready"
                            );
                        }
                        self.things.remove(&key);
                    }
                    Some(slice) => {
                        if let Some(thing) = self.things.get_mut(&key) {
                            for property in &ty.overlay.parts[slice].properties {
                                thing.properties.remove(&**property);
                            }
                        }
                    }
                }
                Outcome::Deleted
            }
        }
    }

    fn create(&mut self, intent: &Intent, ty: &ResourceType) -> Outcome {
        if intent.slice.is_some() {
            let id = intent.id.clone().expect("the parent's id");
            let key = (intent.type_name.clone(), id.clone());
            let thing = self.things.get_mut(&key).expect("the parent");
            thing.properties.extend(intent.properties.clone());
            let attributes = intent.properties.clone();
            return Outcome::Created {
                id,
                attributes,
                stamp: None,
            };
        }
        self.made += 1;
        let mut properties = intent.properties.clone();
        for (name, attribute) in &ty.overlay.attributes {
            let value = match attribute {
                Attribute::Template(template) => fill(template, &properties),
                Attribute::Made(template) if template.contains("{serial}") => match &**template {
                    "{serial}" => Json::from(1),
                    text => Json::from(text.replace("{serial}", &self.made.to_string())),
                },
                Attribute::Made(template) => {
                    let before = template.split('{').next().unwrap_or("");
                    Json::from(format!("{before}{:08}", self.made))
                }
            };
            properties.insert(name.to_string(), value);
        }
        let id = |path: &formwork_schema::Path| properties[path.root()].as_str().map(str::to_owned);
        let parts: Vec<String> = ty.primary_identifier.iter().filter_map(id).collect();
        let id: Arc<str> = parts.join("|").into();
        let key = (intent.type_name.clone(), id.clone());
        assert!(!self.things.contains_key(&key), "{key:?} is there already");
        let mut thing = Thing {
            type_name: intent.type_name.clone(),
            properties: properties.clone(),
            tags: BTreeMap::new(),
            contents: 0,
        };
        thing.retag(ty);
        self.things.insert(key, thing);
        Outcome::Created {
            id,
            attributes: properties,
            stamp: None,
        }
    }

    /// Reads an object: sets in another order, numbers as text, defaults filled in, secrets left out.
    pub fn read(&self, object: &Object, catalog: &TestCatalog) -> Option<Live> {
        let thing = self
            .things
            .get(&(object.type_name.clone(), object.id.clone()))?;
        let ty = catalog.resource_type(&object.type_name)?;
        let mut live = thing.live(&ty, &object.id);
        if let Some(slice) = &object.slice {
            let part = &ty.overlay.parts[slice];
            live.properties
                .retain(|name, _| part.properties.iter().any(|own| **own == *name));
            if live.properties.is_empty() {
                return None;
            }
        }
        Some(live)
    }
}

impl Thing {
    fn retag(&mut self, ty: &ResourceType) {
        let Some(field) = &ty.tags else { return };
        let tags = self.properties.get(&*field.property);
        let pair = |tag: &Json| Some((tag["Key"].as_str()?.into(), tag["Value"].as_str()?.into()));
        let list = tags.and_then(Json::as_array).into_iter().flatten();
        self.tags = list.filter_map(pair).collect();
    }

    pub fn live(&self, ty: &ResourceType, id: &Arc<str>) -> Live {
        let mut properties = self.properties.clone();
        for (name, shape) in &ty.properties {
            if let Some(Json::Array(items)) = properties.get_mut(&**name)
                && shape.unordered
            {
                items.reverse();
            }
        }
        for path in &ty.write_only {
            let names: Vec<&str> = path.segments().collect();
            match names.as_slice() {
                [name] => {
                    properties.remove(*name);
                }
                [first, second] => {
                    if let Some(Json::Object(map)) = properties.get_mut(*first) {
                        map.remove(*second);
                    }
                }
                _ => unreachable!(),
            }
        }
        for (path, value) in &ty.overlay.defaults {
            properties
                .entry(path.root().to_owned())
                .or_insert_with(|| value.clone());
        }
        if let Some(Json::Number(number)) = properties.get("Memory").cloned() {
            properties.insert("Memory".into(), Json::from(number.to_string()));
        }
        if let Some(policy) = properties.get("Policy").cloned() {
            properties.insert("Policy".into(), Json::from(policy.to_string()));
        }
        Live {
            id: id.clone(),
            properties,
            tags: self.tags.clone(),
            contents: ty.overlay.counted.then_some(self.contents),
            ..Live::default()
        }
    }
}

fn fill(template: &str, properties: &Map<String, Json>) -> Json {
    let mut out = template
        .replace("{partition}", "aws")
        .replace("{region}", "eu-west-1")
        .replace("{account}", "123456789012");
    for (name, value) in properties {
        if let Some(text) = value.as_str() {
            out = out.replace(&format!("{{{name}}}"), text);
        }
    }
    Json::from(out)
}
