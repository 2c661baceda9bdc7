//! Reports made by hand, for the reporters' tests.

use super::{BuildInfo, Diagnostic, Gravity, RenderOptions, Report, RuleInfo, Stats};
use crate::finding::{Finding, Label, Level, Provenance, Severity, Subject, TemplateLine, ValuesKey};
use crate::model::summary::{Apart, BudgetSummary, MonitorSummary, ScalerSummary, WorkloadSummary};
use crate::rule::meta::{FixKind, Meta, Profile};
use crate::text::{Source, SourceId, Sources, Span};
use std::io::{self, Write};
use std::time::Duration;

const VALUES_PROD: &str = "\
maxServeLlama:
  autoscaling:
    minReplicas: 2
  podDisruptionBudget:
    minAvailable: 2
  # größe: 大きい
  image:
    tag: v1.2.3
    topologySpreadConstraints: []
";

const VALUES: &str = "\
# defaults
maxServeLlama:
  podDisruptionBudget:
    enabled: true
    minAvailable: 1
";

const PDB: &str = "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: max-serve-llama
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: max-serve-llama
";

const HPA: &str = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: gateway
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: gateway
  # three is what we pay for
  ? minReplicas
  : 3
  ? metrics
  : - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 80
  maxReplicas: 3
  behavior:
    scaleDown:
      stabilizationWindowSeconds: 300
";

type Render = fn(&Report, &RenderOptions, &mut dyn Write) -> io::Result<()>;

/// What a reporter writes.
pub(super) fn text(render: Render, report: &Report, options: &RenderOptions) -> String {
    let mut out = Vec::new();
    render(report, options, &mut out).expect("a Vec takes everything");
    String::from_utf8(out).expect("reporters write UTF-8")
}

/// A label at the first `what` in a source.
pub(super) fn label(sources: &Sources, id: SourceId, what: &str, text: &str) -> Label {
    let source = sources.get(id).expect("the source was added");
    let start = source.text.find(what).expect("the text has it");
    Label { source: id, span: Span::from_range(start..start + what.len()), text: text.to_owned() }
}

fn rule(id: &'static str, severity: Severity, category: &str, summary: &str, why: &str) -> RuleInfo {
    let meta = Meta {
        summary: summary.to_owned(),
        why: why.to_owned(),
        severity,
        profile: Profile::Default,
        category: category.to_owned(),
        fix: FixKind::None,
        since: "0.1.0".to_owned(),
        references: vec!["https://kubernetes.io/docs/tasks/run-application/configure-pdb/".to_owned()],
        yields_to: Vec::new(),
    };
    RuleInfo { id, meta, page: "## What\n\nA page.\n" }
}

fn subject(group: &str, kind: &str, name: &str) -> Subject {
    Subject { group: group.to_owned(), kind: kind.to_owned(), namespace: Some("ai".to_owned()), name: name.to_owned() }
}

fn finding(rule: &'static str, severity: Severity, message: &str, primary: Label) -> Finding {
    Finding {
        rule,
        severity,
        message: message.to_owned(),
        help: Vec::new(),
        primary,
        labels: Vec::new(),
        subject: None,
        path: String::new(),
        counterpart: None,
        absent: Vec::new(),
        build: 0,
        also_in: Vec::new(),
        provenance: None,
    }
}

/// A run over a text without findings.
pub(super) fn clean() -> Report {
    let mut sources = Sources::default();
    sources.add(Source::new("deploy/api.yaml", "kind: Deployment\n"));
    Report {
        sources,
        builds: vec![BuildInfo { name: "deploy".to_owned(), production: false }],
        findings: Vec::new(),
        workloads: Vec::new(),
        diagnostics: Vec::new(),
        rules: vec![
            rule(
                "hpa-no-headroom",
                Severity::Warning,
                "autoscaling",
                "the autoscaler cannot scale",
                "load is shed at the first peak although nodes are free",
            ),
            rule(
                "hpa-single-metric",
                Severity::Info,
                "autoscaling",
                "one metric decides",
                "the pods are busy while the metric is calm",
            ),
            rule(
                "missing-spread",
                Severity::Warning,
                "placement",
                "replicas may share a node",
                "one zone outage takes all replicas",
            ),
            rule(
                "pdb-blocks-eviction",
                Severity::Error,
                "disruption",
                "a budget allows no eviction",
                "a node drain hangs until someone edits the budget",
            ),
        ],
        stats: Stats { files: 1, builds: 1, objects: 1, elapsed: Duration::from_millis(3) },
    }
}

