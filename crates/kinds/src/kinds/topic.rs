//! `topic`: an SNS topic, what is subscribed to it, and who may publish.

use super::queue::spec::on_field;
use crate::access::{Statement, policy};
use crate::cost::{Charge, Costed};
use crate::encryption;
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::specs::{attribute, call, characters, field, kind, monthly, pattern, usage};
use crate::triggers::{self, Admission, Caller, Contribution, Trigger, label};
use crate::values::{self, Read};
use formwork_diag::{Code, Diagnostic, Span};
use formwork_schema::{
    Address, Decl, EventSpec, FieldSpec, KindSpec, Member, MetricSpec, Node, Type, VerbSpec,
};

/// The kind `topic`.
pub(crate) struct Topic;

impl Kind for Topic {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "topic",
            doc: "A topic of SNS: what is published to it goes to everything subscribed.",
            fields: fields(),
            attributes: vec![
                attribute("name", "TopicName", "Its name."),
                attribute("arn", "TopicArn", "Its ARN."),
            ],
            verbs: vec![VerbSpec {
                name: "publish",
                parameters: Vec::new(),
                nested: Vec::new(),
                doc: "Publish messages.",
            }],
            events: vec![EventSpec {
                name: "published",
                parameters: vec![field(
                    "filter",
                    Type::Any,
                    "Only messages with these attributes: `{ kind = [\"order\"] }`.",
                )],
                doc: "A message was published.",
            }],
            metrics: vec![
                MetricSpec {
                    name: "published",
                    limit: Type::Number,
                    doc: "Messages published.",
                },
                MetricSpec {
                    name: "failed",
                    limit: Type::Number,
                    doc: "Messages that could not be delivered.",
                },
            ],
            usage: usage(vec![monthly(
                "messages_per_month",
                "Messages published a month.",
            )]),
        }
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        triggers::wire(decl, out);
        for val in decl.fields.items("subscribers") {
            if let Some(target) = values::resource(val) {
                subscribe(decl, &target.address, None, val.span, out);
            }
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        // What leaves AWS, and what is kept in order, has prices of its own.
        if of.main()?.flag("FifoTopic") {
            return None;
        }
        let messages = of.used("messages_per_month");
        Some(vec![Charge::used("messages", "sns.publish", messages)])
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::SNS::Topic", "TopicName"))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let fifo = fields.flag("fifo").unwrap_or(false);
        if let (true, Some((name, val))) = (fifo, fields.text("name"))
            && !name.ends_with(".fifo")
        {
            out.report(fifo_name(name, val.span));
        }
        let props = Props::of(decl)
            .maybe("TopicName", fields.node("name"))
            .maybe("DisplayName", fields.node("display_name"))
            .maybe("FifoTopic", fifo.then(|| fields.node("fifo")).flatten())
            .maybe("ContentBasedDeduplication", fields.node("deduplicate"))
            .maybe("KmsMasterKeyId", encryption::key(decl));
        let topic = Emit::main("AWS::SNS::Topic", props.finish());
        let topic = out.emit(decl, topic.name_end(fifo.then_some(".fifo")));
        outside(decl, &topic, out);
        allow(decl, &topic, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "TopicName"),
            ("display_name", "DisplayName"),
            ("deduplicate", "ContentBasedDeduplication"),
            ("kms_key", "KmsMasterKeyId"),
        ]
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        let (of, span) = (&verb.of.address, verb.name_span);
        let arn = nodes::attribute(of, "TopicArn", span);
        let mut all = vec![Statement::allow(["sns:Publish"], [arn], span)];
        let key_actions = ["kms:Decrypt", "kms:GenerateDataKey"];
        all.extend(encryption::statement(of, &key_actions, span, out));
        all
    }

    fn inlet(&self) -> Option<&'static str> {
        Some("publish")
    }

    fn target(&self, decl: &Decl, span: Span) -> Option<Node> {
        Some(nodes::attribute(&decl.address, "TopicArn", span))
    }

    fn connect(&self, trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
        let consumer = &trigger.consumer.address;
        if !matches!(&*consumer.kind, "function" | "queue") {
            out.report(no_subscriber(consumer, trigger.span));
            return;
        }
        let filter = trigger.event.arguments.node("filter");
        subscribe(
            trigger.source,
            &trigger.consumer.address,
            filter,
            trigger.span,
            out,
        );
    }

    fn admit(&self, decl: &Decl, caller: &Caller, out: &mut Lowering<'_>) -> Option<Admission> {
        let arn = nodes::attribute(&decl.address, "TopicArn", caller.span);
        let account = out.account(caller.span);
        let statement = Statement::allow(["sns:Publish"], [arn.clone()], caller.span)
            .service(caller.principal)
            .for_source(caller.source.clone(), account);
        out.contribute(&decl.address, Contribution::Policy(statement));
        encryption::admit(decl, caller, out);
        Some(Admission {
            arn,
            after: vec![decl.address.part("policy")],
        })
    }

    fn fires(&self, verb: &Member, _event: &Member) -> bool {
        &*verb.name == "publish"
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let name = match name {
            "published" => "NumberOfMessagesPublished",
            "failed" => "NumberOfNotificationsFailed",
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/SNS",
            name,
            dimensions: vec![("TopicName", nodes::attribute(of, "TopicName", span))],
            statistic: "Sum",
            share_of: None,
            unit: "",
        })
    }
}

