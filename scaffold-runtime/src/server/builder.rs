//! `Server`: services and interceptors on an address.

use std::fmt;
use std::sync::Arc;
use std::thread;

use super::connection::{self, Connections};
use super::crowd::Crowd;
use super::exchange::{App, CallLimits};
use super::lifecycle::{Lifecycle, ServerHandle};
use super::listen::Acceptor;
use super::race::{First, race};
use super::router::Router;
use super::secure::Secured;
use super::service::{NoServices, Service, Services, With};
use super::signals::Signals;
use super::workers::Workers;
use super::{ServerConfig, builtin};
use crate::counters::Counters;
use crate::framing::Rules;
use crate::interceptor::{Chain, Identity};
use crate::net::{Bound, ListenAddress, Network, ServerSecurity};
use crate::pool::Budget;
use crate::services::health::{HealthReporter, ServingStatus};
use crate::{Error, Interceptor};

/// A server that is being put together.
///
/// ```no_run
/// use scaffold_runtime::interceptors::{AccessLog, Recover};
/// use scaffold_runtime::{Server, ServerConfig};
///
/// fn main() -> Result<(), scaffold_runtime::Error> {
///     Server::new(ServerConfig::default())
///         .intercept(Recover::new())
///         .intercept(AccessLog::new())
///         // .add_service(UserServiceServer::new(UserServiceHandler::default()))
///         .run()
/// }
/// ```
pub struct Server<I = Identity, S = NoServices> {
    config: ServerConfig,
    interceptors: I,
    services: S,
    health: HealthReporter,
    network: Network,
}

/// A server that has its address, and does not accept yet. Clients that connect
/// wait in the backlog.
pub struct BoundServer<I, S> {
    listener: Bound,
    address: ListenAddress,
    connections: Arc<Connections<I, S>>,
    security: ServerSecurity,
}

// === impl Server ===

impl Server {
    /// A server without services.
    pub fn new(config: ServerConfig) -> Server {
        Server {
            config,
            interceptors: Identity,
            services: NoServices,
            health: HealthReporter::new(),
            network: Network::system(),
        }
    }
}

impl<I: Interceptor, S: Services> Server<I, S> {
    /// Adds an interceptor behind those that are there: first listed acts first.
    /// It applies to all services, wherever they are added.
    pub fn intercept<J: Interceptor>(self, interceptor: J) -> Server<Chain<I, J>, S> {
        let Server {
            config,
            interceptors,
            services,
            health,
            network,
        } = self;
        Server {
            config,
            interceptors: Chain::new(interceptors, interceptor),
            services,
            health,
            network,
        }
    }

    /// Adds a service.
    pub fn add_service<T: Service>(self, service: T) -> Server<I, With<S, T>> {
        let Server {
            config,
            interceptors,
            services,
            health,
            network,
        } = self;
        Server {
            config,
            interceptors,
            services: With {
                rest: services,
                service,
            },
            health,
            network,
        }
    }

    /// Adds a gRPC service of others: any `tower::Service` over `http` types, such
    /// as tonic's health or one of ours in layers of tower. It gets the calls whose
    /// path begins with `/name/`; `name` is `package.Service`.
    ///
    /// The calls pass our interceptors, which see one spec for all methods, with
    /// the path `/name/*`, and the request's URI among the extensions, as
    /// `http::Uri`. Deadlines, flow control and cancellation are the server's;
    /// limits of messages are the service's own. docs/tower.md has the details.
    #[cfg(feature = "tower")]
    pub fn add_tower_service<T>(
        self,
        name: &str,
        service: T,
    ) -> Server<I, With<S, super::tower::Mounted<T>>>
    where
        super::tower::Mounted<T>: Service,
    {
        self.add_service(super::tower::Mounted::new(name, service))
    }

    /// Adds a service that tonic generated, under its own name; see
    /// [`add_tower_service`](Server::add_tower_service).
    #[cfg(all(feature = "tonic", feature = "tower"))]
    pub fn add_tonic_service<T>(self, service: T) -> Server<I, With<S, super::tower::Mounted<T>>>
    where
        T: tonic::server::NamedService,
        super::tower::Mounted<T>: Service,
    {
        self.add_tower_service(T::NAME, service)
    }

    /// Sets what the health service answers. Each service is SERVING from
    /// [`bind`](Server::bind) on.
    pub fn health(&self) -> HealthReporter {
        self.health.clone()
    }

    /// Listens on another network than the system's, such as a
    /// [`MemoryNetwork`](crate::net::MemoryNetwork).
    #[must_use]
    pub fn network(self, network: impl Into<Network>) -> Server<I, S> {
        Server {
            network: network.into(),
            ..self
        }
    }

