//! Ways by which allowed actions let a role give itself every right.

use crate::access::covers;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Fields, Val, Value};

/// Passing a role to a service.
const PASS: &str = "iam:PassRole";

/// Sets of actions that together, on any resource, give every right: research of Rhino Security Labs, "AWS IAM
/// Privilege Escalation", and Bishop Fox, "IAM Vulnerable".
const SETS: &[&[&str]] = &[
    &["iam:AddUserToGroup"],
    &["iam:AttachGroupPolicy"],
    &["iam:AttachRolePolicy"],
    &["iam:AttachUserPolicy"],
    &["iam:CreateAccessKey"],
    &["iam:CreateLoginProfile"],
    &["iam:CreatePolicyVersion"],
    &["iam:PutGroupPolicy"],
    &["iam:PutRolePolicy"],
    &["iam:PutUserPolicy"],
    &["iam:SetDefaultPolicyVersion"],
    &["iam:UpdateAssumeRolePolicy"],
    &["iam:UpdateLoginProfile"],
    &[PASS, "batch:RegisterJobDefinition", "batch:SubmitJob"],
    &[PASS, "cloudformation:CreateStack"],
    &[PASS, "codebuild:CreateProject", "codebuild:StartBuild"],
    &[
        PASS,
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
    ],
    &[PASS, "ec2:RunInstances"],
    &[PASS, "ecs:RegisterTaskDefinition", "ecs:RunTask"],
    &[PASS, "glue:CreateDevEndpoint"],
    &[PASS, "lambda:CreateFunction", "lambda:AddPermission"],
    &[
        PASS,
        "lambda:CreateFunction",
        "lambda:CreateEventSourceMapping",
    ],
    &[PASS, "lambda:CreateFunction", "lambda:InvokeFunction"],
    &[PASS, "sagemaker:CreateNotebookInstance"],
    &[PASS, "states:CreateStateMachine", "states:StartExecution"],
];

/// An action that is allowed, as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowed<'a> {
    action: &'a str,
    span: Span,
    /// On any resource of its type.
    anywhere: bool,
}

/// A set of actions that gives every right.
pub(crate) struct Way {
    /// The actions of the set.
    pub(crate) actions: &'static [&'static str],
    /// Where the last of them is allowed.
    pub(crate) span: Span,
    /// Where the others are.
    pub(crate) others: Vec<Span>,
}

/// The actions that a statement, or `iam(…)`, allows.
pub(crate) fn allowed(fields: &Fields) -> Vec<Allowed<'_>> {
    let anywhere = fields.items("resources").iter().any(unbounded);
    fields
        .items("actions")
        .iter()
        .filter_map(|val| match &val.value {
            Value::String(action) => Some(Allowed {
                action,
                span: val.span,
                anywhere,
            }),
            _ => None,
        })
        .collect()
}

/// `*`, or every role, user, group or policy of an account.
fn unbounded(val: &Val) -> bool {
    let Value::String(text) = &val.value else {
        return false;
    };
    let every = [":role/*", ":user/*", ":group/*", ":policy/*", ":*"];
    &**text == "*" || every.iter().any(|end| text.ends_with(end))
}

/// Each way that is open, once for each place that opens it. `*` and `service:*` have lints of their own.
pub(crate) fn ways(all: &[Allowed<'_>]) -> Vec<Way> {
    let mut found: Vec<Way> = Vec::new();
    for set in SETS {
        let places: Option<Vec<Span>> = set.iter().map(|action| place(action, all)).collect();
        let Some(places) = places else {
            continue;
        };
        if let Some((span, others)) = places.split_last()
            && !found.iter().any(|way| way.span == *span)
        {
            found.push(Way {
                actions: set,
                span: *span,
                others: others.to_vec(),
            });
        }
    }
    found
}

/// Where any role may be passed, unless that is part of a way.
pub(crate) fn passes(all: &[Allowed<'_>]) -> Option<Span> {
    let span = place(PASS, all)?;
    let told = ways(all).iter().any(|way| way.others.contains(&span));
    (!told).then_some(span)
}

/// Where an action is allowed on any resource.
fn place(action: &str, all: &[Allowed<'_>]) -> Option<Span> {
    let whole = |pattern: &str| pattern == "*" || pattern.ends_with(":*");
    let allowed = all.iter().find(|allowed| {
        allowed.anywhere && !whole(allowed.action) && covers(allowed.action, action)
    });
    allowed.map(|allowed| allowed.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_diag::SourceId;

    fn open(actions: &[&str]) -> Vec<&'static str> {
        let at = |number: usize| Span::new(SourceId(0), number as u32, number as u32 + 1);
        let all: Vec<Allowed<'_>> = actions
            .iter()
            .enumerate()
            .map(|(number, action)| Allowed {
                action,
                span: at(number),
                anywhere: true,
            })
            .collect();
        let mut said: Vec<&str> = ways(&all)
            .iter()
            .flat_map(|way| way.actions)
            .copied()
            .collect();
        said.extend(passes(&all).map(|_| PASS));
        said
    }

    #[test]
    fn sets_are_found_whatever_the_wildcards() {
        assert_eq!(open(&["iam:putrole*"]), ["iam:PutRolePolicy"]);
        assert_eq!(open(&["iam:PassRole"]), ["iam:PassRole"]);
        assert_eq!(
            open(&["iam:PassRole", "ec2:RunInstances"]),
            [PASS, "ec2:RunInstances"]
        );
        assert_eq!(open(&["iam:Get*", "ec2:RunInstances", "iam:*"]), [""; 0]);
    }
}
