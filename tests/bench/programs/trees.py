"""Many small objects: a balanced search tree with insertions, look-ups and a walk."""


class Node:
    __slots__ = ("key", "value", "left", "right", "height")

    def __init__(self, key, value):
        self.key = key
        self.value = value
        self.left = self.right = None
        self.height = 1


def height(node):
    return node.height if node else 0


def update(node):
    node.height = 1 + max(height(node.left), height(node.right))


def rotate_right(node):
    left = node.left
    node.left, left.right = left.right, node
    update(node)
    update(left)
    return left


def rotate_left(node):
    right = node.right
    node.right, right.left = right.left, node
    update(node)
    update(right)
    return right


def insert(node, key, value):
    if node is None:
        return Node(key, value)
    if key == node.key:
        node.value = value
        return node
    if key < node.key:
        node.left = insert(node.left, key, value)
    else:
        node.right = insert(node.right, key, value)
    update(node)
    balance = height(node.left) - height(node.right)
    if balance > 1:
        if height(node.left.left) < height(node.left.right):
            node.left = rotate_left(node.left)
        return rotate_right(node)
    if balance < -1:
        if height(node.right.right) < height(node.right.left):
            node.right = rotate_right(node.right)
        return rotate_left(node)
    return node


def walk(node):
    if node is not None:
        yield from walk(node.left)
        yield node.key, node.value
        yield from walk(node.right)


def run(size):
    root, key = None, 1
    for i in range(size):
        key = key * 1103515245 + 12345 & 0x7FFFFFFF
        root = insert(root, key % (size * 2), i)
    items = list(walk(root))
    return len(items), root.height, sum(k ^ v for k, v in items)


SIZE = 5000
EXPECTED = (3966, 14, 20901772)