/// Four findings over four files and two builds, with diagnostics of every gravity.
pub(super) fn report() -> Report {
    let mut report = clean();
    let sources = &mut report.sources;
    let prod = sources.add(Source::new("helm/ai-platform/values-prod.yaml", VALUES_PROD));
    let values = sources.add(Source::new("helm/ai-platform/values.yaml", VALUES));
    let pdb = sources.add(Source::new("helm/ai-platform/templates/pdb.yaml", PDB));
    let hpa = sources.add(Source::new("deploy/gateway hpa.yaml", HPA));

    let mut blocked = finding(
        "pdb-blocks-eviction",
        Severity::Error,
        "`minAvailable: 2` with 2 replicas leaves 0 pods that may be evicted",
        label(sources, prod, "minAvailable: 2", "lower this to 1, or raise the replicas"),
    );
    blocked.path = "spec.minAvailable".to_owned();
    blocked.subject = Some(subject("policy", "PodDisruptionBudget", "max-serve-llama"));
    blocked.counterpart = Some(subject("apps", "Deployment", "max-serve-llama"));
    let line = label(sources, pdb, "minAvailable: 2", "renders PodDisruptionBudget/max-serve-llama");
    let below = label(sources, values, "minAvailable: 1", "");
    blocked.provenance = Some(Box::new(Provenance {
        level: Level::Proven,
        rendered: line.clone(),
        template: Some(TemplateLine { source: line.source, span: line.span }),
        chain: Vec::new(),
        values: Some(ValuesKey {
            path: "maxServeLlama.podDisruptionBudget.minAvailable".to_owned(),
            place: Some((blocked.primary.source, blocked.primary.span)),
            layer: "helm/ai-platform/values-prod.yaml".to_owned(),
            overrides: vec![(below.source, below.span)],
            shared_with: Vec::new(),
            add_at: None,
        }),
        note: None,
        renders: 4,
    }));
    blocked.labels = vec![line, label(sources, prod, "minReplicas: 2", "the floor")];
    blocked.help = vec![
        "set `maxUnavailable: 1`, which stays true when the autoscaler changes the number of replicas".to_owned(),
        "or raise `autoscaling.minReplicas` to 3 where the second pod has to stay up".to_owned(),
    ];
    let spread = finding(
        "missing-spread",
        Severity::Warning,
        "Deployment/max-serve-llama has no spread over zones",
        label(sources, prod, "topologySpreadConstraints", "add a constraint on `topology.kubernetes.io/zone`"),
    );
    let mut headroom = finding(
        "hpa-no-headroom",
        Severity::Warning,
        "HorizontalPodAutoscaler/gateway has `minReplicas: 3` and `maxReplicas: 3`",
        label(sources, hpa, "minReplicas", "the floor is the ceiling"),
    );
    headroom.path = "spec.minReplicas".to_owned();
    headroom.build = 1;
    headroom.labels = vec![label(sources, hpa, "maxReplicas: 3", "the ceiling")];
    let mut single = finding(
        "hpa-single-metric",
        Severity::Info,
        "HorizontalPodAutoscaler/gateway scales on `cpu` alone",
        label(
            sources,
            hpa,
            "metrics\n  : - type: Resource\n      resource:\n        name: cpu\n        target:\n          type: Utilization\n          averageUtilization: 80\n",
            "one metric",
        ),
    );
    single.build = 1;
    report.findings = vec![blocked, spread, headroom, single];

    let place = label(&report.sources, hpa, "300", "");
    report.diagnostics = vec![
        Diagnostic {
            gravity: Gravity::Note,
            message: "left 3 files alone that are no manifests".to_owned(),
            help: Some("name them with `-v`".to_owned()),
            place: None,
        },
        Diagnostic {
            gravity: Gravity::Failure,
            message: "cannot read `deploy/secret.yaml`: permission denied".to_owned(),
            help: None,
            place: None,
        },
        Diagnostic {
            gravity: Gravity::Detail,
            message: "`stabilizationWindowSeconds` is the default".to_owned(),
            help: None,
            place: Some((place.source, place.span)),
        },
    ];
    report.workloads = vec![summary("max-serve-llama", 0), summary("gateway-cache", 9)];
    report.builds.push(BuildInfo { name: "helm/ai-platform (production)".to_owned(), production: true });
    report.stats = Stats { files: 5, builds: 2, objects: 35, elapsed: Duration::from_millis(12) };
    report
}

