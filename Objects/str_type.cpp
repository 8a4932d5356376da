// The type str: making strings, its slots and its iterators.
#include <algorithm>
#include <vector>

#include "Objects/bytes.h"
#include "Objects/codecs.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/slice.h"
#include "Objects/str_access.h"
#include "Objects/str_search.h"
#include "Objects/str_tables.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// --- making ---

Value decode_object(Thread& thread, Value object, const Str* encoding, const Str* errors) {
  if (is_str(object)) return raise(thread, TypeError, "decoding str is not supported");
  if (!supports_buffer(object)) {
    return raise(thread, TypeError, "decoding to str: need a bytes-like object, {} found",
                 type_of(object));
  }
  BufferLease lease(thread);
  TRY(lease.acquire(object));
  if (lease.size() == 0 && !checks_error_handlers) return empty_str();  // whatever the codec is
  const std::string encoding_name = encoding == nullptr ? "" : to_utf8(encoding);
  const std::string errors_name = errors == nullptr ? "" : to_utf8(errors);
  return decode_text(thread, lease.view(), encoding_name, errors_name,
                     is_exact(object, Kind::Bytes) ? object : Value());
}

Value make_plain(Thread& thread, Value object, Value encoding, Value errors) {
  if (object.is_empty()) return empty_str();
  if (encoding.is_empty() && errors.is_empty()) return Value(TRY(str(thread, object)));
  return decode_object(thread, object, encoding.is_empty() ? nullptr : encoding.as<Str>(),
                       errors.is_empty() ? nullptr : errors.as<Str>());
}

// An instance of a subclass with the same text.
Value make_instance(Thread& thread, Type& type, const Str& text) {
  auto* const instance = allocate_instance_as<Str>(type, text.byte_size() + text.width());
  if (instance == nullptr) return raise_memory_error(thread);
  instance->flags |= text.flags & Str::kAscii;
  instance->cached_hash = 0;
  instance->length_and_width = text.length_and_width & ~Str::kShared;
  memcpy(instance->mutable_data(), text.data(), text.byte_size());
  return instance;
}

const MethodRow new_row{MethodRow::StaticMethod, false,
                        "str(object=<unrepresentable>, encoding=<unrepresentable>, "
                        "errors=<unrepresentable>)",
                        ""};

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keywords) {
  Value values[3];
  BoundArguments bound{values, {}, nullptr};
  if (count == 1 && keywords.is_empty()) {
    values[0] = arguments[0];
  } else {
    TRY(bind_arguments(thread, signature_of(new_row), Value(), arguments, count, keywords, values,
                       bound));
    for (int i = 1; i < 3; ++i) {
      if (!values[i].is_empty() && !is_str(values[i])) {
        return raise(thread, TypeError, "str() argument '{}' must be str, not {}",
                     i == 1 ? "encoding" : "errors", argument_kind(values[i]));
      }
    }
  }
  const Value text = TRY(make_plain(thread, values[0], values[1], values[2]));
  if (&type == &type_of_kind(Kind::Str)) return text;
  return make_instance(thread, type, *text.as<Str>());
}

// --- slots ---

Value repr_slot(Thread& thread, Value self) { return checked(thread, str_repr(self.as<Str>())); }
Value str_slot(Thread& thread, Value self) { return checked(thread, exact_str(*self.as<Str>())); }
Result<int64_t> hash_slot(Thread&, Value self) { return hash_of(self.as<Str>()); }
Result<size_t> length_slot(Thread&, Value self) { return self.as<Str>()->length(); }

Value compare_slot(Thread&, Value left, Value right, CompareOp op) {
  if (!is_str(left) || !is_str(right)) return NotImplemented;
  const Str* const a = left.as<Str>();
  const Str* const b = right.as<Str>();
  switch (op) {
    case CompareOp::Equal: return Value::from_bool(equal(a, b));
    case CompareOp::NotEqual: return Value::from_bool(!equal(a, b));
    case CompareOp::Less: return Value::from_bool(order(a, b) < 0);
    case CompareOp::LessEqual: return Value::from_bool(order(a, b) <= 0);
    case CompareOp::Greater: return Value::from_bool(order(a, b) > 0);
    case CompareOp::GreaterEqual: return Value::from_bool(order(a, b) >= 0);
  }
  MP_UNREACHABLE();
  return NotImplemented;
}

Value concatenate_slot(Thread& thread, Value left, Value right) {
  if (!is_str(right)) {
    return raise(thread, TypeError, "can only concatenate str (not \"{}\") to str", type_of(right));
  }
  return checked(thread, concatenate(left.as<Str>(), right.as<Str>()));
}

