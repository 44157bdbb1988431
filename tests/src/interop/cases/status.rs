//! Calls that the server ends with a failure.

use scaffold_runtime::{Code, Status};

use super::super::target::{Target, Verdict, fails, same};
use crate::pb::grpc::testing::unimplemented_service::UnimplementedServiceClient;
use crate::pb::grpc::testing::{EchoStatus, Empty, SimpleRequest, StreamingOutputCallRequest};

fn asked(message: &str) -> Option<EchoStatus> {
    Some(EchoStatus {
        code: Code::Unknown as i32,
        message: message.to_owned(),
    })
}

async fn unary(target: &Target, message: &str) -> Verdict {
    let request = SimpleRequest {
        response_status: asked(message),
        ..SimpleRequest::default()
    };
    let status = fails(target.client().unary_call(request).await, Code::Unknown)?;
    same("the message", status.message(), message)
}

pub(super) async fn code_and_message(target: &Target) -> Verdict {
    const MESSAGE: &str = "test status message";
    unary(target, MESSAGE).await?;
    let result = async {
        let mut call = target.client().full_duplex_call(()).await?;
        call.send(StreamingOutputCallRequest {
            response_status: asked(MESSAGE),
            ..StreamingOutputCallRequest::default()
        })
        .await?;
        call.close_send().await?;
        call.message().await
    };
    let status: Status = fails(result.await, Code::Unknown)?;
    same("the stream's message", status.message(), MESSAGE)
}

pub(super) async fn special_message(target: &Target) -> Verdict {
    unary(
        target,
        "\t\ntest with whitespace\r\nand Unicode BMP \u{263a} and non-BMP \u{1f608}\t\n",
    )
    .await
}

pub(super) async fn unimplemented_method(target: &Target) -> Verdict {
    let result = target.client().unimplemented_call(Empty {}).await;
    fails(result, Code::Unimplemented)?;
    Ok(())
}

pub(super) async fn unimplemented_service(target: &Target) -> Verdict {
    let client = UnimplementedServiceClient::new(target.channel.clone());
    fails(
        client.unimplemented_call(Empty {}).await,
        Code::Unimplemented,
    )?;
    Ok(())
}
