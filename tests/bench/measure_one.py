"""measure_one.py PROGRAM SECONDS: runs one benchmark in this process and prints what it took.

Prints `first best rounds kilobytes`: seconds of the first call, seconds of the fastest one, number
of calls, peak resident memory. Ends with status 1 if a result is not the expected one.
"""
import os
import resource
import sys
import time


def main():
    path, limit = sys.argv[1], float(sys.argv[2])
    sys.path.insert(0, os.path.dirname(path))
    module = __import__(os.path.basename(path)[:-3])
    clock = time.perf_counter
    times = []
    end = clock() + limit
    while not times or clock() < end:
        start = clock()
        result = module.run(module.SIZE)
        times.append(clock() - start)
        if result != module.EXPECTED:
            sys.exit(f"{path}: {result!r} instead of {module.EXPECTED!r}")
    print(times[0], min(times), len(times), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


main()