Value repeat_slot(Thread& thread, Value self, int64_t count) {
  const Str& text = *self.as<Str>();
  if (count <= 0 || text.length() == 0) return empty_str();
  if (count == 1) return checked(thread, exact_str(text));
  size_t length;
  if (__builtin_mul_overflow(text.length(), static_cast<size_t>(count), &length) || length > INT64_MAX) {
    return raise(thread, OverflowError, "repeated string is too long");
  }
  Str* const result = allocate_str(length, largest_for(text));
  if (result == nullptr) return raise_memory_error(thread);
  char* const to = static_cast<char*>(result->mutable_data());
  const size_t total = result->byte_size();
  if (text.byte_size() == 1) {
    memset(to, text.latin1()[0], total);
    return result;
  }
  size_t done = text.byte_size();
  memcpy(to, text.data(), done);
  while (done < total) {
    const size_t step = std::min(done, total - done);
    memcpy(to + done, to, step);
    done += step;
  }
  return result;
}

Value item_at(Thread& thread, const Str& text, int64_t index) {
  if (index < 0 || static_cast<size_t>(index) >= text.length()) {
    return raise(thread, IndexError, "string index out of range");
  }
  return make_character(text.at(static_cast<size_t>(index)));
}

Value sequence_item_slot(Thread& thread, Value self, int64_t index) {
  return item_at(thread, *self.as<Str>(), index);
}

Value slice_of(Thread& thread, const Str& text, const Slice& slice) {
  const SliceRange range = TRY(slice_range(thread, slice, text.length()));
  if (range.count <= 0) return empty_str();
  const auto start = static_cast<size_t>(range.start);
  if (range.step == 1) {
    return checked(thread, substring(&text, start, start + static_cast<size_t>(range.count)));
  }
  return with_characters(text, [&](const auto* from) -> Value {
    std::vector<std::remove_cvref_t<decltype(*from)>> picked(static_cast<size_t>(range.count));
    int64_t place = range.start;
    for (auto& c : picked) {
      c = from[place];
      place += range.step;
    }
    return checked(thread, make_str_from(picked.data(), picked.size()));
  });
}

Value item_slot(Thread& thread, Value self, Value key) {
  const Str& text = *self.as<Str>();
  if (key.is_int()) {
    const int64_t index = key.as_int();
    return item_at(thread, text, index < 0 ? index + static_cast<int64_t>(text.length()) : index);
  }
  if (is_slice(key)) return slice_of(thread, text, *key.as<Slice>());
  if (!is_index(key)) {
    return raise(thread, TypeError, "string indices must be integers, not '{}'", type_of(key));
  }
  const int64_t index = TRY(index_as_int64(thread, key, &IndexError));
  return item_at(thread, text, index < 0 ? index + static_cast<int64_t>(text.length()) : index);
}

Result<bool> contains_slot(Thread& thread, Value self, Value item) {
  if (!is_str(item)) {
    return raise(thread, TypeError, "'in <string>' requires string as left operand, not {}",
                 type_of(item));
  }
  const Str* const text = self.as<Str>();
  return find(text, item.as<Str>(), 0, text->length()) != npos;
}

Value remainder_slot(Thread& thread, Value left, Value right) {
  if (!is_str(left)) return NotImplemented;
  return str_remainder(thread, left.as<Str>(), right);
}

Value iterate_slot(Thread&, Value self) {
  const Kind kind = self.as<Str>()->is_ascii() ? Kind::StrAsciiIterator : Kind::StrIterator;
  auto* const iterator = initialize_header<StrIterator>(
      gc_allocate_object(sizeof(StrIterator)), shape_of_kind(kind), kind,
      (sizeof(StrIterator) - sizeof(Object)) / sizeof(Value));
  iterator->text = self.as<Str>();
  return iterator;
}

// --- iterators ---

Value next_character(Thread&, Value self) {
  auto& iterator = *self.as<StrIterator>();
  if (iterator.text == nullptr) return Unbound;
  if (iterator.position < iterator.text->length()) {
    return make_character(iterator.text->at(iterator.position++));
  }
  iterator.text = nullptr;
  return Unbound;
}

int64_t length_hint(Value self) {
  const auto& iterator = *self.as<StrIterator>();
  return iterator.text == nullptr
             ? 0
             : static_cast<int64_t>(iterator.text->length() - iterator.position);
}

Value reduce_iterator(Thread& thread, Value self) {
  const auto& iterator = *self.as<StrIterator>();
  const Value function = TRY(import_attribute(thread, "builtins", "iter"));
  if (iterator.text == nullptr) return make_tuple({function, make_tuple({empty_str()})});
  return make_tuple({function, make_tuple({iterator.text}),
                     Value::from_int(static_cast<int64_t>(iterator.position))});
}

