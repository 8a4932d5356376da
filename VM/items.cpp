// Subscripts, stores and `in` for the containers that the handlers do not know: the builtin ones
// first, without the detour through their types' slots.
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/set.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/run.h"

namespace minipy {
namespace {

// Index `key` of a sequence of `size` items; false if it is outside.
bool find_place(Value key, size_t size, size_t& place) {
  const int64_t index = key.as_int();
  place = static_cast<size_t>(index < 0 ? index + static_cast<int64_t>(size) : index);
  return place < size;
}

// Language reference 6.10.2: identity first. Ints and strings are compared here.
Result<bool> is_same_or_equal(Thread& thread, Value candidate, Value item) {
  if (candidate == item) return true;
  if (is_exact_str(candidate) && is_exact_str(item))
    return equal(candidate.as<Str>(), item.as<Str>());
  return is_equal(thread, candidate, item);
}

}  // namespace

Value load_item(Thread& thread, Value container, Value key) {
  if (!container.is_object()) return get_item(thread, container, key);
  size_t place;
  switch (container.object()->shape) {
    case shape_of_kind(Kind::Dict):
      return dict_item(thread, *container.as<Dict>(), key);
    case shape_of_kind(Kind::Str): {
      const Str& text = *container.as<Str>();
      if (key.is_int() && find_place(key, text.length(), place))
        return make_character(text.at(place));
      break;
    }
    case shape_of_kind(Kind::Bytes): {
      const Bytes& bytes = *container.as<Bytes>();
      if (key.is_int() && find_place(key, bytes.size, place))
        return Value::from_int(bytes.data()[place]);
      break;
    }
    case shape_of_kind(Kind::Bytearray): {
      Bytearray& bytes = *container.as<Bytearray>();
      if (key.is_int() && find_place(key, bytes.size, place))
        return Value::from_int(bytes.data()[place]);
      break;
    }
    default:
      break;
  }
  return get_item(thread, container, key);
}

Status store_item(Thread& thread, Value container, Value key, Value value) {
  if (is_exact_dict(container)) return dict_set(thread, *container.as<Dict>(), key, value);
  if (is_exact(container, Kind::Bytearray) && key.is_int() && value.is_int()) {
    Bytearray& bytes = *container.as<Bytearray>();
    size_t place;
    if (static_cast<uint64_t>(value.as_int()) < 256 && find_place(key, bytes.size, place)) {
      bytes.data()[place] = static_cast<uint8_t>(value.as_int());
      return nothing;
    }
  }
  return set_item(thread, container, key, value);
}

Result<bool> has_item(Thread& thread, Value container, Value item) {
  if (!container.is_object()) return contains(thread, container, item);
  switch (container.object()->shape) {
    case shape_of_kind(Kind::Dict):
      return !TRY(dict_get(thread, *container.as<Dict>(), item)).is_unbound();
    case shape_of_kind(Kind::Tuple): {
      const Tuple& tuple = *container.as<Tuple>();
      for (size_t i = 0; i < tuple.size; ++i) {
        if (TRY(is_same_or_equal(thread, tuple.items[i], item))) return true;
      }
      return false;
    }
    case shape_of_kind(Kind::List): {
      const List& list = *container.as<List>();
      for (size_t i = 0; i < list.size; ++i) {  // comparing may change the list
        if (TRY(is_same_or_equal(thread, list.at(i), item))) return true;
      }
      return false;
    }
    case shape_of_kind(Kind::Str): {
      if (!is_exact_str(item)) return contains(thread, container, item);
      const Str* const text = container.as<Str>();
      return find(text, item.as<Str>(), 0, text->length()) != npos;
    }
    default:
      return contains(thread, container, item);
  }
}

}  // namespace minipy
