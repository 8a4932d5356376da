// _multibytecodec and _codecs_*: what the package `encodings` makes its East Asian codecs of.
#include "Modules/arguments.h"
#include "Modules/cjk/conversion.h"
#include "Modules/cjk/encoding.h"
#include "Modules/module_support.h"
#include "Modules/native_modules.h"
#include "Objects/codecs.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

using cjk::Encoding;
using cjk::State;

constexpr size_t kMaxPendingBytes = 8;

struct MultibyteCodec : Object {
  static constexpr Kind kKind = ModuleKind::MultibyteCodec;
  const Encoding* encoding;
};

// What converters of any kind keep between calls: a codec's state, and how they deal with errors.
struct Converter : Object {
  const Encoding* encoding;
  State state;
  Str* errors;
};
struct Encoder : Converter {
  Str* pending;  // a character that could be the first of a pair, or nullptr
};
struct Decoder : Converter {
  Bytes* pending;  // the beginning of a character, or nullptr
};
struct IncrementalEncoder : Encoder {
  static constexpr Kind kKind = ModuleKind::MultibyteIncrementalEncoder;
};
struct IncrementalDecoder : Decoder {
  static constexpr Kind kKind = ModuleKind::MultibyteIncrementalDecoder;
};
struct StreamReader : Decoder {
  static constexpr Kind kKind = ModuleKind::MultibyteStreamReader;
  Value stream;
};
struct StreamWriter : Encoder {
  static constexpr Kind kKind = ModuleKind::MultibyteStreamWriter;
  Value stream;
};

Value text_of(Thread& thread, Value input) { return is_str(input) ? input : Value(TRY(str(thread, input))); }

// Handlers may run Python code: the input must not change meanwhile.
Result<Bytes*> bytes_of(Thread& thread, Value input) {
  if (is_exact(input, Kind::Bytes)) return input.as<Bytes>();
  BufferLease lease(thread);
  TRY(lease.acquire(input));
  return TRY(bytes_result(thread, lease.view())).as<Bytes>();
}

// --- codecs ---

Value codec_encode(Thread& thread, MultibyteCodec& self, Value input, Str* errors) {
  const Str* text = TRY(text_of(thread, input)).as<Str>();
  State state = self.encoding->first_encoder_state();
  const std::string handler = errors ? to_utf8(errors) : "";
  const GrowingBytes output = TRY(cjk::encode(thread, *self.encoding, state, text, handler, nullptr));
  return make_tuple({TRY(bytes_result(thread, output)), Value::from_int(static_cast<int64_t>(text->length()))});
}

Value codec_decode(Thread& thread, MultibyteCodec& self, Value input, Str* errors) {
  Bytes* data = TRY(bytes_of(thread, input));
  State state = self.encoding->first_decoder_state();
  const std::string handler = errors ? to_utf8(errors) : "";
  Str* text = TRY(cjk::decode(thread, *self.encoding, state, data->view(), handler, nullptr, data));
  return make_tuple({text, Value::from_int(static_cast<int64_t>(data->size))});
}

const MethodRow codec_methods[] = {
    method<codec_encode>("encode($self, /, input, errors=None)",
                         "Text to bytes: the bytes, and the number of characters.\n\n"
                         "Characters that the encoding does not have go to the error handler of that name."),
    method<codec_decode>("decode($self, /, input, errors=None)",
                         "Bytes to text: the text, and the number of bytes.\n\n"
                         "Bytes that mean nothing go to the error handler of that name."),
};

// --- what converters share ---

// Their classes say by an attribute which codec they are for.
Result<const Encoding*> encoding_of(Thread& thread, Type& type) {
  const Value codec = TRY(get_attribute(thread, &type, "codec"));
  if (has_kind(codec, ModuleKind::MultibyteCodec)) return codec.as<MultibyteCodec>()->encoding;
  return raise(thread, TypeError, "codec is unexpected type");
}

Result<Str*> errors_argument(Thread& thread, std::string_view function, int place, Value errors) {
  if (is_str(errors)) return errors.as<Str>();
  return raise(thread, TypeError, "{}() argument {} must be str, not {}", function, place, argument_kind(errors));
}

