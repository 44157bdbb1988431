#!/usr/bin/env bash
# Crates in the tree, and CPU seconds of a cold debug build: a new scaffold
# project with its default features beside a plain tonic project with health,
# reflection and tracing. Same service, same machine, one run.
#
#   benches/project.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/lib.sh

cargo build -q --release -p cargo-scaffold
proto=$PWD/examples/user-service/proto/user/v1/user.proto
(cd "$work" && "$root/target/release/cargo-scaffold" scaffold new ours --proto "$proto" -I "${proto%/user/v1/user.proto}" --yes >/dev/null)

mkdir -p "$work/tonic/src" "$work/tonic/proto"
# The peer reads no annotations of ours.
sed -e '/scaffold\/v1\/annotations/d' -e '/option (scaffold\.v1/,/};/d' -e 's/ \[(scaffold[^]]*\]//' "$proto" >"$work/tonic/proto/user.proto"
cat >"$work/tonic/Cargo.toml" <<'T'
[package]
name = "tonic-peer"
version = "0.1.0"
edition = "2024"
[workspace]
[dependencies]
prost = "0.14"
prost-types = "0.14"
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
tonic = "=0.14.9"
tonic-health = "=0.14.9"
tonic-prost = "=0.14.9"
tonic-reflection = "=0.14.9"
tracing = "0.1"
tracing-subscriber = "0.3"
[build-dependencies]
tonic-prost-build = "=0.14.9"
[profile.dev]
debug = "line-tables-only"
T
cat >"$work/tonic/build.rs" <<'T'
fn main() {
    tonic_prost_build::compile_protos("proto/user.proto").unwrap();
}
T
cat >"$work/tonic/src/main.rs" <<'T'
pub mod pb {
    tonic::include_proto!("user.v1");
}
#[tokio::main]
async fn main() {
    tracing_subscriber::fmt().init();
    let (_, health) = tonic_health::server::health_reporter();
    let reflection = tonic_reflection::server::Builder::configure().build_v1().unwrap();
    tonic::transport::Server::builder()
        .add_service(health)
        .add_service(reflection)
        .serve("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
}
T
printf '%-24s %8s %8s %8s\n' "" "crates" "+ build" "CPU s"
for project in ours tonic; do
  cd "$work/$project"
  cargo fetch -q 2>/dev/null
  normal=$(cargo tree -e normal --prefix none | sed 's/ (\*)$//' | sort -u | wc -l)
  both=$(cargo tree -e normal,build --prefix none | sed 's/ (\*)$//' | sort -u | wc -l)
  as_asked=$(cargo tree -e normal,build --prefix none | sort -u | wc -l)
  CARGO_TARGET_DIR=$work/target-$project measure cargo build
  printf '%-24s %8s %8s %8s\n' "$project" "$normal" "$both" "$cpu"
  echo "    (cargo tree -e normal,build --prefix none | sort -u | wc -l: $as_asked lines)"
done
