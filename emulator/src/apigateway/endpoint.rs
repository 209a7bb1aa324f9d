//! Endpoints of REST APIs and of domain names: types, addresses, and which TLS they take.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// The type of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum EndpointType {
    Regional,
    #[default]
    Edge,
    Private,
}

impl EndpointType {
    /// The type of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Regional, Self::Edge, Self::Private].into_iter().find(|each| each.name() == name)
    }

    /// As it stands on the wire.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Regional => "REGIONAL",
            Self::Edge => "EDGE",
            Self::Private => "PRIVATE",
        }
    }

    /// The security policy of an API where nothing is said. Seen on AWS; for edge-optimized endpoints inferred.
    pub(super) const fn default_security_policy(self) -> CompactString {
        match self {
            Self::Regional | Self::Edge => CompactString::const_new("TLS_1_0"),
            Self::Private => CompactString::const_new("TLS_1_2"),
        }
    }

    /// The kind of addresses where nothing is said.
    pub(super) const fn default_ip_address_type(self) -> CompactString {
        match self {
            Self::Regional | Self::Edge => CompactString::const_new("ipv4"),
            Self::Private => CompactString::const_new("dualstack"),
        }
    }
}

/// The kinds of addresses.
pub(super) const IP_ADDRESS_TYPES: [&str; 2] = ["ipv4", "dualstack"];

/// The security policies: which versions of TLS, and which ciphers, an endpoint takes.
pub(super) const SECURITY_POLICIES: [&str; 12] = [
    "TLS_1_0",
    "TLS_1_2",
    "SecurityPolicy_TLS13_1_3_2025_09",
    "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
    "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_2021_06",
    "SecurityPolicy_TLS13_2025_EDGE",
    "SecurityPolicy_TLS12_PFS_2025_EDGE",
    "SecurityPolicy_TLS12_2018_EDGE",
];

/// Whether an endpoint with this security policy must have an access mode, too, as documented.
pub(super) fn needs_access_mode(security_policy: &str) -> bool {
    security_policy.starts_with("SecurityPolicy_")
}
