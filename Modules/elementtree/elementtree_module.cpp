// _elementtree: what xml.etree.ElementTree has in C.
#include "Modules/elementtree/element.h"

namespace minipy {
namespace elementtree {

Value parse_error;

namespace {

const MethodRow functions[] = {
    raw_function(make_sub_element, "SubElement", nullptr),
    function<set_factories>("_set_factories($module, comment_factory, pi_factory, /)",
                            "Change the factories for comments and processing instructions.\n\n"
                            "Those of before are returned. For use by ElementTree itself."),
};

Status initialize(Thread& thread, Module& module) {
  define_element_types();
  define_builder_type();
  define_parser_type();
  module_add_type(module, type_of_kind(ModuleKind::XmlElement));
  module_add_type(module, type_of_kind(ModuleKind::XmlTreeBuilder));
  module_add_type(module, type_of_kind(ModuleKind::XmlTreeParser));
  // A second import of the module shares the class, as it shares the types.
  if (parse_error.is_empty()) {
    parse_error = Value(
        TRY(add_exception(thread, module, "xml.etree.ElementTree", "ParseError", SyntaxError)));
  }
  module_add(module, "ParseError", parse_error);
  return nothing;
}

}  // namespace
}  // namespace elementtree

extern const ModuleSpec elementtree_module{"_elementtree", nullptr, elementtree::functions,
                                           elementtree::initialize};

}  // namespace minipy
