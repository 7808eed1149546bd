//! AWS's regions: their words in the language, partitions and host name suffixes.

use serde::Deserialize;
use std::sync::OnceLock;

/// A region of AWS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its AWS name: `eu-west-1`.
    pub name: String,
    /// What AWS calls it: `Europe (Ireland)`.
    pub title: String,
    /// Its partition: `aws`, `aws-us-gov`, `aws-cn`, `aws-eusc`.
    pub partition: String,
    /// The suffix of its host names: `amazonaws.com`.
    pub suffix: String,
    /// The letters of its Availability Zones: `abc` for `eu-west-1a`, `eu-west-1b`, `eu-west-1c`.
    #[serde(default = "three_zones")]
    pub zones: String,
    /// Its word in the language: `eu_west_1`.
    #[serde(skip)]
    pub word: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "date")]
    _date: String,
    region: Vec<Region>,
}

fn three_zones() -> String {
    "abc".to_owned()
}

/// All regions, sorted by name.
pub fn regions() -> &'static [Region] {
    static REGIONS: OnceLock<Vec<Region>> = OnceLock::new();
    REGIONS.get_or_init(|| {
        let file = toml::from_str::<File>(include_str!("../data/regions.toml"));
        let mut regions = file.map(|file| file.region).unwrap_or_default();
        for region in &mut regions {
            region.word = region.name.replace('-', "_");
        }
        regions
    })
}

/// A region by its word (`eu_west_1`) or its AWS name (`eu-west-1`).
pub fn region(name: &str) -> Option<&'static Region> {
    regions()
        .iter()
        .find(|region| region.name == name || region.word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_sorted_and_found_by_both_names() {
        assert_eq!(regions().len(), 39);
        assert!(regions().is_sorted_by_key(|region| &region.name));
        assert_eq!(region("cn_north_1").unwrap().suffix, "amazonaws.com.cn");
        assert_eq!(region("us-gov-west-1").unwrap().partition, "aws-us-gov");
        assert_eq!(region("eu_west_9"), None);
        assert_eq!(region("eu_west_1").unwrap().zones, "abc");
        assert_eq!(region("ap_northeast_1").unwrap().zones, "acd");
    }
}
