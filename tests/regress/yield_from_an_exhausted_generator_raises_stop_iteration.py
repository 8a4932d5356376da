def numbers():
    yield 1


def delegating(generator):
    result = yield from generator
    print("result", result)


exhausted = numbers()
print(list(exhausted))              # expect: [1]
print(list(delegating(exhausted)))  # expect: result None
# expect: []
