// sendmsg() and recvmsg(): several buffers and ancillary data.
#include <linux/if_alg.h>
#include <sys/uio.h>

#include <climits>
#include <cstring>
#include <deque>
#include <vector>

#include "Modules/socket/socket.h"
#include "Objects/container_support.h"
#include "Objects/copy_bytes.h"

namespace minipy {
namespace {

// CMSG_SPACE, or 0 if the result would be too large.
size_t control_space(int64_t size) {
  if (size < 0 || size > INT_MAX - static_cast<int64_t>(CMSG_SPACE(1))) return 0;
  return CMSG_SPACE(static_cast<size_t>(size));
}

// The leases must not move: they give their buffers back where they lie.
struct Pieces {
  std::deque<BufferLease> leases;
  std::vector<iovec> vectors;
};
Status lease_all(Thread& thread, Value buffers, int flags, const char* message, Pieces& pieces) {
  const Value iterator = iterate(thread, buffers, message);
  TRY(iterator);
  for (;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return nothing;
    BufferLease& lease = pieces.leases.emplace_back(thread);
    if (lease.acquire(item, flags).failed()) {
      if (!(flags & Buffer::kWritable) || !(catch_exception(thread, BufferError) || catch_exception(thread, TypeError))) {
        return error;
      }
      return raise(thread, TypeError, "{} of single-segment read-write buffers", message);
    }
    pieces.vectors.push_back({lease.data(), lease.size()});
  }
}

// ---- receiving ----

Value ancillary_list(Thread& thread, msghdr& message, size_t room) {
  List* items = make_list();
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    const char* start = reinterpret_cast<char*>(CMSG_DATA(header));
    const size_t offset = static_cast<size_t>(start - static_cast<char*>(message.msg_control));
    if (header->cmsg_len < CMSG_LEN(0) || offset > room) break;
    const size_t size = std::min(header->cmsg_len - CMSG_LEN(0), room - offset);
    const Value data = TRY(bytes_result(thread, {start, size}));
    TRY(list_append(thread, *items, make_tuple({make_int(header->cmsg_level), make_int(header->cmsg_type), data})));
  }
  return items;
}

// (whatever `first` makes of the count, ancillary data, flags, address)
template <typename F>
Value receive_message(Thread& thread, Socket& self, std::vector<iovec>& vectors, int64_t control_size, int flags, F&& first) {
  if (control_size < 0 || control_size > INT_MAX) return raise(thread, ValueError, "invalid ancillary data buffer length");
  std::vector<char> control(static_cast<size_t>(control_size));
  SocketAddress address;
  msghdr message{};
  const int64_t received = TRY(socket_call(thread, self, Wait::ForReading, [&] {
    address.size = sizeof address.storage;
    message.msg_name = &address.storage;
    message.msg_namelen = address.size;
    message.msg_iov = vectors.data();
    message.msg_iovlen = vectors.size();
    message.msg_control = control.empty() ? nullptr : control.data();
    message.msg_controllen = control.size();
    return recvmsg(self.descriptor, &message, flags);
  }));
  address.size = message.msg_namelen;
  const Value head = TRY(first(received));
  const Value ancillary = TRY(ancillary_list(thread, message, message.msg_controllen));
  const Value sender = TRY(address_value(thread, address, self.protocol));
  return make_tuple({head, ancillary, make_int(message.msg_flags), sender});
}

Value receive_one(Thread& thread, Socket& self, int64_t size, int64_t control_size, int flags) {
  if (size < 0) return raise(thread, ValueError, "negative buffer size in recvmsg()");
  std::vector<char> data(static_cast<size_t>(size));
  std::vector<iovec> vectors = {{data.data(), data.size()}};
  return receive_message(thread, self, vectors, control_size, flags, [&](int64_t count) {
    return bytes_result(thread, {data.data(), static_cast<size_t>(count)});
  });
}

Value receive_into(Thread& thread, Socket& self, Value buffers, int64_t control_size, int flags) {
  Pieces pieces;
  TRY(lease_all(thread, buffers, Buffer::kWritable, "recvmsg_into() argument 1 must be an iterable", pieces));
  return receive_message(thread, self, pieces.vectors, control_size, flags, [](int64_t count) { return make_int(count); });
}

// ---- sending ----

// Ancillary data as it is laid out for the system.
class Control {
 public:
  Status add(Thread& thread, int level, int type, std::string_view data) {
    const size_t space = control_space(static_cast<int64_t>(data.size()));
    if (space == 0) return raise(thread, OSError, "ancillary data item too large");
    if (bytes_.size() + space > INT_MAX) return raise(thread, OSError, "too much ancillary data");
    cmsghdr header{};
    header.cmsg_len = CMSG_LEN(data.size());
    header.cmsg_level = level;
    header.cmsg_type = type;
    const size_t start = bytes_.size();
    bytes_.resize(start + space);
    std::memcpy(bytes_.data() + start, &header, sizeof header);
    copy_bytes(bytes_.data() + start + CMSG_LEN(0), data);
    return nothing;
  }
  void attach(msghdr& message) {
    message.msg_control = bytes_.empty() ? nullptr : bytes_.data();
    message.msg_controllen = bytes_.size();
  }

