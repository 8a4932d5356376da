#!/bin/bash
# run.sh BUILD_FOLDER SECONDS: runs the bytecode fuzzer on its corpus, which grows in the build folder.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=$1 seconds=$2
build/minipy tests/fuzz/seeds.py "$build/seeds"
mkdir -p "$build/corpus"
export ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0
# The heap of a process that has run some 300,000 inputs is gigabytes: each process gets its share only, and the
# next one goes on.
"$build/tests/bytecode_fuzzer" "$build/corpus" "$build/seeds" -max_total_time="$seconds" -max_len=4096 \
  -fork=1 -ignore_ooms=1 -timeout=20 -rss_limit_mb=2500 -artifact_prefix="$build/finding-" -print_final_stats=1
