// What int, float and complex share in dealing with text: any decimal digits as ASCII, and the glue
// between the format mini-language and Python strings.
#pragma once

#include <string>

#include "Objects/result.h"
#include "Objects/value.h"

namespace minipy {

struct Thread;
struct Str;

// The text with every decimal digit of Unicode as 0-9 and every blank as a space; what is neither
// and not ASCII becomes '?'.
std::string decimal_ascii(const Str* text);

// Argument-parsing helpers of constructors, which have their own wording.
// The value of the keyword `name`, or empty.
Value keyword_value(const char* name, const Value* arguments, size_t argument_count, Value keyword_names);
// "int() takes no keyword arguments"
Status refuse_keywords(Thread&, const char* function, Value keyword_names);
// "float expected at most 1 argument, got 2"
Status check_count(Thread&, const char* function, size_t count, size_t least, size_t most);

// int and float from str, bytes and buffers, with errors that show the object.
Value int_from_str(Thread&, const Str& text, int base, Value shown);
Value float_from_text_object(Thread&, Value object);

}  // namespace minipy
