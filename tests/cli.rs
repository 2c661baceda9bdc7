//! The binary as a user meets it: what it prints where, and its exit codes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn lint(arguments: &[&str]) -> Output {
    lint_with(arguments, "")
}

fn lint_with(arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_aiplat-lint"))
        .args(arguments)
        .current_dir(support::root())
        .env("NO_COLOR", "1")
        // What a chart renders is judged elsewhere.
        .env("HELM", "/nowhere/helm")
        .env_remove("HELM_BIN")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // A program that refuses its arguments closes its input at once.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    child.wait_with_output().expect("the binary ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8 output")
}

const RENDERED: &str = "fixtures/charts/ai-platform/rendered";

#[test]
fn a_clean_file_is_0_findings_are_1_and_a_missing_path_is_2() {
    let clean = format!("{RENDERED}/prod.yaml");
    let broken = format!("{RENDERED}/broken-min-replicas-two.yaml");
    assert_eq!(lint(&["check", &clean]).status.code(), Some(0));
    assert_eq!(lint(&["check", &broken]).status.code(), Some(1));
    let missing = lint(&["check", &broken, "no-such-file.yaml"]);
    assert_eq!(missing.status.code(), Some(2), "2 beats 1");
    assert!(text(&missing.stdout).contains("pdb-blocks-eviction"), "what can be read is still linted");
    assert!(text(&missing.stderr).contains("no-such-file.yaml"), "{}", text(&missing.stderr));
}

#[test]
fn fail_on_moves_the_threshold() {
    let warning = format!("{RENDERED}/default.yaml");
    assert_eq!(lint(&["check", &warning]).status.code(), Some(0));
    assert_eq!(lint(&["check", "--fail-on", "warning", &warning]).status.code(), Some(1));
    let error = format!("{RENDERED}/broken-min-replicas-two.yaml");
    assert_eq!(lint(&["check", "--fail-on", "never", &error]).status.code(), Some(0));
}

#[test]
fn select_and_ignore_choose_rules_and_a_mistyped_one_is_an_error_with_the_nearest_name() {
    let broken = format!("{RENDERED}/broken-min-replicas-two.yaml");
    assert_eq!(lint(&["check", "--ignore", "pdb-blocks-eviction", &broken]).status.code(), Some(0));
    assert_eq!(lint(&["check", "--select", "pdb-overlap", &broken]).status.code(), Some(0));
    let typo = lint(&["check", "--select", "pdb-blocks-evicton", &broken]);
    assert_eq!(typo.status.code(), Some(2));
    assert!(text(&typo.stderr).contains("`pdb-blocks-eviction`"), "{}", text(&typo.stderr));
}

#[test]
fn standard_input_is_one_complete_build() {
    let manifest =
        std::fs::read_to_string(support::root().join(RENDERED).join("broken-min-replicas-two.yaml")).expect("a render");
    let output = lint_with(&["check", "-", "--format", "concise"], &manifest);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("<stdin>:"), "{}", text(&output.stdout));
}

#[test]
fn nothing_to_lint_does_not_pass_for_clean() {
    let empty = tempfile::tempdir().expect("a folder");
    let output = lint(&["check", empty.path().to_str().expect("a UTF-8 path")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no Kubernetes object"), "{}", text(&output.stderr));
    let output = lint_with(&["check", "-"], "");
    assert_eq!(output.status.code(), Some(2), "an empty pipe is a failed render");
}

#[test]
fn an_explicit_file_of_another_kind_is_left_alone_with_a_note() {
    let folder = tempfile::tempdir().expect("a folder");
    let compose = folder.path().join("docker-compose.yaml");
    std::fs::write(&compose, "services:\n  api:\n    image: api:1\n").expect("a file");
    let output = lint(&["check", compose.to_str().expect("a UTF-8 path")]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("left alone"), "{}", text(&output.stderr));
}

#[test]
fn a_broken_file_that_somebody_named_is_a_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("broken.yaml");
    std::fs::write(&broken, "apiVersion: v1\nkind: [Service\nmetadata: {name: api}\n").expect("a file");
    let output = lint(&["check", "--format", "concise", broken.to_str().expect("a UTF-8 path")]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("error[yaml-syntax]"), "{}", text(&output.stdout));
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_offset() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("latin1.yaml");
    std::fs::write(&file, b"apiVersion: v1\nkind: Service # caf\xe9\n").expect("a file");
    let output = lint(&["check", file.to_str().expect("a UTF-8 path")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("34"), "the offset is named: {}", text(&output.stderr));
}

#[test]
fn several_formats_in_one_run_go_to_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let sarif = folder.path().join("out.sarif");
    let broken = format!("{RENDERED}/broken-min-replicas-two.yaml");
    let argument = format!("sarif={}", sarif.display());
    let output = lint(&["check", &broken, "--format", "concise", "--format", &argument]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("pdb-blocks-eviction"));
    let log: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&sarif).expect("a file")).expect("JSON");
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "pdb-blocks-eviction");
    let both = lint(&["check", &broken, "--format", "concise", "--format", "json"]);
    assert_eq!(both.status.code(), Some(2), "two formats cannot share standard output");
}

