// The methods that bytes and bytearray share: finding, cutting, changing. Library "Bytes and
// Bytearray Operations".
#include "Objects/bytes_methods.h"

#include <algorithm>
#include <cstring>

#include "Objects/bytes_search.h"
#include "Objects/codecs.h"
#include "Objects/copy_bytes.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/list_builder.h"
#include "Objects/raise.h"
#include "Objects/slice.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

using byte_search::ByteSet;
using byte_search::kAbsent;

Value allocate_like(Thread& thread, Value self, size_t size, uint8_t*& data) {
  if (self.object()->kind == Kind::Bytes) {
    Bytes* bytes = size ? allocate_bytes(size) : empty_bytes();
    if (!bytes) return raise_memory_error(thread);
    data = bytes->data();
    return bytes;
  }
  Bytearray* array = make_bytearray({});
  TRY(bytearray_resize(thread, *array, size));
  data = array->data();
  return array;
}

Value make_like(Thread& thread, Value self, std::string_view contents) {
  if (contents.size() == 1 && self.object()->kind == Kind::Bytes) return make_byte(static_cast<uint8_t>(contents[0]));
  uint8_t* data;
  Value made = TRY(allocate_like(thread, self, contents.size(), data));
  copy_bytes(data, contents);
  return made;
}

Value unchanged(Thread& thread, Value self) {
  return is_exact(self, Kind::Bytes) ? self : make_like(thread, self, contents_of(self));
}

namespace {

Type& plain_type(Value self) { return type_of_kind(self.object()->kind); }

// ---- finding ----

// The thing looked for: a buffer, or one byte given as an int.
class Needle {
 public:
  explicit Needle(Thread& thread) : thread_(thread), lease_(thread) {}
  Status acquire(Value value) {
    if (supports_buffer(value)) {
      TRY(lease_.acquire(value));
      view_ = lease_.view();
      return nothing;
    }
    if (!is_index(value)) {
      return raise(thread_, TypeError, "argument should be integer or bytes-like object, not '{}'", type_of(value));
    }
    byte_ = TRY(byte_argument(thread_, value));
    view_ = {reinterpret_cast<const char*>(&byte_), 1};
    return nothing;
  }
  std::string_view view() const { return view_; }

