# What finished calls left in registers and on the C++ stack does not keep anything alive.
import gc
import weakref


class Node:
    pass


def in_a_cycle():
    node = Node()
    node.itself = iter([node])
    reference = weakref.ref(node)
    del node
    gc.collect()
    return reference() is None


def a_class():
    class Local(Node):
        def method(self):
            return super()

    return weakref.ref(Local)


print(in_a_cycle())                  # expect: True
references = [a_class() for _ in range(10)]
gc.collect()
print(sum(reference() is None for reference in references) >= 9)  # expect: True
