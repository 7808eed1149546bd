//! `server_bucket`: objects in Lightsail, at a fixed price a month.

use super::{errors, shared};
use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::specs::{attribute, field, items, kind, pattern};
use crate::values::{self, Read};
use formwork_schema::{Decl, FieldSpec, KindSpec, Node, Type};

/// The kind `server_bucket`.
pub(crate) struct ServerBucket;

impl Kind for ServerBucket {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_bucket",
            doc: "A bucket of Lightsail: objects at a fixed price a month, closed to the public.",
            fields: fields(),
            attributes: vec![
                attribute("name", "BucketName", "Its name."),
                attribute("arn", "BucketArn", "Its ARN."),
                attribute("url", "Url", "Where its objects are."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let bundle = of.main()?.text("BundleId")?;
        let price = format!("lightsail.bucket.{bundle}");
        Some(vec![Charge::fixed(bundle, price, 1)])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let open = [
            ("public", "this bucket"),
            ("public_objects", "single objects of this bucket"),
        ];
        for (name, what) in open {
            if let (Some(true), Some(span)) = (fields.flag(name), fields.span(name)) {
                out.lint(decl, errors::public_bucket(span, what));
            }
        }
        let mut servers = Vec::new();
        for val in fields.items("access_from") {
            if let Some(of) = values::resource(val) {
                shared::same_region(decl, &of.address, val.span, out);
                servers.push(nodes::attribute(&of.address, "InstanceName", val.span));
            }
        }
        let servers = fields
            .span("access_from")
            .map(|span| Node::list(servers, span));
        let props = Props::of(decl)
            .maybe("BucketName", fields.node("name"))
            .put("BundleId", bundle(decl))
            .put("AccessRules", rules(decl))
            .maybe("ObjectVersioning", fields.node("versioning"))
            .maybe("ReadOnlyAccessAccounts", fields.node("readers"))
            .maybe("ResourcesReceivingAccess", servers);
        let bucket = Emit::main("AWS::Lightsail::Bucket", props.finish());
        out.emit(decl, bucket.force(fields.flag("force")));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "BucketName"),
            ("bundle", "BundleId"),
            ("public", "AccessRules"),
            ("public_objects", "AccessRules"),
            ("versioning", "ObjectVersioning"),
            ("readers", "ReadOnlyAccessAccounts"),
            ("access_from", "ResourcesReceivingAccess"),
        ]
    }
}

fn fields() -> Vec<FieldSpec> {
    vec![
        field(
            "bundle",
            Type::words("size", &["small", "medium", "large"]),
            "How much it holds: 5, 100 or 250 GB.",
        )
        .default("small"),
        field("versioning", Type::Bool, "Keeps what objects were before.").default("false"),
        field(
            "public",
            Type::Bool,
            "Whether everybody may read everything in it.",
        )
        .default("false"),
        field(
            "public_objects",
            Type::Bool,
            "Whether single objects may be opened to everybody.",
        )
        .default("false"),
        field(
            "readers",
            Type::String.list(),
            "Accounts that may read: `[\"123456789012\"]`.",
        )
        .constraint(items(1, 10)),
        field(
            "access_from",
            kind("server").list(),
            "Servers that may read and write without a key.",
        )
        .known()
        .constraint(items(1, 50)),
        field(
            "force",
            Type::Bool,
            "Empties the bucket before it is deleted.",
        )
        .default("false")
        .known(),
        field("name", Type::String, "Its name, unique in the world.").constraint(pattern(
            "^[a-z0-9][a-z0-9-]{1,52}[a-z0-9]$",
            "3 to 54 small letters, digits and `-`, a letter or digit at both ends",
        )),
    ]
}

/// `small_1_0`: Lightsail API, GetBucketBundles.
fn bundle(decl: &Decl) -> Node {
    let word = decl.fields.word("bundle").unwrap_or("small");
    let span = decl.fields.span("bundle").unwrap_or(decl.name_span);
    nodes::text(&format!("{word}_1_0"), span)
}

/// Who may read, always said: what is public outside of this file is drift.
fn rules(decl: &Decl) -> Node {
    let fields = &decl.fields;
    let span = fields.span("public").unwrap_or(decl.name_span);
    let read = match fields.flag("public") {
        Some(true) => "public",
        _ => "private",
    };
    let single = fields
        .node("public_objects")
        .unwrap_or_else(|| Node::new(false, span));
    Props::new(span)
        .set("GetObject", read)
        .put("AllowPublicOverrides", single)
        .node()
}