/// A workload of the first build with two to six pods, and all that can point at one.
fn summary(name: &str, allowed: i64) -> WorkloadSummary {
    let service = subject("", "Service", name);
    WorkloadSummary {
        build: 0,
        subject: subject("apps", "Deployment", name),
        floor: Some(2),
        ceiling: Some(6),
        scalers: vec![ScalerSummary {
            subject: subject("autoscaling", "HorizontalPodAutoscaler", name),
            metrics: vec!["queue_depth".to_owned()],
        }],
        budgets: vec![BudgetSummary {
            subject: subject("policy", "PodDisruptionBudget", name),
            threshold: "minAvailable: 2".to_owned(),
            allowed: Some(allowed),
        }],
        services: vec![service.clone()],
        monitors: vec![MonitorSummary {
            subject: subject("monitoring.coreos.com", "ServiceMonitor", name),
            through: vec![service],
        }],
        apart: vec![Apart { key: "topology.kubernetes.io/zone".to_owned(), hard: true, spread: true }],
    }
}

/// Escape sequences and direction marks wherever a manifest could put them.
pub(super) fn hostile() -> Report {
    let mut report = clean();
    let id = report
        .sources
        .add(Source::new("evil\x1b[2J.yaml", "a: 1\r\nb: \"\x1b]0;t\x07\"\r\nname: \u{202e}x\x1b[31m\r\n"));
    let sources = &report.sources;
    let mut finding = finding(
        "missing-spread",
        Severity::Warning,
        "Deployment/\x1b]0;title\x07 \u{202e}abc\nerror[fake]: line two",
        label(sources, id, "\u{202e}x", "label \x1b[5m"),
    );
    finding.path = "spec.\x1b[31m".to_owned();
    finding.help = vec!["run \x1b[8mrm\x1b[0m".to_owned()];
    report.findings = vec![finding];
    report
}

/// A finding in a text that was rendered, as it is without provenance.
pub(super) fn rendered() -> Report {
    let mut report = clean();
    let mut source = Source::new("helm/api (prod) rendered pdb.yaml", PDB);
    source.made_from = Some("helm/api/templates/pdb.yaml".to_owned());
    let id = report.sources.add(source);
    let mut blocked = finding(
        "pdb-blocks-eviction",
        Severity::Error,
        "PodDisruptionBudget/max-serve-llama allows no eviction",
        label(&report.sources, id, "minAvailable: 2", "as many as there are"),
    );
    blocked.subject = Some(subject("policy", "PodDisruptionBudget", "max-serve-llama"));
    report.findings = vec![blocked];
    report
}

/// What tries to break out of every format, in every place that a manifest or a file's name fills, also very long.
pub(super) fn injection() -> Report {
    const ATTACK: &str = "\x1b[31m\r\n::set-output name=x::y\n##[error]z%0A::error::w ]]></failure><script>alert(1)</script>\
                          <img src=x onerror=\"alert(2)\">&lt;'|`*_[a](javascript:b)\n# h\u{202e}\u{0}\u{fffe}";
    let mut report = clean();
    let long = format!("{ATTACK}{}", "<&é\"".repeat(250_000));
    let names = ["a.yaml,title=x::y%0A\n::error::z<script>]]>", "b.yaml,line=9::\"><script>alert(3)</script>\x1b[2J"];
    for (name, text) in names.into_iter().zip([ATTACK, &long]) {
        let line = format!("key: <b>\"{text}\"\n");
        let id = report.sources.add(Source::new(name, line));
        let sources = &report.sources;
        let mut attack = finding("pdb-blocks-eviction", Severity::Error, text, label(sources, id, "key: <b>", text));
        attack.labels = vec![label(sources, id, "<b>", text)];
        attack.help = vec![text.to_owned()];
        attack.path = text.to_owned();
        attack.subject = Some(subject("policy", text, text));
        attack.counterpart = Some(subject("apps", "Deployment", text));
        report.workloads.push(summary(text, 0));
        report.findings.push(attack);
        report.builds.push(BuildInfo { name: text.to_owned(), production: false });
    }
    report
}

/// `count` findings in one text of about 10 bytes a finding.
pub(super) fn many(count: usize) -> Report {
    let mut report = clean();
    let text: String = (0..count).map(|line| format!("key{:04}: 1\n", line % 10_000)).collect();
    let id = report.sources.add(Source::new("many.yaml", text));
    for line in 0..count {
        let start = line * 11;
        let at = |start: usize, end, text: &str| Label {
            source: id,
            span: Span::from_range(start..end),
            text: text.to_owned(),
        };
        let mut finding = finding(
            "missing-spread",
            Severity::Warning,
            "Deployment/api has no spread",
            at(start, start + 7, "add one"),
        );
        finding.labels.push(at((line + 500) % count * 11, (line + 500) % count * 11 + 7, "the other"));
        finding.help.push("add a constraint".to_owned());
        report.findings.push(finding);
    }
    report
}
