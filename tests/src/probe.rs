//! The probe service, written as a user would write a handler.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use scaffold_runtime::{ErrorDetails, Metadata, Request, Response, Sender, Status, Streaming};

use crate::pb::probe::v1::probe::Probe;
use crate::pb::probe::v1::{Answer, Ask, Failure, SeenResponse};

/// Counts what it sees, and does what it is asked.
#[derive(Debug, Default)]
pub struct ProbeHandler {
    started: AtomicU32,
    cancelled: AtomicU32,
}

/// Counts a call as cancelled unless it is told that the handler came to its end.
struct Running<'a> {
    handler: &'a ProbeHandler,
    ended: bool,
}

impl Running<'_> {
    fn ends(mut self) {
        self.ended = true;
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.handler.cancelled.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl ProbeHandler {
    fn starts(&self) -> Running<'_> {
        self.started.fetch_add(1, Ordering::Relaxed);
        Running {
            handler: self,
            ended: false,
        }
    }
}

fn answer(ask: &Ask, index: u32, deadline: Option<Instant>) -> Answer {
    Answer {
        text: ask.text.clone(),
        payload: match ask.answer_size {
            0 => ask.payload.clone(),
            size => vec![0; size as usize],
        },
        index,
        deadline_ms: deadline.map_or(0, |at| {
            at.saturating_duration_since(Instant::now()).as_millis() as u64
        }),
    }
}

fn failure(fail: &Failure) -> Status {
    let status = Status::new(fail.code.into(), fail.message.clone());
    if fail.reason.is_empty() {
        return status;
    }
    status.with_details(ErrorDetails::new().error_info(&fail.reason, "probe.scaffold"))
}

fn echo(ask: &Metadata, initial: &mut Metadata, trailing: &mut Metadata) -> Result<(), Status> {
    if let Some(value) = ask.get("x-ask") {
        initial.insert("x-answer", value)?;
    }
    if let Some(value) = ask.get_bin("x-ask-bin") {
        trailing.insert_bin("x-answer-bin", value)?;
    }
    Ok(())
}

async fn sleep(ms: u32) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(u64::from(ms))).await;
    }
}

impl Probe for ProbeHandler {
    async fn unary(&self, request: Request<Ask>) -> Result<Response<Answer>, Status> {
        let running = self.starts();
        let mut response = Response::new(answer(&request, 0, request.deadline()));
        let (mut initial, mut trailing) = (Metadata::new(), Metadata::new());
        echo(request.metadata(), &mut initial, &mut trailing)?;
        *response.metadata_mut() = initial;
        *response.trailers_mut() = trailing;
        sleep(request.sleep_ms).await;
        running.ends();
        match &request.fail {
            Some(fail) => Err(failure(fail)),
            None => Ok(response),
        }
    }

    async fn server_stream(
        &self,
        request: Request<Ask>,
        mut responses: Sender<Answer>,
    ) -> Result<(), Status> {
        let running = self.starts();
        let (mut initial, mut trailing) = (Metadata::new(), Metadata::new());
        echo(request.metadata(), &mut initial, &mut trailing)?;
        *responses.metadata_mut() = initial;
        *responses.trailers_mut() = trailing;
        for index in 0..request.count {
            sleep(request.sleep_ms).await;
            responses
                .send(answer(&request, index, request.deadline()))
                .await?;
        }
        running.ends();
        request
            .fail
            .as_ref()
            .map_or(Ok(()), |fail| Err(failure(fail)))
    }

    async fn client_stream(
        &self,
        requests: Request<Streaming<Ask>>,
    ) -> Result<Response<Answer>, Status> {
        let running = self.starts();
        let deadline = requests.deadline();
        let (mut initial, mut trailing) = (Metadata::new(), Metadata::new());
        echo(requests.metadata(), &mut initial, &mut trailing)?;
        let mut requests = requests.into_inner();
        let (mut count, mut texts, mut bytes) = (0, Vec::new(), 0);
        while let Some(ask) = requests.message().await? {
            count += 1;
            bytes += ask.payload.len();
            texts.push(ask.text);
            sleep(ask.sleep_ms).await;
            if let Some(fail) = &ask.fail {
                running.ends();
                return Err(failure(fail));
            }
        }
        running.ends();
        let last = Ask {
            text: texts.join(","),
            payload: bytes.to_string().into_bytes(),
            ..Ask::default()
        };
        let mut response = Response::new(answer(&last, count, deadline));
        *response.metadata_mut() = initial;
        *response.trailers_mut() = trailing;
        Ok(response)
    }

    async fn bidi(
        &self,
        requests: Request<Streaming<Ask>>,
        mut responses: Sender<Answer>,
    ) -> Result<(), Status> {
        let running = self.starts();
        let deadline = requests.deadline();
        let (mut initial, mut trailing) = (Metadata::new(), Metadata::new());
        echo(requests.metadata(), &mut initial, &mut trailing)?;
        *responses.metadata_mut() = initial;
        *responses.trailers_mut() = trailing;
        let mut requests = requests.into_inner();
        let mut index = 0;
        while let Some(ask) = requests.message().await? {
            sleep(ask.sleep_ms).await;
            if let Some(fail) = &ask.fail {
                running.ends();
                return Err(failure(fail));
            }
            responses.send(answer(&ask, index, deadline)).await?;
            index += 1;
        }
        running.ends();
        Ok(())
    }

    async fn seen(&self, _: Request<()>) -> Result<Response<SeenResponse>, Status> {
        Ok(Response::new(SeenResponse {
            started: self.started.load(Ordering::Relaxed),
            cancelled: self.cancelled.load(Ordering::Relaxed),
        }))
    }
}
