//! `function`: code that Lambda runs, with its role, logs, and what starts it.

mod code;
mod cost;
mod environment;
mod errors;
mod invocation;
mod network;
mod settings;
mod source;
mod spec;
mod storage;
mod url;
mod version;

pub(crate) use code::check_runtime;
pub(crate) use environment::check_secret;
pub(crate) use settings::timeout;
pub(crate) use source::{map_source, stream_failures};
pub(crate) use spec::runtime_type;

use super::log_group;
use crate::access::{self, Statement, policy, trust};
use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::triggers::{self, Admission, Caller, Contribution};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, KindSpec, Member, Node};

/// The kind `function`.
pub(crate) struct Function;

impl Kind for Function {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        triggers::wire(decl, out);
        invocation::wire(decl, out);
        code::wire(decl, out);
        storage::wire(decl, out);
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        cost::charges(of)
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::Lambda::Function", "FunctionName"))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        settings::check(decl, out);
        let logs = log_group(decl, out);
        let (role, allowed) = role(decl, &logs, out);
        let mut props = Props::of(decl)
            .maybe("FunctionName", decl.fields.node("name"))
            .put("Role", nodes::attribute(&role, "Arn", decl.name_span));
        props = code::lower(decl, props, out);
        props = settings::lower(decl, props);
        props = environment::lower(decl, props, out);
        let (props, ways) = network::lower(decl, props, out);
        let (props, mounted) = storage::lower(decl, props, out);
        let version = version::wanted(decl).then(|| version::describe(&props, decl.name_span));
        let main = Emit::main("AWS::Lambda::Function", props.finish());
        out.emit(decl, main.after([allowed, logs]).after(ways).after(mounted));
        if let Some(digest) = version {
            version::lower(decl, digest, out);
        }
        invocation::lower(decl, out);
        url::lower(decl, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        spec::PROPERTIES
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        let span = verb.name_span;
        let arn = out
            .decl(&verb.of.address)
            .and_then(|decl| self.target(decl, span));
        let arn = arn.unwrap_or_else(|| nodes::attribute(&verb.of.address, "Arn", span));
        vec![Statement::allow(["lambda:InvokeFunction"], [arn], span)]
    }

    fn inlet(&self) -> Option<&'static str> {
        Some("invoke")
    }

    fn target(&self, decl: &Decl, span: Span) -> Option<Node> {
        Some(arn(decl, span))
    }

    fn admit(&self, decl: &Decl, caller: &Caller, out: &mut Lowering<'_>) -> Option<Admission> {
        let permission = Props::new(caller.span)
            .put("FunctionName", qualified(decl, caller.span))
            .set("Action", "lambda:InvokeFunction")
            .set("Principal", caller.principal)
            .put("SourceArn", caller.source.clone())
            .put("SourceAccount", out.account(caller.span));
        let part = format!("permission_{}", caller.label);
        let permission = Emit::part(part, "AWS::Lambda::Permission", permission.finish());
        let permission = out.emit(decl, permission.after([decl.address.clone()]));
        Some(Admission {
            arn: arn(decl, caller.span),
            after: vec![permission],
        })
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let (metric, statistic, share_of) = match name {
            "errors" => ("Errors", "Sum", Some("Invocations")),
            "invocations" => ("Invocations", "Sum", None),
            "throttles" => ("Throttles", "Sum", Some("Invocations")),
            "latency" => ("Duration", "p95", None),
            "concurrency" => ("ConcurrentExecutions", "Maximum", None),
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/Lambda",
            name: metric,
            dimensions: vec![("FunctionName", nodes::attribute(of, "FunctionName", span))],
            statistic,
            share_of,
            unit: "ms",
        })
    }
}

/// The ARN by which the function is started: of its alias, if it has one.
fn arn(decl: &Decl, span: Span) -> Node {
    if version::wanted(decl) {
        nodes::attribute(&decl.address.part(version::ALIAS), "AliasArn", span)
    } else {
        nodes::attribute(&decl.address, "Arn", span)
    }
}

/// How permissions and mappings name the function: its alias' ARN, or its name.
fn qualified(decl: &Decl, span: Span) -> Node {
    if version::wanted(decl) {
        arn(decl, span)
    } else {
        nodes::attribute(&decl.address, "FunctionName", span)
    }
}

/// The log group that Lambda writes to, made before the function so that its retention holds from the first line.
fn log_group(decl: &Decl, out: &mut Lowering<'_>) -> Address {
    let span = decl.name_span;
    let name = nodes::attribute(&decl.address, "FunctionName", span);
    let name = nodes::concat([nodes::text("/aws/lambda/", span), name], span);
    let props = Props::of(decl).put("LogGroupName", name).maybe(
        "RetentionInDays",
        log_group::retention(decl, "log_retention", out),
    );
    out.emit(
        decl,
        Emit::part("log_group", "AWS::Logs::LogGroup", props.finish()),
    )
}

/// The role the code runs as, and the policy that holds what it may: derived, or added to a role of the user's.
fn role(decl: &Decl, logs: &Address, out: &mut Lowering<'_>) -> (Address, Address) {
    let span = decl.name_span;
    let mut statements = vec![log_group::write_statement(nodes::attribute(
        logs, "Arn", span,
    ))];
    statements.extend(access::of_field(decl, out));
    for contribution in out.contributed(&decl.address) {
        if let Contribution::Role(statement) = contribution {
            statements.push(statement);
        }
    }
    statements.extend(network::statement(decl));
    if decl.fields.flag("tracing") == Some(true) {
        statements.push(trace_statement(decl));
    }
    // Within a role that others may use too, the plan chooses the policy's name.
    let (role, policy_name) = match decl.fields.resource("role") {
        Some(own) => (own.address.clone(), None),
        None => {
            let trust = trust("lambda.amazonaws.com", None, span);
            let props = Props::of(decl).put("AssumeRolePolicyDocument", trust);
            let role = Emit::part("role", "AWS::IAM::Role", props.finish());
            let name = nodes::text("access", span);
            (out.emit(decl, role), Some(name))
        }
    };
    let props = Props::of(decl)
        .maybe("PolicyName", policy_name)
        .put("RoleName", nodes::attribute(&role, "RoleName", span))
        .put("PolicyDocument", policy(statements, span));
    let allowed = Emit::part("policy", "AWS::IAM::RolePolicy", props.finish());
    (role, out.emit(decl, allowed))
}

/// X-Ray takes no resource: Service Authorization Reference, AWS X-Ray.
fn trace_statement(decl: &Decl) -> Statement {
    let span = decl.fields.span("tracing").unwrap_or(decl.name_span);
    let actions = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
    Statement::allow(actions, [nodes::text("*", span)], span)
}
