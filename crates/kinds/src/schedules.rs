//! `every(5min)` and `cron("…")`: checked to the field, and lowered to EventBridge Scheduler in a group of its own.

use crate::access::{Statement, policy, trust};
use crate::errors;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::specs::{between, call, duration, field, pattern};
use crate::triggers::{Start, Starter};
use crate::values::{Read, within};
use formwork_diag::Span;
use formwork_schema::{Address, Call, Decl, FieldSpec, Node, Quantity, Type, Val};

/// The type of `every(5min)`.
pub(crate) fn every_type() -> Type {
    let step = nodes::minutes(1);
    let interval = field(
        "interval",
        duration(),
        "The time between two runs, whole minutes.",
    )
    .required()
    .constraint(between(step, nodes::days(365), Some(step)));
    call("every", vec![interval], 1)
}

/// The type of `cron("0 2 * * ? *", timezone = "Europe/Oslo")`.
pub(crate) fn cron_type() -> Type {
    let expression = field(
        "expression",
        Type::String,
        "Six fields: minute, hour, day of month, month, day of week, year.",
    )
    .required();
    call("cron", vec![expression, timezone_field()], 1)
}

/// The time zone of a schedule.
pub(crate) fn timezone_field() -> FieldSpec {
    field(
        "timezone",
        Type::String,
        "The time zone by its IANA name: `Europe/Oslo`.",
    )
    .default("\"UTC\"")
    .constraint(pattern(
        "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
        "the IANA name of a time zone, such as `Europe/Oslo`",
    ))
}

/// When a schedule runs, in the words of EventBridge Scheduler.
#[derive(Debug, Clone)]
pub(crate) struct When {
    /// `rate(5 minutes)`, `cron(0 2 * * ? *)`.
    pub(crate) expression: Node,
    /// The time zone of a `cron`.
    pub(crate) timezone: Option<Node>,
}

/// Reads `every(…)` or `cron(…)`, and reports what is wrong in it.
pub(crate) fn when(call: &Call, span: Span, out: &mut Lowering<'_>) -> When {
    let timezone = call.arguments.node("timezone");
    let expression = match &*call.name {
        "every" => {
            let interval = call.arguments.quantity("interval");
            nodes::text(&interval.map_or_else(String::new, rate), span)
        }
        _ => cron(call.arguments.get("expression"), span, out),
    };
    When {
        expression,
        timezone,
    }
}

/// `rate(5 minutes)`, in the largest unit that is whole.
fn rate(interval: Quantity) -> String {
    let units = [("d", "day"), ("h", "hour"), ("min", "minute")];
    for (unit, word) in units {
        if let Some(number) = interval.whole(unit) {
            let plural = if number == 1 { "" } else { "s" };
            return format!("rate({number} {word}{plural})");
        }
    }
    format!("rate({} minutes)", interval.in_unit("min").ceil())
}

fn cron(expression: Option<&Val>, span: Span, out: &mut Lowering<'_>) -> Node {
    let Some(val) = expression else {
        return nodes::text("", span);
    };
    if let formwork_schema::Value::String(text) = &val.value
        && let Err(problem) = check_cron(text)
    {
        let at = within(val, text, problem.from, problem.to);
        out.report(errors::cron(&problem, at));
    }
    let inner = nodes::node(val).unwrap_or_else(|| nodes::text("", span));
    let parts = [nodes::text("cron(", span), inner, nodes::text(")", span)];
    nodes::concat(parts, span)
}

/// What is wrong in a cron expression, and at which bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CronProblem {
    /// First byte of the words that are wrong.
    pub(crate) from: usize,
    /// One past the last.
    pub(crate) to: usize,
    /// What is wrong.
    pub(crate) message: String,
    /// What to write.
    pub(crate) help: String,
}

/// A field of a cron expression.
struct CronField {
    name: &'static str,
    min: u32,
    max: u32,
    words: &'static [&'static str],
    signs: &'static str,
}

const MONTHS: &[&str] = &[
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The fields and their ranges, from the EventBridge Scheduler user guide, "Cron-based schedules".
const CRON_FIELDS: &[CronField] = &[
    cron_field("minute", 0, 59, &[], "*"),
    cron_field("hour", 0, 23, &[], "*"),
    cron_field("day of month", 1, 31, &[], "*?LW"),
    cron_field("month", 1, 12, MONTHS, "*"),
    cron_field("day of week", 1, 7, DAYS, "*?L#"),
    cron_field("year", 1970, 2199, &[], "*"),
];

const fn cron_field(
    name: &'static str,
    min: u32,
    max: u32,
    words: &'static [&'static str],
    signs: &'static str,
) -> CronField {
    CronField {
        name,
        min,
        max,
        words,
        signs,
    }
}

