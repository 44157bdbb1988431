//! Handlers of `b.v1.Users`.
//!
//! This file is yours: `cargo scaffold generate` does not touch it. When the
//! .proto gets another method, the compiler says which one is missing here.

use crate::pb::b::v1 as pb;
use scaffold_runtime::{Request, Sender, Status};

/// Answers the calls of `b.v1.Users`.
#[derive(Debug, Default)]
pub struct BV1UsersHandler {}

impl pb::users::Users for BV1UsersHandler {
    async fn a_method_with_a_name_that_is_very_long_indeed_and_goes_on_until_the_line_is_full(
        &self,
        _request: Request<pb::AMessageWithAnEquallyLongName>,
        _responses: Sender<crate::pb::a::v1::Status>,
    ) -> Result<(), Status> {
        Err(Status::unimplemented(
            "AMethodWithANameThatIsVeryLongIndeedAndGoesOnUntilTheLineIsFull is not written yet",
        ))
    }
}
