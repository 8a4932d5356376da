# Reference counts would end the query at once.
import sqlite3

con = sqlite3.connect(":memory:")
con.executescript("create table t(i); insert into t values(1); insert into t values(2);")


def first():
    return con.execute("select i from t").fetchone()


print(first())                    # expect: (1,)
con.execute("drop table t")
print(con.execute("select count(*) from sqlite_master").fetchone())   # expect: (0,)
