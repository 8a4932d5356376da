// Binding the arguments of a call to the parameters of a Python function. Language reference 6.3.4.
//
// The arguments lie in the callee's first registers: positional ones in order, then the values of
// the keywords. Afterwards registers hold: positional parameters, keyword-only ones, *args,
// **kwargs.
#include <algorithm>
#include <string>

#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/dict_internals.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/run.h"

namespace minipy {
namespace {

struct Binding {
  Thread& thread;
  const Function& function;
  const Form& form;
  const Code& code;
  Value* registers;
  size_t positional_count, keyword_only_count;  // of parameters

  Value name_of(size_t parameter) const { return code.localsplus_names()->items[parameter]; }
};

// 'a', 'a' and 'b', 'a', 'b', and 'c'
Value joined_names(Thread& thread, const Binding& binding, const size_t* missing, size_t count) {
  StrBuilder text;
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) text.append(count == 2 ? " and " : i + 1 == count ? ", and " : ", ");
    text.append(TRY(repr(thread, binding.name_of(missing[i]))));
  }
  return TRY(text.finish(thread));
}

Failure raise_missing(const Binding& binding, const char* kind, const size_t* missing,
                      size_t count) {
  Thread& thread = binding.thread;
  const Value names = joined_names(thread, binding, missing, count);
  if (names.is_empty()) return error;
  return raise(thread, TypeError, "{}() missing {} required {} argument{}: {}",
               binding.function.qualified_name(), count, kind, count == 1 ? "" : "s", names);
}

size_t default_count(const Function& function) {
  return function.defaults.is_none() ? 0 : function.defaults.as<Tuple>()->size;
}

// `registers` from positional_count on hold the keyword-only arguments that were given, if any.
Failure raise_too_many(const Binding& binding, size_t given) {
  size_t keyword_only_given = 0;
  for (size_t i = 0; i < binding.keyword_only_count; ++i) {
    if (!binding.registers[binding.positional_count + i].is_unbound()) ++keyword_only_given;
  }
  const size_t most = binding.positional_count, defaults = default_count(binding.function);
  std::string takes = std::to_string(most);
  bool plural = most != 1;
  if (defaults) {
    plural = true;
    takes = "from " + std::to_string(most - std::min(defaults, most)) + " to " + takes;
  }
  std::string more;
  if (keyword_only_given) {
    more = std::string(" positional argument") + (given != 1 ? "s" : "") + " (and " +
           std::to_string(keyword_only_given) + " keyword-only argument" +
           (keyword_only_given != 1 ? "s" : "") + ")";
  }
  return raise(binding.thread, TypeError, "{}() takes {} positional argument{} but {}{} {} given",
               binding.function.qualified_name(), takes, plural ? "s" : "", given, more,
               given == 1 && !keyword_only_given ? "was" : "were");
}

Failure raise_positional_only(const Binding& binding, const Keywords& keywords) {
  StrBuilder text;
  bool is_first = true;
  const size_t count = static_cast<size_t>(binding.code.positional_only_count);
  for (size_t i = 0; i < count; ++i) {
    for (size_t k = 0; k < keywords.count; ++k) {
      const Value name = keywords.name(k);
      if (!equal(name.as<Str>(), binding.name_of(i).as<Str>())) continue;
      if (!is_first) text.append(", ");
      text.append(name.as<Str>());
      is_first = false;
    }
  }
  if (is_first) return error;
  const Result<Str*> list = text.finish(binding.thread);
  if (list.failed()) return error;
  return raise(binding.thread, TypeError,
               "{}() got some positional-only arguments passed as keyword arguments: '{}'",
               binding.function.qualified_name(), list.value());
}

// The parameter of that name that may be given by keyword, or -1.
int64_t find_parameter(const Binding& binding, Value name) {
  const size_t first = static_cast<size_t>(binding.code.positional_only_count);
  const size_t end = binding.positional_count + binding.keyword_only_count;
  for (size_t i = first; i < end; ++i) {
    if (equal(binding.name_of(i).as<Str>(), name.as<Str>())) return static_cast<int64_t>(i);
  }
  return -1;
}

// A keyword argument whose name is not simply that of a free parameter.
[[gnu::noinline]] Status bind_odd_keyword(const Binding& binding, const Keywords& keywords, Value name,
                                          Value value, Dict* rest) {
  Thread& thread = binding.thread;
  if (!is_str(name))
    return raise(thread, TypeError, "{}() keywords must be strings",
                 binding.function.qualified_name());
  const int64_t parameter = find_parameter(binding, name);
  if (parameter >= 0) {
    if (!binding.registers[parameter].is_unbound()) {
      return raise(thread, TypeError, "{}() got multiple values for argument '{}'",
                   binding.function.qualified_name(), name);
    }
    binding.registers[parameter] = value;
    return nothing;
  }
  if (rest) {
    if (!is_exact_str(name)) return dict_set(thread, *rest, name, value);
    dict_set_str(*rest, name.as<Str>(), value);
    return nothing;
  }
  if (binding.code.positional_only_count) {
    raise_positional_only(binding, keywords);
    if (has_exception(thread)) return error;
  }
  return raise(thread, TypeError, "{}() got an unexpected keyword argument '{}'",
               binding.function.qualified_name(), name);
}

