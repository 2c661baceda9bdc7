//! Lists of globs in the configuration.

use super::reader::Reader;
use crate::globs::{NameGlobs, PathGlobs, is_pattern};
use crate::kubernetes::names::is_dns1123_label;
use crate::text::Span;
use crate::yaml::NodeRef;

impl Reader {
    /// A list of globs over paths.
    pub(super) fn path_globs(&mut self, node: NodeRef<'_>, path: &str) -> PathGlobs {
        let (patterns, spans) = self.patterns(node, path);
        let compiled = PathGlobs::new(&patterns);
        self.or_default(compiled, &patterns, &spans)
    }

    /// A list of namespaces or globs over them.
    pub(super) fn namespace_globs(&mut self, node: NodeRef<'_>, path: &str) -> NameGlobs {
        let (patterns, spans) = self.patterns(node, path);
        for (pattern, span) in patterns.iter().zip(&spans) {
            if !can_match_a_namespace(pattern) {
                let help = "write lower-case letters, digits and `-`, or a glob such as `*-prod`";
                self.wrong(*span, format!("no namespace can be called `{pattern}`"), help);
            }
        }
        let compiled = NameGlobs::new(&patterns);
        self.or_default(compiled, &patterns, &spans)
    }

    fn patterns(&mut self, node: NodeRef<'_>, path: &str) -> (Vec<String>, Vec<Span>) {
        let items = self.items(node, path);
        items.into_iter().filter_map(|item| Some((self.text(item, path)?, item.span()))).unzip()
    }

    fn or_default<T: Default>(
        &mut self,
        compiled: Result<T, Vec<(usize, String)>>,
        patterns: &[String],
        spans: &[Span],
    ) -> T {
        let wrong = match compiled {
            Ok(globs) => return globs,
            Err(wrong) => wrong,
        };
        for (number, message) in wrong {
            let (Some(pattern), Some(span)) = (patterns.get(number), spans.get(number)) else { continue };
            let help = "write a glob such as `charts/*/values-prod.yaml`; `**` stands for any folders";
            self.wrong(*span, format!("`{pattern}` is no glob that can match: {message}"), help);
        }
        T::default()
    }
}

/// A pattern with a capital letter or a leading `!` would match nothing and say nothing.
fn can_match_a_namespace(pattern: &str) -> bool {
    if !is_pattern(pattern) {
        return is_dns1123_label(pattern);
    }
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-*?[]{},!^".contains(c);
    !pattern.starts_with('!') && pattern.chars().all(fits)
}
