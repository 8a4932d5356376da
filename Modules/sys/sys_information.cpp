// The constants of sys: version, flags, limits of numbers. Library reference, "sys".
#include <cfloat>
#include <climits>
#include <string>

#include "Modules/native_modules.h"
#include "Modules/sys/sys.h"
#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

Value text(std::string_view utf8) { return make_str(utf8); }

// There is just one of each.
Value refuse_to_make(Thread& thread, Type& type, const Value*, size_t, Value) {
  return raise(thread, TypeError, "cannot create '{}' instances", type);
}

Value make_flags() {
  static Type& type = make_struct_sequence_type(
      "sys.flags", "sys.flags\n\nFlags that the command line and the environment have set.",
      {{"debug", "-d"}, {"inspect", "-i"}, {"interactive", "-i"}, {"optimize", "-O or -OO"},
       {"dont_write_bytecode", "-B"}, {"no_user_site", "-s"}, {"no_site", "-S"}, {"ignore_environment", "-E"},
       {"verbose", "-v"}, {"bytes_warning", "-b"}, {"quiet", "-q"}, {"hash_randomization", "-R"},
       {"isolated", "-I"}, {"dev_mode", "-X dev"}, {"utf8_mode", "-X utf8"},
       {"warn_default_encoding", "-X warn_default_encoding"}, {"safe_path", "-P"},
       {"int_max_str_digits", "-X int_max_str_digits"}},
      18);
  type.slots.make = refuse_to_make;
  const Configuration& c = runtime.configuration;
  const Value values[] = {
      make_int(c.debug), make_int(c.inspect), make_int(c.interactive), make_int(c.optimize),
      make_int(c.dont_write_bytecode), make_int(c.no_user_site), make_int(c.no_site),
      make_int(c.ignore_environment), make_int(c.verbose), make_int(c.bytes_warning), make_int(c.quiet),
      make_int(c.hash_randomization), make_int(c.isolated), Value::from_bool(c.dev_mode), make_int(c.utf8_mode),
      make_int(c.warn_default_encoding), Value::from_bool(c.safe_path), make_int(c.int_max_str_digits)};
  return make_struct_sequence(type, values);
}

Value make_version_info() {
  static Type& type = make_struct_sequence_type(
      "sys.version_info", "sys.version_info\n\nThe version of the language.",
      {{"major", "Major release number"}, {"minor", "Minor release number"}, {"micro", "Patch release number"},
       {"releaselevel", "'alpha', 'beta', 'candidate', or 'final'"}, {"serial", "Serial release number"}},
      5);
  type.slots.make = refuse_to_make;
  const Value values[] = {make_int(3), make_int(11), make_int(2), text("final"), make_int(0)};
  return make_struct_sequence(type, values);
}

Value make_float_info() {
  Type& type = make_struct_sequence_type(
      "sys.float_info", "sys.float_info\n\nProperties of the float type.",
      {{"max", "DBL_MAX: largest finite float"}, {"max_exp", "DBL_MAX_EXP"}, {"max_10_exp", "DBL_MAX_10_EXP"},
       {"min", "DBL_MIN: smallest positive normal float"}, {"min_exp", "DBL_MIN_EXP"},
       {"min_10_exp", "DBL_MIN_10_EXP"}, {"dig", "DBL_DIG: decimal digits kept faithfully"},
       {"mant_dig", "DBL_MANT_DIG: digits of the mantissa"}, {"epsilon", "DBL_EPSILON: from 1.0 to the next float"},
       {"radix", "FLT_RADIX: of the exponent"}, {"rounds", "FLT_ROUNDS: rounding mode"}},
      11);
  const Value values[] = {make_float(DBL_MAX), make_int(DBL_MAX_EXP), make_int(DBL_MAX_10_EXP),
                          make_float(DBL_MIN), make_int(DBL_MIN_EXP), make_int(DBL_MIN_10_EXP),
                          make_int(DBL_DIG), make_int(DBL_MANT_DIG), make_float(DBL_EPSILON),
                          make_int(FLT_RADIX), make_int(FLT_ROUNDS)};
  return make_struct_sequence(type, values);
}

Value make_int_info() {
  Type& type = make_struct_sequence_type(
      "sys.int_info", "sys.int_info\n\nHow ints are represented, and limits of their text.",
      {{"bits_per_digit", "size of a digit in bits"}, {"sizeof_digit", "size of a digit in bytes"},
       {"default_max_str_digits", "default limit of digits in conversions"},
       {"str_digits_check_threshold", "smallest limit that may be set"}},
      4);
  const Value values[] = {make_int(30), make_int(4), make_int(4300), make_int(640)};
  return make_struct_sequence(type, values);
}

Value make_hash_info() {
  Type& type = make_struct_sequence_type(
      "sys.hash_info", "hash_info\n\nHow hashes are computed.",
      {{"width", "bits of a hash"}, {"modulus", "prime modulus of the hashes of numbers"},
       {"inf", "hash of positive infinity"}, {"nan", "not used any more"}, {"imag", "factor for imaginary parts"},
       {"algorithm", "of str, bytes and memoryview"}, {"hash_bits", "bits of the algorithm's result"},
       {"seed_bits", "bits of its seed"}, {"cutoff", "length up to which small strings are hashed differently"}},
      9);
  const Value values[] = {make_int(64), make_uint((uint64_t{1} << 61) - 1), make_int(314159), make_int(0),
                          make_int(1000003), text("siphash13"), make_int(64), make_int(128), make_int(0)};
  return make_struct_sequence(type, values);
}