Status bind_keywords(const Binding& binding, const Keywords& keywords, Dict* rest) {
  const Value* const parameters = binding.code.localsplus_names()->items;
  const size_t first = static_cast<size_t>(binding.code.positional_only_count);
  const size_t end = binding.positional_count + binding.keyword_only_count;
  for (size_t i = 0; i < keywords.count; ++i) {
    const Value name = keywords.name(i);
    size_t parameter = first;
    while (parameter < end && !(parameters[parameter] == name)) ++parameter;
    if (parameter < end && binding.registers[parameter].is_unbound()) {
      binding.registers[parameter] = keywords.value(i);
    } else {
      TRY(bind_odd_keyword(binding, keywords, name, keywords.value(i), rest));
    }
  }
  return nothing;
}

[[gnu::noinline]] Failure raise_missing_positional(const Binding& binding, size_t first,
                                                   size_t end) {
  size_t missing[256];
  size_t count = 0;
  for (size_t i = first; i < end; ++i) {
    if (binding.registers[i].is_unbound() && count < 256) missing[count++] = i;
  }
  return raise_missing(binding, "positional", missing, count);
}

// Of the positional parameters from `given` on.
Status fill_positional_defaults(const Binding& binding, size_t given) {
  const size_t count = binding.positional_count, defaults = default_count(binding.function);
  const Value* const values = defaults ? binding.function.defaults.as<Tuple>()->items : nullptr;
  for (size_t i = given; i < count; ++i) {
    if (!binding.registers[i].is_unbound()) continue;
    if (i + defaults < count)
      return raise_missing_positional(binding, i, count - std::min(defaults, count));
    binding.registers[i] = values[i + defaults - count];
  }
  return nothing;
}

[[gnu::noinline]] Status fill_keyword_defaults(const Binding& binding) {
  size_t missing[256];
  size_t missing_count = 0;
  const Value defaults = binding.function.keyword_defaults;
  for (size_t i = 0; i < binding.keyword_only_count; ++i) {
    const size_t parameter = binding.positional_count + i;
    if (!binding.registers[parameter].is_unbound()) continue;
    if (is_dict(defaults)) {
      const Value value = dict_get_str(*defaults.as<Dict>(), binding.name_of(parameter).as<Str>());
      if (!value.is_unbound()) {
        binding.registers[parameter] = value;
        continue;
      }
    }
    if (missing_count < 256) missing[missing_count++] = parameter;
  }
  if (missing_count) return raise_missing(binding, "keyword-only", missing, missing_count);
  return nothing;
}

bool has_plain_names(const Keywords& keywords) {
  for (size_t i = 0; i < keywords.count; ++i) {
    if (!is_exact_str(keywords.name(i))) return false;
  }
  return true;
}

// What errors need lies in functions of its own: this one's frame is small.
// Takes what was passed out of the registers, in which it lies as the caller gave it, and fills
// these.
Status bind_fully(const Binding& binding, size_t count, Keywords keywords, Tuple* spread) {
  Thread& thread = binding.thread;
  const Code& code = binding.code;
  const size_t in_place = std::min(count, binding.positional_count);
  const size_t parameters = binding.positional_count + binding.keyword_only_count;
  const bool has_named = static_cast<size_t>(code.positional_only_count) < parameters;
  // The collector sees the C++ stack as well.
  constexpr size_t kFew = 8;
  uint64_t few[kFew];
  Value* const old_top = thread.stack_top;
  Dict* others = nullptr;
  if (code.flags & Code::kVarKeywords) {
    if (!has_named && keywords.count && has_plain_names(keywords)) {
      others = make_dict_of_names(keywords.names, keywords.values, keywords.count, keywords.stride);
      keywords.count = 0;
    } else if (keywords.count || !binding.form.forwards_keywords) {
      others = make_dict();
    }
  }
  if (keywords.count && keywords.values == binding.registers + count) {
    Value* saved = reinterpret_cast<Value*>(few);
    if (keywords.count > kFew) {
      saved = thread.stack_top + kFrameWords;
      if (saved + keywords.count + kFrameWords > thread.stack_end)
        return raise_stack_exhausted(thread);
      thread.stack_top = saved + keywords.count;
    }
    for (size_t i = 0; i < keywords.count; ++i) saved[i] = keywords.values[i];
    keywords.values = saved;
  }
  const Value* const given = spread ? spread->items : binding.registers;
  Value rest;
  if (code.flags & Code::kVarArguments) {
    rest = count == in_place                                        ? empty_tuple()
           : in_place == 0 && spread && is_exact_tuple(spread) ? spread
                                                            : make_tuple(given + in_place, count - in_place);
  }
  if (spread) std::copy_n(given, in_place, binding.registers);
  for (size_t i = in_place; i < binding.form.local_count; ++i) binding.registers[i] = Unbound;
  size_t next = parameters;
  if (!rest.is_empty()) binding.registers[next++] = rest;
  if (others) binding.registers[next] = others;
  Status status = nothing;
  if (keywords.count) status = bind_keywords(binding, keywords, others);
  if (!status.failed() && count > in_place && rest.is_empty())
    status = raise_too_many(binding, count);
  if (!status.failed() && in_place < binding.positional_count)
    status = fill_positional_defaults(binding, in_place);
  if (!status.failed() && binding.keyword_only_count) status = fill_keyword_defaults(binding);
  thread.stack_top = old_top;
  return status;
}

}  // namespace

