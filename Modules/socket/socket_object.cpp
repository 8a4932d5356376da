// The socket type. Library reference, "socket".
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <climits>
#include <cstring>

#include "Modules/descriptors.h"
#include "Modules/socket/socket.h"
#include "Objects/container_support.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

// ---- making and closing ----

Status set_nonblocking(Thread& thread, int descriptor, bool is_on) {
  int flag = is_on;
  if (ioctl(descriptor, FIONBIO, &flag) < 0) return raise_os_error(thread, errno);
  return nothing;
}

Status set_up(Thread& thread, Socket& socket, int descriptor, int family, int type, int protocol) {
  socket.descriptor = descriptor;
  socket.family = family;
  socket.socket_type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  socket.protocol = protocol;
  socket.timeout = type & SOCK_NONBLOCK ? 0 : default_timeout;
  if (!(type & SOCK_NONBLOCK) && default_timeout >= 0) TRY(set_nonblocking(thread, descriptor, true));
  return nothing;
}

Value make_socket(Thread& thread, Type& type, const Value*, size_t, Value) {
  auto* made = allocate_instance_as<Socket>(type);
  if (!made) return raise_memory_error(thread);
  made->descriptor = -1;
  made->timeout = -1;
  return made;
}

// What kind of socket an open descriptor is, where the caller did not say.
Status inspect(Thread& thread, int descriptor, int& family, int& type, int& protocol) {
  SocketAddress address;
  if (getsockname(descriptor, &address.any, &address.size) < 0) {
    if (family == -1 || errno == EBADF || errno == ENOTSOCK) return raise_os_error(thread, errno);
  } else if (family == -1) {
    family = address.any.sa_family;
  }
  socklen_t size = sizeof(int);
  if (type == -1 && getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) < 0) return raise_os_error(thread, errno);
  size = sizeof(int);
  if (protocol == -1 && getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) < 0) {
    return raise_os_error(thread, errno);
  }
  return nothing;
}

const MethodRow constructor_row = constructor("socket(family=-1, type=-1, proto=-1, fileno=None)");

Status initialize_socket(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  Value values[4];
  TRY(bind(thread, constructor_row, arguments, count, keyword_names, values));
  int family = TRY(argument_int(thread, values[0])), type = TRY(argument_int(thread, values[1]));
  int protocol = TRY(argument_int(thread, values[2])), descriptor;
  TRY(audit(thread, "socket.__new__", {self, make_int(family), make_int(type), make_int(protocol)}));
  if (!values[3].is_none()) {
    if (is_instance(values[3], type_of_kind(Kind::Float))) {
      return raise(thread, TypeError, "integer argument expected, got float");
    }
    descriptor = TRY(argument_int(thread, values[3]));
    if (descriptor < 0) return raise(thread, ValueError, "negative file descriptor");
    TRY(inspect(thread, descriptor, family, type, protocol));
  } else {
    if (family == -1) family = AF_INET;
    if (type == -1) type = SOCK_STREAM;
    if (protocol == -1) protocol = 0;
    descriptor = make_descriptor(thread, [&] {
      const WithoutGil guard(thread);
      return socket(family, type | SOCK_CLOEXEC, protocol);
    });
  }
  if (descriptor < 0) return raise_os_error(thread, errno);
  const Status status = set_up(thread, *self.as<Socket>(), descriptor, family, type, protocol);
  if (status.failed() && values[3].is_none()) {
    close(descriptor);
    self.as<Socket>()->descriptor = -1;
  }
  return status;
}

// CPython says so where a socket is forgotten.
void finalize_socket(Thread& thread, Value self) {
  auto& socket = *self.as<Socket>();
  if (socket.descriptor < 0) return;
  const Value pending = take_exception(thread);
  const Result<Str*> shown = repr(thread, self);
  if (shown.failed() || warn(thread, ResourceWarning, to_utf8(shown.value()).insert(0, "unclosed "), 1, self).failed()) {
    write_unraisable(thread, self);
  }
  if (socket.descriptor >= 0) close(socket.descriptor);
  socket.descriptor = -1;
  thread.exception = pending;
}

Value repr_socket(Thread& thread, Value self) {
  const auto& socket = *self.as<Socket>();
  return format_message(thread, "<socket object, fd={}, family={}, type={}, proto={}>",
                        {socket.descriptor, socket.family, socket.socket_type, socket.protocol});
}

