// The Pickler type: its attributes, its memo as Python sees it, and the dispatch on types.
#include "Modules/pickle/pickler.h"

#include "Objects/container_support.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/int.h"

namespace minipy::pickle {

// --- saving one value ---

Status Saver::dump(Value object) {
  const Value override = TRY(get_attribute_or_unbound(thread_, &p_, "reducer_override"));
  p_.reducer_override = override.is_unbound() ? Value() : override;
  const auto all = [&]() -> Status {
    if (p_.protocol >= 2) TRY(put(Op::Protocol, static_cast<uint64_t>(p_.protocol), 1));
    framing_ = begins_frame_ = p_.protocol >= 4;
    frame_start_ = size_;
    TRY(save(object));
    return put(Op::Stop);
  };
  const Status done = all();
  if (!done.failed()) commit_frame();
  framing_ = begins_frame_ = false;
  p_.reducer_override = Value();
  return done;
}

// Numbers and constants first: they are in no memo.
Status Saver::save(Value object, Saving saving) {
  if (p_.persistent_id.is_empty()) {
    if (object.is_int()) {
      TRY(save_int(object));
      return end_object();
    }
    if (object.is_double()) {
      TRY(save_float(object.as_double()));
      return end_object();
    }
    if (is_exact_str(object)) {
      if (const Memo::Entry* entry = p_.memo.find(object)) {
        TRY(put_memo_reference(*entry));
      } else {
        TRY(save_str(object));
      }
      return end_object();
    }
  }
  RecursionGuard guard(thread_);
  if (guard.is_exceeded(" while pickling an object")) return error;
  TRY(save_compound(object, saving));
  return end_object();
}

Status Saver::save_compound(Value object, Saving saving) {
  if (saving == Saving::Object && !p_.persistent_id.is_empty() && TRY(save_persistent(object)))
    return nothing;
  if (object.is_none()) return put(Op::NoneValue);
  if (object.is_bool()) {
    if (p_.protocol >= 2) return put(object.is_true() ? Op::NewTrue : Op::NewFalse);
    return put_line(Op::IntegerLine, object.is_true() ? "01" : "00");
  }
  if (is_exact_int(object)) return save_int(object);
  if (object.is_double()) return save_float(object.as_double());
  if (const Memo::Entry* entry = p_.memo.find(object)) return put_memo_reference(*entry);
  if (TRY(save_builtin(object))) return nothing;
  return save_by_reduction(object);
}

Result<bool> Saver::save_builtin(Value object) {
  if (!object.is_object()) return false;
  const Kind kind = object.object()->kind;
  if (object.object()->shape != shape_of_kind(kind)) return false;
  switch (kind) {
    case Kind::Str:
      TRY(save_str(object));
      return true;
    case Kind::Bytes:
      TRY(save_bytes(object));
      return true;
    case Kind::Dict:
      TRY(save_dict(object));
      return true;
    case Kind::List:
      TRY(save_list(object));
      return true;
    case Kind::Tuple:
      TRY(save_tuple(object));
      return true;
    case Kind::Set:
      TRY(save_set(object));
      return true;
    case Kind::Frozenset:
      TRY(save_frozenset(object));
      return true;
    case Kind::Bytearray:
      TRY(save_bytearray(object));
      return true;
    default:
      break;
  }
  if (kind != ModuleKind::PickleBuffer) return false;
  TRY(save_pickle_buffer(object));
  return true;
}

// --- setting up ---

Status set_protocol(Thread& thread, Pickler& pickler, Value protocol, bool fix_imports) {
  int number = kDefaultProtocol;
  if (!protocol.is_none()) {
    const int64_t wanted = TRY(argument_int64(thread, protocol));
    if (wanted > kHighestProtocol) {
      return raise(thread, ValueError, "pickle protocol must be <= {}", kHighestProtocol);
    }
    number = wanted < 0 ? kHighestProtocol : static_cast<int>(wanted);
  }
  pickler.protocol = number;
  pickler.binary = number > 0;
  pickler.fix_imports = fix_imports && number < 3;
  return nothing;
}

Status set_buffer_callback(Thread& thread, Pickler& pickler, Value callback) {
  pickler.buffer_callback = callback.is_none() ? Value() : callback;
  if (!callback.is_none() && pickler.protocol < 5) {
    return raise(thread, ValueError, "buffer_callback needs protocol >= 5");
  }
  return nothing;
}

Status set_output(Thread& thread, Pickler& pickler, Value file) {
  const Value write = TRY(get_attribute_or_unbound(thread, file, "write"));
  if (write.is_unbound()) return raise(thread, TypeError, "file must have a 'write' attribute");
  pickler.write = write;
  return nothing;
}

namespace {

Pickler& as_pickler(Value v) {
  return *v.as<Pickler>();
}

// What a new Pickler starts with.
void reset(Pickler& pickler) {
  pickler.memo.clear();
  pickler.write = pickler.persistent_id = pickler.dispatch_table = pickler.buffer_callback =
      Value();
  pickler.reducer_override = pickler.fast_memo = Value();
  pickler.fast = pickler.fast_depth = 0;
}

Pickler* new_pickler() {
  Pickler* pickler = allocate<Pickler>();
  reset(*pickler);
  return pickler;
}

Value make_pickler(Thread&, Type& type, const Value*, size_t, Value) {
  Pickler* pickler = allocate_instance_as<Pickler>(type);
  if (!pickler) return error;
  reset(*pickler);
  return Value(pickler);
}

const MethodRow pickler_row =
    constructor("Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)");

Status initialize_pickler(Thread& thread, Value self, const Value* arguments, size_t count,
                          Value keyword_names) {
  Value values[4];
  TRY(bind(thread, pickler_row, arguments, count, keyword_names, values));
  const bool fix_imports = TRY(truth(thread, values[2]));
  Pickler& pickler = as_pickler(self);
  reset(pickler);
  TRY(set_protocol(thread, pickler, values[1], fix_imports));
  TRY(set_output(thread, pickler, values[0]));
  TRY(set_buffer_callback(thread, pickler, values[3]));
  const Value persistent_id = TRY(get_attribute_or_unbound(thread, self, "persistent_id"));
  if (!persistent_id.is_unbound()) pickler.persistent_id = persistent_id;
  const Value table = TRY(get_attribute_or_unbound(thread, self, "dispatch_table"));
  if (!table.is_unbound()) pickler.dispatch_table = table;
  return nothing;
}

// --- methods ---

Status dump_method(Thread& thread, Pickler& self, Value object) {
  if (self.write.is_empty()) {
    return raise(thread, pickling_error(), "Pickler.__init__() was not called by {}.__init__()",
                 type_of(&self));
  }
  Saver saver(thread, self);
  TRY(saver.dump(object));
  return saver.flush_to_file();
}

void clear_memo(Pickler& self) {
  self.memo.clear();
}

int64_t size_of(Pickler& self) {
  return static_cast<int64_t>(sizeof(Pickler) + self.memo.capacity * sizeof(Memo::Entry));
}

// --- attributes ---

Status set_int(Thread& thread, int& target, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "can't delete numeric/char attribute");
  const int64_t number = TRY(argument_int64(thread, value));
  target = static_cast<int>(number);
  return nothing;
}
int binary_flag(Pickler& self) {
  return self.binary;
}
Status set_binary(Thread& thread, Value self, Value value) {
  return set_int(thread, as_pickler(self).binary, value);
}
int fast_flag(Pickler& self) {
  return self.fast;
}
Status set_fast(Thread& thread, Value self, Value value) {
  return set_int(thread, as_pickler(self).fast, value);
}

Value dispatch_table(Thread& thread, Pickler& self) {
  if (!self.dispatch_table.is_empty()) return self.dispatch_table;
  return raise_attribute_error(thread, &self, make_str("dispatch_table"),
                               "'{}' object has no attribute '{}'", type_of(&self));
}
Status set_dispatch_table(Thread& thread, Value self, Value value) {
  Value& table = as_pickler(self).dispatch_table;
  if (value.is_empty() && table.is_empty()) return raise(thread, AttributeError, "dispatch_table");
  table = value;
  return nothing;
}

Value persistent_id(Thread& thread, Pickler& self) {
  if (self.persistent_id.is_empty()) return raise(thread, AttributeError, "persistent_id");
  return self.persistent_id;
}
Status set_persistent_id(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "attribute deletion is not supported");
  if (!is_callable(value)) {
    return raise(thread, TypeError, "persistent_id must be a callable taking one argument");
  }
  as_pickler(self).persistent_id = value;
  return nothing;
}

