// The registry of codecs, and str.encode and bytes.decode on top of it.
#include "Objects/codecs.h"

#include "Objects/codec_errors.h"
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str_access.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

struct Registry {
  List* search_functions;
  Dict* found;           // normalised name -> CodecInfo
  Dict* error_handlers;  // those that programs registered
  bool has_encodings;    // the package has been imported, which registers its search function
};
Registry registry;

Registry& the_registry() {
  if (registry.found == nullptr) {
    registry.search_functions = make_list();
    registry.error_handlers = make_dict();
    registry.found = make_dict();
  }
  return registry;
}

// Letters lower, anything between letters, digits and dots one underscore.
std::string normalized(std::string_view encoding) {
  std::string result;
  bool is_gap = false;
  for (const char c : encoding) {
    const bool is_letter = (c | 32) >= 'a' && (c | 32) <= 'z';
    if (!is_letter && !(c >= '0' && c <= '9') && c != '.') {
      is_gap = true;
      continue;
    }
    if (is_gap && !result.empty()) result += '_';
    is_gap = false;
    result += is_letter ? static_cast<char>(c | 32) : c;
  }
  return result;
}

enum class Builtin { None, Utf8, Utf16, Utf32, Ascii, Latin1 };

// The codecs that need no registry: known under these names whatever programs register.
Builtin builtin_codec(std::string_view encoding) {
  // As most programs write them.
  if (encoding == "utf-8" || encoding == "utf8" || encoding == "UTF-8") return Builtin::Utf8;
  if (encoding == "ascii") return Builtin::Ascii;
  if (encoding == "utf-16") return Builtin::Utf16;
  if (encoding == "latin-1" || encoding == "latin1") return Builtin::Latin1;
  const std::string name = normalized(encoding);
  if (name == "utf_8" || name == "utf8") return Builtin::Utf8;
  if (name == "utf_16" || name == "utf16") return Builtin::Utf16;
  if (name == "utf_32" || name == "utf32") return Builtin::Utf32;
  if (name == "ascii" || name == "us_ascii") return Builtin::Ascii;
  if (name == "latin1" || name == "latin_1" || name == "iso_8859_1" || name == "iso8859_1") {
    return Builtin::Latin1;
  }
  return Builtin::None;
}

// An exception that a plain message describes fully: made like BaseException, with no state of its
// own, at most one argument, which is text, and no attributes.
bool is_plain_exception(Thread& thread, Value exception) {
  const Type& type = type_of(exception);
  if (type.slots.init != BaseException.slots.init || type.slots.make != BaseException.slots.make ||
      type.basic_words != BaseException.basic_words) {
    return false;
  }
  const Tuple& arguments = *exception.as<BaseExceptionObject>()->arguments;
  if (arguments.size > 1 || (arguments.size == 1 && !is_exact_str(arguments.items[0]))) return false;
  const Value attributes = instance_dict(thread, exception);
  return !is_dict(attributes) || attributes.as<Dict>()->count == 0;
}

// Replaces the pending exception by one of its type that tells which codec failed, where the type
// takes a plain message; otherwise leaves it.
Failure explain_failure(Thread& thread, const char* operation, std::string_view encoding) {
  const Value cause = take_exception(thread);
  if (!is_plain_exception(thread, cause)) return restore_exception(thread, cause);
  Type& type = type_of(cause);
  raise(thread, type, "{} with '{}' codec failed ({}: {})", operation, encoding, type, cause);
  if (!is_exception(thread.exception)) return error;
  auto& raised = exception_object(thread.exception);
  raised.cause = cause;
  raised.context = cause;
  raised.suppress_context = true;
  return error;
}

Value call_codec(Thread& thread, Value function, Value object, std::string_view errors) {
  if (errors.empty()) return call(thread, function, {object});
  return call(thread, function, {object, make_str(errors)});
}

// info[which](object, errors)[0]
Value run_codec(Thread& thread, Value info, size_t which, Value object, std::string_view encoding,
                std::string_view errors) {
  const Value function = info.as<Tuple>()->items[which];
  const Value result = call_codec(thread, function, object, errors);
  if (result.is_empty()) {
    return explain_failure(thread, which == 0 ? "encoding" : "decoding", encoding);
  }
  if (!is_tuple(result) || result.as<Tuple>()->size != 2) {
    return raise(thread, TypeError, "{} must return a tuple (object, integer)",
                 which == 0 ? "encoder" : "decoder");
  }
  return result.as<Tuple>()->items[0];
}

// str.encode and bytes.decode refuse codecs that say they are for something else.
Value lookup_text_codec(Thread& thread, std::string_view encoding, const char* instead) {
  const Value info = TRY(lookup_codec(thread, encoding));
  if (is_exact_tuple(info)) return info;
  const Value is_text = TRY(get_attribute_or_unbound(thread, info, "_is_text_encoding"));
  if (!is_text.is_unbound() && !TRY(truth(thread, is_text))) {
    return raise(thread, LookupError,
                 "'{}' is not a text encoding; use {} to handle arbitrary codecs", encoding, instead);
  }
  return info;
}

Value call_search_function(Thread& thread, Value function, const std::string& name) {
  const Value info = TRY(call(thread, function, {make_str(name)}));
  if (info.is_none()) return info;
  if (!is_tuple(info) || info.as<Tuple>()->size != 4) {
    return raise(thread, TypeError, "codec search functions must return 4-tuples");
  }
  return info;
}

}  // namespace

