//! What it takes to have a chart rendered. Who renders is behind a trait: the user's helm, or a test.

use crate::kubernetes::version::KubeVersion;
use std::path::{Path, PathBuf};

/// One render that is asked for.
#[derive(Debug, Clone)]
pub struct RenderRequest {
    /// The chart's folder.
    pub chart: PathBuf,
    /// Name of the release.
    pub release: String,
    /// Its namespace.
    pub namespace: String,
    /// Values files on top of the chart's own, the lowest first.
    pub values: Vec<PathBuf>,
    /// Values on top of those, as on helm's command line.
    pub sets: Vec<SetArgument>,
    /// Kubernetes version that the chart is told.
    pub kube_version: KubeVersion,
    /// API versions that the chart is told of, beside Kubernetes' own.
    pub api_versions: Vec<String>,
}

/// A value from the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetArgument {
    /// The flag with its dashes: `--set`, `--set-string`, `--set-json` or `--set-file`.
    pub flag: &'static str,
    /// Its argument, `a.b=c`.
    pub argument: String,
}

/// Why a chart was not rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenderError {
    /// There is no program to render it. User error.
    Absent {
        /// The program that was tried.
        program: String,
    },
    /// The program is too old to be used. User error.
    TooOld {
        /// The version it gave.
        version: String,
    },
    /// The program refused; its message, without colours. User error.
    Refused(String),
    /// The program gave no end, or more output than a render can have, and was stopped. User error.
    Stopped(String),
}

/// Something that makes manifests of charts and kustomizations.
pub trait Renderer: Sync {
    /// Renders a chart, as `helm template` does: documents apart by `---`, each with a `# Source:` comment.
    ///
    /// # Errors
    /// Why it was not rendered.
    fn render(&self, request: &RenderRequest) -> Result<String, RenderError>;

    /// Builds the kustomization of a folder, as `kustomize build` does.
    ///
    /// # Errors
    /// Why it was not built.
    fn build(&self, folder: &Path) -> Result<String, RenderError>;
}

impl RenderRequest {
    /// The same request for another folder.
    #[must_use]
    pub fn of_chart(&self, chart: &Path) -> Self {
        Self { chart: chart.to_owned(), ..self.clone() }
    }

    /// The same request with one more values file on top.
    #[must_use]
    pub fn with_values(&self, file: &Path) -> Self {
        let mut request = self.clone();
        request.values.push(file.to_owned());
        request
    }
}
