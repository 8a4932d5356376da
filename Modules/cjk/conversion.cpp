#include "Modules/cjk/conversion.h"

#include "Objects/codec_errors.h"
#include "Objects/raise.h"

namespace minipy::cjk {
namespace {

constexpr std::string_view kIllegal = "illegal multibyte sequence";

void append(GrowingBytes& output, const Encoded& encoded) {
  output.append(reinterpret_cast<const char*>(encoded.bytes), encoded.size);
}

// A handler's text goes through the encoding, too, and must be good.
Status append_replacement(Thread& thread, const Encoding& encoding, State& state, Value replacement,
                          GrowingBytes& output) {
  if (replacement.is_empty()) return nothing;
  if (!is_str(replacement)) {
    output += replacement.as<Bytes>()->view();
    return nothing;
  }
  const Str* text = replacement.as<Str>();
  EncodeErrors strict(thread, encoding.name(), "strict", text);
  for (size_t i = 0; i < text->length();) {
    const char32_t next = i + 1 < text->length() ? text->at(i + 1) : kNoCharacter;
    const Encoded encoded = encoding.encode(text->at(i), next, false, state);
    if (encoded.outcome == Encoded::Illegal) return strict.fail(i, i + 1, kIllegal);
    append(output, encoded);
    i += encoded.length;
  }
  return nothing;
}

}  // namespace

Result<GrowingBytes> encode(Thread& thread, const Encoding& encoding, State& state, const Str* text,
                           std::string_view errors, size_t* consumed) {
  EncodeErrors handler(thread, encoding.name(), errors, text, HandlerWords::EastAsian);
  GrowingBytes output;
  const size_t length = text->length();
  size_t i = 0;
  while (i < length) {
    const char32_t next = i + 1 < length ? text->at(i + 1) : kNoCharacter;
    const Encoded encoded = encoding.encode(text->at(i), next, consumed != nullptr, state);
    if (encoded.outcome == Encoded::Incomplete) break;
    if (encoded.outcome == Encoded::Illegal) {
      const Replacement replacement = TRY(handler.handle(i, i + 1, kIllegal));
      TRY(append_replacement(thread, encoding, state, replacement.text, output));
      i = replacement.next;
      continue;
    }
    append(output, encoded);
    i += encoded.length;
  }
  if (consumed != nullptr) {
    *consumed = i;
  } else {
    append(output, encoding.finish(state));
  }
  return output;
}

Result<Str*> decode(Thread& thread, const Encoding& encoding, State& state, std::string_view data,
                    std::string_view errors, size_t* consumed, Value shown) {
  DecodeErrors handler(thread, encoding.name(), errors, data, shown, HandlerWords::EastAsian);
  StrBuilder builder;
  size_t i = 0;
  while (i < handler.data().size()) {
    const Decoded decoded = encoding.decode(handler.data().substr(i), state);
    switch (decoded.outcome) {
      case Decoded::Characters:
        for (unsigned k = 0; k < decoded.count; ++k) builder.append(decoded.characters[k]);
        i += decoded.length;
        continue;
      case Decoded::Illegal:
        i = TRY(handler.handle(builder, i, i + decoded.length, kIllegal));
        continue;
      case Decoded::Incomplete:
        if (consumed == nullptr) {
          i = TRY(handler.handle(builder, i, handler.data().size(), "incomplete multibyte sequence"));
          continue;
        }
        break;
      case Decoded::Broken:
        return raise(thread, RuntimeError, "internal codec error");
    }
    break;
  }
  if (consumed != nullptr) *consumed = i;
  return builder.finish(thread);
}

}  // namespace minipy::cjk
