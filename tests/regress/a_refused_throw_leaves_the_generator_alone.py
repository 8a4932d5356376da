def echo():
    while True:
        try:
            print((yield))
        except ValueError as error:
            print("caught", repr(error))


generator = echo()
next(generator)
for arguments in ((ValueError, 1, 2), (ValueError(1), "x"), ("abc",), (list,)):
    try:
        generator.throw(*arguments)
    except TypeError as error:
        print(error)
# expect: throw() third argument must be a traceback object
# expect: instance exception may not have a separate value
# expect: exceptions must be classes or instances deriving from BaseException, not str
# expect: exceptions must be classes or instances deriving from BaseException, not type
generator.throw(ValueError, (1, 2))  # expect: caught ValueError(1, 2)
generator.send("still there")  # expect: still there


class Failing(ValueError):
    def __init__(self):
        raise ValueError("while it was made")


class Other(ValueError):
    def __new__(cls):
        return 5


generator.throw(Failing)  # expect: caught ValueError('while it was made')
try:
    generator.throw(Other)
except TypeError as error:
    print(error)  # expect: calling <class '__main__.Other'> should have returned an instance of BaseException, not int
print(generator.gi_frame)  # expect: None


async def echo_async():
    while True:
        try:
            yield 1
        except ValueError as error:
            print("caught", repr(error))


async def main():
    generator = echo_async()
    await generator.asend(None)
    try:
        await generator.athrow(ValueError, 1, 2)
    except TypeError as error:
        print(error)  # expect: throw() third argument must be a traceback object
    try:
        await generator.asend(None)
    except StopAsyncIteration:
        print("finished")

    sending = echo_async().asend(None)
    try:
        sending.throw(Failing)
    except ValueError as error:
        print(error)  # expect: while it was made


try:
    main().send(None)
except StopIteration:
    pass
