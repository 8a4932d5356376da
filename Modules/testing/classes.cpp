// _testcapi: types in C++ for what classes can be asked to do: subscripts, await.
#include "Modules/testing/testing.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/module.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

struct HeldItem : Object {
  Value item;
};

Value hold(Thread& thread, Type& type, Value item) {
  HeldItem* holder = allocate_instance_as<HeldItem>(type);
  if (!holder) return raise_memory_error(thread);
  holder->item = item;
  return Value(holder);
}
Value held(Value self) {
  return self.as<HeldItem>()->item;
}

// Generic[item], whose alias stands for `item` where it is a base.
Value subscript(Thread& thread, Type&, Value item) {
  return hold(thread, type_of_kind(ModuleKind::TestGenericAlias), item);
}
Value replace_base(Value self, Value) {
  return make_tuple({held(self)});
}

const MethodRow generic_rows[] = {
    class_method<subscript>("!__class_getitem__($type, item, /)", nullptr)};
const MethodRow alias_rows[] = {method<replace_base>("!__mro_entries__($self, bases, /)", nullptr)};

// awaitType(x): awaiting it goes through the iterator x.
Value make_awaitable(Thread& thread, Type& type, const Value* arguments, size_t count,
                     Value keyword_names) {
  TRY(check_no_keywords(thread, "awaitObject", keyword_names));
  TRY(check_positional(thread, "awaitObject", count, 1, 1));
  return hold(thread, type, arguments[0]);
}
Value await_held(Thread&, Value self) {
  return held(self);
}

}  // namespace

void add_class_types(Module& module) {
  const auto add = [&](Kind kind, const TypeSpec& spec) {
    module_add_type(module, define_type(kind, spec));
  };
  add(ModuleKind::TestGeneric, {.methods = generic_rows});
  add(ModuleKind::TestGenericAlias, {.instance_bytes = sizeof(HeldItem), .methods = alias_rows});
  add(ModuleKind::TestAwaitable, {.doc = "Awaits the iterator it was made of.",
                                  .instance_bytes = sizeof(HeldItem),
                                  .slots = {.make = make_awaitable, .await = await_held}});
}

}  // namespace minipy