fn fields() -> Vec<FieldSpec> {
    let outside = |name: &str, doc: &str, shape: (&str, &str)| {
        let address = field("to", Type::String, doc)
            .required()
            .constraint(pattern(shape.0, shape.1));
        call(name, vec![address], 1)
    };
    let email = outside(
        "email",
        "An address.",
        ("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", "an e-mail address"),
    );
    let sms = outside(
        "sms",
        "A number: `+4712345678`.",
        ("^\\+[0-9]{5,15}$", "a number such as `+4712345678`"),
    );
    let https = outside(
        "https",
        "A URL.",
        ("^https://.+$", "a URL that begins with `https://`"),
    );
    vec![
        field("name", Type::String, "Its name; that of a fifo topic ends in `.fifo`.")
            .constraint(pattern("^[A-Za-z0-9_-]{1,256}(\\.fifo)?$", "1 to 256 letters, digits, `-` and `_`")),
        field("display_name", Type::String, "The sender that text messages show.").constraint(characters(0, 100)),
        field("fifo", Type::Bool, "Keeps the order of messages, each once.").default("false").known(),
        field("deduplicate", Type::Bool, "Tells messages of a fifo topic apart by their content."),
        on_field(),
        encryption::field("messages"),
        field(
            "subscribers",
            Type::one_of([kind("function"), kind("queue"), email, sms, https]).list(),
            "What gets every message: functions, queues, `email(\"…\")`, `sms(\"…\")`, `https(\"…\")`.",
        )
        .known(),
    ]
}

/// Subscribes a declaration, if it can be a subscriber.
fn subscribe(topic: &Decl, to: &Address, filter: Option<Node>, span: Span, out: &mut Lowering<'_>) {
    let arn = nodes::attribute(&topic.address, "TopicArn", span);
    let caller = Caller {
        principal: "sns.amazonaws.com",
        source: arn.clone(),
        label: label(&topic.address),
        span,
    };
    let Some(admission) = out.admit(to, &caller) else {
        return;
    };
    let protocol = if &*to.kind == "queue" {
        "sqs"
    } else {
        "lambda"
    };
    let props = Props::new(span)
        .put("TopicArn", arn)
        .set("Protocol", protocol)
        .put("Endpoint", admission.arn)
        .maybe("FilterPolicy", filter);
    let part = format!("subscription_{}", label(to));
    let subscription = Emit::part(part, "AWS::SNS::Subscription", props.finish());
    out.emit(topic, subscription.after(admission.after));
}

/// Subscriptions outside of AWS: e-mail, text messages, HTTPS.
fn outside(decl: &Decl, topic: &Address, out: &mut Lowering<'_>) {
    for (at, val) in decl.fields.items("subscribers").iter().enumerate() {
        let Some(call) = values::call(val) else {
            continue;
        };
        let props = Props::new(val.span)
            .put("TopicArn", nodes::attribute(topic, "TopicArn", val.span))
            .put("Protocol", nodes::text(&call.name, call.name_span))
            .maybe("Endpoint", call.arguments.node("to"));
        let part = format!("subscription_{}_{}", call.name, at + 1);
        out.emit(
            decl,
            Emit::part(part, "AWS::SNS::Subscription", props.finish()),
        );
    }
}

/// The policy of the topic, if a service must be let in.
fn allow(decl: &Decl, topic: &Address, out: &mut Lowering<'_>) {
    let statements: Vec<Statement> = out
        .contributed(topic)
        .into_iter()
        .filter_map(|contribution| match contribution {
            Contribution::Policy(statement) => Some(statement),
            _ => None,
        })
        .collect();
    if statements.is_empty() {
        return;
    }
    let span = decl.name_span;
    let props = Props::of(decl)
        .put("PolicyDocument", policy(statements, span))
        .put(
            "Topics",
            Node::list([nodes::attribute(topic, "TopicArn", span)], span),
        );
    out.emit(
        decl,
        Emit::part("policy", "AWS::SNS::TopicPolicy", props.finish()),
    );
}

fn no_subscriber(of: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("trigger::consumer"),
        format!("a `{}` cannot be subscribed to a topic", of.kind),
        span,
        "messages of a topic",
    )
    .help("functions and queues can; let a `function` listen, and go on from there")
}

fn fifo_name(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::fifo_name"),
        "the name of a fifo topic ends in `.fifo`",
        span,
        "`.fifo` is missing",
    )
    .help(format!("write `\"{name}.fifo\"`"))
    .fix(
        format!("write `\"{name}.fifo\"`"),
        span,
        format!("\"{name}.fifo\""),
    )
}
