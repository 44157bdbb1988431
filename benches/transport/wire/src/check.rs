//! Every method once, by the h2 crate's client: status 0, and the right answer.

use std::error::Error;
use std::fmt::Debug;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use h2::client::SendRequest;
use http::{Request, Version};
use messages::Method;
use messages::pb::{Chunk, ExportResult, HelloReply, LogBatch};
use prost::Message;
use tokio::net::TcpStream;

use crate::args::Args;

/// Asks every method of `args`, and says which answer was wrong.
pub(crate) fn check(args: &Args) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let socket = TcpStream::connect(args.address).await?;
        // Room for a whole answer: the floor counts no windows.
        let mut builder = h2::client::Builder::new();
        builder
            .initial_window_size(1 << 20)
            .initial_connection_window_size(1 << 20);
        let (mut requests, connection) = builder.handshake(socket).await?;
        tokio::spawn(connection);
        for &method in &args.methods {
            let asked =
                tokio::time::timeout(Duration::from_secs(5), ask(&mut requests, args, method));
            let answers = asked
                .await
                .map_err(|_| format!("{}: no answer in 5 s", method.name()))?;
            let answers = answers.map_err(|error| format!("{}: {error}", method.name()))?;
            compare(method, &answers).map_err(|error| format!("{}: {error}", method.name()))?;
        }
        println!("checked");
        Ok(())
    })
}

/// The messages of the answer.
async fn ask(
    requests: &mut SendRequest<Bytes>,
    args: &Args,
    method: Method,
) -> Result<Vec<Bytes>, Box<dyn Error>> {
    let uri = format!("http://{}{}", args.address, method.path());
    let request = Request::post(uri)
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())?;
    let (response, mut body) = requests.send_request(request, false)?;
    let (size, count) = sizes(method);
    body.send_data(
        messages::framed(&messages::body(method, 0, size, count)).into(),
        true,
    )?;
    let response = response.await?;
    // `application/grpc+proto` is as good.
    let kind = response
        .headers()
        .get("content-type")
        .map_or(&b""[..], |kind| kind.as_bytes());
    if response.status() != 200 || !kind.starts_with(b"application/grpc") {
        return Err(format!("not gRPC: {response:?}").into());
    }
    let mut body = response.into_body();
    let mut bytes = BytesMut::new();
    while let Some(data) = body.data().await {
        let data = data?;
        body.flow_control().release_capacity(data.len())?;
        bytes.extend_from_slice(&data);
    }
    let trailers = body.trailers().await?.ok_or("no trailers")?;
    if trailers
        .get("grpc-status")
        .is_none_or(|status| status != "0")
    {
        return Err(format!("a status that is not OK: {trailers:?}").into());
    }
    let mut answers = Vec::new();
    while !bytes.is_empty() {
        if bytes.len() < 5 || bytes.get_u8() != 0 {
            return Err("no plain gRPC prefix".into());
        }
        let len = bytes.get_u32() as usize;
        if bytes.len() < len {
            return Err("half a message".into());
        }
        answers.push(bytes.split_to(len).freeze());
    }
    Ok(answers)
}

/// Bytes of a chunk, and chunks, that are asked for.
fn sizes(method: Method) -> (u32, u64) {
    match method {
        Method::Download => (40_000, 3),
        _ => (17, 0),
    }
}

fn compare(method: Method, answers: &[Bytes]) -> Result<(), String> {
    let (size, count) = sizes(method);
    let chunk = |sequence| Chunk {
        sequence,
        payload: vec![b'x'; size as usize].into(),
    };
    match method {
        Method::SayHello => same(
            answers,
            &[HelloReply {
                message: messages::hello(0).name,
            }],
        ),
        Method::EchoOrder => same(answers, &[messages::order()]),
        Method::ExportLogs => same(answers, &[ExportResult { accepted: 50 }]),
        Method::EchoLogs => same::<LogBatch>(answers, &[messages::logs()]),
        Method::Download => same(answers, &(0..count).map(chunk).collect::<Vec<_>>()),
        Method::Chat => same(answers, &[chunk(1)]),
    }
}

fn same<M: Message + Default + PartialEq + Debug>(
    answers: &[Bytes],
    expected: &[M],
) -> Result<(), String> {
    let decoded: Result<Vec<M>, _> = answers
        .iter()
        .map(|answer| M::decode(answer.clone()))
        .collect();
    let decoded = decoded.map_err(|error| error.to_string())?;
    if decoded != expected {
        return Err(format!("answered {decoded:?}"));
    }
    Ok(())
}
