"""Runs all tests of this folder (or those named) and ends with 'N passed, N failed'."""
import sys
import time
import unittest
from pathlib import Path

from abaco import Abaco

sys.path.insert(0, str(Path(__file__).parent))


class Result(unittest.TextTestResult):
    def startTest(self, test):
        super().startTest(test)
        self.begun = time.monotonic()

    def addSuccess(self, test):
        super().addSuccess(test)
        print("ok   {} ({:.1f} s)".format(test.id(), time.monotonic() - self.begun), flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        print("FAIL {}\n{}".format(test.id(), self.failures[-1][1]), flush=True)

    def addError(self, test, err):
        super().addError(test, err)
        print("FAIL {}\n{}".format(test.id(), self.errors[-1][1]), flush=True)


Abaco().until_ready()
names = sys.argv[1:] or sorted(path.stem for path in Path(__file__).parent.glob("test_*.py"))
suite = unittest.defaultTestLoader.loadTestsFromNames(names)
with open("/dev/null", "w") as quiet:
    result = unittest.TextTestRunner(stream=quiet, resultclass=Result).run(suite)
bad = len(result.failures) + len(result.errors) + len(result.skipped)
print("{} passed, {} failed".format(result.testsRun - bad, bad))
sys.exit(1 if bad or not result.testsRun else 0)
