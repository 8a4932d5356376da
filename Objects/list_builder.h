// Items on their way into a new list or tuple that nobody else knows yet: as long as there are few, on the stack, so that
// the result gets just the room it needs and no buffer is left behind.
#pragma once

#include "Objects/list.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"
#include "Objects/tuple_copies.h"

namespace minipy {

// Whether list_extend() takes over all items of this at once, without asking for one after the other.
bool list_is_extended_at_once(Value iterable);

class ListBuilder {
 public:
  static constexpr size_t kFew = 32;

  explicit ListBuilder(Thread& thread) : thread_(thread) {}

  Status add(Value item) {
    if (count_ == kFew) TRY(spill());
    few_[count_++] = item;
    return nothing;
  }
  bool is_empty() const { return !list_ && count_ == 0; }
  Result<List*> finish() {
    if (!list_) {
      if (List* const list = make_list(few_, count_)) return list;
      return raise_memory_error(thread_);
    }
    TRY(spill());
    return list_;
  }
  Result<Tuple*> finish_tuple() {
    if (!list_) return make_tuple(few_, count_);
    TRY(spill());
    if (Tuple* const tuple = try_make_tuple(list_->begin(), list_->size)) return tuple;
    return raise_memory_error(thread_);
  }

 private:
  Status spill() {
    if (!list_) list_ = make_list();
    TRY(list_append_all(thread_, *list_, few_, count_));
    count_ = 0;
    return nothing;
  }

  Thread& thread_;
  List* list_ = nullptr;
  size_t count_ = 0;
  Value few_[kFew];
};

}  // namespace minipy
