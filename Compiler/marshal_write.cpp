// Writing the marshal format. What CPython decides by reference counts we decide by the graph: an
// object may be referred to later (its type byte has kReference) if it occurs more than once, if it
// is interned, or if it is one of those that CPython shares among everybody.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "Compiler/marshal.h"
#include "Objects/bytes.h"
#include "Objects/code.h"
#include "Objects/dict.h"
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

constexpr uint8_t kReference = 0x80;

// Where a string stands: that decides whether CPython would have interned it.
enum class Place { Anywhere, Constant, Name, CodeName };

// From a word that is not zero to a number; open addressing.
class WordCounts {
 public:
  // Its number; zero where there was none, which is the start of it.
  uint32_t& operator[](uint64_t word) {
    if (used_ * 2 >= places_.size()) grow();
    Place& place = places_[find(places_, word)];
    if (place.word == 0) {
      place.word = word;
      ++used_;
    }
    return place.number;
  }
  uint32_t of(uint64_t word) const { return used_ == 0 ? 0 : places_[find(places_, word)].number; }

 private:
  struct Place {
    uint64_t word = 0;
    uint32_t number = 0;
  };
  // Where it is or would be.
  static size_t find(const std::vector<Place>& places, uint64_t word) {
    const size_t mask = places.size() - 1;
    size_t i = (word * 0x9e3779b97f4a7c15) >> 32 & mask;
    while (places[i].word != word && places[i].word != 0) i = (i + 1) & mask;
    return i;
  }
  void grow() {
    std::vector<Place> larger(std::max<size_t>(16, places_.size() * 4));
    for (const Place& place : places_) {
      if (place.word != 0) larger[find(larger, place.word)] = place;
    }
    places_.swap(larger);
  }

  std::vector<Place> places_;
  size_t used_ = 0;
};

// The compiler makes equal constants, tables and tuples of names one object throughout a
// compilation; here equal tuples and bytes of code are one however they were made.
class Identities {
 public:
  // What stands for `value` and all that is the same as it.
  uint64_t of(Value value, Place place) {
    if (place == Place::Anywhere || !is_pooled(value)) return value.bits();
    uint32_t& number = numbers_[value.bits()];
    if (number == 0) number = number_of_contents(value);
    return firsts_[number - 1];
  }

  // What stands for an item of a tuple. CPython interns the strings of a constant frozenset by
  // making a new set, one for each tuple it stands in; how that set is made anew see
  // Objects/code.cpp. It does so as well for letters of which it has two strings, of which we have
  // one.
  uint64_t of_item(const Tuple& tuple, Value item, Place place) {
    if (place != Place::Constant || !is_exact(item, Kind::Frozenset) || !has_twin_letter(item))
      return of(item, place);
    return (of(&tuple, place) * 0x9e3779b97f4a7c15 + item.bits()) | 1;
  }

  // A qualified name belongs to its code alone, unless it is the name, or the constant that a class
  // body stores as __qualname__.
  uint64_t of_qualified_name(const Code& code) {
    if (equal(code.name(), code.qualified_name())) return Value(code.name()).bits();
    const bool is_class = !(code.flags & (Code::kOptimized | Code::kNewLocals));
    if (is_class) {
      for (const Value constant : code.constants()->view()) {
        if (!is_exact_str(constant) || !equal(constant.as<Str>(), code.qualified_name())) continue;
        if (owners_.try_emplace(constant.bits(), &code).first->second == &code)
          return constant.bits();
      }
    }
    return Value(&code).bits() | 1;
  }