/// Checks a cron expression of EventBridge Scheduler.
pub(crate) fn check_cron(text: &str) -> Result<(), CronProblem> {
    let fields = cut(text);
    if fields.len() != CRON_FIELDS.len() {
        return Err(wrong_count(text, fields.len()));
    }
    for ((from, word), field) in fields.iter().zip(CRON_FIELDS) {
        for (at, item) in items(word) {
            check_item(field, item).map_err(|message| CronProblem {
                from: from + at,
                to: from + at + item.len(),
                message,
                help: field_help(field),
            })?;
        }
    }
    let days: Vec<&(usize, &str)> = fields.iter().skip(2).step_by(2).take(2).collect();
    if let [(_, month_day), (from, week_day)] = days.as_slice()
        && (*month_day == "?") == (*week_day == "?")
    {
        return Err(CronProblem {
            from: *from,
            to: from + week_day.len(),
            message: "one of day of month and day of week must be `?`, and only one".to_owned(),
            help: "write `?` for the one that does not matter: `0 2 * * ? *` is every day at 2:00"
                .to_owned(),
        });
    }
    Ok(())
}

fn wrong_count(text: &str, count: usize) -> CronProblem {
    let help = match count {
        5 => "add the year and `?` for one of the days: `0 2 * * *` is `0 2 * * ? *` here",
        _ => "write minute, hour, day of month, month, day of week, year: `0 2 * * ? *`",
    };
    CronProblem {
        from: 0,
        to: text.len(),
        message: format!("a cron expression has 6 fields, this one has {count}"),
        help: help.to_owned(),
    }
}

fn field_help(field: &CronField) -> String {
    let words = match field.words {
        [first, .., last] => format!(", {first} to {last}"),
        _ => String::new(),
    };
    let signs: Vec<String> = field.signs.chars().map(|c| format!("`{c}`")).collect();
    let article = if field.name == "hour" { "an" } else { "a" };
    format!(
        "{article} {} is {} to {}{words}, a range `a-b`, a step `a/b`, a list `a,b`, or {}",
        field.name,
        field.min,
        field.max,
        signs.join(" ")
    )
}

/// The words of a text and where they begin.
fn cut(text: &str) -> Vec<(usize, &str)> {
    let base = text.as_ptr() as usize;
    text.split_ascii_whitespace()
        .map(|word| (word.as_ptr() as usize - base, word))
        .collect()
}

fn items(word: &str) -> Vec<(usize, &str)> {
    let base = word.as_ptr() as usize;
    word.split(',')
        .map(|item| (item.as_ptr() as usize - base, item))
        .collect()
}

fn check_item(field: &CronField, item: &str) -> Result<(), String> {
    let wrong = || format!("`{item}` is no {}", field.name);
    if item.is_empty() {
        return Err(format!("an item of the {} is missing", field.name));
    }
    if item.len() == 1 && field.signs.contains(item) {
        return Ok(());
    }
    let (range, step) = match item.split_once('/') {
        Some((range, step)) => (range, Some(step)),
        None => (item, None),
    };
    if let Some(step) = step {
        let number: u32 = step.parse().map_err(|_| wrong())?;
        if number == 0 || number > field.max {
            return Err(format!("`{step}` is no step of a {}", field.name));
        }
        if range == "*" {
            return Ok(());
        }
    }
    if let Some((from, to)) = range.split_once('-') {
        if field.signs.contains('L') && from == "L" {
            return to.parse::<u32>().map(|_| ()).map_err(|_| wrong());
        }
        let (from, to) = (value(field, from), value(field, to));
        return match (from, to) {
            (Some(from), Some(to)) if from <= to || !field.words.is_empty() => Ok(()),
            _ => Err(wrong()),
        };
    }
    plain(field, range).then_some(()).ok_or_else(wrong)
}

/// A number or word, perhaps with a trailing `L`, `W` or `#n`.
fn plain(field: &CronField, text: &str) -> bool {
    if value(field, text).is_some() {
        return true;
    }
    if field.signs.contains('W') {
        let day = text.strip_suffix('W');
        return day.is_some_and(|day| day == "L" || value(field, day).is_some());
    }
    if field.signs.contains('#') {
        if let Some(day) = text.strip_suffix('L') {
            return value(field, day).is_some();
        }
        let nth = text.split_once('#');
        return nth.is_some_and(|(day, nth)| {
            value(field, day).is_some() && matches!(nth, "1" | "2" | "3" | "4" | "5")
        });
    }
    false
}

