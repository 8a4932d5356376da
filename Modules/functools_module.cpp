// _functools: partial, reduce, cmp_to_key, and the cache of lru_cache.
#include <algorithm>

#include "Modules/native_modules.h"
#include "Objects/container_support.h"
#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/simple_key.h"

namespace minipy {
namespace {

size_t keyword_count(Value keyword_names) {
  return keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size;
}

// --- partial ---

struct Partial : Object {
  [[maybe_unused]] static constexpr Kind kKind = ModuleKind::Partial;
  Value function;
  Tuple* arguments;
  Dict* keywords;
  Value attributes;        // __dict__
  Tuple* keyword_names;    // the keys of `keywords` when it had this version; may be nullptr
  uint64_t names_version;
};

Partial& as_partial(Value v) { return *v.as<Partial>(); }

// A partial of a partial that is nothing more calls the inner function directly.
bool can_be_flattened(Value function, const Type& type) {
  return is_exact(function, ModuleKind::Partial) && &type_of(function) == &type && as_partial(function).attributes.is_empty();
}

Value make_partial(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  if (count < 1) return raise(thread, TypeError, "type 'partial' takes at least one argument");
  Value function = arguments[0];
  if (!is_callable(function)) return raise(thread, TypeError, "the first argument must be callable");
  GcVector bound;
  Dict* keywords = nullptr;
  if (can_be_flattened(function, type)) {
    const Partial& inner = as_partial(function);
    for (const Value argument : inner.arguments->view()) bound.push_back(argument);
    keywords = dict_copy(*inner.keywords);
    function = inner.function;
  }
  for (size_t i = 1; i < count; ++i) bound.push_back(arguments[i]);
  if (!keywords) keywords = make_dict();
  for (size_t i = 0; i < keyword_count(keyword_names); ++i) {
    TRY(dict_set(thread, *keywords, keyword_names.as<Tuple>()->items[i], arguments[count + i]));
  }
  Partial* partial = allocate_instance_as<Partial>(type);
  if (!partial) return error;
  partial->function = function;
  partial->arguments = make_tuple(bound.data(), bound.size());
  partial->keywords = keywords;
  return Value(partial);
}

// The names of the stored keywords; nullptr if one is no str.
Tuple* stored_names(Partial& partial) {
  const Dict& keywords = *partial.keywords;
  if (partial.keyword_names && partial.names_version == keywords.version) return partial.keyword_names;
  GcVector names;
  size_t position = 0;
  for (Value key, value; dict_next(keywords, position, key, value);) {
    if (!is_exact_str(key)) return nullptr;
    names.push_back(key);
  }
  partial.keyword_names = make_tuple(names.data(), names.size());
  partial.names_version = keywords.version;
  return partial.keyword_names;
}

// A call without keywords of its own, and with few arguments.
constexpr size_t kOnStack = 16;
Value call_with_stored_keywords(Thread& thread, const Partial& partial, const Value* arguments, size_t count,
                                Tuple* names) {
  Value all[kOnStack];
  Value* end = std::copy(partial.arguments->begin(), partial.arguments->end(), all);
  end = std::copy(arguments, arguments + count, end);
  size_t position = 0;
  for (Value key, value; dict_next(*partial.keywords, position, key, value);) *end++ = value;
  return call(thread, partial.function, all, partial.arguments->size + count, names);
}

// Keywords of the call replace the stored ones of the same name, in their place.
Value call_with_keywords(Thread& thread, Partial& partial, const Value* arguments, size_t count,
                         Value keyword_names) {
  if (keyword_count(keyword_names) == 0 &&
      partial.arguments->size + count + partial.keywords->count <= kOnStack) {
    if (Tuple* names = stored_names(partial)) {
      return call_with_stored_keywords(thread, partial, arguments, count, names);
    }
  }
  Dict* keywords = dict_copy(*partial.keywords);
  for (size_t i = 0; i < keyword_count(keyword_names); ++i) {
    TRY(dict_set(thread, *keywords, keyword_names.as<Tuple>()->items[i], arguments[count + i]));
  }
  GcVector all;
  for (const Value argument : partial.arguments->view()) all.push_back(argument);
  for (size_t i = 0; i < count; ++i) all.push_back(arguments[i]);
  return call_with(thread, partial.function, *make_tuple(all.data(), all.size()), keywords);
}

Value call_partial(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  Partial& partial = as_partial(self);
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" while calling a Python object")) return error;
  if (partial.keywords->count > 0) return call_with_keywords(thread, partial, arguments, count, keyword_names);
  const size_t stored = partial.arguments->size, given = count + keyword_count(keyword_names);
  if (stored + given <= kOnStack) {
    Value all[kOnStack];
    std::copy(arguments, arguments + given, std::copy(partial.arguments->begin(), partial.arguments->end(), all));
    return call(thread, partial.function, all, stored + count, keyword_names);
  }
  GcVector all;
  for (const Value argument : partial.arguments->view()) all.push_back(argument);
  for (size_t i = 0; i < given; ++i) all.push_back(arguments[i]);
  return call(thread, partial.function, all.data(), stored + count, keyword_names);
}

