//! Container images as users name them: references read and checked, and what may pull them.

use crate::access::Statement;
use crate::kinds::registry::pull_statements;
use crate::lowering::Lowering;
use crate::nodes;
use crate::registry;
use crate::specs::{characters, field, kind};
use crate::values;
use formwork_diag::{Code, Diagnostic, Span, safe};
use formwork_schema::{Decl, FieldSpec, Node, Type, Val, Value};

/// A field for an image: a declaration, or a reference.
pub(crate) fn image_field(doc: &str) -> FieldSpec {
    field("image", Type::one_of([kind("image"), Type::String]), doc).constraint(characters(1, 1024))
}

/// A reference to an image, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference<'a> {
    /// The host of its registry: `docker.io` if it names none.
    pub(crate) host: &'a str,
    /// The name within the registry.
    pub(crate) name: &'a str,
    /// Its tag.
    pub(crate) tag: Option<&'a str>,
    /// Its digest: `sha256:…`.
    pub(crate) digest: Option<&'a str>,
}

/// A repository of ECR that a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EcrHost<'a> {
    /// The account, 12 digits.
    pub(crate) account: &'a str,
    /// The region.
    pub(crate) region: &'a str,
}

impl<'a> Reference<'a> {
    /// Takes a reference apart: host, name, tag and digest, each as written.
    pub(crate) fn read(text: &'a str) -> Self {
        let (host, rest) = match text.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (host, rest),
            _ => ("docker.io", text),
        };
        let (rest, digest) = match rest.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (rest, None),
        };
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) => (name, Some(tag)),
            None => (rest, None),
        };
        Reference {
            host,
            name,
            tag,
            digest,
        }
    }

    /// The repository of ECR it names, if it names one: `123456789012.dkr.ecr.eu-west-1.amazonaws.com`.
    pub(crate) fn ecr(&self) -> Option<EcrHost<'a>> {
        let (account, rest) = self.host.split_once(".dkr.ecr.")?;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let (region, suffix) = rest.split_once('.')?;
        let known = ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu"];
        (is_account && known.contains(&suffix)).then_some(EcrHost { account, region })
    }
}

/// Checks a reference as written: its form, and whether it may mean another image tomorrow.
pub(crate) fn check(decl: &Decl, text: &str, span: Span, out: &mut Lowering<'_>) {
    let reference = Reference::read(text);
    check_form(&reference, span, out);
    lint_tag(decl, &reference, span, out);
}

/// Reports what is wrong with a reference: the form of its name, tag and digest.
fn check_form(reference: &Reference<'_>, span: Span, out: &mut Lowering<'_>) {
    if !is_name(reference.name) {
        out.report(name_form(reference.name, span));
    }
    if let Some(tag) = reference.tag.filter(|tag| !is_tag(tag)) {
        out.report(tag_form(tag, span));
    }
    if let Some(digest) = reference.digest.filter(|digest| !is_digest(digest)) {
        out.report(digest_form(digest, span));
    }
}

/// Finds a reference that may mean another image tomorrow: the tag `latest`, or none.
fn lint_tag(decl: &Decl, reference: &Reference<'_>, span: Span, out: &mut Lowering<'_>) {
    match (reference.digest, reference.tag) {
        (None, None) => out.lint(decl, mutable_tag("no tag, which means `latest`,", span)),
        (None, Some("latest")) => out.lint(decl, mutable_tag("the tag `latest`", span)),
        _ => {}
    }
}

/// Names as the OCI distribution specification has them.
fn is_name(name: &str) -> bool {
    let part = |part: &str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(plain)
            && part.ends_with(plain)
            && part.chars().all(|c| plain(c) || "._-".contains(c))
    };
    name.len() <= 255 && name.split('/').all(part)
}

/// Tags as the OCI distribution specification has them.
fn is_tag(tag: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.len() <= 128
        && tag.starts_with(word)
        && tag.chars().all(|c| word(c) || c == '.' || c == '-')
}

