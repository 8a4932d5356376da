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
    def __init__(self, number):
        self.me = self
        self.number = number

    def __del__(self):
        seen.append(watchers[self.number]())


seen = []
watchers = []


def make_watched(number):
    watchers.append(weakref.ref(Watched(number)))


for number in range(20):
    make_watched(number)
    gc.collect()
print(set(seen), sum(watcher() is None for watcher in watchers) > 17)  # expect: {None} True
