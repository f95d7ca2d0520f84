#!/bin/sh
# Installs Airflow for the test of examples/schedulers/airflow_dag.py. Needs python3; takes about 20 seconds.
set -e
cd "$(dirname "$0")/../.."
folder=test/.cache/airflow
[ -x "$folder/bin/airflow" ] && exit 0
rm -rf "$folder"
mkdir -p test/.cache
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet uv
"$folder/bin/uv" pip install --quiet --python "$folder/bin/python" apache-airflow==3.3.2
