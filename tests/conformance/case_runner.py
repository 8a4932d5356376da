"""Runs one module of CPython's tests and writes what became of each case. Run by the interpreter under test.

    INTERPRETER case_runner.py MODULE REPORT [DONE]

REPORT gets a line as each case begins ("> name") and ends ("pass name", "fail name", "skip name"), so that
the one that was running is known after a crash. Cases that DONE lists, one a line, are not run again.
"""
import os
import sys
import unittest


class Reporter(unittest.TestResult):
    def __init__(self, path):
        super().__init__()
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.process = os.getpid()
        self.names = {}
        self.outcome = "pass"

    def say(self, text):
        if os.getpid() != self.process:
            os._exit(99)  # a forked child has come back from its test
        os.write(self.file, (text + "\n").encode("utf-8", "replace"))

    def name(self, test):
        return self.names.get(id(test)) or str(test.id())

    def startTest(self, test):
        self.outcome = "pass"
        self.say("> " + self.name(test))

    def stopTest(self, test):
        self.say(self.outcome + " " + self.name(test))

    def addError(self, test, error):
        self.outcome = "fail"
        if id(test) not in self.names:  # setUpClass and the like
            self.say("fail " + self.name(test).replace(" ", "_"))

    addFailure = addError

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.outcome = "fail"

    def addSkip(self, test, reason):
        if self.outcome == "pass":
            self.outcome = "skip"

    def addUnexpectedSuccess(self, test):
        self.outcome = "fail"

    def addExpectedFailure(self, test, error):
        pass

    def _setupStdout(self):
        pass

    _restoreStdout = _setupStdout


def keep_only_new(suite, module, done, names, seen):
    kept = []
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            keep_only_new(test, module, done, names, seen)
            kept.append(test)
            continue
        name = test.id().removeprefix(module + ".").replace(" ", "_")
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name += "#" + str(seen[name])
        if name not in done:
            names[id(test)] = name
            kept.append(test)
    suite._tests = kept


def main():
    module, report = sys.argv[1:3]
    done = set()
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding="utf-8") as file:
            done = set(file.read().split("\n"))
    del sys.argv[1:]
    # Most of what is marked as CPython's own holds here, too.
    sys.implementation.name = "cpython"
    from test import support
    support.use_resources = []
    support.verbose = 0
    reporter = Reporter(report)
    try:
        loaded = unittest.defaultTestLoader.loadTestsFromName(module)
        keep_only_new(loaded, module, done, reporter.names, {})
        loaded.run(reporter)
    except unittest.SkipTest:
        pass
    reporter.say("end")


if __name__ == "__main__":
    main()
