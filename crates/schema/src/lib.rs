//! The vocabulary all stages share: addresses, quantities, types, values, declarations, resources and what a
//! resource type is.
//!
//! In: nothing. Out: plain types and the traits by which the model asks for kinds ([`Vocabulary`]), the planner
//! for resource types ([`Catalog`]) and the evaluator for files ([`Files`]). Pure: reads no file, clock or
//! environment.

mod address;
mod decl;
mod files;
mod members;
mod partition;
mod quantity;
mod resource;
mod resource_type;
mod types;
mod value;
mod vocabulary;

pub use address::{Address, AddressError, AddressParts};
pub use decl::{Allow, Assertion, Decl, Forget, Meta, Output, Stack};
pub use files::{Artifact, ArtifactFile, Files, FilesError};
pub use members::{MemberError, Op};
pub use partition::partition;
pub use quantity::{Dimension, Quantity, QuantityError, UNITS, Unit};
pub use resource::{Claim, Node, Prop, Properties, ResolveError, Resolver, Resource};
pub use resource_type::{
    ApiFamily, Attribute, Catalog, Check, Hole, Identity, Overlay, Part, Path, Reference,
    ResourceType, Shape, ShapeKind, Shapes, TagField, TagShape,
};
pub use types::{CallType, Constraint, EnumType, FieldSpec, ObjectType, Type};
pub use value::{Call, Deferred, Fields, Member, MemberKind, Piece, ResourceRef, Val, Value};
pub use vocabulary::{
    AttributeSpec, EventSpec, Foreign, KindSpec, MetricSpec, VerbSpec, Vocabulary,
};
