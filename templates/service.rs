//! Handlers of `{{ service.full_name }}`.
//!
//! This file is yours: `cargo scaffold generate` does not touch it. When the
//! .proto gets another method, the compiler says which one is missing here.

use {{ service.import("crate") }};
{%- if !service.imports.is_empty() %}
use scaffold_runtime::{ {{- service.imports.join(", ") -}} };
{%- endif %}

/// Answers the calls of `{{ service.full_name }}`.
#[derive(Debug, Default)]
pub struct {{ service.handler }} {}

impl {{ service.near }}::{{ service.trait_name }} for {{ service.handler }} {
{%- for method in service.methods %}
{%- if !loop.first %}
{% endif %}
{%- for line in method.docs %}
    {{ line }}
{%- endfor %}
    async fn {{ method.function }}(&self, {{ method.arguments("crate") }}) -> Result<{{ method.answer("crate") }}, Status> {
        Err(Status::unimplemented("{{ method.proto }} is not written yet"))
    }
{%- endfor %}
}
