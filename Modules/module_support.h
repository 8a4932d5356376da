// Small things that several modules need.
#pragma once

#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/int.h"
#include "Objects/module.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

// An exception class `module.name`, put into the module.
inline Result<Type*> add_exception(Thread& thread, Module& module, const char* module_name, const char* name,
                                   Type& base, const char* doc = nullptr) {
  Dict* contents = make_dict();
  dict_set_str(*contents, "__module__", make_str(module_name));
  if (doc) dict_set_str(*contents, "__doc__", make_str(doc));
  const Value made = TRY(call(thread, &type_of_kind(Kind::Type), {make_str(name), make_tuple({&base}), contents}));
  module_add(module, name, made);
  return made.as<Type>();
}

// The low 32 bits of any int.
inline Result<uint32_t> argument_uint32_wrapped(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  if (number.is_int()) return static_cast<uint32_t>(number.as_int());
  return static_cast<uint32_t>(int_and(number, Value::from_int(0xFFFFFFFF)).as_int());
}

inline Value bytes_result(Thread& thread, std::string_view contents) {
  Bytes* bytes = make_bytes(contents);
  return bytes ? Value(bytes) : Value(raise_memory_error(thread));
}

}  // namespace minipy
