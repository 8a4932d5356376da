"""Lists classes and functions of a file with their arguments, as `ast` sees them."""
import ast
import sys
import tokenize


class Inventory(ast.NodeVisitor):
    def __init__(self):
        self.path = []

    def show(self, kind, node, detail):
        indent = '  ' * len(self.path)
        print(f'{node.lineno:5}-{node.end_lineno:<5}{indent}{kind} {node.name}{detail}')

    def visit_ClassDef(self, node):
        self.show('class', node, '(' + ', '.join(map(ast.unparse, node.bases)) + ')')
        self.nested(node)

    def visit_FunctionDef(self, node):
        self.show('def', node, '(' + ast.unparse(node.args) + ')')
        self.nested(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def nested(self, node):
        documentation = ast.get_docstring(node)
        if documentation:
            print(' ' * 11 + '  ' * len(self.path), '#', documentation.splitlines()[0])
        self.path.append(node.name)
        self.generic_visit(node)
        self.path.pop()


with tokenize.open(sys.argv[1]) as file:
    text = file.read()
try:
    tree = ast.parse(text, sys.argv[1])
except SyntaxError as problem:
    print(type(problem).__name__, problem)
    sys.exit(1)
Inventory().visit(tree)
print(hash(ast.unparse(tree)))
