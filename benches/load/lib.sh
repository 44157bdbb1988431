# shellcheck shell=bash disable=SC2034
# What the scripts here share: the programs, and a server to start.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/benches}
tools=$CARGO_TARGET_DIR/tools
cargo build -q --release --manifest-path benches/load/Cargo.toml
bin=$CARGO_TARGET_DIR/release
if [ ! -x "$tools/ghz" ] && command -v go >/dev/null; then
  GOBIN=$tools go install github.com/bojand/ghz/cmd/ghz@v0.121.0
fi
work=$(mktemp -d)
server=
trap 'rm -rf "$work"; [ -z "$server" ] || kill "$server" 2>/dev/null || true' EXIT

serve() { # VARIABLE=VALUE...
  [ -z "$server" ] || { kill "$server"; wait "$server" || true; } 2>/dev/null
  env PORT=50950 "$@" taskset -c 0 "$bin/bench-load-server" </dev/null >/dev/null 2>&1 &
  server=$!
  for _ in $(seq 100); do
    (exec 3<>/dev/tcp/127.0.0.1/50950) 2>/dev/null && return
    sleep 0.05
  done
  echo "the server does not start" >&2
  exit 1
}
