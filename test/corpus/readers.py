"""Readers that know nothing of DuckDB: the values of a data file, and what a profile must state of them."""
import datetime as dt
import decimal
import json
import math
import re

import pyarrow as pa
import pyarrow.parquet as pq

D = decimal.Decimal


class Unread(Exception):
    """No table of values for this reader, and why."""


# Text: the rule of docs/LOCAL_FILES.md, written a second time.
ZONES = ("", " UTC", "Z", "+00", "+00:00")
FRACTIONS = (r"", r"\.\d{3}", r"\.\d{6}", r"(\.\d{0,5}[1-9])?", r"(\.(?!000)\d{3}|\.\d{3}(?!000)\d{3})?")
CLOCK = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
NOT_FINITE = {"nan", "NaN", "inf", "-inf", "Infinity", "-Infinity"}
PLAIN = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
EXPONENT = re.compile(r"-?[1-9](\.\d+)?[eE](\+?(0?[5-9]|[1-9]\d{1,2})|-(0?[4-9]|[1-9]\d{1,2}))")


def digits(number):
    return re.split("[eE]", number)[0].replace("-", "").replace(".", "").strip("0")


def is_double(text):
    if text in NOT_FINITE:
        return True
    if not (PLAIN.fullmatch(text) or EXPONENT.fullmatch(text)):
        return False
    value = float(text)
    short = len(digits(text)) <= 15 and math.isfinite(value) and (abs(value) >= 1e-300)
    return short or digits(text) == digits(repr(value))


def is_date(text):
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None and dt.date.fromisoformat(text) is not None
    except ValueError:
        return False


def plain(value):
    return format(value.normalize(), "f") if value != 0 else "0"


def number_type(texts):
    if all(re.fullmatch(r"0|-?[1-9]\d*", text) for text in texts):
        if all(-(2**63) <= int(text) < 2**63 for text in texts):
            return "INT64", int, str
        if all(abs(int(text)) < 10**38 for text in texts):
            return "BIGNUMERIC", int, str
    if all(map(is_double, texts)):
        return "FLOAT64", float, repr
    if all(PLAIN.fullmatch(text) and not re.fullmatch("-[0.]+", text) for text in texts):
        whole = max(len(text.strip("-").split(".")[0]) for text in texts)
        scale = max(len(text.partition(".")[2]) for text in texts)
        if whole + scale <= 38 and scale > 0:
            return "NUMERIC" if whole <= 29 and scale <= 9 else "BIGNUMERIC", D, plain
    return None


def time_type(texts):
    if all(map(is_date, texts)):
        return "DATE", str, str
    for blank in (" ", "T"):
        for zone in ZONES:
            for fraction in FRACTIONS:
                form = re.compile(rf"\d{{4}}-\d\d-\d\d{blank}{CLOCK}{fraction}{re.escape(zone)}")
                if all(form.fullmatch(text) and is_date(text[:10]) and text >= "0001" for text in texts):
                    stamp = lambda text: trimmed(text[: len(text) - len(zone)].replace(" ", "T")) + ("Z" if zone else "")
                    return "TIMESTAMP" if zone else "DATETIME", stamp, str
    for fraction in FRACTIONS:
        if all(re.fullmatch(CLOCK + fraction, text) for text in texts):
            return "TIME", trimmed, str
    return None


def trimmed(text):
    return text.rstrip("0").rstrip(".") if "." in text else text


def typed(texts):
    """Type, values and their format in a report, of texts with None for NULL."""
    present = [text for text in texts if text is not None]
    found = None
    if present and not all(text in NOT_FINITE for text in present):
        found = number_type(present)
        for yes, no in (("true", "false"), ("True", "False"), ("TRUE", "FALSE")):
            if found is None and set(present) <= {yes, no}:
                found = "BOOL", {yes: True, no: False}.get, None
        found = found or time_type(present)
    name, value, look = found or ("STRING", str, str)
    return name, [None if text is None else value(text) for text in texts], look


def records(text, delimiter):
    """The records of delimited text: an empty field is None, a quoted empty field is an empty string."""
    at, rows, row = 0, [], []
    while at < len(text):
        start = at
        while text[start : start + 1] == " ":
            start += 1
        if text[start : start + 1] == '"':
            end, value = start + 1, ""
            while True:
                quote = text.find('"', end)
                if quote < 0:
                    raise Unread("a quote is never closed")
                value += text[end:quote]
                if text[quote + 1 : quote + 2] != '"':
                    break
                value, end = value + '"', quote + 2
            at = quote + 1
            while text[at : at + 1] == " ":
                at += 1
            if text[at : at + 1] not in ("", delimiter, "\n", "\r"):
                raise Unread("text after a quoted field")
        else:
            found = re.compile(f"[{re.escape(delimiter)}\r\n]").search(text, at)
            end = found.start() if found else len(text)
            value, at = text[at:end] or None, end
        row.append(value)
        mark = text[at : at + 1]
        at += 2 if text[at : at + 2] == "\r\n" else 1
        if mark != delimiter:
            rows.append(row)
            row = []
        elif at >= len(text):
            rows.append(row + [None])
            row = []
    width = len(rows[0]) if rows else 0
    return [each for each in rows if each != [None] or width == 1]