Status append_partial(Thread& thread, StrBuilder& text, const Partial& partial) {
  text.append(TRY(repr(thread, partial.function)));
  for (size_t i = 0; i < partial.arguments->size; ++i) {
    text.append(", ");
    text.append(TRY(repr(thread, partial.arguments->items[i])));
  }
  size_t position = 0;
  for (Value key, value; dict_next(*partial.keywords, position, key, value);) {
    text.append(", ");
    text.append(TRY(str(thread, key)));
    text.append("=");
    text.append(TRY(repr(thread, value)));
  }
  return nothing;
}

Value repr_partial(Thread& thread, Value self) {
  if (TRY(repr_enter(thread, self))) return Value(make_str("..."));
  StrBuilder text;
  text.append(type_of(self).name_view());
  text.append("(");
  const Status done = append_partial(thread, text, as_partial(self));
  repr_leave(thread, self);
  TRY(done);
  text.append(")");
  return Value(TRY(text.finish(thread)));
}

Value partial_function(Partial& self) { return self.function; }
Value partial_arguments(Partial& self) { return Value(self.arguments); }
Value partial_keywords(Partial& self) { return Value(self.keywords); }

Value reduce_partial(Thread& thread, Partial& self) {
  const Value partial(&self);
  Value attributes = None;
  if (!self.attributes.is_empty()) attributes = TRY(get_attribute(thread, partial, "__dict__"));
  return Value(make_tuple({Value(&type_of(partial)), Value(make_tuple({self.function})),
                           Value(make_tuple({self.function, Value(self.arguments), Value(self.keywords), attributes}))}));
}

Status set_partial_state(Thread& thread, Partial& self, Value state) {
  const Tuple* parts = is_tuple(state) ? state.as<Tuple>() : nullptr;
  if (!parts || parts->size != 4 || !is_callable(parts->items[0]) || !is_tuple(parts->items[1]) ||
      (!parts->items[2].is_none() && !is_dict(parts->items[2]))) {
    return raise(thread, TypeError, "invalid partial state");
  }
  Tuple* arguments = TRY(tuple_of(thread, parts->items[1]));
  Dict* keywords = parts->items[2].is_none() ? make_dict() : parts->items[2].as<Dict>();
  if (!is_exact_dict(Value(keywords))) keywords = dict_copy(*keywords);
  self.function = parts->items[0];
  self.arguments = arguments;
  self.keywords = keywords;
  if (!parts->items[3].is_none()) {
    TRY(set_instance_dict(thread, Value(&self), parts->items[3]));
  } else if (!self.attributes.is_empty()) {
    TRY(set_instance_dict(thread, Value(&self), Value(make_dict())));
  }
  return nothing;
}

Value get_attributes(Thread& thread, Value self) { return instance_dict(thread, self); }
Status set_attributes(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "cannot delete __dict__");
  return set_instance_dict(thread, self, value);
}

