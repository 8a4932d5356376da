# Library reference, Sequence Types: list.
def show(function):
    try:
        print(repr(function()))
    except BaseException as error:
        print(type(error).__name__, error)


items = [3, 1, 2]
items.sort()
print(items, items[::-1], items[1:], items * 2, items + [4], 2 in items, items.index(2), items.count(1))
# expect: [1, 2, 3] [3, 2, 1] [2, 3] [1, 2, 3, 1, 2, 3] [1, 2, 3, 4] True 1 1
show(lambda: items.index(9))
# expect: ValueError 9 is not in list
show(lambda: items[10])
# expect: IndexError list index out of range
show(lambda: items["a"])
# expect: TypeError list indices must be integers or slices, not str
show(lambda: [].pop())
# expect: IndexError pop from empty list
show(lambda: items.pop(9))
# expect: IndexError pop index out of range
show(lambda: items.remove(9))
# expect: ValueError list.remove(x): x not in list
show(lambda: items + (1,))
# expect: TypeError can only concatenate list (not "tuple") to list
show(lambda: items.__setitem__(5, 1))
# expect: IndexError list assignment index out of range
show(lambda: items.__delitem__(5))
# expect: IndexError list assignment index out of range
items[1:2] = [7, 8, 9]
print(items)
# expect: [1, 7, 8, 9, 3]
del items[::2]
print(items)
# expect: [7, 9]
items[::2] = [0]
print(items)
# expect: [0, 9]
show(lambda: items.__setitem__(slice(None, None, 2), [1, 2, 3]))
# expect: ValueError attempt to assign sequence of size 3 to extended slice of size 1
show(lambda: items.__setitem__(slice(None), 5))
# expect: TypeError can only assign an iterable
items[:] = items
items[1:1] = items
print(items)
# expect: [0, 0, 9, 9]
items *= 2
items += "xy"
print(items, len(items))
# expect: [0, 0, 9, 9, 0, 0, 9, 9, 'x', 'y'] 10
items.insert(-100, "first")
items.insert(100, "last")
items.extend(iter([1.5]))
print(items)
# expect: ['first', 0, 0, 9, 9, 0, 0, 9, 9, 'x', 'y', 'last', 1.5]
items.reverse()
print(items, items.copy() == items, items < [1], [] < items)
# expect: [1.5, 'last', 'y', 'x', 9, 9, 0, 0, 9, 9, 0, 0, 'first'] True False True
loop = []
loop.append(loop)
print(loop)
# expect: [[...]]
show(lambda: list(1))
# expect: TypeError 'int' object is not iterable
show(lambda: list([1], 2))
# expect: TypeError list expected at most 1 argument, got 2
show(lambda: list(a=1))
# expect: TypeError list() takes no keyword arguments
show(lambda: hash([]))
# expect: TypeError unhashable type: 'list'
show(lambda: [1] < 2)
# expect: TypeError '<' not supported between instances of 'list' and 'int'
walk = iter([1, 2, 3])
next(walk)
print(walk.__length_hint__(), walk.__reduce__()[1:], list(walk), walk.__reduce__()[1:])
# expect: 2 (([1, 2, 3],), 1) [2, 3] (([],),)
back = reversed([1, 2, 3])
next(back)
print(back.__length_hint__(), list(back))
# expect: 2 [2, 1]
numbers = list(range(1000))
del numbers[10:990]
print(len(numbers), numbers[9:12])
# expect: 20 [9, 990, 991]
for step in 2, 3, -1, -7:
    kept = list(range(20))
    del kept[::step]
    print(step, kept, list(range(20))[::step])
# expect: 2 [1, 3, 5, 7, 9, 11, 13, 15, 17, 19] [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
# expect: 3 [1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19] [0, 3, 6, 9, 12, 15, 18]
# expect: -1 [] [19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
# expect: -7 [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18] [19, 12, 5]
