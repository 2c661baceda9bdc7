//! Which names mean production.

/// Whether the tokens of a name (split at `-`, `_`, `.` and `/`) say production and none of them says otherwise.
#[must_use]
pub fn is_production(name: &str) -> bool {
    const SAYS: &[&str] = &["prod", "production", "prd"];
    const DENIES: &[&str] = &["non", "pre", "not", "test", "stage", "staging", "dev", "qa"];
    let tokens = || name.split(['-', '_', '.', '/']).map(str::to_ascii_lowercase);
    tokens().any(|token| SAYS.contains(&token.as_str())) && !tokens().any(|token| DENIES.contains(&token.as_str()))
}

#[cfg(test)]
mod tests {
    use super::is_production;

    #[test]
    fn names_of_production_are_told_from_names_that_merely_contain_the_word() {
        for name in ["prod", "values-prod.yaml", "eu_production", "broken-prod-min-replicas.yaml", "PRD"] {
            assert!(is_production(name), "{name}");
        }
        for name in ["non-prod", "pre-prod", "products", "values-dev.yaml", "preprod", "prod-test"] {
            assert!(!is_production(name), "{name}");
        }
    }
}
