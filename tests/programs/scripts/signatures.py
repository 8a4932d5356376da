"""Signatures of what modules offer, as `inspect` finds them."""
import importlib
import inspect

for name in ('argparse ast asyncio calendar collections configparser contextlib csv dataclasses difflib enum functools glob heapq inspect '
             'json logging operator os.path pathlib pprint re shlex shutil string tarfile textwrap tokenize typing unittest zipfile').split():
    module = importlib.import_module(name)
    for attribute, value in sorted(vars(module).items()):
        if attribute.startswith('_') or not callable(value) or getattr(value, '__module__', None) != name:
            continue
        try:
            signature = str(inspect.signature(value))
        except ValueError as problem:
            signature = f'({problem})'
        print(f'{name}.{attribute}{signature}')
        if inspect.isclass(value):
            print('   ', [base.__name__ for base in value.__mro__], inspect.isabstract(value), value.__dict__.keys() & {'__slots__', '__init__'})
            for member in inspect.classify_class_attrs(value):
                if not member.name.startswith('__'):
                    print('    ', member.name, member.kind, member.defining_class.__name__)