 private:
  Thread& thread_;
  BufferLease lease_;
  uint8_t byte_ = 0;
  std::string_view view_;
};

struct Range {
  int64_t start = 0, end = INT64_MAX;
  void fit(size_t size) {
    const auto length = static_cast<int64_t>(size);
    if (end > length) end = length;
    if (end < 0) end = std::max<int64_t>(end + length, 0);
    if (start < 0) start = std::max<int64_t>(start + length, 0);
  }
};

// Arguments (sub[, start[, end]]), checked by hand for the wording of the errors.
Status parse_find(Thread& thread, const char* name, const Value* arguments, size_t count, Value keyword_names,
                  Range& range) {
  if (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size > 0) {
    return raise(thread, TypeError, "{}.{}() takes no keyword arguments", plain_type(arguments[0]), name);
  }
  const size_t given = count - 1;
  if (given < 1) return raise(thread, TypeError, "{}() takes at least 1 argument ({} given)", name, given);
  if (given > 3) return raise(thread, TypeError, "{}() takes at most 3 arguments ({} given)", name, given);
  if (given > 1) range.start = TRY(slice_bound(thread, arguments[2], 0));
  if (given > 2) range.end = TRY(slice_bound(thread, arguments[3], INT64_MAX));
  return nothing;
}

enum class Direction { Forward, Backward };

Result<int64_t> find_in(Thread& thread, const char* name, Direction direction, const Value* arguments, size_t count,
                        Value keyword_names) {
  Range range;
  TRY(parse_find(thread, name, arguments, count, keyword_names, range));
  Needle needle(thread);
  TRY(needle.acquire(arguments[1]));
  const std::string_view text = contents_of(arguments[0]);
  range.fit(text.size());
  if (range.end - range.start < static_cast<int64_t>(needle.view().size())) return -1;
  const std::string_view part = text.substr(static_cast<size_t>(range.start), static_cast<size_t>(range.end - range.start));
  const size_t place = direction == Direction::Forward ? byte_search::find(part, needle.view())
                                                       : byte_search::find_last(part, needle.view());
  return place == kAbsent ? -1 : static_cast<int64_t>(place) + range.start;
}

Value find(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  return make_int(TRY(find_in(thread, "find", Direction::Forward, arguments, count, keyword_names)));
}
Value rfind(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  return make_int(TRY(find_in(thread, "rfind", Direction::Backward, arguments, count, keyword_names)));
}
Value index(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const int64_t place = TRY(find_in(thread, "index", Direction::Forward, arguments, count, keyword_names));
  if (place < 0) return raise(thread, ValueError, "subsection not found");
  return make_int(place);
}
Value rindex(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const int64_t place = TRY(find_in(thread, "rindex", Direction::Backward, arguments, count, keyword_names));
  if (place < 0) return raise(thread, ValueError, "subsection not found");
  return make_int(place);
}

Value count(Thread& thread, const Value* arguments, size_t argument_count, Value keyword_names) {
  Range range;
  TRY(parse_find(thread, "count", arguments, argument_count, keyword_names, range));
  Needle needle(thread);
  TRY(needle.acquire(arguments[1]));
  const std::string_view text = contents_of(arguments[0]);
  range.fit(text.size());
  if (range.end < range.start) return Value::from_int(0);
  const size_t total = byte_search::count(
      text.substr(static_cast<size_t>(range.start), static_cast<size_t>(range.end - range.start)), needle.view());
  return make_int(static_cast<int64_t>(total));
}

Result<bool> matches_end(Thread& thread, Value self, Value affix, Range range, Direction direction) {
  BufferLease lease(thread);
  TRY(lease.acquire(affix));
  const std::string_view text = contents_of(self);
  range.fit(text.size());
  const auto size = static_cast<int64_t>(lease.size());
  if (range.end - range.start < size) return false;
  const int64_t place = direction == Direction::Forward ? range.start : range.end - size;
  return std::memcmp(text.data() + place, lease.data(), lease.size()) == 0;
}

Value starts_or_ends(Thread& thread, const char* name, Direction direction, const Value* arguments, size_t count,
                     Value keyword_names) {
  Range range;
  TRY(parse_find(thread, name, arguments, count, keyword_names, range));
  if (is_tuple(arguments[1])) {
    for (const Value affix : arguments[1].as<Tuple>()->view()) {
      if (TRY(matches_end(thread, arguments[0], affix, range, direction))) return True;
    }
    return False;
  }
  if (!supports_buffer(arguments[1])) {
    return raise(thread, TypeError, "{} first arg must be bytes or a tuple of bytes, not {}", name,
                 type_of(arguments[1]));
  }
  return Value::from_bool(TRY(matches_end(thread, arguments[0], arguments[1], range, direction)));
}
Value startswith(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  return starts_or_ends(thread, "startswith", Direction::Forward, arguments, count, keyword_names);
}
Value endswith(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  return starts_or_ends(thread, "endswith", Direction::Backward, arguments, count, keyword_names);
}

// ---- cutting ----

Status append_piece(Thread& thread, ListBuilder& pieces, Value self, std::string_view piece) {
  return pieces.add(TRY(make_like(thread, self, piece)));
}

Value reversed(List* list) {
  list_reverse(*list);
  return list;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Value split_at_space(Thread& thread, Value self, std::string_view text, size_t limit) {
  ListBuilder pieces(thread);
  size_t i = 0;
  for (;;) {
    while (i < text.size() && is_space(text[i])) ++i;
    if (i == text.size()) return Value(TRY(pieces.finish()));
    size_t end = i;
    if (limit == 0) {
      end = text.size();
    } else {
      while (end < text.size() && !is_space(text[end])) ++end;
    }
    if (i == 0 && end == text.size()) {
      TRY(pieces.add(TRY(unchanged(thread, self))));
    } else {
      TRY(append_piece(thread, pieces, self, text.substr(i, end - i)));
    }
    if (limit-- == 0) return Value(TRY(pieces.finish()));
    i = end;
  }
}

Value split_at_space_from_right(Thread& thread, Value self, std::string_view text, size_t limit) {
  ListBuilder pieces(thread);
  size_t end = text.size();
  for (;;) {
    while (end > 0 && is_space(text[end - 1])) --end;
    if (end == 0) break;
    size_t start = end;
    if (limit == 0) {
      start = 0;
    } else {
      while (start > 0 && !is_space(text[start - 1])) --start;
    }
    if (start == 0 && end == text.size()) {
      TRY(pieces.add(TRY(unchanged(thread, self))));
    } else {
      TRY(append_piece(thread, pieces, self, text.substr(start, end - start)));
    }
    if (limit-- == 0) break;
    end = start;
  }
  return reversed(TRY(pieces.finish()));
}

size_t split_limit(int64_t maxsplit) { return maxsplit < 0 ? SIZE_MAX : static_cast<size_t>(maxsplit); }

Value split(Thread& thread, Value self, Value separator, int64_t maxsplit) {
  if (separator.is_none()) return split_at_space(thread, self, contents_of(self), split_limit(maxsplit));
  BufferLease lease(thread);
  TRY(lease.acquire(separator));
  if (lease.size() == 0) return raise(thread, ValueError, "empty separator");
  std::string_view text = contents_of(self);
  ListBuilder pieces(thread);
  for (size_t left = split_limit(maxsplit); left > 0; --left) {
    const size_t place = byte_search::find(text, lease.view());
    if (place == kAbsent) break;
    TRY(append_piece(thread, pieces, self, text.substr(0, place)));
    text.remove_prefix(place + lease.size());
  }
  const Value last = pieces.is_empty() ? unchanged(thread, self) : make_like(thread, self, text);
  TRY(pieces.add(TRY(last)));
  return Value(TRY(pieces.finish()));
}

Value rsplit(Thread& thread, Value self, Value separator, int64_t maxsplit) {
  if (separator.is_none()) return split_at_space_from_right(thread, self, contents_of(self), split_limit(maxsplit));
  BufferLease lease(thread);
  TRY(lease.acquire(separator));
  if (lease.size() == 0) return raise(thread, ValueError, "empty separator");
  std::string_view text = contents_of(self);
  ListBuilder pieces(thread);
  for (size_t left = split_limit(maxsplit); left > 0; --left) {
    const size_t place = byte_search::find_last(text, lease.view());
    if (place == kAbsent) break;
    TRY(append_piece(thread, pieces, self, text.substr(place + lease.size())));
    text = text.substr(0, place);
  }
  const Value last = pieces.is_empty() ? unchanged(thread, self) : make_like(thread, self, text);
  TRY(pieces.add(TRY(last)));
  return reversed(TRY(pieces.finish()));
}

Value splitlines(Thread& thread, Value self, int keepends) {
  const std::string_view text = contents_of(self);
  ListBuilder pieces(thread);
  for (size_t start = 0; start < text.size();) {
    size_t end = start;
    while (end < text.size() && text[end] != '\n' && text[end] != '\r') ++end;
    size_t next = end;
    if (next < text.size()) next += text.substr(next, 2) == "\r\n" ? 2 : 1;
    const size_t stop = keepends ? next : end;
    if (start == 0 && stop == text.size()) {
      TRY(pieces.add(TRY(unchanged(thread, self))));
    } else {
      TRY(append_piece(thread, pieces, self, text.substr(start, stop - start)));
    }
    start = next;
  }
  return Value(TRY(pieces.finish()));
}

Value partition_at(Thread& thread, Value self, Value separator, Direction direction) {
  BufferLease lease(thread);
  TRY(lease.acquire(separator));
  if (lease.size() == 0) return raise(thread, ValueError, "empty separator");
  const std::string_view text = contents_of(self);
  const size_t place = direction == Direction::Forward ? byte_search::find(text, lease.view())
                                                       : byte_search::find_last(text, lease.view());
  if (place == kAbsent) {
    const Value whole = self.object()->kind == Kind::Bytes ? self : TRY(make_like(thread, self, text));
    const Value first = TRY(make_like(thread, self, {})), second = TRY(make_like(thread, self, {}));
    return direction == Direction::Forward ? make_tuple({whole, first, second}) : make_tuple({first, second, whole});
  }
  const Value before = TRY(make_like(thread, self, text.substr(0, place)));
  const bool reuse = is_exact(separator, Kind::Bytes) && self.object()->kind == Kind::Bytes;
  const Value middle = reuse ? separator : TRY(make_like(thread, self, lease.view()));
  return make_tuple({before, middle, TRY(make_like(thread, self, text.substr(place + lease.size())))});
}
Value partition(Thread& thread, Value self, Value separator) {
  return partition_at(thread, self, separator, Direction::Forward);
}
Value rpartition(Thread& thread, Value self, Value separator) {
  return partition_at(thread, self, separator, Direction::Backward);
}

enum StripSides { kLeft = 1, kRight = 2 };

Value strip_sides(Thread& thread, Value self, Value members, int sides) {
  ByteSet set(" \t\n\v\f\r");
  if (!members.is_none()) {
    BufferLease lease(thread);
    TRY(lease.acquire(members));
    set = ByteSet(lease.view());
  }
  const std::string_view text = contents_of(self);
  size_t start = 0, end = text.size();
  if (sides & kLeft) {
    while (start < end && set.contains(static_cast<uint8_t>(text[start]))) ++start;
  }
  if (sides & kRight) {
    while (end > start && set.contains(static_cast<uint8_t>(text[end - 1]))) --end;
  }
  if (end - start == text.size()) return unchanged(thread, self);
  return make_like(thread, self, text.substr(start, end - start));
}
Value strip(Thread& thread, Value self, Value members) { return strip_sides(thread, self, members, kLeft | kRight); }
Value lstrip(Thread& thread, Value self, Value members) { return strip_sides(thread, self, members, kLeft); }
Value rstrip(Thread& thread, Value self, Value members) { return strip_sides(thread, self, members, kRight); }

Value removeprefix(Thread& thread, Value self, Value prefix) {
  BufferLease lease(thread);
  TRY(lease.acquire(prefix));
  const std::string_view text = contents_of(self);
  if (lease.size() == 0 || !text.starts_with(lease.view())) return unchanged(thread, self);
  return make_like(thread, self, text.substr(lease.size()));
}
Value removesuffix(Thread& thread, Value self, Value suffix) {
  BufferLease lease(thread);
  TRY(lease.acquire(suffix));
  const std::string_view text = contents_of(self);
  if (lease.size() == 0 || !text.ends_with(lease.view())) return unchanged(thread, self);
  return make_like(thread, self, text.substr(0, text.size() - lease.size()));
}

// ---- changing ----

// Every byte mapped by itself. All that the loop reads is in local variables: bytes that are written could be anything else.
template <typename F>
Value map_bytes(Thread& thread, Value self, F f) {
  const std::string_view text = contents_of(self);
  uint8_t* data;
  Value made = TRY(allocate_like(thread, self, text.size(), data));
  const size_t size = text.size();
  const char* const from = text.data();
  for (size_t i = 0; i < size; ++i) data[i] = f(static_cast<uint8_t>(from[i]));
  return made;
}

Value lower(Thread& thread, Value self) { return map_bytes(thread, self, [](uint8_t c) { return byte_search::to_lower(c); }); }
Value upper(Thread& thread, Value self) { return map_bytes(thread, self, [](uint8_t c) { return byte_search::to_upper(c); }); }
Value swapcase(Thread& thread, Value self) {
  return map_bytes(thread, self, [](uint8_t c) -> uint8_t {
    return byte_search::is_in_class(c, byte_search::kLower | byte_search::kUpper) ? c ^ 32 : c;
  });
}
Value capitalize(Thread& thread, Value self) {
  bool first = true;
  return map_bytes(thread, self, [&first](uint8_t c) {
    return std::exchange(first, false) ? byte_search::to_upper(c) : byte_search::to_lower(c);
  });
}
Value title(Thread& thread, Value self) {
  bool inside = false;
  return map_bytes(thread, self, [&inside](uint8_t c) {
    const bool letter = byte_search::is_in_class(c, byte_search::kLower | byte_search::kUpper);
    const bool was_inside = std::exchange(inside, letter);
    return was_inside ? byte_search::to_lower(c) : byte_search::to_upper(c);
  });
}

bool all_in_class(Value self, uint8_t classes) {
  const std::string_view text = contents_of(self);
  return !text.empty() && std::all_of(text.begin(), text.end(), [classes](char c) {
    return byte_search::is_in_class(static_cast<uint8_t>(c), classes);
  });
}
bool isalnum(Value self) { return all_in_class(self, byte_search::kAlnum); }
bool isalpha(Value self) { return all_in_class(self, byte_search::kLower | byte_search::kUpper); }
bool isdigit(Value self) { return all_in_class(self, byte_search::kDigit); }
bool isspace(Value self) { return all_in_class(self, byte_search::kSpace); }
bool isascii(Value self) {
  const std::string_view text = contents_of(self);
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 128; });
}
bool is_cased_as(Value self, uint8_t wanted, uint8_t unwanted) {
  bool found = false;
  for (const char c : contents_of(self)) {
    if (byte_search::is_in_class(static_cast<uint8_t>(c), unwanted)) return false;
    found |= byte_search::is_in_class(static_cast<uint8_t>(c), wanted);
  }
  return found;
}
bool islower(Value self) { return is_cased_as(self, byte_search::kLower, byte_search::kUpper); }
bool isupper(Value self) { return is_cased_as(self, byte_search::kUpper, byte_search::kLower); }
bool istitle(Value self) {
  bool found = false, inside = false;
  for (const char c : contents_of(self)) {
    const uint8_t kind = byte_search::class_of(static_cast<uint8_t>(c)) & (byte_search::kLower | byte_search::kUpper);
    if ((kind == byte_search::kUpper && inside) || (kind == byte_search::kLower && !inside)) return false;
    inside = kind != 0;
    found |= inside;
  }
  return found;
}

