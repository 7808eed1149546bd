//! `key`: a key of KMS, who may use it, and its alias.

use crate::access::{Statement, policy};
use crate::cost::{Charge, Costed};
use crate::existing::{self, Lookup};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props, days};
use crate::registry::Kind;
use crate::specs::{
    attribute, between, characters, duration, field, items, part_attribute, pattern,
};
use crate::triggers::Contribution;
use crate::values::Read;
use formwork_diag::{Code, Diagnostic, Severity, Span, safe};
use formwork_schema::{
    Address, Decl, FieldSpec, KindSpec, Member, Node, Type, Val, Value, VerbSpec,
};

/// The kind `key`.
pub(crate) struct Key;

/// A word for a sort of key, what KMS calls it, and what such keys can do. KMS guide, "Key spec reference".
struct Sort {
    word: &'static str,
    name: &'static str,
    purposes: &'static [&'static str],
}

const fn sort(word: &'static str, name: &'static str, purposes: &'static [&'static str]) -> Sort {
    Sort {
        word,
        name,
        purposes,
    }
}

const RSA: &[&str] = &["encrypt", "sign"];
const ECC: &[&str] = &["sign", "agree"];

const SORTS: &[Sort] = &[
    sort("symmetric", "SYMMETRIC_DEFAULT", &["encrypt"]),
    sort("rsa_2048", "RSA_2048", RSA),
    sort("rsa_3072", "RSA_3072", RSA),
    sort("rsa_4096", "RSA_4096", RSA),
    sort("ecc_p256", "ECC_NIST_P256", ECC),
    sort("ecc_p384", "ECC_NIST_P384", ECC),
    sort("ecc_p521", "ECC_NIST_P521", ECC),
    sort("ecc_secg_p256k1", "ECC_SECG_P256K1", &["sign"]),
    sort("hmac_224", "HMAC_224", &["mac"]),
    sort("hmac_256", "HMAC_256", &["mac"]),
    sort("hmac_384", "HMAC_384", &["mac"]),
    sort("hmac_512", "HMAC_512", &["mac"]),
];

/// The part that is the alias.
const ALIAS: &str = "alias";

