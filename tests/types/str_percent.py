# Library reference, "printf-style String Formatting".
print("%d %i %u %s %r %a" % (1, 2, 3, "é", "é", "é"), "%x %X %#x %o %#o" % (255, 255, 255, 8, 8), "%c%c" % ("a", 98))
# expect: 1 2 3 é 'é' '\xe9' ff FF 0xff 10 0o10 ab
print("%5d|%-5d|%05d|%+d|% d|%5.3d" % (5, 5, -5, 5, 5, 5), "%*d|%-*d|%.*f" % (4, 1, 4, 1, 2, 3.14159))
# expect:     5|5    |-0005|+5| 5|  005    1|1   |3.14
print("%f %.2e %g %G %#.0f %010.2f" % (1.5, 12345.678, 1e10, 1e-10, 1, -1.5), "%.2s|%5s|%-5s|" % ("abc", "a", "b"))
# expect: 1.500000 1.23e+04 1e+10 1E-10 1. -000001.50 ab|    a|b    |
print("%(a)s %(b)05d %%" % {"a": 1, "b": 2}, "%s" % (1,), "%s" % {"k": 1}, "abc" % {}, "%d" % 1.9, "%.3x" % 10)
# expect: 1 00002 % 1 {'k': 1} abc 1 00a
errors = [
    ("%d", "a"), ("%d %d", 1), ("%d", (1, 2)), ("%", 1), ("%y", 1), ("%(a)s", 1), ("%(a", {}), ("%c", "ab"),
    ("%c", 0x110000), ("%x", 1.5), ("%f", "a"), ("%*d", ("a", 1)), ("x", 1), ("%d", None), ("%i", 1j)]
for text, arguments in errors:
    try:
        text % arguments
    except Exception as error:
        print(type(error).__name__, error)
        # expect: TypeError %d format: a real number is required, not str
        # expect: TypeError not enough arguments for format string
        # expect: TypeError not all arguments converted during string formatting
        # expect: ValueError incomplete format
        # expect: ValueError unsupported format character 'y' (0x79) at index 1
        # expect: TypeError format requires a mapping
        # expect: ValueError incomplete format key
        # expect: TypeError %c requires int or char
        # expect: OverflowError %c arg not in range(0x110000)
        # expect: TypeError %x format: an integer is required, not float
        # expect: TypeError must be real number, not str
        # expect: TypeError * wants int
        # expect: TypeError not all arguments converted during string formatting
        # expect: TypeError %d format: a real number is required, not NoneType
        # expect: TypeError %i format: a real number is required, not complex
