//! Many large calls, over one channel or each over its own.

use std::time::Instant;

use scaffold_runtime::Channel;

use super::super::target::{Failed, Soak, Target, Verdict, is_zeros, within};
use super::unary;
use crate::pb::grpc::testing::test_service::TestServiceClient;

/// What the threads of a soak found together.
#[derive(Default)]
struct Tally {
    done: u64,
    failures: Vec<String>,
}

async fn once(channel: Channel, soak: &Soak) -> Verdict {
    let began = Instant::now();
    let request = unary::request(soak.request_size, soak.response_size as i32);
    // A call that never ends is a failure, too.
    let request = within(soak.overall_timeout, request);
    let answer = TestServiceClient::new(channel).unary_call(request).await?;
    is_zeros(answer.payload.as_ref(), soak.response_size)?;
    let (took, most) = (began.elapsed(), soak.per_iteration_max_acceptable_latency);
    if took > most {
        return Err(Failed(format!(
            "the call took {took:?}, more than {most:?}"
        )));
    }
    Ok(())
}

async fn run(target: &Target, own_channel: bool) -> Verdict {
    let soak = target.soak;
    let began = Instant::now();
    let mut workers = tokio::task::JoinSet::new();
    let mut channels = Vec::new();
    for worker in 0..soak.num_threads {
        let share = soak.iterations / soak.num_threads
            + u64::from(worker < soak.iterations % soak.num_threads);
        for _ in 0..share {
            channels.push(if own_channel {
                target.another_channel()?
            } else {
                target.channel.clone()
            });
        }
        let mut channels = std::mem::take(&mut channels);
        workers.spawn(async move {
            let mut tally = Tally::default();
            while let Some(channel) = channels.pop() {
                if began.elapsed() >= soak.overall_timeout {
                    break;
                }
                let next = tokio::time::Instant::now() + soak.min_time_between_rpcs;
                tally.done += 1;
                if let Err(Failed(what)) = once(channel, &soak).await {
                    tally.failures.push(what);
                }
                tokio::time::sleep_until(next).await;
            }
            tally
        });
    }
    let mut all = Tally::default();
    while let Some(tally) = workers.join_next().await {
        let tally = tally.map_err(|error| Failed(error.to_string()))?;
        all.done += tally.done;
        all.failures.extend(tally.failures);
    }
    if all.done != soak.iterations {
        return Err(Failed(format!(
            "{} of {} calls within {:?}",
            all.done, soak.iterations, soak.overall_timeout
        )));
    }
    if all.failures.len() as u64 > soak.max_failures {
        return Err(Failed(all.failures.join("; ")));
    }
    Ok(())
}

pub(super) async fn rpc(target: &Target) -> Verdict {
    run(target, false).await
}

pub(super) async fn channel(target: &Target) -> Verdict {
    run(target, true).await
}
