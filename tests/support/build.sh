#!/bin/bash
# build.sh FOLDER BUILD_TYPE [TARGET...]: configures FOLDER where that is needed, then builds.
set -euo pipefail
cd "$(dirname "$0")/../.."

tests/support/install_dependencies.sh
folder=$1 build_type=$2
shift 2
cmake -G Ninja -B "$folder" -DCMAKE_BUILD_TYPE="$build_type" \
  -DCMAKE_CXX_COMPILER="${CXX:-clang++-19}" >"$folder.log" 2>&1 || {
  cat "$folder.log" >&2
  exit 1
}
mv "$folder.log" "$folder/configure.log"
cmake --build "$folder" --parallel "$(nproc)" ${1:+--target "$@"}
