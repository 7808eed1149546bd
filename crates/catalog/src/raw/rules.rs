//! Rules between the parts of a value, in the subset of JSON schema that AWS's linter uses, judged in three ways: it
//! holds, it does not, or it cannot be told yet.

mod scalar;
mod thing;

pub(super) use thing::{Thing, things_at};

use formwork_diag::{Span, list_words, nearest};
use formwork_schema::{Fields, Val, Value};
use scalar::{alternatives, each, refused, scalar, texts};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Of what something was said already.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// Values.
    pub(super) values: BTreeSet<Span>,
    /// Names that are missing, or unknown and perhaps misspelt, by the words that stand for their object.
    pub(super) names: BTreeMap<Span, Vec<Arc<str>>>,
}

impl Said {
    /// Whether a name missing in an object was spoken of.
    fn covers(&self, head: Span, name: &str) -> bool {
        let names = self.names.get(&head).into_iter().flatten();
        let mut near = names.filter(|said| ***said == *name || nearest(said, [name]).is_some());
        near.next().is_some()
    }
}

/// A rule that does not hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: String,
    pub(super) labels: Vec<(Span, String)>,
}

/// How a rule stands.
#[derive(Debug, Clone, PartialEq)]
enum Verdict {
    Holds,
    Unknown,
    Fails(Vec<Fault>),
}

impl Verdict {
    fn of(holds: bool, fault: impl FnOnce() -> Fault) -> Self {
        match holds {
            true => Verdict::Holds,
            false => Verdict::Fails(vec![fault()]),
        }
    }

    /// Says of which property it speaks.
    fn of_property(self, name: &str) -> Verdict {
        match self {
            Verdict::Fails(mut faults) => {
                for fault in &mut faults {
                    fault.message = match fault.message.strip_prefix("here it ") {
                        Some(rest) => format!("with these values, `{name}` {rest}"),
                        None => std::mem::take(&mut fault.message),
                    };
                }
                Verdict::Fails(faults)
            }
            other => other,
        }
    }

    /// Both must hold.
    fn and(self, other: Verdict) -> Verdict {
        match (self, other) {
            (Verdict::Fails(mut all), Verdict::Fails(more)) => {
                all.extend(more);
                Verdict::Fails(all)
            }
            (Verdict::Fails(all), _) | (_, Verdict::Fails(all)) => Verdict::Fails(all),
            (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
            _ => Verdict::Holds,
        }
    }
}

/// What is wrong by a rule; nothing if that depends on what is not known or was said already.
pub(super) fn faults(rule: &Json, thing: Thing<'_>, said: &Said) -> Vec<Fault> {
    match (Judge { said }).judge(rule, thing) {
        Verdict::Fails(faults) => faults,
        Verdict::Holds | Verdict::Unknown => Vec::new(),
    }
}

struct Judge<'s> {
    said: &'s Said,
}