Status register_codec(Thread& thread, Value search_function) {
  if (!is_callable(search_function)) return raise(thread, TypeError, "argument must be callable");
  return list_append(thread, *the_registry().search_functions, search_function);
}

Status unregister_codec(Thread&, Value search_function) {
  List& functions = *the_registry().search_functions;
  for (size_t i = 0; i < functions.size; ++i) {
    if (functions.at(i) == search_function) {
      dict_clear(*registry.found);
      list_remove_range(functions, i, i + 1);
      break;
    }
  }
  return nothing;
}

Value (*import_encodings_hook)(Thread& thread) = nullptr;

Value lookup_codec(Thread& thread, std::string_view encoding) {
  const std::string name = normalized(encoding);
  const Value found = dict_get_str(*the_registry().found, name);
  if (!found.is_unbound()) return found;
  if (!registry.has_encodings) {
    registry.has_encodings = true;
    TRY(import_encodings_hook ? import_encodings_hook(thread) : import_module(thread, "encodings"));
  }
  List& functions = *registry.search_functions;
  if (functions.size == 0) {
    return raise(thread, LookupError, "no codec search functions registered: can't find encoding");
  }
  for (size_t i = 0; i < functions.size; ++i) {
    const Value info = TRY(call_search_function(thread, functions.at(i), name));
    if (info.is_none()) continue;
    dict_set_str(*registry.found, name, info);
    return info;
  }
  return raise(thread, LookupError, "unknown encoding: {}", encoding);
}

Status register_error_handler(Thread& thread, const Str* name, Value handler) {
  if (!is_callable(handler)) return raise(thread, TypeError, "handler must be callable");
  return dict_set(thread, *the_registry().error_handlers, name, handler);
}

Value lookup_error_handler(Thread& thread, std::string_view name) {
  if (name.empty()) name = "strict";
  const Value registered =
      TRY(dict_get(thread, *the_registry().error_handlers, TRY(checked(thread, make_str(name)))));
  if (!registered.is_unbound()) return registered;
  const Value standard = standard_error_handler(name);
  if (!standard.is_empty()) return standard;
  return raise(thread, LookupError, "unknown error handler name '{}'", name);
}

Value codec_encode(Thread& thread, Value object, std::string_view encoding, std::string_view errors) {
  const Value info = TRY(lookup_codec(thread, encoding));
  return run_codec(thread, info, 0, object, encoding, errors);
}

Value codec_decode(Thread& thread, Value object, std::string_view encoding, std::string_view errors) {
  const Value info = TRY(lookup_codec(thread, encoding));
  return run_codec(thread, info, 1, object, encoding, errors);
}

bool checks_error_handlers = false;

Value encode_text(Thread& thread, const Str* text, std::string_view encoding, std::string_view errors) {
  if (checks_error_handlers && !errors.empty()) TRY(lookup_error_handler(thread, errors));
  switch (encoding.empty() ? Builtin::Utf8 : builtin_codec(encoding)) {
    case Builtin::Utf8: return encode_utf8(thread, text, errors);
    case Builtin::Utf16: return encode_utf16(thread, text, errors, 0);
    case Builtin::Utf32: return encode_utf32(thread, text, errors, 0);
    case Builtin::Ascii: return encode_ascii(thread, text, errors);
    case Builtin::Latin1: return encode_latin1(thread, text, errors);
    case Builtin::None: break;
  }
  const Value info = TRY(lookup_text_codec(thread, encoding, "codecs.encode()"));
  const Value result = TRY(run_codec(thread, info, 0, text, encoding, errors));
  if (has_kind(result, Kind::Bytes)) return result;
  if (has_kind(result, Kind::Bytearray)) {
    const std::string name(encoding);
    TRY(warn(thread, RuntimeWarning, "encoder " + name + " returned bytearray instead of bytes; "
             "use codecs.encode() to encode to arbitrary types"));
    const Bytearray& array = *result.as<Bytearray>();
    auto& contents = const_cast<Bytearray&>(array);
    return make_bytes({reinterpret_cast<const char*>(contents.data()), contents.size});
  }
  return raise(thread, TypeError,
               "'{}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to "
               "arbitrary types",
               encoding, type_of(result));
}

Value decode_text(Thread& thread, std::string_view data, std::string_view encoding,
                  std::string_view errors, Value shown) {
  if (checks_error_handlers && !errors.empty()) TRY(lookup_error_handler(thread, errors));
  int byte_order = 0;
  switch (encoding.empty() ? Builtin::Utf8 : builtin_codec(encoding)) {
    case Builtin::Utf8: return Value(TRY(decode_utf8(thread, data, errors, nullptr, shown)));
    case Builtin::Utf16:
      return Value(TRY(decode_utf16(thread, data, errors, byte_order, nullptr, shown)));
    case Builtin::Utf32:
      return Value(TRY(decode_utf32(thread, data, errors, byte_order, nullptr, shown)));
    case Builtin::Ascii: return Value(TRY(decode_ascii(thread, data, errors, shown)));
    case Builtin::Latin1: return checked(thread, make_str_latin1(data));
    case Builtin::None: break;
  }
  const Value info = TRY(lookup_text_codec(thread, encoding, "codecs.decode()"));
  const Value object = shown.is_empty() ? Value(make_bytes(data)) : shown;
  const Value result = TRY(run_codec(thread, info, 1, object, encoding, errors));
  if (is_str(result)) return result;
  return raise(thread, TypeError,
               "'{}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to "
               "arbitrary types",
               encoding, type_of(result));
}

}  // namespace minipy
