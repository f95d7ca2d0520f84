#!/bin/sh
# Reads each schema file, by a comparison with itself.
set -eu
status=0
for file in "$@"; do
  bq-schema-diff --quiet "./$file" "./$file" >/dev/null || status=1
done
exit $status
