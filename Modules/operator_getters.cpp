#include "Modules/operator_getters.h"

#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

size_t keyword_count(Value keyword_names) { return keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size; }

Status expect_one(Thread& thread, const char* name, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, name, keyword_names));
  return check_count(thread, name, count, 1, 1);
}

// "operator.itemgetter(1, 2)"
Value repr_with(Thread& thread, Value self, const Tuple& arguments) {
  if (TRY(repr_enter(thread, self))) return format_message(thread, "{}(...)", {type_of(self)});
  const Value result = [&]() -> Value {
    if (arguments.size == 1) return format_message(thread, "{}({})", {type_of(self), Repr{arguments.items[0]}});
    return format_message(thread, "{}{}", {type_of(self), Repr{&arguments}});
  }();
  repr_leave(thread, self);
  return result;
}

// --- itemgetter ---

struct ItemGetter : Object {
  Tuple* keys;
};

Value make_item_getter(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "itemgetter", keyword_names));
  if (count < 1) TRY(check_count(thread, "itemgetter", count, 1, 1));
  auto* getter = allocate_instance_as<ItemGetter>(type);
  if (!getter) return error;
  getter->keys = make_tuple(arguments, count);
  return getter;
}

Value call_item_getter(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(expect_one(thread, "itemgetter", count, keyword_names));
  const Tuple& keys = *self.as<ItemGetter>()->keys;
  if (keys.size == 1) return get_item(thread, arguments[0], keys.items[0]);
  Tuple* result = allocate_tuple(keys.size);
  for (size_t i = 0; i < keys.size; ++i) result->items[i] = TRY(get_item(thread, arguments[0], keys.items[i]));
  return result;
}

Value repr_item_getter(Thread& thread, Value self) { return repr_with(thread, self, *self.as<ItemGetter>()->keys); }
Value reduce_item_getter(ItemGetter& self) { return make_tuple({&self.type(), self.keys}); }
const MethodRow item_getter_methods[] = {method<reduce_item_getter>("!__reduce__($self, /)", "For pickling.")};

// --- attrgetter ---

struct AttributeGetter : Object {
  Tuple* names;  // as given
  Tuple* paths;  // for each: a str, or a tuple of the parts of a dotted name
};

Value path_of(const Str* name) {
  List& parts = *make_list();
  size_t start = 0;
  for (size_t i = 0; i <= name->length(); ++i) {
    if (i < name->length() && name->at(i) != '.') continue;
    MUST(list_append(current_thread(), parts, intern(substring(name, start, i))), "a short list");
    start = i + 1;
  }
  return parts.size == 1 ? parts.at(0) : Value(list_to_tuple(parts));
}

Value make_attribute_getter(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "attrgetter", keyword_names));
  if (count < 1) TRY(check_count(thread, "attrgetter", count, 1, 1));
  Tuple* paths = allocate_tuple(count);
  for (size_t i = 0; i < count; ++i) {
    if (!is_str(arguments[i])) return raise(thread, TypeError, "attribute name must be a string");
    paths->items[i] = path_of(arguments[i].as<Str>());
  }
  auto* getter = allocate_instance_as<AttributeGetter>(type);
  if (!getter) return error;
  getter->names = make_tuple(arguments, count);
  getter->paths = paths;
  return getter;
}

Value follow(Thread& thread, Value object, Value path) {
  if (is_str(path)) return get_attribute(thread, object, path.as<Str>());
  for (Value name : path.as<Tuple>()->view()) object = TRY(get_attribute(thread, object, name.as<Str>()));
  return object;
}

Value call_attribute_getter(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(expect_one(thread, "attrgetter", count, keyword_names));
  const Tuple& paths = *self.as<AttributeGetter>()->paths;
  if (paths.size == 1) return follow(thread, arguments[0], paths.items[0]);
  Tuple* result = allocate_tuple(paths.size);
  for (size_t i = 0; i < paths.size; ++i) result->items[i] = TRY(follow(thread, arguments[0], paths.items[i]));
  return result;
}

Value repr_attribute_getter(Thread& thread, Value self) {
  return repr_with(thread, self, *self.as<AttributeGetter>()->names);
}
Value reduce_attribute_getter(AttributeGetter& self) { return make_tuple({&self.type(), self.names}); }
const MethodRow attribute_getter_methods[] = {method<reduce_attribute_getter>("!__reduce__($self, /)", "For pickling.")};

// --- methodcaller ---

struct MethodCaller : Object {
  Value name;
  Tuple* arguments;
  Tuple* keyword_names;
  Tuple* keyword_values;
};