Status close_socket(Thread& thread, Socket& self) {
  const int descriptor = self.descriptor;
  if (descriptor < 0) return nothing;
  self.descriptor = -1;
  int result;
  {
    const WithoutGil guard(thread);
    result = close(descriptor);
  }
  if (result < 0 && errno != ECONNRESET) return raise_os_error(thread, errno);  // the peer may be gone already
  return nothing;
}
int detach(Socket& self) { return std::exchange(self.descriptor, -1); }
int get_descriptor(Socket& self) { return self.descriptor; }

// ---- connections ----

Value accept_connection(Thread& thread, Socket& self) {
  SocketAddress address;
  const int64_t descriptor = TRY(socket_call(thread, self, Wait::ForReading, [&] {
    address.size = sizeof address.storage;
    return accept4(self.descriptor, &address.any, &address.size, SOCK_CLOEXEC);
  }));
  const Value shown = address_value(thread, address, self.protocol);
  if (shown.is_empty()) {
    close(static_cast<int>(descriptor));
    return error;
  }
  return make_tuple({make_int(descriptor), shown});
}

Status bind_socket(Thread& thread, Socket& self, Value value) {
  SocketAddress address;
  TRY(read_address(thread, self, value, "bind", address));
  TRY(audit(thread, "socket.bind", {&self, value}));
  int result;
  {
    const WithoutGil guard(thread);
    result = bind(self.descriptor, &address.any, address.size);
  }
  if (result < 0) return raise_os_error(thread, errno);
  return nothing;
}

// The error number, 0 if connected. Fails only where a signal handler does, or where the time runs out.
Result<int> connect_to(Thread& thread, Socket& self, const SocketAddress& address) {
  int result;
  {
    const WithoutGil guard(thread);
    result = connect(self.descriptor, &address.any, address.size);
  }
  if (result == 0) return 0;
  const int error_number = errno;
  if (error_number == EINTR) TRY(run_pending(thread));
  const bool has_to_wait = error_number == EINTR ? self.timeout != 0 : error_number == EINPROGRESS && self.timeout > 0;
  if (!has_to_wait) return error_number;
  TRY(wait_until_ready(thread, self, Wait::ForWriting, deadline_after(self.timeout)));
  int outcome = 0;
  socklen_t size = sizeof outcome;
  if (getsockopt(self.descriptor, SOL_SOCKET, SO_ERROR, &outcome, &size) < 0) return errno;
  return outcome == EISCONN ? 0 : outcome;
}

Status connect_socket(Thread& thread, Socket& self, Value value) {
  SocketAddress address;
  TRY(read_address(thread, self, value, "connect", address));
  TRY(audit(thread, "socket.connect", {&self, value}));
  const int code = TRY(connect_to(thread, self, address));
  if (code) return raise_os_error(thread, code);
  return nothing;
}
Value connect_ex(Thread& thread, Socket& self, Value value) {
  SocketAddress address;
  TRY(read_address(thread, self, value, "connect_ex", address));
  TRY(audit(thread, "socket.connect", {&self, value}));
  const Result<int> code = connect_to(thread, self, address);
  if (!code.failed()) return make_int(code.value());
  if (!catch_exception(thread, TimeoutError)) return error;
  return make_int(EWOULDBLOCK);
}

Status listen_socket(Thread& thread, Socket& self, int backlog) {
  if (listen(self.descriptor, backlog < 0 ? 0 : backlog) < 0) return raise_os_error(thread, errno);
  return nothing;
}
Status shut_down(Thread& thread, Socket& self, int how) {
  if (shutdown(self.descriptor, how) < 0) return raise_os_error(thread, errno);
  return nothing;
}

template <int (*ask)(int, sockaddr*, socklen_t*)>
Value own_address(Thread& thread, Socket& self) {
  SocketAddress address;
  if (ask(self.descriptor, &address.any, &address.size) < 0) return raise_os_error(thread, errno);
  return address_value(thread, address, self.protocol);
}

// ---- options ----

