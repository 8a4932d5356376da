// Addresses: from Python's forms to the system's and back.
#include <arpa/inet.h>
#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/netlink.h>
#include <linux/qrtr.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netdb.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>

#include <cstddef>
#include <cstring>

#include "Modules/socket/socket.h"
#include "Objects/copy_bytes.h"

namespace minipy {

Type* address_info_error;
Type* host_error;

Failure raise_address_info(Thread& thread, int code) {
  if (code == EAI_SYSTEM) return raise_os_error(thread, errno);
  const Value exception = call(thread, address_info_error, {make_int(code), make_str(gai_strerror(code))});
  return exception.is_empty() ? error : raise_exception(thread, exception);
}

Value host_text(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN];
  const void* number = address.any.sa_family == AF_INET ? static_cast<const void*>(&address.inet.sin_addr)
                                                        : static_cast<const void*>(&address.inet6.sin6_addr);
  if (!inet_ntop(address.any.sa_family, number, text, sizeof text)) return make_str("");
  return make_str(text);
}

Result<std::string> host_argument(Thread& thread, Value host) {
  std::string name;
  if (is_bytes(host)) {
    name = host.as<Bytes>()->view();
  } else if (is_bytearray(host)) {
    name = {reinterpret_cast<char*>(host.as<Bytearray>()->data()), host.as<Bytearray>()->size};
  } else if (is_str(host)) {
    if (host.as<Str>()->is_ascii()) {
      name = host.as<Str>()->ascii_view();
    } else {
      const Value encoded = call_method(thread, host, "encode", {make_str("idna")});
      if (encoded.is_empty()) {
        take_exception(thread);
        return raise(thread, TypeError, "encoding of hostname failed");
      }
      name = encoded.as<Bytes>()->view();
    }
  } else {
    return raise(thread, TypeError, "str, bytes or bytearray expected, not {}", type_of(host));
  }
  if (name.find('\0') != std::string::npos) return raise(thread, TypeError, "host name must not contain null character");
  return name;
}

namespace {

void copy_result(const addrinfo& found, SocketAddress& address) {
  std::memcpy(&address.storage, found.ai_addr, found.ai_addrlen);
  address.size = found.ai_addrlen;
}

Status ask_resolver(Thread& thread, const char* host, const char* service, addrinfo hints, bool is_only, SocketAddress& address) {
  addrinfo* found = nullptr;
  int code;
  {
    const WithoutGil guard(thread);
    code = getaddrinfo(host, service, &hints, &found);
  }
  if (code) return raise_address_info(thread, code);
  const bool has_more = found->ai_next;
  copy_result(*found, address);
  freeaddrinfo(found);
  if (is_only && has_more) return raise(thread, OSError, "wildcard resolved to multiple address");
  return nothing;
}

}  // namespace

Status resolve_host(Thread& thread, const std::string& host, int family, SocketAddress& address) {
  addrinfo hints{};
  hints.ai_family = family;
  if (host.empty()) {
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_flags = AI_PASSIVE;
    return ask_resolver(thread, nullptr, "0", hints, true, address);
  }
  if (host == "255.255.255.255" || host == "<broadcast>") {
    if (family != AF_INET && family != AF_UNSPEC) return raise(thread, OSError, "address family mismatched");
    address.inet = {};
    address.inet.sin_family = AF_INET;
    address.inet.sin_addr.s_addr = INADDR_BROADCAST;
    address.size = sizeof address.inet;
    return nothing;
  }
  if ((family == AF_INET || family == AF_UNSPEC) && inet_pton(AF_INET, host.c_str(), &address.inet.sin_addr) > 0) {
    address.inet.sin_family = AF_INET;
    address.size = sizeof address.inet;
    return nothing;
  }
  // A scope ("%eth0") is for the resolver.
  if ((family == AF_INET6 || family == AF_UNSPEC) && host.find('%') == std::string::npos) {
    in6_addr number;
    if (inet_pton(AF_INET6, host.c_str(), &number) > 0) {
      address.inet6 = {};
      address.inet6.sin6_family = AF_INET6;
      address.inet6.sin6_addr = number;
      address.size = sizeof address.inet6;
      return nothing;
    }
  }
  return ask_resolver(thread, host.c_str(), nullptr, hints, false, address);
}

// ---- to Python ----

