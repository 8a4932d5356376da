// The Unpickler object and the class that does its work.
#pragma once

#include <cstring>

#include "Modules/pickle/pickle.h"
#include "Objects/bytes.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/set.h"
#include "Objects/tuple.h"

namespace minipy::pickle {

// Numbered objects. Numbers are dense in what a pickler writes; others go to a dict, so that a
// hostile one costs no more memory than any.
struct UnpicklerMemo {
  ValueBuffer* dense;  // empty Values: no such number; null at first
  Dict* sparse;        // or null
  size_t count;

  Value get(uint64_t number) const {  // empty if there is none
    return dense && number < dense->capacity() ? dense->items[number] : get_sparse(number);
  }
  Status put(Thread& thread, uint64_t number, Value object) {
    if (!dense || number >= dense->capacity()) return put_slow(thread, number, object);
    count += dense->items[number].is_empty();
    dense->items[number] = object;
    return nothing;
  }
  void clear() { *this = UnpicklerMemo{}; }
  void empty();  // the same, but keeps the array

 private:
  Value get_sparse(uint64_t number) const;
  Status put_slow(Thread& thread, uint64_t number, Value object);
};

struct Unpickler : Object {
  static constexpr Kind kKind = ModuleKind::Unpickler;
  ValueBuffer* stack;  // scanned; null at first
  size_t stack_size;
  size_t fence;   // what is below belongs to an outer MARK
  size_t* marks;  // a collected block
  size_t mark_count, mark_capacity;
  UnpicklerMemo memo;
  Value persistent_load;                 // what to call, or empty
  Value buffers;                         // an iterator, or empty
  Value read, readline, readinto, peek;  // of the file; empty where there is none
  Value input;                           // what keeps the bytes below alive
  const uint8_t* data;
  size_t size, position;
  size_t prefetched;  // how many of the bytes the file has moved past
  Str* encoding;
  Str* errors;
  int protocol;
  bool fix_imports;
};

Status set_input_file(Thread& thread, Unpickler& unpickler, Value file);

// Reading (unpickler_input.cpp), the stack, and one function for each instruction.
class Loader {
 public:
  Loader(Thread& thread, Unpickler& unpickler) : thread_(thread), u_(unpickler) {}

  Value load();

 private:
  // --- input (unpickler_input.cpp) ---
  // The next `size` bytes; nullptr: raised. They stay where they are until more is read.
  const uint8_t* read(size_t size) {
    if (size > u_.size - u_.position) return read_from_file(size);
    const uint8_t* bytes = u_.data + u_.position;
    u_.position += size;
    return bytes;
  }
  const uint8_t* read_from_file(size_t size);
  Status read_into(Bytes& bytes);
  Result<Bytes*> read_bytes(uint64_t size, const char* what);
  // A line with its newline; at least `least` bytes.
  Result<std::string_view> read_line(size_t least);
  Result<uint64_t> read_number(size_t width) {  // unsigned, of up to 8 bytes
    if (u_.size - u_.position < 8) [[unlikely]]
      return read_number_slowly(width);
    uint64_t number;
    std::memcpy(&number, u_.data + u_.position, 8);
    u_.position += width;
    return number & (~uint64_t{0} >> (64 - 8 * width));
  }
  Result<uint64_t> read_number_slowly(size_t width);
  Result<size_t> fill_from_file(Value chunk);
  Status skip_consumed();
  bool is_too_long(uint64_t size) const { return size > static_cast<uint64_t>(INT64_MAX); }
  Failure truncated() { return raise(thread_, unpickling_error(), "pickle data was truncated"); }

  // --- the stack ---
  Status push(Value value) {
    if (u_.stack && u_.stack_size < u_.stack->capacity()) [[likely]] {
      u_.stack->items[u_.stack_size++] = value;
      return nothing;
    }
    return push_slow(value);
  }
  Status push_slow(Value value);
  Value pop() {
    if (u_.stack_size <= u_.fence) return underflow();
    const Value value = u_.stack->items[--u_.stack_size];
    u_.stack->items[u_.stack_size] = Value();
    return value;
  }
  Value& top() { return u_.stack->items[u_.stack_size - 1]; }
  Value* items_from(size_t start) { return u_.stack->items + start; }
  void drop_from(size_t start);
  Failure underflow();
  Status add_mark();
  Result<size_t> take_mark();
  void update_fence() { u_.fence = u_.mark_count ? u_.marks[u_.mark_count - 1] : 0; }
  Result<Tuple*> pop_tuple(size_t start);

  // --- instructions ---
  Value run();
  Failure bad_opcode(uint8_t byte);
#define LOADER(name) Status name();
  LOADER(load_mark)
  LOADER(load_pop)
  LOADER(load_pop_mark)
  LOADER(load_dup)
      // unpickler_values.cpp
      LOADER(load_float) LOADER(load_int) LOADER(load_long) LOADER(load_string) LOADER(load_unicode)
          LOADER(load_binary_float) LOADER(load_bytearray) LOADER(load_next_buffer)
              LOADER(load_read_only_buffer)
      // unpickler_containers.cpp
      LOADER(load_append) LOADER(load_appends) LOADER(load_dict) LOADER(load_list)
          LOADER(load_tuple) LOADER(load_set_item) LOADER(load_set_items) LOADER(load_add_items)
              LOADER(load_frozenset)
      // unpickler_objects.cpp
      LOADER(load_persistent_id) LOADER(load_binary_persistent_id) LOADER(load_reduce)
          LOADER(load_build) LOADER(load_global) LOADER(load_stack_global) LOADER(load_instance)
              LOADER(load_object)
      // unpickler.cpp
      LOADER(load_get) LOADER(load_put) LOADER(load_memoize) LOADER(load_protocol)
          LOADER(load_frame)
#undef LOADER
              Status load_binary_int(size_t width);
  Status load_binary_long(size_t width);
  Status load_binary_string(size_t width);
  Status load_binary_unicode(size_t width);
  Status load_binary_bytes(size_t width);
  Status load_binary_get(size_t width);
  Status load_binary_put(size_t width);
  Status load_counted_tuple(size_t size);
  Status load_new_object(bool has_keywords);
  Status load_extension(size_t width);

  Status push_python2_string(std::string_view bytes);
  Status append_from(size_t start);
  Status set_items_from(size_t start);
  Status get_memo(uint64_t number);
  Status push_persistent(Value id);
  Value instantiate(Value callable, Tuple& arguments);
  Value find_class(Value module, Value name);
  Status build_from_dict(Value object, Value state);
  Status build_slots(Value object, Value state);

  Thread& thread_;
  Unpickler& u_;
};

// Unpickler.find_class itself.
Value find_class_of(Thread& thread, Unpickler& unpickler, Value module, Value name);

}  // namespace minipy::pickle
