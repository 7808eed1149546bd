//! What the framework of kinds reports; what a single kind reports stands in the `errors` beside it.

use crate::schedules::CronProblem;
use crate::triggers::known_argument;
use formwork_diag::{Code, Diagnostic, Severity, Span, list_words, safe};
use formwork_schema::{Address, Allow, FilesError, Member};

/// A finding whose weight the caller decides.
pub(crate) struct Weighted(Diagnostic);

impl Weighted {
    /// A finding made as an error.
    pub(crate) fn new(diagnostic: Diagnostic) -> Self {
        Weighted(diagnostic)
    }

    /// As an error.
    pub(crate) fn into_error(self) -> Diagnostic {
        self.0
    }

    /// As a warning.
    pub(crate) fn into_warning(mut self) -> Diagnostic {
        self.0.severity = Severity::Warning;
        self.0
    }
}

/// A code folder that is not there.
pub(crate) fn code_missing(path: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
            Code("code::missing"),
            format!("there is no `{}`", safe(path)),
            span,
            "no such file or folder",
        )
        .help(format!(
            "create the folder `{}` beneath the stack's root, or correct the path; it is relative to the file it is written in",
            safe(path)
        ))
}

/// Code that cannot be read.
pub(crate) fn code_unreadable(path: &str, error: &FilesError, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("code::unreadable"),
        format!("the code in `{}` cannot be packed", safe(path)),
        span,
        error.to_string(),
    )
    .help(match error {
        FilesError::Empty => "put the code into this folder; files that an ignore file names do not count",
        FilesError::TooLarge { .. } | FilesError::TooManyFiles { .. } => "leave out what the code does not need, with a `.formworkignore` file in the folder",
        FilesError::LinkOutsideRoot | FilesError::OutsideRoot => {
            "code must lie beneath the stack's root: the nearest folder with `formwork.root` or `.git`"
        }
        FilesError::Missing | FilesError::NotText | FilesError::Io { .. } => {
            "check that the files can be read"
        }
    })
}

/// An override of a part that the declaration does not have.
pub(crate) fn override_part(of: &Address, name: &str, parts: &[String], span: Span) -> Diagnostic {
    let near = formwork_diag::nearest(name, parts.iter().map(String::as_str));
    let diagnostic = Diagnostic::error(
        Code("override::part"),
        format!("`{}` makes no `{name}`", of.label),
        span,
        "no such part",
    );
    let has = format!("it makes {}", list_words(parts, "and"));
    match near {
        Some(near) => diagnostic
            .help(format!("did you mean `{near}`? {has}"))
            .fix(format!("write `{near}`"), span, near),
        None => diagnostic.help(has),
    }
}

/// A path of `ignore_changes` that is nothing.
pub(crate) fn ignored_path(path: &str, near: Option<&str>, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code("override::ignored"),
        format!(
            "`{}` is no property whose changes could be ignored",
            safe(path)
        ),
        span,
        "no such property",
    );
    diagnostic.help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name a field of this kind, a CloudFormation property (`Environment`), or one of a part (`role.Description`)".to_owned(),
    })
}

/// The same event twice in one `on`.
pub(crate) fn trigger_twice(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        Code("trigger::twice"),
        "this event already starts it",
        second,
        "the same event again",
    )
    .label(first, "first here")
    .help("take one of them out: an event starts a target once")
}

/// An event of another region.
pub(crate) fn trigger_region(source: &Address, there: &str, here: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("trigger::region"),
        format!(
            "`{}` is in {there}, what it starts is in {here}",
            source.label
        ),
        span,
        "events do not cross regions",
    )
    .help(format!(
        "put both into one region with `region = {}`",
        there.replace('-', "_")
    ))
}

/// A network of another region.
pub(crate) fn network_region(network: &str, there: &str, here: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::region"),
        format!("`{network}` is in {there}, what is put into it is in {here}"),
        span,
        "in another region",
    )
    .help(format!(
        "put both into one region with `region = {}`",
        there.replace('-', "_")
    ))
}

