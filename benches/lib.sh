# What the benches share; sourced.

root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
peers=$PWD/target/peers/bin

# Runs a command; sets cpu (user + system seconds) and mib (peak memory of the largest process).
measure() {
  if ! /usr/bin/time -f '%U %S %M' -o "$work/time" "$@" >"$work/log" 2>&1; then
    cat "$work/log" >&2
    echo "failed: $*" >&2
    exit 1
  fi
  read -r user system kib <<<"$(tail -n 1 "$work/time")"
  cpu=$(awk "BEGIN {printf \"%.2f\", $user + $system}")
  mib=$((kib / 1024))
}

# The corpus' folder: an argument, $SCAFFOLD_CORPUS, or ../shared beside the checkout; unpacked if it is an archive.
corpus_folder() {
  local source=${1:-${SCAFFOLD_CORPUS:-../shared/corpus/googleapis-protos.tar.xz}}
  if [ -d "$source" ]; then
    realpath "$source"
  elif [ -f "$source" ]; then
    mkdir -p target/generated/corpus
    [ -d target/generated/corpus/google ] || tar -xJf "$source" -C target/generated/corpus
    realpath target/generated/corpus
  else
    echo "no corpus at $source: give a folder or archive of googleapis' protos" >&2
    exit 1
  fi
}

install_peer() { # crate, version
  [ -x "$peers/$1" ] || cargo install -q "$1" --version "$2" --root target/peers
}
