//! The rule mechanism: front matter, checks, the context a check reports into, and the registry of profiles.

pub mod meta;
