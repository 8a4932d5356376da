#include "VM/command_line.h"

#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "Compiler/cache_report.h"

namespace minipy {
namespace {

constexpr int kUsageError = 2;
constexpr const char* kShortOptions = "bBc:dEhiIJm:OPqRsStuvVW:xX:?";

// Walks the arguments as getopt does: short options may be bundled, the first other word ends them.
class OptionReader {
 public:
  OptionReader(int count, char** arguments) : count_(count), arguments_(arguments) {}

  // 0 at the end; '_' for an error that has been reported. Long options come as their upper-case key.
  int next() {
    if (*rest_ == '\0') {
      if (index_ >= count_ || arguments_[index_][0] != '-' || arguments_[index_][1] == '\0') return 0;
      if (std::strcmp(arguments_[index_], "--") == 0) {
        ++index_;
        return 0;
      }
      if (arguments_[index_][1] == '-') return long_option(arguments_[index_++] + 2);
      rest_ = arguments_[index_++] + 1;
    }
    return short_option(*rest_++);
  }
  const char* argument() const { return argument_; }
  int index() const { return index_; }

 private:
  int short_option(char option) {
    if (option == 'J') {
      std::fputs("-J is reserved for Jython\n", stderr);
      return '_';
    }
    const char* row = option == ':' ? nullptr : std::strchr(kShortOptions, option);
    if (!row) {
      std::fprintf(stderr, "Unknown option: -%c\n", option);
      return '_';
    }
    if (row[1] != ':') return option;
    if (*rest_ != '\0') {
      argument_ = rest_;
      rest_ = "";
    } else if (index_ < count_) {
      argument_ = arguments_[index_++];
    } else {
      std::fprintf(stderr, "Argument expected for the -%c option\n", option);
      return '_';
    }
    return option;
  }

  int long_option(const char* name) {
    if (std::strcmp(name, "help") == 0) return 'h';
    if (std::strcmp(name, "version") == 0) return 'V';
    if (std::strcmp(name, "help-env") == 0) return 'e';
    if (std::strcmp(name, "help-xoptions") == 0) return 'o';
    if (std::strcmp(name, "help-all") == 0) return 'a';
    if (std::strcmp(name, "check-hash-based-pycs") == 0) {
      if (index_ >= count_) {
        std::fputs("Argument expected for the --check-hash-based-pycs option\n", stderr);
        return '_';
      }
      argument_ = arguments_[index_++];
      return 'k';
    }
    std::fprintf(stderr, "unknown option --%s\n", name);
    return '_';
  }