#[test]
fn every_format_goes_to_its_file_in_one_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = format!("{RENDERED}/broken-min-replicas-two.yaml");
    let formats = ["human", "concise", "json", "sarif", "github", "gitlab", "junit", "html"];
    let file = |format: &str| folder.path().join(format);
    let outputs: Vec<String> = formats.map(|format| format!("--format={format}={}", file(format).display())).into();
    let mut arguments = vec!["check", "--quiet", broken.as_str()];
    arguments.extend(outputs.iter().map(String::as_str));
    let output = lint(&arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    for format in formats {
        let written = std::fs::read_to_string(file(format)).expect("the format's file");
        assert!(written.contains("pdb-blocks-eviction"), "{format}: {written}");
    }
}

/// Microsoft's own judge of SARIF (`npm install @microsoft/sarif-multitool-linux`), where somebody has it.
#[test]
fn the_sarif_multitool_has_nothing_to_say() {
    let Some(tool) = std::env::var_os("SARIF_MULTITOOL") else {
        eprintln!("skipped: SARIF_MULTITOOL names no Sarif.Multitool");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("out.sarif");
    lint(&["check", RENDERED, "--format", &format!("sarif={}", log.display())]);
    let mut command = Command::new(tool);
    command.arg("validate").arg(&log).env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
    let said = text(&command.output().expect("the tool runs").stdout);
    assert!(said.contains("Analysis completed successfully"), "{said}");
    // SARIF2005 asks for a page of the tool on the web, which there is none of.
    let said: Vec<&str> = said.lines().filter(|line| line.contains(".sarif(") && !line.contains("SARIF2005")).collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
}

#[test]
fn a_job_in_github_actions_gets_a_summary_behind_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let summary = folder.path().join("summary.md");
    std::fs::write(&summary, "before\n").expect("a file");
    let broken = format!("{RENDERED}/broken-min-replicas-two.yaml");
    let run = |format: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aiplat-lint"));
        command.args(["check", &broken, "--format", format]).current_dir(support::root());
        command.env("GITHUB_STEP_SUMMARY", &summary).output().expect("the binary runs")
    };
    run("concise");
    assert_eq!(std::fs::read_to_string(&summary).expect("a file"), "before\n", "only the format github writes there");
    let output = run("github");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("::error file=fixtures/charts/"), "{}", text(&output.stdout));
    let written = std::fs::read_to_string(&summary).expect("a file");
    assert!(written.starts_with("before\n### aiplat-lint: 1 error"), "{written}");
    assert!(written.contains("| `pdb-blocks-eviction` |"), "{written}");
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
    for format in ["human", "concise", "json", "sarif", "github", "gitlab", "junit", "html"] {
        let run = |jobs: &str| {
            let output = lint(&["check", RENDERED, "--quiet", "--format", format, "--jobs", jobs]);
            text(&output.stdout)
        };
        let once = run("1");
        assert!(!once.is_empty(), "{format}");
        for jobs in ["2", "7"] {
            assert!(once == run(jobs), "{format} differs with --jobs {jobs}");
        }
    }
}

