//! One container of a pod: its resources, ports, probes and hooks, reduced to what rules ask.

use crate::kubernetes::quantity::Quantity;
use crate::model::shell;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource as api;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeMap;
use std::fmt;

/// What a container is to the pod's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// In `spec.containers`.
    Regular,
    /// An init container with `restartPolicy: Always`, which runs beside the regular ones (on by default since 1.29).
    Sidecar,
    /// An ordinary init container.
    Init,
}

/// Requests and limits of a container or a pod. Quantities that do not parse are left out; the schema reports them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resources {
    /// `requests`.
    pub requests: BTreeMap<String, Quantity>,
    /// `limits`.
    pub limits: BTreeMap<String, Quantity>,
}

impl Resources {
    /// The request after the API server's defaulting: `SetDefaults_Pod` copies limits to absent requests.
    #[must_use]
    pub fn request(&self, resource: &str) -> Option<&Quantity> {
        self.requests.get(resource).or_else(|| self.limits.get(resource))
    }

    pub(crate) fn from_api(
        requests: Option<&BTreeMap<String, api::Quantity>>,
        limits: Option<&BTreeMap<String, api::Quantity>>,
    ) -> Self {
        let parse = |list: Option<&BTreeMap<String, api::Quantity>>| {
            list.into_iter()
                .flatten()
                .filter_map(|(name, quantity)| Some((name.clone(), Quantity::parse(&quantity.0).ok()?)))
                .collect()
        };
        Self { requests: parse(requests), limits: parse(limits) }
    }
}

/// A port as a probe or a Service refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortRef {
    /// By number.
    Number(i64),
    /// By the name of a container port.
    Name(String),
}

impl fmt::Display for PortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl From<&IntOrString> for PortRef {
    fn from(port: &IntOrString) -> Self {
        match port {
            IntOrString::Int(number) => Self::Number(i64::from(*number)),
            IntOrString::String(name) => Self::Name(name.clone()),
        }
    }
}

/// A declared container port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// `name`, when it has one.
    pub name: Option<String>,
    /// `containerPort`.
    pub number: i64,
    /// `protocol`; TCP by default.
    pub protocol: String,
}

/// What a probe or a hook does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handler {
    /// `exec`.
    Exec(Vec<String>),
    /// `httpGet`.
    Http {
        /// Port.
        port: PortRef,
        /// Path; `/` by default.
        path: String,
        /// Host, scheme other than the default HTTP, and headers, which rules only compare.
        rest: (Option<String>, Option<String>, Vec<(String, String)>),
    },
    /// `tcpSocket`.
    Tcp {
        /// Port.
        port: PortRef,
        /// Host, which rules only compare.
        host: Option<String>,
    },
    /// `grpc`.
    Grpc {
        /// Port.
        port: i64,
        /// Service; empty by default.
        service: String,
    },
    /// `sleep` of a hook, in seconds (on by default since 1.30).
    Sleep(i64),
}

impl Handler {
    /// The port it speaks to, with the field that names it relative to the probe or hook.
    #[must_use]
    pub fn port(&self) -> Option<(&'static str, &PortRef)> {
        match self {
            Self::Http { port, .. } => Some(("httpGet.port", port)),
            Self::Tcp { port, .. } => Some(("tcpSocket.port", port)),
            Self::Exec(_) | Self::Grpc { .. } | Self::Sleep(_) => None,
        }
    }

    /// Seconds that it sleeps at its beginning, as far as the manifest decides it.
    #[must_use]
    pub fn sleeps(&self) -> i64 {
        match self {
            Self::Sleep(seconds) => *seconds,
            Self::Exec(command) => shell::leading_sleep(command),
            Self::Http { .. } | Self::Tcp { .. } | Self::Grpc { .. } => 0,
        }
    }

