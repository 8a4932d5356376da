// b"..." % values. Library "printf-style Bytes Formatting". Numbers are formatted by str's %.
#include <charconv>
#include <cstring>
#include <string>

#include "Objects/bytes_methods.h"
#include "Objects/float.h"
#include "Objects/growing_text.h"
#include "Objects/int.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

class Formatter {
 public:
  Formatter(Thread& thread, std::string_view format, Value arguments)
      : thread_(thread), format_(format), arguments_(arguments) {
    if (is_tuple(arguments)) {
      left_ = {arguments.as<Tuple>()->items, arguments.as<Tuple>()->size};
    } else {
      left_ = {&arguments_, 1};
      if (is_mapping(arguments) && !is_bytes(arguments) && !is_bytearray(arguments) && !is_str(arguments)) {
        mapping_ = arguments;
      }
    }
  }

  Status run() {
    while (at_ < format_.size()) {
      const size_t percent = format_.find('%', at_);
      if (percent == format_.npos) {
        out.append(format_.substr(at_));
        break;
      }
      out.append(format_.substr(at_, percent - at_));
      at_ = percent + 1;
      TRY(conversion());
    }
    if (mapping_.is_empty() && !left_.empty()) {
      return raise(thread_, TypeError, "not all arguments converted during bytes formatting");
    }
    return nothing;
  }

  GrowingBytes out;

 private:
  struct Specification {
    std::string flags;
    int width = -1, precision = -1;
    bool is_plain() const { return flags.empty() && width < 0 && precision < 0; }
    bool has(char flag) const { return flags.find(flag) != flags.npos; }
  };

  Value next_argument() {
    if (left_.empty()) return raise(thread_, TypeError, "not enough arguments for format string");
    const Value value = left_[0];
    left_ = left_.subspan(1);
    return value;
  }

  Failure incomplete() { return raise(thread_, ValueError, "incomplete format"); }

  // "(key)": the value for the key becomes the only argument.
  Status select_key() {
    if (mapping_.is_empty()) return raise(thread_, TypeError, "format requires a mapping");
    const size_t start = ++at_;
    for (int depth = 1; depth > 0; ++at_) {
      if (at_ >= format_.size()) return raise(thread_, ValueError, "incomplete format key");
      if (format_[at_] == '(') ++depth;
      if (format_[at_] == ')') --depth;
    }
    const Value key = make_bytes(format_.substr(start, at_ - 1 - start));
    selected_ = TRY(get_item(thread_, mapping_, key));
    left_ = {&selected_, 1};
    return nothing;
  }

