#!/usr/bin/env python3
"""Reads what `heapwise export` writes with DuckDB, chDB and DataFusion, and compares sums and errors by function with
those of `heapwise top`. Runs the queries of docs/export.md as they stand there.

usage: check-export.py HEAPWISE [PROFILES]

Exit code 77: no engine could be installed.
"""

import json
import math
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAPWISE = str(Path(sys.argv[1]).resolve())
MOST = int(sys.argv[2]) if len(sys.argv) > 2 else 50
HEAP = ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"]
OTHERS = ["goroutine", "goroutineleak", "threadcreate", "contentions", "delay", "samples", "cpu"]
TYPES = HEAP + OTHERS


def run(*args):
    done = subprocess.run([HEAPWISE, *args], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{args}: exit code {done.returncode}: {done.stderr}")
    return done.stdout


def profiles():
    """Profiles of every folder in turn, no two of the same bytes."""
    corpus = ROOT.parent / "shared/corpus"
    base = corpus if corpus.is_dir() else ROOT / "testdata"
    folders = {}
    for path in sorted(base.rglob("*.pb.gz")):
        if "expected" in path.parts or path.stat().st_size > 2_000_000:
            continue
        folders.setdefault(path.parent, []).append(path)
    found, seen = [], set()
    while folders and len(found) < MOST:
        for folder in list(folders):
            path = folders[folder].pop(0)
            if not folders[folder]:
                del folders[folder]
            content = path.read_bytes()
            if content in seen or len(found) == MOST:
                continue
            if subprocess.run([HEAPWISE, "info", "-q", str(path)], capture_output=True).returncode == 0:
                seen.add(content)
                found.append(path)
    return found


def expected(path):
    """By sample type and function, the value, its error and whether blocks were sampled, as top tells them."""
    info = json.loads(run("info", "-q", "-f", "json", str(path)))
    header = info.get("inputs", [info])[0]
    answers = {}
    for known in header["sample_types"]:
        if known["type"] not in TYPES:
            continue
        top = json.loads(run("top", "-q", "-f", "json", "--sample-index", known["type"], str(path)))
        rows = {}
        for row in top["rows"]:
            flat = row["flat"]
            value, _, _ = rows.get(row["site"].get("function"), (0, None, None))
            rows[row["site"].get("function")] = (value + flat["value"], flat["se"], flat["sampled"])
        answers[known["type"]] = rows
    return answers


def error(type_):
    """The error in SQL that all three engines understand."""
    k = "k_alloc" if type_.startswith("alloc") else "k_inuse"
    weight = "CAST(bytes AS DOUBLE) * CAST(bytes AS DOUBLE)" if type_.endswith("space") else "1.0"
    q = "exp(-CAST(bytes AS DOUBLE) / CAST(period AS DOUBLE))"
    return (
        f"sqrt(sum(CASE WHEN period <= 1 THEN 0.0 * {k} WHEN {k} = 0 THEN 0.0 "
        f"ELSE {k} * {weight} * {q} / ((1.0 - {q}) * (1.0 - {q})) END)) AS se_{type_}"
    )


def query(samples, frames):
    sums = [f"sum({type_}) AS v_{type_}" for type_ in TYPES] + [error(type_) for type_ in HEAP]
    return (
        f"SELECT s.profile_id AS profile_id, f.function AS function, {', '.join(sums)} FROM {samples} AS s "
        f"JOIN (SELECT DISTINCT stack_id, function FROM {frames} WHERE depth = 0) AS f ON s.stack_id = f.stack_id "
        "GROUP BY s.profile_id, f.function"
    )


class DuckDb:
    name = "duckdb"

    def __init__(self):
        import duckdb

        self.duckdb = duckdb

    def tables(self, folder):
        return (f"read_parquet('{folder}/samples/**/*.parquet', hive_partitioning = true)",
                f"read_parquet('{folder}/frames/*.parquet')")

    def lines(self, folder):
        """The same from lines of JSON; types as the docs say, since a column may be null everywhere."""
        numbers = ["profile_id", "stack_id", "bytes", "period", "k_alloc", "k_inuse", *TYPES]
        columns = ", ".join(f"{name}: 'BIGINT'" for name in numbers)
        return (f"read_json('{folder}/samples/**/*.ndjson', hive_partitioning = true, columns = {{{columns}}})",
                f"read_json('{folder}/frames/*.ndjson', "
                "columns = {stack_id: 'BIGINT', depth: 'BIGINT', function: 'VARCHAR'})")

    def rows(self, sql, folder):
        cursor = self.duckdb.connect().execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]