namespace {

Value local_address(const SocketAddress& address) {
  const size_t head = offsetof(sockaddr_un, sun_path);
  const size_t size = address.size > head ? address.size - head : 0;
  const char* path = address.local.sun_path;
  if (size > 0 && path[0] == 0) return make_bytes({path, size});  // an abstract name of Linux
  return from_filename({path, strnlen(path, size)});
}

Value packet_address(Thread& thread, const SocketAddress& address) {
  const auto& packet = reinterpret_cast<const sockaddr_ll&>(address.storage);
  char name[IF_NAMESIZE] = "";
  if (packet.sll_ifindex) if_indextoname(static_cast<unsigned>(packet.sll_ifindex), name);
  return make_tuple({make_str(name), make_int(ntohs(packet.sll_protocol)), make_int(packet.sll_pkttype),
                     make_int(packet.sll_hatype),
                     TRY(bytes_result(thread, {reinterpret_cast<const char*>(packet.sll_addr), packet.sll_halen}))});
}

Value can_address(const SocketAddress& address, int protocol) {
  const auto& can = reinterpret_cast<const sockaddr_can&>(address.storage);
  char name[IF_NAMESIZE] = "";
  if (can.can_ifindex) if_indextoname(static_cast<unsigned>(can.can_ifindex), name);
  if (protocol == CAN_ISOTP) {
    return make_tuple({make_str(name), make_int(can.can_addr.tp.rx_id), make_int(can.can_addr.tp.tx_id)});
  }
  if (protocol == CAN_J1939) {
    return make_tuple({make_str(name), make_uint(can.can_addr.j1939.name), make_int(can.can_addr.j1939.pgn),
                       make_int(can.can_addr.j1939.addr)});
  }
  return make_tuple({make_str(name)});
}

}  // namespace

Value address_value(Thread& thread, const SocketAddress& address, int protocol) {
  if (address.size == 0) return None;
  switch (address.any.sa_family) {
    case AF_INET: return make_tuple({host_text(address), make_int(ntohs(address.inet.sin_port))});
    case AF_INET6:
      return make_tuple({host_text(address), make_int(ntohs(address.inet6.sin6_port)),
                         make_int(ntohl(address.inet6.sin6_flowinfo)), make_int(address.inet6.sin6_scope_id)});
    case AF_UNIX: return local_address(address);
    case AF_PACKET: return packet_address(thread, address);
    case AF_CAN: return can_address(address, protocol);
    case AF_NETLINK: {
      const auto& netlink = reinterpret_cast<const sockaddr_nl&>(address.storage);
      return make_tuple({make_int(netlink.nl_pid), make_int(netlink.nl_groups)});
    }
    case AF_VSOCK: {
      const auto& machine = reinterpret_cast<const sockaddr_vm&>(address.storage);
      return make_tuple({make_int(machine.svm_cid), make_int(machine.svm_port)});
    }
    case AF_QIPCRTR: {
      const auto& router = reinterpret_cast<const sockaddr_qrtr&>(address.storage);
      return make_tuple({make_int(router.sq_node), make_int(router.sq_port)});
    }
    default:  // a family that Python does not know: its number and the raw bytes
      return make_tuple({make_int(address.any.sa_family),
                         TRY(bytes_result(thread, {address.any.sa_data, address.size - sizeof(sa_family_t)}))});
  }
}

// ---- from Python ----

