//! The Prometheus adapter's configuration: what it serves, under which name, and why not.
