//! The hooks, run by the real `pre-commit` and `prek` at the commits of a small repository that names ours by its path.
//! Without Python, a package index or git the tests say so and pass.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::python;

const CLIENTS: [(&str, &str); 2] = [("pre-commit", "4.7.0"), ("prek", "0.5.11")];

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: {matchLabels: {app: api}}
      containers:
        - name: api
          image: registry.example.com/api:1.0
";

/// One budget; `FREE` is how many of the two pods may go.
const BUDGET: &str = "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api}
spec:
  maxUnavailable: FREE
  selector: {matchLabels: {app: api}}
";

fn budget(free: u8) -> String {
    BUDGET.replace("FREE", &free.to_string())
}

/// A repository with a chart, manifests and things that are none, whose commits run hooks.
struct Repository {
    folder: tempfile::TempDir,
    client: PathBuf,
}

impl Repository {
    /// With the hooks of these ids; `None` where the client is not to be had.
    fn new((package, version): (&str, &str), hooks: &[&str]) -> Option<Self> {
        let client = python::tool(package, version)?;
        let repository = Self { folder: tempfile::tempdir().expect("a folder"), client };
        let ours = repository.folder.path().join("ours");
        fs::create_dir_all(&ours).expect("a folder");
        fs::copy(support::root().join(".pre-commit-hooks.yaml"), ours.join(".pre-commit-hooks.yaml")).expect("a copy");
        let git = |arguments: &[&str]| repository.done(Command::new("git").arg("-C").arg(&ours).args(arguments));
        git(&["init", "--quiet"]);
        git(&["add", "."]);
        git(&["commit", "--quiet", "-m", "hooks"]);
        let revision = git(&["rev-parse", "HEAD"]);
        let list: String = hooks.iter().map(|id| format!("      - id: {id}\n")).collect();
        let place = ours.display();
        let config = format!("repos:\n  - repo: file://{place}\n    rev: {}\n    hooks:\n{list}", revision.trim());
        repository.write(".pre-commit-config.yaml", &config);
        repository.write("k8s/deployment.yaml", DEPLOYMENT);
        repository.write("k8s/budget.yaml", &budget(1));
        repository.write("README.md", "# Orders\n");
        repository.write(".aiplat-lint.yaml", "exclude: [\"vendor/**\"]\n");
        repository.write("vendor/budget.yaml", &format!("{}{DEPLOYMENT}", budget(0) + "---\n"));
        for file in ["Chart.yaml", "values.yaml", "values-prod.yaml", "templates/orders.yaml"] {
            let chart = support::root().join("fixtures/charts/orders/chart");
            repository.write(&format!("helm/orders/{file}"), &fs::read_to_string(chart.join(file)).expect("a chart"));
        }
        repository.git(&["init", "--quiet"]);
        repository.git(&["add", "."]);
        repository.git(&["commit", "--quiet", "-m", "base"]);
        repository.git(&["tag", "base"]);
        repository.done(Command::new(&repository.client).arg("install").current_dir(repository.project()));
        Some(repository)
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.project().join(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Writes a file again with one thing in it replaced.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.project().join(file)).expect("a file");
        assert!(text.contains(from), "{file} has no `{from}`");
        self.write(file, &text.replacen(from, to, 1));
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.done(Command::new("git").arg("-C").arg(self.project()).args(arguments))
    }

    /// Commits everything, and takes it all back: whether the hooks let it pass, and what was said.
    fn commit(&self) -> (bool, String) {
        self.git(&["add", "--all"]);
        let output = self.run(Command::new("git").arg("-C").arg(self.project()).args(["commit", "-m", "change"]));
        self.git(&["reset", "--quiet", "--hard", "base"]);
        self.git(&["clean", "--quiet", "-fd"]);
        (output.status.success(), support::said(&output))
    }

    fn passes(&self, what: &str) -> String {
        let (passed, said) = self.commit();
        assert!(passed, "{what} is refused by {}:\n{said}", self.client.display());
        said
    }

    fn refused(&self, what: &str) -> String {
        let (passed, said) = self.commit();
        assert!(!passed, "{what} passes {}:\n{said}", self.client.display());
        said
    }

