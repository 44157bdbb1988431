//! The end of a connection: what the peer is told, and time to read it.

use std::future::Future;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::race::race;

/// How long a peer has to take the last bytes and to close.
const PATIENCE: Duration = Duration::from_secs(1);

/// What it may still send meanwhile, in bytes.
const IGNORED: usize = 1 << 20;

/// Writes `output`, closes, and reads for a while. A socket that is closed with
/// input in it is reset by the kernel, and the peer would lose the GOAWAY that
/// says why.
pub(super) async fn farewell<T>(mut io: T, output: &[u8], cut: impl Future<Output = ()>)
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let leave = async {
        if io.write_all(output).await.is_err() || io.shutdown().await.is_err() {
            return;
        }
        let mut ignored = 0;
        let mut buffer = [0; 4096];
        while ignored < IGNORED {
            match io.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(count) => ignored += count,
            }
        }
    };
    race(timeout(PATIENCE, leave), cut).await;
}
