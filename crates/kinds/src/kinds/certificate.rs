//! `certificate`: a certificate of ACM for names that are proven by DNS.

use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::specs::{attribute, field, items, kind, pattern};
use crate::values::{Read, resource};
use formwork_diag::{Code, Diagnostic, Span, safe};
use formwork_schema::{Decl, FieldSpec, KindSpec, Node, Type, Val, Value};

/// The most characters of the first name: ACM user guide, "Certificate characteristics".
const LONGEST_FIRST: usize = 64;

/// The kind `certificate`.
pub(crate) struct Certificate;

impl Kind for Certificate {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "certificate",
            doc: "A certificate of ACM: proven by DNS, and renewed by AWS.",
            fields: fields(),
            attributes: vec![attribute("arn", "CertificateArn", "Its ARN.")],
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
            "AWS::CertificateManager::Certificate",
            &[
                ("domain", "DomainName", "The name it was issued for."),
                ("arn", "CertificateArn", "Its ARN."),
            ],
        ))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        check(decl, out);
        let span = |name: &str| fields.span(name).unwrap_or(decl.name_span);
        let algorithm = fields.word("key").map(|word| {
            let name = match word {
                "ec_p256" => "EC_prime256v1",
                "ec_p384" => "EC_secp384r1",
                _ => "RSA_2048",
            };
            nodes::text(name, span("key"))
        });
        let switch = |name: &str| {
            let on = fields.flag(name)?;
            let word = if on { "ENABLED" } else { "DISABLED" };
            Some(nodes::text(word, span(name)))
        };
        let props = Props::of(decl)
            .maybe("DomainName", fields.node("domain"))
            .maybe("SubjectAlternativeNames", fields.node("names"))
            .set("ValidationMethod", "DNS")
            .maybe("DomainValidationOptions", validation(decl))
            .maybe("KeyAlgorithm", algorithm)
            .maybe("CertificateExport", switch("export"))
            .maybe(
                "CertificateTransparencyLoggingPreference",
                switch("transparency"),
            );
        out.emit(
            decl,
            Emit::main("AWS::CertificateManager::Certificate", props.finish()),
        );
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("domain", "DomainName"),
            ("names", "SubjectAlternativeNames"),
            ("zone", "DomainValidationOptions"),
            ("key", "KeyAlgorithm"),
            ("export", "CertificateExport"),
            ("transparency", "CertificateTransparencyLoggingPreference"),
        ]
    }
}

fn fields() -> Vec<FieldSpec> {
    let name = || {
        pattern(
            "^(\\*\\.)?(([a-z0-9]|[a-z0-9][a-z0-9-]{0,61}[a-z0-9])\\.)+[a-z0-9-]{2,63}$",
            "a domain name in small letters, such as `www.example.com` or `*.example.com`",
        )
    };
    vec![
        field(
            "domain",
            Type::String,
            "The name it is for: `\"example.com\"`, `\"*.example.com\"`.",
        )
        .required()
        .constraint(name()),
        field("names", Type::String.list(), "Further names it is for.").constraint(items(1, 99)),
        field(
            "zone",
            Type::one_of([kind("domain"), Type::String]),
            "The hosted zone where AWS proves the names: a `domain`, or the id of a zone. Without it somebody must add the records that ACM shows, and apply waits until then.",
        ),
        field(
            "key",
            Type::words("certificate key", &["rsa_2048", "ec_p256", "ec_p384"]),
            "The sort of key.",
        )
        .default("rsa_2048"),
        field(
            "export",
            Type::Bool,
            "Whether it can be taken out of AWS; costs for each name.",
        )
        .default("false"),
        field(
            "transparency",
            Type::Bool,
            "Whether it is in the public log of certificates, which browsers ask for.",
        )
        .default("true"),
    ]
}

/// All names, as written.
fn names(decl: &Decl) -> Vec<&Val> {
    let first = decl.fields.get("domain").into_iter();
    first.chain(decl.fields.items("names")).collect()
}

fn check(decl: &Decl, out: &mut Lowering<'_>) {
    if let Some((domain, val)) = decl.fields.text("domain")
        && domain.len() > LONGEST_FIRST
    {
        out.report(too_long(domain, val.span));
    }
    let names = names(decl);
    for (at, val) in names.iter().enumerate() {
        let Value::String(name) = &val.value else {
            continue;
        };
        let mut before = names.iter().take(at);
        if let Some(first) = before.find(|first| first.value == val.value) {
            out.report(twice(name, val.span, first.span));
        }
        if let Some(zone) = zone_name(decl, out)
            && !below(name, &zone)
        {
            let at = decl.fields.span("zone").unwrap_or(decl.name_span);
            out.report(outside(name, &zone, val.span, at));
        }
    }
}

/// The name of the zone, if it is one of the stack and known.
fn zone_name(decl: &Decl, out: &Lowering<'_>) -> Option<String> {
    let zone = out.decl(&decl.fields.resource("zone")?.address)?;
    let (name, _) = zone.fields.text("name")?;
    Some(name.trim_end_matches('.').to_owned())
}

/// Whether a name is a zone's own or lies below it.
fn below(name: &str, zone: &str) -> bool {
    name == zone
        || name
            .strip_suffix(zone)
            .is_some_and(|rest| rest.ends_with('.'))
}

/// Where AWS proves each name.
fn validation(decl: &Decl) -> Option<Node> {
    let zone = decl.fields.get("zone")?;
    let id = match resource(zone) {
        Some(domain) => nodes::attribute(&domain.address, "Id", zone.span),
        None => nodes::node(zone)?,
    };
    let each = names(decl).into_iter().filter_map(|name| {
        let props = Props::new(name.span)
            .put("DomainName", nodes::node(name)?)
            .put("HostedZoneId", id.clone());
        Some(props.node())
    });
    Some(Node::list(each, zone.span))
}

fn too_long(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::certificate_name"),
        format!(
            "the first name of a certificate has at most {LONGEST_FIRST} characters, `{}` has {}",
            safe(name),
            name.len()
        ),
        span,
        "too long",
    )
    .help("put a shorter name first, and this one into `names`")
}

fn twice(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::certificate_name"),
        format!("`{}` is there already", safe(name)),
        span,
        "the same name again",
    )
    .label(first, "first here")
    .help("take one of them out")
}

fn outside(name: &str, zone: &str, span: Span, at: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::certificate_zone"),
        format!(
            "`{}` is not in the zone `{}`, so it could not be proven there",
            safe(name),
            safe(zone)
        ),
        span,
        "not in the zone",
    )
    .label(at, "the zone")
    .help("name the zone this name is in, or make a certificate for it alone")
}
