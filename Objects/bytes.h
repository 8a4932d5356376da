// bytes, bytearray, and the buffer protocol behind memoryview.
#pragma once

#include <string_view>

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct Bytes : Object {
  static constexpr Kind kKind = Kind::Bytes;
  static constexpr uint8_t kShared = kOwnFlagA;
  int64_t cached_hash;  // 0: not computed yet
  size_t size;
  // The bytes follow; or a pointer to a ByteBuffer, which several share as prefixes of one another, so that
  // repeated += takes linear time.

  inline const uint8_t* data() const;
  uint8_t* data() { return const_cast<uint8_t*>(static_cast<const Bytes*>(this)->data()); }
  std::string_view view() const { return {reinterpret_cast<const char*>(data()), size}; }
};

// Pointer-free memory with room to grow; the objects that start it hold `used` bytes at most.
struct ByteBuffer {
  size_t used, capacity;  // of what follows
};
struct SharedBytes : Bytes {
  ByteBuffer* buffer;
};
inline const uint8_t* Bytes::data() const {
  if (has_flag(kShared)) [[unlikely]] return reinterpret_cast<const uint8_t*>(static_cast<const SharedBytes*>(this)->buffer + 1);
  return reinterpret_cast<const uint8_t*>(this + 1);
}

struct Bytearray : Object {
  static constexpr Kind kKind = Kind::Bytearray;
  uint8_t* buffer;   // the block; nullptr while empty
  size_t offset;     // where the contents start in it (cheap deletion at the front)
  size_t size;
  size_t capacity;   // of the block
  size_t exports;    // live buffers: no resizing then ("Existing exports of data: object cannot be re-sized")

  uint8_t* data() { return buffer ? buffer + offset : reinterpret_cast<uint8_t*>(this); }
};

Bytes* allocate_bytes(size_t size);  // uninitialised; nullptr if too large
Bytes* make_bytes(std::string_view contents);
Bytes* empty_bytes();
Bytes* make_byte(uint8_t byte);                       // one byte; shared
Bytearray* make_bytearray(std::string_view contents); // nullptr if too large
// Changes the size, which fails while there are exports. New bytes are not cleared.
Status bytearray_resize(Thread&, Bytearray& bytes, size_t size);
inline bool is_bytes(Value value) { return has_kind(value, Kind::Bytes); }
inline bool is_bytearray(Value value) { return has_kind(value, Kind::Bytearray); }
int64_t hash_of(const Bytes* bytes);
// bytes(object) for what is no str and no number: a buffer or an iterable of ints.
Value bytes_from_object(Thread&, Value object);
// b'...' with escapes; a bytearray's apostrophes have one even between double quotes.
Result<Str*> bytes_repr(Thread&, std::string_view contents, bool escape_apostrophes = false);

// -b: 1 warns about str(bytes) and comparisons of bytes with text or numbers, 2 (-bb) raises.
extern int bytes_warning_level;

// A view of an object's memory (PEP 3118). Lives on the stack or in a Memoryview.
struct Buffer {
  enum Flags { kSimple = 0, kWritable = 1, kFormat = 4, kNd = 8, kStrides = 0x10 | kNd,
               kCContiguous = 0x20 | kStrides, kFContiguous = 0x40 | kStrides, kAnyContiguous = 0x80 | kStrides,
               kIndirect = 0x100 | kStrides, kFullReadOnly = kIndirect | kFormat, kFull = kIndirect | kWritable | kFormat,
               kContiguousReadOnly = kNd, kContiguous = kNd | kWritable };
  static constexpr int kMaxDimensions = 64;
  void* data = nullptr;
  Value owner;               // what was asked
  int64_t size = 0;          // in bytes
  int64_t item_size = 1;
  bool is_read_only = true;
  int dimensions = 1;
  const char* format = nullptr;  // nullptr: "B"
  int64_t* shape = nullptr;
  int64_t* strides = nullptr;
  int64_t* suboffsets = nullptr;
  void* internal = nullptr;
  int64_t inline_shape[1] = {0}, inline_strides[1] = {1};

  std::string_view view() const { return {static_cast<const char*>(data), static_cast<size_t>(size)}; }
};
// "a bytes-like object is required, not 'str'"
Status get_buffer(Thread&, Value object, Buffer& buffer, int flags = Buffer::kSimple);
void release_buffer(Thread&, Buffer& buffer);
bool supports_buffer(Value object);
// The usual contents of a GetBufferSlot for plain bytes.
Status fill_buffer(Thread&, Buffer& buffer, Value owner, void* data, int64_t size, bool is_read_only, int flags);

// Copies the items in C ('C') or Fortran ('F') order; `to` has room for buffer.size bytes.
void copy_contiguous(const Buffer& buffer, uint8_t* to, char order = 'C');
// order: 'C', 'F', or 'A' for either.
bool is_contiguous(const Buffer& buffer, char order);

Value make_memoryview(Thread&, Value object);  // memoryview(object)
// Of memory that belongs to `owner` (a Value that keeps it alive) or to C++; to be released by hand then.
Value make_memoryview_of(Thread&, void* data, size_t size, bool is_read_only, Value owner);
Status memoryview_release(Thread&, Value memoryview);

// Gets a buffer and gives it back at the end of the scope.
class BufferLease {
 public:
  explicit BufferLease(Thread& thread) : thread_(thread) {}
  ~BufferLease() { if (held_) release_buffer(thread_, buffer_); }
  BufferLease(const BufferLease&) = delete;
  BufferLease& operator=(const BufferLease&) = delete;
  Status acquire(Value object, int flags = Buffer::kSimple) {
    TRY(get_buffer(thread_, object, buffer_, flags));
    held_ = true;
    return nothing;
  }
  Buffer& operator*() { return buffer_; }
  Buffer* operator->() { return &buffer_; }
  std::string_view view() const { return buffer_.view(); }
  uint8_t* data() { return static_cast<uint8_t*>(buffer_.data); }
  size_t size() const { return static_cast<size_t>(buffer_.size); }

 private:
  Thread& thread_;
  Buffer buffer_;
  bool held_ = false;
};

}  // namespace minipy
