import resource

source = "#" + "a" * 60_000_000
with open("/proc/self/statm") as file:
    taken = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + 100_000_000, -1))
for function in eval, exec, lambda text: compile(text, "huge", "exec"):
    try:
        function(source)
    except (MemoryError, SyntaxError):  # who copies less gets to the end of it
        pass
    print("alive")
# expect: alive
# expect: alive
# expect: alive
