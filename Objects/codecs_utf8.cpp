// UTF-8, ASCII and Latin-1, and what file names need of them.
#include <cstring>

#include "Objects/codec_errors.h"
#include "Objects/growing_text.h"
#include "Objects/memory_reserve.h"
#include "Objects/protocol.h"
#include "Objects/str_access.h"
#include "Objects/text/utf.h"

namespace minipy {
namespace {

const uint8_t* bytes_of(std::string_view data) {
  return reinterpret_cast<const uint8_t*>(data.data());
}

Str* decode_good(const uint8_t* data, size_t count, char32_t combined) {
  if (count == 0) return empty_str();
  if (combined < 0x80 && count > 1) {
    Str* const result = allocate_str(count, combined);
    if (result != nullptr) memcpy(result->mutable_data(), data, count);
    return result;
  }
  Str* const result = allocate_str(count, combined);
  if (result == nullptr) return nullptr;
  with_mutable_characters(*result, [&](auto* to) { decode_good_utf8(data, count, to); });
  return count == 1 ? make_character(result->at(0)) : result;
}

// Input with errors: good stretches, and what the handler makes of the rest.
Result<Str*> decode_with_errors(Thread& thread, DecodeErrors& errors, size_t* consumed) {
  StrBuilder builder;
  size_t at = 0;
  for (;;) {
    const std::string_view data = errors.data();
    const Utf8Scan scan = scan_utf8(bytes_of(data), data.size(), at);
    if (scan.count > 0) builder.append(decode_good(bytes_of(data) + at, scan.count, scan.combined));
    at = scan.problem.start;
    if (scan.problem.reason == nullptr || (consumed != nullptr && scan.problem.is_incomplete)) break;
    at = TRY(errors.handle(builder, scan.problem.start, scan.problem.end, scan.problem.reason));
  }
  if (consumed != nullptr) *consumed = at;
  return builder.finish(thread);
}

// Text of one byte a character (`limit` 128 or 256).
Value encode_narrow(Thread& thread, const Str* text, std::string_view encoding,
                    std::string_view error_name, char32_t limit) {
  if (text->is_ascii() || (limit == 256 && text->width() == 1)) {
    Bytes* const result = make_bytes({static_cast<const char*>(text->data()), text->length()});
    return result == nullptr ? Value(raise_memory_error(thread)) : Value(result);
  }
  const char* const reason =
      limit == 128 ? "ordinal not in range(128)" : "ordinal not in range(256)";
  EncodeErrors errors(thread, encoding, error_name, text);
  GrowingBytes result;
  for (size_t i = 0; i < text->length();) {
    const char32_t c = text->at(i);
    if (c < limit) {
      result += static_cast<char>(c);
      ++i;
      continue;
    }
    size_t end = i + 1;
    while (end < text->length() && text->at(end) >= limit) ++end;
    const Replacement replacement = TRY(errors.handle(i, end, reason));
    if (has_kind(replacement.text, Kind::Bytes)) {
      result += replacement.text.as<Bytes>()->view();
    } else if (!replacement.text.is_empty()) {
      const Str* const instead = replacement.text.as<Str>();
      for (size_t k = 0; k < instead->length(); ++k) {
        if (instead->at(k) >= limit) return errors.fail(i, end, reason);
        result += static_cast<char>(instead->at(k));
      }
    }
    i = replacement.next;
  }
  return bytes_result(thread, result);
}

template <typename Character>
size_t utf8_size(const Character* text, size_t start, size_t end) {
  size_t size = end - start;
  for (size_t i = start; i < end; ++i) {
    const char32_t c = text[i];
    size += (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
  }
  return size;
}

// Returns the end of what was written.
template <typename Character>
char* write_utf8(char* out, const Character* text, size_t start, size_t end) {
  for (size_t i = start; i < end; ++i) {
    const char32_t c = text[i];
    if (c < 0x80) {
      *out++ = static_cast<char>(c);
      continue;
    }
    if (c < 0x800) {
      const auto pair = static_cast<uint16_t>(0x80C0 | c >> 6 | (c & 0x3F) << 8);
      std::memcpy(out, &pair, sizeof pair);
      out += sizeof pair;
      continue;
    }
    if (c < 0x10000) {
      *out++ = static_cast<char>(0xE0 | c >> 12);
    } else {
      *out++ = static_cast<char>(0xF0 | c >> 18);
      *out++ = static_cast<char>(0x80 | (c >> 12 & 0x3F));
    }
    *out++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  }
  return out;
}

// The characters [start, end), none of them a surrogate.
void append_utf8(GrowingBytes& out, const Str& text, size_t start, size_t end) {
  with_characters(text, [&](const auto* from) {
    const size_t size = utf8_size(from, start, end);
    char* const room = out.room(size);
    if (!room) return;
    write_utf8(room, from, start, end);
    out.grow_by(size);
  });
}

size_t find_surrogate(const Str& text, size_t start) {
  if (text.width() == 1) return text.length();
  const size_t length = text.length();
  return with_characters(text, [&](const auto* characters) {
    constexpr size_t kBlock = 64;  // without a way out, so that it becomes vectors
    size_t i = start;
    for (bool is_there = false; i + kBlock <= length; i += kBlock) {
      for (size_t k = 0; k < kBlock; ++k) is_there |= is_surrogate(characters[i + k]);
      if (is_there) break;
    }
    while (i < length && !is_surrogate(characters[i])) ++i;
    return i;
  });
}

constexpr const char* kSurrogates = "surrogates not allowed";

Result<GrowingBytes> encode_growing(Thread& thread, const Str* text, std::string_view error_name) {
  EncodeErrors errors(thread, "utf-8", error_name, text);
  GrowingBytes result;
  for (size_t i = 0; i < text->length();) {
    const size_t surrogate = find_surrogate(*text, i);
    append_utf8(result, *text, i, surrogate);
    if (surrogate == text->length()) break;
    size_t end = surrogate + 1;
    while (end < text->length() && is_surrogate(text->at(end))) ++end;
    const Replacement replacement = TRY(errors.handle(surrogate, end, kSurrogates));
    if (has_kind(replacement.text, Kind::Bytes)) {
      result += replacement.text.as<Bytes>()->view();
    } else if (!replacement.text.is_empty()) {
      const Str* const instead = replacement.text.as<Str>();
      if (!instead->is_ascii()) return errors.fail(surrogate, end, kSurrogates);
      result += instead->ascii_view();
    }
    i = replacement.next;
  }
  return result;
}

Result<std::string> encode_to_string(Thread& thread, const Str* text, std::string_view error_name) {
  GrowingBytes encoded;
  if (!text->is_ascii()) encoded = TRY(encode_growing(thread, text, error_name));
  const std::string_view contents = text->is_ascii() ? text->ascii_view() : encoded.view();
  std::string result;
  if (encoded.failed() || !reserve_text(result, contents.size())) return raise_memory_error(thread);
  result = contents;
  return result;
}

}  // namespace

Result<Str*> decode_utf8(Thread& thread, std::string_view data, std::string_view error_name,
                         size_t* consumed, Value shown) {
  const Utf8Scan scan = scan_utf8(bytes_of(data), data.size(), 0);
  if (scan.problem.reason == nullptr || (consumed != nullptr && scan.problem.is_incomplete)) {
    Str* const result = decode_good(bytes_of(data), scan.count, scan.combined);
    if (result == nullptr) return raise_memory_error(thread);
    if (consumed != nullptr) *consumed = scan.problem.start;
    return result;
  }
  DecodeErrors errors(thread, "utf-8", error_name, data, shown);
  return decode_with_errors(thread, errors, consumed);
}

Result<Str*> decode_ascii(Thread& thread, std::string_view data, std::string_view error_name,
                          Value shown) {
  size_t at = ascii_prefix(bytes_of(data), data.size());
  if (at == data.size()) {
    Str* const result = make_str_latin1(data);
    if (result == nullptr) return raise_memory_error(thread);
    return result;
  }
  DecodeErrors errors(thread, "ascii", error_name, data, shown);
  StrBuilder builder;
  builder.append(data.substr(0, at));
  while (at < errors.data().size()) {
    data = errors.data();
    const size_t good = ascii_prefix(bytes_of(data) + at, data.size() - at);
    builder.append(data.substr(at, good));
    at += good;
    if (at < data.size()) at = TRY(errors.handle(builder, at, at + 1, "ordinal not in range(128)"));
  }
  return builder.finish(thread);
}

Value encode_utf8(Thread& thread, const Str* text, std::string_view errors) {
  if (text->is_ascii()) return encode_narrow(thread, text, "utf-8", errors, 128);
  if (find_surrogate(*text, 0) == text->length()) {
    constexpr size_t kMostBytes = 4;  // of a character
    char small[1024];
    if (text->length() * kMostBytes <= sizeof small) {
      const char* const end = with_characters(*text, [&](const auto* from) { return write_utf8(small, from, 0, text->length()); });
      Bytes* const bytes = make_bytes({small, static_cast<size_t>(end - small)});
      return bytes ? Value(bytes) : Value(raise_memory_error(thread));
    }
    return with_characters(*text, [&](const auto* from) {
      Bytes* const bytes = allocate_bytes(utf8_size(from, 0, text->length()));
      if (bytes == nullptr) return Value(raise_memory_error(thread));
      write_utf8(reinterpret_cast<char*>(bytes->data()), from, 0, text->length());
      return Value(bytes);
    });
  }
  return bytes_result(thread, TRY(encode_growing(thread, text, errors)));
}

Value encode_latin1(Thread& thread, const Str* text, std::string_view errors) {
  return encode_narrow(thread, text, "latin-1", errors, 256);
}

Value encode_ascii(Thread& thread, const Str* text, std::string_view errors) {
  return encode_narrow(thread, text, "ascii", errors, 128);
}

Result<std::string> to_utf8_strict(Thread& thread, const Str* text) {
  return encode_to_string(thread, text, "strict");
}

// os.fspath, then os.fsencode.
Result<std::string> to_filename(Thread& thread, Value path) {
  if (!is_str(path) && !has_kind(path, Kind::Bytes)) {
    const Value method = TRY(lookup_special(thread, path, "__fspath__"));
    if (method.is_unbound()) {
      return raise(thread, TypeError, "expected str, bytes or os.PathLike object, not {}",
                   type_of(path));
    }
    const Value plain = TRY(call(thread, method));
    if (!is_str(plain) && !has_kind(plain, Kind::Bytes)) {
      return raise(thread, TypeError, "expected {}.__fspath__() to return str or bytes, not {}",
                   type_of(path), type_of(plain));
    }
    path = plain;
  }
  std::string name;
  if (is_str(path)) {
    name = TRY(encode_to_string(thread, path.as<Str>(), "surrogateescape"));
  } else {
    const std::string_view bytes = path.as<Bytes>()->view();
    if (!reserve_text(name, bytes.size())) return raise_memory_error(thread);
    name = bytes;
  }
  if (name.find('\0') != std::string::npos) return raise(thread, ValueError, "embedded null byte");
  return name;
}

Str* from_filename(std::string_view bytes) {
  auto result = decode_utf8(current_thread(), bytes, "surrogateescape");
  return MUST(std::move(result), "surrogateescape takes every byte");
}

}  // namespace minipy
