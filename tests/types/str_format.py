# Library reference, "Format String Syntax" and the format specification mini-language.
print("{} {} {}".format(1, "b", None), "{0}{1}{0}".format("a", "b"), "{x[k]} {y.real}".format(x={"k": 1}, y=2))
# expect: 1 b None aba 1 2
print("{{}}".format(), "{!r} {!s} {!a}".format("é", "é", "é"), "{:>{}}|{:{}{}}".format("a", 5, "b", "*^", 5))
# expect: {} 'é' é '\xe9'     a|**b**
print("{0[1]}{0[-1]}".format({1: "x", "-1": "y"}), "{:%Y}".format(type("D", (), {"__format__": lambda s, f: f})()))
# expect: xy %Y
print(f"{1234567:,} {1234567:_} {255:#x} {255:#_b} {5:+d} {5: d} {-5:05d} {65:c} {1.5:n}")
# expect: 1,234,567 1_234_567 0xff 0b1111_1111 +5  5 -0005 A 1.5
print(f"{3.14159:.2f} {3.14159:10.3e} {1e10:g} {0.00001234:G} {0.5:%} {2.0:#.0f} {1e16} {-0.0:z.1f} {1234.5:010,.1f}")
# expect: 3.14  3.142e+00 1e+10 1.234E-05 50.000000% 2. 1e+16 0.0 0,001,234.5
print(f"{'ab':5}|{'ab':>5}|{'ab':^5}|{'abc':.2}|{'é':*^4}|{True:5}|{1+2j:.1f}|{1j:>8}|{float('nan'):5}|{float('-inf'):05}")
# expect: ab   |   ab| ab  |ab|*é**|    1|1.0+2.0j|      1j|  nan|-0inf
print(f"{3!r:>4}{'x'!a:<5}|{None}{[1]!s:>5}", f"{1=} {1 + 1 = } {'a'=!s}", f"{'nested ' + f'{1}'}{{}}")
# expect:    3'x'  |None  [1] 1=1 1 + 1 = 2 'a'=a nested 1{}
print("{a}".format_map({"a": 1}), "{:d}".format(True), format(10**30, ","), format(-1, "x"), format(0, "#b"))
# expect: 1 1 1,000,000,000,000,000,000,000,000,000,000 -1 0b0
errors = [
    lambda: "{}".format(), lambda: "{a}".format(), lambda: "{0}{}".format(1), lambda: "{".format(),
    lambda: "}".format(), lambda: "{a.}".format(a=1), lambda: "{!x}".format(1), lambda: "{!r".format(1),
    lambda: "{:{:{}}}".format(1, 2, 3), lambda: "{0!rs}".format(1), lambda: format(1, "s"), lambda: format("a", "d"),
    lambda: format(1, ".2"), lambda: format(1, ",_"), lambda: format("a", "="), lambda: format(1j, "05"),
    lambda: format(1, "+c"), lambda: format([], "5"), lambda: format(1.5, "10s "), lambda: format(1, ".")]
for bad in errors:
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
        # expect: IndexError Replacement index 0 out of range for positional args tuple
        # expect: KeyError 'a'
        # expect: ValueError cannot switch from manual field specification to automatic field numbering
        # expect: ValueError Single '{' encountered in format string
        # expect: ValueError Single '}' encountered in format string
        # expect: ValueError Empty attribute in format string
        # expect: ValueError Unknown conversion specifier x
        # expect: ValueError unmatched '{' in format spec
        # expect: ValueError Max string recursion exceeded
        # expect: ValueError expected ':' after conversion specifier
        # expect: ValueError Unknown format code 's' for object of type 'int'
        # expect: ValueError Unknown format code 'd' for object of type 'str'
        # expect: ValueError Precision not allowed in integer format specifier
        # expect: ValueError Cannot specify both ',' and '_'.
        # expect: ValueError '=' alignment not allowed in string format specifier
        # expect: ValueError Zero padding is not allowed in complex format specifier
        # expect: ValueError Sign not allowed with integer format specifier 'c'
        # expect: TypeError unsupported format string passed to list.__format__
        # expect: ValueError Invalid format specifier '10s ' for object of type 'float'
        # expect: ValueError Format specifier missing precision