#[test]
fn explain_prints_a_page_and_rules_lists_them() {
    let page = lint(&["explain", "pdb-blocks-eviction"]);
    assert_eq!(page.status.code(), Some(0));
    assert!(text(&page.stdout).contains("minAvailable"));
    let unknown = lint(&["explain", "pdb-block-eviction"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("`pdb-blocks-eviction`"));
    let list: serde_json::Value = serde_json::from_slice(&lint(&["rules", "--format", "json"]).stdout).expect("JSON");
    assert!(list.as_array().expect("a list").iter().any(|rule| rule["id"] == "pdb-overlap"));
}

#[test]
fn a_namespace_and_an_environment_from_outside_are_honoured() {
    let manifest = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 1
  maxReplicas: 3
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: AverageValue, averageValue: 500m}}
";
    let run = |arguments: &[&str]| lint_with(&[&["check", "-", "--format", "concise"], arguments].concat(), manifest);
    assert_eq!(run(&[]).status.code(), Some(0));
    assert_eq!(run(&["--environment", "production"]).status.code(), Some(1));
    assert_eq!(run(&["--namespace", "shop-prod"]).status.code(), Some(1));
    assert_eq!(run(&["--namespace", "shop-prod", "--environment", "none"]).status.code(), Some(0));
    assert_eq!(run(&["--profile", "production"]).status.code(), Some(1));
}

#[test]
fn a_values_file_is_judged_over_the_layers_it_names() {
    let chart = "fixtures/charts/ai-platform/chart";
    let clean = lint(&["check", &format!("{chart}/values-prod.yaml")]);
    assert_eq!(clean.status.code(), Some(0), "{}", text(&clean.stdout));
    let broken = lint(&["check", "--format", "concise", &format!("{chart}/values-broken-prod-min-replicas.yaml")]);
    assert_eq!(broken.status.code(), Some(1));
    let said = text(&broken.stdout);
    assert_eq!(said.lines().count(), 1, "the other models keep the floor of values-prod.yaml: {said}");
    assert!(
        said.contains("values-broken-prod-min-replicas.yaml:7:18: error[values-min-replicas-production]"),
        "{said}"
    );
}

#[test]
fn a_misspelt_field_is_one_finding() {
    let manifest = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 2
  maxReplica: 3
";
    let output = lint_with(&["check", "-", "--format", "concise", "--profile", "production"], manifest);
    let said = text(&output.stdout);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("error[schema-unknown-field]"), "{said}");
}

#[test]
fn a_patch_of_a_kustomization_is_left_alone_with_a_note() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("kustomization.yaml"), "patches: [{path: patch.yaml}]\n").expect("a file");
    let patch = folder.path().join("patch.yaml");
    std::fs::write(&patch, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {replicas: 3}\n")
        .expect("a file");
    let output = lint(&["check", patch.to_str().expect("a UTF-8 path")]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("left alone"), "{}", text(&output.stderr));
}

#[test]
fn a_template_of_another_tool_is_left_alone_and_broken_yaml_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("site.yml");
    let run = |content: &str| {
        std::fs::write(&file, content).expect("a file");
        lint(&["check", file.to_str().expect("a UTF-8 path")])
    };
    for template in
        ["hosts: all\n{% if tls %}\ntags: [tls]\n{% endif %}\n", "a: 1\n<% if tls %>\nb: [tls]\n<% end %>\n"]
    {
        let output = run(template);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        assert!(text(&output.stderr).contains("left alone"), "{}", text(&output.stderr));
    }
    assert_eq!(run("hosts: all\n% if tls\ntags: [tls]\n").status.code(), Some(1));
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = std::fs::read_to_string(support::root().join("README.md")).expect("the README");
    let example = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let printed = lint(&["check", &format!("{RENDERED}/broken-min-replicas-two.yaml")]);
    let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    let (shown, printed) = (lines(example), lines(&text(&printed.stdout)));
    assert_eq!(shown, printed[..shown.len().min(printed.len())]);
}

#[test]
fn adapter_rules_that_stand_elsewhere_are_judged_once_for_all_builds() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("adapter.yaml");
    std::fs::write(&config, "rules:\n  - seriesQuery: queue_depth\n    metricQuery: sum(queue_depth)\n")
        .expect("a file");
    let config = config.to_string_lossy().into_owned();
    let builds = [format!("{RENDERED}/prod.yaml"), format!("{RENDERED}/dev.yaml")];
    let arguments = ["check", "--format", "concise", "--select", "adapter-config-invalid", "--adapter-config", &config];
    let printed = lint(&[&arguments[..], &[builds[0].as_str(), builds[1].as_str()]].concat());
    let found = text(&printed.stdout);
    assert_eq!(printed.status.code(), Some(1), "{found}");
    assert_eq!(found.lines().count(), 1, "{found}");
    assert!(found.contains("adapter.yaml:3:") && found.contains("metricQuery"), "{found}");
}

