# A stack of the smallest size that may be asked for is enough for ordinary code and for its errors.
import marshal
import threading

threading.stack_size(32768)


def run(function):
    def guarded():
        try:
            print(function())
        except Exception as error:
            print(type(error).__name__)

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join()


def nested(levels):
    made = []
    for _ in range(levels):
        made = [made]
    return made


run(lambda: 1 / 0)  # expect: ZeroDivisionError
run(lambda: len(repr(nested(20))))  # expect: 42
run(lambda: len(marshal.dumps([1] * 10)))  # expect: 55
