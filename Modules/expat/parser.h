// pyexpat: the parser object, and the callbacks from expat to Python.
#pragma once

#include <expat.h>

#include <string>

#include "Modules/module_support.h"
#include "Objects/gc.h"
#include "Objects/growing_text.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"

namespace minipy {

enum HandlerIndex {
#define HANDLER(name, setter, callback) k##name,
#include "Modules/expat/handlers.def"
#undef HANDLER
  kHandlerCount
};

struct ExpatParser : Object {
  static constexpr Kind kKind = ModuleKind::XmlParser;
  XML_Parser parser;
  GrowingBytes* text;      // character data that waits to be reported in one piece
  Value parent;           // of a parser of an external entity: it must live as long
  Dict* interned;         // name -> name, or null
  int64_t buffer_size;    // for `text`
  bool buffers_text, ordered_attributes, specified_attributes, namespace_prefixes, is_in_callback;
  Value handlers[kHandlerCount];  // None where there is none
};

// Tells expat which callbacks it has to call.
void install_handler(ExpatParser& parser, int index);
// Reports the character data that waits.
Status report_text(Thread& thread, ExpatParser& parser);
int unknown_encoding(void* data, const XML_Char* name, XML_Encoding* encoding);

}  // namespace minipy
