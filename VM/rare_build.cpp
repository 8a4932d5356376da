// Rare instructions: displays, formatting, unpacking, functions, raise.
#include <algorithm>
#include <charconv>
#include <cstring>

#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/exception_types.h"
#include "Objects/function.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set.h"
#include "Objects/slice.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/rare.h"
#include "VM/run.h"

namespace minipy {
namespace {

// What the verifier does not know: whether the container is one.
Status need(Thread& thread, bool condition) {
  if (condition) return nothing;
  return raise(thread, SystemError, "an instruction found an operand of the wrong type");
}

}  // namespace

Value function_text(Thread& thread, Value callable) {
  const Value qualified_name = TRY(get_attribute_or_unbound(thread, callable, "__qualname__"));
  if (qualified_name.is_unbound()) return TRY(str(thread, callable));
  const Value module = TRY(get_attribute_or_unbound(thread, callable, "__module__"));
  if (!module.is_unbound() && !module.is_none()) {
    static Str* const builtins = intern("builtins");
    if (!TRY(is_equal(thread, module, builtins))) return format_message(thread, "{}.{}()", {module, qualified_name});
  }
  return format_message(thread, "{}()", {qualified_name});
}

Value binary_operation(Thread& thread, Value left, Value right, unsigned operation) {
  switch (operation) {
    case 4: return number_matrix_multiply(thread, left, right);
    case 8: return number_power(thread, left, right, None);
    case 17: return number_inplace_matrix_multiply(thread, left, right);
    case 21: return number_inplace_power(thread, left, right, None);
    default: return raise(thread, SystemError, "no such operator");
  }
}

// --- displays ---

Status rare_BUILD_SET(Thread& thread, Frame&, Value* base, uint32_t count) {
  Set* set = make_set();
  for (uint32_t i = 0; i < count; ++i) TRY(set_add(thread, *set, base[i]));
  *base = set;
  return nothing;
}

Status rare_BUILD_MAP(Thread& thread, Frame&, Value* base, uint32_t count) {
  Dict* dict = count ? make_dict_with_capacity(count) : make_dict();
  for (uint32_t i = 0; i < count; ++i) TRY(dict_set(thread, *dict, base[2 * i], base[2 * i + 1]));
  *base = dict;
  return nothing;
}

Status rare_BUILD_CONST_KEY_MAP(Thread& thread, Frame&, Value* base, uint32_t count) {
  TRY(need(thread, is_exact_tuple(base[count]) && base[count].as<Tuple>()->size == count));
  const Tuple& keys = *base[count].as<Tuple>();
  Dict* dict = make_dict_with_capacity(count);
  for (uint32_t i = 0; i < count; ++i) TRY(dict_set(thread, *dict, keys.items[i], base[i]));
  *base = dict;
  return nothing;
}

Status rare_BUILD_STRING(Thread& thread, Frame&, Value* base, uint32_t count) {
  size_t length = 0;
  bool is_ascii = true;
  for (uint32_t i = 0; i < count; ++i) {
    TRY(need(thread, is_str(base[i])));
    length += base[i].as<Str>()->length();
    is_ascii &= base[i].as<Str>()->is_ascii();
  }
  if (is_ascii && length > 1) {
    Str* text = allocate_str(length, 0x7F);
    if (!text) return raise_memory_error(thread);
    auto to = static_cast<uint8_t*>(text->mutable_data());
    for (uint32_t i = 0; i < count; ++i) {
      const Str& part = *base[i].as<Str>();
      std::memcpy(to, part.latin1(), part.length());
      to += part.length();
    }
    *base = text;
    return nothing;
  }
  StrBuilder text;
  for (uint32_t i = 0; i < count; ++i) text.append(base[i].as<Str>());
  *base = TRY(text.finish(thread));
  return nothing;
}

Status rare_BUILD_SLICE(Thread&, Frame&, Value* base, uint32_t count) {
  *base = make_slice(base[0], base[1], count == 3 ? base[2] : None);
  return nothing;
}

Status rare_LIST_TO_TUPLE(Thread& thread, Frame&, Value* base, uint32_t) {
  TRY(need(thread, is_list(*base)));
  *base = TRY(tuple_of(thread, *base));
  return nothing;
}

// Language reference 8.9's f-strings: conversion, then the format specification.
Status rare_FORMAT_VALUE(Thread& thread, Frame&, Value* base, uint32_t flags) {
  Value value = base[0];
  switch (flags & 3) {
    case 1: value = TRY(str(thread, value)); break;
    case 2: value = TRY(repr(thread, value)); break;
    case 3: value = TRY(ascii(thread, value)); break;
    default: break;
  }
  const bool has_specification = flags & 4;
  if (!has_specification) {
    // Without a specification these are shown as by str().
    if (value.is_int()) {
      char digits[24];
      value = make_str({digits, std::to_chars(digits, digits + sizeof digits, value.as_int()).ptr});
    } else if (value.is_double()) {
      value = TRY(str(thread, value));
    }
    if (is_exact_str(value)) {
      base[0] = value;
      return nothing;
    }
  }
  // The compiler makes strings only; bytecode from elsewhere may have anything.
  if (has_specification && !is_str(base[1])) {
    return raise(thread, SystemError, "Format specifier must be a string, not {}", type_of(base[1]));
  }
  base[0] = TRY(format_value(thread, value, has_specification ? base[1] : Value()));
  return nothing;
}

// --- containers deeper in the stack: `argument` is their register ---

Status rare_LIST_EXTEND(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value list = frame.registers()[argument];
  TRY(need(thread, is_list(list)));
  if (list_extend(thread, *list.as<List>(), *base).failed()) {
    const TypeSlots& slots = type_of(*base).slots;
    if (slots.iterate || slots.sequence_item || !exception_matches(thread, TypeError)) return error;
    take_exception(thread);
    return raise(thread, TypeError, "Value after * must be an iterable, not {}", type_of(*base));
  }
  return nothing;
}

Status rare_SET_UPDATE(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value set = frame.registers()[argument];
  TRY(need(thread, has_kind(set, Kind::Set)));
  return set_update(thread, *set.as<Set>(), *base);
}

Status rare_SET_ADD(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value set = frame.registers()[argument];
  TRY(need(thread, has_kind(set, Kind::Set)));
  return set_add(thread, *set.as<Set>(), *base);
}

Status rare_MAP_ADD(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value dict = frame.registers()[argument];
  TRY(need(thread, is_dict(dict)));
  return dict_set(thread, *dict.as<Dict>(), base[0], base[1]);
}

Status rare_DICT_UPDATE(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value dict = frame.registers()[argument];
  TRY(need(thread, is_dict(dict)));
  if (dict_merge(thread, *dict.as<Dict>(), *base).failed()) {
    if (!exception_matches(thread, AttributeError)) return error;
    take_exception(thread);
    return raise(thread, TypeError, "'{}' object is not a mapping", type_of(*base));
  }
  return nothing;
}

// Keyword arguments of a call; the callable lies two registers below the dict.
Status merge_keywords(Thread& thread, Dict& dict, Value mapping, Value callable) {
  if (!dict_merge(thread, dict, mapping, OnDuplicate::Raise).failed()) return nothing;
  if (exception_matches(thread, AttributeError)) {
    take_exception(thread);
    const Value text = TRY(function_text(thread, callable));
    return raise(thread, TypeError, "{} argument after ** must be a mapping, not {}", text, type_of(mapping));
  }
  if (exception_matches(thread, KeyError)) {
    const Tuple* arguments = exception_object(thread.exception).arguments;
    if (arguments->size != 1) return error;
    const Value key = arguments->items[0];
    take_exception(thread);
    const Value text = TRY(function_text(thread, callable));
    return raise(thread, TypeError, "{} got multiple values for keyword argument '{}'", text, key);
  }
  return error;
}

Status rare_DICT_MERGE(Thread& thread, Frame& frame, Value* base, uint32_t argument) {
  const Value dict = frame.registers()[argument];
  TRY(need(thread, is_dict(dict) && argument >= 2));
  return merge_keywords(thread, *dict.as<Dict>(), *base, frame.registers()[argument - 2]);
}

// --- iteration and unpacking ---

Op form_of_for(Value iterator, int parts) {
  const bool is_pair = parts == 2;
  if (!iterator.is_object()) return Op::FOR_OTHER;
  switch (iterator.object()->shape) {
    case shape_of_kind(Kind::RangeIterator):
      return Op::FOR_RANGE;
    case shape_of_kind(Kind::ListIterator):
      return Op::FOR_LIST;
    case shape_of_kind(Kind::TupleIterator):
      return Op::FOR_TUPLE;
    case shape_of_kind(Kind::Generator):
      return Op::FOR_GENERATOR;
    case shape_of_kind(Kind::DictKeyIterator):
      return Op::FOR_DICT_KEYS;
    case shape_of_kind(Kind::DictValueIterator):
      return Op::FOR_DICT_VALUES;
    case shape_of_kind(Kind::DictItemIterator):
      return is_pair ? Op::FOR_DICT_PAIR : Op::FOR_OTHER;
    case shape_of_kind(Kind::Enumerate):
      return is_pair ? Op::FOR_ENUMERATE_PAIR : Op::FOR_OTHER;
    case shape_of_kind(Kind::Zip):
      return is_pair ? Op::FOR_ZIP_PAIR : parts == 3 ? Op::FOR_ZIP_TRIPLE : Op::FOR_OTHER;
    case shape_of_kind(Kind::StrAsciiIterator):
      return Op::FOR_STR;
    case shape_of_kind(Kind::SetIterator):
      return Op::FOR_SET;
    default:
      return Op::FOR_OTHER;
  }
}

Status unpack_sequence(Thread& thread, Value sequence, Value* results, size_t count) {
  if (is_exact_list(sequence) && sequence.as<List>()->size == count) {
    const List& list = *sequence.as<List>();
    for (size_t i = 0; i < count; ++i) results[count - 1 - i] = list.at(i);
    return nothing;
  }
  const Value iterator = TRY(iterate(thread, sequence, "cannot unpack non-iterable {} object"));
  GcVector found;
  while (found.size() < count) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) {
      return raise(thread, ValueError, "not enough values to unpack (expected {}, got {})", count, found.size());
    }
    found.push_back(item);
  }
  const Value extra = TRY(next(thread, iterator));
  if (!extra.is_unbound()) return raise(thread, ValueError, "too many values to unpack (expected {})", count);
  for (size_t i = 0; i < count; ++i) results[count - 1 - i] = found[i];
  return nothing;
}

