//! Laws of the house: generated files are fresh, pages are whole, messages read well, modules keep their boundaries.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::engine;
use aiplat_lint::rule::page;
use std::fs;
use std::path::{Path, PathBuf};

fn rule_ids() -> Vec<String> {
    let mut ids: Vec<String> = fs::read_dir(support::root().join("rules"))
        .expect("the rules folder")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("a UTF-8 name"))
        .collect();
    ids.sort();
    ids
}

/// Compares a generated file with what it should be; with `BLESS=1` writes it.
fn bless(path: &Path, expected: &str) {
    let path = support::root().join(path);
    if fs::read_to_string(&path).unwrap_or_default() == expected {
        return;
    }
    assert!(std::env::var_os("BLESS").is_some(), "{} is stale; run BLESS=1 cargo test --test meta", path.display());
    fs::write(&path, expected).expect("the generated file is writable");
}

#[test]
fn the_registry_lists_every_folder() {
    let ids = rule_ids();
    let mut text = String::from(
        "//! GENERATED from the folders of /rules by `BLESS=1 cargo test --test meta`; do not edit.\n\nuse crate::rule::Rule;\n\n",
    );
    for id in &ids {
        text.push_str(&format!("#[path = \"../../rules/{id}/check.rs\"]\nmod {};\n", id.replace('-', "_")));
    }
    text.push_str("\n/// All rules, sorted by id.\npub static RULES: &[Rule] = &[\n");
    for id in &ids {
        text.push_str(&format!(
            "    Rule {{\n        id: \"{id}\",\n        check: {}::CHECK,\n        page: include_str!(\"../../rules/{id}/README.md\"),\n    }},\n",
            id.replace('-', "_")
        ));
    }
    text.push_str("];\n");
    bless(Path::new("src/rules/mod.rs"), &text);
}

#[test]
fn the_table_of_rules_is_fresh() {
    let mut text = String::from(
        "# Rules\n\nGENERATED from the pages by `BLESS=1 cargo test --test meta`; do not edit.\n\n\
         | rule | what it flags | severity | profile | fix |\n|---|---|---|---|---|\n",
    );
    for rule in engine::load_rules() {
        let (id, meta) = (rule.rule.id, &rule.meta);
        text.push_str(&format!(
            "| [{id}]({id}/README.md) | {} | {} | {} | {} |\n",
            meta.summary.replace('|', "\\|"),
            meta.severity,
            meta.profile.as_str(),
            meta.fix.as_str()
        ));
    }
    bless(Path::new("rules/README.md"), &text);
}

/// Editors complete the ids of rules: one line a rule in the schema of the configuration, which is written by hand else.
#[test]
fn the_schema_of_the_configuration_lists_every_rule() {
    let path = Path::new("docs/config.schema.json");
    let text = fs::read_to_string(support::root().join(path)).expect("the schema");
    let (before, rest) = text.split_once("    \"rules\": {\n").expect("the schema has `rules`");
    let (head, rest) = rest.split_once("      \"properties\": {\n").expect("rules are properties");
    let end = rest.find("      }\n").expect("the properties end");
    let rules: Vec<String> = engine::load_rules()
        .iter()
        .map(|rule| {
            let summary = serde_json::Value::from(rule.meta.summary.as_str());
            let id = rule.rule.id;
            format!("        \"{id}\": {{ \"description\": {summary}, \"enum\": [\"off\", \"info\", \"warning\", \"error\"] }}")
        })
        .collect();
    let expected =
        format!("{before}    \"rules\": {{\n{head}      \"properties\": {{\n{}\n{}", rules.join(",\n"), &rest[end..]);
    bless(path, &expected);
}

#[test]
fn every_page_can_be_read_and_names_only_rules_that_exist() {
    let ids = rule_ids();
    for id in &ids {
        let text = fs::read_to_string(support::root().join("rules").join(id).join("README.md")).expect("a page");
        let (meta, body) = page::read(&text).unwrap_or_else(|error| panic!("rules/{id}/README.md: {error:?}"));
        assert!(body.starts_with(&format!("# {id}\n")), "rules/{id}/README.md begins with its id as the title");
        for section in ["## What", "## Why", "## Bad", "## Good", "## How to fix", "## When to turn it off"] {
            assert!(body.lines().any(|line| line == section), "rules/{id}/README.md has no section `{section}`");
        }
        for line in [&meta.summary, &meta.why] {
            assert!(!line.is_empty() && !line.ends_with('.'), "rules/{id}: `{line}` is a line without a final stop");
        }
        for other in &meta.yields_to {
            assert!(ids.contains(other), "rules/{id} yields to {other}, which is no rule");
        }
    }
}

