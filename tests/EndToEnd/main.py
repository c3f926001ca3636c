"""Runs all tests of a folder (or those named) and ends with 'N passed, N failed'."""
import sys
import time
import unittest
from pathlib import Path


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

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            print("FAIL {}\n{}".format(subtest.id(), (self.failures + self.errors)[-1][1]), flush=True)


def run(folder, names):
    """Runs the tests of the folder's test_*.py, or those named; the result."""
    sys.path.insert(0, str(folder))
    names = names or sorted(path.stem for path in folder.glob("test_*.py"))
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    with open("/dev/null", "w") as quiet:
        return unittest.TextTestRunner(stream=quiet, resultclass=Result).run(suite)


def close(result):
    bad = len(result.failures) + len(result.errors) + len(result.skipped)
    print("{} passed, {} failed".format(max(0, result.testsRun - bad), bad))
    sys.exit(1 if bad or not result.testsRun else 0)


if __name__ == "__main__":
    from abaco import Abaco

    Abaco().until_ready()
    close(run(Path(__file__).parent, sys.argv[1:]))
