// Pickling numbers, text and bytes.
#include <bit>
#include <charconv>

#include "Modules/codecs_escapes.h"
#include "Modules/pickle/pickler.h"
#include "Objects/codecs.h"
#include "Objects/copy_bytes.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/int.h"

namespace minipy::pickle {

Status Saver::save_int(Value number) {
  if (!number.is_int()) return save_big_int(number);
  const int64_t i = number.as_int();
  if (i < INT32_MIN || i > INT32_MAX) return save_big_int(number);
  if (!p_.binary) return put_line(Op::IntegerLine, std::to_string(i));
  const auto bits = static_cast<uint32_t>(i);
  if (bits < 256) return put(Op::BinInt1, bits, 1);
  return bits < 65536 ? put(Op::BinInt2, bits, 2) : put(Op::BinInt, bits, 4);
}

// Beyond 32 bits: two's complement of as few bytes as will do, from protocol 2 on.
Status Saver::save_big_int(Value number) {
  if (p_.protocol < 2) {
    const std::string digits = to_utf8(TRY(int_to_text(thread_, number, 10)));
    return put_line(Op::LongLine, digits + "L");
  }
  size_t size = int_bit_length(number) / 8 + 1;
  if (size > INT32_MAX) return raise(thread_, OverflowError, "int too large to pickle");
  uint8_t on_stack[256];
  uint8_t* bytes =
      size <= sizeof on_stack ? on_stack : static_cast<uint8_t*>(gc_allocate_leaf_buffer(size));
  if (!bytes) return raise_memory_error(thread_);
  TRY(int_to_bytes(thread_, number, bytes, size, true, true));
  if (size > 1 && bytes[size - 1] == 0xFF && bytes[size - 2] & 0x80) --size;
  TRY(size < 256 ? put(Op::Long1, size, 1) : put(Op::Long4, size, 4));
  return put(bytes, size);
}

Status Saver::save_float(double number) {
  if (!p_.binary) return put_line(Op::Float, TRY(float_repr(thread_, number))->ascii_view());
  return put(Op::BinFloat, __builtin_bswap64(std::bit_cast<uint64_t>(number)), 8);
}

Status Saver::save_str(Value value) {
  const Str* text = value.as<Str>();
  if (!p_.binary) {
    // Newlines would end the line, and backslashes start an escape.
    StrBuilder escaped;
    for (size_t i = 0; i < text->length(); ++i) {
      const char32_t c = text->at(i);
      if (c != '\\' && c != 0 && c != '\n' && c != '\r' && c != 0x1A) {
        escaped.append(c);
        continue;
      }
      constexpr char kDigits[] = "0123456789abcdef";
      const char escape[] = {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15]};
      escaped.append(std::string_view(escape, sizeof escape));
    }
    const Str* shown = TRY(escaped.finish(thread_));
    const Value encoded = TRY(encode_raw_unicode_escape(thread_, shown));
    TRY(put_line(Op::UnicodeLine, encoded.as<Bytes>()->view()));
    return put_memo(value);
  }
  std::string converted;
  std::string_view utf8;
  if (text->is_ascii()) {
    utf8 = text->ascii_view();
  } else {
    converted = to_utf8(text);
    utf8 = converted;
  }
  if (utf8.size() < 256 && p_.protocol >= 4) {
    uint8_t* place = room(utf8.size() + 2);
    if (!place) return error;
    place[0] = static_cast<uint8_t>(Op::ShortBinUnicode);
    place[1] = static_cast<uint8_t>(utf8.size());
    copy_bytes(place + 2, utf8);
  } else if (utf8.size() <= 0xFFFFFFFF) {
    TRY(put_contents(Op::BinUnicode, 4, utf8, Value()));
  } else if (p_.protocol >= 4) {
    TRY(put_contents(Op::BinUnicode8, 8, utf8, Value()));
  } else {
    return raise(thread_, OverflowError,
                 "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
  }
  return put_memo(value);
}

// Bytes came with protocol 3: before that they are a call that decodes text.
Status Saver::save_bytes(Value bytes) {
  const std::string_view contents = bytes.as<Bytes>()->view();
  if (p_.protocol >= 3) return put_bytes(contents, bytes);
  if (contents.empty())
    return save_reduce(*make_tuple({&type_of_kind(Kind::Bytes), empty_tuple()}), bytes);
  const Str* text = make_str_latin1(contents);
  if (!text) return raise_memory_error(thread_);
  return save_reduce(*make_tuple({shared.codecs_encode, make_tuple({text, make_str("latin1")})}),
                     bytes);
}

Status Saver::put_bytes(std::string_view contents, Value object) {
  const Value payload = is_bytes(object) ? object : Value();
  if (contents.size() < 256) {
    TRY(put_contents(Op::ShortBinBytes, 1, contents, payload));
  } else if (contents.size() <= 0xFFFFFFFF) {
    TRY(put_contents(Op::BinBytes, 4, contents, payload));
  } else if (p_.protocol >= 4) {
    TRY(put_contents(Op::BinBytes8, 8, contents, payload));
  } else {
    return raise(
        thread_, OverflowError,
        "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
  }
  return put_memo(object);
}

Status Saver::save_bytearray(Value bytes) {
  Bytearray& array = *bytes.as<Bytearray>();
  const std::string_view contents(reinterpret_cast<const char*>(array.data()), array.size);
  if (p_.protocol >= 5) return put_bytearray(contents, bytes);
  const Value type = &type_of_kind(Kind::Bytearray);
  if (contents.empty()) return save_reduce(*make_tuple({type, empty_tuple()}), bytes);
  const Bytes* copy = make_bytes(contents);
  if (!copy) return raise_memory_error(thread_);
  return save_reduce(*make_tuple({type, make_tuple({copy})}), bytes);
}

Status Saver::put_bytearray(std::string_view contents, Value object) {
  TRY(put_contents(Op::Bytearray8, 8, contents, is_bytearray(object) ? object : Value()));
  return put_memo(object);
}

// PEP 574: the buffer_callback decides whether the memory travels beside the pickle or in it.
Status Saver::save_pickle_buffer(Value object) {
  if (p_.protocol < 5) {
    return raise(thread_, pickling_error(), "PickleBuffer can only be pickled with protocol >= 5");
  }
  const Buffer* buffer = TRY(buffer_of(thread_, object));
  if (buffer->suboffsets || !is_contiguous(*buffer, 'A')) {
    return raise(thread_, pickling_error(),
                 "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
  }
  bool is_in_band = true;
  if (!p_.buffer_callback.is_empty()) {
    is_in_band = TRY(truth(thread_, TRY(call(thread_, p_.buffer_callback, {object}))));
    buffer = TRY(buffer_of(thread_, object));
  }
  if (is_in_band) {
    return buffer->is_read_only ? put_bytes(buffer->view(), object)
                                : put_bytearray(buffer->view(), object);
  }
  TRY(put(Op::NextBuffer));
  return buffer->is_read_only ? put(Op::ReadOnlyBuffer) : Status(nothing);
}

}  // namespace minipy::pickle
