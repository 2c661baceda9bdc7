//! The objects of a build, linked with each other, and the arithmetic rules do with them. Pure.

pub mod adapter;
pub mod budget;
pub mod build;
pub mod cluster;
pub mod disruption;
pub mod environment;
pub mod eviction;
pub mod index;
pub mod near_miss;
pub mod pod;
pub mod rejected;
pub mod rollout;
pub mod scaler;
pub mod view;
pub mod workload;
