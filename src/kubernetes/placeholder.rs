//! Text that something else fills in before it reaches Kubernetes: envsubst, Flux, Helm, sed. What it will say is not
//! known.

/// Whether a text holds a placeholder such as `${APP}`, `$APP`, `{{ .Values.app }}`, `<app>`, `__APP__` or `@APP@`.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    text.contains("${")
        || text.contains("{{")
        || text.starts_with('$')
        || holds_word(text, "<", ">", |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        || ["__", "@", "%"].iter().any(|mark| holds_word(text, mark, mark, |c| c.is_ascii_uppercase() || c == '_'))
}

/// A word between two marks; `<nil>` is what a template leaves of nothing.
fn holds_word(text: &str, open: &str, close: &str, is_inner: impl Fn(char) -> bool) -> bool {
    text.match_indices(open).any(|(start, _)| {
        let rest = text.get(start + open.len()..).unwrap_or_default();
        rest.find(close)
            .and_then(|end| rest.get(..end))
            .is_some_and(|word| !matches!(word, "" | "nil") && word.chars().all(&is_inner))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_later_is_told_from_what_is_meant() {
        for text in
            ["${APP}", "$APP", "shop-{{ .Values.app }}", "<app-name>", "shop-__APP_NAME__", "@APP@", "%APP%-api"]
        {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "",
            "platform/api",
            "50%",
            "1%-2%",
            "a__b__c",
            "team <team@example.com>",
            "a@b@c",
            "__",
            "@@",
            "5 > 4",
            "<no value>",
            "%!s(<nil>)",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
