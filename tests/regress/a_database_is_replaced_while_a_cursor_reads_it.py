# minipy only: CPython crashes
import sqlite3

con = sqlite3.connect(":memory:")
con.executescript("create table t(i); insert into t values(1); insert into t values(2);")
data = con.serialize()
cursor = con.execute("select i from t")
try:
    con.deserialize(data)
except sqlite3.OperationalError as e:
    print(e, e.sqlite_errorname)      # expect: database is locked SQLITE_BUSY
print(cursor.fetchall())              # expect: [(1,), (2,)]
con.deserialize(data)
print(con.execute("select count(*) from t").fetchone())   # expect: (2,)
