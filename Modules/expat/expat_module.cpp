// pyexpat: the XML parser expat. Library reference, "xml.parsers.expat".
#include <cstring>

#include "Modules/expat/parser.h"
#include "Modules/native_modules.h"
#include "Objects/container_support.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

Type* expat_error;
constexpr int64_t kDefaultBuffer = 8192;

// ---- errors ----

Failure raise_expat(Thread& thread, ExpatParser& self, XML_Error code) {
  const int64_t line = static_cast<int64_t>(XML_GetErrorLineNumber(self.parser));
  const int64_t column = static_cast<int64_t>(XML_GetErrorColumnNumber(self.parser));
  const char* text = XML_ErrorString(code);
  const Value message = TRY(format_message(thread, "{}: line {}, column {}", {text ? text : "unknown error", line, column})).object();
  const Value exception = TRY(call(thread, expat_error, {message})).object();
  if (set_attribute(thread, exception, "code", make_int(code)).failed() ||
      set_attribute(thread, exception, "offset", make_int(column)).failed() ||
      set_attribute(thread, exception, "lineno", make_int(line)).failed()) {
    return error;
  }
  return raise_exception(thread, exception);
}

// What XML_Parse() returned: the exception of a handler comes first.
Value outcome(Thread& thread, ExpatParser& self, XML_Status status) {
  if (has_exception(thread)) return error;
  if (status == XML_STATUS_ERROR) return raise_expat(thread, self, XML_GetErrorCode(self.parser));
  TRY(report_text(thread, self));
  return make_int(status);
}

// ---- parsing ----

Value parse(Thread& thread, ExpatParser& self, Value data, bool is_final) {
  BufferLease lease(thread);
  std::string text;
  std::string_view input;
  if (is_str(data)) {
    text = TRY(to_utf8_strict(thread, data.as<Str>()));
    input = text;
    XML_SetEncoding(self.parser, "utf-8");
  } else {
    TRY(lease.acquire(data));
    input = lease.view();
  }
  constexpr size_t kPiece = 1 << 20;
  while (input.size() > kPiece) {
    const XML_Status status = XML_Parse(self.parser, input.data(), kPiece, false);
    if (status == XML_STATUS_ERROR || has_exception(thread)) return outcome(thread, self, status);
    input.remove_prefix(kPiece);
  }
  return outcome(thread, self, XML_Parse(self.parser, input.data(), static_cast<int>(input.size()), is_final));
}

Value parse_file(Thread& thread, ExpatParser& self, Value file) {
  constexpr int64_t kPiece = 2048;
  const Value read = TRY(get_attribute_or_unbound(thread, file, "read"));
  if (read.is_unbound()) return raise(thread, TypeError, "argument must have 'read' attribute");
  for (;;) {
    const Value piece = TRY(call(thread, read, {make_int(kPiece)}));
    std::string_view contents;
    if (is_bytes(piece)) contents = piece.as<Bytes>()->view();
    else if (is_bytearray(piece)) contents = {reinterpret_cast<char*>(piece.as<Bytearray>()->data()), piece.as<Bytearray>()->size};
    else return raise(thread, TypeError, "read() did not return a bytes object (type={})", type_of(piece));
    if (contents.size() > kPiece) {
      return raise(thread, ValueError, "read() returned too much data: {} bytes requested, {} returned", kPiece, contents.size());
    }
    const XML_Status status = XML_Parse(self.parser, contents.data(), static_cast<int>(contents.size()), contents.empty());
    if (has_exception(thread)) return error;
    if (status == XML_STATUS_ERROR || contents.empty()) return outcome(thread, self, status);
  }
}

// ---- making parsers ----

ExpatParser* new_parser(XML_Parser handle) {
  auto* made = allocate_finalizable<ExpatParser>();
  made->parser = handle;
  made->text = new GrowingBytes;
  made->buffer_size = kDefaultBuffer;
  for (Value& handler : made->handlers) handler = None;
  XML_SetUserData(handle, made);
  XML_SetUnknownEncodingHandler(handle, unknown_encoding, nullptr);
  return made;
}

void finalize_parser(Thread&, Value self) {
  auto& parser = *self.as<ExpatParser>();
  if (parser.parser) XML_ParserFree(parser.parser);
  delete parser.text;
  parser.parser = nullptr;
  parser.text = nullptr;
}

