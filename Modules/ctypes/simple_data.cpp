// _SimpleCData: one number, character, address or object.
#include <algorithm>

#include "Modules/ctypes/ctypes.h"
#include "Objects/address_text.h"
#include "Objects/container_support.h"

namespace minipy::ctypes {
namespace {

Value get_simple(Thread& thread, CData& self) {
  const TypeInfo* info = info_of(self.type());
  return info->get(thread, self.data, self.size);
}
Status set_simple(Thread& thread, Value self_value, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "can't delete attribute");
  CData& self = *self_value.as<CData>();
  const Value kept = TRY(info_of(self.type())->set(thread, self.data, value, self.size));
  return keep(thread, self, 0, kept);
}

Status initialize(Thread& thread, Value self, const Value* arguments, size_t count,
                  Value keyword_names) {
  if (type_of(self).spec) TRY(check_no_keywords(thread, "__init__", keyword_names));
  TRY(check_positional(thread, "__init__", count, 0, 1));
  return count == 1 ? set_simple(thread, self, arguments[0]) : Status(nothing);
}

Result<bool> is_true(Thread&, Value self_value) {
  const CData& self = *self_value.as<CData>();
  return std::any_of(self.data, self.data + self.size, [](uint8_t byte) { return byte != 0; });
}

Value repr_simple(Thread& thread, Value self_value) {
  CData& self = *self_value.as<CData>();
  if (self.type().base != &type_of_kind(ModuleKind::CtypesSimple)) {
    char address[32];
    std::snprintf(address, sizeof address, "%p", static_cast<void*>(&self));
    return format_message(thread, "<{} object at {}>",
                          {self.type(), static_cast<const char*>(address)});
  }
  const Value value = TRY(get_simple(thread, self));
  return format_message(thread, "{}({})", {self.type(), Repr{value}});
}

Value from_out_parameter(Thread& thread, CData& self) {
  const TypeInfo* info = info_of(self.type());
  return converts_implicitly(self.type(), *info) ? get_simple(thread, self) : &self;
}

const MethodRow methods[] = {
    method<from_out_parameter>("!__ctypes_from_outparam__($self, /)",
                               "What an output parameter of this type gives."),
    getter<get_simple>("value", "The value as an object of Python.", set_simple),
};

}  // namespace

void define_simple_type(Module& module) {
  TypeSpec spec;
  spec.doc = "Base of the simple types: _type_ is the letter of what they hold.";
  spec.instance_bytes = sizeof(CData);
  spec.flags = Type::kBaseType;
  spec.slots.make = make_data;
  spec.slots.init = initialize;
  spec.slots.truth = is_true;
  spec.slots.repr = repr_simple;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::CtypesSimple, spec));
  set_metatype(ModuleKind::CtypesSimple, ModuleKind::CtypesSimpleMeta);
}

}  // namespace minipy::ctypes
