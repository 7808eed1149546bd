//! `security_group`: which traffic reaches what is in a network, and which leaves it.

mod errors;
mod rules;
mod spec;

use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::groups::{self, Direction, Rule};
use crate::lowering::{Emit, Lowering};
use crate::nodes::Props;
use crate::placement;
use crate::registry::Kind;
use crate::values::Read;
use formwork_schema::{Address, Decl, KindSpec};

/// The kind `security_group`.
pub(crate) struct SecurityGroup;

impl Kind for SecurityGroup {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(Vec::new())
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::by(
            "AWS::EC2::SecurityGroup",
            &[
                ("id", "GroupId", "Its id."),
                ("name", "GroupName", "Its name."),
            ],
        ))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let Some(placement) = placement::of(decl, out) else {
            return;
        };
        let fields = &decl.fields;
        let said = fields.node("description");
        let said = said.unwrap_or_else(|| groups::description(decl, "", out));
        let props = Props::of(decl)
            .maybe("GroupName", fields.node("name"))
            .put("GroupDescription", said)
            .put("VpcId", placement.vpc);
        let group = Emit::main("AWS::EC2::SecurityGroup", props.finish());
        let group = out.emit(decl, group);
        let ingress = rules::of(decl, Direction::Ingress, out);
        rules::lint_ingress(decl, &ingress, out);
        apart(decl, &group, Direction::Ingress, &ingress, out);
        let egress = match fields.get("egress") {
            Some(_) => {
                let egress = rules::of(decl, Direction::Egress, out);
                apart(decl, &group, Direction::Egress, &egress, out);
                egress
            }
            // What EC2 gives a group that says nothing.
            None => vec![Rule::everything(decl.name_span)],
        };
        rules::lint_egress(decl, &egress, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        spec::PROPERTIES
    }
}

/// Rules have a life of their own: two groups may name each other, and a group itself.
fn apart(
    decl: &Decl,
    group: &Address,
    direction: Direction,
    rules: &[Rule],
    out: &mut Lowering<'_>,
) {
    let (slice, property) = match direction {
        Direction::Ingress => ("ingress", "SecurityGroupIngress"),
        Direction::Egress => ("egress", "SecurityGroupEgress"),
    };
    let Some(span) = decl.fields.span(slice) else {
        return;
    };
    let props = Props::of(decl).put(property, groups::rules(rules, direction, span));
    let part = Emit::part(slice, "AWS::EC2::SecurityGroup", props.finish());
    out.emit(decl, part.slice(slice, group.clone()));
}
