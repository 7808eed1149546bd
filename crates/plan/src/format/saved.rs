//! The forms in which the parts of a plan are written.

use super::node::{Reader, SpanTable, Writer, span};
use super::{PlanFormatError, VERSION};
use crate::{
    Action, After, Change, Data, FieldChange, Goal, Header, Operation, Plan, PlannedOutput, Reason,
    Recovery, Step,
};
use formwork_diag::Span;
use formwork_schema::Address;
use formwork_state::{Metadata, Move, Object, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

type Name = Arc<str>;

#[derive(Serialize, Deserialize)]
pub(super) struct SavedPlan {
    v: u32,
    header: Header,
    pub(super) changes: Vec<SavedChange>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    renames: Vec<Move>,
    pub(super) operations: Vec<SavedOperation>,
    outputs: Vec<SavedOutput>,
    unchanged: usize,
    spans: Vec<(u32, u32, u32)>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedChange {
    address: Address,
    #[serde(rename = "type")]
    type_name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slice: Option<Name>,
    action: Action,
    reasons: Vec<Reason>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<SavedField>,
    #[serde(default)]
    loses_data: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contents: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    span: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct SavedField {
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Json>,
    after: After,
    #[serde(default)]
    replaces: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    span: Option<u32>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedOperation {
    change: usize,
    address: Address,
    generation: u32,
    step: SavedStep,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    needs: Vec<usize>,
    family: Name,
    expected: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SavedStep {
    Create(Box<SavedGoal>),
    Update {
        goal: Box<SavedGoal>,
        id: Name,
        changed: Vec<Name>,
        removed: Vec<Name>,
        expected: Option<Map<String, Json>>,
    },
    Delete {
        #[serde(rename = "type")]
        type_name: Name,
        slice: Option<Name>,
        region: Name,
        id: Name,
        name: Option<Name>,
        force: bool,
        data: Data,
    },
    Settle {
        #[serde(rename = "type")]
        type_name: Name,
        slice: Option<Name>,
        region: Name,
        id: Name,
        name: Option<Name>,
        intent: formwork_state::Operation,
    },
    Recover {
        intent: formwork_state::Operation,
        outcome: Outcome,
    },
    Record(Metadata),
    Forget,
    Adopt(Box<Object>),
}

#[derive(Serialize, Deserialize)]
struct SavedGoal {
    #[serde(rename = "type")]
    type_name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slice: Option<Name>,
    region: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    token: Name,
    properties: Map<String, Json>,
    spans: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resets: Vec<Name>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    foreign: Map<String, Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<Name>,
    metadata: Metadata,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    span: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct SavedOutput {
    name: Name,
    value: Json,
    spans: Vec<u32>,
}

impl SavedPlan {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut table = SpanTable::default();
        let changes = plan.changes.iter().map(|c| SavedChange::of(c, &mut table));
        let changes = changes.collect();
        let operations = plan.operations.iter();
        let operations = operations
            .map(|o| SavedOperation::of(o, &mut table))
            .collect();
        let output = |output: &PlannedOutput| {
            let mut writer = Writer {
                table: &mut table,
                spans: Vec::new(),
            };
            let value = writer.node(&output.value);
            SavedOutput {
                name: output.name.clone(),
                value,
                spans: writer.spans,
            }
        };
        let outputs = plan.outputs.iter().map(output).collect();
        SavedPlan {
            v: VERSION,
            header: plan.header.clone(),
            changes,
            renames: plan.renames.clone(),
            operations,
            outputs,
            unchanged: plan.unchanged,
            spans: table.triples(),
        }
    }

    pub(super) fn plan(self) -> Result<Plan, PlanFormatError> {
        let table = self.spans;
        let changes: Vec<Change> = self
            .changes
            .into_iter()
            .map(|change| change.change(&table))
            .collect::<Result<_, _>>()?;
        let mut operations = Vec::with_capacity(self.operations.len());
        for (at, saved) in self.operations.into_iter().enumerate() {
            if saved.change >= changes.len() || saved.needs.iter().any(|need| *need >= at) {
                return Err(PlanFormatError::Broken("an operation out of order"));
            }
            operations.push(saved.operation(&table)?);
        }
        let output = |saved: SavedOutput| {
            let mut reader = Reader {
                table: &table,
                spans: saved.spans.into_iter(),
            };
            Ok(PlannedOutput {
                name: saved.name,
                value: reader.node(saved.value)?,
            })
        };
        let outputs = self.outputs.into_iter().map(output);
        Ok(Plan {
            header: self.header,
            changes,
            renames: self.renames,
            operations,
            outputs: outputs.collect::<Result<_, PlanFormatError>>()?,
            unchanged: self.unchanged,
        })
    }
}

fn place(table: &[(u32, u32, u32)], number: Option<u32>) -> Result<Option<Span>, PlanFormatError> {
    number.map(|number| span(table, number)).transpose()
}

impl SavedChange {
    fn of(change: &Change, table: &mut SpanTable) -> Self {
        let field = |field: &FieldChange| SavedField {
            path: field.path.clone(),
            before: field.before.clone(),
            after: field.after.clone(),
            replaces: field.replaces,
            span: field.span.map(|span| table.number(span)),
        };
        SavedChange {
            address: change.address.clone(),
            type_name: change.type_name.clone(),
            slice: change.slice.clone(),
            action: change.action,
            reasons: change.reasons.clone(),
            fields: change.fields.iter().map(field).collect(),
            loses_data: change.loses_data,
            contents: change.contents,
            span: change.span.map(|span| table.number(span)),
        }
    }

    fn change(self, table: &[(u32, u32, u32)]) -> Result<Change, PlanFormatError> {
        let field = |saved: SavedField| {
            Ok(FieldChange {
                path: saved.path,
                before: saved.before,
                after: saved.after,
                replaces: saved.replaces,
                span: place(table, saved.span)?,
            })
        };
        let fields = self.fields.into_iter().map(field);
        Ok(Change {
            address: self.address,
            type_name: self.type_name,
            slice: self.slice,
            action: self.action,
            reasons: self.reasons,
            fields: fields.collect::<Result<_, PlanFormatError>>()?,
            loses_data: self.loses_data,
            contents: self.contents,
            span: place(table, self.span)?,
        })
    }
}

impl SavedOperation {
    fn of(operation: &Operation, table: &mut SpanTable) -> Self {
        SavedOperation {
            change: operation.change,
            address: operation.address.clone(),
            generation: operation.generation,
            step: SavedStep::of(&operation.step, table),
            needs: operation.needs.clone(),
            family: operation.family.clone(),
            expected: operation.expected,
        }
    }

    fn operation(self, table: &[(u32, u32, u32)]) -> Result<Operation, PlanFormatError> {
        Ok(Operation {
            change: self.change,
            address: self.address,
            generation: self.generation,
            step: self.step.step(table)?,
            needs: self.needs,
            family: self.family,
            expected: self.expected,
        })
    }
}

impl SavedStep {
    fn of(step: &Step, table: &mut SpanTable) -> Self {
        match step.clone() {
            Step::Create(goal) => SavedStep::Create(Box::new(SavedGoal::of(&goal, table))),
            Step::Update {
                goal,
                id,
                changed,
                removed,
                expected,
            } => SavedStep::Update {
                goal: Box::new(SavedGoal::of(&goal, table)),
                id,
                changed,
                removed,
                expected,
            },
            Step::Delete {
                type_name,
                slice,
                region,
                id,
                name,
                force,
                data,
            } => SavedStep::Delete {
                type_name,
                slice,
                region,
                id,
                name,
                force,
                data,
            },
            Step::Settle {
                type_name,
                slice,
                region,
                id,
                name,
                intent,
            } => SavedStep::Settle {
                type_name,
                slice,
                region,
                id,
                name,
                intent,
            },
            Step::Recover(Recovery { intent, outcome }) => SavedStep::Recover { intent, outcome },
            Step::Record(metadata) => SavedStep::Record(metadata),
            Step::Forget => SavedStep::Forget,
            Step::Adopt(object) => SavedStep::Adopt(object),
        }
    }

    fn step(self, table: &[(u32, u32, u32)]) -> Result<Step, PlanFormatError> {
        Ok(match self {
            SavedStep::Create(goal) => Step::Create(Box::new(goal.goal(table)?)),
            SavedStep::Update {
                goal,
                id,
                changed,
                removed,
                expected,
            } => Step::Update {
                goal: Box::new(goal.goal(table)?),
                id,
                changed,
                removed,
                expected,
            },
            SavedStep::Delete {
                type_name,
                slice,
                region,
                id,
                name,
                force,
                data,
            } => Step::Delete {
                type_name,
                slice,
                region,
                id,
                name,
                force,
                data,
            },
            SavedStep::Settle {
                type_name,
                slice,
                region,
                id,
                name,
                intent,
            } => Step::Settle {
                type_name,
                slice,
                region,
                id,
                name,
                intent,
            },
            SavedStep::Recover { intent, outcome } => Step::Recover(Recovery { intent, outcome }),
            SavedStep::Record(metadata) => Step::Record(metadata),
            SavedStep::Forget => Step::Forget,
            SavedStep::Adopt(object) => Step::Adopt(object),
        })
    }
}

impl SavedGoal {
    fn of(goal: &Goal, table: &mut SpanTable) -> Self {
        let mut writer = Writer {
            table,
            spans: Vec::new(),
        };
        let properties = writer.properties(&goal.properties);
        let spans = writer.spans;
        SavedGoal {
            type_name: goal.type_name.clone(),
            slice: goal.slice.clone(),
            region: goal.region.clone(),
            name: goal.name.clone(),
            token: goal.token.clone(),
            properties,
            spans,
            resets: goal.resets.clone(),
            foreign: goal.foreign.clone(),
            within: goal.within.clone(),
            metadata: goal.metadata.clone(),
            span: goal.span.map(|span| table.number(span)),
        }
    }

    fn goal(self, table: &[(u32, u32, u32)]) -> Result<Goal, PlanFormatError> {
        let mut reader = Reader {
            table,
            spans: self.spans.into_iter(),
        };
        Ok(Goal {
            type_name: self.type_name,
            slice: self.slice,
            region: self.region,
            name: self.name,
            token: self.token,
            properties: reader.properties(self.properties)?,
            resets: self.resets,
            foreign: self.foreign,
            within: self.within,
            metadata: self.metadata,
            span: place(table, self.span)?,
        })
    }
}