impl Kind for Key {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "key",
            doc: "A key of KMS: encrypts data, or signs, without ever leaving AWS.",
            fields: fields(),
            attributes: vec![
                attribute("id", "KeyId", "Its id."),
                attribute("arn", "Arn", "Its ARN."),
                part_attribute(
                    "alias",
                    Type::String.optional(),
                    ALIAS,
                    "AliasName",
                    "Its alias, if it has one.",
                ),
            ],
            verbs: vec![
                verb("encrypt", "Encrypt with the key."),
                verb("decrypt", "Decrypt with the key."),
                verb("sign", "Sign, and make codes, with the key."),
                verb("verify", "Verify signatures and codes."),
            ],
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(vec![Charge::fixed("key", "kms.key", 1)])
    }

    fn lookup(&self) -> Option<Lookup> {
        let alias = "A name for it in its account: `shop` of `alias/shop`.";
        let id = ("id", "KeyId", "Its id.");
        let lookup = Lookup::by("AWS::KMS::Key", &[id]);
        Some(lookup.with(field(ALIAS, Type::String, alias)))
    }

    fn look(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let Some(lookup) = self.lookup() else { return };
        existing::look(decl, &lookup, out);
        let Some(alias) = decl.fields.node(ALIAS) else {
            return;
        };
        let span = alias.span;
        let name = nodes::concat([nodes::text("alias/", span), alias], span);
        let props = Props::of(decl).put("AliasName", name);
        let alias = Emit::part(ALIAS, "AWS::KMS::Alias", props.finish());
        let alias = out.emit(decl, alias.looks());
        if let Some(key) = out.resource_mut(&decl.address) {
            let id = nodes::attribute(&alias, "TargetKeyId", span);
            key.properties.entry("KeyId".into()).or_insert(id);
        }
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let (sort, purpose) = checked(decl, out);
        let rotates = sort.word == "symmetric" && fields.flag("rotation") != Some(false);
        if sort.word == "symmetric" && !rotates {
            let span = fields.span("rotation").unwrap_or(decl.name_span);
            out.lint(decl, no_rotation(span));
        }
        let span = |name: &str| fields.span(name).unwrap_or(decl.name_span);
        let props = Props::of(decl)
            .put("KeyPolicy", key_policy(decl, out))
            .maybe("Description", fields.node("description"))
            .maybe("Enabled", fields.node("enabled"))
            .maybe("MultiRegion", fields.node("multi_region"))
            .maybe("PendingWindowInDays", fields.amount("delete_after", "d"))
            .maybe(
                "RotationPeriodInDays",
                fields.amount("rotation_period", "d"),
            );
        let props = match fields.get("spec") {
            Some(_) => props.put("KeySpec", nodes::text(sort.name, span("spec"))),
            None => props,
        };
        let props = match purpose {
            "encrypt" => props,
            purpose => props.put("KeyUsage", nodes::text(usage(purpose), span("purpose"))),
        };
        let props = match sort.word {
            "symmetric" => {
                let on = Node::new(rotates, span("rotation"));
                props.put("EnableKeyRotation", on)
            }
            _ => props,
        };
        let key = out.emit(decl, Emit::main("AWS::KMS::Key", props.finish()));
        if let Some(alias) = fields.node("alias") {
            let at = alias.span;
            let name = nodes::concat([nodes::text("alias/", at), alias], at);
            let props = Props::new(at)
                .put("AliasName", name)
                .put("TargetKeyId", nodes::attribute(&key, "KeyId", at));
            out.emit(decl, Emit::part(ALIAS, "AWS::KMS::Alias", props.finish()));
        }
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("description", "Description"),
            ("enabled", "Enabled"),
            ("rotation", "EnableKeyRotation"),
            ("multi_region", "MultiRegion"),
            ("spec", "KeySpec"),
            ("purpose", "KeyUsage"),
        ]
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        check_verb(verb, out);
        let arn = nodes::attribute(&verb.of.address, "Arn", verb.name_span);
        let actions: &[&str] = match &*verb.name {
            "encrypt" => &["kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
            "decrypt" => &["kms:Decrypt", "kms:DescribeKey"],
            "sign" => &["kms:DescribeKey", "kms:GenerateMac", "kms:Sign"],
            _ => &[
                "kms:DescribeKey",
                "kms:GetPublicKey",
                "kms:Verify",
                "kms:VerifyMac",
            ],
        };
        let actions = actions.iter().copied();
        vec![Statement::allow(actions, [arn], verb.name_span)]
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
    let sorts: Vec<&str> = SORTS.iter().map(|sort| sort.word).collect();
    vec![
        field("description", Type::String, "What it is for.").constraint(characters(0, 8192)),
        field("alias", Type::String, "A name for it in its account: `shop` makes `alias/shop`.")
            .constraint(pattern(
                "^[a-zA-Z0-9/_-]{1,250}$",
                "1 to 250 letters, digits, `/`, `_` and `-`",
            )),
        field("spec", Type::words("key spec", &sorts), "The sort of key.")
            .default("symmetric")
            .known(),
        field(
            "purpose",
            Type::words("key purpose", &["encrypt", "sign", "mac", "agree"]),
            "What it does; follows from `spec` where there is no choice.",
        )
        .known(),
        field("rotation", Type::Bool, "Whether AWS renews a symmetric key every year.")
            .default("true")
            .known(),
        field("rotation_period", duration(), "How often, instead of every 365 days.")
            .constraint(between(days(90), days(2560), Some(days(1)))),
        field("enabled", Type::Bool, "Whether it can be used.").default("true"),
        field("multi_region", Type::Bool, "Whether it can have copies in other regions.")
            .default("false"),
        field("delete_after", duration(), "How long it can be saved after it is deleted.")
            .default("30d")
            .constraint(between(days(7), days(30), Some(days(1)))),
        field(
            "users",
            Type::String.list(),
            "ARNs of roles and users of other accounts that may use it; in this account rights are given to roles.",
        )
        .constraint(items(1, 100))
        .known(),
        field(
            "services",
            Type::String.list(),
            "AWS services that may use it for this account: `\"logs.eu-west-1.amazonaws.com\"`.",
        )
        .constraint(items(1, 100))
        .known(),
    ]
}

