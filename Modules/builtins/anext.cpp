// What anext(iterator, default) gives: it awaits the next item, and turns StopAsyncIteration into
// the default.
#include "Modules/arguments.h"
#include "Modules/builtins/builtins.h"
#include "Objects/gc.h"

namespace minipy {
namespace {

struct AnextAwaitable : Object {
  static constexpr Kind kKind = Kind::AnextAwaitable;
  Value wrapped, fallback;
};

Value inner_iterator(Thread& thread, AnextAwaitable& self) {
  const UnarySlot slot = type_of(self.wrapped).slots.await;
  if (slot) return slot(thread, self.wrapped);
  if (has_kind(self.wrapped, Kind::Generator)) return self.wrapped;
  return raise(thread, TypeError, "object {} can't be used in 'await' expression", type_of(self.wrapped));
}

// StopAsyncIteration means the end: the default is what the await expression is worth.
Value end_with_default(Thread& thread, AnextAwaitable& self) {
  if (!catch_exception(thread, StopAsyncIteration)) return error;
  return raise_stop_iteration(thread, self.fallback);
}

Value next_step(Thread& thread, Value value) {
  AnextAwaitable& self = *value.as<AnextAwaitable>();
  const Value iterator = TRY(inner_iterator(thread, self));
  const NextSlot slot = type_of(iterator).slots.next;
  if (!slot) return raise(thread, TypeError, "__await__ must return an iterator");
  const Value item = slot(thread, iterator);
  if (item.is_unbound()) return item;
  return item.is_empty() ? end_with_default(thread, self) : item;
}

Value forward(Thread& thread, AnextAwaitable& self, const char* method, std::span<const Value> arguments) {
  const Value iterator = TRY(inner_iterator(thread, self));
  const Value result = call_method(thread, iterator, intern(method), arguments.data(), arguments.size());
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
Value itself(Thread&, Value self) { return self; }

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