 private:
  static bool is_pooled(Value value) {
    return (is_exact_tuple(value) && value.as<Tuple>()->size > 0) ||
           (is_exact(value, Kind::Bytes) && value.as<Bytes>()->size > 1);
  }
  // Letters that are names of something in CPython itself.
  static bool has_twin_letter(Value set) {
    size_t position = 0;
    for (Value item; set_next(*set.as<Set>(), position, item);) {
      if (!is_exact_str(item) || item.as<Str>()->length() != 1) continue;
      const char32_t letter = item.as<Str>()->at(0);
      if (letter < 0x80 && std::strchr("BCLST_abcdefhiklmnopqrstvwxy", static_cast<int>(letter)))
        return true;
    }
    return false;
  }
  // Whether two values are the same when written: by what is in tuples, bytes, strings and frozensets, else themselves.
  static bool has_same_contents(Value left, Value right, int depth) {
    if (left == right) return true;
    if (depth > kDeepest || !left.is_object() || !right.is_object()) return false;
    if (is_exact_str(left) && is_exact_str(right)) {
      return left.as<Str>()->width() == right.as<Str>()->width() && equal(left.as<Str>(), right.as<Str>());
    }
    if (is_exact(left, Kind::Bytes) && is_exact(right, Kind::Bytes)) {
      return left.as<Bytes>()->view() == right.as<Bytes>()->view();
    }
    if (is_exact_tuple(left) && is_exact_tuple(right)) {
      const auto items = left.as<Tuple>()->view(), others = right.as<Tuple>()->view();
      return std::equal(items.begin(), items.end(), others.begin(), others.end(),
                        [depth](Value a, Value b) { return has_same_contents(a, b, depth + 1); });
    }
    if (is_exact(left, Kind::Frozenset) && is_exact(right, Kind::Frozenset)) {
      return left.as<Set>()->count == right.as<Set>()->count && holds_all(*left.as<Set>(), *right.as<Set>(), depth + 1);
    }
    return false;
  }
  static bool holds_all(const Set& set, const Set& wanted, int depth) {
    size_t position = 0;
    for (Value item; set_next(wanted, position, item);) {
      size_t place = 0;
      Value other;
      bool is_found = false;
      while (!is_found && set_next(set, place, other)) is_found = has_same_contents(other, item, depth);
      if (!is_found) return false;
    }
    return true;
  }
  static uint64_t mixed(uint64_t sum, uint64_t word) { return (std::rotl(sum, 5) ^ word) * 0x9e3779b97f4a7c15; }
  // Equal for all that has the same contents; never zero.
  static uint64_t hash_of_contents(Value value, int depth) {
    uint64_t sum = 1;
    if (is_exact_str(value)) {
      sum = static_cast<uint64_t>(hash_of(value.as<Str>()));
    } else if (is_exact(value, Kind::Bytes)) {
      sum = std::hash<std::string_view>()(value.as<Bytes>()->view());
    } else if (is_exact_tuple(value) && depth <= kDeepest) {
      for (const Value item : value.as<Tuple>()->view()) sum = mixed(sum, hash_of_contents(item, depth + 1));
    } else if (is_exact(value, Kind::Frozenset) && depth <= kDeepest) {  // in whatever order
      size_t position = 0;
      for (Value item; set_next(*value.as<Set>(), position, item);) sum += hash_of_contents(item, depth + 1);
    } else {
      sum = value.bits();
    }
    return sum | 1;
  }

  // One more than the place in firsts_ of the first value with these contents.
  uint32_t number_of_contents(Value value) {
    uint64_t word = hash_of_contents(value, 0);
    for (;; word += 2) {  // another hash is taken by other contents
      uint32_t& number = by_contents_[word];
      if (number == 0) {
        firsts_.push_back(value.bits());
        number = static_cast<uint32_t>(firsts_.size());
      }
      if (has_same_contents(Value(firsts_[number - 1]), value, 0)) return number;
    }
  }

  static constexpr int kDeepest = 100;
  std::vector<uint64_t> firsts_;  // values that stand for all with their contents
  WordCounts numbers_;            // from a value, and from a hash, to one more than a place in firsts_
  WordCounts by_contents_;
  std::unordered_map<uint64_t, const Code*> owners_;
};

// How often each value occurs. Equal ints and floats are one, as constants are.
class Occurrences {
 public:
  uint32_t of(uint64_t identity) const {
    return counts_.of(identity);
  }

  void collect(Value value, int depth, Place place) {
    collect_as(value, identities.of(value, place), depth, place);
  }

  Identities identities;

 private:
  void collect_as(Value value, uint64_t identity, int depth, Place place) {
    if (depth > kMarshalMaxDepth || !is_counted(value) || counts_[identity]++ > 0) return;
    if (!value.is_object()) return;
    switch (value.object()->kind) {
      case Kind::Tuple:
        for (const Value item : value.as<Tuple>()->view()) {
          collect_as(item, identities.of_item(*value.as<Tuple>(), item, place), depth + 1, place);
        }
        break;
      case Kind::List:
        for (size_t i = 0; i < value.as<List>()->size; ++i)
          collect(value.as<List>()->at(i), depth + 1, place);
        break;
      case Kind::Dict: {
        size_t position = 0;
        Value key, item;
        while (dict_next(*value.as<Dict>(), position, key, item)) {
          collect(key, depth + 1, place);
          collect(item, depth + 1, place);
        }
        break;
      }
      case Kind::Set:
      case Kind::Frozenset: {
        size_t position = 0;
        Value key;
        while (set_next(*value.as<Set>(), position, key)) collect(key, depth + 1, place);
        break;
      }
      case Kind::Code:
        collect_code(*value.as<Code>(), depth + 1);
        break;
      default:
        break;
    }
  }

