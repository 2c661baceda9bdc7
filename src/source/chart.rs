//! Charts: finding the one that a path belongs to, and turning its renders into builds.

use crate::kubernetes::version::KubeVersion;
use crate::kubernetes::{api_versions, schema};
use crate::model::build::{Build, BuildOptions};
use crate::report::{Diagnostic, Gravity};
use crate::source::environments::{self, ChartEnvironment};
use crate::source::paths::{absolute, relative};
use crate::source::refusal::{self, Refusal};
use crate::source::render::{RenderError, RenderRequest, Renderer};
use crate::source::{Input, Options, display_name, read_text};
use crate::text::{Source, SourceId};
use crate::values::chart::ChartMetadata;
use crate::yaml::{self, Document};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A chart that was rendered in one environment, and how, so that it can be rendered again.
#[derive(Debug, Clone)]
pub struct RenderedChart {
    /// Index of its build.
    pub build: usize,
    /// The chart's folder.
    pub folder: PathBuf,
    /// The environment.
    pub environment: String,
    /// How it was rendered.
    pub request: RenderRequest,
    /// What came of it.
    pub text: Arc<str>,
    /// The texts it was cut into, each with its first byte in the whole.
    pub pieces: Vec<(SourceId, usize)>,
}

/// Which environments of a chart are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// All of them: the chart was named, or something in it that takes part in each.
    pub(super) all: bool,
    /// Something else than values was named, which only a render can judge.
    pub(super) beyond_values: bool,
    /// Those that have one of these values files.
    pub(super) files: BTreeSet<PathBuf>,
}

/// The charts of a run, by their absolute folders.
pub(super) type Scopes = BTreeMap<PathBuf, Scope>;

/// One render that is to be done.
struct Job {
    name: String,
    folder: PathBuf,
    environment: ChartEnvironment,
    /// The namespace that somebody named.
    namespace: Option<String>,
    request: RenderRequest,
}

/// The chart that a path belongs to: the outermost, because a subchart is rendered by its parent.
pub(super) fn owner(path: &Path) -> Option<PathBuf> {
    let path = absolute(path);
    let mut chart = path.ancestors().skip(1).take(10).find(|folder| is_chart(folder))?;
    while let Some(parent) = parent_chart(chart) {
        chart = parent;
    }
    Some(chart.to_owned())
}

/// Whether a folder is a chart.
pub(super) fn is_chart(folder: &Path) -> bool {
    folder.join("Chart.yaml").is_file()
}

/// The chart in whose `charts` folder this one stands.
fn parent_chart(chart: &Path) -> Option<&Path> {
    let charts = chart.parent()?;
    let parent = charts.parent()?;
    (charts.file_name()? == "charts" && is_chart(parent)).then_some(parent)
}

/// The chart that a folder inside one stands for, as `templates` does; a folder of a chart that holds other things is
/// just a folder.
pub(super) fn stands_for(folder: &Path) -> Option<PathBuf> {
    let folder = absolute(folder);
    if is_chart(&folder) {
        return Some(folder);
    }
    let owner = owner(&folder)?;
    let first = folder.strip_prefix(&owner).ok()?.components().next()?;
    ["templates", "charts", "crds"].iter().any(|part| first.as_os_str() == *part).then_some(owner)
}

impl Input {
    /// Renders charts, each environment into a build of its own.
    pub(super) fn render_charts(&mut self, options: &Options, scopes: &Scopes, renderer: &dyn Renderer) {
        let jobs: Vec<Job> = scopes.iter().flat_map(|(folder, scope)| self.jobs(options, folder, scope)).collect();
        self.judge_environment(options, &jobs);
        let rendered: Vec<_> = jobs.par_iter().map(|job| renderer.render(&job.request)).collect();
        let mut absent = false;
        let mut refusals: Vec<Refusal> = Vec::new();
        for (job, outcome) in jobs.into_iter().zip(rendered) {
            match outcome {
                Ok(text) => self.add_render(options, job, &text),
                // One program is missing, however many charts wait for it.
                Err(RenderError::Absent { program }) if !absent => {
                    absent = true;
                    self.diagnostics.push(refusal::absent(
                        &program,
                        &display_name(&job.folder),
                        options.values_only(scopes),
                    ));
                }
                Err(RenderError::Absent { .. }) => {}
                // What is wrong with a chart in each environment is told once.
                Err(error) => {
                    match refusals.iter_mut().find(|known| known.folder == job.folder && known.error == error) {
                        Some(known) => known.environments.push(job.environment.name),
                        None => {
                            let environments = vec![job.environment.name];
                            refusals.push(Refusal { folder: job.folder, environments, error });
                        }
                    }
                }
            }
        }
        for refusal in refusals {
            let is_alone = !self.charts.iter().any(|chart| chart.folder == refusal.folder);
            let diagnostic = refusal.explain(is_alone, self);
            self.diagnostics.push(diagnostic);
        }
        self.judge_renders();
    }

