def swap(heap, item):
    item, heap[0] = heap[0], item
    return heap, item


print(swap([10], 11))  # expect: ([11], 10)


class Box:
    value = 1


def swap_attribute(box, other):
    other, box.value = box.value, other
    return box.value, other


print(swap_attribute(Box(), 2))  # expect: (2, 1)


def three(a, b, items):
    a, b, items[0] = b, items[0], a
    return a, b, items


print(three(1, 2, [3]))  # expect: (2, 3, [1])
