//! Text that something else fills in before it reaches Kubernetes: envsubst, Flux, Helm. What it will say is not known.

/// Whether a text holds a placeholder such as `${APP}`, `$APP` or `{{ .Values.app }}`.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    text.contains("${") || text.contains("{{") || text.starts_with('$')
}