    /// A name that no chart has for an environment would turn the rules for production off without a word.
    fn judge_environment(&mut self, options: &Options, jobs: &[Job]) {
        let Some(name) = options.environment_name().filter(|name| !matches!(*name, "none" | "production")) else {
            return;
        };
        let is_declared = options.environments.iter().any(|environment| environment.name == name);
        if jobs.is_empty() || is_declared || jobs.iter().any(|job| job.environment.name == name) {
            return;
        }
        let known: BTreeSet<&str> = jobs.iter().map(|job| job.environment.name.as_str()).collect();
        let known = known.into_iter().chain(["production", "none"]).collect::<Vec<_>>().join(", ");
        self.fail(
            format!("--environment {name}: neither the configuration nor a chart has such an environment"),
            Some(format!("name one of {known}")),
        );
    }

    /// A chart that renders nothing in any environment must not pass for clean.
    fn judge_renders(&mut self) {
        let mut objects: BTreeMap<&Path, usize> = BTreeMap::new();
        for chart in &self.charts {
            let build = self.builds.get(chart.build);
            *objects.entry(&chart.folder).or_default() += build.map_or(0, |build| build.documents.len());
        }
        let empty = objects.into_iter().filter(|(_, count)| *count == 0).map(|(folder, _)| display_name(folder));
        for chart in empty.collect::<Vec<_>>() {
            let help = "name the values that switch something on with -f or --set";
            self.fail(format!("no Kubernetes object in what the chart {chart} renders"), Some(help.to_owned()));
        }
    }

    /// What is to be rendered of a chart.
    fn jobs(&mut self, options: &Options, folder: &Path, scope: &Scope) -> Vec<Job> {
        let shown = paths_shown(folder);
        let Some(metadata) = self.chart_metadata(folder, &shown) else { return Vec::new() };
        if metadata.library {
            self.note(format!(
                "{shown} is a library chart: it renders nothing by itself, so the charts that use it are linted"
            ));
            return Vec::new();
        }
        let configured = options.charts.iter().find(|chart| absolute(&options.folder().join(&chart.folder)) == *folder);
        let release = options.release.clone().or_else(|| configured.and_then(|chart| chart.release.clone()));
        let namespace = options.namespace.clone().or_else(|| configured.and_then(|chart| chart.namespace.clone()));
        let environments = self.environments(options, Path::new(&shown), scope);
        let names: Vec<&str> = environments.iter().map(|environment| environment.name.as_str()).collect();
        self.detail(format!("{shown} is a chart: rendered as {}", names.join(", ")));
        environments
            .into_iter()
            .map(|environment| {
                let request = RenderRequest {
                    chart: folder.to_owned(),
                    release: release.clone().unwrap_or_else(|| release_name(&metadata.name)),
                    namespace: namespace.clone().unwrap_or_else(|| "default".to_owned()),
                    values: environment.values.iter().map(|file| absolute(file)).collect(),
                    sets: options.sets.clone(),
                    kube_version: options.kube_version,
                    api_versions: api_versions(options.kube_version, &options.api_versions),
                };
                let name = format!("{shown} ({})", environment.name);
                Job { name, folder: PathBuf::from(&shown), environment, namespace: namespace.clone(), request }
            })
            .collect()
    }