namespace {

// The parameter of that very name; end if there is none. Callers mostly name parameters in their order.
size_t find_named(const Value* parameters, Value name, size_t guess, size_t first, size_t end) {
  if (guess >= first && guess < end && parameters[guess] == name) return guess;
  size_t parameter = first;
  while (parameter < end && !(parameters[parameter] == name)) ++parameter;
  return parameter;
}

// The default of a keyword-only parameter, if it is easily found; else empty.
Value easy_keyword_default(Value defaults, Value name) {
  if (!is_exact_dict(defaults)) return Value();
  const Dict& dict = *defaults.as<Dict>();
  for (uint32_t i = 0; i < dict.used; ++i) {
    if (dict.entries[i].key == name) return dict.entries[i].value;
  }
  return Value();
}

// Of the parameters from `given` on that have no value yet. False if one has no default.
bool fill_easily(const Function& function, const Code& code, Value* registers, size_t given) {
  const size_t positional = static_cast<size_t>(code.argument_count);
  const size_t end = positional + static_cast<size_t>(code.keyword_only_count);
  const Tuple* const defaults = function.defaults.is_none() ? nullptr : function.defaults.as<Tuple>();
  const size_t default_count = defaults ? defaults->size : 0;
  for (size_t i = given; i < positional; ++i) {
    if (!registers[i].is_unbound()) continue;
    if (i + default_count < positional) return false;
    registers[i] = defaults->items[i + default_count - positional];
  }
  for (size_t i = positional; i < end; ++i) {
    if (!registers[i].is_unbound()) continue;
    registers[i] = easy_keyword_default(function.keyword_defaults, code.localsplus_names()->items[i]);
    if (registers[i].is_empty()) return false;
  }
  return true;
}

}  // namespace

bool bind_plainly(const Function& function, const Form& form, Value* registers, size_t count,
                  const Keywords& keywords) {
  constexpr size_t kMost = 8;
  const Code& code = *form.code;
  const size_t positional = static_cast<size_t>(code.argument_count);
  if ((code.flags & (Code::kVarArguments | Code::kVarKeywords)) || count > positional || keywords.count > kMost)
    return false;
  const Value* const parameters = code.localsplus_names()->items;
  const size_t end = positional + static_cast<size_t>(code.keyword_only_count);
  const size_t first = std::max<size_t>(count, static_cast<size_t>(code.positional_only_count));
  size_t places[kMost];
  uint64_t values[kMost];
  for (size_t i = 0; i < keywords.count; ++i) {
    places[i] = find_named(parameters, keywords.name(i), count + i, first, end);
    if (places[i] == end) return false;
    values[i] = keywords.value(i).bits();
  }
  for (size_t i = count; i < form.local_count; ++i) registers[i] = Unbound;
  bool is_repeated = false;  // what no compiler makes
  for (size_t i = 0; i < keywords.count; ++i) {
    is_repeated |= !registers[places[i]].is_unbound();
    registers[places[i]] = Value(values[i]);
  }
  if (!is_repeated && fill_easily(function, code, registers, count)) return true;
  // The values lie behind the positional ones again, if that is where they came from.
  if (keywords.values == registers + count) {
    for (size_t i = 0; i < keywords.count; ++i) registers[count + i] = Value(values[i]);
  }
  return false;
}

// thread.stack_top lies beyond the registers already.
Status bind_function_arguments(Thread& thread, const Function& function, const Form& form,
                               Value* registers, size_t count, const Keywords& keywords, Tuple* spread) {
  if (keywords.count == 0 && !spread && fill_defaults(function, form, registers, count)) {
    std::fill(registers + form.simple_arguments, registers + form.local_count, Unbound);
    return nothing;
  }
  const Code& code = *form.code;
  const Binding binding{thread,
                        function,
                        form,
                        code,
                        registers,
                        static_cast<size_t>(code.argument_count),
                        static_cast<size_t>(code.keyword_only_count)};
  return bind_fully(binding, count, keywords, spread);
}

}  // namespace minipy