#[test]
fn a_template_outside_a_chart_is_no_broken_manifest_and_an_alert_with_braces_is_judged() {
    let folder = tempfile::tempdir().expect("a folder");
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ";
    std::fs::write(folder.path().join("a.yaml"), format!("{head}{{{{.Name}}}}\n")).expect("a file");
    std::fs::write(folder.path().join("b.yaml"), format!("{head}b\ndata:\n  a: \"{{{{ $labels.pod }}}}\"\n   b: 1\n"))
        .expect("a file");
    let output = lint(&["check", &folder.path().to_string_lossy(), "--format", "concise"]);
    let said = text(&output.stdout);
    assert!(said.contains("b.yaml:7:") && said.contains("[yaml-syntax]") && !said.contains("a.yaml"), "{said}");
    assert!(text(&output.stderr).contains("a.yaml is left alone: it is a template"), "{}", text(&output.stderr));
}

#[test]
fn bash_completes_subcommands_and_flags() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("aiplat-lint.bash");
    std::fs::write(&script, lint(&["completions", "bash"]).stdout).expect("a file");
    let complete = |words: &[&str]| {
        let typed = format!("COMP_WORDS=({}); COMP_CWORD={}", words.join(" "), words.len() - 1);
        let [.., before, last] = words else { panic!("two words at least") };
        let asked = format!("_aiplat__lint aiplat-lint '{last}' '{before}'; echo \"${{COMPREPLY[*]}}\"");
        let program = format!("source '{}'; {typed}; {asked}", script.display());
        let output = Command::new("bash").args(["-c", &program]).output().expect("bash runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).trim().to_owned()
    };
    assert_eq!(complete(&["aiplat-lint", "exp"]), "explain");
    assert_eq!(complete(&["aiplat-lint", "check", "--fail"]), "--fail-on");
    assert_eq!(complete(&["aiplat-lint", "check", "--fail-on", "w"]), "warning");
}

#[test]
fn completions_are_there_for_every_shell_and_no_other() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = lint(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}");
        assert!(text(&output.stdout).contains("fail-on"), "{shell}");
    }
    assert_eq!(lint(&["completions", "tcsh"]).status.code(), Some(2));
}

#[test]
fn the_manual_names_what_the_help_names() {
    let plain = |output: &std::process::Output| text(&output.stdout).replace("\\-", "-");
    let page = plain(&lint(&["man"]));
    for subcommand in ["check", "explain", "rules", "completions", "man"] {
        assert!(page.contains(&format!("aiplat-lint-{subcommand}(1)")), "{subcommand} is missing: {page}");
        let own = plain(&lint(&["man", subcommand]));
        assert!(own.contains(&format!("aiplat-lint {subcommand}")), "{own}");
    }
    let (help, check) = (text(&lint(&["check", "--help"]).stdout), plain(&lint(&["man", "check"])));
    let flags: Vec<&str> = help.split_whitespace().filter(|word| word.starts_with("--")).collect();
    assert!(flags.len() > 15, "{help}");
    for flag in flags {
        let flag = flag.trim_end_matches([',', '.', ';', '`']);
        assert!(check.contains(flag), "{flag} is missing");
    }
    let unknown = lint(&["man", "chek"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("check, explain"), "{}", text(&unknown.stderr));
}

#[test]
fn the_manual_is_well_formed() {
    let Ok(version) = Command::new("groff").arg("--version").output() else {
        eprintln!("SKIPPED: no groff here, so the manual is not set");
        return;
    };
    assert!(version.status.success());
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [&["man"][..], &["man", "check"]] {
        let page = folder.path().join("page.1");
        std::fs::write(&page, lint(arguments).stdout).expect("a file");
        let set = Command::new("groff").args(["-man", "-Tutf8", "-ww", "-z"]).arg(&page).output().expect("groff runs");
        assert!(set.status.success() && set.stderr.is_empty(), "{arguments:?}: {}", text(&set.stderr));
    }
}
