//! What is reported of a job.

use formwork_diag::{Code, Diagnostic, Severity, Span, list_words, nearest, safe};
use formwork_schema::Address;
use rust_decimal::Decimal;

/// A queue of another region.
pub(super) fn region(queue: &Address, there: &str, here: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::region"),
        format!("`{}` is in {there}, the job in {here}", queue.label),
        span,
        "in another region",
    )
    .help(format!(
        "put both into one region with `region = {}`",
        there.replace('-', "_")
    ))
}

/// More than any pool has.
pub(super) fn no_room(cpu: Decimal, most: i64, span: Span, pool: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::job_size"),
        format!("no pool of its queue has {} vCPUs at once", cpu.normalize()),
        span,
        "would wait for ever",
    )
    .label(pool, "the most there are")
    .help(format!(
        "write at most `cpu = {most}`, or a larger `max_vcpus`"
    ))
}

/// A part of a vCPU on instances.
pub(super) fn whole_cpu(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::job_size"),
        "on instances a job takes whole vCPUs",
        span,
        "not whole",
    )
    .help("write `cpu = 1` or more, or submit it to a queue with pools of Fargate")
}

/// Something of Fargate on instances.
pub(super) fn fargate_only(name: &str, span: Span, queue: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::fargate"),
        format!("`{name}` is for jobs on Fargate"),
        span,
        "for Fargate only",
    )
    .label(queue, "runs them on instances")
    .help("take it out, or submit the job to a queue with pools of Fargate")
}

/// Children of jobs that nothing here submits.
pub(super) fn array_of_nobody(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::array"),
        "nothing here submits this job, so nothing would have these children",
        span,
        "of no job",
    )
    .help(
        "say what submits it: `on = [every(1h)]`; whoever submits it otherwise says the size then",
    )
}

/// Children in a row, started by an event.
pub(super) fn row_by_event(row: Span, event: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::array"),
        "EventBridge cannot ask for children one after the other",
        row,
        "for `every(…)` and `cron(…)` only",
    )
    .label(event, "started by an event")
    .help("write `array = N`, whose children run at once, or let a `function` submit the job")
}

/// A place in a command that nothing fills.
pub(super) fn no_parameter(name: &str, known: &[&str], span: Span) -> Diagnostic {
    let found = Diagnostic::new(
        Code("batch::parameter"),
        Severity::Warning,
        format!("nothing stands for `Ref::{}` here", safe(name)),
    )
    .label(span, "no such parameter");
    if let Some(near) = nearest(name, known.iter().copied()) {
        return found
            .help(format!("did you mean `Ref::{}`?", safe(near)))
            .fix(
                format!("write `Ref::{near}`"),
                span,
                format!("\"Ref::{near}\""),
            );
    }
    let rest = match known {
        [] => String::new(),
        known => format!("; known are {}", list_words(known, "and")),
    };
    found.help(format!(
        "add it: `parameters = {{ {} = \"…\" }}`{rest}",
        safe(name)
    ))
}

/// A parameter that the command does not take.
pub(super) fn unused_parameter(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("batch::parameter"),
        Severity::Warning,
        format!("the command does not take `{}`", safe(name)),
    )
    .label(span, "stands for nothing")
    .help(format!(
        "write `\"Ref::{}\"` as a word of `command`; it is replaced as a whole",
        safe(name)
    ))
}

/// Conditions without a second try.
pub(super) fn never_tried_again(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::retry"),
        "this job is never tried again",
        span,
        "says when to",
    )
    .help("add `retries = 3`, or take this out")
}

/// A condition that looks at nothing.
pub(super) fn no_condition(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::retry"),
        "this says of no end what follows",
        span,
        "looks at nothing",
    )
    .help("say which: `{ code = 137, do = retry }`, `{ status = \"Host EC2*\", do = retry }`")
}

/// Something that is no exit code.
pub(super) fn exit_code(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::retry"),
        "an exit code is a number",
        span,
        "not digits",
    )
    .help("write `code = 137`, or `\"13*\"` for all that begin so")
}

/// A share where there are none.
pub(super) fn share_of_none(queue: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::share"),
        format!("`{}` has no fair shares", queue.label),
        span,
        "a share of nothing",
    )
    .help("take it out, or give the queue `fair_share { weights = { … } }`")
}

/// A schedule without the share that its queue asks for.
pub(super) fn no_share(span: Span, fair: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::share"),
        "its queue takes jobs with a share identifier only",
        span,
        "submits without",
    )
    .label(fair, "asks for one")
    .help("say whose share it is: `share = \"reports\"`")
}

/// An event that submits to a queue that asks for a share.
pub(super) fn share_by_event(span: Span, fair: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::share"),
        "its queue takes jobs with a share identifier only, and EventBridge cannot give one",
        span,
        "submits without",
    )
    .label(fair, "asks for one")
    .help("submit it to a queue without `fair_share`, or let a `function` submit it")
}

/// A job that is tried once.
pub(super) fn no_retry(spare: bool, span: Span) -> Diagnostic {
    let message = match spare {
        true => "AWS may take back the machines this job runs on, and it is tried once",
        false => "this job is tried once",
    };
    Diagnostic::new(Code("lint::batch_no_retry"), Severity::Warning, message)
        .label(span, "gone after one failure")
        .help("write `retries = 3`, or say why: `allow lint::batch_no_retry, \"…\"`")
}

/// A job that may hang.
pub(super) fn no_timeout(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::batch_no_timeout"),
        Severity::Warning,
        "a job that hangs is paid for until somebody sees it",
    )
    .label(span, "may run for ever")
    .help("write `timeout = 2h`, or say why: `allow lint::batch_no_timeout, \"…\"`")
}
