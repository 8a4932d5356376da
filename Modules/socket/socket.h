// _socket: what its files share.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <netinet/in.h>

#include <string>

#include "Modules/descriptors.h"
#include "Modules/module_support.h"
#include "Modules/posix/posix.h"
#include "Objects/module_kinds.h"

namespace minipy {

struct Socket : Object {
  static constexpr Kind kKind = ModuleKind::Socket;
  int64_t timeout;  // in nanoseconds; 0: does not block, negative: waits for ever
  int32_t descriptor, family, socket_type, protocol;  // descriptor -1: closed
};

// The address of any family.
struct SocketAddress {
  union {
    sockaddr any;
    sockaddr_in inet;
    sockaddr_in6 inet6;
    sockaddr_un local;
    sockaddr_storage storage;
  };
  socklen_t size = sizeof(sockaddr_storage);
  SocketAddress() : storage{} {}
};

extern Type* address_info_error;  // socket.gaierror
extern Type* host_error;          // socket.herror
extern int64_t default_timeout;

// --- socket_address.cpp ---
// Python's form of an address: a tuple for most families, bytes or str for AF_UNIX, None if there is none.
Value address_value(Thread& thread, const SocketAddress& address, int protocol);
// `caller` names the method in messages.
Status read_address(Thread& thread, const Socket& socket, Value value, const char* caller, SocketAddress& address);
// A host's name or number; "" is any address.
Status resolve_host(Thread& thread, const std::string& host, int family, SocketAddress& address);
// Bytes as they are; text in ASCII or IDNA.
Result<std::string> host_argument(Thread& thread, Value host);
Failure raise_address_info(Thread& thread, int code);
Value host_text(const SocketAddress& address);  // of an AF_INET or AF_INET6 address

// --- socket_wait.cpp ---
Result<int64_t> read_timeout(Thread& thread, Value value);
Value timeout_value(int64_t timeout);
enum class Wait { ForReading, ForWriting };
// The end of a wait, on the monotonic clock.
int64_t deadline_after(int64_t timeout);
// Waits, as the socket's timeout allows, until the socket is ready: TimeoutError("timed out") if it never is.
Status wait_until_ready(Thread& thread, const Socket& socket, Wait wait, int64_t deadline);

// Runs a system call of a socket: waits before it if the socket has a timeout, runs signal handlers, tries again.
template <typename F>
Result<int64_t> socket_call(Thread& thread, const Socket& socket, Wait wait, int64_t deadline, F&& call) {
  for (bool has_collected = false;;) {
    if (socket.timeout > 0) TRY(wait_until_ready(thread, socket, wait, deadline));
    int64_t result;
    {
      const WithoutGil guard(thread);
      result = static_cast<int64_t>(call());
    }
    if (result >= 0) return result;
    const int error_number = errno;
    if (error_number == EINTR) {
      TRY(run_pending(thread));
    } else if (!has_collected && collect_lost_descriptors(thread, error_number)) {
      has_collected = true;
    } else if (socket.timeout <= 0 || (error_number != EWOULDBLOCK && error_number != EAGAIN)) {
      return raise_os_error(thread, error_number);
    }
  }
}
template <typename F>
Result<int64_t> socket_call(Thread& thread, const Socket& socket, Wait wait, F&& call) {
  return socket_call(thread, socket, wait, deadline_after(socket.timeout), call);
}

// --- socket_object.cpp, socket_messages.cpp, socket_names.cpp ---
Value new_socket(Thread& thread, int descriptor, int family, int type, int protocol);
std::span<const MethodRow> socket_message_rows();  // recvmsg() and its kind
std::span<const MethodRow> socket_name_rows();     // the module's functions on names and numbers
std::span<const MethodRow> socket_function_rows(); // the module's functions on sockets
void define_socket(Module& module);

}  // namespace minipy
