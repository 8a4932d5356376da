"""Prints the symbol tables of a file."""
import symtable
import sys
import tokenize


def show(table, depth=0):
    print('  ' * depth + f'{table.get_type()} {table.get_name()} line {table.get_lineno()}', table.is_nested(), table.is_optimized())
    for symbol in sorted(table.get_symbols(), key=lambda symbol: symbol.get_name()):
        facts = [name[3:] for name in sorted(dir(symbol)) if name.startswith('is_') and getattr(symbol, name)()]
        print('  ' * depth + f'  {symbol.get_name()}: {" ".join(facts)}')
    for child in table.get_children():
        show(child, depth + 1)


with tokenize.open(sys.argv[1]) as file:
    text = file.read()
try:
    show(symtable.symtable(text, sys.argv[1], 'exec'))
except SyntaxError as problem:
    print(type(problem).__name__, problem)
