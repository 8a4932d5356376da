# range and slice.


def show(action):
    try:
        print(repr(action()))
    except Exception as problem:
        print(f"{type(problem).__name__}: {problem}".rstrip())


show(lambda: slice(1,2,3))  # expect: slice(1, 2, 3)
show(lambda: slice(1).__reduce__())  # expect: (<class 'slice'>, (None, 1, None))
show(lambda: slice(1,2)==slice(1,2))  # expect: True
show(lambda: slice(1,2)<slice(1,3))  # expect: True
show(lambda: slice(None,None,-1).indices(10))  # expect: (9, -1, -1)
show(lambda: slice(5,100,2).indices(10))  # expect: (5, 10, 2)
show(lambda: slice(10**30).indices(10**40))  # expect: (0, 1000000000000000000000000000000, 1)
show(lambda: slice())  # expect: TypeError: slice expected at least 1 argument, got 0
show(lambda: slice(1,2).indices('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: slice(1,'a').indices(5))  # expect: TypeError: slice indices must be integers or None or have an __index__ method
show(lambda: hash(slice(1)))  # expect: TypeError: unhashable type: 'slice'
show(lambda: slice(x=1))  # expect: TypeError: slice() takes no keyword arguments
show(lambda: range(5))  # expect: range(0, 5)
show(lambda: range(1,5,2))  # expect: range(1, 5, 2)
show(lambda: range(10)[2:5])  # expect: range(2, 5)
show(lambda: range(10)[::-1])  # expect: range(9, -1, -1)
show(lambda: range(10**30)[5:10**25])  # expect: range(5, 10000000000000000000000000)
show(lambda: len(range(10**30)))  # expect: OverflowError: Python int too large to convert to C ssize_t
show(lambda: range(0)==range(5,5))  # expect: True
show(lambda: range(0,3,2)==range(0,4,2))  # expect: True
show(lambda: hash(range(0,3,2))==hash(range(0,4,2)))  # expect: True
show(lambda: 3 in range(10))  # expect: True
show(lambda: 3.0 in range(10))  # expect: True
show(lambda: 'a' in range(10))  # expect: False
show(lambda: range(10).index(3.0))  # expect: 3
show(lambda: range(3).index(7))  # expect: ValueError: 7 is not in range
show(lambda: range(3).index('a'))  # expect: ValueError: sequence.index(x): x not in sequence
show(lambda: range(10).count(3))  # expect: 1
show(lambda: range(5).__reduce__())  # expect: (<class 'range'>, (0, 5, 1))
show(lambda: iter(range(5)).__reduce__())  # expect: (<built-in function iter>, (range(0, 5),), 0)
show(lambda: iter(range(1<<70)).__reduce__())  # expect: (<built-in function iter>, (range(0, 1180591620717411303424),), 0)
show(lambda: iter(range(5)).__length_hint__())  # expect: 5
show(lambda: list(reversed(range(5))))  # expect: [4, 3, 2, 1, 0]
show(lambda: range(1.0))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: range(1,2,0))  # expect: ValueError: range() arg 3 must not be zero
show(lambda: range())  # expect: TypeError: range expected at least 1 argument, got 0
show(lambda: range(1,2,3,4))  # expect: TypeError: range expected at most 3 arguments, got 4
show(lambda: range(3)[5])  # expect: IndexError: range object index out of range
show(lambda: range(3)['a'])  # expect: TypeError: range indices must be integers or slices, not str
show(lambda: range(10)[1:2:0])  # expect: ValueError: slice step cannot be zero
show(lambda: range(5)<range(6))  # expect: TypeError: '<' not supported between instances of 'range' and 'range'
show(lambda: range(1<<70)[1<<71])  # expect: IndexError: range object index out of range
show(lambda: list(range(1<<64,(1<<64)+3)))  # expect: [18446744073709551616, 18446744073709551617, 18446744073709551618]
show(lambda: sum(range(1<<64,(1<<64)+3)))  # expect: 55340232221128654851
show(lambda: list(range(2**49-2,2**49+3)))  # expect: [562949953421310, 562949953421311, 562949953421312, 562949953421313, 562949953421314]