  // Two nans are two objects.
  static bool is_counted(Value value) {
    return value.is_int() || (value.is_double() && !std::isnan(value.as_double())) ||
           (value.is_object() && !is_type(value));
  }
  // In the order of writing.
  void collect_code(const Code& code, int depth) {
    collect(code.constants(), depth, Place::Constant);
    collect(code.names(), depth, Place::Name);
    collect(code.localsplus_names(), depth, Place::Name);
    collect(code.filename(), depth, Place::Constant);
    collect(code.name(), depth, Place::CodeName);
    ++counts_[identities.of_qualified_name(code)];
    collect(code.line_table(), depth, Place::Constant);
    collect(code.exception_table(), depth, Place::Constant);
  }

  WordCounts counts_;
};

// Names of code that the compiler gives itself; CPython has one string for each.
bool is_static_name(const Str& text) {
  for (const char* name :
       {"<module>", "<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}) {
    if (equal(&text, std::string_view(name))) return true;
  }
  return false;
}

bool is_name_like(const Str& text) {
  if (!text.is_ascii()) return false;
  for (const char c : text.ascii_view()) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  }
  return true;
}

bool counts_as_interned(const Str& text, Place place) {
  const bool is_star = text.length() == 1 && text.at(0) == '*';  // of every `import *`
  if (is_star && place != Place::Anywhere) return true;
  if (!text.is_interned()) return false;
  if (place == Place::Anywhere || place == Place::Name) return true;
  if (is_name_like(text)) return true;
  if (text.is_ascii()) return false;
  return place == Place::CodeName;
}

class Writer {
 public:
  enum class Problem { None, Unmarshallable, TooDeep, Memory };

  // What items of sets are sorted by: their marshalled forms, each made once.
  using SortKeys = std::unordered_map<uint64_t, GrowingBytes>;

  Writer(Thread& thread, int version, Occurrences& occurrences, SortKeys& sort_keys, int outer_depth = 0)
      : thread_(thread), version_(version), occurrences_(occurrences), sort_keys_(sort_keys),
        outer_depth_(outer_depth) {}

  // `always_shared`: CPython holds it elsewhere too at this moment.
  void write(Value value, Place place = Place::Anywhere, bool always_shared = false) {
    write_as(value, occurrences_.identities.of(value, place), place, always_shared);
  }

  Problem problem() const { return problem_ == Problem::None && out_.failed() ? Problem::Memory : problem_; }
  GrowingBytes& out() { return out_; }

 private:
  void byte(uint8_t value) { out_ += static_cast<char>(value); }
  void word(int64_t value) {
    const auto bits = static_cast<uint32_t>(value);
    const char bytes[] = {static_cast<char>(bits), static_cast<char>(bits >> 8),
                          static_cast<char>(bits >> 16), static_cast<char>(bits >> 24)};
    out_.append(bytes, sizeof bytes);
  }
  void size(size_t value) {
    if (value > INT32_MAX) problem_ = Problem::Unmarshallable;
    word(static_cast<int64_t>(value));
  }

  void write_as(Value value, uint64_t identity, Place place, bool always_shared) {
    if (problem_ != Problem::None) return;
    if (++depth_ + outer_depth_ > kMarshalMaxDepth) {
      problem_ = Problem::TooDeep;
    } else {
      write_object(value, identity, place, always_shared);
    }
    --depth_;
  }

  void write_object(Value value, uint64_t identity, Place place, bool always_shared) {
    if (value.is_none()) return byte('N');
    if (value.is_bool()) return byte(value.as_bool() ? 'T' : 'F');
    if (value == Ellipsis) return byte('.');
    if (value == Value(&StopIteration)) return byte('S');
    uint8_t flag = 0;
    if (version_ >= 3 && (always_shared || is_shared(value, identity, place))) {
      uint32_t& number = references_[identity];
      if (number != 0) {
        byte('r');
        return word(number - 1);
      }
      flag = kReference;
      number = ++reference_count_;
    }
    write_contents(value, flag, place);
  }

  bool is_shared(Value value, uint64_t identity, Place place) const {
    if (occurrences_.of(identity) > 1) return true;
    if (value.is_int()) return value.as_int() >= -5 && value.as_int() <= 256;
    if (!value.is_object()) return false;
    switch (value.object()->kind) {
      case Kind::Str: {
        const Str& text = *value.as<Str>();
        const bool is_character = text.length() == 0 || (text.length() == 1 && text.at(0) < 256);
        return is_character || counts_as_interned(text, place) ||
               (place == Place::CodeName && is_static_name(text));
      }
      case Kind::Bytes:
        return value.as<Bytes>()->size <= 1;
      case Kind::Tuple:
        return value.as<Tuple>()->size == 0;
      case Kind::Code:
        return depth_ == 1;  // whoever asks for it holds it
      default:
        return false;
    }
  }

