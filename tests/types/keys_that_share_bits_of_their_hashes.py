# Tables of every width of index: what is found, deleted and put back while many keys share bits of their hashes.


class Key:
    def __init__(self, hash, name):
        self.hash, self.name = hash, name

    def __hash__(self):
        return self.hash

    def __eq__(self, other):
        return self.name == other.name


for count in 12, 200, 300:
    table = {f"name{i}": i for i in range(count)}
    for i in range(0, count, 3):
        del table[f"name{i}"]
    for i in range(0, count, 6):
        table[f"name{i}"] = -i
    found = [table.get(f"name{i}") for i in range(count)]
    print(len(table), found == [-i if i % 6 == 0 else None if i % 3 == 0 else i for i in range(count)])
# expect: 10 True
# expect: 167 True
# expect: 250 True

table = {i << 9: i for i in range(50_000)}
for i in range(0, 50_000, 2):
    del table[i << 9]
print(len(table), all(table[i << 9] == i for i in range(1, 50_000, 2)), any(i << 9 in table for i in range(0, 50_000, 2)))
# expect: 25000 True False

for shift in 4, 8, 16, 32, 60:
    table = {Key(i << shift, i): i for i in range(40)}
    print(all(table[Key(i << shift, i)] == i for i in range(40)), Key(0, 1) in table, Key(5, 5) in table)
# expect: True False False
# expect: True False False
# expect: True False False
# expect: True False False
# expect: True False False

pairs = {(1, "a"): 1, (1.0, "b"): 2, (2, None): 3, ((1, 2), 3): 5, (Key(7, "x"), 1): 6}
print(pairs[True, "a"], pairs[1, "b"], pairs[2.0, None], pairs[(1.0, 2), 3.0], pairs[Key(7, "x"), 1])
# expect: 1 2 3 5 6
print({(1, "a"), (1.0, "a"), (2,)} == {(True, "a"), (2.0,)}, (1, "a") in {(1, b"a")}, (1, 2) in {(1, 2, 3)})
# expect: True False False
