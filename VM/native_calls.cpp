#include "VM/native_calls.h"

#include "Objects/module.h"

namespace minipy {
namespace {

// Are that many arguments, self included, enough for the binder, as they lie there?
bool takes(const MethodRow& row, size_t count) {
  if (!row.binder) return false;
  const Signature& signature = signature_of(row);
  if (signature.has_rest || signature.has_keywords) return false;
  return (static_cast<size_t>(signature.count) == count && signature.positional == signature.count) ||
         may_leave_out_rest(signature, count);
}

void specialize(Word* pc, const MethodRow& row, Op op) {
  pc[1].bits = reinterpret_cast<uint64_t>(&row);
  pc->op = static_cast<uint16_t>(op);
}

// The form of CALL for a function that takes no self.
Op special_call(const BuiltinFunction& function) {
  if (is_builtin_function(function, "len")) return Op::CALL_LEN;
  if (is_builtin_function(function, "isinstance")) return Op::CALL_ISINSTANCE;
  return Op::CALL_NATIVE;
}

}  // namespace

bool is_builtin_function(const BuiltinFunction& function, std::string_view name) {
  return name_of(*function.row) == name && has_kind(function.self, Kind::Module) &&
         Value(function.self.as<Module>()->dict) == default_builtins();
}

Value call_native(Thread& thread, Word* pc, Value* arguments, size_t count) {
  const Value callable = arguments[-1];
  const bool is_plain = !is_method_call(static_cast<Op>(pc->op));
  if (has_kind(callable, Kind::MethodDescriptor)) {
    const Descriptor& descriptor = *callable.as<Descriptor>();
    if (takes(*descriptor.row, count)) specialize(pc, *descriptor.row, Op::CALL_METHOD_NATIVE);
    return call_row(thread, *descriptor.row, Value(descriptor.owner), arguments, count, Value());
  }
  const BuiltinFunction& function = *callable.as<BuiltinFunction>();
  const MethodRow& row = *function.row;
  const bool passes_self =
      row.kind == MethodRow::Method || row.kind == MethodRow::ClassMethod || row.takes_module;
  if (!passes_self || function.self.is_empty()) {
    if (is_plain && takes(row, count)) specialize(pc, row, special_call(function));
    return call_row(thread, row, callable, arguments, count, Value());
  }
  if (is_plain && takes(row, count + 1)) specialize(pc, row, Op::CALL_NATIVE_BOUND);
  // A self takes the place of the callable, in front of the arguments.
  arguments[-1] = function.self;
  return call_row(thread, row, callable, arguments - 1, count + 1, Value());
}

}  // namespace minipy
