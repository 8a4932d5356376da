// binascii: binary data as ASCII text, in hexadecimal, base64, quoted-printable and uu; checksums.
#include <zlib.h>

#include <array>
#include <string>

#include "Modules/module_support.h"
#include "Modules/native_modules.h"
#include "Objects/bytes_methods.h"
#include "Objects/growing_text.h"
#include "Objects/hex_digits.h"

namespace minipy {

namespace {

Type* binascii_error;

// What can be decoded: bytes, or a str of ASCII only.
class AsciiArgument {
 public:
  explicit AsciiArgument(Thread& thread) : thread_(thread), lease_(thread) {}
  Status open(Value value) {
    if (is_str(value)) {
      if (!value.as<Str>()->is_ascii()) {
        return raise(thread_, ValueError, "string argument should contain only ASCII characters");
      }
      view_ = value.as<Str>()->ascii_view();
      return nothing;
    }
    if (!supports_buffer(value)) {
      return raise(thread_, TypeError, "argument should be bytes, buffer or ASCII string, not '{}'", type_of(value));
    }
    TRY(lease_.acquire(value));
    view_ = lease_.view();
    return nothing;
  }
  std::string_view view() const { return view_; }

 private:
  Thread& thread_;
  BufferLease lease_;
  std::string_view view_;
};

// ---- hexadecimal ----

Value hexlify(Thread& thread, Value data, Value separator, int group) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  const Value text = TRY(hex_text(thread, lease.view(), separator, group));
  return bytes_result(thread, text.as<Str>()->ascii_view());
}

Value unhexlify(Thread& thread, Value text) {
  AsciiArgument argument(thread);
  TRY(argument.open(text));
  const std::string_view digits = argument.view();
  if (digits.size() % 2) return raise(thread, *binascii_error, "Odd-length string");
  Bytes* const made = allocate_bytes(digits.size() / 2);
  if (!made) return raise_memory_error(thread);
  for (size_t i = 0; i < made->size; ++i) {
    const int high = hex_digit(digits[2 * i]), low = hex_digit(digits[2 * i + 1]);
    if (high < 0 || low < 0) return raise(thread, *binascii_error, "Non-hexadecimal digit found");
    made->data()[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return made;
}

// ---- base64 (RFC 3548) ----

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// The digit, or -1.
constexpr std::array<int8_t, 256> kBase64Values = [] {
  std::array<int8_t, 256> table;
  table.fill(-1);
  for (int i = 0; i < 64; ++i) table[static_cast<uint8_t>(kBase64[i])] = static_cast<int8_t>(i);
  return table;
}();
int base64_value(char c) { return kBase64Values[static_cast<uint8_t>(c)]; }

// Decodes whole quads up to the first character that is not a digit: nearly all there is. Says how many characters.
size_t decode_quads(std::string_view text, char* out) {
  size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    const int a = base64_value(text[i]), b = base64_value(text[i + 1]), c = base64_value(text[i + 2]), d = base64_value(text[i + 3]);
    if ((a | b | c | d) < 0) break;
    const int bits = a << 18 | b << 12 | c << 6 | d;
    *out++ = static_cast<char>(bits >> 16);
    *out++ = static_cast<char>(bits >> 8);
    *out++ = static_cast<char>(bits);
  }
  return i;
}

Value a2b_base64(Thread& thread, Value data, bool strict) {
  AsciiArgument argument(thread);
  TRY(argument.open(data));
  const std::string_view text = argument.view();
  GrowingBytes made;
  if (strict && !text.empty() && text[0] == '=') return raise(thread, *binascii_error, "Leading padding not allowed");
  int phase = 0, pads = 0;
  uint32_t bits = 0;
  bool has_padding = false;
  char* const out = made.room(text.size() / 4 * 3);
  if (!out) return raise_memory_error(thread);
  const size_t quads = decode_quads(text, out);
  made.grow_by(quads / 4 * 3);
  for (size_t i = quads; i < text.size(); ++i) {
    if (text[i] == '=') {
      has_padding = true;
      if (phase >= 2 && phase + ++pads >= 4) {
        // The quad is complete: this is the end of the data.
        if (strict && i + 1 < text.size()) return raise(thread, *binascii_error, "Excess data after padding");
        return bytes_result(thread, made);
      }
      continue;
    }
    const int value = base64_value(text[i]);
    if (value < 0) {
      if (strict) return raise(thread, *binascii_error, "Only base64 data is allowed");
      continue;
    }
    if (strict && has_padding) return raise(thread, *binascii_error, "Discontinuous padding not allowed");
    pads = 0;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (phase > 0) made.push_back(static_cast<char>(bits >> (phase == 1 ? 4 : phase == 2 ? 2 : 0)));
    phase = (phase + 1) & 3;
  }
  if (phase == 1) {
    return raise(thread, *binascii_error,
                 "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
                 made.size() / 3 * 4 + 1);
  }
  if (phase != 0) return raise(thread, *binascii_error, "Incorrect padding");
  return bytes_result(thread, made);
}

Value b2a_base64(Thread& thread, Value data, bool newline) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  const size_t size = lease.size();
  const size_t quads = (size + 2) / 3;
  Bytes* made = allocate_bytes(quads * 4 + newline);
  if (!made) return raise_memory_error(thread);
  const uint8_t* in = lease.data();
  uint8_t* out = made->data();
  for (size_t i = 0; i < size; i += 3) {
    const size_t left = size - i;
    const uint32_t bits = static_cast<uint32_t>(in[i]) << 16 | (left > 1 ? in[i + 1] << 8 : 0) | (left > 2 ? in[i + 2] : 0);
    *out++ = static_cast<uint8_t>(kBase64[bits >> 18]);
    *out++ = static_cast<uint8_t>(kBase64[bits >> 12 & 63]);
    *out++ = left > 1 ? static_cast<uint8_t>(kBase64[bits >> 6 & 63]) : '=';
    *out++ = left > 2 ? static_cast<uint8_t>(kBase64[bits & 63]) : '=';
  }
  if (newline) *out = '\n';
  return made;
}

// ---- uuencode ----

Value a2b_uu(Thread& thread, Value data) {
  AsciiArgument argument(thread);
  TRY(argument.open(data));
  std::string_view text = argument.view();
  // The first character is the length; missing characters count as spaces.
  const auto next = [&text]() -> char {
    if (text.empty()) return 0;
    const char c = text[0];
    text.remove_prefix(1);
    return c;
  };
  const size_t size = static_cast<size_t>((static_cast<uint8_t>(next()) - ' ') & 077);
  std::string made;
  uint32_t bits = 0;
  int bit_count = 0;
  while (made.size() < size) {
    const bool is_end = text.empty();
    const char c = next();
    uint32_t value = 0;
    if (!is_end && c != '\n' && c != '\r') {
      if (c < ' ' || c > ' ' + 64) return raise(thread, *binascii_error, "Illegal char");
      value = static_cast<uint32_t>(c - ' ') & 077;
    }
    bits = bits << 6 | value;
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      made.push_back(static_cast<char>(bits >> bit_count));
      bits &= (1u << bit_count) - 1;
    }
  }
  for (const char c : text) {
    if (c != ' ' && c != ' ' + 64 && c != '\n' && c != '\r') return raise(thread, *binascii_error, "Trailing garbage");
  }
  return bytes_result(thread, made);
}

