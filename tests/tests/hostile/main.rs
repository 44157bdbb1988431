//! The rows of docs/hostile-inputs.md against our server, in a process of its
//! own: the offender ends as stated, one counter says why, a neighbour's calls
//! are answered all the time, memory and handlers come back.

mod document;
mod floods;
mod grpc;
mod headers;
mod lifecycle;
mod load;
mod quiet;
mod streams;
mod support;
mod tls;
