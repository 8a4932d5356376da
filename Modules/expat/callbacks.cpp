// From expat to the handlers in Python. An exception stops the parser; it is raised when expat has returned.
#include "Modules/expat/parser.h"
#include "Objects/bytes.h"

namespace minipy {
namespace {

ExpatParser& parser_of(void* data) { return *static_cast<ExpatParser*>(data); }

void stop(ExpatParser& parser) {
  for (Value& handler : parser.handlers) handler = None;
  XML_StopParser(parser.parser, XML_FALSE);
}

Value text_or_none(const XML_Char* text) { return text ? Value(make_str(text)) : None; }

// Names come again and again: the dict `intern` keeps one str of each.
Value interned(ExpatParser& parser, const XML_Char* text) {
  if (!text) return None;
  const Value name = make_str(text);
  if (!parser.interned) return name;
  Thread& thread = current_thread();
  const Value known = dict_get(thread, *parser.interned, name);
  if (known.is_empty()) return known;
  if (!known.is_unbound()) return known;
  if (dict_set(thread, *parser.interned, name, name).failed()) return Value();
  return name;
}

// The handler's result; empty if there was an exception, now or before.
Value run_handler(ExpatParser& parser, int index, std::initializer_list<Value> arguments, bool reports_text = true) {
  Thread& thread = current_thread();
  if (has_exception(thread)) return Value();
  if (reports_text && report_text(thread, parser).failed()) {
    stop(parser);
    return Value();
  }
  const Value handler = parser.handlers[index];
  if (handler.is_none()) return None;
  for (const Value argument : arguments) {
    if (argument.is_empty()) {
      stop(parser);
      return Value();
    }
  }
  const bool was_in_callback = parser.is_in_callback;
  parser.is_in_callback = true;
  const Value result = call(thread, handler, arguments.begin(), arguments.size());
  parser.is_in_callback = was_in_callback;
  if (result.is_empty()) stop(parser);
  return result;
}

Value attribute_dict(ExpatParser& parser, const XML_Char** attributes, int count) {
  Thread& thread = current_thread();
  Dict* dict = make_dict();
  for (int i = 0; i < count; i += 2) {
    const Value name = TRY(interned(parser, attributes[i]));
    TRY(dict_set(thread, *dict, name, make_str(attributes[i + 1])));
  }
  return dict;
}
Value attribute_list_of(ExpatParser& parser, const XML_Char** attributes, int count) {
  Thread& thread = current_thread();
  List* list = make_list();
  for (int i = 0; i < count; i += 2) {
    TRY(list_append(thread, *list, TRY(interned(parser, attributes[i]))));
    TRY(list_append(thread, *list, make_str(attributes[i + 1])));
  }
  return list;
}

void start_element(void* data, const XML_Char* name, const XML_Char** attributes) {
  ExpatParser& parser = parser_of(data);
  if (has_exception(current_thread())) return;
  int count = 0;
  if (parser.specified_attributes) count = XML_GetSpecifiedAttributeCount(parser.parser);
  else while (attributes[count]) count += 2;
  const Value shown = parser.ordered_attributes ? attribute_list_of(parser, attributes, count) : attribute_dict(parser, attributes, count);
  run_handler(parser, kStartElementHandler, {interned(parser, name), shown});
}
void end_element(void* data, const XML_Char* name) {
  run_handler(parser_of(data), kEndElementHandler, {interned(parser_of(data), name)});
}
void processing_instruction(void* data, const XML_Char* target, const XML_Char* text) {
  run_handler(parser_of(data), kProcessingInstructionHandler, {interned(parser_of(data), target), text_or_none(text)});
}

void character_data(void* data, const XML_Char* text, int length) {
  ExpatParser& parser = parser_of(data);
  Thread& thread = current_thread();
  if (has_exception(thread)) return;
  const auto size = static_cast<size_t>(length);
  if (!parser.buffers_text) {
    run_handler(parser, kCharacterDataHandler, {make_str({text, size})}, false);
    return;
  }
  if (parser.text->size() + size > static_cast<size_t>(parser.buffer_size)) {
    if (report_text(thread, parser).failed()) return stop(parser);
    if (parser.handlers[kCharacterDataHandler].is_none()) return;
  }
  if (size > static_cast<size_t>(parser.buffer_size)) run_handler(parser, kCharacterDataHandler, {make_str({text, size})}, false);
  else parser.text->append(text, size);
  if (parser.text->failed()) {
    raise_memory_error(thread);
    stop(parser);
  }
}

void unparsed_entity(void* data, const XML_Char* name, const XML_Char* base, const XML_Char* system_id,
                     const XML_Char* public_id, const XML_Char* notation_name) {
  ExpatParser& parser = parser_of(data);
  run_handler(parser, kUnparsedEntityDeclHandler, {interned(parser, name), interned(parser, base), interned(parser, system_id),
                                                   interned(parser, public_id), interned(parser, notation_name)});
}
void notation(void* data, const XML_Char* name, const XML_Char* base, const XML_Char* system_id, const XML_Char* public_id) {
  ExpatParser& parser = parser_of(data);
  run_handler(parser, kNotationDeclHandler, {interned(parser, name), interned(parser, base), interned(parser, system_id),
                                             interned(parser, public_id)});
}
void start_namespace(void* data, const XML_Char* prefix, const XML_Char* uri) {
  run_handler(parser_of(data), kStartNamespaceDeclHandler, {interned(parser_of(data), prefix), interned(parser_of(data), uri)});
}
void end_namespace(void* data, const XML_Char* prefix) {
  run_handler(parser_of(data), kEndNamespaceDeclHandler, {interned(parser_of(data), prefix)});
}
void comment(void* data, const XML_Char* text) { run_handler(parser_of(data), kCommentHandler, {make_str(text)}); }
void start_cdata(void* data) { run_handler(parser_of(data), kStartCdataSectionHandler, {}); }
void end_cdata(void* data) { run_handler(parser_of(data), kEndCdataSectionHandler, {}); }
void default_data(void* data, const XML_Char* text, int length) {
  run_handler(parser_of(data), kDefaultHandler, {make_str({text, static_cast<size_t>(length)})});
}
void default_data_expanded(void* data, const XML_Char* text, int length) {
  run_handler(parser_of(data), kDefaultHandlerExpand, {make_str({text, static_cast<size_t>(length)})});
}

// 0 makes the parser fail.
int number_from(ExpatParser& parser, Value result) {
  if (result.is_empty()) return 0;
  const Result<int> number = argument_int(current_thread(), result);
  if (!number.failed()) return number.value();
  stop(parser);
  return 0;
}
int not_standalone(void* data) {
  return number_from(parser_of(data), run_handler(parser_of(data), kNotStandaloneHandler, {}));
}
int external_entity(XML_Parser handle, const XML_Char* context, const XML_Char* base, const XML_Char* system_id,
                    const XML_Char* public_id) {
  ExpatParser& parser = parser_of(XML_GetUserData(handle));
  return number_from(parser, run_handler(parser, kExternalEntityRefHandler,
                                         {text_or_none(context), interned(parser, base), interned(parser, system_id),
                                          interned(parser, public_id)}));
}
void start_doctype(void* data, const XML_Char* name, const XML_Char* system_id, const XML_Char* public_id, int has_subset) {
  ExpatParser& parser = parser_of(data);
  run_handler(parser, kStartDoctypeDeclHandler,
              {interned(parser, name), interned(parser, system_id), interned(parser, public_id), make_int(has_subset)});
}
void end_doctype(void* data) { run_handler(parser_of(data), kEndDoctypeDeclHandler, {}); }
void entity_declaration(void* data, const XML_Char* name, int is_parameter, const XML_Char* value, int length,
                        const XML_Char* base, const XML_Char* system_id, const XML_Char* public_id,
                        const XML_Char* notation_name) {
  ExpatParser& parser = parser_of(data);
  const Value text = value ? Value(make_str({value, static_cast<size_t>(length)})) : None;
  run_handler(parser, kEntityDeclHandler, {interned(parser, name), make_int(is_parameter), text, interned(parser, base),
                                           interned(parser, system_id), interned(parser, public_id), interned(parser, notation_name)});
}
void xml_declaration(void* data, const XML_Char* version, const XML_Char* encoding, int standalone) {
  run_handler(parser_of(data), kXmlDeclHandler, {text_or_none(version), text_or_none(encoding), make_int(standalone)});
}

// (type, quantifier, name, children)
Value model_value(ExpatParser& parser, const XML_Content& model, int depth) {
  if (depth > 500) {
    raise(current_thread(), RecursionError, "maximum recursion depth exceeded in conversion of a content model");
    return Value();
  }
  Tuple* children = allocate_tuple(model.numchildren);
  for (unsigned i = 0; i < model.numchildren; ++i) {
    children->items[i] = None;
  }
  for (unsigned i = 0; i < model.numchildren; ++i) {
    const Value child = TRY(model_value(parser, model.children[i], depth + 1));
    children->items[i] = child;
  }
  return make_tuple({make_int(model.type), make_int(model.quant), TRY(interned(parser, model.name)), children});
}
void element_declaration(void* data, const XML_Char* name, XML_Content* model) {
  ExpatParser& parser = parser_of(data);
  if (!has_exception(current_thread())) {
    run_handler(parser, kElementDeclHandler, {interned(parser, name), model_value(parser, *model, 0)});
  }
  XML_FreeContentModel(parser.parser, model);
}
void attribute_list(void* data, const XML_Char* element, const XML_Char* name, const XML_Char* type,
                    const XML_Char* default_value, int is_required) {
  ExpatParser& parser = parser_of(data);
  run_handler(parser, kAttlistDeclHandler, {interned(parser, element), interned(parser, name), text_or_none(type),
                                            text_or_none(default_value), make_int(is_required)});
}
void skipped_entity(void* data, const XML_Char* name, int is_parameter) {
  run_handler(parser_of(data), kSkippedEntityHandler, {interned(parser_of(data), name), make_int(is_parameter)});
}

}  // namespace

Status report_text(Thread& thread, ExpatParser& parser) {
  if (parser.text->empty()) return nothing;
  const Value handler = parser.handlers[kCharacterDataHandler];
  const Value text = TRY(str_result(thread, *parser.text));
  parser.text->clear();
  if (!handler.is_none()) TRY(call(thread, handler, {text}));
  return nothing;
}

void install_handler(ExpatParser& parser, int index) {
  const bool is_on = !parser.handlers[index].is_none();
  switch (index) {
#define HANDLER(name, setter, callback) \
  case k##name: setter(parser.parser, is_on ? callback : nullptr); break;
#include "Modules/expat/handlers.def"
#undef HANDLER
  }
}

// An encoding of single bytes that expat does not know: Python's codec says what each byte means.
int unknown_encoding(void*, const XML_Char* name, XML_Encoding* encoding) {
  Thread& thread = current_thread();
  if (has_exception(thread)) return XML_STATUS_ERROR;
  char bytes[256];
  for (int i = 0; i < 256; ++i) bytes[i] = static_cast<char>(i);
  const Value decoded = call_method(thread, make_bytes({bytes, sizeof bytes}), "decode", {make_str(name), make_str("replace")});
  if (decoded.is_empty()) return XML_STATUS_ERROR;
  const Str& table = *decoded.as<Str>();
  if (table.length() != 256) {
    raise(thread, ValueError, "multi-byte encodings are not supported");
    return XML_STATUS_ERROR;
  }
  for (int i = 0; i < 256; ++i) {
    const char32_t character = table.at(static_cast<size_t>(i));
    encoding->map[i] = character == 0xFFFD ? -1 : static_cast<int>(character);
  }
  encoding->data = nullptr;
  encoding->convert = nullptr;
  encoding->release = nullptr;
  return XML_STATUS_OK;
}

}  // namespace minipy
