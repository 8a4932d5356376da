// What anext(iterator, default) gives: it awaits the next item, and turns StopAsyncIteration into
// the default.
#include "Modules/arguments.h"
#include "Modules/builtins/builtins.h"
#include "Objects/gc.h"
#include "VM/generators.h"

namespace minipy {
namespace {

struct AnextAwaitable : Object {
  static constexpr Kind kKind = Kind::AnextAwaitable;
  Value wrapped, fallback;
};

// A coroutine is no iterator itself: what its __await__ gives is.
Value inner_iterator(Thread& thread, AnextAwaitable& self) {
  const Value awaitable = TRY(get_awaitable(thread, self.wrapped, 0));
  const TypeSlots& slots = type_of(awaitable).slots;
  if (slots.next) return awaitable;
  const Value iterator = TRY(slots.await(thread, awaitable));
  if (!is_iterator(iterator)) return raise(thread, TypeError, "__await__ must return an iterable");
  return iterator;
}

// StopAsyncIteration means the end: the default is what the await expression is worth.
Value end_with_default(Thread& thread, AnextAwaitable& self) {
  if (!catch_exception(thread, StopAsyncIteration)) return error;
  return raise_stop_iteration(thread, self.fallback);
}

Value next_step(Thread& thread, Value value) {
  AnextAwaitable& self = *value.as<AnextAwaitable>();
  const Value iterator = TRY(inner_iterator(thread, self));
  const Value item = type_of(iterator).slots.next(thread, iterator);
  if (!item.is_empty()) return item;
  if (!catch_exception(thread, StopAsyncIteration)) return error;
  thread.stop_value = self.fallback;
  return Unbound;
}

Value forward(Thread& thread, AnextAwaitable& self, const char* method,
              std::span<const Value> arguments) {
  const Value iterator = TRY(inner_iterator(thread, self));
  const Value result =
      call_method(thread, iterator, intern(method), arguments.data(), arguments.size());
  return result.is_empty() ? end_with_default(thread, self) : result;
}
Value send(Thread& thread, AnextAwaitable& self, std::span<const Value> arguments) {
  return forward(thread, self, "send", arguments);
}
Value throw_in(Thread& thread, AnextAwaitable& self, std::span<const Value> arguments) {
  return forward(thread, self, "throw", arguments);
}
Value close(Thread& thread, AnextAwaitable& self, std::span<const Value> arguments) {
  return forward(thread, self, "close", arguments);
}
Value itself(Thread&, Value self) {
  return self;
}

const MethodRow rows[] = {
    method<send>("!send($self, *args)", ""),
    method<throw_in>("!throw($self, *args)", ""),
    method<close>("!close($self, *args)", ""),
};

void define() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(AnextAwaitable);
  spec.flags = Type::kDisallowInstantiation;
  spec.methods = rows;
  spec.slots.iterate = itself;
  spec.slots.await = itself;
  spec.slots.next = next_step;
  define_type(Kind::AnextAwaitable, spec);
}

}  // namespace

Value make_anext_awaitable(Value awaitable, Value fallback) {
  static bool is_defined = false;
  if (!is_defined) {
    is_defined = true;
    define();
  }
  auto* self = allocate<AnextAwaitable>();
  self->wrapped = awaitable;
  self->fallback = fallback;
  return self;
}

}  // namespace minipy
