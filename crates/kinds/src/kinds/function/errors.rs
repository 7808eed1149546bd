//! What is reported of a function.

use crate::errors::Weighted;
use formwork_catalog::Runtime;
use formwork_diag::{Code, Diagnostic, Severity, Span, list_words, safe};
use formwork_schema::{Address, Quantity};

/// A run longer than Lambda allows, or no whole number of seconds.
pub(super) fn timeout(given: Quantity, span: Span) -> Diagnostic {
    let seconds = given.in_unit("s");
    let diagnostic = Diagnostic::error(
        Code("aws::lambda_timeout"),
        format!("a function cannot run for {given}"),
        span,
        "from 1s to 15min, in whole seconds",
    );
    if seconds > rust_decimal::Decimal::from(900) {
        diagnostic.help("for more than 15min use a `batch_job`, or split the work: a `queue` between two functions")
    } else {
        let whole = seconds.ceil().max(rust_decimal::Decimal::ONE);
        diagnostic.help(format!("write `{whole}s`")).fix(
            format!("write `{whole}s`"),
            span,
            format!("{whole}s"),
        )
    }
}

/// More provisioned than reserved concurrency.
pub(super) fn provisioned(provisioned: i64, reserved: i64, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::lambda_concurrency"),
        format!("{provisioned} runs cannot be kept warm when at most {reserved} may run"),
        span,
        format!("more than `reserved = {reserved}`"),
    )
    .help(format!(
        "write at most `provisioned = {reserved}`, or reserve more"
    ))
}

/// Files without a network.
pub(super) fn files_without_network(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lambda::file_system"),
        "files of EFS are reached within a network, and this function is in none",
        span,
        "cannot be reached",
    )
    .help("name the network of the file system: `network = …`")
}

/// No access point, or several.
pub(super) fn which_access_point(of: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lambda::file_system"),
        format!("a function goes through an access point of `{}`, and it is not clear which", of.label),
        span,
        "has none, or several",
    )
    .help(format!(
        "write `access_point = \"…\"`; one is made by `access_points {{ data {{ path = \"/data\" }} }}` in `{}`",
        of.label
    ))
}

/// Security groups without a network.
pub(super) fn groups_without_network(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lambda::network"),
        "security groups guard what is in a network, and this function is in none",
        span,
        "guards nothing",
    )
    .help("name the network: `network = …`")
}

/// A function in public subnets.
pub(super) fn public_network(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lambda::network"),
        "a function has no public address, so in a public subnet it reaches nothing outside of the network",
        span,
        "has public subnets only",
    )
    .help("add private subnets to the network, with `nat = single` if the function calls the internet")
}

/// Both a folder and an image.
pub(super) fn code_and_image(code: Span, image: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lambda::package"),
        "a function runs either `code` or an `image`",
        image,
        "an image …",
    )
    .label(code, "… and a folder")
    .help("take one of the two out")
}

/// Neither a whole set of code, runtime and handler, nor an image.
pub(super) fn package(span: Span, missing: &[&str]) -> Diagnostic {
    let verb = if missing.len() == 1 { "is" } else { "are" };
    Diagnostic::error(
        Code("lambda::package"),
        format!("{} {verb} missing", list_words(missing, "and")),
        span,
        "does not say what to run",
    )
    .help("write `code = \"./folder\"`, `handler = \"file.function\"` and `runtime = …`; or `image = \"…\"` alone")
}

/// A field of code folders on an image.
pub(super) fn image_field(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lambda::image_field"),
        format!("`{name}` does not go with an `image`"),
        span,
        "comes with the image",
    )
    .help("take it out; what an image runs is said by its entry point, or by `image_config { command = […] }`")
}

/// `image_config` without an image.
pub(super) fn image_config(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lambda::image_field"),
        "`image_config` goes with an `image` only",
        span,
        "there is no image",
    )
    .help("take it out, or give `image = \"…\"` instead of `code`")
}

/// A runtime that AWS has retired.
pub(super) fn retired_runtime(old: &Runtime, next: Option<&Runtime>, span: Span) -> Diagnostic {
    let since = old
        .deprecated
        .as_ref()
        .map_or_else(String::new, |date| format!(" on {date}"));
    let diagnostic = Diagnostic::error(
        Code("lambda::runtime"),
        format!("AWS retired {}{since}", old.name),
        span,
        "new functions are refused",
    );
    match next {
        Some(next) => diagnostic.help(format!("write `{}`", next.word)).fix(
            format!("write `{}`", next.word),
            span,
            next.word.clone(),
        ),
        None => diagnostic.help("choose a living runtime"),
    }
}

/// A handler whose file is not in the folder.
pub(super) fn handler_file(
    path: &str,
    files: &[String],
    near: Option<&str>,
    span: Span,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code("lambda::handler"),
        format!("`{}` has no {}", safe(path), list_words(files, "or")),
        span,
        "names a file that is not there",
    );
    match near {
        Some(near) => diagnostic
            .help(format!("did you mean `\"{}\"`?", safe(near)))
            .fix(format!("write `\"{}\"`", safe(near)), span, format!("\"{near}\"")),
        None => diagnostic.help("a handler is the file without its ending, a dot, and the function: `index.handler` is `handler` in `index`"),
    }
}

