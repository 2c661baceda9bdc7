//! Spans, paths and comments.

use super::{document, documents, source};
use crate::yaml::{decode_bytes, push_index, push_key};

#[test]
fn spans_are_what_a_person_would_select() {
    let text = "a:\n  b: 1   # c\n  d:\n  - x: [1,\n     2]\n  -\n  e: \"q\" \n\nf: &n\n  g: 1\nh: *n\ni:\n";
    let parsed = document(text);
    let root = parsed.root().expect("a root");
    let at = |path: &str| source(text, root.at(path).expect(path));
    assert_eq!(at("a"), "b: 1   # c\n  d:\n  - x: [1,\n     2]\n  -\n  e: \"q\"");
    assert_eq!(at("a.d"), "- x: [1,\n     2]\n  -");
    assert_eq!(at("a.d[0]"), "x: [1,\n     2]");
    assert_eq!(at("a.e"), "\"q\"");
    assert_eq!(at("h"), "*n");
    assert_eq!(&text[root.at("h").expect("h").target_span().range()], "g: 1");
    assert_eq!(source(text, root), text.trim_end());
    for path in ["a.d[1]", "i"] {
        let span = root.at(path).expect(path).span();
        assert!(span.is_empty(), "{path}");
        assert!(text[..span.start as usize].ends_with(['-', ':']), "{path} is at {span:?}");
    }
    assert_eq!(&text[root.entry_at("a.d").expect("a.d").key_span().range()], "d");
}

#[test]
fn block_scalars_begin_at_their_header() {
    let text = "a: |  # why\n  x\n\n\nb: !!str >2-\n    y\n   z\nc: |\nd: &k |+\n  w\n\n";
    let parsed = document(text);
    let root = parsed.root().expect("a root");
    let at = |path: &str| source(text, root.at(path).expect(path));
    assert_eq!(at("a"), "|  # why\n  x");
    assert_eq!(at("b"), ">2-\n    y\n   z");
    assert_eq!(at("c"), "|");
    assert_eq!(at("d"), "|+\n  w");
}

#[test]
fn spans_are_offsets_into_the_whole_text() {
    let text = "é: ü\n---\nb: \"ß\"\n";
    let all = documents(text);
    let node = all[1].root().and_then(|root| root.get("b")).expect("b");
    assert_eq!(source(text, node), "\"ß\"");
    assert_eq!(&text[all[1].span().range()], "b: \"ß\"");
}

#[test]
fn ranges_inside_scalars_have_places() {
    let text = concat!(
        "lit: |\r\n    x: 1\r\n\r\n      y: 2\r\n",
        "one: 'it''s y'\n",
        "two: \"a\\n\\u00e9\\\"y\\\"\"\n",
        "fold: >-\n  some\n  text\n\n  more\n",
        "plain: some\n  text\n"
    );
    let parsed = document(text);
    let root = parsed.root().expect("a root");
    let find = |key: &str, needle: &str| -> String {
        let node = root.get(key).expect(key);
        let content = node.text().expect("text");
        let start = content.find(needle).expect(needle);
        text[node.inner_span(start..start + needle.len()).range()].to_owned()
    };
    assert_eq!(find("lit", "x"), "x");
    assert_eq!(find("lit", "y: 2"), "y: 2");
    assert_eq!(find("lit", "1\n\n  y"), "1\r\n\r\n      y");
    assert_eq!(find("one", "'"), "''");
    assert_eq!(find("one", "y"), "y");
    assert_eq!(find("two", "é"), "\\u00e9");
    assert_eq!(find("two", "\"y\""), "\\\"y\\\"");
    assert_eq!(find("fold", "text"), "text");
    assert_eq!(find("fold", "more"), "more");
    assert_eq!(find("plain", "text"), "text");
    let node = root.get("one").expect("one");
    assert_eq!(node.inner_span(0..999), node.span());
}

#[test]
fn paths_lead_to_nodes_and_back() {
    let text = "spec:\n  metrics:\n  - name: x\n  labels: {app.io/n: 1, 'a\"b\\c': 2, \"\": 3}\n";
    let parsed = document(text);
    let root = parsed.root().expect("a root");
    for path in
        ["spec.metrics[0].name", "spec.labels[\"app.io/n\"]", "spec.labels[\"a\\\"b\\\\c\"]", "spec.labels[\"\"]"]
    {
        let node = root.at(path).expect(path);
        assert_eq!(parsed.path(node.id()), path);
    }
    for path in ["spec.metrics[1]", "spec..labels", "spec.metrics[x]", "spec.labels[\"app.io/n", "spec.", "[0]"] {
        assert!(root.at(path).is_none(), "{path}");
    }
    assert!(root.entry_at("spec.metrics[0]").is_none());
    let mut path = String::new();
    push_key(&mut path, "a.b");
    push_index(&mut path, 3);
    push_key(&mut path, "c");
    assert_eq!(path, "[\"a.b\"][3].c");
}

#[test]
fn the_comments_that_matter_are_kept() {
    let text = concat!(
        "# aiplat-lint: first\n---\n# Source: chart/templates/a.yaml\n# other\na: 1 # aiplat-lint: here\nb: '# aiplat-lint'\n",
        "---\n# Source: chart/templates/b.yaml\n---\nb: 1\n# aiplat-lint: last\n---\n# aiplat-lint: end\n"
    );
    let all = documents(text);
    let comments: Vec<Vec<&str>> =
        all.iter().map(|one| one.comments().iter().map(|span| &text[span.range()]).collect()).collect();
    assert_eq!(
        comments,
        [
            vec!["# aiplat-lint: first", "# Source: chart/templates/a.yaml", "# aiplat-lint: here"],
            vec!["# Source: chart/templates/b.yaml", "# aiplat-lint: last", "# aiplat-lint: end"],
        ]
    );
    assert_eq!(all[0].source_comment(), Some("chart/templates/a.yaml"));
    assert_eq!(all[1].source_comment(), None);
    assert_eq!(
        &text[all[0].span().range()],
        "# Source: chart/templates/a.yaml\n# other\na: 1 # aiplat-lint: here\nb: '# aiplat-lint'"
    );
}

#[test]
fn bytes_are_decoded_by_their_mark() {
    assert_eq!(decode_bytes(b"a: 1".to_vec()).as_deref(), Ok("a: 1"));
    assert_eq!(decode_bytes(vec![0xFF, 0xFE, b'a', 0, 0x3D, 0xD8, 0x00, 0xDE]).as_deref(), Ok("a😀"));
    assert_eq!(decode_bytes(vec![0xFE, 0xFF, 0, b'a']).as_deref(), Ok("a"));
    assert_eq!(decode_bytes(vec![b'a', 0xFF]).map_err(|error| error.offset), Err(1));
    assert_eq!(decode_bytes(vec![0xFF, 0xFE, b'a', 0, b'b']).map_err(|error| error.offset), Err(4));
    assert_eq!(decode_bytes(vec![0xFF, 0xFE, 0x00, 0xDC, 0, 0]).map_err(|error| error.offset), Err(2));
}
