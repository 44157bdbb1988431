//! The service for servers without a framework: bytes in, framed bytes out.

use bytes::{BufMut, Bytes};
use prost::Message;

use crate::pb::{Chunk, ExportResult, HelloReply, HelloRequest, LogBatch, Order};
use crate::{Method, work};

/// Decodes a unary call's message (without its prefix), calls the handler, and
/// appends the answer with its gRPC prefix.
///
/// # Panics
///
/// When the message cannot be decoded, or the method is no unary one: a
/// benchmark's client sends nothing else.
pub fn answer(method: Method, message: &[u8], out: &mut impl BufMut) {
    match method {
        Method::SayHello => {
            let request = HelloRequest::decode(message).expect("a HelloRequest");
            work(request.work);
            append(
                &HelloReply {
                    message: request.name,
                },
                out,
            );
        }
        Method::EchoOrder => append(&Order::decode(message).expect("an Order"), out),
        Method::ExportLogs => {
            let batch = LogBatch::decode(message).expect("a LogBatch");
            let accepted = batch.records.len() as u32;
            append(&ExportResult { accepted }, out);
        }
        Method::EchoLogs => append(&LogBatch::decode(message).expect("a LogBatch"), out),
        Method::Download | Method::Chat => unreachable!("no unary method"),
    }
}

/// A request without its prefix.
///
/// # Panics
///
/// When it cannot be decoded.
pub fn decode<M: Message + Default>(message: &[u8]) -> M {
    M::decode(message).expect("what the client was told to send")
}

/// Appends a framed chunk.
pub fn chunk(sequence: u64, payload: &Bytes, out: &mut impl BufMut) {
    let payload = payload.clone();
    append(&Chunk { sequence, payload }, out);
}

/// The message behind its gRPC prefix.
fn append(message: &impl Message, out: &mut impl BufMut) {
    out.put_u8(0);
    out.put_u32(message.encoded_len() as u32);
    message.encode(out).expect("room");
}
