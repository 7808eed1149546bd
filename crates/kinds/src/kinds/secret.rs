//! `secret`: a value in Secrets Manager that is set by the command and never written in a file.

use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::encryption;
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::specs::{attribute, characters, field, items, monthly, numbers, object, pattern, usage};
use crate::values::Read;
use formwork_schema::{Decl, FieldSpec, KindSpec, Member, Node, Type, VerbSpec};

/// The type it becomes.
const SECRET: &str = "AWS::SecretsManager::Secret";

/// The kind `secret`.
pub(crate) struct Secret;

impl Kind for Secret {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "secret",
            doc: "A secret in Secrets Manager. `formwork secret set` gives it its value, which is in no file, state, plan or log.",
            fields: fields(),
            attributes: vec![
                attribute("name", "Name", "Its name."),
                attribute(
                    "arn",
                    "Id",
                    "Its ARN: what code is told, to ask for the value.",
                ),
            ],
            verbs: vec![VerbSpec {
                name: "read",
                parameters: Vec::new(),
                nested: Vec::new(),
                doc: "Get its value.",
            }],
            events: Vec::new(),
            metrics: Vec::new(),
            usage: usage(vec![monthly(
                "reads_per_month",
                "How often its value is asked for.",
            )]),
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        // Each replica costs as much as the secret.
        let replicas = of.main()?.items("ReplicaRegions").len() as i64;
        Some(vec![
            Charge::fixed("secret", "secretsmanager.secret", 1 + replicas),
            Charge::used("reads", "secretsmanager.calls", of.used("reads_per_month")),
        ])
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::by(
            SECRET,
            &[("name", "Name", "Its name."), ("arn", "Id", "Its ARN.")],
        ))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let props = Props::of(decl)
            .maybe("Name", fields.node("name"))
            .maybe("Description", fields.node("description"))
            .maybe("KmsKeyId", encryption::key(decl))
            .maybe("GenerateSecretString", generated(decl))
            .maybe("ReplicaRegions", replicas(decl));
        out.emit(decl, Emit::main(SECRET, props.finish()));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "Name"),
            ("description", "Description"),
            ("kms_key", "KmsKeyId"),
        ]
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        let span = verb.name_span;
        let arn = nodes::attribute(&verb.of.address, "Id", span);
        let actions = [
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
        ];
        let key = encryption::statement(&verb.of.address, &["kms:Decrypt"], span, out);
        let own = Statement::allow(actions, [arn], span);
        std::iter::once(own).chain(key).collect()
    }
}

fn fields() -> Vec<FieldSpec> {
    let generate = object(
        "generate",
        vec![
            field("length", Type::Int, "How many characters.")
                .default("32")
                .constraint(numbers(1, 4096)),
            field("exclude", Type::String, "Characters that are left out.")
                .constraint(characters(0, 4096)),
            field("punctuation", Type::Bool, "Whether punctuation is in it.").default("true"),
            field(
                "template",
                Type::String,
                "A JSON object that the value is put into, under `key`: `json({ user = \"admin\" })`.",
            ),
            field("key", Type::String, "The name of the value in `template`."),
        ],
    );
    vec![
        field(
            "name",
            Type::String,
            "Its name; `/` separates levels: `shop/stripe`.",
        )
        .constraint(pattern(
            "^[a-zA-Z0-9/_+=.@-]{1,512}$",
            "letters, digits and `/`, `_`, `+`, `=`, `.`, `@`, `-`",
        )),
        field("description", Type::String, "What it is for.").constraint(characters(0, 2048)),
        field(
            "generate",
            generate,
            "Has AWS make a random value when the secret is made; without it the value is set by `formwork secret set`.",
        ),
        encryption::field("it"),
        field(
            "replicas",
            Type::String.list(),
            "Further regions that hold it, by their AWS names: `[\"us-east-1\"]`.",
        )
        .constraint(items(1, 30)),
    ]
}

/// What Secrets Manager is to make: CreateSecret takes it once, and nobody else sees the value.
fn generated(decl: &Decl) -> Option<Node> {
    let fields = decl.fields.object("generate")?;
    let span = decl.fields.span("generate")?;
    let punctuation = fields.flag("punctuation").filter(|wanted| !wanted);
    let props = Props::new(span)
        .put(
            "PasswordLength",
            fields
                .node("length")
                .unwrap_or_else(|| nodes::int(32, span)),
        )
        .maybe("ExcludeCharacters", fields.node("exclude"))
        .maybe(
            "ExcludePunctuation",
            punctuation.map(|_| Node::new(true, span)),
        )
        .maybe("SecretStringTemplate", fields.node("template"))
        .maybe("GenerateStringKey", fields.node("key"));
    Some(props.node())
}

fn replicas(decl: &Decl) -> Option<Node> {
    let span = decl.fields.span("replicas")?;
    let regions = decl.fields.items("replicas").iter();
    let regions = regions.filter_map(|val| {
        let region = nodes::node(val)?;
        Some(Node::map([("Region", region)], val.span))
    });
    Some(Node::list(regions.collect::<Vec<_>>(), span))
}
