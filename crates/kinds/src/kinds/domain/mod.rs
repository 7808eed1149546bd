//! `domain`: a hosted zone of Route 53 and its records.

mod errors;
mod records;
mod spec;

use crate::access::Statement;
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::values::Read;
use formwork_schema::{Decl, KindSpec, Member, Node};

/// The kind `domain`.
pub(crate) struct Domain;

impl Kind for Domain {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::by(
            "AWS::Route53::HostedZone",
            &[
                ("name", "Name", "Its name."),
                ("id", "Id", "The id of its hosted zone."),
            ],
        ))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let comment = fields.node("comment");
        let config = comment.map(|comment| {
            let span = comment.span;
            Node::map([("Comment", comment)], span)
        });
        let props = Props::of(decl)
            .maybe("Name", fields.node("name"))
            .maybe("HostedZoneConfig", config);
        let zone = Emit::main("AWS::Route53::HostedZone", props.finish());
        let zone = out.emit(decl, zone.force(fields.flag("force")));
        records::lower(decl, &zone, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[("name", "Name"), ("comment", "HostedZoneConfig")]
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        let span = verb.name_span;
        let of = &verb.of.address;
        let partition = out.decl(of).map_or("aws", |decl| out.partition(decl));
        let zone = [
            nodes::text(&format!("arn:{partition}:route53:::hostedzone/"), span),
            nodes::attribute(of, "Id", span),
        ];
        let actions: &[&str] = match &*verb.name {
            "change" => &[
                "route53:ChangeResourceRecordSets",
                "route53:ListResourceRecordSets",
            ],
            _ => &["route53:ListResourceRecordSets"],
        };
        let zone = nodes::concat(zone, span);
        let mut all = vec![Statement::allow(actions.iter().copied(), [zone], span)];
        if &*verb.name == "change" {
            // A change is waited for by its own id.
            let changes = nodes::text(&format!("arn:{partition}:route53:::change/*"), span);
            all.push(Statement::allow(["route53:GetChange"], [changes], span));
        }
        all
    }
}