Value create(Thread& thread, Str* encoding, Str* separator, Value intern_argument) {
  if (separator && separator->length() > 1) {
    return raise(thread, ValueError, "namespace_separator must be at most one character, omitted, or None");
  }
  if (!intern_argument.is_empty() && !intern_argument.is_none() && !is_dict(intern_argument)) {
    return raise(thread, TypeError, "intern must be a dictionary");
  }
  const std::string encoding_text = encoding ? to_utf8(encoding) : "", separator_text = separator ? to_utf8(separator) : "";
  const char separator_byte = separator_text.empty() ? '\0' : separator_text[0];
  XML_Parser handle = separator ? XML_ParserCreateNS(encoding ? encoding_text.c_str() : nullptr, separator_byte)
                                : XML_ParserCreate(encoding ? encoding_text.c_str() : nullptr);
  if (!handle) return raise_memory_error(thread);
  // Keyed like str's hashes, so that nobody can prepare names that collide.
  XML_SetHashSalt(handle, static_cast<unsigned long>(hash_bytes("expat", 5)));
  ExpatParser* made = new_parser(handle);
  if (intern_argument.is_empty()) made->interned = make_dict();
  else if (is_dict(intern_argument)) made->interned = intern_argument.as<Dict>();
  return made;
}

Value create_for_entity(Thread& thread, ExpatParser& self, Str* context, Value encoding) {
  const std::string context_text = context ? to_utf8(context) : "";
  std::string encoding_text;
  if (!encoding.is_empty()) {
    if (!is_str(encoding)) {
      return raise(thread, TypeError, "ExternalEntityParserCreate() argument 2 must be str, not {}", argument_kind(encoding));
    }
    encoding_text = to_utf8(encoding.as<Str>());
  }
  XML_Parser handle = XML_ExternalEntityParserCreate(self.parser, context ? context_text.c_str() : nullptr,
                                                     encoding.is_empty() ? nullptr : encoding_text.c_str());
  if (!handle) return raise_memory_error(thread);
  ExpatParser* made = new_parser(handle);
  made->parent = &self;
  made->interned = self.interned;
  made->buffer_size = self.buffer_size;
  made->buffers_text = self.buffers_text;
  made->ordered_attributes = self.ordered_attributes;
  made->specified_attributes = self.specified_attributes;
  made->namespace_prefixes = self.namespace_prefixes;
  for (int i = 0; i < kHandlerCount; ++i) {
    made->handlers[i] = self.handlers[i];
    if (!made->handlers[i].is_none()) install_handler(*made, i);
  }
  return made;
}

// ---- the other methods ----

Status set_base(Thread& thread, ExpatParser& self, Str& base) {
  if (!XML_SetBase(self.parser, to_utf8(&base).c_str())) return raise_memory_error(thread);
  return nothing;
}
Value get_base(ExpatParser& self) {
  const XML_Char* base = XML_GetBase(self.parser);
  return base ? Value(make_str(base)) : None;
}
Value get_input_context(Thread& thread, ExpatParser& self) {
  if (!self.is_in_callback) return None;
  int offset, size;
  const char* context = XML_GetInputContext(self.parser, &offset, &size);
  return context ? bytes_result(thread, {context + offset, static_cast<size_t>(size - offset)}) : None;
}
int set_parameter_entities(ExpatParser& self, int flag) {
  return XML_SetParamEntityParsing(self.parser, static_cast<XML_ParamEntityParsing>(flag));
}
Status use_foreign_dtd(Thread& thread, ExpatParser& self, bool flag) {
  const XML_Error code = XML_UseForeignDTD(self.parser, flag ? XML_TRUE : XML_FALSE);
  if (code != XML_ERROR_NONE) return raise_expat(thread, self, code);
  return nothing;
}

// ---- attributes ----

template <int index>
Value get_handler(ExpatParser& self) { return self.handlers[index]; }
template <int index>
Status set_handler(Thread& thread, Value self, Value value) {
  auto& parser = *self.as<ExpatParser>();
  if (value.is_empty()) return raise(thread, RuntimeError, "Cannot delete attribute");
  if (index == kCharacterDataHandler) TRY(report_text(thread, parser));
  parser.handlers[index] = value;
  install_handler(parser, index);
  return nothing;
}

