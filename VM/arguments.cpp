// Binding the arguments of a call to the parameters of a Python function. Language reference 6.3.4.
//
// The arguments lie in the callee's first registers: positional ones in order, then the values of the
// keywords. Afterwards registers hold: positional parameters, keyword-only ones, *args, **kwargs.
#include <algorithm>
#include <string>

#include "Objects/bytes.h"
#include "Objects/dict.h"
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
  const Code& code;
  Value* registers;
  size_t positional_count, keyword_only_count;  // of parameters

  Value name_of(size_t parameter) const { return code.localsplus_names->items[parameter]; }
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

Failure raise_missing(const Binding& binding, const char* kind, const size_t* missing, size_t count) {
  Thread& thread = binding.thread;
  const Value names = joined_names(thread, binding, missing, count);
  if (names.is_empty()) return error;
  return raise(thread, TypeError, "{}() missing {} required {} argument{}: {}", binding.function.qualified_name, count,
               kind, count == 1 ? "" : "s", names);
}

size_t default_count(const Function& function) {
  return is_tuple(function.defaults) ? function.defaults.as<Tuple>()->size : 0;
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
    more = std::string(" positional argument") + (given != 1 ? "s" : "") + " (and " + std::to_string(keyword_only_given) +
           " keyword-only argument" + (keyword_only_given != 1 ? "s" : "") + ")";
  }
  return raise(binding.thread, TypeError, "{}() takes {} positional argument{} but {}{} {} given",
               binding.function.qualified_name, takes, plural ? "s" : "", given, more,
               given == 1 && !keyword_only_given ? "was" : "were");
}

Failure raise_positional_only(const Binding& binding, const Tuple& names) {
  StrBuilder text;
  bool is_first = true;
  const size_t count = static_cast<size_t>(binding.code.positional_only_count);
  for (size_t i = 0; i < count; ++i) {
    for (const Value name : names.view()) {
      if (!equal(name.as<Str>(), binding.name_of(i).as<Str>())) continue;
      if (!is_first) text.append(", ");
      text.append(name.as<Str>());
      is_first = false;
    }
  }
  if (is_first) return error;
  const Result<Str*> list = text.finish(binding.thread);
  if (list.failed()) return error;
  return raise(binding.thread, TypeError, "{}() got some positional-only arguments passed as keyword arguments: '{}'",
               binding.function.qualified_name, list.value());
}

// The parameter of that name that may be given by keyword, or -1. Names are mostly interned.
int64_t find_parameter(const Binding& binding, Value name) {
  const size_t first = static_cast<size_t>(binding.code.positional_only_count);
  const size_t end = binding.positional_count + binding.keyword_only_count;
  for (size_t i = first; i < end; ++i) {
    if (binding.name_of(i) == name) return static_cast<int64_t>(i);
  }
  for (size_t i = first; i < end; ++i) {
    if (equal(binding.name_of(i).as<Str>(), name.as<Str>())) return static_cast<int64_t>(i);
  }
  return -1;
}

Status bind_keywords(const Binding& binding, const Tuple& names, const Value* values, Dict* rest) {
  Thread& thread = binding.thread;
  for (size_t i = 0; i < names.size; ++i) {
    const Value name = names.items[i];
    if (!is_str(name)) return raise(thread, TypeError, "{}() keywords must be strings", binding.function.qualified_name);
    const int64_t parameter = find_parameter(binding, name);
    if (parameter >= 0) {
      if (!binding.registers[parameter].is_unbound()) {
        return raise(thread, TypeError, "{}() got multiple values for argument '{}'", binding.function.qualified_name, name);
      }
      binding.registers[parameter] = values[i];
    } else if (rest) {
      TRY(dict_set(thread, *rest, name, values[i]));
    } else {
      if (binding.code.positional_only_count) {
        raise_positional_only(binding, names);
        if (has_exception(thread)) return error;
      }
      return raise(thread, TypeError, "{}() got an unexpected keyword argument '{}'", binding.function.qualified_name, name);
    }
  }
  return nothing;
}