    fn done(&self, command: &mut Command) -> String {
        let output = self.run(command);
        assert!(output.status.success(), "{command:?}: {}", support::said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs a program that sees the built tool and none of this machine's settings.
    fn run(&self, command: &mut Command) -> Output {
        let built = Path::new(env!("CARGO_BIN_EXE_aiplat-lint")).parent().expect("a folder");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([built.to_owned()].into_iter().chain(std::env::split_paths(&path)));
        command.env("PATH", path.expect("a path")).env("HOME", self.folder.path());
        for home in ["PRE_COMMIT_HOME", "PREK_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
            command.env(home, self.folder.path().join(home));
        }
        for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
            command.env_remove(variable);
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("NO_COLOR", "1");
        for who in ["GIT_AUTHOR", "GIT_COMMITTER"] {
            command.env(format!("{who}_NAME"), "tests").env(format!("{who}_EMAIL"), "tests@example.com");
        }
        command.output().expect("the program runs")
    }
}

fn repositories(hooks: &'static [&'static str]) -> impl Iterator<Item = Repository> {
    CLIENTS.into_iter().filter_map(|client| Repository::new(client, hooks))
}

#[test]
fn changed_manifests_are_linted_together_and_nothing_else_is() {
    for repository in repositories(&["aiplat-lint-system"]) {
        repository.write("k8s/deployment.yaml", &DEPLOYMENT.replace("1.0", "1.1"));
        repository.write("k8s/budget.yaml", &budget(0));
        let said = repository.refused("a budget that blocks");
        assert!(said.contains("k8s/budget.yaml:5:19"), "{said}");
        assert!(said.contains("pdb-blocks-eviction"), "{said}");

        repository.write("k8s/deployment.yaml", &DEPLOYMENT.replace("1.0", "1.1"));
        repository.passes("a clean change");

        repository.write("README.md", "# Orders, and more\n");
        repository.write("src/main.py", "print('hello')\n");
        let said = repository.passes("nothing of ours");
        assert!(said.to_lowercase().contains("skipped"), "{said}");
    }
}

#[test]
fn file_names_with_spaces_and_a_hundred_files_are_one_run() {
    for repository in repositories(&["aiplat-lint-system"]) {
        for number in 0..100 {
            let name = format!("orders-{number}");
            let deployment = DEPLOYMENT.replace(" api", &format!(" {name}"));
            repository.write(&format!("k8s/many files/{number:03} deployment.yaml"), &deployment);
        }
        // Only together with another file is this one wrong.
        repository.write("k8s/many files/100 budget.yaml", &budget(0).replace(" api", " orders-7"));
        let said = repository.refused("a budget that blocks");
        assert!(said.contains("k8s/many files/100 budget.yaml:5:19"), "{said}");
        assert!(said.contains("k8s/many files/007 deployment.yaml"), "{said}");
        assert_eq!(said.matches("error[pdb-blocks-eviction]").count(), 1, "{said}");
    }
}

#[test]
fn yaml_of_other_tools_never_stops_a_commit() {
    for repository in repositories(&["aiplat-lint-system"]) {
        repository.write("docker-compose.yaml", "services:\n  api:\n    image: api:1.0\n    deploy: {replicas: 1}\n");
        repository.write(".github/workflows/ci.yml", "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n");
        let python = "markdown_extensions:\n  - pymdownx.emoji:\n      emoji_index: !!python/name:material.twemoji\n";
        repository.write("mkdocs.yml", python);
        repository.write("cloudformation.yaml", "Resources:\n  Queue: {Properties: {Name: !Ref Name}}\n");
        repository.write("roles/web/site.yml", "- hosts: all\n{% if tls %}\n  tags: [tls]\n{% endif %}\n");
        repository.write("roles/web/erb.yaml", "a: 1\n<% if tls %>\nb: [tls]\n<% end %>\n");
        repository.write("values.yaml.tpl", "replicas: ${replicas}\n");
        repository.passes("YAML of other tools");

        repository.edit("vendor/budget.yaml", "name: api", "name: other");
        repository.passes("a file that the configuration excludes");
    }
}

#[test]
fn a_change_inside_a_chart_renders_the_chart() {
    let Some(_) = support::helm("this test checks nothing") else { return };
    for repository in repositories(&["aiplat-lint-system"]) {
        repository.edit("helm/orders/templates/orders.yaml", "averageUtilization: 65", "averageUtilisation: 65");
        let said = repository.refused("a changed template");
        assert!(said.contains("helm/orders/templates/orders.yaml:"), "{said}");
        assert!(said.contains("schema-unknown-field"), "{said}");

        repository.write("helm/orders/values-prod.yaml", "orders:\n  budget:\n    maxUnavailable: 0\n");
        let said = repository.refused("a changed values file");
        assert!(said.contains("helm/orders/values-prod.yaml:3:21"), "{said}");
        assert_eq!(said.matches("error[pdb-blocks-eviction]").count(), 1, "{said}");

        repository.edit("helm/orders/values-prod.yaml", "maxReplicas: 8", "maxReplicas: 10");
        repository.edit("helm/orders/templates/orders.yaml", "memory: 512Mi", "memory: 600Mi");
        repository.passes("a clean change of both");
    }
}

#[test]
fn a_deleted_file_is_never_asked_for_and_whole_charts_see_that_it_is_gone() {
    let Some(_) = support::helm("this test checks nothing") else { return };
    let hooks: &[_] = &["aiplat-lint-system", "aiplat-lint-charts-system"];
    for repository in repositories(hooks) {
        fs::remove_file(repository.project().join("k8s/budget.yaml")).expect("it was there");
        fs::remove_file(repository.project().join("helm/orders/values-prod.yaml")).expect("it was there");
        repository.passes("two files that nothing needs");

        repository.git(&["mv", "k8s/budget.yaml", "k8s/disruption.yaml"]);
        repository.passes("a file that moved");

        // The defaults alone have no floor below the ceiling, which only the whole chart tells.
        repository.edit("helm/orders/values.yaml", "maxReplicas: 4", "maxReplicas: 1");
        repository.git(&["add", "--all"]);
        let said = repository.refused("a chart whose defaults cross");
        assert!(said.contains("helm/orders/values.yaml:"), "{said}");
    }
}

#[test]
fn whole_charts_see_a_template_that_is_gone() {
    let Some(_) = support::helm("this test checks nothing") else { return };
    for repository in repositories(&["aiplat-lint-charts-system"]) {
        let file = "helm/orders/templates/orders.yaml";
        let whole = fs::read_to_string(repository.project().join(file)).expect("a template");
        let (deployment, rest) = whole.split_once("---\n").expect("several objects");
        repository.write("helm/orders/templates/deployment.yaml", &format!("{deployment}{{{{- end }}}}\n"));
        repository.write(file, &format!("{{{{- with .Values.orders }}}}\n{rest}"));
        repository.write("helm/orders/templates/worker.yaml", &DEPLOYMENT.replace(" api", " worker"));
        repository.git(&["add", "--all"]);
        repository.git(&["commit", "--quiet", "-m", "the template in two"]);
        repository.git(&["tag", "--force", "base"]);

        fs::remove_file(repository.project().join("helm/orders/templates/deployment.yaml")).expect("it was there");
        let said = repository.refused("what the autoscaler scales is gone");
        assert!(said.contains("hpa-target-missing"), "{said}");
    }
}

/// The two ways to come by the tool differ in nothing else.
#[test]
fn the_system_hooks_are_the_others() {
    let text = fs::read_to_string(support::root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let blocks: Vec<Vec<&str>> = text
        .split("\n- ")
        .skip(1)
        .map(|block| block.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect())
        .collect();
    assert_eq!(blocks.len() % 2, 0, "each hook has a twin");
    for pair in blocks.chunks(2) {
        let twin: Vec<String> = pair[0]
            .iter()
            .map(|line| match *line {
                "language: rust" => "language: system".to_owned(),
                id if id.starts_with("id: ") => format!("{id}-system"),
                line => line.to_owned(),
            })
            .collect();
        assert_eq!(twin, pair[1]);
    }
}
