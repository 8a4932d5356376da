// A program of the build: compiles the frozen modules from the library's sources and writes what came of it,
// objects as they lie in memory and their register forms, for the assembler. See docs/import.md.
//
//   freeze LIBRARY OUTPUT.cpp
//
// OUTPUT.cpp takes in OUTPUT.cpp.s; OUTPUT.cpp.d says what they were made from.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "Compiler/code_object.h"
#include "Compiler/marshal.h"
#include "Objects/bytes.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/frozen.h"
#include "VM/translator.h"

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

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "freeze: %s\n", message.c_str());
  std::exit(1);
}

std::string hex(uint64_t number) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
  return text;
}

// A part of the assembler's input; counts the bytes it stands for.
class Section {
 public:
  size_t size() const { return size_; }
  const std::string& text() const { return text_; }
  void quad(const std::string& expression) {
    text_ += "\t.quad " + expression + "\n";
    size_ += 8;
  }
  void quad(uint64_t number) { quad(hex(number)); }
  void bytes(const void* data, size_t count) {
    const auto* from = static_cast<const char*>(data);
    for (; count >= 8; count -= 8, from += 8) {
      uint64_t word;
      std::memcpy(&word, from, 8);
      quad(word);
    }
    if (count == 0) return;
    uint64_t word = 0;
    std::memcpy(&word, from, count);
    quad(word);
  }
  void align() {
    if (size_ % 16) quad(uint64_t{0});
  }

 private:
  std::string text_;
  size_t size_ = 0;
};

class Freezer {
 public:
  Freezer(Thread& thread, std::string library, std::string output)
      : thread_(thread), library_(std::move(library)), output_(std::move(output)) {
    names_.quad(uint64_t{0});  // no string is at place 0
    names_.quad(uint64_t{0});
    empty_tuple_ = place(empty_tuple());
  }

  void run() {
    for (const Row& row : rows) {
      const std::string name = frozen_code_name(row.name, row.original);
      if (!modules_.contains(name)) freeze(name, row.file);
      const Module& module = modules_[name];
      module_table_.quad(module.code);
      module_table_.quad("minipy_frozen_constants+" + std::to_string(module.first_constant * sizeof(FrozenConstant)));
      module_table_.quad(module.constant_count);
    }
    write_files();
  }

 private:
  struct Module {
    std::string code;  // where it is, for the assembler
    size_t first_constant, constant_count;
  };

  void freeze(const std::string& name, const std::string& file) {
    std::string source;
    if (!file.empty()) {
      const std::string path = library_ + "/" + file;
      std::ifstream stream(path, std::ios::binary);
      if (!stream.is_open()) fail("cannot read " + path);
      source.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
      sources_ += " " + path;
    }
    CompileRequest request;
    request.source = source;
    request.filename = make_str("<frozen " + name + ">");
    request.optimize = 0;
    const Result<Code*> code = compile_to_code(thread_, request);
    if (code.failed()) fail("cannot compile " + name);
    kept_.push_back(code.value());
    place_global_names(*code.value());
    const size_t first = constant_count_;
    const std::string at = place(code.value());
    modules_[name] = {at, first, constant_count_ - first};
  }

  // --- objects ---

  // The names that modules and classes define come together: their hashes are asked for, and so stored, when
  // the module is imported.
  void place_global_names(const Code& code) {
    for (const Value name : code.names()->view()) place(name);
    for (const Value constant : code.constants()->view()) {
      if (!is_exact(constant, Kind::Code)) continue;
      place(constant.as<Code>()->qualified_name());
      if (!(constant.as<Code>()->flags & Code::kOptimized)) place_global_names(*constant.as<Code>());
    }
  }

  std::string new_place() {
    objects_.align();
    return "minipy_frozen_objects+" + std::to_string(objects_.size());
  }

  // Where the object is, for the assembler. Those that it refers to come before it.
  std::string place(Value value) {
    if (!value.is_object()) return hex(value.bits());
    const auto known = places_.find(value.object());
    if (known != places_.end()) return known->second;
    const std::string at = place_new(value);
    places_[value.object()] = at;
    return at;
  }

