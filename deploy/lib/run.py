# SPDX-License-Identifier: MIT
"""run.py MODULE|-c CODE [ARGUMENT...]: like `python3 -m MODULE` and `python3 -c CODE`, but with the modules of this folder and none of the
current one. Python 3.10 of Ubuntu 22.04 does not know PYTHONSAFEPATH."""
import runpy
import sys

what = sys.argv.pop(1)
if what == "-c":
    exec(sys.argv.pop(1))
else:
    runpy.run_module(what, run_name="__main__", alter_sys=True)
