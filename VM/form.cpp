#include "VM/form.h"

#include <algorithm>

#include "Objects/gc.h"
#include "Objects/raise.h"
#include "VM/translator.h"

namespace minipy {
namespace {

Form* translate(Thread& thread, Code& code, bool is_traced) {
  Translator translator(code, is_traced);
  if (const char* wrong = translator.run()) {
    raise(thread, SystemError, "invalid bytecode in {}: {}", code.name, wrong);
    return nullptr;
  }
  Form* form = translator.make_form();
  if (!form) raise_memory_error(thread);
  return form;
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

const char* verify_code(const Code& code) {
  Translator translator(code, false);
  return translator.run();
}

}  // namespace minipy