Value expandtabs(Thread& thread, Value self, int tab_size) {
  const std::string_view text = contents_of(self);
  uint64_t size = 0, column = 0;
  const auto width = static_cast<uint64_t>(std::max(tab_size, 0));
  for (const char c : text) {
    const uint64_t step = c != '\t' ? 1 : width ? width - column % width : 0;
    size += step;
    column = c == '\n' || c == '\r' ? 0 : column + step;
    if (size > INT64_MAX) return raise(thread, OverflowError, "result too long");
  }
  uint8_t* data;
  Value made = TRY(allocate_like(thread, self, size, data));
  column = 0;
  for (const char c : contents_of(self)) {
    const uint64_t step = c != '\t' ? 1 : width ? width - column % width : 0;
    if (c == '\t') {
      std::memset(data, ' ', step);
    } else {
      *data = static_cast<uint8_t>(c);
    }
    data += step;
    column = c == '\n' || c == '\r' ? 0 : column + step;
  }
  return made;
}

Value pad(Thread& thread, Value self, size_t left, size_t right, uint8_t fill) {
  const std::string_view text = contents_of(self);
  uint8_t* data;
  Value made = TRY(allocate_like(thread, self, left + text.size() + right, data));
  std::memset(data, fill, left);
  copy_bytes(data + left, text);
  std::memset(data + left + text.size(), fill, right);
  return made;
}