fn usage(purpose: &str) -> &'static str {
    match purpose {
        "sign" => "SIGN_VERIFY",
        "mac" => "GENERATE_VERIFY_MAC",
        "agree" => "KEY_AGREEMENT",
        _ => "ENCRYPT_DECRYPT",
    }
}

fn sort_of(decl: &Decl) -> &'static Sort {
    let word = decl.fields.word("spec").unwrap_or("symmetric");
    let found = SORTS.iter().find(|sort| sort.word == word);
    const SYMMETRIC: &Sort = &sort("symmetric", "SYMMETRIC_DEFAULT", &["encrypt"]);
    found.unwrap_or(SYMMETRIC)
}

fn purpose_of<'d>(decl: &'d Decl, sort: &Sort) -> &'d str {
    let given = decl.fields.word("purpose");
    given
        .or(sort.purposes.first().copied())
        .unwrap_or("encrypt")
}

/// The sort of key and its purpose, after what does not go together was reported.
fn checked<'d>(decl: &'d Decl, out: &mut Lowering<'_>) -> (&'static Sort, &'d str) {
    let fields = &decl.fields;
    let sort = sort_of(decl);
    let purpose = purpose_of(decl, sort);
    if let Some((alias, val)) = fields.text("alias")
        && (alias.starts_with("aws/") || alias.starts_with("alias/"))
    {
        out.report(wrong_alias(alias, val.span));
    }
    if let Some(span) = fields.span("purpose")
        && !sort.purposes.contains(&purpose)
    {
        out.report(wrong_purpose(sort, purpose, span, fields.span("spec")));
    }
    if sort.word != "symmetric" {
        for name in ["rotation", "rotation_period"] {
            let given = fields
                .get(name)
                .filter(|_| fields.flag(name) != Some(false));
            if let Some(val) = given {
                out.report(cannot_rotate(sort, val.span, fields.span("spec")));
            }
        }
    } else if fields.flag("rotation") == Some(false)
        && let Some(span) = fields.span("rotation_period")
    {
        out.report(period_without_rotation(span, fields.span("rotation")));
    }
    (sort, purpose)
}

/// A verb that the key cannot do.
fn check_verb(verb: &Member, out: &mut Lowering<'_>) {
    let Some(decl) = out.decl(&verb.of.address) else {
        return;
    };
    let purpose = purpose_of(decl, sort_of(decl));
    let fits = match &*verb.name {
        "encrypt" | "decrypt" => purpose == "encrypt",
        _ => matches!(purpose, "sign" | "mac"),
    };
    if !fits {
        out.report(wrong_verb(
            &verb.of.address,
            &verb.name,
            purpose,
            verb.name_span,
        ));
    }
}

