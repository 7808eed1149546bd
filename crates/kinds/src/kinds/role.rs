//! `role`: an identity that services, accounts or sign-in providers take on, and what it may do.

use crate::access::{self, Statement, policy};
use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props, minutes, seconds};
use crate::registry::Kind;
use crate::specs::{
    access_field, attribute, between, call, characters, duration, field, items, kind, pattern,
};
use crate::statements;
use crate::triggers::Contribution;
use crate::values::{Read, call as called, resource};
use formwork_diag::{Code, Diagnostic, Span, safe};
use formwork_schema::{Call, Decl, FieldSpec, KindSpec, Member, Node, Type, Val, Value, VerbSpec};

/// The kind `role`.
pub(crate) struct Role;

impl Kind for Role {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "role",
            doc: "An IAM role: who may take it on, and what it may do then.",
            fields: fields(),
            attributes: vec![
                attribute("name", "RoleName", "Its name in AWS."),
                attribute("arn", "Arn", "Its ARN."),
                attribute("id", "RoleId", "Its unique id."),
            ],
            verbs: vec![
                verb("assume", "Take on the role (whom its `trust` names)."),
                verb("pass", "Hand the role to a service."),
            ],
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(Vec::new())
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::IAM::Role", "RoleName"))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let trusted: Vec<Statement> = fields
            .items("trust")
            .iter()
            .filter_map(|val| trust(decl, val, out))
            .collect();
        let props = Props::of(decl)
            .maybe("RoleName", fields.node("name"))
            .put("AssumeRolePolicyDocument", policy(trusted, decl.name_span))
            .maybe("ManagedPolicyArns", policies(decl))
            .maybe(
                "PermissionsBoundary",
                fields.get("boundary").and_then(policy_arn),
            )
            .maybe("MaxSessionDuration", fields.amount("max_session", "s"))
            .maybe("Path", fields.node("path"))
            .maybe("Description", fields.node("description"));
        let role = out.emit(decl, Emit::main("AWS::IAM::Role", props.finish()));
        let mut all = access::of_field(decl, out);
        all.extend(statements::of_field(decl, out));
        for contribution in out.contributed(&decl.address) {
            if let Contribution::Role(statement) = contribution {
                all.push(statement);
            }
        }
        if all.is_empty() {
            return;
        }
        let props = Props::of(decl)
            .set("PolicyName", "access")
            .put(
                "RoleName",
                nodes::attribute(&role, "RoleName", decl.name_span),
            )
            .put("PolicyDocument", policy(all, decl.name_span));
        out.emit(
            decl,
            Emit::part("policy", "AWS::IAM::RolePolicy", props.finish()),
        );
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "RoleName"),
            ("trust", "AssumeRolePolicyDocument"),
            ("policies", "ManagedPolicyArns"),
            ("boundary", "PermissionsBoundary"),
            ("max_session", "MaxSessionDuration"),
            ("path", "Path"),
            ("description", "Description"),
        ]
    }

    fn statements(&self, verb: &Member, _out: &mut Lowering<'_>) -> Vec<Statement> {
        let arn = nodes::attribute(&verb.of.address, "Arn", verb.name_span);
        let action = if &*verb.name == "pass" {
            "iam:PassRole"
        } else {
            "sts:AssumeRole"
        };
        vec![Statement::allow([action], [arn], verb.name_span)]
    }
}

/// The ARN of a managed policy: of a declaration, or as written.
fn policy_arn(val: &Val) -> Option<Node> {
    match resource(val) {
        Some(policy) => Some(nodes::attribute(&policy.address, "PolicyArn", val.span)),
        None => nodes::node(val),
    }
}

fn policies(decl: &Decl) -> Option<Node> {
    let list = decl.fields.get("policies")?;
    let arns = decl.fields.items("policies").iter().filter_map(policy_arn);
    Some(Node::list(arns, list.span))
}

fn verb(name: &'static str, doc: &'static str) -> VerbSpec {
    VerbSpec {
        name,
        parameters: Vec::new(),
        nested: Vec::new(),
        doc,
    }
}

fn fields() -> Vec<FieldSpec> {
    vec![
        field(
            "trust",
            Type::one_of([service_type(), account_type(), oidc_type()]).list(),
            "Who may take it on: `service(\"ecs-tasks.amazonaws.com\")`, `account(\"123456789012\")`, `oidc(…)`.",
        )
        .required()
        .constraint(items(1, 20))
        .known(),
        access_field(),
        statements::field(),
        field(
            "policies",
            Type::one_of([kind("policy"), Type::String]).list(),
            "Managed policies to attach: a `policy` each, or an ARN.",
        )
        .constraint(items(0, 20)),
        field(
            "boundary",
            Type::one_of([kind("policy"), Type::String]),
            "The policy that bounds what it may do: a `policy`, or an ARN.",
        ),
        field("max_session", duration(), "The longest one session may last.")
            .default("1h")
            .constraint(between(minutes(60), minutes(720), Some(seconds(1)))),
        field("path", Type::String, "Its path in IAM.").default("\"/\"").constraint(pattern(
            "^/([!-~]+/)?$",
            "a path that begins and ends with `/`",
        )),
        field("description", Type::String, "What people read in the console.")
            .constraint(characters(0, 1000)),
        field("name", Type::String, "Its name in AWS, if the derived one will not do.").constraint(
            pattern("^[\\w+=,.@-]{1,64}$", "1 to 64 letters, digits and `+=,.@_-`"),
        ),
    ]
}