template <bool ExpatParser::*flag>
bool get_flag(ExpatParser& self) { return self.*flag; }
template <bool ExpatParser::*flag>
Status set_flag(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, RuntimeError, "Cannot delete attribute");
  auto& parser = *self.as<ExpatParser>();
  const bool is_on = TRY(truth(thread, value));
  if (flag == &ExpatParser::buffers_text && !is_on) TRY(report_text(thread, parser));
  parser.*flag = is_on;
  if (flag == &ExpatParser::namespace_prefixes) XML_SetReturnNSTriplet(parser.parser, is_on);
  return nothing;
}

int64_t get_buffer_size(ExpatParser& self) { return self.buffer_size; }
int64_t get_buffer_used(ExpatParser& self) { return static_cast<int64_t>(self.text->size()); }
Status set_buffer_size(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, RuntimeError, "Cannot delete attribute");
  if (!is_any_int(value)) return raise(thread, TypeError, "buffer_size must be an integer");
  const int64_t size = TRY(argument_int64(thread, value));
  if (size <= 0) return raise(thread, ValueError, "buffer_size must be greater than zero");
  if (size > INT32_MAX) return raise(thread, ValueError, "buffer_size must not be greater than {}", INT32_MAX);
  TRY(report_text(thread, *self.as<ExpatParser>()));
  self.as<ExpatParser>()->buffer_size = size;
  return nothing;
}
Value get_intern(ExpatParser& self) { return self.interned ? Value(self.interned) : None; }

template <auto ask>
int64_t get_number(ExpatParser& self) { return static_cast<int64_t>(ask(self.parser)); }

const MethodRow methods[] = {
    method<parse>("Parse($self, data, isfinal=False, /)", "Parse some XML; isfinal says that there is no more."),
    method<parse_file>("ParseFile($self, file, /)", "Parse what file.read() gives, to its end."),
    method<set_base>("SetBase($self, base, /)", "Set the base of system identifiers."),
    method<get_base>("GetBase($self, /)", "The base of system identifiers."),
    method<get_input_context>("GetInputContext($self, /)", "The input of the current event, inside a handler."),
    method<create_for_entity>("ExternalEntityParserCreate($self, context, encoding=<unrepresentable>,\n                           /)", "A parser for an external entity, with the same handlers."),
    method<set_parameter_entities>("SetParamEntityParsing($self, flag, /)", "Whether parameter entities are read; true if that could be set."),
    method<use_foreign_dtd>("UseForeignDTD($self, flag=True, /)", "Pretend that there is an external subset of the DTD."),
#define HANDLER(name, setter, callback) getter<get_handler<k##name>>(#name, nullptr, set_handler<k##name>),
#include "Modules/expat/handlers.def"
#undef HANDLER
    getter<get_flag<&ExpatParser::buffers_text>>("buffer_text", nullptr, set_flag<&ExpatParser::buffers_text>),
    getter<get_flag<&ExpatParser::namespace_prefixes>>("namespace_prefixes", nullptr, set_flag<&ExpatParser::namespace_prefixes>),
    getter<get_flag<&ExpatParser::ordered_attributes>>("ordered_attributes", nullptr, set_flag<&ExpatParser::ordered_attributes>),
    getter<get_flag<&ExpatParser::specified_attributes>>("specified_attributes", nullptr, set_flag<&ExpatParser::specified_attributes>),
    getter<get_buffer_size>("buffer_size", nullptr, set_buffer_size),
    getter<get_buffer_used>("buffer_used", nullptr),
    getter<get_number<XML_GetErrorCode>>("ErrorCode", nullptr),
    getter<get_number<XML_GetCurrentLineNumber>>("ErrorLineNumber", nullptr),
    getter<get_number<XML_GetCurrentColumnNumber>>("ErrorColumnNumber", nullptr),
    getter<get_number<XML_GetCurrentByteIndex>>("ErrorByteIndex", nullptr),
    getter<get_number<XML_GetCurrentLineNumber>>("CurrentLineNumber", nullptr),
    getter<get_number<XML_GetCurrentColumnNumber>>("CurrentColumnNumber", nullptr),
    getter<get_number<XML_GetCurrentByteIndex>>("CurrentByteIndex", nullptr),
    member<get_intern>("intern", nullptr),
};

// ---- the module ----

