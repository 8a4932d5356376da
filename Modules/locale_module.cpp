// _locale: the C library's locales. Library "locale".
#include <langinfo.h>
#include <libintl.h>
#include <locale.h>

#include <climits>
#include <cstring>
#include <cwchar>
#include <string>

#include "Modules/native_modules.h"
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/memory_reserve.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

Value locale_error;

Value set_locale(Thread& thread, int category, Value locale) {
  if (category < LC_CTYPE || category > LC_ALL) {
    return raise(thread, *locale_error.as<Type>(), "invalid locale category");
  }
  const char* result;
  if (locale.is_empty() || locale.is_none()) {
    result = setlocale(category, nullptr);
    if (!result) return raise(thread, *locale_error.as<Type>(), "locale query failed");
  } else {
    if (!is_str(locale)) return raise(thread, TypeError, "setlocale() argument 2 must be str or None, not {}", argument_kind(locale));
    const std::string name = TRY(to_utf8_strict(thread, locale.as<Str>()));
    if (name.find('\0') != std::string::npos) return raise(thread, ValueError, "embedded null character");
    result = setlocale(category, name.c_str());
    if (!result) return raise(thread, *locale_error.as<Type>(), "unsupported locale setting");
  }
  return from_filename(result);
}

Value grouping_list(Thread& thread, const char* grouping) {
  List* list = make_list();
  size_t i = 0;
  while (grouping[i] && grouping[i] != CHAR_MAX) ++i;
  if (grouping[0]) {
    for (size_t j = 0; j < i; ++j) TRY(list_append(thread, *list, make_int(grouping[j])));
    TRY(list_append(thread, *list, make_int(grouping[i])));
  }
  return list;
}

Value locale_conventions(Thread& thread) {
  const lconv& conventions = *localeconv();
  Dict* result = make_dict();
  const auto text = [&](const char* name, const char* value) { dict_set_str(*result, name, from_filename(value)); };
  const auto number = [&](const char* name, int value) { dict_set_str(*result, name, make_int(value)); };
  text("decimal_point", conventions.decimal_point);
  text("thousands_sep", conventions.thousands_sep);
  dict_set_str(*result, "grouping", TRY(grouping_list(thread, conventions.grouping)));
  text("int_curr_symbol", conventions.int_curr_symbol);
  text("currency_symbol", conventions.currency_symbol);
  text("mon_decimal_point", conventions.mon_decimal_point);
  text("mon_thousands_sep", conventions.mon_thousands_sep);
  dict_set_str(*result, "mon_grouping", TRY(grouping_list(thread, conventions.mon_grouping)));
  text("positive_sign", conventions.positive_sign);
  text("negative_sign", conventions.negative_sign);
  number("int_frac_digits", conventions.int_frac_digits);
  number("frac_digits", conventions.frac_digits);
  number("p_cs_precedes", conventions.p_cs_precedes);
  number("p_sep_by_space", conventions.p_sep_by_space);
  number("n_cs_precedes", conventions.n_cs_precedes);
  number("n_sep_by_space", conventions.n_sep_by_space);
  number("p_sign_posn", conventions.p_sign_posn);
  number("n_sign_posn", conventions.n_sign_posn);
  return result;
}

Result<std::wstring> wide(Thread& thread, Str& text) {
  std::wstring result;
  if (!reserve_text(result, text.length())) return raise_memory_error(thread);
  for (size_t i = 0; i < text.length(); ++i) {
    if (text.at(i) == 0) return raise(thread, ValueError, "embedded null character");
    result += static_cast<wchar_t>(text.at(i));
  }
  return result;
}

Value collate(Thread& thread, Module&, Str& first, Str& second) {
  const std::wstring a = TRY(wide(thread, first)), b = TRY(wide(thread, second));
  return make_int(wcscoll(a.c_str(), b.c_str()));
}

Value transform(Thread& thread, Module&, Str& text) {
  const std::wstring source = TRY(wide(thread, text));
  const size_t length = wcsxfrm(nullptr, source.c_str(), 0);
  if (!may_take(length * sizeof(wchar_t))) return raise_memory_error(thread);
  std::wstring result(length + 1, L'\0');
  wcsxfrm(result.data(), source.c_str(), length + 1);
  return make_str_utf32(reinterpret_cast<const char32_t*>(result.data()), length);
}

