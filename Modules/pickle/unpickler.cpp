// The Unpickler type: its attributes and memo as Python sees them, the stack, and the loop over
// instructions.
#include "Modules/pickle/unpickler.h"

#include <algorithm>

#include "Objects/codecs.h"
#include "Objects/container_support.h"
#include "Objects/int.h"

namespace minipy::pickle {

// --- the memo ---

Value UnpicklerMemo::get_sparse(uint64_t number) const {
  if (!sparse || !Value::fits_int(static_cast<int64_t>(number))) return Value();
  const Value key = Value::from_int(static_cast<int64_t>(number));
  const Value found = dict_get(current_thread(), *sparse, key);
  return found.is_unbound() ? Value() : found;
}

Status UnpicklerMemo::put_slow(Thread& thread, uint64_t number, Value object) {
  const size_t capacity = dense ? dense->capacity() : 0;
  if (number <= 2 * count + 64) {
    const size_t larger = std::max<size_t>(32, static_cast<size_t>(number) * 2);
    ValueBuffer* grown = make_value_buffer(larger, true);
    if (!grown) return raise_memory_error(thread);
    if (dense) std::copy(dense->items, dense->items + capacity, grown->items);
    dense = grown;
    // What was far off then may be within the array now.
    for (size_t i = capacity; sparse && i < larger; ++i) {
      const Value moved = TRY(dict_pop(thread, *sparse, make_uint(i)));
      if (!moved.is_unbound()) dense->items[i] = moved;
    }
    return put(thread, number, object);
  }
  if (!sparse) sparse = make_dict();
  const uint32_t before = sparse->count;
  TRY(dict_set(thread, *sparse, make_uint(number), object));
  count += sparse->count - before;
  return nothing;
}

void UnpicklerMemo::empty() {
  if (dense) std::fill(dense->items, dense->items + dense->capacity(), Value());
  sparse = nullptr;
  count = 0;
}

// --- the stack ---

Status Loader::push_slow(Value value) {
  const size_t larger = u_.stack ? u_.stack->capacity() * 2 : 30;
  ValueBuffer* grown = make_value_buffer(larger, true);
  if (!grown) return raise_memory_error(thread_);
  if (u_.stack) std::copy(u_.stack->items, u_.stack->items + u_.stack_size, grown->items);
  u_.stack = grown;
  u_.stack->items[u_.stack_size++] = value;
  return nothing;
}

Failure Loader::underflow() {
  return raise(thread_, unpickling_error(),
               u_.mark_count ? "unexpected MARK found" : "unpickling stack underflow");
}

void Loader::drop_from(size_t start) {
  std::fill(u_.stack->items + start, u_.stack->items + u_.stack_size, Value());
  u_.stack_size = start;
}

Result<Tuple*> Loader::pop_tuple(size_t start) {
  if (start < u_.fence || start > u_.stack_size) return underflow();
  if (start == u_.stack_size) return empty_tuple();
  Tuple* tuple = make_tuple(items_from(start), u_.stack_size - start);
  if (!tuple) return raise_memory_error(thread_);
  drop_from(start);
  return tuple;
}

Status Loader::add_mark() {
  if (u_.mark_count == u_.mark_capacity) {
    const size_t larger = u_.mark_capacity ? u_.mark_capacity * 2 : 20;
    auto* grown = static_cast<size_t*>(gc_allocate_leaf_buffer(larger * sizeof(size_t)));
    if (!grown) return raise_memory_error(thread_);
    std::copy(u_.marks, u_.marks + u_.mark_count, grown);
    u_.marks = grown;
    u_.mark_capacity = larger;
  }
  u_.marks[u_.mark_count++] = u_.fence = u_.stack_size;
  return nothing;
}

// Where the innermost MARK was.
Result<size_t> Loader::take_mark() {
  if (u_.mark_count == 0) return raise(thread_, unpickling_error(), "could not find MARK");
  const size_t mark = u_.marks[--u_.mark_count];
  update_fence();
  if (mark > u_.stack_size) return underflow();
  // Nothing was pushed yet: there is no block to point into.
  if (!u_.stack) {
    TRY(push(None));
    drop_from(0);
  }
  return mark;
}

Status Loader::load_mark() {
  return add_mark();
}

// A MARK on top goes too, as it would from the one stack that pickle.py has.
Status Loader::load_pop() {
  if (u_.mark_count > 0 && u_.marks[u_.mark_count - 1] == u_.stack_size) {
    --u_.mark_count;
    update_fence();
    return nothing;
  }
  TRY(pop());
  return nothing;
}

Status Loader::load_pop_mark() {
  const size_t start = TRY(take_mark());
  if (start < u_.fence) return underflow();
  drop_from(start);
  return nothing;
}

Status Loader::load_dup() {
  if (u_.stack_size <= u_.fence) return underflow();
  return push(top());
}

// --- memo instructions ---

Status Loader::get_memo(uint64_t number) {
  const Value found = u_.memo.get(number);
  if (!found.is_empty()) return push(found);
  return raise(thread_, unpickling_error(), "Memo value not found at index {}",
               static_cast<int64_t>(number));
}

Status Loader::load_get() {
  const std::string line(TRY(read_line(2)));
  const Value number = TRY(int_from_text(thread_, std::string_view(line).substr(0, line.size() - 1),
                                         10, make_str_latin1(line)));
  return get_memo(static_cast<uint64_t>(TRY(index_as_int64(thread_, number, &OverflowError))));
}

Status Loader::load_binary_get(size_t width) {
  return get_memo(TRY(read_number(width)));
}

Status Loader::load_put() {
  const std::string line(TRY(read_line(2)));
  if (u_.stack_size <= u_.fence) return underflow();
  const Value number = TRY(int_from_text(thread_, std::string_view(line).substr(0, line.size() - 1),
                                         10, make_str_latin1(line)));
  const int64_t index = TRY(index_as_int64(thread_, number, &OverflowError));
  if (index < 0) return raise(thread_, ValueError, "negative PUT argument");
  return u_.memo.put(thread_, static_cast<uint64_t>(index), top());
}

Status Loader::load_binary_put(size_t width) {
  const uint64_t number = TRY(read_number(width));
  if (u_.stack_size <= u_.fence) return underflow();
  return u_.memo.put(thread_, number, top());
}

Status Loader::load_memoize() {
  if (u_.stack_size <= u_.fence) return underflow();
  return u_.memo.put(thread_, u_.memo.count, top());
}

Status Loader::load_protocol() {
  const uint64_t protocol = TRY(read_number(1));
  if (protocol > kHighestProtocol)
    return raise(thread_, ValueError, "unsupported pickle protocol: {}", protocol);
  u_.protocol = static_cast<int>(protocol);
  return nothing;
}

// A frame is only a promise that so many bytes can be read at once.
Status Loader::load_frame() {
  const uint64_t size = TRY(read_number(8));
  if (is_too_long(size)) {
    return raise(thread_, OverflowError, "FRAME length exceeds system's maximum of {} bytes",
                 INT64_MAX);
  }
  if (!read(size)) return error;
  u_.position -= size;
  return nothing;
}

// --- the loop ---

Status Loader::load_binary_int(size_t width) {
  const uint64_t number = TRY(read_number(width));
  return push(
      Value::from_int(width == 4 ? static_cast<int32_t>(number) : static_cast<int64_t>(number)));
}

Failure Loader::bad_opcode(uint8_t byte) {
  char shown[8];
  const bool is_shown = byte >= 0x20 && byte <= 0x7E && byte != '\'' && byte != '\\';
  std::snprintf(shown, sizeof shown, is_shown ? "%c" : "\\x%02x", byte);
  return raise(thread_, unpickling_error(), "invalid load key, '{}'.", std::string_view(shown));
}

Value Loader::run() {
  for (;;) {
    const uint8_t* byte = read(1);
    if (!byte) {
      if (!catch_exception(thread_, unpickling_error())) return error;
      return raise(thread_, EOFError, "Ran out of input");
    }
    switch (static_cast<Op>(*byte)) {
#define OPCODE(name, byte, loader)          \
  case Op::name:                            \
    TRY(loader);                            \
    if (Op::name == Op::Stop) return pop(); \
    break;
#include "Modules/pickle/opcodes.def"
      default:
        return bad_opcode(*byte);
    }
  }
}

Value Loader::load() {
  if (u_.stack_size) std::fill_n(u_.stack->items, u_.stack_size, Value());
  u_.stack_size = u_.mark_count = u_.fence = 0;
  u_.protocol = 0;
  return run();
}

// --- setting up ---

Status set_input_file(Thread& thread, Unpickler& unpickler, Value file) {
  const Value peek = TRY(get_attribute_or_unbound(thread, file, "peek"));
  const Value readinto = TRY(get_attribute_or_unbound(thread, file, "readinto"));
  const Value read = TRY(get_attribute_or_unbound(thread, file, "read"));
  const Value readline = TRY(get_attribute_or_unbound(thread, file, "readline"));
  if (read.is_unbound() || readline.is_unbound()) {
    return raise(thread, TypeError, "file must have 'read' and 'readline' attributes");
  }
  unpickler.peek = peek.is_unbound() ? Value() : peek;
  unpickler.readinto = readinto.is_unbound() ? Value() : readinto;
  unpickler.read = read;
  unpickler.readline = readline;
  return nothing;
}

namespace {

Unpickler& as_unpickler(Value v) {
  return *v.as<Unpickler>();
}

Status set_encoding(Thread& thread, Unpickler& unpickler, const char* function, Value encoding,
                    Value errors) {
  const std::pair<const char*, Value> arguments[] = {{"encoding", encoding}, {"errors", errors}};
  for (const auto& [name, value] : arguments) {
    if (!is_str(value)) {
      return raise(thread, TypeError, "{}() argument '{}' must be str, not {}", function, name,
                   argument_kind(value));
    }
    if (!value.as<Str>()->is_interned() &&
        find(value.as<Str>(), make_character(0), 0, value.as<Str>()->length()) != npos) {
      return raise(thread, ValueError, "embedded null character");
    }
  }
  unpickler.encoding = encoding.as<Str>();
  unpickler.errors = errors.as<Str>();
  return nothing;
}

Status set_buffers(Thread& thread, Unpickler& unpickler, Value buffers) {
  unpickler.buffers =
      buffers.is_none() || buffers.is_empty() ? Value() : TRY(iterate(thread, buffers));
  return nothing;
}

Value make_unpickler(Thread&, Type& type, const Value*, size_t, Value) {
  Unpickler* unpickler = allocate_instance_as<Unpickler>(type);
  return unpickler ? Value(unpickler) : Value();
}

const MethodRow unpickler_row = constructor(
    "Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())");

Status initialize_unpickler(Thread& thread, Value self, const Value* arguments, size_t count,
                            Value keyword_names) {
  Value values[5];
  TRY(bind(thread, unpickler_row, arguments, count, keyword_names, values));
  const bool fix_imports = TRY(truth(thread, values[1]));
  Unpickler& unpickler = as_unpickler(self);
  TRY(set_encoding(thread, unpickler, "Unpickler", values[2], values[3]));
  TRY(set_input_file(thread, unpickler, values[0]));
  TRY(set_buffers(thread, unpickler, values[4]));
  unpickler.fix_imports = fix_imports;
  unpickler.input = Value();
  unpickler.data = nullptr;
  unpickler.size = unpickler.position = unpickler.prefetched = 0;
  unpickler.memo.clear();
  const Value load_id = TRY(get_attribute_or_unbound(thread, self, "persistent_load"));
  unpickler.persistent_load = load_id.is_unbound() ? Value() : load_id;
  return nothing;
}

// --- methods and attributes ---

Value load_method(Thread& thread, Unpickler& self) {
  if (self.read.is_empty()) {
    return raise(thread, unpickling_error(), "Unpickler.__init__() was not called by {}.__init__()",
                 type_of(&self));
  }
  return Loader(thread, self).load();
}

Value find_class_method(Thread& thread, Unpickler& self, Value module, Value name) {
  return find_class_of(thread, self, module, name);
}

int64_t size_of(Unpickler& self) {
  const auto size_of_buffer = [](const ValueBuffer* b) {
    return b ? b->capacity() * sizeof(Value) : 0;
  };
  return static_cast<int64_t>(sizeof(Unpickler) + size_of_buffer(self.stack) +
                              size_of_buffer(self.memo.dense) +
                              self.mark_capacity * sizeof(size_t));
}

Value persistent_load(Thread& thread, Unpickler& self) {
  if (self.persistent_load.is_empty()) return raise(thread, AttributeError, "persistent_load");
  return self.persistent_load;
}
Status set_persistent_load(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "attribute deletion is not supported");
  if (!is_callable(value)) {
    return raise(thread, TypeError, "persistent_load must be a callable taking one argument");
  }
  as_unpickler(self).persistent_load = value;
  return nothing;
}

struct MemoProxy : Object {
  static constexpr Kind kKind = ModuleKind::UnpicklerMemo;
  Value unpickler;
  UnpicklerMemo& memo() { return as_unpickler(unpickler).memo; }
};

Value memo_proxy(Unpickler& self) {
  MemoProxy* proxy = allocate<MemoProxy>();
  proxy->unpickler = &self;
  return Value(proxy);
}

void clear_proxied(MemoProxy& self) {
  self.memo().clear();
}

Value copy_proxied(Thread& thread, MemoProxy& self) {
  const UnpicklerMemo memo = self.memo();
  Dict* copy = make_dict();
  for (size_t i = 0; memo.dense && i < memo.dense->capacity(); ++i) {
    const Value object = memo.dense->items[i];
    if (!object.is_empty())
      TRY(dict_set(thread, *copy, Value::from_int(static_cast<int64_t>(i)), object));
  }
  if (memo.sparse) TRY(dict_merge(thread, *copy, memo.sparse));
  return Value(copy);
}

Value reduce_proxied(Thread& thread, MemoProxy& self) {
  return make_tuple({&type_of_kind(Kind::Dict), make_tuple({TRY(copy_proxied(thread, self))})});
}

Status set_memo(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "attribute deletion is not supported");
  Value contents = value;
  if (has_kind(value, ModuleKind::UnpicklerMemo)) {
    contents = TRY(copy_proxied(thread, *value.as<MemoProxy>()));
  } else if (!is_dict(value)) {
    return raise(thread, TypeError,
                 "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {}",
                 type_of(value));
  }
  UnpicklerMemo fresh{};
  size_t position = 0;
  for (Value key, object; dict_next(*contents.as<Dict>(), position, key, object);) {
    if (!is_any_int(key)) return raise(thread, TypeError, "memo key must be integers");
    const int64_t number = TRY(index_as_int64(thread, key, &OverflowError));
    if (number < 0) return raise(thread, ValueError, "memo key must be positive integers.");
    TRY(fresh.put(thread, static_cast<uint64_t>(number), object));
  }
  as_unpickler(self).memo = fresh;
  return nothing;
}

