// XMLParser: expat's events go to a TreeBuilder directly, to any other target by its methods.
#include <expat.h>

#include <climits>
#include <cstring>

#include "Modules/elementtree/element.h"
#include "Objects/codecs.h"
#include "Objects/int.h"

namespace minipy::elementtree {

namespace {

// Methods that a target may have.
enum Handler {
  kStartNs,
  kEndNs,
  kStart,
  kData,
  kEnd,
  kComment,
  kPi,
  kClose,
  kDoctype,
  kHandlerCount
};
constexpr const char* kHandlerNames[] = {"start_ns", "end_ns", "start", "data",   "end",
                                         "comment",  "pi",     "close", "doctype"};

struct TreeParser : Object {
  static constexpr Kind kKind = ModuleKind::XmlTreeParser;
  XML_Parser parser;  // null before __init__, and once all is parsed: it is large
  Value target;
  Dict* entities;
  Dict* names;                    // expat's name -> "{uri}local"
  Value handlers[kHandlerCount];  // or empty
  bool is_parsing;
  bool is_finished;
  int64_t finished_line, finished_column;
};

TreeParser& parser_of(void* data) {
  return *static_cast<TreeParser*>(data);
}

int64_t line_of(XML_Parser parser) { return static_cast<int64_t>(XML_GetErrorLineNumber(parser)); }
int64_t column_of(XML_Parser parser) { return static_cast<int64_t>(XML_GetErrorColumnNumber(parser)); }

Failure raise_parse_error(Thread& thread, TreeParser& self, XML_Error code,
                          const char* message = nullptr) {
  const int64_t line = self.is_finished ? self.finished_line : line_of(self.parser);
  const int64_t column = self.is_finished ? self.finished_column : column_of(self.parser);
  const char* what = message ? message : XML_ErrorString(code);
  const Value text = format_message(thread, "{}: line {}, column {}", {what, line, column});
  if (text.is_empty()) return error;
  const Value exception = TRY(call(thread, parse_error, {text}));
  TRY(set_attribute(thread, exception, "code", Value::from_int(code)));
  TRY(set_attribute(thread, exception, "position", make_tuple({make_int(line), make_int(column)})));
  return raise_exception(thread, exception);
}

Value text_of_expat(Thread& thread, const char* text, size_t size) {
  return Value(TRY(decode_utf8(thread, {text, size})));
}
Value text_or_none(Thread& thread, const char* text) {
  return text ? text_of_expat(thread, text, std::strlen(text)) : None;
}

// "{uri}local" of expat's "uri}local"; each name is made once.
Value universal_name(Thread& thread, TreeParser& self, const char* name) {
  const std::string_view text(name);
  Value key = Value(TRY(decode_utf8(thread, text)));
  if (text.find('}') == std::string_view::npos) return intern(key.as<Str>());
  const Value known = TRY(dict_get(thread, *self.names, key));
  if (!known.is_unbound()) return known;
  const Value made = intern("{" + std::string(text));
  TRY(dict_set(thread, *self.names, key, made));
  return made;
}

// A callback does nothing once an exception is pending, and stops expat when it raises one.
template <typename F>
void in_callback(void* data, F&& f) {
  Thread& thread = current_thread();
  TreeParser& self = parser_of(data);
  if (has_exception(thread)) return;
  const Status done = f(thread, self);
  if (done.failed()) XML_StopParser(self.parser, XML_FALSE);
}

Status call_handler(Thread& thread, TreeParser& self, Handler which,
                    std::initializer_list<Value> arguments) {
  if (self.handlers[which].is_empty()) return nothing;
  TRY(call(thread, self.handlers[which], arguments));
  return nothing;
}

TreeBuilder* builder_of(TreeParser& self) {
  return is_plain_builder(self.target) ? self.target.as<TreeBuilder>() : nullptr;
}

void on_start(void* data, const char* name, const char** attributes) {
  in_callback(data, [&](Thread& thread, TreeParser& self) -> Status {
    const Value tag = TRY(universal_name(thread, self, name));
    Value dict;
    if (attributes[0]) {
      dict = make_dict();
      for (const char** pair = attributes; pair[0]; pair += 2) {
        const Value key = TRY(universal_name(thread, self, pair[0]));
        TRY(dict_set(thread, *dict.as<Dict>(), key, TRY(text_or_none(thread, pair[1]))));
      }
    }
    if (TreeBuilder* builder = builder_of(self)) {
      TRY(builder_start(thread, *builder, tag, dict));
      return nothing;
    }
    return call_handler(thread, self, kStart, {tag, dict.is_empty() ? Value(make_dict()) : dict});
  });
}

void on_end(void* data, const char* name) {
  in_callback(data, [&](Thread& thread, TreeParser& self) -> Status {
    if (TreeBuilder* builder = builder_of(self)) {
      TRY(builder_end(thread, *builder));
      return nothing;
    }
    if (self.handlers[kEnd].is_empty()) return nothing;
    return call_handler(thread, self, kEnd, {TRY(universal_name(thread, self, name))});
  });
}

Status handle_data(Thread& thread, TreeParser& self, Value text) {
  if (TreeBuilder* builder = builder_of(self)) {
    TRY(builder_data(thread, *builder, text));
    return nothing;
  }
  return call_handler(thread, self, kData, {text});
}

void on_data(void* data, const char* text, int size) {
  in_callback(data, [&](Thread& thread, TreeParser& self) -> Status {
    return handle_data(thread, self, TRY(text_of_expat(thread, text, static_cast<size_t>(size))));
  });
}

// Entities that expat does not know come here as "&name;".
void on_default(void* data, const char* text, int size) {
  if (size < 2 || text[0] != '&') return;
  in_callback(data, [&](Thread& thread, TreeParser& self) -> Status {
    const Value name = TRY(text_of_expat(thread, text + 1, static_cast<size_t>(size - 2)));
    const Value value = TRY(dict_get(thread, *self.entities, name));
    if (!value.is_unbound()) return handle_data(thread, self, value);
    const std::string message =
        "undefined entity " + std::string(text, static_cast<size_t>(std::min(size, 100)));
    return raise_parse_error(thread, self, XML_ERROR_UNDEFINED_ENTITY, message.c_str());
  });
}

void on_start_namespace(void* data, const char* prefix, const char* uri) {
  in_callback(data, [&](Thread& thread, TreeParser& self) -> Status {
    const Value shown_prefix = TRY(text_or_none(thread, prefix ? prefix : ""));
    const Value shown_uri = TRY(text_or_none(thread, uri ? uri : ""));
    if (TreeBuilder* builder = builder_of(self)) {
      return report(thread, *builder, builder->events.start_namespace, "start-ns",
                    make_tuple({shown_prefix, shown_uri}));
    }
    return call_handler(thread, self, kStartNs, {shown_prefix, shown_uri});
  });
}

void on_end_namespace(void* data, const char* prefix) {
  in_callback(data, [&](Thread& thread, TreeParser& self) -> Status {
    if (TreeBuilder* builder = builder_of(self)) {
      return report(thread, *builder, builder->events.end_namespace, "end-ns", None);
    }
    return call_handler(thread, self, kEndNs, {TRY(text_or_none(thread, prefix ? prefix : ""))});
  });
}

void on_comment(void* data, const char* text) {
  in_callback(data, [&](Thread& thread, TreeParser& self) -> Status {
    const Value comment = TRY(text_or_none(thread, text));
    if (TreeBuilder* builder = builder_of(self)) {
      TRY(builder_comment(thread, *builder, comment));
      return nothing;
    }
    return call_handler(thread, self, kComment, {comment});
  });
}

void on_instruction(void* data, const char* target, const char* text) {
  in_callback(data, [&](Thread& thread, TreeParser& self) -> Status {
    const Value shown_target = TRY(text_or_none(thread, target)),
                shown_text = TRY(text_or_none(thread, text));
    if (TreeBuilder* builder = builder_of(self)) {
      const bool is_wanted = builder->inserts_instructions || builder->events.instruction;
      if (is_wanted) TRY(builder_instruction(thread, *builder, shown_target, shown_text));
      return nothing;
    }
    return call_handler(thread, self, kPi, {shown_target, shown_text});
  });
}

void on_doctype(void* data, const char* name, const char* system_id, const char* public_id, int) {
  in_callback(data, [&](Thread& thread, TreeParser& self) -> Status {
    const Value shown_name = TRY(universal_name(thread, self, name));
    const Value system = TRY(text_or_none(thread, system_id)),
                shown_public = TRY(text_or_none(thread, public_id));
    if (!self.handlers[kDoctype].is_empty())
      return call_handler(thread, self, kDoctype, {shown_name, shown_public, system});
    if (TRY(get_attribute_or_unbound(thread, Value(&self), "doctype")).is_unbound()) return nothing;
    return warn(thread, RuntimeWarning,
                "The doctype() method of XMLParser is ignored.  Define doctype() method on the "
                "TreeBuilder target.");
  });
}

// Encodings that expat does not know: those with one byte a character can be given as a table.
int on_unknown_encoding(void*, const XML_Char* name, XML_Encoding* encoding) {
  Thread& thread = current_thread();
  if (has_exception(thread)) return XML_STATUS_ERROR;
  char bytes[256];
  for (int i = 0; i < 256; ++i) bytes[i] = static_cast<char>(i);
  const Value decoded = decode_text(thread, {bytes, 256}, name, "replace");
  if (decoded.is_empty() || decoded.as<Str>()->length() != 256) {
    if (!decoded.is_empty()) raise(thread, ValueError, "multi-byte encodings are not supported");
    return XML_STATUS_ERROR;
  }
  for (size_t i = 0; i < 256; ++i) {
    const char32_t c = decoded.as<Str>()->at(i);
    encoding->map[i] = c == 0xFFFD ? -1 : static_cast<int>(c);
  }
  encoding->data = nullptr;
  encoding->convert = nullptr;
  encoding->release = nullptr;
  return XML_STATUS_OK;
}

// --- construction ---

Value make(Thread&, Type& type, const Value*, size_t, Value) {
  TreeParser* self = allocate_instance_as<TreeParser>(type);
  return self ? Value(self) : Value();
}

void finalize(Thread&, Value value) {
  TreeParser& self = *value.as<TreeParser>();
  if (self.parser) XML_ParserFree(self.parser);
  self.parser = nullptr;
}

void install_handlers(TreeParser& self) {
  const auto has = [&](Handler which) { return !self.handlers[which].is_empty(); };
  XML_SetUserData(self.parser, &self);
  if (has(kStartNs) || has(kEndNs))
    XML_SetNamespaceDeclHandler(self.parser, on_start_namespace, on_end_namespace);
  XML_SetElementHandler(self.parser, on_start, on_end);
  XML_SetDefaultHandlerExpand(self.parser, on_default);
  XML_SetCharacterDataHandler(self.parser, on_data);
  if (has(kComment)) XML_SetCommentHandler(self.parser, on_comment);
  if (has(kPi)) XML_SetProcessingInstructionHandler(self.parser, on_instruction);
  XML_SetStartDoctypeDeclHandler(self.parser, on_doctype);
  XML_SetUnknownEncodingHandler(self.parser, on_unknown_encoding, nullptr);
}

Status check_initialized(Thread& thread, const TreeParser& self) {
  if (self.parser || self.is_finished) return nothing;
  return raise(thread, ValueError, "XMLParser.__init__() wasn't called");
}

Status check_usable(Thread& thread, const TreeParser& self) {
  TRY(check_initialized(thread, self));
  if (self.is_parsing)
    return raise(thread, RuntimeError, "XMLParser is in use by one of its own callbacks");
  return nothing;
}

const MethodRow parser_row = constructor("XMLParser(*, target=None, encoding=None)");

Status initialize(Thread& thread, Value value, const Value* arguments, size_t count,
                  Value keyword_names) {
  Value values[2];
  TRY(bind(thread, parser_row, arguments, count, keyword_names, values));
  if (!values[1].is_none() && !is_str(values[1])) {
    return raise(thread, TypeError, "XMLParser() argument 'encoding' must be str or None, not {}",
                 argument_kind(values[1]));
  }
  TreeParser& self = *value.as<TreeParser>();
  if (self.parser) {
    TRY(check_usable(thread, self));
    finalize(thread, value);
  }
  const Value target = values[0].is_none() ? TRY(make_plain_builder(thread)) : values[0];
  for (size_t i = 0; i < kHandlerCount; ++i) {
    const Value handler = TRY(get_attribute_or_unbound(thread, target, kHandlerNames[i]));
    self.handlers[i] = handler.is_unbound() ? Value() : handler;
  }
  const std::string encoding = values[1].is_none() ? std::string() : to_utf8(values[1].as<Str>());
  self.parser = XML_ParserCreateNS(encoding.empty() ? nullptr : encoding.c_str(), '}');
  if (!self.parser) return raise_memory_error(thread);
  XML_SetHashSalt(self.parser, static_cast<unsigned long>(hash_of(intern("expat"))) | 1);
  self.is_finished = false;
  self.target = target;
  self.entities = make_dict();
  self.names = make_dict();
  install_handlers(self);
  return nothing;
}

// --- parsing ---

Status parse(Thread& thread, TreeParser& self, std::string_view data, bool is_final) {
  if (data.size() > INT_MAX) return raise(thread, OverflowError, "size does not fit in an int");
  if (self.is_finished) return raise_parse_error(thread, self, XML_ERROR_FINISHED);
  self.is_parsing = true;
  const XML_Status status =
      XML_Parse(self.parser, data.data(), static_cast<int>(data.size()), is_final);
  self.is_parsing = false;
  if (has_exception(thread)) return error;
  if (status == XML_STATUS_OK) return nothing;
  return raise_parse_error(thread, self, XML_GetErrorCode(self.parser));
}

Status feed(Thread& thread, TreeParser& self, Value data) {
  TRY(check_usable(thread, self));
  if (is_str(data)) {
    const std::string text = TRY(to_utf8_strict(thread, data.as<Str>()));
    XML_SetEncoding(self.parser, "utf-8");  // whatever the document says
    return parse(thread, self, text, false);
  }
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  return parse(thread, self, lease.view(), false);
}

Value finish(Thread& thread, TreeParser& self) {
  TRY(parse(thread, self, "", true));
  self.finished_line = line_of(self.parser);
  self.finished_column = column_of(self.parser);
  self.is_finished = true;
  finalize(thread, &self);
  TreeBuilder* builder = builder_of(self);
  return builder ? builder_close(*builder) : Unbound;
}

Value close(Thread& thread, TreeParser& self) {
  TRY(check_usable(thread, self));
  const Value result = TRY(finish(thread, self));
  if (!result.is_unbound()) return result;
  return self.handlers[kClose].is_empty() ? None : call(thread, self.handlers[kClose]);
}

Value parse_whole(Thread& thread, TreeParser& self, Value file) {
  TRY(check_usable(thread, self));
  const Value read = TRY(get_attribute(thread, file, "read"));
  for (;;) {
    const Value chunk = TRY(call(thread, read, {Value::from_int(64 * 1024)}));
    TRY(check_usable(thread, self));
    if (is_str(chunk)) {
      if (chunk.as<Str>()->length() == 0) break;
      TRY(parse(thread, self, to_utf8(chunk.as<Str>()), false));
    } else if (!is_bytes(chunk) || chunk.as<Bytes>()->size == 0) {
      break;
    } else {
      TRY(parse(thread, self, chunk.as<Bytes>()->view(), false));
    }
  }
  const Value result = TRY(finish(thread, self));
  return result.is_unbound() ? None : result;
}

// Says which events go to the queue, and makes expat report them.
Status want_event(Thread& thread, TreeParser& self, Events& events, std::string_view name) {
  if (name == "start") {
    events.start = true;
  } else if (name == "end") {
    events.end = true;
  } else if (name == "start-ns" || name == "end-ns") {
    (name == "start-ns" ? events.start_namespace : events.end_namespace) = true;
    XML_SetNamespaceDeclHandler(self.parser, on_start_namespace, on_end_namespace);
  } else if (name == "comment") {
    events.comment = true;
    XML_SetCommentHandler(self.parser, on_comment);
  } else if (name == "pi") {
    events.instruction = true;
    XML_SetProcessingInstructionHandler(self.parser, on_instruction);
  } else {
    return raise(thread, ValueError, "unknown event '{}'", name);
  }
  return nothing;
}

Status set_events(Thread& thread, TreeParser& self, Value queue, Value wanted) {
  TRY(check_initialized(thread, self));
  TreeBuilder* builder = builder_of(self);
  if (!builder) {
    return raise(thread, TypeError,
                 "event handling only supported for ElementTree.TreeBuilder targets");
  }
  const Value append = TRY(get_attribute(thread, queue, "append"));
  builder->events = Events{append, false, false, false, false, false, false};
  if (wanted.is_none()) {
    builder->events.end = true;
    return nothing;
  }
  const Result<List*> names = list_of(thread, wanted);
  if (names.failed()) {
    if (!catch_exception(thread, TypeError)) return error;
    return raise(thread, TypeError, "events must be a sequence");
  }
  for (size_t i = 0; i < names.value()->size; ++i) {
    const Value name = names.value()->at(i);
    if (!is_str(name) && !is_bytes(name))
      return raise(thread, ValueError, "invalid events sequence");
    const std::string text =
        is_str(name) ? to_utf8(name.as<Str>()) : std::string(name.as<Bytes>()->view());
    TRY(want_event(thread, self, builder->events, text));
  }
  return nothing;
}

Value entities(TreeParser& self) {
  return self.entities ? Value(self.entities) : None;
}
Value target(TreeParser& self) {
  return self.target.is_empty() ? None : self.target;
}
Value version(TreeParser&) {
  const XML_Expat_Version v = XML_ExpatVersionInfo();
  return make_str("Expat " + std::to_string(v.major) + "." + std::to_string(v.minor) + "." +
                  std::to_string(v.micro));
}
Status refuse_setting(Thread& thread, Value, Value) {
  return raise(thread, AttributeError, "readonly attribute");
}

const MethodRow methods[] = {
    method<feed>("feed($self, data, /)", nullptr),
    method<close>("close($self, /)", nullptr),
    method<parse_whole>("_parse_whole($self, file, /)", nullptr),
    method<set_events>("_setevents($self, events_queue, events_to_report=None, /)", nullptr),
    member<entities>("entity", nullptr, refuse_setting),
    member<target>("target", nullptr, refuse_setting),
    getter<version>("version", nullptr),
};

}  // namespace

void define_parser_type() {
  define_type(ModuleKind::XmlTreeParser,
              {.instance_bytes = sizeof(TreeParser),
               .flags = Type::kBaseType | Type::kHasFinalizer,
               .slots = {.init = initialize, .make = make, .finalize = finalize},
               .methods = methods});
}

}  // namespace minipy::elementtree