Value make_thread_info() {
  Type& type = make_struct_sequence_type(
      "sys.thread_info", "sys.thread_info\n\nHow threads are implemented.",
      {{"name", "name of the implementation"}, {"lock", "name of the lock"}, {"version", "of the library"}}, 3);
  char version[64];
  const size_t size = confstr(_CS_GNU_LIBPTHREAD_VERSION, version, sizeof version);
  const Value values[] = {text("pthread"), text("semaphore"), size > 0 ? text(version) : None};
  return make_struct_sequence(type, values);
}

Value make_implementation(Value version_info) {
  Dict* names = make_dict();
  dict_set_str(*names, "name", text("minipy"));
  dict_set_str(*names, "cache_tag", text("minipy-311"));
  dict_set_str(*names, "version", version_info);
  dict_set_str(*names, "hexversion", make_int(0x030b02f0));
  dict_set_str(*names, "_multiarch", text("x86_64-linux-gnu"));
  Thread& thread = current_thread();
  return MUST(call_with(thread, &type_of_kind(Kind::SimpleNamespace), *empty_tuple(), names), "no user code");
}

std::string version_text() {
  std::string version = "3.11.2 (minipy, ";
  version += __DATE__;
  version += ", ";
  version += __TIME__;
#ifdef __clang__
  version += ") [Clang " __clang_version__;
#else
  version += ") [GCC " __VERSION__;
#endif
  while (version.ends_with(' ')) version.pop_back();
  return version + "]";
}

Value list_of_texts(const std::vector<std::string>& texts) {
  List* list = make_list();
  for (const std::string& one : texts) {
    MUST(list_append(current_thread(), *list, from_filename(one)), "a list of a few items");
  }
  return list;
}

Value x_options() {
  Dict* options = make_dict();
  for (const std::string& option : runtime.configuration.x_options) {
    const size_t equals = option.find('=');
    const Value name = from_filename(option.substr(0, equals));
    const Value value = equals == std::string::npos ? True : Value(from_filename(option.substr(equals + 1)));
    MUST(dict_set(current_thread(), *options, name, value), "str keys");
  }
  return options;
}

Value library_names() {
  Set* names = make_frozenset();
  for (const char* const* name = stdlib_module_names; *name; ++name) {
    MUST(set_add(current_thread(), *names, intern(*name)), "str keys");
  }
  return names;
}

void add_paths(Module& module) {
  module_add(module, "executable", from_filename(runtime.configuration.executable));
  module_add(module, "_base_executable", from_filename(runtime.configuration.executable));
  for (const char* name : {"prefix", "base_prefix", "exec_prefix", "base_exec_prefix"}) {
    module_add(module, name, text("/usr"));
  }
  module_add(module, "platlibdir", text("lib"));
  module_add(module, "_home", None);
  module_add(module, "_framework", text(""));
  module_add(module, "path", make_list());
  module_add(module, "meta_path", make_list());
  module_add(module, "path_hooks", make_list());
  module_add(module, "path_importer_cache", make_dict());
  const std::string& prefix = runtime.configuration.pycache_prefix;
  module_add(module, "pycache_prefix", prefix.empty() ? None : Value(from_filename(prefix)));
}

}  // namespace

void add_sys_information(Module& module) {
  const Value version_info = make_version_info();
  module_add(module, "version", text(version_text()));
  module_add(module, "version_info", version_info);
  module_add(module, "hexversion", make_int(0x030b02f0));
  module_add(module, "api_version", make_int(1013));
  module_add(module, "implementation", make_implementation(version_info));
  const Value git[] = {text("minipy"), text(""), text("")};
  module_add(module, "_git", make_tuple(git, 3));
  module_add(module, "copyright", text("Copyright (c) 2026 the minipy authors.\nAll Rights Reserved."));
  module_add(module, "platform", text("linux"));
  module_add(module, "abiflags", text(""));
  module_add(module, "byteorder", text("little"));
  module_add(module, "maxsize", make_int(INT64_MAX));
  module_add(module, "maxunicode", make_int(0x10FFFF));
  module_add(module, "float_repr_style", text("short"));
  module_add(module, "flags", make_flags());
  module_add(module, "float_info", make_float_info());
  module_add(module, "int_info", make_int_info());
  module_add(module, "hash_info", make_hash_info());
  module_add(module, "thread_info", make_thread_info());
  module_add(module, "builtin_module_names", native_module_names());
  module_add(module, "stdlib_module_names", library_names());
  module_add(module, "dont_write_bytecode", Value::from_bool(runtime.configuration.dont_write_bytecode));
  module_add(module, "warnoptions", list_of_texts(runtime.configuration.warn_options));
  module_add(module, "_xoptions", x_options());
  module_add(module, "argv", list_of_texts(runtime.configuration.arguments));
  module_add(module, "orig_argv", list_of_texts(runtime.configuration.original_arguments));
  add_paths(module);
}

}  // namespace minipy