  void write_contents(Value value, uint8_t flag, Place place) {
    if (value.is_int() || is_exact(value, Kind::Int)) return write_int(value, flag);
    if (value.is_double()) return write_float(value.as_double(), flag);
    if (is_exact(value, Kind::Complex)) return write_complex(*value.as<Complex>(), flag);
    if (is_exact(value, Kind::Bytes)) return write_bytes(value.as<Bytes>()->view(), flag);
    if (is_exact(value, Kind::Str)) return write_str(*value.as<Str>(), flag, place);
    if (is_exact(value, Kind::Tuple)) return write_tuple(*value.as<Tuple>(), flag, place);
    if (is_exact(value, Kind::List)) return write_list(*value.as<List>(), flag);
    if (is_exact(value, Kind::Dict)) return write_dict(*value.as<Dict>(), flag);
    if (is_exact(value, Kind::Set) || is_exact(value, Kind::Frozenset))
      return write_set(value, flag, place);
    if (is_exact(value, Kind::Code)) return write_code(*value.as<Code>(), flag);
    if (supports_buffer(value)) return write_buffer(value, flag);
    byte('?');
    problem_ = Problem::Unmarshallable;
  }

  void write_int(Value value, uint8_t flag) {
    if (value.is_int() && value.as_int() >= INT32_MIN && value.as_int() <= INT32_MAX) {
      byte('i' | flag);
      return word(value.as_int());
    }
    byte('l' | flag);
    uint64_t limb;
    const uint64_t* limbs = &limb;
    size_t count = 1;
    const bool is_negative = int_sign(value) < 0;
    if (value.is_int()) {
      limb = static_cast<uint64_t>(is_negative ? -value.as_int() : value.as_int());
    } else {
      limbs = value.as<Int>()->limbs();
      count = value.as<Int>()->size();
    }
    write_digits(limbs, count, is_negative);
  }

  // In digits of 15 bits, least significant first.
  void write_digits(const uint64_t* limbs, size_t count, bool is_negative) {
    const size_t bits = count * 64 - static_cast<size_t>(__builtin_clzll(limbs[count - 1]));
    const size_t digits = (bits + 14) / 15;
    if (digits > INT32_MAX) problem_ = Problem::Unmarshallable;
    word(is_negative ? -static_cast<int64_t>(digits) : static_cast<int64_t>(digits));
    for (size_t i = 0; i < digits; ++i) {
      const size_t bit = i * 15, limb = bit / 64, shift = bit % 64;
      uint64_t digit = limbs[limb] >> shift;
      if (shift > 49 && limb + 1 < count) digit |= limbs[limb + 1] << (64 - shift);
      byte(static_cast<uint8_t>(digit));
      byte(digit >> 8 & 0x7f);
    }
  }

  void double_bits(double number) {
    char bytes[8];
    std::memcpy(bytes, &number, 8);
    out_.append(bytes, 8);
  }
  void double_text(double number) {
    char text[40];
    const int count = std::snprintf(text, sizeof text, "%.17g", number);
    byte(static_cast<uint8_t>(count));
    out_.append(text, static_cast<size_t>(count));
  }
  void write_float(double number, uint8_t flag) {
    byte((version_ > 1 ? 'g' : 'f') | flag);
    version_ > 1 ? double_bits(number) : double_text(number);
  }
  void write_complex(const Complex& number, uint8_t flag) {
    byte((version_ > 1 ? 'y' : 'x') | flag);
    for (const double part : {number.real, number.imag})
      version_ > 1 ? double_bits(part) : double_text(part);
  }

  void write_bytes(std::string_view contents, uint8_t flag) {
    byte('s' | flag);
    size(contents.size());
    out_.append(contents);
  }
  void write_buffer(Value value, uint8_t flag) {
    BufferLease lease(thread_);
    if (lease.acquire(value).failed()) {
      take_exception(thread_);
      byte('?');
      problem_ = Problem::Unmarshallable;
      return;
    }
    write_bytes(lease.view(), flag);
  }

  void write_str(const Str& text, uint8_t flag, Place place) {
    const bool interned = counts_as_interned(text, place);
    if (version_ >= 4 && text.is_ascii()) {
      const bool is_short = text.length() < 256;
      byte((is_short ? (interned ? 'Z' : 'z') : (interned ? 'A' : 'a')) | flag);
      is_short ? byte(static_cast<uint8_t>(text.length())) : size(text.length());
      out_.append(text.ascii_view());
      return;
    }
    byte((version_ >= 3 && interned ? 't' : 'u') | flag);
    GrowingBytes utf8;
    append_utf8(utf8, text);
    if (utf8.failed()) problem_ = Problem::Memory;
    size(utf8.size());
    out_.append(utf8.view());
  }

