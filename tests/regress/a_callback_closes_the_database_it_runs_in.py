# minipy only: CPython crashes
import sqlite3

con = sqlite3.connect(":memory:")
con.executescript("create table t(i); insert into t values(1); insert into t values(2);")
con.create_function("closing", 1, lambda i: con.close())
try:
    con.execute("select closing(i) from t")
except sqlite3.ProgrammingError as e:
    print(e)                      # expect: Cannot operate on a closed database.

con = sqlite3.connect(":memory:")


class Closing:
    def __getitem__(self, i):
        con.close()
        return 1

    def __len__(self):
        return 2


try:
    con.execute("select ?, ?", Closing())
except sqlite3.ProgrammingError as e:
    print(e)                      # expect: Cannot operate on a closed database.
