//! What a payload costs: `cargo bench -p scaffold-load --bench payload`.
//!
//! CPU time of one thread for an order of about one KiB: nested messages, lists, a
//! map, a oneof, text of a dozen kinds. Beside it, a copy of the same bytes.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use protoc_gen_scaffold::compile::{Source, compile};
use scaffold_load::payload::{Options, Pool};

const COUNT: u64 = 200_000;

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let source = Source {
        files: vec![here.join("payload.proto")],
        includes: vec![here],
        ..Source::default()
    };
    let compiled = compile(&source).unwrap_or_else(|faults| panic!("{faults}"));
    let began = Instant::now();
    let pool = Pool::from_files(compiled.request().bytes()).expect("a pool");
    let generator = pool
        .generator("bench.Order", &Options::default())
        .expect("a generator");
    println!("pool and generator: {:.1?}", began.elapsed());

    let mut bytes = Vec::new();
    let mut sum = 0;
    let began = Instant::now();
    for index in 0..COUNT {
        bytes.clear();
        generator.encode(index, &mut bytes);
        sum += black_box(&bytes).len() as u64;
    }
    let each = began.elapsed().as_nanos() as f64 / COUNT as f64;
    let size = sum as f64 / COUNT as f64;
    println!(
        "encode: {each:.0} ns for {size:.0} bytes on average, {:.0} MB/s",
        size / each * 1e3
    );

    let kept: Vec<Vec<u8>> = (0..1024)
        .map(|index| {
            let mut bytes = Vec::new();
            generator.encode(index, &mut bytes);
            bytes
        })
        .collect();
    let began = Instant::now();
    for index in 0..COUNT as usize {
        bytes.clear();
        bytes.extend_from_slice(black_box(&kept[index % kept.len()]));
        black_box(&bytes);
    }
    let each = began.elapsed().as_nanos() as f64 / COUNT as f64;
    println!("one of 1024 encoded before, copied: {each:.0} ns");
}