impl Judge<'_> {
    fn judge(&self, rule: &Json, thing: Thing<'_>) -> Verdict {
        let rule = match rule {
            Json::Bool(true) => return Verdict::Holds,
            Json::Bool(false) => {
                return Verdict::Fails(vec![Fault {
                    message: "this cannot be given here".into(),
                    help: "take it out".into(),
                    labels: vec![(thing.head(), "not together with the rest".into())],
                }]);
            }
            Json::Object(rule) => rule,
            _ => return Verdict::Holds,
        };
        if self.is_unknown(thing) {
            return Verdict::Unknown;
        }
        let mut verdict = self.condition(rule, thing);
        for (word, argument) in rule {
            verdict = verdict.and(self.keyword(word, argument, thing));
        }
        verdict
    }

    fn is_unknown(&self, thing: Thing<'_>) -> bool {
        match thing.value() {
            Some(Value::Deferred(_) | Value::Error | Value::Quantity(_)) => true,
            Some(_) => self.said.values.contains(&thing.span()),
            None => false,
        }
    }

    fn condition(&self, rule: &Map<String, Json>, thing: Thing<'_>) -> Verdict {
        let Some(condition) = rule.get("if") else {
            return Verdict::Holds;
        };
        let branch = |word: &str| {
            rule.get(word)
                .map_or(Verdict::Holds, |rule| self.judge(rule, thing))
        };
        match self.judge(condition, thing) {
            Verdict::Holds => branch("then"),
            Verdict::Fails(_) => branch("else"),
            Verdict::Unknown => match (branch("then"), branch("else")) {
                (Verdict::Holds, Verdict::Holds) => Verdict::Holds,
                _ => Verdict::Unknown,
            },
        }
    }

    fn keyword(&self, word: &str, argument: &Json, thing: Thing<'_>) -> Verdict {
        match word {
            "allOf" => {
                each(argument).fold(Verdict::Holds, |all, rule| all.and(self.judge(rule, thing)))
            }
            "anyOf" => self.any_of(argument, thing),
            "oneOf" => self.one_of(argument, thing),
            "not" => self.not(argument, thing),
            "required" => self.required(argument, thing),
            "requiredXor" => self.some_of(argument, thing, Some(1)),
            "requiredOr" => self.some_of(argument, thing, None),
            "dependencies" | "dependentRequired" => {
                self.dependent(argument, thing, Presence::Required)
            }
            "dependentExcluded" => self.dependent(argument, thing, Presence::Excluded),
            "properties" => self.properties(argument, thing),
            "propertyNames" => self.property_names(argument, thing),
            "items" => {
                let items = thing.items().unwrap_or_default().iter();
                items.fold(Verdict::Holds, |all, item| {
                    all.and(self.judge(argument, Thing::Val(item, item.span)))
                })
            }
            "contains" => self.contains(argument, thing),
            _ => scalar(word, argument, thing),
        }
    }

    fn any_of(&self, rules: &Json, thing: Thing<'_>) -> Verdict {
        let verdicts: Vec<Verdict> = each(rules).map(|rule| self.judge(rule, thing)).collect();
        if verdicts.contains(&Verdict::Holds) {
            return Verdict::Holds;
        }
        if verdicts.contains(&Verdict::Unknown) {
            return Verdict::Unknown;
        }
        Verdict::Fails(vec![alternatives(
            rules,
            thing,
            "one of these must be given",
        )])
    }

    fn one_of(&self, rules: &Json, thing: Thing<'_>) -> Verdict {
        let verdicts: Vec<Verdict> = each(rules).map(|rule| self.judge(rule, thing)).collect();
        let holding = verdicts
            .iter()
            .filter(|verdict| **verdict == Verdict::Holds)
            .count();
        match (holding, verdicts.contains(&Verdict::Unknown)) {
            (1, false) => Verdict::Holds,
            (0 | 1, true) => Verdict::Unknown,
            (0, false) => Verdict::Fails(vec![alternatives(
                rules,
                thing,
                "one of these must be given",
            )]),
            _ => Verdict::Fails(vec![alternatives(
                rules,
                thing,
                "only one of these can be given",
            )]),
        }
    }

    fn not(&self, rule: &Json, thing: Thing<'_>) -> Verdict {
        match self.judge(rule, thing) {
            Verdict::Unknown => Verdict::Unknown,
            Verdict::Fails(_) => Verdict::Holds,
            Verdict::Holds => Verdict::Fails(vec![refused(rule, thing)]),
        }
    }

    fn required(&self, names: &Json, thing: Thing<'_>) -> Verdict {
        let Some(fields) = thing.fields() else {
            return Verdict::Holds;
        };
        let missing: Vec<&str> = texts(names)
            .filter(|name| fields.get(name).is_none())
            .collect();
        if missing.is_empty() {
            return Verdict::Holds;
        }
        if missing
            .iter()
            .any(|name| self.said.covers(thing.head(), name))
        {
            return Verdict::Unknown;
        }
        let missing = list_words(&missing, "and");
        Verdict::Fails(vec![Fault {
            message: format!("with these values, {missing} must be given too"),
            help: format!("add {missing}"),
            labels: vec![(thing.head(), format!("{missing} missing"))],
        }])
    }

    /// Exactly `most` of the names, or at least one.
    fn some_of(&self, names: &Json, thing: Thing<'_>, most: Option<usize>) -> Verdict {
        let names: Vec<&str> = texts(names).collect();
        let given: Vec<(&str, Span)> = names
            .iter()
            .filter_map(|name| Some((*name, thing.get(name)?.head())))
            .collect();
        let listed = list_words(&names, "or");
        match (given.len(), most) {
            (0, _) if thing.fields().is_none() => Verdict::Holds,
            (0, _)
                if names
                    .iter()
                    .any(|name| self.said.covers(thing.head(), name)) =>
            {
                Verdict::Unknown
            }
            (0, _) => Verdict::Fails(vec![Fault {
                message: format!("one of {listed} must be given"),
                help: format!("add one of {listed}"),
                labels: vec![(thing.head(), "none of them is given".into())],
            }]),
            (given_count, Some(most)) if given_count > most => Verdict::Fails(vec![Fault {
                message: format!("only one of {listed} can be given"),
                help: "keep one of them".into(),
                labels: given
                    .iter()
                    .map(|(name, span)| (*span, format!("`{name}` is given")))
                    .collect(),
            }]),
            _ => Verdict::Holds,
        }
    }

    fn dependent(&self, rules: &Json, thing: Thing<'_>, presence: Presence) -> Verdict {
        let mut verdict = Verdict::Holds;
        for (name, others) in rules.as_object().into_iter().flatten() {
            let Some(given) = thing.get(name) else {
                continue;
            };
            for other in texts(others) {
                let found = thing.get(other);
                let open = self.said.covers(thing.head(), other);
                verdict = verdict.and(match (presence, found) {
                    (Presence::Required, None) if open => Verdict::Unknown,
                    (Presence::Required, None) => Verdict::Fails(vec![Fault {
                        message: format!("`{name}` needs `{other}` beside it"),
                        help: format!("add `{other}`, or take `{name}` out"),
                        labels: vec![(given.head(), format!("needs `{other}`"))],
                    }]),
                    (Presence::Excluded, Some(other_thing)) => Verdict::Fails(vec![Fault {
                        message: format!("`{other}` does not go with `{name}`"),
                        help: format!("take `{other}` out, or `{name}`"),
                        labels: vec![
                            (other_thing.head(), format!("not together with `{name}`")),
                            (given.head(), format!("`{name}` is given")),
                        ],
                    }]),
                    _ => Verdict::Holds,
                });
            }
        }
        verdict
    }

    fn properties(&self, rules: &Json, thing: Thing<'_>) -> Verdict {
        let mut verdict = Verdict::Holds;
        for (name, rule) in rules.as_object().into_iter().flatten() {
            if let Some(value) = thing.get(name) {
                verdict = verdict.and(self.judge(rule, value).of_property(name));
            }
        }
        verdict
    }

    fn property_names(&self, rule: &Json, thing: Thing<'_>) -> Verdict {
        let mut verdict = Verdict::Holds;
        for (name, val) in thing.fields().into_iter().flat_map(Fields::iter) {
            let span = thing.get(name).map_or(val.span, Thing::head);
            let text = Val::new(Value::String(name.clone()), span);
            let own = match self.judge(rule, Thing::Val(&text, span)) {
                Verdict::Fails(_) => Verdict::Fails(vec![Fault {
                    message: format!(
                        "`{name}` is a name that AWS keeps for itself or does not know"
                    ),
                    help: "choose another name".into(),
                    labels: vec![(span, "not a name to give here".into())],
                }]),
                other => other,
            };
            verdict = verdict.and(own);
        }
        verdict
    }

    fn contains(&self, rule: &Json, thing: Thing<'_>) -> Verdict {
        let Some(items) = thing.items() else {
            return Verdict::Holds;
        };
        let verdicts: Vec<Verdict> = items
            .iter()
            .map(|item| self.judge(rule, Thing::Val(item, item.span)))
            .collect();
        if verdicts.contains(&Verdict::Holds) {
            return Verdict::Holds;
        }
        if verdicts.contains(&Verdict::Unknown) {
            return Verdict::Unknown;
        }
        Verdict::Fails(vec![Fault {
            message: "none of the items is as AWS needs one to be".into(),
            help: format!("one item must fit `{rule}`"),
            labels: vec![(thing.span(), "no such item".into())],
        }])
    }
}

#[derive(Debug, Clone, Copy)]
enum Presence {
    Required,
    Excluded,
}
