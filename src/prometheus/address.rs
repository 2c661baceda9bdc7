//! The address of Prometheus as the adapter's flag `--prometheus-url` takes it: what Go's `net/url` reads and its HTTP
//! client can dial.

/// Why an address reaches no server, as a clause; `None` for one that may.
#[must_use]
pub fn fault(url: &str) -> Option<String> {
    if url.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'')) {
        return Some("has a blank or a quote in it".to_owned());
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return Some("has no scheme, such as `http://`".to_owned());
    };
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return Some(format!("has the scheme `{scheme}`, which is not of HTTP"));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let ports = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, after)) => after,
        None => host.find(':').and_then(|colon| host.get(colon..)).unwrap_or_default(),
    };
    if host.is_empty() || ports.len() == host.len() {
        return Some("has no host".to_owned());
    }
    let ports: Vec<&str> = ports.split(':').skip(1).collect();
    match ports.as_slice() {
        [] => None,
        [port] if port.bytes().all(|byte| byte.is_ascii_digit()) => None,
        [port] => Some(format!("has the port `{port}`, which is no number")),
        _ => Some(format!("has {} ports", ports.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_may_answer() {
        for url in [
            "http://prometheus",
            "http://prometheus:9090",
            "https://user:pass@prometheus.example.com:443/prefix?a=b:c",
            "http://[::1]:9090/",
            "http://[::1]",
            "HTTP://prometheus:",
        ] {
            assert_eq!(fault(url), None, "{url}");
        }
    }

    #[test]
    fn addresses_that_cannot() {
        for (url, words) in [
            ("http://prometheus:9090:9090", "has 2 ports"),
            ("http://prometheus:9090/prefix:9090:", ""),
            ("http://[::1]:9090:9090", "has 2 ports"),
            ("http://prometheus:http", "no number"),
            ("prometheus:9090", "no scheme"),
            ("tcp://prometheus:9090", "scheme `tcp`"),
            ("http://:9090", "no host"),
            ("http://", "no host"),
            ("\"http://prometheus\"", "quote"),
        ] {
            assert_eq!(fault(url).is_some(), !words.is_empty(), "{url}");
            assert!(fault(url).unwrap_or_default().contains(words), "{url}: {:?}", fault(url));
        }
    }
}
