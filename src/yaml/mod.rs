//! YAML as Kubernetes reads it: a flat tree in which every key and value has a byte span.
