#include "VM/native_calls.h"

#include "Objects/module.h"

namespace minipy {

bool takes_exactly(const MethodRow& row, size_t count) {
  if (!row.binder) return false;
  const Signature& signature = signature_of(row);
  return static_cast<size_t>(signature.count) == count && signature.positional == signature.count &&
         !signature.has_rest && !signature.has_keywords;
}

Op special_call(const BuiltinFunction& function) {
  const bool is_builtin = has_kind(function.self, Kind::Module) &&
                          Value(function.self.as<Module>()->dict) == default_builtins();
  if (is_builtin && name_of(*function.row) == "len") return Op::CALL_LEN;
  if (is_builtin && name_of(*function.row) == "isinstance") return Op::CALL_ISINSTANCE;
  return Op::CALL_NATIVE;
}

}  // namespace minipy
