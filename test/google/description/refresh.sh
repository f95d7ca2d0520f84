#!/bin/sh
# Refreshes properties.json, the property names in Google's description of the BigQuery REST API, from the PyPI package
# google-api-python-client. Needs pip and python3.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pip download --quiet --no-deps --dest "$work" google-api-python-client
python3 - "$work" >properties.json <<'PYTHON'
import glob, json, sys, zipfile
wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0])
api = json.loads(wheel.read("googleapiclient/discovery_cache/documents/bigquery.v2.json"))
names = {name: sorted(api["schemas"][name]["properties"]) for name in ["Table", "TableFieldSchema"]}
print(json.dumps({"revision": api["revision"], **names}, indent=2))
PYTHON
