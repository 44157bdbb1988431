//! What the server says about its load (ORCA).

use std::time::Duration;

use scaffold_runtime::codegen::prost::Message;

use super::super::LOAD_TRAILER;
use super::super::target::{Failed, Target, Verdict, comes, same, within};
use super::streaming;
use crate::pb::grpc::testing::{SimpleRequest, StreamingOutputCallRequest, TestOrcaReport};
use crate::pb::xds::data::orca::v3::OrcaLoadReport;
use crate::pb::xds::service::orca::v3::OrcaLoadReportRequest;
use crate::pb::xds::service::orca::v3::open_rca_service::OpenRcaServiceClient;

/// How long a report may take to show.
const SOON: Duration = Duration::from_secs(30);

fn one(name: &str, value: f64) -> std::collections::HashMap<String, f64> {
    [(name.to_owned(), value)].into()
}

pub(super) async fn per_rpc(target: &Target) -> Verdict {
    let set = TestOrcaReport {
        cpu_utilization: 0.8210,
        memory_utilization: 0.5847,
        request_cost: one("cost", 3456.32),
        utilization: one("util", 0.30499),
    };
    let wanted = OrcaLoadReport {
        cpu_utilization: 0.8210,
        mem_utilization: 0.5847,
        request_cost: one("cost", 3456.32),
        utilization: one("util", 0.30499),
        ..OrcaLoadReport::default()
    };
    let request = SimpleRequest {
        orca_per_query_report: Some(set),
        ..SimpleRequest::default()
    };
    let answer = target.client().unary_call(request).await?;
    let Some(found) = answer.trailers().get_bin(LOAD_TRAILER) else {
        return Err(Failed(format!("there is no trailer {LOAD_TRAILER}")));
    };
    let found = OrcaLoadReport::decode(found).map_err(|error| Failed(error.to_string()))?;
    same("the load", found, wanted)
}

pub(super) async fn out_of_band(target: &Target) -> Verdict {
    let watch = within(
        SOON,
        OrcaLoadReportRequest {
            report_interval: Some(Duration::from_secs(1).try_into().unwrap_or_default()),
            ..OrcaLoadReportRequest::default()
        },
    );
    let mut call = target.client().full_duplex_call(within(SOON, ())).await?;
    let mut reports = OpenRcaServiceClient::new(target.channel.clone())
        .stream_core_metrics(watch)
        .await?;
    for (cpu, memory, util) in [(0.8210, 0.5847, 0.30499), (0.29309, 0.2, 0.2039)] {
        call.send(StreamingOutputCallRequest {
            orca_oob_report: Some(TestOrcaReport {
                cpu_utilization: cpu,
                memory_utilization: memory,
                utilization: one("util", util),
                ..TestOrcaReport::default()
            }),
            ..streaming::request(0, &[1])
        })
        .await?;
        comes(call.message().await?)?;
        let wanted = OrcaLoadReport {
            cpu_utilization: cpu,
            mem_utilization: memory,
            utilization: one("util", util),
            ..OrcaLoadReport::default()
        };
        // Reports from before may come first; the deadline ends the wait.
        while comes(reports.message().await?)? != wanted {}
    }
    Ok(())
}
