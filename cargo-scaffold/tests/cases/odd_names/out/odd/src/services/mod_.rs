//! Handlers of `a.v1.Mod`.
//!
//! This file is yours: `cargo scaffold generate` does not touch it. When the
//! .proto gets another method, the compiler says which one is missing here.

use crate::pb::a::v1 as pb;

/// Answers the calls of `a.v1.Mod`.
#[derive(Debug, Default)]
pub struct ModHandler {}

impl pb::r#mod::Mod for ModHandler {}