/// The account may do everything (so that IAM decides), and who else was named or let in.
fn key_policy(decl: &Decl, out: &mut Lowering<'_>) -> Node {
    let span = decl.name_span;
    let every = || nodes::text("*", span);
    let root = [
        nodes::text(&format!("arn:{}:iam::", out.partition(decl)), span),
        out.account(span),
        nodes::text(":root", span),
    ];
    let root = Node::map([("AWS", nodes::concat(root, span))], span);
    let mut all = vec![Statement::allow(["kms:*"], [every()], span).principal(root)];
    let used = |span: Span| {
        let actions = [
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ];
        Statement::allow(actions, [nodes::text("*", span)], span)
    };
    for val in decl.fields.items("users") {
        if val.value == Value::from("*") {
            out.lint(decl, anybody(val.span));
        } else {
            check_user(val, out);
        }
        if let Some(user) = nodes::node(val) {
            let principal = Node::map([("AWS", user)], val.span);
            all.push(used(val.span).principal(principal));
        }
    }
    for val in decl.fields.items("services") {
        if let Value::String(service) = &val.value {
            let account = out.account(val.span);
            let own = used(val.span).service(service);
            all.push(own.when("StringEquals", "aws:SourceAccount", account));
        }
    }
    for contribution in out.contributed(&decl.address) {
        if let Contribution::Policy(statement) = contribution {
            all.push(statement);
        }
    }
    policy(all, span)
}

fn check_user(val: &Val, out: &mut Lowering<'_>) {
    if let Value::String(arn) = &val.value
        && !arn.starts_with("arn:")
    {
        out.report(crate::errors::iam_arn(arn, val.span));
    }
}

fn wrong_alias(alias: &str, span: Span) -> Diagnostic {
    let (why, help) = match alias.strip_prefix("alias/") {
        Some(rest) => ("says `alias/` twice", format!("write `\"{}\"`", safe(rest))),
        None => (
            "begins with `aws/`",
            "aliases below `aws/` are AWS's own; use another name".to_owned(),
        ),
    };
    Diagnostic::error(
        Code("aws::key_alias"),
        format!("`{}` cannot be the alias of a key", safe(alias)),
        span,
        why,
    )
    .help(help)
}

fn wrong_purpose(sort: &Sort, purpose: &str, span: Span, spec: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("aws::key_spec"),
        format!("a `{}` key cannot be used for `{purpose}`", sort.word),
        span,
        "does not go with the sort of key",
    );
    let found = match spec {
        Some(spec) => found.label(spec, "the sort of key"),
        None => found,
    };
    let all: Vec<String> = sort
        .purposes
        .iter()
        .map(|p| format!("`purpose = {p}`"))
        .collect();
    found.help(format!(
        "write {}, or choose another `spec`",
        all.join(" or ")
    ))
}

fn cannot_rotate(sort: &Sort, span: Span, spec: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("aws::key_spec"),
        format!("AWS renews symmetric keys only, not `{}`", sort.word),
        span,
        "cannot be renewed",
    );
    let found = match spec {
        Some(spec) => found.label(spec, "the sort of key"),
        None => found,
    };
    found.help("take it out; to renew such a key make another, and move its alias")
}

fn period_without_rotation(span: Span, off: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("aws::key_spec"),
        "a key that is not renewed has no `rotation_period`",
        span,
        "says how often …",
    );
    match off {
        Some(off) => found.label(off, "… and this says never"),
        None => found,
    }
    .help("take one of the two out")
}

fn wrong_verb(key: &Address, verb: &str, purpose: &str, span: Span) -> Diagnostic {
    let can = match purpose {
        "encrypt" => "`encrypt` and `decrypt`",
        "sign" | "mac" => "`sign` and `verify`",
        _ => "no verb; use `iam(actions = [\"kms:DeriveSharedSecret\"], …)`",
    };
    Diagnostic::error(
        Code("access::key_verb"),
        format!("`{}` cannot `{}`", key.label, safe(verb)),
        span,
        "not what this key is for",
    )
    .help(format!("a key for `{purpose}` has {can}"))
}

fn no_rotation(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::key_rotation"),
        Severity::Warning,
        "this key is never renewed",
    )
    .label(span, "stays the same for ever")
    .help("take it out, so that AWS renews the key every year; or say why: `allow lint::key_rotation, \"…\"`")
}

fn anybody(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::public_key"),
        "anybody can use this key",
        span,
        "any account",
    )
    .help("name the roles or accounts; or say why it is meant: `allow lint::public_key, \"…\"`")
}