Result<uint8_t> fill_argument(Thread& thread, const char* name, Value fill) {
  if (fill.is_empty()) return static_cast<uint8_t>(' ');
  if ((is_bytes(fill) || is_bytearray(fill)) && contents_of(fill).size() == 1) {
    return static_cast<uint8_t>(contents_of(fill)[0]);
  }
  return raise(thread, TypeError, "{}() argument 2 must be a byte string of length 1, not {}", name, argument_kind(fill));
}

// How many bytes are missing, or none.
size_t missing(Value self, int64_t width) {
  const auto size = static_cast<int64_t>(contents_of(self).size());
  return width > size ? static_cast<size_t>(width - size) : 0;
}

Value center(Thread& thread, Value self, int64_t width, Value fill) {
  const uint8_t byte = TRY(fill_argument(thread, "center", fill));
  const size_t padding = missing(self, width);
  if (padding == 0) return unchanged(thread, self);
  const size_t left = padding / 2 + (padding & static_cast<size_t>(width) & 1);
  return pad(thread, self, left, padding - left, byte);
}
Value ljust(Thread& thread, Value self, int64_t width, Value fill) {
  const uint8_t byte = TRY(fill_argument(thread, "ljust", fill));
  const size_t padding = missing(self, width);
  return padding == 0 ? unchanged(thread, self) : pad(thread, self, 0, padding, byte);
}
Value rjust(Thread& thread, Value self, int64_t width, Value fill) {
  const uint8_t byte = TRY(fill_argument(thread, "rjust", fill));
  const size_t padding = missing(self, width);
  return padding == 0 ? unchanged(thread, self) : pad(thread, self, padding, 0, byte);
}
Value zfill(Thread& thread, Value self, int64_t width) {
  const size_t padding = missing(self, width);
  if (padding == 0) return unchanged(thread, self);
  Value made = TRY(pad(thread, self, padding, 0, '0'));
  uint8_t* data = reinterpret_cast<uint8_t*>(const_cast<char*>(contents_of(made).data()));
  const size_t size = contents_of(made).size();
  if (padding < size && (data[padding] == '+' || data[padding] == '-')) std::swap(data[0], data[padding]);
  return made;
}

