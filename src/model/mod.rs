//! The objects of a build, linked with each other, and the arithmetic rules do with them. Pure.

pub mod adapter;
pub mod budget;
pub mod build;
pub mod cluster;
pub mod container;
pub mod disruption;
pub mod environment;
pub mod eviction;
pub mod index;
pub mod limits;
pub mod near_miss;
pub mod place;
pub mod placement;
pub mod pod;
pub mod resource;
pub mod rollout;
pub mod scaler;
pub mod shell;
pub mod storage;
pub mod strategy;
pub mod traffic;
pub mod vertical;
pub mod view;
pub mod workload;
