//! The wheel: built as `pip` would ask for it (without optimisation), installed into a clean virtual environment, and run.
//! Without Python or a package index the test says so and passes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use std::process::Command;
use support::python;

#[test]
fn the_wheel_installs_the_tool() {
    let Some(maturin) = python::tool("maturin", "1.16.0") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let wheels = folder.path().join("wheels");
    let mut build = Command::new(maturin);
    build.args(["build", "--locked", "--profile", "dev", "--out"]).arg(&wheels).current_dir(support::root());
    python::run(&mut build).unwrap_or_else(|message| panic!("no wheel: {message}"));
    let found: Vec<_> = std::fs::read_dir(&wheels).expect("a folder").flatten().map(|entry| entry.path()).collect();
    let [wheel] = found.as_slice() else { panic!("one wheel, not {found:?}") };

    let clean = folder.path().join("clean");
    python::environment(&clean).unwrap_or_else(|message| panic!("no environment: {message}"));
    let mut install = Command::new(clean.join("bin/python"));
    install.args(["-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]).arg(wheel);
    python::run(&mut install).unwrap_or_else(|message| panic!("the wheel cannot be installed: {message}"));

    let run = |arguments: &[&str]| {
        let mut command = Command::new(clean.join("bin/aiplat-lint"));
        command.args(arguments).current_dir(support::root()).output().expect("the installed program runs")
    };
    assert_eq!(support::said(&run(&["--version"])), format!("aiplat-lint {}\n", env!("CARGO_PKG_VERSION")));
    let rendered = "fixtures/charts/ai-platform/rendered";
    assert_eq!(run(&["check", &format!("{rendered}/prod.yaml")]).status.code(), Some(0));
    let broken = run(&["check", &format!("{rendered}/broken-min-replicas-two.yaml")]);
    assert_eq!(broken.status.code(), Some(1), "{}", support::said(&broken));
}
