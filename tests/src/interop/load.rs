//! What the test server says about its load (ORCA, gRFC A51): in the trailers of
//! a call, and in a stream beside the calls.

use std::sync::Arc;
use std::time::Duration;

use scaffold_runtime::codegen::prost::Message;
use scaffold_runtime::{Metadata, Request, Sender, Status};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use super::LOAD_TRAILER;
use crate::pb::grpc::testing::TestOrcaReport;
use crate::pb::xds::data::orca::v3::OrcaLoadReport;
use crate::pb::xds::service::orca::v3::OrcaLoadReportRequest;
use crate::pb::xds::service::orca::v3::open_rca_service::OpenRcaService;

/// The shortest time between reports, whatever is asked for.
const MIN_INTERVAL: Duration = Duration::from_secs(1);

/// The server's load as a client has set it. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// Held by the one stream that sets the load, so that two clients that run the
    /// case at once do not see each other's.
    turn: Arc<Mutex<()>>,
    report: watch::Sender<OrcaLoadReport>,
}

/// A stream's right to set the load.
#[derive(Debug, Default)]
pub struct Turn(Option<OwnedMutexGuard<()>>);

/// A report as ORCA writes it.
fn report(of: &TestOrcaReport) -> OrcaLoadReport {
    OrcaLoadReport {
        cpu_utilization: of.cpu_utilization,
        mem_utilization: of.memory_utilization,
        request_cost: of.request_cost.clone(),
        utilization: of.utilization.clone(),
        ..OrcaLoadReport::default()
    }
}

/// Writes the load of one call into its trailers.
///
/// # Errors
///
/// None that a report can cause.
pub fn write(of: &TestOrcaReport, trailers: &mut Metadata) -> Result<(), Status> {
    trailers.insert_bin(LOAD_TRAILER, report(of).encode_to_vec())?;
    Ok(())
}

// === impl Load ===

impl Load {
    /// Sets what the server reports, once it is this stream's turn.
    pub async fn set(&self, of: &TestOrcaReport, turn: &mut Turn) {
        if turn.0.is_none() {
            turn.0 = Some(self.turn.clone().lock_owned().await);
        }
        self.report.send_replace(OrcaLoadReport {
            // What calls cost is not told beside the calls.
            request_cost: Default::default(),
            ..report(of)
        });
    }
}

impl OpenRcaService for Load {
    async fn stream_core_metrics(
        &self,
        request: Request<OrcaLoadReportRequest>,
        mut responses: Sender<OrcaLoadReport>,
    ) -> Result<(), Status> {
        let asked = request
            .report_interval
            .and_then(|asked| asked.try_into().ok());
        let interval = asked.unwrap_or(MIN_INTERVAL).max(MIN_INTERVAL);
        loop {
            let report = self.report.borrow().clone();
            responses.send(report).await?;
            tokio::time::sleep(interval).await;
        }
    }
}
