# Exceptions: chaining, finally, groups, tracebacks, what is being handled.
import sys

def order():
    try:
        try:
            print("body")
            raise ValueError("v")
        except KeyError:
            print("not here")
        else:
            print("nor here")
        finally:
            print("finally 1")
    except ValueError as e:
        print("caught", e)
    else:
        print("no")
    finally:
        print("finally 2")
order()
# expect: body
# expect: finally 1
# expect: caught v
# expect: finally 2

def override():
    for i in range(3):
        try:
            if i == 1: continue
            if i == 2: break
            print("i", i)
        finally:
            print("f", i)
    try:
        return "try"
    finally:
        print("before return")
print(override())
# expect: i 0
# expect: f 0
# expect: f 1
# expect: f 2
# expect: before return
# expect: try

def swallow():
    try:
        raise ValueError
    finally:
        return "swallowed"
print(swallow())
# expect: swallowed

try:
    try:
        raise KeyError("first")
    except KeyError as e:
        raise ValueError("second")
except ValueError as e:
    print(repr(e.__context__), e.__cause__, e.__suppress_context__)
# expect: KeyError('first') None False
try:
    try:
        raise KeyError("first")
    except KeyError as e:
        raise ValueError("second") from None
except ValueError as e:
    print(repr(e.__context__), e.__cause__, e.__suppress_context__)
# expect: KeyError('first') None True
try:
    raise ValueError from KeyError
except ValueError as e:
    print(repr(e.__cause__))
# expect: KeyError()
for bad in ("raise 5", "raise ValueError from 5", "raise", "raise int"):
    try:
        exec(bad)
    except (TypeError, RuntimeError) as e:
        print(type(e).__name__, e)
# expect: TypeError exceptions must derive from BaseException
# expect: TypeError exception causes must derive from BaseException
# expect: RuntimeError No active exception to reraise
# expect: TypeError exceptions must derive from BaseException
try:
    e
except NameError as error:
    print(error)
# expect: name 'e' is not defined

def lines():
    def inner():
        raise ValueError
    try:
        inner()
    except ValueError as e:
        tb = e.__traceback__
        found = []
        while tb:
            found.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - lines.__code__.co_firstlineno))
            tb = tb.tb_next
        return found
print(lines())
# expect: [('lines', 4), ('inner', 2)]

print(sys.exc_info())
# expect: (None, None, None)
try:
    1 / 0
except ZeroDivisionError:
    print(sys.exc_info()[0].__name__)
    try:
        {}[1]
    except KeyError:
        print(sys.exc_info()[0].__name__)
    print(sys.exc_info()[0].__name__)
# expect: ZeroDivisionError
# expect: KeyError
# expect: ZeroDivisionError
print(sys.exc_info())
# expect: (None, None, None)

try:
    try:
        raise ValueError("again")
    except ValueError:
        raise
except ValueError as e:
    print(e, e.__context__)
# expect: again None

def groups(exceptions):
    try:
        raise ExceptionGroup("group", exceptions)
    except* ValueError as e:
        print("values", e.exceptions)
    except* (TypeError, KeyError) as e:
        print("others", e.exceptions)
groups([ValueError(1), TypeError(2), KeyError(3)])
# expect: values (ValueError(1),)
# expect: others (TypeError(2), KeyError(3))
try:
    groups([ValueError(1), OSError(2)])
except ExceptionGroup as e:
    print(e, e.exceptions)
# expect: values (ValueError(1),)
# expect: group (1 sub-exception) (OSError(2),)
try:
    raise ValueError("naked")
except* ValueError as e:
    print(repr(e))
# expect: ExceptionGroup('', (ValueError('naked'),))
try:
    try:
        raise ExceptionGroup("g", [ValueError(1)])
    except* ValueError:
        raise KeyError("new")
except BaseException as e:
    print(repr(e), repr(e.__context__))
# expect: ExceptionGroup('', [KeyError('new')]) None
try:
    try:
        pass
    except 5:
        pass
    raise ValueError
except ValueError:
    print("unused clauses are not evaluated")
# expect: unused clauses are not evaluated
try:
    try: raise ValueError
    except 5: pass
except TypeError as e:
    print(e)
# expect: catching classes that do not inherit from BaseException is not allowed
def deep(n):
    if n: return deep(n - 1)
    raise ValueError("deep")
try:
    deep(50)
except ValueError as e:
    count, tb = 0, e.__traceback__
    while tb: count, tb = count + 1, tb.tb_next
    print(count)
# expect: 52
def forever(n): return forever(n + 1)
for _ in range(3):
    try:
        forever(0)
    except RecursionError as e:
        print(e)
# expect: maximum recursion depth exceeded
# expect: maximum recursion depth exceeded
# expect: maximum recursion depth exceeded
class Context:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    def __enter__(self):
        print("enter", self.name)
        return self
    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__, value, tb is not None)
        return self.swallow
with Context("a") as a, Context("b", True) as b:
    print(a.name, b.name)
    raise ValueError("inside")
# expect: enter a
# expect: enter b
# expect: a b
# expect: exit b ValueError inside True
# expect: exit a None None False
def early():
    for i in range(3):
        with Context(i):
            if i == 0: continue
            return i
print(early())
# expect: enter 0
# expect: exit 0 None None False
# expect: enter 1
# expect: exit 1 None None False
# expect: 1
for manager in (5, type("NoExit", (), {"__enter__": lambda s: s})()):
    try:
        with manager: pass
    except TypeError as e:
        print(e)
# expect: 'int' object does not support the context manager protocol
# expect: 'NoExit' object does not support the context manager protocol (missed __exit__ method)
try:
    assert 1 == 2, "message"
except AssertionError as e:
    print(e)
# expect: message
e = ValueError("with note")
e.add_note("a note")
print(e.__notes__, e.with_traceback(None) is e)
# expect: ['a note'] True
