#include <limits.h>

#include "Modules/posix/posix.h"

namespace minipy {
namespace {

const char* allowed_types(int options) {
  return options == (kOrDescriptor | kOrNone) ? "string, bytes, os.PathLike, integer or None"
         : options == kOrDescriptor           ? "string, bytes, os.PathLike or integer"
         : options == kOrNone                 ? "string, bytes, os.PathLike or None"
                                              : "string, bytes or os.PathLike";
}

}  // namespace

Result<Path> path_argument(Thread& thread, Value value, const char* function, int options, const char* argument) {
  Path path;
  path.shown = value;
  if (value.is_empty() || (value.is_none() && (options & kOrNone))) {
    path.is_none = true;
    path.text = ".";
    return path;
  }
  if (is_str(value) || has_kind(value, Kind::Bytes)) {
    path.is_bytes = !is_str(value);
    path.text = TRY(to_filename(thread, value));
    return path;
  }
  if ((options & kOrDescriptor) && is_index(value)) {
    const Value number = TRY(number_index(thread, value));
    const auto small = int_to_int64(number);
    if (!small || *small > INT_MAX) return raise(thread, OverflowError, "fd is greater than maximum");
    if (*small < INT_MIN) return raise(thread, OverflowError, "fd is less than minimum");
    path.descriptor = static_cast<int>(*small);
    path.has_descriptor = true;
    return path;
  }
  const Value method = TRY(lookup_special(thread, value, "__fspath__"));
  if (method.is_unbound()) {
    if (supports_buffer(value)) {
      TRY(warn(thread, DeprecationWarning,
               std::string(function) + ": " + argument + " should be " + allowed_types(options) + ", not " +
                   std::string(type_of(value).name_view())));
      BufferLease buffer(thread);
      TRY(buffer.acquire(value));
      path.text = TRY(to_filename(thread, make_bytes(buffer.view())));
      path.is_bytes = true;
      return path;
    }
    return raise(thread, TypeError, "{}: {} should be {}, not {}", function, argument, allowed_types(options),
                 type_of(value));
  }
  const Value converted = TRY(call(thread, method));
  if (!is_str(converted) && !has_kind(converted, Kind::Bytes)) {
    return raise(thread, TypeError, "expected {}.__fspath__() to return str or bytes, not {}", type_of(value),
                 type_of(converted));
  }
  path.is_bytes = !is_str(converted);
  path.text = TRY(to_filename(thread, converted));
  return path;
}

Result<int> folder_descriptor(Thread& thread, Value value) {
  if (value.is_empty() || value.is_none()) return AT_FDCWD;
  if (!is_index(value)) return raise(thread, TypeError, "argument should be integer or None, not {}", type_of(value));
  const int64_t number = TRY(index_as_int64(thread, value, &OverflowError));
  if (number > INT_MAX) return raise(thread, OverflowError, "fd is greater than maximum");
  if (number < INT_MIN) return raise(thread, OverflowError, "fd is less than minimum");
  return static_cast<int>(number);
}

Result<int> descriptor_argument(Thread& thread, Value value) {
  if (!is_any_int(value)) {
    const Value method = TRY(get_attribute_or_unbound(thread, value, "fileno"));
    if (method.is_unbound()) {
      return raise(thread, TypeError, "argument must be an int, or have a fileno() method.");
    }
    value = TRY(call(thread, method));
    if (!is_any_int(value)) return raise(thread, TypeError, "fileno() returned a non-integer");
  }
  const int64_t number = TRY(index_as_int64(thread, value, &OverflowError));
  if (number > INT_MAX || number < INT_MIN) {
    return raise(thread, OverflowError, "Python int too large to convert to C int");
  }
  if (number < 0) {
    return raise(thread, ValueError, "file descriptor cannot be a negative integer ({})", number);
  }
  return static_cast<int>(number);
}

Result<uint32_t> user_id(Thread& thread, Value value, const char* what) {
  if (!is_index(value)) {
    return raise(thread, TypeError, "{} should be integer, not {}", what, type_of(value));
  }
  const Value number = TRY(number_index(thread, value));
  const auto small = int_to_int64(number);
  if (!small || *small > static_cast<int64_t>(UINT32_MAX)) {
    if (int_sign(number) < 0) return raise(thread, OverflowError, "{} is less than minimum", what);
    return raise(thread, OverflowError, "{} is greater than maximum", what);
  }
  if (*small < -1) return raise(thread, OverflowError, "{} is less than minimum", what);
  return static_cast<uint32_t>(*small);
}

}  // namespace minipy
