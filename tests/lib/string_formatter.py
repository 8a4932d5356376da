import _string
import string

print(list(_string.formatter_parser("a{b!r:{c}}d{{e}}{}")), [*_string.formatter_field_name_split("a.b[c][0]")[1]])
# expect: [('a', 'b', '{c}', 'r'), ('d{', None, None, None), ('e}', None, None, None), ('', '', '', None)] [(True, 'b'), (False, 'c'), (False, 0)]
print(string.Formatter().format("{0} {x[1]} {y.real:>3}", 1, x="ab", y=2), string.Template("$a ${b}").substitute(a=1, b=2))
# expect: 1 b   2 1 2
print(string.capwords("hello  world"), string.digits, string.ascii_letters[:3])
# expect: Hello World 0123456789 abc


class Defaults(string.Formatter):
    def get_value(self, key, args, kwargs):
        return kwargs.get(key, f"<{key}>")


print(Defaults().format("{a} {b}", a=1))  # expect: 1 <b>
