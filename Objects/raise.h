// Raising exceptions from C++.
#pragma once

#include <initializer_list>
#include <string_view>

#include "Objects/result.h"
#include "Objects/thread.h"
#include "Objects/type.h"

namespace minipy {

// An argument of a message. A Value is shown by str(), a Repr by repr(), a Type by its name.
struct Repr {
  Value value;
};
class MessageArgument {
 public:
  MessageArgument(std::string_view text) : kind_(kText), text_(text) {}           // NOLINT
  MessageArgument(const char* text) : kind_(kText), text_(text) {}                // NOLINT
  MessageArgument(const Str* text);                                               // NOLINT
  MessageArgument(const Type& type);                                              // NOLINT: its tp_name
  MessageArgument(Value value) : kind_(kStr), value_(value) {}                    // NOLINT
  MessageArgument(Repr repr) : kind_(kRepr), value_(repr.value) {}                // NOLINT
  template <typename T>
    requires std::is_integral_v<T>
  MessageArgument(T number) : kind_(kInteger), integer_(static_cast<int64_t>(number)) {}  // NOLINT

  // Appends to a Str builder; in raise.cpp.
  enum Kind { kText, kStr, kRepr, kInteger };
  Kind kind() const { return kind_; }
  std::string_view text() const { return text_; }
  Value value() const { return value_; }
  int64_t integer() const { return integer_; }

 private:
  Kind kind_;
  std::string_view text_;
  Value value_;
  int64_t integer_ = 0;
};

// How the message about a wrong argument names what was given: by its type, but None by itself.
MessageArgument argument_kind(Value given);

Failure raise_formatted(Thread& thread, Type& type, std::string_view format,
                        std::initializer_list<MessageArgument> arguments);
// A str with the {}s of `format` replaced in order ("{{" is a brace). Fails if a str()/repr() fails.
Value format_message(Thread& thread, std::string_view format,
                     std::initializer_list<MessageArgument> arguments);

// raise(thread, TypeError, "unhashable type: '{}'", type_of(x))
template <typename... Arguments>
[[gnu::cold]] Failure raise(Thread& thread, Type& type, std::string_view format, const Arguments&... arguments) {
  return raise_formatted(thread, type, format, {MessageArgument(arguments)...});
}
Failure raise_value(Thread& thread, Type& type, Value argument);   // type(argument)
Failure raise_bare(Thread& thread, Type& type);                    // type()
Failure raise_exception(Thread& thread, Value exception);          // an instance; sets __context__
Failure raise_memory_error(Thread& thread);                        // allocates nothing
Failure raise_key_error(Thread& thread, Value key);
Failure raise_stop_iteration(Thread& thread, Value value);         // None: without an argument
Failure raise_os_error(Thread& thread, int error_number, Value filename = Value(),
                       Value filename2 = Value());                 // OSError's subclass by errno

// As `raise ... from cause` does, for the pending exception.
void set_cause(Thread& thread, Value cause);

// The pending exception is an instance of `type` (or of one of its subclasses).
bool exception_matches(const Thread& thread, const Type& type);
// Takes the pending exception away if it is an instance of `type`.
bool catch_exception(Thread& thread, const Type& type);
// Prints the pending exception as "Exception ignored in: ..." through sys.unraisablehook.
void write_unraisable(Thread& thread, Value where);

// Issues a warning through the warnings module; fails if a filter turns it into an error.
Status warn(Thread& thread, Type& category, std::string_view message, int stack_level = 1);
Status warn(Thread& thread, Type& category, std::string_view message, int stack_level, Value source);

// Filled by the _warnings and sys modules. Without them warnings are lost and unraisable exceptions
// are printed in short form.
extern Status (*warn_hook)(Thread& thread, Type& category, Value message, int stack_level, Value source);
extern void (*unraisable_hook)(Thread& thread, Value exception, Value where);

}  // namespace minipy
