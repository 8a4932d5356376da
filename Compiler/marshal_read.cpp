// Reading the marshal format. The input is not trusted: every size is checked against what is left,
// depth is bounded, and code objects get their parts checked before they are made.
#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "Compiler/marshal.h"
#include "Compiler/marshal_scan.h"
#include "Objects/bytes.h"
#include "Objects/code.h"
#include "Objects/codecs.h"
#include "Objects/dict.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set.h"
#include "Objects/str.h"
#include "Objects/thread.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

bool is_ascii(std::string_view bytes) {
  uint8_t seen = 0;
  for (const char byte : bytes) seen |= static_cast<uint8_t>(byte);
  return seen < 0x80;
}

// A file whose code objects are read one by one, when each is needed: a tuple of what follows. Code
// that is still unread holds on to it.
struct UnreadFile {
  explicit UnreadFile(Value value) : tuple(value.as<Tuple>()) {}

  std::string_view data() const { return tuple->items[0].as<Bytes>()->view(); }
  // By number: the object, or the place in `data` where it is (as an int; so are ints for good).
  Tuple& references() const { return *tuple->items[1].as<Tuple>(); }
  std::span<const UnreadCode> codes() const {
    const Bytes& bytes = *tuple->items[2].as<Bytes>();
    return {reinterpret_cast<const UnreadCode*>(bytes.data()), bytes.size / sizeof(UnreadCode)};
  }

  static Tuple* make(Bytes& data, const ScannedFile& scanned) {
    Tuple* references = allocate_tuple(scanned.references.size());
    for (size_t i = 0; i < references->size; ++i)
      references->items[i] = Value::from_int(scanned.references[i]);
    const auto* codes = reinterpret_cast<const char*>(scanned.codes.data());
    Bytes* places = make_bytes({codes, scanned.codes.size() * sizeof(UnreadCode)});
    return make_tuple({Value(&data), Value(references), Value(places)});
  }

  Tuple* tuple;
};

class Reader {
 public:
  Reader(Thread& thread, std::string_view data)
      : thread_(thread), start_(data.data()), cursor_(start_), end_(start_ + data.size()) {}
  Reader(Thread& thread, Value file) : thread_(thread), file_(file) {}
  Reader(Thread& thread, UnreadFile file) : Reader(thread, file.data()) { unread_ = file; }

  // Empty is a failure; Unbound is the mark at the end of a dict.
  Value read_top() {
    const Value value = TRY(read());
    if (value.is_unbound())
      return raise(thread_, TypeError, "NULL object in marshal data for object");
    return value;
  }
  size_t used() const { return static_cast<size_t>(cursor_ - start_); }

  // One code object of an unread file: at first what MAKE_FUNCTION asks for, then the rest.
  Code* begin_code(size_t entry) {
    const UnreadCode& found = unread_->codes()[entry];
    cursor_ = start_ + found.start + 1;
    Code* code = allocate<Code>();
    int32_t numbers[5];
    std::memcpy(numbers, cursor_, sizeof numbers);
    code->argument_count = numbers[0];
    code->positional_only_count = numbers[1];
    code->keyword_only_count = numbers[2];
    code->stack_size = numbers[3];
    code->flags = numbers[4];
    code->first_line = found.first_line;
    code->local_count = found.local_count;
    code->cell_count = found.cell_count;
    code->free_count = found.free_count;
    code->unread = unread_->tuple;
    code->unread_entry = static_cast<uint32_t>(entry);
    return code;
  }
  Status finish_code(Code& code) {
    const UnreadCode& found = unread_->codes()[code.unread_entry];
    cursor_ = start_ + found.start;
    next_reference_ = found.first_reference + (*cursor_ & 0x80 ? 1 : 0);
    cursor_ += 1 + 5 * sizeof(int32_t);
    CodeFields fields;
    TRY(read_code_parts(fields));
    return set_code_parts(thread_, code, fields);
  }