template <typename T>
Result<T*> make_converter(Thread& thread, Type& type, Str* errors) {
  const Encoding* encoding = TRY(encoding_of(thread, type));
  T* made = allocate_instance_as<T>(type);
  if (!made) return error;
  made->encoding = encoding;
  made->state = std::is_base_of_v<Encoder, T> ? encoding->first_encoder_state() : encoding->first_decoder_state();
  made->errors = errors;
  return made;
}

Status no_arguments(Value, Value) { return nothing; }
const MethodRow encoder_row = function<no_arguments>("IncrementalEncoder(errors='strict')", "");
const MethodRow decoder_row = function<no_arguments>("IncrementalDecoder(errors='strict')", "");
const MethodRow reader_row = function<no_arguments>("StreamReader(stream, errors='strict')", "");
const MethodRow writer_row = function<no_arguments>("StreamWriter(stream, errors='strict')", "");

template <typename T, const MethodRow& row>
Value make_incremental(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value bound[1];
  BoundArguments rest;
  TRY(bind_arguments(thread, signature_of(row), Value(), arguments, count, keyword_names, bound, rest));
  Str* errors = TRY(errors_argument(thread, name_of(row), 1, bound[0]));
  return TRY(make_converter<T>(thread, type, errors));
}

template <typename T, const MethodRow& row>
Value make_stream(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value bound[2];
  BoundArguments rest;
  TRY(bind_arguments(thread, signature_of(row), Value(), arguments, count, keyword_names, bound, rest));
  Str* errors = TRY(errors_argument(thread, name_of(row), 2, bound[1]));
  T* made = TRY(make_converter<T>(thread, type, errors));
  made->stream = bound[0];
  return made;
}

// Everything is done when they are made; the classes that inherit from these have an __init__ of another kind.
Status ignore_init(Thread&, Value, const Value*, size_t, Value) { return nothing; }

Value get_errors(Value self) { return self.as<Converter>()->errors; }
Status set_errors(Thread& thread, Value self, Value errors) {
  if (errors.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  if (!is_str(errors)) return raise(thread, TypeError, "errors must be a string");
  self.as<Converter>()->errors = errors.as<Str>();
  return nothing;
}

// --- encoding piece by piece ---

// What was waiting is still there after an error.
Result<Value> encode_piece(Thread& thread, Encoder& self, Value input, bool is_final) {
  const Str* text = TRY(text_of(thread, input)).as<Str>();
  if (self.pending) text = concatenate(self.pending, text);
  if (!text) return raise_memory_error(thread);
  size_t used = text->length();
  const std::string errors = to_utf8(self.errors);
  const GrowingBytes output =
      TRY(cjk::encode(thread, *self.encoding, self.state, text, errors, is_final ? nullptr : &used));
  if (text->length() - used > 2) return raise(thread, UnicodeError, "pending buffer overflow");
  self.pending = used < text->length() ? substring(text, used, text->length()) : nullptr;
  return bytes_result(thread, output);
}

Value encoder_encode(Thread& thread, IncrementalEncoder& self, Value input, bool is_final) {
  return TRY(encode_piece(thread, self, input, is_final));
}

// As one number: the length of what waits, that in UTF-8, and the state.
Value encoder_state(Thread& thread, IncrementalEncoder& self) {
  std::string bytes(1, '\0');
  if (self.pending) bytes += TRY(to_utf8_strict(thread, self.pending));
  if (bytes.size() > 1 + kMaxPendingBytes) return raise(thread, UnicodeError, "pending buffer too large");
  bytes[0] = static_cast<char>(bytes.size() - 1);
  bytes.append(reinterpret_cast<const char*>(self.state.bytes), sizeof self.state.bytes);
  return int_from_bytes(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), true, false);
}

