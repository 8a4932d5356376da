// OSError: errno, file names, and the subclass that an errno stands for (PEP 3151).
#include <cerrno>

#include "Objects/exception.h"
#include "Objects/exception_types.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

Type* subclass_of_errno(int64_t number) {
  switch (number) {
    case EAGAIN: case EALREADY: case EINPROGRESS: return &BlockingIOError;
    case EPIPE: case ESHUTDOWN: return &BrokenPipeError;
    case ECHILD: return &ChildProcessError;
    case ECONNABORTED: return &ConnectionAbortedError;
    case ECONNREFUSED: return &ConnectionRefusedError;
    case ECONNRESET: return &ConnectionResetError;
    case EEXIST: return &FileExistsError;
    case ENOENT: return &FileNotFoundError;
    case EISDIR: return &IsADirectoryError;
    case ENOTDIR: return &NotADirectoryError;
    case EINTR: return &InterruptedError;
    case EACCES: case EPERM: return &PermissionError;
    case ESRCH: return &ProcessLookupError;
    case ETIMEDOUT: return &TimeoutError;
    default: return nullptr;
  }
}

Status init(Thread&, Value, const Value*, size_t, Value);
Value make(Thread&, Type&, const Value*, size_t, Value);

// A subclass with an __init__ of its own gets its arguments there and not in __new__: it may call
// super().__init__() with others.
bool init_takes_arguments(const Type& type) { return type.slots.init != init && type.slots.make == make; }

Status refuse_keywords(Thread& thread, const Type& type, Value keyword_names) {
  if (keyword_names.is_empty() || keyword_names.as<Tuple>()->size == 0) return nothing;
  return raise(thread, TypeError, "{}() takes no keyword arguments", type);
}

bool is_given(Value value) { return !value.is_empty() && !value.is_none(); }

// With two to five arguments they are errno, text, filename, (Windows' errno,) filename2.
Status fill(Thread& thread, OSErrorObject& object, const Value* arguments, size_t count) {
  object.arguments = make_tuple(arguments, count);
  if (count < 2 || count > 5) return nothing;
  object.error_number = arguments[0];
  object.text = arguments[1];
  const Value filename = count > 2 ? arguments[2] : Value();
  if (!is_given(filename)) return nothing;
  const TypeSlots& slots = type_of(filename).slots;
  const bool is_number = slots.index || slots.to_int || slots.to_float;
  if (&object.type() == &BlockingIOError && is_number) {
    object.written = TRY(index_as_int64(thread, filename, &ValueError));
    return nothing;
  }
  object.filename = filename;
  if (count == 5 && is_given(arguments[4])) object.filename2 = arguments[4];
  object.arguments = make_tuple(arguments, 2);
  return nothing;
}

Value make(Thread& thread, Type& asked, const Value* arguments, size_t count, Value keyword_names) {
  const bool later = init_takes_arguments(asked);
  Type* type = &asked;
  if (!later) {
    TRY(refuse_keywords(thread, asked, keyword_names));
    if (type == &OSError && count >= 2 && count <= 5 && is_any_int(arguments[0])) {
      if (const std::optional<int64_t> number = int_to_int64(arguments[0])) {
        if (Type* subclass = subclass_of_errno(*number)) type = subclass;
      }
    }
  }
  const Value self = TRY(allocate_exception(thread, *type, empty_tuple()));
  self.as<OSErrorObject>()->written = -1;
  if (!later) TRY(fill(thread, *self.as<OSErrorObject>(), arguments, count));
  return self;
}

Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  if (!init_takes_arguments(type_of(self))) return nothing;
  TRY(refuse_keywords(thread, type_of(self), keyword_names));
  return fill(thread, *self.as<OSErrorObject>(), arguments, count);
}

Value str_slot(Thread& thread, Value self) {
  const auto& object = *self.as<OSErrorObject>();
  const Value number = object.error_number.is_empty() ? None : object.error_number;
  const Value text = object.text.is_empty() ? None : object.text;
  if (!object.filename.is_empty()) {
    if (!object.filename2.is_empty()) {
      return format_message(thread, "[Errno {}] {}: {} -> {}",
                            {number, text, Repr{object.filename}, Repr{object.filename2}});
    }
    return format_message(thread, "[Errno {}] {}: {}", {number, text, Repr{object.filename}});
  }
  if (!object.error_number.is_empty() && !object.text.is_empty()) {
    return format_message(thread, "[Errno {}] {}", {number, text});
  }
  return base_exception_str(thread, self);
}

Value reduce(Thread& thread, Value self) {
  const auto& object = *self.as<OSErrorObject>();
  Tuple* arguments = object.arguments;
  if (arguments->size == 2 && !object.filename.is_empty()) {
    const Value number = arguments->items[0], text = arguments->items[1];
    arguments = object.filename2.is_empty()
                    ? make_tuple({number, text, object.filename})
                    : make_tuple({number, text, object.filename, None, object.filename2});
  }
  const Value dict = TRY(exception_state_dict(thread, self));
  if (dict.is_none()) return make_tuple({&type_of(self), arguments});
  return make_tuple({&type_of(self), arguments, dict});
}

Result<int64_t> get_written(Thread& thread, Value self) {
  const int64_t written = self.as<OSErrorObject>()->written;
  if (written < 0) return raise(thread, AttributeError, "characters_written");
  return written;
}
Status set_written(Thread& thread, Value self, Value value) {
  auto& object = *self.as<OSErrorObject>();
  if (value.is_empty()) {
    if (object.written < 0) return raise(thread, AttributeError, "characters_written");
    object.written = -1;
    return nothing;
  }
  object.written = TRY(index_as_int64(thread, value, &ValueError));
  return nothing;
}

using Os = OSErrorObject;
const MethodRow methods[] = {
    method<reduce>("!__reduce__($self, /)", ""),
    field_member<Os, &Os::error_number>("errno", "POSIX exception code"),
    field_member<Os, &Os::text>("strerror", "exception strerror"),
    field_member<Os, &Os::filename>("filename", "exception filename"),
    field_member<Os, &Os::filename2>("filename2", "second exception filename"),
    getter<get_written>("characters_written", "", set_written),
};

}  // namespace

void customize_os_error(Kind kind, TypeSpec& spec) {
  if (kind != Kind::OSError) return;
  spec.instance_bytes = sizeof(OSErrorObject);
  spec.slots.make = make;
  spec.slots.init = init;
  spec.slots.str = str_slot;
  spec.methods = methods;
}

}  // namespace minipy
