# __enter__ and __exit__ are looked up on the class, both before the first is called, however they are bound.
class Static:
    @staticmethod
    def __enter__():
        return "static"

    @classmethod
    def __exit__(cls, *details):
        print(cls.__name__, details[0])
        return True


class Native(str):
    __enter__ = str.upper

    def __exit__(self, *details):
        pass


class OnlyEnter:
    def __enter__(self):
        print("never called")


with Static() as entered:
    print(entered)  # expect: static
    raise ValueError  # caught by __exit__
# expect: Static <class 'ValueError'>

for _ in range(2):
    with Native("seven") as entered:
        print(entered)
# expect: SEVEN
# expect: SEVEN

try:
    with OnlyEnter():
        pass
except TypeError as error:
    print(error)  # expect: 'OnlyEnter' object does not support the context manager protocol (missed __exit__ method)

instance = Native("seven")
instance.__enter__ = None  # of no consequence
with instance as entered:
    print(entered)  # expect: SEVEN
with object():  # raises: TypeError: 'object' object does not support the context manager protocol
    pass
