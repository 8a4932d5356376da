// The class statement: __build_class__. Language reference 3.3.3, PEP 3115, 560.
#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/make_class.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/interface.h"
#include "VM/run.h"

namespace minipy {
namespace {

// Bases that are no classes may stand for others: __mro_entries__.
Result<Tuple*> resolved_bases(Thread& thread, Tuple* bases) {
  GcVector resolved;
  bool has_changed = false;
  for (const Value base : bases->view()) {
    if (!is_type(base)) {
      const Value method = TRY(get_attribute_or_unbound(thread, base, "__mro_entries__"));
      if (!method.is_unbound()) {
        const Value entries = TRY(call(thread, method, {bases}));
        if (!is_tuple(entries)) return raise(thread, TypeError, "__mro_entries__ must return a tuple");
        for (const Value entry : entries.as<Tuple>()->view()) resolved.push_back(entry);
        has_changed = true;
        continue;
      }
    }
    resolved.push_back(base);
  }
  return has_changed ? make_tuple(resolved.data(), resolved.size()) : bases;
}

// The most derived of the metaclasses.
Value winner(Thread& thread, Type& given, const Tuple& bases) {
  Type* best = &given;
  for (const Value base : bases.view()) {
    Type& candidate = type_of(base);
    if (is_subtype(*best, candidate)) continue;
    if (!is_subtype(candidate, *best)) {
      return raise(thread, TypeError,
                   "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the "
                   "metaclasses of all its bases");
    }
    best = &candidate;
  }
  return best;
}

Value call_with_keywords(Thread& thread, Value callable, GcVector& positional, const GcVector& names, const GcVector& values) {
  const size_t count = positional.size();
  for (const Value value : values) positional.push_back(value);
  Value keyword_names;
  if (names.size()) keyword_names = make_tuple(names.begin(), names.size());
  return call(thread, callable, positional.data(), count, keyword_names);
}

Status check_class_cell(Thread& thread, Value cell, Value name, Value made) {
  if (!is_exact(cell, Kind::Cell) || !is_type(made)) return nothing;
  const Value contents = cell.as<Cell>()->contents;
  if (contents == made) return nothing;
  if (contents.is_unbound()) {
    return raise(thread, RuntimeError, "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                 Repr{name}, Repr{made});
  }
  return raise(thread, TypeError, "__class__ set to {} defining {} as {}", Repr{contents}, Repr{name}, Repr{made});
}

}  // namespace

Value build_class(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  if (count < 2) return raise(thread, TypeError, "__build_class__: not enough arguments");
  if (!has_kind(arguments[0], Kind::Function)) return raise(thread, TypeError, "__build_class__: func must be a function");
  const Value body = arguments[0], name = arguments[1];
  if (!is_str(name)) return raise(thread, TypeError, "__build_class__: name is not a string");
  Tuple* original_bases = make_tuple(arguments + 2, count - 2);
  Tuple* bases = TRY(resolved_bases(thread, original_bases));
  Value metaclass;
  GcVector names, values;
  if (is_tuple(keyword_names)) {
    for (size_t i = 0; i < keyword_names.as<Tuple>()->size; ++i) {
      const Value keyword = keyword_names.as<Tuple>()->items[i];
      if (equal(keyword.as<Str>(), "metaclass")) {
        metaclass = arguments[count + i];
      } else {
        names.push_back(keyword);
        values.push_back(arguments[count + i]);
      }
    }
  }
  if (metaclass.is_empty()) metaclass = bases->size ? Value(&type_of(bases->items[0])) : Value(&type_of_kind(Kind::Type));
  const bool is_class = is_type(metaclass);
  if (is_class) metaclass = TRY(winner(thread, *metaclass.as<Type>(), *bases));

  Value contents;
  const Value prepare = TRY(get_attribute_or_unbound(thread, metaclass, "__prepare__"));
  if (prepare.is_unbound()) {
    contents = make_dict();
  } else {
    GcVector positional;
    positional.push_back(name);
    positional.push_back(bases);
    contents = TRY(call_with_keywords(thread, prepare, positional, names, values));
  }
  if (!is_mapping(contents)) {
    return raise(thread, TypeError, "{}.__prepare__() must return a mapping, not {}",
                 is_class ? metaclass.as<Type>()->name_view() : std::string_view("<metaclass>"), type_of(contents));
  }
  const Value cell = TRY(run_class_body(thread, *body.as<Function>(), contents));
  if (bases != original_bases) {
    TRY(set_item(thread, contents, intern("__orig_bases__"), original_bases));
  }
  GcVector positional;
  positional.push_back(name);
  positional.push_back(bases);
  positional.push_back(contents);
  const Value made = TRY(call_with_keywords(thread, metaclass, positional, names, values));
  TRY(check_class_cell(thread, cell, name, made));
  return made;
}

}  // namespace minipy
