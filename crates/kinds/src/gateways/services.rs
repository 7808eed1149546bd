//! Routes that lead straight to a service of AWS: a queue, a topic, any action; and the role by which they may.

use super::{PRINCIPAL, arns, keys};
use crate::access::{self, Statement, policy, trust};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::specs::{call, characters, field, items, pattern, permission};
use crate::values::{self, Read};
use formwork_schema::{Address, Call, Decl, Node, Type, Val};

/// What is sent to a service in the place of a request.
pub(crate) struct Sent {
    /// The action or path, as API Gateway names it.
    pub(crate) uri: Node,
    /// The HTTP method of the service.
    pub(crate) method: &'static str,
    /// The body, a mapping template.
    pub(crate) template: Option<Node>,
    /// The type of that body.
    pub(crate) content: &'static str,
    /// What the caller gets, a mapping template; what the service says if none.
    pub(crate) answer: Option<Node>,
}

/// The role of an API towards services.
pub(crate) struct Role {
    /// Its ARN.
    pub(crate) arn: Node,
    /// What must be there before requests come.
    pub(crate) after: Vec<Address>,
}

const FORM: &str = "application/x-www-form-urlencoded";

/// `aws(…)`: any action of a service.
pub(crate) fn aws() -> Type {
    let word = |what: &str| pattern("^[A-Za-z0-9._-]+$", what);
    let parameters = vec![
        field("service", Type::String, "The service: `\"dynamodb\"`.")
            .required()
            .known()
            .constraint(word("the name of a service, as in ARNs")),
        field("action", Type::String, "The action: `\"GetItem\"`.")
            .required()
            .known()
            .constraint(word("the name of an action")),
        field(
            "access",
            permission().list(),
            "What API Gateway may do for it.",
        )
        .required()
        .known()
        .constraint(items(1, 50)),
        field(
            "request",
            Type::String,
            "The mapping template of the body that the service gets; that of the request by default.",
        )
        .constraint(characters(1, 300_000)),
        field(
            "response",
            Type::String,
            "The mapping template of the answer; that of the service by default.",
        )
        .constraint(characters(1, 300_000)),
    ];
    call("aws", parameters, 0)
}

fn aws_call(val: &Val) -> Option<&Call> {
    values::call(val)
        .filter(|call| &*call.name == "aws")
        .map(|call| &**call)
}

/// First round: takes note of what the targets of an API are granted.
pub(crate) fn note(decl: &Decl, out: &mut Lowering<'_>) {
    for route in keys::routes(decl) {
        if let Some(call) = aws_call(route.target) {
            access::note_all(call.arguments.items("access"), out);
        }
    }
}

/// What a route sends to a service; `None` if it leads to none.
pub(crate) fn sent(decl: &Decl, target: &Val, out: &Lowering<'_>) -> Option<Sent> {
    if let Some(call) = aws_call(target) {
        return of_action(decl, call, out);
    }
    let of = values::resource(target)?;
    match &*of.address.kind {
        "queue" => Some(to_queue(decl, &of.address, target, out)),
        "topic" => Some(to_topic(decl, &of.address, target, out)),
        _ => None,
    }
}

fn of_action(decl: &Decl, call: &Call, out: &Lowering<'_>) -> Option<Sent> {
    let (service, _) = call.arguments.text("service")?;
    let (action, _) = call.arguments.text("action")?;
    let uri = arns::action(decl, &format!("{service}:action/{action}"), out);
    Some(Sent {
        uri: nodes::text(&uri, call.name_span),
        method: "POST",
        template: call.arguments.node("request"),
        content: "application/x-amz-json-1.0",
        answer: call.arguments.node("response"),
    })
}

/// SQS API, SendMessage; a FIFO queue takes a group and an id of each message.
fn to_queue(decl: &Decl, queue: &Address, target: &Val, out: &Lowering<'_>) -> Sent {
    let span = target.span;
    let fifo = out
        .decl(queue)
        .is_some_and(|queue| queue.fields.flag("fifo") == Some(true));
    let more = match fifo {
        true => "&MessageGroupId=api&MessageDeduplicationId=$context.requestId",
        false => "",
    };
    let sender = sender(decl, "MessageAttribute");
    let template =
        format!("Action=SendMessage&MessageBody=$util.urlEncode($input.body){more}{sender}");
    let uri = [
        nodes::text(&arns::action(decl, "sqs:path/", out), span),
        out.account(span),
        nodes::text("/", span),
        nodes::attribute(queue, "QueueName", span),
    ];
    Sent {
        uri: nodes::concat(uri, span),
        method: "POST",
        template: Some(nodes::text(&template, span)),
        content: FORM,
        answer: Some(nodes::text("{\"accepted\":true}", span)),
    }
}

/// SNS API, Publish.
fn to_topic(decl: &Decl, topic: &Address, target: &Val, out: &Lowering<'_>) -> Sent {
    let span = target.span;
    let template = [
        nodes::text("Action=Publish&TopicArn=$util.urlEncode('", span),
        nodes::attribute(topic, "TopicArn", span),
        nodes::text("')&Message=$util.urlEncode($input.body)", span),
        nodes::text(&sender(decl, "MessageAttributes.entry"), span),
    ];
    Sent {
        uri: nodes::text(&arns::action(decl, "sns:path//", out), span),
        method: "POST",
        template: Some(nodes::concat(template, span)),
        content: FORM,
        answer: Some(nodes::text("{\"accepted\":true}", span)),
    }
}

/// What tells a queue or topic over which connection of a WebSocket API a message came: an attribute `connectionId`.
fn sender(decl: &Decl, attribute: &str) -> String {
    match &*decl.address.kind {
        "websocket_api" => format!(
            "&{attribute}.1.Name=connectionId&{attribute}.1.Value.DataType=String\
             &{attribute}.1.Value.StringValue=$context.connectionId"
        ),
        _ => String::new(),
    }
}

/// The role that the routes of an API to services take on; `None` if there are none.
pub(crate) fn role(decl: &Decl, out: &mut Lowering<'_>) -> Option<Role> {
    let mut statements: Vec<Statement> = Vec::new();
    for route in keys::routes(decl) {
        let target = route.target;
        if let Some(call) = aws_call(target) {
            statements.extend(access::of_all(decl, call.arguments.items("access"), out));
        } else if let Some(of) = values::resource(target).filter(|_| route.function().is_none()) {
            statements.extend(out.inlet(&of.address, target.span));
        }
    }
    if statements.is_empty() {
        return None;
    }
    let span = decl.name_span;
    let role = Props::of(decl).put("AssumeRolePolicyDocument", trust(PRINCIPAL, None, span));
    let role = out.emit(decl, Emit::part("role", "AWS::IAM::Role", role.finish()));
    let props = Props::of(decl)
        .set("PolicyName", "access")
        .put("RoleName", nodes::attribute(&role, "RoleName", span))
        .put("PolicyDocument", policy(statements, span));
    let allowed = Emit::part("policy", "AWS::IAM::RolePolicy", props.finish());
    let allowed = out.emit(decl, allowed);
    Some(Role {
        arn: nodes::attribute(&role, "Arn", span),
        after: vec![allowed],
    })
}
