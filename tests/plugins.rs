//! The plugins, run by the real helm (3 and 4) and the real kubectl, which talks to a small API server made here.
//! Without them the tests say so and pass.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

/// A command that finds the built tool, and what stands in these folders, on its path.
fn command(program: &str, folders: &[PathBuf]) -> Command {
    let built = Path::new(env!("CARGO_BIN_EXE_aiplat-lint")).parent().expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain([built.to_owned()]).chain(std::env::split_paths(&path));
    let mut command = Command::new(program);
    command.env("PATH", std::env::join_paths(all).expect("a path")).current_dir(support::root());
    command
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// The helms that are here: `$HELM` or the one on the path, and `$HELM3`, with the major version of each.
fn helms() -> Vec<(String, u32)> {
    let named = [("HELM", Some("helm")), ("HELM3", None)];
    let programs = named.into_iter().filter_map(|(name, other)| std::env::var(name).ok().or(other.map(str::to_owned)));
    let found: Vec<(String, u32)> = programs
        .filter_map(|program| {
            let output = Command::new(&program).args(["version", "--short"]).output().ok()?;
            let version = String::from_utf8_lossy(&output.stdout).into_owned();
            let major = version.trim_start_matches('v').split('.').next()?.parse().ok()?;
            Some((program, major))
        })
        .collect();
    for major in [3, 4] {
        if !found.iter().any(|(_, found)| *found == major) {
            eprintln!("SKIPPED: no helm {major} here ($HELM, $HELM3 or PATH), so its plugin is not run");
        }
    }
    found
}

fn plugin_folder(version: u32) -> PathBuf {
    support::root().join(format!("plugins/helm/v{version}"))
}

#[test]
fn helm_installs_and_runs_the_plugin() {
    for (helm, major) in helms() {
        for form in [3, 4].into_iter().filter(|form| *form <= major) {
            let plugins = tempfile::tempdir().expect("a folder");
            let home = plugins.path().join("home");
            let helm = |arguments: &[&str]| {
                let mut command = command(&helm, &[]);
                command.args(arguments).env_remove("HELM_PLUGINS");
                command.env("HELM_CACHE_HOME", &home).env("HELM_CONFIG_HOME", &home).env("HELM_DATA_HOME", &home);
                // The helm that runs the plugin renders, whatever else is named.
                run(command.env("HELM", "/nowhere/helm").env_remove("HELM_NAMESPACE").env("KUBECONFIG", "/dev/null"))
            };
            let folder = plugin_folder(form);
            let installed = helm(&["plugin", "install", folder.to_str().expect("a UTF-8 path")]);
            assert!(installed.status.success(), "helm {major}, form {form}: {}", support::said(&installed));

            let chart = "fixtures/charts/orders/chart";
            let broken = helm(&["aiplat-lint", chart, "--format", "concise"]);
            let said = support::said(&broken);
            assert_eq!(broken.status.code(), Some(1), "helm {major}, form {form}: {said}");
            assert!(said.contains("values-prod-eu-sale.yaml:7:21: error[pdb-blocks-eviction]"), "{said}");

            let own = format!("{chart}/values.yaml");
            let clean = helm(&["aiplat-lint", chart, "-f", &own, "--set", "orders.budget.maxUnavailable=1"]);
            assert_eq!(clean.status.code(), Some(0), "helm {major}, form {form}: {}", support::said(&clean));

            // Of the profile `production`, which the namespace alone asks for here.
            let floor = ["aiplat-lint", chart, "-f", &own, "--set", "orders.autoscaling.minReplicas=1"];
            assert_eq!(helm(&floor).status.code(), Some(0));
            let production = helm(&[&floor[..], &["--namespace", "shop-prod"]].concat());
            assert_eq!(production.status.code(), Some(1), "{}", support::said(&production));
        }
    }
}

#[test]
fn both_forms_of_the_helm_plugin_are_of_this_version_and_do_the_same() {
    let read = |version, file: &str| fs::read_to_string(plugin_folder(version).join(file)).expect("a file");
    assert_eq!(read(3, "lint.sh"), read(4, "lint.sh"));
    let version = format!("\nversion: {}\n", env!("CARGO_PKG_VERSION"));
    for form in [3, 4] {
        assert!(read(form, "plugin.yaml").contains(&version), "v{form} is of another version");
    }
}

#[test]
fn without_the_tool_the_plugins_say_how_to_get_it() {
    let empty = tempfile::tempdir().expect("a folder");
    for script in ["plugins/helm/v3/lint.sh", "plugins/kubectl/kubectl-aiplat_lint"] {
        let output = run(Command::new("/bin/sh").arg(support::root().join(script)).env("PATH", empty.path()));
        assert_eq!(output.status.code(), Some(2), "{script}");
        assert!(support::said(&output).contains("cargo install"), "{script}: {}", support::said(&output));
    }
}

/// What a cluster holds: one budget that lets nothing go, in the namespace `shop`.
fn answer(path: &str) -> Option<String> {
    let group = |name: &str, version: &str| {
        format!(
            r#"{{"name":"{name}","versions":[{{"groupVersion":"{name}/{version}","version":"{version}"}}],"preferredVersion":{{"groupVersion":"{name}/{version}","version":"{version}"}}}}"#
        )
    };
    let kinds = |version: &str, kinds: &[(&str, &str)]| {
        let entries: Vec<String> = kinds
            .iter()
            .map(|(name, kind)| {
                format!(
                    r#"{{"name":"{name}","singularName":"","namespaced":true,"kind":"{kind}","verbs":["get","list"]}}"#
                )
            })
            .collect();
        format!(r#"{{"kind":"APIResourceList","groupVersion":"{version}","resources":[{}]}}"#, entries.join(","))
    };
    let list = |version: &str, kind: &str, items: &str| {
        format!(r#"{{"apiVersion":"{version}","kind":"{kind}List","metadata":{{}},"items":[{items}]}}"#)
    };
    let deployment = r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api","namespace":"shop","uid":"1"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"api"}},"template":{"metadata":{"labels":{"app":"api"}},"spec":{"containers":[{"name":"api","image":"api:1"}]}}}}"#;
    let budget = r#"{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"api","namespace":"shop","uid":"2"},"spec":{"maxUnavailable":0,"selector":{"matchLabels":{"app":"api"}}}}"#;
    let resource = path.split('?').next().unwrap_or(path);
    let shop = resource.contains("/namespaces/shop/") || !resource.contains("/namespaces/");
    Some(match resource {
        "/api" => r#"{"kind":"APIVersions","versions":["v1"]}"#.to_owned(),
        "/apis" => format!(
            r#"{{"kind":"APIGroupList","apiVersion":"v1","groups":[{},{},{}]}}"#,
            group("apps", "v1"),
            group("autoscaling", "v2"),
            group("policy", "v1")
        ),
        "/api/v1" => kinds("v1", &[("pods", "Pod"), ("services", "Service")]),
        "/apis/apps/v1" => kinds("apps/v1", &[("deployments", "Deployment"), ("statefulsets", "StatefulSet")]),
        "/apis/autoscaling/v2" => kinds("autoscaling/v2", &[("horizontalpodautoscalers", "HorizontalPodAutoscaler")]),
        "/apis/policy/v1" => kinds("policy/v1", &[("poddisruptionbudgets", "PodDisruptionBudget")]),
        _ if resource.contains("/namespaces/forbidden/") => return None,
        _ if resource.ends_with("/deployments") => list("apps/v1", "Deployment", if shop { deployment } else { "" }),
        _ if resource.ends_with("/poddisruptionbudgets") => {
            list("policy/v1", "PodDisruptionBudget", if shop { budget } else { "" })
        }
        _ if resource.ends_with("/statefulsets") => list("apps/v1", "StatefulSet", ""),
        _ if resource.ends_with("/horizontalpodautoscalers") => list("autoscaling/v2", "HorizontalPodAutoscaler", ""),
        _ if resource.ends_with("/services") => list("v1", "Service", ""),
        _ if resource.ends_with("/pods") => list("v1", "Pod", ""),
        _ => return None,
    })
}

/// Answers one request after another until the test ends; keeps what was asked for.
fn serve(listener: &TcpListener, asked: &Mutex<Vec<String>>) {
    for stream in listener.incoming().flatten() {
        let _ = answer_one(stream, asked);
    }
}

fn answer_one(mut stream: TcpStream, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let Some(first) = lines.next().transpose()? else { return Ok(()) };
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, body) = match answer(&path) {
        Some(body) => ("200 OK", body),
        None => (
            "403 Forbidden",
            r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"not for this user","reason":"Forbidden","code":403}"#.to_owned(),
        ),
    };
    asked.lock().expect("no test panics while it holds this").push(first);
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn kubectl_lints_what_runs_and_only_reads() {
    if !Command::new("kubectl").args(["version", "--client"]).output().is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no kubectl here, so its plugin is not run");
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let server = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    std::thread::spawn(move || serve(&listener, &kept));
    let home = tempfile::tempdir().expect("a folder");
    let config = home.path().join("kube config");
    fs::write(
        &config,
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: elsewhere\n\
             clusters:\n- {{name: here, cluster: {{server: '{server}'}}}}\n- {{name: elsewhere, cluster: {{server: 'http://127.0.0.1:1'}}}}\n\
             contexts:\n- {{name: the here, context: {{cluster: here}}}}\n- {{name: elsewhere, context: {{cluster: elsewhere}}}}\n"
        ),
    )
    .expect("a file");
    let plugin = support::root().join("plugins/kubectl");
    let kubectl = |arguments: &[&str]| {
        let mut command = command("kubectl", std::slice::from_ref(&plugin));
        command.arg("aiplat-lint").args(arguments).env("KUBECONFIG", &config).env("HOME", home.path());
        run(&mut command)
    };
    let requests = || std::mem::take(&mut *asked.lock().expect("the server does not panic"));

    let shop = kubectl(&["--context", "the here", "-n", "shop", "--format", "concise"]);
    let said = support::said(&shop);
    assert_eq!(shop.status.code(), Some(1), "{said}");
    assert!(said.contains("error[pdb-blocks-eviction]"), "{said}");
    let seen = requests();
    assert!(seen.iter().any(|line| line.contains("/namespaces/shop/poddisruptionbudgets")), "{seen:?}");
    assert!(seen.iter().all(|line| line.starts_with("GET ")), "{seen:?}");

    let all = kubectl(&["--context=the here", "-A", "--ignore", "pdb-blocks-eviction", "--format", "concise"]);
    assert_eq!(all.status.code(), Some(0), "{}", support::said(&all));
    let seen = requests();
    assert!(seen.iter().any(|line| line.contains("/apis/policy/v1/poddisruptionbudgets?")), "{seen:?}");

    // Nothing there, and not all to be had: neither passes for clean.
    let empty = kubectl(&["--context", "the here", "-n", "empty"]);
    assert_eq!(empty.status.code(), Some(2), "{}", support::said(&empty));
    let forbidden = kubectl(&["--context", "the here", "-n", "forbidden"]);
    assert_eq!(forbidden.status.code(), Some(2), "{}", support::said(&forbidden));
    let unreachable = kubectl(&["--request-timeout", "2s"]);
    assert_eq!(unreachable.status.code(), Some(2), "{}", support::said(&unreachable));
    let unfinished = kubectl(&["--context"]);
    assert_eq!(unfinished.status.code(), Some(2), "{}", support::said(&unfinished));
}
