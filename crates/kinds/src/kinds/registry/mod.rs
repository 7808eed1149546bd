//! `registry`: a repository of ECR for container images, or a cache of another registry in front of ECR.

mod cache;
mod errors;
mod lifecycle;
mod spec;

use crate::access::{Statement, policy};
use crate::cost::{Charge, Costed};
use crate::encryption;
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::rules;
use crate::triggers::{Contribution, Trigger, label};
use crate::values::{Read, resource};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Fields, KindSpec, Member, Node, Val, Value};

/// The kind `registry`.
pub(crate) struct Registry;

impl Kind for Registry {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let storage = of.used_in("storage", "GB");
        Some(vec![Charge::used("images", "ecr.storage", storage)])
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::ECR::Repository", "RepositoryName"))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        if decl.fields.get("cache").is_some() {
            cache::lower(decl, out);
            return;
        }
        lint(decl, out);
        let props = settings(&decl.fields, decl.name_span)
            .maybe("RepositoryName", decl.fields.node("name"))
            .maybe("EncryptionConfiguration", encrypted(decl))
            .maybe("LifecyclePolicy", lifecycle::policy(decl, out))
            .maybe("RepositoryPolicyText", readers(decl, out));
        let repository = Emit::main("AWS::ECR::Repository", props.finish());
        out.emit(decl, repository.force(decl.fields.flag("force")));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        spec::PROPERTIES
    }

    fn statements(&self, verb: &Member, _out: &mut Lowering<'_>) -> Vec<Statement> {
        let arn = nodes::attribute(&verb.of.address, "Arn", verb.name_span);
        match &*verb.name {
            "push" => push_statements(arn),
            _ => pull_statements(arn),
        }
    }

    fn connect(&self, trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
        let span = trigger.span;
        let name = nodes::attribute(&trigger.source.address, "RepositoryName", span);
        let tag = trigger.event.arguments.node("tag");
        let detail = Props::new(span)
            .put("action-type", nodes::texts(["PUSH"], span))
            .put("result", nodes::texts(["SUCCESS"], span))
            .put("repository-name", Node::list([name], span))
            .maybe("image-tag", tag.map(|tag| Node::list([tag], span)));
        let pattern = Props::new(span)
            .put("source", nodes::texts(["aws.ecr"], span))
            .put("detail-type", nodes::texts(["ECR Image Action"], span))
            .put("detail", detail.node());
        let rule = rules::Rule {
            label: label(&trigger.source.address),
            pattern: pattern.node(),
            bus: None,
            values: Vec::new(),
            span,
        };
        rules::start(trigger.consumer, rule, out);
    }

    fn fires(&self, verb: &Member, event: &Member) -> bool {
        &*verb.name == "push" && &*event.name == "pushed"
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let name = (name == "pulls").then_some("RepositoryPullCount")?;
        let repository = nodes::attribute(of, "RepositoryName", span);
        Some(MetricSource {
            namespace: "AWS/ECR",
            name,
            dimensions: vec![("RepositoryName", repository)],
            statistic: "Sum",
            share_of: None,
            unit: "",
        })
    }

    fn composed(&self, decl: &Decl, property: &str, out: &Lowering<'_>) -> Option<Node> {
        let cached = decl.fields.get("cache")?;
        match property {
            "RepositoryUri" => Some(cache::url(decl, cached, out)),
            "RepositoryName" => Some(cache::prefix(decl, cached)),
            "Arn" => Some(cache::arn(decl, cached, out)),
            _ => None,
        }
    }
}

