// What the files of the _json module share.
#pragma once

#include "Objects/native.h"
#include "Objects/result.h"
#include "Objects/str.h"

namespace minipy {

struct ScannedString {
  Str* text;
  size_t end;  // behind the closing quote
};
// The string literal that starts in front of `begin` (behind its quote). JSONDecodeError.
Result<ScannedString> scan_json_string(Thread& thread, const Str& text, size_t begin, bool strict);
Failure raise_json_error(Thread& thread, const char* message, const Str& text, int64_t position);

Str* json_basestring(Thread& thread, const Str& text);  // only what must be is escaped; nullptr: raised

Value encode_basestring_ascii(Thread& thread, Value text);
Value encode_basestring(Thread& thread, Value text);

void define_json_scanner();
void define_json_encoder();

}  // namespace minipy
