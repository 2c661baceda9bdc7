//! Makes of a chart a copy that renders the documents of interest fast and with whatever values: without schema, guards
//! and the other templates. Lines keep their numbers.

use super::template::{self, Action, Kind, Piece, Role};
use std::collections::{BTreeMap, BTreeSet};

/// The files of the copy, by path below the chart's folder; `needed` are the templates whose documents are of interest.
#[must_use]
pub fn prepare(files: &BTreeMap<String, Vec<u8>>, needed: &BTreeSet<String>) -> BTreeMap<String, Vec<u8>> {
    files
        .iter()
        .filter(|(path, _)| base_name(path) != "values.schema.json")
        .map(|(path, bytes)| {
            let content = if is_template(path) { prepared(path, bytes, needed.contains(path)) } else { bytes.clone() };
            (path.clone(), content)
        })
        .collect()
}

/// Whether helm renders the file: it is below `templates/` of the chart or of a chart below `charts/`.
pub(crate) fn is_template(path: &str) -> bool {
    let mut segments = path.split('/');
    loop {
        match segments.next() {
            Some("templates") => return segments.next().is_some(),
            Some("charts") if segments.next().is_some() => {}
            _ => return false,
        }
    }
}

/// Whether helm takes the file for helpers and prints nothing of it.
pub(crate) fn is_partial(path: &str) -> bool {
    base_name(path).starts_with('_')
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A blank file stays where it is: `include (print $.Template.BasePath "/configmap.yaml")` has to find it.
fn prepared(path: &str, bytes: &[u8], needed: bool) -> Vec<u8> {
    if base_name(path) == "NOTES.txt" {
        return Vec::new();
    }
    let kept = needed || is_partial(path);
    let Ok(text) = str::from_utf8(bytes) else { return if kept { bytes.to_vec() } else { Vec::new() } };
    let Some(pieces) = template::lex(text) else { return bytes.to_vec() };
    if !kept && !template::defines(&pieces) && !changes_values(&pieces) {
        return Vec::new();
    }
    let mut copy = String::with_capacity(text.len());
    for piece in &pieces {
        let written = text.get(piece.range.clone()).unwrap_or("");
        match piece.kind {
            Kind::Action(action) => copy.push_str(&without_guard(piece, action, written)),
            _ => copy.push_str(written),
        }
    }
    copy.into_bytes()
}

/// Whether the template puts something into the values, which all templates share: helm runs those that stand last in
/// the alphabet first, and istio's profiles are such a template.
fn changes_values(pieces: &[Piece<'_>]) -> bool {
    pieces.iter().any(|piece| {
        let Kind::Action(action) = piece.kind else { return false };
        let mut words = template::tokens(action.pipeline).into_iter().map(|token| token.text);
        let changes = |word: &str| {
            matches!(word, "set" | "unset" | "merge" | "mustMerge" | "mergeOverwrite" | "mustMergeOverwrite")
        };
        action.pipeline.contains("Values") && words.any(changes)
    })
}

/// Guards such as "more than one replica needs `maxUnavailable`" refuse the values that are tried.
fn without_guard(piece: &Piece<'_>, action: Action<'_>, written: &str) -> String {
    if action.role != Role::Output || action.last != "fail" {
        return without_certificates(action.pipeline, written);
    }
    let lines = usize::try_from(template::newlines(written)).unwrap_or(0);
    let (left, right) = (if piece.trim_left { "- " } else { " " }, if piece.trim_right { " -" } else { " " });
    format!("{{{{{left}\"\"{}{right}}}}}", "\n".repeat(lines))
}

/// Makers of keys and certificates take seconds, and what they make differs from render to render. In their place
/// stands a function that takes the same arguments: `dict` makes an entry of each and pads an odd number.
fn without_certificates(pipeline: &str, written: &str) -> String {
    if !pipeline.contains("gen") {
        return written.to_owned();
    }
    let mut copy = String::with_capacity(written.len());
    let mut end = 0;
    for token in template::tokens(pipeline) {
        let stub = match token.text {
            "genCA"
            | "genCAWithKey"
            | "genSignedCert"
            | "genSignedCertWithKey"
            | "genSelfSignedCert"
            | "genSelfSignedCertWithKey" => "dict \"Cert\" \"none\" \"Key\" \"none\"",
            "genPrivateKey" => "print",
            _ => continue,
        };
        copy.push_str(pipeline.get(end..token.range.start).unwrap_or(""));
        copy.push_str(stub);
        end = token.range.end;
    }
    copy.push_str(pipeline.get(end..).unwrap_or(""));
    let Some((before, after)) = written.split_once(pipeline) else { return written.to_owned() };
    format!("{before}{copy}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(path: &str, text: &str, needed: bool) -> Option<String> {
        let files = BTreeMap::from([(path.to_owned(), text.as_bytes().to_vec())]);
        let needed = if needed { BTreeSet::from([path.to_owned()]) } else { BTreeSet::new() };
        prepare(&files, &needed).remove(path).map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
    }

    #[test]
    fn only_what_is_needed_or_used_by_others_keeps_its_text() {
        assert_eq!(copy("templates/hpa.yaml", "a", true).as_deref(), Some("a"));
        assert_eq!(copy("templates/hpa.yaml", "a", false).as_deref(), Some(""));
        assert_eq!(copy("charts/redis/templates/pdb.yaml", "a", false).as_deref(), Some(""));
        assert_eq!(copy("templates/_helpers.tpl", "a", false).as_deref(), Some("a"));
        assert!(copy("templates/x.yaml", "{{ define \"x\" }}{{ end }}", false).is_some_and(|text| !text.is_empty()));
        let sets = "{{ $x := set $ \"Values\" (mustMergeOverwrite .Values.a .Values) }}";
        assert_eq!(copy("templates/zzz_profile.yaml", sets, false).as_deref(), Some(sets));
        assert_eq!(copy("templates/NOTES.txt", "{{ define \"x\" }}{{ end }}", true).as_deref(), Some(""));
        assert_eq!(copy("charts/redis/values.schema.json", "{}", false), None);
        assert_eq!(copy("files/templates/x.yaml", "a", false).as_deref(), Some("a"));
    }

    #[test]
    fn guards_pass_and_lines_keep_their_numbers() {
        let text = "a\n{{- if .x }}\n  {{- printf\n \"%s\" .y | fail }}\n{{ fail \"z\" -}}\n{{- end }}\n{{ required \"a\" .b }}\n";
        let expected = "a\n{{- if .x }}\n  {{- \"\"\n }}\n{{ \"\" -}}\n{{- end }}\n{{ required \"a\" .b }}\n";
        assert_eq!(copy("templates/x.yaml", text, true).as_deref(), Some(expected));
        for kept in ["{{ $x := fail \"a\" }}", "{{ print \"fail\" }}", "{{ fail \"a\" | quote }}", "{{ .fail }}"] {
            assert_eq!(copy("templates/x.yaml", kept, true).as_deref(), Some(kept));
        }
    }

    #[test]
    fn certificates_are_not_made() {
        assert_eq!(
            copy("templates/x.yaml", "{{- $c := genSignedCert \"genCA\" nil nil 9 (genCA \"a\" 9) -}}", true)
                .as_deref(),
            Some(
                "{{- $c := dict \"Cert\" \"none\" \"Key\" \"none\" \"genCA\" nil nil 9 (dict \"Cert\" \"none\" \"Key\" \"none\" \"a\" 9) -}}"
            )
        );
        assert_eq!(copy("templates/x.yaml", "{{ .genCA }}", true).as_deref(), Some("{{ .genCA }}"));
    }
}
