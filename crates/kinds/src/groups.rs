//! Security groups: rules as EC2 takes them, and groups that other kinds make for themselves.

use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node};

/// Which way a rule lets traffic through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Into what the group protects.
    Ingress,
    /// Out of it.
    Egress,
}

/// The other end of a rule.
#[derive(Debug, Clone)]
pub(crate) enum Peer {
    /// A block of IPv4 addresses.
    Ipv4(Node),
    /// A block of IPv6 addresses.
    Ipv6(Node),
    /// A security group, by its id.
    Group(Node),
    /// A prefix list, by its id.
    PrefixList(Node),
}

/// A rule: traffic that is let through.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, or `-1` for all.
    pub(crate) protocol: &'static str,
    /// First and last port; for all protocols there are none.
    pub(crate) ports: Option<(i64, i64)>,
    /// The other end.
    pub(crate) peer: Peer,
    /// What it is for.
    pub(crate) description: Option<Node>,
    /// The words that ask for it.
    pub(crate) span: Span,
}

impl Rule {
    /// Lets TCP through from or to `peer` on one port.
    pub(crate) fn tcp(port: i64, peer: Peer, span: Span) -> Self {
        Rule {
            protocol: "tcp",
            ports: Some((port, port)),
            peer,
            description: None,
            span,
        }
    }

    /// Lets everything through to any IPv4 address: what EC2 gives a group that says nothing.
    pub(crate) fn everything(span: Span) -> Self {
        Rule {
            protocol: "-1",
            ports: None,
            peer: Peer::Ipv4(nodes::text("0.0.0.0/0", span)),
            description: None,
            span,
        }
    }

    /// The rule as EC2 takes it.
    pub(crate) fn node(&self, direction: Direction) -> Node {
        let (group, list) = match direction {
            Direction::Ingress => ("SourceSecurityGroupId", "SourcePrefixListId"),
            Direction::Egress => ("DestinationSecurityGroupId", "DestinationPrefixListId"),
        };
        let (name, peer) = match &self.peer {
            Peer::Ipv4(block) => ("CidrIp", block),
            Peer::Ipv6(block) => ("CidrIpv6", block),
            Peer::Group(id) => (group, id),
            Peer::PrefixList(id) => (list, id),
        };
        let port = |at: i64| nodes::int(at, self.span);
        Props::new(self.span)
            .set("IpProtocol", self.protocol)
            .maybe("FromPort", self.ports.map(|(first, _)| port(first)))
            .maybe("ToPort", self.ports.map(|(_, last)| port(last)))
            .put(name, peer.clone())
            .maybe("Description", self.description.clone())
            .node()
    }
}

/// A list of rules.
pub(crate) fn rules(all: &[Rule], direction: Direction, span: Span) -> Node {
    Node::list(all.iter().map(|rule| rule.node(direction)), span)
}

/// Emits a group of a declaration's own, open to what `ingress` lets in; what it protects may call anything.
pub(crate) fn own(
    decl: &Decl,
    part: &str,
    vpc: Node,
    ingress: &[Rule],
    egress: &[Rule],
    out: &mut Lowering<'_>,
) -> Address {
    let span = decl.name_span;
    let open = [Rule::everything(span)];
    let egress = match egress {
        [] => &open,
        given => given,
    };
    let props = Props::of(decl)
        .put("GroupDescription", description(decl, part, out))
        .put("VpcId", vpc)
        .put(
            "SecurityGroupIngress",
            rules(ingress, Direction::Ingress, span),
        )
        .put(
            "SecurityGroupEgress",
            rules(egress, Direction::Egress, span),
        );
    let props = match ingress {
        [] => props.without("SecurityGroupIngress"),
        _ => props,
    };
    out.emit(
        decl,
        Emit::part(part, "AWS::EC2::SecurityGroup", props.finish()),
    )
}

/// What a group is said to be, which EC2 demands and does not let change: so it does not name the declaration, which
/// may be renamed.
pub(crate) fn description(decl: &Decl, part: &str, out: &Lowering<'_>) -> Node {
    let of = match part {
        "" => String::new(),
        part => format!(" ({part})"),
    };
    let said = format!("{} of {}{of}", decl.address.kind, out.stack.name);
    let kept: String = said
        .chars()
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c) => c,
            _ => '-',
        })
        .take(255)
        .collect();
    nodes::text(&kept, decl.name_span)
}

/// Whether a text is the id of a security group.
pub(crate) fn is_group_id(text: &str) -> bool {
    text.strip_prefix("sg-").is_some_and(|digits| {
        matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
