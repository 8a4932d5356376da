# minipy only: CPython runs out of stack.
import types

DEPTH = 100_000


def nest(make, innermost):
    for _ in range(DEPTH):
        innermost = make(innermost)
    return innermost


def attempt(name, action, *arguments):
    try:
        action(*arguments)
    except (RecursionError, TypeError):
        pass
    print(name, end=" ")


proxy = nest(types.MappingProxyType, {1: 2})
for action in iter, len, bool, lambda it: it[1], lambda it: 1 in it, lambda it: it | it, lambda it: it == it:
    attempt("proxy", action, proxy)
print()  # expect: proxy proxy proxy proxy proxy proxy proxy
alias = nest(lambda inner: list[inner], int)
for action in lambda it: it.append, lambda it: it[int], hash:
    attempt("alias", action, alias)
print()  # expect: alias alias alias
for wrapper in staticmethod, classmethod, property:
    attempt(wrapper.__name__, lambda it: it.__isabstractmethod__, nest(wrapper, print))
    attempt("get", lambda it: it.__get__(1, int), nest(wrapper, print))
print()  # expect: staticmethod get classmethod get property get
