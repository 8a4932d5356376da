// The charmap codec: 8-bit encodings from a table.
#include <algorithm>
#include <cstring>
#include <vector>

#include "Modules/codecs_escapes.h"
#include "Objects/codec_errors.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/growing_text.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str_access.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

constexpr const char* kUndefined = "character maps to <undefined>";
constexpr char32_t kNoCharacter = 0xFFFE;

// From characters below U+10000 to bytes: a block number for each 128 characters, then the blocks.
// Byte 0 in a block means "none", except for character 0.
struct EncodingMap : Object {
  static constexpr Kind kKind = ModuleKind::EncodingMap;
  static constexpr uint8_t kNoBlock = 0xFF;
  size_t block_count;
  uint8_t block_of[512];
  // Blocks of 128 bytes follow.

  uint8_t* block(size_t number) { return reinterpret_cast<uint8_t*>(this + 1) + number * 128; }
  int byte_for(char32_t c) {
    if (c == 0) return 0;
    if (c > 0xFFFF || block_of[c >> 7] == kNoBlock) return -1;
    const uint8_t byte = block(block_of[c >> 7])[c & 127];
    return byte == 0 ? -1 : byte;
  }
};

// --- decoding ---

// Appends what the mapping has for a byte; false if that is nothing.
Result<bool> append_mapped(Thread& thread, StrBuilder& builder, Value mapping, uint8_t byte) {
  if (is_str(mapping)) {
    const Str& table = *mapping.as<Str>();
    if (byte >= table.length() || table.at(byte) == kNoCharacter) return false;
    builder.append(table.at(byte));
    return true;
  }
  const Value found = get_item(thread, mapping, Value::from_int(byte));
  if (found.is_empty()) {
    if (!catch_exception(thread, LookupError)) return error;
    return false;
  }
  if (found.is_none()) return false;
  if (is_str(found)) {
    const Str* const text = found.as<Str>();
    if (text->length() == 1 && text->at(0) == kNoCharacter) return false;
    builder.append(text);
    return true;
  }
  if (!is_any_int(found)) {
    return raise(thread, TypeError, "character mapping must return integer, None or str");
  }
  const std::optional<int64_t> code = int_to_int64(found);
  if (!code || *code < 0 || *code > kMaxCharacter) {
    return raise(thread, TypeError, "character mapping must be in range(0x110000)");
  }
  if (*code == kNoCharacter) return false;
  builder.append(static_cast<char32_t>(*code));
  return true;
}

// With a table for every byte, as of the library's codecs, and no byte that it does not know: most data.
// nullptr if there is more to it.
Str* decode_by_table(std::string_view data, const Str& table) {
  if (table.length() != 256 || data.size() < 2) return nullptr;
  char32_t characters[256];
  bool is_used[256] = {};
  with_characters(table, [&](const auto* from) { copy_characters(characters, from, 256); });
  for (const char byte : data) is_used[static_cast<uint8_t>(byte)] = true;
  char32_t all = 0;
  for (size_t i = 0; i < 256; ++i) {
    if (!is_used[i]) continue;
    if (characters[i] == kNoCharacter) return nullptr;
    all |= characters[i];
  }
  Str* const text = allocate_str(data.size(), std::min(all, kMaxCharacter));
  if (text == nullptr) return nullptr;
  with_mutable_characters(*text, [&]<typename Character>(Character* out) {
    for (const char byte : data) *out++ = static_cast<Character>(characters[static_cast<uint8_t>(byte)]);
  });
  return text;
}

// --- encoding ---

// With a map that has a byte for each character. nullptr if there is more to it.
Bytes* encode_by_map(const Str& text, EncodingMap& map) {
  Bytes* const bytes = allocate_bytes(text.length());
  if (bytes == nullptr) return nullptr;
  uint8_t* const out = bytes->data();
  const bool is_whole = with_characters(text, [&](const auto* from) {
    for (size_t i = 0, length = text.length(); i < length; ++i) {
      const int byte = map.byte_for(from[i]);
      if (byte < 0) return false;
      out[i] = static_cast<uint8_t>(byte);
    }
    return true;
  });
  return is_whole ? bytes : nullptr;
}

// Appends what the mapping has for a character; false if that is nothing.
Result<bool> append_byte(Thread& thread, GrowingBytes& out, Value mapping, char32_t c) {
  if (has_kind(mapping, ModuleKind::EncodingMap)) {
    const int byte = mapping.as<EncodingMap>()->byte_for(c);
    if (byte < 0) return false;
    out += static_cast<char>(byte);
    return true;
  }
  const Value found = get_item(thread, mapping, Value::from_int(c));
  if (found.is_empty()) {
    if (!catch_exception(thread, LookupError)) return error;
    return false;
  }
  if (found.is_none()) return false;
  if (has_kind(found, Kind::Bytes)) {
    out += found.as<Bytes>()->view();
    return true;
  }
  if (!is_any_int(found)) {
    return raise(thread, TypeError, "character mapping must return integer, bytes or None, not {}",
                 type_of(found));
  }
  const std::optional<int64_t> byte = int_to_int64(found);
  if (!byte || *byte < 0 || *byte > 255) {
    return raise(thread, TypeError, "character mapping must be in range(256)");
  }
  out += static_cast<char>(*byte);
  return true;
}