 private:
  Failure bad(const char* what) {
    return raise(thread_, ValueError, "bad marshal data ({})", what);
  }
  Failure end_of_data() { return raise(thread_, EOFError, "EOF read where object expected"); }

  // The next `count` bytes; valid until the next call. Null with an exception if they are not
  // there.
  const char* take(size_t count) {
    if (count > left()) [[unlikely]]
      return take_from_file(count);
    cursor_ += count;
    return cursor_ - count;
  }
  size_t left() const { return static_cast<size_t>(end_ - cursor_); }

  const char* take_from_file(size_t count) {
    if (file_.is_empty()) {
      raise(thread_, EOFError, "marshal data too short");
      return nullptr;
    }
    scratch_.clear();
    while (scratch_.size() < count) {  // in bounded pieces: the count may be a lie
      if (read_piece(count - scratch_.size()).failed()) return nullptr;
    }
    return scratch_.data();
  }

  Status read_piece(size_t wanted) {
    const size_t start = scratch_.size(), piece = std::min<size_t>(wanted, 1 << 20);
    scratch_.resize(start + piece);
    const Value view =
        TRY(make_memoryview_of(thread_, scratch_.data() + start, piece, false, Value()));
    const Value got = call_method(thread_, file_, "readinto", {view});
    const Value pending = take_exception(thread_);
    TRY(memoryview_release(thread_, view));
    if (got.is_empty()) return restore_exception(thread_, pending);
    const int64_t read = TRY(index_as_int64(thread_, got, &ValueError));
    if (read > static_cast<int64_t>(piece)) {
      return raise(thread_, ValueError,
                   "read() returned too much data: {} bytes requested, {} returned", piece, read);
    }
    if (read < static_cast<int64_t>(piece))
      return raise(thread_, EOFError, "EOF read where not expected");
    return nothing;
  }

  // Each item takes a byte at least: a larger count can only end in EOFError.
  bool is_absurd(size_t count) const { return file_.is_empty() && count > left(); }

  Result<uint8_t> byte_or_end() {
    if (cursor_ != end_) [[likely]]
      return static_cast<uint8_t>(*cursor_++);
    return byte_from_file();
  }
  Result<uint8_t> byte_from_file() {
    if (file_.is_empty()) return end_of_data();
    if (const char* taken = take_from_file(1)) return static_cast<uint8_t>(*taken);
    if (!catch_exception(thread_, EOFError)) return error;
    return end_of_data();
  }
  Result<int32_t> word() { return number<int32_t>(); }
  template <typename T>
  Result<T> number() {
    const char* bytes = take(sizeof(T));
    if (!bytes) return error;
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return value;
  }
  Result<size_t> size(const char* what) {
    const int32_t value = TRY(word());
    if (value < 0) return bad(what);
    return static_cast<size_t>(value);
  }
  Result<std::string_view> text(size_t count) {
    if (count == 0) return std::string_view();
    const char* bytes = take(count);
    if (!bytes) return error;
    return std::string_view(bytes, count);
  }

  Value read() {
    const uint8_t code = TRY(byte_or_end());
    if (++depth_ > kMarshalMaxDepth) {
      --depth_;
      return raise(thread_, ValueError, "recursion limit exceeded");
    }
    const Value value =
        unread_ ? read_unread(code & 0x7f, code & 0x80) : read_contents(code & 0x7f, code & 0x80);
    --depth_;
    return value;
  }

  // Read where an object must stand, as a part of a `what`.
  Value read_part(const char* what) {
    const Value value = TRY(read());
    if (value.is_unbound())
      return raise(thread_, TypeError, "NULL object in marshal data for {}", what);
    return value;
  }

  // Remembers a finished value.
  Value keep(bool flag, Value value) {
    if (flag && !value.is_empty()) set_reference(reserve(true), value);
    return value;
  }
  // Containers are numbered before their items. None stands for one that is not finished.
  size_t reserve(bool flag, Value value = None) {
    if (!flag) return 0;
    if (unread_) {
      set_reference(next_reference_, value);
      return next_reference_++;
    }
    references_.push_back(value);
    return references_.size() - 1;
  }
  void set_reference(size_t place, Value value) {
    if (!unread_) {
      references_[place] = value;
    } else if (value.is_object()) {
      unread_->references().items[place] = value;
    }
  }

