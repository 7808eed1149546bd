//! Bare words (and calls of bare words) that have not reached a field yet: each must reach one that takes words.

use formwork_diag::Span;
use formwork_schema::{CallType, EnumType, FieldSpec, ObjectType, Type};
use rustc_hash::FxHashMap;
use std::sync::Arc;

const WORD: &str = "word";

struct Word {
    text: Arc<str>,
    span: Span,
    placed: bool,
    called: bool,
}

/// Every word that was typed without an expected type, and the types that stand for them.
#[derive(Default)]
pub(crate) struct Words {
    words: Vec<Word>,
    /// Indices of words by the address of the type made for them; `kept` keeps these addresses alive.
    by_type: FxHashMap<usize, Vec<usize>>,
    kept: Vec<Type>,
}

impl Words {
    /// The type of a word that stands where nothing is expected.
    pub(crate) fn word(&mut self, text: &Arc<str>, span: Span) -> Type {
        let ty = Arc::new(EnumType {
            name: WORD.into(),
            members: vec![text.clone()],
        });
        self.keep(Type::Enum(ty), text, span)
    }

    /// The type of a call of a word that stands where nothing is expected.
    pub(crate) fn call(
        &mut self,
        name: &Arc<str>,
        span: Span,
        parameters: Vec<FieldSpec>,
        positional: usize,
    ) -> Type {
        let ty = Arc::new(CallType {
            name: name.clone(),
            parameters,
            positional,
        });
        self.keep(Type::Call(ty), name, span)
    }

    fn keep(&mut self, ty: Type, text: &Arc<str>, span: Span) -> Type {
        let at = self.words.len();
        self.words.push(Word {
            text: text.clone(),
            span,
            placed: false,
            called: matches!(ty, Type::Call(_)),
        });
        self.by_type.insert(address(&ty), vec![at]);
        self.kept.push(ty.clone());
        ty
    }

    /// The one type of words from both.
    pub(crate) fn join(&mut self, a: &EnumType, b: &EnumType) -> Type {
        let mut members = a.members.clone();
        members.extend(
            b.members
                .iter()
                .filter(|member| !a.members.contains(member))
                .cloned(),
        );
        let ty = Type::Enum(Arc::new(EnumType {
            name: WORD.into(),
            members,
        }));
        let mut indices = self
            .by_type
            .get(&(std::ptr::from_ref(a) as usize))
            .cloned()
            .unwrap_or_default();
        indices.extend(
            self.by_type
                .get(&(std::ptr::from_ref(b) as usize))
                .into_iter()
                .flatten(),
        );
        self.by_type.insert(address(&ty), indices);
        self.kept.push(ty.clone());
        ty
    }

    /// Whether a type is that of words not placed yet.
    pub(crate) fn is_word(ty: &Type) -> bool {
        matches!(ty, Type::Enum(words) if &*words.name == WORD)
    }

    /// Notes that words of this type reached a place that takes them, or that an error was reported for them.
    pub(crate) fn place(&mut self, ty: &Type) {
        let Some(indices) = self.by_type.get(&address(ty)) else {
            return;
        };
        for at in indices {
            if let Some(word) = self.words.get_mut(*at) {
                word.placed = true;
            }
        }
    }

    /// Notes it for all words anywhere inside a type.
    pub(crate) fn place_all(&mut self, ty: &Type) {
        match ty {
            Type::Enum(_) => self.place(ty),
            Type::Call(call) => {
                self.place(ty);
                call.parameters
                    .iter()
                    .for_each(|field| self.place_all(&field.ty));
            }
            Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => self.place_all(inner),
            Type::Object(object) => object
                .fields
                .iter()
                .for_each(|field| self.place_all(&field.ty)),
            Type::OneOf(types) => types.iter().for_each(|ty| self.place_all(ty)),
            _ => {}
        }
    }

    /// Where the words of a type are written.
    pub(crate) fn spans(&self, ty: &Type) -> Vec<Span> {
        let indices = self.by_type.get(&address(ty)).into_iter().flatten();
        indices
            .filter_map(|at| self.words.get(*at))
            .map(|word| word.span)
            .collect()
    }

    /// The words of this type that are not placed yet.
    pub(crate) fn open(&self, ty: &Type) -> Vec<Open> {
        let indices = self.by_type.get(&address(ty)).into_iter().flatten();
        indices
            .filter_map(|at| self.words.get(*at))
            .filter_map(Word::open)
            .collect()
    }

    /// Words that reached nothing.
    pub(crate) fn unplaced(&self) -> Vec<Open> {
        self.words.iter().filter_map(Word::open).collect()
    }
}

/// A word that has not reached a place.
pub(crate) struct Open {
    pub text: Arc<str>,
    pub span: Span,
    /// Whether it is called, as a function would be.
    pub called: bool,
}

impl Word {
    fn open(&self) -> Option<Open> {
        let Word {
            text, span, called, ..
        } = self;
        (!self.placed).then(|| Open {
            text: text.clone(),
            span: *span,
            called: *called,
        })
    }
}

/// A type as others may see it: words that reached nothing, of which an error tells, fit everywhere.
pub(super) fn without_words(ty: &Type) -> Type {
    match ty {
        ty if Words::is_word(ty) => Type::Error,
        Type::List(inner) => without_words(inner).list(),
        Type::Map(inner) => without_words(inner).map(),
        Type::Optional(inner) => without_words(inner).optional(),
        Type::OneOf(types) => Type::one_of(types.iter().map(without_words)),
        Type::Object(object) => {
            let fields = object.fields.iter().map(|field| FieldSpec {
                ty: without_words(&field.ty),
                ..field.clone()
            });
            Type::Object(Arc::new(ObjectType {
                name: object.name.clone(),
                fields: fields.collect(),
            }))
        }
        ty => ty.clone(),
    }
}

fn address(ty: &Type) -> usize {
    match ty {
        Type::Enum(words) => Arc::as_ptr(words) as usize,
        Type::Call(call) => Arc::as_ptr(call) as usize,
        _ => 0,
    }
}
