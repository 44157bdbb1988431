//! Metadata that comes back.

use scaffold_runtime::{Metadata, Request};

use super::super::target::{Failed, Target, Verdict, comes, ends, is_zeros, same};
use super::super::{ECHO_INITIAL, ECHO_TRAILING};
use super::{streaming, unary};

const INITIAL: &str = "test_initial_metadata_value";
const TRAILING: [u8; 3] = [0xab; 3];

fn with_metadata<T>(message: T) -> Result<Request<T>, Failed> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(ECHO_INITIAL, INITIAL)?;
    request.metadata_mut().insert_bin(ECHO_TRAILING, TRAILING)?;
    Ok(request)
}

fn came_back(initial: &Metadata, trailing: &Metadata) -> Verdict {
    let initial: Vec<&str> = initial.get_all(ECHO_INITIAL).collect();
    same("the initial metadata", initial, vec![INITIAL])?;
    let trailing: Vec<Vec<u8>> = trailing
        .get_all_bin(ECHO_TRAILING)
        .map(|value| value.to_vec())
        .collect();
    same("the trailing metadata", trailing, vec![TRAILING.to_vec()])
}

pub(super) async fn custom(target: &Target) -> Verdict {
    let request = with_metadata(unary::request(271_828, 314_159))?;
    let answer = target.client().unary_call(request).await?;
    is_zeros(answer.payload.as_ref(), 314_159)?;
    came_back(answer.metadata(), answer.trailers())?;

    let mut call = target.client().full_duplex_call(with_metadata(())?).await?;
    call.send(streaming::request(271_828, &[314_159])).await?;
    call.close_send().await?;
    let answer = comes(call.message().await?)?;
    is_zeros(answer.payload.as_ref(), 314_159)?;
    ends(call.message().await?)?;
    let nothing = Metadata::new();
    came_back(call.metadata(), call.trailers().unwrap_or(&nothing))
}
