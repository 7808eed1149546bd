//! Blocks of IP addresses (`10.0.0.0/16`): read, compared and cut into pieces.

use core::net::{Ipv4Addr, Ipv6Addr};
use std::fmt;

/// A block of IPv4 addresses: the first one, and how many leading bits all share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cidr {
    first: u32,
    prefix: u8,
}

/// Why a text is no block of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoCidr {
    /// It is not of the form.
    Form,
    /// Its address is not the first of the block, which this is.
    NotFirst(Cidr),
}

impl Cidr {
    /// Every IPv4 address.
    pub(crate) const ANYWHERE: Cidr = Cidr {
        first: 0,
        prefix: 0,
    };

    /// Reads `10.0.0.0/16`.
    ///
    /// # Errors
    /// It is of another form, or its address is not the first one of its block.
    pub(crate) fn read(text: &str) -> Result<Cidr, NoCidr> {
        let (address, prefix) = text.split_once('/').ok_or(NoCidr::Form)?;
        let address: Ipv4Addr = address.parse().map_err(|_| NoCidr::Form)?;
        let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u8 = prefix.parse().map_err(|_| NoCidr::Form)?;
        if prefix > 32 || !digits {
            return Err(NoCidr::Form);
        }
        let given = Cidr {
            first: address.to_bits(),
            prefix,
        };
        let block = Cidr {
            first: given.first & given.mask(),
            prefix,
        };
        match block == given {
            true => Ok(block),
            false => Err(NoCidr::NotFirst(block)),
        }
    }

    /// How many leading bits all addresses share.
    pub(crate) fn prefix(self) -> u8 {
        self.prefix
    }

    fn mask(self) -> u32 {
        match self.prefix {
            0 => 0,
            bits => u32::MAX << (32 - u32::from(bits.min(32))),
        }
    }

    /// Whether every address of `other` is one of this block.
    pub(crate) fn contains(self, other: Cidr) -> bool {
        self.prefix <= other.prefix && other.first & self.mask() == self.first
    }

    /// Whether the two have an address in common.
    pub(crate) fn overlaps(self, other: Cidr) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// The piece of number `at` (from 0) when the block is cut into `1 << bits` equal ones; `None` if there is none.
    pub(crate) fn piece(self, bits: u8, at: u32) -> Option<Cidr> {
        let prefix = self
            .prefix
            .checked_add(bits)
            .filter(|prefix| *prefix <= 32)?;
        if u64::from(at) >= 1_u64 << bits {
            return None;
        }
        let size = 1_u64 << (32 - u32::from(prefix));
        let first = u64::from(self.first) + u64::from(at) * size;
        Some(Cidr {
            first: u32::try_from(first).ok()?,
            prefix,
        })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from_bits(self.first), self.prefix)
    }
}

/// Whether a text is a block of IPv6 addresses: `2001:db8::/32`.
pub(crate) fn is_ipv6(text: &str) -> bool {
    let Some((address, prefix)) = text.split_once('/') else {
        return false;
    };
    address.parse::<Ipv6Addr>().is_ok() && prefix.parse::<u8>().is_ok_and(|bits| bits <= 128)
}

#[cfg(test)]
mod tests {
    use super::{Cidr, NoCidr, is_ipv6};

    fn cidr(text: &str) -> Cidr {
        Cidr::read(text).unwrap()
    }

    #[test]
    fn texts_are_read() {
        assert_eq!(cidr("10.0.0.0/16").to_string(), "10.0.0.0/16");
        assert_eq!(cidr("0.0.0.0/0"), Cidr::ANYWHERE);
        for wrong in [
            "10.0.0.0",
            "10.0.0/16",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "a/8",
            "10.0.0.256/8",
        ] {
            assert_eq!(Cidr::read(wrong), Err(NoCidr::Form), "{wrong}");
        }
        let first = cidr("10.0.0.0/16");
        assert_eq!(Cidr::read("10.0.3.0/16"), Err(NoCidr::NotFirst(first)));
        assert!(is_ipv6("::/0") && is_ipv6("2001:db8::/32"));
        assert!(!is_ipv6("10.0.0.0/8") && !is_ipv6("::/129") && !is_ipv6("::"));
    }

    #[test]
    fn blocks_contain_and_overlap() {
        let net = cidr("10.0.0.0/16");
        assert!(net.contains(cidr("10.0.255.0/24")));
        assert!(!net.contains(cidr("10.1.0.0/24")));
        assert!(!net.contains(cidr("10.0.0.0/8")));
        assert!(net.overlaps(cidr("10.0.0.0/8")));
        assert!(!net.overlaps(cidr("10.1.0.0/16")));
        assert!(Cidr::ANYWHERE.contains(cidr("255.255.255.255/32")));
    }

    #[test]
    fn blocks_are_cut_into_pieces() {
        let net = cidr("10.0.0.0/16");
        let piece = |at| net.piece(4, at).map(|piece| piece.to_string());
        assert_eq!(piece(0).as_deref(), Some("10.0.0.0/20"));
        assert_eq!(piece(15).as_deref(), Some("10.0.240.0/20"));
        assert_eq!(piece(16), None);
        assert_eq!(cidr("10.0.0.0/30").piece(4, 0), None);
        let last = cidr("255.255.255.0/24").piece(4, 15).unwrap();
        assert_eq!(last.to_string(), "255.255.255.240/28");
    }
}
