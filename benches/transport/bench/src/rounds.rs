//! A run: every peer is checked, then measured in turn, round after round.

use messages::Method;

use crate::child::{Program, Server};
use crate::measure::{self, CLIENT, SERVER};
use crate::options::Options;
use crate::peers::{PEERS, Peer, locked};
use crate::results::{Results, VERSION};
use crate::scenarios::{self, Scenario};
use crate::{Fault, machine, process};

pub(crate) fn run(words: &[String]) -> Result<(), Fault> {
    let options = Options::parse(words)?;
    let mut results = Results {
        version: VERSION,
        quick: options.quick,
        seconds: options.seconds,
        machine: machine::facts(),
        versions: [
            ("tokio".to_owned(), locked("tokio")),
            ("prost".to_owned(), locked("prost")),
        ]
        .into(),
        results: Vec::new(),
        failures: Vec::new(),
    };
    for (name, value) in &results.machine {
        println!("{name}: {value}");
    }
    if std::thread::available_parallelism()?.get() < 2 {
        return Err("two cores are needed: one for the server, one for the client".into());
    }
    let peers = checked(&options, &mut results);
    let scenarios = wanted(&options, &mut results);
    for round in 0..options.rounds {
        for scenario in &scenarios {
            for peer in peers.iter().filter(|peer| measure::applies(peer, scenario)) {
                eprintln!(
                    "round {} of {}: {} {}",
                    round + 1,
                    options.rounds,
                    scenario.name,
                    peer.name
                );
                one(&options, peer, scenario, round, &mut results);
            }
        }
        // After each round, so that a run that is cut short leaves something.
        std::fs::write(&options.out, serde_json::to_string_pretty(&results)?)?;
    }
    for failure in &results.failures {
        eprintln!("failed: {failure}");
    }
    match results.failures.len() {
        0 => Ok(()),
        many => Err(format!("{many} measurements failed").into()),
    }
}

fn one(options: &Options, peer: &Peer, scenario: &Scenario, round: usize, results: &mut Results) {
    // Allocations do not vary: once is enough.
    let kinds: &[bool] = if scenario.counted && round == 0 {
        &[false, true]
    } else {
        &[false]
    };
    let mut values = crate::results::Values::new();
    for &count in kinds {
        match measure::measure(options, peer, scenario, count) {
            Ok(more) => values.extend(more),
            Err(fault) => {
                let failure = format!("{} {}: {fault}", scenario.name, peer.name);
                eprintln!("{failure}");
                results.failures.push(failure);
            }
        }
    }
    if !values.is_empty() {
        results.add(&scenario.name, peer.name, values);
    }
}

/// The peers that are there and whose every answer is right.
fn checked(options: &Options, results: &mut Results) -> Vec<Peer> {
    let mut peers = Vec::new();
    for peer in PEERS.iter().filter(|peer| options.wants_peer(peer.name)) {
        if !peer.path(&options.bin).exists() {
            println!("{}: not built, left out", peer.name);
            continue;
        }
        println!("{}: {}", peer.name, peer.version());
        results.versions.insert(peer.name.into(), peer.version());
        match check(options, peer) {
            Ok(()) => peers.push(*peer),
            Err(fault) => results
                .failures
                .push(format!("{}: wrong answer: {fault}", peer.name)),
        }
    }
    peers
}

fn check(options: &Options, peer: &Peer) -> Result<(), Fault> {
    let methods: Vec<Method> = Method::ALL
        .into_iter()
        .filter(|method| peer.serves(*method))
        .collect();
    let chunk = if peer.one_method { 1 } else { methods.len() };
    for methods in methods.chunks(chunk) {
        let server = Server::start(&options.bin, peer, methods[0], SERVER, 1, false)?;
        let names: Vec<_> = methods.iter().map(|method| method.name()).collect();
        let args = [
            "check",
            "--address",
            &server.address.to_string(),
            "--methods",
            &names.join(","),
        ];
        let mut check = Program::start(
            &options.bin.join("wire"),
            CLIENT,
            &args.map(str::to_owned),
            &[],
        )?;
        check.line()?;
    }
    Ok(())
}

fn wanted(options: &Options, results: &mut Results) -> Vec<Scenario> {
    let mut wanted = Vec::new();
    let files = process::file_limit();
    for scenario in scenarios::all(options.quick) {
        if !options.wants_scenario(&scenario.name) {
            continue;
        }
        if scenario.kind.files() > files {
            results.failures.push(format!(
                "{}: a process may open {files} files only (ulimit -n)",
                scenario.name
            ));
        } else {
            wanted.push(scenario);
        }
    }
    wanted
}
