//! Lightsail's templates and sizes: the words a stack writes, and the ids AWS knows.

use serde::Deserialize;
use std::sync::OnceLock;

/// What a server runs, as far as sizes and ports depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Linux or another Unix.
    #[default]
    Linux,
    /// Windows.
    Windows,
}

/// A template of servers: an operating system, perhaps with an application.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerTemplate {
    /// Its word in the language: `lamp`.
    pub word: String,
    /// The id AWS knows: `lamp_8_bitnami`.
    pub id: String,
    /// What it runs.
    #[serde(default)]
    pub platform: Platform,
    /// What it is, in words.
    pub says: String,
}

/// A size of servers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSize {
    /// Its word in the language: `small`.
    pub word: String,
    id: String,
    /// Memory in megabytes.
    pub memory_mb: u32,
    /// Virtual processors.
    pub cpus: u32,
    /// The system disk in gigabytes.
    pub disk_gb: u32,
    /// What may be sent and received a month, in terabytes.
    pub transfer_tb: u32,
}

impl ServerSize {
    /// The id AWS knows for a platform, with an IPv4 address or without one.
    pub fn bundle(&self, platform: Platform, addresses: Addresses) -> String {
        let windows = match platform {
            Platform::Linux => "",
            Platform::Windows => "_win",
        };
        let ipv6 = match addresses {
            Addresses::Dual => "",
            Addresses::Ipv6 => "_ipv6",
        };
        format!("{}{windows}{ipv6}_3_0", self.id)
    }
}

/// Which addresses a server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addresses {
    /// IPv4 and IPv6.
    Dual,
    /// IPv6 only.
    Ipv6,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "date")]
    _date: String,
    template: Vec<ServerTemplate>,
    size: Vec<ServerSize>,
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| {
        let file = toml::from_str::<File>(include_str!("../data/lightsail.toml"));
        file.unwrap_or_else(|_| File {
            _date: String::new(),
            template: Vec::new(),
            size: Vec::new(),
        })
    })
}

/// All templates, applications first.
pub fn server_templates() -> &'static [ServerTemplate] {
    &file().template
}

/// All sizes, from small to large.
pub fn server_sizes() -> &'static [ServerSize] {
    &file().size
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn words_are_unique_and_every_size_has_an_id_for_each_platform() {
        let words: BTreeSet<&str> = server_templates().iter().map(|t| t.word.as_str()).collect();
        assert_eq!(words.len(), server_templates().len());
        for word in [
            "lamp",
            "nginx",
            "mean",
            "nodejs",
            "wordpress",
            "magento",
            "plesk",
            "joomla",
        ] {
            assert!(words.contains(word), "{word}");
        }
        let nano = &server_sizes()[0];
        let id = |platform, addresses| nano.bundle(platform, addresses);
        assert_eq!(id(Platform::Linux, Addresses::Dual), "nano_3_0");
        assert_eq!(id(Platform::Windows, Addresses::Dual), "nano_win_3_0");
        assert_eq!(id(Platform::Linux, Addresses::Ipv6), "nano_ipv6_3_0");
        assert!(server_sizes().is_sorted_by_key(|size| size.memory_mb));
    }
}
