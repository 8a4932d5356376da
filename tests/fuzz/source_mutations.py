"""Programs made of pieces of real ones: trees are cut from the library's tests and grafted by the grammar's
categories (a statement for a statement, a pattern for a pattern), some texts are damaged afterwards."""

import ast
import os
import random
import warnings

LARGEST_PIECE, LARGEST_DEFINITION, LARGEST_PROGRAM = 60, 300, 2000  # nodes
CATEGORIES = (ast.stmt, ast.expr, ast.pattern, ast.excepthandler, ast.comprehension, ast.keyword, ast.arg,
              ast.arguments, ast.withitem, ast.match_case, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
CONSTANTS = [0, 1, -1, 2, 7, 255, 256, 1 << 31, 1 << 48, -(1 << 49), (1 << 49) - 1, 1 << 63, (1 << 64) - 1, 10**30, 0.0, -0.0,
             1e308, 5e-324, 1j, "", "a", "abc" * 20, "\xe9", "\u20ac", "\U0001f40d", "\ud800", "{!r:>{}}", "%s%%%d%(a)s",
             "\0", "a\nb\r\n", b"", b"\xff", b"abc", None, True, False, ...]
BUILTINS = """abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict dir divmod enumerate filter
float format frozenset getattr hasattr hash hex id int isinstance issubclass iter len list locals map max memoryview min next
object oct ord pow property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip
Exception BaseException StopIteration ValueError TypeError KeyError ExceptionGroup __build_class__ globals eval exec
compile""".split()
TOKENS = """( ) [ ] { } , : ; . -> = == != := + - * ** / // % @ << >> & | ^ ~ < > <= >= += **= ... and as assert async
await break class continue def del elif else except except* False finally for from global if import in is lambda None
nonlocal not or pass raise return True try while with yield match case _ type print 0 1 0x 1e 1_0 0b2 9j '' "" ''' \"\"\" f' rb' u'
f'{ {x!r:{ }' \\ # \t \n \r \f \0 \x1a \ufeff \xe9 \u2028 \U0001d4d0 $ ? ! `""".split(" ")


def category(node):
    return next((kind for kind in CATEGORIES if isinstance(node, kind)), None)


def size_of(node):
    return sum(1 for _ in ast.walk(node))


def clone(node):
    if isinstance(node, ast.AST):
        return type(node)(**{field: clone(value) for field, value in ast.iter_fields(node)})
    return [clone(child) for child in node] if isinstance(node, list) else node


class Pieces:
    """What was cut out of a file: nodes by category, what its programs begin with, and runs of statements."""

    def __init__(self, tree, rng):
        self.rng = rng
        self.by_category = {kind: [] for kind in CATEGORIES}
        self.bodies = []
        self.imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        self.definitions = [node for node in tree.body if node not in self.imports and size_of(node) <= LARGEST_DEFINITION]
        for node in ast.walk(tree):
            kind = category(node)
            if kind and size_of(node) <= LARGEST_PIECE:
                self.by_category[kind].append(node)
            if isinstance(node, ast.FunctionDef) and size_of(node) <= LARGEST_DEFINITION:
                self.bodies.append(node.body)

    def one(self, kind):
        return clone(self.rng.choice(self.by_category[kind] or [ast.Pass()]))

    def beginning(self):
        chosen = self.rng.sample(self.definitions, min(len(self.definitions), self.rng.randrange(6)))
        return clone(self.imports + sorted(chosen, key=lambda node: node.lineno))

    def body(self):
        if self.bodies and self.rng.random() < 0.7:
            return clone(self.rng.choice(self.bodies))
        return [self.one(ast.stmt)]


def read_pieces(folder, rng, count):
    """Of `count` files, chosen at random."""
    names = sorted(name for name in os.listdir(folder) if name.startswith("test_") and name.endswith(".py"))
    for name in rng.sample(names, min(count, len(names))):
        with open(os.path.join(folder, name), "rb") as file:
            source = file.read()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield Pieces(ast.parse(source), rng)
        except (SyntaxError, ValueError):
            pass


def children_in_lists(tree):
    """(list, index) of every child that stands in a list."""
    for node in ast.walk(tree):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list):
                for index, child in enumerate(value):
                    if isinstance(child, ast.AST):
                        yield value, index


def places(tree):
    """(node, field, index or None) of every child that has a category."""
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if isinstance(value, list):
                for index, child in enumerate(value):
                    if category(child):
                        yield node, field, index
            elif category(value):
                yield node, field, None


def put(place, child):
    node, field, index = place
    if index is None:
        setattr(node, field, child)
    else:
        getattr(node, field)[index] = child


def take(place):
    node, field, index = place
    return getattr(node, field) if index is None else getattr(node, field)[index]


def bound_names(tree):
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += [alias.asname or alias.name for alias in node.names]
    return found


