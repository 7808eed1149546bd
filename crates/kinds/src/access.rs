//! Permissions: verbs of declarations as IAM statements, merged into policies that read the same every time.

use crate::errors;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::registry;
use crate::statements::escalation;
use crate::values::{Read, call, member};
use formwork_diag::Span;
use formwork_schema::{Decl, Node, Val};
use std::collections::BTreeSet;

/// The version of IAM's policy language.
const POLICY_VERSION: &str = "2012-10-17";

/// An IAM statement that allows actions on resources.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    actions: BTreeSet<String>,
    resources: Vec<Node>,
    principal: Option<Node>,
    conditions: Vec<Condition>,
    span: Span,
    denied: bool,
    except: Except,
}

/// What a statement names by what it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Except {
    /// It names what it is about.
    Nothing,
    /// All actions but these.
    Actions,
    /// All resources but these.
    Resources,
}

/// A condition of a statement: operator, key and value.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    operator: String,
    key: String,
    value: Node,
}

impl Statement {
    /// Allows `actions` on `resources`, for the words at `span`.
    pub(crate) fn allow<'a>(
        actions: impl IntoIterator<Item = &'a str>,
        resources: impl IntoIterator<Item = Node>,
        span: Span,
    ) -> Self {
        Statement {
            actions: actions.into_iter().map(str::to_owned).collect(),
            resources: resources.into_iter().collect(),
            principal: None,
            conditions: Vec::new(),
            span,
            denied: false,
            except: Except::Nothing,
        }
    }

    /// Makes it a statement of denial.
    #[must_use]
    pub(crate) fn deny(mut self) -> Self {
        self.denied = true;
        self
    }

    /// Says that its actions or resources are those it is not about.
    #[must_use]
    pub(crate) fn except(mut self, except: Except) -> Self {
        self.except = except;
        self
    }

    /// Names who may, in a policy of a resource or a trust policy: `{ "Service": "s3.amazonaws.com" }` or `"*"`.
    #[must_use]
    pub(crate) fn principal(mut self, principal: Node) -> Self {
        self.principal = Some(principal);
        self
    }

    /// Names the AWS service that may.
    #[must_use]
    pub(crate) fn service(self, service: &str) -> Self {
        let span = self.span;
        self.principal(Props::new(span).set("Service", service).node())
    }

    /// Adds a condition.
    #[must_use]
    pub(crate) fn when(
        mut self,
        operator: impl Into<String>,
        key: impl Into<String>,
        value: Node,
    ) -> Self {
        self.conditions.push(Condition {
            operator: operator.into(),
            key: key.into(),
            value,
        });
        self
    }

    /// The conditions by which a service may act only for one source of our own account.
    #[must_use]
    pub(crate) fn for_source(self, arn: Node, account: Node) -> Self {
        self.when("ArnLike", "aws:SourceArn", arn).when(
            "StringEquals",
            "aws:SourceAccount",
            account,
        )
    }

    /// The words that ask for it.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    fn scope(&self) -> String {
        let mut out = format!("{}{:?}", self.denied, self.except);
        if let Some(principal) = &self.principal {
            out.push_str(&nodes::meaning(principal));
        }
        for condition in &self.conditions {
            out.push_str(&condition.operator);
            out.push_str(&condition.key);
            out.push_str(&nodes::meaning(&condition.value));
        }
        out
    }

    fn resource_key(&self) -> String {
        let keys: Vec<String> = self.resources.iter().map(nodes::meaning).collect();
        keys.join("|")
    }

    /// The statement in IAM's form.
    pub(crate) fn node(&self) -> Node {
        let span = self.span;
        let (action, resource) = match self.except {
            Except::Nothing => ("Action", "Resource"),
            Except::Actions => ("NotAction", "Resource"),
            Except::Resources => ("Action", "NotResource"),
        };
        let mut props = Props::new(span)
            .set("Effect", if self.denied { "Deny" } else { "Allow" })
            .maybe("Principal", self.principal.clone())
            .put(action, nodes::texts(&self.actions, span));
        if !self.resources.is_empty() {
            props = props.put(resource, Node::list(self.resources.clone(), span));
        }
        if !self.conditions.is_empty() {
            props = props.put("Condition", self.condition_node());
        }
        props.node()
    }

    fn condition_node(&self) -> Node {
        let mut operators: Vec<&str> = Vec::new();
        for condition in &self.conditions {
            if !operators.contains(&condition.operator.as_str()) {
                operators.push(&condition.operator);
            }
        }
        let by_operator = operators.into_iter().map(|operator| {
            let keys = self.conditions.iter();
            let of_operator = keys.filter(|condition| condition.operator == operator);
            let pairs = of_operator.map(|c| (c.key.as_str(), c.value.clone()));
            (operator, Node::map(pairs, self.span))
        });
        Node::map(by_operator, self.span)
    }
}