namespace {

Result<const Tuple*> address_tuple(Thread& thread, Value value, const char* caller, const char* family, size_t least,
                                   size_t most, const char* shape) {
  if (!is_tuple(value)) return raise(thread, TypeError, "{}(): {} address must be tuple, not {}", caller, family, type_of(value));
  const Tuple* items = value.as<Tuple>();
  if (items->size < least || items->size > most) return raise(thread, TypeError, "{}", shape);
  return items;
}

Result<uint16_t> port_argument(Thread& thread, Value value, const char* caller) {
  const int64_t port = TRY(argument_int64(thread, value));
  if (port < 0 || port > 0xFFFF) return raise(thread, OverflowError, "{}(): port must be 0-65535.", caller);
  return htons(static_cast<uint16_t>(port));
}

Status read_inet(Thread& thread, Value value, const char* caller, SocketAddress& address) {
  const Tuple& pair = *TRY(address_tuple(thread, value, caller, "AF_INET", 2, 2, "AF_INET address must be a pair (host, port)"));
  const std::string host = TRY(host_argument(thread, pair.items[0]));
  const uint16_t port = TRY(port_argument(thread, pair.items[1], caller));
  TRY(resolve_host(thread, host, AF_INET, address));
  address.inet.sin_family = AF_INET;
  address.inet.sin_port = port;
  address.size = sizeof address.inet;
  return nothing;
}

Status read_inet6(Thread& thread, Value value, const char* caller, SocketAddress& address) {
  const Tuple& items = *TRY(address_tuple(thread, value, caller, "AF_INET6", 2, 4,
                                          "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"));
  const std::string host = TRY(host_argument(thread, items.items[0]));
  const uint16_t port = TRY(port_argument(thread, items.items[1], caller));
  const int64_t flow = items.size > 2 ? TRY(argument_int64(thread, items.items[2])) : 0;
  const int64_t scope = items.size > 3 ? TRY(argument_int64(thread, items.items[3])) : 0;
  if (flow < 0 || flow > 0xFFFFF) return raise(thread, OverflowError, "{}(): flowinfo must be 0-1048575.", caller);
  TRY(resolve_host(thread, host, AF_INET6, address));
  address.inet6.sin6_family = AF_INET6;
  address.inet6.sin6_port = port;
  address.inet6.sin6_flowinfo = htonl(static_cast<uint32_t>(flow));
  address.inet6.sin6_scope_id = static_cast<uint32_t>(scope);
  address.size = sizeof address.inet6;
  return nothing;
}

Status read_local(Thread& thread, Value value, SocketAddress& address) {
  BufferLease lease(thread);
  std::string path;
  if (is_str(value)) {
    const Value encoded = call_method(thread, value, "encode", {make_str("utf-8"), make_str("surrogateescape")});
    path = TRY(encoded).as<Bytes>()->view();
  } else {
    TRY(lease.acquire(value));
    path = lease.view();
  }
  sockaddr_un& local = address.local;
  const bool is_abstract = !path.empty() && path[0] == 0;
  if (path.size() > sizeof local.sun_path || (!is_abstract && path.size() == sizeof local.sun_path)) {
    return raise(thread, OSError, "AF_UNIX path too long");
  }
  local = {};
  local.sun_family = AF_UNIX;
  copy_bytes(local.sun_path, path);
  // Without a name the kernel finds one.
  const bool has_end = !is_abstract && !path.empty();
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (has_end ? 1 : 0));
  return nothing;
}

// Pairs of numbers: AF_NETLINK, AF_VSOCK, AF_QIPCRTR.
Status read_pair(Thread& thread, Value value, const char* caller, const char* family, const char* shape, uint32_t* numbers) {
  const Tuple& pair = *TRY(address_tuple(thread, value, caller, family, 2, 2, shape));
  for (int i = 0; i < 2; ++i) {
    const Value number = TRY(number_index(thread, pair.items[i]));
    numbers[i] = static_cast<uint32_t>(int_and(number, Value::from_int(0xFFFFFFFF)).as_int());
  }
  return nothing;
}

// The number of a network interface; "" is any.
Result<int> interface_index(Thread& thread, int descriptor, Value name_value) {
  const std::string name = TRY(host_argument(thread, name_value));
  if (name.empty()) return 0;
  ifreq request{};
  if (name.size() >= sizeof request.ifr_name) return raise(thread, OSError, "AF_CAN interface name too long");
  std::memcpy(request.ifr_name, name.c_str(), name.size() + 1);
  if (ioctl(descriptor, SIOCGIFINDEX, &request) < 0) return raise_os_error(thread, errno);
  return request.ifr_ifindex;
}

Status read_packet(Thread& thread, const Socket& socket, Value value, const char* caller, SocketAddress& address) {
  const Tuple& items = *TRY(address_tuple(thread, value, caller, "AF_PACKET", 2, 5,
                                          "AF_PACKET address must be a tuple of two to five elements"));
  const int64_t protocol = TRY(argument_int64(thread, items.items[1]));
  const int index = TRY(interface_index(thread, socket.descriptor, items.items[0]));
  if (protocol < 0 || protocol > 0xFFFF) return raise(thread, OverflowError, "{}(): proto must be 0-65535.", caller);
  auto& packet = reinterpret_cast<sockaddr_ll&>(address.storage);
  packet = {};
  packet.sll_family = AF_PACKET;
  packet.sll_protocol = htons(static_cast<uint16_t>(protocol));
  packet.sll_ifindex = index;
  if (items.size > 2) packet.sll_pkttype = static_cast<uint8_t>(TRY(argument_int(thread, items.items[2])));
  if (items.size > 3) packet.sll_hatype = static_cast<uint16_t>(TRY(argument_int(thread, items.items[3])));
  if (items.size > 4) {
    BufferLease lease(thread);
    TRY(lease.acquire(items.items[4]));
    if (lease.size() > 8) return raise(thread, ValueError, "hardware address must be 8 bytes or less");
    packet.sll_halen = static_cast<uint8_t>(lease.size());
    copy_bytes(packet.sll_addr, lease);
  }
  address.size = sizeof packet;
  return nothing;
}