Value b2a_uu(Thread& thread, Value data, bool backtick) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  if (lease.size() > 45) return raise(thread, *binascii_error, "At most 45 bytes at once");
  const auto shown = [backtick](uint32_t value) { return static_cast<char>(value || !backtick ? value + ' ' : '`'); };
  std::string made(1, shown(static_cast<uint32_t>(lease.size())));
  for (size_t i = 0; i < lease.size(); i += 3) {
    uint32_t bits = 0;
    for (size_t k = i; k < i + 3; ++k) bits = bits << 8 | (k < lease.size() ? lease.data()[k] : 0);
    for (int shift = 18; shift >= 0; shift -= 6) made.push_back(shown(bits >> shift & 077));
  }
  made.push_back('\n');
  return bytes_result(thread, made);
}

// ---- quoted-printable (RFC 1521) ----

constexpr size_t kMaxLine = 76;

Value a2b_qp(Thread& thread, Value data, bool header) {
  AsciiArgument argument(thread);
  TRY(argument.open(data));
  const std::string_view text = argument.view();
  GrowingBytes made;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '=') {
      if (++i >= text.size()) break;
      if (text[i] == '\n' || text[i] == '\r') {  // a soft line break
        while (i < text.size() && text[i] != '\n') ++i;
        if (i < text.size()) ++i;
      } else if (text[i] == '=') {  // some broken encoders
        made.push_back('=');
        ++i;
      } else if (i + 1 < text.size() && hex_digit(text[i]) >= 0 && hex_digit(text[i + 1]) >= 0) {
        made.push_back(static_cast<char>(hex_digit(text[i]) << 4 | hex_digit(text[i + 1])));
        i += 2;
      } else {
        made.push_back('=');
      }
    } else {
      made.push_back(header && c == '_' ? ' ' : c);
      ++i;
    }
  }
  return bytes_result(thread, made);
}

class QuotedPrintable {
 public:
  QuotedPrintable(std::string_view text, bool quote_tabs, bool is_text, bool header)
      : text_(text), quote_tabs_(quote_tabs), is_text_(is_text), header_(header) {
    const size_t first = text.find('\n');
    if (first != text.npos && first > 0 && text[first - 1] == '\r') line_end_ = "\r\n";
  }

  GrowingBytes run() {
    while (at_ < text_.size()) {
      must_quote(text_[at_]) ? put_quoted() : put_plain();
    }
    return std::move(made_);
  }

 private:
  bool ends_line(size_t i) const { return i >= text_.size() || text_[i] == '\n'; }

