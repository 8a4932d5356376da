# Sockets: a pair, a server on the loopback interface, datagrams, timeouts, names.
import socket
import threading

left, right = socket.socketpair()
left.sendall(b"one two")
print(right.recv(3), right.recv_into(bytearray(2)), right.recv(100))  # expect: b'one' 2 b'wo'
left.close()
print(right.recv(10), left.fileno())  # expect: b'' -1
right.close()

server = socket.create_server(("127.0.0.1", 0))
print(server.family, server.type, server.proto, server.gettimeout(), server.getblocking())  # expect: 2 1 0 None True


def serve():
    connection, address = server.accept()
    with connection:
        connection.sendall(connection.recv(100).upper())


thread = threading.Thread(target=serve)
thread.start()
with socket.create_connection(server.getsockname(), timeout=5) as client:
    client.sendall(b"hello")
    print(client.recv(100), client.getpeername() == server.getsockname())  # expect: b'HELLO' True
thread.join()
server.settimeout(0.01)
try:
    server.accept()
except TimeoutError as error:
    print(repr(error))  # expect: TimeoutError('timed out')
server.setblocking(False)
try:
    server.accept()
except BlockingIOError as error:
    print(error)  # expect: [Errno 11] Resource temporarily unavailable
server.close()

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print(sender.sendto(b"datagram", receiver.getsockname()), receiver.recvfrom(100)[0])  # expect: 8 b'datagram'
print(sender.sendmsg([b"a", b"bc"], [], 0, receiver.getsockname()), receiver.recvmsg(10)[:3])  # expect: 3 (b'abc', [], 0)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
print(receiver.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR))  # expect: 1
sender.close()
receiver.close()

print(socket.inet_aton("1.2.3.4"), socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\1"), socket.htons(1), socket.ntohl(1))
# expect: b'\x01\x02\x03\x04' ::1 256 16777216
print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))
# expect: [(<AddressFamily.AF_INET: 2>, <SocketKind.SOCK_STREAM: 1>, 6, '', ('127.0.0.1', 80))]
for wrong in (lambda: socket.inet_aton("x"), lambda: socket.htons(-1), lambda: socket.socket().bind("x"),
              lambda: socket.socket().connect(("127.0.0.1", 99999)), lambda: socket.inet_ntoa(b"123"),
              lambda: socket.socket(fileno=-1), lambda: socket.getaddrinfo(3, 3)):
    try:
        wrong()
    except (OSError, OverflowError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
        # expect: OSError illegal IP address string passed to inet_aton
        # expect: OverflowError htons: can't convert negative Python int to C 16-bit unsigned integer
        # expect: TypeError bind(): AF_INET address must be tuple, not str
        # expect: OverflowError connect(): port must be 0-65535.
        # expect: OSError packed IP wrong length for inet_ntoa
        # expect: ValueError negative file descriptor
        # expect: TypeError getaddrinfo() argument 1 must be string or None
