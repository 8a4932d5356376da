# What CPython says, or does, about arguments that are out of place.
import os


def attempt(function, *arguments, **keywords):
    try:
        print(function(*arguments, **keywords))
    except Exception as error:
        print(type(error).__name__, error, sep=": ")


attempt([1].index, 1, None)  # expect: TypeError: slice indices must be integers or have an __index__ method
attempt((1,).index, 1, 0, "a")  # expect: TypeError: slice indices must be integers or have an __index__ method
attempt([].insert, 2**64, 1)  # expect: OverflowError: Python int too large to convert to C ssize_t
attempt([1].pop, 2**64)  # expect: OverflowError: Python int too large to convert to C ssize_t
attempt(sorted)  # expect: TypeError: sorted expected 1 argument, got 0
attempt(sorted, [], x=1)  # expect: TypeError: 'x' is an invalid keyword argument for sort()
attempt(sorted, [2, 1], reverse="a")  # expect: TypeError: 'str' object cannot be interpreted as an integer
attempt(super, int, int, int)  # expect: TypeError: super() expected at most 2 arguments, got 3
attempt(sorted, [2, 3, 1], key=lambda number: -number, reverse=True)  # expect: [1, 2, 3]

# No bytes are no text whatever the codec is; no name is no codec.
print(repr(b"".decode("no such codec")), repr(str(b"", "no such codec")))  # expect: '' ''
attempt(b"a".decode, "")  # expect: LookupError: unknown encoding: 
attempt("".encode, "")  # expect: LookupError: unknown encoding: 

attempt(os.major, -1)  # expect: OverflowError: can't convert negative int to unsigned
attempt(os.minor, "a")  # expect: TypeError: an integer is required
attempt(os.posix_spawn, "/bin/true", [], {})  # expect: ValueError: posix_spawn: argv must not be empty
attempt(os.posix_spawn, "/bin/true", ["a"], {}, file_actions=[(os.POSIX_SPAWN_CLOSE, 1, 2)])
# expect: TypeError: A close file_action tuple must have 2 elements
attempt(os.posix_spawn, "/bin/true", ["a"], {}, resetids="x")
# expect: TypeError: 'str' object cannot be interpreted as an integer
pid = os.posix_spawn("/bin/true", ["true"], {}, scheduler=(None, os.sched_param(0)))
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))  # expect: 0
attempt(os.sched_setparam, 0, os.sched_param(2**31))  # expect: OverflowError: sched_priority out of range