  bool must_quote(char c) const {
    const auto byte = static_cast<uint8_t>(c);
    if (byte > 126 || c == '=' || (header_ && c == '_')) return true;
    // A dot alone on its line would end a mail.
    if (c == '.' && line_size_ == 0 && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n' || text_[at_ + 1] == '\r' || text_[at_ + 1] == 0)) return true;
    if (!is_text_ && (c == '\r' || c == '\n')) return true;
    if ((c == '\t' || c == ' ') && at_ + 1 == text_.size()) return true;
    return byte < 33 && c != '\r' && c != '\n' && (quote_tabs_ || (c != '\t' && c != ' '));
  }

  void soft_break() {
    made_ += '=';
    made_ += line_end_;
    line_size_ = 0;
  }
  void put_hex(char c) {
    const char* const digits = "0123456789ABCDEF";
    const auto byte = static_cast<uint8_t>(c);
    const char text[] = {'=', digits[byte >> 4], digits[byte & 15]};
    made_.append(text, sizeof text);
  }
  void put_quoted() {
    if (line_size_ + 3 >= kMaxLine) soft_break();
    put_hex(text_[at_++]);
    line_size_ += 3;
  }
  void put_plain() {
    const char c = text_[at_];
    const bool is_line_end = is_text_ && (c == '\n' || (c == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n'));
    if (is_line_end) {
      // White space in front of a line end is quoted.
      const char space = made_.empty() ? '\0' : made_[made_.size() - 1];
      if (space == ' ' || space == '\t') {
        made_.shorten(made_.size() - 1);
        put_hex(space);
      }
      made_ += line_end_;
      at_ += c == '\r' ? 2 : 1;
      line_size_ = 0;
      return;
    }
    if (at_ + 1 < text_.size() && text_[at_ + 1] != '\n' && line_size_ + 1 >= kMaxLine) soft_break();
    ++line_size_;
    made_.push_back(header_ && c == ' ' ? '_' : c);
    ++at_;
  }

  std::string_view text_;
  const bool quote_tabs_, is_text_, header_;
  const char* line_end_ = "\n";
  size_t at_ = 0, line_size_ = 0;
  GrowingBytes made_;
};

Value b2a_qp(Thread& thread, Value data, bool quote_tabs, bool is_text, bool header) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  return bytes_result(thread, QuotedPrintable(lease.view(), quote_tabs, is_text, header).run());
}

// ---- checksums ----

Value crc32_function(Thread& thread, Value data, Value start) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  const uint32_t old = start.is_empty() ? 0 : TRY(argument_uint32_wrapped(thread, start));
  return make_int(static_cast<int64_t>(crc32_z(old, lease.data(), lease.size())));
}

// What a byte in front does to the rest of the sum.
constexpr std::array<uint16_t, 256> kCrcSteps = [] {
  std::array<uint16_t, 256> table;
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
    table[byte] = static_cast<uint16_t>(crc);
  }
  return table;
}();

// CRC-CCITT, polynomial x^16 + x^12 + x^5 + 1.
Value crc_hqx(Thread& thread, Value data, Value start) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  uint32_t crc = TRY(argument_uint32_wrapped(thread, start)) & 0xffff;
  for (const char c : lease.view()) {
    crc = (crc << 8 & 0xffff) ^ kCrcSteps[crc >> 8 ^ static_cast<uint8_t>(c)];
  }
  return make_int(crc);
}

const MethodRow functions[] = {
    function<a2b_base64>("a2b_base64($module, data, /, *, strict_mode=False)", "The bytes that base64 text stands for; strict_mode refuses anything else in it."),
    function<unhexlify>("a2b_hex($module, hexstr, /)", "The bytes that hexadecimal digits stand for."),
    function<a2b_qp>("a2b_qp($module, /, data, header=False)", "The bytes that quoted-printable text stands for."),
    function<a2b_uu>("a2b_uu($module, data, /)", "The bytes that a line of uuencoded text stands for."),
    function<b2a_base64>("b2a_base64($module, data, /, *, newline=True)", "A line of base64."),
    function<hexlify>("b2a_hex($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", "Hexadecimal digits, with sep between groups of bytes_per_sep."),
    function<b2a_qp>("b2a_qp($module, /, data, quotetabs=False, istext=True, header=False)", "Quoted-printable text."),
    function<b2a_uu>("b2a_uu($module, data, /, *, backtick=False)", "A line of uuencoded text."),
    function<crc32_function>("crc32($module, data, crc=0, /)", "The CRC-32 of data, continued from crc."),
    function<crc_hqx>("crc_hqx($module, data, crc, /)", "The CRC-CCITT of data, continued from crc."),
    function<hexlify>("hexlify($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", "Hexadecimal digits, with sep between groups of bytes_per_sep."),
    function<unhexlify>("unhexlify($module, hexstr, /)", "The bytes that hexadecimal digits stand for."),
};

Status initialize(Thread& thread, Module& module) {
  binascii_error = TRY(add_exception(thread, module, "binascii", "Error", ValueError));
  TRY(add_exception(thread, module, "binascii", "Incomplete", Exception));
  return nothing;
}

}  // namespace

extern const ModuleSpec binascii_module = {"binascii", "Conversion between binary data and ASCII", functions, initialize};

}  // namespace minipy
