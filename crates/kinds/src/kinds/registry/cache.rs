//! A cache of another registry: images pulled through ECR are kept there.

use super::errors;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::{Read, call, resource};
use formwork_schema::{Decl, Node, Val, Value};

/// Registries by their word, as ECR names them and their hosts: ECR guide, "Sync an upstream registry".
const UPSTREAMS: &[(&str, &str, &str)] = &[
    ("ecr_public", "ecr-public", "public.ecr.aws"),
    ("k8s", "k8s", "registry.k8s.io"),
    ("quay", "quay", "quay.io"),
    ("docker_hub", "docker-hub", "registry-1.docker.io"),
    ("github", "github-container-registry", "ghcr.io"),
    ("gitlab", "gitlab-container-registry", "registry.gitlab.com"),
];

/// Fields that a repository has and a cache has not.
const OF_REPOSITORIES: [&str; 8] = [
    "immutable",
    "mutable_tags",
    "scan",
    "keep_last",
    "expire_untagged",
    "lifecycle",
    "readers",
    "force",
];

/// The most characters of what names of cached repositories begin with: ECR API, CreatePullThroughCacheRule.
const LONGEST: usize = 30;

/// Emits the rule by which ECR caches a registry.
pub(super) fn lower(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(val) = decl.fields.get("cache") else {
        return;
    };
    for name in OF_REPOSITORIES {
        if let Some(span) = decl.fields.name_span(name) {
            out.report(errors::not_of_a_cache(name, span, val.span));
        }
    }
    if let Some((name, given)) = decl.fields.text("name")
        && name.len() > LONGEST
    {
        out.report(errors::long_prefix(LONGEST, given.span));
    }
    let Some((upstream, host)) = upstream(val) else {
        return;
    };
    let credentials = call(val).and_then(|call| call.arguments.get("credentials"));
    let credentials = credentials.and_then(|val| match resource(val) {
        Some(secret) => Some(nodes::attribute(&secret.address, "Id", val.span)),
        None => nodes::node(val),
    });
    let props = Props::new(val.span)
        .put("EcrRepositoryPrefix", prefix(decl, val))
        .set("UpstreamRegistry", upstream)
        .set("UpstreamRegistryUrl", host)
        .maybe("CredentialArn", credentials);
    out.emit(
        decl,
        Emit::main("AWS::ECR::PullThroughCacheRule", props.finish()),
    );
}

fn upstream(val: &Val) -> Option<(&'static str, &'static str)> {
    let word = match &val.value {
        Value::Word(word) => &**word,
        Value::Call(call) => &*call.name,
        _ => return None,
    };
    let found = UPSTREAMS.iter().find(|(known, _, _)| *known == word)?;
    Some((found.1, found.2))
}

/// What the names of cached repositories begin with.
pub(super) fn prefix(decl: &Decl, val: &Val) -> Node {
    let given = decl.fields.node("name");
    given.unwrap_or_else(|| {
        let upstream = upstream(val).map_or("cache", |(name, _)| name);
        nodes::text(upstream, val.span)
    })
}

/// What stands before the name of an image of the other registry.
pub(super) fn url(decl: &Decl, val: &Val, out: &Lowering<'_>) -> Node {
    let span = val.span;
    let region = out.region(decl);
    let suffix = formwork_catalog::region(&region).map_or("amazonaws.com", |known| &known.suffix);
    let parts = [
        out.account(span),
        nodes::text(&format!(".dkr.ecr.{region}.{suffix}/"), span),
        prefix(decl, val),
    ];
    nodes::concat(parts, span)
}

/// The ARN of every cached repository.
pub(super) fn arn(decl: &Decl, val: &Val, out: &Lowering<'_>) -> Node {
    let span = val.span;
    let region = out.region(decl);
    let parts = [
        nodes::text(&format!("arn:{}:ecr:{region}:", out.partition(decl)), span),
        out.account(span),
        nodes::text(":repository/", span),
        prefix(decl, val),
        nodes::text("/*", span),
    ];
    nodes::concat(parts, span)
}
