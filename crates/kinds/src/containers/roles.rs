//! The two roles of a task: the one by which it is started, and the one that its code has.

use super::{Container, mounts};
use crate::access::{self, Statement, policy};
use crate::images;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::triggers::Contribution;
use crate::values::{self, Read};
use formwork_diag::Span;
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

/// The roles that whoever starts a task of a declaration passes on to it.
pub(crate) fn passed(decl: &Decl, span: Span, out: &mut Lowering<'_>) -> Vec<Node> {
    let containers = super::all(decl);
    let logs = match decl.fields.get("logs") {
        None => true,
        Some(val) => match values::call(val) {
            Some(driver) => driver.arguments.get("secrets").is_some(),
            None => values::resource(val).is_some(),
        },
    };
    let starts = logs || containers.iter().any(|one| needs_start(decl, one, out));
    let exec = decl.fields.flag("exec") == Some(true);
    let mounts = containers.iter().any(|one| mounts::any_files(one));
    let code = exec || mounts || !decl.fields.items("access").is_empty();
    [("execution_role", starts), ("role", code)]
        .into_iter()
        .filter_map(|(name, needed)| {
            let own = needed.then(|| decl.address.part(name));
            let given = decl.fields.resource(name).map(|role| role.address.clone());
            Some(nodes::attribute(&given.or(own)?, "Arn", span))
        })
        .collect()
}

/// Whether a container needs the role by which it is started for more than its logs.
fn needs_start(decl: &Decl, container: &Container<'_>, out: &mut Lowering<'_>) -> bool {
    let fields = container.fields;
    let secret = ["secrets", "image_credentials"];
    let image = fields.get("image");
    secret.iter().any(|name| fields.get(name).is_some())
        || image
            .and_then(|val| images::image(decl, val, out))
            .is_some_and(|image| !image.pull.is_empty())
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
