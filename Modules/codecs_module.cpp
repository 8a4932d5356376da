// _codecs: the registry, and every codec that is written in C++ (library reference, codecs).
#include "Modules/codecs_escapes.h"
#include "Modules/native_modules.h"
#include "Objects/codec_errors.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str_access.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// (result, how much of the input was used)
Value with_length(Thread&, Value result, size_t length) {
  if (result.is_empty()) return result;
  return make_tuple({result, Value::from_int(static_cast<int64_t>(length))});
}

Value with_length(Thread& thread, Result<Str*> result, size_t length) {
  return with_length(thread, result.failed() ? Value() : Value(result.value()), length);
}

std::string error_name(const Str* errors) { return errors == nullptr ? "" : to_utf8(errors); }

// The bytes of an argument for as long as the call lasts.
class Input {
 public:
  explicit Input(Thread& thread) : lease_(thread) {}
  Status acquire(Thread& thread, Value data, bool takes_str) {
    if (takes_str && is_str(data)) {
      text_ = TRY(to_utf8_strict(thread, data.as<Str>()));
      is_text_ = true;
      return nothing;
    }
    shown_ = is_exact(data, Kind::Bytes) ? data : Value();
    return lease_.acquire(data);
  }
  std::string_view view() const { return is_text_ ? std::string_view(text_) : lease_.view(); }
  Value shown() const { return shown_; }

 private:
  BufferLease lease_;
  std::string text_;
  bool is_text_ = false;
  Value shown_;
};

// --- the registry ---

Status register_function(Thread& thread, Value search_function) {
  return register_codec(thread, search_function);
}
Status unregister(Thread& thread, Value search_function) {
  return unregister_codec(thread, search_function);
}
Value lookup(Thread& thread, Module&, Str& encoding) { return lookup_codec(thread, to_utf8(&encoding)); }
Value encode(Thread& thread, Value object, Str& encoding, Str& errors) {
  return codec_encode(thread, object, to_utf8(&encoding), to_utf8(&errors));
}
Value decode(Thread& thread, Value object, Str& encoding, Str& errors) {
  return codec_decode(thread, object, to_utf8(&encoding), to_utf8(&errors));
}
Status register_error(Thread& thread, Module&, Str& name, Value handler) {
  return register_error_handler(thread, &name, handler);
}
Value lookup_error(Thread& thread, Module&, Str& name) { return lookup_error_handler(thread, to_utf8(&name)); }

// --- decoders ---

using PartialDecoder = Result<Str*> (*)(Thread&, std::string_view, std::string_view, size_t*, Value);

template <PartialDecoder decoder, bool takes_str = false>
Value decode_part(Thread& thread, Value data, Str* errors, bool is_final) {
  Input input(thread);
  TRY(input.acquire(thread, data, takes_str));
  size_t consumed = input.view().size();
  Result<Str*> result =
      decoder(thread, input.view(), error_name(errors), is_final ? nullptr : &consumed, input.shown());
  return with_length(thread, result, consumed);
}

template <bool is_wide, int byte_order>
Result<Str*> decode_ordered(Thread& thread, std::string_view data, std::string_view errors,
                            size_t* consumed, Value shown) {
  int order = byte_order;
  return is_wide ? decode_utf32(thread, data, errors, order, consumed, shown)
                 : decode_utf16(thread, data, errors, order, consumed, shown);
}

// The byte order goes in and, as found, comes out.
template <bool is_wide>
Value decode_extended(Thread& thread, Value data, Str* errors, int byte_order, bool is_final) {
  Input input(thread);
  TRY(input.acquire(thread, data, false));
  size_t consumed = input.view().size();
  size_t* const partial = is_final ? nullptr : &consumed;
  const std::string name = error_name(errors);
  Str* const result =
      TRY(is_wide ? decode_utf32(thread, input.view(), name, byte_order, partial, input.shown())
                  : decode_utf16(thread, input.view(), name, byte_order, partial, input.shown()));
  return make_tuple({result, Value::from_int(static_cast<int64_t>(consumed)), Value::from_int(byte_order)});
}

