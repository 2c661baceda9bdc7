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
        [] => port_behind_path(rest).map(|port| format!("has the port `{port}` behind its path")),
        [port] if port.bytes().all(|byte| byte.is_ascii_digit()) => None,
        [port] => Some(format!("has the port `{port}`, which is no number")),
        _ => Some(format!("has {} ports", ports.len())),
    }
}

/// `9090` of `prometheus/prefix:9090`, which Go reads as a part of the path.
fn port_behind_path(rest: &str) -> Option<&str> {
    let whole = rest.split(['?', '#']).next().unwrap_or_default();
    let (_, path) = whole.split_once('/')?;
    let (_, port) = path.rsplit_once(':')?;
    (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(port)
}

/// The address that the chart `prometheus-adapter` makes of its values, where it reaches no server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartFault {
    /// The address as the adapter gets it.
    pub address: String,
    /// Why it reaches no server, as a clause.
    pub fault: String,
    /// The key below `prometheus` that a person would edit: `url` or `port`.
    pub key: &'static str,
    /// What to write, which begins with a verb.
    pub help: String,
}

/// The port that the chart has by default.
const CHART_PORT: &str = "9090";

/// Judges the chart's values `prometheus.url`, `prometheus.port` and `prometheus.path`, which the chart puts together as
/// `{{ tpl url }}{{ if port }}:{{ port }}{{ end }}{{ path }}` (prometheus-community/prometheus-adapter 2.0 to 5.0).
/// `port` is `None` where nobody sets it, and empty for null: the chart's default holds in the first case only. `None` for
/// an address that may answer, and for one that is filled in later.
#[must_use]
pub fn of_chart(url: &str, port: Option<&str>, path: &str) -> Option<ChartFault> {
    let is_open = |text: &str| text.contains(['$', '{', '<', '%']);
    let port = port.unwrap_or(CHART_PORT);
    if url.is_empty() || [url, port, path].into_iter().any(is_open) {
        return None;
    }
    // What Go's `if` takes for nothing.
    let port = Some(port).filter(|port| !["", "0", "false", "null", "~"].contains(port));
    let with_port = port.map_or_else(String::new, |port| format!(":{port}"));
    let address = format!("{url}{with_port}{path}");
    let fault = self::fault(&address)?;
    let Some(port) = port.filter(|_| self::fault(url).is_none()) else {
        let help = "write scheme and host: `url: http://prometheus.monitoring.svc`".to_owned();
        return Some(ChartFault { address, fault, key: "url", help });
    };
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        let help = format!("write a number: `port: {CHART_PORT}`");
        return Some(ChartFault { address, fault, key: "port", help });
    }
    let bare = without_port_and_path(url);
    let help = format!("write `url: {bare}`: the chart adds `port` and `path` to it");
    Some(ChartFault { address, fault, key: "url", help })
}

/// Scheme and host.
fn without_port_and_path(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(start..).unwrap_or_default();
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest.get(..authority).unwrap_or_default();
    let after_address = host.rfind(']').map_or(0, |at| at + 1).max(host.rfind('@').map_or(0, |at| at + 1));
    let colon = host.get(after_address..).and_then(|host| host.find(':')).map(|at| after_address + at);
    url.get(..start + colon.unwrap_or(authority)).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_puts_the_port_behind_the_url() {
        for (url, port, path) in [
            ("http://prometheus", Some("9090"), ""),
            ("http://prometheus.monitoring.svc", None, "/prefix"),
            ("http://prometheus:9090", Some(""), ""),
            ("http://prometheus:9090", Some("0"), "/prefix"),
            ("https://thanos.example.com/prefix", Some("0"), ""),
            ("http://{{ .Release.Name }}-prometheus:9090", Some("9090"), ""),
            ("", None, ""),
        ] {
            assert_eq!(of_chart(url, port, path), None, "{url} {port:?} {path}");
        }
        for (url, port, address, words, key, help) in [
            (
                "http://prometheus:9090",
                Some("9090"),
                "http://prometheus:9090:9090",
                "2 ports",
                "url",
                "`url: http://prometheus`",
            ),
            (
                "http://prometheus:9090",
                None,
                "http://prometheus:9090:9090",
                "2 ports",
                "url",
                "`url: http://prometheus`",
            ),
            ("http://[::1]:9090", None, "http://[::1]:9090:9090", "2 ports", "url", "`url: http://[::1]`"),
            (
                "http://a:b@thanos/x",
                None,
                "http://a:b@thanos/x:9090",
                "behind its path",
                "url",
                "`url: http://a:b@thanos`",
            ),
            (
                "http://prometheus/",
                Some("80"),
                "http://prometheus/:80",
                "behind its path",
                "url",
                "`url: http://prometheus`",
            ),
            ("http://prometheus", Some("web"), "http://prometheus:web", "no number", "port", "`port: 9090`"),
            ("prometheus:9090", Some("0"), "prometheus:9090", "no scheme", "url", "write scheme"),
        ] {
            let found = of_chart(url, port, "").expect(url);
            assert_eq!((found.address.as_str(), found.key), (address, key));
            assert!(found.fault.contains(words) && found.help.contains(help), "{found:?}");
        }
    }

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
            ("http://prometheus/prefix:9090", "behind its path"),
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