    fn of_http(http: &core::HTTPGetAction) -> Self {
        let headers = http.http_headers.iter().flatten();
        Self::Http {
            port: (&http.port).into(),
            path: http.path.clone().filter(|path| !path.is_empty()).unwrap_or_else(|| "/".to_owned()),
            rest: (
                http.host.clone(),
                http.scheme.clone().filter(|scheme| scheme != "HTTP"),
                headers.map(|header| (header.name.clone(), header.value.clone())).collect(),
            ),
        }
    }

    fn of_tcp(tcp: &core::TCPSocketAction) -> Self {
        Self::Tcp { port: (&tcp.port).into(), host: tcp.host.clone() }
    }

    fn of_hook(hook: &core::LifecycleHandler) -> Option<Self> {
        let sleep = hook.sleep.as_ref().map(|sleep| Self::Sleep(sleep.seconds));
        let exec = hook.exec.as_ref().map(|exec| Self::Exec(exec.command.clone().unwrap_or_default()));
        sleep
            .or(exec)
            .or_else(|| hook.http_get.as_ref().map(Self::of_http))
            .or_else(|| hook.tcp_socket.as_ref().map(Self::of_tcp))
    }
}

/// A probe with the API server's defaults (`SetDefaults_Probe`, Kubernetes 1.34). Times in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// What it does; `None` when it does nothing, which the API server rejects.
    pub handler: Option<Handler>,
    /// `initialDelaySeconds`; 0 by default.
    pub initial_delay: i64,
    /// `periodSeconds`; 10 by default.
    pub period: i64,
    /// `timeoutSeconds`; 1 by default.
    pub timeout: i64,
    /// `failureThreshold`; 3 by default.
    pub failure_threshold: i64,
}

impl Probe {
    /// Seconds from the container's start, at the least, until the probe has failed often enough to act:
    /// the first probe comes after the initial delay, and each further one a period later.
    #[must_use]
    pub fn budget(&self) -> i64 {
        self.initial_delay.saturating_add(self.failure_threshold.saturating_mul(self.period))
    }

    /// Seconds of failure until the probe acts on a container that was healthy.
    #[must_use]
    pub fn patience(&self) -> i64 {
        self.failure_threshold.saturating_mul(self.period)
    }

    fn from_api(probe: &core::Probe) -> Self {
        let or = |value: Option<i32>, default: i64| value.filter(|value| *value != 0).map_or(default, i64::from);
        let exec = probe.exec.as_ref().map(|exec| Handler::Exec(exec.command.clone().unwrap_or_default()));
        let grpc = probe.grpc.as_ref().map(|grpc| Handler::Grpc {
            port: i64::from(grpc.port),
            service: grpc.service.clone().unwrap_or_default(),
        });
        Self {
            handler: exec
                .or_else(|| probe.http_get.as_ref().map(Handler::of_http))
                .or_else(|| probe.tcp_socket.as_ref().map(Handler::of_tcp))
                .or(grpc),
            initial_delay: probe.initial_delay_seconds.map_or(0, i64::from),
            period: or(probe.period_seconds, 10),
            timeout: or(probe.timeout_seconds, 1),
            failure_threshold: or(probe.failure_threshold, 3),
        }
    }
}

/// One container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Name; empty when absent.
    pub name: String,
    /// Its part in the pod.
    pub role: Role,
    /// Path inside the pod spec, such as `containers[0]`.
    pub path: String,
    /// `image`; empty when absent.
    pub image: String,
    /// Requests and limits.
    pub resources: Resources,
    /// Declared ports, in order.
    pub ports: Vec<Port>,
    /// `readinessProbe`.
    pub readiness: Option<Probe>,
    /// `livenessProbe`.
    pub liveness: Option<Probe>,
    /// `startupProbe`.
    pub startup: Option<Probe>,
    /// `lifecycle.preStop`.
    pub pre_stop: Option<Handler>,
    /// `lifecycle.postStart`.
    pub post_start: Option<Handler>,
    /// Names of the volumes it mounts.
    pub mounts: Vec<String>,
    /// `command` and `args`, one after the other.
    pub command: Vec<String>,
}

