#!/bin/sh
# Compares each schema file with the one of HEAD; a new file has nothing to break.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
for file in "$@"; do
  git cat-file -e "HEAD:$file" 2>/dev/null || continue
  git show "HEAD:$file" >"$work/schema.json"
  bq-schema-diff --fail-on breaking "$work/schema.json" "./$file" || status=1
done
exit $status