Value replace(Thread& thread, Value self, Value old_value, Value new_value, int64_t limit) {
  BufferLease old_lease(thread), new_lease(thread);
  TRY(old_lease.acquire(old_value));
  TRY(new_lease.acquire(new_value));
  const std::string_view old = old_lease.view(), fresh = new_lease.view();
  std::string_view text = contents_of(self);
  const size_t times = byte_search::count(text, old, limit < 0 ? kAbsent : static_cast<size_t>(limit));
  if (times == 0 || (old.empty() && fresh.empty())) return unchanged(thread, self);
  if (fresh.size() > old.size() && (fresh.size() - old.size()) > (INT64_MAX - text.size()) / times) {
    return raise(thread, OverflowError, "replace bytes is too long");
  }
  uint8_t* data;
  Value made = TRY(allocate_like(thread, self, text.size() + times * fresh.size() - times * old.size(), data));
  text = contents_of(self);
  if (old.size() == 1 && fresh.size() == 1 && times <= text.size() && limit < 0) {
    const auto from = static_cast<uint8_t>(old[0]), to = static_cast<uint8_t>(fresh[0]);
    copy_bytes(data, text);
    const size_t size = text.size();  // Without branches, so that whole vectors are replaced at once.
    for (size_t i = 0; i < size; ++i) data[i] = data[i] == from ? to : data[i];
    return made;
  }
  const auto put = [&data](std::string_view piece) {
    copy_bytes(data, piece);
    data += piece.size();
  };
  for (size_t i = 0; i < times; ++i) {
    const size_t place = old.empty() ? (i == 0 ? 0 : 1) : byte_search::find(text, old);
    put(text.substr(0, place));
    put(fresh);
    text.remove_prefix(place + old.size());
  }
  put(text);
  return made;
}

