//! Unix sockets: their paths, and the files that stand for them.

use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use socket2::{Domain, SockAddr, Socket, Type};

/// The longest path that `sockaddr_un` holds, with the NUL behind it left out.
const MAX_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The file of a socket that is listened on. Dropped, it is removed, unless
/// another has taken its place.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    /// Device and inode: which file it is, whatever its name says by then.
    identity: (u64, u64),
}

/// What the system takes for a path or an abstract name.
///
/// # Errors
///
/// If the text is too long for the system, or there is no abstract namespace.
pub(crate) fn socket_path(path: &Path, is_abstract: bool) -> io::Result<PathBuf> {
    let length = path.as_os_str().len();
    if length > MAX_PATH {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "the path of a Unix socket has at most {MAX_PATH} bytes and this has {length}: \
                 use a shorter one, or a relative one"
            ),
        ));
    }
    if !is_abstract {
        return Ok(path.to_owned());
    }
    if !cfg!(any(target_os = "linux", target_os = "android")) {
        return Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "abstract names of Unix sockets exist on Linux only: write unix:/path",
        ));
    }
    let mut name = std::ffi::OsString::from("\0");
    name.push(path);
    Ok(name.into())
}

/// Listens on a path, with the permissions `mode` on its file.
///
/// # Errors
///
/// If somebody listens there, if something else than a socket is there, or
/// those of the system.
pub(super) fn listen(
    path: &Path,
    mode: u32,
    backlog: i32,
) -> io::Result<(std::os::unix::net::UnixListener, SocketFile)> {
    let path = socket_path(path, false)?;
    let bound = match bind(&path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            remove_stale(&path)?;
            bind(&path)
        }
        bound => bound,
    };
    let socket = bound?;
    let metadata = std::fs::symlink_metadata(&path)?;
    let file = SocketFile {
        identity: (metadata.dev(), metadata.ino()),
        path,
    };
    // Before it listens: nobody has connected by then.
    std::fs::set_permissions(&file.path, std::fs::Permissions::from_mode(mode))?;
    socket.listen(backlog)?;
    Ok((socket.into(), file))
}

/// Listens on an abstract name: it has no file, and ends with the socket.
///
/// # Errors
///
/// If somebody listens there, or those of the system.
pub(super) fn listen_abstract(
    name: &str,
    backlog: i32,
) -> io::Result<std::os::unix::net::UnixListener> {
    let socket = bind(&socket_path(Path::new(name), true)?)?;
    socket.listen(backlog)?;
    Ok(socket.into())
}

fn bind(path: &Path) -> io::Result<Socket> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.bind(&SockAddr::unix(path)?)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// Removes the file of a socket that nobody listens on: its server was killed.
fn remove_stale(path: &Path) -> io::Result<()> {
    let in_use = |text| Err(io::Error::new(io::ErrorKind::AddrInUse, text));
    if !std::fs::symlink_metadata(path)?.file_type().is_socket() {
        return in_use("there is a file that is no socket: remove it, or use another path");
    }
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // A full backlog must not make us wait: it answers EAGAIN, and is in use.
    socket.set_nonblocking(true)?;
    match socket.connect(&SockAddr::unix(path)?) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path)
        }
        _ => in_use("another process listens there"),
    }
}

// === impl SocketFile ===

impl Drop for SocketFile {
    fn drop(&mut self) {
        let ours = std::fs::symlink_metadata(&self.path)
            .is_ok_and(|now| (now.dev(), now.ino()) == self.identity);
        if ours {
            // It may be gone by now, and then that is well.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