// Low byte: targets before the starred one; the rest: after it. The first target ends on top.
Status rare_UNPACK_EX(Thread& thread, Frame&, Value* base, uint32_t argument) {
  const size_t before = argument & 0xFF, after = argument >> 8;
  Value source = *base;
  if (!is_exact_tuple(source) && !is_exact_list(source)) {
    source =
        TRY(list_of(thread, TRY(iterate(thread, source, "cannot unpack non-iterable {} object"))));
  }
  const Value* items = is_list(source) ? source.as<List>()->begin() : source.as<Tuple>()->begin();
  const size_t size = is_list(source) ? source.as<List>()->size : source.as<Tuple>()->size;
  if (size < before + after) {
    return raise(thread, ValueError, "not enough values to unpack (expected at least {}, got {})",
                 before + after, size);
  }
  const size_t middle = size - before - after;
  List* rest = make_list(items + before, middle);
  if (!rest) return raise_memory_error(thread);
  Value* top = base + before + after;
  for (size_t i = 0; i < before; ++i) *top-- = items[i];
  *top-- = rest;
  for (size_t i = 0; i < after; ++i) *top-- = items[before + middle + i];
  return nothing;
}

Status rare_DELETE_SUBSCR(Thread& thread, Frame&, Value* base, uint32_t) { return delete_item(thread, base[0], base[1]); }

