//! Processes as Linux tells of them, proc(5). On other systems there are none.

use std::fs;

use super::source::Reading;

/// Ticks of the clock that CPU time is counted in, per second: part of Linux' ABI
/// (USER_HZ), whatever the kernel ticks by itself.
const TICKS: f64 = 100.0;

/// The state of a socket that listens, in /proc/net/tcp.
const LISTEN: &str = "0A";

/// The processes that listen at a port, but for this one: a server within it is not
/// to be told from the generator.
pub(super) fn listening(port: u16) -> Vec<u32> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let tables = tables.map(|path| fs::read_to_string(path).unwrap_or_default());
    let sockets: Vec<String> = tables
        .iter()
        .flat_map(|table| table.lines().skip(1))
        .filter_map(|line| socket(line, port))
        .collect();
    if sockets.is_empty() {
        return Vec::new();
    }
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let others = ids.filter(|&id: &u32| id != std::process::id());
    others.filter(|&id| holds(id, &sockets)).collect()
}

/// What a descriptor of the socket links to, if the line is of one that listens at
/// the port.
fn socket(line: &str, port: u16) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (_, at) = fields.get(1)?.rsplit_once(':')?;
    let here = u16::from_str_radix(at, 16) == Ok(port) && fields.get(3) == Some(&LISTEN);
    here.then(|| fields.get(9).map(|inode| format!("socket:[{inode}]")))?
}

/// Whether the process has one of the sockets open; one of another user keeps that
/// to itself.
fn holds(id: u32, sockets: &[String]) -> bool {
    let open = fs::read_dir(format!("/proc/{id}/fd"));
    open.into_iter().flatten().flatten().any(|entry| {
        let link = fs::read_link(entry.path());
        link.is_ok_and(|link| sockets.iter().any(|socket| link.as_os_str() == &**socket))
    })
}

/// The program's name.
pub(super) fn name(id: u32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{id}/comm")).ok()?;
    Some(name.trim().to_owned())
}

/// What processes took so far, and hold.
pub(super) fn read(ids: &[u32]) -> Result<Reading, String> {
    let mut reading = Reading::default();
    for id in ids {
        let file = |name| fs::read_to_string(format!("/proc/{id}/{name}"));
        let read = || Some((cpu(&file("stat").ok()?)?, memory(&file("status").ok()?)?));
        let (cpu, memory) = read().ok_or_else(|| format!("process {id} is gone"))?;
        *reading.cpu.get_or_insert(0.0) += cpu;
        *reading.memory.get_or_insert(0) += memory;
    }
    Ok(reading)
}

/// Seconds of CPU time in `stat`; a program's name may have spaces and brackets.
fn cpu(stat: &str) -> Option<f64> {
    let (_, behind) = stat.rsplit_once(')')?;
    let mut fields = behind.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

/// Bytes of memory in `status`; a process that has ended has none.
fn memory(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_system_are_read() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 9 0 1 2 3";
        assert_eq!(cpu(stat), Some(2.0));
        assert_eq!(memory("Name:\ta\nVmRSS:\t    2048 kB\n"), Some(2 << 20));
        let line = "   0: 0100007F:C6BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 4711 1 0 100 0 0 10 0";
        assert_eq!(socket(line, 0xC6BB).as_deref(), Some("socket:[4711]"));
        assert_eq!(socket(line, 1), None);
        assert_eq!(socket(&line.replace(" 0A ", " 01 "), 0xC6BB), None);
        for wrong in ["", "a b", "1: x 2 0A"] {
            assert_eq!(
                (cpu(wrong), memory(wrong), socket(wrong, 1)),
                (None, None, None)
            );
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_tells_of_itself() {
        let reading = read(&[std::process::id()]).expect("this process");
        assert!(
            reading.memory > Some(100_000) && reading.cpu.is_some(),
            "{reading:?}"
        );
        assert!(read(&[u32::MAX]).is_err());
    }
}