const MethodRow partial_methods[] = {
    getter<get_attributes>("__dict__", "", set_attributes),
    method<reduce_partial>("!__reduce__($self, /)", "What pickle needs."),
    method<set_partial_state>("!__setstate__($self, state, /)", "For unpickling."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
    member<partial_function>("func", "function object to use in future partial calls"),
    member<partial_arguments>("args", "tuple of arguments to future partial calls"),
    member<partial_keywords>("keywords", "dictionary of keyword arguments to future partial calls"),
};

// --- cmp_to_key ---

struct KeyWrapper : Object {
  static constexpr Kind kKind = ModuleKind::KeyWrapper;
  Value compare, object;
};

KeyWrapper& as_key(Value v) { return *v.as<KeyWrapper>(); }
const MethodRow key_row = constructor("K(obj)");

Value call_key(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  Value object;
  TRY(bind(thread, key_row, arguments, count, keyword_names, &object));
  KeyWrapper* key = allocate<KeyWrapper>();
  key->compare = as_key(self).compare;
  key->object = object;
  return Value(key);
}

Value compare_keys(Thread& thread, Value left, Value right, CompareOp op) {
  if (!has_kind(right, ModuleKind::KeyWrapper)) return raise(thread, TypeError, "other argument must be K instance");
  const Value x = as_key(left).object, y = as_key(right).object;
  if (x.is_empty() || y.is_empty()) return raise(thread, AttributeError, "object");
  const Value order = TRY(call(thread, as_key(left).compare, {x, y}));
  return compare(thread, order, Value::from_int(0), op);
}

Value cmp_to_key(Thread&, Value compare) {
  KeyWrapper* key = allocate<KeyWrapper>();
  key->compare = compare;
  return Value(key);
}

Value key_object(KeyWrapper& self) { return self.object.is_empty() ? None : self.object; }
Status set_key_object(Thread&, Value self, Value object) {
  as_key(self).object = object;
  return nothing;
}

const MethodRow key_methods[] = {
    member<key_object>("obj", "Value wrapped by a key function.", set_key_object),
};

// --- lru_cache ---

// The results, in a ring from the least to the most recently used; `root` stands between them.
struct CacheLink : Object {
  static constexpr Kind kKind = ModuleKind::LruLink;
  CacheLink *previous, *next;
  Value key, result;
  int64_t hash;
};

struct CacheWrapper : Object {
  [[maybe_unused]] static constexpr Kind kKind = ModuleKind::LruCacheWrapper;
  Value function;
  Dict* cache;
  CacheLink* root;
  Value cache_info_type;
  Value attributes;  // __dict__
  int64_t max_size;  // -1: unbounded
  int64_t hits, misses;
  bool typed;
};

Value keyword_mark;  // separates positional from keyword arguments in keys
const MethodRow wrapper_row = constructor("_lru_cache_wrapper(user_function, maxsize, typed, cache_info_type)");

CacheWrapper& as_wrapper(Value v) { return *v.as<CacheWrapper>(); }

CacheLink* make_root() {
  CacheLink* root = allocate<CacheLink>();
  root->previous = root->next = root;
  return root;
}

void unlink(CacheLink& link) {
  link.previous->next = link.next;
  link.next->previous = link.previous;
}

void link_last(CacheLink& root, CacheLink& link) {
  link.previous = root.previous;
  link.next = &root;
  root.previous->next = &link;
  root.previous = &link;
}

Value make_wrapper(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[4];
  TRY(bind(thread, wrapper_row, arguments, count, keyword_names, values));
  if (!is_callable(values[0])) return raise(thread, TypeError, "the first argument must be callable");
  int64_t max_size = -1;
  if (!values[1].is_none()) {
    if (!is_index(values[1])) return raise(thread, TypeError, "maxsize should be integer or None");
    max_size = std::max<int64_t>(0, TRY(index_as_int64(thread, values[1], &OverflowError)));
  }
  const bool typed = TRY(truth(thread, values[2]));
  CacheWrapper* wrapper = allocate_instance_as<CacheWrapper>(type);
  if (!wrapper) return error;
  wrapper->function = values[0];
  wrapper->cache = make_dict();
  wrapper->root = make_root();
  wrapper->cache_info_type = values[3];
  wrapper->max_size = max_size;
  wrapper->typed = typed;
  return Value(wrapper);
}

// What stands for the arguments: a lone int or str itself, else a tuple of all.
Value make_key(const CacheWrapper& wrapper, const Value* arguments, size_t count, Value keyword_names) {
  const size_t keywords = keyword_count(keyword_names);
  if (!wrapper.typed && keywords == 0) {
    if (count == 1 && (arguments[0].is_int() || is_exact_str(arguments[0]) || is_exact(arguments[0], Kind::Int))) {
      return arguments[0];
    }
    return Value(make_tuple(arguments, count));
  }
  GcVector parts;
  for (size_t i = 0; i < count; ++i) parts.push_back(arguments[i]);
  if (keywords > 0) parts.push_back(keyword_mark);
  for (size_t i = 0; i < keywords; ++i) {
    parts.push_back(keyword_names.as<Tuple>()->items[i]);
    parts.push_back(arguments[count + i]);
  }
  if (wrapper.typed) {
    for (size_t i = 0; i < count + keywords; ++i) parts.push_back(Value(&type_of(arguments[i])));
  }
  return Value(make_tuple(parts.data(), parts.size()));
}

Value call_unbounded(Thread& thread, CacheWrapper& wrapper, Value key, const Value* arguments, size_t count,
                     Value keyword_names) {
  const int64_t hash_value = TRY(hash(thread, key));
  const Value known = TRY(dict_get_hashed(thread, *wrapper.cache, key, hash_value));
  if (!known.is_unbound()) {
    ++wrapper.hits;
    return known;
  }
  ++wrapper.misses;
  const Value result = TRY(call(thread, wrapper.function, arguments, count, keyword_names));
  TRY(dict_set_hashed(thread, *wrapper.cache, key, hash_value, result));
  return result;
}

// The least recently used result makes room. Removing it runs user code (==), which may use the cache.
Status replace_oldest(Thread& thread, CacheWrapper& wrapper, Value key, int64_t hash_value, Value result) {
  CacheLink& oldest = *wrapper.root->next;
  unlink(oldest);
  const Value gone = TRY(dict_get_hashed(thread, *wrapper.cache, oldest.key, oldest.hash));
  if (gone.is_unbound()) return nothing;
  (void)TRY(dict_delete(thread, *wrapper.cache, oldest.key));
  oldest.key = key;
  oldest.hash = hash_value;
  oldest.result = result;
  TRY(dict_set_hashed(thread, *wrapper.cache, key, hash_value, Value(&oldest)));
  link_last(*wrapper.root, oldest);
  return nothing;
}

Value call_bounded(Thread& thread, CacheWrapper& wrapper, Value key, const Value* arguments, size_t count,
                   Value keyword_names) {
  const int64_t hash_value = TRY(hash(thread, key));
  const Value known = TRY(dict_get_hashed(thread, *wrapper.cache, key, hash_value));
  if (!known.is_unbound()) {
    CacheLink& link = *known.as<CacheLink>();
    unlink(link);
    link_last(*wrapper.root, link);
    ++wrapper.hits;
    return link.result;
  }
  ++wrapper.misses;
  const Value result = TRY(call(thread, wrapper.function, arguments, count, keyword_names));
  // The call may have filled in this very result.
  if (!TRY(dict_get_hashed(thread, *wrapper.cache, key, hash_value)).is_unbound()) return result;
  if (wrapper.cache->count >= wrapper.max_size && wrapper.root->next != wrapper.root) {
    TRY(replace_oldest(thread, wrapper, key, hash_value, result));
    return result;
  }
  CacheLink* link = allocate<CacheLink>();
  link->key = key;
  link->hash = hash_value;
  link->result = result;
  TRY(dict_set_hashed(thread, *wrapper.cache, key, hash_value, Value(link)));
  link_last(*wrapper.root, *link);
  return result;
}

Value call_wrapper(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  CacheWrapper& wrapper = as_wrapper(self);
  if (wrapper.max_size == 0) {
    ++wrapper.misses;
    return call(thread, wrapper.function, arguments, count, keyword_names);
  }
  const Value key = make_key(wrapper, arguments, count, keyword_names);
  return wrapper.max_size < 0 ? call_unbounded(thread, wrapper, key, arguments, count, keyword_names)
                              : call_bounded(thread, wrapper, key, arguments, count, keyword_names);
}

Value bind_wrapper(Thread&, Value self, Value instance, Value) {
  if (instance.is_empty() || instance.is_none()) return self;
  return Value(make_bound_method(self, instance));
}

Value cache_info(Thread& thread, CacheWrapper& self) {
  return call(thread, self.cache_info_type,
              {make_int(self.hits), make_int(self.misses), self.max_size < 0 ? None : make_int(self.max_size),
               make_int(self.cache->count)});
}

void cache_clear(CacheWrapper& self) {
  self.root = make_root();
  self.hits = self.misses = 0;
  dict_clear(*self.cache);
}

Value reduce_wrapper(Thread& thread, CacheWrapper& self) {
  return get_attribute(thread, Value(&self), "__qualname__");
}
Value copy_wrapper(CacheWrapper& self) { return Value(&self); }
Value deep_copy_wrapper(CacheWrapper& self, Value) { return Value(&self); }

const MethodRow wrapper_methods[] = {
    getter<get_attributes>("__dict__", "", set_attributes),
    method<cache_info>("!cache_info($self, /)", "How often the cache was used, and its size."),
    method<cache_clear>("!cache_clear($self, /)", "Empty the cache and its statistics."),
    method<reduce_wrapper>("!__reduce__($self, /)", ""),
    method<copy_wrapper>("!__copy__($self, /)", ""),
    method<deep_copy_wrapper>("!__deepcopy__($self, memo, /)", ""),
};

// --- reduce ---

Value reduce(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_functools.reduce", keyword_names));
  TRY(check_positional(thread, "reduce", count, 2, 3));
  const Value function = arguments[0];
  Value result = count == 3 ? arguments[2] : Value();
  Value iterator = iterate(thread, arguments[1]);
  if (iterator.is_empty()) {
    if (!catch_exception(thread, TypeError)) return error;
    return raise(thread, TypeError, "reduce() arg 2 must support iteration");
  }
  for (;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) break;
    result = result.is_empty() ? item : TRY(call(thread, function, {result, item}));
  }
  if (result.is_empty()) return raise(thread, TypeError, "reduce() of empty iterable with no initial value");
  return result;
}