Value get_option(Thread& thread, Socket& self, int level, int option, int size) {
  if (size == 0) {
    int value = 0;
    socklen_t value_size = sizeof value;
    if (getsockopt(self.descriptor, level, option, &value, &value_size) < 0) return raise_os_error(thread, errno);
    return make_int(value);
  }
  if (size < 0 || size > 1024) return raise(thread, OSError, "getsockopt buflen out of range");
  char buffer[1024];
  auto value_size = static_cast<socklen_t>(size);
  if (getsockopt(self.descriptor, level, option, buffer, &value_size) < 0) return raise_os_error(thread, errno);
  return bytes_result(thread, {buffer, value_size});
}

Status set_option(Thread& thread, Socket& self, int level, int option, Value value, Value size) {
  int result;
  if (!size.is_empty()) {
    if (!value.is_none()) return raise(thread, TypeError, "setsockopt() argument 3 must be None, not {}", argument_kind(value));
    result = setsockopt(self.descriptor, level, option, nullptr, static_cast<socklen_t>(TRY(argument_int(thread, size))));
  } else if (is_index(value)) {
    const int number = TRY(argument_int(thread, value));
    result = setsockopt(self.descriptor, level, option, &number, sizeof number);
  } else {
    BufferLease lease(thread);
    TRY(lease.acquire(value));
    result = setsockopt(self.descriptor, level, option, lease.data(), static_cast<socklen_t>(lease.size()));
  }
  if (result < 0) return raise_os_error(thread, errno);
  return nothing;
}

Status set_blocking(Thread& thread, Socket& self, bool is_blocking) {
  self.timeout = is_blocking ? -1 : 0;
  return set_nonblocking(thread, self.descriptor, !is_blocking);
}
Status set_timeout(Thread& thread, Socket& self, Value value) {
  self.timeout = TRY(read_timeout(thread, value));
  return set_nonblocking(thread, self.descriptor, self.timeout >= 0);
}
Value get_timeout(Socket& self) { return timeout_value(self.timeout); }
bool get_blocking(Socket& self) { return self.timeout != 0; }
int family(Socket& self) { return self.family; }
int socket_type(Socket& self) { return self.socket_type; }
int protocol(Socket& self) { return self.protocol; }

// ---- receiving ----

Value receive(Thread& thread, Socket& self, int64_t size, int flags) {
  if (size < 0) return raise(thread, ValueError, "negative buffersize in recv");
  Bytes* data = allocate_bytes(static_cast<size_t>(size));
  if (!data) return raise_memory_error(thread);
  const int64_t received = TRY(socket_call(thread, self, Wait::ForReading, [&] {
    return recv(self.descriptor, data->data(), static_cast<size_t>(size), flags);
  }));
  return received == size ? Value(data) : bytes_result(thread, {reinterpret_cast<char*>(data->data()), static_cast<size_t>(received)});
}

Value receive_from(Thread& thread, Socket& self, int64_t size, int flags) {
  if (size < 0) return raise(thread, ValueError, "negative buffersize in recvfrom");
  Bytes* data = allocate_bytes(static_cast<size_t>(size));
  if (!data) return raise_memory_error(thread);
  SocketAddress address;
  const int64_t received = TRY(socket_call(thread, self, Wait::ForReading, [&] {
    address.size = sizeof address.storage;
    return recvfrom(self.descriptor, data->data(), static_cast<size_t>(size), flags, &address.any, &address.size);
  }));
  const Value bytes = TRY(bytes_result(thread, {reinterpret_cast<char*>(data->data()), static_cast<size_t>(received)}));
  return make_tuple({bytes, TRY(address_value(thread, address, self.protocol))});
}

Value receive_into(Thread& thread, Socket& self, Value buffer, int64_t size, int flags) {
  BufferLease lease(thread);
  TRY(lease.acquire(buffer, Buffer::kWritable));
  if (size < 0) return raise(thread, ValueError, "negative buffersize in recv_into");
  if (size == 0) size = static_cast<int64_t>(lease.size());
  if (static_cast<size_t>(size) > lease.size()) return raise(thread, ValueError, "buffer too small for requested bytes");
  return make_int(TRY(socket_call(thread, self, Wait::ForReading, [&] {
    return recv(self.descriptor, lease.data(), static_cast<size_t>(size), flags);
  })));
}

