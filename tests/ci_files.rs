//! The action, the GitLab component and the workflows in the documentation: their schemas, and every line of shell in them.
//! Without Python or a package index the schemas are skipped aloud.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::python;

const RENDERED: &str = "fixtures/charts/ai-platform/rendered";

fn read(file: &str) -> String {
    fs::read_to_string(support::root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

/// The header with the inputs, and the jobs.
fn component() -> (String, String) {
    let text = read("templates/aiplat-lint.yml");
    let (header, jobs) = text.split_once("\n---\n").expect("a header and jobs");
    (header.to_owned() + "\n", jobs.to_owned())
}

/// The blocks of YAML in the documentation whose first line names this file.
fn documented(file: &str) -> Vec<String> {
    let text = read("docs/integrations.md");
    let first = format!("# {file}");
    let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.filter(|block| block.lines().next() == Some(first.as_str())).map(str::to_owned).collect()
}

#[test]
fn everything_follows_its_schema() {
    let Some(check) = python::tool("check-jsonschema", "0.39.0") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let says = |schema: &str, text: &str| {
        let file = folder.path().join("file.yml");
        fs::write(&file, text).expect("a file");
        python::run(Command::new(&check).args(["--builtin-schema", schema]).arg(&file))
    };
    let (header, jobs) = component();
    let mut checked =
        vec![("vendor.github-actions", read("action.yml")), ("vendor.gitlab-ci", header), ("vendor.gitlab-ci", jobs)];
    let workflows = documented(".github/workflows/aiplat-lint.yml");
    assert!(workflows.len() >= 2, "one workflow, and one with a matrix");
    checked.extend(workflows.into_iter().map(|text| ("vendor.github-workflows", text)));
    let pipelines = documented(".gitlab-ci.yml");
    assert!(!pipelines.is_empty(), "a pipeline");
    checked.extend(pipelines.into_iter().map(|text| ("vendor.gitlab-ci", text)));
    for (schema, text) in &checked {
        if let Err(message) = says(schema, text) {
            panic!("{schema} refuses this:\n{text}\n{message}");
        }
    }
    // The check itself can fail.
    assert!(says("vendor.github-actions", &read("action.yml").replace("using: composite", "using: magic")).is_err());
    assert!(says("vendor.gitlab-ci", &component().1.replace("  stage:", "  stagge: {a: 1}\n  script:")).is_err());
}

/// What somebody types into an input is data: it reaches the shell as a variable, never as text of the script.
#[test]
fn inputs_reach_the_shell_through_the_environment_alone() {
    for script in action_scripts().into_iter().chain(component_scripts()) {
        assert!(!script.contains("${{") && !script.contains("$[["), "{script}");
    }
}

/// Every input is used, and every input of the action that the documentation sets is there.
#[test]
fn the_documentation_sets_inputs_that_exist() {
    let action = yaml(&read("action.yml"));
    let text = read("action.yml");
    for name in action["inputs"].as_object().expect("inputs").keys() {
        assert!(text.contains(&format!("${{{{ inputs.{name} }}}}")), "{name} is not used");
    }
    for workflow in documented(".github/workflows/aiplat-lint.yml") {
        for step in yaml(&workflow)["jobs"]["aiplat-lint"]["steps"].as_array().expect("steps") {
            let ours = step["uses"].as_str().is_some_and(|uses| uses.contains("this repository"));
            for name in step["with"].as_object().into_iter().flatten().map(|(name, _)| name).filter(|_| ours) {
                assert!(action["inputs"].get(name).is_some(), "the action has no input {name}");
            }
        }
    }
    let header = yaml(&component().0);
    for pipeline in documented(".gitlab-ci.yml") {
        let include = &yaml(&pipeline)["include"][0];
        for name in include["inputs"].as_object().expect("inputs").keys() {
            assert!(header["spec"]["inputs"].get(name).is_some(), "the component has no input {name}");
        }
    }
}

fn action_scripts() -> Vec<String> {
    let action = yaml(&read("action.yml"));
    let steps = action["runs"]["steps"].as_array().expect("steps");
    steps.iter().filter_map(|step| step["run"].as_str()).map(str::to_owned).collect()
}

fn component_scripts() -> Vec<String> {
    let jobs = yaml(&component().1);
    let lines = jobs["aiplat-lint"]["script"].as_array().expect("a script");
    lines.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A machine of a CI: the fixtures to lint, a `cargo` that writes down what it was asked for and installs the built tool
/// into `--root` or into `bin`.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let bin = folder.path().join("bin");
        fs::create_dir_all(&bin).expect("a folder");
        let built = env!("CARGO_BIN_EXE_aiplat-lint");
        let cargo = format!(
            "#!/bin/bash\nprintf '%s\\n' \"$@\" >'{place}/asked'\nroot='{place}'\n\
             while [ $# -gt 0 ]; do if [ \"$1\" = --root ]; then root=$2; fi; shift; done\n\
             mkdir -p \"$root/bin\" && ln -s '{built}' \"$root/bin/aiplat-lint\"\n",
            place = folder.path().display()
        );
        fs::write(bin.join("cargo"), cargo).expect("a file");
        let mut chmod = Command::new("chmod");
        python::run(chmod.arg("755").arg(bin.join("cargo"))).expect("an executable file");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Runs a script as the CI does, with what earlier ones put on the path.
    fn run(&self, shell: &[&str], script: &str, environment: &[(&str, &str)]) -> Output {
        let added = self.text("github-path");
        let folders = added.lines().map(PathBuf::from).chain([self.path("bin")]);
        let folders = folders.chain(["/usr/bin", "/bin"].map(PathBuf::from));
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).arg(script).current_dir(support::root());
        command.env("PATH", std::env::join_paths(folders).expect("a path"));
        command.env("RUNNER_TEMP", self.path("runner temp")).env("GITHUB_ACTION_PATH", "/the action");
        command.env("GITHUB_PATH", self.path("github-path")).env("GITHUB_OUTPUT", self.path("github-output"));
        command.envs(environment.iter().copied()).output().expect("the shell runs")
    }
}

/// How GitHub runs `shell: bash`.
const GITHUB: [&str; 6] = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"];

#[test]
fn the_action_builds_lints_and_leaves_sarif() {
    let machine = Machine::new();
    let [build, lint] = action_scripts().try_into().expect("two steps");
    let built = machine.run(&GITHUB, &build, &[]);
    assert!(built.status.success(), "{}", support::said(&built));
    assert!(machine.text("asked").contains("--path\n/the action\n"), "{}", machine.text("asked"));
    assert!(machine.text("github-path").contains("runner temp/aiplat-lint/bin"), "{}", machine.text("github-path"));

    let sarif = machine.path("the report.sarif");
    let sarif = sarif.to_str().expect("a UTF-8 path");
    let run = |paths: &str, arguments: &str, sarif: &str| {
        machine.run(&GITHUB, &lint, &[("PATHS", paths), ("ARGS", arguments), ("SARIF", sarif)])
    };
    let broken = format!("{RENDERED}/broken-min-replicas-two.yaml");
    let failed = run(&format!("{RENDERED}/prod.yaml\n{broken}\n"), "", sarif);
    assert_eq!(failed.status.code(), Some(1), "{}", support::said(&failed));
    assert!(support::said(&failed).contains("pdb-blocks-eviction"));
    let log: Value = serde_json::from_str(&fs::read_to_string(sarif).expect("a report")).expect("JSON");
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "pdb-blocks-eviction");
    assert_eq!(machine.text("github-output"), format!("sarif={sarif}\n"));

    let ignored = run(&broken, "--ignore\npdb-blocks-eviction\n", "");
    assert_eq!(ignored.status.code(), Some(0), "{}", support::said(&ignored));

    // Text that a shell would run is a path that is not there.
    let injected = machine.path("injected");
    let output = run(&format!("$(touch '{0}'); touch '{0}'", injected.display()), "", "");
    assert_eq!(output.status.code(), Some(2), "{}", support::said(&output));
    assert!(!injected.exists());

    let again = machine.run(&GITHUB, &build, &[]);
    assert!(again.status.success());
    assert_eq!(machine.text("github-path").lines().count(), 1, "what is there is not built again");
}