void set_iterator_state(Value self, int64_t position) {
  auto& iterator = *self.as<StrIterator>();
  if (iterator.text == nullptr) return;
  const auto length = static_cast<int64_t>(iterator.text->length());
  iterator.position = static_cast<size_t>(std::clamp<int64_t>(position, 0, length));
}

const MethodRow iterator_rows[] = {
    method<length_hint>("!__length_hint__($self, /)", "How many characters are left."),
    method<reduce_iterator>("!__reduce__($self, /)", "For pickling and copying."),
    method<set_iterator_state>("!__setstate__($self, state, /)", "Go to a position."),
};

// --- methods that have no better place ---

Value encode(Thread& thread, Str& self, Str& encoding, Str& errors) {
  if (self.is_ascii() && equal(&encoding, "utf-8") && equal(&errors, "strict")) {
    Bytes* const bytes = make_bytes(self.ascii_view());
    return bytes ? Value(bytes) : Value(raise_memory_error(thread));
  }
  for (const Str* const name : {&encoding, &errors}) {
    if (find_character(name, 0, 0, name->length()) != npos) {
      return raise(thread, ValueError, "embedded null character");
    }
  }
  if (encoding.length() == 0) return codec_encode(thread, &self, "", to_utf8(&errors));
  if (encoding.is_ascii() && errors.is_ascii()) {
    return encode_text(thread, &self, encoding.ascii_view(), errors.ascii_view());
  }
  return encode_text(thread, &self, to_utf8(&encoding), to_utf8(&errors));
}

// Always a copy: pickle would otherwise take the argument for the object itself.
Value getnewargs(Thread& thread, Str& self) {
  Str* const copy = allocate_str(self.length(), largest_for(self));
  if (copy == nullptr) return raise_memory_error(thread);
  memcpy(copy->mutable_data(), self.data(), self.byte_size());
  return make_tuple({copy});
}

// The sizes that CPython reports for the same text.
int64_t size_of(Str& self) {
  const size_t header = self.is_ascii() ? 48 : 72;
  return static_cast<int64_t>(header + self.byte_size() + self.width());
}

const MethodRow own_rows[] = {
    method<encode>("encode($self, /, encoding='utf-8', errors='strict')", "The text as bytes."),
    method<getnewargs>("!__getnewargs__($self, /)", "Arguments of __new__ for copying and pickling."),
    method<size_of>("__sizeof__($self, /)", "The size in memory, in bytes."),
};

// Static: rows keep their parsed signatures.
constexpr size_t kMaxRows = 64;
MethodRow joined_rows[kMaxRows];

std::span<const MethodRow> all_rows() {
  size_t count = 0;
  for (const auto table : {std::span<const MethodRow>(own_rows), str_find_methods, str_case_methods,
                           str_split_methods, str_layout_methods, str_format_methods}) {
    MP_ASSERT(count + table.size() <= kMaxRows);
    std::copy(table.begin(), table.end(), joined_rows + count);
    count += table.size();
  }
  return {joined_rows, count};
}

const char* const kDoc =
    "str(object='') -> str\n"
    "str(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
    "The text of an object, or text decoded from bytes.";

void define_iterator(Kind kind) {
  TypeSpec iterator;
  iterator.instance_bytes = sizeof(StrIterator);
  iterator.flags = Type::kDisallowInstantiation;
  iterator.slots.iterate = [](Thread&, Value self) { return self; };
  iterator.slots.next = next_character;
  iterator.methods = iterator_rows;
  define_type(kind, iterator);
}

}  // namespace

void define_str_types() {
  TypeSpec spec;
  spec.doc = kDoc;
  spec.instance_bytes = sizeof(Str);
  spec.item_size = 1;
  spec.flags = Type::kBaseType | Type::kVariableSize | Type::kStr | Type::kLeaf | Type::kSelfPattern;
  spec.slots.repr = repr_slot;
  spec.slots.str = str_slot;
  spec.slots.hash = hash_slot;
  spec.slots.compare = compare_slot;
  spec.slots.iterate = iterate_slot;
  spec.slots.make = make;
  spec.slots.remainder = remainder_slot;
  spec.slots.map_length = length_slot;
  spec.slots.map_item = item_slot;
  spec.slots.sequence_length = length_slot;
  spec.slots.concatenate = concatenate_slot;
  spec.slots.repeat = repeat_slot;
  spec.slots.sequence_item = sequence_item_slot;
  spec.slots.contains = contains_slot;
  spec.methods = all_rows();
  define_type(Kind::Str, spec);
  define_iterator(Kind::StrIterator);
  define_iterator(Kind::StrAsciiIterator);
}

}  // namespace minipy
