// From what has grown in a GrowingText to objects.
#pragma once

#include "Objects/result.h"
#include "Objects/text/growing_text.h"
#include "Objects/value.h"

namespace minipy {

struct Str;
struct Thread;

void append_utf8(GrowingBytes& out, const Str& text);  // lone surrogates as 3 bytes

// What has been collected, as an object; MemoryError if there was no memory for it, or is none for the object.
Value bytes_result(Thread& thread, const GrowingBytes& contents);
Result<Str*> str_result(Thread& thread, const GrowingBytes& utf8);
Result<Str*> str_result(Thread& thread, const GrowingCharacters& text);

}  // namespace minipy
