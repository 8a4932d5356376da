# The thread ends when the other side of its connection is closed, which nobody refers to any more.
import socket
import threading


def start_reader():
    near, far = socket.socketpair()
    reader = threading.Thread(target=far.recv, args=(1,))
    reader.start()
    return reader


reader = start_reader()
reader.join()
print(reader.is_alive())  # expect: False
