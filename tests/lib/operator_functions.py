# operator and _bisect.
import operator


def show(action):
    try:
        print(repr(action()))
    except Exception as problem:
        print(f"{type(problem).__name__}: {problem}".rstrip())


show(lambda: operator.itemgetter(1,2))  # expect: operator.itemgetter(1, 2)
show(lambda: operator.itemgetter(1,2)([5,6,7]))  # expect: (6, 7)
show(lambda: operator.attrgetter('a.b'))  # expect: operator.attrgetter('a.b')
show(lambda: operator.attrgetter('real','imag')(5))  # expect: (5, 0)
show(lambda: operator.attrgetter('real.real')(5))  # expect: 5
show(lambda: operator.methodcaller('f',1,a=2))  # expect: operator.methodcaller('f', 1, a=2)
show(lambda: operator.methodcaller('upper')('abc'))  # expect: 'ABC'
show(lambda: operator.methodcaller('split',sep='b')('abc'))  # expect: ['a', 'c']
show(lambda: operator.itemgetter())  # expect: TypeError: itemgetter expected 1 argument, got 0
show(lambda: operator.attrgetter(5))  # expect: TypeError: attribute name must be a string
show(lambda: operator.methodcaller())  # expect: TypeError: methodcaller needs at least one argument, the method name
show(lambda: operator.methodcaller(5))  # expect: TypeError: method name must be a string
show(lambda: operator.length_hint([1,2]))  # expect: 2
show(lambda: operator.length_hint(5,7))  # expect: 7
show(lambda: operator.length_hint(5,'a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: operator.concat([1],[2]))  # expect: [1, 2]
show(lambda: operator.concat(1,2))  # expect: TypeError: 'int' object can't be concatenated
show(lambda: operator.countOf([1,2,1],1))  # expect: 2
show(lambda: operator.indexOf([1,2,1],2))  # expect: 1
show(lambda: operator.indexOf([1,2,1],5))  # expect: ValueError: sequence.index(x): x not in sequence
show(lambda: operator.countOf(5,5))  # expect: TypeError: argument of type 'int' is not iterable
show(lambda: operator._compare_digest('a','b'))  # expect: AttributeError: module 'operator' has no attribute '_compare_digest'
show(lambda: operator._compare_digest('a',b'b'))  # expect: AttributeError: module 'operator' has no attribute '_compare_digest'
show(lambda: operator.call(int,'5',base=16))  # expect: 5
show(lambda: operator.itemgetter(1).__reduce__())  # expect: (<class 'operator.itemgetter'>, (1,))
show(lambda: operator.methodcaller('f',1).__reduce__())  # expect: (<class 'operator.methodcaller'>, ('f', 1))
show(lambda: operator.matmul(1,2))  # expect: TypeError: unsupported operand type(s) for @: 'int' and 'int'
show(lambda: operator.iconcat([1],[2]))  # expect: [1, 2]
show(lambda: operator.not_(5))  # expect: False
show(lambda: operator.pow(2,3))  # expect: 8
show(lambda: operator.ipow(2,3))  # expect: 8
show(lambda: __import__('_bisect').bisect_right([1,2,2,3],2))  # expect: 3
show(lambda: __import__('_bisect').bisect_left([1,2,2,3],2))  # expect: 1
show(lambda: __import__('_bisect').bisect_left([1,2,2,3],2,-1))  # expect: ValueError: lo must be non-negative
show(lambda: __import__('_bisect').bisect_left([1,2,2,3],2,key=lambda x:-x))  # expect: 4
show(lambda: __import__('_bisect').bisect_left(5,2))  # expect: TypeError: object of type 'int' has no len()