 private:
  std::vector<char> bytes_;
};

Status read_ancillary(Thread& thread, Value items, Control& control) {
  if (items.is_none()) return nothing;
  const Value iterator = iterate(thread, items, "sendmsg() argument 2 must be an iterable");
  TRY(iterator);
  for (;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return nothing;
    if (!is_tuple(item) || item.as<Tuple>()->size != 3) {
      return raise(thread, TypeError, "[sendmsg() ancillary data items must be tuples (cmsg_level, cmsg_type, cmsg_data)]");
    }
    const Tuple& parts = *item.as<Tuple>();
    const int level = TRY(argument_int(thread, parts.items[0])), type = TRY(argument_int(thread, parts.items[1]));
    BufferLease lease(thread);
    TRY(lease.acquire(parts.items[2]));
    TRY(control.add(thread, level, type, lease.view()));
  }
}

Value send_message(Thread& thread, Socket& self, Value buffers, Value ancillary, int flags, Value address_argument) {
  SocketAddress address;
  Pieces pieces;
  Control control;
  TRY(lease_all(thread, buffers, Buffer::kSimple, "sendmsg() argument 1 must be an iterable", pieces));
  if (!ancillary.is_empty()) TRY(read_ancillary(thread, ancillary, control));
  TRY(audit(thread, "socket.sendmsg", {&self, address_argument}));
  msghdr message{};
  if (!address_argument.is_none()) {
    TRY(read_address(thread, self, address_argument, "sendmsg", address));
    message.msg_name = &address.storage;
    message.msg_namelen = address.size;
  }
  message.msg_iov = pieces.vectors.data();
  message.msg_iovlen = pieces.vectors.size();
  control.attach(message);
  return make_int(TRY(socket_call(thread, self, Wait::ForWriting, [&] { return sendmsg(self.descriptor, &message, flags); })));
}

// The kernel's cryptography (AF_ALG): the operation, the vector and the length of associated data go as ancillary data.
Value send_to_algorithm(Thread& thread, Socket& self, Value buffers, Value operation_value, Value vector, Value associated, int flags) {
  if (self.family != AF_ALG) return raise(thread, OSError, "algset is only supported for AF_ALG");
  if (operation_value.is_empty()) return raise(thread, TypeError, "Invalid or missing argument 'op'");
  const int operation = TRY(argument_int(thread, operation_value));
  if (operation < 0) return raise(thread, TypeError, "Invalid or missing argument 'op'");
  Control control;
  TRY(control.add(thread, SOL_ALG, ALG_SET_OP, {reinterpret_cast<const char*>(&operation), sizeof operation}));
  if (!vector.is_none()) {
    BufferLease lease(thread);
    TRY(lease.acquire(vector));
    const auto size = static_cast<uint32_t>(lease.size());
    std::string layout(reinterpret_cast<const char*>(&size), sizeof size);
    layout += lease.view();
    TRY(control.add(thread, SOL_ALG, ALG_SET_IV, layout));
  }
  if (!associated.is_empty()) {
    const int length = TRY(argument_int(thread, associated));
    if (length < 0) return raise(thread, TypeError, "assoclen must be positive");
    TRY(control.add(thread, SOL_ALG, ALG_SET_AEAD_ASSOCLEN, {reinterpret_cast<const char*>(&length), sizeof length}));
  }
  Pieces pieces;
  if (!buffers.is_empty()) TRY(lease_all(thread, buffers, Buffer::kSimple, "sendmsg() argument 1 must be an iterable", pieces));
  msghdr message{};
  message.msg_iov = pieces.vectors.data();
  message.msg_iovlen = pieces.vectors.size();
  control.attach(message);
  return make_int(TRY(socket_call(thread, self, Wait::ForWriting, [&] { return sendmsg(self.descriptor, &message, flags); })));
}

const MethodRow rows[] = {
    method<receive_one>("!recvmsg($self, bufsize, ancbufsize=0, flags=0, /)", "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancillary data, flags, address)"),
    method<receive_into>("!recvmsg_into($self, buffers, ancbufsize=0, flags=0, /)", "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (count, ancillary data, flags, address)"),
    method<send_message>("!sendmsg($self, buffers, ancdata=<none>, flags=0, address=None, /)", "sendmsg(buffers[, ancillary data[, flags[, address]]]) -> count"),
    method<send_to_algorithm>("!sendmsg_afalg($self, /, msg=<none>, *, op=<none>, iv=None, assoclen=<none>, flags=0)", "sendmsg_afalg([buffers], *, op[, iv[, assoclen[, flags]]]) -> count"),
};

}  // namespace

std::span<const MethodRow> socket_message_rows() { return rows; }

}  // namespace minipy
