"""Profiles a Parquet file with ydata-profiling: `profile.py FILE REPORT minimal|full`."""
import sys

import pandas
from ydata_profiling import ProfileReport

file, report, mode = sys.argv[1:]
ProfileReport(pandas.read_parquet(file), minimal=mode == "minimal", progress_bar=False).to_file(report)