Value ascii_decode(Thread& thread, Value data, Str* errors) {
  Input input(thread);
  TRY(input.acquire(thread, data, false));
  return with_length(thread, decode_ascii(thread, input.view(), error_name(errors), input.shown()),
                     input.view().size());
}

Value latin_1_decode(Thread& thread, Value data, Str*) {
  Input input(thread);
  TRY(input.acquire(thread, data, false));
  return with_length(thread, checked(thread, make_str_latin1(input.view())), input.view().size());
}

Value charmap_decode(Thread& thread, Value data, Str* errors, Value mapping) {
  Input input(thread);
  TRY(input.acquire(thread, data, false));
  return with_length(
      thread, decode_charmap(thread, input.view(), error_name(errors), mapping, input.shown()),
      input.view().size());
}

Value escape_decode(Thread& thread, Value data, Str* errors) {
  Input input(thread);
  TRY(input.acquire(thread, data, true));
  return with_length(thread, decode_byte_escapes(thread, input.view(), error_name(errors)),
                     input.view().size());
}

// --- encoders ---

using Encoder = Value (*)(Thread&, const Str*, std::string_view);
template <Encoder encoder>
Value encode_whole(Thread& thread, Str& text, Str* errors) {
  return with_length(thread, encoder(thread, &text, error_name(errors)), text.length());
}

template <bool is_wide, int byte_order>
Value encode_in_order(Thread& thread, const Str* text, std::string_view errors) {
  return is_wide ? encode_utf32(thread, text, errors, byte_order)
                 : encode_utf16(thread, text, errors, byte_order);
}

template <bool is_wide>
Value encode_any_order(Thread& thread, Module&, Str& text, Str* errors, int byte_order) {
  const std::string name = error_name(errors);
  return with_length(thread,
                     is_wide ? encode_utf32(thread, &text, name, byte_order)
                             : encode_utf16(thread, &text, name, byte_order),
                     text.length());
}

Value utf_7_encode(Thread& thread, Str& text, Str*) {
  return with_length(thread, encode_utf7(thread, &text), text.length());
}
Value unicode_escape_encode(Thread& thread, Str& text, Str*) {
  return with_length(thread, encode_unicode_escape(thread, &text), text.length());
}
Value raw_unicode_escape_encode(Thread& thread, Str& text, Str*) {
  return with_length(thread, encode_raw_unicode_escape(thread, &text), text.length());
}
Value charmap_encode(Thread& thread, Module&, Str& text, Str* errors, Value mapping) {
  return with_length(thread, encode_charmap(thread, &text, error_name(errors), mapping), text.length());
}
Value charmap_build(Thread& thread, Module&, Str& map) { return build_charmap(thread, &map); }

// The repr of bytes without its quotes.
Value escape_encode(Thread& thread, Module&, Bytes& data, Str*) {
  const Str* const shown = TRY(repr(thread, &data));
  std::string text(shown->ascii_view().substr(2));
  text.pop_back();
  if (shown->at(1) == '"') {
    for (size_t i = 0; (i = text.find('\'', i)) != std::string::npos; i += 2) text.insert(i, 1, '\\');
  }
  return with_length(thread, make_bytes(text), data.size);
}

Value readbuffer_encode(Thread& thread, Value data, Str*) {
  Input input(thread);
  TRY(input.acquire(thread, data, true));
  return with_length(thread, make_bytes(input.view()), input.view().size());
}

#define DECODER(name, f) \
  function<f>(name "($module, data, errors=None, final=False, /)", "Bytes to text.")
#define ENCODER(name, f) function<f>(name "($module, str, errors=None, /)", "Text to bytes.")

