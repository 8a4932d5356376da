# Pairs and triples go straight to the variables; nothing is stored if unpacking fails.
def swap(a, b, c):
    a, b = b, a
    a, b, c = c, a, b
    return a, b, c


print(swap(1, 2, 3))                            # expect: (3, 2, 1)


def own(x):
    x, y = x
    y, x = x, y
    (x, y), z = (x, y), x
    return x, y, z


print(own([1, 2]))                              # expect: (2, 1, 2)


def same(x):
    x, x = x
    return x


print(same("ab"))                               # expect: b


def nested(pairs):
    out = []
    for i, (a, b) in pairs:
        out.append((i, a, b))
    for i, (a, b), c in [(0, (1, 2), 3), [4, "56", 7]]:
        out.append(i + c)
        out.append(a)
    return out


print(nested({1: (2, 3), 4: [5, 6]}.items()))   # expect: [(1, 2, 3), (4, 5, 6), 3, 1, 11, '5']


def failing(value):
    a, b = 1, 2
    try:
        a, b = value
    except Exception as error:
        return a, b, str(error)
    return a, b


print(failing("xy"), failing({5: 1, 6: 1}), failing(iter([1, 2])))  # expect: ('x', 'y') (5, 6) (1, 2)
print(failing([1]))                             # expect: (1, 2, 'not enough values to unpack (expected 2, got 1)')
print(failing((1, 2, 3)))                       # expect: (1, 2, 'too many values to unpack (expected 2)')
print(failing(5))                               # expect: (1, 2, 'cannot unpack non-iterable int object')


def used_before(a):
    b = 7
    return [b, b, *((a, b) for a, b in [(a, b)])], (b, (b := 8), b)


print(used_before(1))                           # expect: ([7, 7, (1, 7)], (7, 8, 8))


def cells(pair):
    a, b = pair
    c, d, e = a, b, lambda: (a, d)
    return e()


print(cells((1, 2)))                            # expect: (1, 2)


def kept(pairs):
    for pair in pairs:
        a, b = pair
        print(pair, a, b)


kept([(1, 2), [3, 4]])
# expect: (1, 2) 1 2
# expect: [3, 4] 3 4


def attributes(pair):
    class Box: pass
    Box.x, y = pair
    x, Box.y = pair
    z = [0, 0]
    z[0], z[1] = z[1], pair
    return Box.x, y, x, Box.y, z


print(attributes("ab"))                         # expect: ('a', 'b', 'a', 'b', [0, 'ab'])
