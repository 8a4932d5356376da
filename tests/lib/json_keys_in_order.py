# Sorted keys, texts with and without escapes, and documents that change while they are written.
import json


class Odd:
    pass


document = {"b": 1, "a": {"z": None, "y": [True, 1.5]}, "é": "é\x7f\n\"", "A": "\x7f\x1f\\/"}
print(json.dumps(document, sort_keys=True))  # expect: {"A": "\u007f\u001f\\/", "a": {"y": [true, 1.5], "z": null}, "b": 1, "\u00e9": "\u00e9\u007f\n\""}
print(ascii(json.dumps(document, sort_keys=True, ensure_ascii=False)))  # expect: '{"A": "\x7f\\u001f\\\\/", "a": {"y": [true, 1.5], "z": null}, "b": 1, "\xe9": "\xe9\x7f\\n\\""}'
print(json.dumps({3: 1, 1: 2, 2.5: 0}, sort_keys=True))  # expect: {"1": 2, "2.5": 0, "3": 1}
try:
    json.dumps({"a": 1, 2: 3}, sort_keys=True)
except TypeError as error:
    print(error)  # expect: '<' not supported between instances of 'int' and 'str'
print(json.dumps(dict.fromkeys(["k%02d" % (i * 7 % 10) for i in range(10)], 0), sort_keys=True, separators=(",", ":")))  # expect: {"k00":0,"k01":0,"k02":0,"k03":0,"k04":0,"k05":0,"k06":0,"k07":0,"k08":0,"k09":0}

changing = {"a": Odd(), "b": 2, "c": 3}


def default(value):
    del changing["b"]
    changing["c"] = 30
    return "odd"


print(json.dumps(changing, sort_keys=True, default=default))  # expect: {"a": "odd", "b": 2, "c": 3}


def nested(value):
    return json.loads(json.dumps({"inner": "x" * 5}))


print(json.dumps([Odd(), "after"], default=nested))  # expect: [{"inner": "xxxxx"}, "after"]


class Text(str):
    def __lt__(self, other):
        return str.__gt__(self, other)


print(json.dumps({Text("a"): 1, Text("b"): 2}, sort_keys=True))  # expect: {"b": 2, "a": 1}
