//! Handlers of `user.v1.UserService`, over a store in memory.

mod store;

use crate::pb::user::v1 as pb;
use scaffold_runtime::{Request, Response, Sender, Status, Streaming};

use store::Store;

/// Answers the calls of `user.v1.UserService`.
#[derive(Debug, Default)]
pub struct UserServiceHandler {
    store: Store,
}

impl pb::user_service::UserService for UserServiceHandler {
    /// Finds one user by id.
    ///
    /// NOT_FOUND when no user has the id.
    async fn get_user(
        &self,
        request: Request<pb::GetUserRequest>,
    ) -> Result<Response<pb::GetUserResponse>, Status> {
        let id = request.into_inner().user_id;
        match self.store.get(&id) {
            Some(user) => Ok(Response::new(pb::GetUserResponse { user: Some(user) })),
            None => Err(Status::not_found(format!("no user has the id {id:?}"))),
        }
    }

    /// Makes a user and answers with the id it was given.
    ///
    /// INVALID_ARGUMENT when the name is empty.
    async fn create_user(
        &self,
        request: Request<pb::CreateUserRequest>,
    ) -> Result<Response<pb::CreateUserResponse>, Status> {
        let request = request.into_inner();
        let user = self.store.put(pb::User {
            name: request.name,
            age: request.age,
            email: request.email,
            ..pb::User::default()
        })?;
        Ok(Response::new(pb::CreateUserResponse {
            success: true,
            user_id: user.user_id,
        }))
    }

    /// Sends the users as they are and, if asked to follow, each change as it
    /// happens.
    async fn watch_users(
        &self,
        request: Request<pb::WatchUsersRequest>,
        mut responses: Sender<pb::User>,
    ) -> Result<(), Status> {
        let request = request.into_inner();
        // Before the users are read: a change in between comes twice, not never.
        let changes = request.follow.then(|| self.store.changes());
        // There may be nothing to send for a long time: the client is to know
        // that the watch has begun.
        responses.send_metadata().await?;
        let limit = match request.limit {
            0 => usize::MAX,
            limit => limit as usize,
        };
        for user in self.store.list(limit) {
            responses.send(user).await?;
        }
        if let Some(mut changes) = changes {
            // Ends with the deadline, or when the client is gone.
            while let Some(user) = changes.next().await? {
                responses.send(user).await?;
            }
        }
        Ok(())
    }

    /// Stores every user that is sent, and answers with how many they were.
    async fn import_users(
        &self,
        requests: Request<Streaming<pb::User>>,
    ) -> Result<Response<pb::ImportUsersResponse>, Status> {
        let mut users = requests.into_inner();
        let mut imported = 0;
        while let Some(user) = users.message().await? {
            self.store.put(user)?;
            imported += 1;
        }
        Ok(Response::new(pb::ImportUsersResponse { imported }))
    }

    /// Stores each user that is sent and answers with the user as stored, so that
    /// two systems can hold the same users.
    async fn sync_users(
        &self,
        requests: Request<Streaming<pb::User>>,
        mut responses: Sender<pb::User>,
    ) -> Result<(), Status> {
        let mut users = requests.into_inner();
        while let Some(user) = users.message().await? {
            responses.send(self.store.put(user)?).await?;
        }
        Ok(())
    }
}
