//! What is reported of an image.

use crate::errors::Weighted;
use formwork_diag::{Code, Diagnostic, Span, safe};

/// A folder and a reference.
pub(super) fn two_sources(context: Span, from: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::source"),
        "an image is built from a folder, or is there already",
        from,
        "is there …",
    )
    .label(context, "… and is built")
    .help("keep one of `context` and `from`")
}

/// Neither.
pub(super) fn no_source(name: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::source"),
        "this image comes from nowhere",
        name,
        "no `context`, no `from`",
    )
    .help(
        "write `context = \"./web\"` to build it, `from = \"nginx:1.29\"`, or `registry` and `tag`",
    )
}

/// A tag for an image that is built.
pub(super) fn built_tag(tag: Span, context: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::source"),
        "an image that is built is tagged by its content",
        tag,
        "has its own tag",
    )
    .label(context, "built from here")
    .help("take `tag` out; `uri` names the image by its digest")
}

/// A tag beside a reference.
pub(super) fn tag_of_reference(tag: Span, from: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::source"),
        "the tag of a reference stands in it",
        tag,
        "a second place",
    )
    .label(from, "the reference")
    .help("write it into `from`: `\"nginx:1.29\"`")
}

/// A reference beside a registry.
pub(super) fn from_and_registry(from: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::source"),
        "an image of `registry` is named by `tag`",
        from,
        "names another registry",
    )
    .help("write `tag = \"…\"`, or take `registry` out")
}

/// A registry without a tag.
pub(super) fn no_tag(registry: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::source"),
        "this does not say which image of the registry is meant",
        registry,
        "`tag` or `context` is missing",
    )
    .help("write `tag = \"1.2\"` for one that is there, or `context = \"./web\"` to build and push one")
}

/// A cache without a name.
pub(super) fn cached_name(registry: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::source"),
        "this does not say which image of the cached registry is meant",
        registry,
        "a cache",
    )
    .help("name it as the other registry does: `from = \"library/nginx:1.29\"`")
}

/// A build pushed to a cache.
pub(super) fn pushed_to_cache(registry: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::source"),
        "nothing can be pushed to a cache",
        registry,
        "a cache",
    )
    .help("take `registry` out, or name one without `cache`")
}

/// A field of a build without one.
pub(super) fn only_built(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::source"),
        format!("`{name}` says how an image is built, and this one is there already"),
        span,
        "builds nothing",
    )
    .help("take it out, or write `context = \"./web\"`")
}

/// A folder without the file that says how it is built.
pub(super) fn no_dockerfile(path: &str, file: &str, span: Span) -> Weighted {
    Weighted::new(
        Diagnostic::error(
            Code("image::dockerfile"),
            format!("`{}` holds no `{}`", safe(path), safe(file)),
            span,
            "does not say how it is built",
        )
        .help("put the file into the folder, or name it: `dockerfile = \"Containerfile\"`"),
    )
}