Value translate(Thread& thread, Value self, Value table_value, Value deleted_value) {
  BufferLease table_lease(thread), deleted_lease(thread);
  const uint8_t* table = nullptr;
  if (!table_value.is_none()) {
    TRY(table_lease.acquire(table_value));
    if (table_lease.size() != 256) return raise(thread, ValueError, "translation table must be 256 characters long");
    table = table_lease.data();
  }
  ByteSet deleted({});
  if (!deleted_value.is_empty()) {
    TRY(deleted_lease.acquire(deleted_value));
    deleted = ByteSet(deleted_lease.view());
  }
  const std::string_view text = contents_of(self);
  const size_t size = text.size();
  if (deleted_lease.size() == 0 && table) {
    const Value made = TRY(map_bytes(thread, self, [table](uint8_t c) { return table[c]; }));
    return contents_of(made) == text ? unchanged(thread, self) : made;
  }
  size_t kept = 0;
  bool changes = false;
  for (size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    const bool is_kept = !deleted.contains(byte);
    kept += is_kept;
    changes |= is_kept && table && table[byte] != byte;
  }
  if (!changes && kept == size) return unchanged(thread, self);
  uint8_t* data;
  Value made = TRY(allocate_like(thread, self, kept, data));
  for (const char c : contents_of(self)) {
    const auto byte = static_cast<uint8_t>(c);
    if (!deleted.contains(byte)) *data++ = table ? table[byte] : byte;
  }
  return made;
}

Value maketrans(Thread& thread, Value from, Value to) {
  BufferLease from_lease(thread), to_lease(thread);
  TRY(from_lease.acquire(from));
  TRY(to_lease.acquire(to));
  if (from_lease.size() != to_lease.size()) {
    return raise(thread, ValueError, "maketrans arguments must have same length");
  }
  Bytes* table = allocate_bytes(256);
  for (int i = 0; i < 256; ++i) table->data()[i] = static_cast<uint8_t>(i);
  for (size_t i = 0; i < from_lease.size(); ++i) table->data()[from_lease.data()[i]] = to_lease.data()[i];
  return table;
}

// The pieces are leased until all is copied: other threads and odd iterators cannot change them.
Value join_pieces(Thread& thread, Value self, std::string_view separator, const List& items, Buffer* leases, size_t& held) {
  size_t size = 0;
  for (size_t i = 0; i < items.size; ++i) {
    const Value item = items.at(i);
    if (is_exact(item, Kind::Bytes)) {
      size += item.as<Bytes>()->size;
    } else {
      if (!supports_buffer(item)) {
        return raise(thread, TypeError, "sequence item {}: expected a bytes-like object, {} found", i, type_of(item));
      }
      if (get_buffer(thread, item, leases[held]).failed()) {
        take_exception(thread);
        return raise(thread, TypeError, "sequence item {}: expected a bytes-like object, {} found", i, type_of(item));
      }
      size += static_cast<size_t>(leases[held++].size);
    }
    if (i > 0) size += separator.size();
    if (size > INT64_MAX) return raise(thread, OverflowError, "join() result is too long");
  }
  uint8_t* data;
  Value made = TRY(allocate_like(thread, self, size, data));
  size_t lease = 0;
  for (size_t i = 0; i < items.size; ++i) {
    if (i > 0 && !separator.empty()) {
      copy_bytes(data, separator);
      data += separator.size();
    }
    const Value item = items.at(i);
    const std::string_view piece = is_exact(item, Kind::Bytes) ? item.as<Bytes>()->view() : leases[lease++].view();
    copy_bytes(data, piece);
    data += piece.size();
  }
  return made;
}

