//! `parameter`: a value in the Parameter Store of AWS Systems Manager.

use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::specs::{attribute, characters, field, items, pattern};
use crate::values::Read;
use formwork_diag::{Code, Diagnostic, Span};
use formwork_schema::{Decl, KindSpec, Member, Node, Type, Val, Value, VerbSpec};

/// The most bytes of a standard and of an advanced parameter: Systems Manager user guide, "Parameter tiers".
const LIMITS: [(&str, usize); 2] = [("standard", 4096), ("advanced", 8192)];

/// The kind `parameter`.
pub(crate) struct Parameter;

impl Kind for Parameter {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "parameter",
            doc: "A value in the Parameter Store of AWS Systems Manager.",
            fields: vec![
                field(
                    "value",
                    Type::one_of([Type::String, Type::String.list()]),
                    "Its value: a string, or a list of strings without commas.",
                )
                .required()
                .constraint(items(1, 1000)),
                field(
                    "name",
                    Type::String,
                    "Its name; `/` separates levels.",
                )
                .constraint(pattern(
                    "^([a-zA-Z0-9_.\\-]{1,1011}|(/[a-zA-Z0-9_.\\-]+){1,15})$",
                    "letters, digits and `.`, `-`, `_`; with levels, it begins with `/`: `/shop/limit`",
                )),
                field("description", Type::String, "What it is for.")
                    .constraint(characters(0, 1024)),
                field(
                    "tier",
                    Type::words("tier", &["standard", "advanced", "intelligent"]),
                    "`standard` holds 4 KB and is free, `advanced` 8 KB.",
                )
                .default("standard"),
                field(
                    "allowed_pattern",
                    Type::String,
                    "A regular expression that every value must match.",
                )
                .constraint(characters(0, 1024)),
            ],
            attributes: vec![
                attribute("name", "Name", "Its name."),
                attribute("arn", "Arn", "Its ARN."),
                attribute("value", "Value", "Its value."),
            ],
            verbs: vec![
                verb("read", "Get its value."),
                verb("write", "Put a new value."),
            ],
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        // Of the tiers only the standard one is free.
        let tier = of.main()?.text("Tier");
        tier.is_none_or(|tier| tier == "Standard").then(Vec::new)
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::SSM::Parameter", "Name"))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let span = fields.span("value").unwrap_or(decl.name_span);
        let list = matches!(
            fields.get("value").map(|val| &val.value),
            Some(Value::List(_))
        );
        check_length(decl, out);
        let tier = match fields.word("tier") {
            Some("advanced") => Some("Advanced"),
            Some("intelligent") => Some("Intelligent-Tiering"),
            _ => None,
        };
        let props = Props::of(decl)
            .maybe("Name", fields.node("name"))
            .put(
                "Type",
                nodes::text(if list { "StringList" } else { "String" }, span),
            )
            .maybe("Value", value(fields.get("value"), out))
            .maybe("Description", fields.node("description"))
            .maybe(
                "Tier",
                tier.map(|tier| nodes::text(tier, fields.span("tier").unwrap_or(span))),
            )
            .maybe("AllowedPattern", fields.node("allowed_pattern"));
        out.emit(decl, Emit::main("AWS::SSM::Parameter", props.finish()));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("value", "Value"),
            ("name", "Name"),
            ("description", "Description"),
            ("tier", "Tier"),
            ("allowed_pattern", "AllowedPattern"),
        ]
    }

    fn statements(&self, verb: &Member, _out: &mut Lowering<'_>) -> Vec<Statement> {
        let arn = nodes::attribute(&verb.of.address, "Arn", verb.name_span);
        let actions: &[&str] = match &*verb.name {
            "write" => &["ssm:PutParameter"],
            _ => &["ssm:GetParameter", "ssm:GetParameters"],
        };
        vec![Statement::allow(
            actions.iter().copied(),
            [arn],
            verb.name_span,
        )]
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

/// The value as Parameter Store holds it: a list is joined by commas.
fn value(val: Option<&Val>, out: &mut Lowering<'_>) -> Option<Node> {
    let val = val?;
    let Value::List(items) = &val.value else {
        return nodes::node(val);
    };
    let mut parts = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if let Value::String(text) = &item.value
            && text.contains(',')
        {
            out.report(comma(item.span));
        }
        if at > 0 {
            parts.push(nodes::text(",", val.span));
        }
        parts.extend(nodes::node(item));
    }
    Some(nodes::concat(parts, val.span))
}

fn check_length(decl: &Decl, out: &mut Lowering<'_>) {
    let tier = decl.fields.word("tier").unwrap_or("standard");
    let limit = LIMITS
        .iter()
        .find(|(name, _)| *name == tier)
        .map(|(_, limit)| *limit);
    if let (Some((text, val)), Some(limit)) = (decl.fields.text("value"), limit)
        && text.len() > limit
    {
        out.report(too_long(text.len(), tier, limit, val.span));
    }
}

fn comma(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::parameter_comma"),
        "an item of a parameter's list cannot hold a comma",
        span,
        "Parameter Store joins the items by commas",
    )
    .help("write one string with a separator of your own instead of a list")
}

fn too_long(bytes: usize, tier: &str, limit: usize, span: Span) -> Diagnostic {
    let help = match tier {
        "standard" => "write `tier = advanced` for up to 8192 bytes, or keep the value in a bucket",
        _ => "keep the value in a bucket and its key in the parameter",
    };
    Diagnostic::error(
        Code("aws::parameter_size"),
        format!("a parameter of the {tier} tier holds {limit} bytes, this value has {bytes}"),
        span,
        format!("{bytes} bytes"),
    )
    .help(help)
}
