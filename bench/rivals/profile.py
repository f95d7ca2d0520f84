"""Profiles a Parquet file with ydata-profiling in its minimal mode: `profile.py FILE REPORT`."""
import sys

import pandas
from ydata_profiling import ProfileReport

file, report = sys.argv[1:]
ProfileReport(pandas.read_parquet(file), minimal=True, progress_bar=False).to_file(report)
