// Names and numbers of hosts, services, protocols and interfaces; byte orders.
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <unistd.h>

#include <climits>
#include <cstring>
#include <vector>

#include "Modules/socket/socket.h"
#include "Objects/container_support.h"

namespace minipy {
namespace {

// ---- hosts ----

Result<std::string> service_argument(Thread& thread, Value port, bool& is_given) {
  is_given = true;
  if (is_any_int(port)) return to_utf8(TRY(str(thread, exact_int(port))));
  if (is_str(port)) return to_utf8_strict(thread, port.as<Str>());
  if (is_bytes(port)) return std::string(port.as<Bytes>()->view());
  if (!port.is_none()) return raise(thread, OSError, "Int or String expected");
  is_given = false;
  return std::string();
}

Value address_info(Thread& thread, Value host_value, Value port_value, int family, int type, int protocol, int flags) {
  std::string host;
  if (is_str(host_value) || is_bytes(host_value)) {
    host = TRY(host_argument(thread, host_value));
  } else if (!host_value.is_none()) {
    return raise(thread, TypeError, "getaddrinfo() argument 1 must be string or None");
  }
  bool has_service;
  const std::string service = TRY(service_argument(thread, port_value, has_service));
  TRY(audit(thread, "socket.getaddrinfo",
            {host_value, port_value, make_int(family), make_int(type), make_int(protocol)}));
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = type;
  hints.ai_protocol = protocol;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  int code;
  {
    const WithoutGil guard(thread);
    code = getaddrinfo(host_value.is_none() ? nullptr : host.c_str(), has_service ? service.c_str() : nullptr, &hints, &found);
  }
  if (code) return raise_address_info(thread, code);
  List* results = make_list();
  bool is_good = true;
  for (const addrinfo* one = found; one && is_good; one = one->ai_next) {
    SocketAddress address;
    std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
    address.size = one->ai_addrlen;
    const Value shown = address_value(thread, address, one->ai_protocol);
    is_good = !shown.is_empty() &&
              !list_append(thread, *results,
                           make_tuple({make_int(one->ai_family), make_int(one->ai_socktype), make_int(one->ai_protocol),
                                       make_str(one->ai_canonname ? one->ai_canonname : ""), shown})).failed();
  }
  freeaddrinfo(found);
  return is_good ? Value(results) : Value();
}

Value name_info(Thread& thread, Value address_argument, int flags) {
  if (!is_tuple(address_argument)) return raise(thread, TypeError, "getnameinfo() argument 1 must be a tuple");
  const Tuple& items = *address_argument.as<Tuple>();
  if (items.size < 2 || items.size > 4 || !is_str(items.items[0])) {
    return raise(thread, TypeError, "getnameinfo(): illegal sockaddr argument");
  }
  TRY(audit(thread, "socket.getnameinfo", {address_argument}));
  const std::string host = TRY(to_utf8_strict(thread, items.items[0].as<Str>()));
  const int port = TRY(argument_int(thread, items.items[1]));
  const int64_t flow = items.size > 2 ? TRY(argument_int64(thread, items.items[2])) : 0;
  const int64_t scope = items.size > 3 ? TRY(argument_int64(thread, items.items[3])) : 0;
  if (flow < 0 || flow > 0xFFFFF) return raise(thread, OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  const int code = getaddrinfo(host.c_str(), service.c_str(), &hints, &found);
  if (code) return raise_address_info(thread, code);
  SocketAddress address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  const bool has_more = found->ai_next;
  freeaddrinfo(found);
  if (has_more) return raise(thread, OSError, "sockaddr resolved to multiple addresses");
  if (address.any.sa_family == AF_INET && items.size != 2) return raise(thread, OSError, "IPv4 sockaddr must be 2 tuple");
  if (address.any.sa_family == AF_INET6) {
    address.inet6.sin6_flowinfo = htonl(static_cast<uint32_t>(flow));
    address.inet6.sin6_scope_id = static_cast<uint32_t>(scope);
  }
  char host_name[NI_MAXHOST], service_name[NI_MAXSERV];
  const int named = getnameinfo(&address.any, address.size, host_name, sizeof host_name, service_name, sizeof service_name, flags);
  if (named) return raise_address_info(thread, named);
  return make_tuple({from_filename(host_name), from_filename(service_name)});
}

Value host_number(Thread& thread, Value host) {
  SocketAddress address;
  const std::string name = TRY(host_argument(thread, host));
  TRY(audit(thread, "socket.gethostbyname", {host}));
  TRY(resolve_host(thread, name, AF_INET, address));
  return host_text(address);
}

Failure raise_host(Thread& thread, int code) {
  const Value exception = call(thread, host_error, {make_int(code), make_str(hstrerror(code))});
  return exception.is_empty() ? error : raise_exception(thread, exception);
}

// (name, other names, addresses) of an entry of the hosts database.
Value host_entry(Thread& thread, const hostent* entry, int code) {
  if (!entry) return raise_host(thread, code);
  List *aliases = make_list(), *addresses = make_list();
  for (char** alias = entry->h_aliases; alias && *alias; ++alias) TRY(list_append(thread, *aliases, from_filename(*alias)));
  for (char** number = entry->h_addr_list; number && *number; ++number) {
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(entry->h_addrtype, *number, text, sizeof text);
    TRY(list_append(thread, *addresses, make_str(text)));
  }
  return make_tuple({from_filename(entry->h_name), aliases, addresses});
}

Value host_by_name(Thread& thread, Value host) {
  const std::string name = TRY(host_argument(thread, host));
  TRY(audit(thread, "socket.gethostbyname", {host}));
  SocketAddress address;
  TRY(resolve_host(thread, name, AF_INET, address));
  hostent entry, *found = nullptr;
  std::vector<char> room(16384);
  int code = 0;
  {
    const WithoutGil guard(thread);
    gethostbyname_r(name.c_str(), &entry, room.data(), room.size(), &found, &code);
  }
  return host_entry(thread, found, code);
}

Value host_by_address(Thread& thread, Value host) {
  SocketAddress address;
  const std::string name = TRY(host_argument(thread, host));
  TRY(audit(thread, "socket.gethostbyaddr", {host}));
  TRY(resolve_host(thread, name, AF_UNSPEC, address));
  const bool is_old = address.any.sa_family == AF_INET;
  if (!is_old && address.any.sa_family != AF_INET6) return raise(thread, OSError, "unsupported address family");
  hostent entry, *found = nullptr;
  std::vector<char> room(16384);
  int code = 0;
  {
    const WithoutGil guard(thread);
    const void* number = is_old ? static_cast<void*>(&address.inet.sin_addr) : &address.inet6.sin6_addr;
    gethostbyaddr_r(number, is_old ? sizeof(in_addr) : sizeof(in6_addr), address.any.sa_family, &entry, room.data(),
                    room.size(), &found, &code);
  }
  return host_entry(thread, found, code);
}

Value host_name(Thread& thread) {
  TRY(audit(thread, "socket.gethostname", {}));
  char name[1024];
  if (gethostname(name, sizeof name - 1) < 0) return raise_os_error(thread, errno);
  name[sizeof name - 1] = 0;
  return from_filename(name);
}
Status set_host_name(Thread& thread, Value name) {
  const std::string text = TRY(to_filename(thread, name));
  TRY(audit(thread, "socket.sethostname", {name}));
  if (sethostname(text.c_str(), text.size()) < 0) return raise_os_error(thread, errno);
  return nothing;
}

// ---- services and protocols ----

Value service_by_name(Thread& thread, Module&, Str& name, Str* protocol) {
  const std::string service = to_utf8(&name), of = protocol ? to_utf8(protocol) : "";
  TRY(audit(thread, "socket.getservbyname", {&name, protocol ? Value(protocol) : None}));
  const servent* found = getservbyname(service.c_str(), protocol ? of.c_str() : nullptr);
  if (!found) return raise(thread, OSError, "service/proto not found");
  return make_int(ntohs(static_cast<uint16_t>(found->s_port)));
}
Value service_by_port(Thread& thread, int port, Str* protocol) {
  if (port < 0 || port > 0xFFFF) return raise(thread, OverflowError, "getservbyport: port must be 0-65535.");
  const std::string of = protocol ? to_utf8(protocol) : "";
  TRY(audit(thread, "socket.getservbyport", {make_int(port), protocol ? Value(protocol) : None}));
  const servent* found = getservbyport(htons(static_cast<uint16_t>(port)), protocol ? of.c_str() : nullptr);
  if (!found) return raise(thread, OSError, "port/proto not found");
  return make_str(found->s_name);
}
Value protocol_by_name(Thread& thread, Module&, Str& name) {
  const protoent* found = getprotobyname(to_utf8(&name).c_str());
  if (!found) return raise(thread, OSError, "protocol not found");
  return make_int(found->p_proto);
}

// ---- interfaces ----

Value interfaces(Thread& thread) {
  struct if_nameindex* all = if_nameindex();
  if (!all) return raise_os_error(thread, errno);
  List* list = make_list();
  bool is_good = true;
  for (const struct if_nameindex* one = all; one->if_index && is_good; ++one) {
    is_good = !list_append(thread, *list, make_tuple({make_int(one->if_index), from_filename(one->if_name)})).failed();
  }
  if_freenameindex(all);
  return is_good ? Value(list) : Value();
}
Value interface_number(Thread& thread, Value name) {
  const unsigned number = if_nametoindex(TRY(to_filename(thread, name)).c_str());
  if (number == 0) return raise(thread, OSError, "no interface with this name");
  return make_int(number);
}
Value interface_name(Thread& thread, int64_t number) {
  char name[IF_NAMESIZE];
  if (number < 0 || number > UINT_MAX || !if_indextoname(static_cast<unsigned>(number), name)) {
    return raise_os_error(thread, number < 0 || number > UINT_MAX ? ENXIO : errno);
  }
  return from_filename(name);
}

// ---- numbers ----

template <auto swap, bool to_host>
Value swap_short(Thread& thread, int64_t value) {
  const char* name = to_host ? "ntohs" : "htons";
  if (value < 0) return raise(thread, OverflowError, "{}: can't convert negative Python int to C 16-bit unsigned integer", name);
  if (value > 0xFFFF) return raise(thread, OverflowError, "{}: Python int too large to convert to C 16-bit unsigned integer", name);
  return make_int(swap(static_cast<uint16_t>(value)));
}
template <auto swap>
Value swap_long(Thread& thread, Value value) {
  if (!is_any_int(value)) return raise(thread, TypeError, "expected int, {} found", type_of(value));
  if (int_sign(value) < 0) return raise(thread, OverflowError, "can't convert negative value to unsigned int");
  const std::optional<uint64_t> number = int_to_uint64(value);
  if (!number) return raise(thread, OverflowError, "Python int too large to convert to C unsigned long");
  if (*number > UINT32_MAX) return raise(thread, OverflowError, "int larger than 32 bits");
  return make_int(swap(static_cast<uint32_t>(*number)));
}

// Functions of <arpa/inet.h>, some of which are macros.
uint16_t swap16(uint16_t value) { return htons(value); }
uint32_t swap32(uint32_t value) { return htonl(value); }

Value address_to_number(Thread& thread, Module&, Str& text) {
  in_addr number;
  if (!inet_aton(to_utf8(&text).c_str(), &number)) return raise(thread, OSError, "illegal IP address string passed to inet_aton");
  return bytes_result(thread, {reinterpret_cast<char*>(&number), sizeof number});
}
Value number_to_address(Thread& thread, Value packed) {
  BufferLease lease(thread);
  TRY(lease.acquire(packed));
  if (lease.size() != 4) return raise(thread, OSError, "packed IP wrong length for inet_ntoa");
  char text[INET_ADDRSTRLEN];
  return make_str(inet_ntop(AF_INET, lease.data(), text, sizeof text));
}
Value presentation_to_number(Thread& thread, int family, Str& text) {
  uint8_t number[sizeof(in6_addr)];
  const int result = inet_pton(family, to_utf8(&text).c_str(), number);
  if (result < 0) return raise_os_error(thread, errno);
  if (result == 0) return raise(thread, OSError, "illegal IP address string passed to inet_pton");
  return bytes_result(thread, {reinterpret_cast<char*>(number), family == AF_INET ? size_t{4} : size_t{16}});
}
Value number_to_presentation(Thread& thread, int family, Value packed) {
  BufferLease lease(thread);
  TRY(lease.acquire(packed));
  if (family != AF_INET && family != AF_INET6) return raise(thread, ValueError, "unknown address family {}", family);
  if (lease.size() != (family == AF_INET ? 4 : 16)) return raise(thread, ValueError, "invalid length of packed IP address string");
  char text[INET6_ADDRSTRLEN];
  if (!inet_ntop(family, lease.data(), text, sizeof text)) return raise_os_error(thread, errno);
  return make_str(text);
}

Value control_length(Thread& thread, int64_t size) {
  if (size < 0 || size > INT_MAX - static_cast<int64_t>(CMSG_LEN(0))) return raise(thread, OverflowError, "CMSG_LEN() argument out of range");
  return make_int(static_cast<int64_t>(CMSG_LEN(static_cast<size_t>(size))));
}
Value control_space(Thread& thread, int64_t size) {
  if (size < 0 || size > INT_MAX - static_cast<int64_t>(CMSG_SPACE(1))) return raise(thread, OverflowError, "CMSG_SPACE() argument out of range");
  return make_int(static_cast<int64_t>(CMSG_SPACE(static_cast<size_t>(size))));
}

const MethodRow rows[] = {
    function<control_length>("!CMSG_LEN($module, length, /)", "CMSG_LEN(length) -> length of a control message with so much data"),
    function<control_space>("!CMSG_SPACE($module, length, /)", "CMSG_SPACE(length) -> room that a control message with so much data takes"),
    function<address_info>("!getaddrinfo($module, /, host, port, family=0, type=0, proto=0, flags=0)", "getaddrinfo(host, port [, family, type, proto, flags]) -> [(family, type, proto, canonical name, address)]"),
    function<host_by_address>("!gethostbyaddr($module, host, /)", "gethostbyaddr(host) -> (name, aliases, addresses)"),
    function<host_number>("!gethostbyname($module, host, /)", "gethostbyname(host) -> address"),
    function<host_by_name>("!gethostbyname_ex($module, host, /)", "gethostbyname_ex(host) -> (name, aliases, addresses)"),
    function<host_name>("!gethostname($module, /)", "gethostname() -> str"),
    function<name_info>("!getnameinfo($module, sockaddr, flags, /)", "getnameinfo(address, flags) -> (host, port)"),
    function<protocol_by_name>("!getprotobyname($module, name, /)", "getprotobyname(name) -> int"),
    function<service_by_name>("!getservbyname($module, servicename, protocolname=None, /)", "getservbyname(service[, protocol]) -> port"),
    function<service_by_port>("!getservbyport($module, port, protocolname=None, /)", "getservbyport(port[, protocol]) -> service"),
    function<swap_long<swap32>>("!htonl($module, x, /)", "htonl(x) -> 32 bits in the network's byte order"),
    function<swap_short<swap16, false>>("!htons($module, x, /)", "htons(x) -> 16 bits in the network's byte order"),
    function<interface_name>("!if_indextoname($module, index, /)", "if_indextoname(index) -> name of the interface"),
    function<interfaces>("!if_nameindex($module, /)", "if_nameindex() -> [(index, name)] of all interfaces"),
    function<interface_number>("!if_nametoindex($module, name, /)", "if_nametoindex(name) -> index of the interface"),
    function<address_to_number>("!inet_aton($module, string, /)", "inet_aton('1.2.3.4') -> four bytes"),
    function<number_to_address>("!inet_ntoa($module, packed, /)", "inet_ntoa(four bytes) -> '1.2.3.4'"),
    function<number_to_presentation>("!inet_ntop($module, family, packed, /)", "inet_ntop(family, bytes) -> str"),
    function<presentation_to_number>("!inet_pton($module, family, string, /)", "inet_pton(family, str) -> bytes"),
    function<swap_long<swap32>>("!ntohl($module, x, /)", "ntohl(x) -> 32 bits in the host's byte order"),
    function<swap_short<swap16, true>>("!ntohs($module, x, /)", "ntohs(x) -> 16 bits in the host's byte order"),
    function<set_host_name>("!sethostname($module, name, /)", "sethostname(name)"),
};

}  // namespace

std::span<const MethodRow> socket_name_rows() { return rows; }

}  // namespace minipy