    /// What a chart says of itself; where that cannot be read, it is told.
    fn chart_metadata(&mut self, folder: &Path, shown: &str) -> Option<ChartMetadata> {
        let path = folder.join("Chart.yaml");
        let text = match read_text(&path) {
            Ok(text) => text,
            Err((message, help)) => {
                self.fail(format!("the chart {shown} is not rendered: its Chart.yaml cannot be read: {message}"), help);
                return None;
            }
        };
        let id = self.sources.add(Source::new(paths_shown(&path), Arc::clone(&text)));
        let document = yaml::parse(id, &text).into_iter().next();
        if let Some(metadata) = document.as_ref().and_then(Document::root).map(|root| ChartMetadata::read(root, None)) {
            return Some(metadata);
        }
        let problem = document.as_ref().and_then(|document| document.problems().first());
        let why = problem.map_or("it is empty", |problem| problem.message.as_str());
        self.diagnostics.push(Diagnostic {
            gravity: Gravity::Failure,
            message: format!("the chart {shown} is not rendered: its Chart.yaml does not parse: {why}"),
            help: None,
            place: problem.map(|problem| (id, problem.span)),
        });
        None
    }

    /// The environments of a chart that are asked for: those of the command line, of the configuration, or the ones that
    /// the names of its files tell.
    fn environments(&self, options: &Options, chart: &Path, scope: &Scope) -> Vec<ChartEnvironment> {
        let known = match declared(options, chart) {
            Some(declared) if !options.values.is_empty() => return declared,
            Some(declared) => declared,
            None => environments::detect(chart),
        };
        let named: Vec<_> =
            known.iter().filter(|one| Some(one.name.as_str()) == options.environment_name()).cloned().collect();
        let known = if named.is_empty() { known } else { named };
        if scope.all {
            return known;
        }
        let touched = |environment: &ChartEnvironment| {
            environment.values.iter().any(|file| scope.files.contains(&absolute(file)))
        };
        let chosen: Vec<_> = known.iter().filter(|environment| touched(environment)).cloned().collect();
        // A values file that no environment has may still be one: it is rendered on top of the chart's own.
        let rest = scope.files.iter().filter(|file| {
            !known.iter().any(|environment| environment.values.iter().any(|other| absolute(other) == **file))
        });
        let rest: Vec<_> = rest
            .map(|file| {
                let file = PathBuf::from(paths_shown(file));
                ChartEnvironment {
                    name: names_of(std::slice::from_ref(&file)),
                    values: environments::layers(&file, chart),
                }
            })
            .collect();
        chosen.into_iter().chain(rest).collect()
    }

    fn add_render(&mut self, options: &Options, job: Job, text: &str) {
        let text: Arc<str> = Arc::from(text);
        let build = self.builds.len();
        let mut pieces = Vec::new();
        let mut documents = Vec::new();
        for (start, piece) in cut(&text) {
            let origin = origin(piece).map(|origin| template_of(&job.folder, origin));
            let name = match &origin {
                Some(template) => format!("{template} (rendered, {})", job.environment.name),
                None => job.name.clone(),
            };
            let mut source = Source::new(name, piece);
            source.made_from = Some(origin.unwrap_or_else(|| format!("{}/Chart.yaml", display_name(&job.folder))));
            let piece = Arc::clone(&source.text);
            let id = self.sources.add(source);
            pieces.push((id, start));
            documents.extend(yaml::parse(id, &piece).into_iter().map(Arc::new));
        }
        let folder = options.folder();
        let own = job.folder.join("values.yaml");
        let layers: Vec<String> =
            job.environment.values.iter().rev().chain([&own]).map(|file| relative(file, &folder)).collect();
        let base = options.build(job.name, true, BTreeMap::new());
        let production = base.production.of_values(&layers);
        let unnamed_namespace = job.namespace.is_none().then(|| job.request.namespace.clone());
        let (namespace, base) = (job.namespace, BuildOptions { production, unnamed_namespace, ..base });
        self.builds.push(Build::new(BuildOptions { namespace, ..base }, documents));
        self.charts.push(RenderedChart {
            build,
            folder: job.folder,
            environment: job.environment.name,
            request: job.request,
            text,
            pieces,
        });
    }
}

/// The environments of charts that the command line or the configuration lists, for the charts in scope.
pub(super) fn declared_environments(options: &Options, scopes: &Scopes) -> Vec<(PathBuf, ChartEnvironment)> {
    let of_chart = |chart: &PathBuf| {
        let declared = declared(options, Path::new(&paths_shown(chart))).into_iter().flatten();
        declared.map(|environment| (chart.clone(), environment)).collect::<Vec<_>>()
    };
    scopes.keys().flat_map(of_chart).collect()
}