Value error_string(int64_t code) {
  const XML_LChar* text = XML_ErrorString(static_cast<XML_Error>(code));
  return text ? Value(make_str(text)) : None;
}
const MethodRow functions[] = {
    function<create>("ParserCreate($module, /, encoding=None, namespace_separator=None,\n             intern=<unrepresentable>)", "A new parser."),
    function<error_string>("ErrorString($module, code, /)", "What the error code means."),
};

Result<Module*> add_submodule(Thread& thread, Module& module, const char* name, const char* doc) {
  const std::string full_name = std::string("pyexpat.") + name;
  Module* made = make_module(thread, make_str(full_name));
  if (!made) return error;
  dict_set_str(*made->dict, "__doc__", make_str(doc));
  const Value modules = TRY(import_attribute(thread, "sys", "modules"));
  TRY(set_item(thread, modules, make_str(full_name), made));
  module_add(module, name, made);
  return made;
}

Status add_errors(Thread& thread, Module& module) {
  Module* errors = TRY(add_submodule(thread, module, "errors", "The words of expat's errors."));
  Dict *codes = make_dict(), *messages = make_dict();
  const struct {
    const char* name;
    XML_Error code;
  } all[] = {
#define ERROR(name) {#name, name},
#include "Modules/expat/error_codes.def"
#undef ERROR
  };
  for (const auto& [name, code] : all) {
    const Value text = make_str(XML_ErrorString(code));
    module_add(*errors, name, text);
    TRY(dict_set(thread, *codes, text, make_int(code)));
    TRY(dict_set(thread, *messages, make_int(code), text));
  }
  module_add(*errors, "codes", codes);
  module_add(*errors, "messages", messages);
  return nothing;
}

Status add_model(Thread& thread, Module& module) {
  Module* model = TRY(add_submodule(thread, module, "model", "The kinds of content models of elements."));
#define C(name) module_add(*model, #name, make_int(name));
  C(XML_CTYPE_EMPTY) C(XML_CTYPE_ANY) C(XML_CTYPE_MIXED) C(XML_CTYPE_NAME) C(XML_CTYPE_CHOICE) C(XML_CTYPE_SEQ)
  C(XML_CQUANT_NONE) C(XML_CQUANT_OPT) C(XML_CQUANT_REP) C(XML_CQUANT_PLUS)
#undef C
  return nothing;
}

Status add_information(Thread& thread, Module& module) {
  module_add(module, "EXPAT_VERSION", make_str(XML_ExpatVersion()));
  const XML_Expat_Version version = XML_ExpatVersionInfo();
  module_add(module, "version_info", make_tuple({make_int(version.major), make_int(version.minor), make_int(version.micro)}));
  module_add(module, "native_encoding", make_str("UTF-8"));
  List* features = make_list();
  for (const XML_Feature* feature = XML_GetFeatureList(); feature->feature != XML_FEATURE_END; ++feature) {
    TRY(list_append(thread, *features, make_tuple({make_str(feature->name), make_int(feature->value)})));
  }
  module_add(module, "features", features);
  module_add(module, "XML_PARAM_ENTITY_PARSING_NEVER", make_int(XML_PARAM_ENTITY_PARSING_NEVER));
  module_add(module, "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", make_int(XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE));
  module_add(module, "XML_PARAM_ENTITY_PARSING_ALWAYS", make_int(XML_PARAM_ENTITY_PARSING_ALWAYS));
  return nothing;
}

Status initialize(Thread& thread, Module& module) {
  TypeSpec spec;
  spec.doc = "A parser of XML.";
  spec.instance_bytes = sizeof(ExpatParser);
  spec.flags = Type::kDisallowInstantiation | Type::kImmutable | Type::kReleasesResource;
  spec.slots.finalize = finalize_parser;
  spec.methods = methods;
  module_add(module, "XMLParserType", &define_type(ModuleKind::XmlParser, spec));
  expat_error = TRY(add_exception(thread, module, "xml.parsers.expat", "ExpatError", Exception));
  module_add(module, "error", expat_error);
  TRY(add_errors(thread, module));
  TRY(add_model(thread, module));
  return add_information(thread, module);
}

}  // namespace

extern const ModuleSpec expat_module = {"pyexpat", "The XML parser expat.", functions, initialize};

}  // namespace minipy
