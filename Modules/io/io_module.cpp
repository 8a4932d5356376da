// _io, put together from the files beside this one.
#include "Modules/io/io.h"
#include "Modules/native_modules.h"
#include "Objects/module_kinds.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

Status make_unsupported_operation(Thread& thread) {
  Dict* contents = make_dict();
  dict_set_str(*contents, "__module__", make_str("io"));
  const Value type = TRY(call(thread, &type_of_kind(Kind::Type),
                              {make_str("UnsupportedOperation"), make_tuple({&OSError, &ValueError}), contents}));
  unsupported_operation = type.as<Type>();
  return nothing;
}

Status initialize(Thread& thread, Module& module) {
  static bool is_defined = false;
  if (!is_defined) {
    is_defined = true;
    define_io_base_types();
    define_file_io_type();
    define_buffered_types();
    define_buffered_pair_type();
    define_bytes_io_types();
    define_newline_decoder_type();
    define_text_io_type();
    define_string_io_type();
    TRY(make_unsupported_operation(thread));
    flush_open_files_hook = flush_unwritten_files;
  }
  static constexpr Kind kinds[] = {
      ModuleKind::IOBase,         ModuleKind::RawIOBase,      ModuleKind::BufferedIOBase, ModuleKind::TextIOBase,
      ModuleKind::FileIO,         ModuleKind::BytesIO,        ModuleKind::BufferedReader, ModuleKind::BufferedWriter,
      ModuleKind::BufferedRandom, ModuleKind::BufferedRWPair, ModuleKind::TextIOWrapper,  ModuleKind::StringIO,
      ModuleKind::IncrementalNewlineDecoder};
  for (const Kind kind : kinds) module_add_type(module, type_of_kind(kind));
  module_add(module, "DEFAULT_BUFFER_SIZE", make_int(static_cast<int64_t>(kDefaultBufferSize)));
  module_add(module, "UnsupportedOperation", unsupported_operation);
  module_add(module, "BlockingIOError", &BlockingIOError);
  module_add_functions(module, open_function_rows());
  return nothing;
}

}  // namespace

extern const ModuleSpec io_module = {
    .name = "_io",
    .doc = "Streams: raw files, buffers, text, and files in memory.",
    .functions = {},
    .initialize = initialize,
};

}  // namespace minipy