const MethodRow proxy_methods[] = {
    method<clear_proxied>("clear($self, /)", "Forget all objects."),
    method<copy_proxied>("copy($self, /)", "The memo as a dict of its own."),
    method<reduce_proxied>("__reduce__($self, /)", "What pickle needs."),
};

const MethodRow unpickler_methods[] = {
    method<load_method>("load($self, /)", "Read one pickled object from the file."),
    method<find_class_method>("find_class($self, module_name, global_name, /)",
                              "The object of that name in that module, which is imported first.\n\n"
                              "Subclasses may restrict here what a pickle can reach."),
    method<size_of>("__sizeof__($self, /)", "Size in memory, in bytes."),
    getter<memo_proxy>("memo", nullptr, set_memo),
    getter<persistent_load>("persistent_load", nullptr, set_persistent_load),
};

}  // namespace

// --- the functions ---

Value load(Thread& thread, Value file, bool fix_imports, Value encoding, Value errors,
           Value buffers) {
  Unpickler* unpickler = allocate<Unpickler>();
  TRY(set_input_file(thread, *unpickler, file));
  TRY(set_encoding(thread, *unpickler, "load", encoding, errors));
  TRY(set_buffers(thread, *unpickler, buffers));
  unpickler->fix_imports = fix_imports;
  return Loader(thread, *unpickler).load();
}

