#include "Compiler/marshal_scan.h"

#include <cstdlib>
#include <cstring>

#include "Objects/code.h"
#include "Objects/text/utf.h"

namespace minipy {

namespace {

constexpr uint8_t kReference = 0x80;  // the flag of what is marked for reference
// Of objects in objects, references followed: reading them takes that much of the stack.
constexpr int kMaxDepth = 100;

// What has to be known of an object to judge what refers to it. Small: it is returned in registers.
struct Item {
  enum Kind : uint8_t { Unfinished, Other, Text, Octets, Sequence, Code };
  Kind kind = Unfinished;    // also of what is not as it should be
  bool is_all_text = false;  // a tuple of strings
  uint16_t depth = 1;
  uint32_t size = 0;  // of bytes and tuples
  uint32_t data = 0;  // where the bytes are
};

class Scanner {
 public:
  Scanner(std::string_view data, size_t start)
      : start_(data.data()), cursor_(start_ + start), end_(start_ + data.size()) {
    result_.references.reserve(data.size() / 32);
    items_.reserve(data.size() / 32);
  }

  std::optional<ScannedFile> run() {
    if (scan().kind != Item::Code) return std::nullopt;
    return std::move(result_);
  }

 private:
  size_t left() const { return static_cast<size_t>(end_ - cursor_); }
  uint32_t position() const { return static_cast<uint32_t>(cursor_ - start_); }
  bool skip(size_t count) {
    if (count > left()) return false;
    cursor_ += count;
    return true;
  }
  template <typename T>
  bool number(T& value) {
    if (sizeof(T) > left()) return false;
    std::memcpy(&value, cursor_, sizeof(T));
    cursor_ += sizeof(T);
    return true;
  }
  bool size(uint32_t& count, bool is_short) {
    uint8_t byte = 0;
    if (!is_short) return number(count) && count <= INT32_MAX;
    if (!number(byte)) return false;
    count = byte;
    return true;
  }

  Item scan() {
    uint8_t code;
    if (depth_ >= kMaxDepth || !number(code)) return {};
    if (code == 'r') return referred_to();
    const size_t place = items_.size();
    if (code & kReference) {
      items_.push_back({});
      result_.references.push_back(position() - 1);
    }
    ++depth_;
    const uint8_t type = code & ~kReference;
    Item item = type == 'c' ? scan_code(place) : scan_contents(type);
    --depth_;
    if (item.depth > kMaxDepth) item.kind = Item::Unfinished;
    if (code & kReference) items_[place] = item;
    return item;
  }

  Item referred_to() {
    uint32_t index;
    return number(index) && index < items_.size() ? items_[index] : Item{};
  }

  static Item other(bool is_good) { return {.kind = is_good ? Item::Other : Item::Unfinished}; }

  Item scan_contents(uint8_t type) {
    switch (type) {
      case 'N':
      case 'F':
      case 'T':
      case '.':
        // The marshaller marks none of these; to be marked they would need a number.
        return other(cursor_[-1] == static_cast<char>(type));
      case 'i':
        return other(skip(4));
      case 'I':
      case 'g':
        return other(skip(8));
      case 'y':
        return other(skip(16));
      case 'l':
        return other(scan_long());
      case 's':
        return scan_bytes();
      case 'a':
      case 'A':
      case 'z':
      case 'Z':
      case 'u':
      case 't':
        return scan_text(type);
      case ')':
      case '(':
        return scan_items(type == ')', Item::Sequence);
      case '>':
        return scan_items(false, Item::Other);
      default:
        return {};
    }
  }

  bool scan_long() {
    int32_t count;
    if (!number(count) || count == INT32_MIN) return false;
    const size_t digits = static_cast<size_t>(std::abs(count));
    const char* const first = cursor_;
    if (!skip(digits * 2)) return false;
    for (size_t i = 0; i < digits; ++i) {
      if (first[i * 2 + 1] & 0x80) return false;
    }
    return digits == 0 || cursor_[-1] || cursor_[-2];
  }

  Item scan_bytes() {
    uint32_t count;
    if (!size(count, false)) return {};
    const uint32_t data = position();
    if (!skip(count)) return {};
    return {.kind = Item::Octets, .size = count, .data = data};
  }

  Item scan_text(uint8_t type) {
    uint32_t count;
    if (!size(count, type == 'z' || type == 'Z')) return {};
    const auto* const text = reinterpret_cast<const uint8_t*>(cursor_);
    if (!skip(count)) return {};
    // Lone surrogates are left to the one who reads everything at once.
    const bool is_utf8 = type == 'u' || type == 't';
    if (is_utf8 && scan_utf8(text, count, 0).problem.reason) return {};
    return {.kind = Item::Text};
  }

