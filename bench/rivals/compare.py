"""Compares two Parquet files with datacompy on polars, by the key `id`: `compare.py A B`. Prints its report."""
import sys

import datacompy
import polars

a, b = (polars.read_parquet(file) for file in sys.argv[1:])
print(datacompy.PolarsCompare(a, b, join_columns="id").report())
