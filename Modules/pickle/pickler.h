// The Pickler object and the class that does its work.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "Modules/pickle/pickle.h"
#include "Objects/bytes.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/set.h"
#include "Objects/tuple.h"

namespace minipy::pickle {

// What has been pickled already and its number, by identity. Open addressing; keys keep the objects
// alive.
struct Memo {
  struct Entry {
    Value object;  // empty: free
    uint64_t number;
  };
  Entry* entries;  // a collected block
  size_t capacity, count;

  const Entry* find(Value object) const {
    if (!count) return nullptr;
    for (size_t i = place(object);; i = (i + 1) & (capacity - 1)) {
      if (entries[i].object == object) return &entries[i];
      if (entries[i].object.is_empty()) return nullptr;
    }
  }
  Status put(Thread& thread, Value object,
             uint64_t number);  // replaces the number of a known object
  void clear() { *this = Memo{}; }
  void empty();  // the same, but keeps the table

 private:
  size_t place(Value object) const {
    return (object.bits() >> 4) * 0x9E3779B97F4A7C15u >> 32 & (capacity - 1);
  }
  bool grow();
};

struct Pickler : Object {
  static constexpr Kind kKind = ModuleKind::Pickler;
  Memo memo;
  Value write;             // of the file; empty for dumps() and before __init__
  Value persistent_id;     // what to call, or empty
  Value dispatch_table;    // or empty: copyreg's
  Value reducer_override;  // or empty; while dump() runs
  Value buffer_callback;   // or empty
  Value fast_memo;         // of the fast mode: the containers being saved, a Dict, or empty
  int protocol, binary, fast, fast_depth;
  bool fix_imports;
};

// "pickle protocol must be <= 5"
Status set_protocol(Thread& thread, Pickler& pickler, Value protocol, bool fix_imports);
Status set_buffer_callback(Thread& thread, Pickler& pickler, Value callback);
Status set_output(Thread& thread, Pickler& pickler, Value file);

// One dump(): it owns the output, which holds no pointers.
class Saver {
 public:
  Saver(Thread& thread, Pickler& pickler) : thread_(thread), p_(pickler) {}
  ~Saver() { std::free(output_); }
  Saver(const Saver&) = delete;
  Saver& operator=(const Saver&) = delete;

  Status dump(Value object);
  Status flush_to_file();
  // What the next output starts with: as much as this one took, within limits.
  void remember_size() { usual_size = std::clamp<size_t>(size_ + size_ / 8, 256, kFrameTarget); }
  std::string_view output() const { return {reinterpret_cast<const char*>(output_), size_}; }

 private:
  enum class Saving { Object, PersistentId };
  Status save(Value object, Saving saving = Saving::Object);
  Status save_compound(Value object, Saving saving);
  Result<bool> save_builtin(Value object);  // false: no type that this knows
  Status save_by_reduction(Value object);

  // --- output (pickler_output.cpp) ---
  bool grow_output(size_t needed);
  // Room for `size` bytes at the end, in a frame, and for a few more; nullptr: MemoryError raised.
  uint8_t* room(size_t size) {
    if (begins_frame_) [[unlikely]]
      return room_in_new_frame(size);
    const size_t needed = size_ + size + kSlack;
    if (needed > capacity_ && !grow_output(needed)) [[unlikely]]
      return nullptr;
    uint8_t* place = output_ + size_;
    size_ += size;
    return place;
  }
  uint8_t* room_in_new_frame(size_t size);
  Status put(const void* bytes, size_t size) {
    uint8_t* place = room(size);
    if (!place) return error;
    std::memcpy(place, bytes, size);
    return nothing;
  }
  Status put(std::string_view text) { return put(text.data(), text.size()); }
  Status put(Op op) {
    uint8_t* place = room(1);
    if (!place) return error;
    *place = static_cast<uint8_t>(op);
    return nothing;
  }
  // `op` and the low `width` bytes of `number`.
  Status put(Op op, uint64_t number, size_t width) {
    uint8_t* place = room(1 + width);
    if (!place) return error;
    *place = static_cast<uint8_t>(op);
    std::memcpy(place + 1, &number, sizeof number);  // what is too much is overwritten
    return nothing;
  }
  Status put_line(Op op, std::string_view text);  // ended by a newline
  // Contents that large files get without a copy; `payload` is the object that has them, if there
  // is one.
  Status put_contents(Op op, size_t width, std::string_view contents, Value payload);
  void commit_frame();
  // A large enough frame ends here.
  Status end_object() {
    return framing_ && size_ - frame_start_ >= kFrameTarget + kFrameHeader ? end_frame()
                                                                           : Status(nothing);
  }
  Status end_frame();
  Status write_to_file(Value bytes);

  // --- the memo ---
  Status put_memo(Value object);
  Status put_memo_reference(const Memo::Entry& entry);

  // --- values (pickler_values.cpp) ---
  Status save_int(Value number);
  Status save_big_int(Value number);
  Status save_float(double number);
  Status save_str(Value text);
  Status save_bytes(Value bytes);
  Status put_bytes(std::string_view contents, Value object);
  Status put_bytearray(std::string_view contents, Value object);
  Status save_bytearray(Value bytes);
  Status save_pickle_buffer(Value buffer);

  // --- containers (pickler_containers.cpp) ---
  Status save_tuple(Value tuple);
  Status save_list(Value list);
  Status save_dict(Value dict);
  Status save_set(Value set);
  Status save_frozenset(Value set);
  Status save_as_call(Value object, Value callable, Value argument);
  Status put_exact_list(List& list);
  Status put_exact_dict(Dict& dict);
  Status put_items(Value iterator);
  Status put_pairs(Value iterator);
  Status save_pair(Value pair);
  Result<bool> enter_fast(Value object);
  Status leave_fast(Value object);
  template <typename F>
  Status guarded_by_fast_mode(Value object, F&& save_it);

  // --- everything else (pickler_objects.cpp) ---
  Status save_type(Value type);
  Status save_global(Value object, Value name = Value());
  Result<bool> put_extension(Value object, const GlobalName& global);
  Status put_global_lines(GlobalName global);
  Result<std::string> encode_identifier(Value name, const char* what);
  Result<bool> save_persistent(Value object);
  Value reduction_of(Value object);
  Status save_plain_instance(Value object);
  Status save_reduce(Tuple& reduction, Value object);
  Status put_new_object(Tuple& arguments, Value object);
  Status put_new_object_extended(Tuple& arguments);

  static constexpr size_t kFrameHeader = 9, kSmallestFrame = 4, kFrameTarget = 64 * 1024;
  static constexpr size_t kBatch = 1000;

  static constexpr size_t kSlack = 8;
  static size_t usual_size;

  Thread& thread_;
  Pickler& p_;
  uint8_t* output_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
  size_t frame_start_ = 0;  // where the current frame's header is, if there is a frame
  bool framing_ = false;
  bool begins_frame_ = false;  // what is written next starts a frame
};

}  // namespace minipy::pickle
