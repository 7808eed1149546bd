//! Bad values give the right error, at the right words; what is not known yet gives none.

use super::{Checked, check};
use crate::aws;
use formwork_diag::{Diagnostic, SourceId, Sources, Span};
use formwork_schema::{Address, Deferred, Fields, Prop, Quantity, ResourceRef, Val, Value};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A declaration as text, with a value for each `name = value` in it; spans lie in the text.
struct Declared {
    sources: Sources,
    id: SourceId,
    text: String,
}

impl Declared {
    fn new(text: &str) -> Self {
        let mut sources = Sources::new();
        let id = sources.add("main.stack", text);
        Declared {
            sources,
            id,
            text: text.to_owned(),
        }
    }

    /// The span of the first `words` from `from` on.
    fn span(&self, from: usize, words: &str) -> Span {
        let at = from
            + self.text[from..]
                .find(words)
                .unwrap_or_else(|| panic!("no `{words}`"));
        Span::new(self.id, at as u32, (at + words.len()) as u32)
    }

    /// Reads `name = value` pairs: a small reader of literals, enough for tests.
    fn fields(&self, at: &mut usize, close: &str) -> Fields {
        let mut fields = Fields::default();
        loop {
            self.skip(at);
            if self.text[*at..].is_empty()
                || self.text[*at..].starts_with(close) && !close.is_empty()
            {
                *at += close.len().min(self.text.len() - *at);
                return fields;
            }
            let name = self.take(at, |c| {
                c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-'
            });
            let span = self.span(*at - name.len(), &name);
            self.skip(at);
            assert!(
                self.text[*at..].starts_with('='),
                "at {}",
                &self.text[*at..]
            );
            *at += 1;
            let val = self.value(at);
            fields.insert(name.as_str().into(), span, val);
        }
    }

    fn skip(&self, at: &mut usize) {
        let rest = &self.text[*at..];
        *at += rest.len() - rest.trim_start_matches([' ', '\n', ',']).len();
    }

    fn take(&self, at: &mut usize, wanted: impl Fn(char) -> bool) -> String {
        let rest = &self.text[*at..];
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        *at += end;
        rest[..end].to_owned()
    }

    fn value(&self, at: &mut usize) -> Val {
        self.skip(at);
        let start = *at;
        let value = match self.text[start..].chars().next().unwrap() {
            '{' => {
                *at += 1;
                Value::Object(self.fields(at, "}"))
            }
            '[' => {
                *at += 1;
                let mut items = Vec::new();
                loop {
                    self.skip(at);
                    if self.text[*at..].starts_with(']') {
                        *at += 1;
                        break Value::List(items);
                    }
                    items.push(self.value(at));
                }
            }
            '"' => {
                let end = start + 1 + self.text[start + 1..].find('"').unwrap();
                *at = end + 1;
                Value::from(&self.text[start + 1..end])
            }
            '?' => {
                *at += 1;
                Value::Deferred(Arc::new(Deferred::Account))
            }
            '@' => {
                *at += 1;
                let label = self.take(at, char::is_alphanumeric);
                Value::Resource(ResourceRef {
                    address: Address::new("role", label.as_str()),
                    resource_type: None,
                })
            }
            _ => {
                let text = self.take(at, |c| c.is_alphanumeric() || "._-%".contains(c));
                scalar(&text)
            }
        };
        let end = *at;
        Val::new(value, Span::new(self.id, start as u32, end as u32))
    }
}

fn scalar(text: &str) -> Value {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    match (text, digits.parse::<Decimal>()) {
        ("true", _) => Value::Bool(true),
        ("false", _) => Value::Bool(false),
        ("none", _) => Value::None,
        (_, Ok(number)) if digits.len() == text.len() => Value::Number(number),
        (_, Ok(number)) => Value::Quantity(Quantity::new(number, &text[digits.len()..]).unwrap()),
        _ => Value::Word(text.into()),
    }
}

/// Checks `name { … }` as a declaration of a type.
fn checked(type_name: &str, text: &str) -> (Declared, Checked) {
    let declared = Declared::new(text);
    let name = text.split(' ').next().unwrap();
    let name_span = declared.span(0, name);
    let mut at = text.find('{').unwrap() + 1;
    let fields = declared.fields(&mut at, "}");
    let found = check(&aws().get(type_name).unwrap(), &fields, name_span);
    (declared, found)
}

/// `code @ underlined words | help`, one a finding.
fn said(type_name: &str, text: &str) -> Vec<String> {
    let (declared, found) = checked(type_name, text);
    let said = |d: &Diagnostic| {
        let words = declared.sources.slice(d.span().unwrap()).to_owned();
        format!("{} @ {words} | {}", d.code, d.help.as_deref().unwrap())
    };
    found.diagnostics.iter().map(said).collect()
}

