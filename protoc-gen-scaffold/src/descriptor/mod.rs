//! Descriptors of our own: editions and features are kept, the policy
//! extensions are ordinary fields, and each file keeps the bytes it came in.
//!
//! The message types mirror `google/protobuf/descriptor.proto` and
//! `compiler/plugin.proto`, field for field where this tool looks at them; what
//! it does not look at (language options, other people's extensions) stays in
//! the raw bytes, see [`canonical`].

mod bundled;
pub mod canonical;
pub mod default_value;
mod features;
mod file;
mod index;
mod locations;
mod message;
mod options;
mod plugin;
mod policy;
mod service;

pub use bundled::bundled;
pub use features::{Edition, FeatureSet, feature_set};
pub use file::{FileDescriptorProto, FileDescriptorSet};
pub use index::{Entry, Index, Node};
pub use locations::{Location, Locations};
pub use message::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    OneofDescriptorProto, SymbolVisibility, field_descriptor_proto,
};
pub use options::{
    EnumOptions, EnumValueOptions, FieldOptions, FileOptions, MessageOptions, MethodOptions,
    OneofOptions, ServiceOptions, method_options,
};
pub use plugin::{CodeGeneratorRequest, CodeGeneratorResponse, Version, code_generator_response};
pub use policy::{
    EXTENSION_NUMBER, FieldPolicy, Hedge, Idempotency, Policy, Priority, Rate, Retry, Slo,
};
pub use service::{MethodDescriptorProto, ServiceDescriptorProto};
