//! The server: configuration, logs, interceptors, services.

use {{ library }}::config::Config;
{%- for service in services %}
use {{ library }}::services::{{ service.handler }};
{%- endfor %}
use {{ library }}::pb;
use scaffold_runtime::{Error, Server};
use scaffold_runtime::interceptors::{AccessLog, Deadline, Recover};

fn main() -> Result<(), Error> {
    let config = Config::load()?;
    tracing_subscriber::fmt()
        .with_max_level(config.log.level()?)
        .with_writer(std::io::stderr)
        .init();
    println!("{}", config.render()?);

    // The first sees a call first, and its answer last.
    let server = Server::new(config.server)
        // A handler that panics fails its call, not the connection.
        .intercept(Recover::new())
        // Says what became of every call, of refused ones too.
        .intercept(AccessLog::new())
        // Ends calls whose time is over, with the .proto's timeout where the
        // client has set none.
        .intercept(Deadline::new())
{%- for service in services %}
        .add_service({{ service.path }}::{{ service.server }}::new({{ service.handler }}::default()))
{%- endfor %}
        .bind()?;
    println!("listening on {}", server.local_addr());
    // Returns when the process was told to stop and the running calls are over.
    server.run()
}
