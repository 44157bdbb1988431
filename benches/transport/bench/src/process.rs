//! What the kernel tells about another process.

use std::time::Duration;

use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

use crate::Fault;

/// User and system time of all its threads, those that ended too, to the nanosecond.
pub(crate) fn cpu(pid: u32) -> Result<Duration, Fault> {
    let clock = clock_getcpuclockid(Pid::from_raw(pid as i32))?;
    Ok(clock.now()?.into())
}

/// Bytes in memory.
pub(crate) fn resident(pid: u32) -> Result<u64, Fault> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("no VmRSS")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib << 10)
}

/// CPU time of each thread, by its number, without the one that answers us.
pub(crate) fn threads(pid: u32) -> Result<Vec<(String, u64)>, Fault> {
    let mut threads = Vec::new();
    for entry in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let path = entry?.path();
        let name = std::fs::read_to_string(path.join("comm"))?;
        if name.trim() != "control" {
            let stat = std::fs::read_to_string(path.join("schedstat"))?;
            let nanos = stat.split(' ').next().unwrap_or_default().parse()?;
            threads.push((
                path.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
                nanos,
            ));
        }
    }
    threads.sort();
    Ok(threads)
}

/// Files that a process may have open.
pub(crate) fn file_limit() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(1024)
}
