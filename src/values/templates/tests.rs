use super::*;

/// `R` read whole, `p` in part, `-` unread, for each path.
fn verdicts(template: &str, paths: &[&str]) -> String {
    let keys = TemplateKeys::read([template]);
    let Some(reads) = keys.reached(&[&keys], true) else { return "everything".to_owned() };
    let letter = |path: &&str| match reads.verdict(&path.split('.').collect::<Vec<_>>()) {
        Verdict::Read => 'R',
        Verdict::ReadInPart => 'p',
        Verdict::Unread => '-',
    };
    paths.iter().map(letter).collect()
}

#[test]
fn plain_paths_are_read_and_their_neighbours_are_not() {
    assert_eq!(verdicts("{{ .Values.a.b }} {{ $.Values.c }}", &["a", "a.b", "a.b.x", "a.c", "c.d", "d"]), "pRR-R-");
    assert_eq!(verdicts("{{- /* .Values.a */ -}} .Values.b {{ \"}}\" }}{{ .Values.c}}", &["a", "b", "c"]), "--R");
    assert_eq!(verdicts("{{ (.Values.a).b }} {{ ((.Values.c).d).e }}", &["a.b", "a.x", "c.d.e", "c.x"]), "R-R-");
}

#[test]
fn a_test_reads_a_map_only_where_none_of_its_keys_is_read() {
    assert_eq!(verdicts("{{ if .Values.a }}x{{ end }}", &["a", "a.b"]), "RR");
    assert_eq!(
        verdicts("{{ if and .Values.a .Values.a.b }}x{{ else if not .Values.c }}{{ end }}", &["a.b", "a.c", "c.d"]),
        "R-R"
    );
    assert_eq!(verdicts("{{ if .Values.a | toYaml }}{{ .Values.a.b }}{{ end }}", &["a.c"]), "R");
}

#[test]
fn what_is_printed_or_handed_on_is_read_whole() {
    let printed = [
        "toYaml .Values.a",
        "include \"x\" .Values.a",
        "tpl .Values.a $",
        ".Values.a | quote",
        "merge dict .Values.a",
        "pick .Values.a \"b\"",
    ];
    for action in printed {
        let template = format!("{{{{ {action} }}}}{{{{ .Values.a.b }}}}{{{{ define \"x\" }}}}{{{{ end }}}}");
        assert_eq!(verdicts(&template, &["a.c", "d"]), "R-", "{action}");
    }
    assert_eq!(verdicts("{{ template \"x\" .Values.a }}{{ define \"x\" }}{{ end }}{{ .Values.a.b }}", &["a.c"]), "R");
}

#[test]
fn blocks_and_variables_are_followed() {
    assert_eq!(
        verdicts("{{ with .Values.a }}{{ .b }}{{ $.Values.c }}{{ end }}{{ .d }}", &["a.b", "a.d", "c", "d"]),
        "R-R-"
    );
    assert_eq!(verdicts("{{ with .Values.a }}{{ toYaml . }}{{ .b }}{{ end }}", &["a.x"]), "R");
    assert_eq!(verdicts("{{ with .Values.a }}{{ .b }}{{ else }}{{ .Values.c }}{{ end }}", &["a.b", "c"]), "RR");
    assert_eq!(
        verdicts("{{ $x := .Values.a | default dict }}{{ $x.b }}{{ $x.c.d }}", &["a.b", "a.c.d", "a.c.e", "a.e"]),
        "RR--"
    );
    assert_eq!(verdicts("{{ $x := .Values.a }}{{ $x.b }}{{ toYaml $x }}", &["a.c"]), "R");
    assert_eq!(verdicts("{{ range $i := until 3 }}{{ $x.b }}{{ $x = $.Values.a }}{{ end }}", &["a.b"]), "R");
}

#[test]
fn literal_maps_and_lists_are_followed_through_range() {
    let all = "{{ $all := dict \"api\" .Values.api \"web\" .Values.web }}{{ range $name, $one := $all }}{{ $one.port }}{{ end }}";
    assert_eq!(verdicts(all, &["api.port", "web.port", "api.ports", "db.port"]), "RR--");
    let list =
        "{{ range list (dict \"values\" .Values.api) (dict \"values\" .Values.web) }}{{ .values.port }}{{ end }}";
    assert_eq!(verdicts(list, &["api.port", "web.port", "api.ports"]), "RR-");
    assert_eq!(verdicts("{{ range $k, $v := .Values.a }}{{ $v.b }}{{ end }}", &["a.any.b", "a.any.c"]), "R-");
    assert_eq!(verdicts("{{ range $k, $v := .Values.a }}{{ $k }}{{ end }}", &["a.any.b"]), "R");
    assert_eq!(
        verdicts("{{ include \"x\" (dict \"v\" .Values.a \"root\" $) }}{{ define \"x\" }}{{ end }}", &["a.b", "b"]),
        "R-"
    );
}