/// A handler without a dot.
pub(super) fn handler_form(handler: &str, language: &str, span: Span) -> Diagnostic {
    let example = match language {
        "python" => "app.handler",
        "ruby" => "app.handler",
        _ => "index.handler",
    };
    Diagnostic::error(
        Code("lambda::handler"),
        format!("`{}` names no function in a file", safe(handler)),
        span,
        "not `file.function`",
    )
    .help(format!(
        "write the file without its ending, a dot, and the function: `\"{example}\"`"
    ))
}

/// A custom runtime without its program.
pub(super) fn no_bootstrap(path: &str, runtime: &Runtime, span: Span) -> Weighted {
    Weighted::new(
        Diagnostic::error(
            Code("lambda::bootstrap"),
            format!("`{}` has no `bootstrap`", safe(path)),
            span,
            format!("{} runs the program of this name", runtime.name),
        )
        .help("build the program for Linux into this folder under the name `bootstrap`"),
    )
}

/// An image from a registry Lambda cannot use.
pub(super) fn image_host(reference: &str, host: &str, span: Span) -> Diagnostic {
    let from = match host {
        "docker.io" => "Docker Hub".to_owned(),
        "public.ecr.aws" => "the public ECR gallery".to_owned(),
        other => format!("`{}`", safe(other)),
    };
    let name = match reference.rsplit('/').next() {
        Some(name) if !name.is_empty() => name,
        _ => "<name>",
    };
    Diagnostic::error(
        Code("lambda::image_host"),
        format!("Lambda cannot run an image from {from}"),
        span,
        "not in a private ECR repository",
    )
    .help(format!(
        "copy it into a repository of your account and write `\"<account>.dkr.ecr.<region>.amazonaws.com/{}\"`; a pull-through cache of ECR does the copying",
        safe(name)
    ))
}

/// An image of another region.
pub(super) fn image_region(there: &str, here: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lambda::image_region"),
        format!("this image is in {}, the function in {here}", safe(there)),
        span,
        "Lambda pulls from its own region only",
    )
    .help(format!(
        "push the image to {here} too, or let ECR replicate it"
    ))
}

/// Too large an environment.
pub(super) fn env_size(bytes: usize, most: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::lambda_env"),
        format!("the environment is {bytes} bytes, Lambda takes {most}"),
        span,
        "too large",
    )
    .help("keep large settings in a `parameter` or an object of a `bucket`, and give the function its name")
}

/// A name that Lambda sets itself.
pub(super) fn env_reserved(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::lambda_env"),
        format!("Lambda sets `{name}` itself"),
        span,
        "reserved",
    )
    .help("take it out, or use another name; the code can read it as it is")
}

/// A name that Lambda does not take.
pub(super) fn env_name(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::lambda_env"),
        format!(
            "`{}` cannot be an environment variable of a function",
            safe(name)
        ),
        span,
        "not a name",
    )
    .help("use two or more letters, digits and `_`, a letter first")
}

/// A function as its own destination.
pub(super) fn own_destination(field: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("loop::destination"),
        format!("`{field}` is the function itself: it would start itself"),
        span,
        "itself",
    )
    .help("send it to a `queue`, a `topic` or another function")
}

/// A secret written in the file.
pub(super) fn secret_in_env(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::secret_in_env"),
        format!("`{}` looks like a secret, and stands in the file", safe(name)),
        span,
        "readable by everybody who can read the file, the state or the settings",
    )
    .help("keep it in Secrets Manager or a SecureString and give the code its ARN; if it is no secret: `allow lint::secret_in_env, \"…\"`")
}

/// A web address that anybody may call.
pub(super) fn public_url(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::public_url"),
        "anybody can call this function",
        span,
        "no sign-in",
    )
    .help("write `auth = iam`, put an `http_api` in front, or say why it is meant: `allow lint::public_url, \"…\"`")
}

/// Any origin.
pub(super) fn open_cors(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::open_cors"),
        "pages of any origin may call this",
        span,
        "any origin",
    )
    .help(
        "name the origins: `[\"https://example.com\"]`; or say why: `allow lint::open_cors, \"…\"`",
    )
}

/// Events without a place to go when they fail.
pub(super) fn no_failure_target(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::no_failure_target"),
        "an event that fails three times is lost",
        span,
        "has no `on_failure`",
    )
    .help("write `on_failure = some_queue`, or say why it may be lost: `allow lint::no_failure_target, \"…\"`")
}

/// No reserved concurrency.
pub(super) fn no_reserved_concurrency(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::no_reserved_concurrency"),
        Severity::Advice,
        "this function can use up the concurrency of the whole account",
    )
    .label(span, "no limit")
    .help("write `concurrency { reserved = 50 }`")
}

/// Tracing off.
pub(super) fn tracing_off(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::tracing_off"),
        Severity::Advice,
        "runs of this function are not traced",
    )
    .label(span, "no traces")
    .help("write `tracing = true`")
}
