//! Rules of security groups: EC2 gathers those of one protocol and ports, CloudFormation has one object a rule.

use super::filter;
use crate::failure::{failure, found, lacks};
use crate::resource::At;
use crate::shape::{Misfit, Object, put};
use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, UserIdGroupPair};
use formwork_provider::{Failure, FailureClass};
use serde_json::{Map, Value as Json};

/// Which way rules let traffic through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Ingress,
    Egress,
}

impl Direction {
    pub(super) const BOTH: [Direction; 2] = [Direction::Ingress, Direction::Egress];

    /// The property with the rules.
    pub(super) fn property(self) -> &'static str {
        match self {
            Direction::Ingress => "SecurityGroupIngress",
            Direction::Egress => "SecurityGroupEgress",
        }
    }

    /// What the other end is called where it is a group or a list.
    fn peers(self) -> (&'static str, &'static str) {
        match self {
            Direction::Ingress => ("SourceSecurityGroupId", "SourcePrefixListId"),
            Direction::Egress => ("DestinationSecurityGroupId", "DestinationPrefixListId"),
        }
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    protocol: String,
    ports: Option<(i32, i32)>,
    peer: Peer,
    description: Option<String>,
}

/// The other end of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Peer {
    Ipv4(String),
    Ipv6(String),
    Group(String, Option<String>),
    List(String),
}

impl Rule {
    /// What makes it another rule for EC2: all but the description, and the account of a group.
    fn is_same(&self, other: &Rule) -> bool {
        let peers = match (&self.peer, &other.peer) {
            (Peer::Group(one, _), Peer::Group(other, _)) => one == other,
            (one, other) => one == other,
        };
        peers && self.protocol == other.protocol && self.ports == other.ports
    }

    fn take(json: &Json, direction: Direction) -> Result<Rule, Misfit> {
        let object = Object::of(json)?;
        let protocol: String = object.get("IpProtocol")?.unwrap_or_default();
        let (first, last): (Option<i32>, Option<i32>) =
            (object.get("FromPort")?, object.get("ToPort")?);
        let (group, list) = direction.peers();
        let owner = object.get("SourceSecurityGroupOwnerId")?;
        let ipv4 = object.get("CidrIp")?.map(Peer::Ipv4);
        let ipv6 = object.get("CidrIpv6")?.map(Peer::Ipv6);
        let group = object.get(group)?.map(|id| Peer::Group(id, owner));
        let list = object.get(list)?.map(Peer::List);
        let rule = Rule {
            // All protocols have no ports: EC2 API, IpPermission, FromPort.
            ports: match protocol.as_str() {
                "-1" => None,
                _ => first.zip(last.or(first)),
            },
            protocol,
            peer: ipv4
                .or(ipv6)
                .or(group)
                .or(list)
                .ok_or_else(|| Misfit::new("the rule does not say for whom it is"))?,
            description: object.get("Description")?,
        };
        object.finish()?;
        Ok(rule)
    }

    fn show(&self, direction: Direction) -> Json {
        let mut map = Map::new();
        put(&mut map, "IpProtocol", &self.protocol);
        put(&mut map, "FromPort", &self.ports.map(|ports| ports.0));
        put(&mut map, "ToPort", &self.ports.map(|ports| ports.1));
        let (group, list) = direction.peers();
        let (name, value) = match &self.peer {
            Peer::Ipv4(block) => ("CidrIp", block),
            Peer::Ipv6(block) => ("CidrIpv6", block),
            Peer::Group(id, _) => (group, id),
            Peer::List(id) => (list, id),
        };
        put(&mut map, name, value);
        if let (Direction::Ingress, Peer::Group(_, owner)) = (direction, &self.peer) {
            put(&mut map, "SourceSecurityGroupOwnerId", owner);
        }
        put(&mut map, "Description", &self.description);
        Json::Object(map)
    }

    /// The rule in EC2's form.
    fn permission(&self) -> IpPermission {
        let made = IpPermission::builder()
            .ip_protocol(&self.protocol)
            .set_from_port(self.ports.map(|ports| ports.0))
            .set_to_port(self.ports.map(|ports| ports.1));
        let said = self.description.clone();
        let made = match &self.peer {
            Peer::Ipv4(block) => made.ip_ranges(
                IpRange::builder()
                    .cidr_ip(block)
                    .set_description(said)
                    .build(),
            ),
            Peer::Ipv6(block) => made.ipv6_ranges(
                Ipv6Range::builder()
                    .cidr_ipv6(block)
                    .set_description(said)
                    .build(),
            ),
            Peer::Group(id, owner) => {
                let pair = UserIdGroupPair::builder()
                    .group_id(id)
                    .set_user_id(owner.clone());
                made.user_id_group_pairs(pair.set_description(said).build())
            }
            Peer::List(id) => {
                let list = PrefixListId::builder()
                    .prefix_list_id(id)
                    .set_description(said);
                made.prefix_list_ids(list.build())
            }
        };
        made.build()
    }
}

