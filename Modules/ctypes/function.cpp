// Function pointers: CFuncPtr and its subclasses.
#include <dlfcn.h>

#include <cstring>

#include "Modules/ctypes/ctypes.h"
#include "Objects/bytes.h"
#include "Objects/container_support.h"
#include "VM/runtime.h"

namespace minipy::ctypes {
namespace {

enum Direction : int { kIn = 1, kOut = 2, kLocale = 4 };

// ---- what classes and instances know of arguments and results ----

Result<Tuple*> types_tuple(Thread& thread, Value types) {
  if (!is_sequence(types))
    return raise(thread, TypeError, "_argtypes_ must be a sequence of types");
  return tuple_of(thread, types);
}
bool is_result_type(Value type) {
  return type.is_none() || info_of(type) || is_callable(type);
}

Value checker_of(Thread& thread, Value result_type) {
  const Value checker = TRY(get_attribute_or_unbound(thread, result_type, "_check_retval_"));
  return checker;
}

Value get_error_check(FunctionPointer& self) {
  return self.error_check.is_empty() ? None : self.error_check;
}
Status set_error_check(Thread& thread, Value self, Value value) {
  if (!value.is_empty() && !value.is_none() && !is_callable(value)) {
    return raise(thread, TypeError, "the errcheck attribute must be callable");
  }
  self.as<FunctionPointer>()->error_check = value.is_none() ? Value() : value;
  return nothing;
}

Value result_type_of(const FunctionPointer& self) {
  return self.result_type.is_empty() ? info_of(self.type())->result_type : self.result_type;
}
Value get_result_type(FunctionPointer& self) {
  const Value type = result_type_of(self);
  return type.is_empty() ? None : type;
}
Status set_result_type(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<FunctionPointer>();
  if (value.is_empty()) {
    self.result_type = self.checker = Value();
    return nothing;
  }
  if (!is_result_type(value))
    return raise(thread, TypeError, "restype must be a type, a callable, or None");
  const Value checker = value.is_none() ? Unbound : TRY(checker_of(thread, value));
  self.result_type = value;
  self.checker = checker.is_unbound() ? Value() : checker;
  return nothing;
}

Value get_argument_types(FunctionPointer& self) {
  if (!self.given_argument_types.is_empty()) return self.given_argument_types;
  Tuple* types = info_of(self.type())->argument_types;
  return types ? Value(types) : None;
}
// The attribute gives back what was stored, while the converters are made once.
Status set_argument_types(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<FunctionPointer>();
  if (value.is_empty() || value.is_none()) {
    self.argument_types = self.converters = nullptr;
    self.given_argument_types = Value();
    return nothing;
  }
  Tuple* types = TRY(types_tuple(thread, value));
  self.converters = TRY(converters_of(thread, types));
  self.argument_types = types;
  self.given_argument_types = value;
  return nothing;
}

// ---- parameter flags: (direction, name, default) for each argument ----

Failure raise_bad_flags(Thread& thread) {
  return raise(thread, TypeError,
               "paramflags must be a sequence of (int [,string [,value]]) tuples");
}

Status check_out_argument(Thread& thread, Value type, size_t number) {
  const TypeInfo* info = info_of(type);
  if (is_family(info, Family::Pointer) || is_family(info, Family::Array)) return nothing;
  if (info && info->letter && std::strchr("PzZ", info->letter)) return nothing;
  const std::string_view name =
      is_type(type) ? type.as<Type>()->name_view() : type_of(type).name_view();
  return raise(thread, TypeError, "'out' parameter {} must be a pointer type, not {}", number,
               name);
}

Status check_parameter_flags(Thread& thread, const TypeInfo& info, Value flags) {
  if (!is_tuple(flags)) return raise(thread, TypeError, "paramflags must be a tuple or None");
  const Tuple& items = *flags.as<Tuple>();
  if (items.size != info.argument_types->size) {
    return raise(thread, ValueError, "paramflags must have the same length as argtypes");
  }
  for (size_t i = 0; i < items.size; ++i) {
    if (!is_tuple(items.items[i])) return raise_bad_flags(thread);
    const Tuple& item = *items.items[i].as<Tuple>();
    if (item.size < 1 || item.size > 3 || !is_any_int(item.items[0]))
      return raise_bad_flags(thread);
    if (item.size > 1 && !is_str(item.items[1]) && !item.items[1].is_none())
      return raise_bad_flags(thread);
    const int64_t flag = int_to_int64(item.items[0]).value_or(-1);
    switch (flag & (kIn | kOut | kLocale)) {
      case 0:
      case kIn:
      case kIn | kLocale:
      case kIn | kOut:
        break;
      case kOut:
        TRY(check_out_argument(thread, info.argument_types->items[i], i + 1));
        break;
      default:
        return raise(thread, TypeError, "paramflag value {} not supported", flag);
    }
  }
  return nothing;
}

// ---- construction ----

FunctionPointer* new_function(Thread& thread, Type& type) {
  CData* made = new_data(thread, type);
  return static_cast<FunctionPointer*>(made);
}

Value function_from_library(Thread& thread, Type& type, const Tuple& where, Value flags) {
  if (where.size != 2)
    return raise(thread, TypeError, "argument must be a pair of a name and a library");
  const Value library = where.items[1];
  TRY(audit(thread, "ctypes.dlsym", {library, where.items[0]}));
  const Value handle = TRY(get_attribute(thread, library, "_handle"));
  if (!is_any_int(handle)) {
    return raise(thread, TypeError,
                 "the _handle attribute of the second argument must be an integer");
  }
  std::string name;
  if (is_bytes(where.items[0]))
    name = where.items[0].as<Bytes>()->view();
  else if (is_str(where.items[0]))
    name = TRY(to_utf8_strict(thread, where.items[0].as<Str>()));
  else
    return raise(thread, TypeError, "function name must be string, bytes object or integer");
  if (name.find('\0') != std::string::npos)
    return raise(thread, ValueError, "embedded null character");
  dlerror();
  void* address = dlsym(reinterpret_cast<void*>(int_to_uint64(handle).value_or(0)), name.c_str());
  if (!address) {
    const char* message = dlerror();
    return raise(thread, AttributeError, "{}", message ? message : "symbol is null");
  }
  const TypeInfo* info = info_of(type);
  if (!info) return raise(thread, TypeError, "abstract class");
  const bool has_flags = !flags.is_empty() && !flags.is_none() && info->argument_types;
  if (has_flags) TRY(check_parameter_flags(thread, *info, flags));
  FunctionPointer* made = new_function(thread, type);
  if (!made) return error;
  std::memcpy(made->data, &address, sizeof address);
  if (has_flags) made->parameter_flags = flags.as<Tuple>();
  TRY(keep(thread, *made, 0, library));
  made->callable = library;
  return made;
}

Value make_function(Thread& thread, Type& type, const Value* arguments, size_t count, Value) {
  if (count == 0) return make_data(thread, type, nullptr, 0, Value());
  if (count <= 2 && is_tuple(arguments[0])) {
    return function_from_library(thread, type, *arguments[0].as<Tuple>(),
                                 count == 2 ? arguments[1] : Value());
  }
  if (count > 1)
    return raise(thread, TypeError, "function takes exactly 1 argument ({} given)", count);
  const TypeInfo* info = info_of(type);
  void* address = nullptr;
  Value thunk;
  if (is_any_int(arguments[0])) {
    address = reinterpret_cast<void*>(
        *int_to_uint64(int_and(exact_int(arguments[0]), make_uint(UINT64_MAX))));
  } else {
    if (!is_callable(arguments[0])) {
      return raise(thread, TypeError, "argument must be callable or integer function address");
    }
    if (!info || !info->argument_types) {
      return raise(thread, TypeError, "cannot construct instance of this class: no argtypes");
    }
    thunk = TRY(make_callback(thread, arguments[0], *info, &address));
  }
  FunctionPointer* made = new_function(thread, type);
  if (!made) return error;
  std::memcpy(made->data, &address, sizeof address);
  if (!thunk.is_empty()) {
    made->callable = arguments[0];
    TRY(keep(thread, *made, 0, thunk));
  }
  return made;
}

// ---- calls ----

// Arguments by position, then by name, as parameter flags say; outputs are made here.
struct OutputArguments {
  uint64_t inputs_too = 0, outputs = 0;  // bits by position
  int count = 0;
};

Value next_argument(Thread& thread, size_t& used, Value name, Value fallback,
                    const Value* arguments, size_t count, Value keyword_names) {
  if (used < count) return arguments[used++];
  if (!name.is_empty() && !name.is_none()) {
    for (size_t k = 0; k < keyword_count(keyword_names); ++k) {
      if (!equal(keyword_names.as<Tuple>()->items[k].as<Str>(), name.as<Str>())) continue;
      ++used;
      return arguments[count + k];
    }
  }
  if (!fallback.is_empty()) return fallback;
  if (!name.is_empty() && !name.is_none())
    return raise(thread, TypeError, "required argument '{}' missing", name);
  return raise(thread, TypeError, "not enough arguments");
}

Value new_output(Thread& thread, Value type) {
  const TypeInfo* info = info_of(type);
  if (info && info->letter) {
    return raise(thread, TypeError, "{} 'out' parameter must be passed as default value",
                 *type.as<Type>());
  }
  if (is_family(info, Family::Array)) return call(thread, type);
  if (!info || !info->item) return raise(thread, TypeError, "'out' parameter needs a pointer type");
  return call(thread, info->item);
}

Result<Tuple*> arguments_by_flags(Thread& thread, const FunctionPointer& self, const Tuple& types,
                                  const Value* arguments, size_t count, Value keyword_names,
                                  OutputArguments& outputs) {
  const Tuple& flags = *self.parameter_flags;
  Tuple* all = allocate_tuple(types.size);
  for (Value& value : *all) value = None;
  size_t used = 0;
  for (size_t i = 0; i < types.size && i < flags.size; ++i) {
    const Tuple& item = *flags.items[i].as<Tuple>();
    const int64_t flag = int_to_int64(item.items[0]).value_or(0);
    const Value name = item.size > 1 ? item.items[1] : Value(),
                fallback = item.size > 2 ? item.items[2] : Value();
    const uint64_t bit = i < 64 ? uint64_t{1} << i : 0;
    switch (flag & (kIn | kOut | kLocale)) {
      case kIn | kLocale:
        all->items[i] = fallback.is_empty() ? Value::from_int(0) : fallback;
        break;
      case kOut:
        all->items[i] = fallback.is_empty() ? TRY(new_output(thread, types.items[i])) : fallback;
        outputs.outputs |= bit;
        ++outputs.count;
        break;
      case kIn | kOut:
        outputs.inputs_too |= bit;
        ++outputs.count;
        [[fallthrough]];
      default:
        all->items[i] =
            TRY(next_argument(thread, used, name, fallback, arguments, count, keyword_names));
        break;
    }
  }
  const size_t given = count + keyword_count(keyword_names);
  if (given != used) {
    return raise(thread, TypeError, "call takes exactly {} arguments ({} given)", used, given);
  }
  return all;
}

Value output_value(Thread& thread, Value argument, bool is_input_too) {
  return is_input_too ? argument : call_method(thread, argument, "__ctypes_from_outparam__");
}

// What a function with output parameters returns: them.
Value result_with_outputs(Thread& thread, Value result, const Tuple& arguments,
                          const OutputArguments& outputs) {
  if (outputs.count == 0) return result;
  GcVector values;
  for (size_t i = 0; i < arguments.size && i < 64; ++i) {
    const uint64_t bit = uint64_t{1} << i;
    if (!((outputs.inputs_too | outputs.outputs) & bit)) continue;
    values.push_back(TRY(output_value(thread, arguments.items[i], outputs.inputs_too & bit)));
  }
  return outputs.count == 1 ? values[0] : Value(make_tuple(values.data(), values.size()));
}

Status check_count(Thread& thread, const Tuple& converters, size_t given, int64_t flags) {
  const size_t wanted = converters.size;
  if (flags & kCdecl ? given >= wanted : given == wanted) return nothing;
  return raise(thread, TypeError, "this function takes {}{} argument{} ({} given)",
               flags & kCdecl ? "at least " : "", wanted, wanted == 1 ? "" : "s", given);
}

Value call_function(Thread& thread, Value self_value, const Value* arguments, size_t count,
                    Value keyword_names) {
  auto& self = *self_value.as<FunctionPointer>();
  const TypeInfo& info = *info_of(self.type());
  Tuple* types = self.argument_types ? self.argument_types : info.argument_types;
  OutputArguments outputs;
  Tuple* all = nullptr;
  if (types && self.parameter_flags && types->size > 0) {
    all = TRY(arguments_by_flags(thread, self, *types, arguments, count, keyword_names, outputs));
  } else {
    all = make_tuple(arguments, count);
  }
  Tuple* converters = self.argument_types ? self.converters : info.converters;
  if (converters) TRY(check_count(thread, *converters, all->size, info.call_flags));
  Call call_details{nullptr, info.call_flags, converters, result_type_of(self),
                    self.result_type.is_empty() ? info.checker : self.checker};
  std::memcpy(&call_details.function, self.data, sizeof(void*));
  if (!call_details.function) return raise(thread, ValueError, "NULL pointer access");
  const Value error_check = self.error_check;
  const Value result = TRY(call_foreign(thread, call_details, *all));
  if (!error_check.is_empty()) {
    const Value checked = TRY(call(thread, error_check, {result, self_value, all}));
    if (!(checked == Value(all))) return checked;
  }
  return result_with_outputs(thread, result, *all, outputs);
}

Result<bool> is_not_null(Thread&, Value self) {
  void* address;
  std::memcpy(&address, self.as<CData>()->data, sizeof address);
  return address != nullptr;
}
Value repr_function(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "%p", static_cast<void*>(self.object()));
  return format_message(thread, "<{} object at {}>",
                        {type_of(self), static_cast<const char*>(address)});
}

const MethodRow methods[] = {
    getter<get_error_check>("errcheck", "A function that checks the result.", set_error_check),
    getter<get_result_type>("restype", "The type of the result.", set_result_type),
    getter<get_argument_types>("argtypes", "The types of the arguments.", set_argument_types),
};

}  // namespace

