// Arguments in the words of CPython's older argument parser, which knows no name of the function.
#include "Modules/decimal/decimal.h"

namespace minipy::decimal {

namespace {

Failure raise_too_many(Thread& thread, size_t required, size_t most, size_t given) {
  return raise(thread, TypeError, "function takes {} {} argument{} ({} given)",
               required == most ? "exactly" : "at most", most, most == 1 ? "" : "s", given);
}

// Where the name stands; names.size() if nowhere.
size_t place_of(std::span<const char* const> names, Value name) {
  size_t place = 0;
  while (place < names.size() && !equal(name.as<Str>(), names[place])) ++place;
  return place;
}

}  // namespace

Status parse_arguments(Thread& thread, std::span<const char* const> names, size_t required,
                       const Value* arguments, size_t count, Value keyword_names, Value* values) {
  const Tuple* keywords = is_tuple(keyword_names) ? keyword_names.as<Tuple>() : nullptr;
  const size_t keyword_count = keywords ? keywords->size : 0;
  if (count + keyword_count > names.size()) {
    return raise_too_many(thread, required, names.size(), count + keyword_count);
  }
  for (size_t i = 0; i < names.size(); ++i) values[i] = i < count ? arguments[i] : Value();
  // A missing argument is noticed before a wrong keyword.
  Value unknown;
  for (size_t i = 0; i < keyword_count; ++i) {
    const size_t place = place_of(names, keywords->items[i]);
    if (place < count) {
      return raise(thread, TypeError,
                   "argument for function given by name ('{}') and position ({})", names[place],
                   place + 1);
    }
    if (place == names.size()) {
      unknown = keywords->items[i];
    } else {
      values[place] = arguments[count + i];
    }
  }
  for (size_t i = 0; i < required; ++i) {
    if (values[i].is_empty()) {
      return raise(thread, TypeError, "function missing required argument '{}' (pos {})", names[i],
                   i + 1);
    }
  }
  if (unknown.is_empty()) return nothing;
  return raise(thread, TypeError, "'{}' is an invalid keyword argument for this function", unknown);
}

}  // namespace minipy::decimal
