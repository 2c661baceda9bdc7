//! Values files: which of them go together, and what is known of their chart.

use crate::source::chart::{self, Scopes, paths_shown};
use crate::source::classify::Class;
use crate::source::{Input, Loaded, Options, display_name, environments, paths, read_text, subcharts};
use crate::text::Source;
use crate::values::ValuesFile;
use crate::yaml::{self, Document};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Input {
    /// Values rules with a rendered twin leave charts that were rendered to it.
    pub(super) fn mark_rendered(&mut self) {
        let rendered: BTreeSet<PathBuf> = self.charts.iter().map(|chart| paths::absolute(&chart.folder)).collect();
        for values in &mut self.values {
            values.rendered = rendered.contains(&values.chart_folder);
        }
    }

    /// Each values file over the files it is meant for: the chart's defaults, and those its first comment names
    /// (`# aiplat-lint: layers values-prod.yaml`). A file that another one overlays is judged through that one only
    /// where it is the chart's defaults. Where the command line or the configuration says which files go together, those
    /// do and no others.
    pub(super) fn read_values(&mut self, loaded: &[Loaded], options: &Options, scopes: &Scopes) {
        let mut trees = subcharts::Trees::default();
        let mut said = BTreeSet::new();
        for (chart, environment) in chart::declared_environments(options, scopes) {
            said.insert(chart.clone());
            let own = paths_shown(&chart.join("values.yaml"));
            let files = [PathBuf::from(own)].into_iter().chain(environment.values).collect();
            self.push_values(files, Path::new(&paths_shown(&chart)), (loaded, options), &mut trees);
        }
        let overlays: Vec<(&Loaded, PathBuf)> = loaded
            .iter()
            .filter_map(|file| match &file.class {
                Class::Values { chart } => Some((file, chart.clone())),
                _ => None,
            })
            .map(|(file, chart)| (file, chart.or_else(|| file.path.parent().map(Path::to_owned)).unwrap_or_default()))
            .filter(|(_, folder)| !said.contains(&paths::absolute(folder)))
            .collect();
        for (file, folder) in &overlays {
            let own = folder.join("values.yaml");
            let overlaid = |(other, theirs): &(&Loaded, PathBuf)| theirs == folder && other.path != file.path;
            if own == file.path && overlays.iter().any(overlaid) {
                continue;
            }
            let mut files = environments::layers(&file.path, folder);
            if own != file.path {
                files.insert(0, own);
            }
            self.push_values(files, folder, (loaded, options), &mut trees);
        }
    }

    /// Judges values files, the lowest first, as those of the chart in a folder.
    fn push_values(
        &mut self,
        files: Vec<PathBuf>,
        chart: &Path,
        (loaded, options): (&[Loaded], &Options),
        trees: &mut subcharts::Trees,
    ) {
        let folder = options.folder();
        let mut paths = Vec::new();
        let mut layers = Vec::new();
        for file in &files {
            let Some(layer) = self.read_layer(loaded, file) else { continue };
            layers.push(layer);
            paths.insert(0, paths::relative(file, &folder));
        }
        let Some(top) = files.last().filter(|_| !layers.is_empty()) else { return };
        let own = chart.join("values.yaml");
        let has_own = layers.first().is_some_and(|(name, _)| *name == display_name(&own));
        let tree = if self.templates.is_empty() {
            trees.get(self, loaded, chart)
        } else {
            Some(Arc::new(subcharts::chart_of_texts(&self.templates)))
        };
        let (names, documents): (Vec<_>, Vec<_>) = layers.into_iter().unzip();
        let mut values = ValuesFile::new(documents, options.production().covers_values(&paths), names);
        if let Some(tree) = tree {
            values = values.of_chart(tree, has_own, *top != own);
        }
        values.singletons = options.singletons.iter().map(|singleton| singleton.name().to_owned()).collect();
        values.chart_folder = paths::absolute(chart);
        self.values.push(values);
    }

    pub(super) fn read_layer(&mut self, loaded: &[Loaded], path: &Path) -> Option<(String, Arc<Document>)> {
        if let Some(loaded) = loaded.iter().find(|other| other.path == path) {
            return loaded.documents.first().map(|document| (loaded.name.clone(), Arc::clone(document)));
        }
        let text = path.is_file().then(|| read_text(path).ok()).flatten()?;
        let name = display_name(path);
        let id = self.sources.add(Source::new(name.clone(), Arc::clone(&text)));
        let document = yaml::parse(id, &text).into_iter().next()?;
        Some((name, Arc::new(document)))
    }
}
