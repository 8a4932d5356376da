"""Write the first inputs of the bytecode fuzzer: marshalled code of small programs, one for each file.

    minipy seeds.py FOLDER
"""

import marshal
import os
import sys

PROGRAMS = [
    "x = 1\ny = [x, 2.5, 'text', b'bytes', None, True, 3j, 10**30]\n",
    "def f(a, b=2, *c, d, e=5, **g):\n    return a + b, c, d, e, g\nf(1, d=4)\n",
    "def outer():\n    n = 0\n    def inner():\n        nonlocal n\n        n += 1\n        return n\n    return inner\nouter()()\n",
    "class C:\n    x = 1\n    def m(self):\n        return super().__init__()\nC().m()\n",
    "def g():\n    try:\n        y = yield 1\n        yield from [y]\n    finally:\n        pass\nlist(g())\n",
    "async def h():\n    async with x as y:\n        async for z in y:\n            await z\nh().close()\n",
    "for i in range(5):\n    if i % 2:\n        continue\n    while i:\n        i -= 1\n        break\nelse:\n    i = None\n",
    "try:\n    try:\n        1 / 0\n    except (TypeError, ZeroDivisionError) as e:\n        raise ValueError from e\nexcept ValueError:\n    pass\n",
    "try:\n    raise ExceptionGroup('x', [ValueError()])\nexcept* ValueError as e:\n    pass\n",
    "with open('x') as f, f:\n    pass\n",
    "match [1, {'a': 2}, (3, 4)]:\n    case [int(x), {'a': y, **rest}, (z, *w)] if x:\n        pass\n    case str() | None:\n        pass\n",
    "a, *b = 1, 2, 3\n[c, d] = b\nx = {**{1: 2}, 3: 4}\ny = {*b, 5}\nz = [*b, *y]\nprint(*z, **{'sep': ''})\n",
    "s = f'{1!r:>{2}} {3} {4!s}'\nt = [i for i in range(3) if i]\nu = {i: j for i, j in []}\nv = (lambda: 1)()\n",
    "import os.path as p\nfrom sys import *\ndel p\nassert 1, 'no'\n",
    "x: int = 1\ndef f(a: int, /, b: str = '') -> None: ...\nglobal q\nq = x[1:2], x[::3] if x else not x\n",
    "x = [1] * 3\nx[0] += 1\nx[1:2] = []\ndel x[0]\nx.append(1)\ny = x and 1 or 2\nz = 1 < 2 < 3 in x is not None\n",
]


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for number, program in enumerate(PROGRAMS):
        with open(os.path.join(folder, f"seed{number:02}"), "wb") as file:
            file.write(marshal.dumps(compile(program, "seed.py", "exec")))


if __name__ == "__main__":
    main()
