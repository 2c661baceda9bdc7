//! `aiplat-lint check`: the main job.

use crate::cli::{EXIT_FAILURE, EXIT_FINDINGS, complain, did_you_mean};
use crate::engine::{self, Selection};
use crate::finding::Severity;
use crate::kubernetes::version::KubeVersion;
use crate::report::{self, Gravity, RenderOptions, Report};
use crate::rule::meta::Profile;
use crate::source::{Environment, Input, Options};
use clap::ValueEnum;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Instant;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Files, directories, or `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Output format, optionally into a file: human, concise, json, sarif
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "human")]
    format: Vec<Output>,
    /// Lowest severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,
    /// Run only these rules (repeatable, or separated by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave these rules out (repeatable, or separated by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Switch on the rules of a profile for every build
    #[arg(long, value_name = "PROFILE")]
    profile: Option<ProfileArgument>,
    /// `production` lints everything as production, any other name nothing; by default names of files, folders and
    /// namespaces decide
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Namespace of objects that name none
    #[arg(long, value_name = "NAMESPACE")]
    namespace: Option<String>,
    /// Prometheus adapter rules that stand outside the input: a ConfigMap, a bare configuration, or Helm values
    #[arg(long, value_name = "FILE")]
    adapter_config: Vec<PathBuf>,
    /// Kubernetes version to judge by, such as 1.34
    #[arg(long, value_name = "VERSION", default_value_t = KubeVersion::NEWEST)]
    kube_version: KubeVersion,
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    Never,
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
            let known: Vec<_> = ["human", "concise", "json", "sarif"].into();
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
    let input = Input::read(&Options {
        paths: arguments.paths.clone(),
        namespace: arguments.namespace.clone(),
        environment: match arguments.environment.as_deref() {
            None => Environment::Detect,
            Some("production") => Environment::Production,
            Some(other) => Environment::Other(other.to_owned()),
        },
        complete: arguments.complete,
        adapter_configs: arguments.adapter_config.clone(),
        kube_version: arguments.kube_version,
        ..Options::default()
    });
    let mut report = engine::run(
        input,
        &Selection {
            select: arguments.select.clone(),
            ignore: arguments.ignore.clone(),
            profile: arguments.profile.map(|profile| match profile {
                ProfileArgument::Default => Profile::Default,
                ProfileArgument::Production => Profile::Production,
                ProfileArgument::Strict => Profile::Strict,
            }),
        },
    );
    report.stats.elapsed = started.elapsed();
    let written = arguments.format.iter().try_for_each(|output| write(&report, output, arguments));
    let code = exit_code(&report, arguments.fail_on);
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
        let _ = report::diagnostics::render(&report, &options, &mut io::stderr().lock());
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

fn write(report: &Report, output: &Output, arguments: &Arguments) -> io::Result<()> {
    match &output.file {
        Some(path) => {
            let mut file = BufWriter::new(
                File::create(path)
                    .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?,
            );
            let options = RenderOptions { verbose: arguments.verbose, ..RenderOptions::default() };
            render(report, output.format, &options, arguments.quiet, &mut file)?;
            file.flush()
        }
        None => {
            let stdout = io::stdout();
            let options = RenderOptions { verbose: arguments.verbose, ..render_options(&stdout) };
            let mut lock = BufWriter::new(stdout.lock());
            render(report, output.format, &options, arguments.quiet, &mut lock)?;
            lock.flush()
        }
    }
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
    let threshold = match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Info => Severity::Info,
        FailOn::Never => return 0,
    };
    if engine::fails(report, threshold) { EXIT_FINDINGS } else { 0 }
}
