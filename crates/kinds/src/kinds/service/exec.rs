//! Sessions in the containers of a running task.

use crate::access::Statement;
use crate::nodes;
use crate::specs::field;
use crate::values::Read;
use formwork_schema::{Decl, FieldSpec, Type};

/// The field `exec`.
pub(crate) fn exec_field() -> FieldSpec {
    field(
        "exec",
        Type::Bool,
        "Whether one can run commands in its containers (`aws ecs execute-command`).",
    )
    .default("false")
    .known()
}

/// What such a session needs, which takes no resource: ECS developer guide, "Using ECS Exec".
pub(crate) fn statement(decl: &Decl) -> Option<Statement> {
    let span = decl.fields.span("exec")?;
    let actions = [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ];
    let wanted = decl.fields.flag("exec") == Some(true);
    wanted.then(|| Statement::allow(actions, [nodes::text("*", span)], span))
}