/// Something that is no id of a security group.
pub(crate) fn group_id(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::group"),
        format!("`{}` is no id of a security group", safe(text)),
        span,
        "not `sg-…`",
    )
    .help("name a `security_group`, or write an id such as `\"sg-0123456789abcdef0\"`")
}

/// A declaration that would start itself.
pub(crate) fn self_trigger(name: &str, event: &Member, started: Span, writes: Span) -> Diagnostic {
    let of = &event.of.address.label;
    let prefix = known_argument(event, "prefix").unwrap_or("");
    let by = match (&*event.of.address.kind, prefix) {
        ("bucket", "") => format!("objects of `{of}`"),
        ("bucket", _) => format!("objects under \"{}\" of `{of}`", safe(prefix)),
        _ => format!("`{of}.{}`", event.name),
    };
    let help = match &*event.of.address.kind {
        "bucket" => {
            "write to another bucket, or keep the two apart: `access = [x.write(prefix = \"out/\")]` and `on = [x.created(prefix = \"in/\")]`; if it ends by itself, say so: `allow loop::trigger, \"why it ends\"`"
        }
        "event_bus" => {
            "say of which source its events are: `access = [bus.put(source = \"…\")]`, and listen to another; if it ends by itself, say so: `allow loop::trigger, \"why it ends\"`"
        }
        _ => {
            "write somewhere else; if it ends by itself, say so: `allow loop::trigger, \"why it ends\"`"
        }
    };
    Diagnostic::error(
        Code("loop::trigger"),
        format!("`{name}` is started by {by} and writes to `{of}`: it would start itself"),
        writes,
        format!("writes what starts `{name}`"),
    )
    .label(started, "started by this")
    .help(help)
}

/// A declaration that is started by its own end.
pub(crate) fn starts_again(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("loop::trigger"),
        format!("`{name}` is started by its own end: it would start itself"),
        span,
        "its own end",
    )
    .help("take this out; a `batch_job` that failed is tried again by `retries = 3`")
}

/// Declarations that start each other in a ring; `names` begins and ends with the same.
pub(crate) fn ring(names: &[String], writes: Span, started: Span) -> Diagnostic {
    let way: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    Diagnostic::error(
        Code("loop::trigger"),
        format!("{} start each other without end", way.join(" → ")),
        writes,
        "begins the ring",
    )
    .label(started, "closes it")
    .help("let one of them write somewhere else; if it ends by itself, say so: `allow loop::trigger, \"why it ends\"`")
}

/// A cron expression that AWS would refuse.
pub(crate) fn cron(problem: &CronProblem, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("schedule::cron"),
        problem.message.clone(),
        span,
        "not valid here",
    )
    .help(problem.help.clone())
}

/// `event()` that says nothing of the events.
pub(crate) fn every_event(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("event::pattern"),
        "this would start it for every event of the account",
        span,
        "says nothing of the events",
    )
    .help("say where they come from: `event(source = \"aws.ec2\", type = \"EC2 Instance State-change Notification\")`")
}

/// A whole pattern and a part of one.
pub(crate) fn two_patterns(name: &str, second: Span, whole: Span) -> Diagnostic {
    Diagnostic::error(
        Code("event::pattern"),
        format!("`{name}` and `pattern` both say which events are meant"),
        second,
        "a part …",
    )
    .label(whole, "… and the whole")
    .help(format!(
        "put `{name}` into `pattern`, or take `pattern` out"
    ))
}

/// A value of an event that is no path.
pub(crate) fn no_event_path(path: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("event::path"),
        format!("`{}` is no path in an event", safe(path)),
        span,
        "does not begin with `$.`",
    )
    .help("write where the value stands in the event: `\"$.detail.id\"`, `\"$.time\"`")
}

/// Something that EventBridge cannot start.
pub(crate) fn no_event_target(of: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("trigger::consumer"),
        format!("EventBridge cannot start a `{}`", of.kind),
        span,
        "an event of EventBridge",
    )
    .help("let it start a `function`, `batch_job` or `task`, or send it to a `queue` or `topic`")
}