Status set_encoder_state(Thread& thread, IncrementalEncoder& self, Value state) {
  if (!is_any_int(state)) {
    return raise(thread, TypeError, "setstate() argument must be int, not {}", argument_kind(state));
  }
  uint8_t bytes[1 + kMaxPendingBytes + sizeof self.state.bytes];
  TRY(int_to_bytes(thread, state, bytes, sizeof bytes, true, false));
  const size_t length = bytes[0];
  if (length > kMaxPendingBytes) return raise(thread, UnicodeError, "pending buffer too large");
  Str* pending = TRY(decode_utf8(thread, {reinterpret_cast<const char*>(bytes + 1), length}));
  self.pending = length > 0 ? pending : nullptr;
  memcpy(self.state.bytes, bytes + 1 + length, sizeof self.state.bytes);
  return nothing;
}

void reset_encoder(IncrementalEncoder& self) {
  (void)self.encoding->finish(self.state);  // what it would write is lost
  self.pending = nullptr;
}

const MethodRow encoder_methods[] = {
    method<encoder_encode>("encode($self, /, input, final=False)", "The bytes of the next piece of text."),
    method<encoder_state>("getstate($self, /)", "The state, as an int."),
    method<set_encoder_state>("setstate($self, state, /)", "Go back to a state."),
    method<reset_encoder>("reset($self, /)", "Back to the start."),
    getter<get_errors>("errors", "How errors are dealt with.", set_errors),
};

// --- decoding piece by piece ---

// Only at the end of the text does an error leave what was waiting.
Value decode_piece(Thread& thread, Decoder& self, Bytes* data, bool is_final) {
  Bytes* waiting = self.pending;
  if (waiting) data = TRY(bytes_result(thread, std::string(waiting->view()) + std::string(data->view()))).as<Bytes>();
  self.pending = nullptr;
  size_t used = data->size;
  const std::string errors = to_utf8(self.errors);
  const Result<Str*> text = cjk::decode(thread, *self.encoding, self.state, data->view(), errors,
                                        is_final ? nullptr : &used, data);
  if (text.failed()) {
    if (is_final) self.pending = waiting;
    return error;
  }
  const size_t rest = data->size - used;
  if (rest > kMaxPendingBytes) return raise(thread, UnicodeError, "pending buffer overflow");
  if (rest > 0) self.pending = TRY(bytes_result(thread, data->view().substr(used))).as<Bytes>();
  return text.value();
}

Value decoder_decode(Thread& thread, IncrementalDecoder& self, Value input, bool is_final) {
  Bytes* data = TRY(bytes_of(thread, input));
  return decode_piece(thread, self, data, is_final);
}

Value decoder_state(IncrementalDecoder& self) {
  return make_tuple({self.pending ? Value(self.pending) : Value(empty_bytes()),
                     int_from_bytes(self.state.bytes, sizeof self.state.bytes, true, false)});
}

Status set_decoder_state(Thread& thread, IncrementalDecoder& self, Value state) {
  if (!is_tuple(state)) {
    return raise(thread, TypeError, "setstate() argument must be tuple, not {}", argument_kind(state));
  }
  const Tuple& parts = *state.as<Tuple>();
  if (parts.size != 2 || !has_kind(parts.items[0], Kind::Bytes) || !is_any_int(parts.items[1])) {
    return raise(thread, TypeError, "setstate(): illegal state argument");
  }
  uint8_t bytes[sizeof self.state.bytes];
  TRY(int_to_bytes(thread, parts.items[1], bytes, sizeof bytes, true, false));
  Bytes* pending = parts.items[0].as<Bytes>();
  if (pending->size > kMaxPendingBytes) return raise(thread, UnicodeError, "pending buffer too large");
  self.pending = pending->size > 0 ? pending : nullptr;
  memcpy(self.state.bytes, bytes, sizeof bytes);
  return nothing;
}

void reset_decoder(Decoder& self) {
  self.encoding->reset_decoder(self.state);
  self.pending = nullptr;
}
void reset_incremental_decoder(IncrementalDecoder& self) { reset_decoder(self); }

const MethodRow decoder_methods[] = {
    method<decoder_decode>("decode($self, /, input, final=False)", "The text of the next bytes."),
    method<decoder_state>("getstate($self, /)", "The state: the bytes that wait for more, and an int."),
    method<set_decoder_state>("setstate($self, state, /)", "Go back to a state."),
    method<reset_incremental_decoder>("reset($self, /)", "Back to the start."),
    getter<get_errors>("errors", "How errors are dealt with.", set_errors),
};

