# The items of sets are sorted by their marshalled forms: each is made once, and counts its depth.
import marshal


def nested(levels):
    made = frozenset()
    for _ in range(levels):
        made = frozenset([made])
    return made


print(marshal.loads(marshal.dumps(nested(18))) == nested(18))  # expect: True
