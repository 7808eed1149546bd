//! `kms_key`: a key of the stack, or the ARN of one, and what code needs of it.

use crate::access::Statement;
use crate::lowering::Lowering;
use crate::nodes;
use crate::specs::{self, characters, kind};
use crate::triggers::{Caller, Contribution};
use crate::values::{Read, resource};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, Fields, Node, Type};

/// The field.
pub(crate) const FIELD: &str = "kms_key";

/// The field `kms_key`, which encrypts `what`.
pub(crate) fn field(what: &str) -> FieldSpec {
    let doc = format!("The KMS key that encrypts {what}: a `key`, or an ARN.");
    specs::field(FIELD, Type::one_of([kind("key"), Type::String]), &doc)
        .constraint(characters(1, 2048))
}

/// The ARN of a declaration's key.
pub(crate) fn key(decl: &Decl) -> Option<Node> {
    key_in(&decl.fields, FIELD)
}

/// The ARN of the key that a field names.
pub(crate) fn key_in(fields: &Fields, name: &str) -> Option<Node> {
    let val = fields.get(name)?;
    match resource(val) {
        Some(key) => Some(nodes::attribute(&key.address, "Arn", val.span)),
        None => nodes::node(val),
    }
}

/// Lets code use the key of a declaration whose verb it has.
pub(crate) fn statement(
    of: &Address,
    actions: &[&str],
    span: Span,
    out: &Lowering<'_>,
) -> Option<Statement> {
    let key = key(out.decl(of)?)?;
    Some(Statement::allow(actions.iter().copied(), [key], span))
}

/// Lets an AWS service that may send into a declaration use its key, if the key is one of the stack.
pub(crate) fn admit(decl: &Decl, caller: &Caller, out: &mut Lowering<'_>) {
    let Some(key) = decl.fields.resource(FIELD) else {
        return;
    };
    let account = out.account(caller.span);
    let actions = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"];
    let statement = used(actions, caller.span)
        .service(caller.principal)
        .for_source(caller.source.clone(), account);
    out.contribute(&key.address, Contribution::Policy(statement));
}

/// Lets CloudWatch Logs use the key of a log group: Logs user guide, "Encrypt log data using KMS".
pub(crate) fn admit_logs(decl: &Decl, out: &mut Lowering<'_>) {
    let (Some(key), Some(span)) = (decl.fields.resource(FIELD), decl.fields.span(FIELD)) else {
        return;
    };
    let actions = [
        "kms:Decrypt*",
        "kms:Describe*",
        "kms:Encrypt*",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    ];
    let name = nodes::attribute(&decl.address, "LogGroupName", span);
    let parts = [
        nodes::text(&format!("arn:{}:logs:", out.partition(decl)), span),
        nodes::text(&out.region(decl), span),
        nodes::text(":", span),
        out.account(span),
        nodes::text(":log-group:", span),
        name,
    ];
    let statement = used(actions, span)
        .service(&format!("logs.{}.amazonaws.com", out.region(decl)))
        .when(
            "ArnEquals",
            "kms:EncryptionContext:aws:logs:arn",
            nodes::concat(parts, span),
        );
    out.contribute(&key.address, Contribution::Policy(statement));
}

/// A statement of a key's own policy, where `*` is the key.
fn used<'a>(actions: impl IntoIterator<Item = &'a str>, span: Span) -> Statement {
    Statement::allow(actions, [nodes::text("*", span)], span)
}
