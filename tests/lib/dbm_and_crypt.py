import warnings

warnings.simplefilter("ignore")
import _crypt
import dbm.ndbm
import os
import tempfile

path = os.path.join(tempfile.mkdtemp(), "data")
with dbm.ndbm.open(path, "n") as db:
    db["a"] = "1"
    db[b"b"] = b"2"
    print(sorted(db.keys()), len(db), db["a"], "c" in db)   # expect: [b'a', b'b'] 2 b'1' False
    print(db.get("c"), db.setdefault("c", b"3"), db["c"])   # expect: None b'3' b'3'
    del db["a"]
    try:
        db["a"]
    except KeyError as e:
        print(e)                  # expect: 'a'
try:
    db.keys()
except dbm.ndbm.error as e:
    print(e)                      # expect: DBM object has already been closed
print(dbm.whichdb(path))          # expect: dbm.ndbm
print(_crypt.crypt("word", "$6$salt$")[:8])   # expect: $6$salt$
