#!/bin/bash
# Size of the project at a glance: lines by folder, longest files, open ends, expectations.
set -euo pipefail
cd "$(dirname "$0")/../.."

for folder in Parser Objects Compiler VM Modules Lib tests; do
  files=$(git ls-files "$folder" | wc -l)
  lines=$(git ls-files -z "$folder" | xargs -0 --no-run-if-empty cat | wc -l)
  printf '%-9s %5d files %8d lines\n' "$folder" "$files" "$lines"
done
echo "longest:"
git ls-files -z '*.cpp' '*.h' | xargs -0 wc -l | grep -v -e ' total$' -e tables | sort -rn | head -5
echo "TODO and FIXME: $(git grep -E '\b(TODO|FIXME)\b' -- '*.cpp' '*.h' | wc -l)"
echo "expectations:   $(git grep -E '# (expect|raises|syntax error):' -- 'tests/*.py' | wc -l)"