// --- the memo ---

struct MemoProxy : Object {
  static constexpr Kind kKind = ModuleKind::PicklerMemo;
  Value pickler;
  Memo& memo() { return as_pickler(pickler).memo; }
};

Value memo_proxy(Pickler& self) {
  MemoProxy* proxy = allocate<MemoProxy>();
  proxy->pickler = &self;
  return Value(proxy);
}

void clear_proxied(MemoProxy& self) {
  self.memo().clear();
}

Value copy_proxied(Thread& thread, MemoProxy& self) {
  Dict* copy = make_dict();
  const Memo memo = self.memo();
  for (size_t i = 0; i < memo.capacity; ++i) {
    const Memo::Entry& entry = memo.entries[i];
    if (entry.object.is_empty()) continue;
    const Value pair = make_tuple({make_uint(entry.number), entry.object});
    TRY(dict_set(thread, *copy, make_uint(entry.object.bits()), pair));
  }
  return Value(copy);
}

Value reduce_proxied(Thread& thread, MemoProxy& self) {
  return make_tuple({&type_of_kind(Kind::Dict), make_tuple({TRY(copy_proxied(thread, self))})});
}

Status set_memo(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "attribute deletion is not supported");
  Memo fresh{};
  if (has_kind(value, ModuleKind::PicklerMemo)) {
    const Memo old = value.as<MemoProxy>()->memo();
    for (size_t i = 0; i < old.capacity; ++i) {
      const Memo::Entry entry = old.entries[i];
      if (!entry.object.is_empty()) TRY(fresh.put(thread, entry.object, entry.number));
    }
  } else if (is_dict(value)) {
    size_t position = 0;
    for (Value key, pair; dict_next(*value.as<Dict>(), position, key, pair);) {
      if (!is_tuple(pair) || pair.as<Tuple>()->size != 2) {
        return raise(thread, TypeError, "'memo' values must be 2-item tuples");
      }
      const int64_t number = TRY(argument_int64(thread, pair.as<Tuple>()->items[0]));
      TRY(fresh.put(thread, pair.as<Tuple>()->items[1], static_cast<uint64_t>(number)));
    }
  } else {
    return raise(thread, TypeError,
                 "'memo' attribute must be a PicklerMemoProxy object or dict, not {}",
                 type_of(value));
  }
  as_pickler(self).memo = fresh;
  return nothing;
}

