//! How high the utilization of a resource can rise before limits stop it, against what an HPA asks for.

use crate::kubernetes::quantity::Quantity;
use crate::kubernetes::version::KubeVersion;
use crate::model::pod::Pod;
use crate::model::view::Scaler;

/// Flag `--horizontal-pod-autoscaler-tolerance` of the controller manager by default, in thousandths.
const TOLERANCE: i64 = 100;

/// The requests that a utilization refers to, and the limits that usage cannot exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Sum of the limits of all counted containers.
    pub limit: Quantity,
    /// Sum of their requests, after the API server's defaulting.
    pub request: Quantity,
}

impl Reach {
    /// The reach over all counted containers, or over one. `None` where usage has no end, since some container has no
    /// limit, and where there is no request to divide by. A limit of 0 is none to the kubelet.
    #[must_use]
    pub fn of(pod: &Pod, resource: &str, container: Option<&str>, version: KubeVersion) -> Option<Self> {
        let request = pod.request(resource, container, version).ok().filter(|request| !request.is_zero())?;
        let level = pod.resources.as_ref().filter(|_| container.is_none() && version.is_at_least(34));
        let of_pod = level.and_then(|resources| resources.limits.get(resource)).copied();
        // The API server makes the request that the pod leaves out of those of its containers, else of this limit.
        if of_pod.is_some() && level.is_some_and(|resources| !resources.requests.contains_key(resource)) {
            return None;
        }
        let counted = pod.counted_containers().filter(|counted| container.is_none_or(|name| counted.name == name));
        let limits = counted.map(|counted| counted.resources.limits.get(resource).filter(|limit| !limit.is_zero()));
        let of_containers = sum(limits);
        let limit = match (of_pod.filter(|limit| !limit.is_zero()), of_containers) {
            (Some(of_pod), Some(of_containers)) => of_pod.min(of_containers),
            (of_pod, of_containers) => of_pod.or(of_containers)?,
        };
        Some(Self { limit, request })
    }

    /// Whether usage at the limits makes an HPA scale up past `target` percent. It changes nothing while utilization
    /// divided by the target is at most 1 and the tolerance (`calculateReplicaCount`, Kubernetes 1.34), here in
    /// thousandths.
    #[must_use]
    pub fn exceeds(self, target: i64, tolerance: i64) -> bool {
        let usage = self.limit.nano().checked_mul(100_000);
        let needed = self.request.nano().checked_mul(i128::from(threshold(target, tolerance)));
        usage.zip(needed).is_none_or(|(usage, needed)| usage > needed)
    }

    /// Highest utilization in percent, as an HPA's status shows it: whole, and cut off.
    #[must_use]
    pub fn percent(self) -> i128 {
        self.limit.nano().saturating_mul(100).checked_div(self.request.nano()).unwrap_or_default()
    }
}

/// The utilization above which an HPA scales up, in thousandths of a percent.
#[must_use]
pub fn threshold(target: i64, tolerance: i64) -> i64 {
    target.saturating_mul(tolerance.saturating_add(1000))
}

impl Scaler<'_> {
    /// Tolerance for scaling up in thousandths: that of `behavior`, where the version reads it, else that of the
    /// cluster. The field is behind a gate that is off by default in 1.33 and 1.34, so the smaller one counts there.
    #[must_use]
    pub fn scale_up_tolerance(self) -> i64 {
        let options = &self.build().options;
        let general = options.cluster.hpa_tolerance.unwrap_or(TOLERANCE);
        let written = self.spec().up.as_ref().and_then(|up| up.tolerance);
        match written.and_then(|written| i64::try_from(written.nano() / 1_000_000).ok()) {
            Some(own) if options.kube_version.is_at_least(35) => own,
            Some(own) => own.min(general),
            None => general,
        }
    }
}

/// The sum of amounts that are all known.
fn sum<'q>(mut amounts: impl Iterator<Item = Option<&'q Quantity>>) -> Option<Quantity> {
    let sum = amounts.try_fold(Quantity::ZERO, |sum, amount| Some(sum + *amount?))?;
    (!sum.is_zero()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::container::{Container, Resources, Role};

    /// A pod of containers with request and limit, each empty for absent.
    fn pod(containers: &[(&str, &str)]) -> Pod {
        let amounts =
            |text: &str| Quantity::parse(text).ok().map(|amount| ("cpu".to_owned(), amount)).into_iter().collect();
        let container = |(index, (request, limit)): (usize, &(&str, &str))| Container {
            resources: Resources { requests: amounts(request), limits: amounts(limit) },
            name: format!("c{index}"),
            ..Container::from_api(&k8s_openapi::api::core::v1::Container::default(), Role::Regular, String::new())
        };
        Pod { containers: containers.iter().enumerate().map(container).collect(), ..Pod::default() }
    }

    fn reach(containers: &[(&str, &str)], only: Option<&str>) -> Option<Reach> {
        Reach::of(&pod(containers), "cpu", only, KubeVersion::default())
    }

    #[test]
    fn usage_ends_at_the_limits_of_all_counted_containers() {
        let both = reach(&[("1", "2"), ("500m", "500m")], None).expect("both have a limit");
        assert_eq!((both.limit.to_string(), both.request.to_string()), ("2500m".to_owned(), "1500m".to_owned()));
        assert_eq!(both.percent(), 166);
        assert_eq!(reach(&[("1", "2"), ("500m", "")], None), None, "one container has no limit");
        assert_eq!(reach(&[("1", "0")], None), None, "a limit of 0 is none");
        assert_eq!(reach(&[("", "2")], None).map(Reach::percent), Some(100), "a limit is a request too");
    }

    #[test]
    fn a_container_metric_counts_that_container() {
        let only = reach(&[("1", "2"), ("500m", "")], Some("c0")).expect("c0 has a limit");
        assert_eq!(only.percent(), 200);
        assert_eq!(reach(&[("1", "2"), ("500m", "")], Some("c1")), None);
    }

    #[test]
    fn the_tolerance_is_part_of_the_target() {
        let equal = reach(&[("8", "8")], None).expect("a limit");
        assert!(!equal.exceeds(95, 100), "100 / 95 is 1.053");
        assert!(!equal.exceeds(91, 100), "100 / 91 is 1.099");
        assert!(equal.exceeds(90, 100), "100 / 90 is 1.111");
        assert!(equal.exceeds(95, 0));
        let exact = reach(&[("100m", "110m")], None).expect("a limit");
        assert!(!exact.exceeds(100, 100), "a ratio of exactly 1.1 changes nothing");
    }

    #[test]
    fn the_limit_of_the_whole_pod_counts_from_1_34_on() {
        let amount = |cores| [("cpu".to_owned(), Quantity::from_int(cores))].into();
        let level = Resources { requests: amount(1), limits: amount(2) };
        let mut whole = pod(&[("1", "4")]);
        whole.resources = Some(level);
        let at = |version: &str| Reach::of(&whole, "cpu", None, version.parse().expect("a version"));
        assert_eq!(at("1.34").map(|reach| reach.limit), Some(Quantity::from_int(2)));
        assert_eq!(at("1.33").map(|reach| reach.limit), Some(Quantity::from_int(4)));
    }
}
