# functools and json.
def show(function):
    try:
        print(repr(function()))
    except BaseException as error:
        print(type(error).__name__, error)


import functools
import json
import operator

binary = functools.partial(int, base=2)
print(binary("101"), binary, functools.partial(print, 1, sep="-").args)
# expect: 5 functools.partial(<class 'int'>, base=2) (1,)
print(functools.reduce(operator.add, [1, 2, 3]), functools.reduce(operator.add, [], 5))
# expect: 6 5
show(lambda: functools.reduce(operator.add, []))
# expect: TypeError reduce() of empty iterable with no initial value


@functools.lru_cache(maxsize=2)
def double(x):
    return x * 2


print(double(1), double(2), double(1), double(3), double(1), double.cache_info(), double.__name__)
# expect: 2 4 2 6 2 CacheInfo(hits=2, misses=3, maxsize=2, currsize=2) double
double.cache_clear()
print(double.cache_info(), double.cache_parameters())
# expect: CacheInfo(hits=0, misses=0, maxsize=2, currsize=0) {'maxsize': 2, 'typed': False}
print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
# expect: [3, 2, 1]
value = {"a": [1, 2.5, None, True, 'h\u00e9"\n\U0001f600'], "b": {"c": []}, "1": {}}
print(json.dumps(value), ascii(json.dumps(value, ensure_ascii=False)), json.dumps(value, sort_keys=True))
# expect: {"a": [1, 2.5, null, true, "h\u00e9\"\n\ud83d\ude00"], "b": {"c": []}, "1": {}} '{"a": [1, 2.5, null, true, "h\xe9\\"\\n\U0001f600"], "b": {"c": []}, "1": {}}' {"1": {}, "a": [1, 2.5, null, true, "h\u00e9\"\n\ud83d\ude00"], "b": {"c": []}}
print(json.loads(json.dumps(value)) == value, json.dumps({1: 2, None: 3, True: 4, 1.5: 5}))
# expect: True {"1": 4, "null": 3, "1.5": 5}
for text in (
    "", "[", "[1,", "[1,]", "[1", '{"a"', '{"a":1,}', "{1", "-", "nul", '"abc', '"\\u12"', '"\\x"', "[1 2]", '"a\nb"',
    '{"a":1}x', "1e5", "-0", "NaN", "-Infinity", "12345678901234567890", "[1.5e3,-2]", '{"a":{"b":[{}]}}',
):
    show(lambda: json.loads(text))
# expect: JSONDecodeError Expecting value: line 1 column 1 (char 0)
# expect: JSONDecodeError Expecting value: line 1 column 2 (char 1)
# expect: JSONDecodeError Expecting value: line 1 column 4 (char 3)
# expect: JSONDecodeError Expecting value: line 1 column 4 (char 3)
# expect: JSONDecodeError Expecting ',' delimiter: line 1 column 3 (char 2)
# expect: JSONDecodeError Expecting ':' delimiter: line 1 column 5 (char 4)
# expect: JSONDecodeError Expecting property name enclosed in double quotes: line 1 column 8 (char 7)
# expect: JSONDecodeError Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
# expect: JSONDecodeError Expecting value: line 1 column 1 (char 0)
# expect: JSONDecodeError Expecting value: line 1 column 1 (char 0)
# expect: JSONDecodeError Unterminated string starting at: line 1 column 1 (char 0)
# expect: JSONDecodeError Invalid \uXXXX escape: line 1 column 3 (char 2)
# expect: JSONDecodeError Invalid \escape: line 1 column 2 (char 1)
# expect: JSONDecodeError Expecting ',' delimiter: line 1 column 4 (char 3)
# expect: JSONDecodeError Invalid control character at: line 1 column 3 (char 2)
# expect: JSONDecodeError Extra data: line 1 column 8 (char 7)
# expect: 100000.0
# expect: 0
# expect: nan
# expect: -inf
# expect: 12345678901234567890
# expect: [1500.0, -2]
# expect: {'a': {'b': [{}]}}
print(ascii(json.loads('"\\ud83d\\ude00\\u00e9\\/"')))
# expect: '\U0001f600\xe9/'
show(lambda: json.dumps({(1,): 2}))
# expect: TypeError keys must be str, int, float, bool or None, not tuple
show(lambda: json.dumps(object()))
# expect: TypeError Object of type object is not JSON serializable
show(lambda: json.dumps(float("nan"), allow_nan=False))
# expect: ValueError Out of range float values are not JSON compliant
loop = []
loop.append(loop)
show(lambda: json.dumps(loop))
# expect: ValueError Circular reference detected
show(lambda: json.loads("[" * 100000))
# expect: RecursionError maximum recursion depth exceeded while decoding a JSON array from a unicode string
show(lambda: json.loads("[1]", parse_int=str))
# expect: ['1']
show(lambda: json.loads('{"a":1}', object_pairs_hook=list))
# expect: [('a', 1)]
