//! Services that every server carries: health and reflection.

pub mod health;
pub mod reflection;
