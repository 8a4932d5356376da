import sqlite3

con = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
con.execute("create table person(name text, born point, height real, picture blob)")


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


sqlite3.register_adapter(Point, lambda p: f"{p.x};{p.y}")
sqlite3.register_converter("point", lambda b: Point(*map(int, b.split(b";"))))
rows = [("Ann", Point(1, 2), 1.75, b"\0\1"), ("Bob", Point(3, 4), None, None)]
print(con.in_transaction)                            # expect: False
print(con.executemany("insert into person values(?, ?, ?, ?)", rows).rowcount)   # expect: 2
print(con.in_transaction)                            # expect: True
print(con.execute("select * from person").fetchall())  # expect: [('Ann', Point(1, 2), 1.75, b'\x00\x01'), ('Bob', Point(3, 4), None, None)]
con.rollback()
print(con.execute("select count(*) from person").fetchone())   # expect: (0,)

# Rows by name.
con.row_factory = sqlite3.Row
row = con.execute("select 1 as a, :x as b", {"x": "text"}).fetchone()
print(row["A"], row[1], row.keys(), len(row))        # expect: 1 text ['a', 'b'] 2

# Functions, aggregates, windows and collations in Python.
con.row_factory = None
con.create_function("twice", 1, lambda x: x * 2)


class Sum:
    def __init__(self):
        self.count = 0

    def step(self, value):
        self.count += value

    def inverse(self, value):
        self.count -= value

    def value(self):
        return self.count

    finalize = value


con.create_aggregate("total_of", 1, Sum)
con.create_window_function("sum_over", 1, Sum)
con.create_collation("backwards", lambda a, b: (a < b) - (a > b))
con.executescript("create table n(i); insert into n values(1); insert into n values(2); insert into n values(3);")
print(con.execute("select twice(i) from n").fetchall())     # expect: [(2,), (4,), (6,)]
print(con.execute("select total_of(i) from n").fetchall())  # expect: [(6,)]
print(con.execute("select sum_over(i) over (order by i rows between 1 preceding and current row) from n").fetchall())  # expect: [(1,), (3,), (5,)]
con.execute("insert into person(name) values('a'), ('b')")
print([n for n, in con.execute("select name from person order by name collate backwards")])   # expect: ['b', 'a']

# Blobs.
con.execute("insert into person(name, picture) values('c', zeroblob(5))")
with con.blobopen("person", "picture", con.execute("select last_insert_rowid()").fetchone()[0]) as blob:
    blob[1:3] = b"xy"
    blob.seek(4)
    blob.write(b"!")
    print(blob[::2], len(blob))                      # expect: b'\x00y!' 5

try:
    con.execute("select 1 from nowhere")
except sqlite3.OperationalError as e:
    print(e, e.sqlite_errorname)                     # expect: no such table: nowhere SQLITE_ERROR
print(next(con.iterdump()))                          # expect: BEGIN TRANSACTION;
con.close()
try:
    con.execute("select 1")
except sqlite3.ProgrammingError as e:
    print(e)                                         # expect: Cannot operate on a closed database.
