#!/bin/bash
# precompile.sh HEADER OUTPUT COMPILER [FLAG...]: compiles HEADER to OUTPUT for -include-pch, and writes beside it
# OUTPUT.sum, what ccache shall hash in its place: the preprocessed text, which is the same in every checkout.
set -euo pipefail
header=$1 output=$2
shift 2
"$@" -Xclang -fno-pch-timestamp -x c++-header "$header" -o "$output"
"$@" -E -P -x c++-header "$header" | md5sum >"$output.sum"
