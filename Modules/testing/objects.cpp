// _testcapi: single operations on builtin objects, as C code asks for them.
#include <csignal>
#include <cstring>

#include "Compiler/opcodes.h"
#include "Modules/struct_format.h"
#include "Modules/testing/testing.h"
#include "Objects/bytes.h"
#include "Objects/code.h"
#include "Objects/codecs.h"
#include "Objects/float.h"
#include "Objects/function.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/interface.h"

namespace minipy {
namespace {

// --- sequences and dicts: only integer positions, only hashes that are known ---

// Negative positions count from the end, once: what is left of the first item is no item.
Result<int64_t> real_position(Thread& thread, Value sequence, int64_t position) {
  if (position >= 0) return position;
  position += static_cast<int64_t>(TRY(length(thread, sequence)));
  if (position < 0) return raise(thread, IndexError, "index out of range");
  return position;
}

Value item_at(Thread& thread, Value sequence, int64_t position) {
  return sequence_item(thread, sequence, TRY(real_position(thread, sequence, position)));
}

Value set_item_at(Thread& thread, Value sequence, int64_t position, Value item) {
  const SetItemSlot set = type_of(sequence).slots.sequence_set_item;
  if (!set)
    return raise(thread, TypeError, "'{}' object does not support item assignment",
                 type_of(sequence));
  TRY(set(thread, sequence, TRY(real_position(thread, sequence, position)), item));
  return make_int(0);
}

Value item_of_hash(Thread& thread, Value dict, Value key, int64_t hash) {
  if (!is_dict(dict)) return raise(thread, SystemError, "bad argument to internal function");
  const Value found = TRY(dict_get_hashed(thread, *dict.as<Dict>(), key, hash));
  if (found.is_unbound()) return raise_key_error(thread, key);
  return found;
}

// The number that attribute lookups of the class are cached under; 0 before the first.
Value class_version(Thread& thread, Value type) {
  if (!is_type(type)) return raise(thread, TypeError, "argument must be a type");
  return make_int(type.as<Type>()->version);
}

// --- bytes of floats ---

Value pack_float(Thread& thread, int size, double number, bool is_little) {
  uint64_t bits = 0;
  if (size == 2) {
    uint16_t half;
    if (!pack_half(number, half))
      return raise(thread, OverflowError, "float too large to pack with e format");
    bits = half;
  } else if (size == 4) {
    const float single = static_cast<float>(number);
    if (std::isinf(single) && !std::isinf(number)) {
      return raise(thread, OverflowError, "float too large to pack with f format");
    }
    uint32_t single_bits;
    std::memcpy(&single_bits, &single, 4);
    bits = single_bits;
  } else if (size == 8) {
    std::memcpy(&bits, &number, 8);
  } else {
    return raise(thread, ValueError, "size must 2, 4 or 8");
  }
  char bytes[8];
  for (int i = 0; i < size; ++i)
    bytes[is_little ? i : size - 1 - i] = static_cast<char>(bits >> (8 * i));
  return make_bytes(std::string_view(bytes, static_cast<size_t>(size)));
}

Value unpack_float(Thread& thread, Bytes& data, bool is_little) {
  const std::string_view view = data.view();
  uint64_t bits = 0;
  for (size_t i = 0; i < view.size() && i < 8; ++i) {
    bits |= static_cast<uint64_t>(static_cast<uint8_t>(view[is_little ? i : view.size() - 1 - i]))
            << (8 * i);
  }
  if (view.size() == 2) return make_float(unpack_half(static_cast<uint16_t>(bits)));
  if (view.size() == 4) {
    float single;
    std::memcpy(&single, &bits, 4);
    return make_float(single);
  }
  if (view.size() != 8) return raise(thread, ValueError, "data length must 2, 4 or 8 bytes");
  double number;
  std::memcpy(&number, &bits, 8);
  return make_float(number);
}

// --- code, codecs, generators, tracing ---

// Code that belongs to no source: all it does is raise AssertionError.
Value empty_code(Thread& thread, Str& filename, Str& name, int line) {
  const uint8_t instructions[] = {static_cast<uint8_t>(Opcode::RESUME),
                                  0,
                                  static_cast<uint8_t>(Opcode::LOAD_ASSERTION_ERROR),
                                  0,
                                  static_cast<uint8_t>(Opcode::RAISE_VARARGS),
                                  1};
  // One entry without columns for all three units: kind 13, length 3, the first line.
  const uint8_t lines[] = {0x80 | 13 << 3 | 2, 0};
  const auto bytes = [](std::span<const uint8_t> data) {
    return make_bytes(std::string_view(reinterpret_cast<const char*>(data.data()), data.size()));
  };
  Tuple* nothing_named = make_tuple({});
  CodeFields fields;
  fields.stack_size = 1;
  fields.first_line = line;
  fields.code = bytes(instructions);
  fields.line_table = bytes(lines);
  fields.exception_table = fields.localsplus_kinds = make_bytes("");
  fields.constants = fields.names = fields.localsplus_names = nothing_named;
  fields.filename = &filename;
  fields.name = fields.qualified_name = &name;
  return TRY(make_code(thread, fields));
}

Value incremental_codec(Thread& thread, Str& encoding, Value errors, std::string_view which) {
  const Value codec = TRY(lookup_codec(thread, to_utf8(&encoding)));
  const Value maker = TRY(get_attribute(thread, codec, which));
  return errors.is_none() ? call(thread, maker) : call(thread, maker, {errors});
}
Value incremental_encoder(Thread& thread, Str& encoding, Value errors) {
  return incremental_codec(thread, encoding, errors, "incrementalencoder");
}
Value incremental_decoder(Thread& thread, Str& encoding, Value errors) {
  return incremental_codec(thread, encoding, errors, "incrementaldecoder");
}

// The signal is there before the generator goes on, and nobody looks at it in between.
Value interrupt_and_resume(Thread& thread, Value generator) {
  const SendSlot send = type_of(generator).slots.send;
  if (!send) return raise(thread, TypeError, "'{}' object has no send", type_of(generator));
  std::raise(SIGINT);
  Value result;
  switch (send(thread, generator, None, &result)) {
    case SendResult::Yielded:
      return result;
    case SendResult::Returned:
      return raise_stop_iteration(thread, result);
    case SendResult::Failed:
      return error;
  }
  MP_UNREACHABLE();
}

// The bytes of an item of this format.
Value size_from_format(Thread& thread, Str& format) {
  const Value size_of = TRY(import_attribute(thread, "struct", "calcsize"));
  return call(thread, size_of, {Value(&format)});
}

Value without_view(Thread& thread, Value object) {
  BufferLease lease(thread);
  TRY(lease.acquire(object));
  return raise(thread, BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete");
}

// A trace function which appends (event, line, argument) to a list, the events being numbers.
extern const MethodRow recorder_row;
Value record_event(Thread& thread, List& events, Value frame, Str& event, Value argument) {
  static constexpr const char* names[] = {"call",   "exception",   "line",     "return",
                                          "c_call", "c_exception", "c_return", "opcode"};
  size_t number = 0;
  while (number < std::size(names) && !equal(&event, names[number])) ++number;
  const Value line = TRY(get_attribute(thread, frame, "f_lineno"));
  TRY(list_append(thread, events,
                  make_tuple({make_int(static_cast<int64_t>(number)), line, argument})));
  return make_builtin_function(recorder_row, &events, None);
}
const MethodRow recorder_row =
    method<record_event>("!record($self, frame, event, argument, /)", nullptr);

Value trace_into_list(Thread& thread, Value events) {
  if (!has_kind(events, Kind::List)) return raise(thread, TypeError, "argument must be a list");
  set_trace_function(thread, make_builtin_function(recorder_row, events, None));
  return None;
}

const MethodRow rows[] = {
    function<size_from_format>("!PyBuffer_SizeFromFormat($module, format, /)", nullptr),
    function<empty_code>("!code_newempty($module, filename, funcname, firstlineno, /)", nullptr),
    function<incremental_decoder>("!codec_incrementaldecoder($module, encoding, errors=None, /)",
                                  nullptr),
    function<incremental_encoder>("!codec_incrementalencoder($module, encoding, errors=None, /)",
                                  nullptr),
    function<item_of_hash>("!dict_getitem_knownhash($module, dict, key, hash, /)", nullptr),
    function<pack_float>("!float_pack($module, size, number, little_endian, /)", nullptr),
    function<unpack_float>("!float_unpack($module, data, little_endian, /)", nullptr),
    function<without_view>("!getbuffer_with_null_view($module, object, /)", nullptr),
    function<interrupt_and_resume>("!raise_SIGINT_then_send_None($module, generator, /)", nullptr),
    function<item_at>("!sequence_getitem($module, sequence, index, /)", nullptr),
    function<set_item_at>("!sequence_setitem($module, sequence, index, item, /)", nullptr),
    function<trace_into_list>("!settrace_to_record($module, list, /)", nullptr),
    function<class_version>("!type_get_version($module, type, /)", nullptr),
};

}  // namespace

std::span<const MethodRow> object_rows() {
  return rows;
}

}  // namespace minipy
