//! Unary calls, by the shortest way: the request goes from the message into the
//! connection's output, the response from the connection's memory into the
//! message. What is out of the ordinary takes the long way, over a
//! [`Receiver`].

use std::future::poll_fn;
use std::sync::Arc;

use prost::Message;

use super::engine::{Frame, Prepared, Quick, give_back};
use super::head::CallHead;
use super::link::Link;
use super::open::{open, within};
use super::receive::{Receiver, Requests};
use crate::client_stream::{CallSource, single};
use crate::framing::PREFIX;
use crate::stream::undecodable_answer;
use crate::{Metadata, Response, Status, Streaming};

/// Makes a unary call.
pub(super) async fn unary<Req, Res>(
    link: &Arc<Link>,
    head: CallHead,
    message: Req,
) -> Result<Response<Res>, Status>
where
    Req: Message,
    Res: Message + Default,
{
    // Compressed once, if at all: another attempt sends the same bytes.
    let request = Prepared::new(&message, &head.rules)?;
    within(head.deadline, attempts(link, &head, request.frame())).await
}

/// At most two: a call that the server surely did not process is made again,
/// once.
async fn attempts<Res: Message + Default>(
    link: &Arc<Link>,
    head: &CallHead,
    request: Frame<'_>,
) -> Result<Response<Res>, Status> {
    let mut again = false;
    loop {
        let mut call = open(link, head, true, Some(request)).await?;
        match poll_fn(|cx| call.poll_quick(cx)).await {
            Quick::Message(memory) => {
                let message = Res::decode(&memory[PREFIX..]);
                give_back(memory);
                return match message {
                    Ok(message) => Ok(message.into()),
                    Err(fault) => Err(undecodable_answer(fault)),
                };
            }
            Quick::Unprocessed if !again => again = true,
            Quick::Unprocessed | Quick::Slow => {
                // It has answered, or was refused twice: nothing is sent again.
                let receiver = Receiver::new(link.clone(), head.clone(), Requests::One(None), call);
                let source = Box::new(CallSource::new(receiver));
                let mut responses = Streaming::new(source, Metadata::new(), undecodable_answer);
                return single(&mut responses).await;
            }
        }
    }
}