def delimited(name, content, headless):
    mark = content[:2]
    try:
        text = content.decode("utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unread("the text is not UTF-8")
    first = next((line for line in re.split("\r\n|\r|\n", text) if line), "")
    bare = re.sub('"[^"]*"', "", first)
    marks = "\t" if ".tsv" in name else ",;\t|"
    rows = records(text.lstrip("\r\n"), next((mark for mark in marks if mark in bare), marks[0]))
    if not rows:
        raise Unread("it is empty")
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise Unread("the lines have different numbers of columns")
    head, body = ([None] * len(rows[0]), rows) if headless else (rows[0], rows[1:])
    names = []
    for i, cell in enumerate(head):
        own = (cell or "").strip() or f"column{i}"
        free, n = own, 1
        while free in names or (free != own and free in head):
            free, n = f"{own}_{n}", n + 1
        names.append(free)
    return len(body), {column: typed([row[i] for row in body]) for i, column in enumerate(names)}


def unique(pairs):
    if len({key for key, _ in pairs}) < len(pairs):
        raise Unread("an object repeats a key")
    return dict(pairs)


def objects(content):
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Unread("the text is not UTF-8")
    decoder = json.JSONDecoder(object_pairs_hook=unique, parse_float=D, parse_constant=float)
    found, at = [], 0
    while at < len(text):
        try:
            one, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise Unread(f"no JSON: {error.msg}")
        found += one if isinstance(one, list) and at == len(text) and not found else [one]
        at = re.compile(r"\s*").match(text, at).end()
    if not found:
        raise Unread("it is empty")
    if not all(isinstance(one, dict) for one in found):
        raise Unread("a record is no object")
    columns = {}
    keys = list({key: None for one in found for key in one})
    for key in keys:
        values = [one.get(key) for one in found]
        present = [value for value in values if value is not None]
        kinds = {type(value) for value in present}
        if kinds == {str}:
            name, value, look = time_type(present) or ("STRING", str, str)
            columns[key] = name, [None if one is None else value(one) for one in values], look
        elif kinds == {bool}:
            columns[key] = "BOOL", values, None
        elif kinds and kinds <= {int, float, D}:
            texts = [None if one is None else number_text(one) for one in values]
            columns[key] = typed(texts)
        else:
            columns[key] = None, values, None
    return len(found), columns


def number_text(value):
    return str(value) if isinstance(value, (int, float)) else format(value, "f")


def parquet(path):
    try:
        file = pq.ParquetFile(path)
        table, schema = file.read(), file.schema
    except Exception as error:
        raise Unread(f"pyarrow: {str(error).splitlines()[0][:120]}")
    # Writers without logical types meant local time as often as UTC, so that such a timestamp is a DATETIME.
    old = {leaf.name for leaf in map(schema.column, range(len(schema))) if '"is_from_converted_type":true' in leaf.logical_type.to_json()}
    return table.num_rows, {name: arrow(table.column(i).combine_chunks(), name in old) for i, name in enumerate(table.column_names)}


def stamp(nanos, zone):
    seconds, rest = divmod(nanos, 10**9)
    whole = (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)).isoformat(timespec="seconds")
    return trimmed(f"{whole}.{rest:09d}") + zone


UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def arrow(column, is_old):
    kind = column.type
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], kind)
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_integer(kind):
        return ("NUMERIC" if kind == pa.uint64() else "INT64"), column.to_pylist(), str
    if pa.types.is_float32(kind) or pa.types.is_float64(kind):
        return "FLOAT64", column.to_pylist(), repr
    if pa.types.is_boolean(kind):
        return "BOOL", column.to_pylist(), None
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "STRING", column.to_pylist(), str
    if pa.types.is_date(kind):
        return "DATE", [None if value is None else str(value) for value in column.to_pylist()], str
    if pa.types.is_decimal128(kind):
        return None, column.to_pylist(), plain
    if pa.types.is_timestamp(kind):
        zone = "Z" if kind.tz is not None and not is_old else ""
        values = [None if value is None else value * UNITS[kind.unit] for value in column.cast(pa.int64()).to_pylist()]
        return ("TIMESTAMP" if zone else "DATETIME"), values, lambda value: stamp(value, zone)
    if pa.types.is_time(kind):
        values = column.cast(pa.int32() if kind.bit_width == 32 else pa.int64()).to_pylist()
        values = [None if value is None else value * UNITS[kind.unit] for value in values]
        return "TIME", values, lambda value: stamp(value, "")[11:]
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return None, column.to_pylist(), None
    return None, [None if null else 0 for null in column.is_null().to_pylist()], None


def facts(column):
    """What a profile must state of a column. None: this reader and BigQuery do not compare such values alike."""
    kind, values, look = column
    present = [value for value in values if value is not None]
    found = {"nulls": len(values) - len(present)}
    if kind is not None:
        found["type"] = kind
    if kind is None and look is None:
        return found
    found["distinct"] = len({"NaN" if value != value else value for value in present})
    # A profile counts NaN and infinities apart.
    finite = [value for value in present if not isinstance(value, float) or math.isfinite(value)]
    if look is not None and finite:
        found |= {"min": look(min(finite)), "max": look(max(finite))}
    if kind == "STRING":
        found["empty"] = sum(1 for value in present if value == "")
    if present and look is not None and isinstance(present[0], (int, D)) and kind in ("INT64", "NUMERIC", "BIGNUMERIC", None):
        total = sum(present)
        if len(plain(D(total)).strip("-").replace(".", "")) <= 38:
            found["sum"] = plain(D(total))
    return found