  std::string place_new(Value value) {
    if (is_exact_str(value)) return place_str(*value.as<Str>());
    if (is_exact(value, Kind::Bytes)) return place_bytes(*value.as<Bytes>());
    if (is_exact_tuple(value)) return place_tuple(*value.as<Tuple>());
    if (is_exact(value, Kind::Code)) return place_code(*value.as<Code>());
    fail("an object of a kind that cannot be frozen");
  }

  std::string place_str(const Str& text) {
    if (text.is_shared() || (text.is_interned() && !text.is_ascii())) fail("a string of an unexpected kind");
    Section& section = text.is_interned() ? names_ : objects_;
    section.align();
    const std::string at =
        (text.is_interned() ? "minipy_frozen_names+" : "minipy_frozen_objects+") + std::to_string(section.size());
    if (text.is_interned()) strings_.push_back({section.size() / 16, std::string(text.ascii_view())});
    section.bytes(&text, sizeof(Object));
    section.quad(uint64_t{0});  // the hash, which depends on the process
    section.quad(text.length_and_width);
    section.bytes(text.data(), text.byte_size());
    return at;
  }

  std::string place_bytes(const Bytes& bytes) {
    const std::string at = new_place();
    objects_.bytes(&bytes, sizeof(Object));
    objects_.quad(uint64_t{0});
    objects_.quad(bytes.size);
    objects_.bytes(bytes.data(), bytes.size + 1);
    return at;
  }

  // Programs see that short bytes and single characters are shared, and sets are ordered by the process's own hashes.
  static bool must_be_loaded(Value value) {
    if (!value.is_object()) return false;
    if (is_exact(value, Kind::Bytes)) return value.as<Bytes>()->size < 2;
    if (is_exact_str(value) && value.as<Str>()->length() < 2 && !value.as<Str>()->is_ascii()) return true;
    return !is_exact_str(value) && !is_exact_tuple(value) && !is_exact(value, Kind::Code);
  }

  std::string place_tuple(const Tuple& tuple) {
    std::vector<std::string> items;
    for (const Value item : tuple.view()) items.push_back(must_be_loaded(item) ? hex(Unbound.bits()) : place(item));
    const std::string at = new_place();
    const size_t start = objects_.size();
    objects_.bytes(&tuple, sizeof(Object));
    objects_.quad(tuple.size);
    for (size_t i = 0; i < tuple.size; ++i) {
      if (must_be_loaded(tuple.items[i])) add_constant(start + sizeof(Tuple) + i * sizeof(Value), tuple.items[i]);
      objects_.quad(items[i]);
    }
    return at;
  }

  void add_constant(size_t offset, Value value) {
    const Result<GrowingBytes> bytes = marshal_dump(thread_, value);
    if (bytes.failed()) fail("cannot marshal a constant");
    constants_.quad("minipy_frozen_objects+" + std::to_string(offset));
    constants_.quad("minipy_frozen_bytes+" + std::to_string(bytes_.size()));
    constants_.quad(bytes.value().size());
    bytes_.bytes(bytes.value().data(), bytes.value().size());
    ++constant_count_;
  }

  std::string place_code(const Code& code) {
    std::map<size_t, std::string> pointers;  // by offset in the struct
    const CodeParts& parts = code.present_parts;
    const auto add = [&](auto CodeParts::*member) {
      const char* at = reinterpret_cast<const char*>(&(parts.*member));
      pointers[static_cast<size_t>(at - reinterpret_cast<const char*>(&code))] = place(Value(parts.*member));
    };
    add(&CodeParts::code), add(&CodeParts::constants), add(&CodeParts::names), add(&CodeParts::localsplus_names);
    add(&CodeParts::localsplus_kinds), add(&CodeParts::filename), add(&CodeParts::name);
    add(&CodeParts::qualified_name), add(&CodeParts::line_table), add(&CodeParts::exception_table);
    const std::string at = "minipy_frozen_codes+" + std::to_string(codes_.size());
    const auto* words = reinterpret_cast<const uint64_t*>(&code);
    for (size_t i = 0; i < sizeof(Code) / 8; ++i) {
      const auto pointer = pointers.find(i * 8);
      if (pointer != pointers.end()) {
        codes_.quad(pointer->second);
      } else {
        codes_.quad(words[i]);
      }
    }
    add_form(code);
    return at;
  }

