#include "Objects/growing_text.h"

#include "Objects/bytes.h"
#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy {

Value bytes_result(Thread& thread, const GrowingBytes& contents) {
  Bytes* const bytes = contents.failed() ? nullptr : make_bytes(contents.view());
  return bytes ? Value(bytes) : Value(raise_memory_error(thread));
}

Result<Str*> str_result(Thread& thread, const GrowingBytes& utf8) {
  Str* const text = utf8.failed() ? nullptr : make_str(utf8.view());
  if (!text) return raise_memory_error(thread);
  return text;
}

Result<Str*> str_result(Thread& thread, const GrowingCharacters& characters) {
  Str* const text = characters.failed() ? nullptr : make_str_utf32(characters.data(), characters.size());
  if (!text) return raise_memory_error(thread);
  return text;
}

}  // namespace minipy
