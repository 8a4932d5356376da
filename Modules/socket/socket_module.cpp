// _socket: sockets of the system. The library's socket module is built on it.
#include <linux/can.h>
#include <linux/can/bcm.h>
#include <linux/can/isotp.h>
#include <linux/can/j1939.h>
#include <linux/can/raw.h>
#include <linux/if_alg.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <linux/qrtr.h>
#include <linux/rds.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>

#include "Modules/native_modules.h"
#include "Modules/socket/socket.h"

namespace minipy {
namespace {

struct Constant {
  const char* name;
  int64_t value;
};
const Constant constants[] = {
#define CONSTANT(name) {#name, static_cast<int64_t>(name)},
#define NAMED(name, value) {name, value},
#include "Modules/socket/socket_constants.def"
#undef CONSTANT
#undef NAMED
};

Status initialize(Thread& thread, Module& module) {
  module_add_functions(module, socket_name_rows());
  module_add_functions(module, socket_function_rows());
  define_socket(module);
  module_add(module, "error", &OSError);
  module_add(module, "timeout", &TimeoutError);
  host_error = TRY(add_exception(thread, module, "socket", "herror", OSError));
  address_info_error = TRY(add_exception(thread, module, "socket", "gaierror", OSError));
  module_add(module, "has_ipv6", True);
  for (const Constant& constant : constants) module_add(module, constant.name, make_int(constant.value));
  return nothing;
}

}  // namespace

extern const ModuleSpec socket_module = {"_socket", "Sockets of the system, for the socket module.", {}, initialize};

}  // namespace minipy
