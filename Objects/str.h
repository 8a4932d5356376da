// str: immutable text in 1, 2 or 4 bytes a character (PEP 393), its hash cached.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct Str : Object {
  static constexpr Kind kKind = Kind::Str;
  static constexpr uint8_t kInterned = kOwnFlagA;
  static constexpr uint8_t kAscii = kOwnFlagB;
  // A class attribute of this name sits in an inline cache: changing one moves class_epoch.
  static constexpr uint8_t kNamesCachedAttribute = kOwnFlagC;

  int64_t cached_hash;  // 0: not computed yet (a computed 0 is stored as is and computed again)
  uint64_t length_and_width;  // length * 8 + 4 if the text is in a shared buffer + log2(bytes a character)
  // Characters follow, without a terminator; or a pointer to a TextBuffer, which several strings
  // share as prefixes of one another, so that repeated += takes linear time.

  static constexpr uint64_t kShared = 4;
  size_t length() const { return length_and_width >> 3; }
  unsigned width_shift() const { return length_and_width & 3; }
  unsigned width() const { return 1u << width_shift(); }  // 1, 2 or 4
  size_t byte_size() const { return length() << width_shift(); }
  bool is_ascii() const { return flags & kAscii; }
  bool is_interned() const { return flags & kInterned; }
  bool is_shared() const { return length_and_width & kShared; }
  inline const void* data() const;
  const uint8_t* latin1() const { return static_cast<const uint8_t*>(data()); }
  const uint16_t* ucs2() const { return static_cast<const uint16_t*>(data()); }
  const uint32_t* ucs4() const { return static_cast<const uint32_t*>(data()); }
  void* mutable_data() { return this + 1; }  // of a string just allocated
  char32_t at(size_t i) const {
    switch (width_shift()) {
      case 0: return latin1()[i];
      case 1: return ucs2()[i];
      default: return ucs4()[i];
    }
  }
  // Only for ASCII strings: the text itself.
  std::string_view ascii_view() const { return {static_cast<const char*>(data()), length()}; }
};
static_assert(sizeof(Str) == 24);

// Pointer-free memory with room to grow; the strings that start it hold `used` bytes at most.
struct TextBuffer {
  size_t used, capacity;  // in bytes, of what follows
};
struct SharedStr : Str {
  TextBuffer* buffer;
};
inline const void* Str::data() const {
  if (is_shared()) [[unlikely]] return static_cast<const SharedStr*>(this)->buffer + 1;
  return this + 1;
}

struct StrIterator : Object {  // StrAsciiIterator looks the same
  static constexpr Kind kKind = Kind::StrIterator;
  Str* text;        // nullptr once exhausted
  size_t position;  // of the next character
};

inline bool is_str(Value value) { return has_kind(value, Kind::Str); }
inline bool is_exact_str(Value value) { return is_exact(value, Kind::Str); }

// An uninitialised string of `length` characters up to `max_character`, to be filled before anyone
// sees it. nullptr if too large for the memory.
Str* allocate_str(size_t length, char32_t max_character);
Str* make_str(std::string_view utf8);            // valid UTF-8 (lone surrogates as 3 bytes are taken)
Str* make_str_latin1(std::string_view bytes);
Str* make_str_utf32(const char32_t* text, size_t length);
Str* make_character(char32_t character);         // one-character strings; Latin-1 ones are shared
Str* substring(const Str* text, size_t start, size_t end);
Str* empty_str();
Str* concatenate(const Str* left, const Str* right);  // nullptr if too large
Str* append(const Str* left, const Str* right);       // the same for +=, which is seldom done only once

// The one string with this text that names are compared by address with.
Str* intern(std::string_view utf8);
Str* intern(Str* text);                          // exact strings only

int64_t hash_of(const Str* text);                // SipHash-1-3 keyed by PYTHONHASHSEED
int64_t hash_bytes(const void* bytes, size_t count);  // the same of any memory; 0 for none, never -1
// Before anything is hashed; otherwise the environment's PYTHONHASHSEED decides. 0: no randomness;
// nullopt: a random seed.
void choose_hash_seed(std::optional<uint32_t> seed);
bool equal(const Str* left, const Str* right);
bool equal(const Str* left, std::string_view ascii);
int order(const Str* left, const Str* right);    // <0, 0, >0

std::string to_utf8(const Str* text);            // lone surrogates as 3 bytes
Result<std::string> to_utf8_strict(Thread&, const Str* text);  // UnicodeEncodeError at surrogates
Result<std::string> to_filename(Thread&, Value path);  // os.fspath + fsencode (surrogateescape); "embedded null byte"
Str* from_filename(std::string_view bytes);      // fsdecode
size_t find(const Str* text, const Str* needle, size_t start, size_t end);  // npos if absent
inline constexpr size_t npos = static_cast<size_t>(-1);

Str* str_repr(const Str* text);                  // as repr('...'); nullptr if too large
bool is_identifier(const Str* text);
// text % arguments; "...".format(*positional, **named); format(text, specification).
Value str_remainder(Thread&, const Str* text, Value arguments);
Value str_format(Thread&, const Str* text, std::span<const Value> positional, Value mapping);
// FORMAT_VALUE without conversion, for any value and specification (an empty Value: none).
Value format_value(Thread&, Value value, Value specification);
Value str_join(Thread&, const Str* separator, Value iterable);
Str* str_join_pieces(const Value* pieces, size_t count);  // BUILD_STRING: all are strs; nullptr if too large
Value str_split(Thread&, const Str* text, const Str* separator, int64_t limit);  // nullptr: at whitespace
Value str_replace(Thread&, const Str* text, const Str* old, const Str* with, int64_t limit);

// Builds text of unknown width; memory is collected, so it may be kept across calls of user code.
class StrBuilder {
 public:
  StrBuilder() = default;
  StrBuilder(const StrBuilder&) = delete;
  StrBuilder& operator=(const StrBuilder&) = delete;
  ~StrBuilder() {
    if (buffer_ != nullptr) release();
  }
  void append(std::string_view utf8);
  void append(const Str* text);
  void append(char32_t character);
  void append(const Str* text, size_t start, size_t end);
  void append_repeated(char32_t character, size_t count);
  size_t length() const { return length_; }
  Result<Str*> finish(Thread& thread);           // MemoryError if it grew too large
 private:
  bool reserve(size_t extra, unsigned shift);
  bool grow(size_t extra, unsigned shift);
  void release();
  void* buffer_ = nullptr;                       // collected, unscanned
  size_t length_ = 0, capacity_ = 0;
  unsigned shift_ = 0;                           // log2(bytes a character)
  bool is_ascii_ = true, failed_ = false;
};

}  // namespace minipy