#[test]
fn a_good_declaration_becomes_properties() {
    let text = r#"jobs { QueueName = "jobs", VisibilityTimeout = 60, RedrivePolicy = { deadLetterTargetArn = ?, maxReceiveCount = 3 }, Tags = none }"#;
    let (declared, found) = checked("AWS::SQS::Queue", text);
    assert!(found.diagnostics.is_empty(), "{:?}", found.diagnostics);
    let names: Vec<&str> = found.properties.keys().map(|name| &**name).collect();
    assert_eq!(names, ["QueueName", "VisibilityTimeout", "RedrivePolicy"]);
    let timeout = &found.properties["VisibilityTimeout"];
    assert_eq!(timeout.prop, Prop::Number(60.into()));
    assert_eq!(declared.sources.slice(timeout.span), "60");
    let Prop::Map(policy) = &found.properties["RedrivePolicy"].prop else {
        panic!("{found:?}");
    };
    assert!(matches!(
        policy["deadLetterTargetArn"].prop,
        Prop::Deferred(_)
    ));
}

#[test]
fn unknown_properties_are_named_with_the_nearest() {
    assert_eq!(
        said("AWS::SQS::Queue", r#"jobs { QueueNam = "jobs" }"#),
        ["aws::unknown_property @ QueueNam | did you mean `QueueName`?"]
    );
    let nested = said(
        "AWS::Lambda::Function",
        r#"f { Code = { ZipFile = "x" }, Role = ?, Runtime = "python3.13", Handler = "a.b", TracingConfig = { Mod = Active } }"#,
    );
    assert_eq!(
        nested,
        ["aws::unknown_property @ Mod | did you mean `Mode`?"]
    );
}

#[test]
fn missing_properties_are_one_error_at_the_name() {
    assert_eq!(
        said(
            "AWS::Lambda::Function",
            r#"resize { Runtime = "python3.13" }"#
        ),
        ["aws::missing_property @ resize | add `Code = …`, `Role = …`"]
    );
    assert_eq!(
        said(
            "AWS::S3::BucketPolicy",
            r#"p { Bukket = "x", PolicyDocument = {} }"#
        ),
        ["aws::unknown_property @ Bukket | did you mean `Bucket`?"]
    );
    let nested = said(
        "AWS::ECS::TaskDefinition",
        r#"t { ContainerDefinitions = [{ Name = "a", Image = "b", Memory = 128, PortMappings = [], Ulimits = [{ Name = "core" }] }] }"#,
    );
    assert_eq!(
        nested,
        [r#"aws::missing_property @ { Name = "core" } | add `HardLimit = …`, `SoftLimit = …`"#]
    );
}

#[test]
fn what_aws_makes_cannot_be_set() {
    let said = said(
        "AWS::SQS::Queue",
        r#"jobs { Arn = "arn:aws:sqs:eu-west-1:1:x" }"#,
    );
    assert_eq!(
        said,
        ["aws::read_only @ Arn | take this field out; other declarations read it as `….Arn`"]
    );
}

#[test]
fn what_is_deprecated_is_a_warning() {
    let text = r#"g { MinSize = "0", MaxSize = "1", LaunchConfigurationName = "x", NotificationConfiguration = { TopicARN = ? } }"#;
    let (declared, found) = checked("AWS::AutoScaling::AutoScalingGroup", text);
    assert!(!found.diagnostics.has_errors(), "{:?}", found.diagnostics);
    let warning = found.diagnostics.iter().next().unwrap();
    assert_eq!(warning.code.0, "aws::deprecated");
    assert_eq!(
        declared.sources.slice(warning.span().unwrap()),
        "NotificationConfiguration"
    );
    assert!(found.properties.contains_key("NotificationConfiguration"));
}

#[test]
fn allowed_values_are_words_or_strings() {
    let ty = "AWS::Lambda::Url";
    let good = r#"u { TargetFunctionArn = ?, AuthType = AWS_IAM, InvokeMode = "BUFFERED" }"#;
    assert_eq!(said(ty, good), Vec::<String>::new());
    assert_eq!(
        said(ty, r#"u { TargetFunctionArn = ?, AuthType = aws_iam }"#),
        ["aws::allowed_value @ aws_iam | did you mean `AWS_IAM`?"]
    );
    assert_eq!(
        said(ty, r#"u { TargetFunctionArn = ?, AuthType = "public" }"#),
        [r#"aws::allowed_value @ "public" | AWS takes `AWS_IAM` or `NONE`"#]
    );
    let runtime =
        r#"f { Code = { S3Bucket = "code", S3Key = "x" }, Role = ?, Runtime = python313 }"#;
    assert_eq!(
        said("AWS::Lambda::Function", runtime),
        [r#"aws::allowed_value @ python313 | did you mean `"python3.13"`?"#]
    );
}

#[test]
fn numbers_strings_and_lists_have_bounds() {
    let ty = "AWS::SQS::Queue";
    assert_eq!(
        said(ty, "jobs { DelaySeconds = 901, MaximumMessageSize = 1 }"),
        [
            "aws::range @ 901 | AWS takes a number from 0 to 900",
            "aws::range @ 1 | AWS takes a number from 1024 to 1048576",
        ]
    );
    assert_eq!(
        said(
            "AWS::Lambda::Alias",
            r#"a { FunctionName = ?, FunctionVersion = "1", Name = "" }"#
        ),
        [r#"aws::length @ "" | AWS takes 1 to 128 characters"#]
    );
    let layers = r#"f { Code = { S3Bucket = "code", S3Key = "x" }, Role = ?, Architectures = [arm64, x86_64] }"#;
    assert_eq!(
        said("AWS::Lambda::Function", layers),
        ["aws::item_count @ [arm64, x86_64] | AWS takes exactly 1 items"]
    );
}

#[test]
fn types_are_never_converted() {
    let ty = "AWS::SQS::Queue";
    assert_eq!(
        said(
            ty,
            r#"jobs { QueueName = 5, DelaySeconds = "5", FifoQueue = "true", Tags = {} }"#
        ),
        [
            r#"aws::property_type @ 5 | write `"5"`"#,
            r#"aws::property_type @ "5" | write `5`"#,
            r#"aws::property_type @ "true" | write `true`"#,
            "aws::property_type @ {} | write `[…]`",
        ]
    );
    assert_eq!(
        said(ty, "jobs { DelaySeconds = 1.5, QueueName = jobs }"),
        [
            "aws::property_type @ 1.5 | write a whole number",
            "aws::word @ jobs | for a string write `\"jobs\"`",
        ]
    );
    let role = r#"f { Code = { S3Bucket = "code", S3Key = "x" }, Role = @worker }"#;
    assert_eq!(
        said("AWS::Lambda::Function", role),
        ["aws::property_type @ @worker | name one of its attributes (string): `worker.…`"]
    );
}

#[test]
fn quantities_are_no_numbers_and_the_help_gives_the_number() {
    assert_eq!(
        said(
            "AWS::SQS::Queue",
            "jobs { VisibilityTimeout = 2min, MaximumMessageSize = 64KB }"
        ),
        [
            "aws::quantity @ 2min | write `120`",
            "aws::quantity @ 64KB | write `65536`",
        ]
    );
    let function = r#"f { Code = { S3Bucket = "code", S3Key = "x" }, Role = ?, MemorySize = 1GB, EphemeralStorage = { Size = 2GB }, ReservedConcurrentExecutions = 3s }"#;
    assert_eq!(
        said("AWS::Lambda::Function", function),
        [
            "aws::quantity @ 1GB | write `1024`",
            "aws::quantity @ 2GB | write `2048`",
            "aws::quantity @ 3s | 3s is 3000 in milliseconds, 3 in seconds, 0.05 in minutes",
        ]
    );
}

#[test]
fn patterns_show_a_form_that_would_do() {
    let said = said(
        "AWS::Lambda::Function",
        r#"f { Code = { S3Bucket = "code", S3Key = "x" }, Role = "worker" }"#,
    );
    assert_eq!(said.len(), 1);
    let expected =
        r#"aws::pattern @ "worker" | AWS takes the form `arn:aws:iam::999999999999:role/example`"#;
    assert!(said[0].starts_with(expected), "{said:?}");
}

#[test]
fn items_stand_once() {
    let layer = "arn:aws:lambda:eu-west-1:123456789012:layer:tools:1";
    let text = format!(
        r#"f {{ Code = {{ S3Bucket = "code", S3Key = "x" }}, Role = ?, Layers = ["{layer}", ?, "{layer}"] }}"#
    );
    let (declared, found) = checked("AWS::Lambda::Function", &text);
    let duplicate = found.diagnostics.iter().next().unwrap();
    assert_eq!(duplicate.code.0, "aws::duplicate_item");
    let words = duplicate
        .labels
        .iter()
        .map(|label| declared.sources.slice(label.span));
    assert!(
        words
            .into_iter()
            .all(|words| words.trim_matches('"') == layer)
    );
    assert!(duplicate.labels[0].span > duplicate.labels[1].span);
}

#[test]
fn rules_between_properties() {
    assert_eq!(
        said("AWS::EC2::VPC", "v { EnableDnsSupport = true }"),
        ["aws::rule @ v | add one of `CidrBlock` or `Ipv4IpamPoolId`"]
    );
    let both = r#"v { CidrBlock = "10.0.0.0/16", Ipv4IpamPoolId = "ipam-pool-1", Ipv4NetmaskLength = 16 }"#;
    let (declared, found) = checked("AWS::EC2::VPC", both);
    let rule = found.diagnostics.iter().next().unwrap();
    let words: Vec<&str> = rule
        .labels
        .iter()
        .map(|label| declared.sources.slice(label.span))
        .collect();
    assert_eq!(words, ["CidrBlock", "Ipv4IpamPoolId"]);
    assert_eq!(
        said("AWS::Events::Rule", r#"r { Description = "x" }"#),
        ["aws::rule @ r | add one of `EventPattern` or `ScheduleExpression`"]
    );
    let policy = r#"p { PolicyName = "x", PolicyDocument = {} }"#;
    assert_eq!(
        said("AWS::IAM::Policy", policy),
        ["aws::rule @ p | add `Users` or `Groups` or `Roles`"]
    );
}

#[test]
fn rules_of_conditions() {
    let function = |more: &str| {
        said(
            "AWS::Lambda::Function",
            &format!("f {{ Code = {{ ZipFile = \"x\" }}, Role = ?, Handler = \"a.b\", {more} }}"),
        )
    };
    assert_eq!(function("Runtime = \"nodejs24.x\""), Vec::<String>::new());
    assert_eq!(
        function("MemorySize = 128"),
        ["aws::rule @ f | add `Runtime`"]
    );
    assert_eq!(
        function("Runtime = \"nodejs24.x\", Timeout = 901"),
        ["aws::rule @ 901 | here it must be at most 900"]
    );
    assert_eq!(
        function("Runtime = \"nodejs24.x\", Environment = { Variables = { AWS_REGION = \"x\" } }"),
        ["aws::rule @ AWS_REGION | choose another name"]
    );
    let queue = r#"jobs { FifoQueue = true, QueueName = "jobs" }"#;
    let said = said("AWS::SQS::Queue", queue);
    assert_eq!(
        said,
        [r#"aws::rule @ "jobs" | here it must match `^.*\.fifo$`"#]
    );
}

#[test]
fn what_is_not_known_is_never_judged() {
    for (ty, text) in [
        (
            "AWS::SQS::Queue",
            "jobs { FifoQueue = ?, QueueName = \"jobs\", DelaySeconds = ? }",
        ),
        (
            "AWS::SQS::Queue",
            "jobs { FifoQueue = true, QueueName = ? }",
        ),
        (
            "AWS::DynamoDB::Table",
            "t { BillingMode = ?, KeySchema = ? }",
        ),
        ("AWS::Lambda::Function", "f { Code = ?, Role = ? }"),
        (
            "AWS::ECS::TaskDefinition",
            "t { RequiresCompatibilities = ?, Cpu = \"256\", ContainerDefinitions = ? }",
        ),
    ] {
        assert_eq!(said(ty, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn independent_mistakes_are_each_said() {
    let text = r#"f { Code = { ZipFile = "x" }, Role = ?, Runtime = "nodejs24.x", Handlr = "a.b", Timeout = 901, MemorySize = 1 }"#;
    assert_eq!(
        said("AWS::Lambda::Function", text),
        [
            "aws::unknown_property @ Handlr | did you mean `Handler`?",
            "aws::range @ 1 | AWS takes a number from 128 to 32768",
            "aws::rule @ 901 | here it must be at most 900",
        ]
    );
    let (_, found) = checked("AWS::Lambda::Function", text);
    let rule = found.diagnostics.iter().last().unwrap();
    assert!(
        rule.message
            .ends_with("with these values, `Timeout` must be at most 900"),
        "{}",
        rule.message
    );
}

#[test]
fn one_mistake_is_one_error() {
    let text = r#"t { KeySchema = [{ AttributeName = "id", KeyType = HASH }], BillingMode = PAYPERREQUEST }"#;
    assert_eq!(
        said("AWS::DynamoDB::Table", text),
        ["aws::allowed_value @ PAYPERREQUEST | did you mean `PAY_PER_REQUEST`?"]
    );
}

#[test]
fn map_names_match_their_pattern() {
    let text = r#"f { Code = { S3Bucket = "code", S3Key = "x" }, Role = ?, Environment = { Variables = { OK = "1", 1 = "x" } } }"#;
    let (declared, found) = checked("AWS::Lambda::Function", text);
    let found: Vec<(&str, &str)> = found
        .diagnostics
        .iter()
        .map(|d| (d.code.0, declared.sources.slice(d.span().unwrap())))
        .collect();
    assert_eq!(found, [("aws::map_key", "1")]);
}