/// A policy of the given statements, merged: the same bytes whatever their order.
pub(crate) fn policy(statements: impl IntoIterator<Item = Statement>, span: Span) -> Node {
    let merged = merge(statements.into_iter().collect());
    Props::new(span)
        .set("Version", POLICY_VERSION)
        .put(
            "Statement",
            Node::list(merged.iter().map(Statement::node), span),
        )
        .node()
}

/// Merges statements on equal resources, then those of equal actions, and sorts them.
fn merge(mut statements: Vec<Statement>) -> Vec<Statement> {
    for statement in &mut statements {
        statement.resources.sort_by_cached_key(nodes::meaning);
        statement
            .resources
            .dedup_by_key(|resource| nodes::meaning(resource));
    }
    statements.sort_by_cached_key(|s| (s.scope(), s.resource_key(), s.actions.clone()));
    let mut by_resource: Vec<Statement> = Vec::new();
    for statement in statements {
        let last = by_resource.last_mut().filter(|last| {
            statement.except == Except::Nothing
                && last.scope() == statement.scope()
                && last.resource_key() == statement.resource_key()
        });
        match last {
            Some(last) => last.actions.extend(statement.actions),
            None => by_resource.push(statement),
        }
    }
    by_resource.sort_by_cached_key(|s| (s.scope(), s.actions.clone(), s.resource_key()));
    let mut merged: Vec<Statement> = Vec::new();
    for statement in by_resource {
        let last = merged.last_mut().filter(|last| {
            statement.except == Except::Nothing
                && last.scope() == statement.scope()
                && last.actions == statement.actions
        });
        match last {
            Some(last) => last.resources.extend(statement.resources),
            None => merged.push(statement),
        }
    }
    for statement in &mut merged {
        statement.resources.sort_by_cached_key(nodes::meaning);
        statement
            .resources
            .dedup_by_key(|resource| nodes::meaning(resource));
    }
    merged
}

/// The trust policy of a role that `service` takes on, perhaps only for one source.
pub(crate) fn trust(service: &str, source: Option<(Node, Node)>, span: Span) -> Node {
    let statement = Statement::allow(["sts:AssumeRole"], [], span).service(service);
    let statement = match source {
        Some((arn, account)) => statement.for_source(arn, account),
        None => statement,
    };
    policy([statement], span)
}

/// The statements of a declaration's `access` field.
pub(crate) fn of_field(decl: &Decl, out: &mut Lowering<'_>) -> Vec<Statement> {
    of_all(decl, decl.fields.items("access"), out)
}

/// The statements of permissions written in a declaration.
pub(crate) fn of_all(decl: &Decl, items: &[Val], out: &mut Lowering<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for val in items {
        statements.extend(of_value(decl, val, out));
    }
    // Those that a declaration writes besides are looked at together with these.
    if decl.fields.items("statements").is_empty() {
        let calls = decl.fields.items("access").iter().filter_map(call);
        let allowed: Vec<_> = calls
            .flat_map(|iam| escalation::allowed(&iam.arguments))
            .collect();
        crate::statements::check_escalation(decl, &allowed, out);
    }
    statements
}

/// First round: tells the kinds whose verbs a declaration is granted.
pub(crate) fn note(decl: &Decl, out: &mut Lowering<'_>) {
    note_all(decl.fields.items("access"), out);
}

/// The same for permissions written elsewhere.
pub(crate) fn note_all(items: &[Val], out: &mut Lowering<'_>) {
    for val in items {
        if let Some(verb) = member(val)
            && let Some(kind) = registry::kind(&verb.of.address.kind)
        {
            kind.granted(verb, out);
        }
    }
}

