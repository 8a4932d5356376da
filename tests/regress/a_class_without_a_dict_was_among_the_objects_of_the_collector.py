import gc


class Text(str):
    pass


class Items(list):
    pass


for each in gc.get_objects():
    if isinstance(each, type):
        repr(each), each.__module__, each.__mro__, dir(each)
print("done")  # expect: done