  void add_form(const Code& code) {
    Translator translator(code, false);
    if (const char* wrong = translator.run()) fail(std::string("cannot translate: ") + wrong);
    const FormParts parts = translator.parts();
    for (const auto& [data, size] : {std::pair<const void*, size_t>{parts.words.data(), parts.words.size_bytes()},
                                     {parts.origins.data(), parts.origins.size_bytes()},
                                     {parts.handlers.data(), parts.handlers.size_bytes()}}) {
      forms_.quad("minipy_frozen_form_data+" + std::to_string(form_data_.size()));
      form_data_.bytes(data, size);
    }
    const uint32_t counts[] = {static_cast<uint32_t>(parts.words.size()), static_cast<uint32_t>(parts.origins.size()),
                               static_cast<uint32_t>(parts.handlers.size()), parts.register_count};
    forms_.bytes(counts, sizeof counts);
  }

  // --- output ---

  // The table of interned strings, half full at most.
  Section string_table(uint32_t& mask) const {
    size_t size = 64;
    while (size < strings_.size() * 2) size *= 2;
    mask = static_cast<uint32_t>(size - 1);
    std::vector<uint32_t> places(size);
    for (const auto& [place, text] : strings_) {
      uint32_t i = static_string_hash(text);
      while (places[i & mask]) ++i;
      places[i & mask] = static_cast<uint32_t>(place);
    }
    Section section;
    section.bytes(places.data(), places.size() * sizeof(uint32_t));
    return section;
  }

  void write_files() {
    uint32_t mask = 0;
    const Section string_places = string_table(mask);
    Section strings, code_count;
    strings.quad("minipy_frozen_names");
    strings.quad("minipy_frozen_string_places");
    strings.quad(mask);
    code_count.quad(codes_.size() / sizeof(Code));
    std::string text;
    const auto part = [&](const char* section, const char* label, const Section& contents) {
      text += std::string("\t.section ") + section + "\n\t.p2align 4\n\t.globl " + label + "\n" + label + ":\n" +
              contents.text();
    };
    // Apart from other variables: the collector need not look at these objects.
    part("frozen_objects,\"aw\",@progbits", "minipy_frozen_objects", objects_);
    part("frozen_objects,\"aw\",@progbits", "minipy_frozen_names", names_);
    part("frozen_objects,\"aw\",@progbits", "minipy_frozen_objects_end", {});
    part(".data,\"aw\",@progbits", "minipy_frozen_codes", codes_);
    part(".data.rel.ro,\"aw\",@progbits", "minipy_frozen_code", module_table_);
    part(".data.rel.ro,\"aw\",@progbits", "minipy_frozen_constants", constants_);
    part(".data.rel.ro,\"aw\",@progbits", "minipy_frozen_forms", forms_);
    part(".data.rel.ro,\"aw\",@progbits", "minipy_frozen_strings", strings);
    part(".rodata,\"a\",@progbits", "minipy_frozen_string_places", string_places);
    part(".rodata,\"a\",@progbits", "minipy_frozen_form_data", form_data_);
    part(".rodata,\"a\",@progbits", "minipy_frozen_bytes", bytes_);
    part(".rodata,\"a\",@progbits", "minipy_frozen_code_count", code_count);
    text += "\t.globl minipy_frozen_empty_tuple\n\t.set minipy_frozen_empty_tuple, " + empty_tuple_ + "\n\t.text\n";
    write(output_ + ".s", text);
    write(output_ + ".d", output_ + ":" + sources_ + "\n");
    // A compiler cache does not look into what the assembler takes in, so the text changes with it.
    write(output_, "asm(\".include \\\"" + output_ + ".s\\\"\");\nextern \"C\" const unsigned long minipy_frozen_stamp = " +
                       hex(std::hash<std::string>{}(text)) + "ul;\n");
  }

  static void write(const std::string& path, const std::string& contents) {
    std::ofstream(path, std::ios::binary) << contents;
  }

  Thread& thread_;
  std::string library_, output_, sources_, empty_tuple_;
  std::map<std::string, Module> modules_;  // by the name that the code goes by
  std::unordered_map<const Object*, std::string> places_;
  std::vector<std::pair<size_t, std::string>> strings_;  // the interned names_: place, text
  Section objects_, names_, codes_, forms_, form_data_, constants_, bytes_, module_table_;
  size_t constant_count_ = 0;
  GcVector kept_;
};

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 3) return 2;
  Freezer(minipy::initialize_objects(), arguments[1], arguments[2]).run();
  return 0;
}