impl Container {
    pub(crate) fn from_api(container: &core::Container, role: Role, path: String) -> Self {
        let resources = container.resources.as_ref();
        let lifecycle = container.lifecycle.as_ref();
        let hook = |hook: Option<&core::LifecycleHandler>| hook.and_then(Handler::of_hook);
        Self {
            name: container.name.clone(),
            role,
            path,
            image: container.image.clone().unwrap_or_default(),
            resources: Resources::from_api(
                resources.and_then(|resources| resources.requests.as_ref()),
                resources.and_then(|resources| resources.limits.as_ref()),
            ),
            ports: container
                .ports
                .iter()
                .flatten()
                .map(|port| Port {
                    name: port.name.clone().filter(|name| !name.is_empty()),
                    number: i64::from(port.container_port),
                    protocol: port.protocol.clone().unwrap_or_else(|| "TCP".to_owned()),
                })
                .collect(),
            readiness: container.readiness_probe.as_ref().map(Probe::from_api),
            liveness: container.liveness_probe.as_ref().map(Probe::from_api),
            startup: container.startup_probe.as_ref().map(Probe::from_api),
            pre_stop: hook(lifecycle.and_then(|lifecycle| lifecycle.pre_stop.as_ref())),
            post_start: hook(lifecycle.and_then(|lifecycle| lifecycle.post_start.as_ref())),
            mounts: container.volume_mounts.iter().flatten().map(|mount| mount.name.clone()).collect(),
            command: container.command.iter().flatten().chain(container.args.iter().flatten()).cloned().collect(),
        }
    }

    /// The probes it has, with the field that holds each.
    pub fn probes(&self) -> impl Iterator<Item = (&'static str, &Probe)> {
        [("startupProbe", &self.startup), ("livenessProbe", &self.liveness), ("readinessProbe", &self.readiness)]
            .into_iter()
            .filter_map(|(field, probe)| Some((field, probe.as_ref()?)))
    }

    /// Its own port of a name. The kubelet looks for a probe's or hook's port in no other container
    /// (`ResolveContainerPort` in pkg/probe and `resolvePort` in pkg/kubelet/lifecycle, Kubernetes 1.34).
    #[must_use]
    pub fn named_port(&self, name: &str) -> Option<&Port> {
        self.ports.iter().find(|port| port.name.as_deref() == Some(name))
    }

    /// Whether two probes ask the same question: one handler, whether it names its port or says the number.
    #[must_use]
    pub fn asks_the_same(&self, one: &Probe, other: &Probe) -> bool {
        let numbered = |probe: &Probe| {
            let mut handler = probe.handler.clone();
            if let Some(Handler::Http { port, .. } | Handler::Tcp { port, .. }) = &mut handler
                && let PortRef::Name(name) = port
                && let Some(named) = self.named_port(name)
            {
                *port = PortRef::Number(named.number);
            }
            handler
        };
        one.handler.is_some() && numbered(one) == numbered(other)
    }

    /// Whole GPUs, or slices of them, that it asks for.
    #[must_use]
    pub fn gpus(&self) -> i64 {
        let names = self.resources.limits.keys().chain(self.resources.requests.keys());
        let mut names: Vec<&String> = names.filter(|name| is_gpu(name)).collect();
        names.sort_unstable();
        names.dedup();
        let total: i128 =
            names.into_iter().filter_map(|name| self.resources.request(name)).map(Quantity::value_ceil).sum();
        i64::try_from(total).unwrap_or(i64::MAX)
    }
}

/// Whether a resource is a GPU: `nvidia.com/gpu`, its shared and partitioned forms, and those of other vendors.
#[must_use]
pub fn is_gpu(resource: &str) -> bool {
    let Some((vendor, name)) = resource.split_once('/') else { return false };
    name == "gpu"
        || name.starts_with("gpu.")
        || (vendor == "nvidia.com" && name.starts_with("mig-"))
        || vendor == "gpu.intel.com"
}
