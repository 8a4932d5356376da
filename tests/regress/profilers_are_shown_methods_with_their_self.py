import sys

seen = []


def profiler(frame, event, argument):
    if event in ("c_call", "c_return", "c_exception") and frame.f_code is calls.__code__:
        seen.append((event, argument))


def calls(items):
    items.append(1)
    items.sort(key=None)
    items.pop(*[0])
    list.append(items, 2)
    try:
        items.index(7)
    except ValueError:
        pass
    try:
        list.append("no list", 1)
    except TypeError as error:
        return str(error)


items = []
sys.setprofile(profiler)
message = calls(items)
sys.setprofile(None)
print(message)  # expect: descriptor 'append' for 'list' objects doesn't apply to a 'str' object
for event, function in seen:
    print(event, function.__name__, type(function).__name__, function.__self__ is items)
# expect: c_call append builtin_function_or_method True
# expect: c_return append builtin_function_or_method True
# expect: c_call sort builtin_function_or_method True
# expect: c_return sort builtin_function_or_method True
# expect: c_call pop builtin_function_or_method True
# expect: c_return pop builtin_function_or_method True
# expect: c_call append builtin_function_or_method True
# expect: c_return append builtin_function_or_method True
# expect: c_call index builtin_function_or_method True
# expect: c_exception index builtin_function_or_method True