Value make_method_caller(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  if (count < 1) return raise(thread, TypeError, "methodcaller needs at least one argument, the method name");
  if (!is_str(arguments[0])) return raise(thread, TypeError, "method name must be a string");
  auto* caller = allocate_instance_as<MethodCaller>(type);
  if (!caller) return error;
  const Str* name = arguments[0].as<Str>();
  caller->name = is_exact_str(name) ? Value(intern(const_cast<Str*>(name))) : Value(name);
  caller->arguments = make_tuple(arguments + 1, count - 1);
  const size_t keywords = keyword_count(keyword_names);
  caller->keyword_names = keywords ? keyword_names.as<Tuple>() : empty_tuple();
  caller->keyword_values = make_tuple(arguments + count, keywords);
  return caller;
}

Value call_method_caller(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(expect_one(thread, "methodcaller", count, keyword_names));
  const auto& caller = *self.as<MethodCaller>();
  if (caller.keyword_names->size == 0) {
    GcVector all;
    for (Value argument : caller.arguments->view()) all.push_back(argument);
    return call_method(thread, arguments[0], caller.name.as<Str>(), all.data(), all.size());
  }
  const Value method = TRY(get_attribute(thread, arguments[0], caller.name.as<Str>()));
  GcVector all;
  for (Value argument : caller.arguments->view()) all.push_back(argument);
  for (Value argument : caller.keyword_values->view()) all.push_back(argument);
  return call(thread, method, all.data(), caller.arguments->size, caller.keyword_names);
}

Value repr_method_caller(Thread& thread, Value self) {
  const auto& caller = *self.as<MethodCaller>();
  if (TRY(repr_enter(thread, self))) return format_message(thread, "{}(...)", {type_of(self)});
  const Value result = [&]() -> Value {
    StrBuilder builder;
    builder.append(type_of(self).name_view());
    builder.append("(");
    builder.append(TRY(repr(thread, caller.name)));
    for (Value argument : caller.arguments->view()) {
      builder.append(", ");
      builder.append(TRY(repr(thread, argument)));
    }
    for (size_t i = 0; i < caller.keyword_names->size; ++i) {
      builder.append(", ");
      builder.append(caller.keyword_names->items[i].as<Str>());
      builder.append("=");
      builder.append(TRY(repr(thread, caller.keyword_values->items[i])));
    }
    builder.append(")");
    return TRY(builder.finish(thread));
  }();
  repr_leave(thread, self);
  return result;
}

Value reduce_method_caller(Thread& thread, MethodCaller& self) {
  if (self.keyword_names->size == 0) {
    Tuple* arguments = allocate_tuple(self.arguments->size + 1);
    arguments->items[0] = self.name;
    for (size_t i = 0; i < self.arguments->size; ++i) arguments->items[i + 1] = self.arguments->items[i];
    return make_tuple({&self.type(), arguments});
  }
  const Value partial = TRY(import_attribute(thread, "functools", "partial"));
  GcVector all;
  all.push_back(&self.type());
  all.push_back(self.name);
  for (Value value : self.keyword_values->view()) all.push_back(value);
  return make_tuple({TRY(call(thread, partial, all.data(), 2, self.keyword_names)), self.arguments});
}
const MethodRow method_caller_methods[] = {method<reduce_method_caller>("!__reduce__($self, /)", "For pickling.")};

}  // namespace

void define_operator_getters() {
  static TypeSpec item = {.doc = "itemgetter(item, ...) --> itemgetter object\n\n"
                                 "A function that takes items out of its argument: after f = itemgetter(2), f(r) is\n"
                                 "r[2]; with several items it gives a tuple.",
                          .instance_bytes = sizeof(ItemGetter),
                          .methods = item_getter_methods};
  item.slots.make = make_item_getter;
  item.slots.call = call_item_getter;
  item.slots.repr = repr_item_getter;
  define_type(ModuleKind::ItemGetter, item);

  static TypeSpec attribute = {.doc = "attrgetter(attr, ...) --> attrgetter object\n\n"
                                      "A function that takes attributes of its argument: after f = attrgetter('a.b'),\n"
                                      "f(r) is r.a.b; with several names it gives a tuple.",
                               .instance_bytes = sizeof(AttributeGetter),
                               .methods = attribute_getter_methods};
  attribute.slots.make = make_attribute_getter;
  attribute.slots.call = call_attribute_getter;
  attribute.slots.repr = repr_attribute_getter;
  define_type(ModuleKind::AttributeGetter, attribute);

  static TypeSpec method = {.doc = "methodcaller(name, ...) --> methodcaller object\n\n"
                                   "A function that calls a method of its argument: after f = methodcaller('name', 1),\n"
                                   "f(r) is r.name(1).",
                            .instance_bytes = sizeof(MethodCaller),
                            .methods = method_caller_methods};
  method.slots.make = make_method_caller;
  method.slots.call = call_method_caller;
  method.slots.repr = repr_method_caller;
  define_type(ModuleKind::MethodCaller, method);
}

}  // namespace minipy