/// What the command line makes the one environment of a chart, or the configuration lists.
fn declared(options: &Options, chart: &Path) -> Option<Vec<ChartEnvironment>> {
    if !options.values.is_empty() {
        return Some(vec![ChartEnvironment { name: names_of(&options.values), values: options.values.clone() }]);
    }
    let configured = options.charts.iter().find(|other| {
        absolute(&options.folder().join(&other.folder)) == absolute(chart) && !other.environments.is_empty()
    })?;
    let listed = configured.environments.iter();
    let environment = |(name, files): &(String, Vec<PathBuf>)| ChartEnvironment {
        name: name.clone(),
        values: above_own(chart, files),
    };
    Some(listed.map(environment).collect())
}

impl Options {
    /// Whether only values files were named, for which the rules on values are there without a render.
    fn values_only(&self, scopes: &Scopes) -> bool {
        scopes.values().all(|scope| !scope.beyond_values)
    }
}

/// A path below the working directory as people write it.
#[must_use]
pub fn paths_shown(path: &Path) -> String {
    let shown = relative(path, &absolute(Path::new(".")));
    if shown.is_empty() { ".".to_owned() } else { shown }
}

/// Files of an environment without the chart's own, which helm takes by itself.
fn above_own(chart: &Path, files: &[PathBuf]) -> Vec<PathBuf> {
    let own = absolute(&chart.join("values.yaml"));
    files.iter().map(|file| chart.join(file)).filter(|file| absolute(file) != own).collect()
}

fn names_of(files: &[PathBuf]) -> String {
    let names = files.iter().map(|file| file.file_name().unwrap_or_default().to_string_lossy());
    names.collect::<Vec<_>>().join(" + ")
}

/// Helm's limit on names of releases is that of labels less what charts append.
fn release_name(chart: &str) -> String {
    chart.chars().take(53).collect::<String>().trim_end_matches(['-', '.']).to_owned()
}

/// What charts ask `.Capabilities.APIVersions` for: the kinds that Kubernetes serves, of which helm knows the versions
/// alone, the custom resources that are judged, and what the user names.
fn api_versions(release: KubeVersion, named: &[String]) -> Vec<String> {
    let mut versions: BTreeSet<String> = api_versions::served(release).collect();
    for kind in schema::custom_kinds() {
        versions.insert(kind.to_owned());
        versions.extend(kind.rsplit_once('/').map(|(version, _)| version.to_owned()));
    }
    versions.extend(named.iter().cloned());
    versions.into_iter().collect()
}

/// Cuts a render where the origin changes; each piece with its first byte.
fn cut(text: &str) -> Vec<(usize, &str)> {
    let mut starts = vec![0];
    let mut last = None;
    for (at, _) in text.match_indices("---\n# Source: ") {
        let line_begins = at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
        let here = text.get(at..).and_then(origin);
        if line_begins && last != here {
            if last.is_some() {
                starts.push(at);
            }
            last = here;
        }
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| Some((*start, text.get(*start..end)?))).collect()
}

/// The template that a piece comes from, as helm names it.
fn origin(piece: &str) -> Option<&str> {
    piece.lines().find_map(|line| line.strip_prefix("# Source: ")).map(str::trim_end)
}

/// The file of `demo/templates/a.yaml`, as people write it.
fn template_of(chart: &Path, origin: &str) -> String {
    let inside = origin.split_once('/').map_or(origin, |(_, inside)| inside);
    display_name(&chart.join(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_render_is_cut_where_the_origin_changes() {
        let text = "---\n# Source: a/templates/one.yaml\na: 1\n---\n# Source: a/templates/one.yaml\nb: |\n  x\n  ---\n  # Source: no\n---\n# Source: a/templates/two.yaml\nc: 1\n";
        let pieces = cut(text);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces.iter().map(|(_, piece)| *piece).collect::<String>(), text);
        assert!(pieces[1].1.starts_with("---\n# Source: a/templates/two.yaml"));
        assert_eq!(pieces[1].0, text.find("---\n# Source: a/templates/two").expect("it is there"));
        assert_eq!(template_of(Path::new("helm/a"), "a/charts/b/templates/x.yaml"), "helm/a/charts/b/templates/x.yaml");
    }
}
