//! The smallest example of every type is one that AWS's schema takes.

use super::{minimal_properties, stack, text};
use crate::{aws, raw};
use formwork_diag::{SourceId, Span};
use formwork_schema::ResourceType;
use std::sync::Arc;

const HERE: Span = Span::new(SourceId(0), 0, 1);

fn all() -> impl Iterator<Item = Arc<ResourceType>> {
    aws().names().map(|name| aws().get(name).unwrap())
}

#[test]
fn the_smallest_properties_of_every_type_are_valid() {
    let mut wrong = Vec::new();
    for ty in all() {
        let properties = minimal_properties(&ty);
        let fields = raw::fields_of_json(&properties, HERE);
        let checked = raw::check(&ty, &fields, HERE);
        wrong.extend(
            checked
                .diagnostics
                .iter()
                .map(|d| format!("{}: {} {:?}", ty.name, d.message, d.help)),
        );
        if checked.properties.len() != properties.len() && checked.diagnostics.is_empty() {
            wrong.push(format!("{}: a property was lost", ty.name));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn examples_hold_what_is_required_and_lack_what_aws_makes() {
    for ty in all() {
        let properties = minimal_properties(&ty);
        for name in &ty.required {
            assert!(properties.contains_key(&**name), "{}: {name}", ty.name);
        }
        for name in properties.keys() {
            assert!(
                !ResourceType::covers(&ty.read_only, name),
                "{}: {name}",
                ty.name
            );
        }
    }
}

#[test]
fn examples_written_by_hand_are_of_types_that_exist() {
    let text = include_str!("../../data/examples.toml");
    let read: std::collections::BTreeMap<String, toml::Value> = toml::from_str(text).unwrap();
    for name in read.keys() {
        assert!(aws().get(name).is_some(), "{name}");
    }
}

#[test]
fn a_stack_holds_what_its_resource_refers_to() {
    let subnet = stack(&aws().get("AWS::EC2::Subnet").unwrap());
    let names: Vec<&str> = subnet
        .iter()
        .map(|example| example.type_name.as_str())
        .collect();
    assert_eq!(names, ["AWS::EC2::VPC", "AWS::EC2::Subnet"]);
    let text = text(&subnet);
    assert!(
        text.contains("resource ec2_subnet: AWS.EC2.Subnet {"),
        "{text}"
    );
    assert!(text.contains("  VpcId = ec2_vpc.VpcId\n"), "{text}");
    for ty in all() {
        let examples = stack(&ty);
        let mut labels: Vec<&String> = examples.iter().map(|example| &example.label).collect();
        labels.sort();
        labels.dedup();
        assert_eq!(labels.len(), examples.len(), "{}", ty.name);
    }
}

#[test]
fn one_stack_holds_every_type() {
    let examples = super::all();
    let mut types: Vec<&str> = examples
        .iter()
        .map(|example| example.type_name.as_str())
        .collect();
    types.sort_unstable();
    types.dedup();
    assert_eq!(types.len(), 187);
    // A balancer needs two subnets; nothing else needs a second of anything.
    assert_eq!(examples.len(), 188);
}