  // A number, or * for an argument.
  Result<int> number(const char* too_big) {
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      const Value value = TRY(next_argument());
      if (!is_any_int(value)) return raise(thread_, TypeError, "* wants int");
      return argument_int(thread_, value);
    }
    int64_t result = 0;
    for (; at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
      result = result * 10 + (format_[at_] - '0');
      if (result > INT32_MAX) return raise(thread_, ValueError, too_big);
    }
    return static_cast<int>(result);
  }

  Status conversion() {
    selected_ = Value();
    if (at_ < format_.size() && format_[at_] == '%') {
      out += format_[at_++];
      return nothing;
    }
    Specification spec;
    if (at_ < format_.size() && format_[at_] == '(') TRY(select_key());
    for (; at_ < format_.size() && std::strchr("-+ #0", format_[at_]) && format_[at_]; ++at_) spec.flags += format_[at_];
    if (at_ < format_.size() && (format_[at_] == '*' || (format_[at_] >= '0' && format_[at_] <= '9'))) {
      spec.width = TRY(number("width too big"));
      if (spec.width < 0) {
        spec.flags += '-';
        spec.width = spec.width == INT32_MIN ? INT32_MAX : -spec.width;
      }
    }
    if (at_ < format_.size() && format_[at_] == '.') {
      ++at_;
      spec.precision = TRY(number("prec too big"));
      if (spec.precision < 0) spec.precision = 0;
    }
    if (at_ < format_.size() && std::strchr("hlL", format_[at_]) && format_[at_]) ++at_;
    if (at_ >= format_.size()) return incomplete();
    const char kind = format_[at_++];
    const Value value = TRY(next_argument());
    return convert(spec, kind, value);
  }

  Status convert(const Specification& spec, char kind, Value value) {
    switch (kind) {
      case 'r':
      case 'a': {
        Str* text = TRY(ascii(thread_, value));
        return put(spec, text->ascii_view());
      }
      case 's':
      case 'b': return put_object(spec, value);
      case 'c': {
        const char byte = static_cast<char>(TRY(one_byte(value)));
        Specification whole = spec;
        whole.precision = -1;
        return put(whole, {&byte, 1});
      }
      case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': return put_number(spec, kind, value);
      case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': {
        auto number = as_double(thread_, value);
        if (number.failed()) {
          take_exception(thread_);
          return raise(thread_, TypeError, "float argument required, not {}", type_of(value));
        }
        return put_number(spec, kind, make_float(number.value()));
      }
      default: break;
    }
    const char* const digits = "0123456789abcdef";
    const auto byte = static_cast<uint8_t>(kind);
    const std::string code = byte < 16 ? std::string(1, digits[byte]) : std::string{digits[byte >> 4], digits[byte & 15]};
    return raise(thread_, ValueError, "unsupported format character '{}' (0x{}) at index {}",
                 make_character(byte), std::string_view(code), at_ - 1);
  }

  // Padded to the width; cut to the precision.
  Status put(const Specification& spec, std::string_view text) {
    if (spec.precision >= 0) text = text.substr(0, static_cast<size_t>(spec.precision));
    const size_t width = spec.width < 0 ? 0 : static_cast<size_t>(spec.width);
    const size_t padding = width > text.size() ? width - text.size() : 0;
    if (!spec.has('-')) out.append_repeated(' ', padding);
    out.append(text);
    if (spec.has('-')) out.append_repeated(' ', padding);
    return nothing;
  }

  Status put_object(const Specification& spec, Value value) {
    if (supports_buffer(value)) {
      BufferLease lease(thread_);
      TRY(lease.acquire(value));
      return put(spec, lease.view());
    }
    const Value special = TRY(lookup_special(thread_, value, "__bytes__"));
    if (special.is_unbound()) {
      return raise(thread_, TypeError,
                   "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'", type_of(value));
    }
    const Value made = TRY(call(thread_, special));
    if (!is_bytes(made)) return raise(thread_, TypeError, "__bytes__ returned non-bytes (type {})", type_of(made));
    return put(spec, made.as<Bytes>()->view());
  }

  Result<uint8_t> one_byte(Value value) {
    if ((is_bytes(value) || is_bytearray(value)) && contents_of(value).size() == 1) {
      return static_cast<uint8_t>(contents_of(value)[0]);
    }
    if (!is_index(value)) {
      return raise(thread_, TypeError, "%c requires an integer in range(256) or a single byte");
    }
    const Value number = TRY(number_index(thread_, value));
    if (!number.is_int() || number.as_int() < 0 || number.as_int() > 255) {
      return raise(thread_, OverflowError, "%c arg not in range(256)");
    }
    return static_cast<uint8_t>(number.as_int());
  }

  Status put_number(const Specification& spec, char kind, Value value) {
    if (value.is_int() && (kind == 'd' || kind == 'i' || kind == 'u') && spec.is_plain()) {
      char digits[24];
      out.append(digits, static_cast<size_t>(std::to_chars(digits, digits + sizeof digits, value.as_int()).ptr - digits));
      return nothing;
    }
    std::string format = "%" + spec.flags;
    if (spec.width >= 0) format += std::to_string(spec.width);
    if (spec.precision >= 0) format += "." + std::to_string(spec.precision);
    format += kind;
    const Value text = TRY(number_remainder(thread_, make_str(format), make_tuple({value})));
    out.append(text.as<Str>()->ascii_view());
    return nothing;
  }

  Thread& thread_;
  std::string_view format_;
  size_t at_ = 0;
  Value arguments_, mapping_, selected_;
  std::span<const Value> left_;
};

}  // namespace

Value format_bytes(Thread& thread, Value self, Value arguments) {
  BufferLease lease(thread);
  TRY(lease.acquire(self));
  Formatter formatter(thread, lease.view(), arguments);
  TRY(formatter.run());
  if (formatter.out.failed()) return raise_memory_error(thread);
  return make_like(thread, self, formatter.out.view());
}

}  // namespace minipy
