#!/usr/bin/env bash
# CPU seconds of `cargo check` for the generated code of a service with 200
# methods over prost messages, beside tonic's for the same service; what the
# messages alone cost is subtracted. Median of five.
#
#   benches/check.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/lib.sh

install_peer protoc-gen-prost 0.5.0
install_peer protoc-gen-tonic 0.5.0
cargo build -q --release -p protoc-gen-scaffold
plugin=$PWD/target/release/protoc-gen-scaffold
protoc=${PROTOC:-protoc}

awk 'BEGIN {
  print "syntax = \"proto3\";\npackage big.v1;\nservice Big {"
  for (i = 0; i < 200; i++) {
    q = (i % 4 == 2 || i % 4 == 3) ? "stream " : ""
    r = (i % 4 == 1 || i % 4 == 3) ? "stream " : ""
    printf "  rpc Method%d(%sRequest%d) returns (%sResponse%d);\n", i, q, i, r, i
  }
  print "}"
  for (i = 0; i < 200; i++) {
    printf "message Request%d { string id = 1; int64 count = 2; repeated string tags = 3; }\n", i
    printf "message Response%d { string id = 1; bytes body = 2; }\n", i
  }
}' >"$work/big.proto"

krate() { # name, dependencies, lib.rs
  mkdir -p "$work/$1/src"
  printf '[package]\nname = "%s"\nversion = "0.1.0"\nedition = "2024"\n[workspace]\n[dependencies]\n%s\n' "$1" "$2" >"$work/$1/Cargo.toml"
  printf '%s\n' "$3" >"$work/$1/src/lib.rs"
}
ours="scaffold-runtime = { path = \"$root/scaffold-runtime\" }"
theirs=$'prost = "0.14"\ntonic = "=0.14.9"\ntonic-prost = "=0.14.9"'
krate ours-messages "$ours" '#[path = "gen/mod.rs"] pub mod pb;'
krate ours-all "$ours" '#[path = "gen/mod.rs"] pub mod pb;'
krate tonic-messages "$theirs" 'pub mod pb { include!("gen/big.v1.rs"); }'
krate tonic-all "$theirs" 'pub mod pb { include!("gen/big.v1.rs"); }'
for name in ours-messages ours-all tonic-messages tonic-all; do mkdir "$work/$name/src/gen"; done
cd "$work"
for parts in messages messages+server+client; do
  dir=ours-all
  [ $parts = messages ] && dir=ours-messages
  "$protoc" -I. --plugin="$plugin" --scaffold_out="$work/$dir/src/gen" --scaffold_opt="mount=tree,parts=$parts" big.proto
done
"$protoc" -I. --plugin="$peers/protoc-gen-prost" --prost_out="$work/tonic-messages/src/gen" big.proto
# protoc-gen-tonic inserts into its sibling's file, so that both run at once.
"$protoc" -I. --plugin="$peers/protoc-gen-prost" --prost_out="$work/tonic-all/src/gen" \
  --plugin="$peers/protoc-gen-tonic" --tonic_out="$work/tonic-all/src/gen" big.proto
for name in tonic-messages tonic-all; do
  find "$work/$name/src/gen" -name big.v1.rs -exec mv -n {} "$work/$name/src/gen/big.v1.rs" \; 2>/dev/null || true
  tonic=$(find "$work/$name/src/gen" -name '*.tonic.rs' | head -1)
  [ -z "$tonic" ] || mv -n "$tonic" "$work/$name/src/gen/" 2>/dev/null || true
done

seconds() { # crate: median CPU seconds of checking it alone
  cd "$work/$1"
  export CARGO_TARGET_DIR=$root/target/benches
  cargo check -q
  for _ in 1 2 3 4 5; do
    touch src/lib.rs
    CARGO_INCREMENTAL=0 measure cargo check -q
    echo "$cpu"
  done | sort -n | sed -n 3p
}
om=$(seconds ours-messages)
oa=$(seconds ours-all)
tm=$(seconds tonic-messages)
ta=$(seconds tonic-all)
awk "BEGIN {
  o = $oa - $om; t = $ta - $tm
  printf \"%-10s %10s %10s %10s\\n\", \"\", \"messages\", \"all\", \"services\"
  printf \"%-10s %10.2f %10.2f %10.2f\\n\", \"scaffold\", $om, $oa, o
  printf \"%-10s %10.2f %10.2f %10.2f\\n\", \"tonic\", $tm, $ta, t
  printf \"ratio %.2f\\n\", o / t
}"
