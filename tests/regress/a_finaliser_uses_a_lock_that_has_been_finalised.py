# What became unreachable together is finalised in an order: first what runs Python code.
import gc
import multiprocessing


class Owner:
    def __init__(self):
        self.file = open(__file__)
        self.lock = multiprocessing.Lock()

    def __del__(self):
        with self.lock:
            print("locked", self.file.read(3))


def leave():
    owner = Owner()
    owner.itself = owner


leave()
gc.collect()  # expect: locked # W
