"""Runs the fault tests (all, or those named) one after the other, prints their table, and ends with 'N passed, N failed'."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "EndToEnd"))

import main  # noqa: E402
from world import table  # noqa: E402

status = main.run(Path(__file__).parent, sys.argv[1:])
print(table())
main.close(status)
