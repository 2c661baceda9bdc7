//! The charts in the configuration: how each is rendered.

use super::reader::{Reader, below};
use crate::kubernetes::names::{is_dns1123_label, is_dns1123_subdomain};
use crate::model::environment::DeclaredChart;
use crate::text::Span;
use crate::yaml::NodeRef;
use std::path::PathBuf;

impl Reader {
    pub(super) fn charts(&mut self, node: NodeRef<'_>) -> Vec<DeclaredChart> {
        let entries = self.entries(node, "charts");
        entries.into_iter().map(|(folder, span, value)| self.chart(&folder, span, value)).collect()
    }

    fn chart(&mut self, folder: &str, span: Span, node: NodeRef<'_>) -> DeclaredChart {
        let path = below("charts", folder);
        if let Some(wrong) = wrong_path(folder) {
            self.wrong(
                span,
                format!("`{folder}` is no chart of this repository: {wrong}"),
                "write the folder of its Chart.yaml",
            );
        }
        let mut chart = DeclaredChart { folder: PathBuf::from(folder), ..DeclaredChart::default() };
        for (key, value) in self.fields(node, "charts.*") {
            let path = below(&path, key);
            match key {
                "release" => chart.release = self.name(value, &path, is_dns1123_subdomain),
                "namespace" => chart.namespace = self.name(value, &path, is_dns1123_label),
                "environments" => chart.environments = self.chart_environments(value, &path),
                _ => {}
            }
        }
        chart
    }

    fn name(&mut self, node: NodeRef<'_>, path: &str, fits: fn(&str) -> bool) -> Option<String> {
        let name = self.text(node, path)?;
        if !fits(&name) {
            let help = "write lower-case letters, digits and `-`";
            self.wrong(node.span(), format!("`{path}` cannot be `{name}`"), help);
        }
        Some(name)
    }

    fn chart_environments(&mut self, node: NodeRef<'_>, path: &str) -> Vec<(String, Vec<PathBuf>)> {
        let mut environments = Vec::new();
        for (name, _, value) in self.entries(node, path) {
            let mut values = Vec::new();
            let path = below(path, &name);
            for (key, value) in self.fields(value, "charts.*.environments.*") {
                if key == "values" {
                    values = self.files(value, &below(&path, key));
                }
            }
            environments.push((name, values));
        }
        environments
    }

    /// Files, relative to the chart and not as globs: their order counts.
    fn files(&mut self, node: NodeRef<'_>, path: &str) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for item in self.items(node, path) {
            let Some(file) = self.text(item, path) else { continue };
            if let Some(wrong) =
                wrong_path(&file).or(file.contains('*').then_some("their order counts, so they are named one by one"))
            {
                self.wrong(
                    item.span(),
                    format!("`{file}` is no values file: {wrong}"),
                    "write it as seen from the chart's folder",
                );
            }
            files.push(PathBuf::from(file));
        }
        files
    }
}

fn wrong_path(path: &str) -> Option<&'static str> {
    if path.starts_with('/') {
        return Some("paths begin with no `/`");
    }
    path.contains('\\').then_some("paths are written with `/`")
}