#[test]
fn ids_name_the_problem() {
    for id in rule_ids() {
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id} is kebab-case");
        for prefix in ["no-", "disallow-", "check-"] {
            assert!(!id.starts_with(prefix), "{id} begins with {prefix}");
        }
    }
}

/// Source files below a folder, sorted.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("a readable folder").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    files
}

/// Which module may use which: the arrows of the architecture.
const ARROWS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("globs", &[]),
    ("spelling", &[]),
    ("yaml", &["text"]),
    ("finding", &["text"]),
    ("kubernetes", &["yaml", "text", "finding", "spelling"]),
    ("prometheus", &["kubernetes", "yaml", "text", "spelling"]),
    ("values", &["yaml", "text", "spelling"]),
    ("model", &["prometheus", "kubernetes", "yaml", "text", "finding", "globs", "spelling"]),
    ("config", &["model", "kubernetes", "yaml", "text", "finding", "rule", "globs", "spelling"]),
    ("rule", &["kubernetes", "model", "finding", "values", "yaml"]),
    ("rules", &["rule", "prelude"]),
    ("source", &["yaml", "text", "report", "model", "values", "prometheus", "kubernetes", "globs"]),
    ("provenance", &["values", "source", "finding", "text", "yaml", "kubernetes", "report"]),
    ("merge", &["finding", "report", "source", "text"]),
    ("engine", &["rule", "rules", "model", "finding", "report", "source", "values"]),
    ("report", &["finding", "text", "rule"]),
    ("prelude", &["finding", "kubernetes", "model", "prometheus", "rule", "values", "yaml"]),
    (
        "cli",
        &[
            "config",
            "engine",
            "finding",
            "kubernetes",
            "merge",
            "model",
            "provenance",
            "report",
            "rule",
            "source",
            "spelling",
            "text",
        ],
    ),
];

#[test]
fn modules_use_only_what_the_architecture_allows() {
    let src = support::root().join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&src) {
        let relative = file.strip_prefix(&src).expect("a file of src");
        let module = relative.components().next().expect("a path").as_os_str().to_string_lossy().replace(".rs", "");
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
            assert!(matches!(module.as_str(), "lib" | "main"), "src/{module} has no row in ARROWS");
            continue;
        };
        let text = fs::read_to_string(&file).expect("a source file");
        for used in text.split("crate::").skip(1) {
            let used: String = used.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            // Reporters see the model as plain data only.
            if module == "report"
                && used == "model"
                && !text.replace("crate::model::summary", "").contains("crate::model")
            {
                continue;
            }
            if used != module && !used.is_empty() && !allowed.contains(&used.as_str()) {
                wrong.push(format!("src/{} uses crate::{used}", relative.display()));
            }
        }
    }
    for id in rule_ids() {
        let text = fs::read_to_string(support::root().join("rules").join(&id).join("check.rs")).expect("a check");
        assert!(
            text.starts_with("//! See README.md for what this flags and why.\nuse crate::prelude::*;\n"),
            "rules/{id}/check.rs"
        );
        for used in text.split("crate::").skip(1) {
            if !used.starts_with("prelude") {
                wrong.push(format!("rules/{id}/check.rs uses crate::{}", used.lines().next().unwrap_or("")));
            }
        }
    }
    assert!(wrong.is_empty(), "forbidden arrows:\n{}", wrong.join("\n"));
}

/// Only `source` reads files and starts programs; `cli` writes what the reporters made.
#[test]
fn files_and_programs_are_the_matter_of_source() {
    let src = support::root().join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&src) {
        let name = file.strip_prefix(&src).expect("a file of src").display().to_string();
        let text = fs::read_to_string(&file).expect("a source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let touches = ["std::fs::", "process::Command", "File::open"].iter().any(|word| code.contains(word));
        if touches && !name.starts_with("source/") && name != "cli/check.rs" && !name.contains("test") {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?} read files or start programs");
}
