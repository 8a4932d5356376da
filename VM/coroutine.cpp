// Coroutines (PEP 492) and the attributes that all kinds of generators share.
#include "Objects/audit.h"
#include "Objects/gc.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "VM/form.h"
#include "VM/frame.h"
#include "VM/generator_attributes.h"
#include "VM/generators.h"

namespace minipy {

Value get_name(Thread&, Generator& generator) { return generator.name; }
Value get_qualified_name(Thread&, Generator& generator) { return generator.qualified_name; }
Status set_name(Thread& thread, Value self, Value value) {
  if (value.is_empty() || !is_str(value)) return raise(thread, TypeError, "__name__ must be set to a string object");
  self.as<Generator>()->name = value;
  return nothing;
}
Status set_qualified_name(Thread& thread, Value self, Value value) {
  if (value.is_empty() || !is_str(value)) return raise(thread, TypeError, "__qualname__ must be set to a string object");
  self.as<Generator>()->qualified_name = value;
  return nothing;
}
Value get_delegate(Thread&, Generator& generator) {
  const Value delegate = delegate_of(generator);
  if (delegate.is_empty()) return None;
  if (delegate.is_object()) note_escape(delegate.object());
  return delegate;
}
bool get_running(Thread&, Generator& generator) { return generator.state == Generator::State::Running; }
bool get_suspended(Thread&, Generator& generator) { return generator.state == Generator::State::Suspended; }
Value get_code(Thread& thread, Generator& generator) {
  if (audit_hook) TRY(audit_read(thread, &generator, attribute_of(generator, "code")));
  return &code_of(generator);
}
int64_t generator_size(Thread&, Generator& generator) {
  const Code& code = code_of(generator);
  return static_cast<int64_t>(sizeof(Activation)) + 8 * (code.stack_size + code.local_count);
}

void warn_never_awaited(Thread& thread, Generator& coroutine) {
  // The warnings module shows where the coroutine was made, if that was tracked.
  const Value warnings = import_module(thread, "warnings");
  if (!warnings.is_empty()) {
    const Value show = get_attribute_or_unbound(thread, warnings, "_warn_unawaited_coroutine");
    if (!show.is_empty() && !show.is_unbound()) {
      if (call(thread, show, {&coroutine}).is_empty()) write_unraisable(thread, &coroutine);
      return;
    }
  }
  take_exception(thread);
  const Value message = format_message(thread, "coroutine '{}' was never awaited", {coroutine.qualified_name});
  if (message.is_empty() || warn(thread, RuntimeWarning, to_utf8(message.as<Str>())).failed()) {
    write_unraisable(thread, &coroutine);
  }
}

namespace {

struct CoroutineWrapper : Object {  // what __await__() gives
  static constexpr Kind kKind = Kind::CoroutineWrapper;
  Generator* coroutine;
};

Value await_coroutine(Thread&, Value self) {
  auto wrapper = allocate<CoroutineWrapper>();
  wrapper->coroutine = self.as<Generator>();
  return wrapper;
}

SendResult send_slot(Thread& thread, Value self, Value sent, Value* result) {
  return resume_generator(thread, *self.as<Generator>(), sent, result);
}

Value get_origin(Thread&, Generator& coroutine) { return coroutine.origin.is_empty() ? None : coroutine.origin; }

Value itself(Thread&, Value self) { return self; }

Value wrapper_next(Thread& thread, Value self) {
  Value result;
  switch (resume_generator(thread, *self.as<CoroutineWrapper>()->coroutine, None, &result)) {
    case SendResult::Yielded: return result;
    case SendResult::Failed: return error;
    case SendResult::Returned: break;
  }
  thread.stop_value = result.is_none() ? Value() : result;
  return Unbound;
}

Value wrapper_send(Thread& thread, CoroutineWrapper& self, Value sent) { return generator_send(thread, *self.coroutine, sent); }
Value wrapper_close(Thread& thread, CoroutineWrapper& self) { return close_generator(thread, *self.coroutine); }
Value wrapper_throw(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_throw_arguments(thread, count - 1, keyword_names));
  return generator_throw(thread, *arguments[0].as<CoroutineWrapper>()->coroutine, arguments + 1, count - 1);
}

const MethodRow coroutine_methods[] = {
    method<generator_send>("!send($self, arg, /)", "send(arg): pass arg into coroutine, as the value of its await."),
    raw_method(generator_throw_method, "throw", "throw(value): raise the exception in coroutine code, where it is suspended."),
    method<generator_close_method>("!close($self, /)", "close(): raise GeneratorExit inside coroutine code, where it is suspended."),
    getter<get_name>("__name__", "name of the coroutine", set_name),
    getter<get_qualified_name>("__qualname__", "qualified name of the coroutine", set_qualified_name),
    getter<get_delegate>("cr_await", "object being awaited on, or None"),
    getter<get_running>("cr_running", ""),
    getter<get_suspended>("cr_suspended", ""),
    getter<generator_frame>("cr_frame", ""),
    member<get_code>("cr_code", ""),
    member<get_origin>("cr_origin", ""),
    method<generator_size>("!__sizeof__($self, /)", "Size in memory, in bytes."),
};

const MethodRow wrapper_methods[] = {
    method<wrapper_send>("!send($self, arg, /)", "send(arg): resume the coroutine."),
    raw_method(wrapper_throw, "throw", "throw(value): raise the exception in the coroutine."),
    method<wrapper_close>("!close($self, /)", "close(): raise GeneratorExit in the coroutine."),
};

}  // namespace

void define_coroutine_types() {
  TypeSpec coroutine;
  coroutine.instance_bytes = sizeof(Generator);
  coroutine.flags = Type::kDisallowInstantiation | Type::kHasWeakReferences;
  coroutine.slots.repr = generator_repr;
  coroutine.slots.await = await_coroutine;
  coroutine.slots.send = send_slot;
  coroutine.slots.finalize = finalize_generator;
  coroutine.methods = coroutine_methods;
  define_type(Kind::Coroutine, coroutine);

  TypeSpec wrapper;
  wrapper.instance_bytes = sizeof(CoroutineWrapper);
  wrapper.flags = Type::kDisallowInstantiation;
  wrapper.doc = "What a coroutine's __await__() returns.";
  wrapper.slots.iterate = itself;
  wrapper.slots.next = wrapper_next;
  wrapper.methods = wrapper_methods;
  define_type(Kind::CoroutineWrapper, wrapper);
}

}  // namespace minipy
