//! Connections of a run.

use std::time::Duration;

use scaffold_runtime::{Channel, ChannelConfig, Metadata};

use crate::plan::{Fault, Plan};

/// The time for a connection.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Makes connections as the plan says.
#[derive(Debug)]
pub(crate) struct Connector {
    target: String,
    config: ChannelConfig,
}

// === impl Connector ===

impl Connector {
    /// Reads what the plan needs for it.
    pub(crate) fn new(plan: &Plan) -> Result<Self, Fault> {
        let config = ChannelConfig {
            connect_timeout: TIMEOUT,
            // The server's limit is the one that counts.
            max_concurrent_calls: 32_768,
            max_waiting_calls: usize::MAX,
            max_receive_message_size: 64 << 20,
            max_send_message_size: 64 << 20,
            user_agent: Some("scaffold-load".to_owned()),
            ..ChannelConfig::default()
        };
        Ok(Self {
            target: plan.target.clone(),
            config: crate::tls::apply(config, plan)?,
        })
    }

    /// Makes `count` connections.
    pub(crate) async fn connect(&self, count: usize) -> Result<Vec<Channel>, Fault> {
        let mut channels = Vec::with_capacity(count);
        for _ in 0..count {
            let channel = self.channel()?;
            if let Err(status) = channel.ready().await {
                return Err(self.fault(status.message()));
            }
            channels.push(channel);
        }
        Ok(channels)
    }

    /// A connection that is made when it is first used.
    pub(crate) fn channel(&self) -> Result<Channel, Fault> {
        Channel::with_config(&self.target, self.config.clone())
            .map_err(|status| Fault::usage(status.message().to_owned()))
    }

    fn fault(&self, why: &str) -> Fault {
        // What this machine runs out of is not the target's fault (EMFILE, ENFILE).
        if why.contains("os error 24") || why.contains("os error 23") {
            return Fault::internal(format!(
                "this process may open no more files: raise `ulimit -n` or lower --connections ({why})"
            ));
        }
        Fault::unreachable(format!("nothing answers at {}: {why}", self.target))
    }
}

/// What each call carries.
pub(crate) fn metadata(plan: &Plan) -> Result<Metadata, Fault> {
    let mut metadata = Metadata::new();
    let mut add = |name: &str, value: &str| {
        metadata
            .append(name, value)
            .map_err(|error| Fault::usage(format!("`{name}` cannot be metadata: {error}")))
    };
    for (name, value) in &plan.metadata {
        add(&name.to_ascii_lowercase(), value)?;
    }
    if let Some(path) = &plan.bearer_file {
        let token = std::fs::read_to_string(path).map_err(|error| {
            Fault::usage(format!(
                "cannot read the token in {}: {error}",
                path.display()
            ))
        })?;
        add("authorization", &format!("Bearer {}", token.trim()))?;
    }
    Ok(metadata)
}