  // --- in an unread file ---

  Value read_unread(uint8_t type, bool flag) {
    if (type == 'r') return read_unread_reference();
    if (flag) {
      const Value known = unread_->references().items[next_reference_];
      if (known.is_object()) {
        pass_over();
        return known;
      }
    }
    return type == 'c' ? read_unread_code(flag) : read_contents(type, flag);
  }

  // Somebody has referred to the object that starts here, so it is there already.
  void pass_over() {
    const PassedOver passed = pass_over_marshalled(unread_->data(), used() - 1);
    cursor_ = start_ + passed.end;
    next_reference_ += passed.reference_count;
  }

  Value read_unread_reference() {
    const auto index = static_cast<size_t>(TRY(word()));
    const Value known = unread_->references().items[index];
    if (known.is_object()) return known;
    const char* const cursor = cursor_;
    const size_t next_reference = next_reference_;
    cursor_ = start_ + known.as_int();
    next_reference_ = index;
    const Value value = TRY(read());
    cursor_ = cursor;
    next_reference_ = next_reference;
    return value;
  }

  Value read_unread_code(bool flag) {
    const auto start = static_cast<uint32_t>(used() - 1);
    const std::span<const UnreadCode> codes = unread_->codes();
    const auto found = std::lower_bound(
        codes.begin(), codes.end(), start,
        [](const UnreadCode& code, uint32_t wanted) { return code.start < wanted; });
    Code* code = begin_code(static_cast<size_t>(found - codes.begin()));
    if (flag) set_reference(next_reference_, code);
    cursor_ = start_ + found->end;
    next_reference_ = found->end_reference;
    return code;
  }

  Value read_contents(uint8_t type, bool flag) {
    switch (type) {
      case '0':
        return Unbound;
      case 'N':
        return None;
      case 'F':
        return False;
      case 'T':
        return True;
      case '.':
        return Ellipsis;
      case 'S':
        return &StopIteration;
      case 'i':
        return keep(flag, Value::from_int(TRY(word())));
      case 'I':
        return keep(flag, make_int(TRY(number<int64_t>())));
      case 'l':
        return keep(flag, read_long());
      case 'f':
        return keep(flag, make_float(TRY(double_text())));
      case 'g':
        return keep(flag, make_float(TRY(double_bits())));
      case 'x': {
        const double real = TRY(double_text());
        return keep(flag, make_complex(real, TRY(double_text())));
      }
      case 'y': {
        const double real = TRY(double_bits());
        return keep(flag, make_complex(real, TRY(double_bits())));
      }
      case 's':
        return keep(flag, read_bytes());
      case 'a':
      case 'A':
        return keep(flag, read_latin1(TRY(size("string size out of range")), type == 'A'));
      case 'z':
      case 'Z':
        return keep(flag, read_latin1(TRY(byte_or_end()), type == 'Z'));
      case 'u':
      case 't':
        return keep(flag, read_text(type == 't'));
      case ')':
        return read_tuple(TRY(byte_or_end()), flag);
      case '(':
        return read_tuple(TRY(size("tuple size out of range")), flag);
      case '[':
        return read_list(flag);
      case '{':
        return read_dict(flag);
      case '<':
        return read_set(make_set(), flag);
      case '>':
        return read_set(make_frozenset(), flag);
      case 'c':
        return read_code(flag);
      case 'r':
        return read_reference();
      default:
        return bad("unknown type code");
    }
  }

  Value read_reference() {
    const int32_t index = TRY(word());
    if (index < 0 || static_cast<size_t>(index) >= references_.size())
      return bad("invalid reference");
    const Value value = references_[static_cast<size_t>(index)];
    if (value.is_none()) return bad("invalid reference");
    return value;
  }