Value join(Thread& thread, Value self, Value iterable) {
  if (!is_list(iterable) && !is_tuple(iterable) && !type_of(iterable).slots.iterate &&
      !type_of(iterable).slots.sequence_item) {
    return raise(thread, TypeError, "can only join an iterable");
  }
  BufferLease own(thread);  // the iterator may try to change a bytearray under us
  TRY(own.acquire(self));
  // No Python code runs from here on that could change a list.
  const List* items = is_exact_list(iterable) ? iterable.as<List>() : TRY(list_of(thread, iterable));
  if (items->size == 0) return make_like(thread, self, {});
  if (items->size == 1 && is_exact(items->at(0), Kind::Bytes) && self.object()->kind == Kind::Bytes) {
    return items->at(0);
  }
  size_t odd = 0;
  for (const Value item : *items) odd += !is_exact(item, Kind::Bytes);
  Buffer* leases = nullptr;
  if (odd) {
    leases = static_cast<Buffer*>(gc_allocate_scanned_buffer(odd * sizeof(Buffer)));
    if (!leases) return raise_memory_error(thread);
    for (size_t i = 0; i < odd; ++i) new (&leases[i]) Buffer();
  }
  size_t held = 0;
  const Value made = join_pieces(thread, self, own.view(), *items, leases, held);
  for (size_t i = 0; i < held; ++i) release_buffer(thread, leases[i]);
  return made;
}

// ---- the rest ----

Value decode(Thread& thread, Value self, Value encoding, Value errors) {
  for (const auto& [name, value] : {std::pair("encoding", encoding), std::pair("errors", errors)}) {
    if (!is_str(value)) {
      return raise(thread, TypeError, "decode() argument '{}' must be str, not {}", name, argument_kind(value));
    }
  }
  const std::string_view contents = is_exact(self, Kind::Bytes) ? contents_of(self) : "?";
  if (contents.empty() && !checks_error_handlers) return empty_str();  // whatever the codec is
  if (encoding.as<Str>()->length() == 0) {
    return codec_decode(thread, self, "", TRY(to_utf8_strict(thread, errors.as<Str>())));
  }
  if (is_exact(self, Kind::Bytes) && encoding.as<Str>()->is_ascii() && errors.as<Str>()->is_ascii()) {
    return decode_text(thread, contents, encoding.as<Str>()->ascii_view(),
                       errors.as<Str>()->ascii_view(), self);
  }
  const std::string encoding_name = TRY(to_utf8_strict(thread, encoding.as<Str>()));
  const std::string errors_name = TRY(to_utf8_strict(thread, errors.as<Str>()));
  BufferLease lease(thread);
  TRY(lease.acquire(self));
  if (lease.size() == 0 && !checks_error_handlers) return empty_str();
  return decode_text(thread, lease.view(), encoding_name, errors_name, is_exact(self, Kind::Bytes) ? self : Value());
}

Value hex(Thread& thread, Value self, Value separator, int group) {
  return hex_text(thread, contents_of(self), separator, group);
}
Value fromhex(Thread& thread, Type& type, Value text) { return bytes_from_hex(thread, type, text); }