Status read_can(Thread& thread, const Socket& socket, Value value, const char* caller, SocketAddress& address) {
  const size_t count = socket.protocol == CAN_ISOTP ? 3 : socket.protocol == CAN_J1939 ? 4 : 1;
  const Tuple& items = *TRY(address_tuple(thread, value, caller, "AF_CAN", count, count,
                                          count == 1 ? "AF_CAN address must be a tuple (interface, )"
                                                     : "AF_CAN address has the wrong number of elements"));
  auto& can = reinterpret_cast<sockaddr_can&>(address.storage);
  can = {};
  can.can_family = AF_CAN;
  can.can_ifindex = TRY(interface_index(thread, socket.descriptor, items.items[0]));
  uint64_t numbers[3] = {};
  for (size_t i = 1; i < count; ++i) numbers[i - 1] = int_to_uint64(TRY(number_index(thread, items.items[i]))).value_or(0);
  if (socket.protocol == CAN_ISOTP) {
    can.can_addr.tp.rx_id = static_cast<canid_t>(numbers[0]);
    can.can_addr.tp.tx_id = static_cast<canid_t>(numbers[1]);
  } else if (socket.protocol == CAN_J1939) {
    can.can_addr.j1939.name = numbers[0];
    can.can_addr.j1939.pgn = static_cast<uint32_t>(numbers[1]);
    can.can_addr.j1939.addr = static_cast<uint8_t>(numbers[2]);
  }
  address.size = sizeof can;
  return nothing;
}

Status read_algorithm(Thread& thread, Value value, const char* caller, SocketAddress& address) {
  const Tuple& items = *TRY(address_tuple(thread, value, caller, "AF_ALG", 2, 4,
                                          "AF_ALG address must have a format (type, name[, feat[, mask]])"));
  auto& algorithm = reinterpret_cast<sockaddr_alg&>(address.storage);
  algorithm = {};
  algorithm.salg_family = AF_ALG;
  const std::string type = TRY(host_argument(thread, items.items[0])), name = TRY(host_argument(thread, items.items[1]));
  if (type.size() >= sizeof algorithm.salg_type) return raise(thread, ValueError, "AF_ALG type too long.");
  if (name.size() >= sizeof algorithm.salg_name) return raise(thread, ValueError, "AF_ALG name too long.");
  std::memcpy(algorithm.salg_type, type.c_str(), type.size());
  std::memcpy(algorithm.salg_name, name.c_str(), name.size());
  if (items.size > 2) algorithm.salg_feat = static_cast<uint32_t>(TRY(argument_int64(thread, items.items[2])));
  if (items.size > 3) algorithm.salg_mask = static_cast<uint32_t>(TRY(argument_int64(thread, items.items[3])));
  address.size = sizeof algorithm;
  return nothing;
}

}  // namespace

Status read_address(Thread& thread, const Socket& socket, Value value, const char* caller, SocketAddress& address) {
  uint32_t numbers[2];
  switch (socket.family) {
    case AF_INET: return read_inet(thread, value, caller, address);
    case AF_INET6: return read_inet6(thread, value, caller, address);
    case AF_UNIX: return read_local(thread, value, address);
    case AF_PACKET: return read_packet(thread, socket, value, caller, address);
    case AF_CAN: return read_can(thread, socket, value, caller, address);
    case AF_ALG: return read_algorithm(thread, value, caller, address);
    case AF_NETLINK: {
      TRY(read_pair(thread, value, caller, "AF_NETLINK", "AF_NETLINK address must be a pair (pid, groups)", numbers));
      auto& netlink = reinterpret_cast<sockaddr_nl&>(address.storage);
      netlink = {};
      netlink.nl_family = AF_NETLINK;
      netlink.nl_pid = numbers[0];
      netlink.nl_groups = numbers[1];
      address.size = sizeof netlink;
      return nothing;
    }
    case AF_VSOCK: {
      TRY(read_pair(thread, value, caller, "AF_VSOCK", "AF_VSOCK address must be a pair (CID, port)", numbers));
      auto& machine = reinterpret_cast<sockaddr_vm&>(address.storage);
      machine = {};
      machine.svm_family = AF_VSOCK;
      machine.svm_cid = numbers[0];
      machine.svm_port = numbers[1];
      address.size = sizeof machine;
      return nothing;
    }
    case AF_QIPCRTR: {
      TRY(read_pair(thread, value, caller, "AF_QIPCRTR", "AF_QIPCRTR address must be a pair (node, port)", numbers));
      auto& router = reinterpret_cast<sockaddr_qrtr&>(address.storage);
      router = {};
      router.sq_family = AF_QIPCRTR;
      router.sq_node = numbers[0];
      router.sq_port = numbers[1];
      address.size = sizeof router;
      return nothing;
    }
    default: return raise(thread, OSError, "{}(): bad family", caller);
  }
}

}  // namespace minipy
