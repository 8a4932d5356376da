# Where a frame shows that it failed, once finally blocks and with statements have passed the exception on.
def line_in(function):
    try:
        function()
    except Exception as error:
        frame = error.__traceback__.tb_next.tb_frame
        return frame.f_lineno - frame.f_code.co_firstlineno


class Manager:
    def __enter__(self):
        pass

    def __exit__(self, *details):
        pass


def through_finally():
    try:
        1 / 0
    finally:
        pass


def through_with():
    with Manager():
        1 / 0
        pass


def in_named_except():
    try:
        1 / 0
    except Exception as error:
        1 / 0
        pass


def not_caught():
    try:
        1 / 0
    except TypeError as error:
        pass


print(line_in(through_finally))  # expect: 4
print(line_in(through_with))     # expect: 2
print(line_in(in_named_except))  # expect: 4
print(line_in(not_caught))       # expect: 3
