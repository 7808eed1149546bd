//! The partitions of AWS: separate clouds with ARNs and host names of their own.

/// The partition of a region and the suffix of its host names: `("aws", "amazonaws.com")`.
pub fn partition(region: &str) -> (&'static str, &'static str) {
    match region {
        _ if region.starts_with("cn-") => ("aws-cn", "amazonaws.com.cn"),
        _ if region.starts_with("us-gov-") => ("aws-us-gov", "amazonaws.com"),
        _ => ("aws", "amazonaws.com"),
    }
}
