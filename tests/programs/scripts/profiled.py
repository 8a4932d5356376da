"""The profiler in Python, its counts of calls (times are left out)."""
import contextlib
import io
import profile
import pstats
import textwrap


def work():
    for width in range(20, 40):
        textwrap.wrap('some words that go on and on ' * 5, width)


profiler = profile.Profile()
profiler.runcall(work)
for (file, line, name), (calls, total_calls, *_, callers) in sorted(pstats.Stats(profiler, stream=io.StringIO()).stats.items()):
    print(file, line, name, calls, total_calls, len(callers))
