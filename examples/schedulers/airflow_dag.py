"""Profiles the tables of tables.txt in three shards, and merges their journals into one report.

FOLDER is on a disk that all workers share. A retried task reuses the results in its journal.
"""

import os
from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

FOLDER = os.environ.get("PROFILES_FOLDER", "/batch")
SHARDS = 3

with DAG(
    dag_id="profiles",
    schedule="@daily",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
):
    shards = BashOperator.partial(
        task_id="shard",
        cwd=FOLDER,
        append_env=True,
        bash_command=(
            "bq-profile --shard $SHARD --rate-limit 16 --journal part-{{ ds }}-$INDEX.ndjson --tables-file tables.txt"
        ),
    ).expand(env=[{"SHARD": f"{k + 1}/{SHARDS}", "INDEX": str(k)} for k in range(SHARDS)])

    # Runs even if a shard failed: the report names what is missing, and status 2 fails the task.
    report = BashOperator(
        task_id="report",
        cwd=FOLDER,
        append_env=True,
        trigger_rule="all_done",
        bash_command="bq-profile --from --format html --output profiles-{{ ds }}.html part-{{ ds }}-*.ndjson",
    )
    shards >> report
