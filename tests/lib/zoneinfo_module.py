# The C++ time zones: transitions, the rule behind them, folds, caches.
import io
import pickle
import struct
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo


def zone(rule):
    """A zone with nothing but a rule."""
    header = b"TZif2" + bytes(15) + bytes(24)
    return ZoneInfo.from_file(io.BytesIO(header + header + b"\n" + rule.encode() + b"\n"))


berlin = zone("CET-1CEST,M3.5.0,M10.5.0/3")
for when in (datetime(2024, 1, 1), datetime(2024, 7, 1), datetime(2024, 3, 31, 2, 30), datetime(2024, 10, 27, 2, 30)):
    times = [when.replace(tzinfo=berlin, fold=fold) for fold in (0, 1)]
    print([(str(t.utcoffset()), str(t.dst()), t.tzname()) for t in times])
# expect: [('1:00:00', '0:00:00', 'CET'), ('1:00:00', '0:00:00', 'CET')]
# expect: [('2:00:00', '1:00:00', 'CEST'), ('2:00:00', '1:00:00', 'CEST')]
# expect: [('1:00:00', '0:00:00', 'CET'), ('2:00:00', '1:00:00', 'CEST')]
# expect: [('2:00:00', '1:00:00', 'CEST'), ('1:00:00', '0:00:00', 'CET')]
for hour in (0, 1):
    t = datetime(2024, 10, 27, hour, 30, tzinfo=UTC).astimezone(berlin)
    print(t, t.fold)
# expect: 2024-10-27 02:30:00+02:00 0
# expect: 2024-10-27 02:30:00+01:00 1
print(zone("<-03>3").utcoffset(None), time(1, tzinfo=berlin).utcoffset(), zone("AAA4BBB,J60,300/-1").dst(datetime(2024, 6, 1)))
# expect: -1 day, 21:00:00 None 1:00:00
for bad in ("AAA", "AAA25", "AAA4BBB", "AAA4BBB,M13.1.1,J2", "AAA4BBB,J1,J2,J3", "+11"):
    try:
        zone(bad)
    except ValueError as e:
        print(e)
# expect: Invalid STD offset in b'AAA'
# expect: Invalid STD offset in b'AAA25'
# expect: Invalid DST offset in b'AAA4BBB'
# expect: Malformed transition rule in TZ string: b'AAA4BBB,M13.1.1,J2'
# expect: Extraneous characters at end of TZ string: b'AAA4BBB,J1,J2,J3'
# expect: Invalid STD format in b'+11'


def with_transitions(times, kinds, offsets, names):
    counts = struct.pack(">6l", 0, 0, 0, len(times), len(offsets), len(names))
    body = struct.pack(f">{len(times)}q", *times) + bytes(kinds)
    body += b"".join(struct.pack(">lbb", offset, saves, at) for offset, saves, at in offsets) + names
    empty = b"TZif2" + bytes(15) + bytes(24)
    return ZoneInfo.from_file(io.BytesIO(empty + b"TZif2" + bytes(15) + counts + body + b"\n\n"), key="Made/Up")


made = with_transitions([0, 86400], [1, 0], [(3600, 0, 0), (7200, 1, 4)], b"ONE\0TWO\0")
print([datetime(1970, 1, day, 12, tzinfo=made).tzname() for day in (1, 2, 3)], made)  # expect: ['TWO', 'ONE', 'ONE'] Made/Up
print(datetime(1969, 1, 1, tzinfo=made).tzname(), datetime(1970, 1, 1, 12, tzinfo=made).dst())  # expect: ONE 1:00:00
try:
    pickle.dumps(berlin)
except pickle.PicklingError as e:
    print(e)  # expect: Cannot pickle a ZoneInfo file from a file stream.