Value receive_from_into(Thread& thread, Socket& self, Value buffer, int64_t size, int flags) {
  BufferLease lease(thread);
  TRY(lease.acquire(buffer, Buffer::kWritable));
  if (size < 0) return raise(thread, ValueError, "negative buffersize in recvfrom_into");
  if (size == 0) size = static_cast<int64_t>(lease.size());
  if (static_cast<size_t>(size) > lease.size()) {
    return raise(thread, ValueError, "nbytes is greater than the length of the buffer");
  }
  SocketAddress address;
  const int64_t received = TRY(socket_call(thread, self, Wait::ForReading, [&] {
    address.size = sizeof address.storage;
    return recvfrom(self.descriptor, lease.data(), static_cast<size_t>(size), flags, &address.any, &address.size);
  }));
  return make_tuple({make_int(received), TRY(address_value(thread, address, self.protocol))});
}

// ---- sending ----

Value send_some(Thread& thread, Socket& self, Value data, int flags) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  return make_int(TRY(socket_call(thread, self, Wait::ForWriting, [&] {
    return send(self.descriptor, lease.data(), lease.size(), flags);
  })));
}

// The timeout is for all of it.
Status send_all(Thread& thread, Socket& self, Value data, int flags) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  const int64_t deadline = deadline_after(self.timeout);
  size_t sent = 0;
  while (sent < lease.size()) {
    sent += static_cast<size_t>(TRY(socket_call(thread, self, Wait::ForWriting, deadline, [&] {
      return send(self.descriptor, lease.data() + sent, lease.size() - sent, flags);
    })));
    TRY(run_pending(thread));
  }
  return nothing;
}

Value send_to(Thread& thread, Socket& self, std::span<const Value> arguments) {
  if (arguments.size() < 2 || arguments.size() > 3) {
    return raise(thread, TypeError, "sendto() takes 2 or 3 arguments ({} given)", arguments.size());
  }
  BufferLease lease(thread);
  TRY(lease.acquire(arguments[0]));
  const int flags = arguments.size() == 3 ? TRY(argument_int(thread, arguments[1])) : 0;
  SocketAddress address;
  TRY(read_address(thread, self, arguments.back(), "sendto", address));
  TRY(audit(thread, "socket.sendto", {&self, arguments.back()}));
  return make_int(TRY(socket_call(thread, self, Wait::ForWriting, [&] {
    return sendto(self.descriptor, lease.data(), lease.size(), flags, &address.any, address.size);
  })));
}

const MethodRow methods[] = {
    method<accept_connection>("!_accept($self, /)", "_accept() -> (descriptor, address)\n\nWait for a connection."),
    method<bind_socket>("!bind($self, address, /)", "bind(address)\n\nGive the socket an address of its own."),
    method<close_socket>("!close($self, /)", "close()\n\nClose the socket."),
    method<connect_socket>("!connect($self, address, /)", "connect(address)\n\nConnect to a remote address."),
    method<connect_ex>("!connect_ex($self, address, /)", "connect_ex(address) -> errno\n\nConnect, and return the error number instead of raising."),
    method<detach>("!detach($self, /)", "detach()\n\nGive the descriptor away: the socket counts as closed."),
    method<get_descriptor>("!fileno($self, /)", "fileno() -> descriptor, -1 once closed"),
    method<get_blocking>("!getblocking($self, /)", "getblocking()\n\nWhether calls may wait."),
    method<own_address<getpeername>>("!getpeername($self, /)", "getpeername() -> address of the other end"),
    method<own_address<getsockname>>("!getsockname($self, /)", "getsockname() -> the socket's own address"),
    method<get_option>("!getsockopt($self, level, option, buffersize=0, /)", "getsockopt(level, option[, buffersize]) -> int, or bytes if there is a size"),
    method<get_timeout>("!gettimeout($self, /)", "gettimeout() -> seconds or None"),
    method<listen_socket>("!listen($self, backlog=128, /)", "listen([backlog])\n\nLet others connect to the socket."),
    method<receive>("!recv($self, buffersize, flags=0, /)", "recv(buffersize[, flags]) -> bytes, none at the end"),
    method<receive_into>("!recv_into($self, /, buffer, nbytes=0, flags=0)", "recv_into(buffer, [nbytes[, flags]]) -> count"),
    method<receive_from>("!recvfrom($self, buffersize, flags=0, /)", "recvfrom(buffersize[, flags]) -> (data, address)"),
    method<receive_from_into>("!recvfrom_into($self, /, buffer, nbytes=0, flags=0)", "recvfrom_into(buffer[, nbytes[, flags]]) -> (count, address)"),
    method<send_some>("!send($self, data, flags=0, /)", "send(data[, flags]) -> count of bytes that were sent"),
    method<send_all>("!sendall($self, data, flags=0, /)", "sendall(data[, flags])\n\nSend everything."),
    method<send_to>("!sendto($self, /, *args)", "sendto(data[, flags], address) -> count"),
    method<set_blocking>("!setblocking($self, flag, /)", "setblocking(flag)\n\nWhether calls may wait."),
    method<set_option>("!setsockopt($self, level, option, value, optlen=<none>, /)", "setsockopt(level, option, value)\nsetsockopt(level, option, None, optlen)"),
    method<set_timeout>("!settimeout($self, timeout, /)", "settimeout(seconds or None)"),
    method<shut_down>("!shutdown($self, flag, /)", "shutdown(SHUT_RD, SHUT_WR or SHUT_RDWR)"),
    member<family>("family", "the socket family"),
    member<protocol>("proto", "the socket protocol"),
    member<socket_type>("type", "the socket type"),
    getter<get_timeout>("timeout", "the socket timeout"),
};