#[test]
fn keys_in_quotes_are_followed_and_computed_ones_are_any() {
    assert_eq!(
        verdicts(
            "{{ index .Values \"a\" \"b-c\" }}{{ (index .Values.d \"e\").f }}",
            &["a.b-c", "a.x", "d.e.f", "d.e.x"]
        ),
        "R-R-"
    );
    assert_eq!(
        verdicts("{{ get .Values.a \"b\" }}{{ dig \"c\" \"d\" 1 .Values.e }}", &["a.b", "a.c", "e.c.d", "e.c.x"]),
        "R-R-"
    );
    assert_eq!(verdicts("{{ if hasKey .Values.a \"b\" }}{{ end }}", &["a.b", "a.c"]), "R-");
    assert_eq!(verdicts("{{ (index .Values.a $name).port }}", &["a.x.port", "a.x.ports"]), "R-");
}

#[test]
fn all_values_are_read_where_they_are_handed_on() {
    for action in [
        "toYaml .Values",
        "include \"x\" .Values",
        "index .Values $name",
        "get .Values $name",
        "omit .Values \"a\"",
        "merge (dict) .Values",
        "range $k, $v := .Values",
        "$all := merge .Values .Values.global",
        "include \"x\" (dict \"values\" .Values)",
    ] {
        assert_eq!(
            verdicts(&format!("{{{{ {action} }}}}{{{{ define \"x\" }}}}{{{{ end }}}}"), &["a"]),
            "everything",
            "{action}"
        );
    }
    assert_eq!(
        verdicts("{{ $values := .Values }}{{ $values.a }}{{ with $.Values }}{{ .b }}{{ end }}", &["a", "b", "c"]),
        "RR-"
    );
}

#[test]
fn helpers_count_where_they_are_included() {
    let helper = TemplateKeys::read([
        "{{ define \"lib.a\" }}{{ .Values.a }}{{ include \"lib.b\" . }}{{ end }}{{ define \"lib.b\" }}{{ .context.Values.b }}{{ end }}{{ define \"lib.all\" }}{{ toYaml .Values }}{{ end }}",
    ]);
    let chart =
        TemplateKeys::read(["{{ include \"lib.a\" . }}{{ include (print $.Template.BasePath \"/x.yaml\") . }}"]);
    let reads = chart.reached(&[&chart, &helper], true).expect("all can be followed");
    assert_eq!(
        [reads.verdict(&["a"]), reads.verdict(&["b"]), reads.verdict(&["c"])],
        [Verdict::Read, Verdict::Read, Verdict::Unread]
    );
    assert_eq!(chart.reached(&[&chart], true), None, "the helper is nowhere");
    let computed = TemplateKeys::read(["{{ include .Values.name . }}"]);
    assert_eq!(computed.reached(&[&computed], false), None, "it may be in a chart that is not there");
    assert_eq!(computed.reached(&[&computed, &helper], true), None, "one of them reads everything");
}

#[test]
fn texts_for_tpl_are_read_too() {
    assert_eq!(verdicts("{{ tpl \"{{ .Values.a }}\" . }}{{ tpl `{{ .Values.b }}` . }}", &["a", "b", "c"]), "RR-");
    assert_eq!(verdicts("{{ define \"x\" }}{{ tpl \"{{ .Values.a }}\" . }}{{ end }}", &["a"]), "R");
}

#[test]
fn values_of_a_subchart_are_under_its_name() {
    assert_eq!(
        verdicts("{{ .Subcharts.redis.Values.port }}{{ .Values.redis.host }}", &["redis.port", "redis.host", "port"]),
        "RR-"
    );
}

#[test]
fn broken_and_hostile_templates_end() {
    assert_eq!(verdicts("{{ .Values.a", &["a"]), "R");
    assert_eq!(verdicts("{{ ((( .Values.a }}{{ end }}{{ end }}{{ \"x }}", &["b"]), "-");
    let doubling = "{{ $x = dict \"a\" $x \"b\" $x \"c\" .Values.a }}".repeat(200);
    assert_eq!(verdicts(&doubling, &["b"]), "-");
}
