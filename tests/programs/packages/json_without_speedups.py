"""simplejson with its own Python code only."""
import decimal
import io

import simplejson
import simplejson.decoder
import simplejson.encoder
import simplejson.scanner

simplejson._toggle_speedups(False)
data = {'a': [1, 2.5, -0.0, 1e100, None, True], 'ü': 'text "quoted" \\ \u2028 \U0001F600', 'd': decimal.Decimal('1.10'), 't': (1, 2), 'e': {}, 'n': {'m': []}}
for options in {}, {'indent': 2}, {'sort_keys': True}, {'ensure_ascii': False}, {'separators': (',', ':')}, {'for_json': True, 'iterable_as_array': True}, {'use_decimal': False, 'default': str}:
    text = simplejson.dumps(data, **options)
    print(options, text)
    print(simplejson.loads(text, use_decimal=True, object_pairs_hook=lambda pairs: pairs))
for wrong in '{"a" 1}', '[1,', '"\x01"', '{1: 2}', '[NaN]', 'tru', '"\\u12"', '[1] 2':
    try:
        print(simplejson.loads(wrong))
    except simplejson.JSONDecodeError as problem:
        print(problem, problem.lineno, problem.colno)
stream = io.StringIO()
simplejson.dump({str(i): list(range(i)) for i in range(50)}, stream, item_sort_key=lambda item: int(item[0]))
print(stream.getvalue(), simplejson.dumps([float('nan')], ignore_nan=True))