fn service_type() -> Type {
    let name = field(
        "name",
        Type::String,
        "Its principal: `lambda.amazonaws.com`.",
    )
    .required()
    .constraint(pattern(
        "^[a-z0-9.-]+\\.(amazonaws\\.com(\\.cn)?|aws\\.internal)$",
        "a service principal such as `lambda.amazonaws.com`",
    ));
    let source = field(
        "source",
        Type::String,
        "The ARN of the only source it may act for.",
    );
    call("service", vec![name, source], 1)
}

fn account_type() -> Type {
    let id = field("id", Type::String, "The account, 12 digits.").required();
    let external = field(
        "external_id",
        Type::String,
        "The external id callers must give.",
    )
    .constraint(characters(2, 1224));
    call("account", vec![id, external], 1)
}

fn oidc_type() -> Type {
    let provider = field("provider", Type::String, "The ARN of the provider.").required();
    let audience = field("audience", Type::String, "The audience of its tokens.")
        .default("\"sts.amazonaws.com\"");
    let subjects = field(
        "subjects",
        Type::String.list(),
        "Subjects that may sign in, `*` stands for anything: `\"repo:acme/shop:*\"`.",
    )
    .required()
    .constraint(items(1, 50));
    call("oidc", vec![provider, audience, subjects], 1)
}

fn trust(decl: &Decl, val: &Val, out: &mut Lowering<'_>) -> Option<Statement> {
    let call = called(val)?;
    let span = val.span;
    let arguments = &call.arguments;
    match &*call.name {
        "service" => {
            let name = arguments.text("name")?.0;
            let statement = Statement::allow(["sts:AssumeRole"], [], span).service(name);
            Some(match arguments.node("source") {
                Some(source) => statement.for_source(source, out.account(span)),
                None => statement,
            })
        }
        "account" => trust_account(decl, call, span, out),
        _ => trust_oidc(decl, call, span, out),
    }
}

fn trust_account(
    decl: &Decl,
    call: &Call,
    span: Span,
    out: &mut Lowering<'_>,
) -> Option<Statement> {
    let id = call.arguments.get("id")?;
    let principal = if id.value == Value::from("*") {
        out.lint(decl, trust_anybody(id.span));
        nodes::text("*", span)
    } else {
        account_root(decl, id, out)?
    };
    let statement = Statement::allow(["sts:AssumeRole"], [], span)
        .principal(Node::map([("AWS", principal)], span));
    Some(match call.arguments.node("external_id") {
        Some(external) => statement.when("StringEquals", "sts:ExternalId", external),
        None => statement,
    })
}

/// The ARN of an account as a principal: its root.
pub(crate) fn account_root(decl: &Decl, id: &Val, out: &mut Lowering<'_>) -> Option<Node> {
    if let Value::String(text) = &id.value
        && (text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()))
    {
        out.report(account_form(text, id.span));
        return None;
    }
    let begin = nodes::text(&format!("arn:{}:iam::", out.partition(decl)), id.span);
    let parts = [begin, nodes::node(id)?, nodes::text(":root", id.span)];
    Some(nodes::concat(parts, id.span))
}

fn trust_oidc(decl: &Decl, call: &Call, span: Span, out: &mut Lowering<'_>) -> Option<Statement> {
    let arguments = &call.arguments;
    let (provider, at) = arguments.text("provider")?;
    let Some((_, host)) = provider.split_once(":oidc-provider/") else {
        out.report(provider_form(provider, at.span));
        return None;
    };
    for subject in arguments.items("subjects") {
        if subject.value == Value::from("*") {
            out.lint(decl, trust_anybody(subject.span));
        }
    }
    let audience = arguments
        .node("audience")
        .unwrap_or_else(|| nodes::text("sts.amazonaws.com", span));
    let principal = Props::new(span).put("Federated", nodes::node(at)?).node();
    let subjects = arguments.node("subjects")?;
    Some(
        Statement::allow(["sts:AssumeRoleWithWebIdentity"], [], span)
            .principal(principal)
            .when("StringEquals", format!("{host}:aud"), audience)
            .when("StringLike", format!("{host}:sub"), subjects),
    )
}

fn trust_anybody(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::trust_anybody"),
        "anybody can take on this role",
        span,
        "any account",
    )
    .help(
        "name the accounts or subjects, or say why it is meant: `allow lint::trust_anybody, \"…\"`",
    )
}

fn account_form(account: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::account"),
        format!("`{}` is no account", safe(account)),
        span,
        "not 12 digits",
    )
    .help("write the 12 digits of the account, without spaces or dashes")
}

fn provider_form(provider: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("access::provider"),
        format!("`{}` is no sign-in provider", safe(provider)),
        span,
        "not the ARN of one",
    )
    .help("write its ARN: `\"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com\"`")
}
