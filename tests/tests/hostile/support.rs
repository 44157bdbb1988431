//! An attack, and what every attack must leave behind.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use scaffold_runtime::ServerConfig;
use scaffold_tests::attack::{Case, Fate, Process, Report, Target, process, rows, wire};

pub(crate) const MIB: u64 = 1 << 20;

/// How long anything that must happen may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// glibc's malloc raises its thresholds as it goes, and then keeps what was
/// freed: resident memory would tell of it, and not of the server. Others
/// ignore this.
const GIVE_BACK: [(&str, &str); 2] = [
    ("MALLOC_MMAP_THRESHOLD_", "131072"),
    ("MALLOC_TRIM_THRESHOLD_", "131072"),
];

/// A server with other settings than the default ones.
pub(crate) fn server(variables: &[(&str, &str)]) -> Process {
    let program = Path::new(env!("CARGO_BIN_EXE_attack_server"));
    let all = [&GIVE_BACK, variables].concat();
    Process::start::<&str>(program, &[], &all)
}

/// What is left after an attack.
pub(crate) struct Aftermath {
    pub(crate) report: Report,
    pub(crate) counters: BTreeMap<String, u64>,
    pub(crate) server: Process,
}

/// Does what a row says to a server of its own.
///
/// Whatever the row: the server lives, the neighbour missed nothing, every
/// handler that was started is gone.
pub(crate) fn attack(row: &str, variables: &[(&str, &str)]) -> Aftermath {
    attack_with(row, variables, |_| ())
}

pub(crate) fn attack_with(
    row: &str,
    variables: &[(&str, &str)],
    change: impl FnOnce(&mut Target),
) -> Aftermath {
    let mut server = server(variables);
    let mut target = Target::of(&server);
    target.patience = PATIENCE;
    change(&mut target);
    let report = target.attack(rows::find(row));
    println!("{report}");
    assert!(server.exit(Duration::ZERO).is_none(), "the server is gone");
    let neighbour = &report.neighbour;
    // The last of them comes after the attack.
    assert!(neighbour.calls > 0, "{report}");
    assert!(neighbour.failed.is_empty(), "{report}");
    assert_eq!(neighbour.moved, 0, "{report}");
    let handlers = report.handlers.as_ref().expect("the server answers");
    // The neighbour may have a call under way.
    assert!(handlers.started <= handlers.gone + 1, "{report}");
    if let Some(memory) = report.memory {
        // The formula of docs/memory.md, whatever the row.
        let bound = ServerConfig::default().memory();
        let most = bound.one_hostile() + bound.at_rest();
        assert!(memory.growth() <= most, "{report}");
    }
    let counters = server.counters();
    println!("counters: {counters:?}");
    Aftermath {
        report,
        counters,
        server,
    }
}

impl Aftermath {
    pub(crate) fn cases(&self) -> &[Case] {
        &self.report.cases
    }

    pub(crate) fn case(&self, name: &str) -> &Case {
        let mut cases = self.report.cases.iter();
        cases
            .find(|case| case.name.starts_with(name))
            .unwrap_or_else(|| panic!("no case {name} in\n{}", self.report))
    }

    /// How often the server counted this cause.
    pub(crate) fn counted(&self, cause: &str) -> u64 {
        self.counters.get(cause).copied().unwrap_or_default()
    }

    /// These causes counted so often each, and no others. Sorted by name.
    pub(crate) fn only(&self, causes: &[(&str, u64)]) {
        // Connections come and go with every attack.
        const ALWAYS: [&str; 2] = ["connections", "connection_lost"];
        let counted = self.counters.iter().map(|(name, count)| (&**name, *count));
        let counted: Vec<_> = counted
            .filter(|(name, count)| *count > 0 && !ALWAYS.contains(name))
            .collect();
        assert_eq!(counted, causes, "{}", self.report);
    }

    /// Every case was ended by a GOAWAY with this text, soon, and the counter
    /// of that name says how many.
    pub(crate) fn all_calmed(&self, cause: &str) {
        for case in self.cases() {
            calmed(case, cause);
        }
        assert_eq!(self.counted(cause), self.cases().len() as u64, "{cause}");
    }

    /// Every case has this answer, and its connection lives on.
    pub(crate) fn all_answer(&self, verdict: &str) {
        for case in self.cases() {
            answers(case, verdict);
        }
    }

    /// Memory never grew by more than this, nor kept more than that.
    pub(crate) fn memory_within(&self, growth: u64, kept: u64) {
        let Some(memory) = self.report.memory else {
            return scaffold_tests::tools::skip("memory", "/proc says nothing of it");
        };
        assert!(memory.growth() <= growth, "{}", self.report);
        // The allocator takes its time with what was freed.
        let until = Instant::now() + PATIENCE;
        let mut after = memory.after;
        while after > memory.before + kept {
            assert!(
                Instant::now() < until,
                "{} MiB are kept: {}",
                (after - memory.before) / MIB,
                self.report
            );
            std::thread::sleep(Duration::from_millis(50));
            after = process::resident(self.server.pid()).unwrap_or(after);
        }
    }
}

/// Ended by a GOAWAY ENHANCE_YOUR_CALM with this text within a second.
pub(crate) fn calmed(case: &Case, cause: &str) {
    let code = case.fate.goaway().0.map(wire::code_name);
    let said = (code.as_deref(), case.fate.goaway().1);
    assert_eq!(said, (Some("ENHANCE_YOUR_CALM"), cause), "{case}");
    let after = case.fate.ended_after();
    // A machine that tests share is slow at times: a second, generously.
    assert!(
        after.is_some_and(|after| after < Duration::from_secs(5)),
        "{case}"
    );
}

/// Answered once like this, on a connection that lives on.
pub(crate) fn answers(case: &Case, verdict: &str) {
    assert_eq!(case.count(verdict), 1, "{case}");
    assert_eq!(case.fate, Fate::Served, "{case}");
}
