# Language reference 7.8 (raise), 8.4.2 (except*).
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("b")
except ValueError as e:
    print(repr(e.__context__), e.__cause__, e.__suppress_context__)  # expect: ZeroDivisionError('division by zero') None False

try:
    try:
        1 / 0
    except ZeroDivisionError as z:
        raise ValueError("b") from z
except ValueError as e:
    print(repr(e.__cause__), e.__suppress_context__)  # expect: ZeroDivisionError('division by zero') True

# A cycle is cut where the new exception stood before.
first, second = ValueError(1), ValueError(2)
try:
    try:
        raise first
    except ValueError:
        try:
            raise second
        except ValueError:
            raise first
except ValueError as e:
    print(e.args, e.__context__.args, e.__context__.__context__)  # expect: (1,) (2,) None


class WithOwnInit(OSError):
    def __init__(self, number, text, extra):
        super().__init__(number, text)
        self.extra = extra


error = WithOwnInit(2, "msg", 9)
print(repr(error), error.errno, error.extra)  # expect: WithOwnInit(2, 'msg') 2 9

try:
    raise ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("h", [ValueError(3), KeyError(4)])])
except* ValueError as group:
    print(repr(group))  # expect: ExceptionGroup('g', [ValueError(1), ExceptionGroup('h', [ValueError(3)])])
except* (TypeError, KeyError) as group:
    print(repr(group))  # expect: ExceptionGroup('g', [TypeError(2), ExceptionGroup('h', [KeyError(4)])])

try:
    try:
        raise ExceptionGroup("g", [ValueError(1), OSError(5)])
    except* ValueError:
        raise
except BaseException as e:
    print(repr(e))  # expect: ExceptionGroup('g', [ValueError(1), OSError(5)])

try:
    try:
        raise ExceptionGroup("g", [ValueError(1), OSError(5)])
    except* ValueError:
        raise KeyError("n")
except BaseException as e:
    print(repr(e))  # expect: ExceptionGroup('', [KeyError('n'), ExceptionGroup('g', [OSError(5)])])

try:
    raise ValueError(5)
except* ValueError as e:
    print(repr(e.message), e.exceptions)  # expect: '' (ValueError(5),)
