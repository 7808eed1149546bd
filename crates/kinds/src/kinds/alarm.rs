//! `alarm`: a CloudWatch alarm on a metric of another declaration.

use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::{self, Kind};
use crate::specs::{attribute, between, characters, duration, field, kind, numbers};
use crate::triggers::{Caller, label};
use crate::values::{self, Read};
use formwork_diag::{Code, Diagnostic, Span};
use formwork_schema::{Decl, Dimension, FieldSpec, KindSpec, Member, Node, Type, Val, Value};
use rust_decimal::Decimal;

/// The most time an alarm looks back, in seconds: CloudWatch API reference, PutMetricAlarm, EvaluationPeriods.
const LONGEST: i64 = 86_400;

/// The kind `alarm`.
pub(crate) struct Alarm;

impl Kind for Alarm {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "alarm",
            doc: "An alarm of CloudWatch: tells somebody when a metric is above or below a limit.",
            fields: fields(),
            attributes: vec![
                attribute("name", "AlarmName", "Its name."),
                attribute("arn", "Arn", "Its ARN."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let source = nodes::attribute(&decl.address, "Arn", decl.name_span);
        for (val, address) in notified(decl) {
            let caller = Caller {
                principal: "cloudwatch.amazonaws.com",
                source: source.clone(),
                label: label(&decl.address),
                span: val.span,
            };
            let _ = out.admit(&address, &caller);
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let alarm = of.main()?;
        // An alarm on a share of another metric watches two.
        let queries = alarm.items("Metrics");
        let metrics = queries
            .iter()
            .filter(|query| query.get("MetricStat").is_some());
        let metrics = i64::try_from(metrics.count()).unwrap_or(0).max(1);
        Some(vec![Charge::fixed("alarm", "cloudwatch.alarm", metrics)])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let Some((metric, val)) = metric(decl) else {
            return;
        };
        let Some(limit) = limit(decl, out) else {
            return;
        };
        let Some(source) = source(metric, val, out) else {
            return;
        };
        if source.namespace == super::server::METRICS {
            out.report(of_lightsail(val.span));
            return;
        }
        let Some(threshold) = threshold(limit.val, metric, &source, out) else {
            return;
        };
        let fields = &decl.fields;
        let span = decl.name_span;
        let (period, periods) = window(decl, out);
        let missing = fields.word("missing").unwrap_or("not_breaching");
        let actions = Node::list(
            notified(decl)
                .into_iter()
                .map(|(val, to)| nodes::attribute(&to, "TopicArn", val.span)),
            span,
        );
        let props = Props::of(decl)
            .maybe("AlarmName", fields.node("name"))
            .maybe("AlarmDescription", description(decl))
            .put(
                "ComparisonOperator",
                nodes::text(limit.operator, limit.val.span),
            )
            .put(
                "EvaluationPeriods",
                nodes::int(periods, fields.span("periods").unwrap_or(span)),
            )
            .put("Threshold", threshold)
            .put(
                "TreatMissingData",
                nodes::text(treat(missing), fields.span("missing").unwrap_or(span)),
            );
        let props = match fields.get("notify") {
            Some(_) if fields.flag("notify_ok") == Some(true) => props
                .put("AlarmActions", actions.clone())
                .put("OKActions", actions),
            Some(_) => props.put("AlarmActions", actions),
            None => props,
        };
        let share = share(limit.val, &source);
        let props = match share {
            Some(total) => props.put("Metrics", ratio(&source, total, period, val.span)),
            None => plain(props, &source, period, val.span),
        };
        out.emit(decl, Emit::main("AWS::CloudWatch::Alarm", props.finish()));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "AlarmName"),
            ("description", "AlarmDescription"),
            ("above", "Threshold"),
            ("below", "Threshold"),
            ("during", "Period"),
            ("periods", "EvaluationPeriods"),
            ("missing", "TreatMissingData"),
            ("notify", "AlarmActions"),
        ]
    }
}

/// The field `metric`.
pub(super) fn metric_field(doc: &str) -> FieldSpec {
    field("metric", Type::Metric, doc).required().known()
}

/// What a limit may be.
pub(super) fn limit_type() -> Type {
    Type::one_of([
        Type::Quantity(Dimension::Percent),
        duration(),
        Type::Quantity(Dimension::Size),
        Type::Number,
    ])
}

