//! What users write in an `image`.

use crate::specs::{attribute, characters, field, items, kind, pattern};
use formwork_schema::{AttributeSpec, FieldSpec, KindSpec, Type};

/// The kind.
pub(super) fn spec() -> KindSpec {
    KindSpec {
        name: "image",
        doc: "A container image: built from a folder and pushed to a registry, or one that is there.",
        fields: fields(),
        attributes: vec![
            attribute(
                "uri",
                "ImageUri",
                "Its reference: with its digest, if it is built or named so.",
            ),
            AttributeSpec {
                name: "digest",
                ty: Type::String.optional(),
                part: None,
                property: "ImageDigest",
                doc: "Its digest; none if it is named by a tag.",
            },
        ],
        verbs: Vec::new(),
        events: Vec::new(),
        metrics: Vec::new(),
        usage: None,
    }
}

fn fields() -> Vec<FieldSpec> {
    vec![
        field(
            "context",
            Type::Path,
            "The folder it is built from; the same content gives the same tag.",
        )
        .known(),
        field(
            "dockerfile",
            Type::String,
            "How it is built: a file in the folder.",
        )
        .default("\"Dockerfile\"")
        .constraint(characters(1, 255))
        .known(),
        field("target", Type::String, "The stage of the file that is built; the last one without it.")
            .constraint(pattern(
                "^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$",
                "letters, digits and `_`, `.`, `-`",
            ))
            .known(),
        field("args", Type::String.map(), "Arguments of the build; no place for secrets.")
            .constraint(items(0, 100))
            .known(),
        field(
            "platform",
            Type::words("platform", &["x86_64", "arm64"]),
            "The processor it is built for.",
        )
        .default("x86_64")
        .known(),
        field(
            "from",
            Type::String,
            "An image that is there, instead of a folder: `\"nginx:1.29\"`, `\"ghcr.io/acme/web:1.2\"`.",
        )
        .constraint(characters(1, 1024))
        .known(),
        field(
            "registry",
            kind("registry"),
            "Where it is pushed to, or lies; a built one gets a registry of its own without it.",
        )
        .known(),
        field("tag", Type::String, "Which image of `registry` it is.")
            .constraint(pattern(
                "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
                "up to 128 letters, digits, `_`, `.` and `-`",
            ))
            .known(),
    ]
}