  void write_tuple(const Tuple& tuple, uint8_t flag, Place place) {
    if (version_ >= 4 && tuple.size < 256) {
      byte(')' | flag);
      byte(static_cast<uint8_t>(tuple.size));
    } else {
      byte('(' | flag);
      size(tuple.size);
    }
    for (const Value item : tuple.view()) {
      write_as(item, occurrences_.identities.of_item(tuple, item, place), place, false);
    }
  }

  void write_list(const List& list, uint8_t flag) {
    byte('[' | flag);
    size(list.size);
    for (size_t i = 0; i < list.size; ++i) write(list.at(i));
  }

  void write_dict(const Dict& dict, uint8_t flag) {
    byte('{' | flag);
    size_t position = 0;
    Value key, item;
    while (dict_next(dict, position, key, item)) {
      write(key);
      write(item);
    }
    byte('0');
  }

  // In the order of their marshalled forms, so that the result is the same in every process.
  void write_set(Value value, uint8_t flag, Place place) {
    byte((value.object()->kind == Kind::Set ? '<' : '>') | flag);
    std::vector<std::pair<std::string_view, uint64_t>> items;
    size_t position = 0;
    Value key;
    while (problem_ == Problem::None && set_next(*value.as<Set>(), position, key)) {
      items.emplace_back(sort_key(key, place).view(), key.bits());
    }
    size(items.size());
    std::sort(items.begin(), items.end());
    for (const auto& [text, bits] : items) write(Value(bits), place, true);
  }

  const GrowingBytes& sort_key(Value item, Place place) {
    const uint64_t identity = item.bits() * 4 + static_cast<uint64_t>(place);
    if (const auto known = sort_keys_.find(identity); known != sort_keys_.end()) return known->second;
    Writer single(thread_, version_, occurrences_, sort_keys_, outer_depth_ + depth_ - 1);
    single.depth_ = 1;
    single.write(item, place);
    if (single.problem() != Problem::None) problem_ = single.problem();
    return sort_keys_[identity] = std::move(single.out_);
  }

  void write_code(const Code& code, uint8_t flag) {
    byte('c' | flag);
    for (const int64_t number : {code.argument_count, code.positional_only_count,
                                 code.keyword_only_count, code.stack_size, code.flags}) {
      word(number);
    }
    // co_code is a fresh object in CPython whenever it is asked for: marked, but never referred to.
    write_bytes(code.code()->view(), version_ >= 3 ? kReference : 0);
    ++reference_count_;
    write(code.constants(), Place::Constant);
    write(code.names(), Place::Name);
    write(code.localsplus_names(), Place::Name);
    if (code.localsplus_kinds()->size > 0) {  // so is this, but held by the code alone
      write_bytes(code.localsplus_kinds()->view(), 0);
    } else {
      write(code.localsplus_kinds());
    }
    write(code.filename(), Place::Constant, true);
    write(code.name(), Place::CodeName);
    write_as(code.qualified_name(), occurrences_.identities.of_qualified_name(code), Place::CodeName,
             false);
    word(code.first_line);
    write(code.line_table(), Place::Constant);
    write(code.exception_table(), Place::Constant);
  }

  Thread& thread_;
  const int version_;
  Occurrences& occurrences_;
  WordCounts references_;  // one more than the number of each
  uint32_t reference_count_ = 0;
  GrowingBytes out_;
  int depth_ = 0;
  SortKeys& sort_keys_;
  const int outer_depth_;  // where this is the writer of a sort key
  Problem problem_ = Problem::None;
};

}  // namespace

Result<GrowingBytes> marshal_dump(Thread& thread, Value value, int version) {
  Occurrences occurrences;
  if (version >= 3) occurrences.collect(value, 1, Place::Anywhere);
  Writer::SortKeys sort_keys;
  Writer writer(thread, version, occurrences, sort_keys);
  writer.write(value);
  switch (writer.problem()) {
    case Writer::Problem::None:
      return std::move(writer.out());
    case Writer::Problem::TooDeep:
      return raise(thread, ValueError, "object too deeply nested to marshal");
    case Writer::Problem::Unmarshallable:
      return raise(thread, ValueError, "unmarshallable object");
    case Writer::Problem::Memory:
      return raise_memory_error(thread);
  }
  MP_UNREACHABLE();
}

}  // namespace minipy