fn fields() -> Vec<FieldSpec> {
    let step = nodes::minutes(1);
    vec![
        metric_field("What is watched: `resize.errors`."),
        field(
            "above",
            limit_type(),
            "Alarms when the metric is above this.",
        ),
        field(
            "below",
            limit_type(),
            "Alarms when the metric is below this.",
        ),
        field(
            "during",
            duration(),
            "The time over which the metric is taken together.",
        )
        .default("5min")
        .constraint(between(step, nodes::days(1), Some(step))),
        field(
            "periods",
            Type::Int,
            "How many such times in a row must be beyond the limit.",
        )
        .default("1")
        .constraint(numbers(1, 1440)),
        field(
            "notify",
            Type::one_of([kind("topic"), kind("topic").list()]),
            "The topics that are told.",
        )
        .known(),
        field(
            "notify_ok",
            Type::Bool,
            "Tells the same topics when all is well again.",
        )
        .default("false")
        .known(),
        field(
            "missing",
            Type::words(
                "missing data",
                &["not_breaching", "breaching", "ignore", "missing"],
            ),
            "What it means when there are no data.",
        )
        .default("not_breaching"),
        field("description", Type::String, "What to do when it rings.")
            .constraint(characters(0, 1024)),
        field("name", Type::String, "Its name.").constraint(characters(1, 255)),
    ]
}

/// The topics that are told, and where they are named.
fn notified(decl: &Decl) -> Vec<(&Val, formwork_schema::Address)> {
    let Some(val) = decl.fields.get("notify") else {
        return Vec::new();
    };
    let vals: Vec<&Val> = match &val.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![val],
    };
    vals.into_iter()
        .filter_map(|val| Some((val, values::resource(val)?.address.clone())))
        .collect()
}

/// The metric that is watched, and where it is named.
pub(super) fn metric(decl: &Decl) -> Option<(&Member, &Val)> {
    let val = decl.fields.get("metric")?;
    values::member(val).map(|member| (&**member, val))
}

/// Where CloudWatch has a metric; one that it does not have is reported.
pub(super) fn source(metric: &Member, val: &Val, out: &mut Lowering<'_>) -> Option<MetricSource> {
    let of = &metric.of.address;
    let kind = registry::kind(&of.kind)?;
    let source = kind.metric(&metric.name, of, val.span, out);
    if source.is_none() && out.decl(of).is_some() {
        out.report(unmeasured(metric, val.span));
    }
    source
}

fn description(decl: &Decl) -> Option<Node> {
    let said = decl.fields.node("description");
    said.or_else(|| {
        decl.doc
            .as_ref()
            .map(|doc| nodes::text(doc, decl.name_span))
    })
}

/// The limit and how the metric is compared with it.
pub(super) struct Limit<'a> {
    /// The limit as written.
    pub(super) val: &'a Val,
    /// `GreaterThanThreshold` or `LessThanThreshold`.
    pub(super) operator: &'static str,
}

/// The one limit; none or two are reported.
pub(super) fn limit<'a>(decl: &'a Decl, out: &mut Lowering<'_>) -> Option<Limit<'a>> {
    match (decl.fields.get("above"), decl.fields.get("below")) {
        (Some(val), None) => Some(Limit {
            val,
            operator: "GreaterThanThreshold",
        }),
        (None, Some(val)) => Some(Limit {
            val,
            operator: "LessThanThreshold",
        }),
        (Some(above), Some(below)) => {
            out.report(two_limits(above.span, below.span));
            None
        }
        (None, None) => {
            out.report(no_limit(decl.name_span));
            None
        }
    }
}

/// The limit as CloudWatch counts the metric.
pub(super) fn threshold(
    val: &Val,
    metric: &Member,
    source: &MetricSource,
    out: &mut Lowering<'_>,
) -> Option<Node> {
    let spec = registry::kind(&metric.of.address.kind)?.spec();
    let wanted = spec
        .metrics
        .into_iter()
        .find(|known| known.name == &*metric.name)?
        .limit;
    let number: Decimal = match (&val.value, &wanted) {
        (Value::Number(number), Type::Number | Type::Int | Type::OneOf(_)) => *number,
        (Value::Quantity(given), _)
            if given.dimension == Dimension::Percent && source.share_of.is_some() =>
        {
            given.amount
        }
        (Value::Quantity(given), Type::Quantity(dimension)) if given.dimension == *dimension => {
            given.in_unit(source.unit).normalize()
        }
        (Value::Deferred(_) | Value::Error, _) => return nodes::node(val),
        _ => {
            out.report(wrong_limit(
                metric,
                &wanted,
                source.share_of.is_some(),
                val.span,
            ));
            return None;
        }
    };
    Some(Node::new(
        formwork_schema::Prop::Number(nodes::number_of(number)),
        val.span,
    ))
}

