//! Calls: the five functions, choices with details, members with arguments.

use super::{Checker, Want};
use crate::errors;
use crate::meant::Meant;
use formwork_diag::Span;
use formwork_schema::{CallType, Dimension, FieldSpec, Type};
use formwork_syntax::ast::{Argument, Expr, ExprKind};
use rustc_hash::FxHashMap;
use std::sync::{Arc, LazyLock};

static EVERY: LazyLock<Arc<CallType>> = LazyLock::new(|| {
    let interval = FieldSpec::new(
        "interval",
        Type::Quantity(Dimension::Duration),
        "How often.",
    )
    .required();
    Arc::new(CallType {
        name: "every".into(),
        parameters: vec![interval],
        positional: 1,
    })
});

static CRON: LazyLock<Arc<CallType>> = LazyLock::new(|| {
    let parameters = vec![
        FieldSpec::new("expression", Type::String, "The six fields of AWS's cron.").required(),
        FieldSpec::new(
            "timezone",
            Type::String,
            "A zone of the tz database; UTC without it.",
        ),
    ];
    Arc::new(CallType {
        name: "cron".into(),
        parameters,
        positional: 1,
    })
});

/// The two functions that make an event of a time: `every(5min)`, `cron("…", timezone = "…")`.
pub(crate) fn every_and_cron(name: &str) -> Option<&'static Arc<CallType>> {
    match name {
        "every" => Some(&EVERY),
        "cron" => Some(&CRON),
        _ => None,
    }
}

/// Whether a name called is one of the language's functions that give a plain value.
pub(crate) fn is_function(name: &str) -> bool {
    matches!(name, "file" | "json" | "range")
}

/// The calls a type takes.
pub(super) fn call_types(ty: &Type) -> Vec<&Arc<CallType>> {
    match ty {
        Type::Call(call) => vec![call],
        Type::Optional(inner) => call_types(inner),
        Type::OneOf(types) => types.iter().flat_map(call_types).collect(),
        _ => Vec::new(),
    }
}

/// The call of this name that an item of the expected list may be, where it stands for the list itself.
fn one_of_list(name: &str, want: Option<Want<'_>>) -> Option<Arc<CallType>> {
    let ty = match want?.ty {
        Type::Optional(inner) => inner,
        ty => ty,
    };
    let Type::List(item) = ty else {
        return None;
    };
    let calls = call_types(item);
    calls.into_iter().find(|call| &*call.name == name).cloned()
}

/// What a call takes.
pub(super) struct Parameters<'t> {
    pub of: &'t str,
    pub specs: &'t [FieldSpec],
    pub positional: usize,
}

impl<'w> Checker<'w> {
    /// The type of a call; with an expected type, a word called is looked up there first.
    pub(super) fn call(
        &mut self,
        callee: &'w Expr,
        arguments: &'w [Argument],
        close: Span,
        want: Option<Want<'_>>,
    ) -> Type {
        match &callee.kind {
            ExprKind::Name(name) => self.call_name(name, callee, arguments, want),
            ExprKind::Member { of, name } => {
                let of_type = self.operand(of);
                if let Type::Optional(inner) = &of_type {
                    self.optional_error(of, inner, Some(&name.text));
                    self.silence(arguments);
                    return Type::Error;
                }
                self.call_member(of, &of_type, name, arguments, close)
            }
            ExprKind::OptionalMember { of, name } => {
                let of_type = match self.operand(of) {
                    Type::Optional(inner) => *inner,
                    other => other,
                };
                match self.call_member(of, &of_type, name, arguments, close) {
                    Type::Error => Type::Error,
                    result => result.optional(),
                }
            }
            _ => {
                let found = self.operand(callee);
                if found != Type::Error {
                    let text = crate::render::expression(callee);
                    self.push(errors::types::call(&text, callee.span, &[], Meant::Nothing));
                }
                self.silence(arguments);
                Type::Error
            }
        }
    }

    fn call_name(
        &mut self,
        name: &Arc<str>,
        callee: &'w Expr,
        arguments: &'w [Argument],
        want: Option<Want<'_>>,
    ) -> Type {
        let calls = want.map(|want| call_types(want.ty)).unwrap_or_default();
        if let Some(call) = calls.is_empty().then(|| one_of_list(name, want)).flatten() {
            self.check_call(&call, callee, arguments);
            return Type::Call(call);
        }
        if let Some(call) = calls.iter().find(|call| call.name == *name) {
            let call = Arc::clone(call);
            self.check_call(&call, callee, arguments);
            return Type::Call(call);
        }
        if let Some(call) = every_and_cron(name) {
            self.check_call(call, callee, arguments);
            return Type::Call(call.clone());
        }
        if is_function(name) {
            return self.function(name, callee, arguments);
        }
        let open = want.is_none_or(|want| matches!(want.ty, Type::Error | Type::Raw(_)));
        if self.in_scope(name) || !open {
            let known: Vec<&str> = calls.iter().map(|call| &*call.name).collect();
            let meant = Meant::word(self.world.vocabulary, name, &known);
            self.push(errors::types::call(name, callee.span, &known, meant));
            self.silence(arguments);
            return Type::Error;
        }
        self.open_call(name, callee, arguments)
    }

