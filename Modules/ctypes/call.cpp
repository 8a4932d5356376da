// Calling functions of C: arguments, the call, the result.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "Modules/ctypes/ctypes.h"
#include "Objects/bytes.h"
#include "Objects/container_support.h"
#include "VM/runtime.h"
#include "VM/threads.h"

namespace minipy::ctypes {

FfiLibrary ffi;
Type* argument_error;
thread_local int private_errno;

Argument* new_argument(char tag, ffi_type* type, Value object) {
  auto* argument = allocate<Argument>();
  argument->tag = tag;
  argument->ffi = type;
  argument->object = object;
  return argument;
}

Argument* by_reference(CData& data, int64_t offset) {
  Argument* argument = new_argument('P', &ffi_pointer, &data);
  argument->value.pointer = data.data + offset;
  return argument;
}

// An instance as an argument, by its type.
Argument* argument_from(CData& data, const TypeInfo& info) {
  switch (info.family) {
    case Family::Simple: {
      Argument* argument = new_argument(info.letter, info.simple->ffi, &data);
      std::memcpy(argument->value.bytes, data.data,
                  static_cast<size_t>(std::min<int64_t>(info.size, sizeof argument->value)));
      return argument;
    }
    case Family::Structure:
    case Family::Union: {
      // By value: a copy that the callee may change.
      auto* copy = static_cast<uint8_t*>(
          gc_allocate_scanned_buffer(static_cast<size_t>(std::max<int64_t>(data.size, 1))));
      if (!copy) return nullptr;
      std::memcpy(copy, data.data, static_cast<size_t>(data.size));
      Argument* argument = new_argument('V', const_cast<ffi_type*>(&info.ffi), &data);
      argument->value.pointer = copy;
      return argument;
    }
    case Family::Array:
      return by_reference(data, 0);
    case Family::Pointer:
    case Family::Function: {
      Argument* argument = new_argument('P', &ffi_pointer, &data);
      std::memcpy(&argument->value.pointer, data.data, sizeof(void*));
      return argument;
    }
  }
  MP_UNREACHABLE();
}

// The pending exception with a text in front, as an exception of `type`.
Failure extend_error(Thread& thread, Type& type, const std::string& prefix) {
  const Value exception = take_exception(thread);
  std::string message = prefix + std::string(type_of(exception).name_view()) + ": ";
  const Result<Str*> text = str(thread, exception);
  if (text.failed()) {
    take_exception(thread);
    message += "???";
  } else {
    message += to_utf8(text.value());
  }
  return raise(thread, type, "{}", message);
}

namespace {

// A value for which nobody has said what the function expects.
Result<Argument*> argument_of(Thread& thread, Value value, size_t number) {
  if (is_cdata(value)) {
    Argument* argument = argument_from(*value.as<CData>(), *info_of_instance(value));
    if (!argument) return raise_memory_error(thread);
    return argument;
  }
  if (has_kind(value, Argument::kKind)) return value.as<Argument>();
  if (value.is_none()) return new_argument('P', &ffi_pointer, Value());
  if (is_any_int(value)) {
    Argument* argument = new_argument('i', &ffi_int, Value());
    const std::optional<int64_t> number_signed = int_to_int64(value);
    const std::optional<uint64_t> number_unsigned = int_to_uint64(value);
    if (!number_signed && !number_unsigned)
      return raise(thread, OverflowError, "int too long to convert");
    argument->value.integer =
        number_signed ? *number_signed : static_cast<int64_t>(*number_unsigned);
    return argument;
  }
  if (is_bytes(value) || is_str(value)) {
    const SimpleKind& kind = *simple_kind(is_bytes(value) ? 'z' : 'Z');
    Argument* argument = new_argument(kind.letter, &ffi_pointer, Value());
    argument->object = TRY(kind.set(thread, argument->value.bytes, value, 0));
    return argument;
  }
  const Value replaced = TRY(get_attribute_or_unbound(thread, value, "_as_parameter_"));
  if (replaced.is_unbound()) {
    return raise(thread, TypeError, "Don't know how to convert parameter {}",
                 static_cast<int64_t>(number));
  }
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" while processing _as_parameter_")) return error;
  return argument_of(thread, replaced, number);
}

Result<Argument*> convert_argument(Thread& thread, const Call& call, Value value, size_t position) {
  if (call.converters && position < call.converters->size) {
    value = minipy::call(thread, call.converters->items[position], {value});
    if (value.is_empty()) return error;
  }
  return argument_of(thread, value, position + 1);
}

ffi_type* result_ffi(const Call& call) {
  if (call.result_type.is_none()) return &ffi_void;
  TypeInfo* info = call.result_type.is_empty() ? nullptr : info_of(call.result_type);
  return info ? &info->ffi : &ffi_int;
}

