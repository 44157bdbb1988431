//! Comments of `.proto` files as Rust docs that do nothing but read well.
//!
//! Rustdoc compiles code blocks as tests, resolves brackets as links and warns
//! of HTML and bare addresses. None of that was meant by who wrote the comment,
//! perhaps for another language: so blocks of code become `text`, addresses
//! become links, and whatever else would act is escaped.

mod blocks;
mod inline;

pub use blocks::docs;
