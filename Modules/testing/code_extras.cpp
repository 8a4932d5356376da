// What CPython's tests of code objects reach with ctypes.pythonapi: a pointer for each user of a
// code (PEP 523), and a function to give it back with. The symbols are exported by the executable.
#include <vector>

#include "Objects/code.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/raise.h"
#include "Objects/thread.h"
#include "Objects/tuple.h"
#include "Objects/weak_reference.h"

using minipy::Value;

// NOLINTBEGIN: CPython's names. A py_object is the word of a Value.
extern "C" {
using FreeExtra = void (*)(void*);
int64_t _PyEval_RequestCodeExtraIndex(FreeExtra free_extra);
int _PyCode_SetExtra(uint64_t code, int64_t index, void* extra);
int _PyCode_GetExtra(uint64_t code, int64_t index, void** extra);
}
// NOLINTEND

namespace minipy {
namespace {

constexpr size_t kMaxUsers = 255;
std::vector<FreeExtra> users;
Value entries;  // a list of (weak reference to a code, [the pointer of each user])

void* pointer_at(const List& pointers, size_t index) {
  return index < pointers.size ? reinterpret_cast<void*>(pointers.at(index).as_int()) : nullptr;
}

void give_back(const List& pointers, size_t index) {
  void* pointer = pointer_at(pointers, index);
  if (pointer && users[index]) users[index](pointer);
}

// The pointers of a code, or nullptr. Those of codes that have died are given back on the way.
List* pointers_of(Value code) {
  if (entries.is_empty()) entries = make_list();
  List& list = *entries.as<List>();
  List* found = nullptr;
  for (size_t i = 0; i < list.size;) {
    const Tuple& entry = *list.at(i).as<Tuple>();
    List* pointers = entry.items[1].as<List>();
    const Value target = weak_target(*entry.items[0].as<WeakReference>());
    if (target == code) found = pointers;
    if (!target.is_none()) {
      ++i;
      continue;
    }
    list_remove_range(list, i, i + 1);
    for (size_t user = 0; user < pointers->size; ++user) give_back(*pointers, user);
  }
  return found;
}

Status set_pointer(Thread& thread, Value code, size_t index, void* pointer) {
  List* pointers = pointers_of(code);
  if (!pointers) {
    WeakReference* reference = TRY(make_weak_reference(thread, code, None));
    pointers = make_list();
    TRY(list_append(thread, *entries.as<List>(), make_tuple({Value(reference), Value(pointers)})));
  }
  give_back(*pointers, index);
  while (pointers->size <= index) TRY(list_append(thread, *pointers, Value::from_int(0)));
  pointers->store(index, Value::from_int(reinterpret_cast<int64_t>(pointer)));
  return nothing;
}

int fail(Thread& thread) {
  (void)raise(thread, SystemError, "bad argument to internal function");
  return -1;
}

}  // namespace
}  // namespace minipy

using namespace minipy;

int64_t _PyEval_RequestCodeExtraIndex(FreeExtra free_extra) {
  if (users.size() == kMaxUsers) return -1;
  users.push_back(free_extra);
  return static_cast<int64_t>(users.size()) - 1;
}

int _PyCode_SetExtra(uint64_t code, int64_t index, void* extra) {
  Thread& thread = current_thread();
  const Value object(code);
  const bool is_known = index >= 0 && static_cast<size_t>(index) < users.size();
  if (!has_kind(object, Kind::Code) || !is_known) return fail(thread);
  return set_pointer(thread, object, static_cast<size_t>(index), extra).failed() ? -1 : 0;
}

int _PyCode_GetExtra(uint64_t code, int64_t index, void** extra) {
  const Value object(code);
  *extra = nullptr;
  if (!has_kind(object, Kind::Code)) return fail(current_thread());
  const List* pointers = pointers_of(object);
  if (pointers && index >= 0) *extra = pointer_at(*pointers, static_cast<size_t>(index));
  return 0;
}
