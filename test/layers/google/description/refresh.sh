#!/bin/sh
# Refreshes the data files of this folder from Google's description of the BigQuery REST API in the PyPI package
# google-api-python-client: the properties of tables (properties.json), and the methods that the Google layer
# calls, with their parameters, requests and responses (methods.json). Requires pip and python3.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pip download --quiet --no-deps --dest "$work" google-api-python-client
python3 - "$work" <<'PYTHON'
import glob, json, sys, zipfile

wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0])
api = json.loads(wheel.read("googleapiclient/discovery_cache/documents/bigquery.v2.json"))
schemas = api["schemas"]

def write(file, value):
    with open(file, "w") as out:
        out.write(json.dumps(value, indent=2) + "\n")

names = {name: sorted(schemas[name]["properties"]) for name in ["Table", "TableFieldSchema"]}
write("properties.json", {"revision": api["revision"], **names})

def slim(value):
    kept = {key: value[key] for key in ["type", "$ref", "enum", "format"] if key in value}
    for key in ["items", "additionalProperties"]:
        if key in value:
            kept[key] = slim(value[key])
    return kept

called = {
    "datasets": ["list"], "tables": ["get", "list"], "tabledata": ["list"],
    "jobs": ["insert", "get", "getQueryResults", "cancel"],
}
methods = {}
for resource, verbs in called.items():
    for verb in verbs:
        method = api["resources"][resource]["methods"][verb]
        methods[f"{resource}.{verb}"] = {
            "httpMethod": method["httpMethod"],
            "path": method["path"],
            "parameters": {
                name: {**slim(given), "location": given["location"]}
                for name, given in {**method["parameters"], "fields": {"type": "string", "location": "query"}}.items()
            },
            **{key: method[key]["$ref"] for key in ["request", "response"] if key in method},
        }
wanted = [
    "Job", "JobReference", "JobConfiguration", "JobConfigurationQuery", "JobStatus", "JobStatistics", "JobStatistics2",
    "ErrorProto", "EncryptionConfiguration",
]
shapes = {name: {key: slim(value) for key, value in schemas[name]["properties"].items()} for name in wanted}
write("methods.json", {"revision": api["revision"], "methods": methods, "schemas": shapes})
PYTHON
