# SPDX-License-Identifier: MIT
"""How many instructions an answer costs the service, counted by callgrind."""
import os
import re
import shutil
import subprocess

from ids import flat_id
from stand import Client, report

FLATS_ASKED = 100
READS = 2000


def control(*arguments):
    subprocess.run(["callgrind_control", *arguments], check=True, capture_output=True)


def instructions_of(build, path_of):
    """Instructions of the service for one answer to a keep-alive client, after a warm-up. `path_of(n)` is the path of request n."""
    out = os.path.join(build.folder, "callgrind.out")
    service = build.service(start=False)
    service.start(ready=False, prefix=("valgrind", "--tool=callgrind", "--instr-atstart=no",
                                       f"--callgrind-out-file={out}"))
    service.wait_ready(60)
    client = Client(service.port, build.key, timeout=30)

    def ask(count):
        for n in range(count):
            reply = client.get(path_of(n))
            assert reply.status == 200, reply.body
    ask(4 * FLATS_ASKED)
    control("--instr=on", str(service.pid))
    ask(READS)
    control("--dump", str(service.pid))
    client.close()
    service.stop(60)
    with open(f"{out}.1", encoding="utf-8") as text:
        return int(re.search(r"^totals: (\d+)", text.read(), re.M).group(1)) / READS


def instructions(bench):
    """Repeatable, unlike times; of the service alone, without the kernel."""
    if not shutil.which("valgrind"):
        report("skip", "bench/instructions", "valgrind is not installed")
        return
    for what, path_of in (("read by id", lambda n: f"/v1/apartments/{flat_id(n % FLATS_ASKED + 1)}"),
                          ("answer without a query", lambda n: "/v1/cities?limit=1")):
        counts = {}
        for name, build in bench.builds():
            counts[name] = instructions_of(build, path_of)
            bench.rows.append(("instructions", f"{what}: {name}", f"{counts[name]:.0f}"))
        if bench.other_build:
            ratio = list(counts.values())[0] / list(counts.values())[1]
            text = f"{ratio:.3f} (bar 1.01)"
            bench.rows.append(("instructions", f"  {what}: ours / beside", text))
            report("pass" if ratio <= 1.01 else "fail", f"bench/instructions: {what}", text)
