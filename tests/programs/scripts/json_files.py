"""Makes JSON of a folder's syntax trees, and runs `json.tool` on it with its options."""
import ast
import json
import os
import subprocess
import sys


def plain(node):
    if isinstance(node, ast.AST):
        return {'type': type(node).__name__, **{name: plain(value) for name, value in ast.iter_fields(node)}}
    if isinstance(node, list):
        return [plain(item) for item in node]
    if isinstance(node, (bytes, complex, type(...))):
        return repr(node)
    return node


for name in sorted(os.listdir(sys.argv[1])):
    if not name.endswith('.py'):
        continue
    with open(os.path.join(sys.argv[1], name)) as file:
        tree = plain(ast.parse(file.read()))
    with open(name + '.json', 'w') as file:
        json.dump(tree, file)
    with open(name + '.json') as file:
        print(name, json.load(file) == tree)
    for options in ['--compact'], ['--sort-keys', '--indent', '1'], ['--tab', '--no-ensure-ascii'], ['--no-indent'], ['--json-lines']:
        result = subprocess.run([sys.executable, '-m', 'json.tool', *options, name + '.json'], capture_output=True, text=True)
        print(result.returncode, result.stdout, result.stderr)
for text in '{"a": 1,}', '[1 2]', '"\x01"', '{"a" 1}', 'nul', '[NaN, Infinity, -0.0, 1e400]', '"\\ud800"', '01':
    result = subprocess.run([sys.executable, '-m', 'json.tool'], input=text, capture_output=True, text=True)
    print(result.returncode, result.stdout, result.stderr)
