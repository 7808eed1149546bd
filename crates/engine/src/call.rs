//! Calls the machine asks for. One that changes the cloud comes only from an intent that is durable.

use crate::DurableIntent;
use formwork_provider::{OwnerTags, Request, Target};
use serde_json::{Map, Value as Json};

/// A call that changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    /// Reads an object by its id or name.
    Read(Target),
    /// Lists the objects that may be the one a create made.
    Find {
        /// What is looked for.
        target: Target,
        /// Our tags.
        owner: OwnerTags,
        /// The properties of the create.
        properties: Map<String, Json>,
    },
    /// Asks whether work at the cloud has ended.
    Poll {
        /// The object.
        target: Target,
        /// Whether a delete is awaited.
        deleting: bool,
    },
}

/// A call to make, and the operation it is made for.
///
/// There are two ways to get one: [`Call::look`] for reads, and [`Call::mutate`], which takes a
/// [`DurableIntent`]. Only the machine makes those, when the store has reported the intent durable, so no code can
/// change the cloud before the journal says that it is about to:
///
/// ```compile_fail
/// use formwork_engine::{Call, DurableIntent};
/// fn cheat(request: formwork_provider::Request) -> Call {
///     Call { operation: 0, request }
/// }
/// ```
///
/// ```compile_fail
/// use formwork_engine::{Call, DurableIntent};
/// fn cheat(intent: formwork_state::Intent) -> Call {
///     Call::mutate(0, &DurableIntent(intent))
/// }
/// ```
#[derive(Debug, PartialEq)]
pub struct Call {
    operation: usize,
    request: Request,
}

impl Call {
    /// A call that changes nothing.
    pub fn look(operation: usize, look: Look) -> Self {
        let request = match look {
            Look::Read(target) => Request::Read(target),
            Look::Find {
                target,
                owner,
                properties,
            } => Request::Find {
                target,
                owner,
                properties,
            },
            Look::Poll { target, deleting } => Request::Poll { target, deleting },
        };
        Call { operation, request }
    }

    /// The call whose intent is durable. May be made again from the same intent.
    pub fn mutate(operation: usize, intent: &DurableIntent) -> Self {
        Call {
            operation,
            request: intent.request(),
        }
    }

    /// The number of the operation in its plan.
    pub fn operation(&self) -> usize {
        self.operation
    }

    /// What is asked of the provider.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// What is asked of the provider.
    pub fn into_request(self) -> Request {
        self.request
    }
}
