// Memory of one tree: grows in chunks, is freed as a whole, runs no destructors.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>

namespace minipy::ast {

// Text that lives in an arena or in the source. UTF-8, where a lone surrogate is encoded in three
// bytes like any other code point of its range ("surrogatepass"). `data() == nullptr` says that an
// optional text is absent.
using Text = std::string_view;

// A fixed array in the arena.
template <typename T>
class Sequence {
 public:
  constexpr Sequence() = default;
  constexpr Sequence(T* items, size_t size) : items_(items), size_(static_cast<uint32_t>(size)) {}

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t index) const { return items_[index]; }
  T& front() const { return items_[0]; }
  T& back() const { return items_[size_ - 1]; }
  T* begin() const { return items_; }
  T* end() const { return items_ + size_; }
  Sequence subsequence(size_t first) const { return {items_ + first, size_ - first}; }

 private:
  T* items_ = nullptr;
  uint32_t size_ = 0;
};

// One spelling of a name, stored once an arena. `index` counts the names of the arena from 0, so
// that a user of the tree can keep what it knows about a name in a plain array.
struct InternedName {
  uint32_t index;
  uint32_t size;
  uint32_t hash;
  char bytes[];
};

// A name of the program, already NFKC-normalised. Names of one arena are equal exactly if they are
// the same pointer.
class Identifier {
 public:
  constexpr Identifier() = default;
  constexpr Identifier(std::nullptr_t) {}
  constexpr explicit Identifier(const InternedName* name) : name_(name) {}

  explicit operator bool() const { return name_ != nullptr; }
  bool operator==(const Identifier&) const = default;
  Text text() const { return name_ ? Text(name_->bytes, name_->size) : Text(); }
  uint32_t index() const { return name_->index; }
  const InternedName* name() const { return name_; }

 private:
  const InternedName* name_ = nullptr;
};

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  void* allocate(size_t size, size_t alignment = alignof(void*)) {
    const uintptr_t start = (next_ + alignment - 1) & ~(uintptr_t{alignment} - 1);
    if (start + size > limit_) return allocate_from_new_chunk(size);
    next_ = start + size;
    return reinterpret_cast<void*>(start);
  }

  template <typename T>
  T* allocate_array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
  }

  // A sequence of `count` value-initialised items.
  template <typename T>
  Sequence<T> make_sequence(size_t count) {
    if (count == 0) return {};
    T* items = allocate_array<T>(count);
    for (size_t i = 0; i < count; ++i) new (items + i) T();
    return {items, count};
  }

  template <typename T>
  Sequence<T> copy_sequence(const T* items, size_t count) {
    if (count == 0) return {};
    T* copy = allocate_array<T>(count);
    std::memcpy(static_cast<void*>(copy), items, count * sizeof(T));
    return {copy, count};
  }

  // Calls body(). False if memory ran out meanwhile: then it was left where it stood, without the
  // destructors of its variables, and what it put into the arena is unfinished.
  template <typename Body>
  bool complete(const Body& body) {
    std::jmp_buf* const outer = escape_;
    std::jmp_buf place;
    const bool is_first_time = setjmp(place) == 0;
    if (is_first_time) {
      escape_ = &place;
      body();
    }
    escape_ = outer;
    return is_first_time;
  }
  // For what grows beside the arena: leaves the innermost complete() call.
  [[noreturn]] void run_out_of_memory();

  Text copy_text(Text text);
  Identifier intern(Text name);
  size_t identifier_count() const { return names_used_; }

  // Makes a node: `make<Name>(location, id, context)` for a located one, `make<WithItem>(value,
  // target)` for others. Fields that are left out at the end are absent or empty.
  template <typename T, typename... Fields>
  T* make(Fields... fields);
  template <typename T>
  T* make_unlocated();

 private:
  struct Chunk {
    Chunk* previous;
  };
  static constexpr size_t kFirstChunkSize = 16 * 1024;
  static constexpr size_t kLargestChunkSize = 1024 * 1024;

  void* allocate_from_new_chunk(size_t size);
  void grow_names();

  std::jmp_buf* escape_ = nullptr;
  uintptr_t next_ = 0;
  uintptr_t limit_ = 0;
  Chunk* chunks_ = nullptr;
  size_t chunk_size_ = kFirstChunkSize;
  const InternedName** names_ = nullptr;  // open addressing, a power of two
  size_t names_capacity_ = 0;
  size_t names_used_ = 0;
};

}  // namespace minipy::ast
