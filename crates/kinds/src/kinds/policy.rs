//! `policy`: a managed policy of IAM, to attach to roles.

use crate::access::{self, policy};
use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::Props;
use crate::registry::Kind;
use crate::specs::{access_field, attribute, characters, field, pattern};
use crate::statements;
use crate::values::{Read, is_wrong};
use formwork_diag::{Code, Diagnostic, Span};
use formwork_schema::{Decl, KindSpec, Node, Prop, Type};

/// The most characters of a managed policy without blanks: IAM quotas, "Managed policy length".
const MAX_SIZE: usize = 6_144;

/// The kind `policy`.
pub(crate) struct Policy;

impl Kind for Policy {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "policy",
            doc: "A managed policy of IAM: rights that several roles may have.",
            fields: vec![
                access_field(),
                statements::field(),
                field("path", Type::String, "Its path in IAM.")
                    .default("\"/\"")
                    .constraint(pattern(
                        "^/([!-~]+/)?$",
                        "a path that begins and ends with `/`",
                    )),
                field(
                    "description",
                    Type::String,
                    "What people read in the console; cannot be changed later.",
                )
                .constraint(characters(0, 1000)),
                field(
                    "name",
                    Type::String,
                    "Its name in AWS, if the derived one will not do.",
                )
                .constraint(pattern(
                    "^[\\w+=,.@-]{1,128}$",
                    "1 to 128 letters, digits and `+=,.@_-`",
                )),
            ],
            attributes: vec![
                attribute("name", "ManagedPolicyName", "Its name in AWS."),
                attribute("arn", "PolicyArn", "Its ARN."),
                attribute("id", "PolicyId", "Its unique id."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(Vec::new())
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::by(
            "AWS::IAM::ManagedPolicy",
            &[
                ("name", "ManagedPolicyName", "Its name."),
                ("arn", "PolicyArn", "Its ARN."),
            ],
        ))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let mut all = access::of_field(decl, out);
        all.extend(statements::of_field(decl, out));
        if all.is_empty() {
            let wrong = |field: &&str| is_wrong(&decl.fields, field);
            if !["access", "statements"].iter().any(wrong) {
                out.report(empty(decl.name_span));
            }
            return;
        }
        let document = policy(all, decl.name_span);
        let size = size(&document);
        if size > MAX_SIZE {
            out.report(too_large(size, decl.name_span));
        }
        let props = Props::of(decl)
            .maybe("ManagedPolicyName", decl.fields.node("name"))
            .maybe("Path", decl.fields.node("path"))
            .maybe("Description", decl.fields.node("description"))
            .put("PolicyDocument", document);
        out.emit(decl, Emit::main("AWS::IAM::ManagedPolicy", props.finish()));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "ManagedPolicyName"),
            ("path", "Path"),
            ("description", "Description"),
            ("access", "PolicyDocument"),
            ("statements", "PolicyDocument"),
        ]
    }
}

/// The least characters a document can have: what is not known yet counts nothing.
fn size(node: &Node) -> usize {
    match &node.prop {
        Prop::Bool(_) => 4,
        Prop::Number(number) => number.to_string().len(),
        Prop::String(text) => text.len() + 2,
        Prop::List(items) => 1 + items.iter().map(|item| size(item) + 1).sum::<usize>(),
        Prop::Map(map) => {
            let entries = map.iter().map(|(name, value)| name.len() + 4 + size(value));
            1 + entries.sum::<usize>()
        }
        Prop::Artifact(_) | Prop::Deferred(_) => 2,
    }
}

fn empty(name: Span) -> Diagnostic {
    Diagnostic::error(
        Code("access::statement"),
        "this policy allows and denies nothing",
        name,
        "has no `access` and no `statements`",
    )
    .help("write what it allows: `access = [uploads.read]`")
}

fn too_large(size: usize, name: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::policy_size"),
        format!("this policy is at least {size} characters long, IAM takes {MAX_SIZE}"),
        name,
        "too long",
    )
    .help("split it in two; a role can have several policies")
}
