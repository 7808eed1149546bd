//! What users write in a `registry`.

use crate::encryption;
use crate::nodes::days;
use crate::specs::{
    attribute, between, call, characters, duration, field, items, kind, numbers, object, pattern,
};
use formwork_schema::{EventSpec, FieldSpec, KindSpec, MetricSpec, Type, VerbSpec};

/// Fields that are properties of the repository under another name.
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("name", "RepositoryName"),
    ("immutable", "ImageTagMutability"),
    ("mutable_tags", "ImageTagMutabilityExclusionFilters"),
    ("scan", "ImageScanningConfiguration"),
    ("keep_last", "LifecyclePolicy"),
    ("expire_untagged", "LifecyclePolicy"),
    ("lifecycle", "LifecyclePolicy"),
    ("readers", "RepositoryPolicyText"),
    ("kms_key", "EncryptionConfiguration"),
];

/// The kind.
pub(super) fn spec() -> KindSpec {
    let verb = |name, doc| VerbSpec {
        name,
        parameters: Vec::new(),
        nested: Vec::new(),
        doc,
    };
    KindSpec {
        name: "registry",
        doc: "A repository of ECR for container images, or a cache of another registry.",
        fields: fields(),
        attributes: vec![
            attribute("name", "RepositoryName", "Its name in AWS."),
            attribute("arn", "Arn", "Its ARN."),
            attribute(
                "url",
                "RepositoryUri",
                "What stands before the tag of its images; of a cache, before the name of an image.",
            ),
        ],
        verbs: vec![
            verb("pull", "Pull images."),
            verb("push", "Push and pull images."),
        ],
        events: vec![EventSpec {
            name: "pushed",
            parameters: vec![field("tag", Type::String, "Only images of this tag.")],
            doc: "An image was pushed.",
        }],
        metrics: vec![MetricSpec {
            name: "pulls",
            limit: Type::Number,
            doc: "Images pulled.",
        }],
        usage: Some(object(
            "usage",
            vec![field(
                "storage",
                crate::specs::size(),
                "What its images take.",
            )],
        )),
    }
}

fn fields() -> Vec<FieldSpec> {
    let age = between(days(1), days(3_650), Some(days(1)));
    let rule = object(
        "lifecycle rule",
        vec![
            field(
                "tags",
                Type::String.list(),
                "Tags it is for; `*` stands for anything: `[\"pr-*\"]`.",
            )
            .required()
            .constraint(items(1, 50)),
            field("keep_last", Type::Int, "All but so many of them go.")
                .constraint(numbers(1, 100_000)),
            field("expire_after", duration(), "They go after this time.").constraint(age.clone()),
        ],
    );
    vec![
        field(
            "immutable",
            Type::Bool,
            "Whether a tag stays with the image it was first pushed with.",
        )
        .default("true"),
        field(
            "mutable_tags",
            Type::String.list(),
            "Tags that may move all the same: `[\"latest\"]`.",
        )
        .constraint(items(1, 5)),
        field("scan", Type::Bool, "Whether images are scanned for known weaknesses when pushed.")
            .default("true"),
        field("keep_last", Type::Int, "All but so many images go, whatever their tag.")
            .constraint(numbers(1, 100_000))
            .known(),
        field("expire_untagged", duration(), "Images that have lost their tag go after this time.")
            .constraint(age)
            .known(),
        field(
            "lifecycle",
            rule.list(),
            "Which tagged images go: the first rule that fits an image decides.",
        )
        .constraint(items(1, 48))
        .known(),
        field(
            "readers",
            Type::one_of([kind("role"), Type::String]).list(),
            "Who else may pull: accounts (`\"123456789012\"`), roles, ARNs.",
        )
        .constraint(items(1, 100)),
        field("cache", cache_type(), "Makes it a cache of another registry instead: `docker_hub(credentials = …)`, `quay`.")
            .known(),
        encryption::field("the images"),
        field("force", Type::Bool, "Whether it is deleted even while it holds images.").default("false"),
        field(
            "name",
            Type::String,
            "Its name in AWS, if the derived one will not do; of a cache, what its images' names begin with.",
        )
        .constraint(pattern(
            "^(?=.{2,256}$)[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*$",
            "lower-case letters and digits, with single `.`, `_`, `-` and `/` between them",
        )),
    ]
}

fn cache_type() -> Type {
    let signed_in = |name: &str| {
        let credentials = field(
            "credentials",
            Type::one_of([kind("secret"), Type::String]),
            "The secret with user name and token; its name begins with `ecr-pullthroughcache/`.",
        )
        .required()
        .constraint(characters(20, 612));
        call(name, vec![credentials], 1)
    };
    Type::one_of([
        Type::words("registry", &["ecr_public", "quay", "k8s"]),
        signed_in("docker_hub"),
        signed_in("github"),
        signed_in("gitlab"),
    ])
}
