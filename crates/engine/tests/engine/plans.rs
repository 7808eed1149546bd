//! Plans written by hand, and a bench that applies them in virtual time.

use crate::catalog::catalog;
use crate::cloud::Cloud;
use formwork_diag::{SourceId, Span};
use formwork_engine::{Ending, Job, Options, Report, Simulated, Simulator};
use formwork_plan::{Data, Goal, Header, Operation, Plan, PlannedOutput, Step};
use formwork_provider::{TAG_ADDRESS, TAG_ENV, TAG_GENERATION, TAG_STACK};
use formwork_schema::{Address, Node, Properties};
use formwork_state::{Binding, Metadata, Record, State, Store};
use formwork_store::memory::MemoryDisk;
use serde_json::Map;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) const SPAN: Span = Span::new(SourceId(0), 10, 20);

pub(crate) fn address(label: &str) -> Address {
    Address::new("thing", label)
}

pub(crate) fn text(value: &str) -> Node {
    Node::new(value, SPAN)
}

fn operation(label: &str, step: Step, needs: &[usize]) -> Operation {
    Operation {
        change: 0,
        address: address(label),
        generation: 0,
        step,
        needs: needs.to_vec(),
        family: "fast".into(),
        expected: 1_000,
    }
}

fn goal(label: &str, type_name: &str, properties: &[(&str, Node)]) -> Box<Goal> {
    let mut all = Properties::default();
    for (name, node) in properties {
        all.insert((*name).into(), node.clone());
    }
    // What the planner puts there for types with tags.
    all.insert("Tags".into(), text("ours"));
    Box::new(Goal {
        type_name: type_name.into(),
        slice: None,
        region: "eu-central-1".into(),
        name: (type_name != "T::Marker" && type_name != "T::Child").then(|| label.into()),
        token: format!("token-{label}").into(),
        properties: all,
        resets: Vec::new(),
        within: None,
        foreign: Map::new(),
        metadata: Metadata::default(),
        span: Some(SPAN),
    })
}

pub(crate) fn create(
    label: &str,
    type_name: &str,
    properties: &[(&str, Node)],
    needs: &[usize],
) -> Operation {
    operation(
        label,
        Step::Create(goal(label, type_name, properties)),
        needs,
    )
}

pub(crate) fn update(
    label: &str,
    type_name: &str,
    id: &str,
    properties: &[(&str, Node)],
    expected: Map<String, serde_json::Value>,
) -> Operation {
    let step = Step::Update {
        goal: goal(label, type_name, properties),
        id: id.into(),
        changed: properties
            .iter()
            .map(|(name, _)| Arc::from(*name))
            .collect(),
        removed: Vec::new(),
        expected: Some(expected),
    };
    operation(label, step, &[])
}

pub(crate) fn delete(label: &str, type_name: &str, id: &str, needs: &[usize]) -> Operation {
    delete_holding(label, type_name, id, Data::None, needs)
}

pub(crate) fn delete_holding(
    label: &str,
    type_name: &str,
    id: &str,
    data: Data,
    needs: &[usize],
) -> Operation {
    let step = Step::Delete {
        type_name: type_name.into(),
        slice: None,
        region: "eu-central-1".into(),
        id: id.into(),
        name: Some(label.into()),
        force: false,
        data,
    };
    operation(label, step, needs)
}

pub(crate) fn plan(operations: Vec<Operation>) -> Plan {
    Plan {
        header: Header {
            stack: "shop".into(),
            env: "dev".into(),
            provider: "double".into(),
            account: "000000000000".into(),
            region: "eu-central-1".into(),
            serial: 0,
            head: "".into(),
            tool: "test".into(),
            made: 0,
            role: None,
            expires: 0,
            sources: Vec::new(),
            artifacts: Vec::new(),
            destroy: false,
            uses: Vec::new(),
            used_before: Vec::new(),
        },
        changes: Vec::new(),
        renames: Vec::new(),
        operations,
        outputs: Vec::new(),
        unchanged: 0,
    }
}

pub(crate) fn output(name: &str, value: Node) -> PlannedOutput {
    PlannedOutput {
        name: name.into(),
        value,
    }
}

/// Tags of ours, or of somebody else's stack.
pub(crate) fn tags<'a>(stack: &'a str, address: &'a str) -> [(&'a str, &'a str); 4] {
    [
        (TAG_STACK, stack),
        (TAG_ENV, "dev"),
        (TAG_ADDRESS, address),
        (TAG_GENERATION, "0"),
    ]
}

/// A disk, and what runs do to it.
pub(crate) struct Bench {
    pub(crate) disk: MemoryDisk,
    pub(crate) seed: u64,
    pub(crate) crash: Option<u64>,
    pub(crate) interrupts: BTreeMap<u64, u8>,
    pub(crate) options: Options,
    runs: u64,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let binding = Binding {
            provider: "double".into(),
            account: "000000000000".into(),
            stack: "shop".into(),
            env: "dev".into(),
        };
        Bench {
            disk: MemoryDisk::new(binding),
            seed: 0,
            crash: None,
            interrupts: BTreeMap::new(),
            options: Options::default(),
            runs: 0,
        }
    }

    pub(crate) fn state(&self) -> State {
        self.disk.open().load().unwrap().state
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        self.disk.records().unwrap()
    }

    /// The plan as a job on what is on the disk.
    pub(crate) fn job(&mut self, mut plan: Plan) -> Job {
        let state = self.state();
        plan.header.serial = state.serial;
        self.runs += 1;
        Job {
            plan: Arc::new(plan),
            digest: format!("plan {}", self.runs).into(),
            state,
            catalog: catalog(),
            options: self.options.clone(),
        }
    }

    pub(crate) fn simulate(&mut self, cloud: &Cloud, plan: Plan) -> Simulated {
        let job = self.job(plan);
        let mut store = self.disk.open();
        let simulator = Simulator {
            provider: cloud,
            store: &mut store,
            seed: self.seed,
            crash: self.crash,
            interrupts: self.interrupts.clone(),
        };
        simulator.run(job).unwrap()
    }

    pub(crate) fn apply(&mut self, cloud: &Cloud, operations: Vec<Operation>) -> Report {
        match self.simulate(cloud, plan(operations)).ending {
            Ending::Finished(report) => *report,
            Ending::Crashed => panic!("no crash was asked for"),
        }
    }
}