namespace {

// The Unpickler of the last loads(), whose stack and memo are still there. nullptr while in use.
Unpickler* spare = nullptr;
constexpr size_t kLargestSpare = 4096;

Unpickler* take_spare() {
  Unpickler* unpickler = spare ? spare : allocate<Unpickler>();
  spare = nullptr;
  return unpickler;
}

// It is not kept if clearing it would cost more than was used of it.
void give_back(Unpickler& unpickler) {
  const auto capacity_of = [](const ValueBuffer* buffer) {
    return buffer ? buffer->capacity() : 0;
  };
  const size_t memo_capacity = capacity_of(unpickler.memo.dense);
  if (memo_capacity > kLargestSpare || capacity_of(unpickler.stack) > kLargestSpare) return;
  if (memo_capacity > 64 && memo_capacity > 16 * unpickler.memo.count) return;
  unpickler.memo.empty();
  if (unpickler.stack_size) std::fill_n(unpickler.stack->items, unpickler.stack_size, Value());
  unpickler.input = unpickler.buffers = Value();
  unpickler.data = nullptr;
  unpickler.size = unpickler.position = unpickler.prefetched = 0;
  spare = &unpickler;
}

}  // namespace

Value loads(Thread& thread, Value data, bool fix_imports, Value encoding, Value errors,
            Value buffers) {
  BufferLease lease(thread);
  TRY(lease.acquire(data, Buffer::kContiguousReadOnly));
  Unpickler* unpickler = take_spare();
  TRY(set_encoding(thread, *unpickler, "loads", encoding, errors));
  unpickler->input = data;
  unpickler->data = lease.data();
  unpickler->size = unpickler->prefetched = lease.size();
  TRY(set_buffers(thread, *unpickler, buffers));
  unpickler->fix_imports = fix_imports;
  const Value loaded = Loader(thread, *unpickler).load();
  give_back(*unpickler);
  return loaded;
}

void define_unpickler_types() {
  define_type(
      ModuleKind::Unpickler,
      {.doc = "Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n"
              "          buffers=())\n--\n\n"
              "Reads pickled objects from a binary file.\n\n"
              "The file needs read() and readline(); readinto() and peek() save copies. With\n"
              "fix_imports names of Python 2 lead to where they are now. encoding and errors say\n"
              "how its 8-bit strings become text ('bytes': they do not). buffers yields what was\n"
              "sent beside the pickle.",
       .instance_bytes = sizeof(Unpickler),
       .flags = Type::kBaseType,
       .slots = {.init = initialize_unpickler, .make = make_unpickler},
       .methods = unpickler_methods});
  define_type(ModuleKind::UnpicklerMemo, {.instance_bytes = sizeof(MemoProxy),
                                          .flags = Type::kDisallowInstantiation,
                                          .slots = {.hash = hash_not_implemented},
                                          .methods = proxy_methods});
}

}  // namespace minipy::pickle