// ---- functions of the module that make or close sockets ----

Status close_descriptor(Thread& thread, int descriptor) {
  int result;
  {
    const WithoutGil guard(thread);
    result = close(descriptor);
  }
  if (result < 0 && errno != ECONNRESET) return raise_os_error(thread, errno);
  return nothing;
}
Value duplicate(Thread& thread, int descriptor) {
  const int copy = make_descriptor(thread, [&] { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); });
  if (copy < 0) return raise_os_error(thread, errno);
  return make_int(copy);
}
Value make_pair(Thread& thread, int family, int type, int protocol) {
  int ends[2];
  const int made = make_descriptor(thread, [&] { return socketpair(family, type | SOCK_CLOEXEC, protocol, ends); });
  if (made < 0) return raise_os_error(thread, errno);
  const Value first = TRY(new_socket(thread, ends[0], family, type, protocol));
  return make_tuple({first, TRY(new_socket(thread, ends[1], family, type, protocol))});
}
Value get_default_timeout() { return timeout_value(default_timeout); }
Status set_default_timeout(Thread& thread, Value value) {
  default_timeout = TRY(read_timeout(thread, value));
  return nothing;
}

const MethodRow functions[] = {
    function<close_descriptor>("!close($module, fd, /)", "close(descriptor)"),
    function<duplicate>("!dup($module, fd, /)", "dup(descriptor) -> a copy that children do not inherit"),
    function<make_pair>("!socketpair($module, family=1, type=1, proto=0, /)", "socketpair([family[, type [, proto]]]) -> two sockets, connected"),
    function<get_default_timeout>("!getdefaulttimeout($module, /)", "getdefaulttimeout() -> seconds or None, for new sockets"),
    function<set_default_timeout>("!setdefaulttimeout($module, timeout, /)", "setdefaulttimeout(seconds or None), for new sockets"),
};

}  // namespace

Value new_socket(Thread& thread, int descriptor, int family, int type, int protocol) {
  const Value made = TRY(make_socket(thread, type_of_kind(ModuleKind::Socket), nullptr, 0, Value()));
  TRY(set_up(thread, *made.as<Socket>(), descriptor, family, type, protocol));
  return made;
}
std::span<const MethodRow> socket_function_rows() { return functions; }

void define_socket(Module& module) {
  static MethodRow all[64];
  size_t count = 0;
  for (const MethodRow& row : methods) all[count++] = row;
  for (const MethodRow& row : socket_message_rows()) all[count++] = row;
  TypeSpec spec;
  spec.doc = "socket(family=AF_INET, type=SOCK_STREAM, proto=0, fileno=None)\n\nAn end of a connection, or a place for messages.";
  spec.instance_bytes = sizeof(Socket);
  spec.flags = Type::kBaseType | Type::kHasFinalizer;
  spec.slots.make = make_socket;
  spec.slots.init = initialize_socket;
  spec.slots.repr = repr_socket;
  spec.slots.finalize = finalize_socket;
  spec.methods = {all, count};
  Type& type = define_type(ModuleKind::Socket, spec);
  module_add_type(module, type);
  module_add(module, "SocketType", &type);
}

}  // namespace minipy