// A replacement must itself be in the mapping.
Status append_replacement(Thread& thread, GrowingBytes& out, Value mapping, const Str& text,
                          EncodeErrors& errors, size_t start, size_t end) {
  for (size_t i = 0; i < text.length(); ++i) {
    if (!TRY(append_byte(thread, out, mapping, text.at(i)))) {
      return errors.fail(start, end, kUndefined);
    }
  }
  return nothing;
}

// The end of the run of characters, from `start` on, that the mapping does not have.
Result<size_t> end_of_unknown(Thread& thread, const Str& text, Value mapping, size_t start) {
  GrowingBytes ignored;
  size_t end = start + 1;
  while (end < text.length() && !TRY(append_byte(thread, ignored, mapping, text.at(end)))) ++end;
  return end;
}

int64_t size_of(EncodingMap& self) {
  return static_cast<int64_t>(sizeof(EncodingMap) + self.block_count * 128);
}

const MethodRow encoding_map_rows[] = {
    method<size_of>("!size($self, /)", "The size in memory, in bytes."),
};

bool needs_dict(const Str& table, size_t length) {
  if (length == 0 || table.at(0) != 0) return true;
  for (size_t i = 1; i < length; ++i) {
    if (table.at(i) == 0 || table.at(i) > 0xFFFF) return true;
  }
  return false;
}

}  // namespace

Value decode_charmap(Thread& thread, std::string_view data, std::string_view error_name, Value mapping,
                     Value shown) {
  if (mapping.is_none()) return checked(thread, make_str_latin1(data));
  if (is_str(mapping)) {
    if (Str* const text = decode_by_table(data, *mapping.as<Str>())) return text;
  }
  DecodeErrors errors(thread, "charmap", error_name, data, shown);
  StrBuilder builder;
  for (size_t at = 0; at < errors.data().size();) {
    const auto byte = static_cast<uint8_t>(errors.data()[at]);
    if (TRY(append_mapped(thread, builder, mapping, byte))) {
      ++at;
    } else {
      at = TRY(errors.handle(builder, at, at + 1, kUndefined));
    }
  }
  return Value(TRY(builder.finish(thread)));
}

Value encode_charmap(Thread& thread, const Str* text, std::string_view error_name, Value mapping) {
  if (mapping.is_none()) return encode_latin1(thread, text, error_name);
  if (has_kind(mapping, ModuleKind::EncodingMap)) {
    if (Bytes* const bytes = encode_by_map(*text, *mapping.as<EncodingMap>())) return bytes;
  }
  EncodeErrors errors(thread, "charmap", error_name, text);
  GrowingBytes result;
  for (size_t i = 0; i < text->length();) {
    if (TRY(append_byte(thread, result, mapping, text->at(i)))) {
      ++i;
      continue;
    }
    const size_t end = TRY(end_of_unknown(thread, *text, mapping, i));
    const Replacement replacement = TRY(errors.handle(i, end, kUndefined));
    if (has_kind(replacement.text, Kind::Bytes)) {
      result += replacement.text.as<Bytes>()->view();
    } else if (!replacement.text.is_empty()) {
      TRY(append_replacement(thread, result, mapping, *replacement.text.as<Str>(), errors, i, end));
    }
    i = replacement.next;
  }
  return bytes_result(thread, result);
}

Value build_charmap(Thread& thread, const Str* table) {
  const size_t length = std::min<size_t>(table->length(), 256);
  if (needs_dict(*table, length)) {
    Dict* const result = make_dict();
    for (size_t i = 0; i < length; ++i) {
      TRY(dict_set(thread, *result, Value::from_int(table->at(i)), Value::from_int(static_cast<int64_t>(i))));
    }
    return result;
  }
  uint8_t block_of[512];
  memset(block_of, EncodingMap::kNoBlock, sizeof block_of);
  uint8_t count = 0;
  for (size_t i = 1; i < length; ++i) {
    uint8_t& block = block_of[table->at(i) >> 7];
    if (table->at(i) != kNoCharacter && block == EncodingMap::kNoBlock) block = count++;
  }
  auto* const map = allocate_leaf<EncodingMap>(count * 128u);
  map->block_count = count;
  memcpy(map->block_of, block_of, sizeof block_of);
  memset(map->block(0), 0, count * 128u);
  for (size_t i = 1; i < length; ++i) {
    const char32_t c = table->at(i);
    if (c != kNoCharacter) map->block(block_of[c >> 7])[c & 127] = static_cast<uint8_t>(i);
  }
  return map;
}

void define_encoding_map_type() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(EncodingMap);
  spec.flags = Type::kDisallowInstantiation;
  spec.methods = encoding_map_rows;
  define_type(ModuleKind::EncodingMap, spec);
}

}  // namespace minipy