Status describe_function(Thread& thread, Type& type, TypeInfo& info) {
  info.size = info.alignment = sizeof(void*);
  info.length = 1;
  info.ffi = ffi_pointer;
  info.flags = TypeInfo::kIsPointer;
  info.format = make_str("X{}");
  const Value flags = TRY(get_attribute_or_unbound(thread, &type, "_flags_"));
  if (flags.is_unbound() || !is_any_int(flags)) {
    return raise(thread, TypeError, "class must define _flags_ which must be an integer");
  }
  info.call_flags = int_to_int64(flags).value_or(0);
  const Value types = TRY(get_attribute_or_unbound(thread, &type, "_argtypes_"));
  if (!types.is_unbound() && !types.is_none()) {
    if (!is_tuple(types)) return raise(thread, TypeError, "_argtypes_ must be a sequence of types");
    info.argument_types = types.as<Tuple>();
    info.converters = TRY(converters_of(thread, types));
  }
  const Value result = TRY(get_attribute_or_unbound(thread, &type, "_restype_"));
  if (result.is_unbound()) return nothing;
  if (!is_result_type(result))
    return raise(thread, TypeError, "_restype_ must be a type, a callable, or None");
  info.result_type = result;
  const Value checker = result.is_none() ? Unbound : TRY(checker_of(thread, result));
  if (!checker.is_unbound()) info.checker = checker;
  return nothing;
}

void define_function_type(Module& module) {
  TypeSpec spec;
  spec.doc = "Base of function pointers.";
  spec.instance_bytes = sizeof(FunctionPointer);
  spec.flags = Type::kBaseType;
  spec.slots.make = make_function;
  spec.slots.call = call_function;
  spec.slots.truth = is_not_null;
  spec.slots.repr = repr_function;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::CtypesFunction, spec));
  set_metatype(ModuleKind::CtypesFunction, ModuleKind::CtypesFunctionMeta);
}

}  // namespace minipy::ctypes
