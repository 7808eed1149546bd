//! The two roles of a task: the one by which it is started, and the one that its code has.

use crate::access::{self, Statement, policy};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::triggers::Contribution;
use crate::values::Read;
use formwork_schema::{Address, Decl, Node};

/// Who takes on the roles of tasks and jobs.
const TASKS: &str = "ecs-tasks.amazonaws.com";

/// A role that a task is given.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// Its ARN.
    pub(crate) arn: Node,
    /// What must be there before a task starts: what the role may do.
    pub(crate) ready: Vec<Address>,
}

/// The role by which a task is started: pulls its images, writes its logs, reads its secrets. `None` if it needs none.
pub(crate) fn execution(
    decl: &Decl,
    statements: Vec<Statement>,
    out: &mut Lowering<'_>,
) -> Option<Given> {
    let names = ("execution_role", "execution_policy", "start");
    given(decl, names, statements, out)
}

/// The same role, made also where it may do nothing: on Fargate Batch asks for one.
pub(crate) fn always(decl: &Decl, statements: Vec<Statement>, out: &mut Lowering<'_>) -> Given {
    let names = ("execution_role", "execution_policy", "start");
    made(decl, names, statements, out)
}

/// The role that the code of a task has: what its `access` says, what others contribute, and `more`. `None` if it may
/// do nothing.
pub(crate) fn task(decl: &Decl, more: Vec<Statement>, out: &mut Lowering<'_>) -> Option<Given> {
    let mut statements = access::of_field(decl, out);
    for contribution in out.contributed(&decl.address) {
        if let Contribution::Role(statement) = contribution {
            statements.push(statement);
        }
    }
    statements.extend(more);
    given(decl, ("role", "policy", "access"), statements, out)
}

/// The role that the field of its name gives, or one of the declaration's own; `None` if it may do nothing.
fn given(
    decl: &Decl,
    names: (&str, &str, &str),
    statements: Vec<Statement>,
    out: &mut Lowering<'_>,
) -> Option<Given> {
    let none = statements.is_empty() && decl.fields.resource(names.0).is_none();
    (!none).then(|| made(decl, names, statements, out))
}

/// The role that the field of its name gives, or one of the declaration's own, with what it may.
fn made(
    decl: &Decl,
    (role, part, policy_name): (&str, &str, &str),
    statements: Vec<Statement>,
    out: &mut Lowering<'_>,
) -> Given {
    let span = decl.fields.span(role).unwrap_or(decl.name_span);
    // Within a role that others may use too, the plan chooses the policy's name.
    let (role, policy_name) = match decl.fields.resource(role) {
        Some(own) => (own.address.clone(), None),
        None => {
            let props = Props::of(decl).put("AssumeRolePolicyDocument", trust(decl, out));
            let own = Emit::part(role, "AWS::IAM::Role", props.finish());
            (out.emit(decl, own), Some(nodes::text(policy_name, span)))
        }
    };
    let mut ready = Vec::new();
    if !statements.is_empty() {
        let props = Props::of(decl)
            .maybe("PolicyName", policy_name)
            .put("RoleName", nodes::attribute(&role, "RoleName", span))
            .put("PolicyDocument", policy(statements, span));
        let allowed = Emit::part(part, "AWS::IAM::RolePolicy", props.finish());
        ready.push(out.emit(decl, allowed));
    }
    Given {
        arn: nodes::attribute(&role, "Arn", span),
        ready,
    }
}

/// Lets ECS take on a role, for tasks of this account and region only: ECS developer guide, "Task IAM role".
fn trust(decl: &Decl, out: &Lowering<'_>) -> Node {
    let span = decl.name_span;
    let account = out.account(span);
    let tasks = [
        nodes::text(&format!("arn:{}:ecs:", out.partition(decl)), span),
        nodes::text(&out.region(decl), span),
        nodes::text(":", span),
        account.clone(),
        nodes::text(":*", span),
    ];
    access::trust(TASKS, Some((nodes::concat(tasks, span), account)), span)
}