const MethodRow functions[] = {
    raw_function(reduce, "reduce",
                 "reduce(function, iterable[, initial], /) -> value\n\n"
                 "Combine the items from left to right with a function of two arguments; initial, if given,\n"
                 "goes first."),
    function<cmp_to_key>("!cmp_to_key($module, /, mycmp)", "A key function made of a comparison function."),
};

void define_types() {
  TypeSlots partial{};
  partial.repr = repr_partial;
  partial.call = call_partial;
  partial.make = make_partial;
  define_type(ModuleKind::Partial, {
      .doc = "partial(func, *args, **keywords) - a function that calls func with these arguments\n"
             "in front of its own.",
      .instance_bytes = sizeof(Partial),
      .flags = Type::kBaseType | Type::kHasWeakReferences,
      .slots = partial,
      .methods = partial_methods,
      .attributes_word = WORD_OF(Partial, attributes),
  });
  TypeSlots key{};
  key.call = call_key;
  key.compare = compare_keys;
  key.hash = hash_not_implemented;
  define_type(ModuleKind::KeyWrapper, {.instance_bytes = sizeof(KeyWrapper), .flags = Type::kDisallowInstantiation,
                                 .slots = key, .methods = key_methods});
  TypeSlots wrapper{};
  wrapper.call = call_wrapper;
  wrapper.get_descriptor = bind_wrapper;
  wrapper.make = make_wrapper;
  define_type(ModuleKind::LruCacheWrapper, {
      .doc = "A callable that remembers its results.",
      .instance_bytes = sizeof(CacheWrapper),
      .flags = Type::kBaseType | Type::kHasWeakReferences | Type::kMethodDescriptor,
      .slots = wrapper,
      .methods = wrapper_methods,
      .attributes_word = WORD_OF(CacheWrapper, attributes),
  });
  define_type(ModuleKind::LruLink, {.instance_bytes = sizeof(CacheLink), .flags = Type::kDisallowInstantiation});
}

Status initialize(Thread& thread, Module& module) {
  define_types();
  keyword_mark = TRY(call(thread, Value(&type_of_kind(Kind::Object))));
  module_add_type(module, type_of_kind(ModuleKind::Partial));
  module_add_type(module, type_of_kind(ModuleKind::LruCacheWrapper));
  return nothing;
}

}  // namespace

extern const ModuleSpec functools_module{"_functools", "Tools that operate on functions.", functions, initialize};

}  // namespace minipy
