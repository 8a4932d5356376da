// Positions in text files. A position is a cookie: where in the bytes decoding has to start, with
// which decoder state, how many bytes to feed and how many characters to skip then.
#include <algorithm>

#include "Modules/io/text_read.h"

namespace minipy {
namespace {

struct Cookie {
  int64_t start = 0;
  Value flags = make_int(0);
  int64_t bytes_to_feed = 0;
  int64_t characters_to_skip = 0;
  bool needs_end = false;
};

// 64 bits each: start, flags, bytes to feed, characters to skip; then one for needs_end.
Value pack(Thread& thread, const Cookie& cookie) {
  const Value parts[] = {make_int(cookie.start), cookie.flags, make_int(cookie.bytes_to_feed),
                         make_int(cookie.characters_to_skip), make_int(cookie.needs_end)};
  Value packed = parts[4];
  for (int i = 3; i >= 0; --i) {
    packed = int_is_zero(packed) ? parts[i] : int_or(TRY(int_left_shift(thread, packed, make_int(64))), parts[i]);
  }
  return packed;
}

Result<Cookie> unpack(Thread& thread, Value packed) {
  const Value mask = make_uint(UINT64_MAX);
  Value parts[5];
  for (Value& part : parts) {
    part = int_and(packed, mask);
    packed = TRY(int_right_shift(thread, packed, make_int(64)));
  }
  Cookie cookie;
  cookie.start = int_to_int64(parts[0]).value_or(INT64_MAX);
  cookie.flags = parts[1];
  cookie.bytes_to_feed = int_to_int64(parts[2]).value_or(INT64_MAX);
  cookie.characters_to_skip = int_to_int64(parts[3]).value_or(INT64_MAX);
  cookie.needs_end = !int_is_zero(parts[4]);
  return cookie;
}

Result<size_t> decoded_length(Thread& thread, TextIOWrapper& self, std::string_view bytes, bool is_final = false) {
  const Value text = TRY(text_decode(thread, self, make_bytes(bytes), is_final));
  return text.as<Str>()->length();
}

// A start close before the wanted character at which the decoder holds nothing back: guessed from
// the ratio of bytes to characters, then stepped back. Returns how many bytes to skip.
Result<size_t> safe_start(Thread& thread, TextIOWrapper& self, std::string_view input, Cookie& cookie) {
  size_t skip = std::min(
      input.size(), static_cast<size_t>(self.bytes_per_character * static_cast<double>(cookie.characters_to_skip)));
  for (size_t step = 1; skip > 0;) {
    TRY(text_set_decoder_state(thread, self, {"", cookie.flags}));
    const size_t count = TRY(decoded_length(thread, self, input.substr(0, skip)));
    if (count <= static_cast<size_t>(cookie.characters_to_skip)) {
      const DecoderState state = TRY(text_decoder_state(thread, self));
      if (state.buffer.empty()) {
        cookie.flags = state.flags;
        cookie.characters_to_skip -= static_cast<int64_t>(count);
        return skip;
      }
      skip -= std::min(skip, state.buffer.size());
      step = 1;
    } else {
      skip -= std::min(skip, step);
      step *= 2;
    }
  }
  TRY(text_set_decoder_state(thread, self, {"", cookie.flags}));
  return size_t{0};
}

// Byte by byte from there, moving the start on wherever the decoder is clean.
Status advance(Thread& thread, TextIOWrapper& self, std::string_view input, Cookie& cookie) {
  int64_t decoded = 0;
  for (size_t i = 0; i < input.size(); ++i) {
    ++cookie.bytes_to_feed;
    decoded += static_cast<int64_t>(TRY(decoded_length(thread, self, input.substr(i, 1))));
    const DecoderState state = TRY(text_decoder_state(thread, self));
    if (state.buffer.empty() && decoded <= cookie.characters_to_skip) {
      cookie.start += cookie.bytes_to_feed;
      cookie.characters_to_skip -= decoded;
      cookie.flags = state.flags;
      cookie.bytes_to_feed = 0;
      decoded = 0;
    }
    if (decoded >= cookie.characters_to_skip) return nothing;
  }
  decoded += static_cast<int64_t>(TRY(decoded_length(thread, self, "", true)));
  cookie.needs_end = true;
  if (decoded >= cookie.characters_to_skip) return nothing;
  return raise(thread, OSError, "can't reconstruct logical file position");
}

Value find_cookie(Thread& thread, TextIOWrapper& self, Cookie cookie, std::string_view input) {
  const size_t skip = TRY(safe_start(thread, self, input, cookie));
  cookie.start += static_cast<int64_t>(skip);
  if (cookie.characters_to_skip > 0) TRY(advance(thread, self, input.substr(skip), cookie));
  return pack(thread, cookie);
}

Status check_seekable(Thread& thread, TextIOWrapper& self) {
  TRY(check_text_state(thread, self));
  TRY(check_open(thread, &self));
  if (self.is_seekable) return nothing;
  return raise_unsupported(thread, "underlying stream is not seekable");
}

void forget(TextIOWrapper& self) {
  self.decoded = self.snapshot = Value();
  self.decoded_used = 0;
}

Value seek_to_end(Thread& thread, TextIOWrapper& self) {
  TRY(call_method(thread, &self, "flush"));
  forget(self);
  if (text_can_decode(self)) TRY(text_reset_decoder(thread, self));
  const Value position = TRY(call_method(thread, self.buffer, "seek", {make_int(0), make_int(2)}));
  TRY(text_reset_encoder(thread, self, position.is_int() && position.as_int() == 0));
  return position;
}

// Feeds the decoder as the cookie says.
Status restore(Thread& thread, TextIOWrapper& self, const Cookie& cookie) {
  const Value bytes = TRY(call_method(thread, self.buffer, "read", {make_int(cookie.bytes_to_feed)}));
  if (!has_kind(bytes, Kind::Bytes)) {
    return raise(thread, TypeError, "underlying read() should have returned a bytes object, not '{}'", type_of(bytes));
  }
  self.snapshot = make_tuple({cookie.flags, bytes});
  const Value text = TRY(text_decode(thread, self, bytes, cookie.needs_end));
  self.decoded = text;
  if (text.as<Str>()->length() < static_cast<size_t>(cookie.characters_to_skip)) {
    return raise(thread, OSError, "can't restore logical file position");
  }
  self.decoded_used = static_cast<size_t>(cookie.characters_to_skip);
  return nothing;
}

}  // namespace

Value text_tell(Thread& thread, TextIOWrapper& self) {
  TRY(check_seekable(thread, self));
  if (!self.telling) return raise(thread, OSError, "telling position disabled by next() call");
  TRY(text_flush_pending(thread, self));
  TRY(call_method(thread, &self, "flush"));
  const Value position = TRY(call_method(thread, self.buffer, "tell"));
  if (!text_can_decode(self) || self.snapshot.is_empty()) return position;
  const Tuple& snapshot = *self.snapshot.as<Tuple>();
  const std::string input(snapshot.items[1].as<Bytes>()->view());
  Cookie cookie;
  cookie.start = TRY(index_as_int64(thread, position, &OverflowError)) - static_cast<int64_t>(input.size());
  cookie.flags = snapshot.items[0];
  cookie.characters_to_skip = static_cast<int64_t>(self.decoded_used);
  if (self.decoded.is_empty() || self.decoded_used == 0) return pack(thread, cookie);
  const DecoderState saved = TRY(text_decoder_state(thread, self));
  const Value packed = find_cookie(thread, self, cookie, input);
  const Value failure = take_exception(thread);
  TRY(text_set_decoder_state(thread, self, saved));
  if (packed.is_empty()) return restore_exception(thread, failure);
  return packed;
}

Value text_seek(Thread& thread, TextIOWrapper& self, Value position, int whence) {
  TRY(check_seekable(thread, self));
  if (whence == 1 || whence == 2) {
    if (!TRY(is_equal(thread, position, make_int(0)))) {
      return raise_unsupported(thread, whence == 1 ? "can't do nonzero cur-relative seeks"
                                                   : "can't do nonzero end-relative seeks");
    }
    if (whence == 2) return seek_to_end(thread, self);
    position = TRY(call_method(thread, &self, "tell"));
  } else if (whence != 0) {
    return raise(thread, ValueError, "invalid whence ({}, should be 0, 1 or 2)", whence);
  }
  const Value packed = TRY(number_index(thread, position));
  if (int_sign(packed) < 0) return raise(thread, ValueError, "negative seek position {}", Repr{packed});
  TRY(call_method(thread, &self, "flush"));
  const Cookie cookie = TRY(unpack(thread, packed));
  TRY(call_method(thread, self.buffer, "seek", {make_int(cookie.start)}));
  forget(self);
  const bool is_start = int_is_zero(packed);
  if (text_can_decode(self)) {
    if (is_start) {
      TRY(text_reset_decoder(thread, self));
    } else {
      TRY(text_set_decoder_state(thread, self, {"", cookie.flags}));
      self.snapshot = make_tuple({cookie.flags, empty_bytes()});
    }
  }
  if (cookie.characters_to_skip > 0) TRY(restore(thread, self, cookie));
  TRY(text_reset_encoder(thread, self, is_start));
  return packed;
}

Value text_truncate(Thread& thread, TextIOWrapper& self, Value size) {
  TRY(check_text_state(thread, self));
  TRY(call_method(thread, &self, "flush"));
  return call_method(thread, self.buffer, "truncate", {size});
}

}  // namespace minipy
