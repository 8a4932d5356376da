// "Did you mean": the nearest name that an AttributeError or a NameError may have meant.
#include <algorithm>
#include <string>
#include <vector>

#include "Objects/code.h"
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/traceback_display.h"
#include "VM/frame.h"

namespace minipy {
namespace {

constexpr size_t kMaxCandidates = 750;
constexpr size_t kMaxLength = 40;
constexpr size_t kMoveCost = 2;
constexpr size_t kCaseCost = 1;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

size_t substitution_cost(char a, char b) {
  if (a == b) return 0;
  return lower(a) == lower(b) ? kCaseCost : kMoveCost;
}

// Levenshtein's distance where a change of case is half a move; more than `limit` if it is more.
size_t distance(std::string_view a, std::string_view b, size_t limit) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && !b.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  if (a.empty() || b.empty()) return (a.size() + b.size()) * kMoveCost;
  if (a.size() > kMaxLength || b.size() > kMaxLength) return limit + 1;
  std::vector<size_t> row(a.size() + 1);
  for (size_t i = 0; i <= a.size(); ++i) row[i] = i * kMoveCost;
  for (size_t j = 1; j <= b.size(); ++j) {
    size_t diagonal = row[0];
    row[0] = j * kMoveCost;
    for (size_t i = 1; i <= a.size(); ++i) {
      const size_t replaced = diagonal + substitution_cost(a[i - 1], b[j - 1]);
      diagonal = row[i];
      row[i] = std::min({replaced, row[i] + kMoveCost, row[i - 1] + kMoveCost});
    }
  }
  return row[a.size()];
}

// The first of the nearest candidates, None if none is near enough.
Value nearest(const List& candidates, const Str& name) {
  if (candidates.size >= kMaxCandidates) return None;
  const std::string wanted = to_utf8(&name);
  size_t best_distance = SIZE_MAX;
  Value best = None;
  for (const Value candidate : candidates) {
    if (!is_str(candidate)) return None;
    const std::string text = to_utf8(candidate.as<Str>());
    if (text == wanted) continue;
    // At most a third of the characters may be wrong.
    const size_t limit = std::min((wanted.size() + text.size() + 3) * kMoveCost / 6, best_distance - 1);
    const size_t found = distance(wanted, text, limit);
    if (found > limit) continue;
    best_distance = found;
    best = candidate;
  }
  return best;
}

Value suggest_attribute(Thread& thread, Value exception) {
  const auto& failure = *exception.as<AttributeErrorObject>();
  if (failure.object.is_empty() || !is_str(failure.name)) return None;
  const Value method = TRY(lookup_special(thread, failure.object, "__dir__"));
  if (method.is_unbound()) return None;
  List* names = TRY(list_of(thread, TRY(call(thread, method))));
  TRY(list_sort(thread, *names, None, false));
  return nearest(*names, *failure.name.as<Str>());
}

// Locals, then globals, then builtins of the frame that raised it.
Value suggest_name(Thread& thread, Value exception) {
  const auto& failure = *exception.as<NameErrorObject>();
  if (!is_str(failure.name) || !has_kind(failure.traceback, Kind::Traceback)) return None;
  Value traceback = failure.traceback;
  while (has_kind(traceback.as<Traceback>()->next, Kind::Traceback)) traceback = traceback.as<Traceback>()->next;
  const Value frame = traceback.as<Traceback>()->frame;
  const Value code = Value(&frame.as<FrameObject>()->frame->code());
  const Value scopes[] = {TRY(get_attribute(thread, code, "co_varnames")),
                          TRY(get_attribute(thread, frame, "f_globals")),
                          TRY(get_attribute(thread, frame, "f_builtins"))};
  for (const Value scope : scopes) {
    List* names = TRY(list_of(thread, scope));
    const Value found = nearest(*names, *failure.name.as<Str>());
    if (!found.is_none()) return found;
  }
  return None;
}

}  // namespace

Value suggestion_for(Thread& thread, Value exception) {
  Value found = None;
  if (is_instance(exception, AttributeError)) {
    found = suggest_attribute(thread, exception);
  } else if (is_instance(exception, NameError)) {
    found = suggest_name(thread, exception);
  }
  if (!found.is_empty()) return found;
  thread.exception = Value();
  return None;
}

}  // namespace minipy