Value result_value(Thread& thread, const Call& call, void* memory) {
  if (call.result_type.is_none()) return None;
  int number;
  std::memcpy(&number, memory, sizeof number);
  if (call.result_type.is_empty()) return make_int(number);
  const TypeInfo* info = info_of(call.result_type);
  if (!info) return minipy::call(thread, call.result_type, {make_int(number)});
  Type& type = *call.result_type.as<Type>();
  Value result;
  if (info->get && converts_implicitly(type, *info)) {
    result = TRY(info->get(thread, memory, info->size));
  } else {
    CData* made = new_data(thread, type);
    if (!made) return error;
    std::memcpy(made->data, memory, static_cast<size_t>(info->size));
    result = made;
  }
  if (call.checker.is_empty()) return result;
  return minipy::call(thread, call.checker, {result});
}

// Everything that libffi needs for one call; the arguments are on the collected heap, and on the
// stack.
struct PreparedCall {
  std::vector<ffi_type*> types;
  std::vector<void*> values;
  ffi_cif interface;
};

void run(Thread& thread, const Call& call, PreparedCall& prepared, void* result) {
  const bool uses_errno = call.flags & kUsesErrno;
  const auto invoke = [&] {
    if (uses_errno) std::swap(errno, private_errno);
    ffi.ffi_call(&prepared.interface, reinterpret_cast<void (*)()>(call.function), result,
                 prepared.values.data());
    if (uses_errno) std::swap(errno, private_errno);
  };
  if (call.flags & kPythonApi) return invoke();
  WithoutGil without(thread);
  invoke();
}

}  // namespace

Value call_foreign(Thread& thread, const Call& call, const Tuple& arguments) {
  const size_t count = arguments.size;
  if (count > kMostArguments) {
    return raise(thread, *argument_error, "too many arguments ({}), maximum is {}", count,
                 kMostArguments);
  }
  GcVector kept;  // the arguments as C sees them
  PreparedCall prepared;
  for (size_t i = 0; i < count; ++i) {
    const Result<Argument*> argument = convert_argument(thread, call, arguments.items[i], i);
    if (argument.failed())
      return extend_error(thread, *argument_error, "argument " + std::to_string(i + 1) + ": ");
    kept.push_back(argument.value());
    prepared.types.push_back(argument.value()->ffi);
    const bool is_by_value = argument.value()->ffi->type == FFI_TYPE_STRUCT;
    prepared.values.push_back(is_by_value ? argument.value()->value.pointer
                                          : &argument.value()->value);
  }
  ffi_type* result_type = result_ffi(call);
  const size_t fixed = call.converters ? call.converters->size : 0;
  const auto total = static_cast<unsigned>(count);
  const ffi_status status =
      fixed > 0 && count > fixed
          ? ffi.ffi_prep_cif_var(&prepared.interface, FFI_DEFAULT_ABI, static_cast<unsigned>(fixed),
                                 total, result_type, prepared.types.data())
          : ffi.ffi_prep_cif(&prepared.interface, FFI_DEFAULT_ABI, total, result_type,
                             prepared.types.data());
  if (status != FFI_OK) return raise(thread, RuntimeError, "ffi_prep_cif failed");
  auto* memory =
      gc_allocate_scanned_buffer(std::max<size_t>(result_type->size, 2 * sizeof(ffi_arg)));
  if (!memory) return raise_memory_error(thread);
  run(thread, call, prepared, memory);
  if ((call.flags & kPythonApi) && has_exception(thread)) return error;
  return result_value(thread, call, memory);
}

Result<Tuple*> converters_of(Thread& thread, Value argument_types) {
  Tuple& types = *argument_types.as<Tuple>();
  if (types.size > kMostArguments) {
    return raise(thread, *argument_error, "_argtypes_ has too many arguments ({}), maximum is {}",
                 types.size, kMostArguments);
  }
  Tuple* converters = allocate_tuple(types.size);
  for (size_t i = 0; i < types.size; ++i) {
    const TypeInfo* info = info_of(types.items[i]);
    if (info && (info->flags & TypeInfo::kHasUnion) && info->family == Family::Union) {
      return raise(thread, TypeError,
                   "item {} in _argtypes_ passes a union by value, which is unsupported.", i + 1);
    }
    if (info && (info->flags & TypeInfo::kHasBitField)) {
      return raise(thread, TypeError,
                   "item {} in _argtypes_ passes a struct/union with a bitfield by value, which is "
                   "unsupported.",
                   i + 1);
    }
    const Value converter = TRY(get_attribute_or_unbound(thread, types.items[i], "from_param"));
    if (converter.is_unbound())
      return raise(thread, TypeError, "item {} in _argtypes_ has no from_param method", i + 1);
    converters->items[i] = converter;
  }
  return converters;
}

