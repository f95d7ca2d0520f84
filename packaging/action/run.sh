#!/usr/bin/env bash
# Runs a program once, and renders its journal as text, Markdown and HTML. The exit status becomes an output.
# PROGRAM: its path. ARGS: its arguments, one per line. REPORTS: the folder of the reports.
set -uo pipefail

given=()
while IFS= read -r line; do
  [ -z "$line" ] || given+=("$line")
done <<<"$ARGS"

mkdir -p "$REPORTS"
journal=$REPORTS/journal.ndjson
"$PROGRAM" --journal "$journal" --format text ${given[@]+"${given[@]}"}
status=$?
echo "status=$status" >>"$GITHUB_OUTPUT"

# A run that failed before it started has no journal, and no report.
if [ -s "$journal" ]; then
  "$PROGRAM" --from "$journal" --format html --output "$REPORTS/report.html"
  "$PROGRAM" --from "$journal" --format markdown --output "$REPORTS/report.md"
  if [ -f "$REPORTS/report.md" ]; then cat "$REPORTS/report.md" >>"$GITHUB_STEP_SUMMARY"; fi
fi
exit 0
