// repr(), str(), ascii(), format(), and the guard for containers that hold themselves.
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/item_repr.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"

namespace minipy {

Result<Str*> repr(Thread& thread, Value value) {
  if (value.is_int()) return int_to_text(thread, value, 10);
  if (thread.pending.load(std::memory_order_relaxed)) TRY(run_pending(thread));
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" while getting the repr of an object")) return error;
  UnarySlot slot = type_of(value).slots.repr;
  const Value text = TRY(slot(thread, value));
  if (!is_str(text)) return raise(thread, TypeError, "__repr__ returned non-string (type {})", type_of(text));
  return text.as<Str>();
}

Result<Str*> str(Thread& thread, Value value) {
  if (is_exact_str(value)) return value.as<Str>();
  if (value.is_int()) return int_to_text(thread, value, 10);
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" while getting the str of an object")) return error;
  UnarySlot slot = type_of(value).slots.str;
  if (!slot) return repr(thread, value);
  const Value text = TRY(slot(thread, value));
  if (!is_str(text)) return raise(thread, TypeError, "__str__ returned non-string (type {})", type_of(text));
  return text.as<Str>();
}

Result<Str*> ascii(Thread& thread, Value value) {
  Str* text = TRY(repr(thread, value));
  if (text->is_ascii()) return text;
  StrBuilder builder;
  for (size_t i = 0; i < text->length();) {
    const size_t start = i;
    while (i < text->length() && text->at(i) < 0x80) ++i;
    builder.append(text, start, i);
    if (i < text->length()) append_escape(builder, text->at(i++));
  }
  return builder.finish(thread);
}

Result<Str*> format(Thread& thread, Value value, Value specification) {
  const bool is_plain = specification.is_empty() || specification.as<Str>()->length() == 0;
  if (is_plain && (is_exact_str(value) || value.is_int())) return str(thread, value);
  if (specification.is_empty()) specification = empty_str();
  const Value result = TRY(call_special_or_unbound(thread, value, special_name<"__format__">(), {specification}));
  if (result.is_unbound()) {
    return raise(thread, TypeError, "Type {} doesn't define __format__", type_of(value));
  }
  if (!is_str(result)) return raise(thread, TypeError, "__format__ must return a str, not {}", type_of(result));
  return result.as<Str>();
}

namespace {

List& shown_objects(Thread& thread) {
  if (thread.dictionary.is_empty()) thread.dictionary = make_dict();
  Dict& dict = *thread.dictionary.as<Dict>();
  Str* key = special_name<"Py_Repr">();
  const Value found = dict_get_str(dict, key);
  if (!found.is_unbound()) return *found.as<List>();
  List* list = make_list();
  dict_set_str(dict, key, list);
  return *list;
}

}  // namespace

Result<bool> repr_enter(Thread& thread, Value object) {
  List& shown = shown_objects(thread);
  for (Value other : shown) {
    if (other == object) return true;
  }
  TRY(list_append(thread, shown, object));
  return false;
}

void repr_leave(Thread& thread, Value object) {
  List& shown = shown_objects(thread);
  for (size_t i = shown.size; i-- > 0;) {
    if (shown.at(i) == object) return list_remove_range(shown, i, i + 1);
  }
}

}  // namespace minipy
