# SPDX-License-Identifier: MIT
"""Scans of search-api's matrix of vectors by one thread, compared with a sum of the same bytes and with FAISS."""
import os
import statistics
import subprocess
import tempfile

import sections
from stand import ROOT, full, report

OURS = "search-api"
ROWS, ROUNDS = (1000000, 15) if full() else (200000, 9)
DIMENSIONS = (256, 768)
LEAST = 0.6
SECTION = "search-scan"


class Bench(sections.Bench):
    """Needs no service and no database, only programs. Other checkouts are not measured."""

    def __init__(self, _beside=None):
        super().__init__(make_stand=lambda: None)

    def __enter__(self):
        self.notes.append(f"{ROWS:,} vectors, best 500, one thread, medians of {ROUNDS} rounds")
        return self

    def __exit__(self, *_):
        pass


def medians(program, dimensions):
    """Medians of the printed columns."""
    ran = subprocess.run([program, str(ROWS), str(dimensions), str(ROUNDS)], capture_output=True, text=True, check=True)
    return [statistics.median(map(float, column)) for column in zip(*(line.split() for line in ran.stdout.splitlines()))]


def faiss(folder):
    """The peer's program; None: its library is not installed."""
    if not os.path.exists("/usr/include/faiss/IndexFlat.h"):
        return None
    program = os.path.join(folder, "scan_faiss")
    source = os.path.join(sections.HERE, "scan_faiss.cpp")
    subprocess.run(["g++", "-O2", "-fopenmp", "-o", program, source, "-lfaiss", "-llapack", "-lblas"], check=True)
    return program


def scan(bench):
    def row(name, taken, dimensions, bytes_each=1):
        gigabytes = ROWS * dimensions * bytes_each / 1e6 / taken
        bench.rows.append((SECTION, f"{name}, {dimensions}", f"{taken:.1f} ms, {gigabytes:.1f} GB/s"))

    with tempfile.TemporaryDirectory() as folder:
        peer = faiss(folder) if full() else None
        for dimensions in DIMENSIONS:
            adding, scanning, most, chat = medians(os.path.join(ROOT, "build/release/tests/bench/bench_scan"), dimensions)
            row("adding up the bytes", adding, dimensions)
            row("search-api", scanning, dimensions)
            bench.rows.append((SECTION, f"search-api, four rows of five fit, {dimensions}", f"{most:.1f} ms"))
            bench.rows.append((SECTION, f"search-api, one row of 1,000 fits, {dimensions}", f"{chat:.1f} ms"))
            ratio = adding / scanning
            text = f"{ratio:.2f} (bar {LEAST})"
            bench.rows.append((SECTION, f"  search-api / adding up, {dimensions}", text))
            report("pass" if ratio >= LEAST * sections.SLACK else "fail", f"bench/{SECTION}: {dimensions} dimensions", text)
            if peer:
                floats, each = medians(peer, dimensions)
                row("FAISS flat, floats", floats, dimensions, 4)
                row("FAISS flat, bytes", each, dimensions)
    if full() and not peer:
        report("skip", f"bench/{SECTION}: FAISS", "libfaiss-dev is not installed")


SECTIONS = {SECTION: scan}