/// Whether a text is a SHA-256 digest.
fn is_digest(digest: &str) -> bool {
    let hex = digest.strip_prefix("sha256:").unwrap_or("");
    hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// An image that something runs.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    /// Its reference as AWS takes it.
    pub(crate) uri: Node,
    /// What pulls it must be allowed.
    pub(crate) pull: Vec<Statement>,
    /// The processor it is built for, where its declaration says it, and where.
    pub(crate) platform: Option<(&'static str, Span)>,
    /// The host of its registry, if it is not ECR.
    pub(crate) outside: Option<String>,
}

/// The image that a value names, for something that can pull from any registry; its form is checked.
pub(crate) fn image(decl: &Decl, val: &Val, out: &mut Lowering<'_>) -> Option<Image> {
    if let Some(named) = values::resource(val) {
        let declared = out.decl(&named.address)?;
        let kind = registry::kind(&declared.address.kind)?;
        return kind.image(declared, val.span, out);
    }
    let Value::String(text) = &val.value else {
        return Some(unknown(nodes::node(val)?));
    };
    check(decl, text, val.span, out);
    Some(referred(decl, text, val.span, out))
}

/// An image known by its reference.
pub(crate) fn referred(decl: &Decl, text: &str, span: Span, out: &Lowering<'_>) -> Image {
    let reference = Reference::read(text);
    let ecr = reference.ecr();
    let pull = ecr.map(|host| {
        let arn = format!(
            "arn:{}:ecr:{}:{}:repository/{}",
            out.partition(decl),
            host.region,
            host.account,
            reference.name
        );
        pull_statements(nodes::text(&arn, span))
    });
    Image {
        uri: nodes::text(text, span),
        pull: pull.unwrap_or_default(),
        platform: None,
        outside: ecr.is_none().then(|| reference.host.to_owned()),
    }
}

/// An image whose reference is known later: it may lie in any repository of ECR.
fn unknown(uri: Node) -> Image {
    let span = uri.span;
    Image {
        uri,
        pull: pull_statements(nodes::text("*", span)),
        platform: None,
        outside: None,
    }
}

/// Reports an image that is built for another processor than it runs on.
pub(crate) fn check_platform(
    image: &Image,
    arch: &str,
    used: Span,
    arch_span: Option<Span>,
    out: &mut Lowering<'_>,
) {
    if let Some((platform, _)) = image.platform.filter(|(platform, _)| *platform != arch) {
        out.report(other_platform(platform, arch, used, arch_span));
    }
}

fn name_form(name: &str, span: Span) -> Diagnostic {
    let lower = name.to_ascii_lowercase();
    let diagnostic = Diagnostic::error(
        Code("image::reference"),
        format!("`{}` is no name of an image", safe(name)),
        span,
        "not of the form `NAME:TAG`",
    );
    match lower != name && is_name(&lower) {
        true => diagnostic.help(format!("names are in lower case: `{lower}`")),
        false => diagnostic.help(
            "write registry, name and tag: `\"nginx:1.29\"`, `\"ghcr.io/acme/web:1.2\"`; parts of a name are lower-case letters and digits, with `.`, `_` or `-` between them",
        ),
    }
}

fn tag_form(tag: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::reference"),
        format!("`{}` is no tag of an image", safe(tag)),
        span,
        "not a tag",
    )
    .help("a tag is up to 128 letters, digits, `_`, `.` and `-`")
}

fn digest_form(digest: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::reference"),
        format!("`{}` is no digest of an image", safe(digest)),
        span,
        "not a digest",
    )
    .help("a digest is `sha256:` and 64 hexadecimal digits")
}

/// An image that may be another one tomorrow.
pub(crate) fn mutable_tag(what: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::mutable_image_tag"),
        format!("{what} may be another image tomorrow"),
        span,
        "not one image for good",
    )
    .help("name a version (`:1.2`) or a digest (`@sha256:…`)")
}

fn other_platform(platform: &str, arch: &str, used: Span, arch_span: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code("image::platform"),
        format!("this image is built for {platform}, and runs on {arch} here"),
        used,
        format!("built for {platform}"),
    );
    let diagnostic = match arch_span {
        Some(at) => diagnostic.label(at, format!("runs on {arch}")),
        None => diagnostic,
    };
    diagnostic.help(format!(
        "write `arch = {platform}` here, or `platform = {arch}` in the image"
    ))
}

#[cfg(test)]
mod tests {
    use super::{Reference, is_digest, is_name, is_tag};

    #[test]
    fn references_are_taken_apart() {
        let plain = Reference::read("nginx");
        assert_eq!(
            (plain.host, plain.name, plain.tag),
            ("docker.io", "nginx", None)
        );
        let ported = Reference::read("localhost:5000/a/b:1.2");
        assert_eq!(
            (ported.host, ported.name, ported.tag),
            ("localhost:5000", "a/b", Some("1.2"))
        );
        let pinned = Reference::read("ghcr.io/acme/web:1@sha256:ab");
        assert_eq!((pinned.tag, pinned.digest), (Some("1"), Some("sha256:ab")));
        let ecr = Reference::read("123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1");
        assert_eq!(ecr.ecr().map(|host| host.region), Some("eu-west-1"));
        assert_eq!(pinned.ecr(), None);
    }

    #[test]
    fn forms_are_checked() {
        assert!(is_name("acme/web-1.0_a") && is_name("nginx"));
        assert!(!is_name("Web") && !is_name("a//b") && !is_name("-a") && !is_name(""));
        assert!(is_tag("1.2-rc_1") && !is_tag(".1") && !is_tag("a b"));
        assert!(is_digest(&format!("sha256:{}", "a".repeat(64))));
        assert!(!is_digest("sha256:ab") && !is_digest(&"a".repeat(64)));
    }
}
