//! What a run is asked to read, and what it knows before it has read anything.

use crate::globs::PathGlobs;
use crate::kubernetes::version::KubeVersion;
use crate::model::build::BuildOptions;
use crate::model::cluster::{Cluster, Singleton};
use crate::model::environment::{DeclaredChart, DeclaredEnvironment, Production};
use crate::source::paths;
use crate::source::render::SetArgument;
use crate::text::SourceId;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which builds count as production.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Environment {
    /// The environments that are declared decide, else names of values files, folders and namespaces.
    #[default]
    Detect,
    /// All of them.
    Production(String),
    /// None of them.
    Other(String),
}

/// What to read and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Files, directories, or `-` for standard input.
    pub paths: Vec<PathBuf>,
    /// Namespace of objects that name none.
    pub namespace: Option<String>,
    /// Which builds are production.
    pub environment: Environment,
    /// Treat every build as complete.
    pub complete: bool,
    /// Adapter configurations that stand outside the builds.
    pub adapter_configs: Vec<PathBuf>,
    /// Kubernetes version to judge by.
    pub kube_version: KubeVersion,
    /// What the configuration says of the cluster.
    pub cluster: Cluster,
    /// Workloads that the configuration declares to run once.
    pub singletons: Vec<Singleton>,
    /// Environments that the configuration declares.
    pub environments: Arc<[DeclaredEnvironment]>,
    /// What is left out of folders.
    pub exclude: PathGlobs,
    /// Leave that out even where it is named.
    pub force_exclude: bool,
    /// Values files on top of a chart's own, instead of the environments that it has.
    pub values: Vec<PathBuf>,
    /// Values from the command line, on top of those.
    pub sets: Vec<SetArgument>,
    /// Name of the release of charts.
    pub release: Option<String>,
    /// API versions that charts are told of, beside those that are known.
    pub api_versions: Vec<String>,
    /// What the configuration says of charts.
    pub charts: Vec<DeclaredChart>,
    /// The configuration's folder, to which paths are relative; by default the working directory.
    pub folder: Option<PathBuf>,
}

impl Options {
    pub(super) fn production(&self) -> Production {
        match self.environment {
            Environment::Production(_) => Production::Everything,
            Environment::Other(_) => Production::Nothing,
            Environment::Detect => Production::Detect(Arc::clone(&self.environments)),
        }
    }

    /// The environment that was named on the command line.
    pub(super) fn environment_name(&self) -> Option<&str> {
        match &self.environment {
            Environment::Production(name) | Environment::Other(name) => Some(name),
            Environment::Detect => None,
        }
    }

    /// The folder that paths of the configuration are relative to.
    pub(super) fn folder(&self) -> PathBuf {
        paths::absolute(self.folder.as_deref().unwrap_or(Path::new(".")))
    }

    /// What is known of a build beside its texts.
    pub(super) fn build(&self, name: String, complete: bool, paths: BTreeMap<SourceId, String>) -> BuildOptions {
        BuildOptions {
            name,
            complete: self.complete || complete,
            production: self.production(),
            paths,
            namespace: self.namespace.clone(),
            unnamed_namespace: None,
            kube_version: self.kube_version,
            cluster: self.cluster.clone(),
            singletons: self.singletons.clone(),
        }
    }
}
