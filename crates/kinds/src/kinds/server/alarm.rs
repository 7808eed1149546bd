//! `server_alarm`: an alarm of Lightsail on a metric of a server, a database or a balancer.

use super::{METRICS, contact, errors, shared};
use crate::cost::{Charge, Costed};
use crate::kinds::alarm::{self, Limit};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::{self, Kind};
use crate::specs::{attribute, field, items, kind, numbers};
use crate::values::{self, Read};
use formwork_schema::{Address, Decl, FieldSpec, KindSpec, Node, Type, Value};

/// The most times five minutes that an alarm looks back: Lightsail API, PutAlarm, evaluationPeriods (24 hours).
const LONGEST: i64 = 288;

/// The kind `server_alarm`.
pub(crate) struct ServerAlarm;

impl Kind for ServerAlarm {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_alarm",
            doc: "An alarm of Lightsail: looks at a metric every five minutes, and tells somebody when it is beyond a limit.",
            fields: fields(),
            attributes: vec![
                attribute("name", "AlarmName", "Its name."),
                attribute("arn", "AlarmArn", "Its ARN."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(Vec::new())
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let Some((metric, val)) = alarm::metric(decl) else {
            return;
        };
        let source = registry::kind(&metric.of.address.kind)
            .and_then(|kind| kind.metric(&metric.name, &metric.of.address, val.span, out));
        let Some(source) = source.filter(|source| source.namespace == METRICS) else {
            out.report(errors::not_watched(&metric.of.address.kind, val.span));
            return;
        };
        shared::same_region(decl, &metric.of.address, val.span, out);
        let Some(limit) = alarm::limit(decl, out) else {
            return;
        };
        let Some(threshold) = alarm::threshold(limit.val, metric, &source, out) else {
            return;
        };
        let of = source.dimensions.into_iter().next().map(|(_, node)| node);
        let periods = fields.int("periods").unwrap_or(1);
        if let (Some(points), Some(span)) = (fields.int("datapoints"), fields.span("datapoints"))
            && points > periods
        {
            out.report(errors::datapoints(points, periods, span));
        }
        let span = decl.name_span;
        let props = Props::of(decl)
            .maybe("AlarmName", fields.node("name"))
            .put("MetricName", nodes::text(source.name, val.span))
            .maybe("MonitoredResourceName", of)
            .put("ComparisonOperator", compared(&limit))
            .put("Threshold", threshold)
            .put(
                "EvaluationPeriods",
                nodes::int(periods, fields.span("periods").unwrap_or(span)),
            )
            .maybe("DatapointsToAlarm", fields.node("datapoints"))
            .maybe("TreatMissingData", missing(decl))
            .maybe("NotificationEnabled", fields.node("enabled"));
        let (props, after) = notified(decl, props, out);
        let emit = Emit::main("AWS::Lightsail::Alarm", props.finish());
        out.emit(decl, emit.after(after));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "AlarmName"),
            ("above", "Threshold"),
            ("below", "Threshold"),
            ("periods", "EvaluationPeriods"),
            ("datapoints", "DatapointsToAlarm"),
            ("missing", "TreatMissingData"),
            ("notify", "ContactProtocols"),
            ("notify_when", "NotificationTriggers"),
            ("enabled", "NotificationEnabled"),
        ]
    }
}

fn fields() -> Vec<FieldSpec> {
    let who = Type::one_of([
        kind("server_contact"),
        Type::words("protocol", &["email", "sms"]),
    ]);
    let when = Type::words("alarm state", &["alarm", "ok", "no_data"]);
    vec![
        alarm::metric_field("What is watched: `web.cpu`."),
        field(
            "above",
            alarm::limit_type(),
            "Alarms when the metric is above this.",
        ),
        field(
            "below",
            alarm::limit_type(),
            "Alarms when the metric is below this.",
        ),
        field(
            "periods",
            Type::Int,
            "Over how many times five minutes it looks.",
        )
        .default("1")
        .constraint(numbers(1, LONGEST)),
        field(
            "datapoints",
            Type::Int,
            "How many of these must be beyond the limit; else all.",
        )
        .constraint(numbers(1, LONGEST)),
        field(
            "notify",
            who.list(),
            "Who is told: a `server_contact`, or `email` and `sms` for contacts the account has.",
        )
        .known()
        .constraint(items(1, 2)),
        field("notify_when", when.list(), "When they are told.")
            .default("[alarm]")
            .constraint(items(1, 3)),
        field("enabled", Type::Bool, "Whether anybody is told.").default("true"),
        field(
            "missing",
            Type::words(
                "missing data",
                &["not_breaching", "breaching", "ignore", "missing"],
            ),
            "What it means when there are no data.",
        )
        .default("missing"),
        shared::name_field(),
    ]
}

fn compared(limit: &Limit<'_>) -> Node {
    nodes::text(limit.operator, limit.val.span)
}

fn missing(decl: &Decl) -> Option<Node> {
    let word = decl.fields.word("missing")?;
    Some(nodes::text(
        alarm::treat(word),
        decl.fields.span("missing")?,
    ))
}

/// Who is told when; contacts of this stack are there first.
fn notified(decl: &Decl, props: Props, out: &Lowering<'_>) -> (Props, Vec<Address>) {
    let mut after = Vec::new();
    let mut protocols: Vec<Node> = Vec::new();
    for val in decl.fields.items("notify") {
        let protocol = match (&val.value, values::resource(val)) {
            (Value::Word(word), _) if &**word == "sms" => Some("SMS"),
            (Value::Word(_), _) => Some("Email"),
            (_, Some(of)) => {
                after.push(of.address.clone());
                out.decl(&of.address).and_then(contact::protocol)
            }
            _ => None,
        };
        protocols.extend(protocol.map(|protocol| nodes::text(protocol, val.span)));
    }
    let span = decl.fields.span("notify").unwrap_or(decl.name_span);
    let states = decl.fields.items("notify_when").iter().map(|val| {
        let state = match &val.value {
            Value::Word(word) if &**word == "ok" => "OK",
            Value::Word(word) if &**word == "no_data" => "INSUFFICIENT_DATA",
            _ => "ALARM",
        };
        nodes::text(state, val.span)
    });
    let states = decl
        .fields
        .span("notify_when")
        .map(|span| Node::list(states, span));
    let props = match decl.fields.get("notify") {
        Some(_) => props.put("ContactProtocols", Node::list(protocols, span)),
        None => props,
    };
    (props.maybe("NotificationTriggers", states), after)
}
