"""Wraps the docstrings of a file to other widths."""
import ast
import sys
import textwrap
import tokenize

with tokenize.open(sys.argv[1]) as file:
    try:
        tree = ast.parse(file.read())
    except SyntaxError as problem:
        sys.exit(str(problem))
for node in ast.walk(tree):
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
        text = ast.get_docstring(node)
        if not text:
            continue
        print('-' * 20, getattr(node, 'name', '(module)'))
        for paragraph in text.split('\n\n'):
            print(textwrap.fill(paragraph, 50, initial_indent='* ', subsequent_indent='  '))
        print(textwrap.shorten(text, 40), textwrap.indent(textwrap.dedent(text), '| '), sep='\n')