/// An event that can start functions only.
pub(crate) fn functions_only(event: &Member, of: &Address, span: Span) -> Diagnostic {
    let source = &event.of.address;
    Diagnostic::error(
        Code("trigger::consumer"),
        format!(
            "`{}.{}` starts functions only, not a `{}`",
            source.label, event.name, of.kind
        ),
        span,
        "Lambda reads it for functions",
    )
    .help(format!(
        "let a `function` listen, and send on from there: `access = [{}.…]`",
        of.label
    ))
}

/// `iam(…)` in `access`.
pub(crate) fn raw_access(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::raw_access"),
        "actions and ARNs are written by hand here, so nothing checks that they fit",
        span,
        "no verb of a declaration",
    )
    .help("use a verb (`uploads.read`) where the kind has one; else say why: `allow lint::raw_access, \"…\"`")
}

/// Every action of every service.
pub(crate) fn iam_everything(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::iam_everything"),
        "this allows every action of every service",
        span,
        "everything",
    )
    .help("name the actions that the code calls, such as `\"ses:SendEmail\"`")
}

/// Every action of one service.
pub(crate) fn iam_service_wildcard(service: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::iam_service_wildcard"),
        format!("this allows every action of {}", safe(service)),
        span,
        "the whole service",
    )
    .help("name the actions that the code calls, such as `\"ses:SendEmail\"`")
}

/// Any resource.
pub(crate) fn iam_any_resource(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::iam_any_resource"),
        "this allows the actions on any resource",
        span,
        "any resource",
    )
    .help(
        "name the ARN; where the action takes none, say so: `allow lint::iam_any_resource, \"…\"`",
    )
}

/// Something that is no IAM action.
pub(crate) fn iam_action(action: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("access::action"),
        format!("`{}` is no IAM action", safe(action)),
        span,
        "not `service:Action`",
    )
    .help("write service and action: `\"ses:SendEmail\"`")
}

/// Something that is no ARN.
pub(crate) fn iam_arn(arn: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("access::arn"),
        format!("`{}` is no ARN", safe(arn)),
        span,
        "not `arn:…`",
    )
    .help("write an ARN, or an attribute such as `uploads.arn`")
}

/// A permit that nothing needs.
pub(crate) fn unused_allow(allow: &Allow) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::unused_allow"),
        format!("nothing here needs `allow {}`", safe(&allow.code)),
        allow.span,
        "permits nothing",
    )
    .help("take it out")
    .fix("take it out", allow.span, "")
}

/// An existing object that would have to be changed.
pub(crate) fn existing_wiring(of: &Address, what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("existing::wiring"),
        format!(
            "this needs a change of {what}, and `{}` is only looked up",
            of.label
        ),
        span,
        format!("would change `{}`", of.label),
    )
    .help(format!(
        "see to it where `{}` is made and write `allow existing::wiring, \"…\"` in its block here, or make it the stack's own with `adopt`",
        of.label
    ))
}

/// A part that an existing object does not show.
pub(crate) fn existing_part(part: &Address, name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("existing::part"),
        format!(
            "`{}` is looked up, and its `{name}` is not",
            part.owner().label
        ),
        span,
        format!("needs its `{name}`"),
    )
    .help("write the value out, or look that part up by itself: `existing resource NAME: AWS.… { … }`")
}

/// What is looked up by something that is not known when a plan is made.
pub(crate) fn existing_unknown(address: &Address, of: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("existing::unknown"),
        format!(
            "`{}` is looked up before anything is made, and this comes of `{}`",
            address.owner().label,
            of.owner().label
        ),
        span,
        "known after apply",
    )
    .help("look it up by what is known: a text, a param, the account, or another existing object; what this stack makes is named directly")
}

/// A raw resource that nothing says which it is.
pub(crate) fn existing_which(type_name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("existing::which"),
        format!("nothing says which {type_name} is meant"),
        span,
        "any of them",
    )
    .help("give its name, its id, another property or `tags`")
}

/// A kind of which none can be taken over.
pub(crate) fn adopt_kind(kind: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("adopt::kind"),
        format!("`{kind}` is no object of AWS that could be taken over"),
        span,
        "nothing is taken over here",
    )
    .help("take the `adopt` out")
}