// --- streams ---

// `size` is how many bytes to ask the stream for, -1 for all; one more at a time until there is a character.
Value read_with(Thread& thread, StreamReader& self, std::string_view method, int64_t size) {
  if (size == 0) return empty_str();
  for (;;) {
    const Value data = TRY(size < 0 ? call_method(thread, self.stream, method)
                                    : call_method(thread, self.stream, method, {Value::from_int(size)}));
    if (!has_kind(data, Kind::Bytes)) {
      return raise(thread, TypeError, "stream function returned a non-bytes object ({})", type_of(data));
    }
    const bool is_end = data.as<Bytes>()->size == 0;
    const bool is_empty = is_end && !self.pending;
    const Value text = decode_piece(thread, self, data.as<Bytes>(), is_end || size < 0);
    if (text.is_empty()) {
      self.pending = nullptr;
      return error;
    }
    if (size < 0 || is_empty || text.as<Str>()->length() > 0) return text;
    size = 1;
  }
}

Result<int64_t> size_of(Thread& thread, Value size) {
  if (size.is_none()) return -1;
  if (!is_any_int(size)) return raise(thread, TypeError, "arg 1 must be an integer");
  return argument_int64(thread, size);
}

Value read(Thread& thread, StreamReader& self, Value size) {
  return read_with(thread, self, "read", TRY(size_of(thread, size)));
}
Value read_line(Thread& thread, StreamReader& self, Value size) {
  return read_with(thread, self, "readline", TRY(size_of(thread, size)));
}
Value read_lines(Thread& thread, StreamReader& self, Value size) {
  const Value text = TRY(read_with(thread, self, "read", TRY(size_of(thread, size))));
  return call_method(thread, text, "splitlines", {True});
}
void reset_reader(StreamReader& self) { reset_decoder(self); }

Value stream_of_reader(Value self) { return self.as<StreamReader>()->stream; }
Value stream_of_writer(Value self) { return self.as<StreamWriter>()->stream; }

const MethodRow reader_methods[] = {
    method<read>("read($self, sizeobj=None, /)", "Text of so many bytes, or of all."),
    method<read_line>("readline($self, sizeobj=None, /)", "Text of the next line, or of so many bytes of it."),
    method<read_lines>("readlines($self, sizehintobj=None, /)", "The lines of so many bytes, or of all."),
    method<reset_reader>("reset($self, /)", "Back to the start."),
    getter<get_errors>("errors", "How errors are dealt with.", set_errors),
    member<stream_of_reader>("stream", ""),
};

Status write(Thread& thread, StreamWriter& self, Value text) {
  const Value bytes = TRY(encode_piece(thread, self, text, false));
  TRY(call_method(thread, self.stream, "write", {bytes}));
  return nothing;
}

Status write_lines(Thread& thread, StreamWriter& self, Value lines) {
  const TypeSlots& slots = type_of(lines).slots;
  if (!slots.sequence_item) return raise(thread, TypeError, "arg must be a sequence object");
  for (size_t i = 0; i < TRY(length(thread, lines)); ++i) {
    TRY(write(thread, self, TRY(sequence_item(thread, lines, static_cast<int64_t>(i)))));
  }
  return nothing;
}

// Writes what has been waiting for its second character.
Status reset_writer(Thread& thread, StreamWriter& self) {
  if (!self.pending) return nothing;
  const Value bytes = TRY(encode_piece(thread, self, empty_str(), true));
  if (bytes.as<Bytes>()->size > 0) TRY(call_method(thread, self.stream, "write", {bytes}));
  return nothing;
}

const MethodRow writer_methods[] = {
    method<write>("write($self, strobj, /)", "Write text to the stream."),
    method<write_lines>("writelines($self, lines, /)", "Write the texts of a sequence."),
    method<reset_writer>("reset($self, /)", "Write what waits for more, and go back to the start."),
    getter<get_errors>("errors", "How errors are dealt with.", set_errors),
    member<stream_of_writer>("stream", ""),
};