/// The metric of the whole, when the limit is a share of it.
fn share(val: &Val, source: &MetricSource) -> Option<&'static str> {
    let percent =
        matches!(&val.value, Value::Quantity(given) if given.dimension == Dimension::Percent);
    source.share_of.filter(|_| percent)
}

/// Seconds of a period, and how many there are.
fn window(decl: &Decl, out: &mut Lowering<'_>) -> (i64, i64) {
    let fields = &decl.fields;
    let during = fields
        .quantity("during")
        .and_then(|during| during.whole("s"))
        .unwrap_or(300);
    let periods = fields.int("periods").unwrap_or(1);
    if during * periods > LONGEST
        && let Some(span) = fields.span("periods").or(fields.span("during"))
    {
        out.report(too_long(LONGEST / during.max(1), span));
    }
    (during, periods)
}

/// What missing data mean, in CloudWatch's words.
pub(super) fn treat(word: &str) -> &'static str {
    match word {
        "breaching" => "breaching",
        "ignore" => "ignore",
        "missing" => "missing",
        _ => "notBreaching",
    }
}

fn dimensions(source: &MetricSource, span: Span) -> Node {
    let one = |(name, value): &(&'static str, Node)| {
        Props::new(span)
            .set("Name", *name)
            .put("Value", value.clone())
            .node()
    };
    Node::list(source.dimensions.iter().map(one), span)
}

fn plain(props: Props, source: &MetricSource, period: i64, span: Span) -> Props {
    let statistic = match source.statistic.starts_with('p') {
        true => "ExtendedStatistic",
        false => "Statistic",
    };
    props
        .put("Namespace", nodes::text(source.namespace, span))
        .put("MetricName", nodes::text(source.name, span))
        .put("Dimensions", dimensions(source, span))
        .put("Period", nodes::int(period, span))
        .put(statistic, nodes::text(source.statistic, span))
}

/// A metric as a percentage of another one of the same dimensions.
fn ratio(source: &MetricSource, total: &str, period: i64, span: Span) -> Node {
    let query = |id: &str, name: &str| {
        let metric = Props::new(span)
            .set("Namespace", source.namespace)
            .set("MetricName", name)
            .put("Dimensions", dimensions(source, span));
        let stat = Props::new(span)
            .put("Metric", metric.node())
            .set("Period", period)
            .set("Stat", "Sum");
        Props::new(span)
            .set("Id", id)
            .put("MetricStat", stat.node())
            .set("ReturnData", false)
            .node()
    };
    let share = Props::new(span)
        .set("Id", "share")
        .set("Expression", "100 * part / whole")
        .set(
            "Label",
            format!("{} in percent of {total}", source.name).as_str(),
        )
        .set("ReturnData", true)
        .node();
    Node::list(
        [query("part", source.name), query("whole", total), share],
        span,
    )
}

fn of_lightsail(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("alarm::server"),
        "CloudWatch does not have the metrics of Lightsail",
        span,
        "of Lightsail",
    )
    .help("write a `server_alarm`")
}

fn unmeasured(metric: &Member, span: Span) -> Diagnostic {
    let of = &metric.of.address.label;
    Diagnostic::error(
        Code("alarm::unmeasured"),
        format!("nothing measures `{}` of `{of}`", metric.name),
        span,
        "behind no load balancer",
    )
    .help(format!(
        "write `expose = …` in `{of}`, or watch its `cpu` or `memory`"
    ))
}

fn two_limits(above: Span, below: Span) -> Diagnostic {
    Diagnostic::error(
        Code("alarm::limits"),
        "an alarm has one limit",
        below,
        "a second limit",
    )
    .label(above, "the first one")
    .help("write two alarms, one with `above` and one with `below`")
}

fn no_limit(name: Span) -> Diagnostic {
    Diagnostic::error(
        Code("alarm::limit"),
        "this alarm has no limit",
        name,
        "`above` or `below` is missing",
    )
    .help("write `above = …` or `below = …`, such as `above = 1%`")
}

fn wrong_limit(metric: &Member, wanted: &Type, share: bool, span: Span) -> Diagnostic {
    let or_share = if share {
        ", or a percentage such as `1%`"
    } else {
        ""
    };
    Diagnostic::error(
        Code("alarm::unit"),
        format!("`{}` is not measured in this unit", metric.name),
        span,
        format!("a {wanted} is wanted"),
    )
    .label(metric.name_span, "the metric")
    .help(format!("write a {wanted}{or_share}"))
}

fn too_long(most: i64, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("alarm::window"),
        "an alarm looks back at most one day",
        span,
        "`during` times `periods` is longer",
    )
    .help(format!(
        "write at most `periods = {}`, or a shorter `during`",
        most.max(1)
    ))
}
