import posix
import sys

print(len.__module__, sys.getsizeof.__module__, posix.getpid.__module__)  # expect: builtins sys posix
