// Raising exceptions from C++: messages, chaining, warnings.
#include "Objects/raise.h"

#include <array>
#include <cstdio>
#include <cstring>

#include "Objects/audit.h"
#include "Objects/exception.h"
#include "Objects/exception_types.h"
#include "Objects/make_class.h"
#include "Objects/protocol.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

MessageArgument::MessageArgument(const Str* text) : kind_(kStr), value_(text) {}
// Names that programs give are any text; those of C++ are ASCII and may have a module in front.
MessageArgument::MessageArgument(const Type& type)
    : kind_(type.has(Type::kHeapType) ? kStr : kText) {
  if (kind_ == kStr) {
    value_ = type.name;
  } else {
    text_ = type.name_view();
  }
}

MessageArgument argument_kind(Value given) {
  if (given.is_none()) return "None";
  return type_of(given);
}

namespace {

Status append_argument(Thread& thread, StrBuilder& builder, const MessageArgument& argument) {
  switch (argument.kind()) {
    case MessageArgument::kText: builder.append(argument.text()); break;
    case MessageArgument::kStr:
      builder.append(is_exact_str(argument.value()) ? argument.value().as<Str>()
                                                    : TRY(str(thread, argument.value())));
      break;
    case MessageArgument::kRepr: builder.append(TRY(repr(thread, argument.value()))); break;
    case MessageArgument::kInteger: builder.append(std::to_string(argument.integer())); break;
  }
  return nothing;
}

// The arguments of exceptions with a constant message, by the place of its text: they are raised
// again and again.
struct ConstantMessage {
  const char* text;
  Tuple* arguments;
};
ConstantMessage constant_messages[64];

// Null if `format` is more than plain ASCII text.
Tuple* constant_arguments(std::string_view format) {
  ConstantMessage& known = constant_messages[reinterpret_cast<uintptr_t>(format.data()) / 8 %
                                             std::size(constant_messages)];
  // Another text may have come to the same place.
  if (known.text == format.data() && equal(known.arguments->items[0].as<Str>(), format))
    return known.arguments;
  for (const char c : format) {
    if (c == '{' || c == '}' || (c & 0x80)) return nullptr;
  }
  known = {format.data(), make_tuple({make_str(format)})};
  return known.arguments;
}

// The innermost exception that is being handled, or None.
Value handled_exception(const Thread& thread) {
  for (const ExceptionState* state = thread.exception_state; state; state = state->previous) {
    if (!state->handled.is_none() && !state->handled.is_empty()) return state->handled;
  }
  return None;
}

}  // namespace

namespace {

// Messages are short and ASCII, mostly, and need no builder then.
class ShortMessage {
 public:
  bool append(std::string_view text) {
    if (text.size() > sizeof(text_) - length_) return false;
    uint8_t bits = 0;
    for (const char c : text) bits |= static_cast<uint8_t>(c);
    std::memcpy(text_ + length_, text.data(), text.size());
    length_ += text.size();
    return bits < 0x80;
  }
  bool append(const MessageArgument& argument) {
    if (argument.kind() == MessageArgument::kText) return append(argument.text());
    if (argument.kind() == MessageArgument::kInteger)
      return append(std::string_view(std::to_string(argument.integer())));
    if (argument.kind() != MessageArgument::kStr || !is_exact_str(argument.value())) return false;
    const Str* text = argument.value().as<Str>();
    return text->is_ascii() && append(text->ascii_view());
  }
  Value finish() const { return make_str(std::string_view(text_, length_)); }

 private:
  char text_[240];
  size_t length_ = 0;
};

// Calls `append` for the pieces of the message; false as soon as that fails.
template <typename Append>
bool for_each_piece(std::string_view format, std::initializer_list<MessageArgument> arguments,
                    Append append) {
  const MessageArgument* argument = arguments.begin();
  size_t literal = 0;
  for (size_t i = 0; i + 1 < format.size(); ++i) {
    const bool is_escape = (format[i] == '{' || format[i] == '}') && format[i + 1] == format[i];
    const bool is_place = format[i] == '{' && format[i + 1] == '}';
    if (!is_escape && !is_place) continue;
    if (!append(format.substr(literal, i - literal + is_escape))) return false;
    if (is_place) {
      MP_ASSERT(argument != arguments.end());
      if (!append(*argument++)) return false;
    }
    literal = ++i + 1;
  }
  return append(format.substr(literal));
}

}  // namespace

Value format_message(Thread& thread, std::string_view format,
                     std::initializer_list<MessageArgument> arguments) {
  ShortMessage message;
  if (for_each_piece(format, arguments, [&](const auto& piece) { return message.append(piece); }))
    return message.finish();
  StrBuilder builder;
  const bool is_done = for_each_piece(format, arguments, [&](const auto& piece) {
    if constexpr (std::is_same_v<decltype(piece), const std::string_view&>) {
      builder.append(piece);
      return true;
    } else {
      return !append_argument(thread, builder, piece).failed();
    }
  });
  if (!is_done) return error;
  return TRY(builder.finish(thread));
}

