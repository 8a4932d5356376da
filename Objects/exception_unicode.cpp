// UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError: what could not be converted, where.
#include <cstdio>

#include "Objects/bytes.h"
#include "Objects/exception.h"
#include "Objects/exception_types.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

Status check_count(Thread& thread, size_t count, size_t wanted) {
  if (count == wanted) return nothing;
  return raise(thread, TypeError, "function takes exactly {} arguments ({} given)", wanted, count);
}

Status check_str(Thread& thread, const Value* arguments, size_t i) {
  if (is_str(arguments[i])) return nothing;
  return raise(thread, TypeError, "argument {} must be str, not {}", i + 1, argument_kind(arguments[i]));
}

// The last three arguments: start, end, reason.
Status fill_place(Thread& thread, UnicodeErrorObject& object, const Value* arguments, size_t first) {
  object.start = TRY(index_as_int64(thread, arguments[first], &OverflowError));
  object.end = TRY(index_as_int64(thread, arguments[first + 1], &OverflowError));
  TRY(check_str(thread, arguments, first + 2));
  object.reason = arguments[first + 2];
  return nothing;
}

Status decode_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(base_exception_init(thread, self, arguments, count, keyword_names));
  TRY(check_count(thread, count, 5));
  TRY(check_str(thread, arguments, 0));
  auto& object = *self.as<UnicodeErrorObject>();
  TRY(fill_place(thread, object, arguments, 2));
  object.encoding = arguments[0];
  object.object = arguments[1];
  if (!has_kind(arguments[1], Kind::Bytes)) {
    BufferLease lease(thread);
    TRY(lease.acquire(arguments[1]));
    object.object = make_bytes(lease.view());
  }
  return nothing;
}

Status encode_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(base_exception_init(thread, self, arguments, count, keyword_names));
  TRY(check_count(thread, count, 5));
  TRY(check_str(thread, arguments, 0));
  TRY(check_str(thread, arguments, 1));
  auto& object = *self.as<UnicodeErrorObject>();
  TRY(fill_place(thread, object, arguments, 2));
  object.encoding = arguments[0];
  object.object = arguments[1];
  return nothing;
}

Status translate_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(base_exception_init(thread, self, arguments, count, keyword_names));
  TRY(check_count(thread, count, 4));
  TRY(check_str(thread, arguments, 0));
  auto& object = *self.as<UnicodeErrorObject>();
  TRY(fill_place(thread, object, arguments, 1));
  object.object = arguments[0];
  return nothing;
}

// Exactly one item at `start`, and it is there.
bool is_single(const UnicodeErrorObject& object, size_t length) {
  return object.start >= 0 && static_cast<size_t>(object.start) < length && object.end == object.start + 1;
}

std::string escaped(char32_t c) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, c <= 0xFF ? "\\x%02x" : c <= 0xFFFF ? "\\u%04x" : "\\U%08x",
                static_cast<unsigned>(c));
  return buffer;
}

Value or_none(Value value) { return value.is_empty() ? None : value; }

Value decode_str(Thread& thread, Value self) {
  const auto& object = *self.as<UnicodeErrorObject>();
  if (object.object.is_empty()) return empty_str();
  const Value encoding = or_none(object.encoding), reason = or_none(object.reason);
  if (has_kind(object.object, Kind::Bytes) && is_single(object, object.object.as<Bytes>()->size)) {
    char byte[8];
    std::snprintf(byte, sizeof byte, "0x%02x", object.object.as<Bytes>()->data()[object.start]);
    return format_message(thread, "'{}' codec can't decode byte {} in position {}: {}",
                          {encoding, byte, object.start, reason});
  }
  return format_message(thread, "'{}' codec can't decode bytes in position {}-{}: {}",
                        {encoding, object.start, object.end - 1, reason});
}

Value encode_str(Thread& thread, Value self) {
  const auto& object = *self.as<UnicodeErrorObject>();
  if (object.object.is_empty()) return empty_str();
  const Value encoding = or_none(object.encoding), reason = or_none(object.reason);
  if (is_str(object.object) && is_single(object, object.object.as<Str>()->length())) {
    const std::string character = escaped(object.object.as<Str>()->at(static_cast<size_t>(object.start)));
    return format_message(thread, "'{}' codec can't encode character '{}' in position {}: {}",
                          {encoding, std::string_view(character), object.start, reason});
  }
  return format_message(thread, "'{}' codec can't encode characters in position {}-{}: {}",
                        {encoding, object.start, object.end - 1, reason});
}

Value translate_str(Thread& thread, Value self) {
  const auto& object = *self.as<UnicodeErrorObject>();
  if (object.object.is_empty()) return empty_str();
  const Value reason = or_none(object.reason);
  if (is_str(object.object) && is_single(object, object.object.as<Str>()->length())) {
    const std::string character = escaped(object.object.as<Str>()->at(static_cast<size_t>(object.start)));
    return format_message(thread, "can't translate character '{}' in position {}: {}",
                          {std::string_view(character), object.start, reason});
  }
  return format_message(thread, "can't translate characters in position {}-{}: {}",
                        {object.start, object.end - 1, reason});
}

template <int64_t UnicodeErrorObject::*field>
int64_t get_place(Value self) { return self.as<UnicodeErrorObject>()->*field; }
template <int64_t UnicodeErrorObject::*field>
Status set_place(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "can't delete numeric/char attribute");
  if (!is_index(value)) return raise(thread, TypeError, "an integer is required");
  self.as<UnicodeErrorObject>()->*field = TRY(index_as_int64(thread, value, &OverflowError));
  return nothing;
}

using Unicode = UnicodeErrorObject;
const MethodRow methods[] = {
    field_member<Unicode, &Unicode::encoding>("encoding", "exception encoding"),
    field_member<Unicode, &Unicode::object>("object", "exception object"),
    member<get_place<&Unicode::start>>("start", "exception start", set_place<&Unicode::start>),
    member<get_place<&Unicode::end>>("end", "exception end", set_place<&Unicode::end>),
    field_member<Unicode, &Unicode::reason>("reason", "exception reason"),
};

}  // namespace

void customize_unicode_error(Kind kind, TypeSpec& spec) {
  if (kind == Kind::UnicodeDecodeError) {
    spec.slots.init = decode_init;
    spec.slots.make = base_exception_make;
    spec.slots.str = decode_str;
  } else if (kind == Kind::UnicodeEncodeError) {
    spec.slots.init = encode_init;
    spec.slots.make = base_exception_make;
    spec.slots.str = encode_str;
  } else if (kind == Kind::UnicodeTranslateError) {
    spec.slots.init = translate_init;
    spec.slots.make = base_exception_make;
    spec.slots.str = translate_str;
  } else {
    return;
  }
  spec.instance_bytes = sizeof(UnicodeErrorObject);
  spec.methods = methods;
}

}  // namespace minipy
