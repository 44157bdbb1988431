//! Calls by our own channel, without a pause, until told to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use scaffold_runtime::{BackoffConfig, Channel, ChannelConfig, Code, Request};
use scaffold_tests::pb::attack::v1::Ask;
use scaffold_tests::pb::attack::v1::target::TargetClient;

/// What became of the calls.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    pub(crate) answered: usize,
    /// Never sent, since nobody listened: made again.
    pub(crate) refused: usize,
    /// Ended in any other way than by an answer.
    pub(crate) lost: Vec<String>,
}

pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Sum>,
}

impl Load {
    /// `callers` tasks over one channel.
    pub(crate) fn start(address: &str, callers: usize) -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let (told, address) = (stop.clone(), address.to_owned());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime starts");
            runtime.block_on(async {
                let client = TargetClient::new(channel(&address));
                let tasks: Vec<_> = (0..callers)
                    .map(|_| tokio::spawn(call(client.clone(), told.clone())))
                    .collect();
                let mut sum = Sum::default();
                for task in tasks {
                    let part = task.await.expect("no panic");
                    sum.answered += part.answered;
                    sum.refused += part.refused;
                    sum.lost.extend(part.lost);
                }
                sum
            })
        });
        Load { stop, thread }
    }

    pub(crate) fn stop(self) -> Sum {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().expect("no panic")
    }
}

/// Tries again soon: a server is away for milliseconds.
fn channel(address: &str) -> Channel {
    let config = ChannelConfig {
        backoff: BackoffConfig {
            initial: Duration::from_millis(5),
            max: Duration::from_millis(20),
            ..BackoffConfig::default()
        },
        ..ChannelConfig::default()
    };
    Channel::with_config(address, config).expect("a target")
}

async fn call(client: TargetClient, stop: Arc<AtomicBool>) -> Sum {
    let mut sum = Sum::default();
    while !stop.load(Ordering::SeqCst) {
        let mut ask = Request::new(Ask {
            millis: 2,
            ..Ask::default()
        });
        ask.set_timeout(Duration::from_secs(20));
        match client.unary(ask).await {
            Ok(_) => sum.answered += 1,
            // Between two servers nobody listens.
            Err(status)
                if status.code() == Code::Unavailable && status.message().contains("refused") =>
            {
                sum.refused += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(status) => sum.lost.push(status.to_string()),
        }
    }
    sum
}
