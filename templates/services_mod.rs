//! The handlers of the services, one room each.
{% for service in services %}
mod {{ service.module }};
{%- endfor %}
{% for service in services %}
pub use {{ service.module }}::{{ service.handler }};
{%- endfor %}