  Value read_long() {
    const int32_t signed_count = TRY(word());
    if (signed_count == INT32_MIN) return bad("long size out of range");
    const auto count = static_cast<size_t>(std::abs(signed_count));
    if (count == 0) return Value::from_int(0);
    const std::string_view bytes = TRY(text(count * 2));
    std::vector<uint64_t> limbs(count * 15 / 64 + 2);
    for (size_t i = 0; i < count; ++i) {
      const auto low = static_cast<uint8_t>(bytes[i * 2]),
                 high = static_cast<uint8_t>(bytes[i * 2 + 1]);
      if (high > 0x7f) return bad("digit out of range in long");
      const uint64_t digit = static_cast<uint64_t>(high) << 8 | low;
      if (digit == 0 && i + 1 == count) return bad("unnormalized long data");
      const size_t bit = i * 15, shift = bit % 64;
      limbs[bit / 64] |= digit << shift;
      if (shift > 49) limbs[bit / 64 + 1] |= digit >> (64 - shift);
    }
    return make_int_from_limbs(limbs.data(), limbs.size(), signed_count < 0);
  }

  Result<double> double_bits() { return number<double>(); }
  Result<double> double_text() {
    const uint8_t count = TRY(byte_or_end());
    const std::string digits(TRY(text(count)));
    if (const auto value = parse_float(digits)) return *value;
    return raise(thread_, ValueError, "could not convert string to float: {}",
                 Repr{make_str_latin1(digits)});
  }

  Value read_bytes() {
    const std::string_view bytes = TRY(text(TRY(size("bytes object size out of range"))));
    Bytes* made = make_bytes(bytes);
    return made ? Value(made) : Value(raise_memory_error(thread_));
  }

  Value read_latin1(size_t count, bool interned) {
    const std::string_view bytes = TRY(text(count));
    if (interned && is_ascii(bytes)) return intern(bytes);
    Str* made = make_str_latin1(bytes);
    if (!made) return raise_memory_error(thread_);
    return interned ? intern(made) : made;
  }

  Value read_text(bool interned) {
    const std::string_view bytes = TRY(text(TRY(size("string size out of range"))));
    Str* made = TRY(decode_utf8(thread_, bytes, "surrogatepass"));
    return interned ? intern(made) : made;
  }

  Value read_tuple(size_t count, bool flag) {
    if (is_absurd(count)) return end_of_data();
    if (count == 0) return keep(flag, empty_tuple());
    if (!file_.is_empty()) return read_tuple_piecewise(count, flag);
    Tuple* tuple = allocate_tuple(count);
    if (!tuple) return raise_memory_error(thread_);
    for (Value& item : *tuple) item = None;  // a reference to the tuple may show it half done
    reserve(flag, tuple);
    for (size_t i = 0; i < count; ++i) tuple->items[i] = TRY(read_part("tuple"));
    return tuple;
  }

  // From a file the count cannot be checked: the tuple is made once its items are there.
  Value read_tuple_piecewise(size_t count, bool flag) {
    const size_t place = reserve(flag);
    GcVector items;
    for (size_t i = 0; i < count; ++i) items.push_back(TRY(read_part("tuple")));
    Tuple* tuple = make_tuple(items.data(), items.size());
    if (flag) set_reference(place, tuple);
    return tuple;
  }

  Value read_list(bool flag) {
    const size_t count = TRY(size("list size out of range"));
    if (is_absurd(count)) return end_of_data();
    List* list = make_list();
    reserve(flag, list);
    for (size_t i = 0; i < count; ++i) TRY(list_append(thread_, *list, TRY(read_part("list"))));
    return list;
  }

  Value read_dict(bool flag) {
    Dict* dict = make_dict();
    reserve(flag, dict);
    for (;;) {
      const Value key = TRY(read());
      if (key.is_unbound()) return dict;
      const Value value = TRY(read());
      if (value.is_unbound()) return dict;
      TRY(dict_set(thread_, *dict, key, value));
    }
  }

