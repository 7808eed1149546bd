//! Which images of a repository go, and when: the lifecycle policy of ECR.

use super::errors;
use crate::lowering::Lowering;
use crate::nodes;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Fields, Node, Value};
use serde_json::{Value as Json, json};

/// Whether a registry says which images go.
pub(super) fn given(decl: &Decl) -> bool {
    let names = ["keep_last", "expire_untagged", "lifecycle"];
    names.iter().any(|name| decl.fields.get(name).is_some())
}

/// `LifecyclePolicy`: rules in the order in which ECR must look at them.
pub(super) fn policy(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let fields = &decl.fields;
    let mut rules: Vec<Json> = Vec::new();
    if let Some(days) = whole_days(fields, "expire_untagged") {
        rules.push(json!({ "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days }));
    }
    for val in fields.items("lifecycle") {
        if let Value::Object(rule) = &val.value
            && let Some(rule) = tagged(rule, val.span, out)
        {
            rules.push(rule);
        }
    }
    // ECR looks at `any` last: user guide, "Lifecycle policy properties", tagStatus.
    if let Some(count) = fields.int("keep_last") {
        rules.push(
            json!({ "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": count }),
        );
    }
    if rules.is_empty() {
        return None;
    }
    let numbered = rules.into_iter().enumerate().map(|(at, selection)| {
        json!({ "rulePriority": at + 1, "selection": selection, "action": { "type": "expire" } })
    });
    let text = json!({ "rules": numbered.collect::<Vec<Json>>() }).to_string();
    let span = ["keep_last", "lifecycle", "expire_untagged"]
        .iter()
        .find_map(|name| fields.span(name))?;
    Some(Node::map(
        [("LifecyclePolicyText", nodes::text(&text, span))],
        span,
    ))
}

/// A rule for images whose tags match.
fn tagged(rule: &Fields, span: Span, out: &mut Lowering<'_>) -> Option<Json> {
    let patterns: Vec<&str> = rule
        .items("tags")
        .iter()
        .filter_map(|val| match &val.value {
            Value::String(text) => Some(&**text),
            _ => None,
        })
        .collect();
    let count = match (rule.int("keep_last"), whole_days(rule, "expire_after")) {
        (Some(count), None) => json!({ "countType": "imageCountMoreThan", "countNumber": count }),
        (None, Some(days)) => {
            json!({ "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days })
        }
        _ => {
            out.report(errors::lifecycle_rule(span));
            return None;
        }
    };
    let mut selection = json!({ "tagStatus": "tagged", "tagPatternList": patterns });
    if let (Json::Object(all), Json::Object(count)) = (&mut selection, count) {
        all.extend(count);
    }
    Some(selection)
}

fn whole_days(fields: &Fields, name: &str) -> Option<i64> {
    fields.quantity(name)?.whole("d")
}
