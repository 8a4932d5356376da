// Exceptions: the layouts of BaseException and of its subclasses that carry more. Language
// reference, library "Built-in Exceptions".
#pragma once

#include "Objects/object.h"
#include "Objects/result.h"
#include "Objects/tuple.h"

namespace minipy {

struct Thread;

// Every exception instance starts like this (kind: the exception type with its own layout).
struct BaseExceptionObject : Object {
  static constexpr Kind kKind = Kind::BaseException;
  Tuple* arguments;   // args
  Value attributes;   // the overflow/__dict__ pointer (word 0 would mean "none")
  Value traceback;    // Traceback or None
  Value context, cause;  // exceptions or None
  bool suppress_context;
};
struct StopIterationObject : BaseExceptionObject { Value value; };          // also StopAsyncIteration has none
struct SystemExitObject : BaseExceptionObject { Value code; };
struct ImportErrorObject : BaseExceptionObject { Value message, name, path; };
struct NameErrorObject : BaseExceptionObject { Value name; };
struct AttributeErrorObject : BaseExceptionObject { Value object, name; };
struct OSErrorObject : BaseExceptionObject { Value error_number, text, filename, filename2; int64_t written; };
struct SyntaxErrorObject : BaseExceptionObject {
  Value message, filename, line, offset, text, end_line, end_offset, print_file_and_line;
};
struct UnicodeErrorObject : BaseExceptionObject { Value encoding, object, reason; int64_t start, end; };
struct ExceptionGroupObject : BaseExceptionObject { Value message, exceptions; };

inline BaseExceptionObject& exception_object(Value exception) { return *exception.as<BaseExceptionObject>(); }

// except*: the part of `exception` that matches (a naked one wrapped in a group) and the rest; either may be None.
Status split_exception(Thread&, Value exception, Value match_type, Value* match, Value* rest);
// What is left to raise after the except* clauses: `raised` are those they raised and what they left over. Or None.
Value prepare_reraise_star(Thread&, Value original, List& raised);
// __context__ of a pending exception gets `context` at its end; without making a cycle.
void set_context(Value exception, Value context);

struct Traceback : Object {
  static constexpr Kind kKind = Kind::Traceback;
  Value next;      // Traceback or None
  Value frame;     // a Frame object
  int32_t last_instruction;  // byte offset
  int32_t line;              // -1: computed when asked for
};

}  // namespace minipy
