// The executable: the one place that knows every layer.
#include <sys/mman.h>

#include "Modules/native_modules.h"
#include "Objects/module_kinds.h"
#include "Objects/type.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

// Most pages of the program's variables are written at every start, the types' all of them. Taken in one go, before
// anybody has seen the file's own pages, they cost a tenth. (Older kernels know no such request.)
template <typename T, typename U>
void take_pages(T* start, U* end) {
  constexpr uintptr_t kPage = 4096;
  const uintptr_t first = reinterpret_cast<uintptr_t>(start) / kPage * kPage, last = reinterpret_cast<uintptr_t>(end);
  madvise(reinterpret_cast<void*>(first), last - first, MADV_POPULATE_WRITE);
}

}  // namespace
}  // namespace minipy

// The linker's marks: initialised variables, and the frozen modules behind them.
extern "C" char __data_start[], __start_frozen_objects[];

// Before the variables are initialised.
[[gnu::constructor(101)]] static void take_pages_of_variables() {
  minipy::take_pages(__data_start, __start_frozen_objects);
  minipy::take_pages(minipy::builtin_types, minipy::builtin_types + minipy::kKindCount);
}

int main(int argument_count, char** arguments) {
  return minipy::run_main(argument_count, arguments, minipy::find_native_module, minipy::native_module_names);
}