const MethodRow proxy_methods[] = {
    method<clear_proxied>("clear($self, /)", "Forget everything that has been pickled."),
    method<copy_proxied>("copy($self, /)", "The memo as a dict of its own."),
    method<reduce_proxied>("__reduce__($self, /)", "What pickle needs."),
};

const MethodRow pickler_methods[] = {
    method<dump_method>("dump($self, obj, /)", "Write the pickled form of the object to the file."),
    method<clear_memo>(
        "clear_memo($self, /)",
        "Forget which objects were pickled: they will be written anew, not referred to."),
    method<size_of>("__sizeof__($self, /)", "Size in memory, in bytes."),
    member<binary_flag>("bin", nullptr, set_binary),
    member<fast_flag>("fast", nullptr, set_fast),
    member<dispatch_table>("dispatch_table", nullptr, set_dispatch_table),
    getter<memo_proxy>("memo", nullptr, set_memo),
    getter<persistent_id>("persistent_id", nullptr, set_persistent_id),
};

}  // namespace

// --- the functions ---

Value dump(Thread& thread, Value object, Value file, Value protocol, bool fix_imports,
           Value buffer_callback) {
  Pickler* pickler = new_pickler();
  TRY(set_protocol(thread, *pickler, protocol, fix_imports));
  TRY(set_output(thread, *pickler, file));
  TRY(set_buffer_callback(thread, *pickler, buffer_callback));
  Saver saver(thread, *pickler);
  TRY(saver.dump(object));
  TRY(saver.flush_to_file());
  return None;
}

namespace {

// The Pickler of the last dumps(), whose memo has its table still. nullptr while in use.
Pickler* spare = nullptr;
constexpr size_t kLargestSpare = 4096;

Pickler* take_spare() {
  Pickler* pickler = spare ? spare : new_pickler();
  spare = nullptr;
  return pickler;
}

// It is not kept if clearing it would cost more than was used of it.
void give_back(Pickler& pickler) {
  Memo memo = pickler.memo;
  if (memo.capacity > kLargestSpare || (memo.capacity > 64 && memo.capacity > 16 * memo.count))
    return;
  memo.empty();
  reset(pickler);
  pickler.memo = memo;
  spare = &pickler;
}

}  // namespace

Value dumps(Thread& thread, Value object, Value protocol, bool fix_imports, Value buffer_callback) {
  Pickler* pickler = take_spare();
  TRY(set_protocol(thread, *pickler, protocol, fix_imports));
  TRY(set_buffer_callback(thread, *pickler, buffer_callback));
  Saver saver(thread, *pickler);
  const Status done = saver.dump(object);
  give_back(*pickler);
  TRY(done);
  saver.remember_size();
  Bytes* bytes = make_bytes(saver.output());
  if (!bytes) return raise_memory_error(thread);
  return Value(bytes);
}

void define_pickler_types() {
  define_type(
      ModuleKind::Pickler,
      {.doc = "Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\n"
              "Writes pickled objects to a binary file.\n\n"
              "protocol is a number up to 5, 4 by default; a negative one is the highest. With\n"
              "fix_imports and a protocol below 3, names are written as Python 2 had them.\n"
              "buffer_callback, for protocol 5, takes the buffers that are to travel beside the\n"
              "pickle; those for which it gives a true value are written into it.",
       .instance_bytes = sizeof(Pickler),
       .flags = Type::kBaseType,
       .slots = {.init = initialize_pickler, .make = make_pickler},
       .methods = pickler_methods});
  define_type(ModuleKind::PicklerMemo, {.instance_bytes = sizeof(MemoProxy),
                                        .flags = Type::kDisallowInstantiation,
                                        .slots = {.hash = hash_not_implemented},
                                        .methods = proxy_methods});
}

}  // namespace minipy::pickle
