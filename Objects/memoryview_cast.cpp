// memoryview.cast(): the same memory with another format or shape.
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/memoryview.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

bool is_byte_letter(char letter) { return letter == 'b' || letter == 'B' || letter == 'c'; }

// Formats that outlive any view: "B" and "@B" for each letter.
const char* static_format(char letter, bool with_prefix) {
  static const char letters[] = "cbB?hHiIlLqQnNfdP";
  static char texts[sizeof letters][6];
  size_t i = 0;
  while (letters[i] != letter) ++i;
  char* text = texts[i];  // "X\0@X\0"
  text[0] = text[3] = letter;
  text[2] = '@';
  return with_prefix ? text + 2 : text;
}

Result<const char*> destination_format(Thread& thread, Value format) {
  const Str& text = *format.as<Str>();
  const size_t prefix = text.length() == 2 && text.at(0) == '@' ? 1 : 0;
  if (text.is_ascii() && text.length() == prefix + 1) {
    const char letter = static_cast<char>(text.at(prefix));
    if (native_item_size(letter) > 0) return static_format(letter, prefix == 1);
  }
  return raise(thread, ValueError,
               "memoryview: destination format must be a native single character format prefixed with an optional '@'");
}

Status cast_to_one_dimension(Thread& thread, Memoryview& view, const char* format) {
  const char from = native_letter(view.format), to = native_letter(format);
  if (!is_byte_letter(from) && !is_byte_letter(to)) {
    return raise(thread, TypeError, "memoryview: cannot cast between two non-byte formats");
  }
  const int64_t item_size = native_item_size(to);
  if (view.size % item_size != 0) return raise(thread, TypeError, "memoryview: length is not a multiple of itemsize");
  view.format = format;
  view.item_size = item_size;
  if (view.dimensions == 1) {
    view.shape[0] = view.size / item_size;
    view.strides[0] = item_size;
  }
  view.suboffsets = nullptr;
  return nothing;
}

Status shape_of_sequence(Thread& thread, std::span<const Value> sizes, Memoryview& view) {
  int64_t product = view.item_size;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (!is_any_int(sizes[i])) {
      return raise(thread, TypeError, "memoryview.cast(): elements of shape must be integers");
    }
    const int64_t size = TRY(argument_int64(thread, sizes[i]));
    if (size <= 0) return raise(thread, ValueError, "memoryview.cast(): elements of shape must be integers > 0");
    if (__builtin_mul_overflow(product, size, &product)) {
      return raise(thread, ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
    }
    view.shape[i] = size;
  }
  return nothing;
}

Status cast_to_shape(Thread& thread, Memoryview& view, std::span<const Value> sizes) {
  TRY(shape_of_sequence(thread, sizes, view));
  int64_t bytes = view.item_size;
  for (int i = view.dimensions - 1; i >= 0; --i) {
    view.strides[i] = bytes;
    bytes *= view.shape[i];
  }
  if (bytes != view.size) return raise(thread, TypeError, "memoryview: product(shape) * itemsize != buffer size");
  return nothing;
}

bool has_zero(const Memoryview& view) {
  for (int i = 0; i < view.dimensions; ++i) {
    if (view.shape[i] == 0 || view.strides[i] == 0) return true;
  }
  return false;
}

}  // namespace

Value memoryview_cast(Thread& thread, Value self, Value format_value, Value shape) {
  Memoryview& view = *self.as<Memoryview>();
  if (!is_str(format_value)) {
    return raise(thread, TypeError, "cast() argument 'format' must be str, not {}", argument_kind(format_value));
  }
  TRY(check_released(thread, view));
  if (!is_contiguous(view.as_buffer(), 'C')) {
    return raise(thread, TypeError, "memoryview: casts are restricted to C-contiguous views");
  }
  const bool has_shape = !shape.is_empty();
  if ((has_shape || view.dimensions != 1) && has_zero(view)) {
    return raise(thread, TypeError, "memoryview: cannot cast view with zeros in shape or strides");
  }
  std::span<const Value> sizes;
  size_t dimensions = 1;
  if (has_shape) {
    if (!is_list(shape) && !is_tuple(shape)) return raise(thread, TypeError, "shape must be a list or a tuple");
    sizes = is_list(shape) ? std::span(shape.as<List>()->begin(), shape.as<List>()->size) : shape.as<Tuple>()->view();
    dimensions = sizes.size();
    if (dimensions > Buffer::kMaxDimensions) {
      return raise(thread, ValueError, "memoryview: number of dimensions must not exceed 64");
    }
    if (view.dimensions != 1 && dimensions != 1) {
      return raise(thread, TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
    }
  }
  const char* format = TRY(destination_format(thread, format_value));
  Memoryview* made = allocate_view(*view.managed, static_cast<int>(dimensions));
  made->data = view.data;
  made->size = view.size;
  made->is_read_only = view.is_read_only;
  made->format = view.format;
  made->item_size = view.item_size;
  const Status flat = cast_to_one_dimension(thread, *made, format);
  const bool failed_cast = flat.failed() || (has_shape && cast_to_shape(thread, *made, sizes).failed());
  if (failed_cast) {
    const Value pending = take_exception(thread);
    TRY(memoryview_release(thread, made));
    return restore_exception(thread, pending);
  }
  return made;
}

}  // namespace minipy
