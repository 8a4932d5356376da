// Functions of Python that C can call.
#include <cerrno>
#include <cstring>

#define GC_THREADS
#include <gc/gc.h>

#include "Modules/ctypes/ctypes.h"
#include "Objects/thread_states.h"
#include "VM/interface.h"
#include "VM/runtime.h"
#include "VM/threads.h"

namespace minipy::ctypes {
namespace {

struct Thunk : Object {
  static constexpr Kind kKind = ModuleKind::CtypesThunk;
  ffi_closure* closure;  // executable memory of libffi
  ffi_cif interface;
  ffi_type** types;  // of the arguments
  Value callable;
  Tuple* argument_types;
  Value result_type;
  int64_t flags;
};

// The calling thread as one that may run Python: a thread that C has made becomes one for the time
// of the call.
class CallbackScope {
 public:
  CallbackScope() {
    is_foreign_ = current_thread_pointer == nullptr;
    if (is_foreign_) {
      // Without the GIL nothing may be collected.
      GC_disable();
      GC_stack_base base;
      GC_get_stack_base(&base);
      GC_register_my_thread(&base);
      thread_ = allocate_thread();
      GC_enable();
      enter_thread(*thread_);
    } else {
      thread_ = &current_thread();
      takes_gil_ = !has_gil(*thread_);
      if (takes_gil_) take_gil(*thread_);
    }
    outer_ = take_exception(*thread_);
  }
  ~CallbackScope() {
    thread_->exception = outer_;
    if (takes_gil_) release_gil(*thread_);
    if (is_foreign_) {
      leave_thread(*thread_);
      GC_unregister_my_thread();
    }
  }
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;
  Thread& thread() { return *thread_; }

 private:
  Thread* thread_;
  Value outer_;
  bool is_foreign_, takes_gil_ = false;
};

Value argument_value(Thread& thread, Value type, void* memory) {
  const TypeInfo* info = info_of(type);
  if (!info) return raise(thread, TypeError, "cannot build parameter");
  if (info->get && converts_implicitly(*type.as<Type>(), *info))
    return info->get(thread, memory, info->size);
  const Value made = TRY(call(thread, type));
  if (!is_cdata(made)) return raise(thread, TypeError, "unexpected result of create argument");
  CData& data = *made.as<CData>();
  std::memcpy(data.data, memory, static_cast<size_t>(std::min(info->size, data.size)));
  return made;
}

Value run_callable(Thread& thread, const Thunk& thunk, void** arguments) {
  const size_t count = thunk.argument_types->size;
  Tuple* values = allocate_tuple(count);
  for (Value& value : *values) value = None;
  for (size_t i = 0; i < count; ++i) {
    values->items[i] = TRY(argument_value(thread, thunk.argument_types->items[i], arguments[i]));
  }
  const bool uses_errno = thunk.flags & kUsesErrno;
  if (uses_errno) std::swap(errno, private_errno);
  const Value result = call(thread, thunk.callable, values->items, count);
  if (uses_errno) std::swap(errno, private_errno);
  return result;
}

Status store_result(Thread& thread, const Thunk& thunk, Value result, void* memory) {
  if (thunk.result_type.is_none()) return nothing;
  const TypeInfo* info = info_of(thunk.result_type);
  const Value kept = TRY(info->set(thread, memory, result, 0));
  if (info->letter == 'O' || kept.is_none()) return nothing;
  return warn(thread, RuntimeWarning, "memory leak in callback function.");
}

void run_closure(ffi_cif* interface, void* result, void** arguments, void* data) {
  CallbackScope scope;
  Thread& thread = scope.thread();
  const Thunk& thunk = *static_cast<Thunk*>(data);
  if (interface->rtype->type != FFI_TYPE_VOID)
    std::memset(result, 0, std::max(interface->rtype->size, sizeof(ffi_arg)));
  const Value value = run_callable(thread, thunk, arguments);
  if (value.is_empty()) {
    report_unraisable(thread, take_exception(thread),
                      "Exception ignored on calling ctypes callback function", thunk.callable);
  } else if (store_result(thread, thunk, value, result).failed()) {
    report_unraisable(thread, take_exception(thread),
                      "Exception ignored on converting result of ctypes callback function",
                      thunk.callable);
  }
}

void finalize_thunk(Thread&, Value self) {
  if (ffi_closure* closure = std::exchange(self.as<Thunk>()->closure, nullptr))
    ffi.ffi_closure_free(closure);
}

}  // namespace

// The thunk, which the function pointer keeps; `code` is what C calls.
Value make_callback(Thread& thread, Value callable, const TypeInfo& info, void** code) {
  TypeSpec spec;
  spec.instance_bytes = sizeof(Thunk);
  spec.flags = Type::kDisallowInstantiation | Type::kHasFinalizer;
  spec.slots.finalize = finalize_thunk;
  define_type(ModuleKind::CtypesThunk, spec);

  auto* thunk = allocate_finalizable<Thunk>();
  thunk->callable = callable;
  thunk->argument_types = info.argument_types;
  thunk->result_type = info.result_type.is_empty() ? None : info.result_type;
  thunk->flags = info.call_flags;
  ffi_type* result = &ffi_void;
  if (!thunk->result_type.is_none()) {
    TypeInfo* result_info = info_of(thunk->result_type);
    if (!result_info || !result_info->set)
      return raise(thread, TypeError, "invalid result type for callback function");
    result = &result_info->ffi;
  }
  const size_t count = info.argument_types->size;
  thunk->types =
      static_cast<ffi_type**>(gc_allocate_scanned_buffer((count + 1) * sizeof(ffi_type*)));
  for (size_t i = 0; i < count; ++i) {
    TypeInfo* argument = info_of(info.argument_types->items[i]);
    thunk->types[i] = argument ? &argument->ffi : &ffi_int;
  }
  thunk->closure = static_cast<ffi_closure*>(ffi.ffi_closure_alloc(sizeof(ffi_closure), code));
  if (!thunk->closure) return raise_memory_error(thread);
  if (ffi.ffi_prep_cif(&thunk->interface, FFI_DEFAULT_ABI, static_cast<unsigned>(count), result,
                       thunk->types) != FFI_OK) {
    return raise(thread, RuntimeError, "ffi_prep_cif failed with 1");
  }
  if (ffi.ffi_prep_closure_loc(thunk->closure, &thunk->interface, run_closure, thunk, *code) !=
      FFI_OK) {
    return raise(thread, RuntimeError, "ffi_prep_closure failed with 1");
  }
  return thunk;
}

}  // namespace minipy::ctypes
