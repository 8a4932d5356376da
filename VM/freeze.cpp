// A program of the build: compiles the frozen modules from the library's sources into a file of
// marshalled code, and writes the C++ file that takes it into the executable.
//
//   freeze LIBRARY OUTPUT.cpp
//
// Beside OUTPUT.cpp go OUTPUT.cpp.bin, the code, and OUTPUT.cpp.d, what it was made from.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "Compiler/code_object.h"
#include "Compiler/marshal.h"
#include "Objects/exception.h"
#include "Objects/initialize.h"
#include "Objects/protocol.h"
#include "Objects/str.h"
#include "VM/frozen.h"

namespace {

using namespace minipy;

struct Row {
  const char *name, *file, *original;
};
constexpr Row rows[] = {
#define FROZEN(name, file, original, is_package) {name, file, original},
#include "VM/frozen_modules.def"
#undef FROZEN
};

struct Place {
  size_t offset, size;
};

class Freezer {
 public:
  Freezer(Thread& thread, std::string library, std::string output)
      : thread_(thread), library_(std::move(library)), output_(std::move(output)) {}

  bool run() {
    std::string table;
    for (const Row& row : rows) {
      const std::string name = frozen_code_name(row.name, row.original);
      if (!places_.contains(name) && !freeze(name, row.file)) return false;
      table += "    {frozen_bytes + " + std::to_string(places_[name].offset) + ", " +
               std::to_string(places_[name].size) + "},\n";
    }
    write(output_ + ".bin", bytes_);
    write(output_ + ".d", output_ + ":" + sources_ + "\n");
    write(output_,
          "#include \"VM/frozen.h\"\n"
          "asm(\".section .rodata\\n.p2align 4\\nfrozen_bytes:\\n.incbin \\\"" +
              output_ +
              ".bin\\\"\\n.previous\\n\");\n"
              "namespace minipy {\n"
              "extern const char frozen_bytes[] asm(\"frozen_bytes\");\n"
              "const FrozenCode frozen_code[] = {\n" +
              table +
              "};\n"
              "}\n");
    return true;
  }

 private:
  bool freeze(const std::string& name, const std::string& file) {
    std::string source;
    if (!file.empty()) {
      const std::string path = library_ + "/" + file;
      std::ifstream stream(path, std::ios::binary);
      if (!stream.is_open()) return fail("cannot read " + path);
      source.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
      sources_ += " " + path;
    }
    CompileRequest request;
    request.source = source;
    request.filename = make_str("<frozen " + name + ">");
    request.optimize = 0;
    const Result<Code*> code = compile_to_code(thread_, request);
    if (code.failed()) return fail("cannot compile " + name);
    const Result<std::string> bytes = marshal_dump(thread_, code.value());
    if (bytes.failed()) return fail("cannot marshal " + name);
    places_[name] = {bytes_.size(), bytes.value().size()};
    bytes_ += bytes.value();
    return true;
  }

  bool fail(const std::string& message) {
    std::fprintf(stderr, "freeze: %s\n", message.c_str());
    return false;
  }

  static void write(const std::string& path, const std::string& contents) {
    std::ofstream(path, std::ios::binary) << contents;
  }

  Thread& thread_;
  std::string library_, output_;
  std::map<std::string, Place> places_;  // by the name that the code goes by
  std::string bytes_, sources_;
};

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 3) return 2;
  return Freezer(minipy::initialize_objects(), arguments[1], arguments[2]).run() ? 0 : 1;
}
