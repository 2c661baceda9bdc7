//! See README.md for what this flags and why.
use crate::prelude::*;