Status fill_positional_defaults(const Binding& binding, size_t given) {
  const size_t count = binding.positional_count, defaults = std::min(default_count(binding.function), count);
  size_t missing[256];
  size_t missing_count = 0;
  for (size_t i = std::min(given, count); i < count - defaults; ++i) {
    if (binding.registers[i].is_unbound() && missing_count < 256) missing[missing_count++] = i;
  }
  if (missing_count) return raise_missing(binding, "positional", missing, missing_count);
  if (!defaults) return nothing;
  const Tuple& values = *binding.function.defaults.as<Tuple>();
  for (size_t i = count - defaults; i < count; ++i) {
    if (binding.registers[i].is_unbound()) binding.registers[i] = values.items[values.size - (count - i)];
  }
  return nothing;
}

Status fill_keyword_defaults(const Binding& binding) {
  size_t missing[256];
  size_t missing_count = 0;
  const Value defaults = binding.function.keyword_defaults;
  for (size_t i = 0; i < binding.keyword_only_count; ++i) {
    const size_t parameter = binding.positional_count + i;
    if (!binding.registers[parameter].is_unbound()) continue;
    if (is_dict(defaults)) {
      const Value value = TRY(dict_get(binding.thread, *defaults.as<Dict>(), binding.name_of(parameter)));
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

Status bind_fully(const Binding& binding, size_t count, Value keyword_names) {
  Thread& thread = binding.thread;
  const Code& code = binding.code;
  const size_t keyword_count = is_tuple(keyword_names) ? keyword_names.as<Tuple>()->size : 0;
  // What was passed moves above all registers, where the collector sees it, as the registers are being filled.
  Value* given = thread.stack_top + kFrameWords;
  Value* const old_top = thread.stack_top;
  if (given + count + keyword_count + kFrameWords > thread.stack_end) return raise_stack_exhausted(thread);
  std::copy_n(binding.registers, count + keyword_count, given);
  thread.stack_top = given + count + keyword_count;
  const size_t parameters = binding.positional_count + binding.keyword_only_count;
  std::fill_n(binding.registers, code.localsplus_names->size, Unbound);
  std::copy_n(given, std::min(count, binding.positional_count), binding.registers);
  const auto bind = [&]() -> Status {
    size_t next = parameters;
    if (code.flags & Code::kVarArguments) {
      const size_t extra = count > binding.positional_count ? count - binding.positional_count : 0;
      binding.registers[next++] = extra ? make_tuple(given + binding.positional_count, extra) : empty_tuple();
    }
    Dict* rest = nullptr;
    if (code.flags & Code::kVarKeywords) {
      rest = make_dict();
      binding.registers[next++] = rest;
    }
    if (keyword_count) TRY(bind_keywords(binding, *keyword_names.as<Tuple>(), given + count, rest));
    if (count > binding.positional_count && !(code.flags & Code::kVarArguments)) return raise_too_many(binding, count);
    TRY(fill_positional_defaults(binding, count));
    return binding.keyword_only_count ? fill_keyword_defaults(binding) : Status(nothing);
  };
  const Status status = bind();
  thread.stack_top = old_top;
  return status;
}

}  // namespace

// thread.stack_top lies beyond the registers already.
Status bind_function_arguments(Thread& thread, const Function& function, const Form& form, Value* registers,
                               size_t count, Value keyword_names) {
  const Code& code = *form.code;
  const Binding binding{thread, function, code, registers, static_cast<size_t>(code.argument_count),
                        static_cast<size_t>(code.keyword_only_count)};
  const bool is_plain = form.simple_arguments != kNoSimpleCall && keyword_names.is_empty();
  if (!is_plain || count > binding.positional_count) return bind_fully(binding, count, keyword_names);
  std::fill(registers + count, registers + form.local_count, Unbound);
  return count < binding.positional_count ? fill_positional_defaults(binding, count) : Status(nothing);
}

}  // namespace minipy