struct Constant {
  const char* name;
  int value;
};
const Constant langinfo_constants[] = {
#define ITEM(name) {#name, name},
    ITEM(DAY_1) ITEM(DAY_2) ITEM(DAY_3) ITEM(DAY_4) ITEM(DAY_5) ITEM(DAY_6) ITEM(DAY_7)
    ITEM(ABDAY_1) ITEM(ABDAY_2) ITEM(ABDAY_3) ITEM(ABDAY_4) ITEM(ABDAY_5) ITEM(ABDAY_6) ITEM(ABDAY_7)
    ITEM(MON_1) ITEM(MON_2) ITEM(MON_3) ITEM(MON_4) ITEM(MON_5) ITEM(MON_6) ITEM(MON_7) ITEM(MON_8)
    ITEM(MON_9) ITEM(MON_10) ITEM(MON_11) ITEM(MON_12) ITEM(ABMON_1) ITEM(ABMON_2) ITEM(ABMON_3)
    ITEM(ABMON_4) ITEM(ABMON_5) ITEM(ABMON_6) ITEM(ABMON_7) ITEM(ABMON_8) ITEM(ABMON_9) ITEM(ABMON_10)
    ITEM(ABMON_11) ITEM(ABMON_12) ITEM(RADIXCHAR) ITEM(THOUSEP) ITEM(CRNCYSTR) ITEM(D_FMT) ITEM(D_T_FMT)
    ITEM(T_FMT) ITEM(AM_STR) ITEM(PM_STR) ITEM(CODESET) ITEM(T_FMT_AMPM) ITEM(ERA) ITEM(ERA_D_FMT)
    ITEM(ERA_D_T_FMT) ITEM(ERA_T_FMT) ITEM(ALT_DIGITS) ITEM(YESEXPR) ITEM(NOEXPR) ITEM(_DATE_FMT)
#undef ITEM
};
const Constant category_constants[] = {
    {"LC_CTYPE", LC_CTYPE}, {"LC_TIME", LC_TIME}, {"LC_COLLATE", LC_COLLATE}, {"LC_MONETARY", LC_MONETARY},
    {"LC_MESSAGES", LC_MESSAGES}, {"LC_NUMERIC", LC_NUMERIC}, {"LC_ALL", LC_ALL}, {"CHAR_MAX", CHAR_MAX},
};

Value language_information(Thread& thread, int key) {
  for (const Constant& constant : langinfo_constants) {
    if (constant.value == key) return from_filename(nl_langinfo(key));
  }
  return raise(thread, ValueError, "unsupported langinfo constant");
}

Value get_encoding() {
  const char* codeset = nl_langinfo(CODESET);
  return make_str(codeset && *codeset ? codeset : "UTF-8");
}

std::string c_text(Str& text) { return to_utf8(&text); }
Value translate(Module&, Str& message) { return from_filename(gettext(c_text(message).c_str())); }
Value translate_in(Str* domain, Str& message) {
  const std::string name = domain ? c_text(*domain) : "";
  return from_filename(dgettext(domain ? name.c_str() : nullptr, c_text(message).c_str()));
}
Value translate_category(Str* domain, Str& message, int category) {
  const std::string name = domain ? c_text(*domain) : "";
  return from_filename(dcgettext(domain ? name.c_str() : nullptr, c_text(message).c_str(), category));
}
Value text_domain(Thread& thread, Str* domain) {
  const std::string name = domain ? c_text(*domain) : "";
  const char* current = textdomain(domain ? name.c_str() : nullptr);
  if (!current) return raise_os_error(thread, errno);
  return from_filename(current);
}
Value bind_text_domain(Thread& thread, Module&, Str& domain, Value directory) {
  if (domain.length() == 0) return raise(thread, *locale_error.as<Type>(), "domain must be a non-empty string");
  std::string path;
  if (!directory.is_none()) path = TRY(to_filename(thread, directory));
  const char* current = bindtextdomain(c_text(domain).c_str(), directory.is_none() ? nullptr : path.c_str());
  if (!current) return raise_os_error(thread, errno);
  return from_filename(current);
}
Value bind_codeset(Module&, Str& domain, Str* codeset) {
  const std::string name = codeset ? c_text(*codeset) : "";
  const char* current = bind_textdomain_codeset(c_text(domain).c_str(), codeset ? name.c_str() : nullptr);
  return current ? Value(from_filename(current)) : None;
}

const MethodRow functions[] = {
    function<set_locale>("setlocale($module, category, locale=<unrepresentable>, /)", "Set or ask for the locale of a category."),
    function<locale_conventions>("localeconv($module, /)", "Return how numbers and money are written."),
    function<collate>("strcoll($module, os1, os2, /)", "Compare two strings as the locale orders them."),
    function<transform>("strxfrm($module, string, /)", "Return a key for comparing as the locale orders."),
    function<language_information>("nl_langinfo($module, key, /)", "Return the locale's value for key."),
    function<get_encoding>("getencoding($module, /)", "Return the locale's encoding."),
    function<translate>("gettext($module, msg, /)", "Return the translation of msg."),
    function<translate_in>("dgettext($module, domain, msg, /)", "Return the translation of msg in domain."),
    function<translate_category>("dcgettext($module, domain, msg, category, /)", "Return the translation in domain and category."),
    function<text_domain>("textdomain($module, domain, /)", "Set the C library's text domain; return it."),
    function<bind_text_domain>("bindtextdomain($module, domain, dir, /)", "Bind a domain to a directory."),
    function<bind_codeset>("bind_textdomain_codeset($module, domain, codeset, /)", "Bind a domain to an encoding."),
};

Status initialize(Thread& thread, Module& module) {
  Dict* contents = make_dict();
  dict_set_str(*contents, "__module__", intern("locale"));
  locale_error = TRY(make_class(thread, type_of_kind(Kind::Type), intern("Error"), *make_tuple({&Exception}), *contents));
  module_add(module, "Error", locale_error);
  for (const Constant& constant : langinfo_constants) module_add(module, constant.name, make_int(constant.value));
  for (const Constant& constant : category_constants) module_add(module, constant.name, make_int(constant.value));
  return nothing;
}

}  // namespace

extern const ModuleSpec locale_module = {"_locale", "The C library's locales.", functions, initialize};

}  // namespace minipy