fn of_value(decl: &Decl, val: &Val, out: &mut Lowering<'_>) -> Vec<Statement> {
    if let Some(verb) = member(val) {
        let kind = registry::kind(&verb.of.address.kind);
        return kind.map_or_else(Vec::new, |kind| kind.statements(verb, out));
    }
    let Some(iam) = call(val) else {
        return Vec::new();
    };
    let actions = iam.arguments.items("actions");
    for action in actions {
        check_action(decl, action, out);
    }
    out.lint(decl, errors::raw_access(iam.name_span));
    let actions: Vec<&str> = actions.iter().filter_map(known).collect();
    let nameless = actions.iter().all(|action| without_resource(action));
    let resources = iam.arguments.items("resources");
    for resource in resources {
        check_resource(decl, resource, nameless, out);
    }
    let resources = resources.iter().filter_map(nodes::node);
    vec![Statement::allow(actions, resources, val.span)]
}

/// Checks one IAM action as written: `service:Action`, and no wildcard over a whole service or everything.
pub(crate) fn check_action(decl: &Decl, val: &Val, out: &mut Lowering<'_>) {
    let Some(action) = known(val) else {
        return;
    };
    if action == "*" || action == "*:*" {
        out.lint(decl, errors::iam_everything(val.span));
    } else if let Some((service, name)) = action.split_once(':') {
        if name == "*" {
            out.lint(decl, errors::iam_service_wildcard(service, val.span));
        } else if service.is_empty() || name.is_empty() {
            out.report(errors::iam_action(action, val.span));
        }
    } else {
        out.report(errors::iam_action(action, val.span));
    }
}

/// Actions that take no resource, or whose resources cannot be named: Service Authorization Reference.
const NAMELESS: &[&str] = &[
    "acm:ListCertificates",
    "autoscaling:Describe*",
    "batch:Describe*",
    "batch:List*",
    "ce:Get*",
    "cloudwatch:GetMetricData",
    "cloudwatch:GetMetricStatistics",
    "cloudwatch:ListMetrics",
    "cloudwatch:PutMetricData",
    "comprehend:Detect*",
    "dynamodb:ListTables",
    "ec2:Describe*",
    "ecr:GetAuthorizationToken",
    "ecs:DescribeTaskDefinition",
    "ecs:ListClusters",
    "elasticloadbalancing:Describe*",
    "kms:GenerateRandom",
    "kms:ListAliases",
    "kms:ListKeys",
    "lambda:ListFunctions",
    "pricing:*",
    "rekognition:DetectFaces",
    "rekognition:DetectLabels",
    "rekognition:DetectModerationLabels",
    "rekognition:DetectText",
    "route53:ListHostedZones",
    "s3:ListAllMyBuckets",
    "sqs:ListQueues",
    "ssmmessages:*",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
    "tag:GetResources",
    "textract:*",
    "xray:Put*",
];

/// Whether no resource can be named for an action.
pub(crate) fn without_resource(action: &str) -> bool {
    NAMELESS.iter().any(|pattern| covers(pattern, action))
}

/// Whether an action, or each that a pattern of actions means, is meant by another pattern; IAM ignores case.
pub(crate) fn covers(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut pieces = pattern.split('*');
    let Some(rest) = pieces.next().and_then(|first| action.strip_prefix(first)) else {
        return false;
    };
    let mut rest = rest;
    let mut last = None;
    for piece in pieces {
        last = Some(piece);
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or(""),
            None => return false,
        }
    }
    match last {
        None => rest.is_empty(),
        Some(piece) => action.ends_with(piece),
    }
}

fn check_resource(decl: &Decl, val: &Val, nameless: bool, out: &mut Lowering<'_>) {
    match known(val) {
        Some("*") if nameless => {}
        Some("*") => out.lint(decl, errors::iam_any_resource(val.span)),
        _ => check_arn(val, out),
    }
}

/// Checks a resource of a statement as written: an ARN, or all of them.
pub(crate) fn check_arn(val: &Val, out: &mut Lowering<'_>) {
    if let Some(arn) = known(val)
        && arn != "*"
        && !arn.starts_with("arn:")
    {
        out.report(errors::iam_arn(arn, val.span));
    }
}

fn known(val: &Val) -> Option<&str> {
    match &val.value {
        formwork_schema::Value::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn patterns_of_actions() {
        assert!(covers("ec2:Describe*", "ec2:describeInstances"));
        assert!(covers("iam:*Role*", "iam:PassRole"));
        assert!(covers("*", "iam:PassRole"));
        assert!(covers("iam:PassRole", "iam:passrole"));
        assert!(!covers("iam:Pass", "iam:PassRole"));
        assert!(!covers("iam:*Policy", "iam:PutPolicyX"));
        assert!(!covers("ec2:Describe*", "iam:PassRole"));
    }
}
