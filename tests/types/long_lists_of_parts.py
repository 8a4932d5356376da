# split and its kin put few parts on the stack and the rest into a list.
for count in (0, 1, 31, 32, 33, 64, 65, 100):
    words = ["w%d" % i for i in range(count)]
    blanks, commas, lines = " ".join(words), ",".join(words), "\n".join(words)
    assert blanks.split() == words and blanks.rsplit() == words, count
    assert (commas.split(",") if count else []) == words and (commas.rsplit(",") if count else []) == words, count
    assert lines.splitlines() == words, count
print("a b  c".split(None, 1), " a b c ".rsplit(None, 1), "a,b,c".rsplit(",", 1))  # expect: ['a', 'b  c'] [' a b', 'c'] ['a,b', 'c']
print("αβ γ δ".split(), "α,β".split(","), "x\u3000y".split(), "one\r\ntwo\x85three".splitlines(True))  # expect: ['αβ', 'γ', 'δ'] ['α', 'β'] ['x', 'y'] ['one\r\n', 'two\x85', 'three']
print(list("aβc"), list(range(5, 50, 15)), list(range(3, 0)), list(range(2**60, 2**60 + 2)))  # expect: ['a', 'β', 'c'] [5, 20, 35] [] [1152921504606846976, 1152921504606846977]
iterator = iter(range(4))
next(iterator)
print([9, *iterator], list(iterator), [*range(2**49 - 2, 2**49 + 1)][-1] == 2**49)  # expect: [9, 1, 2, 3] [] True