    /// Takes the address.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened on, a service was added twice, or an
    /// encoding is not built in.
    pub fn bind(self) -> Result<BoundServer<I, builtin::WithBuiltin<S>>, Error> {
        let Server {
            config,
            interceptors,
            services,
            health,
            network,
        } = self;
        config
            .compression
            .check()
            .map_err(|why| Error::message(format!("the server's {why}")))?;
        let mut specs = Vec::new();
        services.specs(&mut specs);
        for spec in &specs {
            // What was set before is what the program knows better.
            if health.get(spec.name).is_none() {
                health.set(spec.name, ServingStatus::Serving);
            }
        }
        let services = builtin::add(services, &specs, &health);
        let off = builtin::off(&config, &specs);
        specs.clear();
        services.specs(&mut specs);
        let router = Router::new(&specs, off)?;
        let security =
            ServerSecurity::new(&config).map_err(|error| Error::new("cannot set up TLS", error))?;
        let (listener, address) = Bound::new(
            &config.address,
            &network,
            config.backlog,
            config.unix_socket_mode,
        )
        .map_err(|error| Error::new(format!("cannot listen on {}", config.address), error))?;
        let counters = Counters::new();
        let app = App {
            interceptors,
            services,
            router,
            limits: CallLimits {
                budget: Arc::new(Budget::new(config.in_flight_request_bytes)),
                responses: Arc::new(Budget::new(config.in_flight_response_bytes)),
                calls: Crowd::new(config.max_concurrent_calls),
                max_receive: config.max_receive_message_size,
                max_elements: config.max_receive_message_elements,
                rules: Rules::new(config.max_send_message_size, &config.compression),
                body_timeout: config.request_body_timeout,
                pipe_room: config.send_buffer / 2,
                counters: counters.clone(),
            },
        };
        let connections = Connections {
            app: Arc::new(app),
            http2: connection::http2(&config),
            config,
            lifecycle: Lifecycle::new(health),
            counters,
        };
        Ok(BoundServer {
            listener,
            address,
            connections: Arc::new(connections),
            security,
        })
    }

    /// Serves on runtimes of its own, one for each core, until SIGTERM or SIGINT,
    /// and through the drain. A second signal ends the process at once.
    ///
    /// # Errors
    ///
    /// Those of [`bind`](Server::bind), and if a runtime cannot be started.
    pub fn run(self) -> Result<(), Error> {
        self.bind()?.run()
    }

    /// Serves on the caller's runtime, as [`run`](Server::run) does. The runtime
    /// must have I/O and time enabled.
    ///
    /// # Errors
    ///
    /// As [`run`](Server::run).
    pub async fn serve(self) -> Result<(), Error> {
        self.bind()?.serve().await
    }
}

impl<I, S> fmt::Debug for Server<I, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

// === impl BoundServer ===

impl<I: Interceptor, S: Services> BoundServer<I, S> {
    /// The address, with the port that was taken.
    pub fn local_addr(&self) -> ListenAddress {
        self.address.clone()
    }

    /// Stops the server from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        ServerHandle::new(
            self.connections.lifecycle.clone(),
            self.connections.counters.clone(),
            self.security.clone(),
        )
    }

    /// As [`Server::run`].
    ///
    /// # Errors
    ///
    /// If a runtime or a thread cannot be started.
    pub fn run(self) -> Result<(), Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::new("cannot start a runtime", error))?;
        let count = match self.connections.config.workers {
            0 => thread::available_parallelism().map_or(1, usize::from),
            count => count,
        };
        let workers = Workers::threads(&self.secured(), count)?;
        let result = runtime.block_on(self.accept(workers));
        runtime.shutdown_background();
        result
    }

    /// As [`Server::serve`].
    ///
    /// # Errors
    ///
    /// If the socket or the signals cannot be watched.
    pub async fn serve(self) -> Result<(), Error> {
        let workers = Workers::Here(self.secured());
        self.accept(workers).await
    }

    fn secured(&self) -> Arc<Secured<Connections<I, S>>> {
        Arc::new(Secured {
            inner: self.connections.clone(),
            security: self.security.clone(),
            counters: self.connections.counters.clone(),
        })
    }

    async fn accept(self, workers: Workers<Secured<Connections<I, S>>>) -> Result<(), Error> {
        let BoundServer {
            listener,
            address,
            connections,
            security,
        } = self;
        let Connections {
            config,
            lifecycle,
            counters,
            ..
        } = &*connections;
        let mut signals =
            Signals::listen().map_err(|error| Error::new("cannot listen to signals", error))?;
        let mut acceptor = Acceptor::new(
            listener,
            lifecycle.clone(),
            counters.clone(),
            config.max_connections,
        )
        .map_err(|error| Error::new("cannot watch the socket", error))?;
        tracing::info!(%address, memory = %config.memory(), "serves");
        {
            let stopping = lifecycle.stopping(&mut signals, config.pre_stop);
            let mut watching = std::pin::pin!(race(stopping, security.watch()));
            loop {
                match race(&mut watching, acceptor.next()).await {
                    First::Left(_) => break,
                    First::Right(arrival) => workers.place(arrival),
                }
            }
        }
        // Calls on connections that the kernel has taken for us are not lost.
        acceptor
            .backlog()
            .into_iter()
            .for_each(|arrival| workers.place(arrival));
        lifecycle.drain(&mut signals, config.drain).await;
        tracing::info!(%address, "has stopped");
        Ok(())
    }
}

impl<I, S> fmt::Debug for BoundServer<I, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
