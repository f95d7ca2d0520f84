#!/bin/sh
# Refreshes the JSON Schemas of this folder from the engines' own descriptions: Kubernetes' OpenAPI (Go module
# k8s.io/kubernetes), Google's description of Cloud Run (PyPI package google-api-python-client) and Amazon's of AWS Batch (PyPI
# package botocore). Needs go, pip and python3.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pip download --quiet --no-deps --dest "$work" google-api-python-client botocore
kubernetes=$(cd "$work" && go mod download -json k8s.io/kubernetes@v1.34.1 | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
python3 - "$work" "$kubernetes/api/openapi-spec/swagger.json" <<'PYTHON'
import glob, gzip, json, sys, zipfile

work, swagger = sys.argv[1:]

def member(wheel, path):
    return zipfile.ZipFile(glob.glob(f"{work}/{wheel}*.whl")[0]).read(path)

def write(file, root, shapes, convert):
    """Writes the shape `root` and all shapes that it refers to; unknown properties are errors."""
    done, todo = {}, [root]
    while todo:
        name = todo.pop()
        if name not in done:
            done[name] = convert(shapes[name], todo)
    schema = {"$ref": f"#/$defs/{root}", "$defs": done}
    with open(file, "w") as out:
        out.write(json.dumps(schema, indent=1) + "\n")

# OpenAPI, and Google's variant, in which a reference has no path.
def openapi(shape, todo):
    if "$ref" in shape:
        name = shape["$ref"].removeprefix("#/definitions/")
        todo.append(name)
        return {"$ref": f"#/$defs/{name}"}
    # Kubernetes writes quantities and ports as strings or integers.
    if shape.get("format") in ("int-or-string", "quantity"):
        return {"type": ["string", "integer"]}
    kept = {key: shape[key] for key in ["type", "enum", "required"] if key in shape}
    # Google's REST API declares 64-bit numbers as strings; YAML may contain either.
    if shape.get("format") == "int64":
        kept["type"] = ["string", "integer"]
    if kept.get("type") == "any":
        del kept["type"]
    if "properties" in shape:
        kept["properties"] = {name: openapi(one, todo) for name, one in shape["properties"].items()}
        kept["additionalProperties"] = False
    elif "additionalProperties" in shape:
        kept["additionalProperties"] = openapi(shape["additionalProperties"], todo)
    if "items" in shape:
        kept["items"] = openapi(shape["items"], todo)
    return kept

definitions = json.load(open(swagger))["definitions"]
write("kubernetes.schema.json", "io.k8s.api.batch.v1.Job", definitions, openapi)

run = json.loads(member("google_api_python_client", "googleapiclient/discovery_cache/documents/run.v1.json"))
write("cloud-run.schema.json", "Job", run["schemas"], openapi)

def amazon(shape, todo):
    kind = shape["type"]
    if kind == "structure":
        properties = {}
        for name, one in shape["members"].items():
            todo.append(one["shape"])
            properties[name] = {"$ref": f"#/$defs/{one['shape']}"}
        kept = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**kept, "required": shape["required"]} if shape.get("required") else kept
    if kind in ("list", "map"):
        inner = shape["member" if kind == "list" else "value"]["shape"]
        todo.append(inner)
        reference = {"$ref": f"#/$defs/{inner}"}
        return {"type": "array", "items": reference} if kind == "list" else {"type": "object", "additionalProperties": reference}
    simple = {"string": "string", "boolean": "boolean", "timestamp": "string"}.get(kind, "number")
    return {"type": simple, **({"enum": shape["enum"]} if "enum" in shape else {})}

batch = json.loads(gzip.decompress(member("botocore", "botocore/data/batch/2016-08-10/service-2.json.gz")))
for request in ["RegisterJobDefinitionRequest", "SubmitJobRequest"]:
    write(f"aws-batch.{request}.schema.json", request, batch["shapes"], amazon)
PYTHON
