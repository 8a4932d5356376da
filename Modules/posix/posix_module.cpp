// posix, put together from the files beside this one.
#include <dlfcn.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sysexits.h>
#include <unistd.h>
#include <linux/limits.h>
#include <linux/memfd.h>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"
#include "Objects/module_kinds.h"

// Names that posix has of its own.
#define POSIX_SPAWN_OPEN 0
#define POSIX_SPAWN_CLOSE 1
#define POSIX_SPAWN_DUP2 2
#ifndef XATTR_SIZE_MAX
#define XATTR_SIZE_MAX 65536
#endif

namespace minipy {
namespace {

struct ConstantRow {
  const char* name;
  int64_t value;
};
const ConstantRow constants[] = {
#define POSIX_CONSTANT(name) {#name, static_cast<int64_t>(name)},
#include "Modules/posix/constants.def"
#undef POSIX_CONSTANT
};

const char* const available_functions[] = {
    "HAVE_EVENTFD", "HAVE_FACCESSAT", "HAVE_FCHDIR",   "HAVE_FCHMOD",      "HAVE_FCHMODAT",   "HAVE_FCHOWN",   "HAVE_FCHOWNAT",
    "HAVE_FDOPENDIR", "HAVE_FEXECVE",  "HAVE_FPATHCONF",   "HAVE_FSTATAT",    "HAVE_FSTATVFS", "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS", "HAVE_FUTIMES", "HAVE_FUTIMESAT",  "HAVE_LINKAT",   "HAVE_LCHOWN",      "HAVE_LSTAT",      "HAVE_LUTIMES",  "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",   "HAVE_MKFIFOAT", "HAVE_MKNODAT",     "HAVE_OPENAT",     "HAVE_READLINKAT", "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT"};

Status initialize(Thread& thread, Module& module) {
  define_folder_types();
  for (auto rows : {posix_file_rows(), posix_path_rows(), posix_status_rows(), posix_folder_rows(),
                    posix_process_rows(), posix_identity_rows(), posix_environment_rows(), posix_scheduling_rows()}) {
    module_add_functions(module, rows);
  }
  for (const ConstantRow& row : constants) module_add(module, row.name, make_int(row.value));
  List* available = make_list();
  for (const char* name : available_functions) TRY(list_append(thread, *available, make_str(name)));
  module_add(module, "_have_functions", available);
  module_add(module, "error", &OSError);
  module_add_type(module, type_of_kind(ModuleKind::DirectoryEntry));
  add_posix_types(module);
  add_scheduling_types(module);
  add_configuration_names(module);
  module_add(module, "terminal_size", &terminal_size_type());
  module_add(module, "waitid_result", &waitid_result_type());
  return nothing;
}

}  // namespace

extern const ModuleSpec posix_module = {
    .name = "posix",
    .doc = "The operating system's functions; programs use them through the module os.",
    .functions = {},
    .initialize = initialize,
};

}  // namespace minipy