fn value(field: &CronField, text: &str) -> Option<u32> {
    let word = field
        .words
        .iter()
        .position(|word| word.eq_ignore_ascii_case(text));
    if let Some(at) = word {
        return Some(at as u32 + field.min);
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = text.parse().ok().filter(|_| digits)?;
    (field.min..=field.max).contains(&number).then_some(number)
}

/// A schedule to emit.
pub(crate) struct Plan {
    /// Its part; `None` makes it the main resource.
    pub(crate) part: Option<String>,
    /// When it runs.
    pub(crate) when: When,
    /// What it starts.
    pub(crate) target: Address,
    /// How it does so.
    pub(crate) start: Start,
    /// Further settings of its target: input, retries, dead letters.
    pub(crate) target_props: Props,
    /// Further settings of the schedule.
    pub(crate) props: Props,
    /// What the role may do besides starting the target.
    pub(crate) statements: Vec<Statement>,
    /// The words that ask for it.
    pub(crate) span: Span,
}

/// Starts `decl` itself on a schedule; `count` is which of its schedules this is, from 1.
pub(crate) fn start(decl: &Decl, call: &Call, span: Span, count: usize, out: &mut Lowering<'_>) {
    let part = match count {
        1 => "schedule".to_owned(),
        _ => format!("schedule_{count}"),
    };
    let Some(start) = out.start(&decl.address, Starter::Scheduler, span) else {
        return;
    };
    let plan = Plan {
        part: Some(part),
        when: when(call, span, out),
        target: decl.address.clone(),
        start,
        target_props: Props::new(span),
        props: Props::new(span),
        statements: Vec::new(),
        span,
    };
    emit(decl, plan, out);
}

/// Emits a schedule with its group, and the role by which Scheduler starts the target.
pub(crate) fn emit(decl: &Decl, plan: Plan, out: &mut Lowering<'_>) -> Address {
    let span = plan.span;
    let group = Emit::part(
        "schedule_group",
        "AWS::Scheduler::ScheduleGroup",
        Props::of(decl).finish(),
    );
    let group = out.emit(decl, group);
    let account = out.account(span);
    let source = nodes::attribute(&group, "Arn", span);
    let trust = trust("scheduler.amazonaws.com", Some((source, account)), span);
    let role = Props::of(decl).put("AssumeRolePolicyDocument", trust);
    let role = out.emit(
        decl,
        Emit::part("schedule_role", "AWS::IAM::Role", role.finish()),
    );
    let mut statements = plan.start.statements;
    statements.extend(plan.statements);
    let allowed = Props::of(decl)
        .set("PolicyName", "start")
        .put("RoleName", nodes::attribute(&role, "RoleName", span))
        .put("PolicyDocument", policy(statements, span));
    let allowed = Emit::part("schedule_policy", "AWS::IAM::RolePolicy", allowed.finish());
    let allowed = out.emit(decl, allowed);
    let target = plan
        .start
        .props
        .with(plan.target_props)
        .put("Arn", plan.start.arn)
        .put("RoleArn", nodes::attribute(&role, "Arn", span));
    let flexible = Props::new(span).set("Mode", "OFF").node();
    let props = Props::new(span)
        .put("FlexibleTimeWindow", flexible)
        .put("GroupName", nodes::attribute(&group, "Name", span))
        .put("ScheduleExpression", plan.when.expression)
        .maybe("ScheduleExpressionTimezone", plan.when.timezone)
        .put("Target", target.node())
        .with(plan.props);
    let schedule = match plan.part {
        Some(part) => Emit::part(part, "AWS::Scheduler::Schedule", props.finish()),
        None => Emit::main("AWS::Scheduler::Schedule", props.finish()),
    };
    out.emit(decl, schedule.after([group, allowed, plan.target]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        match check_cron(text) {
            Ok(()) => String::new(),
            Err(problem) => text[problem.from..problem.to].to_owned(),
        }
    }

    #[test]
    fn good_expressions_pass() {
        for text in [
            "0 2 * * ? *",
            "0/15 8-18 ? * MON-FRI *",
            "15,45 10 ? * 6L 2026-2030",
            "0 0 L * ? *",
            "0 0 15W * ? *",
            "0 0 LW * ? *",
            "0 9 ? * 2#1 *",
            "*/5 * ? jan,jul sun *",
        ] {
            assert_eq!(check_cron(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn the_wrong_field_is_named() {
        assert_eq!(wrong("0 25 * * ? *"), "25");
        assert_eq!(wrong("0 2 * * MON-FRY *"), "MON-FRY");
        assert_eq!(wrong("60 2 * * ? *"), "60");
        assert_eq!(wrong("0 2 * 13 ? *"), "13");
        assert_eq!(wrong("0 1,24 * * ? *"), "24");
        assert_eq!(wrong("0 2 * * *"), "0 2 * * *");
        assert_eq!(wrong("0 2 * * * *"), "*");
        assert_eq!(wrong("0 2 ? * ? *"), "?");
        assert_eq!(wrong("0/0 2 * * ? *"), "0/0");
        assert_eq!(wrong("0 2 30-1 * ? *"), "30-1");
        assert_eq!(wrong("0 2 ? * 2#6 *"), "2#6");
    }

    #[test]
    fn rates_use_the_largest_whole_unit() {
        assert_eq!(rate(nodes::minutes(1)), "rate(1 minute)");
        assert_eq!(rate(nodes::minutes(90)), "rate(90 minutes)");
        assert_eq!(rate(nodes::minutes(120)), "rate(2 hours)");
        assert_eq!(rate(nodes::days(1)), "rate(1 day)");
    }
}
