//! Where in a network something runs: the fields that say so, and the subnets and security groups they mean.

use crate::kinds::network::{self, Subnet};
use crate::lowering::Lowering;
use crate::nodes;
use crate::specs::{call, field, items, kind, pattern};
use crate::values::{self, Read};
use crate::{errors, groups};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, Fields, Node, Type, Val, Value};

/// The field by which something is put into a network.
pub(crate) fn network_field(doc: &str) -> FieldSpec {
    let id = |name: &str, what: &str, doc: &str| {
        let pattern = pattern(
            &format!("^{what}-[0-9a-f]{{8}}([0-9a-f]{{9}})?$"),
            &format!("an id such as `{what}-0123456789abcdef0`"),
        );
        field(name, Type::String, doc).constraint(pattern)
    };
    let ids =
        |name: &str, doc: &str| field(name, Type::String.list(), doc).constraint(items(1, 16));
    let foreign = call(
        "vpc",
        vec![
            id("id", "vpc", "The VPC.").required(),
            ids("subnets", "Ids of its subnets without a way in.").required(),
            ids(
                "public_subnets",
                "Ids of its subnets that the internet can reach.",
            ),
        ],
        1,
    );
    field("network", Type::one_of([kind("network"), foreign]), doc)
}

/// The field that names security groups.
pub(crate) fn groups_field(doc: &str) -> FieldSpec {
    field(
        "security_groups",
        Type::one_of([kind("security_group"), Type::String]).list(),
        doc,
    )
    .constraint(items(1, 5))
}

/// A network that a declaration is put into.
pub(crate) struct Placement {
    /// The id of the VPC.
    pub(crate) vpc: Node,
    /// Subnets that the internet can reach.
    pub(crate) public: Subnets,
    /// Subnets without a way in.
    pub(crate) private: Subnets,
    /// The declared network.
    pub(crate) network: Option<Address>,
    /// The words that name it.
    pub(crate) span: Span,
}

/// Subnets of a network.
#[derive(Debug, Clone)]
pub(crate) struct Subnets {
    /// Their ids: a list.
    pub(crate) ids: Node,
    /// How many there are, if that is known yet.
    pub(crate) count: Option<usize>,
}

impl Subnets {
    /// Whether it is known that there are none.
    pub(crate) fn none(&self) -> bool {
        self.count == Some(0)
    }

    fn of(ids: Vec<Node>, span: Span) -> Self {
        Subnets {
            count: Some(ids.len()),
            ids: Node::list(ids, span),
        }
    }
}

impl Placement {
    /// Where things go that nobody calls from outside: subnets without a way in, or all there are.
    pub(crate) fn inside(&self) -> &Subnets {
        match self.private.none() {
            true => &self.public,
            false => &self.private,
        }
    }

    /// The ways out of a declared network, for what is to wait until they are there.
    pub(crate) fn ways_out(&self, out: &Lowering<'_>) -> Vec<Address> {
        let declared = self.network.as_ref().and_then(|network| out.decl(network));
        declared.map_or_else(Vec::new, |decl| network::ways_out(decl, out))
    }
}

/// The network of a declaration; `None` if it names none.
pub(crate) fn of(decl: &Decl, out: &mut Lowering<'_>) -> Option<Placement> {
    let val = decl.fields.get("network")?;
    if let Some(reference) = values::resource(val) {
        let declared = out.decl(&reference.address)?;
        let (there, here) = (out.region(declared), out.region(decl));
        if there != here {
            out.report(errors::network_region(
                &reference.address.label,
                &there,
                &here,
                val.span,
            ));
        }
        return Some(declared_network(declared, val.span, out));
    }
    let foreign = values::call(val)?;
    Some(Placement {
        vpc: foreign.arguments.node("id")?,
        public: given(&foreign.arguments, "public_subnets", val.span),
        private: given(&foreign.arguments, "subnets", val.span),
        network: None,
        span: val.span,
    })
}

fn declared_network(declared: &Decl, span: Span, out: &Lowering<'_>) -> Placement {
    let vpc = nodes::attribute(&declared.address, "VpcId", span);
    let network = Some(declared.address.clone());
    if declared.existing.is_some() {
        let (public, private) = network::existing_subnets(declared, span);
        return Placement {
            vpc,
            public,
            private,
            network,
            span,
        };
    }
    let layout = network::layout(declared, out);
    let id = |subnet: &Subnet| nodes::attribute(&subnet.address, "SubnetId", span);
    Placement {
        vpc,
        public: Subnets::of(layout.public().map(id).collect(), span),
        private: Subnets::of(layout.private().map(id).collect(), span),
        network,
        span,
    }
}

/// Subnets as written: a list, or a value that will be one.
fn given(arguments: &Fields, name: &str, span: Span) -> Subnets {
    match arguments.get(name) {
        None => Subnets::of(Vec::new(), span),
        Some(val) => Subnets {
            count: match &val.value {
                Value::List(items) => Some(items.len()),
                _ => None,
            },
            ids: nodes::node(val).unwrap_or_else(|| Node::list([], span)),
        },
    }
}

/// The ids of the security groups that a declaration names, a list; `None` if it names none.
pub(crate) fn groups(fields: &Fields, out: &mut Lowering<'_>) -> Option<Node> {
    let val = fields.get("security_groups")?;
    match &val.value {
        Value::List(items) => {
            let ids = items.iter().filter_map(|val| group(val, out));
            Some(Node::list(ids.collect::<Vec<_>>(), val.span))
        }
        _ => nodes::node(val),
    }
}

/// The id of a security group: of a declaration, or as written.
pub(crate) fn group(val: &Val, out: &mut Lowering<'_>) -> Option<Node> {
    if let Some(reference) = values::resource(val) {
        return Some(nodes::attribute(&reference.address, "GroupId", val.span));
    }
    if let Value::String(text) = &val.value
        && !groups::is_group_id(text)
    {
        out.report(errors::group_id(text, val.span));
    }
    nodes::node(val)
}

/// The security groups that a declaration is a member of, as far as they can be named: those it names, or the part
/// that is its own.
pub(crate) fn members(decl: &Decl, own: &str) -> Vec<Node> {
    let named = decl.fields.get("security_groups");
    let Some(named) = named else {
        let own = decl.address.part(own);
        return vec![nodes::attribute(&own, "GroupId", decl.name_span)];
    };
    let id = |val: &Val| match values::resource(val) {
        Some(group) => Some(nodes::attribute(&group.address, "GroupId", val.span)),
        None => nodes::node(val),
    };
    match &named.value {
        Value::List(items) => items.iter().filter_map(id).collect(),
        _ => Vec::new(),
    }
}