const MethodRow functions[] = {
    function<register_function>("register($module, search_function, /)",
                                "Add a function that finds codecs by name."),
    function<unregister>("unregister($module, search_function, /)",
                         "Take a search function away, and forget what was found."),
    function<lookup>("lookup($module, encoding, /)", "The CodecInfo of an encoding."),
    function<encode>("encode($module, /, obj, encoding='utf-8', errors='strict')",
                     "Encode any object by a codec."),
    function<decode>("decode($module, /, obj, encoding='utf-8', errors='strict')",
                     "Decode any object by a codec."),
    function<register_error>("register_error($module, errors, handler, /)",
                             "Give an error handler a name."),
    function<lookup_error>("lookup_error($module, name, /)", "The error handler of that name."),
    DECODER("utf_8_decode", decode_part<decode_utf8>),
    DECODER("utf_7_decode", decode_part<decode_utf7>),
    DECODER("utf_16_decode", (decode_part<decode_ordered<false, 0>>)),
    DECODER("utf_16_le_decode", (decode_part<decode_ordered<false, -1>>)),
    DECODER("utf_16_be_decode", (decode_part<decode_ordered<false, 1>>)),
    DECODER("utf_32_decode", (decode_part<decode_ordered<true, 0>>)),
    DECODER("utf_32_le_decode", (decode_part<decode_ordered<true, -1>>)),
    DECODER("utf_32_be_decode", (decode_part<decode_ordered<true, 1>>)),
    function<decode_extended<false>>(
        "utf_16_ex_decode($module, data, errors=None, byteorder=0, final=False, /)",
        "Bytes to text; the byte order goes in and comes out."),
    function<decode_extended<true>>(
        "utf_32_ex_decode($module, data, errors=None, byteorder=0, final=False, /)",
        "Bytes to text; the byte order goes in and comes out."),
    function<decode_part<decode_unicode_escape, true>>(
        "unicode_escape_decode($module, data, errors=None, final=True, /)", "Bytes to text."),
    function<decode_part<decode_raw_unicode_escape, true>>(
        "raw_unicode_escape_decode($module, data, errors=None, final=True, /)", "Bytes to text."),
    function<latin_1_decode>("latin_1_decode($module, data, errors=None, /)", "Bytes to text."),
    function<ascii_decode>("ascii_decode($module, data, errors=None, /)", "Bytes to text."),
    function<charmap_decode>("charmap_decode($module, data, errors=None, mapping=None, /)",
                             "Bytes to text by a table."),
    function<escape_decode>("escape_decode($module, data, errors=None, /)",
                            "Replace the escapes of a bytes literal."),
    ENCODER("utf_8_encode", encode_whole<encode_utf8>),
    ENCODER("utf_7_encode", utf_7_encode),
    function<encode_any_order<false>>("utf_16_encode($module, str, errors=None, byteorder=0, /)",
                                      "Text to bytes."),
    ENCODER("utf_16_le_encode", (encode_whole<encode_in_order<false, -1>>)),
    ENCODER("utf_16_be_encode", (encode_whole<encode_in_order<false, 1>>)),
    function<encode_any_order<true>>("utf_32_encode($module, str, errors=None, byteorder=0, /)",
                                     "Text to bytes."),
    ENCODER("utf_32_le_encode", (encode_whole<encode_in_order<true, -1>>)),
    ENCODER("utf_32_be_encode", (encode_whole<encode_in_order<true, 1>>)),
    ENCODER("latin_1_encode", encode_whole<encode_latin1>),
    ENCODER("ascii_encode", encode_whole<encode_ascii>),
    ENCODER("unicode_escape_encode", unicode_escape_encode),
    ENCODER("raw_unicode_escape_encode", raw_unicode_escape_encode),
    function<charmap_encode>("charmap_encode($module, str, errors=None, mapping=None, /)",
                             "Text to bytes by a table."),
    function<charmap_build>("charmap_build($module, map, /)",
                            "The encoding table that belongs to a decoding table."),
    function<escape_encode>("escape_encode($module, data, errors=None, /)",
                            "Put escapes as in a bytes literal."),
    function<readbuffer_encode>("readbuffer_encode($module, data, errors=None, /)",
                                "The contents of a buffer as bytes."),
};
#undef DECODER
#undef ENCODER

Status initialize(Thread&, Module&) {
  define_encoding_map_type();
  return nothing;
}

}  // namespace

extern const ModuleSpec codecs_module = {"_codecs", nullptr, functions, initialize};

}  // namespace minipy
