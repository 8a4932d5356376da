#!/bin/bash
# demonstrate.sh MINIPY: runs the demonstration with an empty bytecode cache, then with a full one.
# What is said about the cache is what the interpreter itself reports under -v.
set -euo pipefail
cd "$(dirname "$0")/../demo"
minipy=$1
unset PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX

rm -rf __pycache__
echo "== The demonstration, compiled from source"
"$minipy" demo.py | tee "${TMPDIR:-/tmp}/minipy-demo-$$.first"

echo
echo "== Once more"
report=${TMPDIR:-/tmp}/minipy-demo-$$
trap 'rm -f "$report.first" "$report.second" "$report.log"' EXIT
"$minipy" -v demo.py >"$report.second" 2>"$report.log" || { cat "$report.log" >&2; exit 1; }
cat "$report.second"
cmp "$report.first" "$report.second"
reused=$(grep -c "^# .*__pycache__.* matches .*/demo/" "$report.log" || true)
written=$(grep -c "^# wrote .*/demo/__pycache__" "$report.log" || true)
echo
if [[ $reused -gt 0 && $written -eq 0 ]]; then
  echo "== Same output; this time the demonstration's $reused modules came from cached bytecode"
else
  echo "== Same output; the interpreter reports $reused modules from cached bytecode, $written written anew"
fi
