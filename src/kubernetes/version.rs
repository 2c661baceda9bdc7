//! The Kubernetes version that version-dependent facts are judged by.

use std::fmt;
use std::str::FromStr;

/// A minor release of Kubernetes 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KubeVersion {
    minor: u32,
}

impl KubeVersion {
    /// The newest release whose API types this tool was built with.
    pub const NEWEST: Self = Self { minor: 37 };

    /// Whether this is release 1.`minor` or newer.
    #[must_use]
    pub fn is_at_least(self, minor: u32) -> bool {
        self.minor >= minor
    }
}

impl Default for KubeVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for KubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

impl FromStr for KubeVersion {
    type Err = String;

    /// Takes `1.34`, `v1.34`, `1.34.2` and what clusters print (`v1.34.2-gke.100`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || format!("`{text}` is no Kubernetes version; write it as 1.34");
        let rest = text.strip_prefix('v').unwrap_or(text).strip_prefix("1.").ok_or_else(fail)?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let minor = digits.parse().map_err(|_| fail())?;
        Ok(Self { minor })
    }
}