// --- functions ---

Status rare_MAKE_FUNCTION(Thread& thread, Frame& frame, Value* base, uint32_t flags) {
  Value* next = base;
  const Value defaults = flags & 1 ? *next++ : None;
  const Value keyword_defaults = flags & 2 ? *next++ : None;
  const Value annotations = flags & 4 ? *next++ : Value();
  const Value closure = flags & 8 ? *next++ : None;
  TRY(need(thread, is_exact(*next, Kind::Code)));
  Code& code = *next->as<Code>();
  TRY(need(thread, (defaults.is_none() || is_tuple(defaults)) && (keyword_defaults.is_none() || is_dict(keyword_defaults)) &&
                       (annotations.is_empty() || is_tuple(annotations) || is_dict(annotations))));
  const size_t free_count = static_cast<size_t>(code.free_count);
  TRY(need(thread, is_tuple(closure) ? closure.as<Tuple>()->size == free_count : free_count == 0));
  if (is_tuple(closure)) {
    for (const Value cell : closure.as<Tuple>()->view()) TRY(need(thread, is_exact(cell, Kind::Cell)));
  }
  Function* function = make_function(thread, code, *frame.python_function().globals);
  function->defaults = defaults;
  function->keyword_defaults = keyword_defaults;
  if (!annotations.is_empty()) details_of(*function).annotations = annotations;
  function->closure = closure;
  *base = function;
  return nothing;
}

// --- raise ---

namespace {

// The exception that `raise x` means, for an instance or a class.
Value exception_from(Thread& thread, Value value, const char* otherwise) {
  if (is_exception_class(value)) {
    Type& type = *value.as<Type>();
    const Value instance = TRY(make_exception(thread, type, empty_tuple()));
    if (is_exception(instance)) return instance;
    return raise(thread, TypeError, "calling {} should have returned an instance of BaseException, not {}", Repr{value},
                 Repr{&type_of(instance)});
  }
  if (is_exception(value)) return value;
  return raise(thread, TypeError, otherwise);
}

}  // namespace

// Language reference 7.8.
Status rare_RAISE_VARARGS(Thread& thread, Frame&, Value* base, uint32_t count) {
  const Value exception = TRY(exception_from(thread, base[0], "exceptions must derive from BaseException"));
  if (count == 2) {
    const Value cause =
        base[1].is_none() ? None : TRY(exception_from(thread, base[1], "exception causes must derive from BaseException"));
    exception_object(exception).cause = cause;
    exception_object(exception).suppress_context = true;
  }
  return raise_exception(thread, exception);
}

Status rare_GET_LEN(Thread& thread, Frame&, Value* base, uint32_t) {
  base[1] = make_int(static_cast<int64_t>(TRY(length(thread, base[0]))));
  return nothing;
}

}  // namespace minipy