  Value read_set(Set* set, bool flag) {
    const size_t count = TRY(size("set size out of range"));
    if (is_absurd(count)) return end_of_data();
    const bool is_frozen = set->kind == Kind::Frozenset;
    // A frozenset may not be referred to before it is whole: its hash would change.
    const size_t place = reserve(flag, is_frozen ? None : Value(set));
    for (size_t i = 0; i < count; ++i) TRY(set_add(thread_, *set, TRY(read_part("set"))));
    if (flag) set_reference(place, set);
    return set;
  }

  template <typename T>
  Result<T*> read_code_part() {
    const Value value = TRY(read_part("code object"));
    if (!is_exact(value, T::kKind)) return bad("wrong type in code object");
    return value.as<T>();
  }
  Result<Tuple*> read_names() {
    Tuple* names = TRY(read_code_part<Tuple>());
    for (const Value name : names->view()) {
      if (!is_exact_str(name)) return bad("wrong type in code object");
    }
    return names;
  }

  Value read_code(bool flag) {
    const size_t place = reserve(flag);
    CodeFields fields;
    fields.argument_count = TRY(word());
    fields.positional_only_count = TRY(word());
    fields.keyword_only_count = TRY(word());
    fields.stack_size = TRY(word());
    fields.flags = TRY(word());
    TRY(read_code_parts(fields));
    Code* code = TRY(make_code(thread_, fields));
    if (flag) set_reference(place, code);
    return code;
  }

  // With the first line, which stands between them.
  Status read_code_parts(CodeFields& fields) {
    fields.code = TRY(read_code_part<Bytes>());
    fields.constants = TRY(read_code_part<Tuple>());
    fields.names = TRY(read_names());
    fields.localsplus_names = TRY(read_names());
    fields.localsplus_kinds = TRY(read_code_part<Bytes>());
    fields.filename = TRY(read_code_part<Str>());
    fields.name = TRY(read_code_part<Str>());
    fields.qualified_name = TRY(read_code_part<Str>());
    fields.first_line = TRY(word());
    fields.line_table = TRY(read_code_part<Bytes>());
    fields.exception_table = TRY(read_code_part<Bytes>());
    if (fields.localsplus_kinds->size != fields.localsplus_names->size)
      return bad("wrong sizes in code object");
    return nothing;
  }

  Thread& thread_;
  const char *start_ = nullptr, *cursor_ = nullptr, *end_ = nullptr;  // in memory
  Value file_;                                                        // or from a file
  std::string scratch_;
  GcVector references_;
  std::optional<UnreadFile> unread_;
  size_t next_reference_ = 0;  // of the unread file
  int depth_ = 0;
};

void read_code_parts(const Code& unread) {
  Code& code = const_cast<Code&>(unread);
  Thread& thread = current_thread();
  MUST(Reader(thread, UnreadFile(code.unread)).finish_code(code), "the file was scanned");
  code.unread = Value();
}

}  // namespace

Value marshal_load_code(Thread& thread, Bytes& data, size_t start) {
  const std::optional<ScannedFile> scanned = scan_marshalled_code(data.view(), start);
  if (!scanned) return marshal_load(thread, data.view().substr(start));
  read_code_parts_hook = read_code_parts;
  return Reader(thread, UnreadFile(UnreadFile::make(data, *scanned))).begin_code(0);
}

Value marshal_load(Thread& thread, std::string_view data, size_t* used) {
  Reader reader(thread, data);
  const Value value = reader.read_top();
  if (used) *used = reader.used();
  return value;
}

Value marshal_load_file(Thread& thread, Value file) {
  const Value probe = TRY(call_method(thread, file, "read", {Value::from_int(0)}));
  if (!is_bytes(probe)) {
    return raise(thread, TypeError, "file.read() returned not bytes but {}", type_of(probe));
  }
  Reader reader(thread, file);
  return reader.read_top();
}

}  // namespace minipy