class ChDb:
    name = "clickhouse"

    def __init__(self):
        import chdb

        self.chdb = chdb

    def tables(self, folder):
        return (f"file('{folder}/samples/**/*.parquet', Parquet)", f"file('{folder}/frames/*.parquet', Parquet)")

    def rows(self, sql, folder):
        settings = " SETTINGS output_format_json_quote_64bit_integers = 0"
        answer = self.chdb.query(sql.rstrip(" ;\n") + settings, "JSON")
        return json.loads(str(answer))["data"]


class DataFusion:
    name = "datafusion"

    def __init__(self):
        import datafusion

        self.datafusion = datafusion

    def tables(self, folder):
        return "samples", "frames"

    def rows(self, sql, folder):
        context = self.datafusion.SessionContext()
        context.register_parquet("samples", f"{folder}/samples")
        context.register_parquet("frames", f"{folder}/frames")
        return [row for batch in context.sql(sql).collect() for row in batch.to_pylist()]


def engines():
    found = []
    for engine in (DuckDb, ChDb, DataFusion):
        try:
            found.append(engine())
        except ImportError as missing:
            print(f"SKIPPED: {engine.name}: {missing}")
    return found


def compare(engine, rows, names, tops):
    """Every function of every profile; returns how many sums and errors were compared."""
    found = {}
    for row in rows:
        found.setdefault(row["profile_id"], {})[row["function"]] = row
    sums = errors = 0
    for id_, path in names.items():
        for type_, functions in tops[path].items():
            mine = found.get(id_, {})
            theirs = {name for name, (value, _, _) in functions.items() if value}
            extra = [name for name, row in mine.items() if row[f"v_{type_}"] and name not in theirs]
            if extra:
                raise SystemExit(f"{engine}: {path}: {type_}: found {extra[:3]}, expected none of these")
            for name, (value, se, sampled) in functions.items():
                row = mine.get(name)
                got = row[f"v_{type_}"] if row else 0
                if (got or 0) != value:
                    raise SystemExit(f"{engine}: {path}: {type_}: {name}: found {got}, expected {value}")
                sums += 1
                if type_ not in HEAP or not row or name is None:
                    continue
                got = row[f"se_{type_}"]
                if se is None and sampled is None and got is not None:
                    raise SystemExit(f"{engine}: {path}: {type_}: {name}: found an error {got}, expected none")
                if se is not None:
                    # Blocks above 20 rates have no error in heapwise, 1 - exp(-20) of one here.
                    if got is None or not math.isclose(got, se, rel_tol=1e-6, abs_tol=max(1.0, abs(value)) * 1e-4 if se == 0 else 0):
                        raise SystemExit(f"{engine}: {path}: {type_}: {name}: found ± {got}, expected ± {se}")
                    errors += 1
    return sums, errors


def documented(engine, folder):
    """The queries of the docs, as they stand there."""
    text = (ROOT / "docs/export.md").read_text()
    for words, sql in re.findall(r"```sql ([a-z ]+)\n(.*?)```", text, re.S):
        name, *form = words.split()
        if name == engine.name:
            rows = engine.rows(sql.replace("tables/", f"{folder}/"), folder)
            yield words, sum(row["flat"] or 0 for row in rows), len(rows)


def main():
    known = engines()
    if not known:
        sys.exit(77)
    paths = profiles()
    print(f"{len(paths)} profiles")
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(2) as pool:
        folder, again = f"{work}/tables", f"{work}/again"
        every = [str(path) for path in paths]
        for place in (folder, again):
            run("export", "-q", *every, "-d", place)
        subprocess.run(["diff", "-r", folder, again], check=True)
        run("export", "-q", *every, "-f", "ndjson", "-d", folder)
        tops = dict(zip(every, pool.map(expected, every)))
        names = {}
        for file in Path(folder, "profiles").glob("*.ndjson"):
            for line in file.read_text().splitlines():
                row = json.loads(line)
                names[row["profile_id"]] = row["source"]
        if sorted(names.values()) != sorted(every):
            raise SystemExit(f"found {len(names)} profiles, expected {len(every)}")
        whole = sum(value for top in tops.values() for value, _, _ in top.get("alloc_space", {}).values())
        for engine in known:
            rows = engine.rows(query(*engine.tables(folder)), folder)
            sums, errors = compare(engine.name, rows, names, tops)
            print(f"{engine.name}: {sums} sums and {errors} errors as top has them")
            if isinstance(engine, DuckDb):
                rows = engine.rows(query(*engine.lines(folder)), folder)
                sums, errors = compare("duckdb on ndjson", rows, names, tops)
                print(f"duckdb on ndjson: {sums} sums and {errors} errors as top has them")
            for words, total, count in documented(engine, folder):
                print(f"{words}: {count} functions, {total} bytes")
                if total < whole:
                    raise SystemExit(f"{words}: found {total} bytes, expected no less than {whole}")


main()
