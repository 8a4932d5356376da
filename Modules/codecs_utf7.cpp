// UTF-7 (RFC 2152): ASCII, with runs of base 64 between + and - for the rest, in UTF-16.
#include "Modules/codecs_escapes.h"
#include "Objects/codec_errors.h"
#include "Objects/growing_text.h"
#include "Objects/raise.h"
#include "Objects/str_access.h"
#include "Objects/text/utf.h"

namespace minipy {
namespace {

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Characters that stand for themselves when decoding.
bool is_plain(char c) { return !(c & 0x80) && c != '+'; }

// Characters written as themselves: RFC 2152's sets D and O, and blanks.
bool is_direct(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r' || c == ' ') return true;
  return c > ' ' && c < 0x7F && c != '+' && c != '\\' && c != '~';
}

// Bits of a run that have been read but make no unit yet, and a first surrogate that waits for its second.
struct Run {
  uint32_t bits = 0;
  int bit_count = 0;
  char32_t high = 0;
};

class Utf7Decoder {
 public:
  Utf7Decoder(Thread& thread, std::string_view data, std::string_view errors, Value shown)
      : thread_(thread), errors_(thread, "utf7", errors, data, shown) {}

  Result<Str*> decode(size_t* consumed) {
    is_final_ = consumed == nullptr;
    while (at_ < errors_.data().size()) {
      TRY(in_run_ ? run_character() : plain_character());
    }
    if (in_run_ && is_final_ && (run_.high != 0 || run_.bit_count >= 6 || (run_.bits != 0))) {
      const size_t size = errors_.data().size();
      at_ = TRY(errors_.handle(builder_, start_, size, "unterminated shift sequence"));
      in_run_ = false;
      if (at_ < errors_.data().size()) return decode(consumed);
    }
    return finish(consumed);
  }

 private:
  Result<Str*> finish(size_t* consumed) {
    if (consumed != nullptr) *consumed = at_;
    if (in_run_ && consumed != nullptr) {
      // The run is read again with what follows it.
      *consumed = start_;
      StrBuilder kept;
      const Str* const all = TRY(builder_.finish(thread_));
      kept.append(all, 0, length_before_);
      return kept.finish(thread_);
    }
    return builder_.finish(thread_);
  }

  Status fail(size_t end, const char* reason) {
    at_ = TRY(errors_.handle(builder_, start_, end, reason));
    in_run_ = false;
    return nothing;
  }

  Status plain_character() {
    const std::string_view data = errors_.data();
    const char c = data[at_];
    start_ = at_;
    if (c == '+') {
      if (at_ + 1 < data.size() && data[at_ + 1] == '-') {
        builder_.append(U'+');
        at_ += 2;
        return nothing;
      }
      if (at_ + 1 < data.size() && base64_value(data[at_ + 1]) < 0) {
        return fail(at_ + 2, "ill-formed sequence");
      }
      ++at_;
      in_run_ = true;
      run_ = {};
      length_before_ = builder_.length();
      return nothing;
    }
    if (is_plain(c)) {
      builder_.append(static_cast<char32_t>(c));
      ++at_;
      return nothing;
    }
    return fail(at_ + 1, "unexpected special character");
  }

  void add_unit(char32_t unit) {
    if (run_.high != 0) {
      const char32_t high = run_.high;
      run_.high = 0;
      if (is_low_surrogate(unit)) {
        builder_.append(0x10000 + ((high - 0xD800) << 10 | (unit - 0xDC00)));
        return;
      }
      builder_.append(high);
    }
    if (is_high_surrogate(unit)) {
      run_.high = unit;
    } else {
      builder_.append(unit);
    }
  }

  Status run_character() {
    const char c = errors_.data()[at_];
    const int value = base64_value(c);
    if (value >= 0) {
      run_.bits = run_.bits << 6 | static_cast<uint32_t>(value);
      run_.bit_count += 6;
      ++at_;
      if (run_.bit_count >= 16) {
        run_.bit_count -= 16;
        add_unit(run_.bits >> run_.bit_count & 0xFFFF);
        run_.bits &= (1u << run_.bit_count) - 1;
      }
      return nothing;
    }
    return end_run(c);
  }

  // The run ends at a '-', which is dropped, or at any other character, which stands for itself.
  Status end_run(char c) {
    if (run_.bit_count >= 6) return fail(at_ + 1, "partial character in shift sequence");
    if (run_.bits != 0) return fail(at_ + 1, "non-zero padding bits in shift sequence");
    in_run_ = false;
    if (run_.high != 0 && is_plain(c)) builder_.append(run_.high);
    run_.high = 0;
    if (c == '-') ++at_;
    return nothing;
  }

  Thread& thread_;
  DecodeErrors errors_;
  StrBuilder builder_;
  bool is_final_ = true;
  bool in_run_ = false;
  Run run_;
  size_t at_ = 0;
  size_t start_ = 0;          // where the run, or the character, started
  size_t length_before_ = 0;  // of the result, when the run started
};

}  // namespace

Result<Str*> decode_utf7(Thread& thread, std::string_view data, std::string_view errors,
                         size_t* consumed, Value shown) {
  return Utf7Decoder(thread, data, errors, shown).decode(consumed);
}

Value encode_utf7(Thread& thread, const Str* text) {
  GrowingBytes result;
  bool in_run = false;
  uint32_t bits = 0;
  int bit_count = 0;
  const auto add_unit = [&](char32_t unit) {
    bits = bits << 16 | unit;
    bit_count += 16;
    while (bit_count >= 6) {
      bit_count -= 6;
      result += kDigits[bits >> bit_count & 0x3F];
    }
    bits &= (1u << bit_count) - 1;
  };
  const auto flush = [&] {
    if (bit_count > 0) result += kDigits[bits << (6 - bit_count) & 0x3F];
    bits = 0;
    bit_count = 0;
    in_run = false;
  };
  for (size_t i = 0; i < text->length(); ++i) {
    const char32_t c = text->at(i);
    if (is_direct(c)) {
      if (in_run) {
        flush();
        // A character that could be part of the run needs the run's end marked.
        if (base64_value(static_cast<char>(c)) >= 0 || c == '-') result += '-';
      }
      result += static_cast<char>(c);
      continue;
    }
    if (!in_run) {
      result += '+';
      if (c == '+') {
        result += '-';
        continue;
      }
      in_run = true;
    }
    if (c >= 0x10000) {
      add_unit(0xD800 + ((c - 0x10000) >> 10));
      add_unit(0xDC00 + (c & 0x3FF));
    } else {
      add_unit(c);
    }
  }
  if (in_run) {
    flush();
    result += '-';
  }
  return bytes_result(thread, result);
}

}  // namespace minipy