  Item scan_items(bool is_short, Item::Kind kind) {
    uint32_t count;
    if (!size(count, is_short) || count > left()) return {};
    bool is_all_text = true;
    uint16_t depth = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const Item each = scan();
      if (each.kind == Item::Unfinished) return {};
      if (each.kind != Item::Text) is_all_text = false;
      if (each.kind != Item::Code && each.depth > depth) depth = each.depth;
    }
    ++depth;
    return {.kind = kind, .is_all_text = is_all_text, .depth = depth, .size = count};
  }

  bool skip_part(Item::Kind kind) { return scan().kind == kind; }
  bool skip_names(Item& item) {
    item = scan();
    return item.kind == Item::Sequence && item.is_all_text;
  }
  bool skip_bytes(Item& item) {
    item = scan();
    return item.kind == Item::Octets;
  }

  // The conditions are those of make_code().
  Item scan_code(size_t first_reference) {
    const size_t place = result_.codes.size();
    result_.codes.push_back({});
    UnreadCode found{.start = position() - 1,
                     .first_reference = static_cast<uint32_t>(first_reference)};
    int32_t arguments, positional_only, keyword_only, stack_size, flags;
    Item code, names, locals, kinds;
    const bool is_whole = number(arguments) && number(positional_only) && number(keyword_only) &&
                          number(stack_size) && number(flags) && skip_bytes(code) &&
                          skip_part(Item::Sequence) && skip_names(names) && skip_names(locals) &&
                          skip_bytes(kinds) && skip_part(Item::Text) && skip_part(Item::Text) &&
                          skip_part(Item::Text) && number(found.first_line) &&
                          skip_part(Item::Octets) && skip_part(Item::Octets);
    if (!is_whole || code.size % 2 || kinds.size != locals.size) return {};
    for (size_t i = 0; i < kinds.size; ++i) {
      const auto kind = static_cast<uint8_t>(start_[kinds.data + i]);
      found.local_count += (kind & Code::kLocal) != 0;
      found.cell_count += (kind & Code::kCellKind) != 0;
      found.free_count += (kind & Code::kFreeKind) != 0;
    }
    const int64_t named = int64_t{arguments} + keyword_only + ((flags & Code::kVarArguments) != 0) +
                          ((flags & Code::kVarKeywords) != 0);
    const bool counts_fit = arguments >= positional_only && positional_only >= 0 &&
                            keyword_only >= 0 && stack_size >= 0 && flags >= 0 &&
                            named <= found.local_count;
    if (!counts_fit) return {};
    found.end = position();
    found.end_reference = static_cast<uint32_t>(items_.size());
    result_.codes[place] = found;
    return {.kind = Item::Code};
  }

  const char *const start_, *cursor_, *const end_;
  int depth_ = 0;
  ScannedFile result_;
  std::vector<Item> items_;  // of result_.references
};

// Passes over what has been scanned before: nothing is checked.
class Passer {
 public:
  explicit Passer(const char* cursor) : cursor_(cursor) {}
  const char* cursor() const { return cursor_; }
  size_t reference_count() const { return reference_count_; }

  void pass() {
    const auto code = static_cast<uint8_t>(*cursor_++);
    if (code & kReference) ++reference_count_;
    switch (code & ~kReference) {
      case 'i':
      case 'r':
        cursor_ += 4;
        break;
      case 'I':
      case 'g':
        cursor_ += 8;
        break;
      case 'y':
        cursor_ += 16;
        break;
      case 'l':
        cursor_ += static_cast<size_t>(std::abs(word())) * 2;
        break;
      case 's':
      case 'a':
      case 'A':
      case 'u':
      case 't':
        cursor_ += static_cast<size_t>(word());
        break;
      case 'z':
      case 'Z':
        cursor_ += byte();
        break;
      case ')':
        pass_items(byte());
        break;
      case '(':
      case '>':
        pass_items(static_cast<size_t>(word()));
        break;
      case 'c':
        cursor_ += 5 * 4;
        pass_items(8);
        cursor_ += 4;
        pass_items(2);
        break;
      default:
        break;
    }
  }

 private:
  uint8_t byte() { return static_cast<uint8_t>(*cursor_++); }
  int32_t word() {
    int32_t value;
    std::memcpy(&value, cursor_, 4);
    cursor_ += 4;
    return value;
  }
  void pass_items(size_t count) {
    for (size_t i = 0; i < count; ++i) pass();
  }

  const char* cursor_;
  size_t reference_count_ = 0;
};

}  // namespace

std::optional<ScannedFile> scan_marshalled_code(std::string_view data, size_t start) {
  if (data.size() > UINT32_MAX) return std::nullopt;
  return Scanner(data, start).run();
}

PassedOver pass_over_marshalled(std::string_view data, size_t at) {
  Passer passer(data.data() + at);
  passer.pass();
  return {static_cast<size_t>(passer.cursor() - data.data()), passer.reference_count()};
}

}  // namespace minipy