const MethodRow shared_methods[] = {
    method<capitalize>("!capitalize($self, /)", "A copy with the first letter in upper case, the others in lower case (ASCII)."),
    method<center>("center($self, width, fillchar=b' ', /)", "A copy centred in a field of the given width."),
    raw_method(count, "!count($self, sub, start=None, end=None, /)", "How often sub occurs in self[start:end], without overlap."),
    method<decode>("decode($self, /, encoding='utf-8', errors='strict')", "The text that these bytes encode."),
    raw_method(endswith, "!endswith($self, suffix, start=None, end=None, /)", "Whether self[start:end] ends with suffix, or with one of a tuple of them."),
    method<expandtabs>("expandtabs($self, /, tabsize=8)", "A copy with each tab replaced by spaces up to the next tab stop."),
    raw_method(find, "!find($self, sub, start=None, end=None, /)", "The first place of sub in self[start:end], or -1."),
    class_method<fromhex>("fromhex($type, string, /)", "Made from pairs of hexadecimal digits; space between bytes is skipped."),
    method<hex>("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)", "The bytes as hexadecimal digits, with sep between groups of bytes_per_sep, counted from the right (from the "
                "left if negative).\n\n>>> bytes([1, 35, 69]).hex('-', 2)\n'01-2345'\n>>> bytearray([1, 35, 69]).hex('-', -2)\n'0123-45'"),
    raw_method(index, "!index($self, sub, start=None, end=None, /)", "Like find(), but ValueError if sub is absent."),
    method<isalnum>("!isalnum($self, /)", "True if there are bytes and all are ASCII letters or digits."),
    method<isalpha>("!isalpha($self, /)", "True if there are bytes and all are ASCII letters."),
    method<isascii>("!isascii($self, /)", "True if all bytes are below 128."),
    method<isdigit>("!isdigit($self, /)", "True if there are bytes and all are ASCII digits."),
    method<islower>("!islower($self, /)", "True if there are lower case letters and no upper case ones."),
    method<isspace>("!isspace($self, /)", "True if there are bytes and all are ASCII white space."),
    method<istitle>("!istitle($self, /)", "True if each word starts with the only upper case letter it has."),
    method<isupper>("!isupper($self, /)", "True if there are upper case letters and no lower case ones."),
    method<join>("join($self, iterable_of_bytes, /)", "All the items in one, with self between each two."),
    method<ljust>("ljust($self, width, fillchar=b' ', /)", "A copy filled up at the right to the given width."),
    method<lower>("!lower($self, /)", "A copy with ASCII letters in lower case."),
    method<lstrip>("lstrip($self, bytes=None, /)", "A copy without leading white space, or without leading bytes of the argument."),
    static_method<maketrans>("maketrans(frm, to, /)", "A table for translate() that maps each byte of frm to the one at its place in to."),
    method<partition>("partition($self, sep, /)", "The parts before sep, sep, and after it, cut at its first place; all and two empty ones if it is absent."),
    method<removeprefix>("removeprefix($self, prefix, /)", "A copy without prefix if it starts with it."),
    method<removesuffix>("removesuffix($self, suffix, /)", "A copy without suffix if it ends with it."),
    method<replace>("replace($self, old, new, count=-1, /)", "A copy with old replaced by new, at the first count places or at all (-1)."),
    raw_method(rfind, "!rfind($self, sub, start=None, end=None, /)", "The last place of sub in self[start:end], or -1."),
    raw_method(rindex, "!rindex($self, sub, start=None, end=None, /)", "Like rfind(), but ValueError if sub is absent."),
    method<rjust>("rjust($self, width, fillchar=b' ', /)", "A copy filled up at the left to the given width."),
    method<rpartition>("rpartition($self, sep, /)", "Like partition(), cut at the last place of sep; two empty ones and all if it is absent."),
    method<rsplit>("rsplit($self, /, sep=None, maxsplit=-1)", "Like split(), from the right."),
    method<rstrip>("rstrip($self, bytes=None, /)", "A copy without trailing white space, or without trailing bytes of the argument."),
    method<split>("split($self, /, sep=None, maxsplit=-1)", "The list of sections between places of sep, or between runs of white space (None)."),
    method<splitlines>("splitlines($self, /, keepends=False)", "The list of lines, cut at \\n, \\r and \\r\\n."),
    raw_method(startswith, "!startswith($self, prefix, start=None, end=None, /)", "Whether self[start:end] starts with prefix, or with one of a tuple of them."),
    method<strip>("strip($self, bytes=None, /)", "A copy without white space around, or without bytes of the argument."),
    method<swapcase>("!swapcase($self, /)", "A copy with upper and lower case exchanged (ASCII)."),
    method<title>("!title($self, /)", "A copy with the first letter of each word in upper case, the others in lower case."),
    method<translate>("translate($self, table, /, delete=b'')", "A copy without the bytes in delete, the others mapped by a table of 256 (None: unchanged)."),
    method<upper>("!upper($self, /)", "A copy with ASCII letters in upper case."),
    method<zfill>("zfill($self, width, /)", "A copy filled up with zeros after its sign to the given width."),
};

}  // namespace

std::span<const MethodRow> with_shared_byte_methods(std::span<const MethodRow> own, MethodRow* rows) {
  const size_t shared = std::size(shared_methods);
  MP_ASSERT(shared + own.size() <= kMaxByteMethods);
  std::copy(std::begin(shared_methods), std::end(shared_methods), rows);
  std::copy(own.begin(), own.end(), rows + shared);
  return {rows, shared + own.size()};
}

}  // namespace minipy
