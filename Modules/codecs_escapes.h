// The codecs that only _codecs offers: escapes, character maps, UTF-7.
#pragma once

#include <string_view>

#include "Objects/codecs.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

// `consumed` as in Objects/codecs.h: nullptr if the input is all there is.
Result<Str*> decode_unicode_escape(Thread&, std::string_view data, std::string_view errors,
                                   size_t* consumed, Value shown);
Result<Str*> decode_raw_unicode_escape(Thread&, std::string_view data, std::string_view errors,
                                       size_t* consumed, Value shown);
Value encode_unicode_escape(Thread&, const Str* text);
Value encode_raw_unicode_escape(Thread&, const Str* text);
Value decode_byte_escapes(Thread&, std::string_view data, std::string_view errors);

Result<Str*> decode_utf7(Thread&, std::string_view data, std::string_view errors, size_t* consumed,
                         Value shown);
Value encode_utf7(Thread&, const Str* text);

// `mapping` None: Latin-1.
Value decode_charmap(Thread&, std::string_view data, std::string_view errors, Value mapping, Value shown);
Value encode_charmap(Thread&, const Str* text, std::string_view errors, Value mapping);
Value build_charmap(Thread&, const Str* decoding_table);
void define_encoding_map_type();

}  // namespace minipy
