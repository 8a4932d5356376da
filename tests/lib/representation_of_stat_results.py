# Fields without a name borrow the names of the times behind them.
import os
import pickle
import time

status = os.stat_result(range(19))
print(status)  # expect: os.stat_result(st_mode=0, st_ino=1, st_dev=2, st_nlink=3, st_uid=4, st_gid=5, st_size=6, st_atime=7, st_mtime=8, st_ctime=9)
print(repr(pickle.loads(pickle.dumps(status))) == repr(status))  # expect: True
print(time.gmtime(0).tm_zone)  # expect: GMT
