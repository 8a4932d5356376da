#include "VM/form.h"

#include <algorithm>

#include "Compiler/verifier.h"
#include "Objects/gc.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"
#include "VM/frozen.h"
#include "VM/jit/jit.h"
#include "VM/translator.h"

namespace minipy {
namespace {

constexpr uint8_t instruction_words[] = {
#define INSTRUCTION(name, words, destination, what) words,
#include "VM/instructions.def"
};

// Is there anybody to catch GeneratorExit, or to be closed as well?
bool notices_close(const FormParts& parts) {
  if (!parts.handlers.empty()) return true;
  for (size_t at = 0; at < parts.words.size(); at += instruction_words[parts.words[at].op]) {
    if (parts.words[at].op == static_cast<uint16_t>(Op::SEND)) return true;
  }
  return false;
}

// A frozen form stays where it is but for its words, which hold caches.
Form* make_form(Thread& thread, Code& code, const FormParts& parts, bool is_traced, bool is_static) {
  auto form = static_cast<Form*>(gc_allocate_scanned_buffer(sizeof(Form)));
  form->words = static_cast<Word*>(gc_allocate_scanned_buffer(parts.words.size_bytes() + parts.words.size()));
  form->origins = const_cast<Origin*>(parts.origins.data());
  form->handlers = const_cast<Handler*>(parts.handlers.data());
  if (!is_static) {
    form->origins = static_cast<Origin*>(gc_allocate_leaf_buffer(parts.origins.size_bytes()));
    form->handlers = static_cast<Handler*>(gc_allocate_leaf_buffer(parts.handlers.size_bytes() + 1));
  }
  if (!form->words || !form->origins || (!is_static && !form->handlers)) {
    raise_memory_error(thread);
    return nullptr;
  }
  std::copy(parts.words.begin(), parts.words.end(), form->words);
  if (!is_static) {
    std::copy(parts.origins.begin(), parts.origins.end(), form->origins);
    std::copy(parts.handlers.begin(), parts.handlers.end(), form->handlers);
  }
  form->code = &code;
  form->constants = code.constants()->items;
  form->word_count = static_cast<uint32_t>(parts.words.size());
  form->origin_count = static_cast<uint32_t>(parts.origins.size());
  form->handler_count = static_cast<uint32_t>(parts.handlers.size());
  form->register_count = parts.register_count;
  form->local_count = static_cast<uint32_t>(code.localsplus_names()->size);
  const bool needs_binding = code.keyword_only_count || (code.flags & (Code::kVarArguments | Code::kVarKeywords));
  form->simple_arguments = needs_binding ? kNoSimpleCall : static_cast<uint32_t>(code.argument_count);
  form->is_traced = is_traced;
  form->forwards_keywords = parts.forwards_keywords;
  form->met = reinterpret_cast<Met*>(form->words + form->word_count);
  form->heat = is_traced ? 0 : compile_threshold;
  form->makes_generator = code.flags & (Code::kGenerator | Code::kCoroutine | Code::kAsyncGenerator);
  form->notices_close = form->makes_generator && notices_close(parts);
  return form;
}

Form* translate(Thread& thread, Code& code, bool is_traced) {
  const FrozenForm* frozen = is_traced ? nullptr : find_frozen_form(code);
  if (frozen) {
    const FormParts parts{{frozen->words, frozen->word_count},
                          {frozen->origins, frozen->origin_count},
                          {frozen->handlers, frozen->handler_count},
                          frozen->register_count};
    return make_form(thread, code, parts, false, true);
  }
  Translator translator(code, is_traced);
  if (const char* wrong = translator.run()) {
    const BytecodeFault found{&code, translator.offset(), wrong};
    raise(thread, SystemError, "invalid bytecode {}", describe(find_fault_in(code).value_or(found)));
    return nullptr;
  }
  return make_form(thread, code, translator.parts(), is_traced, false);
}

}  // namespace

Form* form_of(Thread& thread, Code& code, bool is_traced) {
  Form* form = static_cast<Form*>(code.translated);
  if (!form) {
    form = translate(thread, code, false);
    if (!form) return nullptr;
    code.translated = form;
  }
  if (!is_traced) return form;
  if (!form->twin) {
    Form* twin = translate(thread, code, true);
    if (!twin) return nullptr;
    twin->twin = form;
    form->twin = twin;
  }
  return form->twin;
}

uint32_t offset_of_word(const Form& form, const Word* word) {
  const uint32_t at = static_cast<uint32_t>(word - form.words);
  const Origin* found =
      std::upper_bound(form.origins, form.origins + form.origin_count, at,
                       [](uint32_t value, const Origin& origin) { return value < origin.word; });
  return found == form.origins ? 0 : found[-1].offset;
}

Word* word_of_offset(const Form& form, uint32_t offset) {
  for (uint32_t i = 0; i < form.origin_count; ++i) {
    if (form.origins[i].offset == offset) return form.words + form.origins[i].word;
  }
  return nullptr;
}

namespace {

const Handler* find_handler(const Form& form, uint32_t offset) {
  for (uint32_t i = 0; i < form.handler_count; ++i) {
    const Handler& handler = form.handlers[i];
    if (handler.start <= offset && offset < handler.end) return &handler;
  }
  return nullptr;
}

}  // namespace

const RaiseSite& raise_site(Form& form, const Word* word) {
  if (!form.raise_sites) {
    form.raise_sites =
        static_cast<RaiseSite*>(gc_allocate_leaf_buffer(kRaiseSites * sizeof(RaiseSite)));
    std::fill_n(form.raise_sites, kRaiseSites, RaiseSite{UINT32_MAX, 0, nullptr});
  }
  const uint32_t at = static_cast<uint32_t>(word - form.words);
  RaiseSite& site = form.raise_sites[at % kRaiseSites];
  if (site.word != at) {
    const uint32_t offset = offset_of_word(form, word);
    site = {at, offset, find_handler(form, offset)};
  }
  return site;
}

}  // namespace minipy
