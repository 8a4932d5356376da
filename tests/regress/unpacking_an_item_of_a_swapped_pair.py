# The item to unpack lies in the register that the other item must move to.
pair, table = [1, 2], {42: 24}
(a, b), c = pair, table
print(a, b, c)  # expect: 1 2 {42: 24}
(a, b), (c,) = pair, table
print(a, b, c)  # expect: 1 2 42