/// The rules of EC2's permissions, one by one.
fn rules(permissions: &[IpPermission]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for permission in permissions {
        let rule = |peer, description: Option<&str>| Rule {
            protocol: permission.ip_protocol().unwrap_or("-1").to_owned(),
            ports: match permission.ip_protocol() {
                Some("-1") => None,
                _ => permission.from_port.zip(permission.to_port),
            },
            peer,
            description: description
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
        };
        let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let ipv4 = permission.ip_ranges().iter();
        rules.extend(
            ipv4.map(|range| rule(Peer::Ipv4(owned(range.cidr_ip())), range.description())),
        );
        let ipv6 = permission.ipv6_ranges().iter();
        rules.extend(
            ipv6.map(|range| rule(Peer::Ipv6(owned(range.cidr_ipv6())), range.description())),
        );
        let groups = permission.user_id_group_pairs().iter();
        rules.extend(groups.map(|pair| {
            rule(
                Peer::Group(owned(pair.group_id()), pair.user_id.clone()),
                pair.description(),
            )
        }));
        let lists = permission.prefix_list_ids().iter();
        rules.extend(
            lists.map(|list| rule(Peer::List(owned(list.prefix_list_id())), list.description())),
        );
    }
    rules
}

/// The rules as properties.
pub(super) fn shown(direction: Direction, permissions: &[IpPermission]) -> Json {
    rules(permissions)
        .iter()
        .map(|rule| rule.show(direction))
        .collect()
}

/// Leads the rules of a group to those that are wanted: what is new first, so that nothing is cut off on the way.
/// Egress rules that nobody wants any more are reset to what a new group has.
pub(super) async fn lead(
    at: &At<'_>,
    id: &str,
    direction: Direction,
    wanted: &Map<String, Json>,
) -> Result<(), Failure> {
    let wanted = match wanted.get(direction.property()) {
        Some(Json::Array(items)) => items
            .iter()
            .map(|item| Rule::take(item, direction))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|misfit| misfit.within(direction.property()))?,
        _ if direction == Direction::Egress => vec![Rule {
            protocol: "-1".to_owned(),
            ports: None,
            peer: Peer::Ipv4("0.0.0.0/0".to_owned()),
            description: None,
        }],
        _ => Vec::new(),
    };
    let asked = at
        .clients
        .ec2()
        .describe_security_groups()
        .filters(filter("group-id", [id]));
    let output = asked.send().await.map_err(failure)?;
    let groups = output.security_groups.unwrap_or_default();
    let group = groups.first().ok_or_else(|| unseen(id))?;
    let there = rules(match direction {
        Direction::Ingress => group.ip_permissions(),
        Direction::Egress => group.ip_permissions_egress(),
    });
    let new = wanted
        .iter()
        .filter(|rule| !there.iter().any(|one| one.is_same(rule)));
    allow(at, id, direction, new.map(Rule::permission).collect()).await?;
    let renamed = wanted.iter().filter(|rule| {
        let said = |one: &&Rule| one.is_same(rule) && one.description != rule.description;
        there.iter().any(|one| said(&one))
    });
    describe(at, id, direction, renamed.map(Rule::permission).collect()).await?;
    let gone = there
        .iter()
        .filter(|one| !wanted.iter().any(|rule| rule.is_same(one)));
    forbid(at, id, direction, gone.map(Rule::permission).collect()).await
}

/// A group that was just made and that reads do not show yet.
fn unseen(id: &str) -> Failure {
    Failure::new(
        FailureClass::Transient,
        lacks("group").code,
        format!("{id} is not yet seen by reads"),
    )
}

async fn allow(
    at: &At<'_>,
    id: &str,
    direction: Direction,
    rules: Vec<IpPermission>,
) -> Result<(), Failure> {
    if rules.is_empty() {
        return Ok(());
    }
    let (ec2, rules) = (at.clients.ec2(), Some(rules));
    match direction {
        Direction::Ingress => {
            let sent = ec2.authorize_security_group_ingress().group_id(id);
            sent.set_ip_permissions(rules)
                .send()
                .await
                .map_err(failure)?;
        }
        Direction::Egress => {
            let sent = ec2.authorize_security_group_egress().group_id(id);
            sent.set_ip_permissions(rules)
                .send()
                .await
                .map_err(failure)?;
        }
    }
    Ok(())
}

async fn describe(
    at: &At<'_>,
    id: &str,
    direction: Direction,
    rules: Vec<IpPermission>,
) -> Result<(), Failure> {
    if rules.is_empty() {
        return Ok(());
    }
    let (ec2, rules) = (at.clients.ec2(), Some(rules));
    match direction {
        Direction::Ingress => {
            let sent = ec2
                .update_security_group_rule_descriptions_ingress()
                .group_id(id);
            sent.set_ip_permissions(rules)
                .send()
                .await
                .map_err(failure)?;
        }
        Direction::Egress => {
            let sent = ec2
                .update_security_group_rule_descriptions_egress()
                .group_id(id);
            sent.set_ip_permissions(rules)
                .send()
                .await
                .map_err(failure)?;
        }
    }
    Ok(())
}

async fn forbid(
    at: &At<'_>,
    id: &str,
    direction: Direction,
    rules: Vec<IpPermission>,
) -> Result<(), Failure> {
    if rules.is_empty() {
        return Ok(());
    }
    let (ec2, rules) = (at.clients.ec2(), Some(rules));
    match direction {
        Direction::Ingress => {
            let gone = ec2.revoke_security_group_ingress().group_id(id);
            found(gone.set_ip_permissions(rules).send().await.map_err(failure))?;
        }
        Direction::Egress => {
            let gone = ec2.revoke_security_group_egress().group_id(id);
            found(gone.set_ip_permissions(rules).send().await.map_err(failure))?;
        }
    }
    Ok(())
}
