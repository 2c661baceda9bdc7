//! `aiplat-lint check`: the main job.

use crate::cli::configuration::{self, Found};
use crate::cli::{EXIT_FAILURE, EXIT_FINDINGS, complain, did_you_mean};
use crate::config::{self, Config, FailOn};
use crate::engine::{self, Selection};
use crate::finding::Severity;
use crate::kubernetes::version::KubeVersion;
use crate::merge;
use crate::provenance;
use crate::report::{self, Gravity, RenderOptions, Report, github_summary};
use crate::rule::meta::Profile;
use crate::source::render::SetArgument;
use crate::source::{Environment, Input, Options, Programs};
use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Instant;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Files, directories, charts, or `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Output format, optionally into a file: human, concise, json, sarif, github, gitlab, junit,
    /// html (repeatable)
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "human")]
    format: Vec<Output>,
    /// Configuration file; by default the nearest `.aiplat-lint.yaml` above the paths
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Lowest severity that makes the exit code 1 [default: error]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on())]
    fail_on: Option<FailOn>,
    /// Run only these rules (repeatable, or separated by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave these rules out (repeatable, or separated by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Switch on the rules of a profile for every build
    #[arg(long, value_name = "PROFILE")]
    profile: Option<ProfileArgument>,
    /// Take everything as this environment of the configuration, as `production`, or as `none`; by default names of
    /// files, folders and namespaces decide
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Namespace of objects that name none, and of the release of charts
    #[arg(long, value_name = "NAMESPACE")]
    namespace: Option<String>,
    #[command(flatten)]
    chart: ChartArguments,
    /// Prometheus adapter rules that stand outside the input: a ConfigMap, a bare configuration, or Helm values
    #[arg(long, value_name = "FILE")]
    adapter_config: Vec<PathBuf>,
    /// Kubernetes version to judge by, such as 1.34; by default the newest that is known
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<KubeVersion>,
    /// Leave out what the configuration excludes even where it is named
    #[arg(long)]
    force_exclude: bool,
    /// Treat every build as complete, so that a missing object is a finding
    #[arg(long)]
    complete: bool,
    /// Say what was left alone and why
    #[arg(short, long)]
    verbose: bool,
    /// Say nothing but the findings
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Number of threads; by default one per core
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

/// How charts are rendered.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Charts")]
struct ChartArguments {
    /// Values file on top of the chart's own, the later the higher (repeatable); by default each overlay is rendered
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    values: Vec<PathBuf>,
    /// Value on top of those files, as helm takes it (repeatable)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The same, as text (repeatable)
    #[arg(long, value_name = "KEY=TEXT")]
    set_string: Vec<String>,
    /// The same, as JSON (repeatable)
    #[arg(long, value_name = "KEY=JSON")]
    set_json: Vec<String>,
    /// The same, from a file (repeatable)
    #[arg(long, value_name = "KEY=FILE")]
    set_file: Vec<String>,
    /// Name of the release; by default the chart's
    #[arg(long, value_name = "NAME")]
    release: Option<String>,
    /// API version that the chart may ask for, beside those that this tool knows (repeatable)
    #[arg(long, value_name = "GROUP/VERSION[/KIND]", value_delimiter = ',')]
    api_versions: Vec<String>,
    /// Point at rendered manifests instead of looking for the template and the values that led to them
    #[arg(long)]
    no_provenance: bool,
}

impl ChartArguments {
    fn sets(&self) -> Vec<SetArgument> {
        let flags = [
            ("--set-json", &self.set_json),
            ("--set", &self.set),
            ("--set-string", &self.set_string),
            ("--set-file", &self.set_file),
        ];
        let sets = flags.into_iter().flat_map(|(flag, arguments)| {
            arguments.iter().map(move |argument| SetArgument { flag, argument: argument.clone() })
        });
        sets.collect()
    }
}

fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(FailOn::WORDS)
        .try_map(|word| FailOn::from_word(&word).ok_or_else(|| format!("`{word}` is no severity")))
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ProfileArgument {
    Default,
    Production,
    Strict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Concise,
    Json,
    Sarif,
    Github,
    Gitlab,
    Junit,
    Html,
}

impl From<ProfileArgument> for Profile {
    fn from(argument: ProfileArgument) -> Self {
        match argument {
            ProfileArgument::Default => Self::Default,
            ProfileArgument::Production => Self::Production,
            ProfileArgument::Strict => Self::Strict,
        }
    }
}

/// A format and where it goes; standard output without a file.
#[derive(Debug, Clone)]
struct Output {
    format: Format,
    file: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = Format::from_str(name, false).map_err(|_| {
            let known = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let known: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
            format!("`{name}` is no format; known are {}", known.join(", "))
        })?;
        Ok(Self { format, file })
    }
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let started = Instant::now();
    if let Err(message) = check_rule_names(arguments).and_then(|()| check_outputs(arguments)) {
        complain(&format!("error: {message}"));
        return ExitCode::from(EXIT_FAILURE);
    }
    if let Some(jobs) = arguments.jobs {
        // Fails only when a pool exists already, and none does this early.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
    }
    let (config, mut notes) = match configuration::load(arguments.config.as_deref(), &arguments.paths) {
        Ok(loaded) => loaded,
        // Nothing is linted by a configuration that cannot be followed.
        Err(report) => return finish(&report, arguments, true, FailOn::Never),
    };
    let options = match options(arguments, &config) {
        Ok(options) => options,
        Err(message) => {
            complain(&format!("error: {message}"));
            return ExitCode::from(EXIT_FAILURE);
        }
    };
    let programs = Programs::default();
    let mut input = Input::read(&options, &programs);
    input.diagnostics.append(&mut notes);
    let charts = std::mem::take(&mut input.charts);
    let kustomizations = std::mem::take(&mut input.kustomizations);
    let mut report = engine::run(
        input,
        &Selection {
            select: arguments.select.clone(),
            ignore: arguments.ignore.clone(),
            profile: arguments.profile.map(Profile::from).or(config.config.profile),
            severities: config.config.severities,
            describe: arguments.format.iter().any(|output| output.format == Format::Html),
        },
    );
    if !arguments.chart.no_provenance {
        provenance::trace(&mut report, &charts, &programs);
        provenance::trace_kustomizations(&mut report, &kustomizations);
    }
    merge::environments(&mut report, &charts);
    report.stats.elapsed = started.elapsed();
    let fail_on = arguments.fail_on.or(config.config.fail_on).unwrap_or(FailOn::Severity(Severity::Error));
    finish(&report, arguments, arguments.quiet, fail_on)
}

/// What to read and how: the command line, and where it is silent the configuration.
fn options(arguments: &Arguments, found: &Found) -> Result<Options, String> {
    let config = &found.config;
    Ok(Options {
        paths: arguments.paths.clone(),
        namespace: arguments.namespace.clone(),
        environment: environment(arguments.environment.as_deref(), config)?,
        complete: arguments.complete,
        adapter_configs: arguments.adapter_config.clone(),
        kube_version: arguments.kube_version.or(config.kube_version).unwrap_or_default(),
        cluster: config.cluster.clone(),
        singletons: config.singletons.clone(),
        environments: config.environments.as_slice().into(),
        exclude: config.exclude.clone(),
        values: arguments.chart.values.clone(),
        sets: arguments.chart.sets(),
        release: arguments.chart.release.clone(),
        api_versions: arguments.chart.api_versions.clone(),
        charts: config.charts.clone(),
        force_exclude: arguments.force_exclude,
        folder: found.folder.clone(),
    })
}

/// What `--environment` means: an environment of the configuration, else the two names that every run knows.
fn environment(name: Option<&str>, config: &Config) -> Result<Environment, String> {
    let Some(name) = name else { return Ok(Environment::Detect) };
    let declared = &config.environments;
    let of_charts = || config.charts.iter().flat_map(|chart| &chart.environments).map(|(name, _)| name.as_str());
    match declared.iter().find(|environment| environment.name == name) {
        Some(environment) if environment.production => Ok(Environment::Production(name.to_owned())),
        None if name == "production" => Ok(Environment::Production(name.to_owned())),
        None if name != "none" && !declared.is_empty() && !of_charts().any(|known| known == name) => {
            let known: Vec<&str> = declared.iter().map(|environment| environment.name.as_str()).collect();
            let known: Vec<&str> = known.into_iter().chain(of_charts()).chain(["production", "none"]).collect();
            let hint = match config::nearest(name, known.iter().copied()) {
                Some(nearest) => format!("the nearest is `{nearest}`"),
                None => format!("known are {}", known.join(", ")),
            };
            Err(format!("--environment {name}: the configuration has no such environment; {hint}"))
        }
        _ => Ok(Environment::Other(name.to_owned())),
    }
}

/// Writes the report and turns it into an exit code.
fn finish(report: &Report, arguments: &Arguments, quiet: bool, fail_on: FailOn) -> ExitCode {
    let written = arguments.format.iter().try_for_each(|output| write(report, output, arguments, quiet));
    let written = written.and_then(|()| write_job_summary(report, arguments));
    let code = exit_code(report, fail_on);
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        Err(error) => {
            complain(&format!("error: cannot write the report: {error}"));
            return ExitCode::from(EXIT_FAILURE);
        }
        Ok(()) => {}
    }
    let options = RenderOptions { verbose: arguments.verbose, ..render_options(&io::stderr()) };
    if !arguments.quiet || code == EXIT_FAILURE {
        let _ = report::diagnostics::render(report, &options, &mut io::stderr().lock());
    }
    ExitCode::from(code)
}

fn check_rule_names(arguments: &Arguments) -> Result<(), String> {
    let rules = engine::load_rules();
    let known = || rules.iter().map(|rule| rule.rule.id);
    for (flag, names) in [("--select", &arguments.select), ("--ignore", &arguments.ignore)] {
        if let Some(name) = names.iter().find(|name| !known().any(|id| id == name.as_str())) {
            return Err(format!("{flag} {name}: there is no such rule{}", did_you_mean(name, known())));
        }
    }
    Ok(())
}

fn check_outputs(arguments: &Arguments) -> Result<(), String> {
    let to_stdout = arguments.format.iter().filter(|output| output.file.is_none()).count();
    if to_stdout > 1 {
        return Err("two formats cannot share standard output; give one a file: --format sarif=report.sarif".to_owned());
    }
    Ok(())
}

fn write(report: &Report, output: &Output, arguments: &Arguments, quiet: bool) -> io::Result<()> {
    match &output.file {
        Some(path) => {
            let mut file = BufWriter::new(
                File::create(path)
                    .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?,
            );
            let options = RenderOptions { verbose: arguments.verbose, ..RenderOptions::default() };
            render(report, output.format, &options, quiet, &mut file)?;
            file.flush()
        }
        None => {
            let stdout = io::stdout();
            let options = RenderOptions { verbose: arguments.verbose, ..render_options(&stdout) };
            let mut lock = BufWriter::new(stdout.lock());
            render(report, output.format, &options, quiet, &mut lock)?;
            lock.flush()
        }
    }
}

/// With the format github, appends to the summary of the job that GitHub Actions names.
fn write_job_summary(report: &Report, arguments: &Arguments) -> io::Result<()> {
    let asked = arguments.format.iter().any(|output| output.format == Format::Github);
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| asked && !path.is_empty()) else {
        return Ok(());
    };
    let fail = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut file = File::options().append(true).create(true).open(&path).map_err(fail)?;
    // Other commands of the step may have written there.
    let taken = usize::try_from(file.metadata().map_err(fail)?.len()).unwrap_or(usize::MAX);
    let text = github_summary::text(report, github_summary::MOST_BYTES.saturating_sub(taken));
    file.write_all(text.as_bytes()).map_err(fail)
}

fn render(
    report: &Report,
    format: Format,
    options: &RenderOptions,
    quiet: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => {
            report::human::render(report, options, out)?;
            if quiet { Ok(()) } else { writeln!(out, "{}", report::summary::line(report, options)) }
        }
        Format::Concise => report::concise::render(report, options, out),
        Format::Json => report::json::render(report, options, out),
        Format::Sarif => report::sarif::render(report, options, out),
        Format::Github => report::github::render(report, options, out),
        Format::Gitlab => report::gitlab::render(report, options, out),
        Format::Junit => report::junit::render(report, options, out),
        Format::Html => report::html::render(report, options, out),
    }
}

/// Colour and width as the stream and the environment allow.
fn render_options(stream: &(impl IsTerminal + anstream::stream::RawStream)) -> RenderOptions {
    let colour = anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never;
    let terminal = IsTerminal::is_terminal(stream).then(terminal_size::terminal_size).flatten();
    let width = terminal.map(|(width, _)| usize::from(width.0));
    RenderOptions { colour, width: width.unwrap_or(RenderOptions::default().width), ..RenderOptions::default() }
}

fn exit_code(report: &Report, fail_on: FailOn) -> u8 {
    if report.diagnostics.iter().any(|diagnostic| diagnostic.gravity == Gravity::Failure) {
        return EXIT_FAILURE;
    }
    match fail_on {
        FailOn::Severity(threshold) if engine::fails(report, threshold) => EXIT_FINDINGS,
        _ => 0,
    }
}