/// Settings of a repository as its fields say, and what holds without them.
pub(crate) fn settings(fields: &Fields, span: Span) -> Props {
    let exceptions = fields.items("mutable_tags");
    let mutability = match fields.flag("immutable") {
        Some(false) => "MUTABLE",
        _ if exceptions.is_empty() => "IMMUTABLE",
        _ => "IMMUTABLE_WITH_EXCLUSION",
    };
    let at = |name: &str| fields.span(name).unwrap_or(span);
    let filters = exceptions.iter().filter_map(|val| {
        let filter = Props::new(val.span)
            .set("ImageTagMutabilityExclusionFilterType", "WILDCARD")
            .put("ImageTagMutabilityExclusionFilterValue", nodes::node(val)?);
        Some(filter.node())
    });
    let filters: Vec<Node> = filters.collect();
    let filters = (!filters.is_empty()).then(|| Node::list(filters, at("mutable_tags")));
    let scan = fields.node("scan").unwrap_or_else(|| Node::new(true, span));
    Props::new(span)
        .put(
            "ImageTagMutability",
            nodes::text(mutability, at("immutable")),
        )
        .maybe("ImageTagMutabilityExclusionFilters", filters)
        .put(
            "ImageScanningConfiguration",
            Node::map([("ScanOnPush", scan)], at("scan")),
        )
}

/// Lets a role pull images: Service Authorization Reference, Amazon ECR. The token is the account's.
pub(crate) fn pull_statements(arn: Node) -> Vec<Statement> {
    let span = arn.span;
    vec![
        Statement::allow(PULL.iter().copied(), [arn], span),
        token(span),
    ]
}

fn push_statements(arn: Node) -> Vec<Statement> {
    let span = arn.span;
    let actions = PULL.iter().chain(PUSH).copied();
    vec![Statement::allow(actions, [arn], span), token(span)]
}

fn token(span: Span) -> Statement {
    let all = nodes::text("*", span);
    Statement::allow(["ecr:GetAuthorizationToken"], [all], span)
}

const PULL: &[&str] = &[
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
];

const PUSH: &[&str] = &[
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];

fn encrypted(decl: &Decl) -> Option<Node> {
    let key = encryption::key(decl)?;
    let span = key.span;
    let by_key = Props::new(span).set("EncryptionType", "KMS");
    Some(by_key.put("KmsKey", key).node())
}

fn lint(decl: &Decl, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    if fields.flag("immutable") == Some(false) {
        let span = fields.span("immutable").unwrap_or(decl.name_span);
        out.lint(decl, errors::mutable_tags(span));
        if let Some(span) = fields.span("mutable_tags") {
            out.report(errors::all_mutable(span));
        }
    }
    if fields.flag("scan") == Some(false) {
        let span = fields.span("scan").unwrap_or(decl.name_span);
        out.lint(decl, errors::no_scan(span));
    }
    if !lifecycle::given(decl) {
        out.lint(decl, errors::no_lifecycle(decl.name_span));
    }
}

/// The policy of the repository: accounts and roles that may pull, and what others ask for.
pub(crate) fn readers(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let mut statements = Vec::new();
    for val in decl.fields.items("readers") {
        if let Some(principal) = principal(decl, val, out) {
            let statement = Statement::allow(PULL.iter().copied(), [], val.span);
            statements.push(statement.principal(principal));
        }
    }
    for contribution in out.contributed(&decl.address) {
        if let Contribution::Policy(statement) = contribution {
            statements.push(statement);
        }
    }
    let span = decl.fields.span("readers").unwrap_or(decl.name_span);
    (!statements.is_empty()).then(|| policy(statements, span))
}

fn principal(decl: &Decl, val: &Val, out: &mut Lowering<'_>) -> Option<Node> {
    if let Some(role) = resource(val) {
        let arn = nodes::attribute(&role.address, "Arn", val.span);
        return Some(Node::map([("AWS", arn)], val.span));
    }
    let Value::String(text) = &val.value else {
        let arn = nodes::node(val)?;
        return Some(Node::map([("AWS", arn)], val.span));
    };
    if &**text == "*" {
        out.lint(decl, errors::public_registry(val.span));
        return Some(nodes::text("*", val.span));
    }
    let account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let who = match account {
        true => format!("arn:{}:iam::{text}:root", out.partition(decl)),
        false if text.starts_with("arn:") => text.to_string(),
        false => {
            out.report(errors::reader(text, val.span));
            return None;
        }
    };
    Some(Node::map([("AWS", nodes::text(&who, val.span))], val.span))
}
