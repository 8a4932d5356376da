// Encoding and decoding of text files: UTF-8, ASCII and Latin-1 directly, every other codec through
// its incremental encoder and decoder.
#include "Modules/io/io.h"
#include "Objects/codecs.h"
#include "Objects/growing_text.h"

namespace minipy {
namespace {

std::string normalized(const Str& encoding) {
  std::string name;
  for (const char c : to_utf8(&encoding)) {
    if (c == '_' || c == ' ') {
      name += '-';
    } else {
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return name;
}

FastCodec fast_codec_of(const Str& encoding) {
  const std::string name = normalized(encoding);
  if (name == "utf-8" || name == "utf8") return FastCodec::Utf8;
  if (name == "ascii" || name == "us-ascii") return FastCodec::Ascii;
  if (name == "latin-1" || name == "latin1" || name == "iso-8859-1" || name == "iso8859-1") return FastCodec::Latin1;
  return FastCodec::None;
}

std::string errors_of(const TextIOWrapper& self) { return to_utf8(self.errors.as<Str>()); }

Value codec_with_text(Thread& thread, const TextIOWrapper& self) {
  const Value info = TRY(lookup_codec(thread, to_utf8(self.encoding.as<Str>())));
  const Value is_text = TRY(get_attribute_or_unbound(thread, info, "_is_text_encoding"));
  if (is_text.is_unbound() || TRY(truth(thread, is_text))) return info;
  return raise(thread, LookupError, "{} is not a text encoding; use codecs.open() to handle arbitrary codecs",
               Repr{self.encoding});
}

Value decode_fast(Thread& thread, TextIOWrapper& self, std::string_view data, Value shown, bool is_final) {
  GrowingBytes joined;
  if (!self.undecoded.is_empty()) {
    joined += self.undecoded.as<Bytes>()->view();
    joined += data;
    if (joined.failed()) return raise_memory_error(thread);
    data = joined.view();
    shown = Value();
    self.undecoded = Value();
  }
  switch (self.fast_codec) {
    case FastCodec::Utf8: {
      size_t consumed = data.size();
      const Value text =
          TRY(decode_utf8(thread, data, errors_of(self), is_final ? nullptr : &consumed, shown));
      if (!is_final && consumed < data.size()) self.undecoded = make_bytes(data.substr(consumed));
      return text;
    }
    case FastCodec::Ascii: return TRY(decode_ascii(thread, data, errors_of(self), shown));
    case FastCodec::Latin1: return TRY(decode_latin1(thread, data));
    case FastCodec::None: break;
  }
  MP_UNREACHABLE();
}

}  // namespace

bool text_can_decode(const TextIOWrapper& self) { return self.can_read; }
bool text_can_encode(const TextIOWrapper& self) { return self.can_write; }

Status text_choose_codec(Thread& thread, TextIOWrapper& self) {
  self.encoder = self.decoder = self.undecoded = Value();
  self.fast_codec = fast_codec_of(*self.encoding.as<Str>());
  Value info;
  if (self.fast_codec == FastCodec::None) info = TRY(codec_with_text(thread, self));
  self.can_read = TRY(ask(thread, self.buffer, "readable"));
  self.can_write = TRY(ask(thread, self.buffer, "writable"));
  if (self.can_read) {
    if (self.fast_codec == FastCodec::None) {
      self.decoder = TRY(call_method(thread, info, "incrementaldecoder", {self.errors}));
    }
    if (self.is_universal) {
      self.decoder =
          TRY(make_newline_decoder(thread, self.decoder.is_empty() ? None : self.decoder, self.translates_on_read));
    }
  }
  if (self.can_write && self.fast_codec == FastCodec::None) {
    self.encoder = TRY(call_method(thread, info, "incrementalencoder", {self.errors}));
  }
  return nothing;
}

Value text_decode(Thread& thread, TextIOWrapper& self, Value bytes, bool is_final) {
  if (self.fast_codec == FastCodec::None) {
    const Value text = TRY(call_method(thread, self.decoder, "decode", {bytes, Value::from_bool(is_final)}));
    if (is_str(text)) return text;
    return raise(thread, TypeError, "decoder should return a string result, not '{}'", type_of(text));
  }
  Value text;
  if (has_kind(bytes, Kind::Bytes)) {
    text = TRY(decode_fast(thread, self, bytes.as<Bytes>()->view(), bytes, is_final));
  } else {
    BufferLease buffer(thread);
    TRY(buffer.acquire(bytes));
    text = TRY(decode_fast(thread, self, buffer.view(), Value(), is_final));
  }
  if (self.decoder.is_empty()) return text;
  return decode_newlines(thread, *self.decoder.as<NewlineDecoder>(), text, is_final);
}

Value text_encode(Thread& thread, TextIOWrapper& self, const Str& text) {
  switch (self.fast_codec) {
    case FastCodec::Utf8: return encode_utf8(thread, &text, errors_of(self));
    case FastCodec::Ascii: return encode_ascii(thread, &text, errors_of(self));
    case FastCodec::Latin1: return encode_latin1(thread, &text, errors_of(self));
    case FastCodec::None: break;
  }
  const Value bytes = TRY(call_method(thread, self.encoder, "encode", {Value(&text)}));
  if (has_kind(bytes, Kind::Bytes)) return bytes;
  return raise(thread, TypeError, "encoder should return a bytes object, not '{}'", type_of(bytes));
}

Result<DecoderState> text_decoder_state(Thread& thread, TextIOWrapper& self) {
  DecoderState state;
  if (self.fast_codec != FastCodec::None) {
    if (!self.undecoded.is_empty()) state.buffer = self.undecoded.as<Bytes>()->view();
    state.flags = make_int(!self.decoder.is_empty() && self.decoder.as<NewlineDecoder>()->pending_return);
    return state;
  }
  const Value pair = TRY(call_method(thread, self.decoder, "getstate"));
  if (!is_tuple(pair) || pair.as<Tuple>()->size != 2) return raise(thread, TypeError, "illegal decoder state");
  const Value buffer = pair.as<Tuple>()->items[0];
  if (!has_kind(buffer, Kind::Bytes)) {
    return raise(thread, TypeError, "illegal decoder state: the first item should be a bytes object, not '{}'",
                 type_of(buffer));
  }
  state.buffer = buffer.as<Bytes>()->view();
  state.flags = pair.as<Tuple>()->items[1];
  return state;
}

Status text_set_decoder_state(Thread& thread, TextIOWrapper& self, const DecoderState& state) {
  if (self.fast_codec != FastCodec::None) {
    self.undecoded = state.buffer.empty() ? Value() : Value(make_bytes(state.buffer));
    if (!self.decoder.is_empty()) {
      self.decoder.as<NewlineDecoder>()->pending_return = !int_is_zero(int_and(state.flags, make_int(1)));
    }
    return nothing;
  }
  if (self.decoder.is_empty()) return nothing;
  TRY(call_method(thread, self.decoder, "setstate", {Value(make_tuple({make_bytes(state.buffer), state.flags}))}));
  return nothing;
}

Status text_reset_decoder(Thread& thread, TextIOWrapper& self) {
  self.undecoded = Value();
  if (self.decoder.is_empty()) return nothing;
  TRY(call_method(thread, self.decoder, "reset"));
  return nothing;
}

// UTF-16 and its kind write their mark only at the start of a file.
Status text_reset_encoder(Thread& thread, TextIOWrapper& self, bool at_start) {
  if (self.encoder.is_empty()) return nothing;
  if (at_start) {
    TRY(call_method(thread, self.encoder, "reset"));
  } else {
    TRY(call_method(thread, self.encoder, "setstate", {make_int(0)}));
  }
  return nothing;
}

}  // namespace minipy
