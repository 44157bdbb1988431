//! The users, in memory: a stand-in for a database that shows where one goes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use scaffold_runtime::Status;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::pb::user::v1::User;

/// How many changes a watcher may be behind.
const BEHIND: usize = 1024;

/// All users, and who wants to know of changes.
#[derive(Debug)]
pub(super) struct Store {
    users: Mutex<Users>,
    changes: broadcast::Sender<User>,
}

#[derive(Debug, Default)]
struct Users {
    by_id: BTreeMap<String, User>,
    made: u64,
}

/// The changes since it was made.
#[derive(Debug)]
pub(super) struct Changes(broadcast::Receiver<User>);

impl Store {
    pub(super) fn get(&self, id: &str) -> Option<User> {
        self.users().by_id.get(id).cloned()
    }

    pub(super) fn list(&self, limit: usize) -> Vec<User> {
        self.users().by_id.values().take(limit).cloned().collect()
    }

    pub(super) fn changes(&self) -> Changes {
        Changes(self.changes.subscribe())
    }

    /// Stores a user, under a new id if it has none, and returns it as stored.
    pub(super) fn put(&self, mut user: User) -> Result<User, Status> {
        if user.name.is_empty() {
            return Err(Status::invalid_argument("the name is empty"));
        }
        let now = Some(SystemTime::now().into());
        let mut users = self.users();
        if user.user_id.is_empty() {
            users.made += 1;
            user.user_id = format!("user-{}", users.made);
        }
        let before = users.by_id.get(&user.user_id);
        user.created_at = before.map_or(now, |before| before.created_at);
        user.updated_at = now;
        users.by_id.insert(user.user_id.clone(), user.clone());
        drop(users);
        // Nobody may be watching.
        let _ = self.changes.send(user.clone());
        Ok(user)
    }

    fn users(&self) -> MutexGuard<'_, Users> {
        // Every change is whole before anything can panic.
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Store {
    fn default() -> Self {
        Self {
            users: Mutex::default(),
            changes: broadcast::Sender::new(BEHIND),
        }
    }
}

impl Changes {
    /// The next change; none when the store is gone.
    pub(super) async fn next(&mut self) -> Result<Option<User>, Status> {
        match self.0.recv().await {
            Ok(user) => Ok(Some(user)),
            Err(RecvError::Closed) => Ok(None),
            Err(RecvError::Lagged(missed)) => Err(Status::aborted(format!(
                "{missed} changes were missed: watch again"
            ))),
        }
    }
}