  int count_;
  char** arguments_;
  int index_ = 1;
  const char* rest_ = "";
  const char* argument_ = nullptr;
};

int usage_error(const char* program) {
  std::fprintf(stderr,
               "usage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
               "Try `python -h' for more information.\n",
               program);
  return kUsageError;
}

int fatal(const char* where, const char* message) {
  std::fprintf(stderr, "Fatal Python error: %s: %s\nPython runtime state: preinitialized\n\n", where, message);
  std::fprintf(stderr, "Current thread 0x%016lx (most recent call first):\n  <no Python frame>\n",
               static_cast<unsigned long>(pthread_self()));
  return 1;
}

struct Choices {
  int version = 0;
  std::vector<std::string> warnings;  // of -W
};

// What an option does that asks for no immediate end.
void apply(int option, const char* argument, Configuration& c, Choices& choices) {
  switch (option) {
    case 'b': ++c.bytes_warning; break;
    case 'B': ++c.dont_write_bytecode; break;
    case 'd': ++c.debug; break;
    case 'E': ++c.ignore_environment; break;
    case 'i': ++c.inspect, ++c.interactive; break;
    case 'I': ++c.isolated, ++c.ignore_environment, ++c.no_user_site, c.safe_path = true; break;
    case 'O': ++c.optimize; break;
    case 'P': c.safe_path = true; break;
    case 'q': ++c.quiet; break;
    case 'R': c.randomizes_hashes = true; break;
    case 's': ++c.no_user_site; break;
    case 'S': ++c.no_site; break;
    case 'u': c.unbuffered = true; break;
    case 'v': ++c.verbose; break;
    case 'V': ++choices.version; break;
    case 'W': choices.warnings.push_back(argument); break;
    case 'x': c.skip_first_line = true; break;
    case 'X': c.x_options.push_back(argument); break;
    default: break;  // -t means nothing any more
  }
}

// -X NAME or -X NAME=VALUE: nullptr if it was not given, "" without a value. The last one counts.
const char* x_option(const Configuration& c, const char* name) {
  const size_t size = std::strlen(name);
  for (auto each = c.x_options.rbegin(); each != c.x_options.rend(); ++each) {
    if (each->compare(0, size, name) != 0) continue;
    if (each->size() == size) return "";
    if ((*each)[size] == '=') return each->c_str() + size + 1;
  }
  return nullptr;
}

bool read_number(const char* text, int& number) {
  char* end;
  errno = 0;
  const long value = std::strtol(text, &end, 10);
  if (*text == '\0' || *end != '\0' || errno != 0 || value < INT_MIN || value > INT_MAX) return false;
  number = static_cast<int>(value);
  return true;
}

// PYTHONOPTIMIZE and its kind: a number at least as large as what the options gave; any other text is 1.
void raise_flag(const Configuration& c, const char* variable, int& flag) {
  const char* text = c.environment(variable);
  if (!text) return;
  int number = 0;
  if (!read_number(text, number) || number < 0) number = 1;
  if (flag < number) flag = number;
}

std::optional<int> read_digit_limit(Configuration& c) {
  int limit = -1;
  const auto valid = [&](const char* text) {
    return read_number(text, limit) && (limit == 0 || limit >= 640);
  };
  if (const char* text = c.environment("PYTHONINTMAXSTRDIGITS"); text && !valid(text)) {
    return fatal("config_init_int_max_str_digits",
                 "PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.");
  }
  if (const char* text = x_option(c, "int_max_str_digits"); text && !valid(text)) {
    return fatal("config_init_int_max_str_digits",
                 "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.");
  }
  c.int_max_str_digits = limit;
  return std::nullopt;
}

std::optional<int> read_jit_threshold(Configuration& c) {
  const char* text = x_option(c, "jit");
  if (!text) text = c.environment("MINIPY_JIT");
  if (!text) return std::nullopt;
  if (!read_number(text, c.jit_threshold) || c.jit_threshold < 0) {
    return fatal("read_jit_threshold", "-X jit, MINIPY_JIT: not a number of calls and rounds; 0 for never.");
  }
  return std::nullopt;
}

std::optional<int> read_hash_seed(Configuration& c) {
  if (c.randomizes_hashes) return std::nullopt;
  const char* seed = c.environment("PYTHONHASHSEED");
  if (!seed || std::strcmp(seed, "random") == 0) return std::nullopt;
  char* end;
  errno = 0;
  const unsigned long value = std::strtoul(seed, &end, 10);
  if (*end != '\0' || errno != 0 || value > 4294967295UL) {
    return fatal("config_init_hash_seed",
                 "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
  }
  c.hash_randomization = value != 0;
  return std::nullopt;
}

std::optional<int> read_utf8_mode(Configuration& c) {
  if (const char* text = x_option(c, "utf8")) {
    if (*text != '\0' && std::strcmp(text, "0") != 0 && std::strcmp(text, "1") != 0) {
      return fatal("preconfig_init_utf8_mode", "invalid -X utf8 option value");
    }
    c.utf8_mode = std::strcmp(text, "0") != 0;
  } else if (const char* variable = c.environment("PYTHONUTF8")) {
    if (std::strcmp(variable, "0") != 0 && std::strcmp(variable, "1") != 0) {
      return fatal("preconfig_init_utf8_mode", "invalid PYTHONUTF8 environment variable value");
    }
    c.utf8_mode = variable[0] == '1';
  }
  return std::nullopt;
}

std::optional<int> read_x_options(Configuration& c) {
  if (const char* text = x_option(c, "frozen_modules")) {
    if (std::strcmp(text, "off") == 0) {
      c.frozen_modules = 0;
    } else if (*text != '\0' && std::strcmp(text, "on") != 0) {
      return fatal("config_read", "bad value for option -X frozen_modules (expected \"on\" or \"off\")");
    }
  }
  c.dev_mode = x_option(c, "dev") || c.environment("PYTHONDEVMODE");
  c.fault_handler = c.dev_mode || x_option(c, "faulthandler") || c.environment("PYTHONFAULTHANDLER");
  c.import_time = x_option(c, "importtime") || c.environment("PYTHONPROFILEIMPORTTIME");
  c.warn_default_encoding = x_option(c, "warn_default_encoding") || c.environment("PYTHONWARNDEFAULTENCODING");
  c.code_debug_ranges = !x_option(c, "no_debug_ranges") && !c.environment("PYTHONNODEBUGRANGES");
  if (const char* prefix = c.environment("PYTHONPYCACHEPREFIX")) c.pycache_prefix = prefix;
  if (const char* prefix = x_option(c, "pycache_prefix")) c.pycache_prefix = prefix;
  const char* log = x_option(c, "cachelog");
  if (log && !open_cache_log(log)) return fatal("config_read", "the file of -X cachelog cannot be written");
  return std::nullopt;
}

void read_environment(Configuration& c) {
  raise_flag(c, "PYTHONDEBUG", c.debug);
  raise_flag(c, "PYTHONVERBOSE", c.verbose);
  raise_flag(c, "PYTHONOPTIMIZE", c.optimize);
  raise_flag(c, "PYTHONINSPECT", c.inspect);
  raise_flag(c, "PYTHONDONTWRITEBYTECODE", c.dont_write_bytecode);
  raise_flag(c, "PYTHONNOUSERSITE", c.no_user_site);
  c.dont_write_bytecode = c.dont_write_bytecode > 0;
  c.no_user_site = c.no_user_site > 0;
  if (c.environment("PYTHONUNBUFFERED")) c.unbuffered = true;
  if (c.environment("PYTHONSAFEPATH")) c.safe_path = true;
  if (const char* text = c.environment("PYTHONIOENCODING")) {
    const char* colon = std::strchr(text, ':');
    c.stdio_encoding = colon ? std::string(text, colon) : text;
    if (colon) c.stdio_errors = colon + 1;
  }
}

// Later filters win, so the order is: development mode, the environment, -W, -b.
void collect_warnings(Configuration& c, const Choices& choices) {
  if (c.dev_mode) c.warn_options.push_back("default");
  if (const char* text = c.environment("PYTHONWARNINGS")) {
    std::string_view rest = text;
    while (!rest.empty()) {
      const size_t comma = std::min(rest.find(','), rest.size());
      if (comma > 0) c.warn_options.emplace_back(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  c.warn_options.insert(c.warn_options.end(), choices.warnings.begin(), choices.warnings.end());
  if (c.bytes_warning > 1) {
    c.warn_options.push_back("error::BytesWarning");
  } else if (c.bytes_warning) {
    c.warn_options.push_back("default::BytesWarning");
  }
}

std::string current_folder() {
  char buffer[PATH_MAX];
  return getcwd(buffer, sizeof buffer) ? buffer : "";
}

// The program's own absolute name: as it was called, looked up along PATH if it has no slash.
std::string find_executable(const char* name) {
  if (std::strchr(name, '/')) {
    if (name[0] == '/') return name;
    std::string relative = name;
    while (relative.starts_with("./")) relative.erase(0, 2);
    return current_folder() + "/" + relative;
  }
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (*name && !rest.empty()) {
    const size_t colon = std::min(rest.find(':'), rest.size());
    std::string candidate(rest.substr(0, colon));
    candidate += std::string("/") + name;
    struct stat status;
    if (stat(candidate.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  char buffer[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", buffer, sizeof buffer);
  return size > 0 && *name ? std::string(buffer, static_cast<size_t>(size)) : "";
}

// sys.argv, once it is known what is to be run.
void set_arguments(Configuration& c, int first, int count, char** arguments) {
  if (c.has_command) {
    c.arguments.push_back("-c");
  } else if (c.has_module) {
    c.arguments.push_back("-m");
  } else if (first < count) {
    c.arguments.push_back(arguments[first]);
    if (std::strcmp(arguments[first], "-") != 0) {
      c.has_script = true;
      c.script = arguments[first];
    }
    ++first;
  } else {
    c.arguments.push_back("");
  }
  for (; first < count; ++first) c.arguments.push_back(arguments[first]);
}

std::optional<int> read_options(OptionReader& options, const char* program, Configuration& c, Choices& choices) {
  while (const int option = options.next()) {
    switch (option) {
      case '_': return usage_error(program);
      case 'h':
      case '?': print_help(program); return 0;
      case 'e': print_environment_help(); return 0;
      case 'o': print_option_help(); return 0;
      case 'a':
        print_help(program);
        std::puts("");
        print_environment_help();
        std::puts("");
        print_option_help();
        return 0;
      case 'k':
        c.check_hash_pycs = options.argument();
        if (c.check_hash_pycs != "always" && c.check_hash_pycs != "never" && c.check_hash_pycs != "default") {
          std::fputs("--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n", stderr);
          return usage_error(program);
        }
        break;
      case 'c':
        c.has_command = true;
        c.command = std::string(options.argument()) + "\n";
        return std::nullopt;
      case 'm':
        c.has_module = true;
        c.module = options.argument();
        return std::nullopt;
      default: apply(option, options.argument(), c, choices);
    }
  }
  return std::nullopt;
}

}  // namespace

const char* Configuration::environment(const char* name) const {
  if (ignore_environment) return nullptr;
  const char* value = std::getenv(name);
  return value && *value ? value : nullptr;
}

std::optional<int> read_command_line(int argument_count, char** arguments, Configuration& c) {
  const char* program = argument_count > 0 ? arguments[0] : "minipy";
  for (int i = 0; i < argument_count; ++i) c.original_arguments.push_back(arguments[i]);
  OptionReader options(argument_count, arguments);
  Choices choices;
  if (const auto status = read_options(options, program, c, choices)) return status;
  c.executable = find_executable(program);
  if (choices.version > 1) {
    std::printf("Python 3.11.2 (minipy, %s, %s)\n", __DATE__, __TIME__);
    return 0;
  }
  if (choices.version) {
    std::puts("Python 3.11.2");
    return 0;
  }
  read_environment(c);
  for (auto* step : {read_digit_limit, read_jit_threshold, read_hash_seed, read_utf8_mode, read_x_options}) {
    if (const auto status = step(c)) return status;
  }
  collect_warnings(c, choices);
  set_arguments(c, options.index(), argument_count, arguments);
  return std::nullopt;
}

}  // namespace minipy
