// _asyncio: the parts of asyncio that every step of every task goes through.
#include "Modules/asyncio/future.h"
#include "Modules/native_modules.h"

namespace minipy {
namespace {

Status initialize(Thread& thread, Module& module) {
  asyncio::define_future_types();
  asyncio::define_task_type();
  module_add_type(module, type_of_kind(ModuleKind::AsyncioFuture));
  module_add_type(module, type_of_kind(ModuleKind::AsyncioTask));
  return asyncio::add_loop_functions(thread, module);
}

}  // namespace

extern const ModuleSpec asyncio_module{"_asyncio", "The fast parts of asyncio.", {}, initialize};

}  // namespace minipy
