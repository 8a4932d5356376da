# Suspended generators and objects with __del__ in cycles of their own.
import gc
import weakref

ended = 0


def waits():
    global ended
    try:
        me = yield
        yield me
    finally:
        ended += 1


class Node:
    def __init__(self, child):
        self.me = self
        self.child = child

    def __del__(self):
        global ended
        ended += self.child.value  # what it refers to is there until then


class Child:
    value = 1


def drop(make, times):
    global ended
    ended = 0
    for _ in range(times):
        make()
    gc.collect()
    # A conservative collector may see a few of them on the stack still, and end them later.
    print(times * 0.98 <= ended <= times * 1.02)


def make_generator():
    generator = waits()
    next(generator)
    generator.send(generator)


def make_node():
    Node(Child())


drop(make_generator, 5000)  # expect: True
drop(make_node, 5000)       # expect: True


class Watched:
    def __init__(self):
        self.me = self

    def __del__(self):
        seen.append(watcher())


seen = []


def make_watched():
    global watcher
    watcher = weakref.ref(Watched())


for _ in range(3):
    make_watched()
    gc.collect()
print(set(seen), watcher())  # expect: {None} None
