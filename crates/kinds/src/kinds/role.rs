//! `role`: an identity that services, accounts or sign-in providers take on, and what it may do.

use crate::access::{self, Statement, policy};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props, minutes, seconds};
use crate::registry::Kind;
use crate::specs::{
    access_field, attribute, between, call, characters, duration, field, items, object, pattern,
};
use crate::triggers::Contribution;
use crate::values::{Read, call as called};
use formwork_catalog::region;
use formwork_diag::{Code, Diagnostic, Span, safe};
use formwork_schema::{
    Call, Decl, FieldSpec, Fields, KindSpec, Member, Node, Type, Val, Value, VerbSpec,
};

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
            .maybe("ManagedPolicyArns", fields.node("policies"))
            .maybe("PermissionsBoundary", fields.node("boundary"))
            .maybe("MaxSessionDuration", fields.amount("max_session", "s"))
            .maybe("Path", fields.node("path"))
            .maybe("Description", fields.node("description"));
        let role = out.emit(decl, Emit::main("AWS::IAM::Role", props.finish()));
        let mut statements = access::of_field(decl, out);
        for val in fields.items("statements") {
            statements.extend(written(decl, val, out));
        }
        for contribution in out.contributed(&decl.address) {
            if let Contribution::Role(statement) = contribution {
                statements.push(statement);
            }
        }
        if statements.is_empty() {
            return;
        }
        let props = Props::of(decl)
            .set("PolicyName", "access")
            .put(
                "RoleName",
                nodes::attribute(&role, "RoleName", decl.name_span),
            )
            .put("PolicyDocument", policy(statements, decl.name_span));
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
        field(
            "statements",
            statement_type().list(),
            "IAM statements for what has no verb.",
        )
        .known(),
        field("policies", Type::String.list(), "ARNs of managed policies to attach.")
            .constraint(items(0, 20)),
        field("boundary", Type::String, "The ARN of the policy that bounds what it may do."),
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

fn statement_type() -> Type {
    object(
        "statement",
        vec![
            field("actions", Type::String.list(), "IAM actions.")
                .required()
                .constraint(items(1, 200)),
            field("resources", Type::String.list(), "ARNs they are for.")
                .required()
                .constraint(items(1, 200)),
            field(
                "effect",
                Type::words("effect", &["allow", "deny"]),
                "Whether it allows or denies.",
            )
            .default("allow"),
            field(
                "conditions",
                Type::String.list().map().map(),
                "When it holds: operator, key, values: `{ StringEquals { \"aws:RequestedRegion\" = [\"eu-west-1\"] } }`.",
            ),
        ],
    )
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
    let principal = match &id.value {
        Value::String(text) if &**text == "*" => {
            out.lint(decl, trust_anybody(id.span));
            nodes::text("*", span)
        }
        Value::String(text) if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()) => {
            out.report(account_form(text, id.span));
            return None;
        }
        _ => {
            let home = out.region(decl);
            let partition = region(&home).map_or("aws", |region| region.partition.as_str());
            let begin = nodes::text(&format!("arn:{partition}:iam::"), span);
            let parts = [begin, nodes::node(id)?, nodes::text(":root", span)];
            nodes::concat(parts, span)
        }
    };
    let statement = Statement::allow(["sts:AssumeRole"], [], span)
        .principal(Node::map([("AWS", principal)], span));
    Some(match call.arguments.node("external_id") {
        Some(external) => statement.when("StringEquals", "sts:ExternalId", external),
        None => statement,
    })
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

/// A statement as the user wrote it, checked for what gives too much.
fn written(decl: &Decl, val: &Val, out: &mut Lowering<'_>) -> Option<Statement> {
    let Value::Object(fields) = &val.value else {
        return None;
    };
    let denies = fields.word("effect") == Some("deny");
    if !denies {
        check_allowed(decl, fields, out);
    }
    let actions = fields.items("actions").iter().filter_map(text);
    let resources = fields.items("resources").iter().filter_map(nodes::node);
    let mut statement = Statement::allow(actions, resources, val.span);
    if let Some(operators) = fields.object("conditions") {
        for (operator, keys) in operators.iter() {
            let Value::Object(keys) = &keys.value else {
                continue;
            };
            for (key, values) in keys.iter() {
                if let Some(node) = nodes::node(values) {
                    statement = statement.when(operator.to_string(), key.to_string(), node);
                }
            }
        }
    }
    Some(if denies { statement.deny() } else { statement })
}

/// Actions by which a role can give itself more (each alone, on any resource).
const ESCALATIONS: &[&str] = &[
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:PassRole",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
];

fn check_allowed(decl: &Decl, fields: &Fields, out: &mut Lowering<'_>) {
    let any = fields
        .items("resources")
        .iter()
        .find(|val| text(val) == Some("*"));
    for val in fields.items("actions") {
        access::check_action(decl, val, out);
        if let (Some(action), Some(_)) = (text(val), any) {
            let escalates = ESCALATIONS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(action));
            if escalates {
                out.lint(decl, escalation(action, val.span));
            }
        }
    }
    if let Some(any) = any {
        out.lint(decl, crate::errors::iam_any_resource(any.span));
    }
}

fn text(val: &Val) -> Option<&str> {
    match &val.value {
        Value::String(text) => Some(text),
        _ => None,
    }
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

fn escalation(action: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::iam_escalation"),
        format!("with {action} on any resource this role can give itself every right"),
        span,
        "a way to more rights",
    )
    .help("name the ARNs it may be used on, or say why it is meant: `allow lint::iam_escalation, \"…\"`")
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
