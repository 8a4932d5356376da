# gc.disable() stops automatic collections only.
import gc


class Noisy:
    def __del__(self):
        print("deleted")


def drop():
    Noisy()


gc.disable()
drop()
gc.collect()  # expect: deleted
print(gc.isenabled())  # expect: False
gc.enable()
print(gc.isenabled())  # expect: True