Value make_exception(Thread& thread, Type& type, Tuple* arguments) {
  const bool is_builtin = type.slots.make == base_exception_make && !type.has(Type::kHeapType);
  const bool is_plain = is_plain_exception_class(type) && is_plain_type_call(type.type());
  if (!is_builtin && !is_plain) return call(thread, &type, arguments->items, arguments->size);
  const Value exception = TRY(allocate_exception(thread, type, arguments));
  if (!is_plain)
    TRY(type.slots.init(thread, exception, arguments->items, arguments->size, Value()));
  return exception;
}

Failure raise_formatted(Thread& thread, Type& type, std::string_view format,
                        std::initializer_list<MessageArgument> arguments) {
  if (Tuple* constant = constant_arguments(format)) {
    return raise_exception(thread, TRY(make_exception(thread, type, constant)));
  }
  return raise_value(thread, type, TRY(format_message(thread, format, arguments)));
}

Failure raise_value(Thread& thread, Type& type, Value argument) {
  return raise_exception(thread, TRY(make_exception(thread, type, make_tuple({argument}))));
}

Failure raise_bare(Thread& thread, Type& type) {
  return raise_exception(thread, TRY(make_exception(thread, type, empty_tuple())));
}

void set_context(Value exception, Value context) {
  if (context == exception) return;
  // If `exception` stands further down in the chain already, cut it out there. Chains that are
  // cyclic by themselves end where the slow walker meets the fast one.
  Value slow = context, fast = context;
  for (bool step = false;; step = !step) {
    const Value next = exception_object(fast).context;
    if (next.is_none()) break;
    if (next == exception) {
      exception_object(fast).context = None;
      break;
    }
    fast = next;
    if (fast == slow) break;
    if (step) slow = exception_object(slow).context;
  }
  exception_object(exception).context = context;
}

Failure raise_exception(Thread& thread, Value exception) {
  if (!is_exception(exception)) {
    return raise(thread, TypeError, "exceptions must derive from BaseException");
  }
  const Value handled = handled_exception(thread);
  if (!handled.is_none()) set_context(exception, handled);
  thread.exception = exception;
  return error;
}

Failure raise_memory_error(Thread& thread) {
  thread.pending.fetch_and(~Pending::kMemoryError);  // one error tells of both
  // Made in advance, used in turn: there may be no memory for a new one.
  static std::array<Value, 16> instances;
  static size_t next_instance = 0;
  if (instances[0].is_empty()) {
    for (Value& instance : instances) instance = allocate_exception(thread, MemoryError, empty_tuple());
  }
  const Value instance = instances[next_instance++ % instances.size()];
  BaseExceptionObject& object = exception_object(instance);
  object.arguments = empty_tuple();
  object.traceback = object.context = object.cause = None;
  object.suppress_context = false;
  return raise_exception(thread, instance);
}

Failure raise_key_error(Thread& thread, Value key) { return raise_value(thread, KeyError, key); }

Failure raise_stop_iteration(Thread& thread, Value value) {
  if (value.is_none()) return raise_bare(thread, StopIteration);
  return raise_value(thread, StopIteration, value);
}

Failure raise_os_error(Thread& thread, int error_number, Value filename, Value filename2) {
  Value arguments[5] = {Value::from_int(error_number), from_filename(std::strerror(error_number)), filename, None,
                        filename2};
  const size_t count = !filename2.is_empty() ? 5 : !filename.is_empty() ? 3 : 2;
  if (filename.is_empty()) arguments[2] = None;
  return raise_exception(thread, TRY(call(thread, &OSError, arguments, count)));
}

bool exception_matches(const Thread& thread, const Type& type) {
  return has_exception(thread) && is_instance(thread.exception, type);
}

bool catch_exception(Thread& thread, const Type& type) {
  // What was to allocate an object gave nullptr.
  if (!has_exception(thread)) raise_memory_error(thread);
  if (!exception_matches(thread, type)) return false;
  thread.exception = Value();
  return true;
}

void set_cause(Thread& thread, Value cause) {
  BaseExceptionObject& object = exception_object(thread.exception);
  object.cause = cause;
  object.suppress_context = true;
}

// --- warnings and what nobody can catch ---

Status (*audit_hook)(Thread&, std::string_view, std::initializer_list<Value>) = nullptr;
Status (*warn_hook)(Thread&, Type&, Value, int, Value) = nullptr;
void (*unraisable_hook)(Thread&, Value, Value) = nullptr;

Status warn(Thread& thread, Type& category, std::string_view message, int stack_level, Value source) {
  if (!warn_hook) return nothing;
  return warn_hook(thread, category, make_str(message), stack_level, source);
}
Status warn(Thread& thread, Type& category, std::string_view message, int stack_level) {
  return warn(thread, category, message, stack_level, None);
}

void write_unraisable(Thread& thread, Value where) {
  const Value exception = take_exception(thread);
  if (exception.is_empty()) return;
  if (unraisable_hook) {
    unraisable_hook(thread, exception, where);
    return;
  }
  Result<Str*> text = str(thread, exception);
  const std::string shown = text.failed() ? "<exception str() failed>" : to_utf8(text.value());
  thread.exception = Value();
  const std::string name(type_of(exception).name_view());
  std::fprintf(stderr, "Exception ignored: %s: %s\n", name.c_str(), shown.c_str());
}

}  // namespace minipy
