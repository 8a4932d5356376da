#!/bin/bash
# order_functions.sh MINIPY: writes VM/startup_order.txt, the functions that run when minipy starts, for the linker.
# Needs valgrind. Names that no longer exist do no harm; run it again when much of the start has changed.
set -euo pipefail
minipy=$(realpath "$1")
cd "$(dirname "$0")/../.."
profile=$(mktemp)
trap 'rm -f "$profile" "$profile".*' EXIT
valgrind --tool=callgrind --demangle=no --callgrind-out-file="$profile.1" "$minipy" -S -c pass 2>/dev/null
valgrind --tool=callgrind --demangle=no --callgrind-out-file="$profile.2" "$minipy" -c pass 2>/dev/null
nm "$minipy" | awk 'NF == 3 && $2 ~ /[tTW]/ { print $3 }' | sort -u >"$profile.known"
cat "$profile".[12] | grep -o '^c\?fn=([0-9]*) [^ ]*' | awk '{ print $2 }' | sed "s/'[0-9]*$//" |
  awk 'NR == FNR { known[$0] = 1; next } known[$0] && !seen[$0]++' "$profile.known" - >VM/startup_order.txt
wc -l VM/startup_order.txt