#[test]
fn the_component_builds_lints_and_leaves_sarif() {
    let machine = Machine::new();
    // GitLab runs the lines of a script as one, in a shell that stops at the first that fails.
    let script = component_scripts().join("\n");
    let run = |shell: &str, paths: &str, arguments: &str| {
        let folder = support::root().display().to_string();
        let moved =
            format!("set -e; cd '{}'; ln -sfn '{folder}/fixtures' fixtures\n{script}", machine.folder.path().display());
        let inputs = [("AIPLAT_LINT_PATHS", paths), ("AIPLAT_LINT_ARGS", arguments)];
        machine.run(&[shell, "-c"], &moved, &[&inputs[..], &[("AIPLAT_LINT_SOURCE", "file:///the/source")]].concat())
    };
    let broken = format!("{RENDERED}/broken-min-replicas-two.yaml");
    for shell in ["sh", "bash"] {
        let failed = run(shell, &format!("{RENDERED}/prod.yaml\n{broken}"), "");
        assert_eq!(failed.status.code(), Some(1), "{shell}: {}", support::said(&failed));
        let log: Value = serde_json::from_str(&machine.text("aiplat-lint.sarif")).expect("JSON");
        assert_eq!(log["runs"][0]["results"][0]["ruleId"], "pdb-blocks-eviction");
        let ignored = run(shell, &broken, "--ignore\npdb-blocks-eviction");
        assert_eq!(ignored.status.code(), Some(0), "{shell}: {}", support::said(&ignored));
        let injected = machine.path("injected");
        let output = run(shell, &format!("$(touch '{}')", injected.display()), "");
        assert_eq!(output.status.code(), Some(2), "{shell}: {}", support::said(&output));
        assert!(!Path::new(&injected).exists());
    }
    assert!(machine.text("asked").contains("--git\nfile:///the/source\n"), "{}", machine.text("asked"));
}