// --- the modules ---

void define_converter(Kind kind, size_t bytes, decltype(TypeSlots::make) make, std::span<const MethodRow> methods) {
  TypeSlots slots{};
  slots.make = make;
  slots.init = ignore_init;
  define_type(kind, {.instance_bytes = bytes, .flags = Type::kBaseType, .slots = slots, .methods = methods});
}

// Whichever of the modules is imported first.
void define_types() {
  static bool done = false;
  if (done) return;
  done = true;
  define_type(ModuleKind::MultibyteCodec, {.instance_bytes = sizeof(MultibyteCodec),
                                           .flags = Type::kDisallowInstantiation, .methods = codec_methods});
  define_converter(ModuleKind::MultibyteIncrementalEncoder, sizeof(IncrementalEncoder),
                   make_incremental<IncrementalEncoder, encoder_row>, encoder_methods);
  define_converter(ModuleKind::MultibyteIncrementalDecoder, sizeof(IncrementalDecoder),
                   make_incremental<IncrementalDecoder, decoder_row>, decoder_methods);
  define_converter(ModuleKind::MultibyteStreamReader, sizeof(StreamReader), make_stream<StreamReader, reader_row>,
                   reader_methods);
  define_converter(ModuleKind::MultibyteStreamWriter, sizeof(StreamWriter), make_stream<StreamWriter, writer_row>,
                   writer_methods);
}

Status initialize_multibytecodec(Thread&, Module& module) {
  define_types();
  for (const Kind kind : {ModuleKind::MultibyteIncrementalEncoder, ModuleKind::MultibyteIncrementalDecoder,
                          ModuleKind::MultibyteStreamReader, ModuleKind::MultibyteStreamWriter}) {
    module_add_type(module, type_of_kind(kind));
  }
  return nothing;
}

Status initialize_codecs(Thread&, Module&) {
  define_types();
  return nothing;
}

Value get_codec(Thread& thread, std::string_view module, Value name) {
  if (!is_str(name)) return raise(thread, TypeError, "encoding name must be a string.");
  Encoding* encoding = cjk::find_encoding(module, to_utf8(name.as<Str>()));
  if (!encoding) return raise(thread, LookupError, "no such codec is supported.");
  if (!encoding->prepare()) return raise_memory_error(thread);
  auto* codec = allocate<MultibyteCodec>();
  codec->encoding = encoding;
  return codec;
}

#define CODECS_MODULE(name)                                                                               \
  Value get_codec_of_##name(Thread& thread, Value encoding) { return get_codec(thread, #name, encoding); } \
  const MethodRow functions_of_##name[] = {                                                               \
      function<get_codec_of_##name>("getcodec($module, encoding, /)", "The codec of that name.")};
CODECS_MODULE(_codecs_cn)
CODECS_MODULE(_codecs_hk)
CODECS_MODULE(_codecs_iso2022)
CODECS_MODULE(_codecs_jp)
CODECS_MODULE(_codecs_kr)
CODECS_MODULE(_codecs_tw)
#undef CODECS_MODULE

}  // namespace

extern const ModuleSpec multibytecodec_module{"_multibytecodec", nullptr, {}, initialize_multibytecodec};
extern const ModuleSpec codecs_cn_module{"_codecs_cn", nullptr, functions_of__codecs_cn, initialize_codecs};
extern const ModuleSpec codecs_hk_module{"_codecs_hk", nullptr, functions_of__codecs_hk, initialize_codecs};
extern const ModuleSpec codecs_iso2022_module{"_codecs_iso2022", nullptr, functions_of__codecs_iso2022,
                                              initialize_codecs};
extern const ModuleSpec codecs_jp_module{"_codecs_jp", nullptr, functions_of__codecs_jp, initialize_codecs};
extern const ModuleSpec codecs_kr_module{"_codecs_kr", nullptr, functions_of__codecs_kr, initialize_codecs};
extern const ModuleSpec codecs_tw_module{"_codecs_tw", nullptr, functions_of__codecs_tw, initialize_codecs};

}  // namespace minipy
