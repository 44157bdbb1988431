//! The two versions of the service; they differ in name alone.

use std::collections::HashSet;
use std::sync::Arc;

use super::answer::{Answer, Ask, answer};
use super::index::Index;
use crate::pb::grpc::reflection::{v1, v1alpha};
use crate::{Request, Sender, ServiceSpec, Status, Streaming};

macro_rules! version {
    ($(#[$doc:meta])* $handler:ident, $version:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $handler {
            index: Arc<Index>,
        }

        impl $version::server_reflection::ServerReflection for $handler {
            async fn server_reflection_info(
                &self,
                requests: Request<Streaming<$version::ServerReflectionRequest>>,
                mut responses: Sender<$version::ServerReflectionResponse>,
            ) -> Result<(), Status> {
                use $version::server_reflection_request::MessageRequest;
                use $version::server_reflection_response::MessageResponse;

                let mut requests = requests.into_inner();
                let mut sent = HashSet::new();
                while let Some(request) = requests.message().await? {
                    let ask = match &request.message_request {
                        Some(MessageRequest::FileByFilename(path)) => Ask::File(path),
                        Some(MessageRequest::FileContainingSymbol(symbol)) => Ask::Symbol(symbol),
                        Some(MessageRequest::FileContainingExtension(extension)) => {
                            Ask::Extension(&extension.containing_type, extension.extension_number)
                        }
                        Some(MessageRequest::AllExtensionNumbersOfType(extendee)) => {
                            Ask::ExtensionNumbers(extendee)
                        }
                        Some(MessageRequest::ListServices(_)) => Ask::Services,
                        None => Ask::Nothing,
                    };
                    let message_response = match answer(&self.index, &mut sent, &ask) {
                        Answer::Files(files) => {
                            MessageResponse::FileDescriptorResponse($version::FileDescriptorResponse {
                                file_descriptor_proto: files.into_iter().map(Into::into).collect(),
                            })
                        }
                        Answer::ExtensionNumbers(base_type_name, extension_number) => {
                            MessageResponse::AllExtensionNumbersResponse(
                                $version::ExtensionNumberResponse {
                                    base_type_name,
                                    extension_number,
                                },
                            )
                        }
                        Answer::Services(names) => {
                            let service = names
                                .into_iter()
                                .map(|name| $version::ServiceResponse { name })
                                .collect();
                            MessageResponse::ListServicesResponse($version::ListServiceResponse {
                                service,
                            })
                        }
                        Answer::Error(code, error_message) => {
                            MessageResponse::ErrorResponse($version::ErrorResponse {
                                error_code: code as i32,
                                error_message,
                            })
                        }
                    };
                    responses
                        .send($version::ServerReflectionResponse {
                            valid_host: request.host.clone(),
                            original_request: Some(request),
                            message_response: Some(message_response),
                        })
                        .await?;
                }
                Ok(())
            }
        }
    };
}

version! {
    /// Answers `grpc.reflection.v1.ServerReflection`.
    Reflection, v1
}

version! {
    /// Answers `grpc.reflection.v1alpha.ServerReflection`, which most of
    /// today's clients ask first.
    ReflectionV1Alpha, v1alpha
}

impl Reflection {
    /// Tells of these services, and of reflection itself.
    #[must_use]
    pub fn new<'a>(services: impl IntoIterator<Item = &'a ServiceSpec>) -> Reflection {
        let own = [
            &v1::server_reflection::SPEC,
            &v1alpha::server_reflection::SPEC,
        ];
        Reflection {
            index: Arc::new(Index::new(services.into_iter().chain(own))),
        }
    }

    /// The v1alpha service over the same descriptors.
    #[must_use]
    pub fn v1alpha(&self) -> ReflectionV1Alpha {
        ReflectionV1Alpha {
            index: Arc::clone(&self.index),
        }
    }
}
