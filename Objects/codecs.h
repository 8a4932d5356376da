// Text to bytes and back: the codecs that C++ knows, error handlers, and the registry of all codecs
// (library reference, codecs). Everything here may run user code: codecs and error handlers.
#pragma once

#include <string_view>

#include "Objects/bytes.h"
#include "Objects/result.h"
#include "Objects/str.h"

namespace minipy {

struct Thread;

// --- whole strings ---
// str.encode and bytes.decode; an empty `encoding` is utf-8, empty `errors` are strict.
// The result of encoding is bytes, that of decoding a str (TypeError if a codec gives anything else).
Value encode_text(Thread&, const Str* text, std::string_view encoding = {}, std::string_view errors = {});
// `shown` is the object that errors carry: bytes with the same contents; made if empty.
Value decode_text(Thread&, std::string_view data, std::string_view encoding = {},
                  std::string_view errors = {}, Value shown = Value());

// -X dev: an error handler must exist even where there is no error.
extern bool checks_error_handlers;

// --- single codecs, with partial input ---
// `consumed`: nullptr if the input is all there is; otherwise an incomplete sequence at its end is
// no error, and the number of bytes used comes back there.
Result<Str*> decode_utf8(Thread&, std::string_view data, std::string_view errors = {},
                         size_t* consumed = nullptr, Value shown = Value());
// byte_order: -1 little, 1 big, 0 from the byte order mark (native without one), and the order found
// comes back there.
Result<Str*> decode_utf16(Thread&, std::string_view data, std::string_view errors, int& byte_order,
                          size_t* consumed = nullptr, Value shown = Value());
Result<Str*> decode_utf32(Thread&, std::string_view data, std::string_view errors, int& byte_order,
                          size_t* consumed = nullptr, Value shown = Value());
Result<Str*> decode_ascii(Thread&, std::string_view data, std::string_view errors, Value shown = Value());
inline Result<Str*> decode_latin1(Thread&, std::string_view data) { return make_str_latin1(data); }

Value encode_utf8(Thread&, const Str* text, std::string_view errors = {});
Value encode_utf16(Thread&, const Str* text, std::string_view errors, int byte_order);  // 0: with a mark
Value encode_utf32(Thread&, const Str* text, std::string_view errors, int byte_order);
Value encode_latin1(Thread&, const Str* text, std::string_view errors = {});
Value encode_ascii(Thread&, const Str* text, std::string_view errors = {});

// --- the registry ---
Status register_codec(Thread&, Value search_function);
Status unregister_codec(Thread&, Value search_function);
extern Value (*import_encodings_hook)(Thread& thread);  // how the runtime imports `encodings`, with the first codec
Value lookup_codec(Thread&, std::string_view encoding);  // a CodecInfo; LookupError: unknown encoding: x
Status register_error_handler(Thread&, const Str* name, Value handler);
Value lookup_error_handler(Thread&, std::string_view name);  // LookupError: unknown error handler name 'x'
// codecs.encode and codecs.decode: any object to any object.
Value codec_encode(Thread&, Value object, std::string_view encoding, std::string_view errors);
Value codec_decode(Thread&, Value object, std::string_view encoding, std::string_view errors);

// --- errors ---
Failure raise_decode_error(Thread&, std::string_view encoding, Value bytes, size_t start, size_t end,
                           std::string_view reason);
Failure raise_encode_error(Thread&, std::string_view encoding, const Str* text, size_t start, size_t end,
                           std::string_view reason);

}  // namespace minipy