// ---- the type of arguments ----

namespace {

std::string shown_number(Thread& thread, const Argument& argument) {
  const SimpleKind* kind = simple_kind(argument.tag);
  const Value value = kind ? kind->get(thread, argument.value.bytes, 0) : None;
  const Result<Str*> text = value.is_empty() ? Result<Str*>(error) : repr(thread, value);
  if (!text.failed()) return to_utf8(text.value());
  take_exception(thread);
  return "?";
}

Value repr_argument(Thread& thread, Value self_value) {
  const Argument& self = *self_value.as<Argument>();
  const char* const tag = &self.tag;
  const std::string_view letter(tag, 1);
  char text[64];
  switch (self.tag) {
    case 'b':
    case 'B':
    case 'h':
    case 'H':
    case 'i':
    case 'I':
    case 'l':
    case 'L':
    case 'q':
    case 'Q':
    case 'd':
    case 'f':
      return format_message(thread, "<cparam '{}' ({})>",
                            {letter, std::string_view(shown_number(thread, self))});
    case 'c': {
      const unsigned char byte = self.value.bytes[0];
      std::snprintf(text, sizeof text, byte >= 32 && byte < 127 ? "%c" : "\\x%02x", byte);
      if (byte == '\'' || byte == '\\') std::snprintf(text, sizeof text, "\\%c", byte);
      return format_message(thread, "<cparam '{}' ('{}')>",
                            {letter, static_cast<const char*>(text)});
    }
    case 'z':
    case 'Z':
    case 'P':
      std::snprintf(text, sizeof text, "%p", self.value.pointer);
      return format_message(thread, "<cparam '{}' ({})>", {letter, static_cast<const char*>(text)});
    default:
      std::snprintf(text, sizeof text, "%p", static_cast<const void*>(&self));
      return format_message(thread, "<cparam '{}' at {}>",
                            {letter, static_cast<const char*>(text)});
  }
}
Value object_of_argument(Argument& self) {
  return self.object.is_empty() ? None : self.object;
}

const MethodRow argument_methods[] = {
    member<object_of_argument>("_obj", "The wrapped object."),
};

// ---- functions of the module ----

Result<void*> address_of(Thread& thread, Value value) {
  if (!is_any_int(value)) return raise(thread, TypeError, "an integer is required");
  return reinterpret_cast<void*>(*int_to_uint64(int_and(exact_int(value), make_uint(UINT64_MAX))));
}
template <int64_t flags>
Value call_address(Thread& thread, Value function, Value arguments) {
  if (!is_tuple(arguments))
    return raise(thread, TypeError, "argument 2 must be tuple, not {}", type_of(arguments));
  void* address = TRY(address_of(thread, function));
  TRY(audit(thread, "ctypes.call_function", {function, arguments}));
  return call_foreign(thread, {address, flags, nullptr, Value(), Value()}, *arguments.as<Tuple>());
}
Value by_reference_of(Thread& thread, Value object, int64_t offset) {
  if (!is_cdata(object))
    return raise(thread, TypeError, "byref() argument must be a ctypes instance, not '{}'",
                 type_of(object));
  return by_reference(*object.as<CData>(), offset);
}
Value get_private_errno(Thread& thread) {
  TRY(audit(thread, "ctypes.get_errno", {}));
  return make_int(private_errno);
}
Value set_private_errno(Thread& thread, int value) {
  TRY(audit(thread, "ctypes.set_errno", {make_int(value)}));
  return make_int(std::exchange(private_errno, value));
}

const MethodRow functions[] = {
    function<by_reference_of>("!byref($module, object, offset=0, /)",
                              "A pointer to an instance, as an argument only."),
    function<call_address<0>>("!call_function($module, address, arguments, /)",
                              "Call the function at an address."),
    function<call_address<kCdecl>>("!call_cdeclfunction($module, address, arguments, /)",
                                   "Call the function at an address."),
    function<get_private_errno>("!get_errno($module, /)",
                                "ctypes' own copy of errno, one for each thread."),
    function<set_private_errno>("!set_errno($module, value, /)",
                                "Set ctypes' own copy of errno; the value before."),
};

}  // namespace

const std::span<const MethodRow> call_functions = functions;

void define_argument_type() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(Argument);
  spec.flags = Type::kDisallowInstantiation;
  spec.slots.repr = repr_argument;
  spec.methods = argument_methods;
  define_type(ModuleKind::CtypesArgument, spec);
}

}  // namespace minipy::ctypes
