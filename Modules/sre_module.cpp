// _sre: what the library's re package is built on. It compiles patterns to words in Python; here they
// are checked, translated and run.
#include "Modules/native_modules.h"
#include "Modules/sre/characters.h"
#include "Modules/sre/program.h"
#include "Modules/sre/types.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"

namespace minipy {

namespace {

Result<std::vector<uint32_t>> words_of(Thread& thread, List& code) {
  std::vector<uint32_t> words;
  words.reserve(code.size);
  for (size_t i = 0; i < code.size; ++i) {
    const Value number = code.at(i).is_int() ? code.at(i) : TRY(number_index(thread, code.at(i)));
    if (!number.is_int() || number.as_int() < 0 || number.as_int() > UINT32_MAX) {
      return raise(thread, OverflowError, "regular expression code size limit exceeded");
    }
    words.push_back(static_cast<uint32_t>(number.as_int()));
  }
  return words;
}

Value compile(Thread& thread, Value pattern, int flags, List& code, int64_t groups, Dict& group_index,
              Tuple& index_group) {
  const std::vector<uint32_t> words = TRY(words_of(thread, code));
  auto text = sre::Pattern::kAny;
  if (!pattern.is_none()) {
    sre::Subject subject(thread);
    TRY(subject.open(pattern));
    text = subject.is_bytes() ? sre::Pattern::kBytes : sre::Pattern::kStr;
  }
  sre::Program* program = nullptr;
  if (groups >= 0 && groups <= sre::kMaxGroups) program = sre::translate(words, static_cast<uint32_t>(groups));
  if (!program) return raise(thread, RuntimeError, "invalid SRE code");
  auto* made = allocate<sre::Pattern>();
  made->program = program;
  made->pattern = pattern;
  made->group_index = &group_index;
  made->index_group = &index_group;
  made->groups = groups;
  made->flags = flags;
  made->code_size = words.size();
  made->text = text;
  return made;
}

int getcodesize() { return sizeof(uint32_t); }
bool ascii_iscased(int c) { return c >= 0 && c < 128 && sre::lower_ascii(static_cast<uint32_t>(c) & ~32u) - 'a' < 26; }
bool unicode_iscased(int character) {
  const auto c = static_cast<uint32_t>(character);
  return c != sre::lower_unicode(c) || c != sre::upper_unicode(c);
}
int ascii_tolower(int c) { return static_cast<int>(sre::lower_ascii(static_cast<uint32_t>(c))); }
int unicode_tolower(int c) { return static_cast<int>(sre::lower_unicode(static_cast<uint32_t>(c))); }

const MethodRow functions[] = {
    function<compile>("compile($module, /, pattern, flags, code, groups, groupindex, indexgroup)", "A pattern object from words."),
    function<getcodesize>("getcodesize($module, /)", "The size of a word in bytes."),
    function<ascii_iscased>("ascii_iscased($module, character, /)", "Whether the ASCII character has two cases."),
    function<unicode_iscased>("unicode_iscased($module, character, /)", "Whether the character has two cases."),
    function<ascii_tolower>("ascii_tolower($module, character, /)", "The character in lower case, if it is ASCII."),
    function<unicode_tolower>("unicode_tolower($module, character, /)", "The character in lower case."),
};

Status initialize(Thread&, Module& module) {
  sre::define_pattern_type();
  sre::define_match_type();
  sre::define_scanner_type();
  module_add(module, "MAGIC", Value::from_int(sre::kMagic));
  module_add(module, "CODESIZE", Value::from_int(sizeof(uint32_t)));
  module_add(module, "MAXREPEAT", Value::from_int(sre::kMaxRepeat));
  module_add(module, "MAXGROUPS", Value::from_int(sre::kMaxGroups));
  module_add(module, "copyright", make_str("The regular expressions of minipy, MIT licence"));
  return nothing;
}

}  // namespace

extern const ModuleSpec sre_module = {"_sre", nullptr, functions, initialize};

}  // namespace minipy