    fn check_call(&mut self, call: &CallType, callee: &'w Expr, arguments: &'w [Argument]) {
        let parameters = Parameters {
            of: &call.name,
            specs: &call.parameters,
            positional: call.positional,
        };
        self.arguments(arguments, &parameters, callee.span);
    }

    /// A call of a word where nothing is expected; it takes the type of the field it reaches.
    fn open_call(&mut self, name: &Arc<str>, callee: &'w Expr, arguments: &'w [Argument]) -> Type {
        let mut parameters = Vec::new();
        let mut positional = 0;
        for argument in arguments {
            let ty = self.infer(&argument.value);
            let label = argument.name.as_ref().map_or("", |name| &name.text);
            if argument.name.is_none() {
                positional += 1;
            }
            parameters.push(FieldSpec::new(label, ty, "").required());
        }
        self.words.call(name, callee.span, parameters, positional)
    }

    fn function(&mut self, name: &str, callee: &'w Expr, arguments: &'w [Argument]) -> Type {
        let (parameter, ty) = match name {
            "file" => ("path", Type::String),
            "range" => ("count", Type::Int),
            _ => ("value", Type::Any),
        };
        let spec = [FieldSpec::new(parameter, ty, "").required()];
        let parameters = Parameters {
            of: name,
            specs: &spec,
            positional: 1,
        };
        if name == "json" {
            for argument in arguments {
                let found = self.operand(&argument.value);
                let found = match found {
                    Type::Optional(inner) => *inner,
                    found => found,
                };
                let unwritable = matches!(
                    found,
                    Type::Kind(_) | Type::Permission | Type::Event | Type::Metric | Type::Env
                );
                if unwritable || super::fit::holds_secret(&found) {
                    self.expect(&found, Want::of(&Type::String), &argument.value);
                }
            }
            self.argument_names(arguments, &parameters, callee.span);
        } else {
            self.arguments(arguments, &parameters, callee.span);
        }
        match name {
            "range" => Type::Int.list(),
            _ => Type::String,
        }
    }

    /// Arguments against parameters: names, types, what is missing.
    pub(super) fn arguments(
        &mut self,
        arguments: &'w [Argument],
        parameters: &Parameters<'_>,
        at: Span,
    ) {
        let taken = self.argument_names(arguments, parameters, at);
        for (argument, spec) in arguments.iter().zip(taken) {
            match spec.and_then(|spec| parameters.specs.get(spec)) {
                Some(spec) => {
                    let want = Want::of(&spec.ty);
                    self.check(
                        &argument.value,
                        Want {
                            none: want.none || !spec.required,
                            ..want
                        },
                    );
                }
                None => self.check(&argument.value, Want::of(&Type::Error)),
            }
        }
    }

    /// The parameter of each argument.
    fn argument_names(
        &mut self,
        arguments: &'w [Argument],
        parameters: &Parameters<'_>,
        at: Span,
    ) -> Vec<Option<usize>> {
        let names: Vec<&str> = parameters.specs.iter().map(|spec| &*spec.name).collect();
        let mut given: FxHashMap<usize, Span> = FxHashMap::default();
        let mut out = Vec::new();
        let mut misnamed = false;
        let mut unnamed = 0;
        for argument in arguments {
            let position = unnamed;
            unnamed += usize::from(argument.name.is_none());
            let found = match &argument.name {
                Some(name) => {
                    let found = names.iter().position(|known| *known == &*name.text);
                    misnamed |= found.is_none();
                    if found.is_none() {
                        let vocabulary = self.world.vocabulary;
                        let meant = Meant::field(vocabulary, parameters.of, &name.text, &names);
                        let error = errors::types::argument_unknown(
                            parameters.of,
                            &name.text,
                            name.span,
                            &names,
                            meant,
                        );
                        self.push(error);
                    }
                    found.map(|found| (found, name.span))
                }
                None if position < parameters.positional => Some((position, argument.value.span)),
                None => {
                    misnamed = true;
                    let span = argument.value.span;
                    let error = errors::types::argument_position(
                        parameters.of,
                        span,
                        parameters.positional,
                        &names,
                    );
                    self.push(error);
                    None
                }
            };
            if let Some((found, span)) = found
                && let Some(first) = given.insert(found, span)
            {
                let name = names.get(found).copied().unwrap_or("");
                self.push(errors::types::argument_twice(name, span, first));
            }
            out.push(found.map(|(found, _)| found));
        }
        let missing: Vec<&str> = parameters
            .specs
            .iter()
            .enumerate()
            .filter(|(at, spec)| spec.required && !given.contains_key(at))
            .map(|(_, spec)| &*spec.name)
            .collect();
        // An argument with a wrong name, or none, is most likely the one that is missing.
        if !missing.is_empty() && !misnamed {
            self.push(errors::types::arguments_missing(
                parameters.of,
                &missing,
                at,
            ));
        }
        out
    }

    /// Looks into arguments of a call that is wrong itself, for mistakes of their own.
    pub(super) fn silence(&mut self, arguments: &'w [Argument]) {
        for argument in arguments {
            self.check(&argument.value, Want::of(&Type::Error));
        }
    }
}
