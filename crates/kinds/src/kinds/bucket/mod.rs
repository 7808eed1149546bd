//! `bucket`: objects in S3, encrypted, closed to the public, over TLS only.

mod errors;
mod notifications;
mod spec;

use crate::access::{Statement, policy};
use crate::cost::{Charge, Costed};
use crate::encryption;
use crate::existing::{self, Lookup};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::triggers::{Caller, Contribution, Notification, Trigger, known_argument, label};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Fields, KindSpec, Member, Node, Val, Value};

/// The kind `bucket`.
pub(crate) struct Bucket;

impl Kind for Bucket {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        if let (Some(to), Some(span)) = (decl.fields.resource("log_to"), decl.fields.span("log_to"))
        {
            let statement = log_statement(decl, &to.address, span, out);
            out.contribute(&to.address, Contribution::Policy(statement));
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(vec![
            Charge::used("storage", "s3.storage", of.used_in("storage", "GB")),
            Charge::used("writes and lists", "s3.writes", of.used("writes_per_month")),
            Charge::used("reads", "s3.reads", of.used("reads_per_month")),
            Charge::used(
                "sent to the internet",
                "transfer.out",
                of.used_in("sent", "GB"),
            ),
        ])
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::S3::Bucket", "BucketName"))
    }

    fn look(&self, decl: &Decl, out: &mut Lowering<'_>) {
        if let Some(lookup) = self.lookup() {
            existing::look(decl, &lookup, out);
        }
        // Others' entries stay beside ours, so a bucket can be told to notify without being the stack's.
        notifications::lower(decl, out);
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        if fields.get("versioning").is_none() {
            out.lint(decl, errors::no_versioning(decl.name_span));
        }
        let logging = fields.resource("log_to").map(|to| {
            let span = fields.span("log_to").unwrap_or(decl.name_span);
            let name = nodes::attribute(&to.address, "BucketName", span);
            let prefix = log_prefix(decl, span);
            Node::map(
                [("DestinationBucketName", name), ("LogFilePrefix", prefix)],
                span,
            )
        });
        let props = Props::of(decl)
            .maybe("BucketName", fields.node("name"))
            .put("BucketEncryption", encryption(decl))
            .put("PublicAccessBlockConfiguration", closed(decl))
            .put("OwnershipControls", owned(decl))
            .maybe("VersioningConfiguration", versioning(decl))
            .maybe("LifecycleConfiguration", lifecycle(decl, out))
            .maybe("CorsConfiguration", cors(decl, out))
            .maybe("LoggingConfiguration", logging);
        let log_policy = fields
            .resource("log_to")
            .map(|to| to.address.part("policy"));
        let bucket = Emit::main("AWS::S3::Bucket", props.finish())
            .force(fields.flag("force"))
            .after(log_policy.filter(|policy| policy.owner() != decl.address));
        out.emit(decl, bucket);
        tls_only(decl, out);
        notifications::lower(decl, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        spec::PROPERTIES
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        statements(verb, out)
    }

    fn connect(&self, trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
        let caller = Caller {
            principal: "s3.amazonaws.com",
            source: nodes::attribute(&trigger.source.address, "Arn", trigger.span),
            label: label(&trigger.source.address),
            span: trigger.span,
        };
        let Some(admission) = out.admit(&trigger.consumer.address, &caller) else {
            notifications::bridge(trigger, out);
            return;
        };
        let notification = Notification {
            event: trigger.event.clone(),
            span: trigger.span,
            consumer: trigger.consumer.address.clone(),
            arn: admission.arn,
            after: admission.after,
        };
        out.contribute(
            &trigger.source.address,
            Contribution::Notification(Box::new(notification)),
        );
    }

    fn fires(&self, verb: &Member, event: &Member) -> bool {
        let fits = match &*event.name {
            "created" => matches!(&*verb.name, "write" | "read_write"),
            "removed" => &*verb.name == "delete",
            _ => false,
        };
        let written = known_argument(verb, "prefix");
        let watched = known_argument(event, "prefix");
        match (written, watched) {
            (Some(written), Some(watched)) => {
                fits && (written.starts_with(watched) || watched.starts_with(written))
            }
            _ => fits && crate::triggers::arguments(verb) == crate::triggers::arguments(event),
        }
    }
}

/// What the names of a bucket's access logs begin with: its own name.
fn log_prefix(decl: &Decl, span: Span) -> Node {
    nodes::suffixed(nodes::attribute(&decl.address, "BucketName", span), "/")
}

/// Lets S3 write the access logs of `decl` into another bucket.
fn log_statement(decl: &Decl, to: &Address, span: Span, out: &Lowering<'_>) -> Statement {
    let to = nodes::suffixed(nodes::attribute(to, "Arn", span), "/");
    let objects = nodes::concat([to, nodes::suffixed(log_prefix(decl, span), "*")], span);
    let source = nodes::attribute(&decl.address, "Arn", span);
    Statement::allow(["s3:PutObject"], [objects], span)
        .service("logging.s3.amazonaws.com")
        .for_source(source, out.account(span))
}

fn encryption(decl: &Decl) -> Node {
    let span = decl.fields.span("kms_key").unwrap_or(decl.name_span);
    let default = match encryption::key(decl) {
        Some(key) => Props::new(span)
            .set("SSEAlgorithm", "aws:kms")
            .put("KMSMasterKeyID", key),
        None => Props::new(span).set("SSEAlgorithm", "AES256"),
    };
    let rule = Props::new(span).put("ServerSideEncryptionByDefault", default.node());
    let rule = match decl.fields.get("kms_key") {
        Some(_) => rule.set("BucketKeyEnabled", true),
        None => rule,
    };
    let rules = Node::list([rule.node()], span);
    Node::map([("ServerSideEncryptionConfiguration", rules)], span)
}

fn closed(decl: &Decl) -> Node {
    Props::of(decl)
        .set("BlockPublicAcls", true)
        .set("BlockPublicPolicy", true)
        .set("IgnorePublicAcls", true)
        .set("RestrictPublicBuckets", true)
        .node()
}

fn owned(decl: &Decl) -> Node {
    let rule = Props::of(decl).set("ObjectOwnership", "BucketOwnerEnforced");
    Node::map(
        [("Rules", Node::list([rule.node()], decl.name_span))],
        decl.name_span,
    )
}

fn versioning(decl: &Decl) -> Option<Node> {
    let on = decl.fields.flag("versioning")?;
    let status = if on { "Enabled" } else { "Suspended" };
    let span = decl.fields.span("versioning")?;
    Some(Props::new(span).set("Status", status).node())
}

/// The rules by which objects go: `expire_after` for all, then those of `lifecycle`.
fn lifecycle(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let fields = &decl.fields;
    let mut rules = Vec::new();
    if let Some(days) = fields.amount("expire_after", "d") {
        let span = days.span;
        let rule = Props::new(span)
            .set("Id", "expire")
            .set("Status", "Enabled")
            .set("Prefix", "")
            .put("ExpirationInDays", days);
        rules.push(rule.node());
    }
    for (at, val) in fields.items("lifecycle").iter().enumerate() {
        if let Value::Object(rule) = &val.value {
            rules.push(lifecycle_rule(at + 1, val, rule, out));
        }
    }
    let span = fields
        .span("lifecycle")
        .or(fields.span("expire_after"))
        .unwrap_or(decl.name_span);
    (!rules.is_empty()).then(|| Node::map([("Rules", Node::list(rules, span))], span))
}

fn lifecycle_rule(number: usize, val: &Val, rule: &Fields, out: &mut Lowering<'_>) -> Node {
    let span = val.span;
    let archive = rule.amount("archive_after", "d").map(|days| {
        let class = match rule.word("archive_to") {
            Some("glacier") => "GLACIER",
            Some("deep_archive") => "DEEP_ARCHIVE",
            Some("infrequent_access") => "STANDARD_IA",
            Some("intelligent") => "INTELLIGENT_TIERING",
            _ => "GLACIER_IR",
        };
        let transition = Props::new(days.span)
            .set("StorageClass", class)
            .put("TransitionInDays", days);
        Node::list([transition.node()], span)
    });
    let aborted = rule
        .amount("abort_uploads_after", "d")
        .map(|days| Node::map([("DaysAfterInitiation", days)], span));
    let old = rule
        .amount("expire_old_versions_after", "d")
        .map(|days| Node::map([("NoncurrentDays", days)], span));
    if rule.get("archive_after").is_none() && rule.get("archive_to").is_some() {
        let at = rule.name_span("archive_to").unwrap_or(span);
        out.report(errors::archive_when(at));
    }
    if let (Some(archived), Some(gone)) = (
        rule.quantity("archive_after"),
        rule.quantity("expire_after"),
    ) && gone.amount <= archived.amount
    {
        let at = rule.span("expire_after").unwrap_or(span);
        out.report(errors::expires_first(archived, gone, at));
    }
    Props::new(span)
        .set("Id", format!("rule-{number}").as_str())
        .set("Status", "Enabled")
        .put(
            "Prefix",
            rule.node("prefix").unwrap_or_else(|| nodes::text("", span)),
        )
        .maybe("ExpirationInDays", rule.amount("expire_after", "d"))
        .maybe("Transitions", archive)
        .maybe("NoncurrentVersionExpiration", old)
        .maybe("AbortIncompleteMultipartUpload", aborted)
        .node()
}

fn cors(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let cors = decl.fields.object("cors")?;
    let span = decl.fields.span("cors")?;
    let methods = cors
        .items("methods")
        .iter()
        .filter_map(|val| match &val.value {
            Value::Word(word) => Some(nodes::text(&word.to_ascii_uppercase(), val.span)),
            _ => None,
        });
    let methods = Node::list(methods, cors.span("methods").unwrap_or(span));
    if let Some((origin, writes)) = errors::open_write(cors) {
        out.lint(decl, errors::open_cors(origin, writes));
    }
    let rule = Props::new(span)
        .maybe("AllowedOrigins", cors.node("origins"))
        .put("AllowedMethods", methods)
        .maybe("AllowedHeaders", cors.node("headers"))
        .maybe("ExposedHeaders", cors.node("expose"))
        .maybe("MaxAge", cors.amount("max_age", "s"));
    Some(Node::map(
        [("CorsRules", Node::list([rule.node()], span))],
        span,
    ))
}

/// Denies everything that does not come over TLS.
fn tls_only(decl: &Decl, out: &mut Lowering<'_>) {
    let span = decl.name_span;
    let arn = nodes::attribute(&decl.address, "Arn", span);
    let objects = nodes::suffixed(arn.clone(), "/*");
    let tls = Statement::allow(["s3:*"], [arn, objects], span)
        .deny()
        .principal(nodes::text("*", span))
        .when("Bool", "aws:SecureTransport", nodes::text("false", span));
    let mut statements = vec![tls];
    for contribution in out.contributed(&decl.address) {
        if let Contribution::Policy(statement) = contribution {
            statements.push(statement);
        }
    }
    let props = Props::of(decl)
        .put(
            "Bucket",
            nodes::attribute(&decl.address, "BucketName", span),
        )
        .put("PolicyDocument", policy(statements, span));
    let part = Emit::part("policy", "AWS::S3::BucketPolicy", props.finish());
    out.emit(decl, part);
}

fn statements(verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
    let span = verb.name_span;
    let arn = nodes::attribute(&verb.of.address, "Arn", span);
    let prefix = verb.arguments.node("prefix");
    let prefix = prefix.unwrap_or_else(|| nodes::text("", span));
    let objects = nodes::concat(
        [
            arn.clone(),
            nodes::text("/", span),
            prefix.clone(),
            nodes::text("*", span),
        ],
        span,
    );
    let actions: &[&str] = match &*verb.name {
        "read" => READ,
        "write" => WRITE,
        "delete" => DELETE,
        "read_write" => READ_WRITE,
        _ => {
            let listed = Statement::allow(["s3:ListBucket"], [arn], span);
            return vec![match verb.arguments.get("prefix") {
                Some(_) => {
                    let pattern = nodes::suffixed(prefix, "*");
                    listed.when("StringLike", "s3:prefix", Node::list([pattern], span))
                }
                None => listed,
            }];
        }
    };
    let mut all = vec![Statement::allow(actions.iter().copied(), [objects], span)];
    let actions = key_actions(&verb.name);
    all.extend(encryption::statement(&verb.of.address, actions, span, out));
    all
}

const READ: &[&str] = &["s3:GetObject"];
const WRITE: &[&str] = &["s3:AbortMultipartUpload", "s3:PutObject"];
const READ_WRITE: &[&str] = &["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];
const DELETE: &[&str] = &["s3:DeleteObject"];

/// What S3 does with the key for a caller: S3 guide, "Using SSE-KMS", permissions.
fn key_actions(verb: &str) -> &'static [&'static str] {
    match verb {
        "read" => &["kms:Decrypt"],
        "delete" => &["kms:DescribeKey"],
        _ => &["kms:Decrypt", "kms:GenerateDataKey"],
    }
}