class Generator:
    def __init__(self, pieces, rng):
        self.files, self.rng = pieces, rng

    def pieces(self, file):
        return file if self.rng.random() < 0.6 else self.rng.choice(self.files)

    # --- trees ---

    def graft(self, tree, file):
        place = self.rng.choice(list(places(tree)))
        old = take(place)
        new = self.pieces(file).one(category(old))
        if isinstance(getattr(old, "ctx", None), ast.Store | ast.Del) and self.rng.random() < 0.9:
            new = ast.Name(self.a_name(bound_names(tree)), old.ctx)
        put(place, new)

    def change_list(self, tree, _):
        found = list(children_in_lists(tree))
        if not found:
            return
        items, index = self.rng.choice(found)
        kind = self.rng.randrange(4)
        if kind == 0 and len(items) > 1:
            del items[index]
        elif kind == 1:
            items.insert(index, clone(items[index]))
        elif kind == 2:
            other = self.rng.randrange(len(items))
            items[index], items[other] = items[other], items[index]
        else:
            times = min(self.rng.choice((5, 20, 300)), LARGEST_PROGRAM // size_of(items[index]))
            items[index:index] = [clone(items[index]) for _ in range(times)]

    def change_leaf(self, tree, _):
        leaves = [node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.Name | ast.Attribute | ast.arg)]
        if not leaves:
            return
        leaf = self.rng.choice(leaves)
        if isinstance(leaf, ast.Constant):
            leaf.value = self.rng.choice(CONSTANTS)
        elif isinstance(leaf, ast.Name):
            leaf.id = self.a_name(bound_names(tree))
        elif isinstance(leaf, ast.arg):
            leaf.arg = self.a_name(bound_names(tree))
        else:
            others = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
            leaf.attr = self.rng.choice(others + ["__class__", "__dict__", "__init__", "__next__", "send", "append"])

    def wrap(self, tree, _):
        """A statement in a loop, a function, a class, a try or a with."""
        found = [(items, index) for items, index in children_in_lists(tree) if isinstance(items[index], ast.stmt)]
        items, index = self.rng.choice(found)
        head = self.rng.choice(("for i in range(3)", "while next(iter([0]))", "def f(*a, **k)", "async def f(x=1)", "class C",
                                "try", "with C() as c", "if 1", "match 1", "class C(Exception)", "def f(a, b=1, /, *, c=2)"))
        tail = {"try": "\nexcept Exception: pass", "match 1": ""}.get(head, "")
        body = " case _:\n  pass" if head == "match 1" else " pass"
        outer = ast.parse(f"{head}:\n{body}{tail}").body[0]
        inner = outer.cases[0].body if head == "match 1" else outer.body
        inner[:] = [items[index]]
        items[index] = outer

    def a_name(self, bound):
        """Mostly one that the program binds."""
        return self.rng.choice(bound) if bound and self.rng.random() < 0.7 else self.rng.choice(BUILTINS)

    def bind_names(self, tree):
        """Names that the piece took from where it stood become names that are there."""
        bound = bound_names(tree)
        known = {*bound, *BUILTINS, "self", "unittest"}
        known |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id not in known and self.rng.random() < 0.5:
                node.id = self.a_name(bound)

    def attempted(self, statement):
        if self.rng.random() < 0.1:
            return statement
        guarded = ast.parse("try:\n pass\nexcept Exception:\n pass").body[0]
        guarded.body = [statement]
        return guarded

    def test(self, body, name):
        """The statements as they are, or as a function that is called."""
        if self.rng.random() < 0.5 and not any(isinstance(node, ast.Return) for part in body for node in ast.walk(part)):
            return body
        function, call = ast.parse(f"def {name}(self): pass\n{name}(self)").body
        function.body = body
        return [function, call]

    def tree(self):
        file = self.rng.choice(self.files)
        tree = ast.Module(file.beginning(), [])
        for number in range(self.rng.randint(1, 4)):
            tree.body += self.test(file.body(), f"test{number}")
        changes = (self.graft, self.graft, self.graft, self.change_list, self.change_leaf, self.change_leaf, self.wrap)
        for _ in range(self.rng.choice((0, 1, 2, 4, 8, 16))):
            if size_of(tree) > LARGEST_PROGRAM:
                break
            self.rng.choice(changes)(tree, file)
        self.bind_names(tree)
        tree.body = [self.attempted(statement) for statement in tree.body]
        return ast.fix_missing_locations(tree)

    # --- texts ---

    def damage(self, text):
        at = self.rng.randrange(len(text) + 1)
        end = min(len(text), at + self.rng.choice((1, 1, 2, 5, 20, 200)))
        kind = self.rng.randrange(8)
        if kind == 0:
            return text[:at] + text[end:]
        if kind in (1, 2, 3):
            return text[:at] + " " * self.rng.randrange(2) + self.rng.choice(TOKENS) + text[at:]
        if kind == 4:
            return text[:at] + text[at:end] * self.rng.choice((2, 3, 100)) + text[end:]
        if kind == 5:
            lines = text.split("\n")
            self.rng.shuffle(lines)
            return "\n".join(lines)
        if kind == 6:
            opening = self.rng.choice(("(", "[", "{", "f'{", "lambda:", "not ", "-", "if 1:\n ", "a.", "await ", "case ", "*"))
            return text[:at] + opening * self.rng.choice((2, 50, 120, 250, 5000)) + text[at:]
        return text[:at]

    def program(self):
        while True:
            try:
                text = ast.unparse(self.tree())
                break
            except (ValueError, TypeError, AttributeError, RecursionError, KeyError, IndexError):
                continue  # a tree with something where the grammar has nothing
        for _ in range(self.rng.choice((0, 0, 0, 0, 1, 3))):
            text = self.damage(text)
        return text[:100_000]
